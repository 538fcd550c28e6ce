//! What every rule that changes who may sign in where shares.

use super::super::access::Access;
use super::super::actor::Actor;
use super::super::change::{Change, Record, Ref, Stored};
use super::super::contact::Contact;
use super::super::fault::Refusal;
use super::super::organization::Organization;
use super::super::role::AccountType;
use super::super::user::{AccessRef, Login, MOST_ACCESSES, User};
use super::links;

/// Where an access is kept.
pub(super) fn here(contact: &Contact, access: &Access) -> AccessRef {
    AccessRef { contact: contact.id, organization: contact.organization, account_type: access.account_type }
}

/// Refuses to choose the password of somebody who has accesses above those that the actor looks after: whoever knows the
/// password has them all (requirements A3, P1).
pub(super) fn outranks_person(actor: &Actor, user: &User) -> Result<(), Refusal> {
    user.accesses.iter().chain(&user.offers).try_for_each(|it| actor.must_manage(it.account_type))
}

/// Takes a password away that staff chose, where an access is given that only administrators give: whoever chose it
/// must not come to have that access (requirement A3). The person is invited to choose one.
pub(super) fn must_choose_anew(change: &mut Change, person: &mut User, account_type: AccountType) {
    if person.password_is_staffs && matches!(account_type, AccountType::Staff | AccountType::Vendor) {
        links::end(change, person, |_| true);
        person.lose_password();
    }
}

/// Refuses one more access for somebody who has as many as one person has.
pub(super) fn must_have_room(person: &User) -> Result<(), Refusal> {
    if person.accesses.len() < MOST_ACCESSES {
        return Ok(());
    }
    Err(Refusal::conflict("too_many_accesses", format!("One person has at most {MOST_ACCESSES} accesses.")))
}

/// Keeps the owners of a user's login names in step with the user: what sign-in reads first.
pub(super) fn update_logins(change: &mut Change, logins: &[Stored<Login>], user: &User) {
    for (key, login) in user.login_keys().zip(logins) {
        let now = Login::of(user);
        if login.value != now {
            change.update(login, Record::Login(key, now));
        }
    }
}

/// Counts the organization's administrators anew after one contact of it `was` one of them and `is` or is not now.
/// Relies on the organization as it was read in any case.
///
/// # Errors
/// `409 last_administrator`: an organization that has an administrator keeps at least one (requirement A7).
pub fn adjust_administrators(
    change: &mut Change,
    organization: &Stored<Organization>,
    was: bool,
    is: bool,
) -> Result<(), Refusal> {
    if was == is {
        change.check(Ref::Organization(organization.value.id), organization.rev);
        return Ok(());
    }
    let administrators =
        if is { organization.value.administrators + 1 } else { organization.value.administrators.saturating_sub(1) };
    if administrators == 0 {
        return Err(Refusal::conflict(
            "last_administrator",
            "This is the organization's last administrator. Name another one first.",
        ));
    }
    change.update(organization, Organization { administrators, ..organization.value.clone() });
    Ok(())
}
