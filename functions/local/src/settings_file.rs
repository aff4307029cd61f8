//! Settings from a file that may be edited while the process runs.
//!
//! A document with faults is refused whole; the settings that were in force stay in force.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use adapters::{
    service::SettingsSource,
    settings_file::{NoSettings, read_settings},
};
use async_trait::async_trait;
use domain::{settings::Settings, trouble::Trouble};

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
