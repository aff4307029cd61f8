//! The proof: no loss, no doubles, no echo, whatever goes wrong.
//!
//! `SIMULATED_SEEDS` raises the number of histories, `SIMULATED_FIRST` draws others. Of crash points
//! and of meetings an ordinary build tries a sample; all of them are for an optimised build:
//! `cargo test --profile simulation -p simulation`.

use std::thread;

use simulation::{
    chance::Script,
    crashes::crash_everywhere,
    meetings::{Explored, MEETINGS, Meeting, explore},
    run::{Plan, run},
    shrink::shrink,
    stories::{MANY_COMMENTS, STORIES},
    tally::Tally,
};

/// Histories in each of the tests that draw them.
const SEEDS: u64 = if IS_A_SAMPLE { 1_000 } else { 1_500 };
/// Orders of steps tried for each meeting, and interruptions in each order.
const ORDERS: u64 = if IS_A_SAMPLE { 10 } else { 2_000 };
/// Of the points at which a worker can die, one in so many is tried.
const POINTS: u32 = if IS_A_SAMPLE { 20 } else { 1 };
/// Whether this build is too slow for all of it.
const IS_A_SAMPLE: bool = cfg!(debug_assertions);
const INTERRUPTIONS: usize = 2;

fn number_from_environment(name: &str, fallback: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(fallback)
}

/// Runs a part of the seeds; the parts run side by side.
fn seeds_end_well(part: u64) {
    let seeds = number_from_environment("SIMULATED_SEEDS", SEEDS);
    let first = number_from_environment("SIMULATED_FIRST", 0) + part * seeds;
    let mut tally = Tally::default();
    for seed in first..first + seeds {
        let outcome = run(Plan::of(Script::of_seed(seed), false));
        if let Some(violation) = &outcome.violation {
            tell_shortest(seed);
            panic!("seed {seed} ends wrong: {violation}");
        }
        tally.count(seed, outcome);
    }
    println!("seeds {first} to {}: {tally}", first + seeds - 1);
}

/// Prints the shortest history that still fails, and how to see it again.
fn tell_shortest(seed: u64) {
    let Some(shrunk) = shrink(seed) else {
        return;
    };
    for line in &shrunk.outcome.record.lines {
        println!("{line}");
    }
    for name in shrunk.script.only.into_iter().flatten() {
        println!("kept: {name}");
    }
    println!("again: cargo run --profile simulation -p simulation -- --seed {seed}");
}

#[test]
fn whatever_goes_wrong_both_sides_end_as_one_story() {
    seeds_end_well(0);
}

#[test]
fn whatever_else_goes_wrong_both_sides_end_as_one_story() {
    seeds_end_well(1);
}

#[cfg_attr(debug_assertions, ignore = "takes minutes in an unoptimised build")]
#[test]
fn what_takes_very_many_is_met_as_well() {
    for story in STORIES {
        let outcome = story.play(false);
        assert_eq!(outcome.violation, None, "{}", story.name);
    }
}

#[cfg_attr(debug_assertions, ignore = "takes minutes in an unoptimised build")]
#[test]
fn more_comments_than_one_case_can_have_end_well() {
    assert_eq!(MANY_COMMENTS.play(false).violation, None);
}

#[test]
fn the_same_seed_always_tells_the_same_history() {
    for seed in [3, 17, 1_000_003] {
        let elsewhere =
            thread::spawn(move || run(Plan::of(Script::of_seed(seed), true)).record.lines);
        let here = run(Plan::of(Script::of_seed(seed), true)).record.lines;
        assert!(!here.is_empty());
        assert_eq!(here, elsewhere.join().expect("a history"), "seed {seed}");
    }
}

#[test]
fn a_network_that_sends_creations_twice_is_noticed() {
    let mut noticed = 0;
    for seed in 0..10 {
        let mut plan = Plan::of(Script::of_seed(seed), false);
        plan.weather.doubles_creations = true;
        noticed += u32::from(run(plan).violation.is_some());
    }
    assert!(
        noticed >= 9,
        "only {noticed} of 10 histories were found to be wrong"
    );
}

#[test]
fn a_store_that_ignores_conditions_on_leases_is_noticed() {
    let mut noticed = 0;
    for meeting in MEETINGS.iter().take(3) {
        noticed += u32::from(
            simulation::meetings::explore_without_conditions(meeting, 1, 200)
                .wrong
                .is_some(),
        );
    }
    assert_eq!(noticed, 3);
}

fn crashes_end_well(rest: usize) {
    let crashes = crash_everywhere(2, rest, POINTS);
    let total: u32 = crashes.points.values().sum();
    for (scene, points) in &crashes.points {
        println!("{points:>6}  {scene}");
    }
    println!("{total:>6}  points at which a worker died");
    assert!(crashes.wrong.is_empty(), "{}", crashes.wrong.join("\n\n"));
    assert!(total > 400 / POINTS, "only {total} points");
}

#[test]
fn a_worker_may_die_before_and_after_any_effect() {
    crashes_end_well(0);
}

#[test]
fn a_worker_may_die_before_and_after_any_other_effect() {
    crashes_end_well(1);
}

/// Every order with one interruption, which must all have been tried, and of those with more than one
/// as many as there is time for.
fn meet_in_every_order<'a>(meetings: impl Iterator<Item = &'a Meeting>) {
    let most = number_from_environment("SIMULATED_ORDERS", ORDERS);
    let interruptions = number_from_environment("SIMULATED_INTERRUPTIONS", INTERRUPTIONS as u64);
    let interruptions = usize::try_from(interruptions).unwrap_or(INTERRUPTIONS);
    for meeting in meetings {
        if !IS_A_SAMPLE {
            let all = meet(meeting, 1, u64::MAX);
            assert!(all.exhausted, "{}: an order was left out", meeting.name);
        }
        meet(meeting, interruptions, most);
    }
}

fn meet(meeting: &Meeting, interruptions: usize, most: u64) -> Explored {
    let explored = explore(meeting, interruptions, most);
    let Explored {
        orders,
        most_choices,
        exhausted,
        wrong,
    } = &explored;
    println!(
        "{}: {} {orders} orders with at most {interruptions} interruptions, of at most {most_choices} choices",
        meeting.name,
        if *exhausted { "all" } else { "the first" },
    );
    assert_eq!(wrong, &None);
    assert!(*most_choices > 3, "{}: nobody meets anybody", meeting.name);
    explored
}

#[test]
fn two_and_three_runs_on_one_case_may_meet_in_any_order() {
    meet_in_every_order(MEETINGS.iter().step_by(2));
}

#[test]
fn runs_on_one_case_may_meet_in_any_other_order() {
    meet_in_every_order(MEETINGS.iter().skip(1).step_by(2));
}
