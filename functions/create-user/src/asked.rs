//! What `POST /v1/users` takes.

use std::collections::BTreeSet;

use shared::domain::email::{Email, UserId};
use shared::domain::id::{OrganizationId, UserKey};
use shared::domain::role::AccountType;
use shared::domain::rules::create_user::{NewUser, Organizations};
use shared::domain::rules::give_login::{Credential, NewLogin, Person};
use shared::domain::rules::parse_roles;
use shared::domain::settings::Settings;
use shared::domain::text::{Malformed, Name, Number, PersonName};
use shared::flow::{self, CredentialBody, FirstPassword};
use shared::http::fields::given;
use shared::http::{Fields, Problem};
use utoipa::ToSchema;

/// A user to be created.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
pub(crate) struct CreateUser {
    /// `customer`, `partner`, `vendor` or `staff`.
    account_type: String,
    /// Where: one that exists, or one by its number.
    organization: OrganizationBody,
    /// First name.
    first_name: String,
    /// Last name.
    last_name: String,
    /// The person's email; it signs in.
    email: Option<String>,
    /// In place of `email` and `credential`: somebody who has a login already, `usr_…`.
    user: Option<String>,
    /// A name for signing in besides the email.
    user_id: Option<String>,
    /// The roles; left out: the account type's standard role.
    roles: Option<Vec<String>>,
    /// The one site; left out: every site of the group.
    site: Option<String>,
    /// May add users.
    can_create_users: Option<bool>,
    /// Claims need authorization first.
    claim_authorization_required: Option<bool>,
    /// How they get in first; left out: a link.
    credential: Option<CredentialBody>,
}

/// An organization: `org_…`, or an object.
#[derive(Debug, ToSchema)]
#[schema(as = OrganizationChoice)]
#[serde(untagged)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
enum OrganizationBody {
    /// One that exists, by its id: `org_…`.
    Existing(String),
    /// The one of this number.
    Numbered(NumberedOrganization),
}

/// The organization of the account type's kind and this number; made where there is none.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
struct NumberedOrganization {
    /// Its number: the customer number, the partner ID.
    number: String,
    /// Its name; one that exists keeps its own.
    name: String,
}

/// What a stranger would try first with this account.
pub(crate) fn context<'a>(asked: &'a NewUser, organization: &'a str, settings: &'a Settings) -> Vec<&'a str> {
    let mut words =
        vec![asked.first_name.as_str(), asked.last_name.as_str(), organization, settings.business.as_str(), "Latchkey"];
    if let Person::Email(email) = &asked.login.person {
        words.extend([email.as_str(), email.local_part()]);
    }
    words.extend(asked.login.user_id.as_ref().map(UserId::as_str));
    words.extend(settings.sites.iter().map(|site| site.name.as_str()));
    words
}

/// Reads the body, every fault at once.
pub(crate) fn read(mut fields: Fields, settings: &Settings) -> Result<(NewUser, Option<FirstPassword>), Problem> {
    let account_type = fields.required("account_type", |text| {
        AccountType::parse(text).ok_or(Malformed::Form("must be customer, partner, vendor or staff"))
    });
    let organization = fields.text_or_object("organization", existing, numbered);
    let first_name = fields.required("first_name", PersonName::parse);
    let last_name = fields.required("last_name", PersonName::parse);
    let person = person(&mut fields);
    let user_id = fields.optional("user_id", UserId::parse);
    let site = fields.optional("site", |text| text.parse().map_err(|_| Malformed::Form("must be a site's id")));
    let can_create_users = fields.flag("can_create_users", false);
    let claim_authorization_required = fields.flag("claim_authorization_required", false);
    let password = fields.object("credential", flow::credential).flatten();
    let roles = match fields.texts("roles") {
        Some(names) => parse_roles("roles", &names, settings).map_err(|faults| fields.faults(faults)).ok(),
        None => account_type.map(|kind| BTreeSet::from([kind.standard_role()])),
    };
    fields.finish()?;
    let login = NewLogin {
        account_type: given(account_type)?,
        person: given(person)?,
        user_id,
        roles: given(roles)?,
        site,
        can_create_users,
        claim_authorization_required,
        credential: Credential::Link,
        notify: true,
    };
    let asked = NewUser {
        organization: given(organization)?,
        first_name: given(first_name)?,
        last_name: given(last_name)?,
        login,
    };
    Ok((asked, password))
}

fn existing(text: &str) -> Result<Organizations, Malformed> {
    text.parse::<OrganizationId>()
        .map(Organizations::Existing)
        .map_err(|_| Malformed::Form("must be an organization's id, or an object with number and name"))
}

fn numbered(fields: &mut Fields) -> Option<Organizations> {
    let (number, name) = (fields.required("number", Number::parse), fields.required("name", Name::parse));
    Some(Organizations::Numbered(number?, name?))
}

fn person(fields: &mut Fields) -> Option<Person> {
    if !fields.has("user") {
        return fields.required("email", Email::parse).map(Person::Email);
    }
    for other in ["email", "credential", "user_id"] {
        fields.refuse(other, "not_with_user", "is not given together with user");
    }
    fields
        .optional("user", |text| text.parse::<UserKey>().map_err(|_| Malformed::Form("must be a user's id")))
        .map(Person::Known)
}
