//! The business's limits, its name and its address for help.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use shared::app::App;
use shared::domain::email::Email;
use shared::domain::role::AccountType;
use shared::domain::rules::settings::{edit_settings, may_set};
use shared::domain::settings::{Lockout, Settings};
use shared::domain::text::Name;
use shared::flow;
use shared::http::problem::ProblemBody;
use shared::http::{Fields, JsonBody, Problem, Signed, door};
use utoipa::ToSchema;

use crate::list::now;

const KINDS: [AccountType; 4] = [AccountType::Customer, AccountType::Partner, AccountType::Vendor, AccountType::Staff];

/// What the business has set.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Settings)]
pub(crate) struct SettingsView {
    /// The business's name.
    business: String,
    /// The address that mails and pages name for help.
    contact: String,
    /// How long an invitation is good, in hours.
    invite_hours: u8,
    /// How long a password reset is good, in hours.
    reset_hours: u8,
    /// How long before its end somebody is reminded of an invitation, in hours; 0: never.
    reminder_hours: u8,
    /// The fewest characters of a password.
    password_minimum: u32,
    /// A session not used for so many minutes is over.
    idle_minutes: u32,
    /// A session is over after so many hours, used or not.
    session_hours: u32,
    /// Failures in a row that lock a login.
    lockout_after: u32,
    /// The first lock, in minutes; each further failure doubles it, up to a day.
    lockout_minutes: u32,
    /// Whether staff may choose passwords.
    manual_passwords: bool,
    /// How many accesses there may be at once of each account type; null: no limit.
    seats: SeatsView,
    /// Moves with each edit of settings, sites and roles.
    version: u32,
}

/// How many accesses there may be at once; null: no limit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Seats)]
struct SeatsView {
    /// Of customers' users.
    customer: Option<u32>,
    /// Of partners' users.
    partner: Option<u32>,
    /// Of vendors' users.
    vendor: Option<u32>,
    /// Of staff.
    staff: Option<u32>,
}

impl SeatsView {
    fn of(settings: &Settings) -> Self {
        let of = |kind| settings.seats.get(&kind).copied();
        let [customer, partner, vendor, staff] = KINDS.map(of);
        Self { customer, partner, vendor, staff }
    }
}

impl SettingsView {
    fn of(settings: &Settings) -> Self {
        Self {
            business: settings.business.to_string(),
            contact: settings.contact.to_string(),
            invite_hours: settings.invite_hours,
            reset_hours: settings.reset_hours,
            reminder_hours: settings.reminder_hours,
            password_minimum: settings.password_minimum,
            idle_minutes: settings.idle_minutes,
            session_hours: settings.session_hours,
            lockout_after: settings.lockout.after,
            lockout_minutes: settings.lockout.minutes,
            manual_passwords: settings.manual_passwords,
            seats: SeatsView::of(settings),
            version: settings.version,
        }
    }
}

/// Reads the settings. For administrators.
#[utoipa::path(get, path = "/v1/settings", tag = "settings", operation_id = "get_settings",
    responses(
        (status = 200, description = "The settings.", body = SettingsView),
        (status = 403, description = "Not allowed.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn get(State(app): State<App>, Signed(visit): Signed) -> Result<Response, Problem> {
    may_set(&visit.actor)?;
    let settings = now(&app).await?.value;
    Ok(door::versioned(StatusCode::OK, settings.version, &SettingsView::of(&settings)))
}

/// What of the settings is to be otherwise; what is left out stays.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
pub(crate) struct SettingsPatch {
    /// The business's name.
    business: Option<String>,
    /// The address that mails and pages name for help.
    contact: Option<String>,
    /// 1 to 72; holds for new links.
    invite_hours: Option<u32>,
    /// 1 to 72; holds for new links.
    reset_hours: Option<u32>,
    /// 0 to 71; 0: never; holds for invitations that are sent from then on.
    reminder_hours: Option<u32>,
    /// 8 to 64; holds for new passwords.
    password_minimum: Option<u32>,
    /// 5 to 1440.
    idle_minutes: Option<u32>,
    /// 1 to 168.
    session_hours: Option<u32>,
    /// 3 to 10.
    lockout_after: Option<u32>,
    /// 1 to 60.
    lockout_minutes: Option<u32>,
    /// Whether staff may choose passwords.
    manual_passwords: Option<bool>,
    /// By account type; null: no limit.
    seats: Option<SeatsPatch>,
}

/// How many accesses there may be at once; null: no limit; left out: as it is.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
struct SeatsPatch {
    /// Of customers' users.
    customer: Option<u32>,
    /// Of partners' users.
    partner: Option<u32>,
    /// Of vendors' users.
    vendor: Option<u32>,
    /// Of staff.
    staff: Option<u32>,
}

/// What was asked for, to be laid over what is.
#[derive(Debug, Default)]
struct Edit {
    business: Option<Name>,
    contact: Option<Email>,
    numbers: BTreeMap<&'static str, u32>,
    manual_passwords: Option<bool>,
    seats: Vec<(AccountType, Option<u32>)>,
}

impl Edit {
    fn read(mut fields: Fields) -> Result<Self, Problem> {
        let mut edit = Self {
            business: fields.replaced("business", Name::parse),
            contact: fields.replaced("contact", Email::parse),
            manual_passwords: fields.replaced_flag("manual_passwords"),
            ..Self::default()
        };
        for (field, _, least, most) in shared::domain::rules::settings::BOUNDS {
            edit.numbers.extend(fields.replaced_number(field, least, most).map(|number| (field, number)));
        }
        if fields.has("seats") {
            let seats = fields.object("seats", |inner| {
                let one = |kind: AccountType| Some((kind, inner.cleared_number(kind.as_str(), 0, 10_000_000)?));
                Some(KINDS.into_iter().filter_map(one).collect::<Vec<_>>())
            });
            edit.seats = seats.unwrap_or_default();
        }
        fields.finish()?;
        Ok(edit)
    }

    fn over(&self, before: &Settings) -> Settings {
        let number = |field: &str, present: u32| self.numbers.get(field).copied().unwrap_or(present);
        let hours = |field: &str, present: u8| u8::try_from(number(field, present.into())).unwrap_or(present);
        let mut after = Settings {
            business: self.business.clone().unwrap_or_else(|| before.business.clone()),
            contact: self.contact.clone().unwrap_or_else(|| before.contact.clone()),
            invite_hours: hours("invite_hours", before.invite_hours),
            reset_hours: hours("reset_hours", before.reset_hours),
            reminder_hours: hours("reminder_hours", before.reminder_hours),
            password_minimum: number("password_minimum", before.password_minimum),
            idle_minutes: number("idle_minutes", before.idle_minutes),
            session_hours: number("session_hours", before.session_hours),
            lockout: Lockout {
                after: number("lockout_after", before.lockout.after),
                minutes: number("lockout_minutes", before.lockout.minutes),
            },
            manual_passwords: self.manual_passwords.unwrap_or(before.manual_passwords),
            ..before.clone()
        };
        for (kind, seats) in &self.seats {
            match seats {
                Some(seats) => after.seats.insert(*kind, *seats),
                None => after.seats.remove(kind),
            };
        }
        after
    }
}

/// Changes the settings. For administrators.
#[utoipa::path(patch, path = "/v1/settings", tag = "settings", operation_id = "edit_settings",
    params(("If-Match" = String, Header, description = "The version that was read.")),
    request_body = SettingsPatch,
    responses(
        (status = 200, description = "The settings.", body = SettingsView),
        (status = 400, description = "Fields are wrong.", body = ProblemBody),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 412, description = "Changed since they were read.", body = ProblemBody),
        (status = 428, description = "Say which version was read.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn patch(
    State(app): State<App>,
    Signed(mut visit): Signed,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, Problem> {
    may_set(&visit.actor)?;
    let edit = Edit::read(body.fields)?;
    shared::decide!(&app, as visit, {
        let settings = now(&app).await?;
        flow::must_match(&headers, settings.value.version)?;
        let after = edit.over(&settings.value);
        ((), edit_settings(after, &settings, &visit.actor, &visit.call.moment())?)
    });
    app.forget_settings();
    let settings = now(&app).await?.value;
    Ok(door::versioned(StatusCode::OK, settings.version, &SettingsView::of(&settings)))
}
