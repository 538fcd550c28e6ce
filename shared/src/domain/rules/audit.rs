//! Who reads what of the audit (requirements S2, O8).

use super::super::actor::Actor;
use super::super::audit::{Action, Delta, Entry, Via};

/// An entry as its reader may see it; none where they may not. Whoever reaches its organization is asked for elsewhere.
///
/// Staff read it as it was written. Others read what was done to contacts and their accesses, and nothing of the login
/// behind an access, which may be somebody's elsewhere too: nor who among the staff did it, and from where.
pub fn shown(mut entry: Entry, reader: &Actor) -> Option<Entry> {
    if reader.is_staff() {
        return Some(entry);
    }
    if !is_local(&entry) {
        return None;
    }
    // Whoever came from an access elsewhere has signed in here.
    if entry.action == Action::SessionSwitched {
        (entry.action, entry.via) = (Action::SignedIn, Via::Public);
        (entry.actor_contact, entry.actor_organization) = (None, None);
    }
    entry.number = None;
    // Offered or granted: to them, it is one.
    entry.changes.remove("standing");
    if let Some(Delta { after: Some(purpose), .. }) = entry.changes.get_mut("purpose")
        && purpose == "accept"
    {
        "invite".clone_into(purpose);
    }
    let is_theirs =
        entry.actor_organization.is_some_and(|it| it == reader.organization || entry.organization == Some(it));
    entry.actor_contact = entry.actor_contact.filter(|_| is_theirs);
    // As of every access, they read the user under the contact's own number.
    entry.actor = entry.actor_contact.map(super::super::id::Id::alias);
    if !is_theirs && entry.actor_organization.is_some() {
        entry.source.clear();
    }
    Some(entry)
}

fn is_local(entry: &Entry) -> bool {
    match entry.action {
        Action::OrganizationCreated
        | Action::OrganizationEdited
        | Action::OrganizationInactivated
        | Action::OrganizationReactivated
        | Action::ContactCreated
        | Action::ContactEdited
        | Action::ContactInactivated
        | Action::ContactReactivated
        | Action::UserCreated
        | Action::AccessGranted
        | Action::AccessChanged
        | Action::AccessRevoked
        | Action::LoginDisabled
        | Action::LoginEnabled
        | Action::PreviewStarted
        | Action::PreviewEnded
        | Action::SessionEnded
        | Action::SessionsEnded
        | Action::SessionSwitched
        | Action::SignedIn => true,
        // Those by a link ended what nobody was given.
        Action::SignedOut => entry.via != Via::Link,
        // Staff's are the login's, whose it may be too.
        Action::LoginUnlocked | Action::LoginRenamed => entry.via == Via::User,
        // Those of the sweep are of what the public asked for.
        Action::LinkSent => matches!(entry.via, Via::User | Via::Staff),
        Action::Bootstrapped
        | Action::SettingsEdited
        | Action::SiteCreated
        | Action::SiteEdited
        | Action::RoleCreated
        | Action::RoleEdited
        | Action::RoleDeleted
        | Action::WordingEdited
        | Action::WordingPutBack
        | Action::WordingTried
        | Action::AccessAccepted
        | Action::LinkRequested
        | Action::LinkExpired
        | Action::LinkReminded
        | Action::PasswordSet
        | Action::PasswordChanged
        | Action::PasswordChangeRequired
        | Action::EmailChangeRequested
        | Action::EmailChanged
        | Action::SignInFailed
        | Action::AddressSuppressed
        | Action::AddressReleased => false,
    }
}
