//! Those who can't get in, and sending to all of them again.

use axum::response::Response;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::wording::MailLanguage;
use shared::http::pages::{Shown, page};
use shared::http::{Form, Problem};

use crate::api::{Api, Ask, OrganizationNames};
use crate::frame::{Nav, called, items, person, text, time};
use crate::words::Say as _;

/// Somebody who can't get in.
#[derive(Debug)]
struct Row {
    id: String,
    name: String,
    email: String,
    organization: String,
    mail: String,
    since: Option<Shown>,
    until: Option<Shown>,
}

/// A list of them.
#[derive(Debug)]
struct List {
    why: &'static str,
    title: &'static str,
    says: &'static str,
    none: &'static str,
    /// How it is told since when.
    since: &'static str,
    rows: Vec<Row>,
    more: bool,
}

shared::pages! {
    /// Those who can't get in.
    Attention, "console/attention.html" {
        /// Where one can go.
        nav: &'a Nav,
        /// The lists.
        lists: Vec<List>,
        /// What was done.
        done: Option<String>,
        /// To whom something was sent, where they are several.
        sent: Vec<String>,
        /// To whom nothing could be sent, and why.
        unsent: Vec<String>,
    }
}

/// As many as are sent to in one go.
const AT_ONCE: &str = "100";
const MOST: usize = 100;

/// Most pages that are looked through for one list: what is listed may no longer be so, and pages be short.
const MOST_PAGES: usize = 5;

/// The first who are on a list, and whether there may be more.
async fn found(api: &Api, why: &str) -> Result<(Vec<Value>, bool), Problem> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    for _ in 0..MOST_PAGES {
        let asked = [("why", why), ("limit", AT_ONCE), ("cursor", &cursor)];
        let page = api.ask(Ask::get("/v1/attention").query(&asked)).await?;
        let room = MOST.saturating_sub(all.len());
        let is_cut = items(&page).len() > room;
        all.extend(items(&page).iter().take(room).cloned());
        cursor = text(&page, "/next_cursor");
        if cursor.is_empty() || is_cut || all.len() == MOST {
            return Ok((all, is_cut || !cursor.is_empty()));
        }
    }
    Ok((all, true))
}

fn list(lang: MailLanguage, names: &OrganizationNames, why: &'static str, (found, more): (Vec<Value>, bool)) -> List {
    let (title, says, none, since) = match why {
        "mail_stuck" => (
            "Mails that did not arrive",
            "Their last mail with a link came back, or could not be sent. Put the address right first where it is wrong.",
            "No mail is stuck.",
            "since {}",
        ),
        "invitation_expired" => (
            "Invitations that expired",
            "They were invited and set no password in time.",
            "No invitation has expired.",
            "expired {}",
        ),
        _ => (
            "Logins that are locked",
            "Too many wrong passwords were tried. The lock ends by itself. A new link lets them in at once, and on their own page you can lift the lock.",
            "No login is locked.",
            "locked {}",
        ),
    };
    let rows = found.iter().map(|it| Row {
        id: text(it, "/contact"),
        name: person(it),
        email: text(it, "/email"),
        organization: names.of(it),
        mail: called(&text(it, "/mail"), lang),
        since: time(it, "/since", lang),
        until: time(it, "/locked_until", lang),
    });
    List { why, title, says, none, since, rows: rows.collect(), more }
}

async fn render(api: &Api, done: Option<String>, sent: Vec<String>, unsent: Vec<String>) -> Result<Response, Problem> {
    let (stuck, expired, locked) =
        tokio::join!(found(api, "mail_stuck"), found(api, "invitation_expired"), found(api, "login_locked"));
    let (stuck, expired, locked) = (stuck?, expired?, locked?);
    let names = api.organizations_of([&stuck.0, &expired.0, &locked.0].into_iter().flatten()).await?;
    let list = |why, found| list(api.lang(), &names, why, found);
    let lists = vec![list("mail_stuck", stuck), list("invitation_expired", expired), list("login_locked", locked)];
    let shell = api.shell();
    Ok(page(StatusCode::OK, &Attention::new(&shell.frame, &shell.nav, lists, done, sent, unsent)))
}

/// The page.
pub(crate) async fn show(api: Api) -> Result<Response, Problem> {
    render(&api, None, Vec::new(), Vec::new()).await
}

/// Sends to everybody on one of the lists again.
pub(crate) async fn post(api: Api, Form(mut fields): Form) -> Result<Response, Problem> {
    let lang = api.lang();
    let why = fields.text("why").unwrap_or_default();
    fields.finish()?;
    let (found, _) = found(&api, &why).await?;
    let contacts: Vec<_> = found.iter().map(|it| text(it, "/contact")).collect();
    if contacts.is_empty() {
        return render(&api, Some(lang.say("There was nobody left to send to.").to_owned()), Vec::new(), Vec::new())
            .await;
    }
    let sent = api.ask(Ask::new(Method::POST, "/v1/attention/resend").body(json!({ "contacts": contacts }))).await?;
    let results = sent["results"].as_array().map(Vec::as_slice).unwrap_or_default();
    let who =
        |result: &Value| found.iter().find(|it| it["contact"] == result["contact"]).map(person).unwrap_or_default();
    let (unsent, sent): (Vec<_>, Vec<_>) = results.iter().partition(|result| result["sent"].is_null());
    let unsent = unsent.into_iter();
    let unsent = unsent.map(|result| format!("{}: {}", who(result), api.told(&text(result, "/problem/detail"))));
    let unsent = unsent.collect();
    let whom = |result: &Value| format!("{}, {}", who(result), text(result, "/sent/access/login_email"));
    let mut sent: Vec<_> = sent.into_iter().map(whom).collect();
    let done = match sent.len() {
        0 => None,
        1 => sent.pop().map(|whom| lang.say_with("A new link went to {}.", whom)),
        many => Some(lang.say_with("New links went to {} people:", many)),
    };
    render(&api, done, sent, unsent).await
}
