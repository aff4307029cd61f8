//! The secrets file of a local run, rewritten.
//!
//! Never half written, never readable by others, and never without the entries that were not meant:
//! the new file is written beside the old one and takes its place, and is read back before.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use domain::{
    digest::Digest,
    trouble::{Peer, Trouble, TroubleKind},
};
use toml::{Table, Value};

use super::{Kept, SecretKeeper};
use crate::secrets::{FileSecrets, name_of};

/// Whoever writes reads before, and nobody else of this process may write between.
static WRITING: Mutex<()> = Mutex::new(());

#[async_trait]
impl SecretKeeper for FileSecrets {
    fn name(&self, peer: &Peer) -> String {
        format!("{} in {}", name_of(peer), self.path().display())
    }

    async fn read(&self, peer: &Peer) -> Result<Option<Kept>, Trouble> {
        let doing = doing("reading", peer);
        let (_, table) = self.load(&doing)?;
        entry_of(&table, peer)
            .map(|entry| kept(&doing, entry))
            .transpose()
    }

    async fn create(&self, peer: &Peer, text: &str) -> Result<(), Trouble> {
        self.rewrite(&doing("making", peer), peer, None, text)
    }

    async fn replace(&self, peer: &Peer, version: &str, text: &str) -> Result<(), Trouble> {
        self.rewrite(&doing("replacing", peer), peer, Some(version), text)
    }
}

impl FileSecrets {
    /// The file as text and as a table; one that does not exist yet is empty.
    fn load(&self, doing: &str) -> Result<(String, Table), Trouble> {
        let text = match fs::read_to_string(self.path()) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(unreachable_file(doing, "read", &error)),
        };
        // The parser's own words repeat the line that it does not like.
        let table = text
            .parse()
            .map_err(|_| Trouble::never(doing, "the secrets file is not TOML"))?;
        Ok((text, table))
    }

    fn rewrite(
        &self,
        doing: &str,
        peer: &Peer,
        version: Option<&str>,
        text: &str,
    ) -> Result<(), Trouble> {
        let _alone = lock();
        let (before, mut table) = self.load(doing)?;
        let now = entry_of(&table, peer).map(|entry| kept(doing, entry));
        let now = now.transpose()?.map(|kept| kept.version);
        if now.as_deref() != version {
            let words = "somebody else changed it meanwhile";
            return Err(Trouble::of(doing, words, TroubleKind::Held));
        }
        let entry: Table = serde_json::from_str(text)
            .map_err(|_| Trouble::never(doing, "the secret cannot be written as TOML"))?;
        let (list, name) = place_of(peer);
        let Value::Table(entries) = table
            .entry(list)
            .or_insert_with(|| Value::Table(Table::new()))
        else {
            return Err(Trouble::never(doing, "the secrets file is not of its form"));
        };
        entries.insert(name.to_owned(), Value::Table(entry.clone()));
        let after = with_comments(&before, (list, name), &entry, &table)
            .or_else(|| toml::to_string_pretty(&table).ok())
            .ok_or_else(|| Trouble::never(doing, "the secret cannot be written as TOML"))?;
        swap(self.path(), &after).map_err(|error| unreachable_file(doing, "written", &error))
    }
}

fn lock() -> MutexGuard<'static, ()> {
    WRITING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn doing(what: &str, peer: &Peer) -> String {
    format!("{what} the secret {}", name_of(peer))
}

fn unreachable_file(doing: &str, done: &str, error: &io::Error) -> Trouble {
    let words = format!("the secrets file cannot be {done}: {}", error.kind());
    Trouble::again_later(doing, words)
}

fn place_of(peer: &Peer) -> (&'static str, &str) {
    match peer {
        Peer::Connection(name) => ("connections", name.as_str()),
        Peer::Site(name) => ("sites", name.as_str()),
    }
}

fn entry_of<'a>(table: &'a Table, peer: &Peer) -> Option<&'a Table> {
    let (list, name) = place_of(peer);
    table.get(list)?.as_table()?.get(name)?.as_table()
}

fn kept(doing: &str, entry: &Table) -> Result<Kept, Trouble> {
    let text = serde_json::to_string(entry)
        .map_err(|_| Trouble::never(doing, "it cannot be read as JSON"))?;
    Ok(Kept {
        version: Digest::of(&[&text]).as_str().to_owned(),
        text: text.into(),
    })
}

/// The old text with only the section of that entry replaced, so that what people noted elsewhere in
/// the file stays; if that says what the table says, and nothing else.
fn with_comments(
    before: &str,
    (list, name): (&str, &str),
    entry: &Table,
    wanted: &Table,
) -> Option<String> {
    let header = format!("[{list}.{name}]");
    let section = format!("{header}\n{}", toml::to_string_pretty(entry).ok()?);
    let (mut after, mut inside, mut written) = (String::new(), false, false);
    for line in before.lines() {
        let begins = line.trim_start().starts_with('[');
        if begins {
            inside = line.trim() == header;
        }
        if inside && begins {
            after.push_str(&section);
            written = true;
        } else if !inside || line.trim().is_empty() || line.trim_start().starts_with('#') {
            after.push_str(line);
            after.push('\n');
        }
    }
    if !written {
        if !after.is_empty() {
            after.push('\n');
        }
        after.push_str(&section);
    }
    let read: Table = after.parse().ok()?;
    (read == *wanted).then_some(after)
}

/// Puts a text in the place of a file, whole or not at all, for its owner alone.
fn swap(path: &Path, text: &str) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.new", std::process::id()));
    let beside = Path::new(&beside);
    let write = || {
        // One that was left behind may be readable by others: it goes first.
        match fs::remove_file(beside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(beside, path)
    };
    write().inspect_err(|_| {
        // What cannot be removed is replaced by the next writing.
        let _ = fs::remove_file(beside);
    })
}

#[cfg(test)]
mod tests;
