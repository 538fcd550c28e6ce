//! What SES reports of a mail, and what follows for its address (requirement L10).

use super::super::account::Account;
use super::super::actor::{Actor, By, Moment};
use super::super::audit::{Action, Entry};
use super::super::change::{Change, Record, Ref, Stored};
use super::super::contact::Contact;
use super::super::email::LoginKey;
use super::super::fault::Refusal;
use super::super::mail::{Mail, Suppression};
use super::super::role::permission;
use super::super::user::User;
use super::roles::outranks_access;

/// Writes a mail down as it was reported to be. After one that came back for good, or was marked as spam, nothing more goes
/// to its address until staff act.
pub fn report(
    mail: &Stored<Mail>,
    after: Mail,
    suppressed: Option<&Stored<Suppression>>,
    contact: Option<&Stored<Contact>>,
    at: &Moment<'_>,
) -> Change {
    let mut change = Change::none();
    if after == mail.value {
        return change;
    }
    let since = after.reported.map(|told| told.at);
    let kept = suppressed.is_some_and(|it| it.value.is_on() || it.value.lifted_at >= since);
    let reason = after.reported.and_then(|told| told.report.suppresses()).filter(|_| !kept);
    if let Some(reason) = reason {
        let suppression = Suppression { reason, mail: after.id, since: at.now, lifted_at: None };
        change.put(suppressed, Record::Suppression(LoginKey::from(&after.to), suppression));
        if let Some(contact) = contact {
            change.check(Ref::Contact(contact.value.id), contact.rev);
            let entry = Entry::of(&contact.value, Action::AddressSuppressed, By::Ses, at);
            let entry = entry.telling("address", None, Some(after.to.to_string()));
            change.audit(entry.telling("reason", None, Some(reason.as_str().to_owned())));
        }
    }
    change.update(mail, after);
    change
}

/// Lets mail go to the address of somebody's login again. `released` is whether SES itself kept mail from it.
///
/// # Errors
/// Not allowed, or nothing keeps mail from it.
pub fn release(
    account: &Account,
    suppressed: Option<&Stored<Suppression>>,
    released: bool,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<Change, Refusal> {
    let user = may_release(account, actor, at)?;
    let suppressed = suppressed.filter(|it| it.value.is_on());
    if suppressed.is_none() && !released {
        return Err(Refusal::conflict("not_suppressed", "Nothing keeps mail from this address."));
    }
    let mut change = Change::none();
    change.check(Ref::Contact(account.contact.value.id), account.contact.rev);
    let address = &user.value.login_email;
    if let Some(read) = suppressed {
        let lifted = Suppression { lifted_at: Some(at.now), ..read.value.clone() };
        change.update(read, Record::Suppression(LoginKey::from(address), lifted));
    }
    let entry = Entry::about(account, Action::AddressReleased, By::Actor(actor), at);
    change.audit(entry.telling("address", Some(address.to_string()), None));
    Ok(change)
}

/// Whether somebody may let mail go to an address again; whose it is.
///
/// # Errors
/// Not allowed, or the contact has no login.
pub fn may_release<'a>(account: &'a Account, actor: &Actor, at: &Moment<'_>) -> Result<&'a Stored<User>, Refusal> {
    actor.needs(permission::MAIL_MANAGE)?;
    actor.must_reach(&account.organization.value)?;
    let (Some(access), Some(user)) = (account.access(), account.user.as_ref()) else {
        return Err(Refusal::conflict("no_access", "This contact has no login."));
    };
    outranks_access(actor, access, at)?;
    Ok(user)
}
