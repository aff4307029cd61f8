//! Times: what a function may take fits the leases, the claims and those who wait for it.

use serde_json::Value;

use super::{
    code::number,
    template::{of_type, resources, template, text_of},
};

const RECONCILE: &str = "shared/domain/src/reconcile.rs";
const ENGINE: &str = "shared/domain/src/reconcile/engine.rs";
const SERVICE: &str = "shared/adapters/src/service.rs";
const HTTP: &str = "shared/adapters/src/http.rs";

/// A function's time-out in milliseconds.
fn timeout(template: &Value, function: &str) -> u64 {
    let seconds = &resources(template)[function]["Properties"]["Timeout"];
    seconds.as_u64().expect("a time-out") * 1_000
}

#[test]
fn no_door_outlives_its_lease_or_the_claim_it_made() {
    let template = template();
    for door in ["ContrastWebhook", "JiraWebhook"] {
        let timeout = timeout(&template, door);
        assert!(timeout < number(RECONCILE, "LEASE_MS"), "{door}: the lease");
        assert!(timeout < number(RECONCILE, "COMMENT_CLAIM_MS"), "{door}");
        assert!(timeout < number(RECONCILE, "TICKET_CLAIM_MS"), "{door}");
    }
}

#[test]
fn one_case_of_a_sweep_ends_within_its_lease_and_the_sweep_within_a_tickets_claim() {
    let template = template();
    let longest = number(ENGINE, "CASE_BUDGET_MS") + number(HTTP, "CALL_TIMEOUT_MS");
    assert!(longest < number(RECONCILE, "LEASE_MS"), "one case's turn");
    let sweep = timeout(&template, "ReconciliationSweep");
    assert!(longest < sweep);
    assert!(sweep < number(RECONCILE, "TICKET_CLAIM_MS"));
}

#[test]
fn a_door_answers_while_the_api_waits_and_the_api_no_longer_than_the_door_runs() {
    let template = template();
    let answers = number(SERVICE, "WEBHOOK_BUDGET_MS") + number(HTTP, "CALL_TIMEOUT_MS");
    let mut waits = waits(&template);
    waits.retain(|(function, _)| function != "Console");
    assert_eq!(waits.len(), 2, "one for each door");
    for (door, waits) in waits {
        assert!(answers < waits, "{door}");
        assert!(waits < timeout(&template, &door), "{door}");
    }
}

/// The functions that the API calls, and how long it waits for each in milliseconds.
fn waits(template: &Value) -> Vec<(String, u64)> {
    of_type(template, "AWS::ApiGatewayV2::Integration")
        .into_iter()
        .map(|(_, integration)| {
            let uri = text_of(&integration["IntegrationUri"]);
            let waits = integration["TimeoutInMillis"].as_u64().expect("a time");
            (uri.trim_end_matches(".Alias").to_owned(), waits)
        })
        .collect()
}

#[test]
fn the_console_ends_before_the_api_gives_up_and_has_time_for_two_calls() {
    let template = template();
    let console = timeout(&template, "Console");
    let waits = waits(&template);
    let (_, waits) = waits.iter().find(|(id, _)| id == "Console").expect("it");
    assert!(console < *waits, "a person is told what is the matter");
    assert!(2 * number(HTTP, "CALL_TIMEOUT_MS") < console);
}
