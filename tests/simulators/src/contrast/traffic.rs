//! Planned faults, the limit, and the record of calls.
//!
//! Never looks into a body.

use super::{Contrast, answer::Refusal};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// This status with a JSON error, and perhaps a Retry-After in seconds. No effect.
    Status(u16, Option<u64>),
    /// The effect happens, and yet this status is answered (a gateway that gave up).
    StatusAfterEffect(u16),
    /// This status with an HTML page. No effect.
    Html(u16),
    /// The effect happens, the answer is lost (see [`super::SIMULATED`]).
    LostAnswer,
    /// The request is lost: no effect.
    LostRequest,
}

/// A planned fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The method that it strikes; none means any.
    pub method: Option<String>,
    /// A part of the path and query that it strikes; empty means any.
    pub path_contains: String,
    /// How many matching calls it strikes.
    pub times: u32,
    /// What happens to them.
    pub kind: FaultKind,
}

impl Fault {
    /// A fault for the next `times` calls with a method (empty: any) and a part of the path.
    pub fn new(method: &str, path_contains: &str, times: u32, kind: FaultKind) -> Self {
        let method = (!method.is_empty()).then(|| method.to_owned());
        Self {
            method,
            path_contains: path_contains.to_owned(),
            times,
            kind,
        }
    }
}

/// A limit over all calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Calls allowed in each window.
    pub calls: usize,
    /// The window's length.
    pub window_ms: i64,
    /// The Retry-After of the 429 in seconds; some real ones have none.
    pub retry_after: Option<u64>,
}

/// A call that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The method.
    pub method: String,
    /// The path and query.
    pub path: String,
    /// The status that was answered or, for a lost answer, would have been; 0 for a lost request.
    pub status: u16,
    /// When.
    pub at_ms: i64,
    /// Whether the request or its answer was lost on the way.
    pub lost: bool,
}

impl Contrast {
    /// Plans a fault. Faults that match the same call strike in the order of their planning.
    pub fn fail_next(&mut self, fault: Fault) {
        if fault.times > 0 {
            self.faults.push(fault);
        }
    }

    /// Forgets the faults that have not struck yet.
    pub fn clear_faults(&mut self) {
        self.faults.clear();
    }

    /// Sets or lifts the limit over all calls.
    pub fn set_limit(&mut self, limit: Option<Limit>) {
        self.limit = limit;
        self.recent.clear();
    }

    /// All calls since the last [`Contrast::take_calls`].
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// Takes the record of calls and begins a new one.
    pub fn take_calls(&mut self) -> Vec<Call> {
        std::mem::take(&mut self.calls)
    }

    pub(super) fn record(&mut self, call: Call) {
        self.calls.push(call);
    }

    pub(super) fn due_fault(&mut self, method: &http::Method, path: &str) -> Option<FaultKind> {
        let position = self.faults.iter().position(|fault| {
            fault
                .method
                .as_ref()
                .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method.as_str()))
                && path.contains(&fault.path_contains)
        })?;
        let fault = &mut self.faults[position];
        let kind = fault.kind;
        fault.times -= 1;
        if fault.times == 0 {
            self.faults.remove(position);
        }
        Some(kind)
    }

    /// Lets a call in, or refuses it because the window is full. A refused call does not count.
    pub(super) fn admit(&mut self, now_ms: i64) -> Result<(), Refusal> {
        let Some(limit) = self.limit else {
            return Ok(());
        };
        while self
            .recent
            .front()
            .is_some_and(|at| *at <= now_ms - limit.window_ms)
        {
            self.recent.pop_front();
        }
        if self.recent.len() >= limit.calls {
            return Err(Refusal::new(429, "Too many requests.").retry_after(limit.retry_after));
        }
        self.recent.push_back(now_ms);
        Ok(())
    }
}
