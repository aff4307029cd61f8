//! The service: everything a function needs, put together once for the process.
//!
//! Handlers get their settings and their engine from here; they never reach for the environment.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use domain::{
    case::CaseId,
    digest::Digest,
    moment::Moment,
    ports::{Clock, Store},
    reconcile::{Engine, Outcome, Urgency},
    settings::{Settings, document::SettingsDocument},
    trouble::{Peer, Trouble},
};
use tokio::task::JoinSet;

use crate::{
    clock::SystemClock,
    contrast::ContrastClient,
    http::{Caller, Http, Network},
    jira::JiraClient,
    secrets::{CachedSecrets, ManagerSecrets, Secrets, keeping::ManagedSecrets},
    store::{TableStore, random_tokens},
    telemetry::{LookingOn, Telemetry, heard_at, here},
};

mod happenings;

use happenings::DoorsNoted;

/// How long settings and pauses are remembered.
const REMEMBER_MS: u64 = 30_000;
/// How long a secret is remembered.
const SECRET_MS: u64 = 5 * 60_000;
/// Secrets of each kind that are read while a function starts.
const MOST_WARMED: usize = 4;
/// How long a webhook's handler works before it answers; the rest is left due.
const WEBHOOK_BUDGET_MS: u64 = 12_000;
/// How long one call may be waited for between its tries.
const PATIENCE_MS: u64 = 10_000;

/// Where the settings come from.
#[async_trait]
pub trait SettingsSource: Send + Sync {
    /// The settings in force.
    async fn read(&self) -> Result<Arc<Settings>, Trouble>;
}

/// Settings that stay as they are for the life of the process.
pub struct FixedSettings(pub Arc<Settings>);

#[async_trait]
impl SettingsSource for FixedSettings {
    async fn read(&self) -> Result<Arc<Settings>, Trouble> {
        Ok(Arc::clone(&self.0))
    }
}

/// Settings from the table. A document with faults is refused whole: each fault is logged, and the
/// settings that were in force stay in force for as long as the process remembers them.
pub struct TableSettings {
    store: TableStore,
    in_force: Mutex<Option<Arc<Settings>>>,
}

impl TableSettings {
    /// Reads from a table.
    pub fn new(store: TableStore) -> Self {
        Self {
            store,
            in_force: Mutex::new(None),
        }
    }

    fn accept(document: &str) -> Result<Settings, Trouble> {
        let doing = "reading the settings";
        let document: SettingsDocument = serde_json::from_str(document)
            .map_err(|_| Trouble::never(doing, "the stored document is not one of settings"))?;
        document.validate().map_err(|faults| {
            for fault in &faults {
                tracing::error!(%fault, "a fault in the stored settings");
            }
            let words = format!("the stored document has {} faults", faults.len());
            Trouble::never(doing, words)
        })
    }
}

#[async_trait]
impl SettingsSource for TableSettings {
    async fn read(&self) -> Result<Arc<Settings>, Trouble> {
        let doing = "reading the settings";
        let none = || Trouble::again_later(doing, "no settings were put in force yet");
        let stored = self.store.read_settings().await?.ok_or_else(none);
        let accepted = stored.and_then(|stored| {
            let mut settings = Self::accept(&stored.document)?;
            // Settings that were replaced and put back count as new: what was decided by those in
            // between has to be decided again.
            let version = stored.version.to_string();
            settings.digest = Digest::of(&[settings.digest.as_str(), &version]);
            Ok(Arc::new(settings))
        });
        let mut in_force = self.in_force.lock().unwrap_or_else(PoisonError::into_inner);
        match (accepted, in_force.as_ref()) {
            (Ok(settings), _) => {
                *in_force = Some(Arc::clone(&settings));
                Ok(settings)
            }
            (Err(refused), Some(known)) => {
                tracing::error!(trouble = %refused, "the old settings stay in force");
                Ok(Arc::clone(known))
            }
            (Err(refused), None) => Err(refused),
        }
    }
}

/// What is remembered between deliveries of one process.
#[derive(Clone)]
struct Remembered {
    at: Moment,
    settings: Arc<Settings>,
    paused: Arc<Vec<Peer>>,
}

/// Everything a function needs.
pub struct Service {
    /// The store.
    pub store: TableStore,
    /// The secrets.
    pub secrets: Arc<dyn Secrets>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Where its doings are told.
    pub telemetry: Arc<Telemetry>,
    source: Arc<dyn SettingsSource>,
    contrast: Arc<ContrastClient>,
    jira: Arc<JiraClient>,
    remembered: Mutex<Option<Remembered>>,
    noted: DoorsNoted,
}

/// What a service is made of.
pub struct Parts {
    /// The store.
    pub store: TableStore,
    /// The secrets.
    pub secrets: Arc<dyn Secrets>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Where settings come from.
    pub settings: Arc<dyn SettingsSource>,
    /// The seam to Contrast and Jira.
    pub http: Arc<dyn Http>,
}

impl Service {
    /// Puts a service together.
    pub fn new(parts: Parts) -> Self {
        let Parts {
            store,
            secrets,
            clock,
            settings,
            http,
        } = parts;
        let caller = Caller::new(http, Arc::clone(&clock), PATIENCE_MS);
        let capabilities = Arc::new(store.clone());
        Self {
            contrast: Arc::new(ContrastClient::new(
                caller.clone(),
                Arc::clone(&secrets),
                capabilities,
            )),
            jira: Arc::new(JiraClient::new(caller, Arc::clone(&secrets))),
            source: settings,
            remembered: Mutex::new(None),
            noted: DoorsNoted::default(),
            store,
            secrets,
            clock,
            telemetry: Arc::new(Telemetry::silent()),
        }
    }

    /// The same, with its doings told there.
    pub fn told_through(mut self, telemetry: Telemetry) -> Self {
        self.telemetry = Arc::new(telemetry);
        self
    }

    /// The service of a Lambda function, from its environment: `TABLE_NAME`, `SECRET_PREFIX`, and
    /// whatever the SDK reads. Warms the connections to DynamoDB and Secrets Manager.
    pub async fn from_environment() -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let table = std::env::var("TABLE_NAME").map_err(|_| "TABLE_NAME is not set")?;
        let aws = aws_from_environment().await;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let store = TableStore::new(aws_sdk_dynamodb::Client::new(&aws), table, random_tokens());
        let manager = ManagerSecrets::new(
            aws_sdk_secretsmanager::Client::new(&aws),
            prefix_from_environment(),
        );
        let service = Self::new(Parts {
            settings: Arc::new(TableSettings::new(store.clone())),
            secrets: Arc::new(CachedSecrets::new(
                Arc::new(manager),
                Arc::clone(&clock),
                SECRET_MS,
            )),
            http: Arc::new(Network::new()?),
            store,
            clock,
        })
        .told_through(Telemetry::from_environment());
        // A failure here is met again, and told, by the first delivery.
        if let Err(trouble) = service.warm().await {
            tracing::warn!(%trouble, "not ready yet");
        }
        Ok(service)
    }

    /// Reads what every delivery needs, while the function starts: a start has a whole processor, and
    /// what comes after it has a small share of one, of which a new connection takes much.
    async fn warm(&self) -> Result<(), Trouble> {
        let settings = self.settings().await?;
        let connections = settings.connections.keys().cloned().map(Peer::Connection);
        let sites = settings.sites.keys().cloned().map(Peer::Site);
        let mut readings = JoinSet::new();
        for peer in connections.take(MOST_WARMED).chain(sites.take(MOST_WARMED)) {
            let secrets = Arc::clone(&self.secrets);
            readings.spawn(async move { secrets.read(&peer, false).await.map(drop) });
        }
        while let Some(read) = readings.join_next().await {
            read.unwrap_or(Ok(()))?;
        }
        Ok(())
    }

    /// The settings in force.
    pub async fn settings(&self) -> Result<Arc<Settings>, Trouble> {
        Ok(self.remembered().await?.settings)
    }

    /// An engine with the settings in force.
    pub async fn engine(&self) -> Result<Engine, Trouble> {
        let Remembered {
            settings, paused, ..
        } = self.remembered().await?;
        Ok(Engine {
            case_side: self.contrast.clone(),
            ticket_side: self.jira.clone(),
            store: Arc::new(self.store.clone()),
            clock: Arc::clone(&self.clock),
            onlooker: Arc::new(LookingOn {
                clock: Arc::clone(&self.clock),
            }),
            settings,
            paused,
        })
    }

    /// Contrast, for what is asked on a person's behalf.
    pub fn contrast(&self) -> &ContrastClient {
        &self.contrast
    }

    /// Jira, for what is asked on a person's behalf.
    pub fn jira(&self) -> &JiraClient {
        &self.jira
    }

    /// Forgets what is remembered, so that the next use reads afresh.
    pub fn forget(&self) {
        *self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = None;
    }

    async fn remembered(&self) -> Result<Remembered, Trouble> {
        let now = self.clock.now();
        let known = self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(known) = known
            && now.ms_since(known.at) < REMEMBER_MS
        {
            return Ok(known);
        }
        let (pauses, settings) = tokio::join!(self.store.list_pauses(), self.source.read());
        let fresh = Remembered {
            at: now,
            settings: settings?,
            paused: Arc::new(pauses?.into_iter().map(|pause| pause.peer).collect()),
        };
        *self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(fresh.clone());
        Ok(fresh)
    }

    /// Reconciles cases that a webhook woke, each with the time of what happened to it, until the
    /// time for an answer has come. What is not got round to is due, and the sweep's.
    pub async fn reconcile_now(&self, cases: &[(CaseId, Moment)]) -> Result<(), Trouble> {
        if cases.is_empty() {
            return Ok(());
        }
        let mut engine = self.engine().await?;
        let deadline = self.clock.now().plus_ms(WEBHOOK_BUDGET_MS);
        for (case, happened_at) in cases {
            let started = self.clock.now();
            if started.plus_ms(5_000) > deadline {
                return Ok(());
            }
            let reconcile = engine.reconcile(case, Urgency::Event, deadline);
            match heard_at(*happened_at, reconcile).await {
                Ok(report) => {
                    if matches!(report.outcome, Outcome::Due { .. }) {
                        // A pause may be new: the next case should know.
                        self.forget();
                        engine = self.engine().await?;
                    }
                }
                Err(trouble) => {
                    let trigger = here().trigger;
                    tracing::warn!(trigger, %case, %trouble, "left for the sweep");
                }
            }
        }
        Ok(())
    }
}

/// Where a function that may write secrets writes them, from its environment.
pub async fn secret_keeper_from_environment() -> ManagedSecrets {
    let aws = aws_from_environment().await;
    let client = aws_sdk_secretsmanager::Client::new(&aws);
    ManagedSecrets::new(client, prefix_from_environment())
}

async fn aws_from_environment() -> aws_config::SdkConfig {
    aws_config::defaults(aws_config::BehaviorVersion::latest())
        .load()
        .await
}

fn prefix_from_environment() -> String {
    std::env::var("SECRET_PREFIX").unwrap_or_else(|_| "northstar-jira-sync".to_owned())
}
