//! A notice: what a webhook boils down to, and whether it is news.
//!
//! A notice is only a reason to look. It is dropped only where memory shows that looking would
//! find nothing; while somebody is working on the case, memory may be behind, and every notice
//! wakes.

use alloc::{collections::BTreeSet, string::String};

use crate::{
    case::{CaseFacts, CaseId, Phase},
    comment::{CommentId, Side},
    link::{Aspect, Link, LinkState, Origin, PostingState, Reach, Wakeup},
    moment::Moment,
    ports::Glimpse,
    ticket::{TicketId, TicketKey},
};

/// What a delivery says about a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketNotice {
    /// The ticket.
    pub ticket: TicketId,
    /// Its key at that time.
    pub key: Option<TicketKey>,
    /// Its phase at that time.
    pub phase: Option<Phase>,
    /// Its priority's name at that time.
    pub priority: Option<String>,
    /// Whether it is said to be deleted.
    pub deleted: bool,
}

/// What a delivery says about a comment of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentNotice {
    /// The comment.
    pub comment: CommentId,
    /// Its time of change.
    pub updated_at: Option<Moment>,
    /// Whether it is said to be deleted.
    pub deleted: bool,
}

/// The wake-up for a push about a case, unless it is no news. A push that tells no time of its own
/// is a reason to look, and never believed.
pub fn heard_of_case(
    case: &CaseId,
    facts: &CaseFacts,
    at: Option<Moment>,
    known: Option<&Glimpse>,
) -> Option<Wakeup> {
    let is_news = known.is_none_or(|glimpse| {
        let stale = matches!((at, glimpse.pushed_at), (Some(at), Some(known)) if at < known);
        glimpse.leased || glimpse.waiting || !stale && tells_something_new(&glimpse.link, facts)
    });
    is_news.then(|| Wakeup {
        case: case.clone(),
        aspects: BTreeSet::from([Aspect::Case]),
        pushed: at.map(|at| (facts.clone(), at)),
    })
}

/// Whether facts differ from what is known in anything that the ticket shows or follows.
pub fn tells_something_new(link: &Link, facts: &CaseFacts) -> bool {
    fn differs<T: PartialEq>(told: Option<&T>, known: Option<&T>) -> bool {
        told.is_some() && told != known
    }
    let known = &link.facts;
    let unrouted = matches!(link.state, LinkState::Unrouted { .. });
    let more_told = !facts.applications.is_empty() && facts.applications != known.applications
        || !facts.rules.is_empty() && facts.rules != known.rules;
    matches!(link.state, LinkState::New)
        || unrouted && more_told
        || differs(facts.phase.as_ref(), known.phase.as_ref())
        || differs(facts.severity.as_ref(), known.severity.as_ref())
        || differs(facts.score.as_ref(), known.score.as_ref())
        || differs(facts.name.as_ref(), known.name.as_ref())
        || link
            .pair()
            .is_some_and(|pair| pair.case_gone_since.is_some())
}

/// The wake-up for a delivery about a ticket that we know, unless it is no news.
pub fn heard_of_ticket(notice: &TicketNotice, known: &Glimpse) -> Option<Wakeup> {
    let aspect = match &known.link.state {
        LinkState::Linked(pair) if pair.ticket.id == notice.ticket => {
            let differs = notice.deleted
                || pair.reach != Reach::Reachable
                || notice.phase.is_some_and(|phase| phase != pair.phase.ticket)
                || notice.priority.is_some()
                    && pair.priority_seen.is_some()
                    && notice.priority != pair.priority_seen
                || notice
                    .key
                    .as_ref()
                    .is_some_and(|key| *key != pair.ticket.key);
            (known.leased || differs).then_some(Aspect::Ticket)
        }
        // Another ticket with our label: a copy that somebody made of the case's own.
        LinkState::Linked(_) | LinkState::Unlinked(_) => None,
        LinkState::Opening(_) | LinkState::New | LinkState::Unrouted { .. } => {
            Some(Aspect::Candidate(notice.ticket.clone(), notice.key.clone()))
        }
    };
    aspect.map(|aspect| wakeup(&known.link, aspect))
}

/// The wake-up for a delivery about a comment of a ticket that we know, unless it is no news.
pub fn heard_of_comment(notice: &CommentNotice, known: &Glimpse) -> Option<Wakeup> {
    let link = &known.link;
    let cut = matches!(link.state, LinkState::Unlinked(_));
    let is_news = known.leased || !cut && comment_is_news(link, notice);
    let aspect = if notice.deleted {
        Aspect::TicketCommentGone(notice.comment.clone())
    } else {
        Aspect::TicketComment(notice.comment.clone())
    };
    is_news.then(|| wakeup(link, aspect))
}

fn comment_is_news(link: &Link, notice: &CommentNotice) -> bool {
    let ours = link
        .postings
        .iter()
        .any(|posting| posting.side == Side::Ticket && posting.copy() == Some(&notice.comment));
    let mirror = link.postings.iter().find(|posting| {
        posting.side == Side::Case && posting.origin == Origin::Original(notice.comment.clone())
    });
    if notice.deleted {
        let standing = |state: &PostingState| {
            matches!(
                state,
                PostingState::Standing { .. } | PostingState::Claimed { .. }
            )
        };
        return ours || mirror.is_some_and(|mirror| standing(&mirror.state));
    }
    // What people make of our own comments stays as they made it.
    !ours
        && mirror.is_none_or(|mirror| {
            notice.updated_at.is_none() || mirror.original_seen != notice.updated_at
        })
}

fn wakeup(link: &Link, aspect: Aspect) -> Wakeup {
    Wakeup {
        case: link.case.clone(),
        aspects: BTreeSet::from([aspect]),
        pushed: None,
    }
}
