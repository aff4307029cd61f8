//! Cuts a failing run down: takes acts and disturbances out while it still fails.
//!
//! Each of them has a name and is drawn by it, so that what stays is as it was.

use std::collections::BTreeSet;

use crate::{
    chance::Script,
    run::{Outcome, Plan, run},
};

/// Runs that a cutting down may take.
const MOST_RUNS: u32 = 600;

/// A failing run, cut down.
pub struct Shrunk {
    /// What is left of it.
    pub script: Script,
    /// How it ends.
    pub outcome: Outcome,
    /// The runs it took.
    pub runs: u32,
}

/// Cuts a failing run down to few acts and disturbances that still make it fail, be it with other
/// words. Answers with its timeline.
pub fn shrink(seed: u64) -> Option<Shrunk> {
    let whole = run(Plan::of(Script::of_seed(seed), false));
    whole.violation?;
    let mut kept: Vec<String> = whole.record.happened.into_iter().collect();
    let mut runs = 0;
    let mut portion = kept.len().div_ceil(2).max(1);
    loop {
        let mut smaller = false;
        let mut at = 0;
        while at < kept.len() && runs < MOST_RUNS {
            let mut rest = kept.clone();
            rest.drain(at..(at + portion).min(kept.len()));
            runs += 1;
            if let Some(happened) = fails_with(seed, &rest) {
                // What did not come to pass any more is left out as well.
                kept.retain(|name| happened.contains(name));
                smaller = true;
            } else {
                at += portion;
            }
        }
        if runs >= MOST_RUNS || portion == 1 && !smaller {
            break;
        }
        portion = (portion / 2).max(1);
    }
    let only: BTreeSet<String> = kept.into_iter().collect();
    let script = Script {
        seed,
        only: Some(only),
    };
    let outcome = run(Plan::of(script.clone(), true));
    Some(Shrunk {
        script,
        outcome,
        runs,
    })
}

fn fails_with(seed: u64, kept: &[String]) -> Option<BTreeSet<String>> {
    let script = Script {
        seed,
        only: Some(kept.iter().cloned().collect()),
    };
    let outcome = run(Plan::of(script, false));
    outcome.violation?;
    Some(outcome.record.happened)
}
