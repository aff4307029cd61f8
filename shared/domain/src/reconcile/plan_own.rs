//! Planning for the comments that mirror nothing: the one that shows the ticket on its case, and
//! the remarks that are owed.
//!
//! A remark is written once; the comment that shows the ticket is edited in place.

use crate::{
    comment::Side,
    digest::Digest,
    link::{LinkState, Origin, PostingState},
    reconcile::plan::{Action, Plan},
    rich_text::RichText,
};

/// Plans the service's one comment on the case.
pub fn plan_status(plan: &mut Plan, body: RichText) {
    let digest = Digest::of(&[&body.to_plain()]);
    let known = plan
        .learned
        .postings
        .iter()
        .find(|posting| posting.side == Side::Case && posting.origin == Origin::Status);
    let write = match known.map(|posting| (&posting.state, &posting.digest)) {
        None | Some((PostingState::Owed, _)) => Action::WriteComment {
            side: Side::Case,
            origin: Origin::Status,
            body,
            digest,
            original_seen: None,
        },
        Some((PostingState::Standing { nonce, copy, .. }, told)) if *told != digest => {
            Action::EditComment {
                side: Side::Case,
                origin: Origin::Status,
                copy: copy.clone(),
                nonce: nonce.clone(),
                body,
                digest,
                original_seen: None,
            }
        }
        Some(_) => return,
    };
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
