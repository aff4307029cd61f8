//! For whom something is done: the invocation and the reconcile that a task is at work for.
//!
//! It goes with the task, so that sixteen reconciles at a time each count their own calls, and nobody
//! has to hand a counter through everything between the door and the network. Outside of any
//! invocation nothing is counted. It needs no runtime: only whoever polls.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::moment::Moment;
use serde_json::Value;

use super::{
    Origin, Telemetry,
    catalogue::Metric,
    emf,
    ledger::Ledger,
    tally::{Operations, Tally, in_words, total},
    trace::{Piece, Span},
};
use crate::http::Product;

tokio::task_local! {
    static SCOPE: Scope;
}

/// One delivery or one sweep.
#[derive(Debug)]
pub(super) struct Invocation {
    telemetry: Arc<Telemetry>,
    pub(super) origin: Origin,
    tally: Mutex<Tally>,
}

impl Invocation {
    pub(super) fn new(telemetry: Arc<Telemetry>, origin: Origin) -> Self {
        Self {
            telemetry,
            origin,
            tally: Mutex::default(),
        }
    }

    pub(super) fn count(&self, metric: &Metric, dimensions: &[&'static str], value: u64) {
        lock(&self.tally).count(metric, dimensions, value);
    }

    /// The lines of its metrics.
    pub(super) fn lines(&self, namespace: &str, now: Moment) -> Vec<String> {
        let tally = lock(&self.tally);
        let operations = in_words(&tally.operations);
        let properties = [
            ("request_id", self.origin.request_id.as_str()),
            ("trace_id", self.trace_id()),
            ("operations", &operations),
        ];
        emf::lines(namespace, &tally, &properties, now)
    }

    /// Adds what the books keep of it.
    pub(super) fn enter(&self, ledger: &Ledger) {
        ledger.enter(&lock(&self.tally));
    }

    fn trace_id(&self) -> &str {
        let trace = self.origin.trace.as_ref();
        trace.map_or("", |trace| trace.root.as_str())
    }
}

/// What a task is at work for.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    pub(super) invocation: Arc<Invocation>,
    /// The calls of the reconcile, within one.
    calls: Option<Arc<Mutex<Operations>>>,
    /// When that happened which is being seen to, where the door knows.
    pub(super) heard_at: Option<Moment>,
    /// The piece of the trace that ours are parts of.
    above: Option<Arc<str>>,
}

impl Scope {
    pub(super) fn of(invocation: Arc<Invocation>) -> Self {
        Self {
            invocation,
            calls: None,
            heard_at: None,
            above: None,
        }
    }

    /// The present task's, if it is at work for anybody.
    pub(super) fn present() -> Option<Self> {
        SCOPE.try_with(Clone::clone).ok()
    }

    /// The present task's, or that of an invocation of which nothing is known and nothing told.
    pub(super) fn present_or_nobodys() -> Self {
        Self::present().unwrap_or_else(|| {
            let silent = Arc::new(Telemetry::silent());
            Self::of(Arc::new(Invocation::new(silent, Origin::default())))
        })
    }

    /// The same for a reconcile of its own.
    pub(super) fn of_a_reconcile(&self, piece: Option<&Piece>) -> Self {
        Self {
            invocation: Arc::clone(&self.invocation),
            calls: Some(Arc::default()),
            heard_at: self.heard_at,
            above: piece.map(|piece| Arc::from(piece.id.as_str())),
        }
    }

    /// Lets work be done for it.
    pub(super) async fn around<F: Future>(self, work: F) -> F::Output {
        SCOPE.scope(self, work).await
    }

    pub(super) fn count_call(
        &self,
        product: Product,
        operation: &'static str,
        status: &'static str,
    ) {
        lock(&self.invocation.tally).count_call(product, operation, status);
        if let Some(calls) = &self.calls {
            *lock(calls).entry((product, operation)).or_default() += 1;
        }
    }

    /// A new piece of the trace, if anybody wants one.
    pub(super) fn piece(&self) -> Option<Piece> {
        self.invocation.telemetry.pieces.as_ref()?;
        let trace = self.invocation.origin.trace.as_ref()?;
        trace.piece(self.above.as_deref())
    }

    /// Sends a piece that has ended.
    pub(super) fn send(&self, piece: &Piece, name: &str, span: Span, more: Value) {
        if let Some(send) = &self.invocation.telemetry.pieces {
            send(&piece.document(name, span, more));
        }
    }

    pub(super) fn here(&self) -> Here {
        let operations = match &self.calls {
            Some(calls) => lock(calls).clone(),
            None => lock(&self.invocation.tally).operations.clone(),
        };
        Here {
            trigger: self.invocation.origin.trigger(),
            request_id: self.invocation.origin.request_id.clone(),
            trace_id: self.invocation.trace_id().to_owned(),
            calls: total(&operations),
            operations: in_words(&operations),
        }
    }
}

/// Lets work be done because of something that happened then.
pub(crate) async fn heard_at<F: Future>(at: Moment, work: F) -> F::Output {
    match Scope::present() {
        Some(mut scope) => {
            scope.heard_at = Some(at);
            scope.around(work).await
        }
        None => work.await,
    }
}

/// Counts for the present invocation. The dimensions' values are the catalogue's, in its order.
pub fn count(metric: &Metric, dimensions: &[&'static str], value: u64) {
    if let Some(scope) = Scope::present() {
        scope.invocation.count(metric, dimensions, value);
    }
}

/// What a log line tells of the invocation, or reconcile, that it belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Here {
    /// What it was triggered by.
    pub trigger: &'static str,
    /// Lambda's id of the request; empty where it gave none.
    pub request_id: String,
    /// The trace; empty where there is none.
    pub trace_id: String,
    /// Tries of calls to the products so far.
    pub calls: u64,
    /// The same by product and operation, in words.
    pub operations: String,
}

/// Of the present task.
pub fn here() -> Here {
    Scope::present_or_nobodys().here()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Counts are sound whatever happened to whoever held them.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
