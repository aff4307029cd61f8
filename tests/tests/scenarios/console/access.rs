//! Who may do what.

use axum::body::Body;
use http::Request;
use scenarios::{visitor::Visitor, world::World};
use serde_json::json;

use super::{based_on, enter_credentials, set_up};

#[tokio::test]
async fn a_viewer_sees_everything_and_changes_nothing() {
    let world = World::set_up_by_hand().await;
    let viewer = Visitor::signed_in(&world, "[staff viewers]");
    let page = viewer.get("/console/credentials").await;
    assert_eq!(page.status, 200, "{}", page.words());
    assert!(page.words().contains("ada (may look)"), "{}", page.words());
    assert!(
        !page.words().contains("Add a Jira site"),
        "{}",
        page.words()
    );
    for path in [
        "/console/credentials/site",
        "/console/configuration/save",
        "/console/activity/wake",
        "/console/webhooks/site/acme",
    ] {
        let refused = viewer.post(path, &[("name", "acme")]).await;
        assert_eq!(refused.status, 403, "{path}: {}", refused.words());
        assert!(
            refused.words().contains("may look, and not change"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn whoever_comes_past_the_gateway_or_without_a_role_sees_nothing() {
    let world = World::set_up_by_hand().await;
    let nobody = Visitor::signed_in(&world, "viewers").without_claims();
    let stranger = Visitor::signed_in(&world, "[staff]");
    for path in ["/console", "/console/activity", "/console/credentials"] {
        let path = path.replacen("/console", "/console/page", 1);
        assert_eq!(nobody.get(&path).await.status, 401, "{path}");
        let refused = stranger.get(&path).await;
        assert_eq!(refused.status, 403, "{path}");
        assert!(refused.words().contains("no role"), "{}", refused.words());
    }
    let request = Request::get("/console/activity").body(Body::empty());
    let shell = nobody.request(request.expect("a request")).await;
    assert_eq!(shell.status, 200);
    assert!(shell.words().contains("Signing in"), "{}", shell.words());
    assert!(!shell.text.contains("Credentials"), "{}", shell.text);
}

#[tokio::test]
async fn a_form_of_another_page_changes_nothing() {
    let (_world, visitor) = set_up().await;
    let before = based_on(&visitor).await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
    ] {
        let request = Request::post("/console/configuration/routes/security/remove")
            .header(
                "cookie",
                "northstar_console=0123456789abcdef0123456789abcdef",
            )
            .header("host", "127.0.0.1:8080")
            .header("content-type", "application/x-www-form-urlencoded")
            .header(name, value)
            .body(Body::from(format!("based_on={before}")))
            .expect("a request");
        let refused = visitor.request(request).await;
        assert_eq!(refused.status, 403, "{name}: {value}");
    }
    assert_eq!(based_on(&visitor).await, before);
}

#[tokio::test]
async fn every_answer_forbids_what_no_page_of_ours_needs() {
    let world = World::set_up_by_hand().await;
    let visitor = Visitor::at_home(&world);
    for path in [
        "/console",
        "/console/nothing",
        "/console/assets/console.js",
        "/console/api/me",
    ] {
        let page = visitor.get(path).await;
        assert!(
            !page.text.contains("style=\""),
            "{path} has an inline style"
        );
        assert!(
            !page.text.contains("onclick"),
            "{path} has an inline script"
        );
        assert!(
            page.headers.contains("script-src 'self'"),
            "{path}: {}",
            page.headers
        );
        assert!(
            page.headers.contains("frame-ancestors 'none'"),
            "{path}: {}",
            page.headers
        );
    }
}

#[tokio::test]
async fn no_secret_is_shown_again_but_a_webhooks_own_to_an_administrator_who_asks() {
    let world = World::set_up_by_hand().await;
    let visitor = Visitor::at_home(&world);
    enter_credentials(&visitor, "the-token-of-this-test").await;
    let mut seen = String::new();
    for path in [
        "/console/credentials",
        "/console/credentials/site/acme",
        "/console/credentials/connection/demo",
        "/console/webhooks",
        "/console/changes",
        "/console/api/credentials",
        "/console/api/webhooks",
        "/console/api/settings",
        "/console/api/changes",
    ] {
        seen.push_str(&visitor.get(path).await.text);
    }
    for secret in [
        "the-token-of-this-test",
        simulators::contrast::DEMO_SERVICE_KEY,
        simulators::contrast::DEMO_API_KEY,
    ] {
        assert!(!seen.contains(secret), "{secret} is shown");
    }
    let path = "/console/api/webhooks/site/acme/secret";
    let shown = visitor.send("POST", path, &json!({})).await.json();
    let secret = shown["secrets"][0].as_str().expect("a secret");
    assert!(secret.len() >= 32 && !seen.contains(secret));
    let changes = visitor.get("/console/api/changes").await;
    assert!(changes.text.contains("webhook-secret-shown"));
    assert!(!changes.text.contains(secret));
}
