//! Planning for a pair: status, reach, and the touches that show each side to the other.
//!
//! Never concludes anything about the case from a ticket that cannot be read.

use alloc::{format, string::String};

use crate::{
    case::Phase,
    comment::Side,
    digest::Digest,
    link::{Agreed, LinkState, Pair, Reach},
    ports::Found,
    reconcile::{
        decision::Decision,
        merge::{Merge, merge},
        plan::{Action, Context, Plan, Urgency},
        plan_own::{owe_remark, plan_status},
        plan_shown::plan_shown,
        transition::{NoWay, choose_transition},
    },
    settings::Route,
    ticket::TicketReading,
    words,
};

/// Plans everything about a pair but its comments.
pub fn plan_fields(plan: &mut Plan, context: Context<'_>) {
    let LinkState::Linked(mut pair) = plan.learned.state.clone() else {
        return;
    };
    let Some(route) = context.settings.route(&pair.route) else {
        plan.decide(Decision::GoneFromSettings);
        plan.stuck = Some(format!(
            "its route \"{}\" is gone from the settings",
            pair.route
        ));
        return;
    };
    if pair.reach == Reach::Reachable && pair.case_gone_since.is_none() {
        plan_phase(plan, &mut pair, route, context);
        plan_shown(plan, &mut pair, route, context);
    }
    plan.learned.state = LinkState::Linked(pair.clone());
    plan_touches(plan, &pair, context);
}

/// Learns from what was seen whether both sides can be reached, and how the ticket is called now.
pub fn learn_seen(plan: &mut Plan, context: Context<'_>) {
    let LinkState::Linked(mut pair) = plan.learned.state.clone() else {
        return;
    };
    learn_reach(plan, &mut pair, context);
    if let Some(reading) = context.seen.present_ticket() {
        if pair.ticket.key != reading.key {
            plan.decide(Decision::TicketMoved);
            pair.ticket.key = reading.key.clone();
        }
        pair.resolution.clone_from(&reading.resolution);
        // Without its route nobody does anything about the comments that were seen.
        let followed = context.settings.route(&pair.route).is_some();
        if followed && context.seen.ticket_comments.is_some() {
            pair.ticket_seen = reading.updated_at;
        }
    }
    plan.learned.state = LinkState::Linked(pair);
}

fn learn_reach(plan: &mut Plan, pair: &mut Pair, context: Context<'_>) {
    match (&context.seen.ticket, pair.reach) {
        (Some(Found::Absent), Reach::Reachable) => {
            plan.decide(Decision::TicketHidden);
            pair.reach = Reach::Unreachable { since: context.now };
            let key = format!("unreachable:{}", context.now.epoch_ms());
            let site = context.settings.sites.get(&pair.ticket.site);
            let url = site.map_or_else(String::new, |site| {
                words::ticket_url(site, &pair.ticket.key)
            });
            let body = words::ticket_unreachable(&pair.ticket.key, &url);
            owe_remark(&mut plan.learned, Side::Case, key, body);
        }
        (Some(Found::Present(_)), Reach::Unreachable { .. }) => {
            plan.decide(Decision::TicketReachableAgain);
            pair.reach = Reach::Reachable;
        }
        (Some(Found::Absent), Reach::Unreachable { .. })
        | (Some(Found::Present(_)), Reach::Reachable)
        | (None, _) => {}
    }
    match (&context.seen.case, pair.case_gone_since) {
        (Some(Found::Absent), None) => {
            plan.decide(Decision::CaseGone);
            pair.case_gone_since = Some(context.now);
            let key = format!("case-gone:{}", context.now.epoch_ms());
            let body = words::case_gone(&plan.learned.case);
            owe_remark(&mut plan.learned, Side::Ticket, key, body);
        }
        (Some(Found::Present(_)), Some(_)) => {
            plan.decide(Decision::CaseReachableAgain);
            pair.case_gone_since = None;
        }
        (Some(Found::Absent), Some(_)) | (Some(Found::Present(_)), None) | (None, _) => {}
    }
}

fn plan_phase(plan: &mut Plan, pair: &mut Pair, route: &Route, context: Context<'_>) {
    let reading = context.seen.present_ticket();
    let case = plan.learned.facts.phase.unwrap_or(pair.phase.case);
    let ticket = reading.map_or(pair.phase.ticket, |reading| reading.phase);
    let flow = &route.flow;
    match merge(&pair.phase, &case, &ticket) {
        Merge::Unchanged => {}
        Merge::BothAlike(phase) => {
            plan.decide(Decision::BothAlike);
            pair.phase = Agreed {
                case: phase,
                ticket: phase,
            };
        }
        Merge::CaseChanged(phase) if phase == ticket && reading.is_some() => {
            plan.decide(Decision::BothAlike);
            pair.phase = Agreed {
                case: phase,
                ticket: phase,
            };
        }
        Merge::CaseChanged(phase) => {
            move_ticket(plan, phase, Decision::TicketFollowsPhase, route, context);
        }
        Merge::TicketChanged(phase) => {
            let flows = flow.bidirectional
                && match phase {
                    Phase::Closed => flow.auto_close,
                    Phase::Open => flow.reopen,
                };
            if phase == case {
                plan.decide(Decision::BothAlike);
                pair.phase = Agreed { case, ticket };
            } else if flows {
                plan.decide(Decision::CaseFollowsPhase);
                set_case(plan, phase, reading, route);
            } else {
                plan.decide(Decision::PhaseLeftApart);
                pair.phase = Agreed { case, ticket };
            }
        }
        Merge::Conflict { case, ticket } => {
            plan_conflict(plan, pair, (case, ticket), route, context);
        }
    }
}

/// The careful side wins: what one of them thinks is open stays visible on both.
fn plan_conflict(
    plan: &mut Plan,
    pair: &mut Pair,
    (case, ticket): (Phase, Phase),
    route: &Route,
    context: Context<'_>,
) {
    let key = format!("phase:{}", pair.moves);
    let winner = if case == Phase::Open {
        Side::Case
    } else {
        Side::Ticket
    };
    let body = words::status_conflict(&plan.learned.case, case, ticket, winner);
    let why = Decision::ConflictOpenWins;
    if case == Phase::Open {
        owe_remark(&mut plan.learned, Side::Ticket, key, body);
        move_ticket(plan, Phase::Open, why, route, context);
    } else if ticket == Phase::Open && route.flow.bidirectional && route.flow.reopen {
        plan.decide(why);
        owe_remark(&mut plan.learned, Side::Case, key, body);
        set_case(plan, Phase::Open, context.seen.present_ticket(), route);
    } else {
        plan.decide(Decision::PhaseLeftApart);
        pair.phase = Agreed { case, ticket };
    }
}

/// Moves the ticket to another status, or says why it cannot be. `why` is the decision that this
/// amounts to, once both sides were read.
fn move_ticket(plan: &mut Plan, to: Phase, why: Decision, route: &Route, context: Context<'_>) {
    if context.seen.ticket.is_none() {
        plan.decide(Decision::ReadBeforeWriting);
        plan.needs.ticket = true;
    }
    let Some(transitions) = &context.seen.transitions else {
        plan.needs.transitions = true;
        return;
    };
    let reason = plan.learned.facts.close_reason;
    plan.decide(why);
    match choose_transition(transitions, to, &route.closing, reason) {
        Ok(chosen) => plan.actions.push(Action::TransitionTicket {
            to,
            id: chosen.id,
            fields: chosen.fields,
        }),
        Err(NoWay {
            words: why,
            decision,
        }) => {
            plan.decide(decision);
            let body = words::no_way_to(to, transitions);
            owe_remark(
                &mut plan.learned,
                Side::Ticket,
                format!("no-way:{}", Digest::of(&[&why]).as_str()),
                body,
            );
            plan.stuck = Some(format!("the ticket cannot follow the case: {why}"));
        }
    }
}

fn set_case(plan: &mut Plan, to: Phase, reading: Option<&TicketReading>, route: &Route) {
    let resolution = reading
        .and_then(|reading| reading.resolution.as_deref())
        .unwrap_or("");
    let reason = route
        .closing
        .reasons
        .get(&resolution.to_lowercase())
        .copied()
        .unwrap_or(route.closing.default_reason);
    plan.actions.push(Action::SetCasePhase { to, reason });
}

/// What shows each side to the other: the link on the ticket, the service's comment on the case.
fn plan_touches(plan: &mut Plan, pair: &Pair, context: Context<'_>) {
    if pair.reach != Reach::Reachable || pair.case_gone_since.is_some() {
        return;
    }
    let link = &plan.learned;
    let Some(connection) = context.settings.connection_of(link.case.org()) else {
        return;
    };
    // While the phases are on the move, the touches wait: they show what both agreed on.
    let moving = plan.actions.iter().any(|action| {
        matches!(
            action,
            Action::TransitionTicket { .. } | Action::SetCasePhase { .. }
        )
    });
    if moving || !plan.needs.is_empty() {
        return;
    }
    let remote = words::remote_link(connection, &link.case, &link.facts, pair.phase.case);
    if pair.remote_link.as_ref() != Some(&remote) {
        if pair.remote_link.is_none() || context.urgency == Urgency::Sweep {
            plan.decide(Decision::RemoteLinkWritten);
            plan.actions.push(Action::PutRemoteLink(remote));
        } else {
            plan.decide(Decision::RemoteLinkLeftToSweep);
            plan.wait_until(context.now);
        }
    }
    let Some(site) = context.settings.sites.get(&pair.ticket.site) else {
        return;
    };
    let url = words::ticket_url(site, &pair.ticket.key);
    // A ticket that is not done has no resolution worth telling, whatever Jira left standing there.
    let resolution = (pair.phase.ticket == Phase::Closed)
        .then_some(pair.resolution.as_deref())
        .flatten();
    let body = words::ticket_comment_on_case(&pair.ticket.key, &url, pair.phase.ticket, resolution);
    plan_status(plan, body);
}
