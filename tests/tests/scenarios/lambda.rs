//! The three functions as AWS runs them: real processes, the real SDK, real time.
//!
//! Everything around them is on loopback: the store's engine, the secrets, Contrast and Jira. Each
//! wait has an end, and no process outlives its scenario.

use scenarios::telling::{line_of_metrics, piece_of_a_trace};
use serde_json::{Value, json};
use simulators::contrast::IncidentSeed;

mod binaries;
mod daemon;
mod function;
mod surroundings;

use function::Function;
use simulators::lambda_event::{delivered, scheduled};
use surroundings::{NAMESPACE, PLANTED, Surroundings};

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
    let pieces = around.daemon.take().concat();
    assert!(pieces.contains("jira create-ticket"), "{pieces}");
    for function in [contrast_door, jira_door, sweep] {
        let printed = format!("{}{pieces}", function.stop());
        assert!(printed.contains(NAMESPACE), "it prints metrics");
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
async fn a_log_level_that_makes_no_sense_is_told_once_and_counts_as_info() {
    let around = Surroundings::start().await;
    let sweep = around
        .talkative_function("reconciliation-sweep", "inof")
        .await;
    sweep.invoke(&scheduled()).await;
    sweep.invoke(&scheduled()).await;
    let printed = sweep.stop();
    let told = printed.matches("LOG_LEVEL makes no sense").count();
    assert_eq!(told, 1, "{printed}");
    assert!(
        printed.contains("\"level\":\"INFO\""),
        "it goes on telling what it does: {printed}"
    );
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

/// The lines that a function printed, and of them those of metrics.
fn lines_of(printed: &str) -> (Vec<Value>, Vec<Value>) {
    let read = |line: &str| {
        if line.starts_with("{\"_aws\"") {
            line_of_metrics(&format!("{line}\n"), NAMESPACE)
        } else {
            serde_json::from_str(line).expect("a line of JSON")
        }
    };
    let lines = printed.lines().map(read);
    lines.partition(|line| line.get("_aws").is_none())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_deployed_function_does_is_seen_in_its_lines_and_its_trace() {
    let around = Surroundings::start().await;
    let door = around.function("contrast-webhook").await;
    let (number, _) = open_a_ticket(&around, &door).await;
    let printed = door.printed();
    let (logged, metrics) = lines_of(&printed);
    let line = logged.iter().find(|line| line["message"] == "reconciled");
    let line = line.unwrap_or_else(|| panic!("a line for the reconcile: {printed}"));
    assert!(
        line["case"]
            .as_str()
            .is_some_and(|case| case.ends_with(&number))
    );
    assert_eq!(
        (&line["trigger"], &line["calls"]),
        (&json!("contrast"), &json!(6))
    );
    let (request, trace) = (&line["request_id"], &line["trace_id"]);
    assert!(request.as_str().is_some_and(|id| id.len() > 30), "{line}");
    assert!(
        trace.as_str().is_some_and(|id| id.starts_with("1-")),
        "{line}"
    );
    // Metrics were printed before the answer was given.
    assert_eq!(metrics.len(), 2, "{metrics:#?}");
    assert_eq!(
        (&metrics[0]["Result"], &metrics[0]["ColdStarts"]),
        (&json!("news"), &json!(1))
    );
    assert_eq!(
        (&metrics[0]["request_id"], &metrics[0]["trace_id"]),
        (request, trace)
    );
    let pieces: Vec<Value> = around
        .daemon
        .take()
        .iter()
        .map(|it| piece_of_a_trace(it))
        .collect();
    let (calls, rest): (Vec<_>, Vec<_>) = pieces.iter().partition(|it| it["namespace"] == "remote");
    assert_eq!((calls.len(), rest.len()), (6, 1), "{pieces:#?}");
    for call in calls {
        assert_eq!(
            (&call["trace_id"], &call["parent_id"]),
            (trace, &rest[0]["id"])
        );
    }
    let wrong = delivered(CONTRAST_DOOR, &[], b"{}");
    assert_eq!(door.invoke(&wrong).await["statusCode"], 401);
    let (logged, metrics) = lines_of(&door.stop());
    let refused = logged
        .iter()
        .find(|line| line["message"] == "refused a delivery");
    let refused = refused.expect("a line for the refusal");
    assert_eq!(
        (&refused["result"], &refused["door"]),
        (&json!("unverified"), &json!("contrast"))
    );
    assert_ne!(&refused["request_id"], request);
    assert_eq!(
        metrics.len(),
        3,
        "one more, for a delivery that calls nobody"
    );
}
