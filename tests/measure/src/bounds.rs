//! The bounds, and whether they are kept.
//!
//! Each is a ratio of two values of one run: nothing here depends on how fast a machine is.

use crate::rounds::Measured;

/// From the start of the process to the first poll, against the yardstick that makes the same calls to
/// AWS before: what our own code adds.
const MOST_START: f64 = 1.3;
/// Resident memory at the first poll, against the yardstick.
const MOST_RESIDENT: f64 = 1.5;
/// The size of the zip, against the yardstick.
const MOST_ZIPPED: f64 = 1.3;
/// The first delivery after a start, against a warm one.
const MOST_FIRST: f64 = 3.0;

/// What is compared, how it came out, and what it may be at most.
pub fn ratios(measured: &Measured) -> [(&'static str, f64, f64); 4] {
    let Measured {
        baseline,
        calling,
        function,
        ..
    } = measured;
    [
        (
            "start to first poll, times that of the yardstick with the same calls",
            function.to_poll_ms / calling.to_poll_ms,
            MOST_START,
        ),
        (
            "resident memory, times the yardstick's",
            function.resident_mb / baseline.resident_mb,
            MOST_RESIDENT,
        ),
        (
            "zipped size, times the yardstick's",
            function.zipped_mb / baseline.zipped_mb,
            MOST_ZIPPED,
        ),
        (
            "first delivery, times a warm one",
            measured.deliveries.first_ms / measured.deliveries.warm_ms,
            MOST_FIRST,
        ),
    ]
}

/// The bounds that are broken, in words.
pub fn broken(measured: &Measured) -> Vec<String> {
    let too_much = ratios(measured).into_iter().filter(|(_, is, most)| {
        // What is no number at all keeps no bound.
        is.partial_cmp(most).is_none_or(std::cmp::Ordering::is_gt)
    });
    too_much
        .map(|(what, is, most)| format!("{what}: {is:.2}, at most {most:.2}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rounds::{Deliveries, Start};

    fn measured(to_poll_ms: f64, first_ms: f64) -> Measured {
        let start = |to_poll_ms| Start {
            to_poll_ms,
            resident_mb: 12.0,
            zipped_mb: 3.0,
        };
        Measured {
            build: "release".to_owned(),
            baseline: start(20.0),
            calling: start(20.0),
            function: start(to_poll_ms),
            deliveries: Deliveries {
                first_ms,
                warm_ms: 10.0,
                ..Deliveries::default()
            },
        }
    }

    #[test]
    fn a_bound_is_kept_up_to_its_value_and_broken_beyond() {
        assert_eq!(broken(&measured(26.0, 30.0)), Vec::<String>::new());
        let told = broken(&measured(26.2, 30.2)).join("\n");
        assert!(
            told.contains("start to first poll") && told.contains("first delivery"),
            "{told}"
        );
    }

    #[test]
    fn what_was_not_measured_keeps_no_bound() {
        assert_eq!(broken(&measured(f64::NAN, 10.0)).len(), 1);
    }
}
