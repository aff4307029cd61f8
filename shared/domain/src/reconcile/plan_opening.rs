//! Planning for a ticket that is about to be: opening it, and finding out whether it was opened.
//!
//! Never plans a creation while an earlier one may have gone through.

use alloc::{boxed::Box, string::ToString, vec::Vec};

use crate::{
    case::{CaseFacts, Phase},
    link::{Claim, DroppedField, LinkState, Opening},
    reconcile::{
        TICKET_CLAIM_MS,
        adopt::{adopt_ticket, adopt_unreadable, choose_candidate},
        decision::Decision,
        mark::mark_of_ticket,
        plan::{
            Action, Context, Plan, closed_before_opening, nonce_for, plan_undecided,
            wanted_priority,
        },
        record::drafted,
    },
    settings::{Connection, Route},
    ticket::{SERVICE_LABEL, TicketDraft, TicketMarker, case_label},
    words,
};

/// Plans for a ticket that a route wants and that we know nothing of.
pub fn plan_opening(plan: &mut Plan, opening: Opening, context: Context<'_>) {
    let Some(candidates) = &context.seen.candidates else {
        if opening.claim.is_some() {
            plan.needs.search = true;
            return;
        }
        reopen_or_drop(plan, opening, context);
        return;
    };
    if let Some(reading) = choose_candidate(candidates, &plan.learned.case, opening.claim.as_ref())
    {
        adopt_ticket(plan, &opening, reading, context);
        return;
    }
    let mut opening = opening;
    // What can be read and bears no mark of ours is somebody else's.
    opening
        .named
        .take_if(|named| candidates.iter().any(|reading| reading.id == named.id));
    if let Some(unreadable) = &context.seen.unreadable {
        opening.named = Some(unreadable.clone());
    }
    plan.learned.state = LinkState::Opening(opening.clone());
    match &opening.claim {
        Some(_) if !context.seen.searched => plan.needs.search = true,
        Some(claim) if context.now.ms_since(claim.at) < TICKET_CLAIM_MS => {
            plan.decide(Decision::ClaimWaited);
            // Looked for again each minute: the search lags, and a hit ends the wait early.
            plan.wait_until(
                context
                    .now
                    .plus_ms(60_000)
                    .min(claim.at.plus_ms(TICKET_CLAIM_MS)),
            );
        }
        None | Some(_) => match &opening.named {
            Some(named) => adopt_unreadable(plan, &opening, named, context),
            None => reopen_or_drop(plan, opening, context),
        },
    }
}

/// No ticket exists: open one, if the case still wants one.
fn reopen_or_drop(plan: &mut Plan, opening: Opening, context: Context<'_>) {
    let facts = plan.learned.facts.clone();
    if facts.phase == Some(Phase::Closed) {
        closed_before_opening(plan);
        return;
    }
    let Some(route) = context.settings.route(&opening.route) else {
        plan.decide(Decision::RoutedAnew);
        plan_undecided(plan, context);
        return;
    };
    if opening.claim.is_some() {
        plan.decide(Decision::ClaimLapsed);
    }
    open(plan, route, opening.dropped, &facts, context);
}

/// Plans to open a ticket.
pub fn open(
    plan: &mut Plan,
    route: &Route,
    dropped: Vec<DroppedField>,
    facts: &CaseFacts,
    context: Context<'_>,
) {
    let case = plan.learned.case.clone();
    let Some(connection) = context.settings.connection_of(case.org()) else {
        return;
    };
    let nonce = mark_of_ticket(&nonce_for(context.seed, "ticket"), &case);
    let marker = TicketMarker {
        case,
        nonce: nonce.as_str().to_string(),
    };
    let draft = draft_ticket(route, connection, facts, &dropped, marker);
    let claim = Claim {
        nonce,
        at: context.now,
        drafted: Some(drafted(&draft, wanted_priority(route, facts), facts)),
    };
    plan.learned.state = LinkState::Opening(Opening {
        route: route.name.clone(),
        site: route.ticket.site.clone(),
        claim: Some(claim),
        dropped,
        named: None,
    });
    plan.decide(Decision::Opened);
    plan.actions.push(Action::OpenTicket {
        route: route.name.clone(),
        draft: Box::new(draft),
    });
}

/// The ticket that a route makes of a case, without the fields that Jira refused.
pub fn draft_ticket(
    route: &Route,
    connection: &Connection,
    facts: &CaseFacts,
    dropped: &[DroppedField],
    marker: TicketMarker,
) -> TicketDraft {
    let is_dropped = |field: &str| dropped.iter().any(|dropped| dropped.field == field);
    let case = &marker.case;
    let template = &route.ticket;
    let priority = wanted_priority(route, facts).filter(|_| !is_dropped("priority"));
    let mut labels = Vec::new();
    if !is_dropped("labels") {
        labels.push(SERVICE_LABEL.to_string());
        labels.push(case_label(case));
        labels.extend(template.labels.iter().cloned());
    }
    TicketDraft {
        project: template.project.clone(),
        issue_type: template.issue_type.clone(),
        summary: words::summary(template, case, facts),
        description: words::description(connection, case, facts),
        priority,
        labels,
        assignee: template
            .assignee
            .clone()
            .filter(|_| !is_dropped("assignee")),
        parent: template.parent.clone().filter(|_| !is_dropped("parent")),
        fields: template
            .fields
            .iter()
            .filter(|(id, _)| !is_dropped(id))
            .cloned()
            .collect(),
        marker,
    }
}
