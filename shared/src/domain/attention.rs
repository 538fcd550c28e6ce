//! Whom staff are to look at: those who can't get in, and don't know why (requirements L10, P8, S1).

use super::access::Standing;
use super::contact::Contact;
use super::link::{Link, State};
use super::mail::Mail;
use super::user::User;

/// Why somebody can't get in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The mail with their link did not arrive.
    MailStuck,
    /// Their invitation's time passed before they used it.
    InvitationExpired,
    /// They, or somebody else, guessed at their password too often.
    LoginLocked,
}

impl Why {
    /// Reads the name on the wire.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::MailStuck, Self::InvitationExpired, Self::LoginLocked].into_iter().find(|why| why.as_str() == text)
    }

    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MailStuck => "mail_stuck",
            Self::InvitationExpired => "invitation_expired",
            Self::LoginLocked => "login_locked",
        }
    }
}

/// Whether a mail that did not arrive still keeps somebody out: nothing newer went out, and its link is not over.
pub fn is_kept_out_by(mail: &Mail, link: Option<&Link>, contact: &Contact) -> bool {
    let open = link.is_some_and(|link| link.ended.is_none_or(|end| end == State::Expired));
    mail.is_stuck() && open && may_get_in(contact) && contact.link.is_some_and(|last| last.mail == mail.id)
}

/// Whether an invitation that expired is still the last word: nothing newer went out, and its person has not got in.
pub fn still_waits(link: &Link, user: Option<&User>, contact: &Contact) -> bool {
    let offered = contact.access.as_ref().is_some_and(|access| access.standing == Standing::Offered);
    let is_in = user.is_none_or(|user| user.password.is_some()) && !offered;
    link.ended == Some(State::Expired)
        && !is_in
        && may_get_in(contact)
        && contact.link.is_some_and(|last| last.id == link.id)
}

/// Whether a lock keeps somebody out: they have a password, and are meant to get in.
pub fn is_locked_out(user: &User, contact: &Contact) -> bool {
    let granted = contact.access.as_ref().is_some_and(|access| access.standing == Standing::Granted);
    user.password.is_some() && granted && may_get_in(contact)
}

/// Whether it is meant that the person can get in.
fn may_get_in(contact: &Contact) -> bool {
    let on = contact.access.as_ref().is_some_and(|it| it.standing != Standing::Revoked && it.login_enabled);
    contact.active && on
}
