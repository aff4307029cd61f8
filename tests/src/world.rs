//! One world: both products, the service between them, and a clock that only moves when told.
//!
//! Each change is made first and then *announced* (its webhooks are delivered) or *lost*. Every
//! scenario ends with `end`, which proves that nothing is left over.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicI64, Ordering},
};

use adapters::{
    secrets::{MemorySecrets, SecretsDocument},
    service::{Parts, Service, SettingsSource, TableSettings},
    store::{TableStore, create_table},
};
use async_trait::async_trait;
use domain::{
    case::{CaseId, CaseKind, OrgId},
    link::Link,
    moment::Moment,
    ports::{Clock, Glimpse, Store as _},
    settings::{Settings, document::SettingsDocument},
    shard::Shard,
    sweep::SweepReport,
    trouble::Trouble,
};
use simulators::{contrast::Contrast, jira::Jira};

use crate::telling::Told;

mod delivering;
mod ending;
mod network;

pub use delivering::Delivery;
pub use network::{Dying, SimulatedNetwork};

/// The time at which every world begins.
pub const START: &str = "2026-03-09T08:00:00Z";
/// The id that each request has.
pub const REQUEST: &str = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";
/// The header of the trace that everything belongs to.
pub const TRACE: &str =
    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
/// A sweep's time budget in a world.
const SWEEP_MS: u64 = 240_000;

/// A clock that is moved by hand, and by those who wait on it.
#[derive(Debug)]
pub struct SimulatedClock(AtomicI64);

#[async_trait]
impl Clock for SimulatedClock {
    fn now(&self) -> Moment {
        Moment::from_epoch_ms(self.0.load(Ordering::SeqCst))
    }

    async fn wait_ms(&self, ms: u64) {
        self.pass(ms);
    }
}

impl SimulatedClock {
    fn pass(&self, ms: u64) {
        self.0
            .fetch_add(i64::try_from(ms).unwrap_or(i64::MAX), Ordering::SeqCst);
    }
}

/// Settings that a test changes in mid-flight.
pub struct ChangingSettings(Mutex<Arc<Settings>>);

#[async_trait]
impl SettingsSource for ChangingSettings {
    async fn read(&self) -> Result<Arc<Settings>, Trouble> {
        Ok(Arc::clone(&lock(&self.0)))
    }
}

/// A world.
pub struct World {
    /// The service under test.
    pub service: Arc<Service>,
    /// The network between the service and both products.
    pub network: Arc<SimulatedNetwork>,
    /// The secrets as the service finds them.
    pub secrets: Arc<MemorySecrets>,
    /// What is told of the service's doings.
    pub told: Told,
    clock: Arc<SimulatedClock>,
    settings: Option<Arc<ChangingSettings>>,
    document: Mutex<String>,
    _database: local::database::EmbeddedDatabase,
}

/// Reads settings, or says all that is wrong with them.
pub fn settings_of(document: &str) -> Arc<Settings> {
    let document: SettingsDocument = toml::from_str(document).expect("settings parse");
    Arc::new(
        document
            .validate()
            .unwrap_or_else(|faults| panic!("faults in settings: {faults:#?}")),
    )
}

fn secrets_text(token: &str) -> String {
    let (email, _) = Jira::DEMO_LOGIN;
    format!(
        "[connections.demo]\nusername = \"{}\"\nservice_key = \"{}\"\napi_key = \"{}\"\n\
         webhook_secrets = [\"push-secret-1\", \"push-secret-2\"]\nwebhook_basic = [\"pusher:pass\"]\n\
         [sites.acme]\nemail = \"{email}\"\napi_token = \"{token}\"\n\
         webhook_secrets = [\"{}\", \"next-secret\"]\n",
        simulators::contrast::DEMO_USER,
        simulators::contrast::DEMO_SERVICE_KEY,
        simulators::contrast::DEMO_API_KEY,
        Jira::DEMO_SECRET,
    )
}

fn secrets_document(token: &str) -> SecretsDocument {
    toml::from_str(&secrets_text(token)).expect("secrets parse")
}

impl World {
    /// A world under the usual settings.
    pub async fn new() -> Self {
        Self::with_settings(include_str!("../fixtures/settings.toml")).await
    }

    /// A world under settings of its own.
    pub async fn with_settings(document: &str) -> Self {
        let settings = Arc::new(ChangingSettings(Mutex::new(settings_of(document))));
        let secrets = MemorySecrets::parse(&secrets_text(Jira::DEMO_LOGIN.1));
        let secrets = Arc::new(secrets.expect("secrets parse"));
        Self::made_of(Some((document, settings)), secrets).await
    }

    /// A world whose settings and secrets are what somebody puts into the table and the keeper: at
    /// first there are none.
    pub async fn set_up_by_hand() -> Self {
        Self::made_of(None, Arc::default()).await
    }

    async fn made_of(
        settings: Option<(&str, Arc<ChangingSettings>)>,
        secrets: Arc<MemorySecrets>,
    ) -> Self {
        let database = local::database::EmbeddedDatabase::start(None)
            .await
            .expect("an embedded store");
        let client = database.client();
        create_table(&client, "world").await.expect("a table");
        let start = Moment::parse(START).expect("a time");
        let clock = Arc::new(SimulatedClock(AtomicI64::new(start.epoch_ms())));
        let mut contrast = Contrast::with_demo_world();
        contrast.set_push_secret(Some("push-secret-1"));
        let jira = Jira::with_demo_world("https://acme.atlassian.net");
        let network = Arc::new(SimulatedNetwork::new(contrast, jira, Arc::clone(&clock)));
        let counter = AtomicI64::new(0);
        let tokens: adapters::store::Tokens =
            Arc::new(move || format!("holder-{}", counter.fetch_add(1, Ordering::SeqCst)));
        let told = Told::default();
        let store = TableStore::new(client, "world", tokens);
        let (document, settings) = settings.unzip();
        let source: Arc<dyn SettingsSource> = match &settings {
            Some(settings) => settings.clone(),
            None => Arc::new(TableSettings::new(store.clone())),
        };
        let service = Service::new(Parts {
            store,
            secrets: secrets.clone(),
            clock: clock.clone(),
            settings: source,
            http: network.clone(),
        })
        .told_through(told.telemetry());
        Self {
            service: Arc::new(service),
            network,
            secrets,
            told,
            clock,
            settings,
            document: Mutex::new(document.unwrap_or_default().to_owned()),
            _database: database,
        }
    }

    /// The present time in milliseconds, as the simulators take it.
    pub fn now_ms(&self) -> i64 {
        self.clock.now().epoch_ms()
    }

    /// Lets time pass.
    pub fn pass_ms(&self, ms: u64) {
        self.clock.pass(ms);
    }

    /// Lets minutes pass.
    pub fn pass_minutes(&self, minutes: u64) {
        self.clock.pass(minutes * 60_000);
    }

    /// Does something in Contrast; time moves a little.
    pub fn contrast<T>(&self, act: impl FnOnce(&mut Contrast, i64) -> T) -> T {
        self.clock.pass(1_000);
        act(&mut self.network.contrast(), self.now_ms())
    }

    /// Does something in Jira; time moves a little.
    pub fn jira<T>(&self, act: impl FnOnce(&mut Jira, i64) -> T) -> T {
        self.clock.pass(1_000);
        act(&mut self.network.jira(), self.now_ms())
    }

    /// Changes the settings by replacing a piece of their text.
    pub fn change_settings(&self, from: &str, to: &str) {
        let mut document = lock(&self.document);
        assert!(document.contains(from), "the settings contain {from:?}");
        *document = document.replace(from, to);
        let settings = self.settings.as_ref().expect("settings of the world's own");
        *lock(&settings.0) = settings_of(&document);
        self.service.forget();
    }

    /// Replaces the API token in the secrets, as an operator does.
    pub fn rotate_jira_token(&self, token: &str) {
        self.secrets.replace(secrets_document(token));
    }

    /// Sweeps once.
    pub async fn sweep(&self) -> SweepReport {
        self.sweep_shard(Shard::WHOLE).await
    }

    /// Sweeps a shard's cases once.
    pub async fn sweep_shard(&self, shard: Shard) -> SweepReport {
        self.clock.pass(1_000);
        let deadline = self.clock.now().plus_ms(SWEEP_MS);
        let origin = reconciliation_sweep::origin().with_ids(REQUEST, Some(TRACE));
        reconciliation_sweep::handle_invocation(&self.service, origin, shard, deadline)
            .await
            .expect("the sweep runs")
    }

    /// The identity of an incident.
    pub fn case(&self, number: &str) -> CaseId {
        let org = OrgId::new(self.network.contrast().org_id()).expect("an organisation");
        let kind = if number.starts_with("ISS") {
            CaseKind::Issue
        } else {
            CaseKind::Incident
        };
        CaseId::new(org, kind, number).expect("a number")
    }

    /// What the store holds of an incident.
    pub async fn glimpse(&self, number: &str) -> Option<Glimpse> {
        let now = self.clock.now();
        self.service
            .store
            .glimpse(&self.case(number), now)
            .await
            .expect("a read")
    }

    /// The link of an incident.
    pub async fn link(&self, number: &str) -> Link {
        self.glimpse(number)
            .await
            .unwrap_or_else(|| panic!("{number} is known"))
            .link
    }

    /// The id of an incident's only ticket in Jira, found as a person would: by its marks there.
    pub fn ticket(&self, number: &str) -> String {
        let tickets = self.tickets(number);
        assert_eq!(
            tickets.len(),
            1,
            "exactly one ticket for {number}: {tickets:?}"
        );
        tickets[0].clone()
    }

    /// The ids of all tickets that say they belong to an incident.
    pub fn tickets(&self, number: &str) -> Vec<String> {
        self.tickets_in(&self.network.jira(), number)
    }

    /// The same, for somebody who looks at Jira already.
    #[allow(clippy::unused_self)] // Reads as a question to the world.
    pub fn tickets_in(&self, jira: &Jira, number: &str) -> Vec<String> {
        jira.tickets()
            .filter(|ticket| ticket.summary.contains(&format!("({number})")))
            .map(|ticket| ticket.id.clone())
            .collect()
    }

    /// Calls at both simulators since last asked.
    pub fn take_calls(&self) -> usize {
        self.network.contrast().take_calls().len() + self.network.jira().take_calls().len()
    }

    /// An incident that was raised, announced, and has its ticket. Answers with number and ticket.
    pub async fn linked_incident(&self) -> (String, String) {
        let number = self.contrast(|contrast, now| {
            contrast.raise_incident(simulators::contrast::IncidentSeed::sql_injection(), now)
        });
        self.announce().await;
        self.settle().await;
        let ticket = self.ticket(&number);
        self.take_calls();
        (number, ticket)
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
