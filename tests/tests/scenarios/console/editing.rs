//! Settings while several people edit them.

use scenarios::visitor::Visitor;
use serde_json::json;

use super::{based_on, enter_credentials, route, set_up};
use scenarios::world::World;

#[tokio::test]
async fn of_two_editors_the_second_is_told_and_overwrites_nothing() {
    let (_world, visitor) = set_up().await;
    let seen = based_on(&visitor).await;
    let mut first = route("security");
    first["ticket"]["labels"] = json!(["first"]);
    let put = json!({ "based_on": seen, "route": first });
    let kept = visitor
        .send("PUT", "/console/api/routes/security", &put)
        .await;
    assert_eq!(kept.status, 200, "{}", kept.text);
    let put = json!({ "based_on": seen, "route": route("security") });
    let refused = visitor
        .send("PUT", "/console/api/routes/security", &put)
        .await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    let settings = visitor.get("/console/api/settings").await.json();
    assert_eq!(
        settings["document"]["routes"][0]["ticket"]["labels"],
        json!(["first"])
    );
}

#[tokio::test]
async fn a_route_is_checked_against_jira_and_every_fault_is_told_at_its_place() {
    let (_world, visitor) = set_up().await;
    let mut wrong = route("payments");
    wrong["ticket"]["project"] = json!("PAY");
    wrong["ticket"]["issue_type"] = json!("Bug");
    wrong["ticket"]["priorities"] = json!({ "HIGH": "Unheard-of" });
    let put = json!({ "based_on": based_on(&visitor).await, "route": wrong });
    let refused = visitor
        .send("PUT", "/console/api/routes/payments", &put)
        .await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    let faults = refused.json()["faults"].to_string();
    assert!(faults.contains("ticket.priorities.HIGH"), "{faults}");
    assert!(
        faults.contains("ticket.fields"),
        "a mandatory field is missing: {faults}"
    );
    let nowhere = json!({ "based_on": based_on(&visitor).await, "route": {
        "name": "nowhere", "start": "2020-01-01",
        "ticket": { "site": "acme", "project": "NONE", "issue_type": "Bug" },
    } });
    let refused = visitor
        .send("PUT", "/console/api/routes/nowhere", &nowhere)
        .await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(refused.text.contains("ticket.project"), "{}", refused.text);
}

#[tokio::test]
async fn settings_without_a_route_are_a_draft_until_there_is_one() {
    let world = World::set_up_by_hand().await;
    let visitor = Visitor::at_home(&world);
    enter_credentials(&visitor, simulators::jira::Jira::DEMO_LOGIN.1).await;
    let settings = visitor.get("/console/api/settings").await.json();
    assert_eq!(settings["in_force"], 0, "{settings}");
    assert!(
        settings["faults"].to_string().contains("routes"),
        "{settings}"
    );
    let page = visitor.get("/console").await;
    assert!(
        page.words().contains("Nothing is in force yet."),
        "{}",
        page.words()
    );
    let put = json!({ "based_on": based_on(&visitor).await, "route": route("security") });
    visitor
        .send("PUT", "/console/api/routes/security", &put)
        .await;
    let settings = visitor.get("/console/api/settings").await.json();
    assert_eq!(
        (&settings["in_force"], &settings["draft"]),
        (&json!(1), &json!(0)),
        "{settings}"
    );
}

#[tokio::test]
async fn what_a_route_uses_cannot_be_removed() {
    let (_world, visitor) = set_up().await;
    let path = format!(
        "/console/api/credentials/site/acme?based_on={}",
        based_on(&visitor).await
    );
    let refused = visitor.send("DELETE", &path, &json!(null)).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    assert!(refused.text.contains("security"), "{}", refused.text);
}

#[tokio::test]
async fn a_preview_shows_the_ticket_and_writes_nothing() {
    let (world, visitor) = set_up().await;
    let number = world.contrast(|contrast, now| {
        contrast.raise_incident(simulators::contrast::IncidentSeed::sql_injection(), now)
    });
    let try_out = json!({ "route": route("security"), "wanted": { "number": number } });
    let preview = visitor
        .send("POST", "/console/api/routes/preview", &try_out)
        .await;
    assert_eq!(preview.status, 200, "{}", preview.text);
    let preview = preview.json();
    assert_eq!(preview["verdict"]["opens"], true, "{preview}");
    let summary = preview["ticket"]["summary"].as_str().expect("a summary");
    assert!(summary.contains(&number), "{summary}");
    assert!(world.tickets(&number).is_empty(), "nothing was written");
    assert!(world.glimpse(&number).await.is_none(), "nothing was stored");
}

#[tokio::test]
async fn the_openapi_document_describes_every_operation() {
    let (_world, visitor) = set_up().await;
    let document = visitor.get("/console/api/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().expect("paths");
    for (path, operations) in paths {
        let path = path
            .replace("{kind}/{name}", "site/acme")
            .replace("{org}/{kind}/{number}", "o/incident/INC-1")
            .replace("{name}", "security");
        for method in operations.as_object().expect("methods").keys() {
            let method = method.to_uppercase();
            let answered = visitor
                .send(&method, &format!("/console/api{path}"), &json!({}))
                .await;
            assert!(
                path == "/openapi.json" || !answered.text.contains("operation"),
                "{method} {path}: {}",
                answered.text
            );
            assert_ne!(answered.status, 405, "{method} {path}");
        }
    }
}
