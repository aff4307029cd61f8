//! Short words for the history of a case, the log and the status page.
//!
//! One line each, and nothing that a stranger should not read.

use alloc::{
    format,
    string::{String, ToString},
};

use super::line::short_line;
use crate::{
    case::{CaseId, CaseKind, CloseReason},
    comment::Side,
    routing::NoRoute,
    settings::{Route, RouteName},
    ticket::TicketKey,
};

const LONGEST_WORDS: usize = 300;

/// Something we did, for the history of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// A ticket was opened.
    TicketOpened {
        /// Its key.
        key: &'a TicketKey,
        /// The route that wanted it.
        route: &'a RouteName,
    },
    /// A ticket that an earlier try had opened was found and taken.
    TicketAdopted {
        /// Its key.
        key: &'a TicketKey,
    },
    /// The case was closed after its ticket.
    CaseClosed(CloseReason),
    /// The case was reopened after its ticket.
    CaseReopened,
    /// The ticket was moved to done after its case.
    TicketClosed,
    /// The ticket was reopened after its case.
    TicketReopened,
    /// The ticket's priority followed the severity.
    PriorityChanged {
        /// The new one.
        to: &'a str,
    },
    /// The ticket's description was rewritten.
    DescriptionRewritten,
    /// The ticket's link to the case was written.
    LinkWritten,
    /// A comment was written on that side.
    CommentWritten(Side),
    /// A comment of ours was changed on that side.
    CommentChanged(Side),
    /// A comment of ours was deleted on that side.
    CommentDeleted(Side),
}

/// What we did, in words.
pub fn outcome(outcome: &Outcome<'_>) -> String {
    match outcome {
        Outcome::TicketOpened { key, route } => format!("Opened {key} by the route {route}."),
        Outcome::TicketAdopted { key } => {
            format!("Found {key}, opened by an earlier try, and linked it.")
        }
        Outcome::CaseClosed(reason) => {
            format!("Closed the case in Contrast as {}.", reason.word())
        }
        Outcome::CaseReopened => "Reopened the case in Contrast.".to_string(),
        Outcome::TicketClosed => "Moved the ticket to done.".to_string(),
        Outcome::TicketReopened => "Reopened the ticket.".to_string(),
        Outcome::PriorityChanged { to } => {
            format!(
                "Set the ticket's priority to {}.",
                short_line(to, LONGEST_WORDS)
            )
        }
        Outcome::DescriptionRewritten => "Rewrote the ticket's description.".to_string(),
        Outcome::LinkWritten => "Put the link to Contrast on the ticket.".to_string(),
        Outcome::CommentWritten(side) => format!("Wrote a comment in {}.", side.product()),
        Outcome::CommentChanged(side) => format!("Changed a comment in {}.", side.product()),
        Outcome::CommentDeleted(side) => format!("Deleted a comment in {}.", side.product()),
    }
}

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

/// Why a case waits for a person.
pub fn stuck(attempts: u32, words: &str) -> String {
    let tries = if attempts == 1 { "try" } else { "tries" };
    format!(
        "We gave up after {attempts} {tries}: {}. Set it right and redrive the case, or change the \
         settings; either starts it again.",
        short_line(words, LONGEST_WORDS).trim_end_matches('.')
    )
}
