//! Tallies: how many hold something, kept exactly with every change (requirements U7, A3).

use serde::{Deserialize, Serialize};

use super::access::{Access, Standing};
use super::change::{Change, Record, Stored};
use super::fault::Refusal;
use super::id::ContactId;
use super::role::{self, AccountType, RoleName};
use super::settings::Settings;

/// Over how many records the seats of an account type are counted, so that those who take one at once do not meet.
pub const SEAT_SHARDS: u8 = 16;

/// What is held.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tally {
    /// A role that the business made.
    Role(RoleName),
    /// Seats of an account type: one of [`SEAT_SHARDS`] parts.
    Seats(AccountType, u8),
    /// Passed by everybody who takes a seat of an account type that has a limit, one after the other.
    Gate(AccountType),
}

/// By how many it is held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// By so many.
    pub held: i64,
}

/// The seats of an account type that has a limit, as they were read.
#[derive(Debug, Clone, Default)]
pub struct Seats {
    /// Taken.
    pub taken: i64,
    /// What whoever takes one passes.
    pub gate: Option<Stored<Held>>,
}

/// Counts roles and seats anew after an access of this contact went from `before` to `after`: one that is revoked holds
/// nothing. `seats` is needed where the account type has a limit.
///
/// # Errors
/// `409 no_seats_left`.
pub fn recount(
    change: &mut Change,
    contact: ContactId,
    before: Option<&Access>,
    after: Option<&Access>,
    seats: Option<&Seats>,
    settings: &Settings,
) -> Result<(), Refusal> {
    let holds = |access: &&Access| access.standing != Standing::Revoked;
    let (before, after) = (before.filter(holds), after.filter(holds));
    for (access, by) in [(before, -1), (after, 1)] {
        for name in access.iter().flat_map(|access| &access.roles).filter(|name| role::built_in(name).is_none()) {
            change.tally(Tally::Role(name.clone()), by);
        }
    }
    let shard = contact.to_bytes()[15] % SEAT_SHARDS;
    match (before, after) {
        (None, Some(access)) => {
            if let (Some(limit), Some(seats)) = (settings.seats.get(&access.account_type), seats) {
                if seats.taken >= i64::from(*limit) {
                    let detail = format!("All {limit} seats of {} users are taken.", access.account_type.as_str());
                    return Err(Refusal::conflict("no_seats_left", detail));
                }
                let passed = seats.gate.as_ref().map_or(0, |gate| gate.value.held) + 1;
                let gate = Record::Tally(Tally::Gate(access.account_type), Held { held: passed });
                change.put(seats.gate.as_ref(), gate);
            }
            change.tally(Tally::Seats(access.account_type, shard), 1);
        }
        (Some(access), None) => change.tally(Tally::Seats(access.account_type, shard), -1),
        _ => {}
    }
    Ok(())
}
