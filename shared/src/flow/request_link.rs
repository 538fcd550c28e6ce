//! Asking for a link: the same answer, the same reads and one write, told on the beat, whoever asks for whom (requirement L7).

use std::ops::Range;

use crate::app::App;
use crate::domain::change::Stored;
use crate::domain::counter::Counter;
use crate::domain::email::LoginKey;
use crate::domain::id::SiteId;
use crate::domain::link::{Link, Purpose};
use crate::domain::rules::email_change;
use crate::domain::rules::request_link::{self as rule, Request};
use crate::domain::user::Login;
use crate::flow::Flood;
use crate::flow::beat::Beat;
use crate::http::{Call, Problem};
use crate::store::Holder;

/// Asks for a link for a login name.
///
/// # Errors
/// `429` for a source that asks too often, or where all do; the table is unavailable.
pub async fn request_link(app: &App, call: &Call, login: &str, site: Option<SiteId>) -> Result<(), Problem> {
    let beat = Beat::begin();
    ask(app, call, Whom::Named(LoginKey::of(login)), site).await?;
    beat.next().await;
    Ok(())
}

/// Asks for a link in place of one that its holder has shown.
///
/// # Errors
/// As [`request_link`].
pub async fn request_link_again(app: &App, call: &Call, link: &Link) -> Result<(), Problem> {
    let beat = Beat::begin();
    match link.purpose {
        Purpose::Accept => ask_for_offer(app, call, link).await?,
        Purpose::EmailChange => ask_for_confirmation(app, call, link).await?,
        Purpose::Invite | Purpose::Reset => ask(app, call, Whom::Holder(link), None).await?,
    }
    beat.next().await;
    Ok(())
}

/// Whom a link is asked for.
#[derive(Clone, Copy)]
enum Whom<'a> {
    /// Whose login name this is.
    Named(LoginKey),
    /// The holder of this link, by whatever name they have now.
    Holder(&'a Link),
}

/// Of [`counters`], those that a request is refused by.
const OF_SOURCE_AND_ALL: Range<usize> = 1..3;
/// Whoever holds a link was mailed it: what others ask for keeps nobody from having it renewed.
const OF_SOURCE: Range<usize> = 1..2;

/// What is counted of a request: that for an address, its source's, and part of all.
fn counters(address: Counter, call: &Call) -> [Counter; 3] {
    let [source, overall] = call.origin.requests(call.now);
    [address, source, overall]
}

async fn ask_for_offer(app: &App, call: &Call, shown: &Link) -> Result<(), Problem> {
    let at = call.moment();
    crate::decide!(app, {
        let Some(account) = app.store.account(shown.contact).await? else { return Ok(()) };
        let Some(user) = account.user.clone() else { return Ok(()) };
        let login = LoginKey::from(&user.value.login_email);
        let counters = counters(rule::address_requests(login, call.now), call);
        let (_, counts) = app.store.login(login, &counters).await?;
        Flood::Requests.must_not_be(&counts[OF_SOURCE], call)?;
        ((), rule::request_offer(&account, &user, counts[0], call.origin, &at))
    });
    Ok(())
}

async fn ask_for_confirmation(app: &App, call: &Call, shown: &Link) -> Result<(), Problem> {
    let at = call.moment();
    crate::decide!(app, {
        let Some(link) = app.store.link(Some(shown.id)).await? else { return Ok(()) };
        let Some(account) = app.store.account(shown.contact).await? else { return Ok(()) };
        let Some(user) = account.user.clone() else { return Ok(()) };
        let counters = counters(email_change::to_address(&shown.to, call.now), call);
        let (_, counts) = app.store.login(LoginKey::from(&shown.to), &counters).await?;
        Flood::Requests.must_not_be(&counts[OF_SOURCE], call)?;
        ((), email_change::ask_again(&link, &account, &user, counts[0], call.origin, &at))
    });
    Ok(())
}

async fn ask(app: &App, call: &Call, whom: Whom<'_>, site: Option<SiteId>) -> Result<(), Problem> {
    let at = call.moment();
    crate::decide!(app, {
        let login = match whom {
            Whom::Named(login) => login,
            Whom::Holder(link) => match app.store.user(link.user).await? {
                Some(user) => LoginKey::from(&user.value.login_email),
                None => return Ok(()),
            },
        };
        let counters = counters(rule::address_requests(login, call.now), call);
        let (owner, counts): (Option<Login>, Vec<u32>) = app.store.login(login, &counters).await?;
        let counted = if matches!(whom, Whom::Named(_)) { OF_SOURCE_AND_ALL } else { OF_SOURCE };
        Flood::Requests.must_not_be(&counts[counted], call)?;
        let mut holder = app.store.holder(login, owner.as_ref(), None).await?;
        if let Whom::Holder(shown) = whom {
            holder.places.sort_by_key(|place| place.contact.value.id != shown.contact);
        }
        let wanted = holder.user.as_ref().and_then(|user| rule::wanted(&user.value).1);
        let live: Option<Stored<Link>> = app.store.link(wanted).await?;
        let Holder { user, places, .. } = holder;
        let asked = Request { login, user, places, live, requests: counts[0], site, origin: call.origin };
        ((), rule::request_link(&asked, &at))
    });
    Ok(())
}
