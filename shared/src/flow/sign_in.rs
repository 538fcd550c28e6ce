//! Signing in: two reads, one hash, one write, whoever knocks, and a failure told on the beat (requirement P5).

use crate::app::App;
use crate::domain::email::LoginKey;
use crate::domain::id::{SiteId, UserKey};
use crate::domain::password::{Password, PasswordHash};
use crate::domain::place::Place;
use crate::domain::rules;
use crate::domain::rules::sign_in::{Knock, SignedIn};
use crate::flow::Flood;
use crate::flow::beat::Beat;
use crate::hasher::Verdict;
use crate::http::{Call, Problem};

/// Somebody's try.
#[derive(Debug, Clone)]
pub struct Attempt<'a> {
    /// The login name, as typed.
    pub login: &'a str,
    /// The password, as typed.
    pub password: Password,
    /// The site, where one was named.
    pub site: Option<SiteId>,
    /// The browser, where it has shown to be somebody's.
    pub device: Option<(UserKey, [u8; 16])>,
    /// An access that is offered, which they take up by signing in.
    pub offer: Option<Place>,
}

/// Signs in.
///
/// # Errors
/// `401 invalid_credentials` for every reason there is; `429` for a source with too many failures, or where there are too many
/// from anywhere, before anything is hashed; `503` where too much is hashed at once.
pub async fn sign_in(app: &App, call: &Call, attempt: &Attempt<'_>) -> Result<SignedIn, Problem> {
    let (at, beat) = (call.moment(), Beat::begin());
    let login = LoginKey::of(attempt.login);
    // Verified once: where the table changes under the decision, only another hash is held against the password anew.
    let mut verified: Option<(Option<PasswordHash>, Verdict, Option<PasswordHash>)> = None;
    let (signed_in, _) = crate::decide!(app, {
        let (owner, counts) = app.store.login(login, &call.origin.failures(call.now)).await?;
        let known_device = attempt.device.filter(|(user, _)| owner.as_ref().is_some_and(|owner| owner.user == *user));
        if known_device.is_none() {
            Flood::Failures.must_not_be(&counts, call)?;
        }
        let holder = app.store.holder(login, owner.as_ref(), known_device).await?;
        let knock = Knock {
            login,
            user: holder.user,
            places: holder.places,
            offer: attempt.offer.clone(),
            device: known_device.map(|(_, device)| device),
            attempts: holder.attempts,
            site: attempt.site,
            origin: call.origin,
        };
        let hash = knock.hash(&at).cloned();
        if verified.as_ref().is_none_or(|(before, ..)| *before != hash) {
            let keys = match &hash {
                Some(hash) => app.keyring.keys_with(hash.pepper).await,
                None => app.keys(),
            };
            let verdict = app.hasher.verify(&keys, &attempt.password, hash.as_ref()).await?;
            let anew = if verdict.outdated { Some(app.hasher.hash(&keys, &attempt.password).await?) } else { None };
            verified = Some((hash, verdict, anew));
        }
        let (matches, anew) = match &verified {
            Some((_, verdict, anew)) => (verdict.matches, anew.clone()),
            None => (false, None),
        };
        rules::sign_in::sign_in(&knock, matches, anew, &at)
    });
    let Some(signed_in) = signed_in else {
        beat.next().await;
        return Err(Problem::invalid_credentials());
    };
    Ok(signed_in)
}

/// Whether somebody who signs in with this attempt would be this user: the same counting, the same cost, and the
/// session that it began is the proof.
///
/// # Errors
/// As [`sign_in`], and `401` for anybody else.
pub async fn verify_owner(app: &App, call: &Call, attempt: &Attempt<'_>, user: UserKey) -> Result<SignedIn, Problem> {
    let signed_in = sign_in(app, call, attempt).await?;
    if signed_in.user.id == user {
        return Ok(signed_in);
    }
    app.store.commit(&rules::sessions::end_proof(&signed_in.session, &call.moment()), call.now).await?;
    Err(Problem::invalid_credentials())
}
