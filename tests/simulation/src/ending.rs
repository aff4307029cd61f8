//! The end of a run: the faults stop, time passes, two sweeps run, and everything must be right.
//!
//! Looks at what people see, and at what must not be left over in the store.

use std::sync::Arc;

use adapters::store::TableStore;
use domain::{
    case::CaseId,
    comment::Side,
    link::{Class, LinkState, Origin, PostingState, Reach},
    moment::Moment,
    ports::{Glimpse, Store as _},
};

use crate::{
    checks::{GivenUp, is_open, wrong_at_the_end},
    core::{Core, World},
    deliveries,
    executor::Wait,
    operators,
    quirks::Quirk,
    run::{store_of, sweep},
};

/// Longer than any lease, claim, back-off, freeze and late delivery.
const QUIET_MS: u64 = 80 * 60_000;
/// Longer than what was refused is left alone.
const LONG_QUIET_MS: u64 = 7 * 3_600_000;
/// Between the sweeps of the end; longer than what a second look at a listing waits for.
const BETWEEN_MS: u64 = 6 * 60_000;
/// Sweeps after which everything must be right.
const SWEEPS: u32 = 2;
/// Sweeps after which a run is given up.
const MOST_SWEEPS: u32 = 12;
/// Longer than any putting-off.
const LONG_MS: u64 = 6 * 3_600_000;
/// Calls that a sweep may make when there is nothing to do: listings, searches, bulk readings, and
/// the readings of cases with their comments that come round in turn.
const IDLE_CALLS: u64 = 24;

/// Lets the dust settle, and notes everything that is wrong then.
pub async fn settle(core: &Arc<Core>) {
    core.calm_down();
    core.tell(|| "== the faults stop".to_owned());
    show_all_tickets(core);
    mend(core);
    let forbade = core.world().choices.forbade;
    pass(core, if forbade { LONG_QUIET_MS } else { QUIET_MS }).await;
    come_to_rest(core, "rest").await;
    let wrong = wrong_now(core).await;
    if let Some(first) = wrong.first() {
        core.violate(first.clone());
        return;
    }
    // Comments of closed incidents are not polled; they are looked at once their case is open.
    if reopen_closed(core) {
        pass(core, BETWEEN_MS).await;
        come_to_rest(core, "rest after reopening").await;
    }
    let wrong = wrong_now(core).await;
    if let Some(first) = wrong.first() {
        core.violate(first.clone());
    }
    look_for_remains(core).await;
    sweep_once_more(core).await;
}

/// Operators mend what keeps cases from being in step, and change the settings so that what is
/// stuck is looked at again.
fn mend(core: &Arc<Core>) {
    let now_ms = core.now_ms();
    let mut world = core.world();
    let World { jira, quirks, .. } = &mut *world;
    let mended = quirks.iter().filter(|quirk| quirk.mend(jira)).count();
    if mended > 0 {
        operators::redrive(&mut world, now_ms);
    }
}

async fn wrong_now(core: &Arc<Core>) -> Vec<String> {
    let given_up = given_up(core).await;
    wrong_at_the_end(&core.world(), &given_up)
}

/// The comments in Contrast that the service gave up: none, unless they cannot be listed and
/// something went wrong.
async fn given_up(core: &Arc<Core>) -> GivenUp {
    let mut given_up = GivenUp::new();
    if !core.world().has(Quirk::NoListing) || core.record().faults.is_empty() {
        return given_up;
    }
    let store = store_of(core);
    let now = Moment::from_epoch_ms(core.now_ms());
    for class in Class::ALL {
        let Ok(page) = store.list_class(class, None, now).await else {
            continue;
        };
        for (glimpse, _) in page.rows {
            let number = glimpse.link.case.number().to_owned();
            for posting in &glimpse.link.postings {
                let original = match &posting.origin {
                    Origin::Original(original) => Some(original.as_str().to_owned()),
                    Origin::Status => None,
                    Origin::Remark(_) => continue,
                };
                let unknowable =
                    matches!(posting.state, PostingState::Refused { again_at: None, .. });
                if unknowable && posting.side == Side::Case {
                    given_up.insert((number.clone(), original));
                }
            }
        }
    }
    given_up
}

fn show_all_tickets(core: &Arc<Core>) {
    let now_ms = core.now_ms();
    let mut world = core.world();
    let hidden: Vec<String> = world
        .jira
        .tickets()
        .filter(|ticket| ticket.hidden && !ticket.deleted)
        .map(|ticket| ticket.id.clone())
        .collect();
    for ticket in hidden {
        // It was hidden a moment ago, so it is there.
        let _ = world.jira.show_ticket(&ticket, now_ms);
    }
    drop(world);
    deliveries::send_out(core);
}

async fn pass(core: &Arc<Core>, ms: u64) {
    core.scheduler.wait_us(ms * 1_000, Wait::Sleep).await;
}

/// Two sweeps must do; how many it really takes is counted.
async fn come_to_rest(core: &Arc<Core>, name: &str) {
    for number in 1..=MOST_SWEEPS {
        if !sweep(core, &format!("{name} {number}")).await {
            core.violate(format!("the sweep {name} {number} did not come to its end"));
            return;
        }
        pass(core, BETWEEN_MS).await;
        if number >= SWEEPS && wrong_now(core).await.is_empty() {
            let mut record = core.record();
            record.sweeps_to_rest = record.sweeps_to_rest.max(number);
            return;
        }
    }
}

fn reopen_closed(core: &Arc<Core>) -> bool {
    let now_ms = core.now_ms();
    let mut world = core.world();
    let closed: Vec<String> = world
        .people
        .cases
        .iter()
        .filter(|told| told.incident && is_open(&world, told) == Some(false))
        .map(|told| told.number.clone())
        .collect();
    for number in &closed {
        world.contrast.reopen(number, "Mara Lindt", now_ms);
    }
    drop(world);
    core.tell(|| format!("== reopened: {}", closed.join(", ")));
    deliveries::send_out(core);
    !closed.is_empty()
}

/// No lease, no live claim, no wake-up, nothing due.
async fn look_for_remains(core: &Arc<Core>) {
    let store = store_of(core);
    let now = Moment::from_epoch_ms(core.now_ms());
    match store.list_due(now.plus_ms(LONG_MS), None).await {
        // For a day the last words of what was closed are asked for again each hour.
        Ok(_) if core.world().has(Quirk::NoListing) => {}
        Ok(due) => {
            for (case, _) in due.cases {
                if !is_asked_about_again(core, &store, &case, now).await {
                    core.violate(format!("{case} is due"));
                }
            }
        }
        Err(trouble) => core.violate(format!("what is due cannot be listed: {trouble}")),
    }
    match store.list_pauses().await {
        Ok(pauses) if pauses.is_empty() => {}
        Ok(pauses) => core.violate(format!("{} is paused", pauses[0].peer)),
        Err(trouble) => core.violate(format!("pauses cannot be listed: {trouble}")),
    }
    for class in Class::ALL {
        match store.list_class(class, None, now).await {
            Ok(page) => {
                for (glimpse, _) in page.rows {
                    look_for_remains_of(core, class, &glimpse);
                }
            }
            Err(trouble) => core.violate(format!("a class cannot be listed: {trouble}")),
        }
    }
}

/// Whether a case is due because nobody can say yet which route takes it: one that was heard of late
/// is asked about again for an hour.
async fn is_asked_about_again(
    core: &Arc<Core>,
    store: &TableStore,
    case: &CaseId,
    now: Moment,
) -> bool {
    let unrouted = match store.glimpse(case, now).await {
        Ok(Some(glimpse)) => matches!(glimpse.link.state, LinkState::Unrouted { .. }),
        Ok(None) | Err(_) => false,
    };
    unrouted && core.world().has(Quirk::LateApplications)
}

fn look_for_remains_of(core: &Arc<Core>, class: Class, glimpse: &Glimpse) {
    let Glimpse {
        link,
        leased,
        due_at: _,
        waiting,
        pushed_at: _,
    } = glimpse;
    let case = &link.case;
    if *leased {
        core.violate(format!("a lease is held for {case}"));
    }
    if *waiting {
        core.violate(format!("a wake-up is left for {case}"));
    }
    if class == Class::Stuck {
        core.violate(format!("{case} is stuck: {:?}", link.mishap));
    }
    match &link.state {
        LinkState::New => core.violate(format!("{case} was never decided")),
        LinkState::Opening(opening) => {
            core.violate(format!("{case} is still being opened: {opening:?}"));
        }
        LinkState::Linked(_) | LinkState::Unrouted { .. } | LinkState::Unlinked(_) => {}
    }
    // Where a side is gone, what was owed or on its way stays as it is.
    let both_there = link
        .pair()
        .is_some_and(|pair| pair.case_gone_since.is_none() && pair.reach == Reach::Reachable);
    let left_over = link.postings.iter().find(|posting| {
        let live = matches!(
            posting.state,
            PostingState::Claimed { .. } | PostingState::Owed
        );
        live && both_there
    });
    if let Some(posting) = left_over {
        core.violate(format!("{case}: a comment is left over: {posting:?}"));
    }
}

/// One more sweep writes nothing, and makes few calls.
async fn sweep_once_more(core: &Arc<Core>) {
    pass(core, BETWEEN_MS).await;
    let before = core.record().calls.clone();
    sweep(core, "one more sweep").await;
    let record = core.record();
    let made: Vec<(String, u64)> = record
        .calls
        .iter()
        .map(|(what, count)| (what.clone(), count - before.get(what).unwrap_or(&0)))
        .filter(|(_, count)| *count > 0)
        .collect();
    drop(record);
    let total: u64 = made.iter().map(|(_, count)| count).sum();
    if let Some((what, _)) = made.iter().find(|(what, _)| is_write(what)) {
        core.violate(format!("one more sweep writes: {what}"));
    }
    if total > IDLE_CALLS {
        core.violate(format!("one more sweep makes {total} calls: {made:?}"));
    }
}

/// Searches and bulk readings are sent as POST, and are reads all the same.
fn is_write(what: &str) -> bool {
    let reads = ["GET", "search", "bulkfetch", "comment/list", "observations"];
    !reads.iter().any(|read| what.contains(read))
}
