//! What people look at and act on: lists of cases, what happened lately, and pairs that they cut and
//! make.

use adapters::{
    cases::{
        CaseState, NotPaired, Sought, list_cases, release_case, relink_case, state_of, unlink_case,
        wake_stuck_cases,
    },
    store::SweepNote,
};
use domain::{
    case::CaseId,
    link::{LinkState, Mishap},
    moment::Moment,
    ports::{Acquired, Saving, Store as _},
    reconcile::{LEASE_MS, Unpairable},
    ticket::{SiteName, TicketId},
    trouble::Peer,
};
use scenarios::world::World;
use simulators::contrast::IncidentSeed;

fn now(world: &World) -> Moment {
    Moment::from_epoch_ms(world.now_ms())
}

fn site() -> SiteName {
    SiteName::new("acme").expect("a name")
}

async fn cut(world: &World, number: &str) -> Result<String, NotPaired> {
    let store = &world.service.store;
    let ticket = unlink_case(store, &world.case(number), "Ana", now(world)).await?;
    Ok(ticket.id.to_string())
}

async fn link(world: &World, number: &str, ticket: &str) -> Result<(), NotPaired> {
    let ticket = TicketId::new(ticket).expect("an id");
    let case = world.case(number);
    relink_case(&world.service, &case, &site(), &ticket, "Ana").await?;
    Ok(())
}

async fn state(world: &World, number: &str) -> CaseState {
    let glimpse = world.glimpse(number).await.expect("it is known");
    state_of(&glimpse, now(world)).0
}

/// All comments that stand in both products.
fn comments(world: &World, number: &str, ticket: &str) -> (usize, usize) {
    let of_ticket = {
        let jira = world.network.jira();
        jira.ticket(ticket).expect("a ticket").comments.len()
    };
    let contrast = world.network.contrast();
    let mut incidents = contrast.incidents();
    let incident = incidents.find(|incident| incident.id == number);
    (of_ticket, incident.expect("an incident").comments.len())
}

/// What follows from any changes is done; one more sweep finds nothing to do.
async fn settle(world: &World) {
    for _ in 0..4 {
        world.announce().await;
        world.pass_minutes(6);
        world.sweep().await;
    }
    assert!(
        world
            .sweep()
            .await
            .reconciled
            .iter()
            .all(|it| it.actions.is_empty())
    );
}

#[tokio::test]
async fn a_case_that_was_cut_leaves_both_sides_alone_and_opens_no_other_ticket() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    let before = comments(&world, &number, &id);
    assert_eq!(cut(&world, &number).await.as_ref(), Ok(&id));
    world
        .jira(|jira, now| jira.comment(&id, "Ana Souza", "Does this cross?", now))
        .expect("a comment");
    world.contrast(|contrast, now| contrast.rename(&number, "Another name", now));
    world
        .jira(|jira, now| jira.transition_to(&id, "Ana Souza", "Done", now))
        .expect("done");
    settle(&world).await;
    world.change_settings("[\"from-contrast\"]", "[\"from-contrast\", \"again\"]");
    settle(&world).await;
    assert_eq!(world.ticket(&number), id, "there is no other");
    assert_eq!(state(&world, &number).await, CaseState::Unlinked);
    let (of_ticket, of_case) = comments(&world, &number, &id);
    assert_eq!((of_ticket, of_case), (before.0 + 1, before.1));
    let history = world.service.store.list_history(&world.case(&number)).await;
    let history = history.expect("a history");
    assert!(history[0].words.contains("cut from") && history[0].words.contains("Ana"));
    let again = cut(&world, &number).await;
    assert_eq!(again, Err(NotPaired::Unpairable(Unpairable::NotLinked)));
    world.end().await;
}

#[tokio::test]
async fn a_case_that_is_linked_to_its_ticket_again_is_in_step_and_loses_no_comment() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    world
        .jira(|jira, now| jira.comment(&id, "Ana Souza", "Before.", now))
        .expect("a comment");
    settle(&world).await;
    cut(&world, &number).await.expect("it is cut");
    world
        .jira(|jira, now| jira.comment(&id, "Ana Souza", "Meanwhile.", now))
        .expect("a comment");
    settle(&world).await;
    let before = comments(&world, &number, &id);
    link(&world, &number, &id).await.expect("it is linked");
    settle(&world).await;
    assert_eq!(state(&world, &number).await, CaseState::InStep);
    let after = comments(&world, &number, &id);
    assert_eq!(
        after,
        (before.0, before.1 + 1),
        "what was said meanwhile crosses"
    );
    world.end().await;
}

#[tokio::test]
async fn a_case_goes_over_to_another_ticket_and_deletes_nothing_of_the_first() {
    let settings = include_str!("../../fixtures/settings.toml");
    let deleting = format!("{settings}\n[routes.flow]\ndelete_in_contrast = true\n");
    let world = World::with_settings(&deleting).await;
    let (number, first) = world.linked_incident().await;
    world.contrast(|contrast, now| contrast.comment(&number, "Mara Lindt", "A word.", now));
    world
        .jira(|jira, now| jira.comment(&first, "Ana Souza", "Another.", now))
        .expect("a comment");
    settle(&world).await;
    let (other, second) = world.linked_incident().await;
    let taken = link(&world, &number, &second).await;
    assert!(matches!(
        taken,
        Err(NotPaired::Unpairable(Unpairable::Linked(_)))
    ));
    cut(&world, &number).await.expect("it is cut");
    let taken = link(&world, &number, &second).await;
    assert_eq!(taken, Err(NotPaired::BelongsTo(world.case(&other))));
    cut(&world, &other).await.expect("it is cut");
    let before = comments(&world, &number, &first);
    link(&world, &number, &second).await.expect("it is linked");
    settle(&world).await;
    assert_eq!(state(&world, &number).await, CaseState::InStep);
    assert_eq!(
        comments(&world, &number, &first),
        before,
        "nothing is deleted"
    );
    let crossed = {
        let jira = world.network.jira();
        let ticket = jira.ticket(&second).expect("a ticket");
        let bodies = ticket.comments.iter().map(|it| it.body.to_string());
        bodies.filter(|body| body.contains("A word.")).count()
    };
    assert_eq!(
        crossed, 1,
        "the other ticket tells what was said on the case"
    );
    let store = &world.service.store;
    let ticket = TicketId::new(&*second).expect("an id");
    let case = store.case_of_ticket(&site(), &ticket).await;
    assert_eq!(case, Ok(Some(world.case(&number))));
    world
        .jira(|jira, now| jira.transition_to(&second, "Ana Souza", "Done", now))
        .expect("done");
    settle(&world).await;
    let phase = world.link(&number).await.facts.phase;
    assert_eq!(
        phase,
        Some(domain::case::Phase::Closed),
        "it follows its ticket"
    );
}

#[tokio::test]
async fn a_case_that_is_let_go_its_way_opens_a_ticket_again() {
    let world = World::new().await;
    let (number, first) = world.linked_incident().await;
    cut(&world, &number).await.expect("it is cut");
    let (store, case) = (&world.service.store, world.case(&number));
    release_case(store, &case, "Ana", now(&world))
        .await
        .expect("it is released");
    settle(&world).await;
    let tickets = world.tickets(&number);
    assert_eq!(tickets.len(), 2, "{tickets:?}");
    let LinkState::Linked(pair) = world.link(&number).await.state else {
        panic!("it has a ticket");
    };
    assert_ne!(pair.ticket.id.as_str(), first);
    let again = release_case(store, &case, "Ana", now(&world)).await;
    assert_eq!(again, Err(NotPaired::Unpairable(Unpairable::NotUnlinked)));
}

#[tokio::test]
async fn whoever_is_at_work_is_not_disturbed() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    let case = world.case(&number);
    let held = world
        .service
        .store
        .acquire(&case, now(&world), LEASE_MS)
        .await;
    assert!(matches!(held, Ok(Acquired::Held(_))));
    assert_eq!(cut(&world, &number).await, Err(NotPaired::AtWork));
    assert_eq!(cut(&world, "INC-0").await, Err(NotPaired::NoSuchCase));
    let nowhere = link(&world, &number, "99999").await;
    assert_eq!(nowhere, Err(NotPaired::NoSuchTicket));
    assert_eq!(
        world
            .link(&number)
            .await
            .pair()
            .expect("a pair")
            .ticket
            .id
            .as_str(),
        id
    );
}

/// A case that waits for a person, for a reason.
async fn stuck(world: &World, number: &str, words: &str) -> CaseId {
    let (store, case, now) = (&world.service.store, world.case(number), now(world));
    let Ok(Acquired::Held(mut lease)) = store.acquire(&case, now, LEASE_MS).await else {
        panic!("nobody else is there");
    };
    let words = words.to_owned();
    lease.link.mishap = Some(Mishap {
        words,
        at: now,
        stuck: true,
    });
    let saving = Saving::Settled { due_at: None };
    let saved = store.save(lease, saving, Vec::new(), now).await;
    saved.expect("it is saved");
    case
}

async fn listed(world: &World, sought: &Sought, most: usize) -> Vec<String> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let store = &world.service.store;
        let page = list_cases(store, sought, after, most, now(world)).await;
        let page = page.expect("a page");
        assert!(page.glimpses.len() <= most);
        let numbers = page
            .glimpses
            .iter()
            .map(|it| it.link.case.number().to_owned());
        found.extend(numbers);
        after = page.next;
        if after.is_none() {
            found.sort();
            return found;
        }
    }
}

#[tokio::test]
async fn cases_are_found_by_state_and_text_on_pages_of_any_length() {
    let world = World::new().await;
    let mut all = Vec::new();
    for _ in 0..7 {
        all.push(world.linked_incident().await.0);
    }
    all.sort();
    stuck(&world, &all[0], "one reason").await;
    let other = stuck(&world, &all[1], "another").await;
    cut(&world, &all[2]).await.expect("it is cut");
    let in_state = |state| Sought {
        state,
        text: String::new(),
    };
    for most in [1, 2, 3, 7, 100] {
        assert_eq!(listed(&world, &in_state(None), most).await, all);
        let found = listed(&world, &in_state(Some(CaseState::Stuck)), most).await;
        assert_eq!(found, all[..2]);
        let found = listed(&world, &in_state(Some(CaseState::Unlinked)), most).await;
        assert_eq!(found, all[2..3]);
        let found = listed(&world, &in_state(Some(CaseState::InStep)), most).await;
        let due = listed(&world, &in_state(Some(CaseState::Due)), most).await;
        assert_eq!(found.len() + due.len(), 4, "{found:?} {due:?}");
        let text = all[3].to_lowercase();
        let found = listed(&world, &Sought { state: None, text }, most).await;
        assert_eq!(found, all[3..4]);
    }
    let store = &world.service.store;
    let woken = wake_stuck_cases(store, Some("another"), now(&world)).await;
    assert_eq!(woken, Ok(vec![other]));
}

#[tokio::test]
async fn the_books_the_doors_and_the_last_sweep_tell_what_happened() {
    let world = World::new().await;
    world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now));
    let mut delivery = world.take_deliveries().remove(0);
    world.deliver(&delivery).await;
    delivery.headers.clear();
    assert_eq!(world.deliver(&delivery).await.status(), 401);
    world.sweep().await;
    let store = &world.service.store;
    let book = store
        .read_books(1, now(&world))
        .await
        .expect("a book")
        .remove(0);
    assert_eq!(book.deliveries["contrast/news"], 1);
    assert_eq!(book.deliveries["contrast/unverified"], 1);
    assert!(book.reconciles["in-step"] + book.reconciles.get("due").unwrap_or(&0) >= 1);
    assert!(book.calls["jira/write/ok"] >= 1 && book.calls["contrast/read/ok"] >= 1);
    let peer = Peer::Connection("demo".to_owned().try_into().expect("a name"));
    let note = store
        .read_door_note(&peer)
        .await
        .expect("an answer")
        .expect("a note");
    assert!(note.valid_at < note.refused_at && note.refused_since == note.refused_at);
    assert_eq!(note.refused_for.as_deref(), Some("unverified"));
    let note = store
        .read_sweep_note()
        .await
        .expect("an answer")
        .expect("a note");
    assert!(note.finished && note.troubles.is_empty());
    let SweepNote {
        reconciled,
        calls,
        ended_ms,
        ..
    } = note;
    assert!(reconciled >= 1 && calls >= 1 && ended_ms <= world.now_ms());
}
