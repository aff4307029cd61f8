//! A limit on the writes of the whole tenant: a bucket that fills at a steady rate.
//!
//! Counts what it let through and what it refused; never looks at what is written.

use super::{Jira, answer::Answer};

const SECOND_MS: i64 = 1_000;

/// How many writes the tenant may make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriteLimit {
    /// At once, when there was nothing for a while.
    pub burst: u32,
    /// In each second, on and on.
    pub per_second: u32,
}

/// What is left of it, in thousandths of a write, and what went through.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Allowance {
    limit: Option<WriteLimit>,
    thousandths: i64,
    at_ms: i64,
    taken: u64,
    refused: u64,
    last_ms: i64,
}

impl Jira {
    /// Sets or lifts the limit on writes.
    pub fn set_write_limit(&mut self, limit: Option<WriteLimit>) {
        self.allowance = Allowance {
            limit,
            thousandths: limit.map_or(0, |limit| i64::from(limit.burst) * SECOND_MS),
            ..Allowance::default()
        };
    }

    /// Writes taken, writes refused with 429, and when the last one was taken.
    pub fn write_counts(&self) -> (u64, u64, i64) {
        let Allowance {
            taken,
            refused,
            last_ms,
            ..
        } = self.allowance;
        (taken, refused, last_ms)
    }

    pub(super) fn charge_allowance(&mut self, now: i64) -> Result<(), Answer> {
        let allowance = &mut self.allowance;
        if let Some(limit) = allowance.limit {
            let full = i64::from(limit.burst) * SECOND_MS;
            let flown = (now - allowance.at_ms).max(0) * i64::from(limit.per_second);
            allowance.thousandths = (allowance.thousandths.saturating_add(flown)).min(full);
            allowance.at_ms = now;
            if allowance.thousandths < SECOND_MS {
                allowance.refused += 1;
                return Err(Answer::too_many("jira-burst-based", Some(1)));
            }
            allowance.thousandths -= SECOND_MS;
        }
        allowance.taken += 1;
        allowance.last_ms = now;
        Ok(())
    }
}
