//! What a secret holds, key by key.
//!
//! Never repeats what was written: a fault names a key that we know, or a line.

use std::fmt;

use domain::trouble::Peer;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Description, Kept, NotKept, Put};
use crate::secrets::parsed;

/// A list of webhook secrets, as we write it.
const WEBHOOK_SECRETS: &str = "webhook_secrets";
/// One webhook secret, as CloudFormation generates it.
const WEBHOOK_SECRET: &str = "webhook_secret";
const WEBHOOK_BASIC: &str = "webhook_basic";

/// The keys and values of a secret.
#[derive(Default)]
pub struct Form(Map<String, Value>);

impl fmt::Debug for Form {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not even the keys: somebody may have pasted a secret in the place of one.
        write!(formatter, "Form({} keys)", self.0.len())
    }
}

/// Why a text is no secret's form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAForm {
    /// It is neither JSON nor TOML from that line on.
    #[error("the secret cannot be read: it is at fault in line {0}")]
    Unreadable(usize),
    /// Its webhook secrets are not a list of texts.
    #[error("a webhook secret is not a text, or an empty one")]
    WebhookSecrets,
}

/// A fault of a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SecretFault {
    /// The key that has it; `None` for keys that mean nothing here.
    pub key: Option<&'static str>,
    /// What is wrong, in words.
    pub words: String,
}

impl SecretFault {
    fn of(key: &'static str, words: &str) -> Self {
        Self {
            key: Some(key),
            words: format!("{key} {words}"),
        }
    }
}

/// What a key was before it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Was {
    /// It was not there.
    Absent,
    /// It was the same.
    TheSame,
    /// It was another.
    Another,
}

impl Was {
    /// The word for what became of the key.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Absent => "new",
            Self::TheSame => "as before",
            Self::Another => "changed",
        }
    }
}

/// What became of a key that was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyChange {
    /// The key.
    pub key: String,
    /// What it was before.
    pub was: Was,
}

impl Form {
    /// Reads JSON, or TOML where the text does not begin as JSON does.
    pub fn parse(text: &str) -> Result<Self, NotAForm> {
        let read = if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(|error| error.line())
        } else {
            toml::from_str(text).map_err(|error| {
                let start = error.span().map_or(0, |span| span.start);
                let before = text.bytes().take(start);
                before.filter(|byte| *byte == b'\n').count() + 1
            })
        };
        Self::new(read.map_err(NotAForm::Unreadable)?)
    }

    /// Takes keys and values as somebody gave them.
    pub fn new(values: Map<String, Value>) -> Result<Self, NotAForm> {
        let form = Self(values);
        if form.has_only_texts() {
            Ok(form)
        } else {
            Err(NotAForm::WebhookSecrets)
        }
    }

    /// Whether its webhook secrets, if it gives any, are texts: others would be passed over in silence.
    fn has_only_texts(&self) -> bool {
        let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
        let one = self.0.get(WEBHOOK_SECRET);
        let several = self.0.get(WEBHOOK_SECRETS);
        one.is_none_or(is_text)
            && several
                .is_none_or(|value| value.as_array().is_some_and(|all| all.iter().all(is_text)))
    }

    /// Reads what is kept.
    pub(super) fn of(kept: &Kept) -> Result<Self, NotKept> {
        serde_json::from_str(kept.text.expose_secret())
            .map(Self)
            .map_err(|_| NotKept::Illegible)
    }

    /// Takes what is given over what was there. Webhook secrets stay, unless others are given.
    pub(super) fn take(&mut self, given: Self) -> Put {
        let gives_secrets =
            given.0.contains_key(WEBHOOK_SECRETS) || given.0.contains_key(WEBHOOK_SECRET);
        let mut dropped = 0;
        if gives_secrets {
            let kept = given.webhook_texts();
            let before = self.webhook_texts();
            dropped = before.iter().filter(|key| !kept.contains(key)).count();
            self.0.remove(WEBHOOK_SECRET);
            self.0.remove(WEBHOOK_SECRETS);
        }
        let mut changes = Vec::new();
        for (key, value) in given.0 {
            let was = match self.0.get(&key) {
                None => Was::Absent,
                Some(before) if *before == value => Was::TheSame,
                Some(_) => Was::Another,
            };
            self.0.insert(key.clone(), value);
            changes.push(KeyChange { key, was });
        }
        let kept = if gives_secrets {
            0
        } else {
            self.webhook_secret_count()
        };
        Put {
            changes,
            dropped,
            kept,
            generated: false,
            created: false,
        }
    }

    fn webhook_texts(&self) -> Vec<&str> {
        let several = self.0.get(WEBHOOK_SECRETS).and_then(Value::as_array);
        let several = several.into_iter().flatten().filter_map(Value::as_str);
        let one = self.0.get(WEBHOOK_SECRET).and_then(Value::as_str);
        several
            .chain(one)
            .filter(|text| !text.trim().is_empty())
            .collect()
    }

    /// The webhook secrets, in the order in which they count.
    pub(super) fn webhook_secrets(&self) -> Vec<SecretString> {
        self.webhook_texts().into_iter().map(Into::into).collect()
    }

    pub(super) fn webhook_secret_count(&self) -> usize {
        self.webhook_texts().len()
    }

    /// Has one more webhook secret, before all others.
    pub(super) fn add_webhook_secret(&mut self, first: String) {
        let mut texts = vec![first];
        texts.extend(self.webhook_texts().into_iter().map(str::to_owned));
        self.set_webhook_secrets(texts);
    }

    pub(super) fn keep_first_webhook_secret(&mut self) {
        let first = self.webhook_texts().first().map(|text| (*text).to_owned());
        self.set_webhook_secrets(first.into_iter().collect());
    }

    fn set_webhook_secrets(&mut self, texts: Vec<String>) {
        self.0.remove(WEBHOOK_SECRET);
        self.0.insert(WEBHOOK_SECRETS.to_owned(), texts.into());
    }

    /// Whether webhooks may come with a user name and password instead.
    pub(super) fn has_basic(&self) -> bool {
        let basic = self.0.get(WEBHOOK_BASIC).and_then(Value::as_array);
        basic.is_some_and(|entries| !entries.is_empty())
    }

    /// The keys that a peer's secret must have.
    pub const fn mandatory(peer: &Peer) -> &'static [&'static str] {
        match peer {
            Peer::Connection(_) => &["username", "service_key", "api_key"],
            Peer::Site(_) => &["email", "api_token"],
        }
    }

    /// The keys that it may have.
    pub const fn optional(peer: &Peer) -> &'static [&'static str] {
        match peer {
            Peer::Connection(_) => &[WEBHOOK_SECRETS, WEBHOOK_SECRET, WEBHOOK_BASIC],
            Peer::Site(_) => &[WEBHOOK_SECRETS, WEBHOOK_SECRET],
        }
    }

    /// All that keeps the functions from reading it as the secret of that peer.
    pub fn faults_for(&self, peer: &Peer) -> Vec<SecretFault> {
        let (mandatory, more) = (Self::mandatory(peer), Self::optional(peer));
        let mut faults: Vec<SecretFault> = mandatory
            .iter()
            .filter(|key| !self.is_filled(key))
            .map(|key| SecretFault::of(key, "is missing"))
            .collect();
        if more.contains(&WEBHOOK_BASIC) && !self.has_basic_in_form() {
            let words = "is not a list of texts such as user:password";
            faults.push(SecretFault::of(WEBHOOK_BASIC, words));
        }
        let known = |key: &String| mandatory.iter().chain(more).any(|known| known == key);
        // Not even their names are repeated: somebody may have pasted a secret there.
        let unknown = self.0.keys().filter(|key| !known(key)).count();
        if unknown > 0 {
            faults.push(SecretFault {
                key: None,
                words: format!("{unknown} key(s) mean nothing here"),
            });
        }
        if faults.is_empty() && parsed(peer, &self.text()).is_none() {
            faults.push(SecretFault {
                key: None,
                words: "a value does not have the form that the example shows".to_owned(),
            });
        }
        faults
    }

    fn has_basic_in_form(&self) -> bool {
        let is_pair = |value: &Value| value.as_str().is_some_and(|text| text.contains(':'));
        self.0.get(WEBHOOK_BASIC).is_none_or(|value| {
            let entries = value.as_array();
            entries.is_some_and(|entries| entries.iter().all(is_pair))
        })
    }

    fn text(&self) -> String {
        Value::Object(self.0.clone()).to_string()
    }

    /// The text to keep, if the functions can read it as the secret of that peer.
    pub(super) fn text_for(&self, peer: &Peer) -> Result<String, Vec<SecretFault>> {
        let faults = self.faults_for(peer);
        if faults.is_empty() {
            Ok(self.text())
        } else {
            Err(faults)
        }
    }

    pub(super) fn describe(&self, peer: &Peer) -> Description {
        let credentials = Self::mandatory(peer).iter();
        Description {
            credentials: credentials.map(|key| (*key, self.is_filled(key))).collect(),
            webhook_secrets: self.webhook_secret_count(),
            has_basic: self.has_basic(),
            faults: self.faults_for(peer),
        }
    }

    fn is_filled(&self, key: &str) -> bool {
        let text = self.0.get(key).and_then(Value::as_str);
        text.is_some_and(|text| !text.trim().is_empty())
    }
}

#[cfg(test)]
mod tests;
