//! The webhooks of a whole site.

use domain::{
    settings::Site,
    trouble::{Effect, TroubleKind},
};
use secrecy::SecretString;
use serde_json::json;

use super::{
    Vault, client, client_with,
    discovery::{is_never, is_refused},
    json_answer, site, unauthorized,
};
use crate::{
    http::SendFailure,
    jira::discovery::{AdminWebhook, WEBHOOK_EVENTS, WebhookDraft},
};

fn classic() -> Site {
    let mut site = site();
    site.api_url.clone_from(&site.url);
    site
}

fn draft(secret: &str, jql: Option<&str>) -> WebhookDraft {
    WebhookDraft {
        name: "Northstar".into(),
        url: "https://sync.example/webhooks/jira/acme".into(),
        events: WEBHOOK_EVENTS.map(Into::into).to_vec(),
        jql: jql.map(Into::into),
        secret: SecretString::from(secret),
    }
}

#[tokio::test]
async fn webhooks_are_listed_at_the_address_of_people() {
    let wire = json!([
        { "name": "A", "url": "https://a.example", "enabled": false, "events": ["new:event"] },
        { "name": "B", "url": "https://b.example" },
    ]);
    let (client, script) = client(vec![json_answer(200, wire)]);
    let webhook = |name: &str, url: &str, enabled| AdminWebhook {
        name: name.into(),
        url: url.into(),
        enabled,
    };
    assert_eq!(
        client.list_webhooks(&classic()).await,
        Ok(vec![
            webhook("A", "https://a.example", false),
            webhook("B", "https://b.example", true),
        ])
    );
    assert_eq!(script.asked(), ["GET /rest/webhooks/1.0/webhook"]);
}

#[tokio::test]
async fn a_webhook_is_made_with_its_query_and_its_secret() {
    let made = json!({ "name": "Northstar", "url": "https://sync.example", "enabled": true });
    for jql in [None, Some("project = SEC")] {
        let (client, script) = client(vec![json_answer(201, made.clone())]);
        let webhook = client
            .create_webhook(&classic(), &draft("hush-hush", jql))
            .await;
        assert!(webhook.expect("made").enabled);
        let body = script.body(0);
        assert_eq!(body["secret"], "hush-hush");
        assert_eq!(body["events"], json!(WEBHOOK_EVENTS));
        assert_eq!(
            body["filters"]["issue-related-events-section"].as_str(),
            jql
        );
    }
}

#[tokio::test]
async fn a_scoped_token_asks_for_no_webhook() {
    let (client, script) = client(vec![]);
    let listed = client
        .list_webhooks(&site())
        .await
        .expect_err("out of reach");
    let made = client
        .create_webhook(&site(), &draft("hush-hush", None))
        .await;
    assert!(is_never(&listed) && is_never(&made.expect_err("out of reach")));
    assert!(script.asked().is_empty());
}

#[tokio::test]
async fn a_webhook_without_a_secret_is_never_made() {
    let (client, script) = client(vec![]);
    let made = client.create_webhook(&classic(), &draft("", None)).await;
    assert!(is_never(&made.expect_err("no secret")));
    assert!(script.asked().is_empty());
}

#[tokio::test]
async fn who_is_no_administrator_is_told_so_and_a_bad_token_is_refused() {
    let (forbidden, _) = client(vec![json_answer(403, json!({}))]);
    let trouble = forbidden.list_webhooks(&classic()).await.expect_err("no");
    assert!(is_never(&trouble) && trouble.words.contains("no administrator"));
    let (stranger, _) = client(vec![unauthorized()]);
    assert!(is_refused(stranger.list_webhooks(&classic()).await));
}

#[tokio::test]
async fn no_refusal_repeats_the_secret() {
    let words = json!({ "errorMessages": ["The secret hush-hush is too short."] });
    let (client, _) = client(vec![json_answer(400, words)]);
    let made = client
        .create_webhook(&classic(), &draft("hush-hush", None))
        .await;
    let trouble = made.expect_err("refused");
    assert_eq!(trouble.words, "The secret (...) is too short.");
}

#[tokio::test]
async fn a_webhook_of_unknown_fate_is_not_made_again() {
    let lost = vec![Err(SendFailure::Unknown("reset".into()))];
    let (client, script) = client_with(Vault("old", "old"), lost);
    let made = client
        .create_webhook(&classic(), &draft("hush-hush", None))
        .await;
    let trouble = made.expect_err("nobody knows");
    let TroubleKind::AgainLater { effect, .. } = trouble.kind else {
        panic!("again later: {trouble}");
    };
    assert_eq!((effect, script.asked().len()), (Effect::Unknown, 1));
    let (client, _) = super::client(vec![json_answer(201, json!({ "id": 1 }))]);
    let made = client
        .create_webhook(&classic(), &draft("hush-hush", None))
        .await;
    assert!(made.expect_err("senseless").effect_is_unknown());
}
