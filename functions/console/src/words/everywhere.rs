//! Where one can go, and what forms and lists share.

use shared::phrases::Phrase;

pub(super) const PHRASES: &[Phrase] = &[
    ["Console", "Verwaltung", "Gestion", "Gestión"],
    ["People", "Personen", "Personnes", "Personas"],
    ["New user", "Neuer Benutzer", "Nouvel utilisateur", "Usuario nuevo"],
    ["Can’t get in", "Zugangsprobleme", "Problèmes d’accès", "Problemas de acceso"],
    ["Settings", "Einstellungen", "Paramètres", "Configuración"],
    ["My account", "Mein Konto", "Mon compte", "Mi cuenta"],
    ["{}:", "{}:", "{}\u{a0}:", "{}:"],
    ["{}?", "{}?", "{}\u{202f}?", "¿{}?"],
    ["Save", "Speichern", "Enregistrer", "Guardar"],
    ["Saved.", "Gespeichert.", "Enregistré.", "Guardado."],
    ["Copy", "Kopieren", "Copier", "Copiar"],
    ["Copied", "Kopiert", "Copié", "Copiado"],
    ["Nothing was saved.", "Es wurde nichts gespeichert.", "Rien n’a été enregistré.", "No se ha guardado nada."],
    ["Nothing was changed.", "Es wurde nichts geändert.", "Rien n’a été modifié.", "No se ha cambiado nada."],
    ["Nothing was changed:", "Es wurde nichts geändert:", "Rien n’a été modifié\u{a0}:", "No se ha cambiado nada:"],
    ["it was so already.", "Es war schon so.", "c’était déjà ainsi.", "ya estaba así."],
    [
        "Look at what is marked below.",
        "Sehen Sie nach, was unten markiert ist.",
        "Vérifiez ce qui est signalé ci-dessous.",
        "Revise lo que está marcado abajo.",
    ],
    [
        "Somebody else changed this to what stands here.",
        "Jemand anderes hat das geändert; so steht es jetzt hier.",
        "Quelqu’un d’autre a modifié ceci\u{a0}; la valeur actuelle est indiquée.",
        "Otra persona ha cambiado esto; aquí está el valor actual.",
    ],
    ["It is now: {}", "Jetzt steht dort: {}", "Valeur actuelle\u{a0}: {}", "Ahora es: {}"],
    [
        "Somebody else changed this since you opened it. What you typed is still here; where theirs differs, it is shown above the field. Save again to put yours in its place.",
        "Jemand anderes hat das geändert, seit Sie es geöffnet haben. Ihre Eingaben sind noch da; wo die anderen Angaben abweichen, stehen sie über dem Feld. Speichern Sie noch einmal, um sie durch Ihre zu ersetzen.",
        "Quelqu’un d’autre a modifié ceci depuis que vous l’avez ouvert. Votre saisie est conservée\u{a0}; là où l’autre valeur est différente, elle est indiquée au-dessus du champ. Enregistrez de nouveau pour la remplacer par la vôtre.",
        "Otra persona ha cambiado esto desde que usted lo abrió. Lo que ha escrito sigue aquí; donde el otro valor es distinto, se indica sobre el campo. Guarde de nuevo para sustituirlo por el suyo.",
    ],
    ["Leave everything as it is", "Alles lassen, wie es ist", "Tout laisser tel quel", "Dejar todo como está"],
];
