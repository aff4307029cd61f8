//! How many more comments a link has room for: all of it has to fit into one item of the store.
//!
//! Never counts what is planned as if it were not there yet: a plan may hold hundreds of mirrors.

use crate::{
    comment::CommentId,
    link::{Origin, Posting, PostingState},
    reconcile::{
        MAX_POSTINGS,
        plan::{Action, Plan},
    },
};

/// What all postings of a link may take in the store; facts and push have the rest of the item.
const MOST_BYTES: usize = 210_000;
/// What a posting takes beside its ids and words: the names of its parts, marks, digests and times.
const FRAME_BYTES: usize = 180;
/// An id that is not known yet; a UUID takes 36.
const ID_BYTES: usize = 40;

/// The room that is left.
pub(super) struct Room {
    postings: usize,
    bytes: usize,
}

impl Room {
    /// What postings and planned mirrors leave.
    pub(super) fn of(plan: &Plan) -> Self {
        let known = &plan.learned.postings;
        let mut room = Self {
            postings: MAX_POSTINGS.saturating_sub(known.len()),
            bytes: MOST_BYTES.saturating_sub(known.iter().map(bytes_of).sum()),
        };
        for action in &plan.actions {
            if let Action::WriteComment {
                side,
                origin: Origin::Original(original),
                ..
            } = action
                && !known.iter().any(|posting| {
                    posting.side == *side
                        && matches!(&posting.origin, Origin::Original(known) if known == original)
                })
            {
                room.take(original);
            }
        }
        room
    }

    /// Takes the room of one more mirror; false where there is none.
    pub(super) fn take(&mut self, original: &CommentId) -> bool {
        let bytes = FRAME_BYTES + original.as_str().len() + ID_BYTES;
        let (Some(postings), Some(left)) =
            (self.postings.checked_sub(1), self.bytes.checked_sub(bytes))
        else {
            return false;
        };
        (self.postings, self.bytes) = (postings, left);
        true
    }
}

/// What a posting takes in the store, or will once it stands.
fn bytes_of(posting: &Posting) -> usize {
    let Posting {
        side: _,
        origin,
        digest: _,
        state,
        body,
        original_seen: _,
    } = posting;
    let origin = match origin {
        Origin::Original(original) => original.as_str().len(),
        Origin::Status => 0,
        Origin::Remark(key) => key.len(),
    };
    let state = match state {
        PostingState::Standing { copy, .. } => copy.as_str().len(),
        PostingState::Refused { words, .. } => words.len(),
        PostingState::Owed | PostingState::Claimed { .. } | PostingState::Removed => 0,
    };
    // Formatted text takes about twice its letters.
    let body = body.as_ref().map_or(0, |body| 2 * body.to_plain().len());
    FRAME_BYTES + origin + state.max(ID_BYTES) + body
}

#[cfg(test)]
mod tests {
    use alloc::{format, vec::Vec};

    use super::*;
    use crate::{
        case::{CaseFacts, CaseId, CaseKind, OrgId, Phase},
        comment::{CommentReading, Side},
        digest::Digest,
        link::{Link, LinkState, Pair},
        moment::Moment,
        ports::Offered,
        reconcile::{
            look::Seen,
            plan::{Context, Urgency, plan},
            record::{record_opened, recorded_pair},
        },
        rich_text::RichText,
        settings::{Settings, document::tests::example},
        ticket::{Ticket, TicketId, TicketKey},
    };

    const NOW: Moment = Moment::from_epoch_ms(1_773_100_000_000);

    fn plan_of(settings: &Settings, link: &Link, seen: &Seen) -> Plan {
        let context = Context {
            settings,
            seen,
            urgency: Urgency::Event,
            now: NOW,
            seed: "seed",
        };
        plan(link, context)
    }

    fn linked(settings: &Settings) -> Link {
        let org = OrgId::new("5b1c7c0e-0d3a-4a53-9d2e-7a5f6f1f0001").expect("an id");
        let case = CaseId::new(org, CaseKind::Incident, "INC-2026-7").expect("an id");
        let mut link = Link::new(case, NOW);
        link.facts = CaseFacts {
            phase: Some(Phase::Open),
            created_at: Some(NOW),
            severity: Some(crate::case::Severity::Critical),
            ..CaseFacts::default()
        };
        let opening = plan_of(settings, &link, &Seen::default());
        let Some(Action::OpenTicket { route, draft }) = opening.actions.first() else {
            panic!("a ticket is opened: {opening:?}");
        };
        let LinkState::Opening(opening) = &opening.learned.state else {
            panic!("it is being opened");
        };
        let ticket = Ticket {
            site: opening.site.clone(),
            id: TicketId::new("10001").expect("an id"),
            key: TicketKey::new("SEC-1").expect("a key"),
        };
        let pair: Pair = recorded_pair(route.clone(), ticket, draft, None, &link.facts, NOW);
        record_opened(&mut link, pair, NOW);
        link
    }

    /// So many comments, with ids of that length.
    fn comments(count: usize, width: usize) -> Vec<CommentReading> {
        (0..count)
            .map(|number| CommentReading {
                id: CommentId::new(format!("{number:0width$}")).expect("an id"),
                author: "Ann".into(),
                created_at: Some(NOW),
                updated_at: Some(NOW),
                body: RichText::from_plain("words"),
                internal: false,
                marker: None,
            })
            .collect()
    }

    fn mirrors(plan: &Plan, wanted: Side) -> usize {
        let written = |action: &&Action| {
            matches!(action, Action::WriteComment { side, origin: Origin::Original(_), .. }
                if *side == wanted)
        };
        plan.actions.iter().filter(written).count()
    }

    #[test]
    fn no_more_mirrors_are_planned_than_there_is_room_for() {
        let settings = example().validate().expect("in order");
        let mut link = linked(&settings);
        for (width, most) in [(36, MAX_POSTINGS), (128, 603)] {
            let seen = Seen {
                case_comments: Some(Offered::Done(comments(1_000, width))),
                ..Seen::default()
            };
            let planned = plan_of(&settings, &link, &seen);
            assert_eq!(mirrors(&planned, Side::Ticket), most, "{width}");
            let told = planned.learned.postings.iter().filter(|posting| {
                matches!(&posting.origin, Origin::Remark(key) if key == "too-many-comments")
            });
            assert_eq!(told.count(), 1, "people are told once");
        }
        // Both sides share the room, and so does what is remembered already.
        let seen = Seen {
            case_comments: Some(Offered::Done(comments(500, 36))),
            ticket_comments: Some(comments(500, 10)),
            ..Seen::default()
        };
        for number in 0..100 {
            link.postings.push(Posting {
                side: Side::Ticket,
                origin: Origin::Original(CommentId::new(format!("{number}")).expect("an id")),
                digest: Digest::of(&[]),
                state: PostingState::Removed,
                body: None,
                original_seen: None,
            });
        }
        let planned = plan_of(&settings, &link, &seen);
        assert_eq!(mirrors(&planned, Side::Ticket), 500);
        assert_eq!(mirrors(&planned, Side::Case), 200);
    }
}
