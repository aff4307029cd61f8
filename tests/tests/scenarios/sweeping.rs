//! What the sweep makes good, and what it costs when there is nothing to do.

use domain::shard::Shard;
use scenarios::world::{Dying, World};
use simulators::{
    contrast::{CloseReason, IncidentSeed, Rows},
    jira::{Fault, FaultKind},
};

#[tokio::test]
async fn a_lost_webhook_is_made_good_by_the_sweep() {
    for rows in [Rows::Full, Rows::Sparse] {
        let world = World::new().await;
        world.network.contrast().behaviour_mut().rows = rows;
        let number =
            world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now));
        world.lose();
        world.sweep().await;
        let id = world.ticket(&number);
        world.lose();
        world.contrast(|contrast, now| {
            contrast.close(&number, "Mara Lindt", CloseReason::Other, now)
        });
        world.lose();
        world.pass_minutes(5);
        world.sweep().await;
        assert_eq!(
            world.network.jira().ticket(&id).expect("it").category,
            "done"
        );
        world.end().await;
    }
}

#[tokio::test]
async fn everything_works_without_any_webhook() {
    let world = World::new().await;
    let number =
        world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now));
    world.lose();
    world.sweep().await;
    let id = world.ticket(&number);
    world
        .jira(|jira, now| jira.comment(&id, "Ana Souza", "Hello.", now))
        .expect("a comment");
    world.contrast(|contrast, now| contrast.comment(&number, "Mara Lindt", "Hello there.", now));
    world.lose();
    for _ in 0..2 {
        world.pass_minutes(5);
        world.sweep().await;
        world.lose();
    }
    assert_eq!(
        world.network.jira().ticket(&id).expect("it").comments.len(),
        2
    );
    assert_eq!(
        world
            .network
            .contrast()
            .incident(&number)
            .expect("it")
            .comments
            .len(),
        3
    );
    world.end().await;
}

/// More pages than a search reads at once, as after a bulk edit, hid what came after them.
#[tokio::test]
async fn a_search_that_shows_very_many_is_read_to_its_end() {
    let world = World::new().await;
    let mut numbers = Vec::new();
    for _ in 0..65 {
        let number =
            world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now));
        numbers.push(number);
    }
    world.announce().await;
    world.settle().await;
    world.pass_minutes(60);
    world.sweep().await;
    world.network.jira().set_search_page(1);
    for number in &numbers {
        let id = world.ticket(number);
        world
            .jira(|jira, now| jira.comment(&id, "Ana Souza", "Seen.", now))
            .expect("a comment");
    }
    world.lose();
    // The rotation would find them too.
    let refused = FaultKind::Status(500, None);
    let path = "/rest/api/3/issue/bulkfetch";
    let no_rotation = Fault::new("POST", path, 1_000, refused);
    world.network.jira().fail_next(no_rotation);
    world.pass_minutes(5);
    world.sweep().await;
    world.network.jira().clear_faults();
    for number in &numbers {
        let contrast = world.network.contrast();
        let mut comments = contrast.incident(number).expect("it").comments.iter();
        let crossed = comments.any(|comment| comment.text.contains("Seen."));
        assert!(crossed, "the comment of {number} was not found");
    }
    world.end().await;
}

#[tokio::test]
async fn a_change_that_search_never_shows_is_found_by_the_rotation() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    world
        .jira(|jira, now| jira.remove_label(&id, "Ana Souza", "northstar", now))
        .expect("a label");
    world.lose();
    world.settle().await;
    world.network.jira().set_search_lag_ms(24 * 60 * 60_000);
    world
        .jira(|jira, now| jira.transition_to(&id, "Ana Souza", "Done", now))
        .expect("done");
    world.lose();
    world.pass_minutes(5);
    world.sweep().await;
    assert!(!world.network.contrast().incident(&number).expect("it").open);
    world.network.jira().set_search_lag_ms(0);
    world.end().await;
}

#[tokio::test]
async fn a_worker_that_died_is_made_good_once_its_lease_has_lapsed() {
    let world = World::new().await;
    let number =
        world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now));
    let push = world.take_deliveries().remove(0);
    // The worker is killed when its first answer from Jira should have arrived: it never saves.
    {
        let mut request = lambda_http::http::Request::builder()
            .method("POST")
            .uri(push.path);
        for (name, value) in &push.headers {
            request = request.header(name, value);
        }
        let request = request
            .body(lambda_http::Body::Binary(push.body.clone()))
            .expect("a request");
        let handling = contrast_webhook::handle(&world.service, request);
        let killed = world
            .network
            .kill_at_call(4, Dying::AfterTheEffect, handling)
            .await;
        assert!(killed, "the worker died in mid-flight");
    }
    world.lose();
    world.ticket(&number);
    world.sweep().await;
    assert!(
        world.link(&number).await.pair().is_none(),
        "its lease still holds"
    );
    for _ in 0..4 {
        world.pass_minutes(3);
        world.sweep().await;
        world.lose();
    }
    world.ticket(&number);
    assert!(world.link(&number).await.pair().is_some());
    world.end().await;
}

#[tokio::test]
async fn an_idle_sweep_never_costs_a_call_for_each_case() {
    let world = World::new().await;
    let numbers: Vec<String> = world.contrast(|contrast, now| {
        (0..60)
            .map(|n| contrast.raise_incident(IncidentSeed::named(&format!("Attack {n}")), now))
            .collect()
    });
    world.lose();
    world.settle().await;
    for number in &numbers {
        world.ticket(number);
    }
    world.take_calls();
    world.pass_minutes(5);
    world.sweep().await;
    let calls = world.take_calls();
    assert!(calls < 30, "60 idle cases cost {calls} calls");
    world.end().await;
}

#[tokio::test]
async fn a_sweep_that_runs_out_of_time_goes_on_next_time() {
    let world = World::new().await;
    let numbers: Vec<String> = world.contrast(|contrast, now| {
        (0..40)
            .map(|n| contrast.raise_incident(IncidentSeed::named(&format!("Attack {n}")), now))
            .collect()
    });
    world.lose();
    world.pass_ms(1_000);
    let deadline = domain::moment::Moment::from_epoch_ms(world.now_ms()).plus_ms(24_000);
    let report = reconciliation_sweep::handle(&world.service, Shard::WHOLE, deadline)
        .await
        .expect("it runs");
    assert!(!report.finished);
    world.lose();
    let opened = numbers
        .iter()
        .filter(|number| !world.tickets(number).is_empty())
        .count();
    assert!((1..40).contains(&opened), "some, not all: {opened}");
    world.settle().await;
    for number in &numbers {
        world.ticket(number);
    }
    world.end().await;
}
