//! The inbox: a real SESv2 endpoint that keeps what it is given, and the pages on which it is read.

use std::io;
use std::path::Path as FilePath;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use jiff::Timestamp;
use mailparse::{MailHeaderMap as _, ParsedMail};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use ulid::Ulid;

use crate::kept::Kept;
use crate::{dressed, serve, simulator};

/// A mail as it was sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sent {
    /// SES's name for it.
    pub id: String,
    /// To whom.
    pub to: Vec<String>,
    /// From whom.
    pub from: String,
    /// Its subject.
    pub subject: String,
    /// As text.
    pub text: String,
    /// As HTML.
    pub html: String,
    /// When.
    pub sent_at: String,
    /// As it came: headers, text and HTML (RFC 5322).
    #[serde(default)]
    pub source: String,
}

impl Sent {
    /// Reads a message as a mail program does.
    fn read(to: Vec<String>, source: &[u8]) -> Result<Self, mailparse::MailParseError> {
        let message = mailparse::parse_mail(source)?;
        let header = |name| message.headers.get_first_value(name).unwrap_or_default();
        let part = |kind: &str| -> Result<String, mailparse::MailParseError> {
            let part = message.parts().find(|part| part.ctype.mimetype == kind);
            part.map_or(Ok(String::new()), ParsedMail::get_body).map(|text| text.replace("\r\n", "\n"))
        };
        Ok(Self {
            id: Ulid::generate().to_string(),
            to,
            from: header("From"),
            subject: header("Subject"),
            text: part("text/plain")?,
            html: part("text/html")?,
            sent_at: Timestamp::now().strftime("%FT%TZ").to_string(),
            source: String::from_utf8_lossy(source).into_owned(),
        })
    }
}

/// A mail as `/local/mail.json` lists it (`api.md`).
#[derive(Debug, Serialize)]
struct Listed {
    id: String,
    to: Vec<String>,
    from: String,
    subject: String,
    text: String,
    html: String,
    sent_at: String,
}

impl From<Sent> for Listed {
    fn from(sent: Sent) -> Self {
        let Sent { id, to, from, subject, text, html, sent_at, source: _ } = sent;
        Self { id, to, from, subject, text, html, sent_at }
    }
}

/// What was sent, the newest last; kept in a folder where there is one.
#[derive(Debug, Clone, Default)]
pub struct Inbox {
    mails: Kept<Sent>,
    reports: Option<UnboundedSender<mail_events::Event>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendEmail {
    /// In place of the message's own `From`, where it is given.
    #[serde(default)]
    from_email_address: Option<String>,
    destination: Destination,
    content: Content,
    #[serde(default)]
    email_tags: Vec<Tag>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    name: String,
    value: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Destination {
    #[serde(default)]
    to_addresses: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Content {
    raw: RawMessage,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawMessage {
    /// In base64.
    data: String,
}

impl Inbox {
    /// The inbox in this folder, with what it holds already.
    ///
    /// # Errors
    /// The folder can't be read or made.
    pub fn open(folder: &FilePath) -> io::Result<Self> {
        Ok(Self { mails: Kept::open(folder)?, ..Self::default() })
    }

    /// An inbox that holds these already, the newest last, and keeps them in memory.
    pub fn holding(mails: Vec<Sent>) -> Self {
        Self { mails: Kept::holding(mails), ..Self::default() }
    }

    /// What SES publishes of the mails that the endpoint takes, once it is started.
    pub fn reporting(mut self) -> (Self, UnboundedReceiver<mail_events::Event>) {
        let (reports, heard) = unbounded_channel();
        self.reports = Some(reports);
        (self, heard)
    }

    /// Starts the SESv2 endpoint and gives its URL.
    ///
    /// # Errors
    /// No port can be bound.
    pub async fn start(&self) -> io::Result<String> {
        let router = Router::new()
            .route("/v2/email/outbound-emails", post(send))
            .route("/v2/email/suppression/addresses/{address}", delete(release))
            .with_state(self.clone());
        serve::endpoint(router).await
    }

    /// What was sent, the newest first.
    pub fn mails(&self) -> Vec<Sent> {
        self.mails.all()
    }

    /// Publishes what becomes of a mail.
    fn report(&self, sent: &Sent, tags: &[Tag]) {
        let Some(reports) = &self.reports else { return };
        let tags = tags.iter().map(|tag| (tag.name.clone(), json!([tag.value]))).collect();
        for event in simulator::events(sent, &Value::Object(tags)) {
            if let Ok(event) = serde_json::from_value(event) {
                // Nobody listens any more: the process ends.
                let _ = reports.send(event);
            }
        }
    }

    /// The pages on which the inbox is read.
    pub fn pages(&self) -> Router {
        Router::new()
            .route("/local/mail", get(list))
            .route("/local/mail.json", get(list_json))
            .route("/local/mail/{id}", get(one))
            .route("/local/mail/{id}/source", get(source))
            .with_state(self.clone())
    }
}

/// `SendEmail`, as SES takes it.
async fn send(State(inbox): State<Inbox>, body: axum::body::Bytes) -> Response {
    let bad = |message: String| {
        let refusal = json!({ "__type": "BadRequestException", "message": message });
        (StatusCode::BAD_REQUEST, Json(refusal)).into_response()
    };
    let mail: SendEmail = match serde_json::from_slice(&body) {
        Ok(mail) => mail,
        Err(error) => return bad(error.to_string()),
    };
    let source = STANDARD.decode(&mail.content.raw.data).map_err(|error| error.to_string());
    let sent =
        source.and_then(|source| Sent::read(mail.destination.to_addresses, &source).map_err(|error| error.to_string()));
    let sent = match sent {
        Ok(sent) => Sent { from: mail.from_email_address.unwrap_or(sent.from.clone()), ..sent },
        Err(error) => return bad(error),
    };
    match inbox.mails.keep(&sent.id, sent.clone()) {
        Ok(()) => {
            inbox.report(&sent, &mail.email_tags);
            Json(json!({ "MessageId": sent.id })).into_response()
        }
        Err(error) => {
            let refusal = json!({ "__type": "InternalServiceErrorException", "message": error.to_string() });
            (StatusCode::INTERNAL_SERVER_ERROR, Json(refusal)).into_response()
        }
    }
}

/// `DeleteSuppressedDestination`, as SES answers it for an address that is not on its list: none ever is on this one.
async fn release() -> Response {
    let refusal = json!({ "__type": "NotFoundException", "message": "not on the list" });
    (StatusCode::NOT_FOUND, [("x-amzn-errortype", "NotFoundException")], Json(refusal)).into_response()
}

#[derive(Template)]
#[template(path = "mail.html")]
struct ListPage {
    mails: Vec<Sent>,
}

async fn list(State(inbox): State<Inbox>) -> Response {
    let html = ListPage { mails: inbox.mails() }.render().unwrap_or_default();
    let policy =
        "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'";
    dressed(Html(html).into_response(), policy)
}

async fn list_json(State(inbox): State<Inbox>) -> Response {
    let mails: Vec<Listed> = inbox.mails().into_iter().map(Listed::from).collect();
    dressed(Json(mails).into_response(), "default-src 'none'; frame-ancestors 'none'")
}

/// One mail as a mail program shows it: no script, nothing loaded.
async fn one(State(inbox): State<Inbox>, Path(id): Path<String>) -> Response {
    match inbox.mails().into_iter().find(|mail| mail.id == id) {
        Some(mail) => dressed(
            Html(mail.html).into_response(),
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation allow-popups allow-popups-to-escape-sandbox",
        ),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// One mail as it came.
async fn source(State(inbox): State<Inbox>, Path(id): Path<String>) -> Response {
    match inbox.mails().into_iter().find(|mail| mail.id == id) {
        Some(mail) => dressed(mail.source.into_response(), "default-src 'none'; frame-ancestors 'none'"),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
