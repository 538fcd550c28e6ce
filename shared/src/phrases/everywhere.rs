//! What stands on more than one kind of page, and in mails.

use super::Phrase;

pub(super) const PHRASES: &[Phrase] = &[
    ["Error: ", "Fehler: ", "Erreur\u{a0}: ", "Error: "],
    ["Questions? Write to", "Fragen? Schreiben Sie an", "Des questions\u{202f}? Écrivez à", "¿Preguntas? Escriba a"],
    ["Sign in", "Anmelden", "Se connecter", "Iniciar sesión"],
    ["Go to sign in", "Zur Anmeldung", "Aller à la page de connexion", "Ir a la página de inicio de sesión"],
    [
        "Email or user ID",
        "E-Mail-Adresse oder Benutzer-ID",
        "Adresse e-mail ou nom d’utilisateur",
        "Correo o ID de usuario",
    ],
    ["Password", "Passwort", "Mot de passe", "Contraseña"],
    ["Forgot your password?", "Passwort vergessen?", "Mot de passe oublié\u{202f}?", "¿Ha olvidado la contraseña?"],
    ["Look for our email", "Sehen Sie in Ihr Postfach", "Consultez votre boîte de réception", "Revise su correo"],
    [
        "Give it a minute or two.",
        "Warten Sie ein bis zwei Minuten.",
        "Patientez une minute ou deux.",
        "Espere uno o dos minutos.",
    ],
    [
        "Look in your spam or junk folder too.",
        "Sehen Sie auch im Spam-Ordner nach.",
        "Regardez aussi dans les courriers indésirables.",
        "Revise también la carpeta de correo no deseado.",
    ],
];
