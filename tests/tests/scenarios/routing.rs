//! Which incidents open tickets, and where.

use domain::link::LinkState;
use scenarios::world::World;
use simulators::contrast::{IncidentSeed, IssueSeed, Severity};

#[tokio::test]
async fn the_first_route_that_matches_wins() {
    let world = World::new().await;
    let number = world.contrast(|contrast, now| {
        let seed = IncidentSeed {
            applications: vec!["checkout".to_owned()],
            ..IncidentSeed::default()
        };
        contrast.raise_incident(seed, now)
    });
    world.announce().await;
    let id = world.ticket(&number);
    let project = world
        .network
        .jira()
        .ticket(&id)
        .expect("the ticket")
        .project
        .clone();
    assert_eq!(project, "PAY");
    world.end().await;
}

#[tokio::test]
async fn what_no_route_wants_is_unrouted_with_the_reason_and_looked_at_again_when_settings_change()
{
    let world = World::new().await;
    let number = world.contrast(|contrast, now| {
        let seed = IncidentSeed {
            severity: Severity::Low,
            ..IncidentSeed::default()
        };
        contrast.raise_incident(seed, now)
    });
    world.announce().await;
    let LinkState::Unrouted { reason } = world.link(&number).await.state else {
        panic!("unrouted");
    };
    assert!(reason.contains("severity"), "{reason}");
    world.sweep().await;
    assert_eq!(world.tickets(&number), Vec::<String>::new());
    world.change_settings("\"HIGH\", \"MEDIUM\"]", "\"HIGH\", \"MEDIUM\", \"LOW\"]");
    world.sweep().await;
    world.ticket(&number);
    world.end().await;
}

#[tokio::test]
async fn an_incident_from_before_the_start_opens_no_ticket() {
    let settings = include_str!("../../fixtures/settings.toml")
        .replace("start = \"2026-01-01\"", "start = \"2026-03-10\"");
    let world = World::with_settings(&settings).await;
    let number =
        world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now));
    world.announce().await;
    world.sweep().await;
    assert_eq!(world.tickets(&number), Vec::<String>::new());
    world.end().await;
}

#[tokio::test]
async fn backfill_takes_older_incidents_in_small_portions() {
    let settings = include_str!("../../fixtures/settings.toml").replace(
        "start = \"2026-01-01\"",
        "start = \"2026-03-10\"\nbackfill = true",
    );
    let world = World::with_settings(&settings).await;
    let numbers: Vec<String> = world.contrast(|contrast, now| {
        (0..30)
            .map(|n| contrast.raise_incident(IncidentSeed::named(&format!("Old {n}")), now))
            .collect()
    });
    world.lose();
    let opened = |world: &World| {
        numbers
            .iter()
            .filter(|number| !world.tickets(number).is_empty())
            .count()
    };
    world.sweep().await;
    let first = opened(&world);
    assert!((1..30).contains(&first), "a portion, not all: {first}");
    world.settle().await;
    assert_eq!(opened(&world), 30);
    world.end().await;
}

#[tokio::test]
async fn issues_have_routes_of_their_own() {
    let settings = format!(
        "{}\n[[routes]]\nname = \"issues\"\nkinds = [\"issue\"]\nstart = \"2026-01-01\"\n\
         [routes.ticket]\nsite = \"acme\"\nproject = \"SEC\"\nissue_type = \"Task\"\n",
        include_str!("../../fixtures/settings.toml")
    );
    let world = World::with_settings(&settings).await;
    let number = world.contrast(|contrast, now| contrast.raise_issue(IssueSeed::default(), now));
    world.announce().await;
    let id = world.ticket(&number);
    world
        .jira(|jira, now| jira.transition_to(&id, "Ana Souza", "Done", now))
        .expect("a transition");
    world.announce().await;
    assert!(
        !world
            .network
            .contrast()
            .issue(&number)
            .expect("the issue")
            .open
    );
    world.end().await;
}
