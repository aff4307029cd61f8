//! Tests of validating a whole document, and the example that other modules' tests begin with.

mod fields;
mod peers;

use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use super::{
    ClosingDocument, ConnectionDocument, DEFAULT_SUMMARY, Fault, FieldDocument, FlowDocument,
    RouteDocument, SettingsDocument, SiteDocument, TicketDocument, UnknownKeys, Written,
};
use crate::{
    case::{CaseKind, CloseReason, Severity},
    moment::Moment,
    settings::{ConnectionName, Flow, Settings, Switch},
};

/// A small document without faults.
pub(crate) fn example() -> SettingsDocument {
    SettingsDocument {
        connections: vec![ConnectionDocument {
            name: "acme".into(),
            url: "https://app.contrast.example/Contrast/".into(),
            org: "5b1c7c0e-0d3a-4a53-9d2e-7a5f6f1f0001".into(),
            ..ConnectionDocument::default()
        }],
        sites: vec![SiteDocument {
            name: "jira".into(),
            url: "https://Acme.atlassian.net/".into(),
            ..SiteDocument::default()
        }],
        routes: vec![example_route("all")],
        ..SettingsDocument::default()
    }
}

/// A route of that name that takes every incident.
pub(crate) fn example_route(name: &str) -> RouteDocument {
    RouteDocument {
        name: name.into(),
        start: "2026-03-01".into(),
        ticket: TicketDocument {
            site: "jira".into(),
            project: "SEC".into(),
            issue_type: "Task".into(),
            ..TicketDocument::default()
        },
        ..RouteDocument::default()
    }
}

fn texts(items: &[&str]) -> Vec<String> {
    items.iter().map(ToString::to_string).collect()
}

fn table(items: &[(&str, &str)]) -> BTreeMap<String, String> {
    items
        .iter()
        .map(|(key, value)| (key.to_string(), value.to_string()))
        .collect()
}

fn faults_of(document: SettingsDocument) -> Vec<Fault> {
    document.validate().expect_err("the document has faults")
}

fn paths_of(document: SettingsDocument) -> Vec<String> {
    faults_of(document)
        .into_iter()
        .map(|fault| fault.path)
        .collect()
}

/// The paths of the faults of the example after a change to its route.
fn route_faults(change: impl FnOnce(&mut RouteDocument)) -> Vec<String> {
    let mut document = example();
    change(&mut document.routes[0]);
    paths_of(document)
}

fn validated(change: impl FnOnce(&mut RouteDocument)) -> Settings {
    let mut document = example();
    change(&mut document.routes[0]);
    document.validate().expect("the document is in order")
}

#[test]
fn what_is_left_out_gets_its_default() {
    let settings = example().validate().expect("the example is in order");
    let connection = settings
        .connections
        .values()
        .next()
        .expect("one connection");
    assert_eq!(connection.url, "https://app.contrast.example");
    assert_eq!(connection.list_comments, Switch::Auto);
    let site = settings.sites.values().next().expect("one site");
    assert_eq!(site.url, "https://acme.atlassian.net");
    assert_eq!(site.api_url, site.url);
    let route = &settings.routes[0];
    assert_eq!(route.kinds, [CaseKind::Incident]);
    assert_eq!(route.applications, ["*"]);
    assert_eq!(Some(route.start), Moment::parse("2026-03-01T00:00:00Z"));
    assert!(!route.backfill);
    assert_eq!(route.ticket.summary, DEFAULT_SUMMARY);
    assert_eq!(route.closing.default_reason, CloseReason::Other);
    assert_eq!(
        route.flow,
        Flow {
            bidirectional: true,
            auto_close: true,
            reopen: true,
            comments: true,
            delete_in_contrast: false,
            internal_comments: false,
        }
    );
}

#[test]
fn everything_that_is_written_arrives() {
    let settings = validated(|route| {
        route.connection = Some("acme".into());
        route.kinds = Some(texts(&["Issue", "incident", "issue"]));
        route.applications = Some(texts(&["WebGoat"]));
        route.severities = texts(&["critical", "HIGH"]);
        route.rules = texts(&["SQL-Injection"]);
        route.start = "2026-03-01T08:00:00+01:00".into();
        route.backfill = Some(true.into());
        route.ticket.parent = Some("SEC-1".into());
        route.ticket.assignee = Some("712020:1a2b-3c".into());
        route.ticket.priorities = table(&[("critical", "Highest")]);
        route.ticket.labels = texts(&["adr", "adr"]);
        route.ticket.summary = Some("{number}: {name}".into());
        route.flow.comments = Some("FALSE".into());
        route.closing = ClosingDocument {
            reasons: table(&[("Won't Do", "false_positive")]),
            resolutions: table(&[("FALSE_POSITIVE", "Won't Do")]),
            default_resolution: Some("Done".into()),
            done_transition: Some(" ".into()),
            ..ClosingDocument::default()
        };
    });
    let route = &settings.routes[0];
    assert_eq!(
        route.connection.as_ref().map(ConnectionName::as_str),
        Some("acme")
    );
    assert_eq!(route.kinds, [CaseKind::Issue, CaseKind::Incident]);
    assert_eq!(route.severities, [Severity::Critical, Severity::High]);
    assert_eq!(route.rules, ["sql-injection"]);
    assert_eq!(Some(route.start), Moment::parse("2026-03-01T07:00:00Z"));
    assert!(route.backfill && !route.flow.comments);
    assert_eq!(route.ticket.parent.as_deref(), Some("SEC-1"));
    assert_eq!(route.ticket.assignee.as_deref(), Some("712020:1a2b-3c"));
    assert_eq!(route.ticket.priorities[&Severity::Critical], "Highest");
    assert_eq!(route.ticket.labels, ["adr"]);
    assert_eq!(
        route.closing.reasons["won't do"],
        CloseReason::FalsePositive
    );
    assert_eq!(
        route.closing.resolutions[&CloseReason::FalsePositive],
        "Won't Do"
    );
    assert_eq!(route.closing.default_resolution.as_deref(), Some("Done"));
    assert_eq!(route.closing.done_transition, None);
}

#[test]
fn every_fault_is_reported_at_once() {
    let mut second = example_route("all");
    second.connection = Some("nowhere".into());
    second.kinds = Some(texts(&["alert"]));
    second.applications = Some(Vec::new());
    second.severities = texts(&["HIGH", "huge"]);
    second.rules = texts(&["sql injection"]);
    second.start = "last week".into();
    second.backfill = Some("maybe".into());
    second.ticket = TicketDocument {
        site: "elsewhere".into(),
        project: "sec".into(),
        parent: Some("SEC".into()),
        assignee: Some("Mara Lindt".into()),
        priorities: table(&[("CRITICAL", ""), ("urgent", "High")]),
        labels: texts(&["two words", "northstar_x"]),
        summary: Some("{nmae}".into()),
        ..TicketDocument::default()
    };
    second.flow = FlowDocument {
        reopen: Some(Written::Integer(1)),
        ..FlowDocument::default()
    };
    second.closing.reasons = table(&[("Done", "FIXED")]);
    second.closing.resolutions = table(&[("FIXED", "Done"), ("OTHER", " ")]);
    second.closing.default_reason = Some("none".into());
    let mut document = example();
    document.routes.push(second);
    assert_eq!(
        paths_of(document),
        [
            "routes[1].name",
            "routes[1].connection",
            "routes[1].kinds[0]",
            "routes[1].applications",
            "routes[1].severities[1]",
            "routes[1].rules[0]",
            "routes[1].start",
            "routes[1].backfill",
            "routes[1].ticket.site",
            "routes[1].ticket.project",
            "routes[1].ticket.issue_type",
            "routes[1].ticket.parent",
            "routes[1].ticket.assignee",
            "routes[1].ticket.priorities.CRITICAL",
            "routes[1].ticket.priorities.urgent",
            "routes[1].ticket.labels[0]",
            "routes[1].ticket.labels[1]",
            "routes[1].ticket.summary",
            "routes[1].flow.reopen",
            "routes[1].closing.reasons.Done",
            "routes[1].closing.resolutions.FIXED",
            "routes[1].closing.resolutions.OTHER",
            "routes[1].closing.default_reason",
        ]
    );
}

#[test]
fn an_empty_document_lacks_one_of_each() {
    assert_eq!(
        paths_of(SettingsDocument::default()),
        ["connections", "sites", "routes"]
    );
}

#[test]
fn the_limits_on_numbers_hold() {
    let mut document = example();
    document.connections = (0..51)
        .map(|number| ConnectionDocument {
            name: alloc::format!("c{number}"),
            org: alloc::format!("o{number}"),
            ..document.connections[0].clone()
        })
        .collect();
    let site = document.sites[0].clone();
    document.sites.extend((0..50).map(|number| SiteDocument {
        name: alloc::format!("s{number}"),
        ..site.clone()
    }));
    document.routes = (0..501)
        .map(|number| example_route(&alloc::format!("r{number}")))
        .collect();
    document.routes[0].ticket.fields = (0..51)
        .map(|number| FieldDocument {
            id: alloc::format!("customfield_{number}"),
            kind: "text".into(),
            value: Some("x".into()),
            ..FieldDocument::default()
        })
        .collect();
    assert_eq!(
        paths_of(document),
        ["connections", "sites", "routes", "routes[0].ticket.fields"]
    );
}

#[test]
fn one_severity_or_resolution_in_two_spellings_is_a_fault() {
    let paths = route_faults(|route| {
        route.ticket.priorities = table(&[("HIGH", "High"), ("high", "Low")]);
        route.closing.reasons = table(&[("Done", "OTHER"), ("done", "OTHER")]);
        route.closing.resolutions = table(&[("OTHER", "Done"), ("other", "Done")]);
    });
    assert_eq!(
        paths,
        [
            "routes[0].ticket.priorities.high",
            "routes[0].closing.reasons.done",
            "routes[0].closing.resolutions.other",
        ]
    );
}

#[test]
fn a_misspelt_key_is_a_fault_and_a_secret_is_sent_where_it_belongs() {
    let mut document = example();
    document.routes[0].ticket.unknown = UnknownKeys(texts(&["priority"]));
    document.sites[0].unknown = UnknownKeys(texts(&["api_token"]));
    let faults = faults_of(document);
    assert_eq!(faults[0].path, "sites[0].api_token");
    assert!(faults[0].problem.contains("never stand in the settings"));
    assert_eq!(faults[1].path, "routes[0].ticket.priority");
    assert!(faults[1].remedy.contains("priorities"));
}

#[test]
fn a_fault_reads_as_a_sentence_and_repeats_no_address() {
    let mut document = example();
    document.routes[0].ticket.assignee = Some("mara.lindt@example.com".into());
    document.routes[0].ticket.priorities = table(&[("mara@example.com", "High")]);
    document.connections[0].url = "https://mara:hunter2@app.contrast.example".into();
    let all = faults_of(document);
    assert_eq!(all.len(), 3);
    for fault in &all {
        let line = fault.to_string();
        assert!(line.starts_with(&fault.path), "{line}");
        assert!(line.ends_with('.'), "{line}");
        assert!(
            !line.contains("mara") && !line.contains("hunter2"),
            "{line}"
        );
    }
}

#[test]
fn the_digest_changes_with_the_meaning_alone() {
    let first = example()
        .validate()
        .expect("the example is in order")
        .digest;
    let same = validated(|route| route.kinds = Some(texts(&["incident"]))).digest;
    let other = validated(|route| route.kinds = Some(texts(&["issue"]))).digest;
    assert_eq!(first, same);
    assert_ne!(first, other);
}
