//! Contacts, but for their access.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use shared::app::App;
use shared::domain::change::Change;
use shared::domain::details::Details;
use shared::domain::email::Email;
use shared::domain::id::OrganizationId;
use shared::domain::role::permission;
use shared::domain::rules::contacts::{self as rules, Profile, create_contact, edit_contact};
use shared::domain::text::{Language, Malformed, PersonName, Phone, TimeZone, Title};
use shared::flow;
use shared::http::fields::given;
use shared::http::idempotency::once;
use shared::http::paging::PageView;
use shared::http::problem::ProblemBody;
use shared::http::signed::Visit;
use shared::http::views::ContactView;
use shared::http::{Fields, JsonBody, Problem, Signed, door};
use shared::store::Listed;
use utoipa::ToSchema;

use crate::list::Asked;

/// A contact in a list.
#[derive(Debug, Deserialize, serde::Serialize, ToSchema)]
pub(crate) struct ContactItem {
    /// `con_…`.
    id: String,
    /// `org_…`.
    organization: String,
    /// First name.
    first_name: String,
    /// Last name.
    last_name: String,
    /// The contact's email.
    email: String,
    /// Whether the record is active.
    active: bool,
}

fn organization(text: &str) -> Result<OrganizationId, Malformed> {
    text.parse().map_err(|_| Malformed::Form("must be an organization's id"))
}

/// Lists contacts by name, or those whose first or last name or email begins with `q`. Staff see everybody, others those of
/// their own organization, a partner's users also those of that partner's customers.
#[utoipa::path(get, path = "/v1/contacts", tag = "contacts", operation_id = "list_contacts",
    params(("q" = Option<String>, Query, description = "The beginning of a first name, last name or email, in any case."),
        ("organization" = Option<String>, Query, description = "Those at this organization: `org_…`."),
        ("limit" = Option<u16>, Query, description = "1 to 200; 50 where nothing is said."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before.")),
    responses(
        (status = 200, description = "A page.", body = PageView<ContactItem>),
        (status = 400, description = "The query is wrong.", body = ProblemBody),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such organization in your scope.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn list(
    State(app): State<App>,
    Signed(visit): Signed,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    visit.actor.needs(permission::CONTACTS_READ)?;
    let mut fields = Fields::of_query(query.as_deref())?;
    let asked = Asked::read(&mut fields);
    let at = fields.optional("organization", organization);
    fields.finish()?;
    let listed = match at {
        Some(at) => {
            flow::reachable_organization(&app, &visit, at).await?;
            Listed::ContactsIn(at)
        }
        None if visit.actor.is_staff() => Listed::Contacts,
        None => Listed::ContactsIn(visit.actor.organization),
    };
    Ok(door::json(StatusCode::OK, &asked.page::<ContactItem>(&app, &visit, listed).await?))
}

/// A contact to be made.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
pub(crate) struct NewContactBody {
    /// `org_…`; left out: one's own.
    organization: Option<String>,
    /// First name.
    first_name: String,
    /// Last name.
    last_name: String,
    /// The contact's email.
    email: String,
    /// Whether the portal may send notifications; left out: yes.
    notifications: Option<bool>,
    /// What the person is at the organization.
    title: Option<String>,
    /// The language that the person reads: `en`, `de-AT`.
    language: Option<String>,
    /// The time zone that the person lives in: `Europe/Berlin`.
    time_zone: Option<String>,
    /// Business phone.
    business_phone: Option<String>,
    /// Mobile phone.
    mobile_phone: Option<String>,
}

/// Makes a contact without access.
#[utoipa::path(post, path = "/v1/contacts", tag = "contacts", operation_id = "create_contact",
    params(("Idempotency-Key" = Option<String>, Header, description = "One of your own, for asking again.")),
    request_body = NewContactBody,
    responses(
        (status = 201, description = "Made.", body = ContactView),
        (status = 400, description = "Fields are missing or wrong.", body = ProblemBody),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such organization in your scope.", body = ProblemBody),
        (status = 409, description = "The organization is inactive.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn post(
    State(app): State<App>,
    Signed(mut visit): Signed,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, Problem> {
    visit.actor.needs(permission::CONTACTS_WRITE)?;
    let JsonBody { mut fields, bytes } = body;
    let at = fields.optional("organization", organization);
    let (first_name, last_name) =
        (fields.required("first_name", PersonName::parse), fields.required("last_name", PersonName::parse));
    let email = fields.required("email", Email::parse);
    let notifications = fields.flag("notifications", true);
    let details = Details {
        title: fields.optional("title", Title::parse),
        language: fields.optional("language", Language::parse),
        time_zone: fields.optional("time_zone", TimeZone::parse),
        business_phone: fields.optional("business_phone", Phone::parse),
        mobile_phone: fields.optional("mobile_phone", Phone::parse),
    };
    fields.finish()?;
    let profile = Profile {
        first_name: given(first_name)?,
        last_name: given(last_name)?,
        email: given(email)?,
        notifications,
        details,
    };
    let at = at.unwrap_or(visit.actor.organization);
    let once = once(&app, &headers, &visit.actor, "POST /v1/contacts", &bytes).await?;
    let making = async {
        Ok(shared::decide!(&app, as visit, {
            let organization = app.store.organization(at).await?.ok_or_else(Problem::not_found)?;
            let moment = visit.call.moment();
            let (id, mut change) = create_contact(profile.clone(), &organization, &visit.actor, &moment)?;
            once.settle(&mut change, id);
            (id, change)
        }))
    };
    let (id, change) = once.make(&app, making).await?;
    let answer = flow::answer(&app, &visit, id, &change, StatusCode::CREATED).await?;
    Ok(door::located(answer, &format!("/v1/contacts/{id}")))
}

/// What of a contact is to be otherwise; what is left out stays.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
pub(crate) struct ContactPatch {
    /// First name.
    first_name: Option<String>,
    /// Last name.
    last_name: Option<String>,
    /// The contact's email. The login keeps its own.
    email: Option<String>,
    /// Whether the portal may send notifications.
    notifications: Option<bool>,
    /// What the person is at the organization; null: nothing said.
    title: Option<String>,
    /// The language that the person reads; null: nothing said.
    language: Option<String>,
    /// The time zone that the person lives in; null: nothing said.
    time_zone: Option<String>,
    /// Business phone; null: none.
    business_phone: Option<String>,
    /// Mobile phone; null: none.
    mobile_phone: Option<String>,
}

/// Edits a contact. The login stays as it is.
#[utoipa::path(patch, path = "/v1/contacts/{contact}", tag = "contacts", operation_id = "edit_contact",
    params(("contact" = String, Path, description = "`con_…`"),
        ("If-Match" = String, Header, description = "The version that was read.")),
    request_body = ContactPatch,
    responses(
        (status = 200, description = "The contact.", body = ContactView),
        (status = 400, description = "Fields are wrong.", body = ProblemBody),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such contact in your scope.", body = ProblemBody),
        (status = 412, description = "Changed since it was read.", body = ProblemBody),
        (status = 428, description = "Say which version was read.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn patch(
    State(app): State<App>,
    Signed(mut visit): Signed,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, Problem> {
    visit.actor.needs(permission::CONTACTS_WRITE)?;
    let mut fields = body.fields;
    let first_name = fields.replaced("first_name", PersonName::parse);
    let last_name = fields.replaced("last_name", PersonName::parse);
    let email = fields.replaced("email", Email::parse);
    let notifications = fields.replaced_flag("notifications");
    let title = fields.cleared("title", Title::parse);
    let language = fields.cleared("language", Language::parse);
    let time_zone = fields.cleared("time_zone", TimeZone::parse);
    let business_phone = fields.cleared("business_phone", Phone::parse);
    let mobile_phone = fields.cleared("mobile_phone", Phone::parse);
    fields.finish()?;
    let (id, change) = shared::decide!(&app, as visit, {
        let account = flow::reachable(&app, &visit, &id).await?;
        flow::must_match(&headers, account.contact.value.version)?;
        let before = Profile::of(&account.contact.value);
        let details = before.details;
        let profile = Profile {
            first_name: first_name.clone().unwrap_or(before.first_name),
            last_name: last_name.clone().unwrap_or(before.last_name),
            email: email.clone().unwrap_or(before.email),
            notifications: notifications.unwrap_or(before.notifications),
            details: Details {
                title: title.clone().unwrap_or(details.title),
                language: language.clone().unwrap_or(details.language),
                time_zone: time_zone.clone().unwrap_or(details.time_zone),
                business_phone: business_phone.clone().unwrap_or(details.business_phone),
                mobile_phone: mobile_phone.clone().unwrap_or(details.mobile_phone),
            },
        };
        (account.contact.value.id, edit_contact(profile, &account, &visit.actor, &visit.call.moment())?)
    });
    flow::answer(&app, &visit, id, &change, StatusCode::OK).await
}

/// Makes a contact inactive: no sign-in, sessions end and links die at once; the access stays as it was.
#[utoipa::path(post, path = "/v1/contacts/{contact}/inactivate", tag = "contacts", operation_id = "inactivate_contact",
    params(("contact" = String, Path, description = "`con_…`"),
        ("If-Match" = Option<String>, Header, description = "The version that was read.")),
    responses(
        (status = 200, description = "The contact.", body = ContactView),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such contact in your scope.", body = ProblemBody),
        (status = 409, description = "The state forbids it.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn inactivate(
    State(app): State<App>,
    Signed(visit): Signed,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    set_active(&app, visit, &id, &headers, false).await
}

/// Makes a contact active again: the person signs in as before, but what died stays dead.
#[utoipa::path(post, path = "/v1/contacts/{contact}/reactivate", tag = "contacts", operation_id = "reactivate_contact",
    params(("contact" = String, Path, description = "`con_…`"),
        ("If-Match" = Option<String>, Header, description = "The version that was read.")),
    responses(
        (status = 200, description = "The contact.", body = ContactView),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such contact in your scope.", body = ProblemBody),
        (status = 409, description = "It is active already.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn reactivate(
    State(app): State<App>,
    Signed(visit): Signed,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    set_active(&app, visit, &id, &headers, true).await
}

async fn set_active(
    app: &App,
    mut visit: Visit,
    id: &str,
    headers: &HeaderMap,
    active: bool,
) -> Result<Response, Problem> {
    visit.actor.needs(permission::CONTACTS_WRITE)?;
    let (id, change) = shared::decide!(app, as visit, {
        let account = flow::reachable(app, &visit, id).await?;
        flow::if_match(headers, account.contact.value.version)?;
        let change: Change = rules::set_active(active, &account, &visit.actor, &visit.call.moment())?;
        (account.contact.value.id, change)
    });
    flow::answer(app, &visit, id, &change, StatusCode::OK).await
}
