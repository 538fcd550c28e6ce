//! What every mail says alike, in each language.

use crate::domain::wording::MailLanguage;

/// What every mail says alike.
#[derive(Debug, Clone, Copy)]
pub(super) struct Phrases {
    /// Above how to sign in.
    pub heading: &'static str,
    /// Before the sign-in page's address.
    pub where_to: &'static str,
    /// Before the email that signs in.
    pub login_name: &'static str,
    /// Before the user ID, where there is one.
    pub or_user_id: &'static str,
    /// Before the address for help.
    pub your_administrator: &'static str,
    /// Under a button.
    pub button_fails: &'static str,
}

impl Phrases {
    /// Those of a language.
    pub(super) fn of(language: MailLanguage) -> Self {
        match language {
            MailLanguage::En => EN,
            MailLanguage::De => DE,
            MailLanguage::Fr => FR,
            MailLanguage::Es => ES,
        }
    }
}

const EN: Phrases = Phrases {
    heading: "How to sign in from now on",
    where_to: "Where",
    login_name: "Login name",
    or_user_id: "Or your user ID",
    your_administrator: "Your administrator",
    button_fails: "If the button does not work, copy this address into your browser:",
};

const DE: Phrases = Phrases {
    heading: "So melden Sie sich an, auch später",
    where_to: "Wo",
    login_name: "Anmeldename",
    or_user_id: "Oder Ihre Benutzer-ID",
    your_administrator: "Ihre Verwaltung",
    button_fails: "Funktioniert die Schaltfläche nicht, kopieren Sie diese Adresse in Ihren Browser:",
};

const FR: Phrases = Phrases {
    heading: "Comment se connecter désormais",
    where_to: "Où",
    login_name: "Identifiant",
    or_user_id: "Ou votre nom d’utilisateur",
    your_administrator: "Votre administration",
    button_fails: "Si le bouton ne fonctionne pas, copiez cette adresse dans votre navigateur\u{a0}:",
};

const ES: Phrases = Phrases {
    heading: "Cómo iniciar sesión, también más adelante",
    where_to: "Dónde",
    login_name: "Correo de acceso",
    or_user_id: "O su ID de usuario",
    your_administrator: "Su administración",
    button_fails: "Si el botón no funciona, copie esta dirección en su navegador:",
};
