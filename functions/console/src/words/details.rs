//! A contact's details, and the names that it signs in with.

use shared::phrases::Phrase;

pub(super) const PHRASES: &[Phrase] = &[
    ["Details of {}", "Angaben zu {}", "Informations sur {}", "Datos de {}"],
    ["New contact", "Neuer Kontakt", "Nouveau contact", "Contacto nuevo"],
    [
        "A contact without access: nothing is mailed now, and they can’t sign in. Access can be given later.",
        "Ein Kontakt ohne Zugang: Jetzt wird nichts gemailt, und die Person kann sich nicht anmelden. Zugang kann später gegeben werden.",
        "Un contact sans accès\u{a0}: rien n’est envoyé maintenant, et la personne ne peut pas se connecter. L’accès pourra être donné plus tard.",
        "Un contacto sin acceso: ahora no se envía nada y la persona no puede iniciar sesión. El acceso se puede dar más adelante.",
    ],
    ["Create contact", "Kontakt anlegen", "Créer le contact", "Crear el contacto"],
    ["First name", "Vorname", "Prénom", "Nombre de pila"],
    ["Last name", "Nachname", "Nom de famille", "Apellidos"],
    [
        "Where they are written to.",
        "Dorthin wird der Person geschrieben.",
        "L’adresse à laquelle on lui écrit.",
        "Adonde se le escribe.",
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
    [
        "The mails to them are in it. Not known: in the site’s language.",
        "Darin sind die Mails an sie. Nicht bekannt: in der Sprache der Website.",
        "C’est celle des e-mails qu’elle reçoit. Inconnue\u{a0}: celle du site.",
        "Es el de los correos que recibe. Desconocido: el del sitio.",
    ],
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
        "If you change it, links sent earlier stop working, and a mail tells both addresses. Who has set no password yet gets a new invitation instead.",
        "Wenn Sie sie ändern, gelten früher geschickte Links nicht mehr, und beide Adressen werden benachrichtigt. Wer noch kein Passwort festgelegt hat, wird stattdessen neu eingeladen.",
        "Si vous la changez, les liens déjà envoyés ne sont plus valables et les deux adresses sont prévenues. Une personne qui n’a pas encore choisi de mot de passe reçoit à la place une nouvelle invitation.",
        "Si lo cambia, los enlaces ya enviados dejan de ser válidos y se avisa a las dos direcciones. Quien aún no ha elegido contraseña recibe en su lugar una nueva invitación.",
    ],
    [
        "The email that they sign in with is changed on a page of its own.",
        "Die Adresse, mit der sich die Person anmeldet, wird auf eigener Seite geändert.",
        "L’adresse de connexion se modifie sur une page à part.",
        "El correo de acceso se cambia en una página aparte.",
    ],
];
