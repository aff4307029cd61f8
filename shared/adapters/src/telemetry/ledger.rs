//! What one process has to add to the books: the tallies of its invocations, until they are written.
//!
//! Holds numbers under words of the catalogue, and asks for no more than one writing in a minute.

use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::moment::Moment;

use super::{
    catalogue::{DELIVERIES, EVENT_TO_SYNC, RATE_LIMIT_PAUSE, RECONCILES},
    tally::Tally,
};
use crate::store::Entries;

/// How often a process writes what it has.
const EVERY_MS: u64 = 60_000;

/// What is not in the books yet.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<Unwritten>);

#[derive(Debug, Default)]
struct Unwritten {
    entries: Entries,
    written_at: Option<Moment>,
}

impl Ledger {
    /// Adds what was counted in one invocation, as far as the books keep it.
    pub(super) fn enter(&self, tally: &Tally) {
        let entries = &mut self.lock().entries;
        for measure in tally.measures() {
            let metric = measure.metric.name;
            let words = |first| {
                let mut words = vec![first];
                words.extend(&measure.dimensions);
                words
            };
            let sum = measure.values.iter().sum();
            if metric == DELIVERIES.name {
                entries.add(&words("deliveries"), sum);
            } else if metric == RECONCILES.name {
                entries.add(&words("reconciles"), sum);
            } else if metric == RATE_LIMIT_PAUSE.name {
                entries.add(&words("paused"), sum);
            } else if metric == EVENT_TO_SYNC.name {
                for ms in measure.values {
                    entries.note_lag(ms);
                }
            }
        }
        for ([product, class, status], count) in &tally.calls {
            entries.add(&["calls", product, class, status], *count);
        }
    }

    /// Takes out what is to be written now, if it is time for that, or if it has to be `at_once`.
    pub(crate) fn take(&self, now: Moment, at_once: bool) -> Option<Entries> {
        let mut unwritten = self.lock();
        let recent = unwritten.written_at;
        let recent = recent.is_some_and(|at| now.ms_since(at) < EVERY_MS);
        if unwritten.entries.is_empty() || recent && !at_once {
            return None;
        }
        unwritten.written_at = Some(now);
        Some(std::mem::take(&mut unwritten.entries))
    }

    fn lock(&self) -> MutexGuard<'_, Unwritten> {
        // Counts are sound whatever happened to whoever held them.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Product;

    fn tally(ms: u64) -> Tally {
        let mut tally = Tally::default();
        tally.count(&DELIVERIES, &["jira", "news"], 1);
        tally.count(&EVENT_TO_SYNC, &[], ms);
        tally.count_call(Product::Jira, "search-tickets", "ok");
        tally.count_call(Product::Jira, "create-ticket", "limited");
        tally
    }

    #[test]
    fn tallies_add_up_and_are_taken_out_once_a_minute() {
        let ledger = Ledger::default();
        let at = Moment::from_epoch_ms;
        assert_eq!(ledger.take(at(0), true), None, "there is nothing yet");
        ledger.enter(&tally(100));
        assert!(ledger.take(at(0), false).is_some());
        ledger.enter(&tally(300));
        ledger.enter(&tally(200));
        assert_eq!(ledger.take(at(59_999), false), None);
        let entries = ledger.take(at(60_000), false).expect("a minute is over");
        let sums: Vec<(&str, u64)> = entries
            .sums
            .iter()
            .map(|(name, sum)| (&**name, *sum))
            .collect();
        let wanted = [
            ("calls/jira/read/ok", 2),
            ("calls/jira/write/limited", 2),
            ("deliveries/jira/news", 2),
            ("lag/count", 2),
            ("lag/sum", 500),
        ];
        assert_eq!(
            (&sums[..], entries.longest_lag_ms),
            (&wanted[..], Some(300))
        );
        ledger.enter(&tally(1));
        assert!(ledger.take(at(60_001), true).is_some(), "a sweep has ended");
    }
}
