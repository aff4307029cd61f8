//! Logs: one JSON line an event, to standard output, where Lambda collects it.
//!
//! Never a body, a token or an e-mail address: what is logged is ids, outcomes, counts and
//! durations.

use domain::reconcile::{Decision, Outcome, Report};
use tracing_subscriber::{
    EnvFilter, filter::LevelFilter, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use super::Here;

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

/// The word for an outcome, as in the catalogue.
pub(super) const fn outcome_word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::InStep => "in-step",
        Outcome::Unrouted => "unrouted",
        Outcome::Due { .. } => "due",
        Outcome::OutOfTime => "out-of-time",
        Outcome::Stuck { .. } => "stuck",
        Outcome::HeldByAnother => "held-by-another",
    }
}

/// Logs how a reconcile ended: one line.
pub(super) fn log_reconcile(report: &Report, here: &Here) {
    let Report {
        case,
        ticket,
        outcome,
        actions,
        decisions,
        waited_since: _,
        took_ms,
    } = report;
    let why = match outcome {
        Outcome::Due { why, .. } | Outcome::Stuck { why } => why.as_str(),
        Outcome::InStep | Outcome::Unrouted | Outcome::OutOfTime | Outcome::HeldByAnother => "",
    };
    tracing::info!(
        trigger = here.trigger,
        %case,
        ticket = ticket.as_deref().unwrap_or(""),
        outcome = outcome_word(outcome),
        why,
        actions = actions.join("; "),
        decisions = Decision::words(decisions),
        calls = here.calls,
        operations = here.operations,
        took_ms,
        request_id = here.request_id,
        trace_id = here.trace_id,
        "reconciled"
    );
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use domain::{
        case::{CaseId, CaseKind, OrgId},
        reconcile::{Decision, Outcome, Report},
    };

    use super::{Here, log_reconcile};

    /// What was printed.
    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Paper {
        fn write(&mut self, printed: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("a pen").write(printed)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reconcile_is_one_line_that_tells_why() {
        let org = OrgId::new("org").expect("an id");
        let report = Report {
            case: CaseId::new(org, CaseKind::Incident, "INC-1").expect("an id"),
            ticket: Some("SEC-1".to_owned()),
            outcome: Outcome::InStep,
            actions: vec!["opened ticket SEC-1".to_owned()],
            decisions: vec![Decision::LeaseLapsed, Decision::Opened],
            waited_since: None,
            took_ms: 12,
        };
        let here = Here {
            trigger: "sweep",
            request_id: "5f1c".to_owned(),
            trace_id: "1-5759e988-bd862e3fe1be46a994272793".to_owned(),
            calls: 6,
            operations: "jira create-ticket=1".to_owned(),
        };
        let paper = Paper::default();
        let pen = paper.clone();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_writer(move || pen.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, || log_reconcile(&report, &here));
        let printed = paper.0.lock().expect("a paper").clone();
        let line: serde_json::Value = serde_json::from_slice(&printed).expect("one JSON line");
        assert_eq!(line["message"], "reconciled");
        assert_eq!(line["outcome"], "in-step");
        assert_eq!(
            (&line["trigger"], &line["calls"]),
            (&"sweep".into(), &6.into())
        );
        assert_eq!(line["request_id"], "5f1c");
        assert_eq!(line["trace_id"], "1-5759e988-bd862e3fe1be46a994272793");
        assert_eq!(line["decisions"], "lease-lapsed-read-everything,opened");
    }
}
