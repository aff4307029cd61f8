//! Seeing what happens: which numbers are told of what people, products and strangers do.
//!
//! Each line is held against the format and the catalogue the moment it is printed, in all scenarios.

use std::collections::BTreeSet;

use adapters::telemetry::catalogue::CATALOGUE;
use domain::shard::Shard;
use scenarios::{
    telling::values_of,
    world::{Delivery, World},
};
use serde_json::Value;
use simulators::{
    contrast::IncidentSeed,
    jira::{Fault, FaultKind, Jira},
};

/// Raises an incident, and answers with its push.
fn raised(world: &World) -> Delivery {
    world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now));
    world.take_deliveries().remove(0)
}

#[tokio::test]
async fn each_metric_of_the_catalogue_is_told_by_a_working_day() {
    let world = World::new().await;
    let hold = FaultKind::Status(429, Some(1));
    let fault = Fault::new("POST", "/rest/api/3/issue", 1, hold);
    world.network.jira().fail_next(fault);
    let push = raised(&world);
    world.deliver(&push).await;
    world.announce().await;
    world.sweep().await;
    let lines = world.told.take_lines();
    let told: BTreeSet<&str> = lines
        .iter()
        .filter_map(Value::as_object)
        .flat_map(|line| line.keys().map(String::as_str))
        .collect();
    for metric in CATALOGUE {
        assert!(told.contains(metric.name), "{} is never told", metric.name);
    }
    let paused = values_of(&lines, "RateLimitPause", &[("Product", "jira")]);
    assert!(paused.iter().sum::<u64>() >= 900, "{paused:?}");
    let limited = [("Product", "jira"), ("Status", "limited")];
    assert_eq!(values_of(&lines, "RemoteCalls", &limited), [1]);
    world.end().await;
}

#[tokio::test]
async fn a_delivery_is_one_line_and_one_that_calls_both_products_is_two() {
    let world = World::new().await;
    world.sweep().await;
    let push = raised(&world);
    world.told.take_lines();
    world.take_calls();
    world.deliver(&push).await;
    let lines = world.told.take_lines();
    assert_eq!(lines.len(), 2, "{lines:#?}");
    let calls: u64 = values_of(&lines, "RemoteCalls", &[]).iter().sum();
    assert_eq!(calls, world.take_calls() as u64);
    let operations = lines[0]["operations"].as_str().expect("operations");
    assert!(
        operations.contains("contrast read-incident=1")
            || operations.contains("contrast list-incident-addresses=1"),
        "{operations}"
    );
    assert!(operations.contains("jira create-ticket=1"), "{operations}");
    let news = [("Door", "contrast"), ("Result", "news")];
    assert_eq!(values_of(&lines, "Deliveries", &news), [1]);
    assert_eq!(
        values_of(&lines, "Reconciles", &[("Outcome", "in-step")]),
        [1]
    );
    // A duplicate, and the echo from Jira.
    world.deliver(&push).await;
    let lines = world.told.take_lines();
    let known = [("Door", "contrast"), ("Result", "no-news")];
    assert_eq!(
        (lines.len(), values_of(&lines, "Deliveries", &known)),
        (1, vec![1])
    );
    for delivery in world.take_deliveries() {
        world.deliver(&delivery).await;
        assert_eq!(world.told.take_lines().len(), 1);
    }
    // A sweep that finds nothing to do.
    world.settle().await;
    world.told.take_lines();
    world.pass_minutes(5);
    world.sweep().await;
    assert!(world.told.take_lines().len() <= 2);
    world.end().await;
}

#[tokio::test]
async fn what_a_door_refuses_is_told_by_its_reason_alone() {
    let world = World::new().await;
    let push = raised(&world);
    let changed = |change: fn(&mut Delivery)| {
        let mut delivery = push.clone();
        change(&mut delivery);
        delivery
    };
    let refusals = [
        (changed(|it| it.headers.clear()), "unverified"),
        (changed(|it| it.body = b"senseless".to_vec()), "malformed"),
        (changed(|it| it.body = vec![b' '; 7 << 20]), "too-large"),
        (
            changed(|it| it.path = "/webhooks/contrast/nobody"),
            "no-such-door",
        ),
        (
            changed(|it| it.body = b"{\"type\":\"something-else\"}".to_vec()),
            "not-ours",
        ),
    ];
    for (delivery, result) in refusals {
        world.deliver(&delivery).await;
        let lines = world.told.take_lines();
        assert_eq!(lines.len(), 1, "{result}: {lines:#?}");
        assert_eq!(lines[0]["Result"], result);
        assert_eq!(values_of(&lines, "RemoteCalls", &[]), Vec::<u64>::new());
    }
    world
        .secrets
        .replace(adapters::secrets::SecretsDocument::default());
    world.deliver(&push).await;
    assert_eq!(world.told.take_lines()[0]["Result"], "unavailable");
}

#[tokio::test]
async fn the_time_from_an_event_to_its_sync_is_the_events_own() {
    let world = World::new().await;
    let push = raised(&world);
    world.pass_ms(90_000);
    world.deliver(&push).await;
    let told = values_of(&world.told.take_lines(), "EventToSync", &[]);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!((90_000..92_000).contains(&told[0]), "{told:?}");

    // Jira says no: a sweep finishes what the push began, and knows since when it has waited.
    let refusal = FaultKind::Status(503, None);
    let fault = Fault::new("POST", "/rest/api/3/issue", 1, refusal);
    world.network.jira().fail_next(fault);
    let push = raised(&world);
    world.deliver(&push).await;
    let lines = world.told.take_lines();
    assert_eq!(values_of(&lines, "EventToSync", &[]), Vec::<u64>::new());
    for _ in 0..12 {
        world.pass_minutes(1);
        world.sweep().await;
    }
    let told = values_of(&world.told.take_lines(), "EventToSync", &[]);
    assert!(told.iter().any(|ms| *ms > 60_000), "{told:?}");
    world.lose();
    world.end().await;
}

#[tokio::test]
async fn a_sweep_tells_how_things_stand_at_its_end() {
    let settings = include_str!("../../fixtures/settings.toml")
        .replace("value = \"Checkout\"", "value = \"Nowhere\"");
    let world = World::with_settings(&settings).await;
    let seed = IncidentSeed {
        applications: vec!["checkout".to_owned()],
        ..IncidentSeed::default()
    };
    world.contrast(|contrast, now| contrast.raise_incident(seed, now));
    let fine = raised(&world);
    world.deliver(&fine).await;
    world.announce().await;
    world.sweep().await;
    let gauge = |lines: &[Value], name: &str| values_of(lines, name, &[]).pop();
    let lines = world.told.take_lines();
    assert_eq!(gauge(&lines, "StuckCases"), Some(1));
    assert_eq!(gauge(&lines, "OldestDueAge"), Some(0));
    assert_eq!(gauge(&lines, "SweepsFinished"), Some(1));
    assert_eq!(gauge(&lines, "SweepLinksSeen"), Some(2));
    assert_eq!(gauge(&lines, "PausedPeers"), Some(0));

    // Nobody gets round to anything any more, and Jira wants other credentials.
    world.jira(|jira, _| jira.set_token(Jira::DEMO_ACCOUNT, Some("another")));
    let push = raised(&world);
    world.deliver(&push).await;
    world.pass_minutes(60);
    let deadline = domain::moment::Moment::from_epoch_ms(world.now_ms()).plus_ms(10_000);
    let report = reconciliation_sweep::handle(&world.service, Shard::WHOLE, deadline).await;
    assert!(!report.expect("it runs").finished);
    let lines = world.told.take_lines();
    assert_eq!(gauge(&lines, "SweepsFinished"), Some(0));
    assert_eq!(gauge(&lines, "DueCases"), Some(1));
    let age = gauge(&lines, "OldestDueAge").expect("an age");
    assert!((50 * 60..61 * 60).contains(&age), "{age} s");
    world.sweep().await;
    assert_eq!(gauge(&world.told.take_lines(), "PausedPeers"), Some(1));
}

#[tokio::test]
async fn each_call_of_a_reconcile_hangs_below_it_in_the_trace() {
    let world = World::new().await;
    for n in 0..5 {
        let seed = IncidentSeed::named(&format!("Number {n}"));
        world.contrast(|contrast, now| contrast.raise_incident(seed, now));
    }
    world.lose();
    world.take_calls();
    world.sweep().await;
    let pieces = world.told.take_pieces();
    let (calls, reconciles): (Vec<_>, Vec<_>) = pieces
        .iter()
        .partition(|piece| piece["namespace"] == "remote");
    assert_eq!((calls.len(), reconciles.len()), (world.take_calls(), 5));
    for reconcile in &reconciles {
        assert_eq!(reconcile["parent_id"], "53995c3f42cd8ad8");
        assert_eq!(reconcile["annotations"]["outcome"], "in-step");
        let below = calls.iter().filter(|it| it["parent_id"] == reconcile["id"]);
        assert!(
            below.count() >= 6,
            "its own calls, although five ran at once"
        );
    }
    world.end().await;
}
