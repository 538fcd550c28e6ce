//! What the pages around signing in say.

use super::Phrase;

pub(super) const PHRASES: &[Phrase] = &[
    [
        "Here for the first time? Open the link in the email we sent you and set your password. If you cannot find it, ask for a new one with “Forgot your password?”.",
        "Zum ersten Mal hier? Öffnen Sie den Link in der E-Mail, die wir Ihnen geschickt haben, und legen Sie Ihr Passwort fest. Finden Sie sie nicht, fordern Sie mit „Passwort vergessen?“ eine neue an.",
        "C’est votre première visite\u{202f}? Ouvrez le lien de l’e-mail que nous vous avons envoyé et choisissez votre mot de passe. Si vous ne le trouvez pas, demandez-en un nouveau avec «\u{a0}Mot de passe oublié\u{202f}?\u{a0}».",
        "¿Es su primera visita? Abra el enlace del correo que le enviamos y elija su contraseña. Si no lo encuentra, pida uno nuevo con «¿Ha olvidado la contraseña?».",
    ],
    [
        "That did not work. Check the email or user ID and the password. After several failures, wait a while or use “Forgot your password?”.",
        "Das hat nicht funktioniert. Prüfen Sie E-Mail-Adresse oder Benutzer-ID und Passwort. Nach mehreren Fehlversuchen warten Sie eine Weile oder wählen Sie „Passwort vergessen?“.",
        "La connexion a échoué. Vérifiez l’adresse e-mail ou le nom d’utilisateur, et le mot de passe. Après plusieurs échecs, attendez un moment ou utilisez «\u{a0}Mot de passe oublié\u{202f}?\u{a0}».",
        "No ha funcionado. Compruebe el correo o ID de usuario y la contraseña. Tras varios intentos fallidos, espere un rato o elija «¿Ha olvidado la contraseña?».",
    ],
    [
        "Tell us how you sign in. We send a link for setting a new password to the email address on file.",
        "Sagen Sie uns, womit Sie sich anmelden. Wir schicken einen Link, mit dem Sie ein neues Passwort wählen, an die hinterlegte E-Mail-Adresse.",
        "Indiquez avec quoi vous vous connectez. Nous envoyons un lien pour choisir un nouveau mot de passe à l’adresse e-mail enregistrée.",
        "Díganos con qué inicia sesión. Enviaremos un enlace para elegir una contraseña nueva al correo registrado.",
    ],
    [
        "Type your email or your user ID.",
        "Geben Sie Ihre E-Mail-Adresse oder Ihre Benutzer-ID ein.",
        "Saisissez votre adresse e-mail ou votre nom d’utilisateur.",
        "Escriba su correo o su ID de usuario.",
    ],
    ["Send me a link", "Link anfordern", "Recevoir un lien", "Enviarme un enlace"],
    ["Back to sign in", "Zurück zur Anmeldung", "Retour à la connexion", "Volver al inicio de sesión"],
    [
        "If there is an account for {}, an email with a link is on its way. It goes to the address on file for the account, which may not be what you typed.",
        "Gibt es ein Konto für {}, ist eine E-Mail mit einem Link unterwegs. Sie geht an die Adresse, die für das Konto hinterlegt ist; das muss nicht die sein, die Sie eingegeben haben.",
        "S’il existe un compte pour {}, un e-mail contenant un lien est en route. Il est envoyé à l’adresse enregistrée pour le compte, qui n’est pas forcément celle que vous avez saisie.",
        "Si existe una cuenta para {}, un correo con un enlace está en camino. Se envía a la dirección registrada para la cuenta, que puede no ser la que ha escrito.",
    ],
    [
        "Nothing there? Check what you typed above, or have the link sent again.",
        "Nichts da? Prüfen Sie oben Ihre Eingabe, oder lassen Sie den Link noch einmal schicken.",
        "Rien reçu\u{202f}? Vérifiez votre saisie ci-dessus, ou faites renvoyer le lien.",
        "¿No hay nada? Compruebe arriba lo que ha escrito, o pida que se vuelva a enviar el enlace.",
    ],
    [
        "Still nothing? Write to {}.",
        "Immer noch nichts? Schreiben Sie an {}.",
        "Toujours rien\u{202f}? Écrivez à {}.",
        "¿Sigue sin recibir nada? Escriba a {}.",
    ],
    ["Ask again", "Noch einmal anfordern", "Demander un autre lien", "Pedir otro enlace"],
    ["You are signed out", "Sie sind abgemeldet", "Votre session est fermée", "Ha cerrado la sesión"],
    [
        "On a shared computer, close the browser as well.",
        "Schließen Sie an einem gemeinsam genutzten Computer auch den Browser.",
        "Sur un ordinateur partagé, fermez aussi le navigateur.",
        "En un ordenador compartido, cierre también el navegador.",
    ],
    ["Sign in again", "Wieder anmelden", "Se reconnecter", "Iniciar sesión de nuevo"],
    [
        "If there is an account, an email with a link is on its way. It goes to the address on file for the account, which may not be what you typed.",
        "Gibt es ein Konto, ist eine E-Mail mit einem Link unterwegs. Sie geht an die Adresse, die für das Konto hinterlegt ist; das muss nicht die sein, die Sie eingegeben haben.",
        "S’il existe un compte, un e-mail contenant un lien est en route. Il est envoyé à l’adresse enregistrée pour le compte, qui n’est pas forcément celle que vous avez saisie.",
        "Si existe una cuenta, un correo con un enlace está en camino. Se envía a la dirección registrada para la cuenta, que puede no ser la que ha escrito.",
    ],
    ["Send the link again", "Link noch einmal schicken", "Renvoyer le lien", "Volver a enviar el enlace"],
    [
        "Use another email or user ID",
        "Andere E-Mail-Adresse oder Benutzer-ID eingeben",
        "Saisir une autre adresse ou un autre nom d’utilisateur",
        "Usar otro correo o ID de usuario",
    ],
];
