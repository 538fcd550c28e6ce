//! An organization's page and form.

use shared::phrases::Phrase;

pub(super) const PHRASES: &[Phrase] = &[
    [
        "This organization is inactive.",
        "Diese Organisation ist inaktiv.",
        "Cette organisation est inactive.",
        "Esta organización está inactiva.",
    ],
    [
        "Nobody signs in for it, and nobody can be added.",
        "Niemand meldet sich für sie an, und niemand kann hinzugefügt werden.",
        "Personne ne se connecte pour elle, et personne ne peut être ajouté.",
        "Nadie inicia sesión para ella y no se puede añadir a nadie.",
    ],
    ["Number", "Nummer", "Numéro", "Número"],
    ["Kind", "Art", "Type", "Tipo"],
    ["Looked after by", "Betreut von", "Suivie par", "Gestionada por"],
    ["Nobody here yet.", "Noch niemand hier.", "Personne pour l’instant.", "Todavía no hay nadie."],
    ["Create a user here", "Hier Benutzer anlegen", "Créer un utilisateur ici", "Crear un usuario aquí"],
    ["Its customers", "Ihre Kunden", "Ses clients", "Sus clientes"],
    [
        "No customer is looked after by it yet.",
        "Sie betreut noch keinen Kunden.",
        "Elle ne suit encore aucun client.",
        "Todavía no gestiona ningún cliente.",
    ],
    ["There are more:", "Es gibt weitere:", "Il y en a d’autres\u{a0}:", "Hay más:"],
    [
        "find them by name or number.",
        "Suchen Sie sie nach Name oder Nummer.",
        "cherchez-les par nom ou numéro.",
        "búsquelos por nombre o número.",
    ],
    ["Add a customer", "Kunden hinzufügen", "Ajouter un client", "Añadir un cliente"],
    [
        "The organization is created.",
        "Die Organisation ist angelegt.",
        "L’organisation est créée.",
        "La organización se ha creado.",
    ],
    // The form.
    ["New organization", "Neue Organisation", "Nouvelle organisation", "Organización nueva"],
    ["New customer", "Neuer Kunde", "Nouveau client", "Cliente nuevo"],
    [
        "Its people are added on its page.",
        "Ihre Personen werden auf ihrer Seite hinzugefügt.",
        "Ses personnes s’ajoutent sur sa page.",
        "Sus personas se añaden en su página.",
    ],
    ["Create", "Anlegen", "Créer", "Crear"],
    [
        "Must differ from that of every other organization of its kind.",
        "Muss sich von der jeder anderen Organisation ihrer Art unterscheiden.",
        "Doit être différent de celui de toute autre organisation du même type.",
        "Debe ser distinto del de cualquier otra organización de su tipo.",
    ],
    [
        "For a customer: the number of the partner that looks after it. Empty: none.",
        "Bei einem Kunden: die Nummer des Partners, der ihn betreut. Leer: keiner.",
        "Pour un client\u{a0}: le numéro du partenaire qui le suit. Vide\u{a0}: aucun.",
        "Para un cliente: el número del socio que lo gestiona. Vacío: ninguno.",
    ],
    ["Group of sites", "Gruppe von Websites", "Groupe de sites", "Grupo de sitios"],
    [
        "Its people sign in at every site of this group. Empty: the standard one, “default”.",
        "Ihre Personen melden sich auf jeder Website dieser Gruppe an. Leer: die übliche, „default“.",
        "Ses personnes se connectent à tous les sites de ce groupe. Vide\u{a0}: le groupe habituel, «\u{a0}default\u{a0}».",
        "Sus personas inician sesión en todos los sitios de este grupo. Vacío: el habitual, «default».",
    ],
    ["the standard one", "die übliche", "par défaut", "el habitual"],
    [
        "There is no partner with this number.",
        "Es gibt keinen Partner mit dieser Nummer.",
        "Aucun partenaire ne porte ce numéro.",
        "No hay ningún socio con este número.",
    ],
];
