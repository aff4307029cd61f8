//! Status, severity and priority stay one story, whoever moves first.

use scenarios::world::World;
use simulators::contrast::{CloseReason, Severity};

fn is_open(world: &World, number: &str) -> bool {
    world
        .network
        .contrast()
        .incident(number)
        .expect("the incident")
        .open
}

fn category(world: &World, id: &str) -> String {
    world
        .network
        .jira()
        .ticket(id)
        .expect("the ticket")
        .category
        .clone()
}

#[tokio::test]
async fn a_done_ticket_closes_the_incident_with_the_reason_of_its_resolution() {
    for announced in [true, false] {
        let world = World::new().await;
        let (number, id) = world.linked_incident().await;
        world
            .jira(|jira, now| jira.transition_to(&id, "Ana Souza", "Done", now))
            .expect("done");
        if announced {
            world.announce().await;
        } else {
            world.lose();
            world.pass_minutes(5);
            world.sweep().await;
        }
        assert!(!is_open(&world, &number));
        let reason = world
            .network
            .contrast()
            .incident(&number)
            .expect("the incident")
            .close_reason;
        assert_eq!(reason, Some(CloseReason::TruePositive));
        world.end().await;
        let jira = world.network.jira();
        let ticket = jira.ticket(&id).expect("the ticket");
        assert!(ticket.links[0].resolved, "the link bears a tick");
        let contrast = world.network.contrast();
        let shown = &contrast.incident(&number).expect("the incident").comments;
        assert_eq!(shown.len(), 1);
        assert!(
            shown[0].text.contains("done"),
            "the comment follows: {}",
            shown[0].text
        );
    }
}

#[tokio::test]
async fn a_reopened_ticket_reopens_the_incident() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    world
        .jira(|jira, now| jira.transition_to(&id, "Ana Souza", "Done", now))
        .expect("done");
    world.announce().await;
    world
        .jira(|jira, now| jira.transition_to(&id, "Ana Souza", "In Progress", now))
        .expect("reopened");
    world.announce().await;
    assert!(is_open(&world, &number));
    world.end().await;
}

#[tokio::test]
async fn a_closed_incident_takes_its_ticket_to_done_and_a_reopened_one_brings_it_back() {
    for announced in [true, false] {
        let world = World::new().await;
        let (number, id) = world.linked_incident().await;
        let tell = async || {
            if announced {
                world.announce().await;
            } else {
                world.lose();
                world.pass_minutes(5);
                world.sweep().await;
            }
        };
        world.contrast(|contrast, now| {
            contrast.close(&number, "Mara Lindt", CloseReason::FalsePositive, now)
        });
        tell().await;
        assert_eq!(category(&world, &id), "done");
        world.contrast(|contrast, now| contrast.reopen(&number, "Mara Lindt", now));
        tell().await;
        assert_ne!(category(&world, &id), "done");
        assert!(is_open(&world, &number));
        world.end().await;
    }
}

#[tokio::test]
async fn without_auto_close_a_done_ticket_leaves_the_incident_open() {
    let settings = format!(
        "{}\n[routes.flow]\nauto_close = false\n",
        include_str!("../../fixtures/settings.toml")
    );
    let world = World::with_settings(&settings).await;
    let (number, id) = world.linked_incident().await;
    world
        .jira(|jira, now| jira.transition_to(&id, "Ana Souza", "Done", now))
        .expect("done");
    world.announce().await;
    assert!(is_open(&world, &number));
    world
        .jira(|jira, now| jira.comment(&id, "Ana Souza", "but comments cross", now))
        .expect("a comment");
    world.announce().await;
    let mirrored = world
        .network
        .contrast()
        .incident(&number)
        .expect("it")
        .comments
        .len();
    assert_eq!(mirrored, 2);
    world.end().await;
}

#[tokio::test]
async fn without_bidirectional_flow_nothing_reaches_the_incident() {
    let settings = format!(
        "{}\n[routes.flow]\nbidirectional = false\n",
        include_str!("../../fixtures/settings.toml")
    );
    let world = World::with_settings(&settings).await;
    let (number, id) = world.linked_incident().await;
    world
        .jira(|jira, now| jira.comment(&id, "Ana Souza", "stays here", now))
        .expect("a comment");
    world
        .jira(|jira, now| jira.transition_to(&id, "Ana Souza", "Done", now))
        .expect("done");
    world.announce().await;
    assert!(is_open(&world, &number));
    let comments = world
        .network
        .contrast()
        .incident(&number)
        .expect("it")
        .comments
        .len();
    assert_eq!(comments, 1, "only the comment that shows the ticket");
    world.end().await;
}

#[tokio::test]
async fn a_changed_severity_moves_priority_and_description() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    world.contrast(|contrast, now| contrast.set_severity(&number, Severity::Medium, 5.4, now));
    world.announce().await;
    {
        let jira = world.network.jira();
        let ticket = jira.ticket(&id).expect("the ticket");
        assert_eq!(ticket.priority.as_deref(), Some("Medium"));
        assert!(ticket.description_text().contains("5.4"));
        assert_eq!(ticket.comments.len(), 0);
    }
    world.end().await;
}

#[tokio::test]
async fn what_people_edited_in_jira_is_left_alone_and_a_comment_tells() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    world
        .jira(|jira, now| jira.set_priority(&id, "Ana Souza", "Low", now))
        .expect("a priority");
    world
        .jira(|jira, now| jira.edit_description(&id, "Ana Souza", "My own words", now))
        .expect("a description");
    world.contrast(|contrast, now| contrast.set_severity(&number, Severity::Medium, 5.4, now));
    world.announce().await;
    {
        let jira = world.network.jira();
        let ticket = jira.ticket(&id).expect("the ticket");
        assert_eq!(ticket.priority.as_deref(), Some("Low"));
        assert_eq!(ticket.description_text().trim(), "My own words");
        let told: String = ticket
            .comments
            .iter()
            .map(simulators::jira::SimComment::text)
            .collect();
        assert!(told.contains("MEDIUM") && told.contains("Medium"), "{told}");
    }
    world.end().await;
}

#[tokio::test]
async fn what_people_edited_stays_theirs_however_often_and_however_late_the_severity_changes() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    world
        .jira(|jira, now| jira.set_priority(&id, "Ana Souza", "Low", now))
        .expect("a priority");
    world
        .jira(|jira, now| jira.edit_description(&id, "Ana Souza", "My own words", now))
        .expect("a description");
    // Here the edit is seen long before the severity changes.
    world.announce().await;
    world.settle().await;
    for (severity, score) in [
        (Severity::Medium, 5.4),
        (Severity::High, 7.7),
        (Severity::Medium, 4.4),
    ] {
        world.contrast(|contrast, now| contrast.set_severity(&number, severity, score, now));
        world.announce().await;
    }
    {
        let jira = world.network.jira();
        let ticket = jira.ticket(&id).expect("the ticket");
        assert_eq!(ticket.priority.as_deref(), Some("Low"));
        assert_eq!(ticket.description_text().trim(), "My own words");
        assert_eq!(
            ticket.comments.len(),
            6,
            "told of each change of priority and description"
        );
    }
    // Whoever puts back what we wrote hands it back to us.
    world
        .jira(|jira, now| jira.set_priority(&id, "Ana Souza", "Highest", now))
        .expect("a priority");
    world.contrast(|contrast, now| contrast.set_severity(&number, Severity::High, 8.0, now));
    world.announce().await;
    let priority = world
        .network
        .jira()
        .ticket(&id)
        .and_then(|ticket| ticket.priority.clone());
    assert_eq!(priority.as_deref(), Some("High"));
    world.end().await;
}

#[tokio::test]
async fn deliveries_out_of_order_end_in_the_present_state() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    world
        .jira(|jira, now| jira.transition_to(&id, "Ana Souza", "Done", now))
        .expect("done");
    world
        .jira(|jira, now| jira.transition_to(&id, "Ana Souza", "In Progress", now))
        .expect("reopened");
    let mut deliveries = world.take_deliveries();
    deliveries.reverse();
    for delivery in deliveries {
        assert_eq!(world.deliver(&delivery).await.status(), 200);
    }
    world.announce().await;
    assert!(is_open(&world, &number));
    assert_ne!(category(&world, &id), "done");
    world.end().await;
}

#[tokio::test]
async fn a_conflict_of_statuses_keeps_both_open_and_tells() {
    let settings = format!(
        "{}\n[routes.flow]\nauto_close = false\n",
        include_str!("../../fixtures/settings.toml")
    );
    let world = World::with_settings(&settings).await;
    let (number, id) = world.linked_incident().await;
    // Left apart on purpose: the ticket is done, the incident stays open.
    world
        .jira(|jira, now| jira.transition_to(&id, "Ana Souza", "Done", now))
        .expect("done");
    world.announce().await;
    // Now both move at once, in opposite directions, and nobody tells.
    world
        .jira(|jira, now| jira.transition_to(&id, "Ana Souza", "To Do", now))
        .expect("reopened");
    world.contrast(|contrast, now| contrast.close(&number, "Tom Reyes", CloseReason::Other, now));
    world.lose();
    world.pass_minutes(5);
    world.sweep().await;
    world.end().await;
    assert_eq!(is_open(&world, &number), category(&world, &id) != "done");
}
