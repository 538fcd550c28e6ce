//! What every rule that sends or ends links shares.

use super::super::access::Standing;
use super::super::account::Account;
use super::super::actor::Moment;
use super::super::change::Change;
use super::super::contact::{Contact, LastLink};
use super::super::email::Email;
use super::super::link::{Link, LinkId, Purpose, State};
use super::super::mail::{Deliverer, Mail, Template};
use super::super::user::{LiveLink, User};

/// Makes a link for `user`, replaces the older of its purpose and writes the mail that takes it.
pub(super) fn send(
    change: &mut Change,
    user: &mut User,
    contact: &mut Contact,
    purpose: Purpose,
    by: Deliverer,
    at: &Moment<'_>,
) {
    let to = user.login_email.clone();
    send_to(change, user, contact, purpose, &to, by, at);
}

/// [`send`] to an address that need not be the login's.
pub(super) fn send_to(
    change: &mut Change,
    user: &mut User,
    contact: &mut Contact,
    purpose: Purpose,
    to: &Email,
    by: Deliverer,
    at: &Moment<'_>,
) {
    let hours = match purpose {
        Purpose::Invite | Purpose::Accept => at.settings.invite_hours,
        Purpose::Reset | Purpose::EmailChange => at.settings.reset_hours,
    };
    let link = Link {
        id: LinkId::new(),
        key: at.key,
        purpose,
        user: user.id,
        contact: contact.id,
        to: to.clone(),
        hours,
        created_at: at.now,
        sent_at: None,
        remind_at: None,
        ended: None,
    };
    if let Some(older) = user.links.insert(purpose, LiveLink { id: link.id, contact: contact.id }) {
        change.end_link(older.id, State::Replaced);
    }
    mail(change, contact, &link, false, by, at);
    change.create(link);
}

/// Writes the mail that takes a link: its first, or the same link once more with its time set anew.
pub(super) fn mail(
    change: &mut Change,
    contact: &mut Contact,
    link: &Link,
    renews: bool,
    by: Deliverer,
    at: &Moment<'_>,
) {
    let template = match link.purpose {
        Purpose::Invite => Template::Invite,
        Purpose::Accept => Template::Accept,
        Purpose::Reset => Template::Reset,
        Purpose::EmailChange => Template::EmailConfirm,
    };
    let mail =
        Mail { renews_link: renews, ..Mail::new(template, link.to.clone(), contact.id, Some(link.id), by, at.now) };
    // What staff follow is the person's way in; a new email is the person's own affair until it is confirmed.
    if link.purpose != Purpose::EmailChange {
        contact.link = Some(LastLink { id: link.id, purpose: link.purpose, mail: mail.id });
    }
    change.create(mail);
}

/// Writes a mail without a link.
pub(super) fn tell(
    change: &mut Change,
    user: &User,
    contact: &Contact,
    template: Template,
    by: Deliverer,
    at: &Moment<'_>,
) {
    change.create(Mail::new(template, user.login_email.clone(), contact.id, None, by, at.now));
}

/// Ends those of a user's live links that `which` picks.
pub(super) fn end(change: &mut Change, user: &mut User, which: impl Fn(&LiveLink) -> bool) {
    user.links.retain(|_, live| {
        let ends = which(live);
        if ends {
            change.end_link(live.id, State::Void);
        }
        !ends
    });
}

/// Ends the offer that a contact's last link may be: it is nobody's but the contact's (requirement O8).
pub(super) fn end_offer(change: &mut Change, account: &Account) {
    let offered = account.access().is_some_and(|access| access.standing == Standing::Offered);
    if let Some(last) = account.contact.value.link.filter(|link| offered && link.purpose == Purpose::Accept) {
        change.end_link(last.id, State::Void);
    }
}
