//! Logs: one JSON line an event, to standard output, where Lambda collects it.
//!
//! Never a body, a token or an e-mail address: what is logged is ids, outcomes, counts and
//! durations.

use domain::reconcile::{Outcome, Report};
use tracing_subscriber::{
    EnvFilter, filter::LevelFilter, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

/// Starts logging; `LOG_LEVEL` (such as `info` or `debug`) says how much. Whatever it says, nothing
/// below DEBUG is told: there the libraries print whole events and answers, with secrets in them.
pub fn start_logging() {
    let filter = EnvFilter::try_from_env("LOG_LEVEL").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_env_filter(filter)
        .finish()
        .with(LevelFilter::DEBUG)
        .init();
}

/// Starts logging for a person at a terminal, to standard error; the same rule holds.
pub fn start_logging_for_people(fallback: &str) {
    let filter = EnvFilter::try_from_env("LOG_LEVEL").unwrap_or_else(|_| EnvFilter::new(fallback));
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(filter)
        .finish()
        .with(LevelFilter::DEBUG)
        .init();
}

/// Logs how a reconcile ended: one line.
pub fn log_reconcile(trigger: &str, report: &Report) {
    let Report {
        case,
        ticket,
        outcome,
        actions,
        took_ms,
    } = report;
    let (word, why) = match outcome {
        Outcome::InStep => ("in-step", ""),
        Outcome::Unrouted => ("unrouted", ""),
        Outcome::Due { why, .. } => ("due", why.as_str()),
        Outcome::OutOfTime => ("out-of-time", ""),
        Outcome::Stuck { why } => ("stuck", why.as_str()),
        Outcome::HeldByAnother => ("held-by-another", ""),
    };
    tracing::info!(
        trigger,
        %case,
        ticket = ticket.as_deref().unwrap_or(""),
        outcome = word,
        why,
        actions = actions.join("; "),
        took_ms,
        "reconciled"
    );
}
