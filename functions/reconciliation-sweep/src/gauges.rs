//! How things stand at the end of a sweep, in numbers.
//!
//! A number that cannot be had is left out; the sweep is none the worse for it.

use adapters::{
    service::Service,
    telemetry::{
        catalogue::{
            CAPABILITIES_OFF, DUE_CASES, Metric, OLDEST_DUE_AGE, PAUSED_PEERS, STUCK_CASES,
            SWEEP_LINKS_SEEN,
        },
        count,
    },
};
use domain::{link::Class, sweep::SweepReport, trouble::Trouble};

/// How things stand.
#[derive(Default)]
pub(crate) struct Gauges {
    pub(crate) due_cases: Option<u64>,
    pub(crate) oldest_due_age_s: Option<u64>,
    pub(crate) stuck_cases: Option<u64>,
    pub(crate) capabilities_off: Option<u64>,
}

impl Gauges {
    /// Reads them: three requests to the store, and a fourth where something is due.
    pub(crate) async fn read(service: &Service) -> Self {
        let now = service.clock.now();
        let store = &service.store;
        let due_cases = known(store.count_due(now).await);
        let oldest_due_age_s = match due_cases {
            None => None,
            Some(0) => Some(0),
            Some(_) => {
                let longest = known(store.longest_due(now).await);
                longest.map(|at| at.map_or(0, |at| now.ms_since(at) / 1_000))
            }
        };
        let missing = known(store.list_missing_operations(now).await);
        Self {
            due_cases,
            oldest_due_age_s,
            stuck_cases: known(store.count_class(Class::Stuck).await),
            capabilities_off: missing.map(|missing| missing.len() as u64),
        }
    }

    /// Counts them, and what the sweep itself tells.
    pub(crate) fn count(&self, report: &SweepReport) {
        let all: [(&Metric, Option<u64>); 6] = [
            (&DUE_CASES, self.due_cases),
            (&OLDEST_DUE_AGE, self.oldest_due_age_s),
            (&STUCK_CASES, self.stuck_cases),
            (&CAPABILITIES_OFF, self.capabilities_off),
            (&PAUSED_PEERS, Some(report.paused.len() as u64)),
            (&SWEEP_LINKS_SEEN, Some(report.links_seen.into())),
        ];
        for (metric, value) in all {
            if let Some(value) = value {
                count(metric, &[], value);
            }
        }
    }
}

fn known<T>(read: Result<T, Trouble>) -> Option<T> {
    read.inspect_err(|trouble| tracing::warn!(%trouble, "a number is left out"))
        .ok()
}
