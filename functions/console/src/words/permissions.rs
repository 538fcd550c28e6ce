//! What each permission permits, as the catalogue describes it.

use shared::phrases::Phrase;

pub(super) const PHRASES: &[Phrase] = &[
    ["See orders.", "Bestellungen ansehen.", "Voir les commandes.", "Ver pedidos."],
    [
        "Place and change orders.",
        "Bestellungen aufgeben und ändern.",
        "Passer et modifier des commandes.",
        "Hacer y cambiar pedidos.",
    ],
    ["See invoices.", "Rechnungen ansehen.", "Voir les factures.", "Ver facturas."],
    ["See estimates.", "Angebote ansehen.", "Voir les devis.", "Ver presupuestos."],
    [
        "Ask for and answer estimates.",
        "Angebote anfordern und beantworten.",
        "Demander des devis et y répondre.",
        "Pedir y contestar presupuestos.",
    ],
    ["See payments.", "Zahlungen ansehen.", "Voir les paiements.", "Ver pagos."],
    ["Pay.", "Bezahlen.", "Payer.", "Pagar."],
    ["See claims.", "Reklamationen ansehen.", "Voir les réclamations.", "Ver reclamaciones."],
    ["Make claims.", "Reklamieren.", "Faire des réclamations.", "Hacer reclamaciones."],
    ["See documents.", "Dokumente ansehen.", "Voir les documents.", "Ver documentos."],
    [
        "See organizations, contacts and their access.",
        "Organisationen, Kontakte und deren Zugänge ansehen.",
        "Voir les organisations, les contacts et leurs accès.",
        "Ver organizaciones, contactos y sus accesos.",
    ],
    [
        "Make and edit contacts.",
        "Kontakte anlegen und bearbeiten.",
        "Créer et modifier des contacts.",
        "Crear y editar contactos.",
    ],
    ["Create users.", "Benutzer anlegen.", "Créer des utilisateurs.", "Crear usuarios."],
    ["Grant and change access.", "Zugang geben und ändern.", "Donner et modifier des accès.", "Dar y cambiar accesos."],
    ["Revoke access.", "Zugang entziehen.", "Retirer des accès.", "Retirar accesos."],
    [
        "Send invitations and password resets.",
        "Einladungen und Links für neue Passwörter schicken.",
        "Envoyer des invitations et des liens de nouveau mot de passe.",
        "Enviar invitaciones y enlaces de contraseña nueva.",
    ],
    [
        "Disable, enable and unlock logins, change login names, end sessions.",
        "Konten deaktivieren, aktivieren und entsperren, Anmeldenamen ändern, Sitzungen beenden.",
        "Désactiver, activer et déverrouiller des comptes, modifier les identifiants, fermer des sessions.",
        "Desactivar, activar y desbloquear cuentas, cambiar los datos de inicio, cerrar sesiones.",
    ],
    ["Read the audit.", "Protokoll lesen.", "Lire le journal.", "Leer el registro."],
    [
        "See the portal as a customer, partner or vendor does.",
        "Das Portal sehen wie ein Kunde, Partner oder Lieferant.",
        "Voir le portail comme un client, un partenaire ou un fournisseur.",
        "Ver el portal como un cliente, socio o proveedor.",
    ],
    [
        "See whose mail does not arrive, and let it go to an address again.",
        "Sehen, wessen Mails nicht ankommen, und Adressen wieder freigeben.",
        "Voir à qui les e-mails ne parviennent pas, et autoriser de nouveau une adresse.",
        "Ver a quién no le llegan los correos y volver a permitir una dirección.",
    ],
    [
        "Make and edit organizations.",
        "Organisationen anlegen und bearbeiten.",
        "Créer et modifier des organisations.",
        "Crear y editar organizaciones.",
    ],
    [
        "Give a new user their first password.",
        "Neuen Benutzern das erste Passwort geben.",
        "Donner à un nouvel utilisateur son premier mot de passe.",
        "Dar a un usuario nuevo su primera contraseña.",
    ],
    [
        "Set anybody’s password at any time.",
        "Jederzeit das Passwort von jedem festlegen.",
        "Définir à tout moment le mot de passe de n’importe qui.",
        "Poner la contraseña de cualquiera en cualquier momento.",
    ],
    [
        "Make and change staff’s and vendors’ users.",
        "Benutzer des Personals und von Lieferanten anlegen und ändern.",
        "Créer et modifier les utilisateurs du personnel et des fournisseurs.",
        "Crear y cambiar los usuarios del personal y de los proveedores.",
    ],
    [
        "Change settings, sites, roles and mail texts.",
        "Einstellungen, Websites, Rollen und Mailtexte ändern.",
        "Modifier les paramètres, les sites, les rôles et les textes des e-mails.",
        "Cambiar la configuración, los sitios, los roles y los textos de los correos.",
    ],
];
