//! The three functions as a cloud runs them: copies that are started, reused, full, timed out.
//!
//! A copy does one job at a time. What it remembers dies with it.

use std::{
    future::Future,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use adapters::service::Service;

use crate::{
    core::Core,
    executor::{TaskId, Wait},
    fault::Fault,
    worker::Worker,
};

/// The functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Function {
    /// The door for Contrast.
    ContrastWebhook,
    /// The door for Jira.
    JiraWebhook,
    /// The sweep.
    Sweep,
}

impl Function {
    const fn word(self) -> &'static str {
        match self {
            Self::ContrastWebhook => "contrast-webhook",
            Self::JiraWebhook => "jira-webhook",
            Self::Sweep => "sweep",
        }
    }

    /// As in the template.
    pub const fn time_out_ms(self) -> u64 {
        match self {
            Self::ContrastWebhook | Self::JiraWebhook => 60_000,
            Self::Sweep => 320_000,
        }
    }
}

struct Copy {
    function: Function,
    worker: Arc<Worker>,
    service: Arc<Service>,
    busy: Arc<AtomicBool>,
}

/// All copies of all functions.
#[derive(Default)]
pub struct Functions {
    copies: Vec<Copy>,
    started: u64,
}

/// A job under way.
pub struct Job {
    /// Its task.
    pub task: TaskId,
    done: Arc<AtomicBool>,
    worker: Arc<Worker>,
}

impl Job {
    /// Whether it has come to its end by itself.
    pub fn is_done(&self) -> bool {
        self.done.load(Ordering::SeqCst)
    }

    /// Whether it goes no further.
    pub fn is_over(&self) -> bool {
        self.is_done() || self.worker.is_dead()
    }

    /// Ends it, as the cloud does when its time is up.
    pub fn end(&self) {
        self.worker.end();
    }
}

/// The functions of a run.
pub type Cloud = Arc<Mutex<Functions>>;

/// Starts a job of a function, if a copy is free or may be started.
pub fn start<W, F>(
    core: &Arc<Core>,
    cloud: &Cloud,
    function: Function,
    job: &str,
    work: W,
) -> Option<Job>
where
    W: FnOnce(Arc<Service>) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let (worker, service, busy, cold) = take_copy(core, cloud, function, job)?;
    let done = Arc::new(AtomicBool::new(false));
    let (finished, free) = (Arc::clone(&done), Arc::clone(&busy));
    let warming = Arc::clone(&service);
    let work = work(service);
    let task = core.scheduler.spawn(async move {
        if cold {
            // As a function does while it starts; a failure is met again by the job.
            let _ = warming.settings().await;
        }
        work.await;
        finished.store(true, Ordering::SeqCst);
        free.store(false, Ordering::SeqCst);
    });
    worker.take_up(job, task);
    Some(Job { task, done, worker })
}

type Taken = (Arc<Worker>, Arc<Service>, Arc<AtomicBool>, bool);

fn take_copy(core: &Arc<Core>, cloud: &Cloud, function: Function, job: &str) -> Option<Taken> {
    let most = match function {
        Function::Sweep => core.weather.sweeps_at_once,
        Function::ContrastWebhook | Function::JiraWebhook => core.weather.copies,
    };
    let mut functions = cloud.lock().ok()?;
    functions.copies.retain(|copy| !copy.worker.is_dead());
    let running = functions
        .copies
        .iter()
        .filter(|copy| copy.function == function && copy.busy.load(Ordering::SeqCst))
        .count();
    if running >= most {
        drop(functions);
        core.tell(|| format!("-- {job}: every copy of {} is busy", function.word()));
        core.struck(Fault::FunctionThrottled, function.word());
        return None;
    }
    let rng = &mut core.script.draw("copy", job);
    let free: Vec<&Copy> = functions
        .copies
        .iter()
        .filter(|copy| copy.function == function && !copy.busy.load(Ordering::SeqCst))
        .collect();
    if !(free.is_empty() || core.weather.recycles && rng.u32(..6) == 0) {
        let copy = free[rng.usize(..free.len())];
        copy.busy.store(true, Ordering::SeqCst);
        let (worker, service) = (Arc::clone(&copy.worker), Arc::clone(&copy.service));
        return Some((worker, service, Arc::clone(&copy.busy), false));
    }
    functions.started += 1;
    let name = format!("{}#{}", function.word(), functions.started);
    let skew_ms = skew_of(core, &name);
    let worker = Worker::new(core, name, skew_ms);
    let service = Arc::new(worker.service());
    let busy = Arc::new(AtomicBool::new(true));
    functions.copies.push(Copy {
        function,
        worker: Arc::clone(&worker),
        service: Arc::clone(&service),
        busy: Arc::clone(&busy),
    });
    Some((worker, service, busy, true))
}

fn skew_of(core: &Core, name: &str) -> i64 {
    let most = core.weather.skew_ms;
    if most == 0 || !core.script.allows("clock skew") {
        return 0;
    }
    core.record().happened.insert("clock skew".to_owned());
    core.struck(Fault::ClockSkew, "a clock");
    core.script.draw("skew", name).i64(-most..=most)
}

/// Ends a job when its function's time is up, if it has not ended before.
pub async fn watch(core: &Core, function: Function, job: &Job, name: &str) {
    let us = function.time_out_ms() * 1_000;
    core.scheduler.wait_us(us, Wait::Sleep).await;
    if !job.is_over() {
        core.tell(|| format!("xx {name}: its time is up"));
        core.struck(Fault::OutOfTime, function.word());
        job.end();
    }
}

/// Lets go of every copy: a run is over.
pub fn dismantle(cloud: &Cloud) {
    if let Ok(mut functions) = cloud.lock() {
        functions.copies.clear();
    }
}
