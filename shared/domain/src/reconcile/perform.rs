//! Performing one action, and remembering that it was done.
//!
//! Before anything is created, its claim is saved; after an unknown outcome the claim stays, and
//! only looking for its mark ends it. Nothing here chooses.

mod opening;
mod writing;

use writing::Writing;

use alloc::{
    boxed::Box,
    format,
    string::{String, ToString},
    vec::Vec,
};

use crate::{
    case::Phase,
    comment::Side,
    link::{Posting, PostingState},
    ports::{Found, Lease, Offered, Saved, Saving},
    reconcile::{
        engine::Engine,
        plan::{Action, nonce_for},
        record,
    },
    settings::{Connection, Site},
    ticket::TicketId,
    trouble::{Trouble, TroubleKind},
};

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
                let places = Self::both(&settings, lease)?;
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

    async fn change_fields(
        &self,
        lease: &mut Box<Lease>,
        action: Action,
    ) -> Result<String, Trouble> {
        let settings = self.settings.clone();
        let (connection, site, ticket) = Self::both(&settings, lease)?;
        let case = lease.link.case.clone();
        match action {
            Action::EditTicket {
                edit,
                wanted_priority,
                shown,
            } => {
                require_present(&self.ticket_side.edit_ticket(site, ticket, &edit).await?)?;
                record::record_edit(&mut lease.link, &edit, wanted_priority, shown);
                Ok("brought priority and description up to date".to_string())
            }
            Action::TransitionTicket { to, id, fields } => {
                require_present(
                    &self
                        .ticket_side
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
                    &self
                        .case_side
                        .set_phase(connection, &case, to, reason)
                        .await?,
                )?;
                record::record_case_phase(&mut lease.link, to, reason, self.clock.now());
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
                require_present(&written)?;
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
fn require_present(found: &Found<()>) -> Result<(), Trouble> {
    match found {
        Found::Present(()) => Ok(()),
        Found::Absent => Err(Trouble::again_later(
            "writing",
            "it was gone when we came to write",
        )),
    }
}

const fn phase_of_ticket(phase: Phase) -> &'static str {
    match phase {
        Phase::Open => "open",
        Phase::Closed => "done",
    }
}
