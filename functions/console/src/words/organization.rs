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
        "Nobody signs in for it.",
        "Niemand meldet sich für sie an.",
        "Personne ne se connecte pour elle.",
        "Nadie inicia sesión para ella.",
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
        "No other organization of its kind has it.",
        "Keine andere Organisation ihrer Art hat sie.",
        "Aucune autre organisation du même type ne le porte.",
        "Ninguna otra organización de su tipo lo tiene.",
    ],
    [
        "For a customer: the number of the partner that looks after it. Empty: none.",
        "Bei einem Kunden: die Nummer des Partners, der ihn betreut. Leer: keiner.",
        "Pour un client\u{a0}: le numéro du partenaire qui le suit. Vide\u{a0}: aucun.",
        "Para un cliente: el número del socio que lo gestiona. Vacío: ninguno.",
    ],
    ["Group of sites", "Gruppe von Websites", "Groupe de sites", "Grupo de sitios"],
    [
        "Where its people sign in. Empty: the standard one.",
        "Wo ihre Personen sich anmelden. Leer: die übliche.",
        "Où ses personnes se connectent. Vide\u{a0}: le groupe habituel.",
        "Donde sus personas inician sesión. Vacío: el habitual.",
    ],
    ["the standard one", "die übliche", "par défaut", "el habitual"],
    [
        "There is no partner with this number.",
        "Es gibt keinen Partner mit dieser Nummer.",
        "Aucun partenaire ne porte ce numéro.",
        "No hay ningún socio con este número.",
    ],
];
