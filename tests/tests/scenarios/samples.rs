//! Recorded deliveries of the real products, taken through our own doors.
//!
//! They lie beside the project and are never part of it; where they are absent there is nothing to
//! take. What a recording says of the world is a hint only: the simulated products hold the truth.

use std::path::{Path, PathBuf};

use domain::link::Reach;
use scenarios::world::World;
use simulators::jira::SimComment;

mod answers;
mod contrast;
mod recording;
mod shapes;
mod table;

use recording::{Recording, all_of_jira};

const DELETES_TOO: &str = "[routes.flow]\ndelete_in_contrast = true\n";

/// The folder of recordings; where it is absent, that is printed.
pub fn recordings(what: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: {what} would lie beside the project, and is not there");
    None
}

fn comments_in_contrast(world: &World, number: &str) -> Vec<String> {
    let contrast = world.network.contrast();
    let comments = &contrast.incident(number).expect("the incident").comments;
    comments
        .iter()
        .map(|comment| comment.text.clone())
        .collect()
}

fn comments_in_jira(world: &World, id: &str) -> Vec<String> {
    let jira = world.network.jira();
    jira.ticket(id)
        .expect("the ticket")
        .comments
        .iter()
        .map(SimComment::text)
        .collect()
}

fn is_open(world: &World, number: &str) -> bool {
    world
        .network
        .contrast()
        .incident(number)
        .expect("the incident")
        .open
}

async fn with_deletion_in_contrast() -> World {
    let settings = include_str!("../../fixtures/settings.toml");
    World::with_settings(&format!("{settings}\n{DELETES_TOO}")).await
}

#[tokio::test]
async fn a_recorded_delivery_is_an_old_replay_until_it_is_given_the_present_time() {
    let world = World::new().await;
    for recording in all_of_jira() {
        let name = &recording.name;
        let (status, _) = recording.deliver(&world).await;
        assert_eq!(status, 400, "{name} is of another year");
        let fresh = recording.at(world.now_ms());
        assert_eq!(fresh.deliver_unsigned(&world).await, 401, "{name}");
        let told = fresh.deliver(&world).await;
        assert_eq!((told.0, &told.1["ours"]), (200, &false.into()), "{name}");
        assert_eq!(world.take_calls(), 0, "{name} is about nothing of ours");
    }
    world.end().await;
}

#[tokio::test]
async fn a_recorded_delivery_that_says_what_is_not_so_changes_nothing() {
    let world = with_deletion_in_contrast().await;
    let (number, id) = world.linked_incident().await;
    let comment = world.jira(|jira, now| jira.comment(&id, "Ana Souza", "Still here.", now));
    let comment = comment.expect("a comment");
    world.announce().await;
    let comments = || {
        let in_jira = comments_in_jira(&world, &id);
        (comments_in_contrast(&world, &number), in_jira)
    };
    let before = comments();
    for recording in all_of_jira() {
        let name = &recording.name;
        let delivery = recording.of_ticket(&world, &id).of_comment(&comment);
        for _ in 0..2 {
            let told = delivery.at(world.now_ms()).deliver(&world).await;
            assert_eq!((told.0, &told.1["ours"]), (200, &true.into()), "{name}");
        }
        assert!(is_open(&world, &number), "{name}");
        assert_eq!(comments(), before, "{name}");
    }
    world.end().await;
}

#[tokio::test]
async fn the_recorded_resolution_closes_the_incident_and_the_recorded_reopening_reopens_it() {
    for closing in [
        "webhook-issue-updated-resolved",
        "webhook-server-issue-updated-closed",
    ] {
        let Some(resolved) = Recording::of_jira(closing) else {
            return;
        };
        let Some(reopened) = Recording::of_jira("webhook-issue-updated-reopened") else {
            return;
        };
        let world = World::new().await;
        let (number, id) = world.linked_incident().await;
        world
            .jira(|jira, now| jira.transition_to(&id, "Ana Souza", "Done", now))
            .expect("done");
        world.lose();
        resolved
            .of_ticket(&world, &id)
            .at(world.now_ms())
            .taken(&world)
            .await;
        assert!(!is_open(&world, &number), "{closing}");
        world
            .jira(|jira, now| jira.transition_to(&id, "Ana Souza", "In Progress", now))
            .expect("reopened");
        world.lose();
        reopened
            .of_ticket(&world, &id)
            .at(world.now_ms())
            .taken(&world)
            .await;
        assert!(is_open(&world, &number), "{closing}");
        world.end().await;
    }
}

#[tokio::test]
async fn the_recorded_comment_events_mirror_edit_and_remove_a_comment() {
    let Some(created) = Recording::of_jira("webhook-cloud-comment-created") else {
        return;
    };
    let Some(updated) = Recording::of_jira("webhook-cloud-comment-updated") else {
        return;
    };
    let Some(deleted) = Recording::of_jira("webhook-cloud-comment-deleted") else {
        return;
    };
    for deletes_too in [true, false] {
        let world = if deletes_too {
            with_deletion_in_contrast().await
        } else {
            World::new().await
        };
        let (number, id) = world.linked_incident().await;
        let comment = world
            .jira(|jira, now| jira.comment(&id, "Ana Souza", "Looking.", now))
            .expect("it");
        world.lose();
        let tell = async |recording: &Recording| {
            let told = recording.of_ticket(&world, &id).of_comment(&comment);
            told.at(world.now_ms()).taken(&world).await;
            comments_in_contrast(&world, &number)
        };
        let mirrored = tell(&created).await;
        assert_eq!(mirrored.len(), 2, "{mirrored:?}");
        assert!(
            mirrored[1].contains("Ana Souza") && mirrored[1].contains("Looking."),
            "{mirrored:?}"
        );
        world
            .jira(|jira, now| jira.edit_comment(&id, "Ana Souza", &comment, "Found it.", now))
            .expect("it");
        world.lose();
        let mirrored = tell(&updated).await;
        assert!(
            mirrored.len() == 2 && mirrored[1].contains("Found it."),
            "{mirrored:?}"
        );
        world
            .jira(|jira, now| jira.delete_comment(&id, "Ana Souza", &comment, now))
            .expect("a deletion");
        world.lose();
        let mirrored = tell(&deleted).await;
        assert_eq!(
            mirrored.len(),
            if deletes_too { 1 } else { 2 },
            "{mirrored:?}"
        );
        world.end().await;
    }
}

#[tokio::test]
async fn the_recorded_deletion_of_a_ticket_severs_nothing_and_is_told_once() {
    let Some(deleted) = Recording::of_jira("webhook-issue-deleted") else {
        return;
    };
    let world = with_deletion_in_contrast().await;
    let (number, id) = world.linked_incident().await;
    world
        .jira(|jira, now| jira.comment(&id, "Ana Souza", "Before.", now))
        .expect("a comment");
    world.announce().await;
    world
        .jira(|jira, now| jira.delete_ticket(&id, "Ana Souza", now))
        .expect("it goes");
    world.lose();
    let deleted = deleted.of_ticket(&world, &id);
    for _ in 0..3 {
        deleted.at(world.now_ms()).taken(&world).await;
    }
    let link = world.link(&number).await;
    assert!(
        matches!(
            link.pair().expect("a pair").reach,
            Reach::Unreachable { .. }
        ),
        "{link:?}"
    );
    assert!(is_open(&world, &number), "the incident is not touched");
    world.end().await;
    let shown = comments_in_contrast(&world, &number);
    assert_eq!(shown.len(), 3, "no mirror is deleted: {shown:?}");
    assert_eq!(
        shown
            .iter()
            .filter(|text| text.contains("no longer shows"))
            .count(),
        1,
        "{shown:?}"
    );
}
