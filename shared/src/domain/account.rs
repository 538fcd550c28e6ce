//! An account: a contact with everything that its access hangs on, as it was read, and what that amounts to.

use jiff::Timestamp;

use super::access::{Access, Standing};
use super::actor::Actor;
use super::change::Stored;
use super::contact::Contact;
use super::link::{self, Link, Purpose};
use super::lockout::Attempts;
use super::mail::Mail;
use super::organization::Organization;
use super::place::Place;
use super::role::{AccountType, permission};
use super::rules::outranks;
use super::settings::{Lockout, Settings};
use super::user::User;

/// A contact with what its access hangs on.
#[derive(Debug, Clone)]
pub struct Account {
    /// Where the contact is.
    pub organization: Stored<Organization>,
    /// The contact.
    pub contact: Stored<Contact>,
    /// The user of its access.
    pub user: Option<Stored<User>>,
    /// The user's failures to sign in, none where never any.
    pub attempts: Option<Stored<Attempts>>,
    /// The link last sent to the contact; none where its record is gone.
    pub link: Option<Link>,
    /// The newest mail with that link.
    pub mail: Option<Mail>,
    /// The mail of the creation.
    pub creation_mail: Option<Mail>,
}

/// Where an access stands. Disabled, locked and inactive are facts beside it (requirement T2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Waits for its link to be used.
    Invited,
    /// Waits for a link whose time is over.
    InvitationExpired,
    /// Can sign in, as far as this goes.
    Active,
    /// Taken away.
    Revoked,
}

impl State {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::InvitationExpired => "invitation_expired",
            Self::Active => "active",
            Self::Revoked => "revoked",
        }
    }
}

/// What can be done with a contact (requirement A9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Allowed {
    /// Grant access, or grant it again.
    GrantAccess,
    /// Change roles, site and flags.
    ChangeAccess,
    /// Send an invitation or a reset.
    SendReset,
    /// Set a password.
    SetPassword,
    /// Switch the login off.
    DisableLogin,
    /// Switch the login on.
    EnableLogin,
    /// Lift a lock.
    Unlock,
    /// Require that the password be changed.
    RequirePasswordChange,
    /// End every session.
    EndSessions,
    /// Take the access away.
    RevokeAccess,
    /// Change the names that sign in.
    EditLogin,
    /// Edit the contact.
    Edit,
    /// Make the contact inactive.
    Inactivate,
    /// Make the contact active again.
    Reactivate,
    /// See the portal as the access does.
    Preview,
}

impl Allowed {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GrantAccess => "grant_access",
            Self::ChangeAccess => "change_access",
            Self::SendReset => "send_reset",
            Self::SetPassword => "set_password",
            Self::DisableLogin => "disable_login",
            Self::EnableLogin => "enable_login",
            Self::Unlock => "unlock",
            Self::RequirePasswordChange => "require_password_change",
            Self::EndSessions => "end_sessions",
            Self::RevokeAccess => "revoke_access",
            Self::EditLogin => "edit_login",
            Self::Edit => "edit",
            Self::Inactivate => "inactivate",
            Self::Reactivate => "reactivate",
            Self::Preview => "preview",
        }
    }
}

impl Account {
    /// Where it is.
    pub fn place(&self) -> Place {
        Place { contact: self.contact.clone(), organization: self.organization.clone() }
    }

    /// The access, if there ever was one.
    pub fn access(&self) -> Option<&Access> {
        self.contact.value.access.as_ref()
    }

    /// Where the access stands; none where there never was one.
    pub fn state(&self, now: Timestamp) -> Option<State> {
        let access = self.access()?;
        let has_password = self.user.as_ref().is_some_and(|user| user.value.password.is_some());
        Some(match access.standing {
            Standing::Revoked => State::Revoked,
            Standing::Granted if has_password => State::Active,
            Standing::Granted | Standing::Offered => self.invitation(now),
        })
    }

    fn invitation(&self, now: Timestamp) -> State {
        let last = self.contact.value.link.filter(|link| link.purpose != Purpose::Reset);
        let over = |link: &Link| link.state(now) == link::State::Expired;
        match (last, &self.link) {
            (Some(_), Some(link)) if over(link) => State::InvitationExpired,
            (Some(_), None) => State::InvitationExpired,
            _ => State::Invited,
        }
    }

    /// Whether contact and organization are active (requirement O7).
    pub fn is_active(&self) -> bool {
        self.contact.value.active && self.organization.value.active
    }

    /// Whether a link is over because the organization was inactive since it was made, or the login's email is another.
    pub fn voids(&self, link: &Link) -> bool {
        let user = self.user.as_ref().map(|user| &user.value);
        let moved = user.is_some_and(|user| match link.purpose {
            Purpose::Invite | Purpose::Reset => user.login_email != link.to,
            // Taken up by signing in, whoever reads it; by setting a password only at the address on file.
            Purpose::Accept => user.login_email != link.to && user.password.is_none(),
            Purpose::EmailChange => false,
        });
        moved || self.organization.value.voids(link.created_at)
    }

    /// Whether the person has accesses that this one does not show (requirement O8).
    pub fn is_shared(&self) -> bool {
        let offered = self.access().is_some_and(|access| access.standing == Standing::Offered);
        let elsewhere = |user: &Stored<User>| user.value.accesses.iter().any(|it| it.contact != self.contact.value.id);
        offered || self.user.as_ref().is_some_and(elsewhere)
    }

    /// Until when the login is locked, as far as this reader may know: one that is shared tells others nothing of itself,
    /// and one that waits for its first password is to them like one that is offered (requirement O8).
    pub fn locked_until_to(&self, reader: &Actor, lockout: Lockout, now: Timestamp) -> Option<Timestamp> {
        let has_password = self.user.as_ref().is_some_and(|user| user.value.password.is_some());
        let attempts = self.attempts.as_ref().filter(|_| reader.is_staff() || (has_password && !self.is_shared()));
        attempts.and_then(|attempts| attempts.value.locked_until(lockout, now))
    }

    /// What `actor` may do with it now.
    pub fn allowed(&self, actor: &Actor, settings: &Settings, now: Timestamp) -> Vec<Allowed> {
        let own = self.contact.value.id == actor.contact;
        let access = self.access();
        let usable = access.filter(|access| access.standing != Standing::Revoked);
        if !actor.reaches(&self.organization.value)
            || access.is_some_and(|access| actor.must_manage(access.account_type).is_err())
        {
            return Vec::new();
        }
        // An organization that has an administrator keeps one (requirement A7).
        let counts = access.is_some_and(|access| self.contact.value.administers(access));
        let kept = counts && self.organization.value.administrators == 1;
        let enabled = usable.is_some_and(|access| access.login_enabled);
        let changeable =
            self.user.as_ref().is_some_and(|user| user.value.password.is_some() && !user.value.must_change_password);
        let granted = usable.is_some_and(|access| access.standing == Standing::Granted);
        // What is above the reader's own is not theirs to touch (requirement A3); the record itself is.
        let is_above = access
            .is_some_and(|it| outranks(actor, it.account_type, &it.roles, it.can_create_users, settings).is_err());
        let touches_access = |allowed| !matches!(allowed, Allowed::GrantAccess | Allowed::Edit);
        let is_locked = self.locked_until_to(actor, settings.lockout, now).is_some();
        [
            (Allowed::GrantAccess, usable.is_none() && self.is_active(), permission::ACCESS_GRANT),
            (Allowed::ChangeAccess, usable.is_some() && !own, permission::ACCESS_GRANT),
            (Allowed::SendReset, enabled && self.is_active(), permission::LINKS_SEND),
            (Allowed::SetPassword, granted && !own && settings.manual_passwords, permission::PASSWORDS_SET),
            (Allowed::DisableLogin, enabled && !own && !kept, permission::LOGINS_TOGGLE),
            (Allowed::EnableLogin, usable.is_some() && !enabled && !own, permission::LOGINS_TOGGLE),
            (Allowed::Unlock, access.is_some() && is_locked, permission::LOGINS_TOGGLE),
            (Allowed::RequirePasswordChange, granted && !own && changeable, permission::PASSWORDS_SET),
            (Allowed::EndSessions, usable.is_some(), permission::LOGINS_TOGGLE),
            (Allowed::RevokeAccess, usable.is_some() && !own && !kept, permission::ACCESS_REVOKE),
            (Allowed::EditLogin, usable.is_some(), permission::LOGINS_TOGGLE),
            (Allowed::Edit, true, permission::CONTACTS_WRITE),
            (Allowed::Inactivate, self.contact.value.active && !own && !kept, permission::CONTACTS_WRITE),
            (Allowed::Reactivate, !self.contact.value.active && !own, permission::CONTACTS_WRITE),
            (
                Allowed::Preview,
                granted
                    && enabled
                    && self.is_active()
                    && access.is_some_and(|it| it.account_type != AccountType::Staff),
                permission::PREVIEW,
            ),
        ]
        .into_iter()
        .filter(|(_, fits, permission)| *fits && actor.may(permission))
        .filter(|(allowed, ..)| !is_above || !touches_access(*allowed))
        .map(|(allowed, ..)| allowed)
        .collect()
    }
}
