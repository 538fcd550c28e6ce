//! What the tests act with: a portal to act upon, visitors who act, an inbox to read links out of, a wire to the
//! table on which calls are counted and fail.

pub mod portal;
pub mod visitor;
pub mod wire;

pub use portal::{PASSWORD, Portal};
pub use visitor::{Answer, Visitor};
pub use wire::Wire;
