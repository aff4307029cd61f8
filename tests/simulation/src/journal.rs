//! Reads the service's own log lines: which decisions it took, and how its reconciles ended.
//!
//! What is counted is what an operator sees; nothing in the service knows that it is watched.

use std::{fmt, sync::Arc};

use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
    span,
};

use crate::core::Core;

/// Listens to the log lines of one run.
pub struct Journal(pub Arc<Core>);

/// The fields of a line that matter here.
#[derive(Default)]
struct Line {
    message: String,
    decisions: String,
    outcome: String,
    rest: Vec<String>,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.take(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.take(field.name(), value.to_owned());
    }
}

impl Line {
    fn take(&mut self, name: &str, value: String) {
        match name {
            "message" => self.message = value,
            "decisions" => self.decisions = value,
            "outcome" => self.outcome = value,
            _ if !value.is_empty() => self.rest.push(format!("{name}={value}")),
            _ => {}
        }
    }
}

impl Subscriber for Journal {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::INFO
            && metadata.is_event()
            && !metadata.target().starts_with("aws_")
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::INFO)
    }

    fn new_span(&self, _span: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _span: &span::Id, _values: &span::Record<'_>) {}

    fn record_follows_from(&self, _span: &span::Id, _follows: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        let Line {
            message,
            decisions,
            outcome,
            rest,
        } = line;
        self.0
            .tell(|| format!("   {message} {outcome} {} [{decisions}]", rest.join(" ")));
        let mut record = self.0.record();
        let words = decisions
            .split(", ")
            .flat_map(|part| part.split(','))
            .map(str::trim)
            .filter(|word| !word.is_empty());
        for word in words {
            count(&mut record.decisions, word);
        }
        if message == "reconciled" {
            count(&mut record.outcomes, &outcome);
        }
    }

    fn enter(&self, _span: &span::Id) {}

    fn exit(&self, _span: &span::Id) {}
}

fn count(counts: &mut std::collections::BTreeMap<String, u64>, word: &str) {
    if let Some(count) = counts.get_mut(word) {
        *count += 1;
    } else {
        counts.insert(word.to_owned(), 1);
    }
}
