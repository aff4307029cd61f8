//! Tickets that are moved, deleted or hidden; incidents that disappear.

use scenarios::world::World;

#[tokio::test]
async fn a_moved_ticket_keeps_its_incident() {
    for announced in [true, false] {
        let world = World::new().await;
        let (number, id) = world.linked_incident().await;
        let key = world
            .jira(|jira, now| jira.move_ticket(&id, "Ana Souza", "PAY", now))
            .expect("a move");
        if announced {
            world.announce().await;
        } else {
            world.lose();
            world.pass_minutes(5);
            world.sweep().await;
        }
        world
            .jira(|jira, now| jira.comment(&id, "Ana Souza", "Moved here.", now))
            .expect("a comment");
        world.announce().await;
        world.end().await;
        let contrast = world.network.contrast();
        let comments = &contrast.incident(&number).expect("it").comments;
        assert!(
            comments[0].text.contains(&key),
            "the incident shows the new key: {}",
            comments[0].text
        );
        assert_eq!(comments.len(), 2);
    }
}

#[tokio::test]
async fn a_deleted_or_hidden_ticket_severs_nothing_and_is_told_once() {
    for (deleted, announced) in [(true, true), (true, false), (false, false)] {
        let world = World::new().await;
        let (number, id) = world.linked_incident().await;
        world
            .jira(|jira, now| jira.comment(&id, "Ana Souza", "Before.", now))
            .expect("a comment");
        world.announce().await;
        world
            .jira(|jira, now| {
                if deleted {
                    jira.delete_ticket(&id, "Ana Souza", now)
                } else {
                    jira.hide_ticket(&id, now)
                }
            })
            .expect("it goes");
        if announced {
            world.announce().await;
        } else {
            world.lose();
        }
        for _ in 0..3 {
            world.pass_minutes(5);
            world.sweep().await;
        }
        {
            let contrast = world.network.contrast();
            let incident = contrast.incident(&number).expect("it");
            assert!(incident.open, "the incident is not touched");
            let told = incident
                .comments
                .iter()
                .filter(|comment| comment.text.contains("no longer shows"))
                .count();
            assert_eq!(told, 1, "{:?}", incident.comments);
            assert_eq!(incident.comments.len(), 3, "no mirror is deleted");
        }
        assert!(world.link(&number).await.pair().is_some());
        world.end().await;
    }
}

#[tokio::test]
async fn a_ticket_that_appears_again_is_followed_again() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    world
        .jira(|jira, now| jira.hide_ticket(&id, now))
        .expect("hidden");
    world.pass_minutes(5);
    world.sweep().await;
    world
        .jira(|jira, now| jira.show_ticket(&id, now))
        .expect("shown");
    world
        .jira(|jira, now| jira.transition_to(&id, "Ana Souza", "Done", now))
        .expect("done");
    world.lose();
    world.settle().await;
    assert!(!world.network.contrast().incident(&number).expect("it").open);
    world.end().await;
}

#[tokio::test]
async fn a_deleted_incident_leaves_its_ticket_alone_and_tells_there() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    world.contrast(|contrast, _| contrast.delete_incident(&number));
    world
        .jira(|jira, now| jira.comment(&id, "Ana Souza", "Hello?", now))
        .expect("a comment");
    world.announce().await;
    world.settle().await;
    let category = world
        .network
        .jira()
        .ticket(&id)
        .expect("it")
        .category
        .clone();
    assert_eq!(category, "new");
    world.end().await;
}
