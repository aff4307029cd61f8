//! What the functions live among, all of it on loopback: the store's engine, Secrets Manager,
//! Contrast and Jira.
//!
//! The credentials here open no door anywhere; they are planted so that they can be looked for.

use std::{collections::HashMap, ops::Deref};

use adapters::store::{TableStore, WriteSettings, create_table, random_tokens};
use domain::settings::document::SettingsDocument;
use local::database::EmbeddedDatabase;
use serde_json::{Value, json};
use simulators::{contrast::DEMO_USER, jira::Jira};
use tokio::task::JoinHandle;

use super::{daemon::Daemon, function::Function};
use crate::products::{
    API_KEY, JIRA_SECRET, JIRA_TOKEN, PUSH_SECRET, Products, SERVICE_KEY, listen, serve,
};

/// The namespace of the functions' metrics.
pub const NAMESPACE: &str = "NorthstarJiraSync/deployed";
const TABLE: &str = "scenarios";
const PREFIX: &str = "scenarios";
const AWS_SECRET: &str = "planted-aws-secret-access-key-7b19";

/// Every secret there is.
pub const PLANTED: [&str; 6] = [
    API_KEY,
    SERVICE_KEY,
    PUSH_SECRET,
    JIRA_TOKEN,
    JIRA_SECRET,
    AWS_SECRET,
];

/// The surroundings.
pub struct Surroundings {
    products: Products,
    secrets_address: String,
    /// The daemon for traces.
    pub daemon: Daemon,
    database: EmbeddedDatabase,
    secrets_server: JoinHandle<()>,
}

impl Surroundings {
    /// Everything, with the settings of the scenarios in force.
    pub async fn start() -> Self {
        let around = Self::without_settings().await;
        let document: SettingsDocument =
            toml::from_str(&around.settings()).expect("settings parse");
        let document = serde_json::to_string(&document).expect("settings as JSON");
        around
            .store()
            .write_settings(&WriteSettings {
                document,
                replaces: 0,
            })
            .await
            .expect("settings");
        around
    }

    /// Everything but settings.
    pub async fn without_settings() -> Self {
        let database = EmbeddedDatabase::start(None)
            .await
            .expect("an embedded store");
        create_table(&database.client(), TABLE)
            .await
            .expect("a table");
        let products = Products::start().await;
        let (listener, secrets_address) = listen().await;
        Self {
            products,
            secrets_address,
            daemon: Daemon::start(),
            database,
            secrets_server: serve(listener, secret_value),
        }
    }

    /// A function among them.
    pub async fn function(&self, name: &'static str) -> Function {
        self.talkative_function(name, "info").await
    }

    /// A function among them that logs as much as is asked of it.
    pub async fn talkative_function(&self, name: &'static str, log_level: &str) -> Function {
        let environment = HashMap::from([
            ("AWS_ACCESS_KEY_ID", "planted".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", AWS_SECRET.to_owned()),
            (
                "AWS_ENDPOINT_URL_DYNAMODB",
                self.database.address().to_owned(),
            ),
            (
                "AWS_ENDPOINT_URL_SECRETS_MANAGER",
                self.secrets_address.clone(),
            ),
            ("TABLE_NAME", TABLE.to_owned()),
            ("SECRET_PREFIX", PREFIX.to_owned()),
            ("LOG_LEVEL", log_level.to_owned()),
            ("METRICS_NAMESPACE", NAMESPACE.to_owned()),
            ("AWS_XRAY_DAEMON_ADDRESS", self.daemon.address()),
        ]);
        Function::start(name, environment).await
    }

    fn store(&self) -> TableStore {
        TableStore::new(self.database.client(), TABLE, random_tokens())
    }
}

impl Drop for Surroundings {
    fn drop(&mut self) {
        self.secrets_server.abort();
    }
}

impl Deref for Surroundings {
    type Target = Products;

    fn deref(&self) -> &Products {
        &self.products
    }
}

/// What Secrets Manager answers, as far as the functions ask.
fn secret_value(request: &http::Request<Vec<u8>>) -> http::Response<Vec<u8>> {
    let target = request
        .headers()
        .get("x-amz-target")
        .and_then(|value| value.to_str().ok());
    assert_eq!(
        target,
        Some("secretsmanager.GetSecretValue"),
        "nothing else is asked for"
    );
    let asked: Value = serde_json::from_slice(request.body()).expect("a request in JSON");
    let (email, _) = Jira::DEMO_LOGIN;
    let secret = match asked["SecretId"]
        .as_str()
        .and_then(|id| id.strip_prefix(PREFIX))
    {
        Some("/connections/demo") => Some(json!({
            "username": DEMO_USER,
            "service_key": SERVICE_KEY,
            "api_key": API_KEY,
            "webhook_secrets": [PUSH_SECRET],
        })),
        Some("/sites/acme") => Some(json!({
            "email": email,
            "api_token": JIRA_TOKEN,
            "webhook_secrets": [JIRA_SECRET],
        })),
        _ => None,
    };
    let (status, answer) = match secret {
        Some(secret) => (
            200,
            json!({ "Name": asked["SecretId"], "SecretString": secret.to_string() }),
        ),
        None => (400, json!({ "__type": "ResourceNotFoundException" })),
    };
    http::Response::builder()
        .status(status)
        .header("content-type", "application/x-amz-json-1.1")
        .body(answer.to_string().into_bytes())
        .expect("a response")
}
