//! Tests of choosing a route.

use alloc::{
    string::{String, ToString},
    vec,
    vec::Vec,
};

use super::{Choice, NoRoute, choose_route};
use crate::{
    case::{Application, CaseFacts, CaseId, CaseKind, OrgId, Severity},
    moment::Moment,
    settings::{
        Settings,
        document::{
            RouteDocument,
            tests::{example, example_route},
        },
    },
};

const ORG: &str = "5b1c7c0e-0d3a-4a53-9d2e-7a5f6f1f0001";
const APP_ID: &str = "8c1b2c3d-0000-4000-8000-00000000000a";

fn incident() -> CaseId {
    let org = OrgId::new(ORG).expect("an id");
    CaseId::new(org, CaseKind::Incident, "INC-2026-252").expect("an id")
}

fn facts() -> CaseFacts {
    CaseFacts {
        severity: Some(Severity::High),
        created_at: Moment::parse("2026-03-09T22:51:48Z"),
        rules: vec!["sql-injection".into()],
        applications: vec![Application {
            id: None,
            name: "WebGoat".into(),
        }],
        ..CaseFacts::default()
    }
}

fn settings(routes: Vec<RouteDocument>) -> Settings {
    let mut document = example();
    document.routes = routes;
    document.validate().expect("the document is in order")
}

fn route(name: &str, change: impl FnOnce(&mut RouteDocument)) -> RouteDocument {
    let mut route = example_route(name);
    change(&mut route);
    route
}

/// The choice in a word: a route's name, or what the choice is.
fn choice(routes: Vec<RouteDocument>, case: &CaseId, facts: &CaseFacts) -> String {
    match choose_route(&settings(routes), case, facts) {
        Choice::Route(route) => route.name.to_string(),
        Choice::TooOld { route } => alloc::format!("too old for {}", route.name),
        Choice::Unrouted(reason) => alloc::format!("{reason:?}"),
        Choice::Unclear => "unclear".to_string(),
    }
}

fn chosen(route: RouteDocument, facts: &CaseFacts) -> String {
    choice(vec![route], &incident(), facts)
}

#[test]
fn the_first_route_that_matches_wins() {
    let narrow = route("narrow", |it| {
        it.applications = Some(vec!["webgoat".into()]);
    });
    let wide = route("wide", |_| {});
    let both = |first: &RouteDocument, second: &RouteDocument| vec![first.clone(), second.clone()];
    assert_eq!(
        choice(both(&narrow, &wide), &incident(), &facts()),
        "narrow"
    );
    assert_eq!(choice(both(&wide, &narrow), &incident(), &facts()), "wide");
}

#[test]
fn an_application_is_known_by_its_name_or_its_id_whatever_the_capitals() {
    let by_id = route("by-id", |it| {
        it.applications = Some(vec![APP_ID.to_uppercase()]);
    });
    let mut known = facts();
    known.applications[0].id = Some(APP_ID.into());
    assert_eq!(chosen(by_id.clone(), &known), "by-id");
    known.applications[0].id = Some("another".into());
    assert_eq!(chosen(by_id.clone(), &known), "Applications");
    // The push told a name only; the route may still mean this application.
    assert_eq!(chosen(by_id, &facts()), "unclear");
}

#[test]
fn either_a_severity_or_a_rule_is_enough() {
    let picky = |severities: &[&str], rules: &[&str]| {
        route("picky", |it| {
            it.severities = severities.iter().map(ToString::to_string).collect();
            it.rules = rules.iter().map(ToString::to_string).collect();
        })
    };
    assert_eq!(chosen(picky(&[], &[]), &facts()), "picky");
    assert_eq!(
        chosen(picky(&["HIGH"], &["jndi-injection"]), &facts()),
        "picky"
    );
    assert_eq!(
        chosen(picky(&["LOW"], &["sql-injection"]), &facts()),
        "picky"
    );
    assert_eq!(
        chosen(picky(&["LOW"], &["jndi-injection"]), &facts()),
        "SeverityOrRules"
    );
    assert_eq!(chosen(picky(&["LOW"], &[]), &facts()), "SeverityOrRules");
}

#[test]
fn a_missing_fact_that_decides_makes_the_choice_unclear() {
    let picky = route("picky", |it| {
        it.applications = Some(vec!["WebGoat".into()]);
        it.severities = vec!["HIGH".into()];
    });
    for forget in [
        (|facts: &mut CaseFacts| facts.applications.clear()) as fn(&mut CaseFacts),
        |facts| facts.severity = None,
        |facts| facts.created_at = None,
    ] {
        let mut known = facts();
        forget(&mut known);
        assert_eq!(chosen(picky.clone(), &known), "unclear");
        // Even a later route that would match has to wait: the earlier one might be meant.
        let routes = vec![
            picky.clone(),
            route("wide", |it| it.backfill = Some(true.into())),
        ];
        assert_eq!(choice(routes, &incident(), &known), "unclear");
    }
    // What does not decide may stay unknown.
    let wide = route("wide", |it| it.backfill = Some(true.into()));
    assert_eq!(chosen(wide, &CaseFacts::default()), "wide");
}

#[test]
fn unknown_rules_are_unclear_only_where_a_route_asks_for_rules() {
    let by_rule = route("by-rule", |it| it.rules = vec!["sql-injection".into()]);
    let by_severity = route("by-severity", |it| it.severities = vec!["LOW".into()]);
    let mut known = facts();
    known.rules.clear();
    assert_eq!(chosen(by_rule, &known), "unclear");
    assert_eq!(chosen(by_severity, &known), "SeverityOrRules");
}

#[test]
fn a_clear_no_outweighs_what_is_unclear() {
    let other_app = route("other", |it| {
        it.applications = Some(vec!["Petstore".into()]);
        it.severities = vec!["HIGH".into()];
    });
    let mut known = facts();
    known.severity = None;
    assert_eq!(chosen(other_app, &known), "Applications");
}

#[test]
fn a_case_older_than_the_start_waits_for_a_backfill() {
    let late = route("late", |it| it.start = "2026-03-10".into());
    let backfilled = route("backfilled", |it| {
        it.start = "2026-03-10".into();
        it.backfill = Some(true.into());
    });
    assert_eq!(chosen(late.clone(), &facts()), "too old for late");
    assert_eq!(chosen(backfilled.clone(), &facts()), "backfilled");
    // The first match wins even so.
    assert_eq!(
        choice(vec![late, backfilled], &incident(), &facts()),
        "too old for late"
    );
    // A case of the first moment is not older.
    let mut known = facts();
    known.created_at = Moment::parse("2026-03-01T00:00:00Z");
    assert_eq!(chosen(example_route("all"), &known), "all");
}

#[test]
fn the_reason_is_the_furthest_that_any_route_got() {
    let issues = route("issues", |it| it.kinds = Some(vec!["issue".into()]));
    let low = route("low", |it| it.severities = vec!["LOW".into()]);
    assert_eq!(chosen(issues.clone(), &facts()), "Kind");
    assert_eq!(
        choice(vec![low, issues], &incident(), &facts()),
        "SeverityOrRules"
    );
    let org = OrgId::new("unknown-org").expect("an id");
    let stranger = CaseId::new(org, CaseKind::Incident, "INC-1").expect("an id");
    assert_eq!(
        choose_route(&settings(vec![example_route("all")]), &stranger, &facts()),
        Choice::Unrouted(NoRoute::Connection)
    );
}

#[test]
fn a_route_of_one_connection_leaves_the_cases_of_others() {
    let mut document = example();
    let mut second = document.connections[0].clone();
    second.name = "other".into();
    second.org = "other-org".into();
    document.connections.push(second);
    document.routes[0].connection = Some("other".into());
    let settings = document.validate().expect("the document is in order");
    assert_eq!(
        choose_route(&settings, &incident(), &facts()),
        Choice::Unrouted(NoRoute::Connection)
    );
}
