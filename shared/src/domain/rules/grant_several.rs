//! Granting access to several contacts of one organization, all of them or none (requirement A4).

use super::super::account::Account;
use super::super::actor::{Actor, Moment};
use super::super::change::{Change, Record, Ref, Stored, Write};
use super::super::fault::Refusal;
use super::super::organization::Organization;
use super::super::tally::{Held, Tally};
use super::super::user::Login;
use super::give_login::Known;
use super::grant::{Grant, grant};

/// Most contacts that are granted access in one call.
pub const MOST: usize = 100;
/// Most that are granted all or nothing: what one transaction holds.
pub const MOST_TOGETHER: usize = 8;
/// Most writes of one transaction, but for the check of whoever acts.
const MOST_WRITES: usize = 99;

/// One of several grants, with what it is decided on.
#[derive(Debug)]
pub struct One {
    /// What is asked for.
    pub asked: Grant,
    /// For whom.
    pub account: Account,
    /// The owners of the person's login names.
    pub logins: Vec<Stored<Login>>,
    /// Who there is already.
    pub known: Known,
}

/// Grants all of them, each decided on what those before it leave.
///
/// # Errors
/// Which one is refused, and why.
pub fn grant_several(several: Vec<One>, actor: &Actor, at: &Moment<'_>) -> Result<Change, (usize, Refusal)> {
    let mut whole = Change::none();
    for (number, mut one) in several.into_iter().enumerate() {
        let refused = |refusal| (number, refusal);
        if let Some(organization) = organization_in(&whole, &one.account) {
            one.account.organization.value = organization;
        }
        if let Some(seats) = one.known.seats.as_mut() {
            seats.taken += taken_in(&whole);
        }
        let change = grant(&one.asked, &one.account, &one.logins, &one.known, actor, at).map_err(refused)?;
        join(&mut whole, change).map_err(refused)?;
        if whole.writes.len() > MOST_WRITES {
            return Err(refused(Refusal::field("contacts", "too_many", "These do not fit into one transaction.")));
        }
    }
    Ok(whole)
}

/// The organization as the change leaves it, where it does something to it.
fn organization_in(change: &Change, account: &Account) -> Option<Organization> {
    change.writes.iter().find_map(|write| match write {
        Write::Update(Record::Organization(it), _) if it.id == account.organization.value.id => Some(it.clone()),
        _ => None,
    })
}

/// The seats that the change takes: the contacts of one organization are of one account type.
fn taken_in(change: &Change) -> i64 {
    let seats = change.writes.iter().map(|write| match write {
        Write::Tally(Tally::Seats(..), by) => *by,
        _ => 0,
    });
    seats.sum()
}

/// Adds a change to another, so that each record is written once: of the organization and of the gate to its seats the later
/// one holds, for it was decided on the earlier; a record that is written need not be checked.
fn join(whole: &mut Change, change: Change) -> Result<(), Refusal> {
    for write in change.writes {
        let Some(name) = name_of(&write) else {
            whole.append(Change { writes: vec![write] });
            continue;
        };
        let Some(before) = whole.writes.iter_mut().find(|before| name_of(before).as_ref() == Some(&name)) else {
            whole.writes.push(write);
            continue;
        };
        match (&*before, write) {
            (_, Write::Check(..)) => {}
            (Write::Check(..), write) => *before = write,
            (_, write @ Write::Update(Record::Organization(_), _)) => *before = write,
            (
                _,
                Write::Create(Record::Tally(gate, Held { held }))
                | Write::Update(Record::Tally(gate, Held { held }), _),
            ) => {
                pass_again(before, &gate, held);
            }
            // Two of them want one login name, or are one person: told alike, for the second would tell that they are known
            // (requirement O8).
            _ => return Err(Refusal::conflict("email_taken", "Another one of these has this email or user ID.")),
        }
    }
    Ok(())
}

fn pass_again(before: &mut Write, gate: &Tally, held: i64) {
    if let Write::Create(Record::Tally(tally, passed)) | Write::Update(Record::Tally(tally, passed), _) = before
        && tally == gate
    {
        passed.held = passed.held.max(held);
    }
}

fn name_of(write: &Write) -> Option<Ref> {
    match write {
        Write::Create(record) | Write::Update(record, _) => Some(record.name()),
        Write::Check(name, _) | Write::Touch(name, _) | Write::Delete(name, _) => Some(name.clone()),
        Write::Tally(..) | Write::EndLink(..) | Write::Count(..) | Write::SignedIn(..) | Write::Audit(_) => None,
    }
}
