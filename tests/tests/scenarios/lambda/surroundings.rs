//! What the functions live among, all of it on loopback: the store's engine, Secrets Manager,
//! Contrast and Jira.
//!
//! The credentials here open no door anywhere; they are planted so that they can be looked for.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use adapters::store::{TableStore, WriteSettings, create_table, random_tokens};
use axum::{Router, body::Bytes, extract::Request, response::Response};
use domain::settings::document::SettingsDocument;
use local::database::EmbeddedDatabase;
use serde_json::{Value, json};
use simulators::{
    contrast::{Contrast, DEMO_USER},
    jira::Jira,
};
use tokio::{net::TcpListener, task::JoinHandle};

use super::{daemon::Daemon, function::Function};

/// The namespace of the functions' metrics.
pub const NAMESPACE: &str = "NorthstarJiraSync/deployed";
const TABLE: &str = "scenarios";
const PREFIX: &str = "scenarios";
const API_KEY: &str = "planted-contrast-api-key-51c7";
const SERVICE_KEY: &str = "planted-contrast-service-key-88d2";
const PUSH_SECRET: &str = "planted-push-secret-f04b";
const JIRA_TOKEN: &str = "planted-jira-token-9ae6";
const JIRA_SECRET: &str = "planted-jira-webhook-secret-2c3d";
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

/// More than any body here.
const MAX_BODY_BYTES: usize = 1 << 20;

/// The surroundings.
pub struct Surroundings {
    contrast: Arc<Mutex<Contrast>>,
    jira: Arc<Mutex<Jira>>,
    secrets_address: String,
    /// The daemon for traces.
    pub daemon: Daemon,
    database: EmbeddedDatabase,
    servers: Vec<JoinHandle<()>>,
}

impl Surroundings {
    /// Everything, with the settings of the scenarios in force.
    pub async fn start() -> Self {
        let around = Self::without_settings().await;
        let written = include_str!("../../../fixtures/settings.toml")
            .replace(
                "https://contrast.example.com",
                &around.contrast(|it, _| it.base_url().to_owned()),
            )
            .replace(
                "https://acme.atlassian.net",
                &around.jira(|it, _| it.base_url().to_owned()),
            );
        let document: SettingsDocument = toml::from_str(&written).expect("settings parse");
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
        let contrast = Arc::new(Mutex::new(Contrast::with_demo_world()));
        let (listener, contrast_address) = listen().await;
        {
            let mut contrast = lock(&contrast);
            contrast.set_base_url(&contrast_address);
            contrast.set_api_key(API_KEY);
            contrast.set_service_key(DEMO_USER, Some(SERVICE_KEY));
            contrast.set_push_secret(Some(PUSH_SECRET));
        }
        let answering = Arc::clone(&contrast);
        let contrast_server = serve(listener, move |request| {
            lock(&answering).serve(request, now_ms())
        });
        let (listener, jira_address) = listen().await;
        let mut jira = Jira::with_demo_world(&jira_address);
        jira.set_token(Jira::DEMO_ACCOUNT, Some(JIRA_TOKEN));
        jira.set_webhook_secret(Some(JIRA_SECRET));
        let jira = Arc::new(Mutex::new(jira));
        let answering = Arc::clone(&jira);
        let jira_server = serve(listener, move |request| {
            lock(&answering).serve(request, now_ms())
        });
        let (listener, secrets_address) = listen().await;
        let secrets_server = serve(listener, secret_value);
        let servers = vec![contrast_server, jira_server, secrets_server];
        Self {
            contrast,
            jira,
            secrets_address,
            daemon: Daemon::start(),
            database,
            servers,
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

    /// Does something in Contrast.
    pub fn contrast<T>(&self, act: impl FnOnce(&mut Contrast, i64) -> T) -> T {
        act(&mut lock(&self.contrast), now_ms())
    }

    /// Does something in Jira.
    pub fn jira<T>(&self, act: impl FnOnce(&mut Jira, i64) -> T) -> T {
        act(&mut lock(&self.jira), now_ms())
    }

    /// Loses everything there is to tell.
    pub fn lose(&self) {
        self.contrast(|contrast, _| contrast.drop_outbox());
        self.jira(|jira, _| jira.drop_outbox());
    }

    /// From now on neither product takes the credentials that Secrets Manager holds.
    pub fn refuse_all_credentials(&self) {
        self.contrast(|contrast, _| contrast.set_api_key("another"));
        self.jira(|jira, _| jira.set_token(Jira::DEMO_ACCOUNT, Some("another")));
    }

    /// Whether an incident is open.
    pub fn is_open(&self, number: &str) -> bool {
        self.contrast(|contrast, _| contrast.incident(number).expect("the incident").open)
    }

    /// The id of an incident's only ticket.
    pub fn ticket(&self, number: &str) -> String {
        self.jira(|jira, _| {
            let mark = format!("({number})");
            let of_case = jira
                .tickets()
                .filter(|ticket| ticket.summary.contains(&mark));
            let ids: Vec<String> = of_case.map(|ticket| ticket.id.clone()).collect();
            assert_eq!(ids.len(), 1, "exactly one ticket for {number}: {ids:?}");
            ids[0].clone()
        })
    }

    fn store(&self) -> TableStore {
        TableStore::new(self.database.client(), TABLE, random_tokens())
    }
}

impl Drop for Surroundings {
    fn drop(&mut self) {
        for server in &self.servers {
            server.abort();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn now_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .expect("a time after 1970");
    i64::try_from(since.as_millis()).expect("a time before the end of times")
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    (listener, format!("http://{address}"))
}

/// Serves whole requests with whole responses.
fn serve(
    listener: TcpListener,
    answer: impl Fn(&http::Request<Vec<u8>>) -> http::Response<Vec<u8>> + Clone + Send + Sync + 'static,
) -> JoinHandle<()> {
    let handler = move |request: Request| {
        let answer = answer.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body: Bytes = axum::body::to_bytes(body, MAX_BODY_BYTES)
                .await
                .expect("a body");
            let response = answer(&http::Request::from_parts(parts, body.to_vec()));
            Response::from(response.map(axum::body::Body::from))
        }
    };
    let router = Router::new().fallback(handler);
    tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") })
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
