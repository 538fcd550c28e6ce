//! The keys of the local run: a file beside the table's, readable by its owner alone.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use shared::keys::Keys;

/// Reads the keys, or makes them where there are none yet.
///
/// # Errors
/// The file can't be read or written, or holds no keys.
pub fn load(folder: &Path) -> io::Result<Keys> {
    let file = folder.join("keys.json");
    let secret = match fs::read_to_string(&file) {
        Ok(secret) => secret,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let secret = serde_json::json!({ "1": Keys::new_root() }).to_string();
            let part = folder.join("keys.json.part");
            let mut options = OpenOptions::new();
            options.write(true).create(true).truncate(true).mode(0o600);
            let mut writing = options.open(&part)?;
            writing.write_all(secret.as_bytes())?;
            writing.sync_all()?;
            fs::rename(&part, &file)?;
            secret
        }
        Err(error) => return Err(error),
    };
    Keys::parse(&secret).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}
