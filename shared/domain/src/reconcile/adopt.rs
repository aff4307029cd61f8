//! Finding a ticket that was opened, although nobody heard the answer.
//!
//! Only the mark inside the ticket is proof. A label can be typed by anybody and proves nothing.

use alloc::string::ToString;

use crate::{
    case::{CaseFacts, CaseId},
    digest::Digest,
    link::{Agreed, Claim, Drafted, LinkState, NamedTicket, Opening},
    reconcile::{
        decision::Decision,
        mark::is_of_ticket,
        plan::{Context, Plan, shown_digest, wanted_priority},
        plan_own::owe_dropped_remark,
        record::{description_digest, new_pair},
    },
    settings::Route,
    ticket::{Ticket, TicketKey, TicketReading},
};

/// The ticket among the candidates that bears the case's mark; the one of the present claim first,
/// then the oldest.
pub fn choose_candidate<'a>(
    candidates: &'a [TicketReading],
    case: &CaseId,
    claim: Option<&Claim>,
) -> Option<&'a TicketReading> {
    let claimed = |reading: &TicketReading| {
        let nonce = reading.marker.as_ref().map(|marker| marker.nonce.as_str());
        claim.is_some_and(|claim| nonce == Some(claim.nonce.as_str()))
    };
    candidates
        .iter()
        .filter(|reading| {
            reading.marker.as_ref().is_some_and(|marker| {
                let made_for_it = claimed(reading) || is_of_ticket(&marker.nonce, case);
                marker.case == *case && made_for_it
            })
        })
        .min_by_key(|reading| {
            let number = reading.id.as_str().parse::<u64>().unwrap_or(u64::MAX);
            (!claimed(reading), number)
        })
}

/// Takes the ticket for the case's own, as it was when we opened it: what people did to it since
/// then shows up as their change.
pub fn adopt_ticket(
    plan: &mut Plan,
    opening: &Opening,
    reading: &TicketReading,
    context: Context<'_>,
) {
    let route: Option<&Route> = context.settings.route(&opening.route);
    let Some(route) = route else {
        plan.decide(Decision::GoneFromSettings);
        plan.stuck = Some("its route is gone from the settings".to_string());
        return;
    };
    let claim = opening.claim.as_ref();
    let drafted = claim
        .and_then(|claim| claim.drafted.clone())
        .unwrap_or_else(|| shown_by(reading, route, &plan.learned.facts));
    let ticket = Ticket {
        site: opening.site.clone(),
        id: reading.id.clone(),
        key: reading.key.clone(),
    };
    let opened_at = claim.map_or(context.now, |claim| claim.at);
    let pair = new_pair(route.name.clone(), ticket, drafted, opened_at);
    for dropped in &opening.dropped {
        owe_dropped_remark(&mut plan.learned, dropped);
    }
    plan.decide(Decision::AdoptedByMark);
    plan.learned.state = LinkState::Linked(pair);
    plan.learned.active_at = context.now;
}

/// Takes a ticket for the case's own that nobody can read: a delivery named it with the case's label
/// while nobody knew whether ours was opened, and no other was found for as long as one could show
/// up. What holds for every ticket that was deleted or hidden holds for it, too.
pub fn adopt_unreadable(
    plan: &mut Plan,
    opening: &Opening,
    named: &NamedTicket,
    context: Context<'_>,
) {
    let key = named.key.clone();
    // Where nobody told its key, its id stands for it until it can be read.
    let Some(key) = key.or_else(|| TicketKey::new(named.id.as_str()).ok()) else {
        return;
    };
    let claim = opening.claim.as_ref();
    let facts = &plan.learned.facts;
    let drafted = claim
        .and_then(|claim| claim.drafted.clone())
        .unwrap_or_else(|| Drafted {
            priority: Agreed {
                case: None,
                ticket: None,
            },
            description: Agreed {
                case: shown_digest(facts),
                ticket: Digest::of(&[]),
            },
        });
    let ticket = Ticket {
        site: opening.site.clone(),
        id: named.id.clone(),
        key,
    };
    let opened_at = claim.map_or(context.now, |claim| claim.at);
    let pair = new_pair(opening.route.clone(), ticket, drafted, opened_at);
    plan.decide(Decision::AdoptedUnreadable);
    plan.learned.state = LinkState::Linked(pair);
    plan.learned.active_at = context.now;
}

/// What a ticket shows now, where nobody remembers what was drafted.
fn shown_by(reading: &TicketReading, route: &Route, facts: &CaseFacts) -> Drafted {
    let priority = reading.priority.as_ref();
    let description = reading.description.as_ref();
    Drafted {
        priority: Agreed {
            case: wanted_priority(route, facts),
            ticket: priority.map(|priority| priority.name.clone()),
        },
        description: Agreed {
            case: shown_digest(facts),
            ticket: description.map_or_else(|| Digest::of(&[]), description_digest),
        },
    }
}
