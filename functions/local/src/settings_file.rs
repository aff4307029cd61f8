//! Settings from a file that may be edited while the process runs.
//!
//! A document with faults is refused whole; the settings that were in force stay in force. What was
//! written where it does not belong is never repeated: it may be a secret.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use adapters::service::SettingsSource;
use async_trait::async_trait;
use domain::{
    settings::{Settings, document::SettingsDocument},
    trouble::Trouble,
};

/// Why a file holds no settings.
#[derive(Debug, thiserror::Error)]
pub enum NoSettings {
    /// It cannot be read.
    #[error("{0} cannot be read: {1}")]
    Unreadable(PathBuf, std::io::Error),
    /// It is not TOML, or not of the shape of settings: in which line, and why.
    #[error("{0} is not a settings document: line {1}: {2}")]
    Unparsable(PathBuf, usize, String),
    /// It has faults; each stands on a line of its own.
    #[error("{0} has {1} fault(s), and was refused whole:\n{2}")]
    Faulty(PathBuf, usize, String),
}

/// Reads and validates a settings file.
pub fn read_settings(path: &Path) -> Result<Settings, NoSettings> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| NoSettings::Unreadable(path.to_owned(), error))?;
    let document: SettingsDocument = toml::from_str(&text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let before = text.bytes().take(start);
        let line = before.filter(|byte| *byte == b'\n').count() + 1;
        NoSettings::Unparsable(path.to_owned(), line, without_values(error.message()))
    })?;
    document.validate().map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(|fault| format!("  {fault}")).collect();
        NoSettings::Faulty(path.to_owned(), faults.len(), lines.join("\n"))
    })
}

/// The parser's words without what was written: somebody may have put a secret there.
fn without_values(words: &str) -> String {
    match (words.find('"'), words.rfind('"')) {
        (Some(first), Some(last)) if first < last => {
            let before = words.get(..first).unwrap_or_default();
            let after = words.get(last + 1..).unwrap_or_default();
            format!("{before}(...){after}")
        }
        _ => words.to_owned(),
    }
}

/// A settings file.
pub struct SettingsFile {
    path: PathBuf,
    in_force: Mutex<Arc<Settings>>,
}

impl SettingsFile {
    /// Opens a file; its settings have to be without fault.
    pub fn open(path: &Path) -> Result<Self, NoSettings> {
        let settings = Arc::new(read_settings(path)?);
        Ok(Self {
            path: path.to_owned(),
            in_force: Mutex::new(settings),
        })
    }
}

#[async_trait]
impl SettingsSource for SettingsFile {
    async fn read(&self) -> Result<Arc<Settings>, Trouble> {
        let mut in_force = self.in_force.lock().unwrap_or_else(PoisonError::into_inner);
        match read_settings(&self.path) {
            Ok(settings) if settings.digest != in_force.digest => {
                tracing::info!("new settings are in force");
                *in_force = Arc::new(settings);
            }
            Ok(_) => {}
            Err(refused) => tracing::warn!(%refused, "the old settings stay in force"),
        }
        Ok(Arc::clone(&in_force))
    }
}
