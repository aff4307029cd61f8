//! Performing one action, and remembering that it was done.
//!
//! Before anything is created, its claim is saved; after an unknown outcome the claim stays, and
//! only looking for its mark ends it. Nothing here chooses.

use alloc::{
    boxed::Box,
    format,
    string::{String, ToString},
    vec::Vec,
};

use crate::{
    case::Phase,
    comment::{Nonce, Side, WrittenComment},
    link::{DroppedField, LinkState, Origin, Pair, Posting, PostingState},
    ports::{Found, Lease, Offered, Saved, Saving},
    reconcile::{
        engine::Engine,
        plan::{Action, nonce_for, wanted_priority},
        plan_fields::owe_dropped_remark,
        record,
    },
    settings::{Connection, RouteName, Site},
    ticket::{TicketDraft, TicketId},
    trouble::{Peer, RefusalKind, Trouble, TroubleKind},
};

/// Fields that a ticket can do without, whatever Jira has against them.
const OPTIONAL_FIELDS: [&str; 4] = ["priority", "labels", "assignee", "parent"];

/// A comment to write.
struct Writing {
    side: Side,
    origin: Origin,
    posting: Posting,
    nonce: Nonce,
}

impl Engine {
    /// Performs an action; answers with what was done, in words for people.
    pub(super) async fn perform(
        &self,
        lease: &mut Box<Lease>,
        action: Action,
    ) -> Result<String, Trouble> {
        match action {
            Action::OpenTicket { route, draft } => self.open_ticket(lease, route, &draft).await,
            Action::WriteComment {
                side,
                origin,
                body,
                digest,
                original_seen,
            } => {
                let seed = format!("{}:{}:{side:?}:{origin:?}", lease.holder, lease.version);
                let nonce = nonce_for(&seed, digest.as_str());
                let state = PostingState::Claimed {
                    nonce: nonce.clone(),
                    at: self.clock.now(),
                };
                let posting = Posting {
                    side,
                    origin: origin.clone(),
                    digest,
                    state,
                    body: Some(body),
                    original_seen,
                };
                self.write_comment(
                    lease,
                    Writing {
                        side,
                        origin,
                        posting,
                        nonce,
                    },
                )
                .await
            }
            Action::DeleteComment { side, origin, copy } => {
                let settings = self.settings.clone();
                let places = self.both(&settings, lease)?;
                let offered = match side {
                    Side::Case => {
                        self.case_side
                            .delete_comment(places.0, &lease.link.case, &copy)
                            .await?
                    }
                    Side::Ticket => {
                        self.ticket_side
                            .delete_comment(places.1, places.2, &copy)
                            .await?;
                        Offered::Done(())
                    }
                };
                record::record_removed(&mut lease.link, side, &origin);
                Ok(match offered {
                    Offered::Done(()) => format!("deleted a mirror in {}", side.product()),
                    Offered::Unavailable => {
                        format!(
                            "left a mirror in {}: deleting comments is unavailable there",
                            side.product()
                        )
                    }
                })
            }
            Action::EditComment { .. } => self.edit_comment(lease, action).await,
            Action::EditTicket { .. }
            | Action::TransitionTicket { .. }
            | Action::SetCasePhase { .. }
            | Action::PutRemoteLink(_) => self.change_fields(lease, action).await,
        }
    }

    async fn open_ticket(
        &self,
        lease: &mut Box<Lease>,
        route: RouteName,
        draft: &TicketDraft,
    ) -> Result<String, Trouble> {
        let settings = self.settings.clone();
        let route = settings.route(&route).ok_or_else(|| {
            Trouble::never("opening the ticket", "its route is gone from the settings")
        })?;
        let site = settings.sites.get(&route.ticket.site).ok_or_else(|| {
            Trouble::never("opening the ticket", "its site is gone from the settings")
        })?;
        if self.paused.contains(&Peer::Site(site.name.clone())) {
            give_claim_back(lease);
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
                if !trouble.effect_is_unknown() {
                    give_claim_back(lease);
                }
                let dropped = drop_refused_fields(lease, &trouble);
                return if dropped.is_empty() {
                    Err(trouble)
                } else {
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

    async fn write_comment(
        &self,
        lease: &mut Box<Lease>,
        writing: Writing,
    ) -> Result<String, Trouble> {
        let Writing {
            side,
            origin,
            posting,
            nonce,
        } = writing;
        let Some(body) = posting.body.clone() else {
            return Err(Trouble::never("writing a comment", "it has no text"));
        };
        let mut claimed = posting;
        if matches!(origin, Origin::Original(_) | Origin::Status) {
            claimed.body = None;
        }
        record::record_claim(&mut lease.link, claimed);
        self.checkpoint(lease, "taking the claim of a comment")
            .await?;
        let settings = self.settings.clone();
        let (connection, site, ticket) = self.both(&settings, lease)?;
        let written: Result<WrittenComment, Trouble> = match side {
            Side::Case => {
                self.case_side
                    .create_comment(connection, &lease.link.case, &body, &nonce)
                    .await
            }
            Side::Ticket => {
                self.ticket_side
                    .create_comment(site, ticket, &body, &nonce)
                    .await
            }
        };
        match written {
            Ok(written) => {
                record::record_written(&mut lease.link, side, &origin, nonce, written);
                Ok(words_of_writing(side, &origin).to_string())
            }
            Err(trouble) => {
                if let Some(posting) = record::posting_mut(&mut lease.link, side, &origin) {
                    match &trouble.kind {
                        // The mark decides, once it can be looked for.
                        _ if trouble.effect_is_unknown() => {}
                        // One comment that cannot be written stops neither the others nor the rest.
                        TroubleKind::Never { .. } => {
                            posting.state = PostingState::Refused {
                                words: trouble.words.clone(),
                            };
                            return Ok(format!(
                                "could not write a comment in {}: {}",
                                side.product(),
                                trouble.words
                            ));
                        }
                        TroubleKind::AgainLater { .. }
                        | TroubleKind::CredentialsRefused(_)
                        | TroubleKind::Held => {
                            posting.state = PostingState::Owed;
                            if matches!(origin, Origin::Remark(_)) {
                                posting.body = Some(body);
                            }
                        }
                    }
                }
                Err(trouble)
            }
        }
    }

    async fn edit_comment(
        &self,
        lease: &mut Box<Lease>,
        action: Action,
    ) -> Result<String, Trouble> {
        let Action::EditComment {
            side,
            origin,
            copy,
            nonce,
            body,
            digest,
            original_seen,
        } = action
        else {
            return Err(Trouble::never("editing a comment", "it is another action"));
        };
        let settings = self.settings.clone();
        let (connection, site, ticket) = self.both(&settings, lease)?;
        let case = &lease.link.case;
        let edited = match side {
            Side::Case => {
                self.case_side
                    .edit_comment(connection, case, &copy, &body, &nonce)
                    .await?
            }
            Side::Ticket => match self
                .ticket_side
                .edit_comment(site, ticket, &copy, &body)
                .await?
            {
                Found::Present(written) => Found::Present(Offered::Done(written)),
                Found::Absent => Found::Absent,
            },
        };
        Ok(match edited {
            Found::Present(Offered::Done(written)) => {
                record::record_edited(
                    &mut lease.link,
                    side,
                    &origin,
                    digest,
                    original_seen,
                    written.updated_at,
                );
                format!("edited {} in {}", noun_of(&origin), side.product())
            }
            Found::Present(Offered::Unavailable) => {
                record::record_edited(&mut lease.link, side, &origin, digest, original_seen, None);
                format!(
                    "left {} in {} as it was: editing comments is unavailable there",
                    noun_of(&origin),
                    side.product()
                )
            }
            Found::Absent => {
                record::record_removed(&mut lease.link, side, &origin);
                format!("found {} gone from {}", noun_of(&origin), side.product())
            }
        })
    }

    async fn change_fields(
        &self,
        lease: &mut Box<Lease>,
        action: Action,
    ) -> Result<String, Trouble> {
        let settings = self.settings.clone();
        let (connection, site, ticket) = self.both(&settings, lease)?;
        let case = lease.link.case.clone();
        match action {
            Action::EditTicket {
                edit,
                wanted_priority,
                shown,
            } => {
                require_present(self.ticket_side.edit_ticket(site, ticket, &edit).await?)?;
                record::record_edit(&mut lease.link, &edit, wanted_priority, shown);
                Ok("brought priority and description up to date".to_string())
            }
            Action::TransitionTicket { to, id, fields } => {
                require_present(
                    self.ticket_side
                        .transition_ticket(site, ticket, &id, &fields)
                        .await?,
                )?;
                let resolution = fields
                    .into_iter()
                    .find(|(field, _)| field == "resolution")
                    .map(|(_, name)| name);
                record::record_transition(&mut lease.link, to, resolution);
                Ok(format!("moved the ticket to {}", phase_of_ticket(to)))
            }
            Action::SetCasePhase { to, reason } => {
                require_present(
                    self.case_side
                        .set_phase(connection, &case, to, reason)
                        .await?,
                )?;
                record::record_case_phase(&mut lease.link, to, reason);
                Ok(match to {
                    Phase::Closed => {
                        format!("closed the {} as {}", case.kind().word(), reason.word())
                    }
                    Phase::Open => format!("reopened the {}", case.kind().word()),
                })
            }
            Action::PutRemoteLink(remote) => {
                let written = self
                    .ticket_side
                    .put_remote_link(site, ticket, &case.to_string(), &remote)
                    .await?;
                require_present(written)?;
                record::record_remote_link(&mut lease.link, &remote);
                Ok("put the link to the case on the ticket".to_string())
            }
            Action::OpenTicket { .. }
            | Action::WriteComment { .. }
            | Action::EditComment { .. }
            | Action::DeleteComment { .. } => {
                Err(Trouble::never("changing a field", "it is another action"))
            }
        }
    }

    /// Saves the link as it is and keeps the lease.
    async fn checkpoint(&self, lease: &mut Box<Lease>, doing: &str) -> Result<(), Trouble> {
        let copy = Lease {
            link: lease.link.clone(),
            holder: lease.holder.clone(),
            version: lease.version,
            wanted: lease.wanted,
            aspects: lease.aspects.clone(),
            pushed: lease.pushed.clone(),
            lapsed: lease.lapsed,
            until: lease.until,
            pointed: lease.pointed.clone(),
        };
        match self
            .store
            .save(Box::new(copy), Saving::Keep, Vec::new(), self.clock.now())
            .await?
        {
            Saved::Held(held) => {
                *lease = held;
                Ok(())
            }
            Saved::Released => Err(Trouble::of(
                doing,
                "the lease was let go",
                TroubleKind::Held,
            )),
        }
    }

    /// Where both sides are: the connection, the site and the ticket.
    fn both<'a>(
        &self,
        settings: &'a crate::settings::Settings,
        lease: &'a Lease,
    ) -> Result<(&'a Connection, &'a Site, &'a TicketId), Trouble> {
        let doing = "finding both sides";
        let connection = settings
            .connection_of(lease.link.case.org())
            .ok_or_else(|| Trouble::never(doing, "no connection serves the organisation"))?;
        let pair = lease
            .link
            .pair()
            .ok_or_else(|| Trouble::never(doing, "there is no ticket"))?;
        let site = settings
            .sites
            .get(&pair.ticket.site)
            .ok_or_else(|| Trouble::never(doing, "its site is gone from the settings"))?;
        Ok((connection, site, &pair.ticket.id))
    }
}

/// What went away between looking and writing is looked at again; that look says so in its own words.
fn require_present(found: Found<()>) -> Result<(), Trouble> {
    match found {
        Found::Present(()) => Ok(()),
        Found::Absent => Err(Trouble::again_later(
            "writing",
            "it was gone when we came to write",
        )),
    }
}

/// The call certainly had no effect: nothing bears the claim's mark, and nothing will.
fn give_claim_back(lease: &mut Lease) {
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

fn noun_of(origin: &Origin) -> &'static str {
    match origin {
        Origin::Original(_) => "a mirror",
        Origin::Status => "the comment that shows the ticket",
        Origin::Remark(_) => "a remark",
    }
}

fn words_of_writing(side: Side, origin: &Origin) -> &'static str {
    match (side, origin) {
        (Side::Ticket, Origin::Original(_)) => "mirrored a comment to Jira",
        (Side::Case, Origin::Original(_)) => "mirrored a comment to Contrast",
        (_, Origin::Status) => "showed the ticket on the case",
        (Side::Ticket, Origin::Remark(_)) => "left a remark in Jira",
        (Side::Case, Origin::Remark(_)) => "left a remark in Contrast",
    }
}

const fn phase_of_ticket(phase: Phase) -> &'static str {
    match phase {
        Phase::Open => "open",
        Phase::Closed => "done",
    }
}
