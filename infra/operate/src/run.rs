//! From a command to what does it.
//!
//! Reaches for AWS only where the command needs it.

use adapters::{
    clock::SystemClock,
    secrets::keeping::ManagedSecrets,
    store::{TableStore, random_tokens},
};
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_dynamodb::config::ProvideCredentials as _;
use domain::ports::Clock as _;

use crate::{
    cases,
    failure::{Failure, Kind},
    options::{Command, Options, SettingsCommand},
    secrets, settings,
    talk::Talk,
};

/// Does what the options ask for.
pub async fn run(options: Options, talk: &mut Talk<'_>) -> Result<(), Failure> {
    let Options {
        table,
        secret_prefix,
        command,
    } = options;
    match command {
        Command::Settings(SettingsCommand::Check { file }) => settings::check(&file, talk),
        Command::Settings(command) => {
            let store = store_of(table).await?;
            settings::run(&store, command, talk).await
        }
        Command::Cases(command) => {
            let store = store_of(table).await?;
            cases::run(&store, command, SystemClock.now(), talk).await
        }
        Command::Secrets(command) => {
            let client = aws_sdk_secretsmanager::Client::new(&connect().await?);
            let kept = ManagedSecrets::new(client, secret_prefix);
            secrets::run(&kept, command, &*random_tokens(), talk).await
        }
    }
}

async fn store_of(table: Option<String>) -> Result<TableStore, Failure> {
    let table = table.filter(|name| !name.is_empty()).ok_or_else(|| {
        Failure::usage(
            "no table is named",
            "Name it with --table or TABLE_NAME: it is the stack's output TableName.",
        )
    })?;
    let client = aws_sdk_dynamodb::Client::new(&connect().await?);
    Ok(TableStore::new(client, table, random_tokens()))
}

/// The SDK's configuration; what it lacks is told here, where it can be told plainly.
async fn connect() -> Result<SdkConfig, Failure> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    if config.region().is_none() {
        return Err(Failure::usage(
            "no region is set",
            "Set AWS_REGION, or AWS_PROFILE to a profile that has one.",
        ));
    }
    let credentials = match config.credentials_provider() {
        Some(provider) => provider.provide_credentials().await.is_ok(),
        None => false,
    };
    if !credentials {
        return Err(Failure::new(
            Kind::Refused,
            "there are no valid AWS credentials",
            "Sign in (aws sso login, or as your organisation does), set AWS_PROFILE, and see \
             whether `aws sts get-caller-identity` knows you.",
        ));
    }
    Ok(config)
}
