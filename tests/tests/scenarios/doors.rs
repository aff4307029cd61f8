//! What bad and foreign deliveries get: an answer, no call, nothing stored.

use scenarios::world::{Delivery, World};
use simulators::contrast::IncidentSeed;

async fn refused(world: &World, delivery: &Delivery, status: u16) {
    world.take_calls();
    let response = world.deliver(delivery).await;
    assert_eq!(response.status(), status, "{}", response.body());
    let body = response.body();
    assert!(
        !body.contains('\n') && serde_json::from_str::<serde_json::Value>(body).is_ok(),
        "one line of JSON: {body}"
    );
    assert_eq!(world.take_calls(), 0, "no remote call");
    for class in domain::link::Class::ALL {
        let now = domain::moment::Moment::from_epoch_ms(world.now_ms());
        let page = domain::ports::Store::list_class(&world.service.store, class, None, now)
            .await
            .expect("a list");
        assert!(page.rows.is_empty(), "nothing is stored");
    }
}

fn push(world: &World) -> Delivery {
    world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now));
    world.take_deliveries().remove(0)
}

fn without(delivery: &Delivery, header: &str) -> Delivery {
    let mut delivery = delivery.clone();
    delivery
        .headers
        .retain(|(name, _)| !name.eq_ignore_ascii_case(header));
    delivery
}

fn with(delivery: &Delivery, header: &str, value: &str) -> Delivery {
    let mut delivery = without(delivery, header);
    delivery.headers.push((header.to_owned(), value.to_owned()));
    delivery
}

fn jira_delivery(world: &World, body: &str) -> Delivery {
    let signature = world
        .network
        .jira()
        .sign(body.as_bytes())
        .expect("a signature");
    Delivery {
        path: "/webhooks/jira/acme",
        headers: vec![("X-Hub-Signature".to_owned(), signature)],
        body: body.as_bytes().to_vec(),
    }
}

#[tokio::test]
async fn an_unauthenticated_push_is_refused() {
    let world = World::new().await;
    let push = push(&world);
    refused(&world, &without(&push, "X-Northstar-Secret"), 401).await;
    refused(&world, &with(&push, "X-Northstar-Secret", "wrong"), 401).await;
    refused(&world, &with(&push, "X-Northstar-Secret", ""), 401).await;
    let basic = with(
        &without(&push, "X-Northstar-Secret"),
        "Authorization",
        "Basic d3Jvbmc6cGFzcw==",
    );
    refused(&world, &basic, 401).await;
}

#[tokio::test]
async fn either_of_two_secrets_and_http_basic_are_accepted() {
    let world = World::new().await;
    let push = push(&world);
    let second = with(&push, "X-Northstar-Secret", "push-secret-2");
    assert_eq!(world.deliver(&second).await.status(), 200);
    // pusher:pass
    let basic = with(
        &without(&push, "X-Northstar-Secret"),
        "Authorization",
        "Basic cHVzaGVyOnBhc3M=",
    );
    assert_eq!(world.deliver(&basic).await.status(), 200);
    world.announce().await;
    world.end().await;
}

#[tokio::test]
async fn a_malformed_push_is_refused() {
    let world = World::new().await;
    let push = push(&world);
    for body in [
        "",
        "{",
        "[1]",
        "\"text\"",
        "{\"incidentId\":\"not an id!\"}",
        "\u{feff}{}",
    ] {
        let mut bad = push.clone();
        bad.body = body.as_bytes().to_vec();
        refused(&world, &bad, 400).await;
    }
}

#[tokio::test]
async fn an_oversized_delivery_is_refused() {
    let world = World::new().await;
    let mut push = push(&world);
    push.body = vec![b' '; 7 * 1024 * 1024];
    refused(&world, &push, 413).await;
}

#[tokio::test]
async fn an_unknown_door_is_not_there() {
    let world = World::new().await;
    let mut push = push(&world);
    push.path = "/webhooks/contrast/other";
    refused(&world, &push, 404).await;
    push.path = "/webhooks/jira/other";
    refused(&world, &push, 404).await;
}

#[tokio::test]
async fn an_unsigned_or_wrongly_signed_delivery_is_refused() {
    let world = World::new().await;
    let body = format!(
        "{{\"timestamp\":{},\"webhookEvent\":\"comment_created\"}}",
        world.now_ms()
    );
    let good = jira_delivery(&world, &body);
    refused(&world, &without(&good, "X-Hub-Signature"), 401).await;
    refused(&world, &with(&good, "X-Hub-Signature", "sha256=00"), 401).await;
    let mut altered = good.clone();
    altered.body.push(b' ');
    refused(&world, &altered, 401).await;
}

#[tokio::test]
async fn a_replayed_or_malformed_delivery_is_refused() {
    let world = World::new().await;
    let old = world.now_ms() - 25 * 60 * 60 * 1_000;
    refused(
        &world,
        &jira_delivery(
            &world,
            &format!("{{\"timestamp\":{old},\"webhookEvent\":\"comment_created\"}}"),
        ),
        400,
    )
    .await;
    for body in ["", "[]", "{}", "{\"webhookEvent\":\"comment_created\"}"] {
        refused(&world, &jira_delivery(&world, body), 400).await;
    }
}

#[tokio::test]
async fn foreign_events_are_politely_ignored() {
    let world = World::new().await;
    let body = format!(
        "{{\"timestamp\":{},\"webhookEvent\":\"sprint_created\",\"sprint\":{{}}}}",
        world.now_ms()
    );
    refused(&world, &jira_delivery(&world, &body), 200).await;
    let number =
        world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now));
    world.lose();
    let attack = world
        .contrast(|contrast, now| contrast.attack_event(&number, now))
        .expect("an attack");
    let attack = Delivery {
        path: "/webhooks/contrast/demo",
        headers: attack.headers,
        body: attack.body,
    };
    refused(&world, &attack, 200).await;
}
