//! The sweep turns links whose time is over into expired ones (requirement S1).

use super::super::actor::{By, Moment};
use super::super::audit::{Action, Entry, Subject};
use super::super::change::{Change, Stored};
use super::super::id::OrganizationId;
use super::super::link::{Link, State};

/// Writes down that a link expired; nothing where it ended before or is good still.
pub fn expire(link: &Stored<Link>, organization: Option<OrganizationId>, at: &Moment<'_>) -> Change {
    let mut change = Change::none();
    if link.value.ended.is_none() && link.value.state(at.now) == State::Expired {
        change.update(link, Link { ended: Some(State::Expired), ..link.value.clone() });
        change.audit(
            Entry::new(Action::LinkExpired, By::Sweep, Subject::Contact(link.value.contact), organization, at).telling(
                "purpose",
                None,
                Some(link.value.purpose.as_str().to_owned()),
            ),
        );
    }
    change
}
