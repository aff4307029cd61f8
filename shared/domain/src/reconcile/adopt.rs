//! Finding a ticket that was opened, although nobody heard the answer.
//!
//! Only the mark inside the ticket is proof. A label can be typed by anybody and proves nothing.

use alloc::string::ToString;

use crate::{
    case::{CaseId, Phase},
    digest::Digest,
    link::{Agreed, Claim, LinkState, Opening, Pair, Reach},
    reconcile::{
        plan::{Context, Plan, shown_digest, wanted_priority},
        record::description_digest,
    },
    settings::Route,
    ticket::{Ticket, TicketReading},
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
            reading
                .marker
                .as_ref()
                .is_some_and(|marker| marker.case == *case)
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
        plan.stuck = Some("its route is gone from the settings".to_string());
        return;
    };
    let facts = &plan.learned.facts;
    let wanted = wanted_priority(route, facts);
    let pair = Pair {
        route: route.name.clone(),
        ticket: Ticket {
            site: opening.site.clone(),
            id: reading.id.clone(),
            key: reading.key.clone(),
        },
        opened_at: opening.claim.as_ref().map_or(context.now, |claim| claim.at),
        phase: Agreed {
            case: Phase::Open,
            ticket: Phase::Open,
        },
        priority: Agreed {
            case: wanted,
            ticket: reading
                .priority
                .as_ref()
                .map(|priority| priority.name.clone()),
        },
        priority_seen: reading
            .priority
            .as_ref()
            .map(|priority| priority.name.clone()),
        description: Agreed {
            case: shown_digest(facts),
            ticket: reading
                .description
                .as_ref()
                .map_or_else(|| Digest::of(&[]), description_digest),
        },
        moves: 0,
        resolution: None,
        remote_link: None,
        reach: Reach::Reachable,
        case_gone_since: None,
        comments_owed: false,
        ticket_seen: None,
    };
    for dropped in &opening.dropped {
        super::plan_fields::owe_dropped_remark(&mut plan.learned, dropped);
    }
    plan.learned.state = LinkState::Linked(pair);
    plan.learned.active_at = context.now;
}
