//! What `/status` tells: each case's state, its ticket, and what is due.

use adapters::{
    cases::{is_due, state_of},
    store::TableStore,
};
use domain::{
    link::Class,
    moment::Moment,
    ports::{Glimpse, Store},
    trouble::Trouble,
};
use serde_json::{Value, json};

/// Cases that one answer tells of.
const MOST_CASES: usize = 1_000;

/// The whole status, newest cases first.
pub async fn tell_status(store: &TableStore, now: Moment) -> Result<Value, Trouble> {
    let glimpses = glimpse_all(store, now).await?;
    let pauses = store.list_pauses().await?;
    let missing = store.list_missing_operations(now).await?;
    let due = glimpses
        .iter()
        .filter(|glimpse| is_due(glimpse, now))
        .count();
    let stuck = glimpses
        .iter()
        .filter(|glimpse| glimpse.link.is_stuck())
        .count();
    let cases: Vec<Value> = glimpses
        .iter()
        .map(|glimpse| tell_case(glimpse, now))
        .collect();
    Ok(json!({
        "now": now.to_rfc3339(),
        "cases": cases,
        "counts": { "cases": cases.len(), "due": due, "stuck": stuck },
        "paused": pauses
            .iter()
            .map(|pause| json!({
                "peer": pause.peer.to_string(),
                "since": pause.since.to_rfc3339(),
                "why": pause.words,
            }))
            .collect::<Vec<_>>(),
        "unavailable": missing
            .iter()
            .map(|missing| json!({
                "operation": missing.name,
                "why": "this Contrast does not offer it",
                "asked_again_at": missing.until.to_rfc3339(),
            }))
            .collect::<Vec<_>>(),
        "complete": cases.len() < MOST_CASES,
    }))
}

/// All links, newest first, up to a limit.
pub async fn glimpse_all(store: &dyn Store, now: Moment) -> Result<Vec<Glimpse>, Trouble> {
    let mut glimpses = Vec::new();
    for class in Class::ALL {
        let mut after = None;
        loop {
            let page = store.list_class(class, after, now).await?;
            glimpses.extend(page.rows.into_iter().map(|(glimpse, _)| glimpse));
            after = page.next;
            if after.is_none() || glimpses.len() >= MOST_CASES {
                break;
            }
        }
    }
    glimpses.sort_by_key(|glimpse| std::cmp::Reverse(glimpse.link.facts.created_at));
    glimpses.truncate(MOST_CASES);
    Ok(glimpses)
}

fn tell_case(glimpse: &Glimpse, now: Moment) -> Value {
    let link = &glimpse.link;
    let (state, why) = state_of(glimpse, now);
    // A stuck case is due when a person has acted, which no date says.
    let due_at = glimpse
        .due_at
        .filter(|_| !link.is_stuck())
        .map(Moment::to_rfc3339);
    json!({
        "case": link.case.to_string(),
        "number": link.case.number(),
        "kind": link.case.kind().word(),
        "name": link.facts.name,
        "state": state.word(),
        "why": why,
        "attempts": link.attempts,
        "due_at": due_at,
        "leased": glimpse.leased,
        "ticket": link.pair().map(|pair| json!({
            "site": pair.ticket.site.to_string(),
            "id": pair.ticket.id.to_string(),
            "key": pair.ticket.key.to_string(),
            "phase": pair.phase.ticket,
            "route": pair.route.to_string(),
        })),
        "phase": link.facts.phase,
        "comments": link.postings.len(),
    })
}
