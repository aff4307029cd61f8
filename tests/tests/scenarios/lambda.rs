//! The three functions as AWS runs them: real processes, the real SDK, real time.
//!
//! Everything around them is on loopback: the store's engine, the secrets, Contrast and Jira. Each
//! wait has an end, and no process outlives its scenario.

use serde_json::json;
use simulators::contrast::IncidentSeed;

mod binaries;
pub mod event;
mod function;
mod surroundings;

use event::{delivered, scheduled};
use function::Function;
use surroundings::{PLANTED, Surroundings};

const CONTRAST_DOOR: &str = "/webhooks/contrast/demo";
const JIRA_DOOR: &str = "/webhooks/jira/acme";

/// Raises an incident and pushes it to the function; answers with its number and its ticket.
async fn open_a_ticket(around: &Surroundings, door: &Function) -> (String, String) {
    let number = around
        .contrast(|contrast, now| contrast.raise_incident(IncidentSeed::sql_injection(), now));
    let push = around
        .contrast(|contrast, _| contrast.take_outbox())
        .remove(0);
    let answer = door
        .invoke(&delivered(CONTRAST_DOOR, &push.headers, &push.body))
        .await;
    assert_eq!(answer["statusCode"], 200, "{answer}");
    around.jira(|jira, _| jira.drop_outbox());
    let ticket = around.ticket(&number);
    (number, ticket)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_to_the_deployed_function_opens_a_ticket() {
    let around = Surroundings::start().await;
    let door = around.function("contrast-webhook").await;
    let (number, ticket) = open_a_ticket(&around, &door).await;
    around.jira(|jira, _| {
        let ticket = jira.ticket(&ticket).expect("the ticket");
        assert_eq!((ticket.project.as_str(), ticket.links.len()), ("SEC", 1));
        assert!(ticket.description_text().contains(&number));
    });
    around.contrast(|contrast, _| {
        let shown = &contrast.incident(&number).expect("the incident").comments;
        assert_eq!(shown.len(), 1, "the incident shows its ticket");
    });
    door.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_delivery_to_the_deployed_function_closes_the_incident_and_no_other_does() {
    let around = Surroundings::start().await;
    let contrast_door = around.function("contrast-webhook").await;
    let (number, ticket) = open_a_ticket(&around, &contrast_door).await;
    contrast_door.stop();
    let door = around.function("jira-webhook").await;
    around
        .jira(|jira, now| jira.transition_to(&ticket, "Ana Souza", "Done", now))
        .expect("done");
    let done = around.jira(|jira, _| jira.take_outbox()).remove(0);
    let mut forged = done.headers.clone();
    for (name, value) in &mut forged {
        if name == "X-Hub-Signature" {
            *value = format!("sha256={}", "0".repeat(64));
        }
    }
    let answer = door
        .invoke(&delivered(JIRA_DOOR, &forged, &done.body))
        .await;
    assert_eq!(answer["statusCode"], 401, "{answer}");
    assert!(around.is_open(&number), "a forged delivery does nothing");
    let answer = door
        .invoke(&delivered(JIRA_DOOR, &done.headers, &done.body))
        .await;
    assert_eq!(answer["statusCode"], 200, "{answer}");
    assert!(
        !around.is_open(&number),
        "the delivery was verified by its decoded bytes"
    );
    door.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_deployed_sweep_makes_lost_webhooks_good() {
    let around = Surroundings::start().await;
    let number =
        around.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now));
    around.lose();
    let sweep = around.function("reconciliation-sweep").await;
    let answer = sweep.invoke(&scheduled()).await;
    assert_eq!(answer, json!({ "reconciled": 1, "finished": true }));
    let ticket = around.ticket(&number);
    around
        .jira(|jira, now| jira.transition_to(&ticket, "Ana Souza", "Done", now))
        .expect("done");
    around.lose();
    let answer = sweep.invoke(&scheduled()).await;
    assert_eq!(answer["finished"], true, "{answer}");
    assert!(!around.is_open(&number));
    sweep.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_ever_stands_in_what_a_function_prints() {
    let around = Surroundings::start().await;
    // At that level libraries would print all that they send and receive.
    let contrast_door = around.talkative_function("contrast-webhook", "trace").await;
    let jira_door = around.talkative_function("jira-webhook", "trace").await;
    let sweep = around
        .talkative_function("reconciliation-sweep", "trace")
        .await;
    let (number, ticket) = open_a_ticket(&around, &contrast_door).await;
    around
        .jira(|jira, now| jira.comment(&ticket, "Ana Souza", "Looking into it.", now))
        .expect("a comment");
    let comment = around.jira(|jira, _| jira.take_outbox()).remove(0);
    let told = delivered(JIRA_DOOR, &comment.headers, &comment.body);
    assert_eq!(jira_door.invoke(&told).await["statusCode"], 200);
    // Refused credentials are when a function is most tempted to say too much.
    around.refuse_all_credentials();
    around.contrast(|contrast, now| contrast.comment(&number, "Mara Lindt", "Hello.", now));
    around.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now));
    sweep.invoke(&scheduled()).await;
    assert!(
        sweep.printed().contains("refused"),
        "the sweep met the refusal"
    );
    let push = around
        .contrast(|contrast, _| contrast.take_outbox())
        .remove(0);
    let answer = contrast_door
        .invoke(&delivered(CONTRAST_DOOR, &push.headers, &push.body))
        .await;
    assert_eq!(answer["statusCode"], 200, "{answer}");
    let wrong = delivered(CONTRAST_DOOR, &[], &push.body);
    assert_eq!(contrast_door.invoke(&wrong).await["statusCode"], 401);
    for function in [contrast_door, jira_door, sweep] {
        let printed = function.stop();
        assert!(
            printed.contains("\"level\":\"INFO\""),
            "it logs in JSON: {printed}"
        );
        for secret in PLANTED {
            assert!(!printed.contains(secret), "a secret is printed: {printed}");
        }
        // What came in is not repeated either, nor is anybody's address.
        for words in ["Looking into it.", "payments/search", "@example.com"] {
            assert!(!printed.contains(words), "{words} is printed: {printed}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_without_settings_asks_the_sender_to_come_again() {
    let around = Surroundings::without_settings().await;
    let door = around.function("contrast-webhook").await;
    around.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now));
    let push = around
        .contrast(|contrast, _| contrast.take_outbox())
        .remove(0);
    let answer = door
        .invoke(&delivered(CONTRAST_DOOR, &push.headers, &push.body))
        .await;
    assert_eq!(answer["statusCode"], 503, "{answer}");
    assert_eq!(around.jira(|jira, _| jira.tickets().count()), 0);
    let printed = door.stop();
    assert!(
        printed.contains("no settings were put in force yet"),
        "it says why: {printed}"
    );
}
