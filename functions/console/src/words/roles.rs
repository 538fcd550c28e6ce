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
    ["They stay as they are.", "Sie bleiben, wie sie sind.", "Ils restent tels quels.", "Se quedan como están."],
    ["All roles", "Alle Rollen", "Tous les rôles", "Todos los roles"],
    [
        "Letters from a to z, digits and spaces, such as Order desk. It stays as it is; portals know it as order_desk.",
        "Buchstaben von a bis z, Ziffern und Leerzeichen, etwa Order desk. Er bleibt, wie er ist; Portale kennen ihn als order_desk.",
        "Lettres de a à z, chiffres et espaces, par exemple Order desk. Il ne change plus\u{a0}; les portails le connaissent sous order_desk.",
        "Letras de la a a la z, cifras y espacios, por ejemplo Order desk. No se cambia después; los portales lo conocen como order_desk.",
    ],
    ["Who may hold it", "Wer sie haben darf", "Qui peut l’avoir", "Quién puede tenerlo"],
    ["What it permits", "Was sie erlaubt", "Ce qu’il permet", "Qué permite"],
    ["Delete this role", "Diese Rolle löschen", "Supprimer ce rôle", "Borrar este rol"],
    ["Delete the role", "Rolle löschen", "Supprimer le rôle", "Borrar el rol"],
    ["Role", "Rolle", "Rôle", "Rol"],
    ["For", "Für", "Pour", "Para"],
    ["Permits", "Erlaubt", "Permet", "Permite"],
    [
        "Nobody can be given this role any more, and it does not come back. While somebody holds it, it can't be deleted.",
        "Niemandem kann diese Rolle mehr gegeben werden, und sie kommt nicht wieder. Solange jemand sie hat, lässt sie sich nicht löschen.",
        "Ce rôle ne pourra plus être donné à personne, et ne reviendra pas. Tant que quelqu’un l’a, il ne peut pas être supprimé.",
        "Este rol ya no se podrá dar a nadie y no se recupera. Mientras alguien lo tenga, no se puede borrar.",
    ],
    [
        "The role is created. It can be given from now on.",
        "Die Rolle ist angelegt. Sie kann ab jetzt gegeben werden.",
        "Le rôle est créé. Il peut être donné dès maintenant.",
        "El rol se ha creado. Se puede dar desde ahora.",
    ],
    ["The role is deleted.", "Die Rolle ist gelöscht.", "Le rôle est supprimé.", "El rol se ha borrado."],
    [
        "The role is saved. Who holds it is held to it within a minute.",
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
];
