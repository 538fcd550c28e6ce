//! Cursors: where a list goes on, for the one who asked and for that list alone (`security.md` IN-14).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Problem;
use super::signed::Visit;
use crate::app::App;

const MAC_BYTES: usize = 32;

/// A list as it was asked for: whoever asks, and for what.
#[derive(Debug, Clone)]
pub struct List(String);

impl List {
    /// The list behind this route with this filter, as this visitor sees it.
    pub fn new(visit: &Visit, route: &str, filter: &str) -> Self {
        Self(format!("{}\n{route}\n{filter}\n", visit.actor.contact))
    }

    /// The cursor of a position.
    pub fn cursor(&self, app: &App, position: &impl Serialize) -> String {
        let position = serde_json::to_vec(position).unwrap_or_default();
        let mac = app.keys().cursor_mac(&self.signed(&position));
        URL_SAFE_NO_PAD.encode([&mac[..], &position].concat())
    }

    /// The position of a cursor.
    ///
    /// # Errors
    /// `400` for one that was changed, or is another list's or somebody else's.
    pub fn position<T: DeserializeOwned>(&self, app: &App, cursor: &str) -> Result<T, Problem> {
        let read = || {
            let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
            let (mac, position) = bytes.split_at_checked(MAC_BYTES)?;
            let ours = app.keys().cursor_mac_holds(&self.signed(position), mac);
            serde_json::from_slice(position).ok().filter(|_| ours)
        };
        read().ok_or_else(|| {
            Problem::new(StatusCode::BAD_REQUEST, "invalid_cursor", "This cursor does not go with this list.")
        })
    }

    fn signed(&self, position: &[u8]) -> Vec<u8> {
        [self.0.as_bytes(), position].concat()
    }
}
