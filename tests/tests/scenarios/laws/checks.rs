//! The checks of the laws can fail: each is shown a world in which its law is broken.

use std::panic::{AssertUnwindSafe, catch_unwind};

use simulators::{
    contrast::{CloseReason, DEMO_USER, IncidentSeed},
    jira::Jira,
};

use super::{
    deeds::{mirrors_of, written_by_us},
    step::{Act, News, Step},
    story::Story,
};

/// A story with one incident, a comment on each side, and all at rest.
async fn at_rest() -> Story {
    let mut story = Story::new(false).await;
    for act in [Act::Raise, Act::CommentCase(0), Act::CommentTicket(0)] {
        story.step(Step::Act(act, News::Announced)).await;
    }
    story.rest().await;
    story.check_pairs();
    story.check_comments();
    story
}

fn fails(check: impl FnOnce()) -> bool {
    catch_unwind(AssertUnwindSafe(check)).is_err()
}

#[tokio::test]
async fn the_checks_of_the_laws_notice_what_is_wrong() {
    let story = at_rest().await;
    let number = story.cases[0].number.clone();
    let ticket = story.world.ticket(&number);
    let [in_case, in_ticket] = story.cases[0].notes.as_slice() else {
        panic!("two comments");
    };

    let twice = mirrors_of(&story.world, &number, in_ticket)[0].1.clone();
    let added = story
        .world
        .contrast(|it, now| it.comment(&number, DEMO_USER, &twice, now))
        .expect("a comment");
    assert!(
        fails(|| story.check_comments()),
        "a doubled mirror in Contrast"
    );
    story
        .world
        .contrast(|it, now| it.delete_comment(&number, &added, now));
    story.check_comments();

    let echo = in_ticket.text();
    let added = story
        .world
        .jira(|it, now| it.comment(&ticket, Jira::DEMO_ACCOUNT, &echo, now))
        .expect("a comment");
    assert!(fails(|| story.check_comments()), "an echo in Jira");
    story
        .world
        .jira(|it, now| it.delete_comment(&ticket, "Ana Souza", &added, now))
        .expect("deleted");

    let mirror = mirrors_of(&story.world, &number, in_case)[0].clone();
    story
        .world
        .jira(|it, now| it.edit_comment(&ticket, "Ana Souza", &mirror.0, "?", now))
        .expect("edited");
    assert!(
        fails(|| story.check_comments()),
        "a mirror that says something else"
    );
    story
        .world
        .jira(|it, now| it.delete_comment(&ticket, "Ana Souza", &mirror.0, now))
        .expect("deleted");
    assert!(fails(|| story.check_comments()), "a missing mirror");

    story
        .world
        .contrast(|it, now| it.delete_comment(&number, &in_case.id, now));
    assert!(fails(|| story.check_comments()), "a lost original");

    story.check_pairs();
    story
        .world
        .contrast(|it, now| it.close(&number, "Mara Lindt", CloseReason::Other, now));
    assert!(fails(|| story.check_pairs()), "statuses that differ");
    story
        .world
        .contrast(|it, now| it.reopen(&number, "Mara Lindt", now));
    story.check_pairs();

    let shown = written_by_us(&story.world, &number, true)[0].1.clone();
    let added = story
        .world
        .contrast(|it, now| it.comment(&number, DEMO_USER, &shown, now))
        .expect("a comment");
    assert!(fails(|| story.check_pairs()), "a ticket shown twice");
    story
        .world
        .contrast(|it, now| it.delete_comment(&number, &added, now));
    story.check_pairs();

    let mut story = story;
    let orphan = story
        .world
        .contrast(|it, now| it.raise_incident(IncidentSeed::default(), now));
    story.cases.push(super::story::Told {
        number: orphan,
        notes: Vec::new(),
    });
    assert!(
        fails(|| story.check_pairs()),
        "an open incident without a ticket"
    );
}
