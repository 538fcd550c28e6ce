//! How somebody comes to a first password: by a link in a mail, or typed by staff (requirement U4).

use serde_json::{Map, Value, json};
use shared::domain::role::permission;
use shared::http::Fields;

use crate::api::Api;

/// What a form asks of a first password.
#[derive(Debug)]
pub(crate) struct Credential {
    /// Typed, in place of a link.
    pub(crate) by_password: bool,
    /// Whether they have to choose another at the first sign-in.
    pub(crate) must_change: bool,
    /// Whether they are told by mail; none where that is not asked.
    pub(crate) notify: Option<bool>,
    /// The fewest characters of a password.
    pub(crate) minimum: u32,
    password: String,
    confirmed: String,
}

impl Credential {
    /// As a form begins: a link.
    pub(crate) fn link(api: &Api) -> Self {
        Self { by_password: false, ..Self::of(api, true, String::new(), String::new()) }
    }

    /// This password; a link where none is typed.
    pub(crate) fn of(api: &Api, must_change: bool, password: String, confirmed: String) -> Self {
        let by_password = !password.is_empty() || !confirmed.is_empty();
        let minimum = api.visit.call.settings.password_minimum;
        Self { by_password, must_change, notify: None, minimum, password, confirmed }
    }

    /// The same, on a form that asks whether they are told.
    pub(crate) fn told(mut self, notify: bool) -> Self {
        self.notify = Some(notify);
        self
    }

    /// What was typed.
    pub(crate) fn read(api: &Api, form: &mut Fields) -> Self {
        let mut typed = |field: &str| form.text(field).unwrap_or_default();
        let (method, must_change) = (typed("method"), typed("must_change"));
        Self {
            by_password: method == "password",
            ..Self::of(api, !must_change.is_empty(), typed("password"), typed("confirm_password"))
        }
    }

    /// Puts it into a body as the API takes it.
    pub(crate) fn put(&self, body: &mut Map<String, Value>) {
        if !self.by_password {
            // A link goes out by mail: there is nothing to ask.
            body.insert("credential".to_owned(), json!({ "method": "link" }));
            return;
        }
        body.insert("credential".to_owned(), typed(&self.password, &self.confirmed, self.must_change));
        body.extend(self.notify.map(|notify| ("notify".to_owned(), json!(notify))));
    }
}

/// A typed password as the API takes it.
pub(crate) fn typed(password: &str, confirmed: &str, must_change: bool) -> Value {
    json!({ "method": "password", "password": password, "confirm_password": confirmed, "must_change": must_change })
}

/// Whether this reader may type a first password for somebody.
pub(crate) fn may_type(api: &Api) -> bool {
    let may = |it| api.visit.actor.needs(it).is_ok();
    api.visit.call.settings.manual_passwords && (may(permission::PASSWORDS_FIRST) || may(permission::PASSWORDS_SET))
}
