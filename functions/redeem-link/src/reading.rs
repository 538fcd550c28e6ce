//! A link that somebody shows: read, redeemed, renewed, taken up.

use shared::app::App;
use shared::domain::account::Account;
use shared::domain::change::{Ref, Stored};
use shared::domain::fault::Refusal;
use shared::domain::id::UserKey;
use shared::domain::link::{Link, LinkId, LinkToken, Purpose, State};
use shared::domain::password::Password;
use shared::domain::rules;
use shared::domain::rules::rename::Owners;
use shared::domain::rules::sign_in::SignedIn;
use shared::domain::user::Login;
use shared::domain::wording::MailLanguage;
use shared::flow::{self, Attempt, NewPassword};
use shared::http::{Call, Problem};

/// A link as it is now.
#[derive(Debug)]
pub(crate) struct Shown {
    /// What for.
    pub purpose: Purpose,
    /// What it is good for.
    pub state: State,
    /// Its record; none where it is gone.
    pub link: Option<Stored<Link>>,
    /// Whose it is; none where that is gone.
    pub account: Option<Account>,
}

impl Shown {
    /// Whether it sets a password, or is taken up by signing in.
    pub(crate) fn sets_password(&self) -> bool {
        self.account.as_ref().is_some_and(|account| rules::redeem::sets_password(self.purpose, account))
    }

    /// Whether another can be asked for in its place: of a new email's, only where its time ran out.
    pub(crate) fn can_be_renewed(&self) -> bool {
        self.link.is_some() && (self.purpose != Purpose::EmailChange || self.state == State::Expired)
    }

    /// The language of its page: the contact's where it is known and there are pages in it, else as the browser asks. Whoever
    /// holds the token was sent a mail in it.
    pub(crate) fn language(&self, call: &Call) -> MailLanguage {
        let contact = self.account.as_ref().map(|account| &account.contact.value);
        MailLanguage::of(contact.and_then(|contact| contact.details.language.as_ref()), call.language)
    }

    /// What the page that sets a password calls it: a first one, or a new one.
    pub(crate) fn wording(&self) -> &'static str {
        if self.purpose == Purpose::Reset { "reset" } else { "invite" }
    }
}

/// Reads what a token opens. None: it was never made here, which costs no read of the table (`security.md` TK-10).
pub(crate) async fn read(app: &App, call: &Call, token: &str) -> Result<Option<Shown>, Problem> {
    let keys = match LinkToken::key_version(token) {
        Some(version) => app.keyring.keys_with(version).await,
        None => app.keys(),
    };
    let Ok(token) = LinkToken::parse(token, &keys) else {
        return Ok(None);
    };
    let Some(link) = app.store.link(Some(token.id)).await? else {
        return Ok(Some(Shown { purpose: token.purpose, state: State::Expired, link: None, account: None }));
    };
    let account = app.store.account(link.value.contact).await?;
    let state = rules::redeem::state(&link.value, account.as_ref(), call.moment().now);
    Ok(Some(Shown { purpose: token.purpose, state, link: Some(link), account }))
}

/// Sets a password. What was read is read again with each decision.
pub(crate) async fn redeem(app: &App, call: &Call, shown: &Shown, password: &NewPassword) -> Result<(), Problem> {
    let (Some(link), Some(account), State::Valid) = (&shown.link, &shown.account, shown.state) else {
        return Err(Refusal::LinkOver(shown.state).into());
    };
    if !shown.sets_password() {
        return Err(rules::redeem::sign_in_to_accept().into());
    }
    let settings = &call.settings;
    let hash = flow::checked(app, settings, "password", password, &flow::context(account, settings)).await?;
    let (at, id) = (call.moment(), link.value.id);
    shared::decide!(app, {
        let (link, account, logins, kept) = held(app, id).await?;
        ((), rules::redeem::redeem(&link, &account, &logins, kept.as_ref(), hash.clone(), &at)?)
    });
    Ok(())
}

type Held = (Stored<Link>, Account, Vec<Stored<Login>>, Option<Stored<Login>>);

/// A link with what it is decided on.
async fn held(app: &App, id: LinkId) -> Result<Held, Problem> {
    let link = app.store.link(Some(id)).await?.ok_or(Refusal::LinkOver(State::Expired))?;
    let account = app.store.account(link.value.contact).await?.ok_or(Refusal::LinkOver(State::Void))?;
    let logins = match &account.user {
        Some(user) if matches!(link.value.purpose, Purpose::Accept | Purpose::EmailChange) => {
            app.store.logins(&user.value).await?
        }
        _ => Vec::new(),
    };
    let user_id = account.access().and_then(|access| access.user_id.as_ref());
    let kept = match user_id.filter(|_| link.value.purpose == Purpose::Accept) {
        Some(user_id) => app.store.login_name(user_id.into()).await?,
        None => None,
    };
    Ok((link, account, logins, kept))
}

/// Does what a link is for by signing in: takes up an access, or confirms an email. The session that proved it is not handed
/// out, so it ends with it.
pub(crate) async fn confirm(
    app: &App,
    call: &Call,
    shown: &Shown,
    login: &str,
    password: Password,
    device: Option<(UserKey, [u8; 16])>,
) -> Result<(), Problem> {
    let Some(link) = shown.link.as_ref().filter(|_| shown.state == State::Valid) else {
        return Err(Refusal::LinkOver(shown.state).into());
    };
    if shown.sets_password() {
        return Err(rules::redeem::set_password_to_redeem().into());
    }
    let offer = shown.account.as_ref().filter(|_| shown.purpose == Purpose::Accept).map(Account::place);
    let attempt = &Attempt { login, password, site: None, device, offer };
    let proof: SignedIn = flow::verify_owner(app, call, attempt, link.value.user).await?;
    let (at, id) = (call.moment(), link.value.id);
    let confirming = async {
        // Whoever must change the password can sign in to do that alone (requirement P2).
        if proof.user.must_change_password {
            return Err(Problem::password_change_required());
        }
        shared::decide!(app, {
            let (link, account, logins, kept) = held(app, id).await?;
            let mut change = if link.value.purpose == Purpose::EmailChange {
                let email = app.store.login_name((&link.value.to).into()).await?;
                let user = account.user.as_ref().map(|user| &user.value);
                let elsewhere = user.map(|user| user.elsewhere(account.contact.value.id)).unwrap_or_default();
                let others = app.store.contacts(&elsewhere).await?;
                let owners = Owners { logins, email, others, ..Owners::default() };
                rules::email_change::confirm(&link, &account, &owners, &at)?
            } else {
                rules::accept::accept(&link, &account, &logins, kept.as_ref(), &at)?
            };
            change.delete(Ref::Session(proof.session.user, proof.session.id));
            ((), change)
        });
        Ok(())
    };
    let confirmed = confirming.await;
    if confirmed.is_err() {
        // Where this fails as well, the session ends with its time.
        let _ = app.store.commit(&rules::sessions::end_proof(&proof.session, &at), call.now).await;
    }
    confirmed
}

/// Asks for another link. A token that was never made here asks for nothing.
pub(crate) async fn renew(app: &App, call: &Call, token: &str) -> Result<(), Problem> {
    if let Some(Shown { link: Some(link), .. }) = read(app, call, token).await? {
        flow::request_link_again(app, call, &link.value).await?;
    }
    Ok(())
}
