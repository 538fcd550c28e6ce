//! Who there is already, before a login is given (requirement O8).

use crate::app::App;
use crate::domain::account::Account;
use crate::domain::email::LoginKey;
use crate::domain::fault::Refusal;
use crate::domain::id::{ContactId, UserKey};
use crate::domain::role::AccountType;
use crate::domain::rules::give_login::{Known, NewLogin, Person};
use crate::domain::settings::Settings;
use crate::domain::tally::Seats;
use crate::http::Problem;
use crate::http::signed::Visit;
use crate::http::views::ContactView;

/// Who there is already. As much is read for an email that nobody has as for one that somebody has.
///
/// # Errors
/// The table is unavailable.
pub async fn known(app: &App, asked: &NewLogin, settings: &Settings) -> Result<Known, Problem> {
    let holder: Option<UserKey> = match &asked.person {
        Person::Known(user) => Some(*user),
        Person::Email(email) => app.store.login(LoginKey::from(email), &[]).await?.0.map(|login| login.user),
    };
    let holder = app.store.user(holder.unwrap_or_else(|| UserKey::new(app.clock.now()))).await?;
    let holder_logins = match (&asked.person, &holder) {
        (Person::Email(_), Some(holder)) if !holder.value.accesses.is_empty() => Vec::new(),
        (_, Some(holder)) => app.store.logins(&holder.value).await?,
        (_, None) => Vec::new(),
    };
    let user_id_taken = match &asked.user_id {
        Some(user_id) => app.store.login_name(LoginKey::from(user_id)).await?.is_some(),
        None => false,
    };
    Ok(Known { holder, holder_logins, user_id_taken, seats: seats(app, asked.account_type, settings).await? })
}

/// The seats of an account type, where it has a limit (requirement U7).
///
/// # Errors
/// The table is unavailable.
pub async fn seats(app: &App, kind: AccountType, settings: &Settings) -> Result<Option<Seats>, Problem> {
    if settings.seats.contains_key(&kind) { Ok(Some(app.store.seats(kind).await?)) } else { Ok(None) }
}

/// The refusal for an email that has a login, with what the asker may see of who holds it (requirement O8).
///
/// # Errors
/// The table is unavailable.
pub async fn email_taken(app: &App, visit: &Visit, user: UserKey, contacts: &[ContactId]) -> Result<Problem, Problem> {
    let accounts = app.store.accounts(contacts).await?;
    let now = app.clock.now();
    let holder: Vec<ContactView> = accounts
        .iter()
        .filter(|account: &&Account| visit.actor.reaches(&account.organization.value))
        .map(|account| ContactView::new(account, &visit.actor, &visit.call.settings, now))
        .collect();
    let mut problem = Problem::from(Refusal::EmailTaken { user, contacts: Vec::new() });
    if !visit.actor.is_staff() {
        problem.extra.clear();
    }
    problem.extra.push(("holder", serde_json::to_value(holder).unwrap_or_default()));
    Ok(problem)
}
