//! What the webhook tells.

use super::*;
use crate::jira::Delivery;

fn told(deliveries: &[Delivery]) -> Vec<(String, String)> {
    deliveries
        .iter()
        .map(|delivery| {
            let body: Value = serde_json::from_slice(&delivery.body).unwrap();
            (
                body["webhookEvent"].as_str().unwrap().to_owned(),
                header(delivery, "X-Atlassian-Webhook-Flow"),
            )
        })
        .collect()
}

fn header(delivery: &Delivery, name: &str) -> String {
    delivery
        .headers
        .iter()
        .find(|(key, _)| key == name)
        .unwrap()
        .1
        .clone()
}

#[test]
fn a_signature_is_the_published_one_for_the_published_vector() {
    let mut jira = jira();
    jira.set_webhook_secret(Some("It's a Secret to Everybody"));
    let expected = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9";
    assert_eq!(jira.sign(b"Hello World!").as_deref(), Some(expected));
}

#[test]
fn our_own_writes_are_told_of_as_well() {
    let mut jira = jira();
    let id = opened(&mut jira);
    let body = json!({ "body": adf("hello") });
    call(
        &mut jira,
        "POST",
        &format!("/rest/api/3/issue/{id}/comment"),
        &body,
        NOW,
    );
    let outbox = jira.take_outbox();
    let events: Vec<_> = told(&outbox).into_iter().map(|(event, _)| event).collect();
    assert_eq!(events, ["jira:issue_created", "comment_created"]);
    let created: Value = serde_json::from_slice(&outbox[0].body).unwrap();
    assert_eq!(created["issue"]["fields"]["labels"], json!(["northstar"]));
    assert_eq!(created["user"]["accountId"], json!(Jira::DEMO_ACCOUNT));
    assert_eq!(
        Some(header(&outbox[0], "X-Hub-Signature")),
        jira.sign(&outbox[0].body)
    );
    assert!(jira.take_outbox().is_empty());
}

#[test]
fn a_comment_event_names_no_user_and_six_fields_and_speaks_wiki() {
    let mut jira = jira();
    let id = opened(&mut jira);
    jira.drop_outbox();
    jira.comment(&id, "Ana Souza", "one\ntwo", NOW).unwrap();
    let event: Value = serde_json::from_slice(&jira.take_outbox()[0].body).unwrap();
    assert!(event.get("user").is_none());
    assert_eq!(event["issue"]["fields"].as_object().unwrap().len(), 6);
    assert_eq!(event["comment"]["body"], json!("one\ntwo"));
    let address = format!("{BASE}/rest/api/2/issue/{id}/comment/10000");
    assert_eq!(event["comment"]["self"], json!(address));
    jira.set_bare_comment_events(true);
    jira.comment_internal(&id, "Ana Souza", "secret", NOW)
        .unwrap();
    let event: Value = serde_json::from_slice(&jira.take_outbox()[0].body).unwrap();
    assert!(event.get("issue").is_none());
    assert_eq!(event["comment"]["visibility"]["type"], json!("role"));
}

#[test]
fn a_deleted_ticket_tells_of_its_comments_as_a_cascade() {
    let mut jira = jira();
    let id = opened(&mut jira);
    jira.comment(&id, "Ana Souza", "a", NOW).unwrap();
    jira.drop_outbox();
    jira.delete_ticket(&id, "Ben Okafor", NOW).unwrap();
    let expected = [
        ("comment_deleted", "Secondary"),
        ("jira:issue_deleted", "Primary"),
    ];
    let told = told(&jira.take_outbox());
    assert_eq!(
        told,
        expected.map(|(event, flow)| (event.to_owned(), flow.to_owned()))
    );
    assert!(jira.comment(&id, "Ana Souza", "late", NOW).is_err());
}

#[test]
fn a_transition_tells_of_status_and_resolution_and_nothing_new_tells_nothing() {
    let mut jira = jira();
    let id = opened(&mut jira);
    jira.drop_outbox();
    jira.transition_to(&id, "Ana Souza", "Done", NOW + 5)
        .unwrap();
    let event: Value = serde_json::from_slice(&jira.take_outbox()[0].body).unwrap();
    let items = &event["changelog"]["items"];
    assert_eq!(
        (&items[0]["field"], &items[0]["toString"]),
        (&json!("resolution"), &json!("Done"))
    );
    assert_eq!(
        (&items[1]["from"], &items[1]["toString"]),
        (&json!("10000"), &json!("Done"))
    );
    assert_eq!(
        event["issue"]["fields"]["updated"],
        json!("2025-01-01T02:53:20.005+0000")
    );
    jira.transition_to(&id, "Ana Souza", "Done", NOW + 6)
        .unwrap();
    jira.set_priority(&id, "Ana Souza", "Medium", NOW + 6)
        .unwrap();
    let same = json!({ "fields": { "summary": "SQL injection" } });
    assert_eq!(
        call(
            &mut jira,
            "PUT",
            &format!("/rest/api/3/issue/{id}"),
            &same,
            NOW + 6
        )
        .0,
        204
    );
    assert!(jira.take_outbox().is_empty());
    assert_eq!(jira.ticket(&id).unwrap().updated_ms, NOW + 5);
}
