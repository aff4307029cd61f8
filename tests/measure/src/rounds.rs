//! The measurement itself: every function of every build in turn, again and again, so that whatever
//! else the machine does falls on all of them alike.
//!
//! Never measures one thing first and another afterwards.

use std::{path::PathBuf, time::Duration};

use crate::{
    Build,
    process::Process,
    readings::{Cpu, zipped_bytes},
    surroundings::{Counts, Surroundings},
};

const BASELINE: &str = "baseline";
const FUNCTION: &str = "contrast-webhook";

/// What a start is like: the middle one of many.
#[derive(Clone, Copy, Debug, Default)]
pub struct Start {
    /// From the start of the process to the first poll.
    pub to_poll_ms: f64,
    /// Resident memory then.
    pub resident_mb: f64,
    /// The size of the zipped binary.
    pub zipped_mb: f64,
}

/// What deliveries are like, each of them of a new incident that gets its ticket.
#[derive(Clone, Debug, Default)]
pub struct Deliveries {
    /// The first one after a start: the middle one of many.
    pub first_ms: f64,
    /// The others: the same.
    pub warm_ms: f64,
    /// Time of the processor for a warm one, in the program.
    pub user_ms: f64,
    /// And in the system.
    pub system_ms: f64,
    /// What the start asked for.
    pub asked_at_start: Vec<(String, f64)>,
    /// What a first delivery asked for.
    pub asked_first: Vec<(String, f64)>,
    /// What a warm delivery asked for.
    pub asked_warm: Vec<(String, f64)>,
}

/// What came out for one build.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Its name.
    pub build: String,
    /// The yardstick.
    pub baseline: Start,
    /// The yardstick, when it makes the calls to AWS that our function makes before its first poll.
    pub calling: Start,
    /// Our function.
    pub function: Start,
    /// Its deliveries.
    pub deliveries: Deliveries,
}

/// All readings of one build.
#[derive(Default)]
struct Readings {
    starts: [Vec<f64>; 3],
    resident: [Vec<f64>; 3],
    first: Vec<f64>,
    warm: Vec<f64>,
    cpu: Vec<Cpu>,
    at_start: Counts,
    at_first: Counts,
    at_warm: Counts,
}

/// Measures all builds side by side.
pub async fn measure(
    builds: &[Build],
    starts: usize,
    deliveries: usize,
) -> Result<Vec<Measured>, String> {
    let folder = std::env::temp_dir().join(format!("measure-{}", std::process::id()));
    std::fs::create_dir_all(&folder)
        .map_err(|error| format!("making {}: {error}", folder.display()))?;
    let measured = measure_in(&folder, builds, starts, deliveries).await;
    // Kept only by a machine that loses files.
    let _ = std::fs::remove_dir_all(&folder);
    measured
}

async fn measure_in(
    folder: &std::path::Path,
    builds: &[Build],
    starts: usize,
    deliveries: usize,
) -> Result<Vec<Measured>, String> {
    let around = Surroundings::start(folder).await?;
    let mut readings: Vec<Readings> = builds.iter().map(|_| Readings::default()).collect();
    // The first round only brings the files into the memory of the system.
    for round in 0..=starts {
        for (build, readings) in builds.iter().zip(&mut readings) {
            let mut unused = Readings::default();
            let readings = if round == 0 { &mut unused } else { readings };
            start_baseline(&around, build, readings).await?;
            start_function(&around, build, deliveries, readings).await?;
        }
    }
    let both = builds.iter().zip(readings);
    both.map(|(build, readings)| conclude(build, &readings, deliveries))
        .collect()
}

fn binary(build: &Build, name: &str) -> PathBuf {
    // As cargo-lambda lays it down.
    build.folder.join(name).join("bootstrap")
}

async fn start_baseline(
    around: &Surroundings,
    build: &Build,
    readings: &mut Readings,
) -> Result<(), String> {
    let mut environment = around.environment();
    let process = Process::start(&binary(build, BASELINE), &environment).await?;
    readings.note_start(0, &process);
    environment.insert("YARDSTICK_CALLS", environment["TABLE_NAME"].clone());
    let process = Process::start(&binary(build, BASELINE), &environment).await?;
    readings.note_start(2, &process);
    Ok(())
}

async fn start_function(
    around: &Surroundings,
    build: &Build,
    deliveries: usize,
    readings: &mut Readings,
) -> Result<(), String> {
    around.take_counts();
    let mut process = Process::start(&binary(build, FUNCTION), &around.environment()).await?;
    readings.note_start(1, &process);
    add(&mut readings.at_start, around.take_counts());
    readings.first.push(deliver(around, &mut process).await?);
    add(&mut readings.at_first, around.take_counts());
    let before = process.cpu()?;
    for _ in 0..deliveries {
        readings.warm.push(deliver(around, &mut process).await?);
    }
    readings.cpu.push(process.cpu()? - before);
    add(&mut readings.at_warm, around.take_counts());
    Ok(())
}

/// Delivers the push of a new incident, and makes sure that its ticket was opened.
async fn deliver(around: &Surroundings, process: &mut Process) -> Result<f64, String> {
    let before = around.tickets();
    let event = around.raise()?;
    let (answer, took) = process.deliver(&event).await?;
    if answer["statusCode"] != 200 || around.tickets() != before + 1 {
        return Err(format!("a delivery opened no ticket: {answer}"));
    }
    Ok(ms(took))
}

impl Readings {
    fn note_start(&mut self, which: usize, process: &Process) {
        self.starts[which].push(ms(process.start));
        self.resident[which].push(as_number(process.resident_kb) / 1024.0);
    }
}

fn conclude(build: &Build, readings: &Readings, deliveries: usize) -> Result<Measured, String> {
    let start = |which: usize, name: &str| {
        Ok::<_, String>(Start {
            to_poll_ms: middle(&readings.starts[which]),
            resident_mb: middle(&readings.resident[which]),
            zipped_mb: as_number(zipped_bytes(&binary(build, name))?) / 1024.0 / 1024.0,
        })
    };
    let starts = as_number(readings.first.len() as u64);
    let warm = as_number((readings.first.len() * deliveries) as u64);
    let total = |part: fn(&Cpu) -> Duration| ms(readings.cpu.iter().map(part).sum());
    let each = |counts: &Counts, times: f64| {
        let counts = counts.iter();
        counts
            .map(|(what, count)| (what.clone(), as_number(*count) / times))
            .collect()
    };
    Ok(Measured {
        build: build.name.clone(),
        baseline: start(0, BASELINE)?,
        calling: start(2, BASELINE)?,
        function: start(1, FUNCTION)?,
        deliveries: Deliveries {
            first_ms: middle(&readings.first),
            warm_ms: middle(&readings.warm),
            user_ms: total(|cpu| cpu.user) / warm,
            system_ms: total(|cpu| cpu.system) / warm,
            asked_at_start: each(&readings.at_start, starts),
            asked_first: each(&readings.at_first, starts),
            asked_warm: each(&readings.at_warm, warm),
        },
    })
}

fn add(all: &mut Counts, more: Counts) {
    for (what, count) in more {
        *all.entry(what).or_default() += count;
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

#[allow(clippy::cast_precision_loss)] // Sizes and counts are far below where that matters.
fn as_number(count: u64) -> f64 {
    count as f64
}

/// The middle one of all; no number where there is none.
fn middle(all: &[f64]) -> f64 {
    let mut sorted = all.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::middle;

    #[test]
    fn one_slow_reading_changes_nothing() {
        assert!((middle(&[21.0, 900.0, 20.0]) - 21.0).abs() < f64::EPSILON);
        assert!(middle(&[]).is_nan());
    }
}
