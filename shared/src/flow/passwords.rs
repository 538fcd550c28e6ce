//! A new password as it comes in: typed twice, held against the rules, hashed (requirements U4, P3).

use crate::app::App;
use crate::domain::account::Account;
use crate::domain::fault::{Fault, Refusal};
use crate::domain::password::{self, Password, PasswordHash};
use crate::domain::settings::Settings;
use crate::http::{Fields, Problem};

/// A password that was typed twice, alike, and is not checked yet.
#[derive(Debug, Clone)]
pub struct NewPassword(Password);

impl NewPassword {
    /// Whether it is this one.
    pub fn is(&self, other: &Password) -> bool {
        self.0 == *other
    }
}

/// Reads `password` and `confirm_password`; that they differ is a fault.
pub fn new_password(fields: &mut Fields) -> Option<NewPassword> {
    let password = fields.required_text("password");
    let confirmed = fields.required_text("confirm_password");
    let (password, confirmed) = (Password::new(&password?), Password::new(&confirmed?));
    if password != confirmed {
        fields.fault("confirm_password", "mismatch", "The two passwords differ.");
        return None;
    }
    Some(NewPassword(password))
}

/// How somebody gets in first.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = Credential)]
#[expect(dead_code, reason = "the shape of the body, for the OpenAPI document; the body itself is read field by field")]
pub struct CredentialBody {
    /// `link` or `password`.
    method: String,
    /// The password, with `password`.
    password: Option<String>,
    /// The same again.
    confirm_password: Option<String>,
    /// Whether it must be changed at the first sign-in.
    must_change: Option<bool>,
}

/// A first password that staff typed (requirement U4).
#[derive(Debug, Clone)]
pub struct FirstPassword {
    /// The password.
    pub password: NewPassword,
    /// Whether it must be changed at the first sign-in.
    pub must_change: bool,
}

/// Reads a credential: none within for a link. The two methods exclude each other.
pub fn credential(fields: &mut Fields) -> Option<Option<FirstPassword>> {
    match fields.required_text("method").as_deref() {
        Some("link") => {
            for other in ["password", "confirm_password", "must_change"] {
                fields.refuse(other, "not_with_link", "is not given together with the method link");
            }
            Some(None)
        }
        Some("password") => {
            let must_change = fields.flag("must_change", false);
            let password = new_password(fields)?;
            Some(Some(FirstPassword { password, must_change }))
        }
        other => {
            for other in ["password", "confirm_password", "must_change"] {
                fields.refuse(other, "not_with_method", "goes with the method password alone");
            }
            if other.is_some() {
                fields.fault("method", "invalid", "must be link or password");
            }
            None
        }
    }
}

/// What a stranger would try first with this account.
pub fn context<'a>(account: &'a Account, settings: &'a Settings) -> Vec<&'a str> {
    let contact = &account.contact.value;
    let user = account.user.as_ref().map(|user| &user.value);
    let mut words = vec![
        contact.first_name.as_str(),
        contact.last_name.as_str(),
        contact.email.as_str(),
        contact.email.local_part(),
        account.organization.value.name.as_str(),
        settings.business.as_str(),
        "Latchkey",
    ];
    words.extend(user.map(|user| user.login_email.as_str()));
    words.extend(user.and_then(|user| user.user_id.as_ref()).map(crate::domain::email::UserId::as_str));
    words.extend(settings.sites.iter().map(|site| site.name.as_str()));
    words
}

/// Holds a new password against the rules and hashes it.
///
/// # Errors
/// `400 password_rejected` with every rule that it breaks on `field`, `503` where too much is hashed at once.
pub async fn checked(
    app: &App,
    settings: &Settings,
    field: &str,
    password: &NewPassword,
    context: &[&str],
) -> Result<PasswordHash, Problem> {
    let rejected = |faults: Vec<Fault>| Problem::from(Refusal::PasswordRejected(faults));
    password::check(field, &password.0, settings.password_minimum, context).map_err(rejected)?;
    Ok(app.hasher.hash(&app.keys(), &password.0).await?)
}
