//! Settings as people change them: as plain JSON or TOML, compared, put in force, and drafted.
//!
//! Never puts a document in force that has a fault, nor over a version that nobody has seen.

use domain::{
    settings::{
        Settings,
        document::{Fault, SettingsDocument},
    },
    trouble::Trouble,
};
use serde_json::Value;

use crate::store::{StoredSettings, TableStore, WriteSettings};

mod difference;
mod plain;

pub use difference::{Change, between};
pub use plain::{json, toml};

/// DynamoDB takes 400 KB for an item; the version and the names need little.
pub const MAX_DOCUMENT_BYTES: usize = 399 * 1024;

/// A document without fault, which may be put in force.
#[derive(Clone, Debug)]
pub struct Candidate {
    document: Value,
    settings: Settings,
}

impl Candidate {
    /// The document, if it has no fault and the table takes it; otherwise all its faults.
    pub fn of(document: SettingsDocument) -> Result<Self, Vec<Fault>> {
        let plain = plain::json(&document);
        let settings = document.validate()?;
        let bytes = plain.to_string().len();
        if bytes > MAX_DOCUMENT_BYTES {
            return Err(vec![Fault {
                path: "the document".to_owned(),
                problem: format!("It has {bytes} bytes."),
                remedy: format!("The table takes {MAX_DOCUMENT_BYTES}."),
            }]);
        }
        Ok(Self {
            document: plain,
            settings,
        })
    }

    /// As plain JSON.
    pub const fn document(&self) -> &Value {
        &self.document
    }

    /// What it means.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Puts it in force in the place of that version (0: of none), and answers with its own;
    /// `TroubleKind::Held` where somebody else changed the settings meanwhile.
    pub async fn put_in_force(&self, store: &TableStore, replaces: u64) -> Result<u64, Trouble> {
        let write = WriteSettings {
            document: self.document.to_string(),
            replaces,
        };
        store.write_settings(&write).await?;
        Ok(replaces + 1)
    }
}

/// What is in force.
#[derive(Clone, Debug)]
pub struct InForce {
    /// Its version; 0 where nothing is in force yet.
    pub version: u64,
    /// The document; `None` where nothing is in force, or what is cannot be read as settings.
    pub document: Option<SettingsDocument>,
}

impl InForce {
    /// Reads it.
    pub async fn read(store: &TableStore) -> Result<Self, Trouble> {
        let Some(StoredSettings { document, version }) = store.read_settings().await? else {
            return Ok(Self {
                version: 0,
                document: None,
            });
        };
        Ok(Self {
            version,
            document: serde_json::from_str(&document).ok(),
        })
    }

    /// As plain JSON; `null` where there is nothing to compare with.
    pub fn plain(&self) -> Value {
        self.document.as_ref().map_or(Value::Null, plain::json)
    }

    /// What would change, path by path.
    pub fn changes_to(&self, candidate: &Candidate) -> Vec<Change> {
        between(&self.plain(), &candidate.document)
    }

    /// The routes that would be gone: their open cases are stuck until a route has that name again.
    pub fn routes_lost_to(&self, candidate: &Candidate) -> Vec<String> {
        let routes = self.document.iter().flat_map(|document| &document.routes);
        let kept = &candidate.settings.routes;
        routes
            .filter(|route| kept.iter().all(|kept| kept.name.as_str() != route.name))
            .map(|route| route.name.clone())
            .collect()
    }
}
