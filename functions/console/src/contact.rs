//! A contact with all that they have, and what can be done with it.

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use http::{Method, StatusCode};
use serde::Deserialize as _;
use serde_json::Value;
use shared::domain::audit::Via;
use shared::domain::role::RoleName;
use shared::domain::wording::MailLanguage;
use shared::http::pages::{Shown, page, see_other};
use shared::http::{Fields, Form, Problem, told};

use crate::access_shown::AccessShown;
use crate::api::{self, Api, Ask};
use crate::confirm;
use crate::deed::{self, CONTACT, Deed, Part, Told};
use crate::frame::{self, Nav, called, items, label, person, text, texts, time};
use crate::notice::Notice;
use crate::wordings;
use crate::words::{Say as _, fill};

/// A mail, or an entry of the audit, or a session: what, when, and what more there is to say.
#[derive(Debug)]
struct Event {
    /// Of a session that can be ended: `ses_…`.
    session: String,
    what: String,
    more: String,
    at: Option<Shown>,
    until: Option<Shown>,
}

shared::pages! {
    /// A contact.
    Contact, "console/contact.html" {
        /// Where one can go.
        nav: &'a Nav,
        /// `con_…`.
        id: String,
        /// First and last name.
        name: String,
        /// The contact's email.
        email: String,
        /// What else is known: what, and which.
        details: Vec<(&'static str, String)>,
        /// Whether the record is active.
        active: bool,
        /// `org_…`.
        organization: String,
        /// Its name and number.
        organization_name: String,
        /// The access, where there ever was one.
        access: Option<AccessShown>,
        /// The link last sent, where there was one.
        link: Option<Event>,
        /// What staff are told after a creation.
        notice: Notice,
        /// What was just given, which is told with what to pass on.
        given: Option<String>,
        /// Where they still have access after one was revoked: `con_…`, and what it is called.
        remaining: Vec<(String, String)>,
        /// The page's own path.
        path: String,
        /// What can be done.
        offered: Offered,
        /// Whether one can look at the portal as they do.
        previews: bool,
        /// What was done, and what undoes it.
        done: Option<Told>,
        /// The name of what was just done with a button; empty where nothing was.
        just: &'static str,
        /// Whether an access was just revoked that can be given again.
        restores: bool,
        /// What was refused.
        refused: Option<String>,
        /// Why nothing more is mailed to the address that signs in.
        suppression: String,
        /// The mails; none where they are not this reader's to see.
        mails: Option<Vec<Event>>,
        /// The sessions.
        sessions: Option<Vec<Event>>,
        /// The audit.
        audit: Option<Vec<Event>>,
    }
}

/// A page of its own on which something is done: the API's name of it, to what, what the link says, and the path under the
/// contact's.
#[derive(Debug)]
struct Link {
    name: &'static str,
    part: Part,
    label: &'static str,
    path: &'static str,
}

const LINKS: [Link; 5] = [
    Link { name: "grant_access", part: Part::Access, label: "Give access", path: "/access" },
    Link { name: "change_access", part: Part::Access, label: "Change the access", path: "/access" },
    Link { name: "set_password", part: Part::Login, label: "Set a password", path: "/password" },
    Link { name: "edit_login", part: Part::Login, label: "Change how they sign in", path: "/login" },
    Link { name: "edit", part: Part::Record, label: "Edit the details", path: "/edit" },
];

/// What this reader can do now.
#[derive(Debug)]
struct Offered {
    links: Vec<&'static Link>,
    deeds: Vec<&'static Deed>,
}

impl Offered {
    /// The other pages for this part.
    fn links(&self, part: Part) -> Vec<&'static Link> {
        self.links.iter().copied().filter(|link| link.part == part).collect()
    }

    /// The buttons of this part.
    fn deeds(&self, part: Part) -> Vec<&'static Deed> {
        self.deeds.iter().copied().filter(|deed| deed.part == part).collect()
    }

    /// Whether there is anything of this part.
    fn any(&self, part: Part) -> bool {
        !self.links(part).is_empty() || !self.deeds(part).is_empty()
    }
}

/// What such a page has done, as it is told here.
const DONE: [(&str, &str); 6] = [
    ("made", "The contact is created."),
    ("saved", "The details are saved."),
    ("access_saved", "The access is saved."),
    ("names_saved", "How they sign in is saved."),
    ("password_set", "The password is set. Tell them yourself: it is not mailed."),
    ("session_ended", "The session is ended."),
];

/// Where a preview in this browser leads that can't begin.
const UNSEEN: &str = "preview_refused";

/// What is told of it.
const CANT_BE_SEEN: &str = "This access can’t be looked at now: they could not sign in with it.";

/// The same where it is another site's.
const SEEN_ELSEWHERE: &str =
    "This access can’t be looked at from here: it is another site’s. Sign in there and look from there: {}";

/// What is to be told on the page besides.
#[derive(Debug, Default)]
struct Besides {
    done: Option<String>,
    /// The contacts of accesses that remain.
    remaining: Vec<String>,
    refused: Option<Problem>,
}

/// Most accesses that are named as remaining.
const MOST_REMAINING: usize = 10;

/// Where somebody still has access, as far as this reader may open it.
async fn remaining(api: &Api, contacts: &[String]) -> Result<Vec<(String, String)>, Problem> {
    let mut remaining = Vec::new();
    for id in contacts.iter().take(MOST_REMAINING) {
        match place(api, id).await {
            Ok(name) => remaining.push((id.clone(), name)),
            Err(problem) if problem.status == StatusCode::NOT_FOUND => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(remaining)
}

/// A contact's name, with where it is.
async fn place(api: &Api, id: &str) -> Result<String, Problem> {
    let contact = api.ask(Ask::get(format!("/v1/contacts/{}", api::id(id)?))).await?;
    let organization = api.organization(&text(&contact, "/organization")).await?;
    Ok(format!("{}, {}", person(&contact), frame::organization(&organization)))
}

async fn render(api: &Api, id: &str, besides: Besides) -> Result<Response, Problem> {
    let path = format!("/v1/contacts/{}", api::id(id)?);
    let (contact, mails, sessions, audit) = tokio::join!(
        api.ask(Ask::get(&path)),
        api.ask_if_allowed(Ask::get(format!("{path}/mails")).query(&[("limit", "20")])),
        api.ask_if_allowed(Ask::get(format!("{path}/sessions"))),
        api.ask_if_allowed(Ask::get("/v1/audit").query(&[("contact", id), ("limit", "20")])),
    );
    let (contact, mails, sessions, audit) = (contact?, mails?, sessions?, audit?);
    // Who never had access was mailed nothing, and is signed in nowhere.
    let had_access = |_: &Value| !contact["access"].is_null();
    let (mails, sessions) = (mails.filter(had_access), sessions.filter(had_access));
    let organization = api.organization(&text(&contact, "/organization")).await?;
    let actions = texts(&contact, "/actions");
    let may = |name: &str| actions.iter().any(|action| action == name);
    let shell = api.shell();
    let lang = api.lang();
    let is_free = !shell.nav.preview;
    let suppression = mails.as_ref().map(|mails| text(mails, "/suppression/reason")).unwrap_or_default();
    let offered = |deed: &&Deed| match deed.name {
        "revoke_everywhere" => may("revoke_access") && api.visit.actor.is_staff(),
        "lift_suppression" => !suppression.is_empty(),
        name => may(name),
    };
    let status = besides.refused.as_ref().map_or(StatusCode::OK, |problem| problem.status);
    let told = |all: &[(&str, &'static str)], name: &str| all.iter().find(|(it, _)| *it == name).map(|(_, says)| *says);
    let notice = Notice::of(api, &contact);
    let given = match besides.done.as_deref() {
        Some("created") => Some(notice.of_creation(lang)),
        Some("access_given") => Some(notice.of_access(lang)),
        _ => None,
    };
    let restores = is_free && besides.done.as_deref() == Some("revoke_access") && may("grant_access");
    let unseen = besides.done.as_deref().filter(|name| *name == UNSEEN);
    let access = AccessShown::of(api, &contact);
    let unseen = unseen.map(|_| match &access {
        // It could be seen by what it is: so it is for where.
        Some(access) if may("preview") => lang.say_with(SEEN_ELSEWHERE, &access.login_url),
        _ => lang.say(CANT_BE_SEEN).to_owned(),
    });
    let just = besides.done.as_deref().and_then(|name| deed::named(&CONTACT, name)).map_or("", |deed| deed.name);
    let done = besides.done.and_then(|name| match deed::named(&CONTACT, &name) {
        Some(deed) => Some(deed.told(&CONTACT, may)),
        None => told(&DONE, &name).map(|says| (says, None)),
    });
    let shown = Contact::new(
        &shell.frame,
        &shell.nav,
        text(&contact, "/id"),
        person(&contact),
        text(&contact, "/email"),
        details(&contact),
        contact["active"] == true,
        text(&organization, "/id"),
        frame::organization(&organization),
        access,
        link(&contact, lang),
        notice,
        given,
        remaining(api, &besides.remaining).await?,
        format!("/console/contacts/{id}"),
        Offered {
            links: LINKS.iter().filter(|link| is_free && may(link.name)).collect(),
            deeds: CONTACT.iter().filter(|_| is_free).filter(offered).filter(|deed| deed.stands_beside(done)).collect(),
        },
        is_free && may("preview"),
        done,
        just,
        restores,
        besides.refused.as_ref().map(|problem| api.problem(problem)).or(unseen),
        suppression,
        mails.as_ref().map(|mails| items(mails).iter().map(|it| mail(it, lang)).collect()),
        sessions.as_ref().map(|sessions| items(sessions).iter().map(|it| session(it, lang)).collect()),
        audit.as_ref().map(|audit| items(audit).iter().map(|it| entry(api, it)).collect()),
    );
    let answer = page(status, &shown);
    Ok(match &besides.refused {
        Some(problem) => problem.dress(answer),
        None => answer,
    })
}

fn details(contact: &Value) -> Vec<(&'static str, String)> {
    let all = [
        ("Job title", "/title"),
        ("Language", "/language"),
        ("Time zone", "/time_zone"),
        ("Business phone", "/business_phone"),
        ("Mobile phone", "/mobile_phone"),
    ];
    all.iter().map(|(what, at)| (*what, text(contact, at))).filter(|(_, value)| !value.is_empty()).collect()
}

/// What a link is for.
fn purpose(name: &str, lang: MailLanguage) -> String {
    match name {
        "invite" => lang.say("invitation").to_owned(),
        "accept" => lang.say("offer of access").to_owned(),
        "reset" => lang.say("new password").to_owned(),
        other => called(other, lang),
    }
}

fn link(contact: &Value, lang: MailLanguage) -> Option<Event> {
    let link = contact.get("link").filter(|link| !link.is_null())?;
    let what = purpose(&text(link, "/purpose"), lang);
    let mail = lang.say_with("its mail: {}", called(&text(link, "/mail"), lang));
    let more = format!("{}; {mail}", called(&text(link, "/state"), lang));
    let until = time(link, "/expires_at", lang).filter(|_| text(link, "/state") == "valid");
    Some(Event { session: String::new(), what, more, at: time(link, "/sent_at", lang), until })
}

fn mail(mail: &Value, lang: MailLanguage) -> Event {
    let (fate, reason) = (text(mail, "/fate"), text(mail, "/reason"));
    let reason = if reason == fate { String::new() } else { called(&reason, lang) };
    let more = [label(&fate, lang), text(mail, "/to"), reason];
    let more: Vec<_> = more.into_iter().filter(|part| !part.is_empty()).collect();
    Event {
        session: String::new(),
        what: lang.say(&wordings::called(&text(mail, "/template")).0).to_owned(),
        more: more.join(", "),
        at: time(mail, "/sent_at", lang).or_else(|| time(mail, "/created_at", lang)),
        until: None,
    }
}

fn session(session: &Value, lang: MailLanguage) -> Event {
    let what = if session["preview"] == true { "Preview by staff" } else { "Signed in" };
    Event {
        session: text(session, "/id"),
        what: lang.say(what).to_owned(),
        more: String::new(),
        at: time(session, "/created_at", lang),
        until: time(session, "/idle_expires_at", lang).or_else(|| time(session, "/expires_at", lang)),
    }
}

/// Fields whose values are names of the API's own; in others stands what somebody typed.
const NAMED: [&str; 6] = [
    "standing",
    "notifications",
    "can_create_users",
    "claim_authorization_required",
    "must_change_password",
    "login_enabled",
];

/// A value before or after a change.
fn value(api: &Api, field: &str, value: &str) -> String {
    let (lang, settings) = (api.lang(), &api.visit.call.settings);
    let site = || settings.sites.iter().find(|site| site.id.to_string() == value).map(|site| site.name.to_string());
    match field {
        "roles" if !value.is_empty() => {
            let roles = value.split(", ").map(|role| told::role(&RoleName::from(role), lang));
            roles.collect::<Vec<_>>().join(", ")
        }
        "site" => site().unwrap_or_else(|| value.to_owned()),
        "purpose" => purpose(value, lang),
        field if NAMED.contains(&field) => match value {
            "true" => lang.say("yes").to_owned(),
            "false" => lang.say("no").to_owned(),
            name => called(name, lang),
        },
        _ => value.to_owned(),
    }
}

fn entry(api: &Api, entry: &Value) -> Event {
    let lang = api.lang();
    // What never was and is not is nothing to tell.
    let is_told =
        |(_, change): &(&String, &Value)| !text(change, "/before").is_empty() || text(change, "/after") != "false";
    let changes = entry["changes"].as_object().into_iter().flatten().filter(is_told);
    let changes = changes.map(|(field, change)| {
        let part = |at| value(api, field, &text(change, at));
        let field = if field == "standing" { lang.say("Access").to_owned() } else { label(field, lang) };
        match (part("/before").as_str(), part("/after").as_str()) {
            ("", "") => field,
            ("", after) => fill(lang.say("{}: {}"), &[&field, after]),
            (before, "") => fill(lang.say("{}: no longer {}"), &[&field, before]),
            (before, after) => fill(lang.say("{}: {} to {}"), &[&field, before, after]),
        }
    });
    let by = match Via::deserialize(&entry["via"]) {
        Ok(Via::Staff) => "by staff",
        Ok(Via::User) => "by a user",
        Ok(Via::Link) => "with a mailed link",
        Ok(Via::Public) => "on the sign-in page",
        Ok(Via::Sweep) => "by the clock",
        Ok(Via::Mail) => "by what became of a mail",
        Ok(Via::Operator) => "by the operator",
        Err(_) => "",
    };
    let by = lang.say(by).to_owned();
    let more: Vec<_> = std::iter::once(by).chain(changes).collect();
    Event {
        session: String::new(),
        what: label(&text(entry, "/action"), lang),
        more: more.join("; "),
        at: time(entry, "/at", lang),
        until: None,
    }
}

/// The page. `?done=` tells what was just done, `?remaining=` which contacts of the same person still have access.
pub(crate) async fn show(api: Api, Path(id): Path<String>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let done = fields.text("done");
    let remaining = fields.text("remaining").unwrap_or_default();
    fields.finish()?;
    let remaining = remaining.split('.').filter(|id| !id.is_empty()).map(str::to_owned).collect();
    render(&api, &id, Besides { done, remaining, refused: None }).await
}

/// Asks once more.
pub(crate) async fn confirm(api: Api, Path(id): Path<String>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let deed = Deed::asked(&CONTACT, &mut fields)?;
    fields.finish()?;
    let contact = api.ask(Ask::get(format!("/v1/contacts/{}", api::id(&id)?))).await?;
    let organization = api.organization(&text(&contact, "/organization")).await?;
    let facts = vec![
        ("Name", person(&contact)),
        ("Email", text(&contact, "/email")),
        ("Organization", frame::organization(&organization)),
    ];
    Ok(confirm::ask(&api, &deed.question(facts, format!("/console/contacts/{id}"))))
}

/// Does it, or ends one session.
pub(crate) async fn post(api: Api, Path(id): Path<String>, Form(mut fields): Form) -> Result<Response, Problem> {
    let path = format!("/v1/contacts/{}", api::id(&id)?);
    let session = fields.text("session");
    let (done, name) = if let Some(session) = session {
        fields.finish()?;
        let session = format!("{path}/sessions/{}", api::id(&session)?);
        (api.ask(Ask::new(Method::DELETE, session)).await, "session_ended")
    } else {
        let deed = Deed::asked(&CONTACT, &mut fields)?;
        fields.finish()?;
        (deed.run(&api, &path).await, deed.name)
    };
    match done {
        Ok(answer) => {
            let left = answer["remaining"].as_array().map(Vec::as_slice).unwrap_or_default();
            let left: Vec<_> = left.iter().take(MOST_REMAINING).map(|access| text(access, "/contact")).collect();
            let told = [("done", name), ("remaining", &left.join("."))];
            let told = told.into_iter().filter(|(_, value)| !value.is_empty());
            let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(told).finish();
            Ok(see_other(&format!("/console/contacts/{id}?{query}")))
        }
        Err(problem) if matches!(problem.status, StatusCode::CONFLICT | StatusCode::FORBIDDEN) => {
            render(&api, &id, Besides { refused: Some(problem), ..Besides::default() }).await
        }
        Err(problem) => Err(problem),
    }
}
