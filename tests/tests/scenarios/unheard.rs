//! Schedules that once went wrong because of an answer that nobody heard, or of a refusal; each kept
//! by name.

use domain::{comment::Side, link::PostingState};
use scenarios::world::World;
use simulators::{
    contrast::Severity,
    jira::{Fault, FaultKind},
};

/// More tries than one run makes.
const EVERY_TRY: u32 = 4;

fn lose_answers(world: &World, method: &str, path: &str) {
    let fault = Fault::new(method, path, EVERY_TRY, FaultKind::LoseAnswer);
    world.network.jira().fail_next(fault);
}

fn priority_of(world: &World, id: &str) -> Option<String> {
    let jira = world.network.jira();
    jira.ticket(id).expect("the ticket").priority.clone()
}

fn texts_in_jira(world: &World, id: &str) -> Vec<String> {
    let jira = world.network.jira();
    let comments = &jira.ticket(id).expect("the ticket").comments;
    comments
        .iter()
        .map(simulators::jira::SimComment::text)
        .collect()
}

/// Lets the time pass in which a change may still take effect, and sweeps before and after.
async fn outwait(world: &World) {
    for _ in 0..4 {
        world.pass_minutes(1);
        world.sweep().await;
    }
}

#[tokio::test]
async fn a_severity_that_returns_after_an_unheard_edit_is_shown_again() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    let before = priority_of(&world, &id);
    lose_answers(&world, "PUT", "/issue/");
    world.contrast(|contrast, now| contrast.set_severity(&number, Severity::Medium, 5.0, now));
    world.announce().await;
    assert_ne!(priority_of(&world, &id), before, "the edit took effect");
    world.contrast(|contrast, now| contrast.set_severity(&number, Severity::Critical, 9.8, now));
    world.announce().await;
    outwait(&world).await;
    assert_eq!(priority_of(&world, &id), before);
    assert_eq!(
        texts_in_jira(&world, &id),
        Vec::<String>::new(),
        "nobody edited anything"
    );
    world.end().await;
}

#[tokio::test]
async fn an_unheard_edit_of_the_description_is_not_taken_for_a_persons() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    lose_answers(&world, "PUT", "/issue/");
    world.contrast(|contrast, now| contrast.set_severity(&number, Severity::Medium, 5.0, now));
    world.announce().await;
    outwait(&world).await;
    assert_eq!(
        texts_in_jira(&world, &id),
        Vec::<String>::new(),
        "no remark tells of an edit"
    );
    world.contrast(|contrast, now| contrast.set_severity(&number, Severity::High, 8.0, now));
    world.announce().await;
    assert_eq!(priority_of(&world, &id).as_deref(), Some("High"));
    world.end().await;
}

#[tokio::test]
async fn a_text_that_returns_after_an_unheard_edit_stands_in_its_mirror_again() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    let comment = world
        .contrast(|contrast, now| contrast.comment(&number, "Mara Lindt", "As it was.", now))
        .expect("a comment");
    world.lose();
    outwait(&world).await;
    lose_answers(&world, "PUT", "/comment/");
    world.contrast(|contrast, now| contrast.edit_comment(&number, &comment, "Changed.", now));
    world.lose();
    world.pass_minutes(5);
    world.sweep().await;
    let mirrors = texts_in_jira(&world, &id);
    assert!(
        mirrors[0].contains("Changed."),
        "the edit took effect: {mirrors:?}"
    );
    world.contrast(|contrast, now| contrast.edit_comment(&number, &comment, "As it was.", now));
    world.lose();
    outwait(&world).await;
    let mirrors = texts_in_jira(&world, &id);
    assert!(
        mirrors.len() == 1 && mirrors[0].contains("As it was."),
        "{mirrors:?}"
    );
    world.end().await;
}

#[tokio::test]
async fn an_owed_mirror_is_owed_no_longer_once_its_original_is_internal() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    let refused = simulators::contrast::FaultKind::Status(503, Some(600));
    let fault = simulators::contrast::Fault::new("POST", "/comments", EVERY_TRY, refused);
    world.network.contrast().fail_next(fault);
    let comment = world
        .jira(|jira, now| jira.comment(&id, "Ana Souza", "For all, at first.", now))
        .expect("a comment");
    world.announce().await;
    world
        .jira(|jira, now| jira.restrict_comment(&id, "Ana Souza", &comment, now))
        .expect("restricted");
    world.lose();
    world.network.contrast().clear_faults();
    world.pass_minutes(15);
    world.settle().await;
    let link = world.link(&number).await;
    let owed = |state: &PostingState| matches!(state, PostingState::Owed);
    let left = link
        .postings
        .iter()
        .find(|it| it.side == Side::Case && owed(&it.state));
    assert_eq!(left, None);
    world.end().await;
}

#[tokio::test]
async fn a_priority_that_jira_refuses_later_leaves_no_ticket_stuck() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    let words = "Field 'priority' cannot be set. It is not on the appropriate screen, or unknown.";
    let refusal = FaultKind::Refuse("priority".to_owned(), words.to_owned());
    let fault = Fault::new("PUT", "/issue/", 1, refusal);
    world.network.jira().fail_next(fault);
    world.contrast(|contrast, now| contrast.set_severity(&number, Severity::Medium, 5.0, now));
    world.announce().await;
    world.settle().await;
    let link = world.link(&number).await;
    assert!(!link.is_stuck(), "{:?}", link.mishap);
    let told = texts_in_jira(&world, &id);
    assert!(
        told.iter().any(|text| text.contains("priority")),
        "a remark tells: {told:?}"
    );
    world.end().await;
}

#[tokio::test]
async fn a_mirror_on_a_hidden_ticket_is_not_taken_for_deleted() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    let comment = world
        .contrast(|contrast, now| contrast.comment(&number, "Mara Lindt", "Soon gone.", now))
        .expect("a comment");
    outwait(&world).await;
    assert_eq!(texts_in_jira(&world, &id).len(), 1);
    world.contrast(|contrast, now| contrast.delete_comment(&number, &comment, now));
    world.lose();
    world.pass_minutes(1);
    world.sweep().await;
    // One listing lacked it; before the second one comes, nobody shows us the ticket any more.
    world
        .jira(|jira, now| jira.hide_ticket(&id, now))
        .expect("hidden");
    outwait(&world).await;
    world
        .jira(|jira, now| jira.show_ticket(&id, now))
        .expect("shown");
    outwait(&world).await;
    assert_eq!(texts_in_jira(&world, &id), Vec::<String>::new());
    world.end().await;
}

#[tokio::test]
async fn a_mirror_that_was_edited_and_cannot_be_deleted_does_not_come_back() {
    let settings = format!(
        "{}\n[routes.flow]\ndelete_in_contrast = true\n",
        include_str!("../../fixtures/settings.toml")
    );
    let world = World::with_settings(&settings).await;
    world.network.contrast().behaviour_mut().comment_deletions =
        simulators::contrast::Switch::Off(501);
    let (_, id) = world.linked_incident().await;
    let comment = world
        .jira(|jira, now| jira.comment(&id, "Ana Souza", "First.", now))
        .expect("a comment");
    world.announce().await;
    world
        .jira(|jira, now| jira.edit_comment(&id, "Ana Souza", &comment, "Second.", now))
        .expect("edited");
    world.announce().await;
    world
        .jira(|jira, now| jira.delete_comment(&id, "Ana Souza", &comment, now))
        .expect("deleted");
    world.announce().await;
    outwait(&world).await;
    assert_eq!(texts_in_jira(&world, &id), Vec::<String>::new());
    world.end().await;
}

#[tokio::test]
async fn a_ticket_that_was_hidden_before_it_was_recorded_gets_no_second_one() {
    let world = World::new().await;
    let number = world.contrast(|contrast, now| {
        contrast.raise_incident(simulators::contrast::IncidentSeed::sql_injection(), now)
    });
    let push = world.take_deliveries().remove(0);
    lose_answers(&world, "POST", "/issue");
    assert_eq!(world.deliver(&push).await.status(), 200);
    world.network.jira().clear_faults();
    let id = world.ticket(&number);
    world
        .jira(|jira, now| jira.hide_ticket(&id, now))
        .expect("hidden");
    world.announce().await;
    for _ in 0..4 {
        world.pass_minutes(5);
        world.sweep().await;
    }
    assert_eq!(
        world.tickets(&number),
        std::slice::from_ref(&id),
        "no second one"
    );
    world
        .jira(|jira, now| jira.show_ticket(&id, now))
        .expect("shown");
    world.announce().await;
    world.settle().await;
    assert!(world.link(&number).await.pair().is_some());
    world.end().await;
}
