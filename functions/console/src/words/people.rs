//! Finding people and organizations.

use shared::phrases::Phrase;

pub(super) const PHRASES: &[Phrase] = &[
    [
        "Find a person or an organization by name, email or number",
        "Person oder Organisation suchen, nach Name, E-Mail-Adresse oder Nummer",
        "Chercher une personne ou une organisation par nom, adresse e-mail ou numéro",
        "Buscar una persona u organización por nombre, correo o número",
    ],
    ["Find", "Suchen", "Chercher", "Buscar"],
    [
        "Found: {}. The list is below.",
        "Gefunden: {}. Die Liste steht unten.",
        "Résultats\u{a0}: {}. La liste se trouve ci-dessous.",
        "Resultados: {}. La lista está abajo.",
    ],
    ["Nothing is found.", "Nichts gefunden.", "Aucun résultat.", "No se ha encontrado nada."],
    [
        "There is nobody here yet.",
        "Hier ist noch niemand.",
        "Il n’y a encore personne ici.",
        "Aquí todavía no hay nadie.",
    ],
    [
        "Create the first user.",
        "Legen Sie den ersten Benutzer an.",
        "Créez le premier utilisateur.",
        "Cree el primer usuario.",
    ],
    [
        "Nobody’s first name, last name or email begins with “{}”, and no organization’s name or number does.",
        "Kein Vorname, kein Nachname und keine E-Mail-Adresse beginnt mit „{}“, auch kein Name und keine Nummer einer Organisation.",
        "Aucun prénom, nom ni adresse e-mail ne commence par «\u{a0}{}\u{a0}», et aucun nom ni numéro d’organisation non plus.",
        "Ningún nombre, apellido ni correo empieza por «{}», ni tampoco el nombre o el número de ninguna organización.",
    ],
    ["Create a user.", "Benutzer anlegen.", "Créer un utilisateur.", "Crear un usuario."],
    ["Everybody, by name", "Alle, nach Namen", "Tout le monde, par nom", "Todos, por apellido"],
    ["More people", "Weitere Personen", "Plus de personnes", "Más personas"],
    ["Back to the beginning", "Zurück zum Anfang", "Retour au début", "Volver al principio"],
    ["Organizations", "Organisationen", "Organisations", "Organizaciones"],
    ["inactive", "inaktiv", "inactif", "inactivo"],
    [
        "Add a contact without access",
        "Kontakt ohne Zugang hinzufügen",
        "Ajouter un contact sans accès",
        "Añadir un contacto sin acceso",
    ],
    ["Your organization’s page", "Seite Ihrer Organisation", "Page de votre organisation", "Página de su organización"],
    ["Add an organization", "Organisation hinzufügen", "Ajouter une organisation", "Añadir una organización"],
    ["People found", "Gefundene Personen", "Personnes trouvées", "Personas encontradas"],
];
