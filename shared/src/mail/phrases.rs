//! What every mail says alike, in each language.

use jiff::Timestamp;

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
    /// At the foot, before the address for help.
    pub questions: &'static str,
    /// How a point in time is written, in jiff's terms but for the month's name, which is `MONTH`, and a French day's
    /// number, which is `DAY`: the first is an ordinal.
    time: &'static str,
    months: [&'static str; 12],
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

    /// A point in time, in UTC.
    pub(super) fn moment(&self, at: Timestamp) -> String {
        let month = at.to_zoned(jiff::tz::TimeZone::UTC).month();
        let name =
            usize::try_from(month - 1).ok().and_then(|month| self.months.get(month)).copied().unwrap_or_default();
        let day = at.strftime("%-d").to_string();
        let day = if day == "1" { "1er" } else { &day };
        at.strftime(self.time).to_string().replace("MONTH", name).replace("DAY", day)
    }
}

const EN: Phrases = Phrases {
    heading: "How to sign in, now and later",
    where_to: "Where",
    login_name: "Login name",
    or_user_id: "Or your user ID",
    your_administrator: "Your administrator",
    button_fails: "If the button does not work, copy this address into your browser:",
    questions: "Questions? Write to",
    time: "%-d MONTH %Y at %H:%M UTC",
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
};

const DE: Phrases = Phrases {
    heading: "So melden Sie sich an, jetzt und später",
    where_to: "Wo",
    login_name: "Anmeldename",
    or_user_id: "Oder Ihre Benutzer-ID",
    your_administrator: "Ihre Verwaltung",
    button_fails: "Funktioniert die Schaltfläche nicht, kopieren Sie diese Adresse in Ihren Browser:",
    questions: "Fragen? Schreiben Sie an",
    time: "%-d. MONTH %Y um %H:%M Uhr (UTC)",
    months: [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
};

const FR: Phrases = Phrases {
    heading: "Comment se connecter, maintenant et plus tard",
    where_to: "Où",
    login_name: "Identifiant",
    or_user_id: "Ou votre nom d’utilisateur",
    your_administrator: "Votre administration",
    button_fails: "Si le bouton ne fonctionne pas, copiez cette adresse dans votre navigateur\u{a0}:",
    questions: "Des questions\u{202f}? Écrivez à",
    time: "DAY MONTH %Y à %H:%M (UTC)",
    months: [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
};

const ES: Phrases = Phrases {
    heading: "Cómo iniciar sesión, ahora y más adelante",
    where_to: "Dónde",
    login_name: "Correo de acceso",
    or_user_id: "O su ID de usuario",
    your_administrator: "Su administración",
    button_fails: "Si el botón no funciona, copie esta dirección en su navegador:",
    questions: "¿Preguntas? Escriba a",
    time: "%-d de MONTH de %Y a las %H:%M (UTC)",
    months: [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
};
