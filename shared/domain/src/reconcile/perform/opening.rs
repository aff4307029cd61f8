//! Opening the ticket: the one call that must never be made twice.
//!
//! The claim is saved before it; an unknown outcome keeps the claim.

use alloc::{boxed::Box, format, string::String, vec::Vec};

use crate::{
    link::{DroppedField, LinkState, Pair},
    ports::Lease,
    reconcile::{
        decision::Decision, engine::Engine, plan::wanted_priority, plan_own::owe_dropped_remark,
        record,
    },
    settings::RouteName,
    ticket::TicketDraft,
    trouble::{Peer, RefusalKind, Trouble, TroubleKind},
};

/// Fields that a ticket can do without, whatever Jira has against them.
const OPTIONAL_FIELDS: [&str; 4] = ["priority", "labels", "assignee", "parent"];

impl Engine {
    pub(super) async fn open_ticket(
        &self,
        lease: &mut Box<Lease>,
        route: RouteName,
        draft: &TicketDraft,
        decisions: &mut Vec<Decision>,
    ) -> Result<String, Trouble> {
        let settings = self.settings.clone();
        let route = settings.route(&route).ok_or_else(|| {
            Trouble::never("opening the ticket", "its route is gone from the settings")
        })?;
        let site = settings.sites.get(&route.ticket.site).ok_or_else(|| {
            Trouble::never("opening the ticket", "its site is gone from the settings")
        })?;
        if self.paused.contains(&Peer::Site(site.name.clone())) {
            give_claim_back(lease, decisions);
            let words =
                "the credentials were refused, and the site is paused until they are accepted";
            return Err(Trouble::of(
                "opening the ticket",
                words,
                TroubleKind::CredentialsRefused(Peer::Site(site.name.clone())),
            ));
        }
        self.checkpoint(lease, "taking the claim").await?;
        let ticket = match self.ticket_side.create_ticket(site, draft).await {
            Ok(ticket) => ticket,
            Err(trouble) => {
                if trouble.effect_is_unknown() {
                    Decision::ClaimKept.note_in(decisions);
                } else {
                    give_claim_back(lease, decisions);
                }
                let dropped = drop_refused_fields(lease, &trouble);
                return if dropped.is_empty() {
                    Err(trouble)
                } else {
                    Decision::FieldDropped.note_in(decisions);
                    Ok(format!(
                        "left out {}, which Jira refused",
                        dropped.join(", ")
                    ))
                };
            }
        };
        let words = format!("opened ticket {}", ticket.key);
        let wanted = wanted_priority(route, &lease.link.facts);
        let now = self.clock.now();
        let pair: Pair = record::recorded_pair(
            route.name.clone(),
            ticket,
            draft,
            wanted,
            &lease.link.facts,
            now,
        );
        let LinkState::Opening(opening) = lease.link.state.clone() else {
            return Err(Trouble::never(
                "opening the ticket",
                "the link is in no state to have opened one",
            ));
        };
        record::record_opened(&mut lease.link, pair, now);
        for field in &opening.dropped {
            owe_dropped_remark(&mut lease.link, field);
        }
        Ok(words)
    }
}

/// The call certainly had no effect: nothing bears the claim's mark, and nothing will.
fn give_claim_back(lease: &mut Lease, decisions: &mut Vec<Decision>) {
    Decision::ClaimGivenBack.note_in(decisions);
    if let LinkState::Opening(opening) = &mut lease.link.state {
        opening.claim = None;
    }
}

/// Leaves out the optional fields that Jira refused. None, if anything else was refused too: then
/// the ticket cannot be opened as the route wants it, and a person has to see Jira's words.
fn drop_refused_fields(lease: &mut Lease, trouble: &Trouble) -> Vec<String> {
    let TroubleKind::Never { fields } = &trouble.kind else {
        return Vec::new();
    };
    let LinkState::Opening(opening) = &mut lease.link.state else {
        return Vec::new();
    };
    let known = |field: &str| opening.dropped.iter().any(|dropped| dropped.field == field);
    let droppable = fields.iter().all(|refused| {
        let optional = OPTIONAL_FIELDS.contains(&refused.field.as_str());
        !known(&refused.field)
            && match refused.kind {
                RefusalKind::CannotBeSet => !matches!(
                    refused.field.as_str(),
                    "summary" | "description" | "project" | "issuetype"
                ),
                RefusalKind::Required => false,
                RefusalKind::Other => optional,
            }
    });
    if !droppable {
        return Vec::new();
    }
    let dropped: Vec<DroppedField> = fields
        .iter()
        .map(|refused| DroppedField {
            field: refused.field.clone(),
            words: refused.words.clone(),
        })
        .collect();
    let names = dropped
        .iter()
        .map(|dropped| dropped.field.clone())
        .collect();
    opening.dropped.extend(dropped);
    names
}
