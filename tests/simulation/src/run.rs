//! One run: a world, a service in it, people, faults; then calm, and the end.
//!
//! The same script always gives the same run.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use adapters::store::TableStore;
use domain::{moment::Moment, shard::Shard};
use simulators::{
    contrast::{Contrast, Rows, Stir},
    jira::Jira,
    table::Table,
};

use crate::{
    acts::{self, Act},
    chance::Script,
    core::{Core, Record, World},
    ending,
    executor::{Chooser, Executor, Wait},
    fault::Fault,
    functions::{Function, Job, start, watch},
    journal::Journal,
    operators,
    weather::Weather,
};

/// When every run begins.
const START: &str = "2026-03-09T08:00:00Z";
/// Steps of the executor after which a run counts as endless.
const MOST_STEPS: u64 = 3_000_000;
/// How long a run goes on after the last act, before the faults stop.
const AFTERMATH_MS: u64 = 90_000;

/// How a run ended.
pub struct Outcome {
    /// What was found to be wrong, if anything was.
    pub violation: Option<String>,
    /// What happened.
    pub record: Record,
    /// The steps it took.
    pub steps: u64,
}

/// What a run is made of.
pub struct Plan {
    /// The seed, and what was kept of it.
    pub script: Script,
    /// The weather.
    pub weather: Weather,
    /// What people do.
    pub acts: Vec<Act>,
    /// Who goes next, where that is not left to time.
    pub chooser: Option<Chooser>,
    /// Whether a timeline is kept.
    pub verbose: bool,
}

impl Plan {
    /// Everything that a script draws.
    pub fn of(script: Script, verbose: bool) -> Self {
        let weather = Weather::of(&script);
        Self {
            acts: acts::acts_of(&script, &weather.quirks),
            weather,
            script,
            chooser: None,
            verbose,
        }
    }
}

/// The world as it is in the beginning.
pub fn new_world(weather: &Weather, now_ms: i64) -> World {
    let mut contrast = Contrast::with_demo_world();
    contrast.set_push_secret(Some(&operators::push_secret(0)));
    let stir = Stir {
        moves_updated: weather.comments_stir,
        pushes: weather.comments_stir,
    };
    contrast.behaviour_mut().comments = stir;
    if weather.sparse_rows {
        contrast.behaviour_mut().rows = Rows::Sparse;
    }
    let mut jira = Jira::with_demo_world("https://acme.atlassian.net");
    jira.set_search_lag_ms(weather.search_lag_ms);
    jira.set_anonymous_reads(weather.anonymous_reads);
    let mut table = Table::new("world");
    table.behaviour_mut().index_lag_ms = weather.index_lag_ms;
    table.behaviour_mut().batch_limit = weather.batch_limit;
    let mut world = World {
        contrast,
        jira,
        table,
        secrets: operators::secrets_of(0, 0),
        people: crate::people::People::default(),
        choices: operators::Choices {
            delete_in_contrast: weather.delete_in_contrast,
            ..operators::Choices::default()
        },
        quirks: weather.quirks.clone(),
    };
    for quirk in &weather.quirks {
        quirk.shape(&mut world.contrast, &mut world.jira);
    }
    operators::write_settings(&mut world, false, now_ms);
    world
}

/// Runs a plan to its end.
pub fn run(plan: Plan) -> Outcome {
    let Plan {
        script,
        weather,
        acts,
        chooser,
        verbose,
    } = plan;
    let acted = acts.clone();
    run_with(script, weather, chooser, verbose, move |core| async move {
        live(&core, &acted).await;
        ending::settle(&core).await;
    })
}

/// Runs a story of one's own in a world, to its end.
pub fn run_with<W, F>(
    script: Script,
    weather: Weather,
    chooser: Option<Chooser>,
    verbose: bool,
    story: W,
) -> Outcome
where
    W: FnOnce(Arc<Core>) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let patient = Plan {
        script,
        acts: Vec::new(),
        weather,
        chooser,
        verbose,
    };
    run_for(MOST_STEPS, patient, story)
}

/// The same, with a bound of one's own on the steps. The plan's acts are left to the story.
pub fn run_for<W, F>(most_steps: u64, plan: Plan, story: W) -> Outcome
where
    W: FnOnce(Arc<Core>) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let Plan {
        script,
        weather,
        chooser,
        verbose,
        acts: _,
    } = plan;
    let start_ms = Moment::parse(START).map_or(0, Moment::epoch_ms);
    // The SDK's own chance: how long it waits before it tries again.
    fastrand::seed(script.seed);
    let world = new_world(&weather, start_ms);
    let core = Core::new(script, weather, world, verbose);
    note_standing_faults(&core);
    let mut executor = Executor::new(core.scheduler.clone(), start_ms, chooser);
    let whole = core.scheduler.spawn(story(Arc::clone(&core)));
    let journal = Journal(Arc::clone(&core));
    let ran = catch_unwind(AssertUnwindSafe(|| {
        tracing::subscriber::with_default(journal, || executor.run_until_done(whole, most_steps))
    }));
    let steps = match ran {
        Ok(Some(steps)) => steps,
        Ok(None) => {
            core.violate("it never ends".to_owned());
            most_steps
        }
        Err(panic) => {
            core.violate(format!("it panicked: {}", words_of(&*panic)));
            0
        }
    };
    executor.drop_tasks();
    core.dismantle();
    let record = std::mem::take(&mut *core.record());
    Outcome {
        violation: record.violation.clone(),
        record,
        steps,
    }
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let words = panic.downcast_ref::<String>().map(String::as_str);
    words
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no words")
        .to_owned()
}

fn note_standing_faults(core: &Core) {
    let weather = &core.weather;
    let standing = [
        (weather.search_lag_ms > 0, Fault::SearchLag, "search"),
        (weather.index_lag_ms > 0, Fault::IndexLag, "store"),
        (weather.batch_limit.is_some(), Fault::PartOfBatch, "store"),
    ];
    for quirk in &weather.quirks {
        core.record().happened.insert(quirk.name());
        core.tell(|| quirk.name());
    }
    for (_, fault, target) in standing.into_iter().filter(|(stands, _, _)| *stands) {
        core.struck(fault, target);
    }
}

/// People act, sweeps run on their schedule, and everything goes wrong that can.
async fn live(core: &Arc<Core>, acts: &[Act]) {
    let begun_ms = core.now_ms();
    let sweeps = core.scheduler.spawn(sweep_on_schedule(Arc::clone(core)));
    for act in acts {
        let at_ms = begun_ms.saturating_add_unsigned(act.at_ms);
        let ahead_ms = u64::try_from(at_ms - core.now_ms()).unwrap_or(0);
        core.scheduler.wait_us(ahead_ms * 1_000, Wait::Sleep).await;
        acts::perform(core, act);
    }
    core.scheduler
        .wait_us(AFTERMATH_MS * 1_000, Wait::Sleep)
        .await;
    core.scheduler.kill(sweeps);
}

async fn sweep_on_schedule(core: Arc<Core>) {
    let minutes = core.weather.sweep_minutes;
    for number in 1.. {
        core.scheduler
            .wait_us(minutes * 60_000_000, Wait::Sleep)
            .await;
        let name = format!("sweep {number}");
        let missed = core.strikes(&name, &[(1, Fault::SweepMissed)], 30_000, || {
            "sweep".to_owned()
        });
        if missed.is_none() {
            let (core, name) = (Arc::clone(&core), name);
            let scheduler = core.scheduler.clone();
            scheduler.spawn(async move {
                sweep(&core, &name).await;
            });
        }
    }
}

/// Starts a sweep, and lets as much time pass as it may take. Tells whether it came to its end by
/// itself.
pub async fn sweep(core: &Arc<Core>, name: &str) -> bool {
    let Some(job) = start_sweep(core, name, Shard::WHOLE) else {
        return false;
    };
    watch(core, Function::Sweep, &job, name).await;
    job.is_done()
}

/// Starts a sweep of a shard's cases, if another one may run.
pub fn start_sweep(core: &Arc<Core>, name: &str, shard: Shard) -> Option<Job> {
    let cloud = core.cloud()?;
    let telling = Arc::clone(core);
    let named = name.to_owned();
    let deadline_ms = core
        .now_ms()
        .saturating_add_unsigned(Function::Sweep.time_out_ms());
    let job = start(
        core,
        &cloud,
        Function::Sweep,
        name,
        move |service| async move {
            let deadline = Moment::from_epoch_ms(deadline_ms);
            let report = reconciliation_sweep::handle(&service, shard, deadline).await;
            telling.tell(|| match report {
                Ok(report) => format!("-> {named} ended: {report:?}"),
                Err(trouble) => format!("-> {named} failed: {trouble}"),
            });
        },
    )?;
    if core.weather.sweeps_at_once > 1 && core.is_stormy() {
        core.struck(Fault::OverlappingSweeps, "sweep");
    }
    Some(job)
}

/// A store without faults, for looking at what is left over.
pub fn store_of(core: &Arc<Core>) -> TableStore {
    let worker = crate::worker::Worker::new(core, "the end".to_owned(), 0);
    worker.store()
}
