//! The catalogue of metrics: their names, units and dimensions, and every value that a dimension takes.
//!
//! Each combination of values is a metric that is paid for, so that a dimension never holds anything
//! that comes from outside: no id, no name of the settings, no address.

/// How the values of one delivery or sweep become those that are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// They are added up.
    Sum,
    /// The last one counts: a state at a time.
    Gauge,
    /// Each counts for itself, so that percentiles can be had.
    Each,
}

/// A unit, in CloudWatch's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A number of things.
    Count,
    /// Thousandths of a second.
    Milliseconds,
    /// Seconds.
    Seconds,
}

impl Unit {
    /// CloudWatch's word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Milliseconds => "Milliseconds",
            Self::Seconds => "Seconds",
        }
    }
}

/// A dimension, and all the values it ever takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dimension {
    /// Its name.
    pub name: &'static str,
    /// Its values.
    pub values: &'static [&'static str],
}

/// A metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// Its dimensions: all of them or none are printed with it.
    pub dimensions: &'static [Dimension],
    /// What becomes of several values.
    pub kind: Kind,
}

impl Metric {
    const fn new(name: &'static str, unit: Unit, kind: Kind) -> Self {
        Self {
            name,
            unit,
            dimensions: &[],
            kind,
        }
    }

    const fn by(self, dimensions: &'static [Dimension]) -> Self {
        Self { dimensions, ..self }
    }

    /// The metrics that CloudWatch makes, and bills, of it at the most.
    pub fn series(&self) -> usize {
        self.dimensions.iter().map(|it| it.values.len()).product()
    }
}

const DOOR: Dimension = Dimension {
    name: "Door",
    values: &["contrast", "jira"],
};
const RESULT: Dimension = Dimension {
    name: "Result",
    values: &[
        "news",
        "no-news",
        "not-ours",
        "unverified",
        "malformed",
        "too-large",
        "no-such-door",
        "unavailable",
    ],
};
const OUTCOME: Dimension = Dimension {
    name: "Outcome",
    values: &[
        "in-step",
        "unrouted",
        "due",
        "out-of-time",
        "stuck",
        "held-by-another",
    ],
};
const PRODUCT: Dimension = Dimension {
    name: "Product",
    values: &["contrast", "jira"],
};
const STATUS: Dimension = Dimension {
    name: "Status",
    values: &["ok", "refused", "limited", "failed", "unanswered"],
};
const FUNCTION: Dimension = Dimension {
    name: "Function",
    values: &["contrast-webhook", "jira-webhook", "reconciliation-sweep"],
};

/// Deliveries to the doors, and what became of them.
pub const DELIVERIES: Metric =
    Metric::new("Deliveries", Unit::Count, Kind::Sum).by(&[DOOR, RESULT]);
/// Reconciles, and how they ended.
pub const RECONCILES: Metric = Metric::new("Reconciles", Unit::Count, Kind::Sum).by(&[OUTCOME]);
/// From an event's own time to the reconcile that ended in step.
pub const EVENT_TO_SYNC: Metric = Metric::new("EventToSync", Unit::Milliseconds, Kind::Each);
/// Tries of calls to the products.
pub const REMOTE_CALLS: Metric =
    Metric::new("RemoteCalls", Unit::Count, Kind::Sum).by(&[PRODUCT, STATUS]);
/// Time waited, or left to a later sweep, because a product asked for it.
pub const RATE_LIMIT_PAUSE: Metric =
    Metric::new("RateLimitPause", Unit::Milliseconds, Kind::Sum).by(&[PRODUCT]);
/// Cases that are due at the end of a sweep.
pub const DUE_CASES: Metric = Metric::new("DueCases", Unit::Count, Kind::Gauge);
/// Cases that wait for a person.
pub const STUCK_CASES: Metric = Metric::new("StuckCases", Unit::Count, Kind::Gauge);
/// How long the longest due of them has been due; 0 where none is.
pub const OLDEST_DUE_AGE: Metric = Metric::new("OldestDueAge", Unit::Seconds, Kind::Gauge);
/// Peers that refuse our credentials.
pub const PAUSED_PEERS: Metric = Metric::new("PausedPeers", Unit::Count, Kind::Gauge);
/// Operations that a Contrast turned out not to offer.
pub const CAPABILITIES_OFF: Metric = Metric::new("CapabilitiesOff", Unit::Count, Kind::Gauge);
/// How long a sweep took.
pub const SWEEP_DURATION: Metric = Metric::new("SweepDuration", Unit::Milliseconds, Kind::Gauge);
/// 1 for a sweep that came to its end, 0 for one that did not.
pub const SWEEPS_FINISHED: Metric = Metric::new("SweepsFinished", Unit::Count, Kind::Gauge);
/// Links that a sweep looked at.
pub const SWEEP_LINKS_SEEN: Metric = Metric::new("SweepLinksSeen", Unit::Count, Kind::Gauge);
/// Processes that began.
pub const COLD_STARTS: Metric = Metric::new("ColdStarts", Unit::Count, Kind::Sum).by(&[FUNCTION]);

/// All metrics, in the order in which they are printed.
pub const CATALOGUE: [Metric; 14] = [
    DELIVERIES,
    RECONCILES,
    EVENT_TO_SYNC,
    REMOTE_CALLS,
    RATE_LIMIT_PAUSE,
    DUE_CASES,
    STUCK_CASES,
    OLDEST_DUE_AGE,
    PAUSED_PEERS,
    CAPABILITIES_OFF,
    SWEEP_DURATION,
    SWEEPS_FINISHED,
    SWEEP_LINKS_SEEN,
    COLD_STARTS,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{CATALOGUE, DELIVERIES, PRODUCT, REMOTE_CALLS};

    #[test]
    fn each_metric_has_a_name_of_its_own_and_few_dimensions_of_few_values() {
        let names: BTreeSet<&str> = CATALOGUE.iter().map(|metric| metric.name).collect();
        assert_eq!(names.len(), CATALOGUE.len());
        for metric in CATALOGUE {
            assert!(metric.dimensions.len() <= 2, "{}", metric.name);
            for dimension in metric.dimensions {
                let values: BTreeSet<&&str> = dimension.values.iter().collect();
                assert_eq!(values.len(), dimension.values.len());
                assert!(values.len() <= 8, "{}", dimension.name);
            }
        }
    }

    #[test]
    fn the_whole_catalogue_makes_no_more_metrics_than_the_papers_reckon_with() {
        let series: usize = CATALOGUE.iter().map(super::Metric::series).sum();
        assert_eq!(series, 46);
        assert_eq!((DELIVERIES.series(), REMOTE_CALLS.series()), (16, 10));
        assert_eq!(PRODUCT.values.len(), 2);
    }
}
