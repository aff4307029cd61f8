//! Faults, and the collection of all of them.
//!
//! A fault names its place, what is wrong there and what to do about it. It never repeats an
//! e-mail address, and only a short piece of anything that was written.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use serde::Serialize;

use super::UnknownKeys;

/// Items of one list; more would be nobody's own work.
const MOST_ITEMS: usize = 2_000;

/// Keys that show that somebody put a secret among the settings.
const SECRET_KEYS: [&str; 10] = [
    "api_key",
    "api_token",
    "email",
    "password",
    "service_key",
    "token",
    "username",
    "webhook_basic",
    "webhook_secret",
    "webhook_secrets",
];

/// One thing that is wrong in a settings document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Where: `routes[1].ticket.priorities.CRITICAL`.
    pub path: String,
    /// What is wrong, as a sentence.
    pub problem: String,
    /// What to do about it, as a sentence.
    pub remedy: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {} {}", self.path, self.problem, self.remedy)
    }
}

/// The faults found so far.
#[derive(Debug, Default)]
pub(super) struct Report {
    faults: Vec<Fault>,
}

impl Report {
    /// Notes a fault.
    pub(super) fn fault(
        &mut self,
        path: impl Into<String>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.faults.push(Fault {
            path: path.into(),
            problem: problem.into(),
            remedy: remedy.into(),
        });
    }

    /// Notes each key that nothing reads.
    pub(super) fn unknown_keys(&mut self, path: &str, unknown: &UnknownKeys, known: &str) {
        for key in &unknown.0 {
            let place = joined(path, key);
            if SECRET_KEYS.contains(&key.to_ascii_lowercase().as_str()) {
                self.fault(
                    place,
                    "Credentials and secrets never stand in the settings.",
                    "Move this to the secrets, under the same name, and replace it if others may \
                     have seen it.",
                );
            } else {
                self.fault(
                    place,
                    "This key is not known.",
                    format!("Remove it or correct its spelling; the keys here are {known}."),
                );
            }
        }
    }

    /// Notes a list that is empty or too long.
    pub(super) fn count(&mut self, path: &str, what: &str, count: usize, most: usize) {
        if count == 0 {
            self.fault(
                path,
                format!("There is no {what}."),
                format!("Add at least one {what}."),
            );
        } else if count > most {
            self.fault(
                path,
                format!("There are {count} of them, and {most} is the limit."),
                "Remove some, or run a second installation for them.",
            );
        }
    }

    /// The items, without those beyond the limit, which are a fault.
    pub(super) fn few<'a, T>(&mut self, path: &str, items: &'a [T]) -> &'a [T] {
        if items.len() > MOST_ITEMS {
            self.count(path, "item", items.len(), MOST_ITEMS);
        }
        items.get(..MOST_ITEMS).unwrap_or(items)
    }

    /// The text, unless it is blank, which is a fault.
    pub(super) fn mandatory<'a>(
        &mut self,
        path: &str,
        text: &'a str,
        remedy: &str,
    ) -> Option<&'a str> {
        let text = text.trim();
        if text.is_empty() {
            self.fault(path, "This is missing.", remedy);
            return None;
        }
        Some(text)
    }

    /// Whether anything was wrong.
    pub(super) fn finish(self) -> Result<(), Vec<Fault>> {
        if self.faults.is_empty() {
            Ok(())
        } else {
            Err(self.faults)
        }
    }
}

/// A key below a path.
pub(super) fn joined(path: &str, key: &str) -> String {
    let key = shortened(key);
    if path.is_empty() {
        key
    } else {
        format!("{path}.{key}")
    }
}

/// What was written, in quotation marks, for a sentence: short, on one line, no e-mail address, and
/// nothing that looks like a key.
pub(super) fn quoted(text: &str) -> String {
    if text.contains('@') {
        return "an e-mail address".to_string();
    }
    if looks_like_a_key(text) {
        return "something that looks like a key".to_string();
    }
    format!("“{}”", shortened(text))
}

fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    if text.contains('@') {
        return "(an e-mail address)".to_string();
    }
    if looks_like_a_key(text) {
        return "(something that looks like a key)".to_string();
    }
    let mut short: String = text
        .chars()
        .take(MOST)
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    if text.chars().nth(MOST).is_some() {
        short.push('…');
    }
    short
}

/// Letters and digits in a row, longer than any word: a key, put where it does not belong.
fn looks_like_a_key(text: &str) -> bool {
    const SHORTEST: usize = 20;
    text.split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|run| run.len() >= SHORTEST)
        .any(|run| {
            run.bytes().any(|byte| byte.is_ascii_digit())
                && run.bytes().any(|byte| byte.is_ascii_alphabetic())
        })
}
