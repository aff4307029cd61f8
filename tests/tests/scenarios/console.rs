//! The console: what people and programs may do there, what is told when something is wrong, and that
//! what they write is what the service works by.

use scenarios::{visitor::Visitor, world::World};
use serde_json::{Value, json};

mod access;
mod browser;
mod cases;
mod editing;
mod person;
mod signing_in;
mod testing;

/// The settings that the console is asked to keep in these scenarios.
fn route(name: &str) -> Value {
    json!({
        "name": name, "start": "2020-01-01",
        "ticket": {
            "site": "acme", "project": "SEC", "issue_type": "Bug",
            "priorities": { "CRITICAL": "Highest", "HIGH": "High" },
        },
    })
}

async fn based_on(visitor: &Visitor) -> String {
    let settings = visitor.get("/console/api/settings").await.json();
    settings["based_on"].as_str().expect("text").to_owned()
}

/// Credentials for both products, as somebody enters them.
async fn enter_credentials(visitor: &Visitor, token: &str) {
    let contrast = json!({
        "based_on": based_on(visitor).await, "url": "https://contrast.example.com",
        "org": simulators::contrast::DEMO_ORG_ID,
        "secret": {
            "username": simulators::contrast::DEMO_USER,
            "service_key": simulators::contrast::DEMO_SERVICE_KEY,
            "api_key": simulators::contrast::DEMO_API_KEY,
        },
    });
    let path = "/console/api/credentials/connection/demo";
    let kept = visitor.send("PUT", path, &contrast).await;
    assert_eq!(kept.status, 200, "{}", kept.text);
    let jira = json!({
        "based_on": based_on(visitor).await, "url": "https://acme.atlassian.net",
        "secret": { "email": simulators::jira::Jira::DEMO_LOGIN.0, "api_token": token },
    });
    let kept = visitor
        .send("PUT", "/console/api/credentials/site/acme", &jira)
        .await;
    assert_eq!(kept.status, 200, "{}", kept.text);
}

/// A world that was set up on the console: credentials, and one route.
async fn set_up() -> (World, Visitor) {
    let world = World::set_up_by_hand().await;
    let visitor = Visitor::at_home(&world);
    enter_credentials(&visitor, simulators::jira::Jira::DEMO_LOGIN.1).await;
    let put = json!({ "based_on": based_on(&visitor).await, "route": route("security") });
    let kept = visitor
        .send("PUT", "/console/api/routes/security", &put)
        .await;
    assert_eq!(kept.status, 200, "{}", kept.text);
    (world, visitor)
}

#[tokio::test]
async fn what_is_set_up_on_the_console_is_what_the_service_works_by() {
    let (world, visitor) = set_up().await;
    let number = world.contrast(|contrast, now| {
        contrast.raise_incident(simulators::contrast::IncidentSeed::sql_injection(), now)
    });
    world.sweep().await;
    let ticket = world.ticket(&number);
    assert!(!ticket.is_empty());
    let cases = visitor.get("/console/api/cases?state=in-step").await.json();
    assert_eq!(cases["rows"][0]["number"], number.as_str(), "{cases}");
    let changes = visitor.get("/console/api/changes").await.json();
    let deeds: Vec<&str> = changes["entries"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|entry| entry["deed"].as_str())
        .collect();
    assert!(
        deeds.contains(&"secret-written") && deeds.contains(&"settings-put"),
        "{deeds:?}"
    );
    world.end().await;
}

#[tokio::test]
async fn every_page_is_there_and_says_what_to_do_while_there_is_nothing() {
    let world = World::set_up_by_hand().await;
    let visitor = Visitor::at_home(&world);
    for (path, words) in [
        ("/console", "Add your Contrast connection"),
        ("/console/activity", "No case yet"),
        ("/console/configuration", "redentials"),
        ("/console/credentials", "No Jira site yet"),
        ("/console/credentials/site/new", "Site URL"),
        ("/console/credentials/connection/new", "Organisation ID"),
        ("/console/webhooks", "Add credentials first"),
        ("/console/changes", "Nothing was changed here yet"),
    ] {
        let page = visitor.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.words());
        assert!(page.words().contains(words), "{path}: {}", page.words());
    }
    assert_eq!(
        visitor.get("/console/credentials/site/none").await.status,
        404
    );
}
