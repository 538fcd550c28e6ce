//! What the calls of this function take.

use http::StatusCode;
use shared::domain::email::{Email, UserId};
use shared::domain::rules::give_login::Credential;
use shared::domain::rules::grant::{FirstLogin, Grant};
use shared::domain::rules::parse_roles;
use shared::domain::rules::rename::Names;
use shared::domain::settings::Settings;
use shared::domain::text::Malformed;
use shared::flow::{self, CredentialBody, FirstPassword};
use shared::http::fields::given;
use shared::http::{Fields, Problem};
use utoipa::ToSchema;

/// An access as it is to be.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
pub(crate) struct PutAccess {
    /// One role or more.
    roles: Vec<String>,
    /// The one site; left out: every site of the group.
    site: Option<String>,
    /// May add users.
    can_create_users: Option<bool>,
    /// Claims need authorization first.
    claim_authorization_required: Option<bool>,
    /// For where there is no password yet; left out: a link.
    credential: Option<CredentialBody>,
    /// Whether the person is told by mail of an access that is given or given again, where no link goes out; left out: yes.
    notify: Option<bool>,
    /// For a contact that has no login yet, in place of `credential`: somebody who has one already, `usr_…`.
    user: Option<String>,
    /// For a contact that has no login yet: the email that signs in; left out: the contact's.
    login_email: Option<String>,
    /// For a contact that has no login yet: a name for signing in besides the email.
    user_id: Option<String>,
}

/// Reads `PUT …/access`, every fault at once.
pub(crate) fn read(mut fields: Fields, settings: &Settings) -> Result<Asked, Problem> {
    let asked = access(&mut fields, settings);
    fields.finish()?;
    given(asked)
}

/// A grant, and the first password that goes with it.
pub(crate) type Asked = (Grant, Option<FirstPassword>);

/// Takes an access out of the fields; none where something about it is wrong.
pub(crate) fn access(fields: &mut Fields, settings: &Settings) -> Option<Asked> {
    let roles = if fields.has("roles") {
        fields
            .texts("roles")
            .and_then(|names| parse_roles("roles", &names, settings).map_err(|faults| fields.faults(faults)).ok())
    } else {
        fields.required_text("roles");
        None
    };
    let site = fields.optional("site", |text| text.parse().map_err(|_| Malformed::Form("must be a site's id")));
    let can_create_users = fields.flag("can_create_users", false);
    let claim_authorization_required = fields.flag("claim_authorization_required", false);
    let notify = fields.flag("notify", true);
    let explicit = fields.has("credential");
    let first = first_login(fields);
    let password = fields.object("credential", flow::credential).flatten();
    if password.is_none() && !notify && explicit {
        fields.fault("notify", "link_needs_mail", "A link goes out by mail: it can't be sent without notice.");
    }
    let grant = Grant {
        roles: roles?,
        site,
        can_create_users,
        claim_authorization_required,
        credential: Credential::Link,
        notify,
        first,
    };
    Some((grant, password))
}

fn first_login(fields: &mut Fields) -> FirstLogin {
    if fields.has("user") {
        for other in ["credential", "login_email", "user_id"] {
            fields.refuse(other, "not_with_user", "is not given together with user");
        }
    }
    FirstLogin {
        user: fields.optional("user", |text| text.parse().map_err(|_| Malformed::Form("must be a user's id"))),
        login_email: fields.optional("login_email", Email::parse),
        user_id: fields.optional("user_id", UserId::parse),
    }
}

/// Reads `PUT …/password`: the method is the explicit flag that it is meant (requirement P1).
pub(crate) fn read_password(mut fields: Fields) -> Result<FirstPassword, Problem> {
    let password = flow::credential(&mut fields);
    if matches!(password, Some(None)) {
        fields.fault("method", "invalid", "must be password");
    }
    fields.finish()?;
    given(password.flatten())
}

/// A login's names as they are to be; what is left out stays.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
pub(crate) struct LoginPatch {
    /// A name for signing in besides the email; null: none.
    user_id: Option<String>,
    /// The email that signs in; for staff.
    login_email: Option<String>,
}

/// Reads `PATCH …/login`.
pub(crate) fn read_names(mut fields: Fields) -> Result<Names, Problem> {
    let names = Names {
        user_id: fields.cleared("user_id", UserId::parse),
        login_email: fields.replaced("login_email", Email::parse),
    };
    fields.finish()?;
    Ok(names)
}

/// Reads `?everywhere=`.
pub(crate) fn everywhere(query: Option<&str>) -> Result<bool, Problem> {
    match query {
        None | Some("" | "everywhere=false") => Ok(false),
        Some("everywhere=true") => Ok(true),
        Some(_) => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "invalid_query",
            "The query may hold everywhere=true and nothing else.",
        )),
    }
}
