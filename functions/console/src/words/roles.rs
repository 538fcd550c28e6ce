//! The roles.

use shared::phrases::Phrase;

pub(super) const PHRASES: &[Phrase] = &[
    [
        "A role is what somebody may do at their organization. Each access holds one or more.",
        "Eine Rolle ist, was jemand bei seiner Organisation darf. Jeder Zugang hat eine oder mehrere.",
        "Un rôle définit ce qu’une personne peut faire dans son organisation. Chaque accès en a un ou plusieurs.",
        "Un rol es lo que alguien puede hacer en su organización. Cada acceso tiene uno o varios.",
    ],
    ["Your own", "Ihre eigenen", "Les vôtres", "Los suyos"],
    ["There are none yet.", "Es gibt noch keine.", "Il n’y en a pas encore.", "Todavía no hay ninguno."],
    ["For {}.", "Für {}.", "Pour {}.", "Para {}."],
    ["For {}", "Für {}", "Pour {}", "Para {}"],
    ["Create a role", "Rolle anlegen", "Créer un rôle", "Crear un rol"],
    ["Create the role", "Rolle anlegen", "Créer le rôle", "Crear el rol"],
    ["Those that come with Latchkey", "Die mitgelieferten", "Ceux fournis avec Latchkey", "Los incluidos en Latchkey"],
    [
        "They can’t be changed.",
        "Diese Rollen lassen sich nicht ändern.",
        "Ces rôles ne peuvent pas être modifiés.",
        "Estos roles no se pueden cambiar.",
    ],
    ["All roles", "Alle Rollen", "Tous les rôles", "Todos los roles"],
    [
        "2 to 40 letters from a to z, digits and spaces, beginning with a letter, such as “Order desk”. It can’t be changed later; portals know it as order_desk.",
        "2 bis 40 Buchstaben von a bis z, Ziffern und Leerzeichen, am Anfang ein Buchstabe, etwa „Bestellung“. Er lässt sich später nicht ändern; Portale kennen ihn als bestellung.",
        "De 2 à 40 lettres de a à z, chiffres et espaces, en commençant par une lettre, par exemple «\u{a0}Commandes\u{a0}». Il ne peut pas être modifié ensuite\u{a0}; les portails le connaissent sous commandes.",
        "De 2 a 40 letras de la a a la z, cifras y espacios, empezando por una letra, por ejemplo «Pedidos». No se puede cambiar después; los portales lo conocen como pedidos.",
    ],
    ["Who may have it", "Wer sie haben darf", "Qui peut l’avoir", "Quién puede tenerlo"],
    ["What it permits", "Was sie erlaubt", "Ce qu’il permet", "Qué permite"],
    ["Delete this role", "Diese Rolle löschen", "Supprimer ce rôle", "Borrar este rol"],
    ["Delete the role", "Rolle löschen", "Supprimer le rôle", "Borrar el rol"],
    ["Role", "Rolle", "Rôle", "Rol"],
    ["For", "Für", "Pour", "Para"],
    ["Permits", "Erlaubt", "Permet", "Permite"],
    [
        "Nobody can be given this role any more, and it can’t be brought back. A role that somebody has can’t be deleted.",
        "Niemandem kann diese Rolle mehr gegeben werden, und sie lässt sich nicht zurückholen. Eine Rolle, die jemand hat, lässt sich nicht löschen.",
        "Ce rôle ne pourra plus être donné à personne, et ne pourra pas être rétabli. Un rôle que quelqu’un a ne peut pas être supprimé.",
        "Este rol ya no se podrá dar a nadie y no se puede recuperar. Un rol que alguien tiene no se puede borrar.",
    ],
    [
        "The role is created. It can be given from now on.",
        "Die Rolle ist angelegt. Sie kann ab jetzt gegeben werden.",
        "Le rôle est créé. Il peut être donné dès maintenant.",
        "El rol se ha creado. Se puede dar desde ahora.",
    ],
    ["The role is deleted.", "Die Rolle ist gelöscht.", "Le rôle est supprimé.", "El rol se ha borrado."],
    [
        "The role is saved. Within a minute it applies to everybody who has it.",
        "Die Rolle ist gespeichert. Für alle, die sie haben, gilt sie binnen einer Minute.",
        "Le rôle est enregistré. Il s’applique à ceux qui l’ont en moins d’une minute.",
        "El rol se ha guardado. Vale para quienes lo tienen en menos de un minuto.",
    ],
    [
        "The role was not created.",
        "Die Rolle wurde nicht angelegt.",
        "Le rôle n’a pas été créé.",
        "No se ha creado el rol.",
    ],
    [
        "The role was not deleted.",
        "Die Rolle wurde nicht gelöscht.",
        "Le rôle n’a pas été supprimé.",
        "No se ha borrado el rol.",
    ],
    // Whose users.
    ["customers’ users", "Benutzer von Kunden", "utilisateurs de clients", "usuarios de clientes"],
    ["partners’ users", "Benutzer von Partnern", "utilisateurs de partenaires", "usuarios de socios"],
    ["vendors’ users", "Benutzer von Lieferanten", "utilisateurs de fournisseurs", "usuarios de proveedores"],
    ["staff", "Personal", "personnel", "personal"],
    ["nobody", "niemanden", "personne", "nadie"],
    ["and", "und", "et", "y"],
    ["nothing.", "nichts.", "rien.", "nada."],
    [
        "Use 2 to 40 letters from a to z, digits and spaces, beginning with a letter.",
        "Verwenden Sie 2 bis 40 Buchstaben von a bis z, Ziffern und Leerzeichen, am Anfang einen Buchstaben.",
        "Utilisez de 2 à 40 lettres de a à z, chiffres et espaces, en commençant par une lettre.",
        "Use de 2 a 40 letras de la a a la z, cifras y espacios, empezando por una letra.",
    ],
];
