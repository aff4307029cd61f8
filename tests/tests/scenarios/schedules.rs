//! Schedules that once went wrong, each kept by name.

use domain::ports::Store as _;
use scenarios::world::World;
use simulators::contrast::{CloseReason, Fault, FaultKind, IncidentSeed};

#[tokio::test]
async fn an_old_push_that_comes_late_never_moves_the_ticket() {
    for in_one_delivery in [false, true] {
        let world = World::new().await;
        let (number, id) = world.linked_incident().await;
        world.contrast(|contrast, now| {
            contrast.close(&number, "Mara Lindt", CloseReason::Other, now)
        });
        world.contrast(|contrast, now| contrast.reopen(&number, "Mara Lindt", now));
        let mut pushes = world.take_deliveries();
        pushes.reverse();
        if in_one_delivery {
            let bodies: Vec<&[u8]> = pushes
                .iter()
                .rev()
                .map(|push| push.body.as_slice())
                .collect();
            let mut joined = pushes[0].clone();
            joined.body = [b"[".as_slice(), &bodies.join(&b','), b"]".as_slice()].concat();
            pushes = vec![joined];
        }
        world.take_calls();
        for push in &pushes {
            assert_eq!(world.deliver(push).await.status(), 200);
        }
        let moved = world
            .network
            .jira()
            .calls()
            .iter()
            .any(|call| call.path.contains("transitions"));
        assert!(!moved, "the ticket is left where it is");
        assert_eq!(
            world.network.jira().ticket(&id).expect("it").category,
            "new"
        );
        world.end().await;
    }
}

#[tokio::test]
async fn one_hidden_incident_does_not_pause_its_connection() {
    let world = World::new().await;
    world.network.contrast().behaviour_mut().absent = 401;
    let (hidden, ticket) = world.linked_incident().await;
    let (other, _) = world.linked_incident().await;
    world.contrast(|contrast, _| contrast.delete_incident(&hidden));
    world
        .jira(|jira, now| jira.transition_to(&ticket, "Ana Souza", "Done", now))
        .expect("done");
    world.announce().await;
    world.settle().await;
    assert_eq!(
        world.service.store.list_pauses().await.expect("a list"),
        Vec::new()
    );
    world.contrast(|contrast, now| contrast.close(&other, "Mara Lindt", CloseReason::Other, now));
    world.announce().await;
    let id = world.ticket(&other);
    assert_eq!(
        world.network.jira().ticket(&id).expect("it").category,
        "done"
    );
    world.end().await;
}

#[tokio::test]
async fn a_listing_of_comments_that_is_forbidden_keeps_no_status_from_crossing() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    world.network.contrast().fail_next(Fault::new(
        "GET",
        "/comments",
        500,
        FaultKind::Status(403, None),
    ));
    world.pass_minutes(5);
    world.sweep().await;
    world
        .jira(|jira, now| jira.transition_to(&id, "Ana Souza", "Done", now))
        .expect("done");
    world.announce().await;
    assert!(!world.network.contrast().incident(&number).expect("it").open);
    world.network.contrast().clear_faults();
    world.end().await;
}

#[tokio::test]
async fn an_incident_whose_application_is_told_late_is_routed_then() {
    let settings = include_str!("../../fixtures/settings.toml").replace(
        "name = \"security\"",
        "name = \"security\"\napplications = [\"payments-api\"]",
    );
    let world = World::with_settings(&settings).await;
    let number = world.contrast(|contrast, now| {
        let seed = IncidentSeed {
            applications: Vec::new(),
            attacks: Vec::new(),
            ..IncidentSeed::default()
        };
        contrast.raise_incident(seed, now)
    });
    world.announce().await;
    world.sweep().await;
    assert_eq!(world.tickets(&number), Vec::<String>::new());
    let told = world.contrast(|contrast, now| {
        contrast.rename(&number, "The same", now);
        contrast.take_outbox().remove(0)
    });
    let body = String::from_utf8(told.body).expect("text");
    let body = body.replace(
        "\"relatedApplications\":[]",
        "\"relatedApplications\":[\"payments-api\"]",
    );
    assert!(body.contains("payments-api"), "{body}");
    let late = scenarios::world::Delivery {
        path: "/webhooks/contrast/demo",
        headers: told.headers,
        body: body.into_bytes(),
    };
    assert_eq!(world.deliver(&late).await.status(), 200);
    world.ticket(&number);
    world.end().await;
}

#[tokio::test]
async fn credentials_that_only_a_sweep_finds_refused_pause_their_peer_too() {
    let world = World::new().await;
    world.linked_incident().await;
    let account = simulators::jira::Jira::DEMO_ACCOUNT;
    world.jira(|jira, _| jira.set_token(account, Some("rotated-token")));
    world.pass_minutes(5);
    let report = world.sweep().await;
    assert_eq!(report.paused, ["site:acme"]);
    let pauses = world.service.store.list_pauses().await.expect("a list");
    assert_eq!(pauses.len(), 1, "{pauses:?}");
    world.rotate_jira_token("rotated-token");
    world.pass_minutes(5);
    world.sweep().await;
    assert_eq!(
        world.service.store.list_pauses().await.expect("a list"),
        Vec::new()
    );
    world.end().await;
}

#[tokio::test]
async fn a_comment_made_internal_afterwards_takes_its_mirror_along() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    let comment = world
        .jira(|jira, now| jira.comment(&id, "Ana Souza", "For all.", now))
        .expect("a comment");
    world.announce().await;
    assert_eq!(
        world
            .network
            .contrast()
            .incident(&number)
            .expect("it")
            .comments
            .len(),
        2
    );
    world
        .jira(|jira, now| jira.restrict_comment(&id, "Ana Souza", &comment, now))
        .expect("restricted");
    world.announce().await;
    for _ in 0..2 {
        world.pass_minutes(5);
        world.sweep().await;
    }
    assert_eq!(
        world
            .network
            .contrast()
            .incident(&number)
            .expect("it")
            .comments
            .len(),
        1
    );
    world.end().await;
}
