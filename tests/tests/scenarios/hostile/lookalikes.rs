//! Tickets that look like a case's own: with its label, and with our property as others would set it.

use serde_json::{Value, json};
use simulators::{
    contrast::IncidentSeed,
    jira::{Fault, FaultKind},
};

use super::{marks::ben_calls, stage::Stage};

/// The fields by which somebody makes a ticket look like a case's.
fn looks_like_ours(stage: &Stage, number: &str) -> Value {
    let case = stage.case(number);
    json!({
        "project": { "key": "SEC" }, "issuetype": { "name": "Bug" }, "summary": format!("Mine ({number})"),
        "labels": ["northstar", domain::ticket::case_label(&case)],
    })
}

#[tokio::test]
async fn a_ticket_that_only_looks_like_a_cases_never_becomes_it() {
    let stage = Stage::new().await;
    let number =
        stage.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now));
    let lost = Fault::new("POST", "/rest/api/3/issue", 1, FaultKind::LoseRequest);
    stage.world.network.jira().fail_next(lost);
    // The opening is claimed, and nobody knows what became of it.
    for delivery in stage.world.take_deliveries() {
        stage.deliver(&delivery).await;
    }
    assert_eq!(stage.tickets(&number), Vec::<String>::new());
    let case = stage.case(&number).to_string();
    let property = |value: Value| json!([{ "key": "northstar-jira-sync", "value": value }]);
    let mut forged = Vec::new();
    for properties in [
        json!([]),
        property(json!({ "case": case, "nonce": "made-up" })),
        property(json!({ "case": case, "nonce": "0123456789abcdef01234567" })),
        property(json!({ "case": case, "nonce": "0123456789abcdef01234567-89abcdef" })),
        property(json!({ "case": case })),
    ] {
        let body = json!({ "fields": looks_like_ours(&stage, &number), "properties": properties });
        let made = ben_calls(&stage, "POST", "/issue", &body);
        forged.push(made["id"].as_str().expect("an id").to_owned());
    }
    stage.announce().await;
    for _ in 0..6 {
        stage.world.pass_minutes(3);
        stage.sweep().await;
        stage.announce().await;
    }
    let link = stage.link(&number).await;
    let ticket = link
        .pair()
        .expect("a ticket of its own")
        .ticket
        .id
        .to_string();
    assert!(!forged.contains(&ticket), "{ticket} is one of {forged:?}");
    stage
        .jira(|jira, now| jira.transition_to(&forged[1], "Ben Okafor", "Done", now))
        .expect("done");
    stage.announce().await;
    assert!(
        stage
            .world
            .network
            .contrast()
            .incident(&number)
            .expect("it")
            .open
    );
    stage.end().await;
}

#[tokio::test]
async fn a_label_that_somebody_types_wakes_its_case_and_changes_nothing() {
    let stage = Stage::new().await;
    let (number, ticket) = stage.linked_incident().await;
    let body = json!({ "fields": looks_like_ours(&stage, &number) });
    let made = ben_calls(&stage, "POST", "/issue", &body);
    let copy = made["id"].as_str().expect("an id").to_owned();
    stage.announce().await;
    let moved = stage.jira(|jira, now| jira.transition_to(&copy, "Ben Okafor", "Done", now));
    moved.expect("done");
    let deleted = stage.jira(|jira, now| jira.delete_ticket(&copy, "Ben Okafor", now));
    deleted.expect("a deletion");
    stage.announce().await;
    stage.settle().await;
    assert_eq!(
        stage
            .link(&number)
            .await
            .pair()
            .expect("a pair")
            .ticket
            .id
            .as_str(),
        ticket
    );
    assert!(
        stage
            .world
            .network
            .contrast()
            .incident(&number)
            .expect("it")
            .open
    );
    stage.end().await;
}
