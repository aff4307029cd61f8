//! Planning for comments: mirrors of originals, the service's comment on the case, remarks.
//!
//! Never deletes anything but mirrors, and those only on evidence; never writes again what may
//! already stand; never mirrors what we wrote ourselves.

use alloc::vec::Vec;

use crate::{
    comment::{CommentId, CommentReading, Side},
    link::{Link, LinkState, Origin, Posting, PostingState, Reach},
    ports::Offered,
    reconcile::{
        MAX_POSTINGS,
        decision::Decision,
        mark::{is_as_we_wrote_it, mark_of_edited},
        plan::{Action, Context, Plan, Urgency},
        plan_own::{owe_remark, write_owed},
        record::{is_ours, posting_mut},
        room::Room,
    },
    settings::Route,
    words,
};

/// Complete listings in a row that must lack an original before its mirror is deleted.
const LISTINGS_TO_BELIEVE: u8 = 2;

/// How long until an operation that turned out to be missing is asked for again.
const UNAVAILABLE_AGAIN_MS: u64 = 24 * 60 * 60_000;

/// For how long, and how often, a closed case's last words are asked for where they cannot be read.
const LAST_WORDS_FOR_MS: u64 = 24 * 60 * 60_000;
const LAST_WORDS_AGAIN_MS: u64 = 60 * 60_000;

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
    let active_at = plan.learned.active_at;
    let LinkState::Linked(pair) = &mut plan.learned.state else {
        return;
    };
    if !pair.comments_owed {
        return;
    }
    let in_vain = !route.flow.comments || pair.case_gone_since.is_some();
    // An answer that made no sense may make sense later; nobody asks a closed case again by itself.
    let unavailable = context.seen.case_comments == Some(Offered::Unavailable);
    let asked_in_vain = unavailable && context.now.ms_since(active_at) < LAST_WORDS_FOR_MS;
    if asked_in_vain && !in_vain {
        plan.wait_until(context.now.plus_ms(LAST_WORDS_AGAIN_MS));
    } else if in_vain || context.seen.case_comments.is_some() {
        pair.comments_owed = false;
    } else if context.urgency == Urgency::Sweep {
        plan.needs.case_comments = true;
    } else {
        plan.decide(Decision::LastWordsLeftToSweep);
        plan.wait_until(context.now);
    }
}

/// Mirrors the originals of one side onto the other.
fn mirror(plan: &mut Plan, from: Side, route: &Route, context: Context<'_>) {
    forget_owed_internal(plan, from, route, context);
    look_for_owed_originals(plan, from, context);
    let listing = context.seen.comments(from);
    let singles: &[CommentReading] = if from == Side::Ticket {
        &context.seen.single_comments
    } else {
        &[]
    };
    let mut originals: Vec<&CommentReading> = Vec::new();
    for comment in listing.unwrap_or(singles) {
        match author_of(&plan.learned, from, comment) {
            Author::Us => {}
            Author::Forgotten => plan.decide(Decision::UnknownMark),
            Author::Copyist => {
                plan.decide(Decision::CopiedMark);
                originals.push(comment);
            }
            Author::Person => originals.push(comment),
        }
    }
    originals.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
    let mut room = Room::of(plan);
    for original in &originals {
        let hidden = original.internal && !route.flow.internal_comments;
        if hidden {
            plan.decide(Decision::InternalLeftAtHome);
        } else {
            mirror_one(plan, from, original, &mut room);
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

/// A mirror that was never written is owed no longer once its original was made internal. Nothing of
/// it is remembered: should the original be shown to everybody again, it is mirrored like any other.
fn forget_owed_internal(plan: &mut Plan, from: Side, route: &Route, context: Context<'_>) {
    if from == Side::Case || route.flow.internal_comments {
        return;
    }
    let singles = &context.seen.single_comments;
    let originals = context.seen.comments(from).unwrap_or(singles);
    plan.learned.postings.retain(|posting| {
        let internal = originals.iter().any(|original| {
            original.internal && posting.origin == Origin::Original(original.id.clone())
        });
        !internal || posting.side == from || posting.state != PostingState::Owed
    });
}

/// A mirror that is owed is made from its original: that has to be read first, and a mirror whose
/// original is gone is owed no longer.
fn look_for_owed_originals(plan: &mut Plan, from: Side, context: Context<'_>) {
    let unavailable =
        from == Side::Case && context.seen.case_comments == Some(Offered::Unavailable);
    let listing = context.seen.comments(from);
    let mut later = None;
    let mut gone = false;
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
            Some(_) => {
                posting.state = PostingState::Removed;
                gone = true;
            }
            // It was certainly not written: it stays owed until its original can be read again.
            None if unavailable => later = Some(context.now.plus_ms(UNAVAILABLE_AGAIN_MS)),
            None if read_singly => {}
            None => match from {
                Side::Case => plan.needs.case_comments = true,
                Side::Ticket => plan.needs.ticket_comments = true,
            },
        }
    }
    if gone {
        plan.decide(Decision::MirrorOwedNoLonger);
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
    let mut taken = Vec::new();
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
        let deleted = match evidence(original) {
            Evidence::None => None,
            Evidence::There => {
                if *missing > 0 {
                    taken.push(Decision::ListedAgain);
                }
                *missing = 0;
                None
            }
            Evidence::Missing => {
                *missing = missing.saturating_add(1).min(LISTINGS_TO_BELIEVE);
                if *missing < LISTINGS_TO_BELIEVE {
                    taken.push(Decision::FirstListingWithoutIt);
                    None
                } else {
                    Some(Decision::MirrorDeletedAfterTwoListings)
                }
            }
            Evidence::Certain => {
                *missing = LISTINGS_TO_BELIEVE;
                Some(Decision::MirrorDeletedOnDelivery)
            }
            Evidence::Hidden => Some(Decision::MirrorHiddenInternal),
        };
        unconfirmed |= *missing == 1 && deleted.is_none();
        let Some(decision) = deleted else {
            continue;
        };
        if may_delete || decision == Decision::MirrorHiddenInternal {
            taken.push(decision);
            deletions.push(Action::DeleteComment {
                side: posting.side,
                origin: posting.origin.clone(),
                copy: copy.clone(),
            });
        } else {
            taken.push(Decision::MirrorLeftStanding);
        }
    }
    plan.actions.extend(deletions);
    for decision in taken {
        plan.decide(decision);
    }
    unconfirmed
}

/// Who wrote a comment, as far as its mark tells.
enum Author {
    /// We did.
    Us,
    /// We did, and nobody remembers: its call took effect late, or the store lost its memory.
    Forgotten,
    /// A person, who copied a mark of ours along with the text, or made one up.
    Copyist,
    /// A person.
    Person,
}

fn author_of(link: &Link, side: Side, comment: &CommentReading) -> Author {
    if is_ours(link, side, &comment.id) {
        return Author::Us;
    }
    let Some(marker) = &comment.marker else {
        return Author::Person;
    };
    let stands_elsewhere = link.postings.iter().any(|posting| {
        posting.side == side && posting.nonce() == Some(marker) && posting.copy().is_some()
    });
    if stands_elsewhere || !is_as_we_wrote_it(comment, &link.case) {
        Author::Copyist
    } else {
        Author::Forgotten
    }
}

fn mirror_one(plan: &mut Plan, from: Side, original: &CommentReading, room: &mut Room) {
    let origin = Origin::Original(original.id.clone());
    let side = from.other();
    let digest = original.digest();
    let case = plan.learned.case.clone();
    let body =
        || words::mirrored_comment(&original.author, original.created_at, from, &original.body);
    match posting_mut(&mut plan.learned, side, &origin) {
        None if !room.take(&original.id) => {
            plan.decide(Decision::TooManyComments);
            owe_remark(
                &mut plan.learned,
                side,
                "too-many-comments".into(),
                words::too_many_comments(from, MAX_POSTINGS),
            );
        }
        None
        | Some(Posting {
            state: PostingState::Owed,
            ..
        }) => {
            plan.decide(Decision::MirrorWritten);
            plan.actions.push(Action::WriteComment {
                side,
                origin,
                body: body(),
                digest,
                original_seen: original.updated_at,
            });
        }
        Some(posting) => match &posting.state {
            PostingState::Standing { nonce, copy, .. } if posting.digest != digest => {
                Decision::MirrorEdited.note_in(&mut plan.decisions);
                let body = body();
                // In Contrast the mark stands in the text, and is written with it.
                let nonce = match side {
                    Side::Case => mark_of_edited(nonce, &case, &body),
                    Side::Ticket => nonce.clone(),
                };
                plan.actions.push(Action::EditComment {
                    side,
                    origin,
                    copy: copy.clone(),
                    nonce,
                    body,
                    digest,
                    original_seen: original.updated_at,
                });
            }
            PostingState::Standing { .. } => posting.original_seen = original.updated_at,
            PostingState::Owed
            | PostingState::Claimed { .. }
            | PostingState::Removed
            | PostingState::Refused { .. } => {}
        },
    }
}
