//! A worker: one process of a function, with its own clock, connections and memory.
//!
//! All of its doings pass through here as steps, and at each step it may die, freeze, or learn less
//! than happened. Never decides what is right.

use std::{
    future::Future,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use adapters::{
    secrets::CachedSecrets,
    service::{Parts, Service, TableSettings},
    store::TableStore,
};
use async_trait::async_trait;
use domain::{moment::Moment, ports::Clock};

use crate::{
    core::Core,
    executor::{TaskId, Wait},
    fault::Fault,
};

mod products;
mod secrets;
mod store;

/// How long a secret is remembered, as in a deployed function.
const SECRET_MS: u64 = 5 * 60_000;
/// How long a frozen worker stands still.
const FROZEN_MS: std::ops::Range<u64> = 2_000..150_000;
/// A step's latency, from and to.
type Latency = std::ops::Range<u64>;

/// What a worker is doing.
#[derive(Clone, Debug, Default)]
struct Job {
    name: String,
    steps: u32,
    task: Option<TaskId>,
}

/// A worker.
pub struct Worker {
    core: Arc<Core>,
    name: String,
    skew_ms: i64,
    job: Mutex<Job>,
    dead: AtomicBool,
    leases: AtomicU64,
}

/// One step of a job: its name in the run, and what becomes of the worker at it.
pub(crate) struct Step {
    pub(crate) name: String,
    /// Whether it touches nothing that runs on a case share, so that its turn does not matter.
    pub(crate) is_apart: bool,
    death: Option<Fault>,
    out_us: u64,
    back_us: u64,
}

impl Worker {
    /// A process that was just started.
    pub fn new(core: &Arc<Core>, name: String, skew_ms: i64) -> Arc<Self> {
        Arc::new(Self {
            core: Arc::clone(core),
            name,
            skew_ms,
            job: Mutex::default(),
            dead: AtomicBool::new(false),
            leases: AtomicU64::new(0),
        })
    }

    /// The service of this process.
    pub fn service(self: &Arc<Self>) -> Service {
        let clock: Arc<dyn Clock> = Arc::new(WorkerClock(Arc::clone(self)));
        let store = self.store();
        let source = Arc::new(secrets::ManagedSecrets(Arc::clone(self)));
        Service::new(Parts {
            settings: Arc::new(TableSettings::new(store.clone())),
            secrets: Arc::new(CachedSecrets::new(source, Arc::clone(&clock), SECRET_MS)),
            http: Arc::new(products::Products(Arc::clone(self))),
            store,
            clock,
        })
    }

    /// The store as this process reaches it.
    pub fn store(self: &Arc<Self>) -> TableStore {
        let worker = Arc::clone(self);
        let tokens: adapters::store::Tokens = Arc::new(move || {
            let number = worker.leases.fetch_add(1, Ordering::SeqCst);
            format!("{} lease {number}", worker.name)
        });
        TableStore::new(store::client_of(self), "world", tokens)
    }

    /// Takes up a job.
    pub fn take_up(&self, name: &str, task: TaskId) {
        *self.job() = Job {
            name: name.to_owned(),
            steps: 0,
            task: Some(task),
        };
    }

    /// Whether the process has ended.
    pub fn is_dead(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    /// Ends the process: its job goes no further.
    pub fn end(&self) {
        self.dead.store(true, Ordering::SeqCst);
        if let Some(task) = self.job().task {
            self.core.scheduler.kill(task);
        }
    }

    fn job(&self) -> MutexGuard<'_, Job> {
        self.job.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a step and draws what becomes of the worker at it.
    fn next_step(&self, latency_us: Latency) -> Step {
        let (job, number) = {
            let mut job = self.job();
            job.steps += 1;
            (job.name.clone(), job.steps)
        };
        let name = format!("{job}/{number}");
        let core = &self.core;
        core.record().jobs.insert(job.clone(), number);
        let death = core.planned_death(&job, number).or_else(|| {
            let (kinds, often) = (&core.weather.workers, core.weather.workers_ppm);
            core.strikes(&format!("{name} worker"), kinds, often, || {
                job.split(' ').next().unwrap_or_default().to_owned()
            })
        });
        let rng = &mut core.script.draw("latency", &name);
        Step {
            is_apart: false,
            death,
            out_us: rng.u64(latency_us.clone()),
            back_us: rng.u64(latency_us),
            name,
        }
    }

    /// The way out of a step: after it, the effect happens.
    async fn go_out(&self, step: &Step) {
        if step.death == Some(Fault::Frozen) {
            let ms = self.core.script.draw("frozen", &step.name).u64(FROZEN_MS);
            self.core.scheduler.wait_us(ms * 1_000, Wait::Sleep).await;
        }
        let wait = if step.is_apart {
            Wait::Back
        } else {
            Wait::Turn
        };
        self.core.scheduler.wait_us(step.out_us, wait).await;
        if step.death == Some(Fault::KilledBefore) {
            self.die().await;
        }
    }

    /// The way back: after it, the worker knows.
    async fn come_back(&self, step: &Step) {
        if step.death == Some(Fault::KilledAfter) {
            self.die().await;
        }
        self.core.scheduler.wait_us(step.back_us, Wait::Back).await;
    }

    /// The process ends here and now.
    async fn die(&self) {
        self.core.tell(|| format!("xx {} dies", self.name));
        self.end();
        std::future::pending::<()>().await;
    }

    /// Waits without doing anything.
    fn wait_ms(&self, ms: u64) -> impl Future<Output = ()> + Send + use<> {
        self.core.scheduler.wait_us(ms * 1_000, Wait::Sleep)
    }
}

/// The clock of one worker, which may be off.
struct WorkerClock(Arc<Worker>);

#[async_trait]
impl Clock for WorkerClock {
    fn now(&self) -> Moment {
        Moment::from_epoch_ms(self.0.core.now_ms() + self.0.skew_ms)
    }

    async fn wait_ms(&self, ms: u64) {
        self.0.wait_ms(ms).await;
    }
}
