//! Short words for the history of a case, the log and the status page.
//!
//! One line each, and nothing that a stranger should not read.

use alloc::{
    format,
    string::{String, ToString},
};

use crate::{
    case::{CaseId, CaseKind},
    routing::NoRoute,
    settings::Route,
    ticket::TicketKey,
};

/// Why no route takes a case, as the end of a sentence.
pub fn unrouted(reason: NoRoute, case: &CaseId) -> String {
    match reason {
        NoRoute::Connection => "no route takes cases of its Contrast organisation",
        NoRoute::Kind => match case.kind() {
            CaseKind::Incident => "no route takes incidents",
            CaseKind::Issue => "no route takes issues",
        },
        NoRoute::Applications => "no route takes its applications",
        NoRoute::SeverityOrRules => "no route takes its severity or its rules",
    }
    .to_string()
}

/// Why a case that a route matches gets no ticket, as the end of a sentence.
pub fn too_old(route: &Route) -> String {
    format!(
        "it was created before the route {} starts ({}); the route's backfill would take older \
         cases too",
        route.name,
        route.start.for_people()
    )
}

/// Why no route could be chosen, as the end of a sentence.
pub const fn unclear() -> &'static str {
    "Contrast does not tell enough about it to choose a route"
}

/// A person cut a case from its ticket.
pub fn unlinked_by(ticket: &TicketKey, who: &str) -> String {
    format!("was cut from {ticket} by {who}; it opens no other ticket by itself")
}

/// A person linked a case to a ticket.
pub fn relinked_by(ticket: &TicketKey, who: &str) -> String {
    format!("was linked to {ticket} by {who}")
}

/// A person let a case that was cut from its ticket go its way again.
pub fn released_by(who: &str) -> String {
    format!("was let go its way again by {who}; it may open a ticket")
}
