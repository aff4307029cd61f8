//! Tests of what happens seldom: given up, taken up again, left as it is.

use alloc::{string::ToString, vec, vec::Vec};

use super::{
    has, lacks,
    scene::{NOW, Scene, case_comments, case_seen, comment, comment_id, facts, nonce, standing},
};
use crate::{
    case::{Phase, Severity},
    comment::{CommentReading, Side},
    digest::Digest,
    link::{Origin, Posting, PostingState},
    ports::{Found, Offered},
    reconcile::{Decision, Seen, mark::mark_of_comment},
};

#[test]
fn a_case_that_is_shown_again_is_told() {
    let mut scene = Scene::linked();
    scene.pair().case_gone_since = Some(NOW);
    let seen = case_seen(facts(Phase::Open, Severity::High));
    has(&scene.decided(&seen), Decision::CaseReachableAgain);
}

#[test]
fn a_severity_that_asks_for_no_priority_is_told_and_changes_none() {
    let scene = Scene::linked();
    let mut seen = case_seen(facts(Phase::Open, Severity::Low));
    seen.ticket = Some(Found::Present(Scene::ticket(Phase::Open)));
    let decided = scene.decided(&seen);
    has(&decided, Decision::PriorityUnmapped);
    has(&decided, Decision::TicketFollowsDescription);
    lacks(&decided, Decision::TicketFollowsPriority);
}

#[test]
fn a_route_that_is_gone_from_the_settings_is_told() {
    let mut scene = Scene::linked();
    scene.settings.routes.clear();
    let planned = scene.plan(&Seen::default());
    assert!(planned.stuck.is_some());
    has(&planned.decisions, Decision::GoneFromSettings);
}

#[test]
fn a_comment_whose_mark_cannot_be_sought_is_told_as_given_up() {
    let mut scene = Scene::linked();
    scene.link.postings.push(Posting {
        side: Side::Case,
        origin: Origin::Status,
        digest: Digest::of(&[]),
        state: PostingState::Claimed {
            nonce: nonce("mark"),
            at: NOW,
        },
        body: None,
        original_seen: None,
    });
    let seen = Seen {
        case_comments: Some(Offered::Unavailable),
        ..Seen::default()
    };
    let decided = scene.decided(&seen);
    has(&decided, Decision::CommentGivenUp);
    lacks(&decided, Decision::TicketShown);
}

#[test]
fn a_mirror_that_is_owed_is_told_as_owed_no_longer_or_as_tried_again() {
    let owed = Scene::linked().with_mirror(PostingState::Owed);
    let decided = owed.decided(&case_comments(Vec::new()));
    has(&decided, Decision::MirrorOwedNoLonger);
    lacks(&decided, Decision::MirrorWritten);
    let refused = Scene::linked().with_mirror(PostingState::Refused {
        words: "Not now.".to_string(),
        again_at: Some(NOW),
    });
    let decided = refused.decided(&case_comments(vec![comment("c1")]));
    has(&decided, Decision::CommentTriedAgain);
    has(&decided, Decision::MirrorWritten);
}

#[test]
fn a_mark_that_nobody_knows_and_one_that_was_copied_are_told_apart() {
    let mut scene = Scene::linked().with_mirror(standing(0));
    let marked = |id: &str| CommentReading {
        marker: Some(nonce("mark")),
        ..comment(id)
    };
    let words = comment("c2").body;
    let forgotten = CommentReading {
        marker: Some(mark_of_comment(&nonce("other"), &scene.link.case, &words)),
        ..comment("c2")
    };
    let seen = case_comments(vec![comment("c1"), forgotten]);
    let decided = scene.decided(&seen);
    has(&decided, Decision::UnknownMark);
    lacks(&decided, Decision::MirrorWritten);
    scene.link.postings.push(Posting {
        side: Side::Case,
        origin: Origin::Original(comment_id("2002")),
        digest: Digest::of(&[]),
        state: standing(0),
        body: None,
        original_seen: None,
    });
    let copied = case_comments(vec![comment("c1"), marked("2001"), marked("c2")]);
    let decided = scene.decided(&copied);
    has(&decided, Decision::CopiedMark);
    has(&decided, Decision::MirrorWritten);
}
