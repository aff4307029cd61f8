//! What has to be looked at, and what was seen.
//!
//! What was not looked at is taken to be as agreed. Nothing is concluded from a failed look.

use alloc::{collections::BTreeSet, vec::Vec};

use crate::{
    case::{CaseFacts, Phase},
    comment::{CommentId, CommentReading, Side},
    link::{Aspect, Link, LinkState, NamedTicket, Origin, PostingState},
    moment::Moment,
    ports::{Found, Offered},
    reconcile::{FRESH_PUSH_MS, decision::Decision},
    routing::{Choice, choose_route},
    settings::Settings,
    ticket::{TicketReading, Transition},
};

/// What has to be read before anything can be planned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // Each is one read of its own.
pub struct Needs {
    /// The case.
    pub case: bool,
    /// The ticket.
    pub ticket: bool,
    /// The ways out of the ticket's status.
    pub transitions: bool,
    /// All comments of the case.
    pub case_comments: bool,
    /// All comments of the ticket.
    pub ticket_comments: bool,
    /// Single comments of the ticket.
    pub single_comments: BTreeSet<CommentId>,
    /// Tickets that bear the case's label.
    pub search: bool,
    /// A ticket that may be the case's.
    pub candidate: Option<NamedTicket>,
}

impl Needs {
    /// Whether nothing has to be read.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What was read. `None` means *not looked*.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// The case.
    pub case: Option<Found<CaseFacts>>,
    /// The ticket.
    pub ticket: Option<Found<TicketReading>>,
    /// The ways out of the ticket's status.
    pub transitions: Option<Vec<Transition>>,
    /// All comments of the case.
    pub case_comments: Option<Offered<Vec<CommentReading>>>,
    /// All comments of the ticket.
    pub ticket_comments: Option<Vec<CommentReading>>,
    /// Single comments of the ticket that are there.
    pub single_comments: Vec<CommentReading>,
    /// Comments of the ticket that an event said are deleted.
    pub said_gone: BTreeSet<CommentId>,
    /// Tickets that may be the case's.
    pub candidates: Option<Vec<TicketReading>>,
    /// A ticket that may be the case's and that cannot be read.
    pub unreadable: Option<NamedTicket>,
    /// Whether the look-ups by label went through; a lone candidate proves nothing about others.
    pub searched: bool,
}

impl Seen {
    /// The complete listing of a side's comments, if there is one.
    pub fn comments(&self, side: Side) -> Option<&[CommentReading]> {
        match side {
            Side::Case => match self.case_comments.as_ref()? {
                Offered::Done(comments) => Some(comments),
                Offered::Unavailable => None,
            },
            Side::Ticket => self.ticket_comments.as_deref(),
        }
    }

    /// The ticket, if it was read and is there.
    pub const fn present_ticket(&self) -> Option<&TicketReading> {
        match &self.ticket {
            Some(Found::Present(reading)) => Some(reading),
            Some(Found::Absent) | None => None,
        }
    }

    /// The case, if it was read and is there.
    pub const fn present_case(&self) -> Option<&CaseFacts> {
        match &self.case {
            Some(Found::Present(facts)) => Some(facts),
            Some(Found::Absent) | None => None,
        }
    }
}

/// What a wake-up asks to be read, given what is remembered. A push that is fresh stands in for a
/// reading of the case.
pub fn first_needs(
    link: &Link,
    aspects: &BTreeSet<Aspect>,
    pushed: Option<&(CaseFacts, Moment)>,
    lapsed: bool,
    now: Moment,
    decisions: &mut Vec<Decision>,
) -> (Needs, Seen) {
    let mut needs = Needs::default();
    let mut seen = Seen::default();
    let linked = link.pair().is_some();
    for aspect in aspects {
        match aspect {
            Aspect::Case => needs.case = true,
            Aspect::Ticket => needs.ticket = linked,
            Aspect::CaseComments => needs.case_comments = linked,
            Aspect::TicketComments => needs.ticket_comments = linked,
            Aspect::TicketComment(id) if linked && !is_copy(link, id) => {
                needs.single_comments.insert(id.clone());
            }
            Aspect::TicketCommentGone(id) if linked && matters_when_gone(link, id) => {
                needs.ticket_comments = true;
                seen.said_gone.insert(id.clone());
            }
            Aspect::Candidate(id, key) if matches!(link.state, LinkState::Opening(_)) => {
                needs.candidate = Some(NamedTicket {
                    id: id.clone(),
                    key: key.clone(),
                });
            }
            Aspect::TicketComment(_)
            | Aspect::TicketCommentGone(_)
            | Aspect::Candidate(..)
            | Aspect::Owed => {}
        }
    }
    if lapsed {
        needs.case = true;
        needs.ticket |= linked;
        needs.case_comments |= linked;
        needs.ticket_comments |= linked;
    }
    if let Some((facts, at)) = pushed
        && needs.case
        && !lapsed
        && stands_in(facts, *at, link, now)
    {
        Decision::PushStoodIn.note_in(decisions);
        needs.case = false;
        seen.case = Some(Found::Present(facts.clone()));
    }
    // One listing lacked an original: another has to confirm it.
    for posting in &link.postings {
        if matches!(posting.state, PostingState::Standing { missing: 1, .. }) {
            match posting.side {
                Side::Ticket => needs.case_comments = linked,
                Side::Case => needs.ticket_comments = linked,
            }
        }
    }
    if let LinkState::Opening(opening) = &link.state
        && opening.claim.is_some()
        && needs.candidate.is_none()
    {
        needs.candidate.clone_from(&opening.named);
        needs.search = needs.candidate.is_none();
    }
    needs.case |=
        matches!(link.state, LinkState::New) && link.facts.phase.is_none() && seen.case.is_none();
    (needs, seen)
}

/// Whether a push is as good as a reading of the case.
fn stands_in(facts: &CaseFacts, at: Moment, link: &Link, now: Moment) -> bool {
    at > link.facts_at
        && at <= now
        && now.ms_since(at) <= FRESH_PUSH_MS
        && facts.phase.is_some()
        && facts.severity.is_some()
}

/// Whether a case should be enriched over REST before it is decided about: a route wants it, or
/// what a route asks about is still unknown.
pub fn wants_enrichment(settings: &Settings, link: &Link, facts: &CaseFacts) -> bool {
    if link.enriched || facts.phase == Some(Phase::Closed) {
        return false;
    }
    match choose_route(settings, &link.case, facts) {
        Choice::Route(_) | Choice::Unclear => true,
        Choice::TooOld { .. } | Choice::Unrouted(_) => false,
    }
}

fn is_copy(link: &Link, id: &CommentId) -> bool {
    link.postings
        .iter()
        .any(|posting| posting.side == Side::Ticket && posting.copy() == Some(id))
}

fn matters_when_gone(link: &Link, id: &CommentId) -> bool {
    is_copy(link, id)
        || link.postings.iter().any(|posting| {
            posting.side == Side::Case
                && posting.origin == Origin::Original(id.clone())
                && matches!(
                    posting.state,
                    PostingState::Standing { .. } | PostingState::Claimed { .. }
                )
        })
}
