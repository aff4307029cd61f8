//! Load, in simulated time: a burst of incidents against a Jira that allows few writes, and very
//! many linked cases under the sweep.
//!
//! Nothing here draws faults: what is measured is how well an allowance is used.

use std::{collections::BTreeMap, sync::Arc};

use domain::shard::Shard;
use simulators::{contrast::IncidentSeed, jira::WriteLimit};

use crate::{
    chance::Script,
    core::Core,
    deliveries,
    functions::Job,
    run::{Outcome, Plan, run_for, start_sweep},
    scenes::pass,
    weather::Weather,
};

mod unheard;

pub use unheard::Unheard;

/// What a load came to.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// Incidents raised.
    pub incidents: usize,
    /// Incidents with exactly one ticket.
    pub with_one_ticket: usize,
    /// Incidents with more than one.
    pub with_more: usize,
    /// From the first push to the last write.
    pub took_ms: i64,
    /// Writes that Jira took.
    pub writes: u64,
    /// Writes that it would have allowed in that time.
    pub allowed: u64,
    /// Answers of 429.
    pub refusals: u64,
    /// Calls of the sweep that ran when nothing was left to do.
    pub idle_calls: u64,
    /// Sweeps after the last ticket until there was nothing left to look at.
    pub sweeps_to_rest: u32,
    /// Requests to the store of that sweep.
    pub idle_store_requests: BTreeMap<String, u64>,
    /// Cases that are stuck or due at the end.
    pub left: usize,
    /// What became of changes that nobody told.
    pub unheard: Unheard,
    /// After each sweep: minutes, tickets, writes and refusals so far.
    pub progress: Vec<(i64, usize, u64, u64)>,
}

impl Measured {
    /// How much of the allowance was used, in percent.
    #[allow(clippy::cast_precision_loss)] // Counts of writes are far below where that matters.
    pub fn percent_used(&self) -> Option<f64> {
        (self.allowed > 0).then(|| self.writes as f64 * 100.0 / self.allowed as f64)
    }
}

/// A load.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Incidents raised at once.
    pub incidents: usize,
    /// Writes that Jira allows in a second; `None` for no limit.
    pub writes_per_second: Option<u32>,
    /// Copies of each webhook function.
    pub copies: usize,
    /// The first of the shards whose sweeps run beside each other.
    pub shards: Shard,
    /// Hours after which it is given up.
    pub most_hours: u64,
}

/// Between two sweeps of the schedule.
const EVERY_MS: i64 = 300_000;
/// The time-out of the sweep, as in the template.
const SWEEP_MS: i64 = 320_000;
/// How long a sweep that came too early waits in the cloud's queue until it is tried again.
const QUEUED_MS: u64 = 2_000;

/// Steps of the executor for each incident, after which a load counts as endless.
const MOST_STEPS_EACH: u64 = 1_000;
const MOST_STEPS: u64 = 3_000_000;

/// Puts a load on the service, and waits until every incident has its ticket and nothing is due.
pub fn put_on(load: Load) -> (Outcome, Measured) {
    let mut weather = Weather::calm();
    weather.copies = load.copies;
    weather.sweeps_at_once = load.shards.of() as usize;
    let measured = Arc::new(std::sync::Mutex::new(Measured::default()));
    let shared = Arc::clone(&measured);
    let plan = Plan {
        script: Script::of_seed(1),
        weather,
        acts: Vec::new(),
        chooser: None,
        verbose: false,
    };
    let most_steps = MOST_STEPS + MOST_STEPS_EACH * load.incidents as u64;
    let outcome = run_for(most_steps, plan, move |core| async move {
        let result = bear(&core, load).await;
        if let Ok(mut measured) = shared.lock() {
            *measured = result;
        }
    });
    let measured = measured
        .lock()
        .map(|measured| measured.clone())
        .unwrap_or_default();
    (outcome, measured)
}

async fn bear(core: &Arc<Core>, load: Load) -> Measured {
    core.check_at_once(false);
    if let Some(per_second) = load.writes_per_second {
        let limit = WriteLimit {
            burst: per_second,
            per_second,
        };
        core.world().jira.set_write_limit(Some(limit));
    }
    let begun_ms = core.now_ms();
    for number in 0..load.incidents {
        let seed = IncidentSeed::named(&format!("Attack {number}"));
        core.world().contrast.raise_incident(seed, begun_ms);
    }
    deliveries::send_out(core);
    let mut measured = Measured {
        incidents: load.incidents,
        ..Measured::default()
    };
    let mut sweeps = 0;
    // The schedule starts one every five minutes. One that comes while another is running waits in
    // the cloud's queue, and is tried again a moment later.
    let mut next_ms = begun_ms;
    while sweeps < load.most_hours * 12 {
        sweeps += 1;
        next_ms += EVERY_MS;
        sweep_to_its_end(core, load.shards, &format!("sweep {sweeps}")).await;
        let left_ms = u64::try_from(next_ms - core.now_ms()).unwrap_or(QUEUED_MS);
        pass(core, left_ms).await;
        measured.left = count_left(core).await;
        let (writes, refusals, _) = core.world().jira.write_counts();
        let minutes = (core.now_ms() - begun_ms) / 60_000;
        let tickets = count_tickets(core).len();
        measured.progress.push((minutes, tickets, writes, refusals));
        if measured.left == 0 && count_tickets(core).len() >= load.incidents {
            break;
        }
    }
    let counts = count_tickets(core);
    measured.with_one_ticket = counts.values().filter(|count| **count == 1).count();
    measured.with_more = counts.values().filter(|count| **count > 1).count();
    let (writes, refusals, last_ms) = core.world().jira.write_counts();
    measured.writes = writes;
    measured.refusals = refusals;
    measured.took_ms = last_ms - begun_ms;
    let seconds = u64::try_from(measured.took_ms / 1_000).unwrap_or(0);
    measured.allowed = seconds * u64::from(load.writes_per_second.unwrap_or(0));
    measure_idle_sweep(core, load.shards, &mut measured).await;
    measured.unheard = unheard::change_and_find(core, load.shards).await;
    measured
}

/// Sweeps all shards beside each other, and goes on as soon as the last of them is over.
async fn sweep_to_its_end(core: &Arc<Core>, shards: Shard, name: &str) {
    let jobs: Vec<_> = shards
        .all()
        .filter_map(|shard| start_sweep(core, &shard.cursor(name), shard))
        .collect();
    let until_ms = core.now_ms() + SWEEP_MS;
    while jobs.iter().any(|job| !job.is_over()) {
        if core.now_ms() >= until_ms {
            core.violate(format!("{name} does not come to its end in time"));
            jobs.iter().filter(|job| !job.is_over()).for_each(Job::end);
        }
        pass(core, 100).await;
    }
}

async fn count_left(core: &Arc<Core>) -> usize {
    use domain::ports::Store as _;
    let store = crate::run::store_of(core);
    let later = domain::moment::Moment::from_epoch_ms(core.now_ms()).plus_ms(6 * 3_600_000);
    store
        .list_due(later, None)
        .await
        .map_or(usize::MAX, |page| page.cases.len())
}

fn count_tickets(core: &Core) -> BTreeMap<String, u32> {
    let world = core.world();
    let mut counts = BTreeMap::new();
    for ticket in world.jira.tickets() {
        let number = ticket.summary.rsplit('(').next().unwrap_or_default();
        *counts.entry(number.to_owned()).or_default() += 1;
    }
    counts
}

/// Every ticket that we wrote is read once more; a sweep with fewer calls than this comes after that.
const CALLS_AT_REST: u64 = 300;
const MOST_SWEEPS_TO_REST: u32 = 48;

async fn measure_idle_sweep(core: &Arc<Core>, shards: Shard, measured: &mut Measured) {
    let calls = || core.record().calls.values().sum::<u64>();
    loop {
        let before = calls();
        let requests_before = core.record().store_operations.clone();
        let name = format!("settling sweep {}", measured.sweeps_to_rest);
        sweep_to_its_end(core, shards, &name).await;
        pass(core, EVERY_MS.unsigned_abs()).await;
        measured.idle_calls = calls() - before;
        let record = core.record();
        let requests = record.store_operations.iter();
        measured.idle_store_requests = requests
            .map(|(name, count)| {
                let known = requests_before.get(name).unwrap_or(&0);
                (name.clone(), count - known)
            })
            .filter(|(_, count)| *count > 0)
            .collect();
        if measured.idle_calls < CALLS_AT_REST || measured.sweeps_to_rest == MOST_SWEEPS_TO_REST {
            return;
        }
        measured.sweeps_to_rest += 1;
    }
}
