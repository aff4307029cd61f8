//! Opening a ticket, and what Jira has against it.

use domain::{
    ports::TicketSide,
    trouble::{RefusalKind, TroubleKind},
};
use serde_json::json;

use super::{Vault, answer, client, client_with, draft, json_answer, site};
use crate::http::SendFailure;

#[tokio::test]
async fn a_creation_is_not_sent_again_when_nobody_knows_what_became_of_it() {
    let fates = [
        Ok(answer(500, "text/html", "<html></html>")),
        Err(SendFailure::Unknown("timed out".into())),
        Ok(answer(201, "text/html", "<html>welcome</html>")),
        Ok(json_answer(201, json!({ "id": 7 }))),
    ];
    for fate in fates {
        let (client, script) = client_with(Vault("old", "old"), vec![fate]);
        let trouble = client
            .create_ticket(&site(), &draft())
            .await
            .expect_err("unknown");
        assert!(trouble.effect_is_unknown(), "{trouble:?}");
        assert!(script.is_used_up());
    }
}

#[tokio::test]
async fn refused_fields_are_named_with_jiras_words() {
    let refusal = json!({
        "errorMessages": ["Something about ann@example.com."],
        "errors": {
            "assignee": "User 'ann@example.com' cannot be assigned issues.",
            "customfield_1": "Team is required.",
            "labels": "The label is wrong.",
        },
    });
    let (client, _) = client(vec![json_answer(400, refusal)]);
    let trouble = client
        .create_ticket(&site(), &draft())
        .await
        .expect_err("refused");
    let TroubleKind::Never { fields } = &trouble.kind else {
        panic!("{trouble:?}")
    };
    let kinds: Vec<(&str, RefusalKind)> = fields
        .iter()
        .map(|field| (field.field.as_str(), field.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            ("assignee", RefusalKind::CannotBeSet),
            ("customfield_1", RefusalKind::Required),
            ("labels", RefusalKind::Other)
        ]
    );
    assert!(trouble.words.contains("Team is required."));
    assert!(!format!("{trouble:?}").contains("ann@example.com"));
}

#[tokio::test]
async fn errors_come_in_many_forms() {
    for (response, shown) in [
        (
            json_answer(403, json!({ "errorMessages": ["No permission."] })),
            "No permission.",
        ),
        (
            answer(
                400,
                "application/problem+json",
                r#"{"title":"Bad","detail":"Very bad"}"#,
            ),
            "Bad Very bad",
        ),
        (
            answer(403, "text/html", "<html><b>secret page</b></html>"),
            "answered 403 Forbidden",
        ),
        (
            answer(400, "application/json", "<html>not what it says</html>"),
            "answered 400 Bad Request",
        ),
        (
            answer(302, "text/html", ""),
            "answered 302 Found, a redirect; is this the address of a Jira site?",
        ),
        (
            json_answer(413, json!({ "errorMessages": ["x ".repeat(5_000)] })),
            "x x x",
        ),
    ] {
        let (client, _) = client(vec![response]);
        let trouble = client
            .create_ticket(&site(), &draft())
            .await
            .expect_err("refused");
        assert_eq!(trouble.kind, TroubleKind::Never { fields: vec![] });
        assert!(trouble.words.starts_with(shown), "{}", trouble.words);
        assert!(trouble.words.chars().count() <= 500);
    }
}
