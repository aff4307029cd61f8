//! Tests: the words are fit for logs, and the scenes that matter most are told by the right ones.

mod late;
mod scene;
mod seldom;

use alloc::{collections::BTreeSet, format, string::ToString, vec, vec::Vec};

use super::Decision;
use crate::{
    case::{CloseReason, Phase, Severity},
    comment::{CommentReading, Side, WrittenComment},
    digest::Digest,
    link::{Aspect, NamedTicket, Origin, Posting, PostingState},
    ports::Found,
    reconcile::{
        Action, COMMENT_CLAIM_MS, MAX_POSTINGS, Seen, TICKET_CLAIM_MS, first_needs,
        record::{record_case_phase, record_written},
    },
    settings::RouteName,
    ticket::{ScreenField, TicketId, TicketKey, TicketReading, Transition},
};
use scene::{
    NOW, Scene, case_comments, case_seen, comment, comment_id, facts, nonce, priority, standing,
};

fn has(decisions: &[Decision], wanted: Decision) {
    assert!(decisions.contains(&wanted), "{wanted:?} in {decisions:?}");
}

fn lacks(decisions: &[Decision], unwanted: Decision) {
    let there = decisions.contains(&unwanted);
    assert!(!there, "no {unwanted:?} in {decisions:?}");
}

#[test]
fn every_word_is_its_own_and_fit_for_logs() {
    let words: BTreeSet<&str> = Decision::ALL.iter().map(|it| it.word()).collect();
    assert_eq!(words.len(), Decision::ALL.len());
    for word in words {
        let letters = word
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        assert!(letters && !word.starts_with('-') && !word.ends_with('-'));
        assert!(!word.contains("--"), "{word}");
    }
}

#[test]
fn a_decision_is_noted_once_and_in_order() {
    let mut decisions = Vec::new();
    for decision in [Decision::Opened, Decision::BothAlike, Decision::Opened] {
        decision.note_in(&mut decisions);
    }
    assert_eq!(decisions, [Decision::Opened, Decision::BothAlike]);
    assert_eq!(Decision::words(&decisions), "opened,both-alike");
}

#[test]
fn whether_a_ticket_is_opened_is_told() {
    let scene = Scene::raised();
    assert_eq!(scene.decided(&Seen::default()), [Decision::Opened]);
    let mut closed = Scene::raised();
    closed.link.facts.phase = Some(Phase::Closed);
    let decided = closed.decided(&Seen::default());
    assert_eq!(decided, [Decision::ClosedBeforeOpening]);
    let mut unclear = Scene::raised();
    unclear.link.facts.created_at = None;
    assert_eq!(unclear.decided(&Seen::default()), [Decision::UnclearRoute]);
    let mut old = Scene::raised();
    old.settings.routes[0].start = NOW.plus_ms(1);
    assert_eq!(old.decided(&Seen::default()), [Decision::TooOld]);
    let mut unrouted = Scene::raised();
    unrouted.settings.routes.clear();
    assert_eq!(unrouted.decided(&Seen::default()), [Decision::Unrouted]);
    let gone = Seen {
        case: Some(Found::Absent),
        ..Seen::default()
    };
    assert_eq!(scene.decided(&gone), [Decision::CaseGone]);
}

#[test]
fn an_opening_of_unknown_outcome_is_waited_for_adopted_or_made_anew() {
    let (mut scene, _) = Scene::opening();
    let nothing_found = Seen {
        candidates: Some(Vec::new()),
        searched: true,
        ..Seen::default()
    };
    assert_eq!(scene.decided(&nothing_found), [Decision::ClaimWaited]);
    let found = Seen {
        candidates: Some(vec![Scene::ticket(Phase::Open)]),
        ..nothing_found.clone()
    };
    assert_eq!(scene.decided(&found), [Decision::AdoptedByMark]);
    scene.now = NOW.plus_ms(TICKET_CLAIM_MS);
    assert_eq!(
        scene.decided(&nothing_found),
        [Decision::ClaimLapsed, Decision::Opened]
    );
    scene.link.facts.phase = Some(Phase::Closed);
    assert_eq!(
        scene.decided(&nothing_found),
        [Decision::ClosedBeforeOpening]
    );
    scene.link.facts.phase = Some(Phase::Open);
    scene.settings.routes[0].name = RouteName::new("renamed").expect("a name");
    assert_eq!(
        scene.decided(&nothing_found),
        [Decision::RoutedAnew, Decision::Opened]
    );
    let somebody_elses = TicketReading {
        marker: None,
        ..Scene::ticket(Phase::Open)
    };
    let labelled_alike = Seen {
        candidates: Some(vec![somebody_elses]),
        ..nothing_found
    };
    lacks(&scene.decided(&labelled_alike), Decision::AdoptedByMark);
}

#[test]
fn a_ticket_that_a_delivery_named_and_nobody_can_read_is_not_opened_again() {
    let (mut scene, _) = Scene::opening();
    let named = NamedTicket {
        id: TicketId::new("10001").expect("an id"),
        key: TicketKey::new("SEC-1").ok(),
    };
    let unreadable = Seen {
        candidates: Some(Vec::new()),
        unreadable: Some(named.clone()),
        searched: true,
        ..Seen::default()
    };
    let waiting = scene.plan(&unreadable);
    assert_eq!(waiting.decisions, [Decision::ClaimWaited]);
    scene.link = waiting.learned;
    let (needs, _) = first_needs(
        &scene.link,
        &BTreeSet::new(),
        None,
        false,
        NOW,
        &mut Vec::new(),
    );
    assert_eq!(needs.candidate, Some(named));
    scene.now = NOW.plus_ms(TICKET_CLAIM_MS);
    let planned = scene.plan(&unreadable);
    assert_eq!(planned.decisions, [Decision::AdoptedUnreadable]);
    let pair = planned.learned.pair().expect("a pair");
    assert_eq!(pair.ticket.key.as_str(), "SEC-1");
    // One that can be read and is not ours keeps nobody from opening ours.
    let strange = Seen {
        candidates: Some(vec![TicketReading {
            marker: None,
            ..Scene::ticket(Phase::Open)
        }]),
        unreadable: None,
        ..unreadable
    };
    has(&scene.decided(&strange), Decision::Opened);
}

#[test]
fn a_round_that_is_planned_anew_tells_why_it_read_first() {
    let scene = Scene::linked();
    let mut seen = case_seen(facts(Phase::Closed, Severity::Critical));
    let planned = scene.plan(&seen);
    assert!(!planned.needs.is_empty() && planned.actions.is_empty());
    assert_eq!(planned.decisions, [Decision::ReadBeforeWriting]);
    seen.ticket = Some(Found::Present(Scene::ticket(Phase::Open)));
    seen.transitions = Some(vec![transition(Vec::new())]);
    let decided = scene.decided(&seen);
    has(&decided, Decision::TicketFollowsPhase);
    has(&decided, Decision::TicketFollowsPriority);
    has(&decided, Decision::TicketFollowsDescription);
}

fn transition(fields: Vec<ScreenField>) -> Transition {
    Transition {
        id: "31".to_string(),
        name: "Finish".to_string(),
        to_status: "Done".to_string(),
        to_phase: Phase::Closed,
        fields,
    }
}

#[test]
fn a_workflow_without_a_way_and_one_that_demands_a_field_are_told_apart() {
    let scene = Scene::linked();
    let mut seen = case_seen(facts(Phase::Closed, Severity::High));
    seen.ticket = Some(Found::Present(Scene::ticket(Phase::Open)));
    seen.transitions = Some(Vec::new());
    let planned = scene.plan(&seen);
    assert!(planned.stuck.is_some());
    has(&planned.decisions, Decision::TransitionMissing);
    has(&planned.decisions, Decision::RemarkWritten);
    seen.transitions = Some(vec![transition(vec![ScreenField {
        id: "customfield_1".to_string(),
        name: "Root cause".to_string(),
        required: true,
        allowed: Vec::new(),
    }])]);
    let decided = scene.decided(&seen);
    has(&decided, Decision::TransitionDemandsField);
    lacks(&decided, Decision::TransitionMissing);
}

#[test]
fn a_conflict_of_statuses_is_told_and_so_is_one_that_may_not_flow() {
    let mut scene = Scene::linked();
    scene.pair().phase.ticket = Phase::Closed;
    let mut seen = case_seen(facts(Phase::Closed, Severity::High));
    seen.ticket = Some(Found::Present(Scene::ticket(Phase::Open)));
    has(&scene.decided(&seen), Decision::ConflictOpenWins);
    scene.settings.routes[0].flow.reopen = false;
    let decided = scene.decided(&seen);
    has(&decided, Decision::PhaseLeftApart);
    lacks(&decided, Decision::ConflictOpenWins);
}

#[test]
fn an_edit_of_people_is_told_and_a_plan_of_nothing_but_decisions_is_empty() {
    let scene = Scene::linked();
    let mut reading = Scene::ticket(Phase::Open);
    reading.priority = Some(priority("Lowest".to_string()));
    let mut seen = Seen {
        ticket: Some(Found::Present(reading)),
        ..Seen::default()
    };
    let first = scene.plan(&seen);
    has(&first.decisions, Decision::EditOfPeopleLeft);
    let mut settled = scene;
    settled.link = first.learned;
    for action in first.actions {
        match action {
            Action::PutRemoteLink(remote) => settled.pair().remote_link = Some(remote),
            Action::WriteComment {
                side,
                origin,
                digest,
                ..
            } => {
                settled.link.postings.push(Posting {
                    side,
                    origin: origin.clone(),
                    digest,
                    state: PostingState::Owed,
                    body: None,
                    original_seen: None,
                });
                let written = WrittenComment {
                    id: comment_id("3001"),
                    updated_at: None,
                };
                record_written(&mut settled.link, side, &origin, nonce("own"), written);
            }
            other => panic!("nothing else is missing: {other:?}"),
        }
    }
    let again = settled.plan(&seen);
    assert_eq!(again.actions, Vec::new());
    assert_eq!(again.decisions, [Decision::EditOfPeopleLeft]);
    seen.case = Some(Found::Present(facts(Phase::Open, Severity::Critical)));
    has(&settled.decided(&seen), Decision::ConflictPriorityLeft);
}

#[test]
fn the_evidence_for_a_deletion_is_told() {
    let first = Scene::linked().with_mirror(standing(0));
    let lacking = case_comments(Vec::new());
    has(&first.decided(&lacking), Decision::FirstListingWithoutIt);
    let second = Scene::linked().with_mirror(standing(1));
    let decided = second.decided(&lacking);
    has(&decided, Decision::MirrorDeletedAfterTwoListings);
    let listed = case_comments(vec![comment("c1")]);
    has(&second.decided(&listed), Decision::ListedAgain);
    let mut told = lacking;
    told.said_gone.insert(comment_id("c1"));
    let decided = first.decided(&told);
    has(&decided, Decision::MirrorDeletedOnDelivery);
    lacks(&decided, Decision::FirstListingWithoutIt);
}

#[test]
fn what_became_of_a_comment_is_told() {
    let claimed = PostingState::Claimed {
        nonce: nonce("mark"),
        at: NOW,
    };
    let mut scene = Scene::linked().with_mirror(claimed);
    let mut seen = case_comments(vec![comment("c1")]);
    seen.ticket_comments = Some(Vec::new());
    has(&scene.decided(&seen), Decision::CommentClaimWaited);
    seen.ticket_comments = Some(vec![CommentReading {
        marker: Some(nonce("mark")),
        ..comment("2001")
    }]);
    has(&scene.decided(&seen), Decision::CommentClaimFound);
    seen.ticket_comments = Some(Vec::new());
    scene.now = NOW.plus_ms(COMMENT_CLAIM_MS);
    let decided = scene.decided(&seen);
    has(&decided, Decision::CommentClaimLapsed);
    has(&decided, Decision::MirrorWritten);
    let stood = Scene::linked().with_mirror(standing(0));
    has(&stood.decided(&seen), Decision::DeletedByPeople);
}

#[test]
fn a_case_that_is_full_of_comments_is_told() {
    let mut scene = Scene::linked();
    for number in 0..MAX_POSTINGS {
        scene.link.postings.push(Posting {
            side: Side::Ticket,
            origin: Origin::Original(comment_id(&format!("old{number}"))),
            digest: Digest::of(&[]),
            state: PostingState::Removed,
            body: None,
            original_seen: None,
        });
    }
    let decided = scene.decided(&case_comments(vec![comment("c1")]));
    has(&decided, Decision::TooManyComments);
    lacks(&decided, Decision::MirrorWritten);
}

#[test]
fn an_event_leaves_to_the_sweep_what_nobody_waits_for() {
    let mut scene = Scene::linked();
    let fresh = scene.decided(&Seen::default());
    has(&fresh, Decision::RemoteLinkWritten);
    has(&fresh, Decision::TicketShown);
    let Some(Action::PutRemoteLink(remote)) = scene.plan(&Seen::default()).actions.first().cloned()
    else {
        panic!("the link is written first");
    };
    scene.pair().remote_link = Some(remote);
    record_case_phase(
        &mut scene.link,
        Phase::Closed,
        CloseReason::TruePositive,
        NOW,
    );
    let decided = scene.decided(&Seen::default());
    has(&decided, Decision::RemoteLinkLeftToSweep);
    has(&decided, Decision::LastWordsLeftToSweep);
    lacks(&decided, Decision::RemoteLinkWritten);
}

#[test]
fn a_fresh_push_stands_in_for_a_reading_and_a_poor_one_does_not() {
    let link = Scene::raised().link;
    let aspects = BTreeSet::from([Aspect::Case]);
    let mut told = facts(Phase::Open, Severity::High);
    for (severity, expected) in [
        (Some(Severity::High), vec![Decision::PushStoodIn]),
        (None, Vec::new()),
    ] {
        told.severity = severity;
        let mut decisions = Vec::new();
        let pushed = (told.clone(), NOW);
        first_needs(&link, &aspects, Some(&pushed), false, NOW, &mut decisions);
        assert_eq!(decisions, expected);
    }
}
