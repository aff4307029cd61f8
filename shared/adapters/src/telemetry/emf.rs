//! Metrics as lines of CloudWatch's embedded metric format, from which CloudWatch Logs makes metrics.
//!
//! The lines are written by metrique's formatter, used by itself: it is a function from values to
//! bytes. Its queue is not, because that prints from a thread of its own, and a frozen function
//! would keep what was not printed yet. One line holds all that it can: another is begun only where
//! a dimension would need two values at once.

use std::{
    collections::BTreeMap,
    time::{Duration, UNIX_EPOCH},
};

use domain::moment::Moment;
use metrique_writer_core::{
    Entry, EntryWriter, MetricFlags, Observation, Unit as WrittenUnit, Value, ValueWriter,
    format::Format as _, unit::NegativeScale,
};
use metrique_writer_format_emf::{Emf, MetricDefinition, MetricDirective, NoMetric};

use super::{
    catalogue::Unit,
    tally::{Measure, Tally},
};

/// The most values that the format takes for one metric on one line.
const MAX_VALUES: usize = 100;

/// Names and values that a line has besides metrics.
pub(super) type Properties<'a> = [(&'static str, &'a str)];

/// The lines for what was counted: none for nothing.
pub(super) fn lines(
    namespace: &str,
    tally: &Tally,
    properties: &Properties<'_>,
    now: Moment,
) -> Vec<String> {
    let lines = arranged(tally.measures());
    lines
        .iter()
        .filter_map(|line| line.written(namespace, properties, now))
        .collect()
}

/// Measures on as few lines as their dimensions allow.
fn arranged(measures: impl Iterator<Item = Measure>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for measure in measures {
        for values in measure.values.chunks(MAX_VALUES) {
            let part = Measure {
                values: values.to_vec(),
                ..measure.clone()
            };
            match lines.iter_mut().find(|line| line.has_room_for(&part)) {
                Some(line) => line.add(part),
                None => lines.push(Line::of(part)),
            }
        }
    }
    lines
}

/// One line: on it a dimension has one value.
#[derive(Debug, Default)]
struct Line {
    measures: Vec<Measure>,
    dimensions: BTreeMap<&'static str, &'static str>,
}

impl Line {
    fn of(measure: Measure) -> Self {
        let mut line = Self::default();
        line.add(measure);
        line
    }

    fn has_room_for(&self, measure: &Measure) -> bool {
        let agrees = |(name, value): (&'static str, &'static str)| {
            self.dimensions.get(name).is_none_or(|it| *it == value)
        };
        let is_new = |it: &Measure| it.metric.name != measure.metric.name;
        self.measures.iter().all(is_new) && pairs(measure).all(agrees)
    }

    fn add(&mut self, measure: Measure) {
        self.dimensions.extend(pairs(&measure));
        self.measures.push(measure);
    }

    /// The line as it is printed, with its end. A line that cannot be written is told in the log:
    /// that takes a fault of ours.
    fn written(&self, namespace: &str, properties: &Properties<'_>, now: Moment) -> Option<String> {
        let own = names(self.measures.first()?);
        let strings = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let mut builder = Emf::builder(namespace.to_owned(), vec![strings(&own)]);
        for (dimensions, metrics) in self.other_sets(&own) {
            builder = builder.directive(MetricDirective {
                dimensions: vec![dimensions],
                metrics,
                namespace,
            });
        }
        let entry = Written {
            line: self,
            own,
            properties,
            now,
        };
        let mut bytes = Vec::new();
        match builder.build().format(&entry, &mut bytes) {
            Ok(()) => String::from_utf8(bytes).ok(),
            Err(error) => {
                tracing::error!(%error, "a line of metrics cannot be written");
                None
            }
        }
    }

    /// The sets of dimensions beside the line's own, each with its metrics.
    fn other_sets(
        &self,
        own: &[&'static str],
    ) -> BTreeMap<Vec<&'static str>, Vec<MetricDefinition<'static>>> {
        let mut sets: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for measure in self.measures.iter().filter(|it| names(it) != own) {
            let definition = MetricDefinition {
                name: measure.metric.name,
                unit: unit(measure.metric.unit),
                storage_resolution: None,
            };
            sets.entry(names(measure)).or_default().push(definition);
        }
        sets
    }
}

fn names(measure: &Measure) -> Vec<&'static str> {
    let dimensions = measure.metric.dimensions.iter();
    dimensions.map(|dimension| dimension.name).collect()
}

fn pairs(measure: &Measure) -> impl Iterator<Item = (&'static str, &'static str)> {
    let names = measure.metric.dimensions.iter().map(|it| it.name);
    names.zip(measure.dimensions.iter().copied())
}

const fn unit(unit: Unit) -> WrittenUnit {
    match unit {
        Unit::Count => WrittenUnit::Count,
        Unit::Milliseconds => WrittenUnit::Second(NegativeScale::Milli),
        Unit::Seconds => WrittenUnit::Second(NegativeScale::One),
    }
}

/// A line as metrique's formatter reads it.
struct Written<'l> {
    line: &'l Line,
    /// The dimensions that the formatter itself declares the line's metrics under.
    own: Vec<&'static str>,
    properties: &'l Properties<'l>,
    now: Moment,
}

impl Entry for Written<'_> {
    fn write<'a>(&'a self, writer: &mut impl EntryWriter<'a>) {
        let ms = u64::try_from(self.now.epoch_ms()).unwrap_or(0);
        writer.timestamp(UNIX_EPOCH + Duration::from_millis(ms));
        for (name, value) in &self.line.dimensions {
            writer.value(*name, *value);
        }
        for measure in &self.line.measures {
            let measured = Measured(measure);
            if names(measure) == self.own {
                writer.value(measure.metric.name, &measured);
            } else {
                // A directive declares it, under its own dimensions.
                writer.value(measure.metric.name, &NoMetric::from(measured));
            }
        }
        for (name, value) in self
            .properties
            .iter()
            .filter(|(_, value)| !value.is_empty())
        {
            writer.value(*name, *value);
        }
    }
}

/// The values of a measure as metrique's formatter reads them.
struct Measured<'a>(&'a Measure);

impl Value for Measured<'_> {
    fn write(&self, writer: impl ValueWriter) {
        let values = self.0.values.iter().copied().map(Observation::Unsigned);
        writer.metric(values, unit(self.0.metric.unit), [], MetricFlags::empty());
    }
}

#[cfg(test)]
mod tests;
