//! Roles, and what they can be made of.

use std::collections::BTreeSet;

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use shared::app::App;
use shared::domain::fault::Refusal;
use shared::domain::id::RoleId;
use shared::domain::role::{AccountType, BUILT_IN, CATALOGUE, Role, RoleName, permission};
use shared::domain::rules::settings::{create_role, delete_role, edit_role, find_role, may_set};
use shared::domain::tally::Tally;
use shared::flow;
use shared::http::fields::given;
use shared::http::idempotency::once;
use shared::http::paging::PageView;
use shared::http::problem::ProblemBody;
use shared::http::{Fields, JsonBody, Problem, Signed, door};
use utoipa::ToSchema;

use crate::list::{answer, now};

/// A role.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Role)]
pub(crate) struct RoleView {
    /// `rol_…`; null for a role that comes with the product.
    id: Option<String>,
    /// Its name.
    name: String,
    /// Whose users may hold it.
    account_types: Vec<String>,
    /// What it permits.
    permissions: Vec<String>,
    /// Whether it comes with the product, and can't be changed.
    built_in: bool,
    /// Moves with each edit.
    version: u32,
}

impl RoleView {
    fn of(role: &Role) -> Self {
        Self {
            id: role.id.map(|id| id.to_string()),
            name: role.name.as_str().to_owned(),
            account_types: role.account_types.iter().map(|kind| kind.as_str().to_owned()).collect(),
            permissions: role.permissions.iter().cloned().collect(),
            built_in: role.is_built_in(),
            version: role.version,
        }
    }
}

/// Lists the roles. For those who may create users or grant access.
#[utoipa::path(get, path = "/v1/roles", tag = "settings", operation_id = "list_roles",
    responses(
        (status = 200, description = "The roles.", body = PageView<RoleView>),
        (status = 403, description = "Not allowed.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn list(Signed(visit): Signed, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    visit.actor.needs(permission::USERS_CREATE)?;
    let roles = BUILT_IN.iter().chain(&visit.call.settings.roles);
    let (is_staff, kind) = (visit.actor.is_staff(), visit.actor.account_type);
    let shown = roles.filter(|role| is_staff || role.account_types.contains(&kind));
    answer(query.as_deref(), shown.map(RoleView::of).collect())
}

/// A permission.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Permission)]
pub(crate) struct PermissionView {
    /// Its name.
    name: &'static str,
    /// What it permits.
    description: &'static str,
    /// Whose roles may have it.
    account_types: Vec<&'static str>,
}

/// Lists what roles can be made of. For administrators.
#[utoipa::path(get, path = "/v1/permissions", tag = "settings", operation_id = "list_permissions",
    responses(
        (status = 200, description = "The permissions.", body = PageView<PermissionView>),
        (status = 403, description = "Not allowed.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn permissions(Signed(visit): Signed, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    may_set(&visit.actor)?;
    let items = CATALOGUE.iter().map(|entry| PermissionView {
        name: entry.name,
        description: entry.description,
        account_types: entry.account_types.iter().map(|kind| kind.as_str()).collect(),
    });
    answer(query.as_deref(), items.collect())
}

fn kinds(fields: &mut Fields, field: &str) -> Option<BTreeSet<AccountType>> {
    let names = fields.texts(field)?;
    let kinds: Option<BTreeSet<_>> = names.iter().map(|name| AccountType::parse(name)).collect();
    if kinds.is_none() {
        fields.fault(field, "invalid", "must be of customer, partner, vendor and staff");
    }
    kinds
}

/// A role to be made.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
pub(crate) struct NewRole {
    /// Its name: small letters, digits and underscores.
    name: String,
    /// Whose users may hold it.
    account_types: Vec<String>,
    /// What it permits.
    permissions: Vec<String>,
}

/// Makes a role. For administrators.
#[utoipa::path(post, path = "/v1/roles", tag = "settings", operation_id = "create_role",
    params(("Idempotency-Key" = Option<String>, Header, description = "One of your own, for asking again.")),
    request_body = NewRole,
    responses(
        (status = 201, description = "Made.", body = RoleView),
        (status = 400, description = "Fields are missing or wrong.", body = ProblemBody),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 409, description = "The name is taken.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn post(
    State(app): State<App>,
    Signed(mut visit): Signed,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, Problem> {
    may_set(&visit.actor)?;
    let JsonBody { mut fields, bytes } = body;
    let name = fields.required("name", RoleName::parse);
    for field in ["account_types", "permissions"] {
        if !fields.has(field) {
            fields.required_text(field);
        }
    }
    let account_types = kinds(&mut fields, "account_types");
    let permissions = fields.texts("permissions");
    fields.finish()?;
    let id = RoleId::new(visit.call.now);
    let role = Role {
        id: Some(id),
        name: given(name)?,
        account_types: given(account_types)?,
        permissions: given(permissions)?.into_iter().collect(),
        version: 1,
    };
    let once = once(&app, &headers, &visit.actor, "POST /v1/roles", &bytes).await?;
    let making = async {
        Ok(shared::decide!(&app, as visit, {
            let settings = now(&app).await?;
            let mut change = create_role(role.clone(), &settings, &visit.actor, &visit.call.moment())?;
            once.settle(&mut change, id);
            (id, change)
        }))
    };
    let (id, _) = once.make(&app, making).await?;
    app.forget_settings();
    let settings = now(&app).await?.value;
    let role = settings.roles.iter().find(|role| role.id == Some(id)).ok_or_else(Problem::not_found)?;
    let answer = door::versioned(StatusCode::CREATED, role.version, &RoleView::of(role));
    Ok(door::located(answer, &format!("/v1/roles/{id}")))
}

/// What of a role is to be otherwise; what is left out stays.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
pub(crate) struct RolePatch {
    /// Whose users may hold it.
    account_types: Option<Vec<String>>,
    /// What it permits.
    permissions: Option<Vec<String>>,
}

/// A role of the business's own, by its id or name; one that comes with the product is nobody's to change.
fn own(role: Option<&Role>) -> Result<(RoleId, Role), Problem> {
    let role = role.ok_or_else(Problem::not_found)?;
    match role.id {
        Some(id) => Ok((id, role.clone())),
        None => Err(Refusal::forbidden("built_in_role", "This role comes with the product and stays as it is.").into()),
    }
}

/// Edits a role of the business's own: who holds it is held to it within a minute. For administrators.
#[utoipa::path(patch, path = "/v1/roles/{role}", tag = "settings", operation_id = "edit_role",
    params(("role" = String, Path, description = "`rol_…`, or its name"),
        ("If-Match" = String, Header, description = "The version that was read.")),
    request_body = RolePatch,
    responses(
        (status = 200, description = "The role.", body = RoleView),
        (status = 400, description = "Fields are wrong.", body = ProblemBody),
        (status = 403, description = "Not allowed, or it comes with the product.", body = ProblemBody),
        (status = 404, description = "No such role.", body = ProblemBody),
        (status = 412, description = "Changed since it was read.", body = ProblemBody),
        (status = 428, description = "Say which version was read.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn patch(
    State(app): State<App>,
    Signed(mut visit): Signed,
    Path(role): Path<String>,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, Problem> {
    may_set(&visit.actor)?;
    let mut fields = body.fields;
    let account_types = kinds(&mut fields, "account_types");
    let permissions = fields.texts("permissions");
    fields.finish()?;
    shared::decide!(&app, as visit, {
        let settings = now(&app).await?;
        let (_, before) = own(find_role(&settings.value, &role))?;
        flow::must_match(&headers, before.version)?;
        let holds = visit.contact.value.access.as_ref().is_some_and(|access| access.roles.contains(&before.name));
        let after = Role {
            account_types: account_types.clone().unwrap_or(before.account_types),
            permissions: permissions.clone().map_or(before.permissions, |names| names.into_iter().collect()),
            ..before
        };
        ((), edit_role(after, &settings, holds, &visit.actor, &visit.call.moment())?)
    });
    app.forget_settings();
    let settings = now(&app).await?.value;
    let (_, role) = own(find_role(&settings, &role))?;
    Ok(door::versioned(StatusCode::OK, role.version, &RoleView::of(&role)))
}

/// Deletes a role of the business's own that nobody holds. For administrators.
#[utoipa::path(delete, path = "/v1/roles/{role}", tag = "settings", operation_id = "delete_role",
    params(("role" = String, Path, description = "`rol_…`, or its name")),
    responses(
        (status = 204, description = "Deleted."),
        (status = 403, description = "Not allowed, or it comes with the product.", body = ProblemBody),
        (status = 404, description = "No such role.", body = ProblemBody),
        (status = 409, description = "Somebody holds it.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn delete(
    State(app): State<App>,
    Signed(mut visit): Signed,
    Path(role): Path<String>,
) -> Result<Response, Problem> {
    may_set(&visit.actor)?;
    shared::decide!(&app, as visit, {
        let settings = now(&app).await?;
        let (id, before) = own(find_role(&settings.value, &role))?;
        let held = app.store.tally(Tally::Role(before.name)).await?;
        ((), delete_role(id, held.as_ref(), &settings, &visit.actor, &visit.call.moment())?)
    });
    app.forget_settings();
    Ok(door::empty(StatusCode::NO_CONTENT))
}
