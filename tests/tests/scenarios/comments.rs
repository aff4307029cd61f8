//! Comments cross both ways: made, edited, deleted; and never come back.

use scenarios::world::World;
use simulators::contrast::{CommentList, Switch};

fn in_contrast(world: &World, number: &str) -> Vec<String> {
    let contrast = world.network.contrast();
    let comments = &contrast.incident(number).expect("the incident").comments;
    comments
        .iter()
        .map(|comment| comment.text.clone())
        .collect()
}

fn in_jira(world: &World, id: &str) -> Vec<String> {
    let jira = world.network.jira();
    let ticket = jira.ticket(id).expect("the ticket");
    ticket
        .comments
        .iter()
        .map(simulators::jira::SimComment::text)
        .collect()
}

async fn sweep_twice(world: &World) {
    for _ in 0..2 {
        world.pass_minutes(5);
        world.sweep().await;
    }
    world.announce().await;
}

#[tokio::test]
async fn a_jira_comment_crosses_with_author_and_is_edited_and_deleted_after_its_original() {
    for announced in [true, false] {
        let settings = format!(
            "{}\n[routes.flow]\ndelete_in_contrast = true\n",
            include_str!("../../fixtures/settings.toml")
        );
        let world = World::with_settings(&settings).await;
        let (number, id) = world.linked_incident().await;
        let tell = async || {
            if announced {
                world.announce().await;
            } else {
                world.lose();
                sweep_twice(&world).await;
            }
        };
        let comment = world
            .jira(|jira, now| jira.comment(&id, "Ana Souza", "Looking into it.", now))
            .expect("a comment");
        tell().await;
        let mirrored = in_contrast(&world, &number);
        assert_eq!(mirrored.len(), 2, "{mirrored:?}");
        assert!(
            mirrored[1].contains("Ana Souza") && mirrored[1].contains("Looking into it."),
            "{mirrored:?}"
        );
        world
            .jira(|jira, now| jira.edit_comment(&id, "Ana Souza", &comment, "It is real.", now))
            .expect("an edit");
        tell().await;
        let mirrored = in_contrast(&world, &number);
        assert!(
            mirrored.len() == 2 && mirrored[1].contains("It is real."),
            "{mirrored:?}"
        );
        world
            .jira(|jira, now| jira.delete_comment(&id, "Ana Souza", &comment, now))
            .expect("a deletion");
        tell().await;
        assert_eq!(in_contrast(&world, &number).len(), 1);
        assert_eq!(in_jira(&world, &id).len(), 0);
        world.end().await;
    }
}

#[tokio::test]
async fn a_contrast_comment_crosses_and_is_edited_and_deleted_after_its_original() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    let comment = world
        .contrast(|contrast, now| {
            contrast.comment(&number, "Mara Lindt", "Blocked the source.", now)
        })
        .expect("a comment");
    sweep_twice(&world).await;
    let mirrored = in_jira(&world, &id);
    assert_eq!(mirrored.len(), 1);
    // Contrast tells no name but the account's; the rest of the e-mail address stays at home.
    assert!(
        mirrored[0].contains("mara.lindt")
            && !mirrored[0].contains('@')
            && mirrored[0].contains("Blocked the source."),
        "{mirrored:?}"
    );
    world.contrast(|contrast, now| {
        contrast.edit_comment(&number, &comment, "Unblocked it again.", now)
    });
    sweep_twice(&world).await;
    let mirrored = in_jira(&world, &id);
    assert!(
        mirrored.len() == 1 && mirrored[0].contains("Unblocked it again."),
        "{mirrored:?}"
    );
    world.contrast(|contrast, now| contrast.delete_comment(&number, &comment, now));
    sweep_twice(&world).await;
    assert_eq!(in_jira(&world, &id).len(), 0);
    assert_eq!(in_contrast(&world, &number).len(), 1);
    world.end().await;
}

#[tokio::test]
async fn deleting_in_jira_leaves_contrast_alone_unless_the_route_says_otherwise() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    let comment = world
        .jira(|jira, now| jira.comment(&id, "Ana Souza", "Keep me.", now))
        .expect("a comment");
    world.announce().await;
    world
        .jira(|jira, now| jira.delete_comment(&id, "Ana Souza", &comment, now))
        .expect("a deletion");
    world.announce().await;
    sweep_twice(&world).await;
    assert_eq!(in_contrast(&world, &number).len(), 2);
    world.end().await;
}

#[tokio::test]
async fn equal_texts_of_two_people_are_two_comments() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    for person in ["Ana Souza", "Ben Okafor"] {
        world
            .jira(|jira, now| jira.comment(&id, person, "+1", now))
            .expect("a comment");
    }
    world.announce().await;
    assert_eq!(in_contrast(&world, &number).len(), 3);
    world.end().await;
}

#[tokio::test]
async fn a_deleted_mirror_stays_deleted_and_leaves_its_original_alone() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    world.contrast(|contrast, now| contrast.comment(&number, "Mara Lindt", "Hello.", now));
    sweep_twice(&world).await;
    let mirror = world.network.jira().ticket(&id).expect("it").comments[0]
        .id
        .clone();
    world
        .jira(|jira, now| jira.delete_comment(&id, "Ana Souza", &mirror, now))
        .expect("a deletion");
    world.announce().await;
    sweep_twice(&world).await;
    assert_eq!(in_jira(&world, &id).len(), 0);
    assert_eq!(in_contrast(&world, &number).len(), 2);
    world.end().await;
}

#[tokio::test]
async fn internal_comments_stay_at_home() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    world
        .jira(|jira, now| jira.comment_internal(&id, "Ana Souza", "Between us.", now))
        .expect("a comment");
    world.announce().await;
    sweep_twice(&world).await;
    assert_eq!(in_contrast(&world, &number).len(), 1);
    world.end().await;
}

#[tokio::test]
async fn a_doubled_delivery_and_a_lost_answer_write_one_mirror() {
    for in_contrast_too in [false, true] {
        let world = World::new().await;
        let (number, id) = world.linked_incident().await;
        if in_contrast_too {
            use simulators::contrast::{Fault, FaultKind};
            world.network.contrast().fail_next(Fault::new(
                "POST",
                "/comments",
                1,
                FaultKind::LostAnswer,
            ));
        }
        world
            .jira(|jira, now| jira.comment(&id, "Ana Souza", "Once.", now))
            .expect("a comment");
        world.announce_times(3).await;
        for _ in 0..3 {
            world.pass_minutes(2);
            world.sweep().await;
        }
        let mirrored = in_contrast(&world, &number);
        assert_eq!(
            mirrored
                .iter()
                .filter(|text| text.contains("Once."))
                .count(),
            1,
            "{mirrored:?}"
        );
        world.end().await;
    }
}

#[tokio::test]
async fn a_lost_answer_in_jira_writes_one_mirror() {
    use simulators::jira::{Fault, FaultKind};
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    world.contrast(|contrast, now| contrast.comment(&number, "Mara Lindt", "Once.", now));
    world
        .network
        .jira()
        .fail_next(Fault::new("POST", "/comment", 1, FaultKind::LoseAnswer));
    for _ in 0..4 {
        world.pass_minutes(3);
        world.sweep().await;
        world.lose();
    }
    assert_eq!(in_jira(&world, &id).len(), 1);
    world.end().await;
}

#[tokio::test]
async fn a_mirror_that_a_person_copies_is_that_persons_comment() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    world
        .jira(|jira, now| jira.comment(&id, "Ana Souza", "Quote me.", now))
        .expect("a comment");
    world.announce().await;
    let mirror = in_contrast(&world, &number)[1].clone();
    world.contrast(|contrast, now| contrast.comment(&number, "Tom Reyes", &mirror, now));
    sweep_twice(&world).await;
    let copies = in_jira(&world, &id);
    assert_eq!(copies.len(), 2, "the quotation crosses, once: {copies:?}");
    assert!(copies[1].contains("tom.reyes"), "{copies:?}");
    world.end().await;
}

#[tokio::test]
async fn where_contrast_lists_no_comments_that_direction_is_unavailable_and_nothing_is_guessed() {
    for status in [404, 405, 501] {
        let world = World::new().await;
        let (number, id) = world.linked_incident().await;
        {
            let mut contrast = world.network.contrast();
            contrast.behaviour_mut().comment_list = CommentList::Off(status);
            contrast.behaviour_mut().comment_edits = Switch::Off(status);
            contrast.behaviour_mut().comment_deletions = Switch::Off(status);
        }
        world.contrast(|contrast, now| {
            contrast.comment(&number, "Mara Lindt", "Nobody can list me.", now)
        });
        let comment = world
            .jira(|jira, now| jira.comment(&id, "Ana Souza", "I still cross.", now))
            .expect("it");
        world.announce().await;
        sweep_twice(&world).await;
        world
            .jira(|jira, now| jira.edit_comment(&id, "Ana Souza", &comment, "Edited.", now))
            .expect("an edit");
        world.announce().await;
        sweep_twice(&world).await;
        assert_eq!(in_jira(&world, &id).len(), 1);
        let mirrored = in_contrast(&world, &number);
        assert!(
            mirrored.iter().any(|text| text.contains("I still cross.")),
            "{mirrored:?}"
        );
        world.end().await;
    }
}

#[tokio::test]
async fn a_very_long_comment_is_cut_visibly() {
    let world = World::new().await;
    let (number, id) = world.linked_incident().await;
    world.contrast(|contrast, now| {
        contrast.comment(&number, "Mara Lindt", &"long words ".repeat(5_000), now)
    });
    world
        .jira(|jira, now| jira.comment(&id, "Ana Souza", &"schöne Wörter ".repeat(6_000), now))
        .expect("it");
    world.announce().await;
    sweep_twice(&world).await;
    assert_eq!(in_jira(&world, &id).len(), 2);
    assert_eq!(in_contrast(&world, &number).len(), 3);
    assert!(in_jira(&world, &id)[1].len() < 33_000);
    world.end().await;
}
