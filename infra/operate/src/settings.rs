//! The settings in force: checked, shown, compared, replaced.
//!
//! Never writes a document that has a fault, nor over a version that nobody has seen.

use std::path::Path;

use adapters::{
    settings::{Candidate, Change, InForce, toml},
    settings_file::{NoSettings, read_document},
    store::TableStore,
};
use domain::{settings::Settings, trouble::TroubleKind};

use crate::{
    failure::{Failure, Kind},
    options::SettingsCommand,
    talk::Talk,
};

/// Lists every fault of a file.
pub fn check(file: &Path, talk: &mut Talk<'_>) -> Result<(), Failure> {
    let candidate = candidate(file)?;
    let Settings {
        connections,
        sites,
        routes,
        ..
    } = candidate.settings();
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
            put(store, &file, &candidate, yes, talk).await
        }
    }
}

fn candidate(file: &Path) -> Result<Candidate, Failure> {
    Candidate::of(read_document(file)?).map_err(|faults| NoSettings::of(file, &faults).into())
}

async fn in_force(store: &TableStore, talk: &mut Talk<'_>) -> Result<InForce, Failure> {
    let in_force = InForce::read(store).await?;
    if in_force.version == 0 {
        talk.say("No settings are in force yet.")?;
    } else if in_force.document.is_none() {
        talk.say(format_args!(
            "Version {} cannot be read as settings: all of it will be replaced.",
            in_force.version
        ))?;
    }
    Ok(in_force)
}

async fn show(store: &TableStore, talk: &mut Talk<'_>) -> Result<(), Failure> {
    let InForce { version, document } = InForce::read(store).await?;
    if version == 0 {
        return Err(Failure::new(
            Kind::Refused,
            "no settings are in force yet",
            "Put some in force with `settings put FILE`.",
        ));
    }
    let unreadable = || {
        Failure::new(
            Kind::Refused,
            format!("version {version} cannot be read as settings"),
            "Replace it with `settings put FILE`.",
        )
    };
    let document = document.ok_or_else(unreadable)?;
    let text = toml(&document).ok_or_else(unreadable)?;
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
    in_force: &InForce,
    candidate: &Candidate,
    talk: &mut Talk<'_>,
) -> Result<bool, Failure> {
    let version = in_force.version;
    let changes = in_force.changes_to(candidate);
    if changes.is_empty() {
        talk.say(format_args!(
            "No difference from version {version}, which is in force."
        ))?;
        return Ok(false);
    }
    if version > 0 {
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
    for gone in in_force.routes_lost_to(candidate) {
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
    candidate: &Candidate,
    yes: bool,
    talk: &mut Talk<'_>,
) -> Result<(), Failure> {
    let in_force = in_force(store, talk).await?;
    if !compare(&in_force, candidate, talk)? {
        return Ok(());
    }
    let replaces = in_force.version;
    let version = replaces + 1;
    if !yes {
        let question = format!("Put this in force as version {version}?");
        talk.confirm(&question, "Repeat the command with --yes.")?;
    }
    match candidate.put_in_force(store, replaces).await {
        Ok(version) => talk.say(format_args!(
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
