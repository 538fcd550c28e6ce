//! Those who can't get in, and sending to all of them again (requirements L8, L10, S1).

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use shared::app::App;
use shared::domain::attention::Why;
use shared::domain::id::ContactId;
use shared::domain::role::permission;
use shared::domain::rules::send_link::send_link;
use shared::domain::text::Malformed;
use shared::flow::{self, Pace};
use shared::http::cursor::List;
use shared::http::fields::given;
use shared::http::paging::{PageView, Paging};
use shared::http::problem::ProblemBody;
use shared::http::signed::Visit;
use shared::http::views::ContactView;
use shared::http::{Fields, JsonBody, Problem, Signed, door};
use shared::store::{Attended, AttentionAt, AttentionPosition};
use utoipa::ToSchema;

/// Most contacts of one call.
const MOST: usize = 100;

/// Somebody who can't get in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attention)]
pub(crate) struct AttentionView {
    /// `con_…`.
    contact: String,
    /// `org_…`.
    organization: String,
    /// First name.
    first_name: String,
    /// Last name.
    last_name: String,
    /// The contact's email.
    email: String,
    /// What became of the mail: `bounced`, `suppressed` or `failed`; null where it is not that.
    mail: Option<String>,
    /// Until when their login is locked; null where it is not that, or where only a link helps.
    locked_until: Option<String>,
    /// Since when.
    since: String,
}

impl From<&Attended> for AttentionView {
    fn from(attended: &Attended) -> Self {
        let contact = &attended.contact;
        Self {
            contact: contact.id.to_string(),
            organization: contact.organization.to_string(),
            first_name: contact.first_name.to_string(),
            last_name: contact.last_name.to_string(),
            email: contact.email.to_string(),
            mail: attended.fate.map(|fate| fate.as_str().to_owned()),
            locked_until: attended.locked_until.filter(|until| *until < Timestamp::MAX).map(|until| until.to_string()),
            since: attended.since.to_string(),
        }
    }
}

/// Lists those who can't get in, the latest first: whose last mail with a link did not arrive, whose invitation expired,
/// or whose login is locked. For staff.
#[utoipa::path(get, path = "/v1/attention", tag = "contacts", operation_id = "list_attention",
    params(("why" = String, Query, description = "`mail_stuck`, `invitation_expired` or `login_locked`."),
        ("limit" = Option<u16>, Query, description = "1 to 200; 50 where nothing is said."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before.")),
    responses(
        (status = 200, description = "A page.", body = PageView<AttentionView>),
        (status = 400, description = "The query is wrong.", body = ProblemBody),
        (status = 403, description = "Not allowed.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn list(
    State(app): State<App>,
    Signed(visit): Signed,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    visit.actor.needs(permission::MAIL_MANAGE)?;
    let mut fields = Fields::of_query(query.as_deref())?;
    let paging = Paging::read(&mut fields);
    let why = fields.required("why", |text| {
        Why::parse(text).ok_or(Malformed::Form("must be mail_stuck, invitation_expired or login_locked"))
    });
    fields.finish()?;
    let why = given(why)?;
    let list = List::new(&visit, "attention", why.as_str());
    let from: Option<AttentionPosition> =
        paging.cursor.as_deref().map(|cursor| list.position(&app, cursor)).transpose()?;
    let at = AttentionAt { lockout: visit.call.settings.lockout, now: visit.call.now };
    let (attended, next) = app.store.attention(why, from.as_ref(), paging.limit, at).await?;
    let may_see = |it: &&Attended| {
        let access = it.contact.access.as_ref();
        access.is_some_and(|access| visit.actor.must_manage(access.account_type).is_ok())
    };
    let view = PageView {
        items: attended.iter().filter(may_see).map(AttentionView::from).collect(),
        next_cursor: next.map(|next| list.cursor(&app, &next)),
    };
    Ok(door::json(StatusCode::OK, &view))
}

/// To whom a link is to be sent again.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
pub(crate) struct Resend {
    /// Up to a hundred contacts: `con_…`.
    contacts: Vec<String>,
}

/// What became of one of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResendResult {
    /// `con_…`.
    contact: String,
    /// The status that the call for this one alone would have had.
    status: u16,
    /// The contact; null where nothing was sent.
    sent: Option<ContactView>,
    /// Why nothing was sent; null where it was.
    #[schema(value_type = Option<ProblemBody>)]
    problem: Option<Value>,
}

/// What became of each.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResendResults {
    /// One for each, in their order.
    results: Vec<ResendResult>,
}

/// Sends each of these contacts a link again, as `POST /v1/contacts/{contact}/reset` does for one.
#[utoipa::path(post, path = "/v1/attention/resend", tag = "contacts", operation_id = "resend_links",
    request_body = Resend,
    responses(
        (status = 200, description = "What became of each.", body = ResendResults),
        (status = 400, description = "Fields are missing or wrong.", body = ProblemBody),
        (status = 403, description = "Not allowed.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn resend(
    State(app): State<App>,
    Signed(mut visit): Signed,
    body: JsonBody,
) -> Result<Response, Problem> {
    visit.actor.needs(permission::MAIL_MANAGE)?;
    visit.actor.needs(permission::LINKS_SEND)?;
    let mut fields = body.fields;
    let contacts = read(&mut fields);
    fields.finish()?;
    let pace = Pace::begin();
    let mut results = Vec::new();
    for contact in given(contacts)? {
        let sent = match pace.must_go_on() {
            Ok(()) => send(&app, &mut visit, contact).await,
            Err(problem) => Err(problem),
        };
        let contact = contact.to_string();
        results.push(match sent {
            Ok(view) => ResendResult { contact, status: 202, sent: Some(view), problem: None },
            Err(problem) => ResendResult {
                contact,
                status: problem.status.as_u16(),
                sent: None,
                problem: Some(problem.body(&visit.call.request.0)),
            },
        });
    }
    Ok(door::json(StatusCode::OK, &ResendResults { results }))
}

/// The contacts, each named once.
fn read(fields: &mut Fields) -> Option<Vec<ContactId>> {
    if !fields.has("contacts") {
        fields.required_text("contacts");
        return None;
    }
    let texts = fields.texts("contacts")?;
    if texts.is_empty() || texts.len() > MOST {
        fields.fault("contacts", "out_of_bounds", format!("must be a list of 1 to {MOST} contacts"));
        return None;
    }
    let mut contacts = Vec::with_capacity(texts.len());
    for (at, text) in texts.iter().enumerate() {
        match text.parse() {
            Ok(id) if contacts.contains(&id) => {
                fields.fault(&format!("contacts.{at}"), "duplicate", "stands twice in the list");
            }
            Ok(id) => contacts.push(id),
            Err(_) => fields.fault(&format!("contacts.{at}"), "invalid", "must be a contact's id"),
        }
    }
    Some(contacts)
}

async fn send(app: &App, visit: &mut Visit, contact: ContactId) -> Result<ContactView, Problem> {
    let ((), change) = shared::decide!(app, as visit, {
        let account = flow::reachable(app, visit, &contact.to_string()).await?;
        ((), send_link(&account, &visit.actor, &visit.call.moment())?)
    });
    flow::seen(app, visit, contact, &change).await
}
