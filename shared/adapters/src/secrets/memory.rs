//! Secrets held in memory, for tests and for the local run with its simulators.
//!
//! Never used where real credentials exist.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use domain::trouble::{Peer, Trouble};

use super::{PeerSecret, Secrets, SecretsDocument, name_of, useless};

/// Secrets that can be replaced while the program runs.
#[derive(Debug, Default)]
pub struct MemorySecrets {
    document: Mutex<SecretsDocument>,
}

impl MemorySecrets {
    /// Holds these.
    pub fn new(document: SecretsDocument) -> Self {
        Self {
            document: Mutex::new(document),
        }
    }

    /// Holds these from now on.
    pub fn replace(&self, document: SecretsDocument) {
        // A panic elsewhere cannot leave a document half written: it is replaced as a whole.
        *self.document.lock().unwrap_or_else(PoisonError::into_inner) = document;
    }
}

#[async_trait]
impl Secrets for MemorySecrets {
    async fn read(&self, peer: &Peer, _fresh: bool) -> Result<PeerSecret, Trouble> {
        let document = self.document.lock().unwrap_or_else(PoisonError::into_inner);
        document
            .secret_of(peer)
            .ok_or_else(|| useless(peer, format!("there is no secret {}", name_of(peer))))
    }
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
        assert_eq!(
            secrecy::ExposeSecret::expose_secret(&secret.service_key),
            "two"
        );
        let missing = Peer::Site(SiteName::new("acme").unwrap());
        let trouble = secrets.read(&missing, false).await.unwrap_err();
        assert_eq!(trouble.kind, TroubleKind::CredentialsRefused(missing));
        assert_eq!(trouble.words, "there is no secret sites/acme");
    }
}
