//! Those who can't get in.

use shared::phrases::Phrase;

pub(super) const PHRASES: &[Phrase] = &[
    [
        "Who can’t get in",
        "Wer sich nicht anmelden kann",
        "Qui ne peut pas se connecter",
        "Quién no puede iniciar sesión",
    ],
    [
        "To these no link was sent:",
        "An diese ging kein Link:",
        "Aucun lien n’a été envoyé à\u{a0}:",
        "A estas personas no se les ha enviado ningún enlace:",
    ],
    [
        "Nobody among the latest. There may be others further back, who can be found by name.",
        "Niemand unter den neuesten. Weiter hinten kann es andere geben, die nach Namen zu finden sind.",
        "Personne parmi les plus récents. Il peut y en avoir d’autres plus anciens, à chercher par nom.",
        "Nadie entre los más recientes. Puede haber otros anteriores, que se encuentran por su nombre.",
    ],
    [
        "Send a new link to these {}",
        "Diesen {} einen neuen Link schicken",
        "Envoyer un nouveau lien à ces {}",
        "Enviar un enlace nuevo a estas {}",
    ],
    [
        "Send a new link to this person",
        "Dieser Person einen neuen Link schicken",
        "Envoyer un nouveau lien à cette personne",
        "Enviar un enlace nuevo a esta persona",
    ],
    [
        "Send a new link to all {}",
        "Allen {} einen neuen Link schicken",
        "Envoyer un nouveau lien aux {}",
        "Enviar un enlace nuevo a las {}",
    ],
    ["Mails that did not arrive", "Mails, die nicht ankamen", "E-mails non parvenus", "Correos que no llegaron"],
    [
        "Their last mail with a link came back, or could not be sent. Put the address right first where it is wrong.",
        "Ihre letzte Mail mit einem Link kam zurück oder konnte nicht verschickt werden. Berichtigen Sie zuerst die Adresse, wo sie falsch ist.",
        "Leur dernier e-mail contenant un lien est revenu, ou n’a pas pu être envoyé. Corrigez d’abord l’adresse si elle est erronée.",
        "Su último correo con un enlace fue devuelto o no se pudo enviar. Corrija primero la dirección si es incorrecta.",
    ],
    ["No mail is stuck.", "Keine Mail hängt fest.", "Aucun e-mail n’est bloqué.", "Ningún correo está retenido."],
    ["Invitations that expired", "Abgelaufene Einladungen", "Invitations expirées", "Invitaciones caducadas"],
    [
        "They were invited and set no password in time.",
        "Sie wurden eingeladen und haben nicht rechtzeitig ein Passwort festgelegt.",
        "Ces personnes ont été invitées et n’ont pas choisi de mot de passe à temps.",
        "Fueron invitados y no eligieron una contraseña a tiempo.",
    ],
    [
        "No invitation has expired.",
        "Keine Einladung ist abgelaufen.",
        "Aucune invitation n’a expiré.",
        "Ninguna invitación ha caducado.",
    ],
    ["Logins that are locked", "Gesperrte Konten", "Comptes verrouillés", "Cuentas bloqueadas"],
    [
        "Too many wrong passwords were tried. The lock ends by itself. A new link lets them in at once, and on their own page you can lift the lock.",
        "Es wurden zu viele falsche Passwörter eingegeben. Die Sperre endet von selbst. Mit einem neuen Link kommen sie sofort hinein, und auf ihrer Seite können Sie die Sperre aufheben.",
        "Trop de mots de passe erronés ont été saisis. Le verrouillage prend fin de lui-même. Un nouveau lien permet d’entrer tout de suite, et vous pouvez le lever sur la page de la personne.",
        "Se escribieron demasiadas contraseñas incorrectas. El bloqueo termina solo. Con un enlace nuevo se entra enseguida, y usted puede levantarlo en la página de la persona.",
    ],
    [
        "No login is locked.",
        "Kein Konto ist gesperrt.",
        "Aucun compte n’est verrouillé.",
        "Ninguna cuenta está bloqueada.",
    ],
    [
        "There was nobody left to send to.",
        "Es war niemand mehr da, dem etwas zu schicken wäre.",
        "Il ne restait personne à qui envoyer un lien.",
        "No quedaba nadie a quien enviar un enlace.",
    ],
    [
        "A new link went to {}.",
        "Ein neuer Link ging an {}.",
        "Un nouveau lien a été envoyé à {}.",
        "Se ha enviado un enlace nuevo a {}.",
    ],
    [
        "New links went to {} people:",
        "Neue Links gingen an {} Personen:",
        "De nouveaux liens ont été envoyés à {} personnes\u{a0}:",
        "Se han enviado enlaces nuevos a {} personas:",
    ],
    ["expired {}", "abgelaufen am {}", "expirée le {}", "caducada el {}"],
    ["locked {}", "gesperrt seit dem {}", "verrouillé depuis le {}", "bloqueada desde el {}"],
];
