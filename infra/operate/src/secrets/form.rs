//! What a secret holds, key by key.
//!
//! Never repeats what was written: an error names a key or a line.

use std::fmt;

use adapters::secrets::{ConnectionSecret, SiteSecret};
use domain::trouble::Peer;
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value};

use super::Kept;
use crate::failure::{Failure, Kind};

/// A list of webhook secrets, as we write it.
const WEBHOOK_SECRETS: &str = "webhook_secrets";
/// One webhook secret, as CloudFormation generates it.
const WEBHOOK_SECRET: &str = "webhook_secret";
const WEBHOOK_BASIC: &str = "webhook_basic";

const AS_IN_THE_EXAMPLE: &str = "Nothing was written. Write it as JSON or as TOML, with the keys of one \
    section of infra/secrets.example.toml.";

/// The keys and values of a secret.
#[derive(Default)]
pub(super) struct Form(Map<String, Value>);

impl fmt::Debug for Form {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.0.keys()).finish()
    }
}

impl Form {
    /// Reads JSON, or TOML where the text does not begin as JSON does.
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let read = if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(|error| error.line())
        } else {
            toml::from_str(text).map_err(|error| {
                let start = error.span().map_or(0, |span| span.start);
                let before = text.bytes().take(start);
                before.filter(|byte| *byte == b'\n').count() + 1
            })
        };
        let unreadable = |line: usize| {
            Failure::new(
                Kind::Faulty,
                format!("the secret cannot be read: it is at fault in line {line}"),
                AS_IN_THE_EXAMPLE,
            )
        };
        let form = read.map(Self).map_err(unreadable)?;
        if form.has_only_texts() {
            return Ok(form);
        }
        Err(Failure::new(
            Kind::Faulty,
            "a webhook secret is not a text, or an empty one",
            AS_IN_THE_EXAMPLE,
        ))
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
    pub(super) fn of(kept: &Kept) -> Result<Self, Failure> {
        serde_json::from_str(kept.text.expose_secret())
            .map(Self)
            .map_err(|_| {
                Failure::new(
                    Kind::Refused,
                    "the secret that is kept is not JSON",
                    "Nothing was written. Delete it in Secrets Manager, and put it again.",
                )
            })
    }

    /// Takes what is given over what was there, and tells in words what changed. Webhook secrets
    /// stay, unless others are given.
    pub(super) fn take(&mut self, given: Self) -> Vec<String> {
        let mut told = Vec::new();
        if given.0.contains_key(WEBHOOK_SECRETS) || given.0.contains_key(WEBHOOK_SECRET) {
            let before = self.webhook_secrets();
            let kept = given.webhook_secrets();
            let dropped = before.iter().filter(|key| !kept.contains(key)).count();
            self.0.remove(WEBHOOK_SECRET);
            self.0.remove(WEBHOOK_SECRETS);
            if dropped > 0 {
                told.push(format!(
                    "{dropped} webhook secret(s) dropped for those of the file: the product must \
                     have one of these, or its webhooks are refused."
                ));
            }
        }
        for (key, value) in given.0 {
            let word = match self.0.get(&key) {
                None => "new",
                Some(before) if *before == value => "as before",
                Some(_) => "changed",
            };
            told.push(format!("{key}: {word}"));
            self.0.insert(key, value);
        }
        let kept = self.webhook_secrets().len();
        if kept > 0 && !told.iter().any(|line| line.starts_with(WEBHOOK_SECRET)) {
            told.push(format!("webhook secrets: {kept} kept"));
        }
        told
    }

    /// The webhook secrets, in the order in which they count.
    pub(super) fn webhook_secrets(&self) -> Vec<String> {
        let texts = |key| match self.0.get(key) {
            Some(Value::String(text)) => vec![text.clone()],
            Some(Value::Array(items)) => items
                .iter()
                .filter_map(|item| item.as_str().map(str::to_owned))
                .collect(),
            _ => Vec::new(),
        };
        let mut keys = texts(WEBHOOK_SECRETS);
        keys.extend(texts(WEBHOOK_SECRET));
        keys.retain(|key| !key.trim().is_empty());
        keys
    }

    /// Has these webhook secrets from now on.
    pub(super) fn set_webhook_secrets(&mut self, keys: Vec<String>) {
        self.0.remove(WEBHOOK_SECRET);
        self.0.insert(WEBHOOK_SECRETS.to_owned(), keys.into());
    }

    /// Whether webhooks may come with a user name and password instead.
    pub(super) fn has_basic(&self) -> bool {
        let basic = self.0.get(WEBHOOK_BASIC).and_then(Value::as_array);
        basic.is_some_and(|entries| !entries.is_empty())
    }

    /// The text to keep, if the functions can read it as the secret of that peer.
    pub(super) fn text_for(&self, peer: &Peer) -> Result<String, Failure> {
        let (mandatory, more): (&[&str], &[&str]) = match peer {
            Peer::Connection(_) => (
                &["username", "service_key", "api_key"],
                &[WEBHOOK_SECRETS, WEBHOOK_SECRET, WEBHOOK_BASIC],
            ),
            Peer::Site(_) => (&["email", "api_token"], &[WEBHOOK_SECRETS, WEBHOOK_SECRET]),
        };
        let mut faults: Vec<String> = mandatory
            .iter()
            .filter(|key| !self.is_filled(key))
            .map(|key| format!("  {key} is missing"))
            .collect();
        let known = |key: &String| mandatory.iter().chain(more).any(|known| known == key);
        // Not even their names are repeated: somebody may have pasted a secret there.
        let unknown = self.0.keys().filter(|key| !known(key)).count();
        if unknown > 0 {
            faults.push(format!("  {unknown} key(s) mean nothing here"));
        }
        let text = Value::Object(self.0.clone()).to_string();
        let readable = match peer {
            Peer::Connection(_) => serde_json::from_str::<ConnectionSecret>(&text).is_ok(),
            Peer::Site(_) => serde_json::from_str::<SiteSecret>(&text).is_ok(),
        };
        if faults.is_empty() && !readable {
            faults.push("  a value does not have the form that the example shows".to_owned());
        }
        if faults.is_empty() {
            return Ok(text);
        }
        Err(Failure::new(
            Kind::Faulty,
            format!("the secret would have faults:\n{}", faults.join("\n")),
            format!(
                "Nothing was written. {} must be there, {} may; infra/secrets.example.toml \
                 explains them.",
                mandatory.join(", "),
                more.join(", ")
            ),
        ))
    }

    fn is_filled(&self, key: &str) -> bool {
        let text = self.0.get(key).and_then(Value::as_str);
        text.is_some_and(|text| !text.trim().is_empty())
    }
}
