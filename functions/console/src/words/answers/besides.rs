//! What is told after a creation, and of what may stand in a mail.

use shared::phrases::Phrase;

pub(super) const PHRASES: &[Phrase] = &[
    // After a creation.
    [
        "Account successfully created and reset password email sent.",
        "Das Konto ist angelegt und die Mail mit dem Link zum Passwort verschickt.",
        "Le compte est créé et l’e-mail pour choisir le mot de passe est envoyé.",
        "La cuenta se ha creado y se ha enviado el correo para elegir la contraseña.",
    ],
    [
        "Account successfully created, but the email could not be sent. Send it again.",
        "Das Konto ist angelegt, aber die Mail konnte nicht verschickt werden. Schicken Sie sie noch einmal.",
        "Le compte est créé, mais l’e-mail n’a pas pu être envoyé. Renvoyez-le.",
        "La cuenta se ha creado, pero no se ha podido enviar el correo. Envíelo de nuevo.",
    ],
    [
        "Account successfully created, but the email did not arrive. Check the address and send it again.",
        "Das Konto ist angelegt, aber die Mail kam nicht an. Prüfen Sie die Adresse und schicken Sie sie noch einmal.",
        "Le compte est créé, mais l’e-mail n’est pas arrivé. Vérifiez l’adresse et renvoyez-le.",
        "La cuenta se ha creado, pero el correo no llegó. Compruebe la dirección y envíelo de nuevo.",
    ],
    // What may stand in a mail.
    [
        "The person's first name; may be empty.",
        "Der Vorname der Person; kann leer sein.",
        "Le prénom de la personne\u{a0}; peut être vide.",
        "El nombre de pila de la persona; puede estar vacío.",
    ],
    [
        "The name of the organization that the access is at; may be empty.",
        "Der Name der Organisation des Zugangs; kann leer sein.",
        "Le nom de l’organisation de l’accès\u{a0}; peut être vide.",
        "El nombre de la organización del acceso; puede estar vacío.",
    ],
    ["The site's name.", "Der Name der Website.", "Le nom du site.", "El nombre del sitio."],
    ["The business's name.", "Der Name des Unternehmens.", "Le nom de l’entreprise.", "El nombre de la empresa."],
    [
        "The email that signs in.",
        "Die E-Mail-Adresse zur Anmeldung.",
        "L’adresse e-mail de connexion.",
        "El correo de acceso.",
    ],
    [
        "The user ID that signs in too; may be empty.",
        "Die Benutzer-ID, die auch zur Anmeldung dient; kann leer sein.",
        "Le nom d’utilisateur, qui sert aussi à se connecter\u{a0}; peut être vide.",
        "El ID de usuario, que también sirve para iniciar sesión; puede estar vacío.",
    ],
    [
        "The address of the sign-in page.",
        "Die Adresse der Anmeldeseite.",
        "L’adresse de la page de connexion.",
        "La dirección de la página de inicio de sesión.",
    ],
    [
        "The business's address for help.",
        "Die Adresse des Unternehmens für Hilfe.",
        "L’adresse d’assistance de l’entreprise.",
        "La dirección de asistencia de la empresa.",
    ],
    [
        "How to sign in: where, with what name, and whom to ask.",
        "Wie man sich anmeldet: wo, mit welchem Namen, und wen man fragt.",
        "Comment se connecter\u{a0}: où, avec quel identifiant, et à qui s’adresser.",
        "Cómo iniciar sesión: dónde, con qué nombre y a quién preguntar.",
    ],
    [
        "In HTML: button(\"Words on it\", link), with its address below.",
        "In HTML: button(\"Aufschrift\", link), mit der Adresse darunter.",
        "En HTML\u{a0}: button(\"Texte du bouton\", link), avec l’adresse dessous.",
        "En HTML: button(\"Texto del botón\", link), con la dirección debajo.",
    ],
    ["The site's colour.", "Die Farbe der Website.", "La couleur du site.", "El color del sitio."],
    ["The link's address.", "Die Adresse des Links.", "L’adresse du lien.", "La dirección del enlace."],
    ["When the link expires.", "Wann der Link abläuft.", "Quand le lien expire.", "Cuándo caduca el enlace."],
];
