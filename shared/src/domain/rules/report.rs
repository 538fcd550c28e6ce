//! What SES reports of a mail, and what follows for its address (requirement L10).

use super::super::account::Account;
use super::super::actor::{Actor, By, Moment};
use super::super::audit::{Action, Entry, Subject};
use super::super::change::{Change, Record, Ref, Stored};
use super::super::email::LoginKey;
use super::super::fault::Refusal;
use super::super::id::OrganizationId;
use super::super::mail::{Mail, Suppression};
use super::super::role::permission;
use super::roles::outranks_access;

/// Writes a mail down as it was reported to be. After one that came back for good, or was marked as spam, nothing more goes
/// to its address until staff act.
pub fn report(
    mail: &Stored<Mail>,
    after: Mail,
    suppressed: Option<&Stored<Suppression>>,
    organization: Option<OrganizationId>,
    at: &Moment<'_>,
) -> Change {
    let mut change = Change::none();
    if after == mail.value {
        return change;
    }
    let reason = after.reported.and_then(|told| told.report.suppresses()).filter(|_| suppressed.is_none());
    if let Some(reason) = reason {
        let suppression = Suppression { reason, mail: after.id, since: at.now };
        change.create(Record::Suppression(LoginKey::from(&after.to), suppression));
        let entry = Entry::new(Action::AddressSuppressed, By::Ses, Subject::Contact(after.contact), organization, at);
        change.audit(entry.telling("reason", None, Some(reason.as_str().to_owned())));
    }
    change.update(mail, after);
    change
}

/// Lets mail go to the address of somebody's login again.
///
/// # Errors
/// Not allowed, or nothing keeps mail from it.
pub fn release(
    account: &Account,
    suppressed: Option<&Stored<Suppression>>,
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<Change, Refusal> {
    actor.needs(permission::ADDRESSES_RELEASE)?;
    actor.must_reach(&account.organization.value)?;
    let (Some(access), Some(user)) = (account.access(), account.user.as_ref()) else {
        return Err(Refusal::conflict("no_access", "This contact has no login."));
    };
    outranks_access(actor, access, at)?;
    let Some(suppressed) = suppressed else {
        return Err(Refusal::conflict("not_suppressed", "Nothing keeps mail from this address."));
    };
    let mut change = Change::none();
    let address = LoginKey::from(&user.value.login_email);
    change.delete_as_read(Ref::Suppression(address), suppressed.rev);
    let entry = Entry::about(account, Action::AddressReleased, By::Actor(actor), at);
    change.audit(entry.telling("reason", Some(suppressed.value.reason.as_str().to_owned()), None));
    Ok(change)
}
