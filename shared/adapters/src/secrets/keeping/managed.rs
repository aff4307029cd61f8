//! Secrets Manager: reading, making and replacing.
//!
//! An error names the secret and the service's error code, never a content.

use async_trait::async_trait;
use aws_sdk_secretsmanager::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
};
use domain::trouble::{Peer, Trouble, TroubleKind};

use super::{Kept, SecretKeeper};
use crate::secrets::name_of;

/// The label of the version that everybody reads.
const CURRENT: &str = "AWSCURRENT";
/// The label that a version has before it is the current one.
const WRITTEN: &str = "WRITTEN";

/// The secrets below a prefix.
#[derive(Clone, Debug)]
pub struct ManagedSecrets {
    client: Client,
    prefix: String,
}

impl ManagedSecrets {
    /// The secrets below a prefix.
    pub fn new(client: Client, prefix: String) -> Self {
        Self { client, prefix }
    }
}

#[async_trait]
impl SecretKeeper for ManagedSecrets {
    fn name(&self, peer: &Peer) -> String {
        format!("{}/{}", self.prefix.trim_end_matches('/'), name_of(peer))
    }

    async fn read(&self, peer: &Peer) -> Result<Option<Kept>, Trouble> {
        let name = self.name(peer);
        match self.client.get_secret_value().secret_id(&name).send().await {
            Ok(value) => {
                let text = value.secret_string().unwrap_or_default();
                Ok(Some(Kept {
                    text: text.into(),
                    version: value.version_id().unwrap_or_default().to_owned(),
                }))
            }
            Err(error) if code_of(&error) == "ResourceNotFoundException" => Ok(None),
            Err(error) => Err(trouble("reading", &name, code_of(&error))),
        }
    }

    async fn create(&self, peer: &Peer, text: &str) -> Result<(), Trouble> {
        let name = self.name(peer);
        let request = self.client.create_secret().name(&name);
        match request.secret_string(text).send().await {
            Ok(_) => Ok(()),
            Err(error) if code_of(&error) == "ResourceExistsException" => {
                Err(meanwhile("making", &name))
            }
            Err(error) => Err(trouble("making", &name, code_of(&error))),
        }
    }

    /// The new version is written beside the current one, and then takes its place only if it is
    /// still the one that was read.
    async fn replace(&self, peer: &Peer, version: &str, text: &str) -> Result<(), Trouble> {
        let name = self.name(peer);
        let written = self
            .client
            .put_secret_value()
            .secret_id(&name)
            .secret_string(text)
            .version_stages(WRITTEN)
            .send()
            .await
            .map_err(|error| trouble("writing", &name, code_of(&error)))?;
        let moved = self
            .client
            .update_secret_version_stage()
            .secret_id(&name)
            .version_stage(CURRENT)
            .set_move_to_version_id(written.version_id)
            .remove_from_version_id(version)
            .send()
            .await;
        match moved {
            Ok(_) => Ok(()),
            Err(error) if code_of(&error) == "InvalidParameterException" => {
                Err(meanwhile("replacing", &name))
            }
            Err(error) => Err(trouble("replacing", &name, code_of(&error))),
        }
    }
}

fn code_of<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> &str {
    match error {
        SdkError::ServiceError(service) => {
            service.err().code().unwrap_or("an error without a code")
        }
        SdkError::TimeoutError(_) => "nothing in time",
        _ => "nothing",
    }
}

fn trouble(doing: &str, name: &str, code: &str) -> Trouble {
    let doing = format!("{doing} the secret {name}");
    let words = format!("Secrets Manager answered {code}");
    match code {
        "AccessDeniedException"
        | "ResourceNotFoundException"
        | "InvalidParameterException"
        | "InvalidRequestException"
        | "LimitExceededException" => Trouble::never(&doing, words),
        _ => Trouble::unknown_effect(&doing, words),
    }
}

fn meanwhile(doing: &str, name: &str) -> Trouble {
    let doing = format!("{doing} the secret {name}");
    let words = "somebody else changed it meanwhile";
    Trouble::of(&doing, words, TroubleKind::Held)
}
