//! Credentials, limits and planned faults.

use super::*;
use crate::jira::{Fault, FaultKind, TenantLimit};

#[test]
fn wrong_credentials_get_401_but_the_search_finds_nothing_with_200() {
    let mut jira = jira();
    let id = opened(&mut jira);
    let wrong = login(Jira::DEMO_LOGIN.0, "wrong");
    for (method, path) in [
        ("GET", "/rest/api/3/myself".to_owned()),
        ("GET", format!("/rest/api/3/issue/{id}")),
    ] {
        assert_eq!(
            jira.serve(&request(method, &path, &Value::Null, &wrong), NOW)
                .status(),
            401
        );
        assert_eq!(
            jira.serve(&request(method, &path, &Value::Null, ""), NOW)
                .status(),
            401
        );
    }
    let body = json!({ "jql": "project = SEC" });
    let found = jira.serve(
        &request("POST", "/rest/api/3/search/jql", &body, &wrong),
        NOW,
    );
    assert_eq!(
        (
            found.status().as_u16(),
            read(&found)["issues"].as_array().unwrap().len()
        ),
        (200, 0)
    );
    jira.set_anonymous_reads(true);
    let path = format!("/rest/api/3/issue/{id}");
    assert_eq!(
        jira.serve(&request("GET", &path, &Value::Null, &wrong), NOW)
            .status(),
        404
    );
}

#[test]
fn a_ticket_takes_20_writes_in_2_seconds_and_100_in_30() {
    let mut jira = jira();
    let id = opened(&mut jira);
    let path = format!("/rest/api/3/issue/{id}");
    let mut write = |now: i64| {
        call(
            &mut jira,
            "PUT",
            &path,
            &json!({ "fields": { "summary": format!("s{now}") } }),
            now,
        )
        .0
    };
    let accepted = (0..21).filter(|n| write(NOW + n) == 204).count();
    assert_eq!(accepted, 20);
    assert_eq!(write(NOW + 2_000), 204);
    let accepted = (0..100)
        .filter(|n| write(NOW + 4_500 + n * 250) == 204)
        .count();
    // 21 of the hundred are used up already.
    assert_eq!(accepted, 79);
    assert_eq!((write(NOW + 30_000), write(NOW + 30_000)), (204, 429));
}

#[test]
fn a_limit_of_the_tenant_counts_every_call() {
    let mut jira = jira();
    jira.set_tenant_limit(Some(TenantLimit {
        calls: 2,
        window_ms: 10_000,
        says_retry_after: true,
    }));
    assert_eq!(get(&mut jira, "/rest/api/3/myself", NOW).0, 200);
    assert_eq!(get(&mut jira, "/rest/api/3/myself", NOW).0, 200);
    let (email, token) = Jira::DEMO_LOGIN;
    let asked = request(
        "GET",
        "/rest/api/3/myself",
        &Value::Null,
        &login(email, token),
    );
    let response = jira.serve(&asked, NOW + 1_000);
    assert_eq!(
        (
            response.status().as_u16(),
            response.headers()["retry-after"].to_str().unwrap()
        ),
        (429, "9")
    );
    assert_eq!(get(&mut jira, "/rest/api/3/myself", NOW + 10_000).0, 200);
}

#[test]
fn a_planned_fault_strikes_its_calls_and_no_others() {
    let mut jira = jira();
    jira.fail_next(Fault::new("POST", "/issue", 1, FaultKind::LoseAnswer));
    jira.fail_next(Fault::new("POST", "/issue", 1, FaultKind::LoseRequest));
    let fields = json!({ "fields": {
        "project": { "key": "SEC" }, "issuetype": { "name": "Bug" }, "summary": "s" } });
    let (email, token) = Jira::DEMO_LOGIN;
    let ask = request("POST", "/rest/api/3/issue", &fields, &login(email, token));
    let fates: Vec<_> = (0..3)
        .map(|_| {
            jira.serve(&ask, NOW)
                .headers()
                .get("x-simulated")
                .map(|fate| fate.to_str().unwrap().to_owned())
        })
        .collect();
    assert_eq!(
        fates,
        [
            Some("lost-answer".into()),
            Some("lost-request".into()),
            None
        ]
    );
    assert_eq!(jira.tickets().count(), 2);
    assert_eq!(
        jira.take_calls()
            .iter()
            .filter(|call| call.write && call.lost)
            .count(),
        2
    );
}
