//! Runs many seeds, or one of them aloud.
//!
//! Ends with a failure when a run ended wrong, or when a fault or a decision was never met.

use std::{
    process::ExitCode,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Instant,
};

use clap::Parser;
use domain::shard::Shard;
use simulation::{
    chance::Script,
    load::{Load, put_on},
    run::{Plan, run},
    shrink::shrink,
    stories::{STORIES, Story},
    tally::Tally,
};

/// The simulation of the whole service, under every fault it knows.
#[derive(Parser)]
struct Options {
    /// Tells one seed, cut down if it fails.
    #[arg(long)]
    seed: Option<u64>,
    /// With `--seed`: does not cut it down.
    #[arg(long)]
    whole: bool,
    /// How many seeds to run.
    #[arg(long, default_value_t = 10_000)]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// How many threads; all there are, unless told.
    #[arg(long)]
    threads: Option<usize>,
    /// Tells one of the stories, by its place from 0.
    #[arg(long)]
    story: Option<usize>,
    /// Puts a load on it instead: so many incidents at once.
    #[arg(long)]
    load: Option<usize>,
    /// With `--load`: the writes that Jira allows in a second; 0 for no limit.
    #[arg(long, default_value_t = 10)]
    writes_per_second: u32,
    /// With `--load`: copies of each webhook function that may run at once.
    #[arg(long, default_value_t = 10)]
    copies: usize,
    /// With `--load`: shards, each with a sweep of its own beside the others.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=i64::from(Shard::MOST)))]
    shards: u32,
    /// Stops after this many failures.
    #[arg(long, default_value_t = 5)]
    failures: usize,
}

fn main() -> ExitCode {
    let options = Options::parse();
    // A panic in a run is a finding, told with its seed.
    std::panic::set_hook(Box::new(|_| {}));
    if let Some(story) = options.story.and_then(|place| STORIES.get(place)) {
        return tell_story(story);
    }
    match (options.seed, options.load) {
        (Some(seed), _) => tell_one(seed, options.whole),
        (None, Some(incidents)) => bear(&options, incidents),
        (None, None) => run_many(&options),
    }
}

fn bear(options: &Options, incidents: usize) -> ExitCode {
    let begun = Instant::now();
    let load = Load {
        incidents,
        writes_per_second: (options.writes_per_second > 0).then_some(options.writes_per_second),
        copies: options.copies,
        shards: Shard::new(0, options.shards).unwrap_or(Shard::WHOLE),
        most_hours: 24,
    };
    let (outcome, measured) = put_on(load);
    println!("{measured:?}");
    for (what, count) in &outcome.record.calls {
        println!("{count:>12}  {what}");
    }
    if let Some(used) = measured.percent_used() {
        println!("the allowance was used to {used:.1} %");
    }
    if let Some(kilobytes) = peak_memory_kilobytes() {
        println!(
            "peak memory, both products and the store included: {} MB",
            kilobytes / 1024
        );
    }
    println!("took {:.1} s of real time", begun.elapsed().as_secs_f64());
    match outcome.violation {
        Some(violation) => {
            println!("it ended wrong: {violation}");
            ExitCode::FAILURE
        }
        None if measured.with_one_ticket == incidents
            && measured.with_more == 0
            && measured.unheard.apart == 0 =>
        {
            ExitCode::SUCCESS
        }
        None => ExitCode::FAILURE,
    }
}

/// The most memory that this process ever held, where the system tells.
fn peak_memory_kilobytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[allow(clippy::single_match_else)] // Both ways are of equal weight.
fn tell_one(seed: u64, whole: bool) -> ExitCode {
    let shrunk = if whole { None } else { shrink(seed) };
    let (outcome, kept) = match shrunk {
        Some(shrunk) => {
            println!("cut down in {} runs", shrunk.runs);
            (shrunk.outcome, shrunk.script.only)
        }
        None => (run(Plan::of(Script::of_seed(seed), true)), None),
    };
    for line in &outcome.record.lines {
        println!("{line}");
    }
    for name in kept.into_iter().flatten() {
        println!("kept: {name}");
    }
    match outcome.violation {
        Some(violation) => {
            println!("seed {seed} ends wrong: {violation}");
            ExitCode::FAILURE
        }
        None => {
            println!("seed {seed} ends well");
            ExitCode::SUCCESS
        }
    }
}

fn tell_story(story: &Story) -> ExitCode {
    let outcome = story.play(true);
    for line in &outcome.record.lines {
        println!("{line}");
    }
    match outcome.violation {
        Some(violation) => {
            println!("the story ends wrong: {violation}");
            ExitCode::FAILURE
        }
        None => ExitCode::SUCCESS,
    }
}

#[allow(clippy::cast_precision_loss)] // Counts of runs are far below where that matters.
fn run_many(options: &Options) -> ExitCode {
    let threads = options
        .threads
        .unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
    let next = AtomicU64::new(options.first);
    let failures = AtomicU64::new(0);
    let end = options.first + options.seeds;
    let begun = Instant::now();
    let tally = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut tally = Tally::default();
                    loop {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        let enough = failures.load(Ordering::Relaxed) >= options.failures as u64;
                        if seed >= end || enough {
                            return tally;
                        }
                        let outcome = run(Plan::of(Script::of_seed(seed), false));
                        if let Some(violation) = &outcome.violation {
                            failures.fetch_add(1, Ordering::Relaxed);
                            println!("seed {seed} ends wrong: {violation}");
                        }
                        tally.count(seed, outcome);
                        tell_progress(seed - options.first, begun);
                    }
                })
            })
            .collect();
        let mut whole = Tally::default();
        tell_stories(&mut whole);
        for worker in workers {
            match worker.join() {
                Ok(tally) => whole.merge(tally),
                Err(_) => println!("a thread of the simulation itself failed"),
            }
        }
        whole
    });
    let seconds = begun.elapsed().as_secs_f64();
    println!("{tally}");
    println!(
        "seeds {} to {}: {} runs in {seconds:.1} s, {:.0} a second on {threads} threads",
        options.first,
        end - 1,
        tally.runs,
        tally.runs as f64 / seconds
    );
    verdict(&tally)
}

/// Tells every story once; they count like runs.
fn tell_stories(tally: &mut Tally) {
    for story in STORIES {
        let begun = Instant::now();
        let outcome = story.play(false);
        println!(
            "story: {}, {:.1} s",
            story.name,
            begun.elapsed().as_secs_f64()
        );
        if let Some(violation) = &outcome.violation {
            println!("it ends wrong: {violation}");
        }
        tally.count_story(story.name, outcome);
    }
}

#[allow(clippy::cast_precision_loss)] // Counts of runs are far below where that matters.
fn tell_progress(done: u64, begun: Instant) {
    if done > 0 && done.is_multiple_of(20_000) {
        let seconds = begun.elapsed().as_secs_f64();
        eprintln!("{done} runs, {:.0} a second", done as f64 / seconds);
    }
}

fn verdict(tally: &Tally) -> ExitCode {
    for (name, violation) in &tally.failed_stories {
        println!("WRONG: the story \"{name}\": {violation}");
    }
    for (seed, violation) in &tally.failed {
        println!(
            "WRONG: seed {seed}: {violation}\n    cargo run --profile simulation -p simulation -- --seed {seed}"
        );
    }
    let never_met = tally.never_met();
    for word in &never_met {
        println!("NEVER MET: {word}");
    }
    if tally.failed.is_empty() && tally.failed_stories.is_empty() && never_met.is_empty() {
        println!("every run ended well, and every fault and decision was met");
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
