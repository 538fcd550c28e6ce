//! Granting one contact its access.

use http::HeaderMap;
use shared::app::App;
use shared::domain::account::Account;
use shared::domain::change::{Change, Stored};
use shared::domain::fault::Refusal;
use shared::domain::id::ContactId;
use shared::domain::role::permission;
use shared::domain::rules::give_login::{Credential, Known};
use shared::domain::rules::grant::{Grant, grant};
use shared::domain::settings::Settings;
use shared::domain::user::Login;
use shared::flow;
use shared::http::Problem;
use shared::http::signed::Visit;

use crate::asked::Asked;

/// Grants, changes, or grants again.
pub(crate) async fn give(
    app: &App,
    visit: &mut Visit,
    id: &str,
    headers: &HeaderMap,
    asked: Asked,
) -> Result<(ContactId, Change), Problem> {
    let asked = with_password(app, visit, id, asked).await?;
    Ok(shared::decide!(app, as visit, {
        let account = flow::reachable(app, visit, id).await?;
        flow::if_match(headers, account.contact.value.version)?;
        let (logins, known) = known(app, &asked, &account, &visit.call.settings).await?;
        match grant(&asked, &account, &logins, &known, &visit.actor, &visit.call.moment()) {
            Ok(change) => (account.contact.value.id, change),
            Err(refusal) => return Err(refused(app, visit, refusal).await?),
        }
    }))
}

/// The grant, its first password held against the rules and hashed.
pub(crate) async fn with_password(app: &App, visit: &Visit, id: &str, asked: Asked) -> Result<Grant, Problem> {
    let (mut grant, password) = asked;
    if let Some(first) = password {
        visit.actor.needs(permission::PASSWORDS_FIRST)?;
        let account = flow::reachable(app, visit, id).await?;
        if account.user.as_ref().is_some_and(|user| user.value.password.is_some()) {
            return Err(Refusal::conflict("password_already_set", "This person has a password already.").into());
        }
        let settings = &visit.call.settings;
        let context = flow::context(&account, settings);
        let hash = flow::checked(app, settings, "credential.password", &first.password, &context).await?;
        grant.credential = Credential::Password { hash, must_change: first.must_change };
    }
    Ok(grant)
}

/// What a grant is decided on besides the account.
pub(crate) async fn known(
    app: &App,
    asked: &Grant,
    account: &Account,
    settings: &Settings,
) -> Result<(Vec<Stored<Login>>, Known), Problem> {
    let logins = match &account.user {
        Some(user) => app.store.logins(&user.value).await?,
        None => Vec::new(),
    };
    let known = match account.access() {
        None => flow::known(app, &asked.login(account), settings).await?,
        Some(access) => Known { seats: flow::seats(app, access.account_type, settings).await?, ..Known::default() },
    };
    Ok((logins, known))
}

/// A refusal, with what the asker may see of who holds an email.
pub(crate) async fn refused(app: &App, visit: &Visit, refusal: Refusal) -> Result<Problem, Problem> {
    match refusal {
        Refusal::EmailTaken { user, contacts } => flow::email_taken(app, visit, user, &contacts).await,
        refusal => Ok(refusal.into()),
    }
}
