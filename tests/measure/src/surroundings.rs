//! What a measured function lives among, on loopback and behind TLS: the table, Secrets Manager,
//! Contrast and Jira. Counts what it is asked for.
//!
//! Never slower on purpose: latencies of networks are not played, so that what is measured is ours.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use adapters::store::{TableStore, WriteSettings, create_table, random_tokens};
use axum::{Router, body::Bytes, extract::Request, response::Response};
use domain::settings::document::SettingsDocument;
use local::database::EmbeddedDatabase;
use serde_json::{Value, json};
use simulators::{
    contrast::{Contrast, DEMO_USER, IncidentSeed},
    jira::Jira,
    lambda_event::delivered,
};
use tokio::task::JoinHandle;

use crate::tls::{Certificate, serve};

const NAME: &str = "measured";
const DOOR: &str = "/webhooks/contrast/demo";
/// None of these opens a door anywhere.
const API_KEY: &str = "FAKE-API-KEY";
const SERVICE_KEY: &str = "FAKE-SERVICE-KEY";
const PUSH_SECRET: &str = "FAKE-PUSH-SECRET";
const JIRA_TOKEN: &str = "FAKE-JIRA-TOKEN";
const JIRA_SECRET: &str = "FAKE-JIRA-SECRET";

/// More than any body here.
const MAX_BODY_BYTES: usize = 1 << 20;

/// How often something was asked for.
pub type Counts = BTreeMap<String, u64>;

/// The surroundings.
pub struct Surroundings {
    contrast: Arc<Mutex<Contrast>>,
    jira: Arc<Mutex<Jira>>,
    counts: Arc<Mutex<Counts>>,
    /// The addresses of the table and of Secrets Manager.
    aws: [String; 2],
    authorities: PathBuf,
    servers: [JoinHandle<()>; 4],
    _database: EmbeddedDatabase,
}

impl Surroundings {
    /// Everything, with settings in force; `folder` gets the file of authorities to trust.
    pub async fn start(folder: &Path) -> Result<Self, String> {
        let certificate = Certificate::make()?;
        let authorities = folder.join("authorities.pem");
        certificate.write_authorities(&authorities)?;
        let database = EmbeddedDatabase::start(None).await;
        let database = database.map_err(|error| error.to_string())?;
        let counts = Arc::default();
        let (listener, table) = certificate.listen().await?;
        let forwarding = serve(listener, forwarding(database.address(), &counts));
        let (listener, manager) = certificate.listen().await?;
        let secrets = serve(listener, answering("secrets", &counts, secret_value));
        let (listener, address) = certificate.listen().await?;
        let contrast = Arc::new(Mutex::new(contrast_at(&address)));
        let answers = Arc::clone(&contrast);
        let router = answering("contrast", &counts, move |request| {
            lock(&answers).serve(request, now_ms())
        });
        let contrast_server = serve(listener, router);
        let (listener, jira_address) = certificate.listen().await?;
        let jira = Arc::new(Mutex::new(jira_at(&jira_address)));
        let answers = Arc::clone(&jira);
        let router = answering("jira", &counts, move |request| {
            lock(&answers).serve(request, now_ms())
        });
        let jira_server = serve(listener, router);
        put_settings_in_force(&database, &address, &jira_address).await?;
        Ok(Self {
            contrast,
            jira,
            counts,
            aws: [table, manager],
            authorities,
            servers: [forwarding, secrets, contrast_server, jira_server],
            _database: database,
        })
    }

    /// The environment of a function, as the template sets it, and where everything is.
    pub fn environment(&self) -> HashMap<&'static str, String> {
        let [table, manager] = self.aws.clone();
        let authorities = self.authorities.to_string_lossy().into_owned();
        HashMap::from([
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "FAKE".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "FAKE".to_owned()),
            ("AWS_LAMBDA_FUNCTION_NAME", NAME.to_owned()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256".to_owned()),
            ("AWS_LAMBDA_LOG_GROUP_NAME", NAME.to_owned()),
            ("AWS_LAMBDA_LOG_STREAM_NAME", NAME.to_owned()),
            ("AWS_ENDPOINT_URL_DYNAMODB", table),
            ("AWS_ENDPOINT_URL_SECRETS_MANAGER", manager),
            ("SSL_CERT_FILE", authorities),
            ("TABLE_NAME", NAME.to_owned()),
            ("SECRET_PREFIX", NAME.to_owned()),
            ("METRICS_NAMESPACE", NAME.to_owned()),
            ("LOG_LEVEL", "info".to_owned()),
        ])
    }

    /// Raises an incident; answers with the delivery of its push.
    pub fn raise(&self) -> Result<Value, String> {
        let mut contrast = lock(&self.contrast);
        contrast.raise_incident(IncidentSeed::sql_injection(), now_ms());
        let push = contrast.take_outbox().pop().ok_or("nothing was pushed")?;
        Ok(delivered(DOOR, &push.headers, &push.body))
    }

    /// How many tickets there are; what Jira has to tell of them is lost.
    pub fn tickets(&self) -> usize {
        let mut jira = lock(&self.jira);
        jira.drop_outbox();
        jira.tickets().count()
    }

    /// What was asked for since this was asked last.
    pub fn take_counts(&self) -> Counts {
        std::mem::take(&mut lock(&self.counts))
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

/// The present moment, in milliseconds since 1970.
pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    // A clock before 1970 makes pushes old, which shows as more calls.
    let ms = since.unwrap_or_default().as_millis();
    i64::try_from(ms).unwrap_or(i64::MAX)
}

fn contrast_at(address: &str) -> Contrast {
    let mut contrast = Contrast::with_demo_world();
    contrast.set_base_url(address);
    contrast.set_api_key(API_KEY);
    contrast.set_service_key(DEMO_USER, Some(SERVICE_KEY));
    contrast.set_push_secret(Some(PUSH_SECRET));
    contrast
}

fn jira_at(address: &str) -> Jira {
    let mut jira = Jira::with_demo_world(address);
    jira.set_token(Jira::DEMO_ACCOUNT, Some(JIRA_TOKEN));
    jira.set_webhook_secret(Some(JIRA_SECRET));
    jira
}

async fn put_settings_in_force(
    database: &EmbeddedDatabase,
    contrast: &str,
    jira: &str,
) -> Result<(), String> {
    let written = include_str!("../../fixtures/settings.toml")
        .replace("https://contrast.example.com", contrast)
        .replace("https://acme.atlassian.net", jira);
    let document: SettingsDocument =
        toml::from_str(&written).map_err(|error| format!("the settings: {error}"))?;
    let document =
        serde_json::to_string(&document).map_err(|error| format!("the settings: {error}"))?;
    let client = database.client();
    create_table(&client, NAME)
        .await
        .map_err(|error| format!("the table: {error}"))?;
    let settings = WriteSettings {
        document,
        replaces: 0,
    };
    TableStore::new(client, NAME, random_tokens())
        .write_settings(&settings)
        .await
        .map_err(|error| format!("the settings: {error}"))?;
    Ok(())
}

fn count(counts: &Mutex<Counts>, what: &str) {
    *lock(counts).entry(what.to_owned()).or_default() += 1;
}

/// A whole request.
async fn whole(request: Request) -> Option<http::Request<Vec<u8>>> {
    let (parts, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, MAX_BODY_BYTES).await.ok()?;
    Some(http::Request::from_parts(parts, body.to_vec()))
}

fn unanswered() -> Response {
    let mut response = Response::default();
    *response.status_mut() = http::StatusCode::BAD_GATEWAY;
    response
}

/// Answers whole requests with whole responses, and counts them.
fn answering(
    what: &'static str,
    counts: &Arc<Mutex<Counts>>,
    answer: impl Fn(&http::Request<Vec<u8>>) -> http::Response<Vec<u8>> + Clone + Send + Sync + 'static,
) -> Router {
    let counts = Arc::clone(counts);
    Router::new().fallback(async move |request: Request| {
        count(&counts, what);
        match whole(request).await {
            Some(request) => Response::from(answer(&request).map(axum::body::Body::from)),
            None => unanswered(),
        }
    })
}

/// Hands requests on to the table's engine, and counts them by operation.
fn forwarding(engine: &str, counts: &Arc<Mutex<Counts>>) -> Router {
    let (engine, counts) = (engine.to_owned(), Arc::clone(counts));
    let client = reqwest::Client::new();
    Router::new().fallback(async move |request: Request| {
        let operation = operation_of(&request);
        count(&counts, &format!("table: {operation}"));
        forwarded(&client, &engine, request)
            .await
            .unwrap_or_else(unanswered)
    })
}

fn operation_of(request: &Request) -> String {
    let target = request.headers().get("x-amz-target");
    let target = target
        .and_then(|target| target.to_str().ok())
        .unwrap_or_default();
    let (_, operation) = target.rsplit_once('.').unwrap_or_default();
    operation.to_owned()
}

async fn forwarded(client: &reqwest::Client, engine: &str, request: Request) -> Option<Response> {
    let (parts, body) = whole(request).await?.into_parts();
    let answer = client
        .post(engine)
        .headers(parts.headers)
        .body(body)
        .send()
        .await
        .ok()?;
    let mut response = http::Response::builder().status(answer.status());
    *response.headers_mut()? = answer.headers().clone();
    let body = answer.bytes().await.ok()?;
    response.body(axum::body::Body::from(body)).ok()
}

/// What Secrets Manager answers.
fn secret_value(request: &http::Request<Vec<u8>>) -> http::Response<Vec<u8>> {
    let asked: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    let (email, _) = Jira::DEMO_LOGIN;
    let secret = match asked["SecretId"]
        .as_str()
        .and_then(|id| id.strip_prefix(NAME))
    {
        Some("/connections/demo") => json!({
            "username": DEMO_USER,
            "service_key": SERVICE_KEY,
            "api_key": API_KEY,
            "webhook_secrets": [PUSH_SECRET],
        }),
        Some("/sites/acme") => json!({
            "email": email,
            "api_token": JIRA_TOKEN,
            "webhook_secrets": [JIRA_SECRET],
        }),
        _ => Value::Null,
    };
    let answer = json!({ "Name": asked["SecretId"], "SecretString": secret.to_string() });
    http::Response::new(answer.to_string().into_bytes())
}
