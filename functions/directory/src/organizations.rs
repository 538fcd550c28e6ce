//! Organizations.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use shared::app::App;
use shared::domain::change::{Change, Stored};
use shared::domain::id::OrganizationId;
use shared::domain::organization::{Organization, OrganizationType};
use shared::domain::role::permission;
use shared::domain::rules::organizations::{
    self as rules, Edit, NewOrganization, create_organization, edit_organization,
};
use shared::domain::settings::DEFAULT_GROUP;
use shared::domain::text::{Malformed, Name, Number};
use shared::flow;
use shared::http::fields::given;
use shared::http::idempotency::once;
use shared::http::paging::PageView;
use shared::http::problem::ProblemBody;
use shared::http::signed::Visit;
use shared::http::views::OrganizationView;
use shared::http::{Fields, JsonBody, Problem, Signed, door};
use shared::store::Listed;
use utoipa::ToSchema;

use crate::list::Asked;

/// An organization in a list.
#[derive(Debug, Deserialize, serde::Serialize, ToSchema)]
pub(crate) struct OrganizationItem {
    /// `org_…`.
    id: String,
    /// `customer`, `partner`, `vendor` or `internal`.
    kind: String,
    /// Its number.
    number: String,
    /// Its name.
    name: String,
    /// The partner that looks after it.
    partner: Option<String>,
    /// Whether it is active.
    active: bool,
}

fn kind(text: &str) -> Result<OrganizationType, Malformed> {
    OrganizationType::parse(text).ok_or(Malformed::Form("must be customer, partner, vendor or internal"))
}

fn id(text: &str) -> Result<OrganizationId, Malformed> {
    text.parse().map_err(|_| Malformed::Form("must be an organization's id"))
}

/// Lists organizations by name, or those whose name or number begins with `q`. Staff see every one, a partner's users that
/// partner's customers.
#[utoipa::path(get, path = "/v1/organizations", tag = "organizations", operation_id = "list_organizations",
    params(("q" = Option<String>, Query, description = "The beginning of a name or number, in any case."),
        ("kind" = Option<String>, Query, description = "`customer`, `partner`, `vendor` or `internal`."),
        ("partner" = Option<String>, Query, description = "The customers of this partner: `org_…`."),
        ("limit" = Option<u16>, Query, description = "1 to 200; 50 where nothing is said."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before.")),
    responses(
        (status = 200, description = "A page.", body = PageView<OrganizationItem>),
        (status = 400, description = "The query is wrong.", body = ProblemBody),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such partner in your scope.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn list(
    State(app): State<App>,
    Signed(visit): Signed,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    visit.actor.needs(permission::CONTACTS_READ)?;
    let mut fields = Fields::of_query(query.as_deref())?;
    let asked = Asked::read(&mut fields);
    let kind = fields.optional("kind", kind);
    let partner = fields.optional("partner", id);
    if partner.is_some() && kind.is_some_and(|kind| kind != OrganizationType::Customer) {
        fields.fault("kind", "not_with_partner", "A partner looks after customers alone.");
    }
    fields.finish()?;
    let listed = match partner {
        Some(partner) => Listed::CustomersOf(flow::reachable_organization(&app, &visit, partner).await?.value.id),
        None if visit.actor.is_staff() => Listed::Organizations(kind),
        None => Listed::CustomersOf(visit.actor.organization),
    };
    Ok(door::json(StatusCode::OK, &asked.page::<OrganizationItem>(&app, &visit, listed).await?))
}

fn answer(visit: &Visit, organization: &Organization, status: StatusCode) -> Response {
    door::versioned(status, organization.version, &OrganizationView::new(organization, &visit.actor))
}

async fn answer_anew(app: &App, visit: &Visit, id: OrganizationId, status: StatusCode) -> Result<Response, Problem> {
    Ok(answer(visit, &flow::reachable_organization(app, visit, id).await?.value, status))
}

/// An organization to be made.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
pub(crate) struct NewOrganizationBody {
    /// `customer`, `partner` or `vendor`.
    kind: String,
    /// Its number, unique within its kind.
    number: String,
    /// Its name.
    name: String,
    /// The partner that looks after it: `org_…`. A partner's users make customers of that partner.
    partner: Option<String>,
    /// The group of sites in which its people sign in.
    site_group: Option<String>,
}

/// Makes an organization.
#[utoipa::path(post, path = "/v1/organizations", tag = "organizations", operation_id = "create_organization",
    params(("Idempotency-Key" = Option<String>, Header, description = "One of your own, for asking again.")),
    request_body = NewOrganizationBody,
    responses(
        (status = 201, description = "Made.", body = OrganizationView),
        (status = 400, description = "Fields are missing or wrong.", body = ProblemBody),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 409, description = "The number is taken.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn post(
    State(app): State<App>,
    Signed(mut visit): Signed,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, Problem> {
    rules::may_create(&visit.actor)?;
    let JsonBody { mut fields, bytes } = body;
    let kind = fields.required("kind", kind);
    let number = fields.required("number", Number::parse);
    let name = fields.required("name", Name::parse);
    let partner = fields.optional("partner", id);
    let site_group = fields.optional("site_group", |text| Ok(text.to_owned()));
    // Customers that a partner's users register sign in where the partner's own people do.
    if !visit.actor.is_staff() && site_group.is_some() {
        fields.fault("site_group", "not_yours_to_set", "is set by staff");
    }
    fields.finish()?;
    let usual = if visit.actor.is_staff() { DEFAULT_GROUP } else { &visit.organization.value.site_group };
    let asked = NewOrganization {
        kind: given(kind)?,
        number: given(number)?,
        name: given(name)?,
        partner,
        site_group: site_group.unwrap_or_else(|| usual.to_owned()),
    };
    let once = once(&app, &headers, &visit.actor, "POST /v1/organizations", &bytes).await?;
    let making = async {
        Ok(shared::decide!(&app, as visit, {
            let under = rules::partner_of(asked.kind, asked.partner, &visit.actor)?;
            let partner = partner_of(&app, under).await?;
            let taken = app.store.organization_numbered(asked.kind, &asked.number).await?.is_some();
            let (at, asked) = (visit.call.moment(), asked.clone());
            let (id, mut change) = create_organization(asked, partner.as_ref(), taken, &visit.actor, &at)?;
            once.settle(&mut change, id);
            (id, change)
        }))
    };
    let (id, _) = once.make(&app, making).await?;
    let answer = answer_anew(&app, &visit, id, StatusCode::CREATED).await?;
    Ok(door::located(answer, &format!("/v1/organizations/{id}")))
}

async fn partner_of(app: &App, partner: Option<OrganizationId>) -> Result<Option<Stored<Organization>>, Problem> {
    match partner {
        Some(partner) => Ok(app.store.organization(partner).await?),
        None => Ok(None),
    }
}

/// Reads an organization. One's own, anybody may.
#[utoipa::path(get, path = "/v1/organizations/{organization}", tag = "organizations", operation_id = "get_organization",
    params(("organization" = String, Path, description = "`org_…`")),
    responses(
        (status = 200, description = "The organization.", body = OrganizationView),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such organization in your scope.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn get(
    State(app): State<App>,
    Signed(visit): Signed,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    if id != visit.actor.organization.to_string() {
        visit.actor.needs(permission::CONTACTS_READ)?;
    }
    let id = id.parse().map_err(|_| Problem::not_found())?;
    Ok(answer(&visit, &flow::reachable_organization(&app, &visit, id).await?.value, StatusCode::OK))
}

/// What of an organization is to be otherwise; what is left out stays.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
pub(crate) struct OrganizationPatch {
    /// Its number.
    number: Option<String>,
    /// Its name.
    name: Option<String>,
    /// The partner that looks after it; null: none.
    partner: Option<String>,
    /// The group of sites in which its people sign in.
    site_group: Option<String>,
}

/// Edits an organization.
#[utoipa::path(patch, path = "/v1/organizations/{organization}", tag = "organizations", operation_id = "edit_organization",
    params(("organization" = String, Path, description = "`org_…`"),
        ("If-Match" = String, Header, description = "The version that was read.")),
    request_body = OrganizationPatch,
    responses(
        (status = 200, description = "The organization.", body = OrganizationView),
        (status = 400, description = "Fields are wrong.", body = ProblemBody),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such organization in your scope.", body = ProblemBody),
        (status = 409, description = "The number is taken.", body = ProblemBody),
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
    visit.actor.needs(permission::ORGANIZATIONS_WRITE)?;
    let mut fields = body.fields;
    let number = fields.replaced("number", Number::parse);
    let name = fields.replaced("name", Name::parse);
    let partner = fields.cleared("partner", self::id);
    let site_group = fields.replaced("site_group", |text| Ok(text.to_owned()));
    fields.finish()?;
    let id: OrganizationId = id.parse().map_err(|_| Problem::not_found())?;
    shared::decide!(&app, as visit, {
        let organization = flow::reachable_organization(&app, &visit, id).await?;
        flow::must_match(&headers, organization.value.version)?;
        let before = Edit::of(&organization.value);
        let edit = Edit {
            number: number.clone().unwrap_or(before.number),
            name: name.clone().unwrap_or(before.name),
            partner: partner.unwrap_or(before.partner),
            site_group: site_group.clone().unwrap_or(before.site_group),
        };
        let under = partner_of(&app, edit.partner).await?;
        let holder = app.store.organization_numbered(organization.value.kind, &edit.number).await?;
        let taken = holder.is_some_and(|holder| holder.value.id != id);
        ((), edit_organization(edit, &organization, under.as_ref(), taken, &visit.actor, &visit.call.moment())?)
    });
    answer_anew(&app, &visit, id, StatusCode::OK).await
}

/// Makes an organization inactive: none of its people can sign in, sessions end and links die at once; everything else stays.
#[utoipa::path(post, path = "/v1/organizations/{organization}/inactivate", tag = "organizations",
    operation_id = "inactivate_organization",
    params(("organization" = String, Path, description = "`org_…`"),
        ("If-Match" = Option<String>, Header, description = "The version that was read.")),
    responses(
        (status = 200, description = "The organization.", body = OrganizationView),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such organization in your scope.", body = ProblemBody),
        (status = 409, description = "It is inactive already.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn inactivate(
    State(app): State<App>,
    Signed(visit): Signed,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    set_active(&app, visit, &id, &headers, false).await
}

/// Makes an organization active again: its people sign in as before, but what died stays dead.
#[utoipa::path(post, path = "/v1/organizations/{organization}/reactivate", tag = "organizations",
    operation_id = "reactivate_organization",
    params(("organization" = String, Path, description = "`org_…`"),
        ("If-Match" = Option<String>, Header, description = "The version that was read.")),
    responses(
        (status = 200, description = "The organization.", body = OrganizationView),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such organization in your scope.", body = ProblemBody),
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
    visit.actor.needs(permission::ORGANIZATIONS_WRITE)?;
    let id: OrganizationId = id.parse().map_err(|_| Problem::not_found())?;
    shared::decide!(app, as visit, {
        let organization = flow::reachable_organization(app, &visit, id).await?;
        flow::if_match(headers, organization.value.version)?;
        let change: Change = rules::set_active(active, &organization, &visit.actor, &visit.call.moment())?;
        ((), change)
    });
    answer_anew(app, &visit, id, StatusCode::OK).await
}
