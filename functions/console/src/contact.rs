//! A contact with all that they have, and what can be done with it.

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use http::{Method, StatusCode};
use serde_json::Value;
use shared::http::pages::{page, see_other};
use shared::http::{Fields, Form, Problem};

use crate::api::{self, Api, Ask};
use crate::confirm::{self, Question};
use crate::frame::{self, Nav, Shell, Time, items, label, person, text, texts, time};

/// Something that is done with a button.
#[derive(Debug)]
pub(crate) struct Deed {
    /// Its name: in the API's `actions`, and in the form.
    name: &'static str,
    /// What the button says.
    label: &'static str,
    method: Method,
    /// The path under the contact's.
    path: &'static str,
    /// What is told once it is done.
    done: &'static str,
    /// What undoes it.
    undo: Option<&'static str>,
    /// What comes of it, asked before; nothing is asked where nothing is lost.
    consequence: Option<&'static str>,
}

const DEEDS: [Deed; 10] = [
    Deed {
        name: "send_reset",
        label: "Send a link",
        method: Method::POST,
        path: "/reset",
        done: "A link was written. What became of its mail is shown below.",
        undo: None,
        consequence: None,
    },
    Deed {
        name: "disable_login",
        label: "Disable the login",
        method: Method::POST,
        path: "/disable-login",
        done: "The login is disabled, and signed out everywhere.",
        undo: Some("enable_login"),
        consequence: Some(
            "They are signed out at their next request, can't sign in until the login is enabled again, and links sent before no longer work. Their details and password are kept. They are told by mail.",
        ),
    },
    Deed {
        name: "enable_login",
        label: "Enable the login",
        method: Method::POST,
        path: "/enable-login",
        done: "The login is enabled. They are told by mail.",
        undo: Some("disable_login"),
        consequence: None,
    },
    Deed {
        name: "unlock",
        label: "Unlock",
        method: Method::POST,
        path: "/unlock",
        done: "The lock is lifted: they can try again at once.",
        undo: None,
        consequence: None,
    },
    Deed {
        name: "require_password_change",
        label: "Require a new password",
        method: Method::POST,
        path: "/require-password-change",
        done: "They choose a new password before anything else.",
        undo: None,
        consequence: None,
    },
    Deed {
        name: "end_sessions",
        label: "Sign out everywhere",
        method: Method::DELETE,
        path: "/sessions",
        done: "They are signed out everywhere.",
        undo: None,
        consequence: Some("Every session of theirs here ends at its next request. They can sign in again."),
    },
    Deed {
        name: "revoke_access",
        label: "Revoke the access",
        method: Method::DELETE,
        path: "/access",
        done: "The access is revoked.",
        undo: None,
        consequence: Some(
            "They are signed out at their next request and have no access here any more. Their details are kept; access can be given again.",
        ),
    },
    Deed {
        name: "revoke_everywhere",
        label: "Revoke everywhere",
        method: Method::DELETE,
        path: "/access?everywhere=true",
        done: "Every access of theirs that you look after is revoked.",
        undo: None,
        consequence: Some(
            "They lose each of their accesses that you look after, at every organization, at their next request. Their details are kept.",
        ),
    },
    Deed {
        name: "inactivate",
        label: "Make inactive",
        method: Method::POST,
        path: "/inactivate",
        done: "The contact is inactive.",
        undo: Some("reactivate"),
        consequence: Some(
            "They are signed out at their next request, and can't sign in here while the contact is inactive.",
        ),
    },
    Deed {
        name: "reactivate",
        label: "Make active again",
        method: Method::POST,
        path: "/reactivate",
        done: "The contact is active again.",
        undo: Some("inactivate"),
        consequence: None,
    },
];

fn deed(name: &str) -> Option<&'static Deed> {
    DEEDS.iter().find(|deed| deed.name == name)
}

/// The access, as the page shows it.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "the contract's facts stand side by side")]
struct AccessShown {
    login_email: String,
    user_id: String,
    account_type: String,
    roles: Vec<String>,
    site: String,
    creates: bool,
    claims: bool,
    state: String,
    disabled: bool,
    locked_until: Option<Time>,
    must_change: bool,
    login_url: String,
    last_sign_in_at: Option<Time>,
}

/// A mail, or an entry of the audit, or a session: what, when, and what more there is to say.
#[derive(Debug)]
struct Event {
    what: String,
    more: String,
    at: Option<Time>,
    until: Option<Time>,
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
        notice: String,
        /// Whether access can be given, or changed.
        access_form: Option<&'static str>,
        /// The buttons.
        deeds: Vec<&'static Deed>,
        /// What was done, and what undoes it.
        done: Option<(&'static str, Option<&'static Deed>)>,
        /// What was refused.
        refused: Option<String>,
        /// The mails; none where they are not this reader's to see.
        mails: Option<Vec<Event>>,
        /// The sessions.
        sessions: Option<Vec<Event>>,
        /// The audit.
        audit: Option<Vec<Event>>,
    }
}

/// What was just done: created by the form for it, or one of the buttons.
#[derive(Debug, Clone, Copy)]
enum Done {
    Created,
    Deed(&'static Deed),
}

impl Done {
    fn parse(name: &str) -> Option<Self> {
        if name == "created" { Some(Self::Created) } else { deed(name).map(Self::Deed) }
    }
}

/// What is to be told on the page besides.
#[derive(Debug, Default)]
struct Told {
    done: Option<Done>,
    refused: Option<Problem>,
}

async fn render(api: &Api, id: &str, told: Told) -> Result<Response, Problem> {
    let path = format!("/v1/contacts/{}", api::id(id)?);
    let (contact, mails, sessions, audit) = tokio::join!(
        api.ask(Ask::get(&path)),
        api.ask_if_allowed(Ask::get(format!("{path}/mails")).query(&[("limit", "20")])),
        api.ask_if_allowed(Ask::get(format!("{path}/sessions"))),
        api.ask_if_allowed(Ask::get("/v1/audit").query(&[("contact", id), ("limit", "20")])),
    );
    let (contact, mails, sessions, audit) = (contact?, mails?, sessions?, audit?);
    let organization = text(&contact, "/organization");
    let organization = api.ask(Ask::get(format!("/v1/organizations/{organization}"))).await?;
    let actions = texts(&contact, "/actions");
    let may = |name: &str| actions.iter().any(|action| action == name);
    let shell = Shell::of(&api.visit);
    let is_free = !shell.nav.preview;
    let offered = |deed: &&Deed| may(if deed.name == "revoke_everywhere" { "revoke_access" } else { deed.name });
    let access_form = match () {
        () if !is_free => None,
        () if may("grant_access") => Some("Give access"),
        () if may("change_access") => Some("Change the access"),
        () => None,
    };
    let status = told.refused.as_ref().map_or(StatusCode::OK, |problem| problem.status);
    let done = told.done.map(|done| match done {
        Done::Created => ("The user is created. This is what to pass on:", None),
        Done::Deed(done) => (done.done, done.undo.filter(|name| may(name)).and_then(deed)),
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
        access(api, &contact),
        link(&contact),
        text(&contact, "/notice/text"),
        access_form,
        DEEDS.iter().filter(|_| is_free).filter(offered).collect(),
        done,
        told.refused.as_ref().map(|problem| problem.detail.clone()),
        mails.as_ref().map(|mails| items(mails).iter().map(mail).collect()),
        sessions.as_ref().map(|sessions| items(sessions).iter().map(session).collect()),
        audit.as_ref().map(|audit| items(audit).iter().map(entry).collect()),
    );
    let answer = page(status, &shown);
    Ok(match &told.refused {
        Some(problem) => problem.dress(answer),
        None => answer,
    })
}

fn details(contact: &Value) -> Vec<(&'static str, String)> {
    let all = [
        ("Title", "/title"),
        ("Language", "/language"),
        ("Time zone", "/time_zone"),
        ("Business phone", "/business_phone"),
        ("Mobile phone", "/mobile_phone"),
    ];
    all.iter().map(|(what, at)| (*what, text(contact, at))).filter(|(_, value)| !value.is_empty()).collect()
}

fn access(api: &Api, contact: &Value) -> Option<AccessShown> {
    let access = contact.get("access").filter(|access| !access.is_null())?;
    let site = text(access, "/site");
    let sites = &api.visit.call.settings.sites;
    let site = sites.iter().find(|it| it.id.to_string() == site).map(|it| it.name.to_string());
    let state = text(access, "/state");
    Some(AccessShown {
        login_email: text(access, "/login_email"),
        user_id: text(access, "/user_id"),
        account_type: label(&text(access, "/account_type")),
        roles: texts(access, "/roles").iter().map(|role| label(role)).collect(),
        site: site.unwrap_or_else(|| "Every site of the group".to_owned()),
        creates: access["can_create_users"] == true,
        claims: access["claim_authorization_required"] == true,
        state: label(&state),
        disabled: access["login_enabled"] == false && state != "revoked",
        locked_until: time(access, "/locked_until"),
        must_change: access["must_change_password"] == true,
        login_url: text(access, "/login_url"),
        last_sign_in_at: time(access, "/last_sign_in_at"),
    })
}

fn link(contact: &Value) -> Option<Event> {
    let link = contact.get("link").filter(|link| !link.is_null())?;
    let what = match text(link, "/purpose").as_str() {
        "invite" => "Invitation".to_owned(),
        "accept" => "Offer of an access".to_owned(),
        "reset" => "New password".to_owned(),
        other => label(other),
    };
    let more = format!("{}; its mail: {}", label(&text(link, "/state")), text(link, "/mail"));
    let until = time(link, "/expires_at").filter(|_| text(link, "/state") == "valid");
    Some(Event { what, more, at: time(link, "/sent_at"), until })
}

fn mail(mail: &Value) -> Event {
    let to = text(mail, "/to");
    let more = [label(&text(mail, "/fate")), to, text(mail, "/reason").replace('_', " ")];
    let more: Vec<_> = more.into_iter().filter(|part| !part.is_empty()).collect();
    Event {
        what: label(&text(mail, "/template")),
        more: more.join(", "),
        at: time(mail, "/sent_at").or_else(|| time(mail, "/created_at")),
        until: None,
    }
}

fn session(session: &Value) -> Event {
    let preview = session["preview"] == true;
    Event {
        what: if preview { "Preview by staff" } else { "Signed in" }.to_owned(),
        more: String::new(),
        at: time(session, "/created_at"),
        until: time(session, "/idle_expires_at").or_else(|| time(session, "/expires_at")),
    }
}

fn entry(entry: &Value) -> Event {
    let changes = entry["changes"].as_object().into_iter().flatten();
    let changes = changes.map(|(field, change)| {
        let part = |at| text(change, at);
        match (part("/before").as_str(), part("/after").as_str()) {
            ("", "") => label(field),
            ("", after) => format!("{}: {after}", label(field)),
            (before, "") => format!("{}: no longer {before}", label(field)),
            (before, after) => format!("{}: {before} to {after}", label(field)),
        }
    });
    let by = format!("by {}", label(&text(entry, "/via")).to_lowercase());
    let more: Vec<_> = std::iter::once(by).chain(changes).collect();
    Event { what: label(&text(entry, "/action")), more: more.join("; "), at: time(entry, "/at"), until: None }
}

/// The page. `?done=` tells what was just done.
pub(crate) async fn show(api: Api, Path(id): Path<String>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let done = fields.text("done").and_then(|name| Done::parse(&name));
    fields.finish()?;
    render(&api, &id, Told { done, refused: None }).await
}

/// Asks once more.
pub(crate) async fn confirm(api: Api, Path(id): Path<String>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let deed = fields.text("action").and_then(|name| deed(&name)).ok_or_else(Problem::not_found)?;
    fields.finish()?;
    let contact = api.ask(Ask::get(format!("/v1/contacts/{}", api::id(&id)?))).await?;
    Ok(confirm::ask(
        &api,
        &Question {
            label: deed.label,
            about: person(&contact),
            facts: vec![("Name", person(&contact)), ("Email", text(&contact, "/email"))],
            consequence: deed.consequence.unwrap_or("This is done at once."),
            action: deed.name,
            path: format!("/console/contacts/{id}"),
            version: None,
        },
    ))
}

/// Does it.
pub(crate) async fn post(api: Api, Path(id): Path<String>, Form(mut fields): Form) -> Result<Response, Problem> {
    let deed = fields.text("action").and_then(|name| deed(&name));
    fields.finish()?;
    let deed =
        deed.ok_or_else(|| Problem::new(StatusCode::BAD_REQUEST, "invalid", "This form is none of this page's."))?;
    let path = format!("/v1/contacts/{}{}", api::id(&id)?, deed.path);
    match api.ask(Ask::new(deed.method.clone(), path)).await {
        Ok(_) => Ok(see_other(&format!("/console/contacts/{id}?done={}", deed.name))),
        Err(problem) if matches!(problem.status, StatusCode::CONFLICT | StatusCode::FORBIDDEN) => {
            render(&api, &id, Told { done: None, refused: Some(problem) }).await
        }
        Err(problem) => Err(problem),
    }
}
