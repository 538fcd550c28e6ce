//! The sites.

use shared::phrases::Phrase;

pub(super) const PHRASES: &[Phrase] = &[
    [
        "A site is an address at which people sign in.",
        "Eine Website ist eine Adresse, unter der man sich anmeldet.",
        "Un site est une adresse à laquelle on se connecte.",
        "Un sitio es una dirección en la que se inicia sesión.",
    ],
    ["group {}", "Gruppe {}", "groupe {}", "grupo {}"],
    ["Its mail texts", "Ihre Mailtexte", "Ses textes d’e-mails", "Sus textos de correos"],
    ["Add a site", "Website hinzufügen", "Ajouter un site", "Añadir un sitio"],
    ["Add the site", "Website hinzufügen", "Ajouter le site", "Añadir el sitio"],
    ["All sites", "Alle Websites", "Tous les sites", "Todos los sitios"],
    [
        "It stands above its pages and mails.",
        "Er steht über ihren Seiten und Mails.",
        "Il figure en tête de ses pages et de ses e-mails.",
        "Figura en la cabecera de sus páginas y correos.",
    ],
    ["Address", "Adresse", "Adresse", "Dirección"],
    [
        "Scheme and host, such as https://portal.example.com. Links in mails begin with it; those mailed before keep the old one.",
        "Schema und Host, etwa https://portal.example.com. Links in Mails beginnen damit; früher verschickte behalten die alte.",
        "Protocole et hôte, par exemple https://portal.example.com. Les liens des e-mails commencent ainsi\u{a0}; ceux déjà envoyés gardent l’ancienne.",
        "Esquema y host, por ejemplo https://portal.example.com. Los enlaces de los correos empiezan así; los ya enviados conservan la anterior.",
    ],
    ["Its mails come from", "Absender ihrer Mails", "Expéditeur de ses e-mails", "Remitente de sus correos"],
    [
        "An email address that SES may send from.",
        "Eine E-Mail-Adresse, von der SES schicken darf.",
        "Une adresse e-mail depuis laquelle SES peut envoyer.",
        "Un correo desde el que SES puede enviar.",
    ],
    [
        "Answers to its mails go to",
        "Antworten auf ihre Mails gehen an",
        "Réponses à ses e-mails",
        "Las respuestas a sus correos van a",
    ],
    ["Empty: to the sender.", "Leer: an den Absender.", "Vide\u{a0}: à l’expéditeur.", "Vacío: al remitente."],
    ["the sender", "der Absender", "l’expéditeur", "el remitente"],
    ["Group", "Gruppe", "Groupe", "Grupo"],
    [
        "People sign in at every site of their organization’s group: who may sign in changes with it at once.",
        "Man meldet sich auf jeder Website der Gruppe seiner Organisation an: Wer sich anmelden darf, ändert sich damit sofort.",
        "On se connecte à tous les sites du groupe de son organisation\u{a0}: qui peut se connecter change aussitôt.",
        "Se inicia sesión en todos los sitios del grupo de la organización: quién puede hacerlo cambia al momento.",
    ],
    ["Colour", "Farbe", "Couleur", "Color"],
    [
        "Of its pages and mails, such as #1d4f91, dark enough for white text. Empty: the standard one.",
        "Von ihren Seiten und Mails, etwa #1d4f91, dunkel genug für weiße Schrift. Leer: die übliche.",
        "De ses pages et e-mails, par exemple #1d4f91, assez sombre pour un texte blanc. Vide\u{a0}: celle par défaut.",
        "De sus páginas y correos, por ejemplo #1d4f91, bastante oscuro para texto blanco. Vacío: el habitual.",
    ],
    ["Language of its mails", "Sprache ihrer Mails", "Langue de ses e-mails", "Idioma de sus correos"],
    [
        "For those whose own is not known, or none that mails are written in.",
        "Für alle, deren eigene nicht bekannt ist oder in der keine Mails geschrieben werden.",
        "Pour ceux dont la langue est inconnue, ou dans laquelle aucun e-mail n’est rédigé.",
        "Para aquellos cuyo idioma no se conoce, o en el que no se escriben correos.",
    ],
];
