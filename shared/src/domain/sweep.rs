//! What a run of the sweep did, as a record that staff read (requirement S1).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::id::SweepId;

/// What a run of the sweep did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its id.
    pub id: SweepId,
    /// When it began.
    pub began_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// How much it did.
    #[serde(flatten)]
    pub done: Done,
}

/// How much a run did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Mails that were taken up: sent, settled, or left for later.
    pub mails: u32,
    /// Links that were written down as expired.
    pub links: u32,
    /// Invitations that were reminded of.
    pub reminders: u32,
    /// Things that could not be done now.
    pub failed: u32,
    /// Whether something due was left to the next one.
    pub cut_off: bool,
}
