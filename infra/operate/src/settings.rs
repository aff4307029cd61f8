//! The settings in force: checked, shown, compared, replaced.
//!
//! Never writes a document that has a fault, nor over a version that nobody has seen.

use std::path::Path;

use adapters::{
    settings_file::{NoSettings, read_document, validated},
    store::{StoredSettings, TableStore, WriteSettings},
};
use domain::{
    settings::{Settings, document::SettingsDocument},
    trouble::TroubleKind,
};
use serde_json::Value;

use crate::{
    failure::{Failure, Kind},
    options::SettingsCommand,
    talk::Talk,
};

mod difference;
mod plain;

use difference::Change;

/// DynamoDB takes 400 KB for an item; the version and the names need little.
const MAX_DOCUMENT_BYTES: usize = 399 * 1024;

/// A file that may be put in force.
struct Candidate {
    document: Value,
    settings: Settings,
}

/// What is in force. A document that cannot be read is nothing to compare with.
struct InForce {
    version: u64,
    document: Value,
    routes: Vec<String>,
}

/// Lists every fault of a file.
pub fn check(file: &Path, talk: &mut Talk<'_>) -> Result<(), Failure> {
    let Settings {
        connections,
        sites,
        routes,
        ..
    } = candidate(file)?.settings;
    talk.say(format_args!(
        "{} is without fault: connections {}, sites {}, routes {}.",
        file.display(),
        connections.len(),
        sites.len(),
        routes.len()
    ))
}

/// Does what is asked for.
pub async fn run(
    store: &TableStore,
    command: SettingsCommand,
    talk: &mut Talk<'_>,
) -> Result<(), Failure> {
    match command {
        SettingsCommand::Check { file } => check(&file, talk),
        SettingsCommand::Show => show(store, talk).await,
        SettingsCommand::Diff { file } => {
            let candidate = candidate(&file)?;
            compare(&in_force(store, talk).await?, &candidate, talk).map(|_| ())
        }
        SettingsCommand::Put { file, yes } => {
            let candidate = candidate(&file)?;
            put(store, &file, candidate, yes, talk).await
        }
    }
}

fn candidate(file: &Path) -> Result<Candidate, Failure> {
    let document = read_document(file)?;
    let settings = validated(file, document.clone())?;
    let document = plain::json(&document);
    let bytes = document.to_string().len();
    if bytes > MAX_DOCUMENT_BYTES {
        let words = format!("  it has {bytes} bytes, and the table takes {MAX_DOCUMENT_BYTES}.");
        return Err(NoSettings::Faulty(file.to_owned(), 1, words).into());
    }
    Ok(Candidate { document, settings })
}

async fn in_force(store: &TableStore, talk: &mut Talk<'_>) -> Result<InForce, Failure> {
    let Some(StoredSettings { document, version }) = store.read_settings().await? else {
        talk.say("No settings are in force yet.")?;
        return Ok(InForce {
            version: 0,
            document: Value::Null,
            routes: Vec::new(),
        });
    };
    let Ok(document) = serde_json::from_str::<SettingsDocument>(&document) else {
        talk.say(format_args!(
            "Version {version} cannot be read as settings: all of it will be replaced."
        ))?;
        return Ok(InForce {
            version,
            document: Value::Null,
            routes: Vec::new(),
        });
    };
    Ok(InForce {
        version,
        routes: document
            .routes
            .iter()
            .map(|route| route.name.clone())
            .collect(),
        document: plain::json(&document),
    })
}

async fn show(store: &TableStore, talk: &mut Talk<'_>) -> Result<(), Failure> {
    let stored = store.read_settings().await?.ok_or_else(|| {
        Failure::new(
            Kind::Refused,
            "no settings are in force yet",
            "Put some in force with `settings put FILE`.",
        )
    })?;
    let StoredSettings { document, version } = stored;
    let unreadable = || {
        Failure::new(
            Kind::Refused,
            format!("version {version} cannot be read as settings"),
            "Replace it with `settings put FILE`.",
        )
    };
    let document: SettingsDocument = serde_json::from_str(&document).map_err(|_| unreadable())?;
    let text = plain::toml(&document).ok_or_else(unreadable)?;
    talk.say(format_args!("# Version {version}"))?;
    if let Err(faults) = document.validate() {
        talk.say("# It has faults, and the functions refuse it:")?;
        for fault in faults {
            talk.say(format_args!("# {fault}"))?;
        }
    }
    talk.say(text.trim_end())
}

/// Prints the difference; answers whether there is any.
fn compare(
    InForce {
        version,
        document,
        routes,
    }: &InForce,
    candidate: &Candidate,
    talk: &mut Talk<'_>,
) -> Result<bool, Failure> {
    let changes = difference::between(document, &candidate.document);
    if changes.is_empty() {
        talk.say(format_args!(
            "No difference from version {version}, which is in force."
        ))?;
        return Ok(false);
    }
    if *version > 0 {
        talk.say(format_args!("Changes to version {version}:"))?;
    }
    for change in &changes {
        talk.say(format_args!("  {change}"))?;
    }
    let count = |of: fn(&Change) -> bool| changes.iter().filter(|change| of(change)).count();
    talk.say(format_args!(
        "{} added, {} removed, {} changed.",
        count(|change| matches!(change, Change::Added { .. })),
        count(|change| matches!(change, Change::Removed { .. })),
        count(|change| matches!(change, Change::Changed { .. })),
    ))?;
    let kept = &candidate.settings.routes;
    for gone in routes
        .iter()
        .filter(|name| kept.iter().all(|route| route.name.as_str() != **name))
    {
        talk.say(format_args!(
            "Mind: without the route {gone} its open cases are stuck, until a route has that name \
             again."
        ))?;
    }
    Ok(true)
}

async fn put(
    store: &TableStore,
    file: &Path,
    candidate: Candidate,
    yes: bool,
    talk: &mut Talk<'_>,
) -> Result<(), Failure> {
    let in_force = in_force(store, talk).await?;
    if !compare(&in_force, &candidate, talk)? {
        return Ok(());
    }
    let replaces = in_force.version;
    let version = replaces + 1;
    if !yes {
        let question = format!("Put this in force as version {version}?");
        talk.confirm(&question, "Repeat the command with --yes.")?;
    }
    let write = WriteSettings {
        document: candidate.document.to_string(),
        replaces,
    };
    match store.write_settings(&write).await {
        Ok(()) => talk.say(format_args!(
            "Version {version} is in force. Webhooks take it up within half a minute, the sweep at \
             its next start."
        )),
        Err(trouble) if trouble.kind == TroubleKind::Held => Err(Failure::new(
            Kind::Meanwhile,
            format!(
                "somebody else changed the settings meanwhile; version {replaces} was replaced"
            ),
            format!(
                "Nothing was written. See what they changed with `settings show`, carry it over \
                 into {file}, and look at `settings diff {file}` before you put it again.",
                file = file.display()
            ),
        )),
        Err(trouble) => Err(trouble.into()),
    }
}
