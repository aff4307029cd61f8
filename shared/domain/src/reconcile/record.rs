//! What the link remembers after an action went through.
//!
//! The mirror image of planning: when an action is recorded, planning it again must come out empty.

use alloc::{string::String, vec::Vec};

use crate::{
    case::{CaseFacts, CloseReason, Phase},
    comment::{CommentId, Nonce, Side, WrittenComment},
    digest::Digest,
    link::{
        Agreed, Changed, Drafted, LateChange, Link, LinkState, Origin, Pair, Posting, PostingState,
        Reach,
    },
    moment::Moment,
    reconcile::{LATE_MS, plan::shown_digest},
    rich_text::RichText,
    settings::RouteName,
    ticket::{RemoteLink, Ticket, TicketDraft, TicketEdit},
};

/// Changes of unknown outcome that one link remembers at a time: it must fit into one item.
const MOST_LATE: usize = 20;

/// The fingerprint of a description, blind to how white space came back.
pub fn description_digest(description: &RichText) -> Digest {
    let plain = description.to_plain();
    let mut normal = String::with_capacity(plain.len());
    for word in plain.split_whitespace() {
        normal.push_str(word);
        normal.push(' ');
    }
    Digest::of(&[&normal])
}

/// What a ticket shows once it was opened from a draft.
pub fn drafted(draft: &TicketDraft, wanted_priority: Option<String>, facts: &CaseFacts) -> Drafted {
    Drafted {
        priority: Agreed {
            case: wanted_priority,
            ticket: draft.priority.clone(),
        },
        description: Agreed {
            case: shown_digest(facts),
            ticket: description_digest(&draft.description),
        },
    }
}

/// The pair that a ticket makes when it was opened from a draft.
pub fn recorded_pair(
    route: RouteName,
    ticket: Ticket,
    draft: &TicketDraft,
    wanted_priority: Option<String>,
    facts: &CaseFacts,
    now: Moment,
) -> Pair {
    new_pair(route, ticket, drafted(draft, wanted_priority, facts), now)
}

/// The pair that a ticket makes that shows what was drafted.
pub fn new_pair(route: RouteName, ticket: Ticket, drafted: Drafted, opened_at: Moment) -> Pair {
    let Drafted {
        priority,
        description,
    } = drafted;
    Pair {
        route,
        ticket,
        opened_at,
        phase: Agreed {
            case: Phase::Open,
            ticket: Phase::Open,
        },
        priority_seen: priority.ticket.clone(),
        priority,
        description,
        moves: 0,
        resolution: None,
        remote_link: None,
        reach: Reach::Reachable,
        case_gone_since: None,
        comments_owed: false,
        ticket_seen: None,
        late: Vec::new(),
    }
}

/// The ticket was opened.
pub fn record_opened(link: &mut Link, pair: Pair, now: Moment) {
    link.state = LinkState::Linked(pair);
    link.active_at = now;
}

fn with_pair(link: &mut Link, change: impl FnOnce(&mut Pair)) {
    if let LinkState::Linked(pair) = &mut link.state {
        change(pair);
    }
}

/// The ticket's fields were changed.
pub fn record_edit(link: &mut Link, edit: &TicketEdit, wanted: Option<String>, shown: Digest) {
    with_pair(link, |pair| {
        let TicketEdit {
            priority,
            description,
        } = edit;
        pair.priority.case = wanted;
        pair.description.case = shown;
        if let Some(priority) = priority {
            pair.priority.ticket = Some(priority.clone());
            pair.priority_seen = Some(priority.clone());
        }
        if let Some(description) = description {
            pair.description.ticket = description_digest(description);
        }
    });
}

/// The ticket was moved to another status.
pub fn record_transition(link: &mut Link, to: Phase, resolution: Option<String>) {
    with_pair(link, |pair| {
        pair.phase = Agreed {
            case: to,
            ticket: to,
        };
        pair.resolution = resolution;
        pair.moves = pair.moves.saturating_add(1);
        pair.comments_owed = to == Phase::Closed;
    });
}

/// The case was closed or reopened.
pub fn record_case_phase(link: &mut Link, to: Phase, reason: CloseReason, now: Moment) {
    link.facts_at = now;
    link.facts.phase = Some(to);
    link.facts.close_reason = (to == Phase::Closed).then_some(reason);
    with_pair(link, |pair| {
        pair.phase = Agreed {
            case: to,
            ticket: to,
        };
        pair.moves = pair.moves.saturating_add(1);
        pair.comments_owed = to == Phase::Closed;
    });
}

/// The link to the case was written.
pub fn record_remote_link(link: &mut Link, remote: &RemoteLink) {
    with_pair(link, |pair| pair.remote_link = Some(remote.clone()));
}

/// Finds the posting of an origin on a side.
pub fn posting_mut<'a>(link: &'a mut Link, side: Side, origin: &Origin) -> Option<&'a mut Posting> {
    link.postings
        .iter_mut()
        .find(|posting| posting.side == side && posting.origin == *origin)
}

/// A comment is about to be written: from now on nobody writes it again without looking for its
/// mark.
pub fn record_claim(link: &mut Link, posting: Posting) {
    match posting_mut(link, posting.side, &posting.origin) {
        Some(known) => *known = posting,
        None => link.postings.push(posting),
    }
}

/// A comment stands.
pub fn record_written(
    link: &mut Link,
    side: Side,
    origin: &Origin,
    nonce: Nonce,
    written: WrittenComment,
) {
    if let Some(posting) = posting_mut(link, side, origin) {
        let WrittenComment { id, updated_at } = written;
        posting.body = None;
        posting.state = PostingState::Standing {
            nonce,
            copy: id,
            updated_at,
            missing: 0,
        };
    }
}

/// What a comment of ours shows is not known, so that it is written again.
pub fn forget_text(link: &mut Link, side: Side, origin: &Origin) {
    if let Some(posting) = posting_mut(link, side, origin)
        && matches!(posting.state, PostingState::Standing { .. })
    {
        posting.digest = unheard_digest();
    }
}

/// The fingerprint of what nobody knows: like no other, so that it is written again.
pub fn unheard_digest() -> Digest {
    Digest::of(&["nobody heard what stands there"])
}

/// Nobody heard whether a change took effect: what stands there is not known, and the change may
/// still be on its way.
pub fn record_unheard(link: &mut Link, changed: Changed, now: Moment) {
    match &changed {
        Changed::RemoteLink => forget_remote_link(link),
        Changed::Comment { side, origin } => forget_text(link, *side, origin),
        Changed::Phase { .. } | Changed::Fields { .. } => {}
    }
    with_pair(link, |pair| {
        // The later of two changes alike is on its way for longer.
        pair.late.retain(|late| late.changed != changed);
        if pair.late.len() < MOST_LATE {
            pair.late.push(LateChange {
                changed,
                until: now.plus_ms(LATE_MS),
            });
        }
    });
}

/// What the link to the case shows is not known, so that it is written again.
pub fn forget_remote_link(link: &mut Link) {
    with_pair(link, |pair| pair.remote_link = None);
}

/// How a comment of ours was edited.
pub struct Edited {
    /// Fingerprint of what it is made from now.
    pub digest: Digest,
    /// The original's time of change.
    pub original_seen: Option<Moment>,
    /// Its own time of change, as that side told it.
    pub changed_at: Option<Moment>,
    /// The mark it bears now, if it has another one.
    pub nonce: Option<Nonce>,
}

/// A comment's text was replaced.
pub fn record_edited(link: &mut Link, side: Side, origin: &Origin, edited: Edited) {
    let Edited {
        digest,
        original_seen,
        changed_at,
        nonce: marked,
    } = edited;
    if let Some(posting) = posting_mut(link, side, origin) {
        posting.digest = digest;
        posting.original_seen = original_seen;
        if let PostingState::Standing {
            nonce, updated_at, ..
        } = &mut posting.state
        {
            *updated_at = changed_at;
            if let Some(marked) = marked {
                *nonce = marked;
            }
        }
    }
}

/// A comment of ours is gone.
pub fn record_removed(link: &mut Link, side: Side, origin: &Origin) {
    if let Some(posting) = posting_mut(link, side, origin) {
        posting.state = PostingState::Removed;
        posting.body = None;
    }
}

/// Whether a comment is one that we wrote, by its id.
pub fn is_ours(link: &Link, side: Side, id: &CommentId) -> bool {
    link.postings
        .iter()
        .any(|posting| posting.side == side && posting.copy() == Some(id))
}
