//! What every page of the console shows around its own, and how it writes what the API answers.

use serde_json::Value;
use shared::domain::role::{RoleName, permission};
use shared::domain::rules::organizations::may_create;
use shared::domain::wording::MailLanguage;
use shared::http::pages::{Frame, Shown};
use shared::http::signed::Visit;
use shared::http::told;

use crate::words::Say as _;

/// The frame of a page, and where one can go from it.
#[derive(Debug)]
pub(crate) struct Shell {
    pub(crate) frame: Frame,
    pub(crate) nav: Nav,
}

/// The parts of the console that one can go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// People and organizations.
    People,
    /// The form for a new user.
    NewUser,
    /// Who can't get in.
    Attention,
    /// What the business has set.
    Settings,
}

impl Place {
    /// The part that a page belongs to.
    pub(crate) fn of(path: &str) -> Self {
        match path.split('/').nth(2).unwrap_or_default() {
            "new-user" => Self::NewUser,
            "attention" => Self::Attention,
            "settings" | "sites" | "new-site" | "roles" | "new-role" => Self::Settings,
            _ => Self::People,
        }
    }
}

/// Where one can go: what one may not do isn't there.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a link that is there or is not")]
pub(crate) struct Nav {
    /// Where one is.
    pub(crate) here: Place,
    /// Find people.
    pub(crate) finds: bool,
    /// Create users.
    pub(crate) creates: bool,
    /// Make contacts.
    pub(crate) adds: bool,
    /// Make organizations.
    pub(crate) registers: bool,
    /// See to those who can't get in.
    pub(crate) attends: bool,
    /// Change what the business has set.
    pub(crate) sets: bool,
    /// Whether staff look on.
    pub(crate) preview: bool,
}

impl Shell {
    pub(crate) fn of(visit: &Visit, here: Place) -> Self {
        let may = |permission| visit.actor.needs(permission).is_ok();
        let preview = visit.session.value.preview.is_some();
        Self {
            frame: Frame::of(&visit.call, visit.language()),
            nav: Nav {
                here,
                finds: may(permission::CONTACTS_READ),
                creates: may(permission::USERS_CREATE) && !preview,
                adds: may(permission::CONTACTS_WRITE) && !preview,
                registers: may_create(&visit.actor).is_ok() && !preview,
                attends: may(permission::MAIL_MANAGE) && !preview,
                sets: may(permission::SETTINGS_MANAGE) && !preview,
                preview,
            },
        }
    }
}

/// A text that the API answers, empty where there is none.
pub(crate) fn text(value: &Value, at: &str) -> String {
    value.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A version that the API answers.
pub(crate) fn version(value: &Value) -> u32 {
    value["version"].as_u64().and_then(|version| u32::try_from(version).ok()).unwrap_or_default()
}

/// What the API lists.
pub(crate) fn items(value: &Value) -> &[Value] {
    value["items"].as_array().map_or(&[], Vec::as_slice)
}

/// Texts that the API lists.
pub(crate) fn texts(value: &Value, at: &str) -> Vec<String> {
    let all = value.pointer(at).and_then(Value::as_array).into_iter().flatten();
    all.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A time that the API answers.
pub(crate) fn time(value: &Value, at: &str, lang: MailLanguage) -> Option<Shown> {
    value.pointer(at)?.as_str()?.parse().ok().map(|moment| Shown::of(moment, lang))
}

/// What a name of the API is called: `login_disabled`, `login disabled`.
pub(crate) fn called(name: &str, lang: MailLanguage) -> String {
    lang.say(&name.replace('_', " ")).to_owned()
}

/// The same by itself: `Login disabled`.
pub(crate) fn label(name: &str, lang: MailLanguage) -> String {
    capital(&called(name, lang))
}

/// As a text begins that stands by itself.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What a role is called.
pub(crate) fn role(name: &str, lang: MailLanguage) -> String {
    told::role(&RoleName::from(name), lang)
}

/// An organization's name and number.
pub(crate) fn organization(value: &Value) -> String {
    format!("{} ({})", text(value, "/name"), text(value, "/number"))
}

/// What an organization is to the business.
pub(crate) fn kind(organization: &Value, lang: MailLanguage) -> String {
    match text(organization, "/kind").as_str() {
        "internal" => lang.say("the business itself").to_owned(),
        kind => called(kind, lang),
    }
}

/// What an organization's users are to the business: `customer`, say.
pub(crate) fn account_type(organization: &Value) -> String {
    let kind = text(organization, "/kind");
    if kind == "internal" { "staff".to_owned() } else { kind }
}

/// First and last name.
pub(crate) fn person(value: &Value) -> String {
    format!("{} {}", text(value, "/first_name"), text(value, "/last_name"))
}
