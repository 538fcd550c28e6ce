//! The sweep turns links whose time is over into expired ones (requirement S1).

use super::super::actor::{By, Moment};
use super::super::audit::{Action, Entry};
use super::super::change::{Change, Ref, Stored};
use super::super::contact::Contact;
use super::super::link::{Link, State};

/// Writes down that a contact's link expired; nothing where it ended before or is good still.
pub fn expire(link: &Stored<Link>, contact: Option<&Stored<Contact>>, at: &Moment<'_>) -> Change {
    let mut change = Change::none();
    if link.value.ended.is_none() && link.value.state(at.now) == State::Expired {
        change.update(link, Link { ended: Some(State::Expired), ..link.value.clone() });
        if let Some(contact) = contact {
            change.check(Ref::Contact(contact.value.id), contact.rev);
            let entry = Entry::of(&contact.value, Action::LinkExpired, By::Sweep, at);
            change.audit(entry.telling("purpose", None, Some(link.value.purpose.as_str().to_owned())));
        }
    }
    change
}
