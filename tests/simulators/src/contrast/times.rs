//! Times as Contrast writes them.
//!
//! Never asks a clock.

use jiff::{Timestamp, tz::TimeZone};

/// With milliseconds, as in incidents and pushes.
pub(super) fn iso_ms(ms: i64) -> String {
    format!("{:.3}", timestamp_ms(ms))
}

/// With 0, 3, 6 or 9 digits of fraction, as many as needed: so the product's runtime prints them.
pub(super) fn iso_ns(ns: i64) -> String {
    let timestamp = Timestamp::from_nanosecond(i128::from(ns)).unwrap_or_default();
    match ns {
        ns if ns % 1_000_000_000 == 0 => format!("{timestamp:.0}"),
        ns if ns % 1_000_000 == 0 => format!("{timestamp:.3}"),
        ns if ns % 1_000 == 0 => format!("{timestamp:.6}"),
        _ => format!("{timestamp:.9}"),
    }
}

/// The year that new ids carry.
pub(super) fn year(ms: i64) -> i16 {
    timestamp_ms(ms).to_zoned(TimeZone::UTC).year()
}

/// Times beyond what can be written are a fault of the test and read as the epoch.
fn timestamp_ms(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or_default()
}
