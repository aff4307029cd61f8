//! Secrets held in memory, for tests and for the local run with its simulators.
//!
//! Never used where real credentials exist.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use domain::trouble::{Peer, Trouble, TroubleKind};
use secrecy::{ExposeSecret as _, SecretString};
use toml::Table;

use super::{
    PeerSecret, Secrets, SecretsDocument,
    keeping::{Kept, SecretKeeper},
    name_of, parsed, useless,
};

/// Secrets that can be replaced while the program runs, and written by a `SecretKeeper`: what was
/// written is what is read.
#[derive(Debug, Default)]
pub struct MemorySecrets {
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    /// What is used where no text is kept.
    document: SecretsDocument,
    /// By the peer's name: the version, which counts, and the text.
    texts: BTreeMap<String, (u64, SecretString)>,
}

impl MemorySecrets {
    /// Holds these. Of what was read already no text is left, so that a keeper knows none of them.
    pub fn new(document: SecretsDocument) -> Self {
        Self {
            held: Mutex::new(Held {
                document,
                texts: BTreeMap::new(),
            }),
        }
    }

    /// Holds the secrets of a text in TOML, as in `infra/secrets.example.toml`, and keeps them.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let document = toml::from_str(text)?;
        let table: Table = text.parse()?;
        let mut texts = BTreeMap::new();
        for (list, entries) in &table {
            for (name, entry) in entries.as_table().into_iter().flatten() {
                // A value that TOML has and JSON has not is no value of a secret.
                let text = serde_json::to_string(entry).unwrap_or_default();
                texts.insert(format!("{list}/{name}"), (1, text.into()));
            }
        }
        Ok(Self {
            held: Mutex::new(Held { document, texts }),
        })
    }

    /// Holds these from now on.
    pub fn replace(&self, document: SecretsDocument) {
        let texts = BTreeMap::new();
        *self.lock() = Held { document, texts };
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        // A panic elsewhere cannot leave anything half written: it is replaced as a whole.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Secrets for MemorySecrets {
    async fn read(&self, peer: &Peer, _fresh: bool) -> Result<PeerSecret, Trouble> {
        let name = name_of(peer);
        let held = self.lock();
        match held.texts.get(&name) {
            Some((_, text)) => parsed(peer, text.expose_secret())
                .ok_or_else(|| useless(peer, format!("the secret {name} does not have its form"))),
            None => held
                .document
                .secret_of(peer)
                .ok_or_else(|| useless(peer, format!("there is no secret {name}"))),
        }
    }
}

#[async_trait]
impl SecretKeeper for MemorySecrets {
    fn name(&self, peer: &Peer) -> String {
        name_of(peer)
    }

    async fn read(&self, peer: &Peer) -> Result<Option<Kept>, Trouble> {
        let held = self.lock();
        let kept = held.texts.get(&name_of(peer));
        Ok(kept.map(|(version, text)| Kept {
            text: text.clone(),
            version: version.to_string(),
        }))
    }

    async fn create(&self, peer: &Peer, text: &str) -> Result<(), Trouble> {
        let mut held = self.lock();
        let name = name_of(peer);
        if held.texts.contains_key(&name) {
            return Err(meanwhile(&name));
        }
        held.texts.insert(name, (1, text.into()));
        Ok(())
    }

    async fn replace(&self, peer: &Peer, version: &str, text: &str) -> Result<(), Trouble> {
        let name = name_of(peer);
        match self.lock().texts.get_mut(&name) {
            Some((current, kept)) if current.to_string() == version => {
                *current += 1;
                *kept = text.into();
                Ok(())
            }
            _ => Err(meanwhile(&name)),
        }
    }
}

fn meanwhile(name: &str) -> Trouble {
    let doing = format!("writing the secret {name}");
    let words = "somebody else changed it meanwhile";
    Trouble::of(&doing, words, TroubleKind::Held)
}

#[cfg(test)]
mod tests {
    use domain::{settings::ConnectionName, ticket::SiteName, trouble::TroubleKind};

    use super::*;

    #[tokio::test]
    async fn a_replaced_secret_is_the_one_that_is_read() {
        let document = |key: &str| -> SecretsDocument {
            toml::from_str(&format!(
                "[connections.main]\nusername='u'\nservice_key='{key}'\napi_key='a'\n"
            ))
            .unwrap()
        };
        let peer = Peer::Connection(ConnectionName::new("main").unwrap());
        let secrets = MemorySecrets::new(document("one"));
        secrets.replace(document("two"));
        let secret = secrets.connection(&peer, false).await.unwrap();
        assert_eq!(secret.service_key.expose_secret(), "two");
        let missing = Peer::Site(SiteName::new("acme").unwrap());
        let trouble = Secrets::read(&secrets, &missing, false).await.unwrap_err();
        assert_eq!(trouble.kind, TroubleKind::CredentialsRefused(missing));
        assert_eq!(trouble.words, "there is no secret sites/acme");
    }

    #[tokio::test]
    async fn what_a_keeper_writes_is_what_is_read() {
        let text = "[sites.acme]\nemail='bot@example.com'\napi_token='one'\n";
        let secrets = MemorySecrets::parse(text).unwrap();
        let peer = Peer::Site(SiteName::new("acme").unwrap());
        let kept = SecretKeeper::read(&secrets, &peer).await.unwrap().unwrap();
        let new = kept.text.expose_secret().replace("one", "two");
        let keeper: &dyn SecretKeeper = &secrets;
        keeper.replace(&peer, &kept.version, &new).await.unwrap();
        let late = keeper.replace(&peer, &kept.version, "{}").await;
        assert_eq!(late.unwrap_err().kind, TroubleKind::Held);
        let again = keeper.create(&peer, "{}").await;
        assert_eq!(again.unwrap_err().kind, TroubleKind::Held);
        let read = secrets.site(&peer, false).await.unwrap();
        assert_eq!(read.api_token.expose_secret(), "two");
    }
}
