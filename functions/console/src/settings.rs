//! What the business sets for all of it: its name, how long things last, how many seats there are.

use axum::extract::RawQuery;
use axum::response::Response;
use http::Method;
use serde_json::Value;
use shared::http::pages::{page, see_other};
use shared::http::{Fields, Form, Problem};

use crate::api::{Api, Ask};
use crate::fields::{self, Faults};
use crate::frame::{Nav, version};
use crate::sheet::{Field, Group, Kind, Sheet};
use crate::words::Say as _;

/// The settings, in the API.
pub(crate) const PATH: &str = "/v1/settings";

const HOURS: Kind = Kind::Number("hours");
const MINUTES: Kind = Kind::Number("minutes");
const USERS: Kind = Kind::Number("users");

const GROUPS: [Group; 5] = [
    Group {
        legend: "The business",
        fields: &[
            Field::new("business", "Name", "It stands at the foot of pages and mails.", Kind::Line),
            Field::new("contact", "Email address for help", "Pages and mails name it for questions.", Kind::Line),
        ],
    },
    Group {
        legend: "Links in mails",
        fields: &[
            Field::new("invite_hours", "An invitation is good for", "1 to 72 hours; holds for new ones.", HOURS),
            Field::new(
                "reset_hours",
                "A link for a new password is good for",
                "1 to 72 hours; holds for new ones.",
                HOURS,
            ),
            Field::new(
                "reminder_hours",
                "Remind of an invitation",
                "Hours before it expires, fewer than it is good for; 0: no reminder. Holds for new ones.",
                HOURS,
            ),
        ],
    },
    Group {
        legend: "Passwords and wrong tries",
        fields: &[
            Field::new(
                "password_minimum",
                "Minimum length of a password",
                "8 to 64; holds for new passwords.",
                Kind::Number("characters"),
            ),
            Field::new(
                "manual_passwords",
                "Staff may type passwords for others",
                "Otherwise the mailed link is the only way to a password.",
                Kind::Flag,
            ),
            Field::new(
                "lockout_after",
                "Lock a login after",
                "3 to 10 wrong passwords in a row.",
                Kind::Number("wrong passwords"),
            ),
            Field::new(
                "lockout_minutes",
                "The first lock lasts",
                "1 to 60 minutes; each further failure doubles it, up to a day.",
                MINUTES,
            ),
        ],
    },
    Group {
        legend: "Sessions",
        fields: &[
            Field::new("idle_minutes", "Sign out after inactivity of", "5 to 1440 minutes.", MINUTES),
            Field::new("session_hours", "Sign out everybody after", "1 to 168 hours, even if active.", HOURS),
        ],
    },
    Group {
        legend: "Seats",
        fields: &[
            Field::new("seats.customer", "Customers’ users at most", "Empty: no limit.", USERS).or("no limit"),
            Field::new("seats.partner", "Partners’ users at most", "Empty: no limit.", USERS).or("no limit"),
            Field::new("seats.vendor", "Vendors’ users at most", "Empty: no limit.", USERS).or("no limit"),
            Field::new("seats.staff", "Staff at most", "Empty: no limit.", USERS).or("no limit"),
        ],
    },
];

shared::pages! {
    /// What the business has set.
    SettingsPage, "console/settings.html" {
        /// Where one can go.
        nav: &'a Nav,
        /// The form.
        sheet: &'a Sheet,
        /// The version that it goes by.
        version: u32,
        /// What was saved.
        saved: Option<Vec<(&'static str, String)>>,
        /// What is wrong.
        faults: &'a Faults,
    }
}

fn render(api: &Api, sheet: &Sheet, version: u32, saved: Option<&str>, faults: &Faults) -> Response {
    let shell = api.shell();
    let saved = saved.map(|names| sheet.saved(names, api.lang()));
    let shown = SettingsPage::new(&shell.frame, &shell.nav, sheet, version, saved, faults);
    page(faults.status(), &shown)
}

/// The settings as they are. Whoever may not change them may not read them.
///
/// # Errors
/// As the API refuses.
pub(crate) async fn now(api: &Api) -> Result<Value, Problem> {
    api.afresh();
    api.ask(Ask::get(PATH)).await
}

/// The page. `?saved=` names what was just saved.
pub(crate) async fn show(api: Api, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let saved = fields.text("saved");
    fields.finish()?;
    let now = now(&api).await?;
    Ok(render(&api, &Sheet::of(&GROUPS, &now), version(&now), saved.as_deref(), &Faults::default()))
}

/// Saves them.
pub(crate) async fn post(api: Api, Form(mut form): Form) -> Result<Response, Problem> {
    let read = fields::version(&mut form);
    let mut sheet = Sheet::read(&GROUPS, &mut form);
    form.finish()?;
    let before = now(&api).await?;
    match api.ask(Ask::new(Method::PATCH, PATH).matching(read).body(sheet.body())).await {
        Ok(after) => {
            let changed = Sheet::of(&GROUPS, &after).changed(&before);
            Ok(see_other(&format!("/console/settings?saved={changed}")))
        }
        Err(problem) => {
            let now = now(&api).await?;
            let faults = sheet.faults(&api, problem, &now)?;
            let version = if faults.is_stale() { version(&now) } else { read };
            Ok(render(&api, &sheet, version, None, &faults))
        }
    }
}
