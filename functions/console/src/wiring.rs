//! The console of a Lambda function, from its environment.

use std::sync::Arc;

use adapters::{
    http::Network,
    open_id::OpenId,
    service::{Service, secret_keeper_from_environment},
    store::random_tokens,
};

use crate::{Access, Console, Provider, SettingsKept};

type Failed = Box<dyn std::error::Error + Send + Sync>;

impl Console {
    /// Reads `CONSOLE_ISSUER`, `CONSOLE_CLIENT`, `CONSOLE_ROLE_CLAIM`, `CONSOLE_ADMINISTRATOR`,
    /// `CONSOLE_VIEWER` and `DOORS_URL`, and what every function reads. Without an issuer there is no
    /// console: nobody could sign in.
    pub async fn from_environment() -> Result<Self, Failed> {
        let service = Service::from_environment().await?;
        let provider = Provider {
            issuer: demand("CONSOLE_ISSUER")?,
            client: demand("CONSOLE_CLIENT")?,
            role_claim: demand("CONSOLE_ROLE_CLAIM")?,
            administrator: demand("CONSOLE_ADMINISTRATOR")?,
            viewer: std::env::var("CONSOLE_VIEWER").unwrap_or_default(),
        };
        let open_id = OpenId::new(
            Arc::new(Network::new()?),
            &provider.issuer,
            &provider.client,
        );
        Ok(Self {
            service: Arc::new(service),
            keeper: Arc::new(secret_keeper_from_environment().await),
            tokens: random_tokens(),
            open_id: Some(open_id),
            access: Access::Provider(provider),
            doors: demand("DOORS_URL")?,
            settings: SettingsKept::InTable,
        })
    }
}

fn demand(name: &str) -> Result<String, Failed> {
    std::env::var(name)
        .ok()
        .filter(|value| !value.is_empty())
        .ok_or_else(|| format!("{name} is not set").into())
}
