//! Planning for comments: mirrors of originals, the service's comment on the case, remarks.
//!
//! Never deletes anything but mirrors, and those only on evidence; never writes again what may
//! already stand; never mirrors what we wrote ourselves.

use alloc::vec::Vec;

use crate::{
    comment::{CommentId, CommentReading, Side},
    link::{Link, LinkState, Origin, PostingState, Reach},
    ports::Offered,
    reconcile::{
        MAX_POSTINGS,
        plan::{Action, Context, Plan, Urgency},
        plan_fields::owe_remark,
        plan_own::write_owed,
        record::{is_ours, posting_mut},
    },
    settings::Route,
    words,
};

/// Complete listings in a row that must lack an original before its mirror is deleted.
const LISTINGS_TO_BELIEVE: u8 = 2;

/// How long until an operation that turned out to be missing is asked for again.
const UNAVAILABLE_AGAIN_MS: u64 = 24 * 60 * 60_000;

/// How long after one listing the next may confirm it.
const SECOND_LISTING_MS: u64 = 60_000;

/// Plans all comments of a pair.
pub fn plan_comments(plan: &mut Plan, context: Context<'_>) {
    let Some(pair) = plan.learned.pair().cloned() else {
        return;
    };
    let Some(route) = context.settings.route(&pair.route) else {
        return;
    };
    take_last_words(plan, route, context);
    if pair.reach == Reach::Reachable && pair.case_gone_since.is_none() && route.flow.comments {
        mirror(plan, Side::Case, route, context);
        if route.flow.bidirectional {
            mirror(plan, Side::Ticket, route, context);
        }
    }
    let unreachable = pair.reach != Reach::Reachable;
    write_owed(plan, unreachable, pair.case_gone_since.is_some());
}

/// Reads a closed case's comments once more. Nobody waits for that: an event leaves it to the sweep.
fn take_last_words(plan: &mut Plan, route: &Route, context: Context<'_>) {
    let LinkState::Linked(pair) = &mut plan.learned.state else {
        return;
    };
    if !pair.comments_owed {
        return;
    }
    let in_vain = !route.flow.comments || pair.case_gone_since.is_some();
    if in_vain || context.seen.case_comments.is_some() {
        pair.comments_owed = false;
    } else if context.urgency == Urgency::Sweep {
        plan.needs.case_comments = true;
    } else {
        plan.wait_until(context.now);
    }
}

/// Mirrors the originals of one side onto the other.
fn mirror(plan: &mut Plan, from: Side, route: &Route, context: Context<'_>) {
    look_for_owed_originals(plan, from, context);
    let listing = context.seen.comments(from);
    let singles: &[CommentReading] = if from == Side::Ticket {
        &context.seen.single_comments
    } else {
        &[]
    };
    let mut originals: Vec<&CommentReading> = listing
        .unwrap_or(singles)
        .iter()
        .filter(|comment| is_original(&plan.learned, from, comment))
        .collect();
    originals.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
    for original in &originals {
        let hidden = original.internal && !route.flow.internal_comments;
        if !hidden {
            mirror_one(plan, from, original);
        }
    }
    let gone = |id: &CommentId| {
        // A comment that was made internal stays at home, and its mirror goes.
        let hidden = originals.iter().any(|original| {
            original.id == *id && original.internal && !route.flow.internal_comments
        });
        match listing {
            _ if hidden => Evidence::Hidden,
            Some(listing) if listing.iter().any(|comment| comment.id == *id) => Evidence::There,
            Some(_) if context.seen.said_gone.contains(id) => Evidence::Certain,
            Some(_) => Evidence::Missing,
            None => Evidence::None,
        }
    };
    let may_delete = from == Side::Case || route.flow.delete_in_contrast;
    if bury(plan, from, may_delete, gone) {
        plan.wait_until(context.now.plus_ms(SECOND_LISTING_MS));
    }
}

/// A mirror that is owed is made from its original: that has to be read first, and a mirror whose
/// original is gone is owed no longer.
fn look_for_owed_originals(plan: &mut Plan, from: Side, context: Context<'_>) {
    let unavailable =
        from == Side::Case && context.seen.case_comments == Some(Offered::Unavailable);
    let listing = context.seen.comments(from);
    let mut later = None;
    for posting in &mut plan.learned.postings {
        let Origin::Original(original) = &posting.origin else {
            continue;
        };
        if posting.side != from.other() || posting.state != PostingState::Owed {
            continue;
        }
        let read_singly = from == Side::Ticket
            && context
                .seen
                .single_comments
                .iter()
                .any(|comment| comment.id == *original);
        match listing {
            Some(listing) if listing.iter().any(|comment| comment.id == *original) => {}
            Some(_) => posting.state = PostingState::Removed,
            // It was certainly not written: it stays owed until its original can be read again.
            None if unavailable => later = Some(context.now.plus_ms(UNAVAILABLE_AGAIN_MS)),
            None if read_singly => {}
            None => match from {
                Side::Case => plan.needs.case_comments = true,
                Side::Ticket => plan.needs.ticket_comments = true,
            },
        }
    }
    if let Some(later) = later {
        plan.wait_until(later);
    }
}

/// What is known about an original's presence.
enum Evidence {
    /// Nothing.
    None,
    /// It is there.
    There,
    /// One complete listing lacks it.
    Missing,
    /// It is gone.
    Certain,
    /// It was made internal: its mirror goes whatever the switches say.
    Hidden,
}

/// Deletes the mirrors of originals that are gone, on evidence. Tells whether a second listing has
/// to confirm what one of them says.
fn bury(
    plan: &mut Plan,
    from: Side,
    may_delete: bool,
    evidence: impl Fn(&CommentId) -> Evidence,
) -> bool {
    let mut deletions = Vec::new();
    let mut unconfirmed = false;
    for posting in &mut plan.learned.postings {
        let Origin::Original(original) = &posting.origin else {
            continue;
        };
        let PostingState::Standing { copy, missing, .. } = &mut posting.state else {
            continue;
        };
        if posting.side != from.other() {
            continue;
        }
        match evidence(original) {
            Evidence::None => {
                unconfirmed |= *missing == 1;
                continue;
            }
            Evidence::There => *missing = 0,
            Evidence::Missing => *missing = (*missing + 1).min(LISTINGS_TO_BELIEVE),
            Evidence::Certain => *missing = LISTINGS_TO_BELIEVE,
            Evidence::Hidden => {
                deletions.push(Action::DeleteComment {
                    side: posting.side,
                    origin: posting.origin.clone(),
                    copy: copy.clone(),
                });
                continue;
            }
        }
        unconfirmed |= *missing == 1;
        if *missing >= LISTINGS_TO_BELIEVE && may_delete {
            deletions.push(Action::DeleteComment {
                side: posting.side,
                origin: posting.origin.clone(),
                copy: copy.clone(),
            });
        }
    }
    plan.actions.extend(deletions);
    unconfirmed
}

/// Whether a person wrote it. A mark that we know on another comment was copied along with its
/// text; a mark that nobody knows was left by us before the store lost its memory.
fn is_original(link: &Link, side: Side, comment: &CommentReading) -> bool {
    if is_ours(link, side, &comment.id) {
        return false;
    }
    let Some(marker) = &comment.marker else {
        return true;
    };
    link.postings.iter().any(|posting| {
        posting.side == side && posting.nonce() == Some(marker) && posting.copy().is_some()
    })
}

fn mirror_one(plan: &mut Plan, from: Side, original: &CommentReading) {
    let origin = Origin::Original(original.id.clone());
    let side = from.other();
    let digest = original.digest();
    let body =
        || words::mirrored_comment(&original.author, original.created_at, from, &original.body);
    let full = plan.learned.postings.len() >= MAX_POSTINGS;
    match posting_mut(&mut plan.learned, side, &origin) {
        None if full => {
            owe_remark(
                &mut plan.learned,
                side,
                "too-many-comments".into(),
                words::too_many_comments(from, MAX_POSTINGS),
            );
        }
        None => plan.actions.push(Action::WriteComment {
            side,
            origin,
            body: body(),
            digest,
            original_seen: original.updated_at,
        }),
        Some(posting) => match &posting.state {
            PostingState::Owed => plan.actions.push(Action::WriteComment {
                side,
                origin,
                body: body(),
                digest,
                original_seen: original.updated_at,
            }),
            PostingState::Standing { nonce, copy, .. } if posting.digest != digest => {
                plan.actions.push(Action::EditComment {
                    side,
                    origin,
                    copy: copy.clone(),
                    nonce: nonce.clone(),
                    body: body(),
                    digest,
                    original_seen: original.updated_at,
                });
            }
            PostingState::Standing { .. } => posting.original_seen = original.updated_at,
            PostingState::Claimed { .. } | PostingState::Removed | PostingState::Refused { .. } => {
            }
        },
    }
}
