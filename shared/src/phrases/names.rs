//! What account types and the roles that come with the product are called.

use super::Phrase;

pub(super) const PHRASES: &[Phrase] = &[
    ["Customer", "Kunde", "Client", "Cliente"],
    ["Partner", "Partner", "Partenaire", "Socio"],
    ["Vendor", "Lieferant", "Fournisseur", "Proveedor"],
    ["Staff", "Personal", "Personnel", "Personal"],
    ["Administrator", "Administration", "Administration", "Administración"],
    ["Account manager", "Kundenbetreuung", "Suivi de la clientèle", "Gestión de cuentas"],
    ["Support", "Support", "Assistance", "Asistencia"],
    ["Customer center", "Kundencenter", "Espace client", "Centro de clientes"],
    ["Customer administrator", "Kundenadministration", "Administration du client", "Administración del cliente"],
    ["Partner administrator", "Partneradministration", "Administration du partenaire", "Administración del socio"],
];
