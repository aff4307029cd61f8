//! The folder in which a local run keeps its state.
//!
//! Readable by its owner alone, and used by one process at a time.

use std::{
    fs::{DirBuilder, File, TryLockError},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

/// A folder that is ours for as long as this lives.
pub struct DataFolder {
    path: PathBuf,
    _lock: File,
}

/// Why a folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// It cannot be made or written.
    #[error("state cannot be kept in {0}: {1}")]
    Unwritable(PathBuf, std::io::Error),
    /// Another process keeps its state there.
    #[error("another process keeps its state in {0}; give each its own --data")]
    InUse(PathBuf),
}

impl DataFolder {
    /// Makes the folder if it is not there, and takes it.
    pub fn open(path: &Path) -> Result<Self, Unusable> {
        let unwritable = |error| Unusable::Unwritable(path.to_owned(), error);
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(unwritable)?;
        let lock = File::create(path.join("lock")).map_err(unwritable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                path: path.to_owned(),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(Unusable::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(unwritable(error)),
        }
    }

    /// The file of the embedded store.
    pub fn store_file(&self) -> PathBuf {
        self.path.join("store.sqlite")
    }

    /// The file of the secrets that the console writes.
    pub fn secrets_file(&self) -> PathBuf {
        self.path.join("secrets.toml")
    }
}
