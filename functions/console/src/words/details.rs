//! A contact's details, and the names that it signs in with.

use shared::phrases::Phrase;

pub(super) const PHRASES: &[Phrase] = &[
    ["Details of {}", "Angaben zu {}", "Informations sur {}", "Datos de {}"],
    ["New contact", "Neuer Kontakt", "Nouveau contact", "Contacto nuevo"],
    [
        "A contact without access: nothing is mailed, and they can’t sign in. Access can be given later.",
        "Ein Kontakt ohne Zugang: Es wird nichts gemailt, und die Person kann sich nicht anmelden. Zugang kann später gegeben werden.",
        "Un contact sans accès\u{a0}: rien n’est envoyé, et la personne ne peut pas se connecter. L’accès pourra être donné plus tard.",
        "Un contacto sin acceso: no se envía nada y la persona no puede iniciar sesión. El acceso se puede dar más adelante.",
    ],
    ["Create contact", "Kontakt anlegen", "Créer le contact", "Crear el contacto"],
    ["First name", "Vorname", "Prénom", "Nombre de pila"],
    ["Last name", "Nachname", "Nom de famille", "Apellidos"],
    [
        "Where they are written to. What they sign in with is kept apart.",
        "Dorthin wird der Person geschrieben. Womit sie sich anmeldet, wird getrennt geführt.",
        "L’adresse à laquelle on lui écrit. Celle de connexion est gérée à part.",
        "Adonde se le escribe. El correo de acceso se gestiona aparte.",
    ],
    ["Job title", "Funktion", "Fonction", "Cargo"],
    [
        "What they are at the organization.",
        "Was die Person in der Organisation ist.",
        "Le rôle de cette personne dans l’organisation.",
        "Lo que la persona es en la organización.",
    ],
    ["none", "keine Angabe", "non renseigné", "sin indicar"],
    ["Business phone", "Telefon (Arbeit)", "Téléphone professionnel", "Teléfono de trabajo"],
    ["Mobile phone", "Mobiltelefon", "Téléphone portable", "Teléfono móvil"],
    ["Language", "Sprache", "Langue", "Idioma"],
    ["Their mails are in it.", "Darin sind ihre Mails.", "C’est celle de ses e-mails.", "Es el de sus correos."],
    ["not known", "nicht bekannt", "inconnu", "desconocido"],
    ["Not known", "Nicht bekannt", "Inconnue", "Desconocido"],
    ["Time zone", "Zeitzone", "Fuseau horaire", "Zona horaria"],
    ["Such as Europe/Berlin.", "Etwa Europe/Berlin.", "Par exemple Europe/Berlin.", "Por ejemplo, Europe/Berlin."],
    [
        "The portal may send them notifications",
        "Das Portal darf Benachrichtigungen schicken",
        "Le portail peut lui envoyer des notifications",
        "El portal puede enviarle notificaciones",
    ],
    ["How {} signs in", "Womit {} sich anmeldet", "Connexion de {}", "Inicio de sesión de {}"],
    [
        "This holds for every access that this person has.",
        "Das gilt für jeden Zugang dieser Person.",
        "Cela vaut pour tous les accès de cette personne.",
        "Esto vale para todos los accesos de esta persona.",
    ],
    [
        "Empty: they sign in with the email alone.",
        "Leer: Die Person meldet sich nur mit der E-Mail-Adresse an.",
        "Vide\u{a0}: la personne se connecte uniquement avec l’adresse e-mail.",
        "Vacío: la persona inicia sesión solo con el correo.",
    ],
    [
        "Links that are open stop working, and both addresses are told. Somebody who was invited is invited anew.",
        "Offene Links gelten dann nicht mehr, und beide Adressen werden benachrichtigt. Wer eingeladen war, wird neu eingeladen.",
        "Les liens en cours ne seront plus valables, et les deux adresses seront prévenues. Une personne déjà invitée le sera de nouveau.",
        "Los enlaces pendientes dejan de ser válidos y se avisa a las dos direcciones. A quien estaba invitado se le invita de nuevo.",
    ],
];
