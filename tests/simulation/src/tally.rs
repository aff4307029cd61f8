//! Counts over many runs: rate, faults and what they hit, calls, decisions.
//!
//! What was never met is named: a run over many seeds that misses something fails.

use std::{collections::BTreeMap, fmt};

use domain::reconcile::Decision;

use crate::{fault::Fault, run::Outcome};

/// Decisions that take too long for a run of many seeds, and the tests that meet them.
const MET_ELSEWHERE: &[(&str, &str)] = &[(
    "too-many-comments",
    "more_comments_than_one_case_can_have_end_well",
)];

/// What many runs came to.
#[derive(Default)]
pub struct Tally {
    /// Runs.
    pub runs: u64,
    /// Steps of the executor.
    pub steps: u64,
    /// Requests to the store.
    pub store_requests: u64,
    /// Conditions that did not hold.
    pub conditions_failed: u64,
    /// Webhooks told.
    pub webhooks: u64,
    /// Faults, and what they hit.
    pub faults: BTreeMap<Fault, BTreeMap<String, u64>>,
    /// Calls to the products.
    pub calls: BTreeMap<String, u64>,
    /// Decisions of the service.
    pub decisions: BTreeMap<String, u64>,
    /// How reconciles ended.
    pub outcomes: BTreeMap<String, u64>,
    /// Runs by the number of sweeps after which everything was right.
    pub sweeps_to_rest: BTreeMap<u32, u64>,
    /// Seeds that failed, with what was wrong.
    pub failed: Vec<(u64, String)>,
    /// Stories that failed, with what was wrong.
    pub failed_stories: Vec<(&'static str, String)>,
}

impl Tally {
    /// Counts a run.
    pub fn count(&mut self, seed: u64, outcome: Outcome) {
        let wrong = self.add_outcome(outcome);
        self.failed.extend(wrong.map(|wrong| (seed, wrong)));
    }

    /// Counts a story.
    pub fn count_story(&mut self, name: &'static str, outcome: Outcome) {
        let wrong = self.add_outcome(outcome);
        self.failed_stories.extend(wrong.map(|wrong| (name, wrong)));
    }

    /// Adds what happened in a run. Answers with what was wrong in it.
    fn add_outcome(&mut self, outcome: Outcome) -> Option<String> {
        let Outcome {
            violation,
            record,
            steps,
        } = outcome;
        self.runs += 1;
        self.steps += steps;
        self.store_requests += record.store_requests;
        self.conditions_failed += record.conditions_failed;
        self.webhooks += record.webhooks;
        *self
            .sweeps_to_rest
            .entry(record.sweeps_to_rest)
            .or_default() += 1;
        for (fault, targets) in record.faults {
            add(self.faults.entry(fault).or_default(), targets);
        }
        add(&mut self.calls, record.calls);
        add(&mut self.decisions, record.decisions);
        add(&mut self.outcomes, record.outcomes);
        violation
    }

    /// Adds the counts of another tally.
    pub fn merge(&mut self, other: Self) {
        self.runs += other.runs;
        self.steps += other.steps;
        self.store_requests += other.store_requests;
        self.conditions_failed += other.conditions_failed;
        self.webhooks += other.webhooks;
        for (fault, targets) in other.faults {
            add(self.faults.entry(fault).or_default(), targets);
        }
        add(&mut self.calls, other.calls);
        add(&mut self.decisions, other.decisions);
        add(&mut self.outcomes, other.outcomes);
        add(&mut self.sweeps_to_rest, other.sweeps_to_rest);
        self.failed.extend(other.failed);
        self.failed_stories.extend(other.failed_stories);
    }

    /// Faults that never struck and decisions that were never taken.
    pub fn never_met(&self) -> Vec<&'static str> {
        let faults = Fault::ALL
            .iter()
            .filter(|fault| !self.faults.contains_key(fault));
        let decisions = Decision::ALL
            .iter()
            .map(|decision| decision.word())
            .filter(|word| !self.decisions.contains_key(*word))
            .filter(|word| !MET_ELSEWHERE.iter().any(|(elsewhere, _)| elsewhere == word));
        faults.map(|fault| fault.word()).chain(decisions).collect()
    }
}

fn add<K: Ord>(counts: &mut BTreeMap<K, u64>, more: BTreeMap<K, u64>) {
    for (key, count) in more {
        *counts.entry(key).or_default() += count;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls: u64 = self.calls.values().sum();
        writeln!(
            out,
            "{} runs, {} steps, {} webhooks, {} calls to the products, {} requests to the store \
             ({} conditions failed)",
            self.runs,
            self.steps,
            self.webhooks,
            calls,
            self.store_requests,
            self.conditions_failed
        )?;
        writeln!(out, "\nfaults, and what they hit")?;
        for fault in Fault::ALL {
            let targets = self.faults.get(fault);
            let total: u64 = targets.map_or(0, |targets| targets.values().sum());
            write!(out, "{total:>12}  {:<24}", fault.word())?;
            let mut most: Vec<(&String, &u64)> = targets.into_iter().flatten().collect();
            most.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
            let named: Vec<String> = most
                .iter()
                .take(6)
                .map(|(target, count)| format!("{target} {count}"))
                .collect();
            writeln!(out, "{}", named.join(", "))?;
        }
        writeln!(out, "\ndecisions")?;
        for decision in Decision::ALL {
            let count = self.decisions.get(decision.word()).unwrap_or(&0);
            writeln!(out, "{count:>12}  {}", decision.word())?;
        }
        writeln!(out, "\nhow reconciles ended")?;
        for (word, count) in &self.outcomes {
            writeln!(out, "{count:>12}  {word}")?;
        }
        writeln!(out, "\ncalls")?;
        for (what, count) in &self.calls {
            writeln!(out, "{count:>12}  {what}")?;
        }
        writeln!(out, "\nsweeps until everything was right")?;
        for (sweeps, count) in &self.sweeps_to_rest {
            writeln!(out, "{count:>12}  {sweeps}")?;
        }
        Ok(())
    }
}
