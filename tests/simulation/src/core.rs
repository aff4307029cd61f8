//! What every part of a run shares: time, chance, the world outside, and the record of the run.
//!
//! The world is locked for one step at a time and never across a wait.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use adapters::secrets::SecretsDocument;
use simulators::{contrast::Contrast, jira::Jira, table::Table};

use crate::{
    chance::{Script, comes_to_pass, one_of},
    executor::Scheduler,
    fault::Fault,
    functions::{Cloud, dismantle},
    operators::Choices,
    people::People,
    quirks::Quirk,
    weather::Weather,
};

/// The world outside the service.
pub struct World {
    /// Contrast.
    pub contrast: Contrast,
    /// Jira.
    pub jira: Jira,
    /// The store's table.
    pub table: Table,
    /// The secrets as the service finds them.
    pub secrets: SecretsDocument,
    /// What people know.
    pub people: People,
    /// What operators chose.
    pub choices: Choices,
    /// How it differs from the ordinary one.
    pub quirks: Vec<Quirk>,
}

impl World {
    /// Whether it differs so from the ordinary one.
    pub fn has(&self, quirk: Quirk) -> bool {
        self.quirks.contains(&quirk)
    }
}

/// What happened in a run.
#[derive(Default)]
pub struct Record {
    /// Each line of the timeline, if one is kept.
    pub lines: Vec<String>,
    /// How often each fault struck, and what.
    pub faults: BTreeMap<Fault, BTreeMap<String, u64>>,
    /// The acts and disturbances that came to pass, by name.
    pub happened: BTreeSet<String>,
    /// Calls to both products, by what was asked.
    pub calls: BTreeMap<String, u64>,
    /// Requests to the store, by operation.
    pub store_operations: BTreeMap<String, u64>,
    /// Requests to the store.
    pub store_requests: u64,
    /// Conditions that the store found not to hold.
    pub conditions_failed: u64,
    /// Decisions of the service, by their words.
    pub decisions: BTreeMap<String, u64>,
    /// The jobs that were started, and the steps of each.
    pub jobs: BTreeMap<String, u32>,
    /// How reconciles ended, by word.
    pub outcomes: BTreeMap<String, u64>,
    /// Sweeps that were needed at the end.
    pub sweeps_to_rest: u32,
    /// Webhooks that were told.
    pub webhooks: u64,
    /// What was found to be wrong first.
    pub violation: Option<String>,
}

/// Where a worker is killed, for whoever tries every point in turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeathPoint {
    /// The job whose worker dies.
    pub job: String,
    /// At which of its steps, from 1.
    pub step: u32,
    /// Before or after the effect.
    pub fault: Fault,
}

/// Shared by all parts of a run.
pub struct Core {
    /// Time and tasks.
    pub scheduler: Scheduler,
    /// The seed, and what was kept of it.
    pub script: Script,
    /// Which faults can occur.
    pub weather: Weather,
    stormy: AtomicBool,
    muted: AtomicBool,
    unchecked: AtomicBool,
    prefix: Mutex<String>,
    at_once: AtomicUsize,
    verbose: bool,
    world: Mutex<World>,
    record: Mutex<Record>,
    death: Mutex<Option<DeathPoint>>,
    cloud: Mutex<Option<Cloud>>,
}

impl Core {
    /// A run about to begin.
    pub fn new(script: Script, weather: Weather, world: World, verbose: bool) -> Arc<Self> {
        Arc::new(Self {
            scheduler: Scheduler::default(),
            script,
            weather,
            stormy: AtomicBool::new(true),
            muted: AtomicBool::new(false),
            unchecked: AtomicBool::new(false),
            prefix: Mutex::default(),
            at_once: AtomicUsize::new(0),
            verbose,
            world: Mutex::new(world),
            record: Mutex::new(Record::default()),
            death: Mutex::new(None),
            cloud: Mutex::new(Some(Cloud::default())),
        })
    }

    /// The functions, until the run is over.
    pub fn cloud(&self) -> Option<Cloud> {
        self.cloud
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Lets go of the functions: their workers hold on to this.
    pub fn dismantle(&self) {
        let cloud = self
            .cloud
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(cloud) = cloud {
            dismantle(&cloud);
        }
    }

    /// The world outside.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The record of the run.
    pub fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The present moment in milliseconds.
    pub fn now_ms(&self) -> i64 {
        self.scheduler.now_ms()
    }

    /// From now on nothing goes wrong any more.
    pub fn calm_down(&self) {
        self.stormy.store(false, Ordering::SeqCst);
    }

    /// Whether things can go wrong.
    pub fn is_stormy(&self) -> bool {
        self.stormy.load(Ordering::SeqCst)
    }

    /// Whether both products are checked after each write; too dear where there are very many cases.
    pub fn check_at_once(&self, checks: bool) {
        self.unchecked.store(!checks, Ordering::SeqCst);
    }

    /// Whether both products are checked after each write.
    pub fn checks_at_once(&self) -> bool {
        !self.unchecked.load(Ordering::SeqCst)
    }

    /// While muted, what the products have to tell is lost.
    pub fn mute(&self, muted: bool) {
        self.muted.store(muted, Ordering::SeqCst);
    }

    /// Whether what the products have to tell is lost.
    pub fn is_muted(&self) -> bool {
        self.muted.load(Ordering::SeqCst)
    }

    /// From now on the names of webhooks begin so.
    pub fn name_webhooks(&self, prefix: &str) {
        prefix.clone_into(&mut self.prefix.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// How the names of webhooks begin.
    pub fn prefix_of_webhooks(&self) -> String {
        self.prefix
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// From now on each webhook is delivered at once, that many times; 0 for the usual way.
    pub fn deliver_at_once(&self, copies: usize) {
        self.at_once.store(copies, Ordering::SeqCst);
    }

    /// How many copies of each webhook are delivered at once, if they are.
    pub fn copies_at_once(&self) -> usize {
        self.at_once.load(Ordering::SeqCst)
    }

    /// Whether a timeline is kept.
    pub const fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// Writes a line of the timeline, if one is kept.
    pub fn tell(&self, line: impl FnOnce() -> String) {
        if self.verbose {
            let at = domain::moment::Moment::from_epoch_ms(self.now_ms()).to_rfc3339();
            let time = at.get(11..).unwrap_or(&at).trim_end_matches('Z').to_owned();
            let line = format!("{time}  {}", line());
            self.record().lines.push(line);
        }
    }

    /// Notes that something is wrong. Only the first counts.
    pub fn violate(&self, what: String) {
        self.tell(|| format!("!! {what}"));
        self.record().violation.get_or_insert(what);
    }

    /// Places the death of a worker.
    pub fn place_death(&self, death: Option<DeathPoint>) {
        *self.death.lock().unwrap_or_else(PoisonError::into_inner) = death;
    }

    /// Whether a worker dies at this step by plan.
    pub fn planned_death(&self, job: &str, step: u32) -> Option<Fault> {
        let mut death = self.death.lock().unwrap_or_else(PoisonError::into_inner);
        let point = death.as_ref()?;
        if point.job != job || point.step != step {
            return None;
        }
        let fault = point.fault;
        *death = None;
        drop(death);
        self.struck(fault, job);
        Some(fault)
    }

    /// Whether a planned death has not come yet.
    pub fn death_is_ahead(&self) -> bool {
        self.death
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some()
    }

    /// Draws whether one of several faults strikes something, and which; counts it.
    pub fn strikes(
        &self,
        name: &str,
        kinds: &[(u32, Fault)],
        parts_per_million: u32,
        target: impl FnOnce() -> String,
    ) -> Option<Fault> {
        if parts_per_million == 0 || kinds.is_empty() || !self.is_stormy() {
            return None;
        }
        let rng = &mut self.script.draw("fault", name);
        if !comes_to_pass(rng, parts_per_million) {
            return None;
        }
        let fault = one_of(rng, kinds)?;
        let event = format!("{name}: {}", fault.word());
        if !self.script.allows(&event) {
            return None;
        }
        let target = target();
        self.tell(|| format!("~~ {event} ({target})"));
        self.record().happened.insert(event);
        self.struck(fault, &target);
        Some(fault)
    }

    /// Counts a fault.
    pub fn struck(&self, fault: Fault, target: &str) {
        let mut record = self.record();
        let targets = record.faults.entry(fault).or_default();
        // Targets are few; a name that is known already is not copied.
        if let Some(count) = targets.get_mut(target) {
            *count += 1;
        } else {
            targets.insert(target.to_owned(), 1);
        }
    }
}
