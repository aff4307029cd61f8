//! Cases on the console: what is told of them, and what a person can do for them.

use scenarios::{visitor::Visitor, world::World};
use serde_json::json;
use simulators::{contrast::IncidentSeed, jira::Jira};

use super::{enter_credentials, set_up};

async fn raised(world: &World) -> String {
    let number =
        world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::sql_injection(), now));
    world.sweep().await;
    number
}

fn path_of(world: &World, number: &str) -> String {
    format!("/console/activity/case/{}", world.case(number))
}

#[tokio::test]
async fn one_case_shows_both_sides_and_its_history() {
    let (world, visitor) = set_up().await;
    let number = raised(&world).await;
    let page = visitor.get(&path_of(&world, &number)).await;
    assert_eq!(page.status, 200, "{}", page.words());
    let words = page.words();
    for said in [
        "In Contrast",
        "In Jira",
        "in step",
        "What was done",
        "SEC-",
        "opened",
    ] {
        assert!(words.contains(said), "{said}: {words}");
    }
    world.end().await;
}

#[tokio::test]
async fn refused_credentials_are_named_and_mending_them_goes_on() {
    let (world, visitor) = set_up().await;
    enter_credentials(&visitor, "revoked").await;
    let number = raised(&world).await;
    assert!(world.tickets(&number).is_empty());
    let page = visitor.get("/console").await;
    assert!(
        page.words().contains("refuses our credentials"),
        "{}",
        page.words()
    );
    let page = visitor.get("/console/credentials").await;
    assert!(
        page.words().contains("credentials refused"),
        "{}",
        page.words()
    );
    enter_credentials(&visitor, Jira::DEMO_LOGIN.1).await;
    world.pass_minutes(5);
    world.sweep().await;
    world.pass_minutes(5);
    world.sweep().await;
    assert!(!world.ticket(&number).is_empty());
    let page = visitor.get("/console").await;
    assert!(
        !page.words().contains("refuses our credentials"),
        "{}",
        page.words()
    );
    world.end().await;
}

#[tokio::test]
async fn an_unlinked_case_is_left_alone_until_a_person_lets_it_go_on() {
    let (world, visitor) = set_up().await;
    let number = raised(&world).await;
    let ticket = world.ticket(&number);
    let path = path_of(&world, &number);
    let done = visitor.post(&path, &[("do", "unlink")]).await;
    assert_eq!(done.status, 303, "{}", done.words());
    world.sweep().await;
    assert_eq!(
        world.tickets(&number),
        [ticket],
        "nothing was deleted or opened"
    );
    let page = visitor.get(&path).await;
    assert!(page.words().contains("unlinked"), "{}", page.words());
    assert!(
        page.words().contains("the person at this machine"),
        "{}",
        page.words()
    );
    let key = world.jira(|jira, _| {
        let ticket = jira.tickets().next().expect("a ticket");
        ticket.key.clone()
    });
    let done = visitor
        .post(&path, &[("do", "link"), ("site", "acme"), ("key", &key)])
        .await;
    assert_eq!(done.status, 303, "{}", done.words());
    world.sweep().await;
    let page = visitor.get(&path).await;
    assert!(page.words().contains("in step"), "{}", page.words());
    world.end().await;
}

#[tokio::test]
async fn stuck_cases_of_one_cause_are_tried_again_together() {
    let (world, visitor) = set_up().await;
    let mut route = super::route("security");
    route["ticket"]["project"] = json!("PAY");
    let put = json!({
        "based_on": super::based_on(&visitor).await, "route": route, "unchecked": true,
    });
    let kept = visitor
        .send("PUT", "/console/api/routes/security", &put)
        .await;
    assert_eq!(kept.status, 200, "{}", kept.text);
    let numbers = [raised(&world).await, raised(&world).await];
    let causes = visitor.get("/console/api/causes").await.json();
    assert_eq!(causes[0]["cases"], 2, "{causes}");
    let page = visitor.get("/console/activity?state=stuck").await;
    assert!(
        page.words().contains("Waiting for a person"),
        "{}",
        page.words()
    );
    let woken = visitor
        .send(
            "POST",
            "/console/api/causes/again",
            &json!({ "cause": causes[0]["words"] }),
        )
        .await;
    assert_eq!(woken.json()["woken"], 2, "{}", woken.text);
    let put =
        json!({ "based_on": super::based_on(&visitor).await, "route": super::route("security") });
    visitor
        .send("PUT", "/console/api/routes/security", &put)
        .await;
    for _ in 0..3 {
        world.pass_minutes(5);
        world.sweep().await;
    }
    for number in &numbers {
        assert!(!world.ticket(number).is_empty());
    }
    world.end().await;
}

#[tokio::test]
async fn the_overview_tells_of_sweeps_and_deliveries() {
    let (world, visitor) = set_up().await;
    raised(&world).await;
    let overview = visitor.get("/console/api/overview").await.json();
    assert_eq!(overview["sweep"]["finished"], true, "{overview}");
    assert!(
        overview["hours"]
            .as_array()
            .is_some_and(|hours| !hours.is_empty()),
        "{overview}"
    );
    let page = Visitor::at_home(&world).get("/console").await;
    assert!(page.words().contains("Last sweep"), "{}", page.words());
    assert!(page.text.contains("<svg"), "charts are drawn");
    world.end().await;
}
