//! Tests of changes whose answers nobody heard: they may land late, on top of what was written since.

use alloc::{string::ToString, vec};

use super::{
    has, lacks,
    scene::{NOW, Scene, case_comments, case_seen, comment, comment_id, facts, priority, standing},
};
use crate::{
    case::{Phase, Severity},
    comment::Side,
    link::{Changed, Origin},
    ports::Found,
    reconcile::{
        Action, Decision, LATE_MS, Seen,
        record::{description_digest, record_remote_link, record_unheard},
    },
    rich_text::RichText,
};

fn remote_link_in(actions: &[Action]) -> Option<&crate::ticket::RemoteLink> {
    actions.iter().find_map(|action| match action {
        Action::PutRemoteLink(remote) => Some(remote),
        _ => None,
    })
}

#[test]
fn a_link_that_may_land_late_is_written_once_more_when_nothing_is_on_its_way() {
    let mut scene = Scene::linked();
    record_unheard(&mut scene.link, Changed::RemoteLink, NOW);
    let planned = scene.plan(&Seen::default());
    let remote = remote_link_in(&planned.actions).expect("it is written again at once");
    record_remote_link(&mut scene.link, remote);
    let planned = scene.plan(&Seen::default());
    assert_eq!(remote_link_in(&planned.actions), None);
    assert_eq!(planned.wait_until, Some(NOW.plus_ms(LATE_MS)));
    scene.now = NOW.plus_ms(LATE_MS);
    let planned = scene.plan(&Seen::default());
    has(&planned.decisions, Decision::LateChangeWrittenOver);
    assert_eq!(remote_link_in(&planned.actions), Some(remote));
    scene.link = planned.learned;
    record_remote_link(&mut scene.link, remote);
    let planned = scene.plan(&Seen::default());
    assert_eq!(remote_link_in(&planned.actions), None);
    lacks(&planned.decisions, Decision::LateChangeWrittenOver);
}

#[test]
fn a_mirror_whose_text_may_land_late_is_edited_once_more() {
    let mut scene = Scene::linked().with_mirror(standing(0));
    let changed = Changed::Comment {
        side: Side::Ticket,
        origin: Origin::Original(comment_id("c1")),
    };
    record_unheard(&mut scene.link, changed, NOW);
    scene.link.postings[0].digest = comment("c1").digest();
    let seen = case_comments(vec![comment("c1")]);
    lacks(&scene.decided(&seen), Decision::MirrorEdited);
    scene.now = NOW.plus_ms(LATE_MS);
    let unread = scene.plan(&Seen::default());
    assert!(unread.needs.case_comments && unread.actions.is_empty());
    let decided = scene.decided(&seen);
    has(&decided, Decision::LateChangeWrittenOver);
    has(&decided, Decision::MirrorEdited);
}

#[test]
fn a_ticket_that_our_own_late_transition_closed_follows_its_case() {
    let mut scene = Scene::linked();
    let changed = Changed::Phase {
        side: Side::Ticket,
        to: Phase::Closed,
    };
    record_unheard(&mut scene.link, changed, NOW);
    let mut seen = case_seen(facts(Phase::Open, Severity::High));
    seen.ticket = Some(Found::Present(Scene::ticket(Phase::Closed)));
    seen.transitions = Some(vec![]);
    let decided = scene.decided(&seen);
    has(&decided, Decision::LateChangeTaken);
    lacks(&decided, Decision::CaseFollowsPhase);
    has(&decided, Decision::TransitionMissing);
}

#[test]
fn a_case_that_our_own_late_change_closed_follows_its_ticket() {
    let mut scene = Scene::linked();
    let changed = Changed::Phase {
        side: Side::Case,
        to: Phase::Closed,
    };
    record_unheard(&mut scene.link, changed, NOW);
    let mut seen = case_seen(facts(Phase::Closed, Severity::High));
    seen.ticket = Some(Found::Present(Scene::ticket(Phase::Open)));
    let decided = scene.decided(&seen);
    has(&decided, Decision::LateChangeTaken);
    has(&decided, Decision::CaseFollowsPhase);
    lacks(&decided, Decision::TicketFollowsPhase);
}

#[test]
fn fields_that_land_late_are_ours_and_written_over() {
    let mut scene = Scene::linked();
    let late = RichText::from_plain("As it was when it was sent.");
    let changed = Changed::Fields {
        priority: Some("Highest".to_string()),
        description: Some(description_digest(&late)),
    };
    record_unheard(&mut scene.link, changed, NOW);
    let mut reading = Scene::ticket(Phase::Open);
    reading.priority = Some(priority("Highest".to_string()));
    reading.description = Some(late);
    let mut seen = case_seen(facts(Phase::Open, Severity::High));
    seen.ticket = Some(Found::Present(reading));
    let decided = scene.decided(&seen);
    has(&decided, Decision::LateChangeTaken);
    has(&decided, Decision::TicketFollowsPriority);
    has(&decided, Decision::TicketFollowsDescription);
    lacks(&decided, Decision::EditOfPeopleLeft);
    // Without the memory of it, it would be taken for a person's edit.
    scene.pair().late.clear();
    has(&scene.decided(&seen), Decision::EditOfPeopleLeft);
}

#[test]
fn what_may_land_late_is_looked_at_when_its_time_is_over() {
    let mut scene = Scene::linked();
    for side in [Side::Case, Side::Ticket] {
        let to = Phase::Closed;
        record_unheard(&mut scene.link, Changed::Phase { side, to }, NOW);
    }
    scene.now = NOW.plus_ms(LATE_MS);
    let planned = scene.plan(&Seen::default());
    assert!(planned.needs.case && planned.needs.ticket);
    let mut seen = case_seen(facts(Phase::Open, Severity::High));
    seen.ticket = Some(Found::Present(Scene::ticket(Phase::Open)));
    let planned = scene.plan(&seen);
    let pair = planned.learned.pair().expect("a pair");
    assert_eq!(pair.late, vec![]);
}
