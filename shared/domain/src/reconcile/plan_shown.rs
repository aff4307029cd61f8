//! Planning for what the ticket shows of its case: priority and description.
//!
//! Nothing but what we wrote is ever written over.

use alloc::{format, string::String};

use crate::{
    comment::Side,
    digest::Digest,
    link::{Agreed, Pair},
    reconcile::{
        decision::Decision,
        merge::{Merge, merge},
        plan::{Action, Context, Plan, shown_digest, wanted_priority},
        plan_own::owe_remark,
        record::description_digest,
    },
    settings::Route,
    ticket::{TicketEdit, TicketReading},
    words,
};

/// Priority and description follow severity and score, as long as nobody edited them in Jira.
pub fn plan_shown(plan: &mut Plan, pair: &mut Pair, route: &Route, context: Context<'_>) {
    let wanted = wanted_priority(route, &plan.learned.facts);
    let shown = shown_digest(&plan.learned.facts);
    let case_changed = wanted != pair.priority.case || shown != pair.description.case;
    let Some(reading) = context.seen.present_ticket() else {
        if case_changed && context.seen.ticket.is_none() {
            // Writing over something unread could undo what a person did.
            plan.decide(Decision::ReadBeforeWriting);
            plan.needs.ticket = true;
        }
        return;
    };
    let Some(connection) = context.settings.connection_of(plan.learned.case.org()) else {
        return;
    };
    let edit = TicketEdit {
        priority: plan_priority(plan, pair, route, reading),
        description: plan_description(plan, pair, &shown, reading)
            .then(|| words::description(connection, &plan.learned.case, &plan.learned.facts)),
    };
    if edit != TicketEdit::default() {
        plan.actions.push(Action::EditTicket {
            edit,
            wanted_priority: wanted,
            shown,
        });
    }
}

/// The priority to write, if any.
fn plan_priority(
    plan: &mut Plan,
    pair: &mut Pair,
    route: &Route,
    reading: &TicketReading,
) -> Option<String> {
    let wanted = wanted_priority(route, &plan.learned.facts);
    let there = reading
        .priority
        .as_ref()
        .map(|priority| priority.name.clone());
    if pair.priority.ticket.is_none() && pair.priority_seen.is_none() {
        // We gave it none: what it has is the project's own default, and nobody's edit.
        pair.priority.ticket.clone_from(&there);
    }
    pair.priority_seen.clone_from(&there);
    match merge_shown(&mut pair.priority, &wanted, &there) {
        Shown::InPeace => {}
        Shown::Alike => plan.decide(Decision::BothAlike),
        Shown::Edited => plan.decide(Decision::EditOfPeopleLeft),
        Shown::Write(None) => {
            // A severity that is not mapped asks for no priority: the ticket keeps the one it has.
            plan.decide(Decision::PriorityUnmapped);
            pair.priority.case = wanted;
        }
        Shown::Write(priority) => {
            plan.decide(Decision::TicketFollowsPriority);
            return priority;
        }
        Shown::Lost => {
            plan.decide(Decision::ConflictPriorityLeft);
            let key = shown_digest(&plan.learned.facts);
            owe_remark(
                &mut plan.learned,
                Side::Ticket,
                format!("priority:{}", key.as_str()),
                words::priority_conflict(Side::Ticket, there.as_deref(), wanted.as_deref()),
            );
        }
    }
    None
}

/// Whether the description is to be written.
fn plan_description(
    plan: &mut Plan,
    pair: &mut Pair,
    shown: &Digest,
    reading: &TicketReading,
) -> bool {
    let there = reading
        .description
        .as_ref()
        .map_or_else(|| Digest::of(&[]), description_digest);
    match merge_shown(&mut pair.description, shown, &there) {
        Shown::InPeace => {}
        Shown::Alike => plan.decide(Decision::BothAlike),
        Shown::Edited => plan.decide(Decision::EditOfPeopleLeft),
        Shown::Write(_) => {
            plan.decide(Decision::TicketFollowsDescription);
            return true;
        }
        Shown::Lost => {
            plan.decide(Decision::ConflictDescriptionLeft);
            let facts = &plan.learned.facts;
            let body = words::description_conflict(Side::Ticket, facts.severity, facts.score, None);
            owe_remark(
                &mut plan.learned,
                Side::Ticket,
                format!("description:{}", shown.as_str()),
                body,
            );
        }
    }
    false
}

/// What becomes of a field of the ticket that shows the case.
enum Shown<T> {
    /// Nothing changed.
    InPeace,
    /// Both sides changed to the same.
    Alike,
    /// People edited it: it is theirs.
    Edited,
    /// This is to be written.
    Write(T),
    /// The case changed too, but it is people's.
    Lost,
}

/// Merges such a field. The ticket side of `agreed` is what we wrote last: what only the ticket side
/// changed is a person's now, and stays theirs. Nothing but what we wrote is ever written over.
fn merge_shown<T: PartialEq + Clone>(agreed: &mut Agreed<T>, case: &T, ticket: &T) -> Shown<T> {
    match merge(agreed, case, ticket) {
        Merge::Unchanged => Shown::InPeace,
        Merge::TicketChanged(_) => Shown::Edited,
        Merge::CaseChanged(value) if value == *ticket => {
            agreed.case = value;
            Shown::Alike
        }
        Merge::CaseChanged(value) => Shown::Write(value),
        Merge::BothAlike(value) => {
            *agreed = Agreed {
                case: value.clone(),
                ticket: value,
            };
            Shown::Alike
        }
        Merge::Conflict { case, ticket: _ } => {
            agreed.case = case;
            Shown::Lost
        }
    }
}
