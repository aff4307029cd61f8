//! Logs: one JSON line an event, to standard output, where Lambda collects it.
//!
//! Never a body, a token or an e-mail address: what is logged is ids, outcomes, counts and
//! durations.

use std::env;

use domain::reconcile::{Decision, Outcome, Report};
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

use super::Here;

/// The most that is ever told, whatever `LOG_LEVEL` says: below it the libraries print whole events
/// and answers, with secrets in them.
const MOST: LevelFilter = LevelFilter::DEBUG;

/// Starts logging; `LOG_LEVEL` (such as `info`, or `info,adapters=debug`) says how much, up to DEBUG.
pub fn start_logging() {
    let (targets, is_senseless) = wanted("info");
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_max_level(MOST)
        .finish()
        .with(targets)
        .init();
    tell_if(is_senseless);
}

/// Starts logging for a person at a terminal, to standard error; the same rules hold. Without a
/// `LOG_LEVEL` the fallback says how much.
pub fn start_logging_for_people(fallback: &str) {
    let (targets, is_senseless) = wanted(fallback);
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(MOST)
        .finish()
        .with(targets)
        .init();
    tell_if(is_senseless);
}

/// What `LOG_LEVEL` asks for, and whether it makes no sense and so counts as `info`.
fn wanted(fallback: &str) -> (Targets, bool) {
    let written = env::var("LOG_LEVEL").unwrap_or_default();
    let written = if written.is_empty() {
        fallback
    } else {
        &written
    };
    read(written).map_or_else(
        || (Targets::new().with_default(LevelFilter::INFO), true),
        |targets| (targets, false),
    )
}

/// Reads levels, bare or of a crate or module: `warn`, `info,dynoxide=error`. A bare word that is no
/// level would be taken for the only crate that is told of, and a slip of the pen would silence all
/// others: so it makes no sense here.
fn read(written: &str) -> Option<Targets> {
    let is_level = |part: &str| part.contains('=') || part.parse::<LevelFilter>().is_ok();
    let parts = written
        .split(',')
        .all(|part| !part.is_empty() && is_level(part));
    parts.then(|| written.parse().ok()).flatten()
}

fn tell_if(is_senseless: bool) {
    if is_senseless {
        tracing::warn!(
            "LOG_LEVEL makes no sense and counts as info: write a level, or info,adapters=debug"
        );
    }
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

    use tracing::Level;

    use super::{Here, log_reconcile, read};

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

    #[test]
    fn levels_are_read_bare_or_for_a_crate() {
        let tells = |written: &str, target: &str, level: Level| {
            let targets = read(written).expect("it makes sense");
            targets.would_enable(target, &level)
        };
        assert!(tells("info", "adapters::http", Level::INFO));
        assert!(!tells("info", "adapters::http", Level::DEBUG));
        assert!(!tells("warn", "domain", Level::INFO));
        assert!(!tells("off", "domain", Level::ERROR));
        let quiet_store = "info,dynoxide=error";
        assert!(tells(quiet_store, "adapters", Level::INFO));
        assert!(!tells(quiet_store, "dynoxide::store", Level::WARN));
        assert!(tells("info,adapters=debug", "adapters::http", Level::DEBUG));
    }

    #[test]
    fn what_is_no_level_makes_no_sense() {
        for written in [
            "",
            "loud",
            "inof",
            "info,",
            "info,adapters",
            "adapters=loud",
            "a=b=info",
        ] {
            assert_eq!(read(written).map(|it| it.to_string()), None, "{written}");
        }
    }
}
