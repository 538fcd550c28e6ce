//! The wordings that come with the product: every mail in every language.

use crate::domain::mail::Template;
use crate::domain::wording::{MailLanguage, Wording};

macro_rules! wording {
    ($mail:literal, $language:literal) => {
        [
            include_str!(concat!("../../templates/emails/", $mail, "/", $language, "/subject.txt")),
            include_str!(concat!("../../templates/emails/", $mail, "/", $language, "/body.txt")),
            include_str!(concat!("../../templates/emails/", $mail, "/", $language, "/body.html")),
        ]
    };
}

macro_rules! wordings {
    ($template:expr, $language:expr, $($name:ident = $mail:literal),*) => {
        match ($template, $language) {
            $(
                (Template::$name, MailLanguage::En) => wording!($mail, "en"),
                (Template::$name, MailLanguage::De) => wording!($mail, "de"),
                (Template::$name, MailLanguage::Fr) => wording!($mail, "fr"),
                (Template::$name, MailLanguage::Es) => wording!($mail, "es"),
            )*
        }
    };
}

/// The wording that comes with the product.
pub fn standard(template: Template, language: MailLanguage) -> Wording {
    let [subject, text, html] = wordings!(
        template,
        language,
        Invite = "invite",
        Accept = "accept",
        Reminder = "reminder",
        AccessGranted = "access_granted",
        Reset = "reset",
        PasswordChanged = "password_changed",
        EmailConfirm = "email_confirm",
        EmailChanged = "email_changed",
        LoginDisabled = "login_disabled",
        LoginEnabled = "login_enabled"
    );
    Wording { subject: subject.trim_end().to_owned(), text: text.to_owned(), html: html.to_owned() }
}
