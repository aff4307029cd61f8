//! What is told of the work: log lines, metrics, and pieces of traces.
//!
//! Never a body, a token or an e-mail address: what is told is ids, outcomes, counts and durations.
//! Everything is told before the answer is given, because a function may be frozen right after it;
//! nothing here waits for anybody, has a thread of its own, or fails what it tells of.

use std::{
    fmt,
    io::Write as _,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use domain::ports::Clock;

mod calls;
pub mod catalogue;
mod emf;
mod ledger;
mod logs;
mod looking_on;
mod scope;
mod tally;
mod trace;

pub(crate) use calls::{note_pause, note_try};
pub use logs::{start_logging, start_logging_for_people};
pub(crate) use looking_on::LookingOn;
pub(crate) use scope::heard_at;
pub use scope::{Here, count, here};
pub use trace::Trace;

use catalogue::COLD_STARTS;
use ledger::Ledger;
use scope::{Invocation, Scope};
use trace::Daemon;

/// Takes a line of metrics, or a piece of a trace.
type Teller = Box<dyn Fn(&str) + Send + Sync>;

/// Where metrics and traces are told.
#[derive(Default)]
pub struct Telemetry {
    metrics: Option<(String, Teller)>,
    pieces: Option<Teller>,
    has_begun: AtomicBool,
    /// What is to be added to the books.
    pub(crate) ledger: Ledger,
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let namespace = self.metrics.as_ref().map(|(namespace, _)| namespace);
        write!(out, "Telemetry({namespace:?})")
    }
}

impl Telemetry {
    /// Tells nothing, until it is told where.
    pub fn silent() -> Self {
        Self::default()
    }

    /// As a Lambda function does: metrics under `METRICS_NAMESPACE` to standard output, pieces of
    /// traces to the daemon at `AWS_XRAY_DAEMON_ADDRESS`. Where one is not set, nothing is told.
    pub fn from_environment() -> Self {
        let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let mut telemetry = Self::silent();
        if let Some(namespace) = set("METRICS_NAMESPACE") {
            telemetry = telemetry.with_metrics(namespace, |line| {
                // Whole lines at once: another thread's lines stand before or behind them. Where
                // there is no output, there is nobody to tell either.
                let _ = std::io::stdout().lock().write_all(line.as_bytes());
            });
        }
        if let Some(daemon) = set("AWS_XRAY_DAEMON_ADDRESS").and_then(|at| Daemon::at(&at)) {
            telemetry = telemetry.with_pieces(move |document| daemon.send(document));
        }
        telemetry
    }

    /// Tells metrics under a namespace, line by line.
    pub fn with_metrics(
        mut self,
        namespace: impl Into<String>,
        print: impl Fn(&str) + Send + Sync + 'static,
    ) -> Self {
        self.metrics = Some((namespace.into(), Box::new(print)));
        self
    }

    /// Tells pieces of traces.
    pub fn with_pieces(mut self, send: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.pieces = Some(Box::new(send));
        self
    }

    /// Works for one delivery or one sweep, counts what happens meanwhile, and tells it at the end.
    pub async fn watch<F: Future>(
        self: &Arc<Self>,
        origin: Origin,
        clock: &dyn Clock,
        work: F,
    ) -> F::Output {
        let function = origin.function;
        let invocation = Arc::new(Invocation::new(Arc::clone(self), origin));
        if let Some(function) = function
            && !self.has_begun.swap(true, Ordering::Relaxed)
        {
            invocation.count(&COLD_STARTS, &[function.word()], 1);
        }
        // In a box: it is the whole of a function's work, and large.
        let work = Box::pin(work);
        let result = Scope::of(Arc::clone(&invocation)).around(work).await;
        invocation.enter(&self.ledger);
        if let Some((namespace, print)) = &self.metrics {
            for line in invocation.lines(namespace, clock.now()) {
                print(&line);
            }
        }
        result
    }
}

/// The functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// The door for Contrast.
    ContrastWebhook,
    /// The door for Jira.
    JiraWebhook,
    /// The sweep.
    ReconciliationSweep,
}

impl Function {
    /// Its name, as in the catalogue.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ContrastWebhook => "contrast-webhook",
            Self::JiraWebhook => "jira-webhook",
            Self::ReconciliationSweep => "reconciliation-sweep",
        }
    }

    /// What its reconciles say that they were triggered by.
    const fn trigger(self) -> &'static str {
        match self {
            Self::ContrastWebhook => "contrast",
            Self::JiraWebhook => "jira",
            Self::ReconciliationSweep => "sweep",
        }
    }
}

/// Which invocation of which function something is done for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    function: Option<Function>,
    request_id: String,
    trace: Option<Trace>,
}

impl Origin {
    /// An invocation of which nothing more is known, as in the local run.
    pub const fn of(function: Function) -> Self {
        Self {
            function: Some(function),
            request_id: String::new(),
            trace: None,
        }
    }

    /// With the ids that Lambda gave it: of the request, and the header of its trace.
    pub fn with_ids(mut self, request_id: &str, trace_header: Option<&str>) -> Self {
        request_id.clone_into(&mut self.request_id);
        self.trace = trace_header.and_then(Trace::read);
        self
    }

    fn trigger(&self) -> &'static str {
        self.function.map_or("direct", Function::trigger)
    }
}

#[cfg(test)]
mod tests;
