//! Why: a run tells by name which branches it took, and a sweep what made it look.

use std::collections::BTreeSet;

use domain::{
    link::{Aspect, Wakeup},
    moment::Moment,
    ports::Store as _,
    reconcile::{Decision, MAX_ATTEMPTS, Outcome, Report, Urgency},
    sweep::SweepReport,
};
use scenarios::world::{Dying, World};
use simulators::{
    contrast::{CloseReason, IncidentSeed, Stir},
    jira::{Fault, FaultKind, Jira},
};

use crate::interruption::{Meanwhile, interrupted};

fn raise(world: &World) -> String {
    world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now))
}

fn now(world: &World) -> Moment {
    Moment::from_epoch_ms(world.now_ms())
}

/// Wakes a case for everything.
async fn wake(world: &World, number: &str) {
    let wakeup = Wakeup {
        case: world.case(number),
        aspects: Aspect::everything(),
        pushed: None,
    };
    let stored = world.service.store.wake(&wakeup, now(world)).await;
    stored.expect("stored");
}

async fn reconcile(world: &World, number: &str) -> Report {
    let engine = world.service.engine().await.expect("an engine");
    let deadline = now(world).plus_ms(60_000);
    engine
        .reconcile(&world.case(number), Urgency::Sweep, deadline)
        .await
        .expect("reconciled")
}

/// The decisions about the case that a sweep reconciled first.
fn decided(swept: &SweepReport) -> &[Decision] {
    let first = swept.reconciled.first();
    &first.expect("a case was reconciled").decisions
}

fn has(decisions: &[Decision], wanted: Decision) {
    assert!(decisions.contains(&wanted), "{wanted:?} in {decisions:?}");
}

#[tokio::test]
async fn a_lost_push_is_told_as_found_by_the_walk_and_opened() {
    let world = World::new().await;
    raise(&world);
    world.lose();
    let swept = world.sweep().await;
    assert_eq!(
        swept.decisions,
        [Decision::FoundNewByWalk, Decision::FoundDue]
    );
    has(decided(&swept), Decision::Enriched);
    has(decided(&swept), Decision::Opened);
    world.end().await;
}

#[tokio::test]
async fn a_worker_that_died_is_told_as_lapsed_searched_and_adopted() {
    let world = World::new().await;
    let number = raise(&world);
    world.lose();
    wake(&world, &number).await;
    let killed = world
        .network
        .kill_at_call(5, Dying::AfterTheEffect, reconcile(&world, &number))
        .await;
    assert!(killed && world.tickets(&number).len() == 1, "it was opened");
    let held = reconcile(&world, &number).await;
    assert_eq!(held.decisions, [Decision::HeldByAnother]);
    world.pass_minutes(3);
    let made_good = reconcile(&world, &number).await.decisions;
    for wanted in [
        Decision::LeaseLapsed,
        Decision::ClaimSearched,
        Decision::AdoptedByMark,
    ] {
        has(&made_good, wanted);
    }
    world.lose();
    world.end().await;
}

#[tokio::test]
async fn what_was_wanted_while_a_worker_was_busy_is_told() {
    let world = World::new().await;
    let (number, _) = world.linked_incident().await;
    for (wanted, expected) in [
        (Aspect::Case, Decision::WantedAgain),
        (Aspect::Ticket, Decision::OnlyNewWanted),
    ] {
        let first = Wakeup {
            case: world.case(&number),
            aspects: BTreeSet::from([Aspect::Case]),
            pushed: None,
        };
        let stored = world.service.store.wake(&first, now(&world)).await;
        stored.expect("stored");
        let report = interrupted(&world, &number, Meanwhile::Wanted(wanted)).await;
        has(&report.decisions, expected);
    }
    world.end().await;
}

#[tokio::test]
async fn what_is_wanted_while_a_worker_fails_is_told_as_due_at_once() {
    let world = World::new().await;
    let (number, _) = world.linked_incident().await;
    wake(&world, &number).await;
    let fault = Fault::new("GET", "/rest/api/3/issue/", 9, FaultKind::Status(500, None));
    world.network.jira().fail_next(fault);
    let wanted = Meanwhile::Wanted(Aspect::Case);
    let report = interrupted(&world, &number, wanted).await;
    world.network.jira().clear_faults();
    has(&report.decisions, Decision::BackedOff);
    has(&report.decisions, Decision::LeftDueForMore);
    let due_at = world.glimpse(&number).await.expect("known").due_at;
    assert!(due_at.is_some_and(|at| at <= now(&world)), "{due_at:?}");
    world.end().await;
}

#[tokio::test]
async fn a_lease_that_another_took_is_told_and_ends_as_held() {
    let world = World::new().await;
    let (number, _) = world.linked_incident().await;
    wake(&world, &number).await;
    let report = interrupted(&world, &number, Meanwhile::Overtaken).await;
    has(&report.decisions, Decision::LeaseLost);
    assert_eq!(report.outcome, Outcome::HeldByAnother);
    assert!(
        world
            .glimpse(&number)
            .await
            .expect("known")
            .due_at
            .is_none(),
        "the other one finished"
    );
    world.end().await;
}

#[tokio::test]
async fn how_long_a_failure_is_left_alone_is_told() {
    let world = World::new().await;
    let fail = |fault| {
        let fault = Fault::new("POST", "/rest/api/3/issue", 1, fault);
        world.network.jira().fail_next(fault);
    };
    raise(&world);
    world.lose();
    fail(FaultKind::Status(429, Some(300)));
    let swept = world.sweep().await;
    has(decided(&swept), Decision::ClaimGivenBack);
    has(decided(&swept), Decision::AgainNotBefore);
    world.pass_minutes(6);
    fail(FaultKind::Status(500, None));
    let swept = world.sweep().await;
    has(decided(&swept), Decision::ClaimKept);
    has(decided(&swept), Decision::BackedOff);
    world.pass_minutes(2);
    has(decided(&world.sweep().await), Decision::ClaimWaited);
    world.pass_minutes(9);
    has(decided(&world.sweep().await), Decision::ClaimLapsed);
    world.end().await;
}

#[tokio::test]
async fn what_fails_day_and_night_is_told_as_stuck() {
    let world = World::new().await;
    let (number, _) = world.linked_incident().await;
    wake(&world, &number).await;
    for attempt in 1..=MAX_ATTEMPTS {
        let fault = Fault::new("GET", "/rest/api/3/issue/", 9, FaultKind::Status(500, None));
        world.network.jira().fail_next(fault);
        let decided = reconcile(&world, &number).await.decisions;
        world.network.jira().clear_faults();
        let expected = if attempt == MAX_ATTEMPTS {
            Decision::StuckAfterAttempts
        } else {
            Decision::BackedOff
        };
        has(&decided, expected);
        world.pass_minutes(60);
    }
    wake(&world, &number).await;
    world.end().await;
}

#[tokio::test]
async fn a_ticket_without_labels_is_told_as_searched_by_its_time() {
    let world = World::new().await;
    world.jira(|jira, _| {
        let project = jira.project_mut("SEC").expect("the project");
        project.types[0].screen.remove("labels");
    });
    let number = raise(&world);
    world.lose();
    wake(&world, &number).await;
    let killed = world
        .network
        .kill_at_call(6, Dying::AfterTheEffect, reconcile(&world, &number))
        .await;
    assert!(killed && world.tickets(&number).len() == 1, "it was opened");
    world.pass_minutes(3);
    let decided = reconcile(&world, &number).await.decisions;
    has(&decided, Decision::ClaimSearchedByTime);
    has(&decided, Decision::AdoptedByMark);
    world.lose();
    world.end().await;
}

#[tokio::test]
async fn a_case_that_aged_is_told_as_moved_to_its_class() {
    let world = World::new().await;
    world.linked_incident().await;
    world.settle().await;
    world.pass_minutes(25 * 60);
    let swept = world.sweep().await;
    has(&swept.decisions, Decision::ClassMoved);
    world.end().await;
}

#[tokio::test]
async fn a_change_far_down_a_list_that_moves_nothing_up_is_told_as_found_there() {
    let world = World::new().await;
    let numbers: Vec<String> = world.contrast(|contrast, now| {
        let raise = |_| contrast.raise_incident(IncidentSeed::default(), now);
        (0..101).map(raise).collect()
    });
    world.lose();
    world.settle().await;
    let closed = world.contrast(|contrast, now| {
        contrast.behaviour_mut().statuses = Stir {
            moves_updated: false,
            pushes: false,
        };
        contrast.close(&numbers[0], "Mara Lindt", CloseReason::TruePositive, now)
    });
    assert!(closed);
    let swept = world.sweep().await;
    has(&swept.decisions, Decision::FoundFurtherDown);
    world.end().await;
}

#[tokio::test]
async fn a_peer_that_refuses_us_is_told_as_refused_paused_and_back() {
    let world = World::new().await;
    let (number, _) = world.linked_incident().await;
    world.jira(|jira, _| jira.set_token(Jira::DEMO_ACCOUNT, Some("rotated-token")));
    wake(&world, &number).await;
    let refused = reconcile(&world, &number).await.decisions;
    has(&refused, Decision::CredentialsRefused);
    world.service.forget();
    let paused = reconcile(&world, &number).await.decisions;
    assert_eq!(paused, [Decision::PeerPaused]);
    world.rotate_jira_token("rotated-token");
    world.pass_minutes(1);
    let swept = world.sweep().await;
    has(&swept.decisions, Decision::PeerAcceptsAgain);
    world.end().await;
}
