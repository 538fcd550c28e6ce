//! A new user, and what is passed on to them.

use shared::phrases::Phrase;

pub(super) const PHRASES: &[Phrase] = &[
    [
        "The user was not created.",
        "Der Benutzer wurde nicht angelegt.",
        "L’utilisateur n’a pas été créé.",
        "No se ha creado el usuario.",
    ],
    ["The user is created.", "Der Benutzer ist angelegt.", "L’utilisateur est créé.", "El usuario se ha creado."],
    ["Create user", "Benutzer anlegen", "Créer l’utilisateur", "Crear el usuario"],
    ["Create another user", "Weiteren Benutzer anlegen", "Créer un autre utilisateur", "Crear otro usuario"],
    ["Organization’s number", "Nummer der Organisation", "Numéro de l’organisation", "Número de la organización"],
    [
        "One that is known, or a new one.",
        "Eine bekannte oder eine neue.",
        "Un numéro connu, ou un nouveau.",
        "Uno conocido, o uno nuevo.",
    ],
    ["Organization’s name", "Name der Organisation", "Nom de l’organisation", "Nombre de la organización"],
    [
        "For a new organization. One that is there keeps its name.",
        "Für eine neue Organisation. Eine vorhandene behält ihren Namen.",
        "Pour une nouvelle organisation. Une organisation existante garde son nom.",
        "Para una organización nueva. Una que ya existe conserva su nombre.",
    ],
    [
        "They sign in with it.",
        "Damit meldet sich die Person an.",
        "Elle sert à se connecter.",
        "Con él se inicia sesión.",
    ],
    [
        "Where no role is chosen, it is the standard one of the account type.",
        "Ist keine Rolle gewählt, gilt die übliche für die Art des Kontos.",
        "Si aucun rôle n’est choisi, c’est le rôle habituel du type de compte.",
        "Si no se elige ningún rol, es el habitual del tipo de cuenta.",
    ],
    [
        "Partner: at your own organization",
        "Partner: bei Ihrer eigenen Organisation",
        "Partenaire\u{a0}: dans votre propre organisation",
        "Socio: en su propia organización",
    ],
    [
        "Customer: at one that you look after",
        "Kunde: bei einer Organisation, die Sie betreuen",
        "Client\u{a0}: dans une organisation que vous suivez",
        "Cliente: en una organización que usted gestiona",
    ],
    // What is passed on.
    ["What to pass on:", "Was weiterzugeben ist:", "À transmettre\u{a0}:", "Lo que hay que comunicar:"],
    ["Sign in at", "Anmelden unter", "Connexion à l’adresse", "Inicio de sesión en"],
    ["Sign in with", "Anmelden mit", "Connexion avec", "Inicio de sesión con"],
    ["or", "oder", "ou", "o"],
    [
        "Tell them the password yourself, not by email.",
        "Teilen Sie das Passwort selbst mit, nicht per E-Mail.",
        "Communiquez vous-même le mot de passe, autrement que par e-mail.",
        "Comunique usted la contraseña, no por correo.",
    ],
    [
        "Somebody has a login with this email:",
        "Mit dieser E-Mail-Adresse meldet sich schon jemand an:",
        "Quelqu’un se connecte déjà avec cette adresse e-mail\u{a0}:",
        "Alguien ya inicia sesión con este correo:",
    ],
    [
        "They can have access here too, with the password that they have and what is chosen below.",
        "Die Person kann auch hier Zugang haben, mit ihrem bisherigen Passwort und dem, was unten gewählt ist.",
        "Cette personne peut aussi avoir accès ici, avec son mot de passe actuel et ce qui est choisi ci-dessous.",
        "Esta persona también puede tener acceso aquí, con la contraseña que ya tiene y lo elegido abajo.",
    ],
    [
        "Give this person access here too",
        "Dieser Person auch hier Zugang geben",
        "Donner accès ici aussi à cette personne",
        "Dar acceso también aquí a esta persona",
    ],
    [
        "A link to set a password is mailed to them at once.",
        "Die Person bekommt sofort per Mail einen Link, mit dem sie ein Passwort festlegt.",
        "Un lien pour choisir un mot de passe lui est envoyé aussitôt par e-mail.",
        "Se le envía al momento por correo un enlace para elegir una contraseña.",
    ],
    [
        "Where none is chosen: {}.",
        "Ist keine gewählt: {}.",
        "Si aucun n’est choisi\u{a0}: {}.",
        "Si no se elige ninguno: {}.",
    ],
];
