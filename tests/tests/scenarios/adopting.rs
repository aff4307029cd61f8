//! Tickets that were opened although nobody heard of it: afterwards all is as if somebody had.

use domain::{
    link::{Aspect, Wakeup},
    moment::Moment,
    ports::Store as _,
    reconcile::{Decision, Urgency},
};
use scenarios::world::{Dying, World};
use simulators::contrast::{IncidentSeed, Severity};

/// The call that opens the ticket, counted from the first one about a case that nobody knows.
const OPENING_CALL: u32 = 5;

/// Looks at everything about a case, and tells what was decided.
async fn look(world: &World, number: &str) -> Vec<Decision> {
    let now = Moment::from_epoch_ms(world.now_ms());
    let case = world.case(number);
    let wakeup = Wakeup {
        case: case.clone(),
        aspects: Aspect::everything(),
        pushed: None,
    };
    let stored = world.service.store.wake(&wakeup, now).await;
    stored.expect("stored");
    let engine = world.service.engine().await.expect("an engine");
    let deadline = now.plus_ms(60_000);
    let report = engine.reconcile(&case, Urgency::Sweep, deadline).await;
    report.expect("reconciled").decisions
}

/// An incident whose ticket was opened by a worker that died before it heard of it.
async fn opened_unheard(world: &World) -> (String, String) {
    let number =
        world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now));
    world.lose();
    let killed = world
        .network
        .kill_at_call(OPENING_CALL, Dying::AfterTheEffect, look(world, &number))
        .await;
    assert!(killed, "the worker died");
    let id = world.ticket(&number);
    (number, id)
}

/// Priority, description and the number of comments of a ticket.
fn shown(world: &World, id: &str) -> (Option<String>, String, usize) {
    let jira = world.network.jira();
    let ticket = jira.ticket(id).expect("the ticket");
    let comments = ticket.comments.len();
    let description = ticket.description_text();
    (ticket.priority.clone(), description, comments)
}

#[tokio::test]
async fn an_adopted_ticket_is_nobodys_edit_and_follows_the_severity() {
    let world = World::new().await;
    let (number, id) = opened_unheard(&world).await;
    world.pass_minutes(3);
    let decided = look(&world, &number).await;
    assert!(decided.contains(&Decision::AdoptedByMark), "{decided:?}");
    assert!(
        !decided.contains(&Decision::EditOfPeopleLeft),
        "{decided:?}"
    );
    world.contrast(|contrast, now| contrast.set_severity(&number, Severity::Medium, 5.4, now));
    world.announce().await;
    let (priority, description, remarks) = shown(&world, &id);
    assert_eq!((priority.as_deref(), remarks), (Some("Medium"), 0));
    assert!(description.contains("5.4"), "{description}");
    world.end().await;
}

#[tokio::test]
async fn a_severity_that_changed_before_its_ticket_was_adopted_reaches_it() {
    let world = World::new().await;
    let (number, id) = opened_unheard(&world).await;
    world.contrast(|contrast, now| contrast.set_severity(&number, Severity::Medium, 5.4, now));
    world.lose();
    world.pass_minutes(3);
    look(&world, &number).await;
    let (priority, description, remarks) = shown(&world, &id);
    assert_eq!((priority.as_deref(), remarks), (Some("Medium"), 0));
    assert!(description.contains("5.4"), "{description}");
    world.end().await;
}

#[tokio::test]
async fn what_people_edited_before_a_ticket_was_adopted_stays_theirs() {
    let world = World::new().await;
    let (number, id) = opened_unheard(&world).await;
    world
        .jira(|jira, now| jira.set_priority(&id, "Ana Souza", "Low", now))
        .expect("a priority");
    world
        .jira(|jira, now| jira.edit_description(&id, "Ana Souza", "My own words", now))
        .expect("a description");
    world.lose();
    world.pass_minutes(3);
    look(&world, &number).await;
    world.contrast(|contrast, now| contrast.set_severity(&number, Severity::Medium, 5.4, now));
    world.announce().await;
    let (priority, description, _) = shown(&world, &id);
    assert_eq!(priority.as_deref(), Some("Low"));
    assert_eq!(description.trim(), "My own words");
    world.end().await;
}
