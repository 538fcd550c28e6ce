//! An access as pages show it.

use serde_json::Value;
use shared::http::pages::Shown;

use crate::api::Api;
use crate::frame::{called, label, role, text, texts, time};
use crate::words::Say as _;

/// An access, as pages show it.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "the contract's facts stand side by side")]
pub(crate) struct AccessShown {
    pub(crate) login_email: String,
    pub(crate) user_id: String,
    pub(crate) account_type: String,
    pub(crate) roles: Vec<String>,
    pub(crate) site: String,
    pub(crate) creates: bool,
    pub(crate) claims: bool,
    pub(crate) state: String,
    pub(crate) active: bool,
    pub(crate) disabled: bool,
    pub(crate) locked_until: Option<Shown>,
    pub(crate) must_change: bool,
    pub(crate) login_url: String,
    pub(crate) last_sign_in_at: Option<Shown>,
}

impl AccessShown {
    /// What a contact has, if it ever had one.
    pub(crate) fn of(api: &Api, contact: &Value) -> Option<Self> {
        let access = contact.get("access").filter(|access| !access.is_null())?;
        let lang = api.lang();
        let site = text(access, "/site");
        let sites = &api.visit.call.settings.sites;
        let site = sites.iter().find(|it| it.id.to_string() == site).map(|it| it.name.to_string());
        let state = text(access, "/state");
        let disabled = access["login_enabled"] == false && state != "revoked";
        let shown = match (state.as_str(), disabled) {
            ("active", true) => label("login_disabled", lang),
            (_, true) => format!("{}, {}", label(&state, lang), called("login_disabled", lang)),
            (_, false) => label(&state, lang),
        };
        Some(Self {
            login_email: text(access, "/login_email"),
            user_id: text(access, "/user_id"),
            account_type: label(&text(access, "/account_type"), lang),
            roles: texts(access, "/roles").iter().map(|it| role(it, lang)).collect(),
            site: site.unwrap_or_else(|| lang.say("Every site of the group").to_owned()),
            creates: access["can_create_users"] == true,
            claims: access["claim_authorization_required"] == true,
            active: state == "active",
            state: shown,
            disabled,
            locked_until: time(access, "/locked_until", lang),
            must_change: access["must_change_password"] == true,
            login_url: text(access, "/login_url"),
            last_sign_in_at: time(access, "/last_sign_in_at", lang),
        })
    }
}
