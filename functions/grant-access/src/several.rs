//! Granting access to several contacts of one organization in one call (requirement A4).

use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde_json::Value;
use shared::app::App;
use shared::domain::change::Change;
use shared::domain::id::{ContactId, OrganizationId};
use shared::domain::role::permission;
use shared::domain::rules::grant_several::{MOST, MOST_TOGETHER, One, grant_several};
use shared::domain::settings::Settings;
use shared::domain::text::Malformed;
use shared::flow::{self, CredentialBody, Pace};
use shared::http::fields::given;
use shared::http::problem::ProblemBody;
use shared::http::signed::Visit;
use shared::http::views::ContactView;
use shared::http::{Fields, JsonBody, Problem, Signed, door};
use utoipa::ToSchema;

use crate::asked::{self, Asked};
use crate::give::{give, known, refused, with_password};

/// What may be said once for all of them.
const SHARED: [&str; 6] = ["roles", "site", "can_create_users", "claim_authorization_required", "credential", "notify"];

/// Accesses as they are to be. What is said once beside the list holds for all that do not say otherwise.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
pub(crate) struct PostAccesses {
    /// Whether all are granted or none: up to eight. Left out: each by itself.
    all_or_nothing: Option<bool>,
    /// Up to a hundred contacts of the organization.
    contacts: Vec<ContactAccess>,
    /// One role or more.
    roles: Option<Vec<String>>,
    /// The one site; left out: every site of the group.
    site: Option<String>,
    /// May add users.
    can_create_users: Option<bool>,
    /// Claims need authorization first.
    claim_authorization_required: Option<bool>,
    /// For where there is no password yet; left out: a link.
    credential: Option<CredentialBody>,
    /// Whether the person is told by mail where no link goes out; left out: yes.
    notify: Option<bool>,
}

/// The access of one of them: as `PUT …/access` takes it, with whose it is.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
pub(crate) struct ContactAccess {
    /// `con_…`.
    contact: String,
    /// One role or more.
    roles: Option<Vec<String>>,
    /// The one site.
    site: Option<String>,
    /// May add users.
    can_create_users: Option<bool>,
    /// Claims need authorization first.
    claim_authorization_required: Option<bool>,
    /// For where there is no password yet.
    credential: Option<CredentialBody>,
    /// Whether the person is told by mail where no link goes out.
    notify: Option<bool>,
    /// For a contact that has no login yet, in place of `credential`: somebody who has one already, `usr_…`.
    user: Option<String>,
    /// For a contact that has no login yet: the email that signs in; left out: the contact's.
    login_email: Option<String>,
    /// For a contact that has no login yet: a name for signing in besides the email.
    user_id: Option<String>,
}

/// What became of one of them.
#[derive(Debug, Serialize, ToSchema)]
struct GrantResult {
    /// `con_…`.
    contact: String,
    /// `200`, or that of the problem.
    status: u16,
    /// The contact as it is now; null where it was refused.
    granted: Option<ContactView>,
    /// Why it was refused; null where it was not.
    #[schema(value_type = Option<ProblemBody>)]
    problem: Option<Value>,
}

/// What became of each.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GrantResults {
    /// In the order that was asked.
    results: Vec<GrantResult>,
}

type Several = Vec<(ContactId, Asked)>;

/// Grants access to several contacts of an organization, one after the other, and tells what became of each. What is granted
/// already changes and mails nothing, so the call can be made again. With `all_or_nothing` a refusal of one refuses all.
#[utoipa::path(post, path = "/v1/organizations/{organization}/access", tag = "contacts", operation_id = "grant_several",
    params(("organization" = String, Path, description = "`org_…`")),
    request_body = PostAccesses,
    responses(
        (status = 200, description = "What became of each.", body = GrantResults),
        (status = 400, description = "Fields are missing or wrong.", body = ProblemBody),
        (status = 403, description = "Not allowed.", body = ProblemBody),
        (status = 404, description = "No such organization, or contact of it, in your scope.", body = ProblemBody),
        (status = 409, description = "The state of one of them forbids it.", body = ProblemBody)),
    security(("session" = [])))]
pub(crate) async fn post(
    State(app): State<App>,
    Signed(mut visit): Signed,
    Path(id): Path<String>,
    body: JsonBody,
) -> Result<Response, Problem> {
    visit.actor.needs(permission::ACCESS_GRANT)?;
    let (several, together) = read(body.fields, &visit.call.settings)?;
    let id: OrganizationId = id.parse().map_err(|_| Problem::not_found())?;
    let organization = flow::reachable_organization(&app, &visit, id).await?;
    visit.actor.must_manage(organization.value.kind.into())?;
    let results = if together {
        all_or_nothing(&app, &mut visit, id, several).await?
    } else {
        one_by_one(&app, &mut visit, id, several).await
    };
    Ok(door::json(StatusCode::OK, &GrantResults { results }))
}

fn read(mut fields: Fields, settings: &Settings) -> Result<(Several, bool), Problem> {
    let together = fields.flag("all_or_nothing", false);
    if !fields.has("contacts") {
        fields.required_text("contacts");
    }
    let several = fields.list("contacts", &SHARED, |one| {
        let contact = one.required("contact", |text| {
            text.parse::<ContactId>().map_err(|_| Malformed::Form("must be a contact's id"))
        });
        let access = asked::access(one, settings);
        contact.zip(access)
    });
    if let Some(several) = &several {
        let most = if together { MOST_TOGETHER } else { MOST };
        if several.is_empty() || several.len() > most {
            fields.fault("contacts", "out_of_bounds", format!("must be a list of 1 to {most} contacts"));
        }
        for (at, (contact, _)) in several.iter().enumerate() {
            if several[..at].iter().any(|(other, _)| other == contact) {
                fields.fault(&format!("contacts.{at}.contact"), "duplicate", "stands twice in the list");
            }
        }
    }
    fields.finish()?;
    Ok((given(several)?, together))
}

async fn one_by_one(app: &App, visit: &mut Visit, at: OrganizationId, several: Several) -> Vec<GrantResult> {
    let pace = Pace::begin();
    let mut results = Vec::with_capacity(several.len());
    for (contact, asked) in several {
        let granted = match pace.must_go_on() {
            Ok(()) => one(app, visit, at, contact, asked).await,
            Err(problem) => Err(problem),
        };
        results.push(result(visit, contact, granted));
    }
    results
}

async fn one(
    app: &App,
    visit: &mut Visit,
    at: OrganizationId,
    contact: ContactId,
    asked: Asked,
) -> Result<ContactView, Problem> {
    must_be_at(app, visit, at, contact).await?;
    let (_, change) = give(app, visit, &contact.to_string(), &HeaderMap::new(), asked).await?;
    flow::seen(app, visit, contact, &change).await
}

async fn must_be_at(app: &App, visit: &Visit, at: OrganizationId, contact: ContactId) -> Result<(), Problem> {
    let account = flow::reachable(app, visit, &contact.to_string()).await?;
    if account.contact.value.organization == at { Ok(()) } else { Err(Problem::not_found()) }
}

async fn all_or_nothing(
    app: &App,
    visit: &mut Visit,
    at: OrganizationId,
    several: Several,
) -> Result<Vec<GrantResult>, Problem> {
    let mut grants = Vec::with_capacity(several.len());
    for (contact, asked) in several {
        must_be_at(app, visit, at, contact).await.map_err(|problem| of(problem, contact))?;
        let hashed = with_password(app, visit, &contact.to_string(), asked).await;
        grants.push((contact, hashed.map_err(|problem| of(problem, contact))?));
    }
    let ((), change): ((), Change) = shared::decide!(app, as visit, {
        let mut several = Vec::with_capacity(grants.len());
        for (contact, asked) in &grants {
            let account = flow::reachable(app, visit, &contact.to_string()).await?;
            let (logins, known) = known(app, asked, &account, &visit.call.settings).await?;
            several.push(One { asked: asked.clone(), account, logins, known });
        }
        match grant_several(several, &visit.actor, &visit.call.moment()) {
            Ok(change) => ((), change),
            Err((number, refusal)) => return Err(of(refused(app, visit, refusal).await?, grants[number].0)),
        }
    });
    flow::deliver(app, &change).await;
    let mut results = Vec::with_capacity(grants.len());
    for (contact, _) in grants {
        let granted = flow::seen(app, visit, contact, &Change::none()).await;
        results.push(result(visit, contact, granted));
    }
    Ok(results)
}

/// The problem, with whose it is.
fn of(mut problem: Problem, contact: ContactId) -> Problem {
    problem.extra.push(("contact", contact.to_string().into()));
    problem
}

fn result(visit: &Visit, contact: ContactId, granted: Result<ContactView, Problem>) -> GrantResult {
    let contact = contact.to_string();
    match granted {
        Ok(granted) => GrantResult { contact, status: 200, granted: Some(granted), problem: None },
        Err(problem) => GrantResult {
            contact,
            status: problem.status.as_u16(),
            granted: None,
            problem: Some(problem.body(&visit.call.request.0)),
        },
    }
}
