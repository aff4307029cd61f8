//! Secrets Manager: reading, making and replacing.
//!
//! An error names the secret and the service's error code, never a content.

use async_trait::async_trait;
use aws_sdk_secretsmanager::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
};
use domain::trouble::Peer;

use adapters::secrets::name_of;

use super::{Kept, KeptSecrets};
use crate::failure::{Failure, Kind};

/// The label of the version that everybody reads.
const CURRENT: &str = "AWSCURRENT";
/// The label that a version has before it is the current one.
const WRITTEN: &str = "WRITTEN";

/// The secrets below a prefix.
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
impl KeptSecrets for ManagedSecrets {
    fn name(&self, peer: &Peer) -> String {
        format!("{}/{}", self.prefix.trim_end_matches('/'), name_of(peer))
    }

    async fn read(&self, name: &str) -> Result<Option<Kept>, Failure> {
        match self.client.get_secret_value().secret_id(name).send().await {
            Ok(value) => {
                let text = value.secret_string().unwrap_or_default();
                Ok(Some(Kept {
                    text: text.into(),
                    version: value.version_id().unwrap_or_default().to_owned(),
                }))
            }
            Err(error) if code_of(&error) == "ResourceNotFoundException" => Ok(None),
            Err(error) => Err(failure("reading", name, code_of(&error))),
        }
    }

    async fn create(&self, name: &str, text: &str) -> Result<(), Failure> {
        let request = self.client.create_secret().name(name);
        match request.secret_string(text).send().await {
            Ok(_) => Ok(()),
            Err(error) if code_of(&error) == "ResourceExistsException" => Err(meanwhile(name)),
            Err(error) => Err(failure("making", name, code_of(&error))),
        }
    }

    /// The new version is written beside the current one, and then takes its place only if it is
    /// still the one that was read.
    async fn replace(&self, name: &str, version: &str, text: &str) -> Result<(), Failure> {
        let written = self
            .client
            .put_secret_value()
            .secret_id(name)
            .secret_string(text)
            .version_stages(WRITTEN)
            .send()
            .await
            .map_err(|error| failure("writing", name, code_of(&error)))?;
        let moved = self
            .client
            .update_secret_version_stage()
            .secret_id(name)
            .version_stage(CURRENT)
            .set_move_to_version_id(written.version_id)
            .remove_from_version_id(version)
            .send()
            .await;
        match moved {
            Ok(_) => Ok(()),
            Err(error) if code_of(&error) == "InvalidParameterException" => Err(meanwhile(name)),
            Err(error) => Err(failure("replacing", name, code_of(&error))),
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

fn failure(doing: &str, name: &str, code: &str) -> Failure {
    Failure::new(
        Kind::Refused,
        format!("while {doing} the secret {name}: Secrets Manager answered {code}"),
        "Look at the region, and whether your credentials may do that. Nothing is in force but \
         what was before.",
    )
}

fn meanwhile(name: &str) -> Failure {
    Failure::new(
        Kind::Meanwhile,
        format!("somebody else changed the secret {name} meanwhile"),
        "Theirs is in force, yours is not. Agree with them, then repeat the command: it begins \
         with what they wrote.",
    )
}
