//! What goes over the wire besides meaning: planned faults, limits and the record of calls.
//!
//! Never looks into a body.

use std::collections::VecDeque;

use super::{Jira, answer::Answer};

/// Writes to one ticket within the short window.
const SHORT: (usize, i64) = (20, 2_000);
/// Writes to one ticket within the long window.
const LONG: (usize, i64) = (100, 30_000);

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// This status with a JSON error, and perhaps a Retry-After in seconds. No effect.
    Status(u16, Option<u64>),
    /// The effect happens, and yet this status is answered (a gateway that gave up).
    StatusAfterEffect(u16),
    /// This status with an HTML page. No effect.
    Html(u16),
    /// A 400 that refuses a field: its id and the words. No effect.
    Refuse(String, String),
    /// The effect happens, the answer is lost (see [`super::SIMULATED`]).
    LoseAnswer,
    /// The request is lost: no effect.
    LoseRequest,
}

/// A planned fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The method it strikes; empty means any.
    pub method: String,
    /// A part of the path it strikes; empty means any.
    pub path_contains: String,
    /// How many matching calls it strikes.
    pub times: u32,
    /// What happens to them.
    pub kind: FaultKind,
}

impl Fault {
    /// A fault for the next `times` calls with a method (empty: any) and a part of the path.
    pub fn new(method: &str, path_contains: &str, times: u32, kind: FaultKind) -> Self {
        Self {
            method: method.into(),
            path_contains: path_contains.into(),
            times,
            kind,
        }
    }
}

/// A limit over all calls of the tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TenantLimit {
    /// Calls allowed in each window.
    pub calls: usize,
    /// The window's length.
    pub window_ms: i64,
    /// Whether the 429 carries a Retry-After; some real ones do not.
    pub says_retry_after: bool,
}

/// A call that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The method.
    pub method: String,
    /// The path with `{}` in place of ids, such as `/issue/{}/comment`.
    pub path: &'static str,
    /// The status that was (or, for a lost answer, would have been) answered.
    pub status: u16,
    /// When.
    pub at_ms: i64,
    /// Whether it is a write; searches and bulk reads by POST are reads.
    pub write: bool,
    /// Whether the request or its answer was lost on the way.
    pub lost: bool,
    /// Why a document was refused: the real one keeps that to itself, tests want to know.
    pub detail: Option<String>,
}

impl Jira {
    /// Plans a fault. Faults that match the same call strike in the order of their planning.
    pub fn fail_next(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Forgets the faults that have not struck yet.
    pub fn clear_faults(&mut self) {
        self.faults.clear();
    }

    /// Sets or lifts the limit over all calls.
    pub fn set_tenant_limit(&mut self, limit: Option<TenantLimit>) {
        self.tenant_limit = limit;
        self.tenant_calls.clear();
    }

    /// All calls since the last [`Jira::take_calls`].
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// Takes the record of calls and begins a new one.
    pub fn take_calls(&mut self) -> Vec<Call> {
        std::mem::take(&mut self.calls)
    }

    pub(super) fn due_fault(&mut self, method: &str, path: &str) -> Option<FaultKind> {
        let position = self.faults.iter().position(|fault| {
            (fault.method.is_empty() || fault.method.eq_ignore_ascii_case(method))
                && path.contains(&fault.path_contains)
        })?;
        let fault = &mut self.faults[position];
        let kind = fault.kind.clone();
        fault.times = fault.times.saturating_sub(1);
        if fault.times == 0 {
            self.faults.remove(position);
        }
        Some(kind)
    }

    pub(super) fn charge_tenant(&mut self, now: i64) -> Result<(), Answer> {
        let Some(limit) = self.tenant_limit else {
            return Ok(());
        };
        forget_before(&mut self.tenant_calls, now - limit.window_ms);
        if self.tenant_calls.len() < limit.calls {
            self.tenant_calls.push_back(now);
            return Ok(());
        }
        let frees_at = self
            .tenant_calls
            .front()
            .map_or(now, |first| first + limit.window_ms);
        let seconds = whole_seconds(frees_at - now);
        Err(Answer::too_many(
            "jira-burst-based",
            limit.says_retry_after.then_some(seconds),
        ))
    }

    pub(super) fn charge_writes(&mut self, id: u64, now: i64) -> Result<(), Answer> {
        let Some(entry) = self.entries.get_mut(&id) else {
            return Ok(());
        };
        forget_before(&mut entry.writes, now - LONG.1);
        for (most, window) in [SHORT, LONG] {
            let recent = entry
                .writes
                .iter()
                .rev()
                .take_while(|at| **at > now - window)
                .count();
            if recent >= most {
                let oldest = entry.writes[entry.writes.len() - most];
                let seconds = whole_seconds(oldest + window - now);
                return Err(Answer::too_many("jira-per-issue-on-write", Some(seconds)));
            }
        }
        entry.writes.push_back(now);
        Ok(())
    }
}

fn forget_before(times: &mut VecDeque<i64>, moment: i64) {
    while times.front().is_some_and(|at| *at <= moment) {
        times.pop_front();
    }
}

fn whole_seconds(ms: i64) -> u64 {
    u64::try_from((ms + 999) / 1_000).unwrap_or(1).max(1)
}
