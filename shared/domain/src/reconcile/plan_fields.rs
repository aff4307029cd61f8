//! Planning for a pair: status, priority, description, reach, and the touches that show each side
//! to the other.
//!
//! Never concludes anything about the case from a ticket that cannot be read.

use alloc::{format, string::String};

use crate::{
    case::Phase,
    comment::Side,
    digest::Digest,
    link::{Agreed, DroppedField, Link, LinkState, Origin, Pair, Posting, PostingState, Reach},
    ports::Found,
    reconcile::{
        merge::{Merge, merge},
        plan::{Action, Context, Plan, Urgency, shown_digest, wanted_priority},
        record::description_digest,
        transition::choose_transition,
    },
    rich_text::RichText,
    settings::Route,
    ticket::{TicketEdit, TicketReading},
    words,
};

/// Plans everything about a pair but its comments.
pub fn plan_fields(plan: &mut Plan, context: Context<'_>) {
    let LinkState::Linked(mut pair) = plan.learned.state.clone() else {
        return;
    };
    let Some(route) = context.settings.route(&pair.route) else {
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
        pair.ticket.key = reading.key.clone();
        pair.resolution.clone_from(&reading.resolution);
        if context.seen.ticket_comments.is_some() {
            pair.ticket_seen = reading.updated_at;
        }
    }
    plan.learned.state = LinkState::Linked(pair);
}

fn learn_reach(plan: &mut Plan, pair: &mut Pair, context: Context<'_>) {
    match (&context.seen.ticket, pair.reach) {
        (Some(Found::Absent), Reach::Reachable) => {
            pair.reach = Reach::Unreachable { since: context.now };
            let key = format!("unreachable:{}", context.now.epoch_ms());
            let site = context.settings.sites.get(&pair.ticket.site);
            let url = site.map_or_else(String::new, |site| {
                words::ticket_url(site, &pair.ticket.key)
            });
            let body = words::ticket_unreachable(&pair.ticket.key, &url);
            owe_remark(&mut plan.learned, Side::Case, key, body);
        }
        (Some(Found::Present(_)), Reach::Unreachable { .. }) => pair.reach = Reach::Reachable,
        (Some(Found::Absent), Reach::Unreachable { .. })
        | (Some(Found::Present(_)), Reach::Reachable)
        | (None, _) => {}
    }
    match (&context.seen.case, pair.case_gone_since) {
        (Some(Found::Absent), None) => {
            pair.case_gone_since = Some(context.now);
            let key = format!("case-gone:{}", context.now.epoch_ms());
            let body = words::case_gone(&plan.learned.case);
            owe_remark(&mut plan.learned, Side::Ticket, key, body);
        }
        (Some(Found::Present(_)), Some(_)) => pair.case_gone_since = None,
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
            pair.phase = Agreed {
                case: phase,
                ticket: phase,
            }
        }
        Merge::CaseChanged(phase) if phase == ticket && reading.is_some() => {
            pair.phase = Agreed {
                case: phase,
                ticket: phase,
            };
        }
        Merge::CaseChanged(phase) => move_ticket(plan, phase, route, context),
        Merge::TicketChanged(phase) => {
            let flows = flow.bidirectional
                && match phase {
                    Phase::Closed => flow.auto_close,
                    Phase::Open => flow.reopen,
                };
            if phase == case || !flows {
                pair.phase = Agreed { case, ticket };
            } else {
                set_case(plan, phase, reading, route);
            }
        }
        // The careful side wins: what one of them thinks is open stays visible on both.
        Merge::Conflict { case, ticket } => {
            let key = format!("phase:{}", pair.moves);
            let winner = if case == Phase::Open {
                Side::Case
            } else {
                Side::Ticket
            };
            let body = words::status_conflict(&plan.learned.case, case, ticket, winner);
            if case == Phase::Open {
                owe_remark(&mut plan.learned, Side::Ticket, key, body);
                move_ticket(plan, Phase::Open, route, context);
            } else if ticket == Phase::Open && flow.bidirectional && flow.reopen {
                owe_remark(&mut plan.learned, Side::Case, key, body);
                set_case(plan, Phase::Open, reading, route);
            } else {
                pair.phase = Agreed { case, ticket };
            }
        }
    }
}

fn move_ticket(plan: &mut Plan, to: Phase, route: &Route, context: Context<'_>) {
    plan.needs.ticket |= context.seen.ticket.is_none();
    let Some(transitions) = &context.seen.transitions else {
        plan.needs.transitions = true;
        return;
    };
    let reason = plan.learned.facts.close_reason;
    match choose_transition(transitions, to, &route.closing, reason) {
        Ok(chosen) => plan.actions.push(Action::TransitionTicket {
            to,
            id: chosen.id,
            fields: chosen.fields,
        }),
        Err(why) => {
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

/// Priority and description follow severity and score, as long as nobody edited them in Jira.
fn plan_shown(plan: &mut Plan, pair: &mut Pair, route: &Route, context: Context<'_>) {
    let facts = plan.learned.facts.clone();
    let wanted = wanted_priority(route, &facts);
    let shown = shown_digest(&facts);
    let case_changed = wanted != pair.priority.case || shown != pair.description.case;
    let Some(reading) = context.seen.present_ticket() else {
        // Writing over something unread could undo what a person did.
        plan.needs.ticket |= case_changed && context.seen.ticket.is_none();
        return;
    };
    let priority_there = reading
        .priority
        .as_ref()
        .map(|priority| priority.name.clone());
    let description_there = reading
        .description
        .as_ref()
        .map_or_else(|| Digest::of(&[]), description_digest);
    let Some(connection) = context.settings.connection_of(plan.learned.case.org()) else {
        return;
    };
    if pair.priority.ticket.is_none() && pair.priority_seen.is_none() {
        // We gave it none: what it has is the project's own default, and nobody's edit.
        pair.priority.ticket.clone_from(&priority_there);
    }
    pair.priority_seen.clone_from(&priority_there);
    let mut edit = TicketEdit::default();
    let mut lost = false;
    if let Some(value) = merge_shown(&mut pair.priority, &wanted, &priority_there, &mut lost) {
        // A severity that is not mapped asks for no priority: the ticket keeps the one it has.
        match value {
            Some(_) => edit.priority = value,
            None => pair.priority.case.clone_from(&wanted),
        }
    }
    if lost {
        let body =
            words::priority_conflict(Side::Ticket, priority_there.as_deref(), wanted.as_deref());
        owe_remark(
            &mut plan.learned,
            Side::Ticket,
            format!("priority:{}", shown.as_str()),
            body,
        );
    }
    let mut lost = false;
    if merge_shown(&mut pair.description, &shown, &description_there, &mut lost).is_some() {
        edit.description = Some(words::description(connection, &plan.learned.case, &facts));
    }
    if lost {
        let body = words::description_conflict(Side::Ticket, facts.severity, facts.score, None);
        owe_remark(
            &mut plan.learned,
            Side::Ticket,
            format!("description:{}", shown.as_str()),
            body,
        );
    }
    if edit != TicketEdit::default() {
        plan.actions.push(Action::EditTicket {
            edit,
            wanted_priority: wanted,
            shown,
        });
    }
}

/// The value to write to the ticket, if any. The ticket side of `agreed` is what we wrote last.
fn merge_shown<T: PartialEq + Clone>(
    agreed: &mut Agreed<T>,
    case: &T,
    ticket: &T,
    lost: &mut bool,
) -> Option<T> {
    match merge(agreed, case, ticket) {
        // What only the ticket side changed is a person's now, and stays theirs: nothing but what we
        // wrote is ever written over.
        Merge::Unchanged | Merge::TicketChanged(_) => None,
        Merge::CaseChanged(value) if value == *ticket => {
            agreed.case = value;
            None
        }
        Merge::CaseChanged(value) => Some(value),
        Merge::BothAlike(value) => {
            *agreed = Agreed {
                case: value.clone(),
                ticket: value,
            };
            None
        }
        Merge::Conflict { case, ticket: _ } => {
            *lost = true;
            agreed.case = case;
            None
        }
    }
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
            plan.actions.push(Action::PutRemoteLink(remote));
        } else {
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
    super::plan_own::plan_status(plan, body);
}

/// Owes people a remark, once: a key that is known already is not owed again.
pub fn owe_remark(link: &mut Link, side: Side, key: String, body: RichText) {
    let origin = Origin::Remark(key);
    let known = link
        .postings
        .iter()
        .any(|posting| posting.side == side && posting.origin == origin);
    if !known {
        link.postings.push(Posting {
            side,
            origin,
            digest: Digest::of(&[&body.to_plain()]),
            state: PostingState::Owed,
            body: Some(body),
            original_seen: None,
        });
    }
}

/// Owes the remark that a field was left out.
pub fn owe_dropped_remark(link: &mut Link, dropped: &DroppedField) {
    let DroppedField {
        field,
        words: refusal,
    } = dropped;
    let body = words::fields_left_out([(field.as_str(), refusal.as_str())]);
    owe_remark(link, Side::Ticket, format!("dropped:{field}"), body);
}
