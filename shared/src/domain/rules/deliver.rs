//! Delivering a mail: one claim, one sender (requirement L11).

use super::super::account::Account;
use super::super::actor::{By, Moment};
use super::super::audit::{Action, Entry};
use super::super::change::{Change, Record, Stored, Write};
use super::super::link::{Link, Purpose, State};
use super::super::mail::{Deliverer, Mail, Suppression, Template};
use super::give_login::offer;
use super::links;

/// What a deliverer does with a mail.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "made and taken apart at once")]
pub enum Delivery {
    /// Nothing: it is settled, or somebody else has it.
    Leave,
    /// Write this down and send nothing: there is no use in sending it any more.
    Settle(Change),
    /// Write this claim down, then send. The mail and link are as they are after the claim.
    Send(Change, Mail, Option<Link>),
}

/// Decides what to do with a mail that came up.
///
/// Nothing goes to an address that is `suppressed` (requirement L10).
pub fn take_up(
    mail: &Stored<Mail>,
    link: Option<&Stored<Link>>,
    account: &Account,
    suppressed: Option<&Stored<Suppression>>,
    at: &Moment<'_>,
) -> Delivery {
    if !mail.value.is_free(at.now) {
        return Delivery::Leave;
    }
    let mut change = Change::none();
    if suppressed.is_some_and(|it| it.value.is_on()) {
        // Its link's time runs all the same, so that it ends as others do. Nobody is reminded of what they never got.
        let unsent = link.filter(|link| link.value.sent_at.is_none() && link.value.state(at.now) == State::Valid);
        if let Some(link) = unsent {
            change.update(link, link.value.started(0, at.now));
        }
        change.update(mail, mail.value.suppressed());
        return Delivery::Settle(change);
    }
    if mail.value.link.is_none() {
        let claimed = mail.value.claimed(at.now);
        change.update(mail, claimed.clone());
        return Delivery::Send(change, claimed, None);
    }
    match link.map(|link| (link, super::redeem::state(&link.value, Some(account), at.now))) {
        Some((link, State::Valid)) => {
            let claimed = mail.value.claimed(at.now);
            // The link's time runs from the first try of the mail that first takes it, or that sets it anew.
            let starts = link.value.sent_at.is_none() || (mail.value.renews_link && mail.value.tries == 0);
            let mut sent = link.value.clone();
            if starts {
                sent = sent.started(at.settings.reminder_hours, at.now);
                change.update(link, sent.clone());
            }
            change.update(mail, claimed.clone());
            Delivery::Send(change, claimed, Some(sent))
        }
        Some((link, State::Expired)) if mail.value.sent_at.is_none() && mail.value.template != Template::Reminder => {
            // It expired before any mail took it: a link made anew goes out in its place (requirement L2).
            change.update(mail, mail.value.failed("link_expired_unsent"));
            let offers = link.value.purpose == Purpose::Accept;
            let live = account.user.as_ref().filter(|user| {
                let newest = account.contact.value.link.is_some_and(|last| last.id == link.value.id);
                let live = user.value.links.values().any(|live| live.id == link.value.id) || (offers && newest);
                live && super::redeem::is_usable(link.value.purpose, account)
            });
            if let Some(user) = live {
                let (mut person, mut contact) = (user.value.clone(), account.contact.value.clone());
                if offers {
                    offer(&mut change, &mut person, &mut contact, Deliverer::Stream, at);
                } else {
                    let (purpose, to) = (link.value.purpose, &link.value.to);
                    links::send_to(&mut change, &mut person, &mut contact, purpose, to, Deliverer::Stream, at);
                }
                for write in &mut change.writes {
                    if let Write::Create(Record::Mail(anew)) = write {
                        *anew = anew.clone().in_place_of(&mail.value, at.now);
                    }
                }
                contact.creation_mail = contact
                    .creation_mail
                    .map(|old| if old == mail.value.id { change.mails().next().unwrap_or(old) } else { old });
                change.audit(Entry::about(account, Action::LinkSent, By::Sweep, at).telling(
                    "purpose",
                    None,
                    Some(link.value.purpose.as_str().to_owned()),
                ));
                change.update(user, person);
                change.update(&account.contact, contact);
            }
            Delivery::Settle(change)
        }
        _ => {
            change.update(mail, mail.value.failed("link_over"));
            Delivery::Settle(change)
        }
    }
}
