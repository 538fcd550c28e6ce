//! How a site's mails are worded: looked at, changed, tried out, put back (requirement L12).

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::mail::Template;
use shared::domain::wording::{MailLanguage, parse_body, parse_subject};
use shared::http::fields::LongForm;
use shared::http::pages::{page, see_other};
use shared::http::{Fields, Problem};

use crate::api::{self, Api, Ask};
use crate::confirm::{self, Question};
use crate::fields::{self, Faults, are_now};
use crate::frame::{Nav, items, label, text, version};
use crate::sites;
use crate::words::Say as _;

/// The languages of mails: what each is on the wire, and what it is called.
pub(crate) const LANGUAGES: [(&str, &str); 4] =
    [("en", "English"), ("de", "German"), ("fr", "French"), ("es", "Spanish")];

/// The mails: each, what it is called, and who gets it.
const MAILS: [(Template, &str, &str); Template::ALL.len()] = [
    (Template::Invite, "Invitation", "To somebody new, to set the first password."),
    (Template::Accept, "Offer of access", "To somebody who has a login, to take up another access by signing in."),
    (Template::Reminder, "Reminder", "To somebody whose invitation ends soon."),
    (Template::AccessGranted, "Access given", "To somebody with a password, who now has access."),
    (Template::Reset, "New password", "To somebody who is to choose a new password."),
    (Template::PasswordChanged, "Password changed", "To somebody whose password was changed."),
    (Template::EmailConfirm, "Confirm an email", "To a new email, to be confirmed by signing in."),
    (Template::EmailChanged, "Email changed", "To the old email and the new one."),
    (Template::LoginDisabled, "Login disabled", "To somebody whose login was disabled."),
    (Template::LoginEnabled, "Login enabled", "To somebody whose login was enabled again."),
];

/// A mail in one language.
#[derive(Debug)]
struct Wording {
    code: String,
    language: String,
    edited: bool,
}

/// A mail in the list.
#[derive(Debug)]
struct Row {
    mail: String,
    name: String,
    says: &'static str,
    wordings: Vec<Wording>,
}

/// What may stand in a mail.
#[derive(Debug)]
struct Placeholder {
    written: String,
    meaning: String,
    required: bool,
    /// What else holds it.
    within: &'static str,
    in_subject: bool,
}

/// A mail as somebody would get it.
#[derive(Debug)]
struct Preview {
    from: String,
    subject: String,
    text: String,
}

shared::pages! {
    /// A site's mails.
    Wordings, "console/wordings.html" {
        /// Where one can go.
        nav: &'a Nav,
        /// `sit_…`.
        site: &'a str,
        /// Its name.
        site_called: String,
        /// The mails.
        rows: Vec<Row>,
    }
    /// One of them.
    WordingPage, "console/wording.html" {
        /// Where one can go.
        nav: &'a Nav,
        /// This page.
        path: String,
        /// The list.
        list: String,
        /// Its site's name.
        site_called: String,
        /// What it is called.
        title: String,
        /// Who gets it.
        says: &'static str,
        /// Whether its words are the business's own.
        edited: bool,
        /// The version that the form goes by.
        version: u32,
        /// What was typed.
        typed: &'a Typed,
        /// What may stand in it.
        placeholders: Vec<Placeholder>,
        /// How it looks.
        preview: Option<Preview>,
        /// What was done.
        done: Option<String>,
        /// What was refused, as a heading.
        refused: &'static str,
        /// What is wrong.
        faults: Faults,
    }
}

/// What a mail is called, in English, and who gets it.
pub(crate) fn called(mail: &str) -> (String, &'static str) {
    let known = MAILS.iter().find(|(template, ..)| template.as_str() == mail);
    known.map_or_else(|| (label(mail, MailLanguage::En), ""), |(_, called, says)| ((*called).to_owned(), says))
}

fn language(code: &str) -> String {
    LANGUAGES.iter().find(|(known, _)| *known == code).map_or(code, |(_, language)| language).to_owned()
}

/// A mail in one language, by its page's path.
#[derive(Debug)]
pub(crate) struct Named {
    site: String,
    mail: String,
    language: String,
}

impl Named {
    fn of((site, mail, language): (String, String, String)) -> Result<Self, Problem> {
        for part in [&site, &mail, &language] {
            api::id(part)?;
        }
        Ok(Self { site, mail, language })
    }

    fn path(&self) -> String {
        format!("sites/{}/templates/{}/{}", self.site, self.mail, self.language)
    }

    fn page(&self) -> String {
        format!("/console/{}", self.path())
    }

    fn ask(&self, method: Method, more: &str) -> Ask {
        Ask::new(method, format!("/v1/{}{more}", self.path()))
    }

    /// As people say it.
    fn title(&self, lang: MailLanguage) -> String {
        let (mail, _) = called(&self.mail);
        format!("{}, {}", lang.say(&mail), lang.say(&language(&self.language)))
    }
}

/// What was typed, or is so.
#[derive(Debug)]
struct Typed {
    subject: String,
    text: String,
    html: String,
}

impl Typed {
    fn of(wording: &Value) -> Self {
        Self { subject: text(wording, "/subject"), text: text(wording, "/text"), html: text(wording, "/html") }
    }

    fn read(form: &mut Fields) -> Self {
        let mut typed = |field| form.text(field).unwrap_or_default();
        Self { subject: typed("subject"), text: typed("text"), html: typed("html") }
    }

    fn body(&self) -> Value {
        json!({ "subject": self.subject, "text": self.text, "html": self.html })
    }

    /// The parts that are otherwise by now. A browser ends lines in its own way, which is no difference.
    fn otherwise(&self, now: &Self) -> Vec<(&'static str, String)> {
        let line = (parse_subject(&self.subject).ok().as_ref() != Some(&now.subject))
            .then(|| ("subject", now.subject.clone()));
        let parts = [("text", &self.text, &now.text), ("html", &self.html, &now.html)];
        let parts = parts.into_iter().filter(|(_, typed, now)| parse_body(typed).ok().as_ref() != Some(now));
        line.into_iter().chain(parts.map(|(part, _, now)| (part, now.clone()))).collect()
    }
}

/// The list.
pub(crate) async fn list(api: Api, Path(site): Path<String>) -> Result<Response, Problem> {
    let (found, _) = sites::read(&api, &site).await?;
    let all = api.ask(Ask::get(format!("/v1/sites/{}/templates", api::id(&site)?))).await?;
    let mut rows: Vec<Row> = Vec::new();
    for item in items(&all) {
        let (mail, code) = (text(item, "/mail"), text(item, "/language"));
        let wording = Wording { language: language(&code), code, edited: item["edited"] == true };
        match rows.last_mut() {
            Some(row) if row.mail == mail => row.wordings.push(wording),
            _ => {
                let (name, says) = called(&mail);
                rows.push(Row { mail, name, says, wordings: vec![wording] });
            }
        }
    }
    let shell = api.shell();
    Ok(page(StatusCode::OK, &Wordings::new(&shell.frame, &shell.nav, &site, text(&found, "/name"), rows)))
}

/// What the page tells besides how the mail is worded.
#[derive(Debug, Default)]
struct Told {
    preview: Option<Preview>,
    done: Option<String>,
    refused: &'static str,
    faults: Faults,
}

fn placeholder(api: &Api, it: &Value) -> Placeholder {
    let name = text(it, "/name");
    let written = if name == "button" { "{{ button(\"…\", …) }}".to_owned() } else { format!("{{{{ {name} }}}}") };
    Placeholder {
        written,
        meaning: api.told(&text(it, "/meaning")),
        required: it["required"] == true,
        within: match name.as_str() {
            "login_email" | "user_id" | "sign_in_url" | "administrator" => "{{ sign_in }}",
            "link" => "{{ button(\"…\", …) }}",
            _ => "",
        },
        in_subject: it["in_subject"] == true,
    }
}

/// The page of a mail that is worded like this, with what was typed and the version that it goes by.
async fn render(
    api: &Api,
    named: &Named,
    now: &Value,
    typed: &Typed,
    version: u32,
    told: Told,
) -> Result<Response, Problem> {
    let (site, _) = sites::read(api, &named.site).await?;
    let shell = api.shell();
    let placeholders = now["placeholders"].as_array().into_iter().flatten().map(|it| placeholder(api, it)).collect();
    let status = told.faults.status();
    let shown = WordingPage::new(
        &shell.frame,
        &shell.nav,
        named.page(),
        format!("/console/sites/{}/templates", named.site),
        text(&site, "/name"),
        named.title(api.lang()),
        called(&named.mail).1,
        now["edited"] == true,
        version,
        typed,
        placeholders,
        told.preview,
        told.done,
        told.refused,
        told.faults,
    );
    Ok(page(status, &shown))
}

/// The page. `?done=` tells what was just done.
pub(crate) async fn show(
    api: Api,
    Path(path): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let done = fields.text("done").and_then(|name| match name.as_str() {
        "saved" => Some("Saved. The next mail uses these words."),
        "put_back" => Some("The shipped text is back. The next mail uses it."),
        _ => None,
    });
    fields.finish()?;
    let named = Named::of(path)?;
    let now = api.ask(named.ask(Method::GET, "")).await?;
    let told = Told { done: done.map(|done| api.lang().say(done).to_owned()), ..Told::default() };
    render(&api, &named, &now, &Typed::of(&now), version(&now), told).await
}

/// Asks once more before the shipped text is put back.
pub(crate) async fn confirm(api: Api, Path(path): Path<(String, String, String)>) -> Result<Response, Problem> {
    let named = Named::of(path)?;
    let now = api.ask(named.ask(Method::GET, "")).await?;
    let (site, _) = sites::read(&api, &named.site).await?;
    Ok(confirm::ask(
        &api,
        &Question {
            label: "Put back the shipped text",
            about: named.title(api.lang()),
            facts: vec![
                ("Mail", named.title(api.lang())),
                ("Site", text(&site, "/name")),
                ("Your subject", text(&now, "/subject")),
            ],
            consequence: "Your own subject, text and HTML of this mail are deleted; they can’t be brought back. From the next mail on, the text that came with Latchkey is sent. The other languages stay as they are.",
            action: "put_back",
            path: named.page(),
            version: Some(version(&now)),
        },
    ))
}

/// What one of the page's buttons asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Preview,
    Save,
    Try,
    PutBack,
}

impl Deed {
    fn parse(name: &str) -> Option<Self> {
        match name {
            "preview" => Some(Self::Preview),
            "save" => Some(Self::Save),
            "try" => Some(Self::Try),
            "put_back" => Some(Self::PutBack),
            _ => None,
        }
    }

    /// What is said where it is refused.
    fn refused(self) -> &'static str {
        match self {
            Self::Preview => "There is nothing to look at yet.",
            Self::Save => "Nothing was saved.",
            Self::Try => "Nothing was sent.",
            Self::PutBack => "Nothing was put back.",
        }
    }

    fn ask(self, named: &Named, typed: &Typed, read: u32) -> Ask {
        match self {
            Self::Preview => named.ask(Method::POST, "/preview").body(typed.body()),
            Self::Save => named.ask(Method::PUT, "").matching(read).body(typed.body()),
            Self::Try => named.ask(Method::POST, "/trial"),
            Self::PutBack => named.ask(Method::DELETE, "").matching(read),
        }
    }
}

/// What came of a mail to try out.
fn tried(trial: &Value, is_saved: bool, lang: MailLanguage) -> String {
    let came = match text(trial, "/fate").as_str() {
        "sent" => "A test mail went to {}.",
        "queued" => "A test mail goes to {} as soon as mails go out again.",
        _ => "A test mail to {} could not be sent.",
    };
    let came = lang.say_with(came, text(trial, "/to"));
    let besides = lang.say("It is worded as it was saved, without what you typed since.");
    if is_saved { came } else { format!("{came} {besides}") }
}

/// Does what the button says. What was typed stays, whatever comes of it.
pub(crate) async fn post(
    api: Api,
    Path(path): Path<(String, String, String)>,
    LongForm(mut form): LongForm,
) -> Result<Response, Problem> {
    let named = Named::of(path)?;
    let now = api.ask(named.ask(Method::GET, "")).await?;
    let deed = form.text("action").and_then(|name| Deed::parse(&name));
    let deed =
        deed.ok_or_else(|| Problem::new(StatusCode::BAD_REQUEST, "invalid", "This form is none of this page's."))?;
    let read = fields::version(&mut form);
    let typed = if deed == Deed::PutBack { Typed::of(&now) } else { Typed::read(&mut form) };
    form.finish()?;
    match api.ask(deed.ask(&named, &typed, read)).await {
        Ok(_) if deed == Deed::Save => Ok(see_other(&format!("{}?done=saved", named.page()))),
        Ok(_) if deed == Deed::PutBack => Ok(see_other(&format!("{}?done=put_back", named.page()))),
        Ok(trial) if deed == Deed::Try => {
            let is_saved = typed.otherwise(&Typed::of(&now)).is_empty();
            let told = Told { done: Some(tried(&trial, is_saved, api.lang())), ..Told::default() };
            render(&api, &named, &now, &typed, read, told).await
        }
        Ok(mail) => {
            let preview =
                Preview { from: text(&mail, "/from"), subject: text(&mail, "/subject"), text: text(&mail, "/text") };
            let told = Told { preview: Some(preview), ..Told::default() };
            render(&api, &named, &now, &typed, read, told).await
        }
        Err(problem) => {
            let now = api.ask(named.ask(Method::GET, "")).await?;
            let faults = Faults::of_edit(&api, problem, || are_now(typed.otherwise(&Typed::of(&now)), api.lang()))?;
            let version = if faults.is_stale() { version(&now) } else { read };
            let told = Told { refused: deed.refused(), faults, ..Told::default() };
            render(&api, &named, &now, &typed, version, told).await
        }
    }
}
