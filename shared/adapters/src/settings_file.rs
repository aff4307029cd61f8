//! Settings from a file, as people write them: TOML.
//!
//! A document with faults is refused whole. What was written where it does not belong is never
//! repeated: it may be a secret.

use std::path::{Path, PathBuf};

use domain::settings::{
    Settings,
    document::{Fault, SettingsDocument},
};

/// Why a file holds no settings.
#[derive(Debug, thiserror::Error)]
pub enum NoSettings {
    /// It cannot be read.
    #[error("{} cannot be read: {}", .0.display(), .1)]
    Unreadable(PathBuf, std::io::Error),
    /// It is not TOML, or not of the shape of settings: in which line, and why.
    #[error("{} is not a settings document: line {}: {}", .0.display(), .1, .2)]
    Unparsable(PathBuf, usize, String),
    /// It has faults; each stands on a line of its own.
    #[error("{} has {} fault(s), and was refused whole:\n{}", .0.display(), .1, .2)]
    Faulty(PathBuf, usize, String),
}

/// Reads a settings file as it is written.
pub fn read_document(path: &Path) -> Result<SettingsDocument, NoSettings> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| NoSettings::Unreadable(path.to_owned(), error))?;
    toml::from_str(&text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let before = text.bytes().take(start);
        let line = before.filter(|byte| *byte == b'\n').count() + 1;
        NoSettings::Unparsable(path.to_owned(), line, without_values(error.message()))
    })
}

/// Reads and validates a settings file.
pub fn read_settings(path: &Path) -> Result<Settings, NoSettings> {
    validated(path, read_document(path)?)
}

/// What a document from a file means, or all its faults.
pub fn validated(path: &Path, document: SettingsDocument) -> Result<Settings, NoSettings> {
    document
        .validate()
        .map_err(|faults| NoSettings::of(path, &faults))
}

impl NoSettings {
    /// A file with faults.
    pub fn of(path: &Path, faults: &[Fault]) -> Self {
        let lines: Vec<String> = faults.iter().map(|fault| format!("  {fault}")).collect();
        Self::Faulty(path.to_owned(), faults.len(), lines.join("\n"))
    }
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
