//! The domain: what is, what is asked, when, by whom → the change, or a refusal with its reason.
//!
//! Pure: no I/O, no clock. Random identifiers are drawn here; time is always a parameter.

pub mod access;
pub mod account;
pub mod actor;
pub mod attention;
pub mod audit;
pub mod change;
pub mod color;
pub mod contact;
pub mod counter;
pub mod details;
pub mod email;
pub mod fault;
pub mod id;
pub mod link;
pub mod lockout;
pub mod logo;
pub mod mail;
pub mod organization;
pub mod password;
pub mod place;
pub mod role;
pub mod rules;
pub mod session;
pub mod settings;
pub mod sweep;
pub mod tally;
pub mod text;
pub mod user;
pub mod wording;

/// Bytes from the system's generator.
///
/// # Panics
/// Where the system has none to give: nothing safe can go on then.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system's random generator");
    bytes
}
