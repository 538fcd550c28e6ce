//! What an endpoint of this machine took, in the order in which it came: in memory, and a file each in a folder where there is one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// All of it.
#[derive(Debug, Clone)]
pub(crate) struct Kept<T> {
    folder: Option<PathBuf>,
    all: Arc<Mutex<Vec<T>>>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self::holding(Vec::new())
    }
}

impl<T> Kept<T> {
    /// These, the newest last, in memory.
    pub(crate) fn holding(all: Vec<T>) -> Self {
        Self { folder: None, all: Arc::new(Mutex::new(all)) }
    }
}

impl<T: Clone + Serialize + DeserializeOwned> Kept<T> {
    /// In this folder, with what it holds already; what can't be read is left out.
    ///
    /// # Errors
    /// The folder can't be read or made.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let mut files: Vec<PathBuf> =
            fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
        files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
        files.sort();
        let all = files.iter().filter_map(|file| serde_json::from_slice(&fs::read(file).ok()?).ok()).collect();
        Ok(Self { folder: Some(folder.to_owned()), ..Self::holding(all) })
    }

    /// All of it, the newest first.
    pub(crate) fn all(&self) -> Vec<T> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).iter().rev().cloned().collect()
    }

    /// Keeps one more, under its id, by which files are in the order of their coming.
    ///
    /// # Errors
    /// Its file can't be written.
    pub(crate) fn keep(&self, id: &str, one: T) -> io::Result<()> {
        if let Some(folder) = &self.folder {
            let part = folder.join(format!("{id}.part"));
            fs::write(&part, serde_json::to_vec(&one)?)?;
            fs::rename(part, folder.join(format!("{id}.json")))?;
        }
        self.all.lock().unwrap_or_else(PoisonError::into_inner).push(one);
        Ok(())
    }
}
