//! Revoking access (requirements A5, A6).

use super::super::access::{Access, Standing};
use super::super::account::Account;
use super::super::actor::{Actor, By, Moment};
use super::super::audit::{Action, Entry};
use super::super::change::{Change, Ref, Stored};
use super::super::contact::Contact;
use super::super::fault::Refusal;
use super::super::role::permission;
use super::super::tally::recount;
use super::super::user::{Login, User};
use super::links;
use super::logins::{adjust_administrators, update_logins};
use super::roles::outranks_access;

/// Takes away the accesses of `accounts`, all of one person's, and with `inactivates` makes their records inactive too
/// (requirement A6). What is revoked already is passed over. The records and their history stay; sessions end, links die;
/// with the last access the password goes, so that it does not come back by itself.
///
/// # Errors
/// Not allowed, one's own, or an organization's last administrator.
pub fn revoke(
    accounts: &[&Account],
    inactivates: bool,
    logins: &[Stored<Login>],
    actor: &Actor,
    at: &Moment<'_>,
) -> Result<Change, Refusal> {
    actor.needs(permission::ACCESS_REVOKE)?;
    if inactivates {
        actor.needs(permission::CONTACTS_WRITE)?;
    }
    let mut change = Change::none();
    let mut person: Option<(&Stored<User>, User)> = None;
    for account in accounts {
        actor.must_reach(&account.organization.value)?;
        let (Some(before), Some(user)) = (account.access(), account.user.as_ref()) else { continue };
        if before.standing == Standing::Revoked {
            if inactivates && account.contact.value.active {
                outranks_access(actor, before, at)?;
                let mut contact = account.contact.value.clone();
                inactivate(&mut change, account, &mut contact, actor, at);
                change.check(Ref::Organization(account.organization.value.id), account.organization.rev);
                change.update(&account.contact, contact);
            }
            continue;
        }
        outranks_access(actor, before, at)?;
        if account.contact.value.id == actor.contact {
            return Err(Refusal::forbidden("own_access", "Nobody revokes their own access."));
        }
        let (_, person) = person.get_or_insert_with(|| (user, user.value.clone()));
        let mut after = Access { standing: Standing::Revoked, ..before.clone() };
        after.end_sessions();
        let mut contact = account.contact.value.clone();
        links::end_offer(&mut change, account);
        links::end(&mut change, person, |live| live.contact == contact.id);
        person.accesses.retain(|it| it.contact != contact.id);
        person.forget_offer(contact.id);
        let (was, is) = (contact.administers(before), contact.administers(&after));
        adjust_administrators(&mut change, &account.organization, was, is)?;
        let entry = Entry::about(account, Action::AccessRevoked, By::Actor(actor), at);
        change.audit(super::grant::tell_access(entry, Some(before), Some(&after)));
        recount(&mut change, contact.id, Some(before), Some(&after), None, at.settings)?;
        contact.access = Some(after);
        contact.version += 1;
        if inactivates && contact.active {
            inactivate(&mut change, account, &mut contact, actor, at);
        }
        change.update(&account.contact, contact);
    }
    if let Some((read, mut person)) = person {
        if person.accesses.is_empty() {
            links::end(&mut change, &mut person, |_| true);
            person.lose_password();
        }
        update_logins(&mut change, logins, &person);
        change.update(read, person);
    }
    Ok(change)
}

/// Makes a contact inactive whose access is revoked: as an edit of its own.
fn inactivate(change: &mut Change, account: &Account, contact: &mut Contact, actor: &Actor, at: &Moment<'_>) {
    contact.active = false;
    contact.version += 1;
    if let Some(access) = contact.access.as_mut() {
        access.end_sessions();
    }
    change.audit(Entry::about(account, Action::ContactInactivated, By::Actor(actor), at));
}
