//! Tests of the preview's pure parts.

use std::path::Path;

use adapters::settings_file::read_settings;
use domain::case::Application;

use super::*;

fn settings() -> Settings {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/settings.example.toml");
    read_settings(&path).expect("the example is in order")
}

fn facts() -> CaseFacts {
    let application = Application {
        id: None,
        name: "Payments".to_owned(),
    };
    CaseFacts {
        phase: Some(Phase::Open),
        severity: Some(Severity::High),
        applications: vec![application],
        rules: vec!["sql-injection".to_owned()],
        created_at: domain::moment::Moment::parse("2026-04-01T00:00:00Z"),
        ..CaseFacts::default()
    }
}

/// Whether the first route opens a ticket, the words, and whose ticket is shown.
fn judged(change: impl FnOnce(&mut CaseFacts)) -> (bool, String, String) {
    let settings = settings();
    let connection = settings.connections.values().next().expect("there is one");
    let case = CaseId::new(connection.org.clone(), CaseKind::Incident, "INC-2026-1")
        .expect("this is a case");
    let mut facts = facts();
    change(&mut facts);
    let (verdict, maker) = judge(&settings, &settings.routes[0], &case, &facts);
    (verdict.opens, verdict.words, maker.name.to_string())
}

#[test]
fn the_route_that_takes_the_case_shows_its_ticket() {
    let (opens, _, maker) = judged(|_| {});
    assert!(opens);
    assert_eq!(maker, "payments-incidents");
}

#[test]
fn it_is_said_why_no_ticket_opens_by_this_route() {
    let (opens, words, maker) = judged(|facts| facts.severity = Some(Severity::Low));
    assert!(!opens && words.contains("Another route"), "{words}");
    assert_eq!(maker, "all-incidents");
    let (opens, words, _) = judged(|facts| facts.phase = Some(Phase::Closed));
    assert!(!opens && words.contains("is closed"), "{words}");
    let (opens, words, _) = judged(|facts| {
        facts.created_at = domain::moment::Moment::parse("2025-01-01T00:00:00Z");
    });
    assert!(!opens && words.contains("before the route"), "{words}");
}

#[test]
fn the_example_shows_what_a_template_makes() {
    assert_eq!(
        example_summary("{number} in {applications}"),
        "INC-2026-252 in Payments"
    );
    assert_eq!(
        example_summary(" "),
        "[HIGH] SQL injection attack (INC-2026-252)"
    );
    assert_eq!(example_summary("{colour}"), "{colour}");
}
