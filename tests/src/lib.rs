//! What the tests act with: a portal to act upon, visitors who act, an inbox to read links out of, a wire to the
//! table on which calls are counted and fail.

#![expect(clippy::missing_panics_doc, reason = "a helper that panics fails its test")]

pub mod browser;
pub mod contract;
mod driver;
pub mod dump;
pub mod images;
pub mod items;
pub mod load;
pub mod portal;
pub mod process;
pub mod ses;
pub mod strangers_portal;
pub mod sweeping;
pub mod tls;
pub mod visitor;
pub mod wire;

pub use dump::Dump;
pub use portal::{PASSWORD, Portal};
pub use visitor::{Answer, Visitor};
pub use wire::Wire;
