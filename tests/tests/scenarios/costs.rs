//! What each event costs in calls to Contrast and Jira.

use scenarios::world::World;
use simulators::contrast::{CloseReason, IncidentSeed};

/// Delivers what there is to tell, and fails if that costs more calls than allowed.
async fn costs_at_most(world: &World, most: usize, what: &str) {
    world.take_calls();
    let deliveries = world.take_deliveries();
    for delivery in deliveries {
        assert_eq!(world.deliver(&delivery).await.status(), 200);
    }
    let calls: Vec<String> = {
        let contrast = world.network.contrast().take_calls();
        let jira = world.network.jira().take_calls();
        contrast
            .iter()
            .map(|call| format!("{} {}", call.method, call.path))
            .chain(
                jira.iter()
                    .map(|call| format!("{} {}", call.method, call.path)),
            )
            .collect()
    };
    assert!(
        calls.len() <= most,
        "{what} cost {} calls, {most} are allowed: {calls:#?}",
        calls.len()
    );
}

#[tokio::test]
async fn the_costs_table_holds() {
    let world = World::new().await;
    let number =
        world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::sql_injection(), now));
    costs_at_most(&world, 6, "a new incident").await;
    costs_at_most(&world, 0, "the echo of opening its ticket").await;
    let id = world.ticket(&number);

    let comment = world
        .jira(|jira, now| jira.comment(&id, "Ana Souza", "Hello.", now))
        .expect("a comment");
    costs_at_most(&world, 3, "a comment in Jira").await;
    world
        .jira(|jira, now| jira.edit_comment(&id, "Ana Souza", &comment, "Hello!", now))
        .expect("an edit");
    costs_at_most(&world, 3, "an edited comment").await;
    world
        .jira(|jira, now| jira.delete_comment(&id, "Ana Souza", &comment, now))
        .expect("a deletion");
    costs_at_most(&world, 3, "a deleted comment").await;

    world
        .jira(|jira, now| jira.transition_to(&id, "Ana Souza", "Done", now))
        .expect("done");
    costs_at_most(&world, 3, "a done ticket").await;
    costs_at_most(&world, 0, "the echo of closing the incident").await;
    world
        .jira(|jira, now| jira.transition_to(&id, "Ana Souza", "In Progress", now))
        .expect("reopened");
    costs_at_most(&world, 3, "a reopened ticket").await;
    costs_at_most(&world, 0, "the echo of reopening the incident").await;

    world.contrast(|contrast, now| contrast.close(&number, "Mara Lindt", CloseReason::Other, now));
    costs_at_most(&world, 4, "a closed incident").await;
    costs_at_most(&world, 0, "the echo of moving the ticket").await;
    world.end().await;
}

#[tokio::test]
async fn a_duplicate_and_a_webhook_without_news_cost_nothing() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    world
        .jira(|jira, now| jira.edit_summary(&id, "Ana Souza", "Another summary", now))
        .expect("a summary");
    costs_at_most(&world, 0, "a change that concerns nobody").await;
    world
        .jira(|jira, now| jira.comment(&id, "Ana Souza", "Hello.", now))
        .expect("a comment");
    let deliveries = world.take_deliveries();
    for delivery in &deliveries {
        world.deliver(delivery).await;
    }
    world.take_calls();
    for delivery in &deliveries {
        world.deliver(delivery).await;
    }
    assert_eq!(world.take_calls(), 0, "a duplicate costs nothing");
    world.contrast(|contrast, now| contrast.assign(&number, Some("Tom Reyes"), now));
    costs_at_most(&world, 0, "a push without news").await;
    world.end().await;
}
