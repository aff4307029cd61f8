//! When the other side says no: later, never, or not to us.

use domain::{moment::Moment, ports::Store as _};
use scenarios::world::World;
use simulators::{
    contrast::IncidentSeed,
    jira::{Fault, FaultKind, Jira},
};

#[tokio::test]
async fn a_retry_after_is_obeyed() {
    let world = World::new().await;
    world.network.jira().fail_next(Fault::new(
        "POST",
        "/rest/api/3/issue",
        1,
        FaultKind::Status(429, Some(300)),
    ));
    let number =
        world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now));
    let refused_at = world.now_ms();
    world.announce().await;
    for _ in 0..4 {
        world.pass_minutes(1);
        world.sweep().await;
    }
    assert_eq!(
        world.tickets(&number),
        Vec::<String>::new(),
        "not before its time"
    );
    world.pass_minutes(2);
    world.sweep().await;
    let id = world.ticket(&number);
    let created = world
        .network
        .jira()
        .ticket(&id)
        .map(|ticket| ticket.created_ms);
    assert!(created.is_some_and(|at| at >= refused_at + 300_000));
    world.end().await;
}

#[tokio::test]
async fn refused_credentials_pause_the_site_are_probed_once_a_sweep_and_lose_nothing() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    world.jira(|jira, _| jira.set_token(Jira::DEMO_ACCOUNT, Some("rotated-token")));
    let waiting =
        world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::named("Waits"), now));
    world.announce().await;
    let pauses = world.service.store.list_pauses().await.expect("a list");
    assert_eq!(pauses.len(), 1, "{pauses:?}");
    world.network.jira().take_calls();
    for _ in 0..3 {
        world.pass_minutes(6);
        world.sweep().await;
    }
    let calls = world.network.jira().take_calls().len();
    assert!(
        calls <= 6,
        "only the question whether we are accepted again: {calls}"
    );
    world.rotate_jira_token("rotated-token");
    world.pass_minutes(6);
    world.sweep().await;
    world.ticket(&waiting);
    assert_eq!(
        world.service.store.list_pauses().await.expect("a list"),
        Vec::new()
    );
    world
        .jira(|jira, now| jira.transition_to(&id, "Ana Souza", "Done", now))
        .expect("done");
    world.announce().await;
    assert!(!world.network.contrast().incident(&number).expect("it").open);
    world.end().await;
}

#[tokio::test]
async fn a_secret_rotated_in_time_is_not_even_noticed() {
    let world = World::new().await;
    world.jira(|jira, _| jira.set_token(Jira::DEMO_ACCOUNT, Some("rotated-token")));
    world.rotate_jira_token("rotated-token");
    let number =
        world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now));
    world.announce().await;
    world.ticket(&number);
    world.end().await;
}

#[tokio::test]
async fn one_stuck_case_blocks_no_other() {
    let settings = include_str!("../../fixtures/settings.toml")
        .replace("value = \"Checkout\"", "value = \"Nowhere\"");
    let world = World::with_settings(&settings).await;
    let stuck = world.contrast(|contrast, now| {
        let seed = IncidentSeed {
            applications: vec!["checkout".to_owned()],
            ..IncidentSeed::default()
        };
        contrast.raise_incident(seed, now)
    });
    let fine =
        world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now));
    world.announce().await;
    assert!(world.link(&stuck).await.is_stuck());
    world.ticket(&fine);
    world.end().await;
}

#[tokio::test]
async fn many_comments_at_once_stay_within_jiras_limits() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    for n in 0..60 {
        world.contrast(|contrast, now| {
            contrast.comment(&number, "Mara Lindt", &format!("Note {n}"), now)
        });
    }
    world.settle().await;
    let crossed = world.network.jira().ticket(&id).expect("it").comments.len();
    assert_eq!(crossed, 60);
    world.end().await;
}

#[tokio::test]
async fn settings_that_take_effect_in_mid_flight_are_used_by_the_next_delivery() {
    let world = World::new().await;
    let first =
        world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::named("First"), now));
    world.announce().await;
    world.change_settings("labels = [\"from-contrast\"]", "labels = [\"changed\"]");
    let second =
        world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::named("Second"), now));
    world.announce().await;
    {
        let jira = world.network.jira();
        assert!(
            jira.ticket(&world.tickets_in(&jira, &first)[0])
                .expect("it")
                .labels
                .contains("from-contrast")
        );
        assert!(
            jira.ticket(&world.tickets_in(&jira, &second)[0])
                .expect("it")
                .labels
                .contains("changed")
        );
    }
    world.end().await;
}

#[tokio::test]
async fn a_history_line_outlives_the_moment_it_tells_of() {
    let world = World::new().await;
    let (number, _) = world.linked_incident().await;
    let history = world
        .service
        .store
        .list_history(&world.case(&number))
        .await
        .expect("a history");
    assert!(
        history
            .iter()
            .any(|entry| entry.words.contains("opened ticket SEC-")),
        "{history:?}"
    );
    assert!(
        history[0].at >= history[history.len() - 1].at && history[0].at > Moment::from_epoch_ms(0)
    );
    world.end().await;
}
