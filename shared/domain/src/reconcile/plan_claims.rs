//! Settling what became of comments that were being written: found by their marks, owed again, or
//! given up.
//!
//! Nothing is owed again before its mark was looked for in a complete listing.

use alloc::{string::ToString, vec::Vec};

use crate::{
    comment::{CommentReading, Side},
    link::{Link, Origin, PostingState, Reach},
    moment::Moment,
    ports::Offered,
    reconcile::{
        COMMENT_CLAIM_MS,
        decision::Decision,
        plan::{Context, Plan},
        record::{record_removed, unheard_digest},
    },
};

/// Why a comment is given up whose creation nobody heard the answer of.
const OUTCOME_UNKNOWABLE: &str = "nobody knows whether it was written, and listing comments is \
     unavailable in this Contrast, so that writing it again might double it";

/// By so much an answer and a listing may tell the same change apart.
const SAME_MOMENT_MS: u64 = 1_000;

/// Settles everything about our comments that a look can settle, on the sides that can be reached.
/// Goes before everything that plans comments: what is owed again is planned in the same round.
pub fn settle_claims(plan: &mut Plan, context: Context<'_>) {
    let Some(pair) = plan.learned.pair() else {
        return;
    };
    let reachable = [
        (Side::Case, pair.case_gone_since.is_none()),
        (Side::Ticket, pair.reach == Reach::Reachable),
    ];
    for (side, _) in reachable.into_iter().filter(|(_, reachable)| *reachable) {
        learn_copies(plan, side, context);
        resolve_claims(plan, side, context);
        retry_refused(plan, side, context);
    }
}

/// What was refused is tried again after a while.
fn retry_refused(plan: &mut Plan, side: Side, context: Context<'_>) {
    let mut earliest: Option<Moment> = None;
    let mut again = false;
    for posting in plan
        .learned
        .postings
        .iter_mut()
        .filter(|posting| posting.side == side)
    {
        if let PostingState::Refused {
            again_at: Some(again_at),
            ..
        } = posting.state
        {
            if again_at <= context.now {
                posting.state = PostingState::Owed;
                again = true;
            } else {
                earliest = Some(earliest.map_or(again_at, |known| known.min(again_at)));
            }
        }
    }
    if again {
        plan.decide(Decision::CommentTriedAgain);
    }
    if let Some(earliest) = earliest {
        plan.wait_until(earliest);
    }
}

/// Notes which of our comments people deleted, and which are not as we remember them. What people
/// deleted is not written again.
fn learn_copies(plan: &mut Plan, side: Side, context: Context<'_>) {
    let Some(listing) = context.seen.comments(side) else {
        return;
    };
    if side == Side::Case && learn_unheard_edits(&mut plan.learned, listing) {
        read_originals(plan, Side::Ticket, context);
    }
    let gone: Vec<Origin> = plan
        .learned
        .postings
        .iter()
        .filter(|posting| posting.side == side)
        .filter(|posting| {
            posting
                .copy()
                .is_some_and(|copy| !listing.iter().any(|comment| comment.id == *copy))
        })
        .map(|posting| posting.origin.clone())
        .collect();
    for origin in gone {
        plan.decide(Decision::DeletedByPeople);
        record_removed(&mut plan.learned, side, &origin);
    }
}

/// Nobody but us changes our comments in Contrast: where one changed later than we heard of, an edit
/// of ours took effect whose answer was lost or came too late. What it shows is then not known, so
/// that it is written again. Tells whether there is such a mirror: its original has to be read.
fn learn_unheard_edits(link: &mut Link, listing: &[CommentReading]) -> bool {
    let mut mirrors = false;
    for posting in link
        .postings
        .iter_mut()
        .filter(|posting| posting.side == Side::Case)
    {
        let PostingState::Standing {
            copy,
            updated_at: Some(heard),
            ..
        } = &mut posting.state
        else {
            continue;
        };
        let found = listing.iter().find(|comment| comment.id == *copy);
        if let Some(changed_at) = found.and_then(|comment| comment.updated_at)
            && changed_at.ms_since(*heard) > SAME_MOMENT_MS
        {
            *heard = changed_at;
            posting.digest = unheard_digest();
            mirrors |= matches!(posting.origin, Origin::Original(_));
        }
    }
    mirrors
}

/// Asks for the originals of one side, unless they were read or nobody can read them: where a side is
/// gone, what was mirrored from it stays as it is.
pub fn read_originals(plan: &mut Plan, side: Side, context: Context<'_>) {
    let Some(pair) = plan.learned.pair() else {
        return;
    };
    match side {
        Side::Case => {
            let there = pair.case_gone_since.is_none();
            plan.needs.case_comments |= there && context.seen.case_comments.is_none();
        }
        Side::Ticket => {
            let there = pair.reach == Reach::Reachable;
            plan.needs.ticket_comments |= there && context.seen.ticket_comments.is_none();
        }
    }
}

/// Looks for the marks of comments whose creation may have gone through.
fn resolve_claims(plan: &mut Plan, side: Side, context: Context<'_>) {
    let claimed: Vec<(usize, Moment)> = plan
        .learned
        .postings
        .iter()
        .enumerate()
        .filter_map(|(index, posting)| match &posting.state {
            PostingState::Claimed { at, .. } if posting.side == side => Some((index, *at)),
            _ => None,
        })
        .collect();
    for (index, at) in claimed {
        let listing = match side {
            Side::Case => match &context.seen.case_comments {
                Some(Offered::Unavailable) => {
                    // Without a listing nobody can tell; writing again might double it.
                    plan.decide(Decision::CommentGivenUp);
                    plan.learned.postings[index].state = PostingState::Refused {
                        words: OUTCOME_UNKNOWABLE.to_string(),
                        again_at: None,
                    };
                    continue;
                }
                Some(Offered::Done(listing)) => listing,
                None => {
                    plan.needs.case_comments = true;
                    continue;
                }
            },
            Side::Ticket => {
                let Some(listing) = &context.seen.ticket_comments else {
                    plan.needs.ticket_comments = true;
                    continue;
                };
                listing
            }
        };
        resolve_claim(plan, index, at, listing, context);
    }
}

fn resolve_claim(
    plan: &mut Plan,
    index: usize,
    at: Moment,
    listing: &[CommentReading],
    context: Context<'_>,
) {
    let now = context.now;
    let posting = &mut plan.learned.postings[index];
    let Some(nonce) = posting.nonce().cloned() else {
        return;
    };
    // People can only copy a mark that stands already: the first that bears it is ours.
    let bears_it = |comment: &&CommentReading| comment.marker.as_ref() == Some(&nonce);
    let bearers = listing.iter().filter(bears_it);
    if let Some(found) = bearers.min_by_key(|comment| (comment.created_at, &comment.id)) {
        posting.body = None;
        let of_original = matches!(posting.origin, Origin::Original(_));
        let home = posting.side.other();
        posting.state = PostingState::Standing {
            nonce,
            copy: found.id.clone(),
            updated_at: found.updated_at,
            missing: 0,
        };
        plan.decide(Decision::CommentClaimFound);
        if of_original {
            // The original may have been edited or deleted since: nobody looked while it was open.
            read_originals(plan, home, context);
        }
    } else if now.ms_since(at) >= COMMENT_CLAIM_MS {
        // Nothing stands, and nothing is on its way any more: it is owed again.
        posting.state = PostingState::Owed;
        plan.decide(Decision::CommentClaimLapsed);
    } else {
        plan.decide(Decision::CommentClaimWaited);
        plan.wait_until(at.plus_ms(COMMENT_CLAIM_MS));
    }
}
