//! What became of the mails about a contact, and letting them go to an address again (requirement L10).

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;
use shared::app::App;
use shared::domain::actor::Actor;
use shared::domain::id::{ContactId, MailId};
use shared::domain::mail::{Deliverer, Fate, Mail, Suppression, Template};
use shared::domain::role::permission;
use shared::domain::rules::report;
use shared::flow;
use shared::http::cursor::List;
use shared::http::paging::Paging;
use shared::http::problem::ProblemBody;
use shared::http::views::{ContactView, fate_to, seems_back_at};
use shared::http::{Fields, Problem, Signed, door};
use shared::mail::SendError;
use shared::store::StoreError;
use utoipa::ToSchema;

/// How many mails are looked at at once for who is shown some of them.
const READ_AT_ONCE: usize = 100;
/// How often more are looked at for one page.
const MOST_ROUNDS: usize = 20;

/// A mail, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Mail)]
pub(crate) struct MailView {
    /// `mal_…`.
    id: String,
    /// Which mail: `invite`, `accept`, `reminder`, `reset`, `access_granted`, `password_changed`, `email_confirm`,
    /// `email_changed`, `login_disabled` or `login_enabled`.
    #[schema(value_type = String)]
    template: Template,
    /// Whether it only tried out how that mail is worded.
    trial: bool,
    /// The address it goes to; for staff.
    to: Option<String>,
    /// `queued`, `sent`, `delivered`, `bounced`, `complained`, `suppressed` or `failed`.
    fate: String,
    /// Why it did not arrive, or not yet; for staff.
    reason: Option<String>,
    /// When it was written down.
    created_at: String,
    /// When the mail service took it; null before.
    sent_at: Option<String>,
    /// When what the mail service reported of it was; null before.
    reported_at: Option<String>,
}

/// Why nothing goes to an address.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Suppression)]
pub(crate) struct SuppressionView {
    /// `bounced` or `complained`.
    reason: String,
    /// Since when.
    since: String,
}

/// A page of the mails about a contact.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Mails)]
pub(crate) struct MailsView {
    /// What is on it, newest first.
    items: Vec<MailView>,
    /// Where the next one begins; null after the last.
    next_cursor: Option<String>,
    /// Why nothing more goes to the address that signs in; null where mail goes there. For staff.
    suppression: Option<SuppressionView>,
}

impl MailView {
    fn new(mail: &Mail, reader: &Actor, now: Timestamp) -> Self {
        let staff = reader.is_staff();
        let fate = fate_to(reader, mail, now);
        // What was not sent for its address seems sent, and then come back, to who may not know (requirement O8).
        let seems = mail.fate == Fate::Suppressed && !staff;
        Self {
            id: mail.id.to_string(),
            // To a delegated administrator somebody known elsewhere is a new person (requirement O8).
            template: if mail.template == Template::Accept && !staff { Template::Invite } else { mail.template },
            trial: mail.trial.is_some(),
            to: staff.then(|| mail.to.to_string()),
            fate: fate.as_str().to_owned(),
            reason: mail.failure.clone().filter(|_| staff),
            created_at: mail.created_at.to_string(),
            sent_at: mail.sent_at.or(seems.then_some(mail.created_at)).map(|at| at.to_string()),
            reported_at: mail
                .reported
                .map(|reported| reported.at)
                .or((seems && fate == Fate::Bounced).then(|| seems_back_at(mail)))
                .map(|at| at.to_string()),
        }
    }
}

impl SuppressionView {
    fn new(suppression: &Suppression) -> Self {
        Self { reason: suppression.reason.as_str().to_owned(), since: suppression.since.to_string() }
    }
}

/// Whether a mail is about this access alone, and somebody who looks after it caused it: so a delegated administrator's to
/// follow. What its person does with their own login is not, nor what the public asks for (requirement O8).
fn is_local(mail: &Mail) -> bool {
    mail.deliverer == Deliverer::Caller
        && matches!(
            mail.template,
            Template::Invite
                | Template::Accept
                | Template::AccessGranted
                | Template::LoginDisabled
                | Template::LoginEnabled
        )
}

/// A page of what this reader may follow, and before which mail the next one begins. Whoever is not shown all of them is not
/// told where others are either.
async fn page(
    app: &App,
    contact: ContactId,
    before: Option<MailId>,
    most: usize,
    staff: bool,
) -> Result<(Vec<Mail>, Option<MailId>), StoreError> {
    if staff {
        return app.store.mails(contact, before, most).await;
    }
    let (mut shown, mut from) = (Vec::new(), before);
    for _ in 0..MOST_ROUNDS {
        let (mails, more) = app.store.mails(contact, from, READ_AT_ONCE).await?;
        shown.extend(mails.into_iter().filter(is_local));
        if shown.len() > most || more.is_none() {
            break;
        }
        from = more;
    }
    let next = (shown.len() > most).then(|| shown[most - 1].id);
    shown.truncate(most);
    Ok((shown, next))
}

/// Lists the mails about a contact, newest first, with what became of each. Kept for 90 days. Staff see all of them; others
/// those about the access.
#[utoipa::path(get, path = "/v1/contacts/{contact}/mails", tag = "contacts", operation_id = "list_mails",
    params(("contact" = String, Path, description = "`con_…`"),
        ("limit" = Option<u16>, Query, description = "1 to 200; 50 where nothing is said."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before.")),
    responses(
        (status = 200, description = "A page.", body = MailsView),
        (status = 400, description = "The query is wrong.", body = ProblemBody),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such contact in your scope.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn list(
    State(app): State<App>,
    Signed(visit): Signed,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    visit.actor.needs(permission::CONTACTS_READ)?;
    let mut fields = Fields::of_query(query.as_deref())?;
    let paging = Paging::read(&mut fields);
    fields.finish()?;
    let account = flow::reachable(&app, &visit, &id).await?;
    let list = List::new(&visit, "mails", &id);
    let before: Option<MailId> = paging.cursor.as_deref().map(|cursor| list.position(&app, cursor)).transpose()?;
    let staff = visit.actor.is_staff();
    let (mails, next) = page(&app, account.contact.value.id, before, paging.limit, staff).await?;
    let suppression = match account.user.as_ref().filter(|_| staff) {
        Some(user) => app.store.suppression(&user.value.login_email).await?.filter(|it| it.value.is_on()),
        None => None,
    };
    let now = app.clock.now();
    let view = MailsView {
        next_cursor: next.map(|next| list.cursor(&app, &next)),
        items: mails.iter().map(|mail| MailView::new(mail, &visit.actor, now)).collect(),
        suppression: suppression.map(|it| SuppressionView::new(&it.value)),
    };
    Ok(door::json(StatusCode::OK, &view))
}

/// Lets mail go to the address that signs in again, after one that came back or was marked as spam. For staff.
#[utoipa::path(delete, path = "/v1/contacts/{contact}/suppression", tag = "contacts", operation_id = "lift_suppression",
    params(("contact" = String, Path, description = "`con_…`")),
    responses(
        (status = 200, description = "Mail goes there again.", body = ContactView),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such contact in your scope.", body = ProblemBody),
        (status = 409, description = "Nothing keeps mail from this address.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn release(
    State(app): State<App>,
    Signed(mut visit): Signed,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    visit.actor.needs(permission::MAIL_MANAGE)?;
    // Kept over the rounds: what SES let go of in the first it does not know in the next.
    let mut released = false;
    let (id, change) = shared::decide!(&app, as visit, {
        let account = flow::reachable(&app, &visit, &id).await?;
        let moment = visit.call.moment();
        let address = report::may_release(&account, &visit.actor, &moment)?.value.login_email.clone();
        // SES first, whatever is known here: what it goes on to suppress would come back at once.
        released |= app.mailer.release(&address).await.map_err(|error| unreleased(&error))?;
        let suppressed = app.store.suppression(&address).await?;
        let change = report::release(&account, suppressed.as_ref(), released, &visit.actor, &moment)?;
        (account.contact.value.id, change)
    });
    flow::answer(&app, &visit, id, &change, StatusCode::OK).await
}

fn unreleased(error: &SendError) -> Problem {
    Problem::unavailable(format!("SES did not release an address: {error}"))
}
