//! A point in time, handed in from outside.
//!
//! Never reads a clock: the domain is told the time and only compares, adds and prints it.

use alloc::string::{String, ToString};
use core::fmt;

use serde::{Deserialize, Serialize};

/// A point in time, in whole milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(i64);

impl Moment {
    /// The moment that many milliseconds after the epoch.
    pub const fn from_epoch_ms(epoch_ms: i64) -> Self {
        Self(epoch_ms)
    }

    /// Milliseconds since the epoch.
    pub const fn epoch_ms(self) -> i64 {
        self.0
    }

    /// This moment, later by `ms` milliseconds.
    pub const fn plus_ms(self, ms: u64) -> Self {
        Self(self.0.saturating_add_unsigned(ms))
    }

    /// This moment, earlier by `ms` milliseconds.
    pub const fn minus_ms(self, ms: u64) -> Self {
        Self(self.0.saturating_sub_unsigned(ms))
    }

    /// How many milliseconds have passed since `earlier`; zero if it lies in the future.
    pub fn ms_since(self, earlier: Self) -> u64 {
        u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0)
    }

    /// Reads RFC 3339 with 0 to 9 fraction digits, and Jira's offsets without a colon
    /// (`2019-02-15T19:11:18.321-0800`). `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let timestamp: jiff::Timestamp = text.trim().parse().ok()?;
        Some(Self(timestamp.as_millisecond()))
    }

    /// RFC 3339 in UTC, such as `2026-03-09T22:52:12.131Z`.
    pub fn to_rfc3339(self) -> String {
        jiff::Timestamp::from_millisecond(self.0)
            .map_or_else(|_| self.0.to_string(), |timestamp| timestamp.to_string())
    }

    /// The form people read, such as `2026-03-09 22:52 UTC`.
    pub fn for_people(self) -> String {
        jiff::Timestamp::from_millisecond(self.0).map_or_else(
            |_| self.0.to_string(),
            |timestamp| timestamp.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        )
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.to_rfc3339())
    }
}

#[cfg(test)]
mod tests {
    use super::Moment;

    #[test]
    fn both_products_ways_of_writing_time_are_read() {
        for text in [
            "2019-02-16T03:11:18.321Z",
            "2019-02-15T19:11:18.321-0800",
            "2019-02-16T03:11:18.321697652Z",
        ] {
            assert_eq!(
                Moment::parse(text).map(Moment::epoch_ms),
                Some(1_550_286_678_321),
                "{text}"
            );
        }
        assert_eq!(Moment::parse("yesterday"), None);
        assert_eq!(
            Moment::from_epoch_ms(1_550_286_678_321).for_people(),
            "2019-02-16 03:11 UTC"
        );
    }
}
