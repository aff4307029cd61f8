//! Priorities that are proposed for severities.
//!
//! Proposed is only what the project has, and by its name alone.

use std::collections::BTreeMap;

use domain::case::Severity;

/// The names that fit a severity, best first.
const fn fitting(severity: Severity) -> &'static [&'static str] {
    match severity {
        Severity::Critical => &["Critical", "Blocker", "Highest", "P1", "Urgent"],
        Severity::High => &["High", "Major", "P2"],
        Severity::Medium => &["Medium", "Normal", "P3"],
        Severity::Low => &["Low", "Minor", "P4"],
        Severity::Note => &["Lowest", "Trivial", "P5", "Low", "Minor"],
    }
}

/// A priority for each severity that one fits.
pub fn propose(priorities: &[String]) -> BTreeMap<String, String> {
    let of = |severity: Severity| {
        fitting(severity).iter().find_map(|name| {
            priorities
                .iter()
                .find(|it| it.eq_ignore_ascii_case(name))
                .cloned()
        })
    };
    Severity::ALL
        .into_iter()
        .filter_map(|severity| Some((severity.word().to_owned(), of(severity)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposed(priorities: &[&str]) -> Vec<String> {
        let names: Vec<String> = priorities.iter().map(ToString::to_string).collect();
        let found = propose(&names);
        Severity::ALL
            .map(|severity| found.get(severity.word()).cloned().unwrap_or_default())
            .to_vec()
    }

    #[test]
    fn a_priority_is_proposed_by_its_name_and_only_if_the_project_has_it() {
        assert_eq!(
            proposed(&["Highest", "High", "Medium", "Low", "Lowest"]),
            ["Highest", "High", "Medium", "Low", "Lowest"]
        );
        assert_eq!(
            proposed(&["Blocker", "Critical", "Major", "Minor"]),
            ["Critical", "Major", "", "Minor", "Minor"]
        );
        assert!(propose(&["Sofort".to_owned()]).is_empty());
    }
}
