//! The sweep reminds of invitations that end soon, where the business wants it (requirement S1).

use super::super::account::Account;
use super::super::actor::{By, Moment};
use super::super::audit::{Action, Entry};
use super::super::change::{Change, Ref, Stored};
use super::super::link::{Link, State};
use super::super::mail::{Deliverer, Mail, Template};
use super::redeem;

/// Writes a reminder with the same link; once for each time that the link's clock was set. One that opens nothing any more,
/// or whose mail did not go, is only noted. Nothing where no reminder is due.
pub fn remind(link: &Stored<Link>, account: Option<&Account>, at: &Moment<'_>) -> Change {
    let mut change = Change::none();
    if !link.value.is_to_be_reminded_of(at.now) {
        return change;
    }
    change.update(link, Link { remind_at: None, ..link.value.clone() });
    let went = |account: &&Account| account.mail.as_ref().is_some_and(|mail| mail.fate.went());
    let valid = redeem::state(&link.value, account, at.now) == State::Valid;
    if let Some(account) = account.filter(|_| valid).filter(went) {
        let (id, to) = (link.value.id, link.value.to.clone());
        let contact = link.value.contact;
        change.check(Ref::Contact(contact), account.contact.rev);
        change.create(Mail::new(Template::Reminder, to, contact, Some(id), Deliverer::Stream, at.now));
        change.audit(Entry::about(account, Action::LinkReminded, By::Sweep, at).telling(
            "purpose",
            None,
            Some(link.value.purpose.as_str().to_owned()),
        ));
    }
    change
}
