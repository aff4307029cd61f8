//! The credentials and webhook secrets of connections and sites.
//!
//! A secret is never printed, logged, stored in the table or put into an error text: `SecretString`
//! hides it from `Debug`, and it is exposed only where a header is written or compared.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use domain::trouble::{Peer, Trouble, TroubleKind};
use secrecy::SecretString;
use serde::Deserialize;

use crate::http::Response;

mod cache;
mod door_keys;
mod file;
pub mod keeping;
mod memory;
mod secrets_manager;
mod written;

pub use cache::CachedSecrets;
pub use door_keys::DoorKeys;
pub use file::FileSecrets;
pub use memory::MemorySecrets;
pub use secrets_manager::ManagerSecrets;

/// What a Contrast connection needs.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "written::Connection")]
pub struct ConnectionSecret {
    /// The user (an e-mail address) the service key belongs to.
    pub username: SecretString,
    /// The service key.
    pub service_key: SecretString,
    /// The API key of the organisation.
    pub api_key: SecretString,
    /// Values the push's secret header may have: one, or two while rotating.
    pub webhook_secrets: DoorKeys,
    /// User name and password a push may present with HTTP Basic, `user:password`; one or two.
    pub webhook_basic: DoorKeys,
}

/// What a Jira site needs.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "written::Site")]
pub struct SiteSecret {
    /// The account's e-mail address.
    pub email: SecretString,
    /// Its API token.
    pub api_token: SecretString,
    /// Secrets a delivery may be signed with: one, or two while rotating.
    pub webhook_secrets: DoorKeys,
}

/// The secret of a peer.
#[derive(Clone, Debug)]
pub enum PeerSecret {
    /// Of a connection.
    Connection(Arc<ConnectionSecret>),
    /// Of a site.
    Site(Arc<SiteSecret>),
}

/// Where secrets come from.
#[async_trait]
pub trait Secrets: Send + Sync {
    /// The secret of a peer; `fresh` passes over what is remembered (after a 401).
    async fn read(&self, peer: &Peer, fresh: bool) -> Result<PeerSecret, Trouble>;

    /// The secret of a connection.
    async fn connection(&self, peer: &Peer, fresh: bool) -> Result<Arc<ConnectionSecret>, Trouble> {
        match self.read(peer, fresh).await? {
            PeerSecret::Connection(secret) => Ok(secret),
            PeerSecret::Site(_) => Err(Trouble::never("reading a secret", "it belongs to a site")),
        }
    }

    /// The secret of a site.
    async fn site(&self, peer: &Peer, fresh: bool) -> Result<Arc<SiteSecret>, Trouble> {
        match self.read(peer, fresh).await? {
            PeerSecret::Site(secret) => Ok(secret),
            PeerSecret::Connection(_) => Err(Trouble::never(
                "reading a secret",
                "it belongs to a connection",
            )),
        }
    }
}

/// The document of a secrets file: secrets by the names that the settings use.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SecretsDocument {
    /// By connection name.
    pub connections: BTreeMap<String, ConnectionSecret>,
    /// By site name.
    pub sites: BTreeMap<String, SiteSecret>,
}

impl SecretsDocument {
    /// The secret of a peer, if the document has it.
    pub fn secret_of(&self, peer: &Peer) -> Option<PeerSecret> {
        match peer {
            Peer::Connection(name) => {
                let secret = self.connections.get(name.as_str())?;
                Some(PeerSecret::Connection(Arc::new(secret.clone())))
            }
            Peer::Site(name) => {
                let secret = self.sites.get(name.as_str())?;
                Some(PeerSecret::Site(Arc::new(secret.clone())))
            }
        }
    }
}

const READING: &str = "reading a secret";
/// Anything shorter stands in any text by chance.
const SHORTEST: usize = 4;

/// A refusal with these words taken out: some servers repeat the credentials that they refuse.
pub(crate) fn without(refusal: Response, secrets: &[&str]) -> Response {
    if refusal.status().is_success() {
        return refusal;
    }
    refusal.map(|body| {
        let told = String::from_utf8_lossy(&body).into_owned();
        let secrets = secrets.iter().filter(|secret| secret.len() >= SHORTEST);
        let told = secrets.fold(told, |told, secret| told.replace(*secret, "(...)"));
        told.into_bytes()
    })
}

/// The name of a peer's secret: `connections/<name>` or `sites/<name>`.
pub fn name_of(peer: &Peer) -> String {
    match peer {
        Peer::Connection(name) => format!("connections/{name}"),
        Peer::Site(name) => format!("sites/{name}"),
    }
}

/// Reads the JSON of a peer's secret, if it has its form.
fn parsed(peer: &Peer, text: &str) -> Option<PeerSecret> {
    match peer {
        Peer::Connection(_) => serde_json::from_str(text)
            .ok()
            .map(|secret| PeerSecret::Connection(Arc::new(secret))),
        Peer::Site(_) => serde_json::from_str(text)
            .ok()
            .map(|secret| PeerSecret::Site(Arc::new(secret))),
    }
}

/// A secret that is missing or senseless: nothing of that peer succeeds until a person sets it right,
/// which is what refused credentials mean to everybody else.
fn useless(peer: &Peer, words: String) -> Trouble {
    Trouble::of(
        READING,
        words,
        TroubleKind::CredentialsRefused(peer.clone()),
    )
}
