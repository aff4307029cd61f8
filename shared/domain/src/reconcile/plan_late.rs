//! Making good what took effect late: a change of ours whose answer nobody heard may still be on
//! its way, and lands on top of what was written since.
//!
//! What lands late is ours and never counts as anything that people did.

use alloc::vec::Vec;

use crate::{
    case::Phase,
    comment::Side,
    link::{Agreed, Changed, LateChange, LinkState, Origin, Pair, Reach},
    reconcile::{
        decision::Decision,
        plan::{Context, Plan},
        plan_claims::read_originals,
        record::{description_digest, forget_text, unheard_digest},
    },
};

/// Looks for changes that took effect late, for as long as they can. Goes before everything that
/// compares what stands with what we remember to have written.
pub fn settle_late_changes(plan: &mut Plan, context: Context<'_>) {
    let LinkState::Linked(mut pair) = plan.learned.state.clone() else {
        return;
    };
    if pair.late.is_empty() || pair.reach != Reach::Reachable || pair.case_gone_since.is_some() {
        return;
    }
    let mut still = Vec::new();
    for late in core::mem::take(&mut pair.late) {
        let landed = take_for_ours(&mut pair, &late.changed, context);
        if landed {
            plan.decide(Decision::LateChangeTaken);
        }
        if context.now < late.until {
            plan.wait_until(late.until);
            still.push(late);
        } else if !look_once_more(plan, &mut pair, &late, context) {
            still.push(late);
        }
    }
    pair.late = still;
    plan.learned.state = LinkState::Linked(pair);
}

/// A value that we asked for stands there, and we remember another one: it landed late, and what
/// both sides agreed on is what they were when it was sent.
fn take_for_ours(pair: &mut Pair, changed: &Changed, context: Context<'_>) -> bool {
    match changed {
        Changed::RemoteLink | Changed::Comment { .. } => false,
        Changed::Phase { side, to } => {
            let remembered = match side {
                Side::Case => pair.phase.case,
                Side::Ticket => pair.phase.ticket,
            };
            let landed = remembered != *to && phase_seen(*side, context) == Some(*to);
            if landed {
                pair.phase = Agreed {
                    case: *to,
                    ticket: *to,
                };
            }
            landed
        }
        Changed::Fields {
            priority,
            description,
        } => {
            let Some(reading) = context.seen.present_ticket() else {
                return false;
            };
            let there = reading.priority.as_ref().map(|there| &there.name);
            let mut landed = false;
            if priority.is_some() && priority.as_ref() == there && pair.priority.ticket != *priority
            {
                pair.priority = Agreed {
                    case: priority.clone(),
                    ticket: priority.clone(),
                };
                landed = true;
            }
            let there = reading.description.as_ref().map(description_digest);
            if let Some(description) = description
                && there.as_ref() == Some(description)
                && pair.description.ticket != *description
            {
                // What the case told when it was sent is not remembered: it is written anew.
                pair.description = Agreed {
                    case: unheard_digest(),
                    ticket: description.clone(),
                };
                landed = true;
            }
            landed
        }
    }
}

fn phase_seen(side: Side, context: Context<'_>) -> Option<Phase> {
    match side {
        Side::Case => context.seen.present_case().and_then(|facts| facts.phase),
        Side::Ticket => context.seen.present_ticket().map(|reading| reading.phase),
    }
}

/// Nothing is on its way any more. What can be read is read once more; what cannot is written once
/// more. Answers whether the matter is settled.
fn look_once_more(
    plan: &mut Plan,
    pair: &mut Pair,
    late: &LateChange,
    context: Context<'_>,
) -> bool {
    match &late.changed {
        Changed::RemoteLink => {
            plan.decide(Decision::LateChangeWrittenOver);
            pair.remote_link = None;
            true
        }
        Changed::Comment { side, origin } => {
            plan.decide(Decision::LateChangeWrittenOver);
            forget_text(&mut plan.learned, *side, origin);
            if matches!(origin, Origin::Original(_)) {
                read_originals(plan, side.other(), context);
            }
            true
        }
        Changed::Phase {
            side: Side::Case, ..
        } => {
            plan.needs.case |= context.seen.case.is_none();
            context.seen.case.is_some()
        }
        Changed::Phase { .. } | Changed::Fields { .. } => {
            plan.needs.ticket |= context.seen.ticket.is_none();
            context.seen.ticket.is_some()
        }
    }
}
