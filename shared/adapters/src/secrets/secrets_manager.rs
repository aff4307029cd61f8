//! Secrets from AWS Secrets Manager, one JSON secret for each peer.
//!
//! An error names the secret and the service's error code; never the content, nor what the JSON
//! reader has to say of it.

use async_trait::async_trait;
use aws_sdk_secretsmanager::{
    Client,
    error::{ProvideErrorMetadata as _, SdkError},
};
use domain::trouble::{Peer, Trouble};

use super::{PeerSecret, READING, Secrets, name_of, parsed, useless};

/// Reads `{prefix}/connections/{name}` and `{prefix}/sites/{name}` anew each time; put
/// [`super::CachedSecrets`] before it.
#[derive(Clone, Debug)]
pub struct ManagerSecrets {
    client: Client,
    prefix: String,
}

impl ManagerSecrets {
    /// Reads the secrets below a prefix.
    pub fn new(client: Client, prefix: String) -> Self {
        Self { client, prefix }
    }
}

#[async_trait]
impl Secrets for ManagerSecrets {
    async fn read(&self, peer: &Peer, _fresh: bool) -> Result<PeerSecret, Trouble> {
        let name = format!("{}/{}", self.prefix.trim_end_matches('/'), name_of(peer));
        let answer = self.client.get_secret_value().secret_id(&name).send().await;
        let value = answer.map_err(|error| {
            let code = match &error {
                SdkError::ServiceError(service) => service.err().code().unwrap_or("no code"),
                SdkError::TimeoutError(_) => "timed out",
                _ => "no answer",
            };
            if code == "ResourceNotFoundException" {
                return useless(peer, format!("there is no secret {name}"));
            }
            Trouble::again_later(READING, format!("the secret {name} cannot be read: {code}"))
        })?;
        let text = value
            .secret_string()
            .ok_or_else(|| useless(peer, format!("the secret {name} is not text")))?;
        parsed(peer, text)
            .ok_or_else(|| useless(peer, format!("the secret {name} does not have its form")))
    }
}

#[cfg(test)]
mod tests {
    use domain::{settings::ConnectionName, ticket::SiteName};
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn each_peer_has_its_own_form() {
        let connection = Peer::Connection(ConnectionName::new("main").unwrap());
        let site = Peer::Site(SiteName::new("acme").unwrap());
        let text = r#"{"username":"u","service_key":"s","api_key":"a","webhook_secrets":["w"]}"#;
        let Some(PeerSecret::Connection(secret)) = parsed(&connection, text) else {
            panic!("a connection's secret was not read")
        };
        assert_eq!(secret.api_key.expose_secret(), "a");
        assert!(parsed(&site, text).is_none());
        let text = r#"{"email":"bot@example.com","api_token":"t"}"#;
        assert!(matches!(parsed(&site, text), Some(PeerSecret::Site(_))));
    }
}
