//! Planning for the comments that mirror nothing: the one that shows the ticket on its case, and
//! the remarks that are owed.
//!
//! A remark is written once; the comment that shows the ticket is edited in place.

use alloc::{format, string::String};

use crate::{
    comment::Side,
    digest::Digest,
    link::{DroppedField, Link, LinkState, Origin, Posting, PostingState},
    reconcile::{
        decision::Decision,
        mark::mark_of_edited,
        plan::{Action, Plan},
    },
    rich_text::RichText,
    words,
};

/// Plans the service's one comment on the case.
pub fn plan_status(plan: &mut Plan, body: RichText) {
    let digest = Digest::of(&[&body.to_plain()]);
    let known = plan
        .learned
        .postings
        .iter()
        .find(|posting| posting.side == Side::Case && posting.origin == Origin::Status);
    let (decision, write) = match known.map(|posting| (&posting.state, &posting.digest)) {
        None | Some((PostingState::Owed, _)) => (
            Decision::TicketShown,
            Action::WriteComment {
                side: Side::Case,
                origin: Origin::Status,
                body,
                digest,
                original_seen: None,
            },
        ),
        Some((PostingState::Standing { nonce, copy, .. }, told)) if *told != digest => (
            Decision::TicketShownAnew,
            Action::EditComment {
                side: Side::Case,
                origin: Origin::Status,
                copy: copy.clone(),
                nonce: mark_of_edited(nonce, &plan.learned.case, &body),
                body,
                digest,
                original_seen: None,
            },
        ),
        Some(_) => return,
    };
    plan.decide(decision);
    plan.actions.push(write);
}

/// Writes the remarks that are owed, where they can be written.
pub fn write_owed(plan: &mut Plan, ticket_unreachable: bool, case_gone: bool) {
    let LinkState::Linked(_) = plan.learned.state else {
        return;
    };
    for posting in &plan.learned.postings {
        let out_of_reach = match posting.side {
            Side::Case => case_gone,
            Side::Ticket => ticket_unreachable,
        };
        if out_of_reach
            || posting.state != PostingState::Owed
            || !matches!(posting.origin, Origin::Remark(_))
        {
            continue;
        }
        if let Some(body) = &posting.body {
            Decision::RemarkWritten.note_in(&mut plan.decisions);
            plan.actions.push(Action::WriteComment {
                side: posting.side,
                origin: posting.origin.clone(),
                body: body.clone(),
                digest: posting.digest.clone(),
                original_seen: None,
            });
        }
    }
}

/// Owes people a remark, once: a key that is known already is not owed again.
pub fn owe_remark(link: &mut Link, side: Side, key: String, body: RichText) {
    let origin = Origin::Remark(key);
    let known = link
        .postings
        .iter()
        .any(|posting| posting.side == side && posting.origin == origin);
    if !known {
        link.postings.push(Posting {
            side,
            origin,
            digest: Digest::of(&[&body.to_plain()]),
            state: PostingState::Owed,
            body: Some(body),
            original_seen: None,
        });
    }
}

/// Owes the remark that a field was left out.
pub fn owe_dropped_remark(link: &mut Link, dropped: &DroppedField) {
    let DroppedField {
        field,
        words: refusal,
    } = dropped;
    let body = words::fields_left_out([(field.as_str(), refusal.as_str())]);
    owe_remark(link, Side::Ticket, format!("dropped:{field}"), body);
}
