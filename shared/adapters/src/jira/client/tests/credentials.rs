//! Refused credentials, and what a stranger is told.

use domain::{
    ports::{Found, TicketSide},
    trouble::{Peer, TroubleKind},
};
use serde_json::json;

use super::{
    Vault, answer, client, client_with, draft, json_answer, myself, site, ticket, unauthorized,
};

#[tokio::test]
async fn a_replaced_token_is_taken_up_at_the_first_refusal() {
    let answers = vec![
        Ok(unauthorized()),
        Ok(json_answer(201, json!({ "id": "10001", "key": "SEC-1" }))),
    ];
    let (client, script) = client_with(Vault("old", "new"), answers);
    let opened = client
        .create_ticket(&site(), &draft())
        .await
        .expect("opened");
    assert_eq!(opened.key.as_str(), "SEC-1");
    assert_eq!(
        script.authorization(1),
        "Basic Ym90QGV4YW1wbGUuY29tOm5ldw=="
    );
}

#[tokio::test]
async fn a_refused_token_that_was_not_replaced_is_not_tried_again() {
    for (vault, calls) in [(Vault("old", "old"), 1), (Vault("old", "new"), 2)] {
        let answers = vec![Ok(unauthorized()); calls];
        let (client, script) = client_with(vault, answers);
        let trouble = client
            .read_ticket(&site(), &ticket())
            .await
            .expect_err("refused");
        assert_eq!(
            trouble.kind,
            TroubleKind::CredentialsRefused(Peer::Site(site().name))
        );
        assert!(script.is_used_up());
        assert!(!format!("{trouble:?}").contains("bot@example.com"));
    }
}

#[tokio::test]
async fn a_ticket_is_absent_only_for_those_whom_jira_knows() {
    let missing = || {
        json_answer(
            404,
            json!({ "errorMessages": ["Issue does not exist."], "errors": {} }),
        )
    };
    let (known, _) = client(vec![missing(), myself()]);
    assert_eq!(
        known.read_ticket(&site(), &ticket()).await,
        Ok(Found::Absent)
    );
    let (stranger, _) = client(vec![missing(), unauthorized()]);
    let trouble = stranger
        .read_ticket(&site(), &ticket())
        .await
        .expect_err("refused");
    assert!(matches!(trouble.kind, TroubleKind::CredentialsRefused(_)));
    // A page that is in Jira's place tells nothing of tickets.
    let (page, _) = client(vec![answer(
        404,
        "text/html",
        "<html>Your site is unavailable</html>",
    )]);
    let trouble = page
        .read_ticket(&site(), &ticket())
        .await
        .expect_err("no answer of Jira's");
    assert!(matches!(trouble.kind, TroubleKind::AgainLater { .. }));
}

#[tokio::test]
async fn finding_nothing_is_believed_only_when_jira_knows_us() {
    let nothing = || json_answer(200, json!({ "issues": [], "isLast": true }));
    let (known, script) = client(vec![nothing(), myself()]);
    assert_eq!(
        known.find_by_label(&site(), "northstar_INC-1_ab").await,
        Ok(vec![])
    );
    assert_eq!(
        script.body(0),
        json!({
            "jql": "labels = \"northstar_INC-1_ab\" ORDER BY created ASC",
            "fields": ["status", "priority", "resolution", "updated"],
            "maxResults": 100,
            "properties": ["northstar-jira-sync"],
        })
    );
    let (stranger, _) = client(vec![
        nothing(),
        json_answer(200, json!({ "displayName": "?" })),
    ]);
    let trouble = stranger
        .find_by_label(&site(), "x")
        .await
        .expect_err("a stranger");
    assert!(matches!(trouble.kind, TroubleKind::CredentialsRefused(_)));
}
