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
    link::{Changed, DroppedField, Posting, PostingState},
    ports::{Found, Lease, Saved, Saving},
    reconcile::{
        decision::Decision,
        engine::Engine,
        mark::mark_of_comment,
        plan::{Action, nonce_for},
        plan_own::owe_dropped_remark,
        record,
    },
    settings::{Connection, Site},
    ticket::{TicketEdit, TicketId},
    trouble::{Trouble, TroubleKind},
};

/// What became of an action.
pub(super) enum Performed {
    /// It was done: in words for people.
    Done(String),
    /// It was refused in a way that makes us doubt whether its side is still there. In words, where
    /// that ends the matter.
    Doubted {
        /// Which side has to be read again.
        side: Side,
        /// What became of it, for people.
        words: Option<String>,
    },
}

impl Engine {
    /// Performs an action; answers with what became of it.
    pub(super) async fn perform(
        &self,
        lease: &mut Box<Lease>,
        action: Action,
        decisions: &mut Vec<Decision>,
    ) -> Result<Performed, Trouble> {
        match action {
            Action::OpenTicket { route, draft } => self
                .open_ticket(lease, route, &draft, decisions)
                .await
                .map(Performed::Done),
            Action::WriteComment {
                side,
                origin,
                body,
                digest,
                original_seen,
            } => {
                let seed = format!("{}:{}:{side:?}:{origin:?}", lease.holder, lease.version);
                let nonce = nonce_for(&seed, digest.as_str());
                let nonce = mark_of_comment(&nonce, &lease.link.case, &body);
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
                    decisions,
                )
                .await
            }
            Action::DeleteComment { side, origin, copy } => {
                self.delete_comment(lease, (side, origin, copy), decisions)
                    .await
            }
            Action::EditComment { .. } => self.edit_comment(lease, action, decisions).await,
            Action::EditTicket { .. }
            | Action::TransitionTicket { .. }
            | Action::SetCasePhase { .. }
            | Action::PutRemoteLink(_) => self.change_fields(lease, action, decisions).await,
        }
    }

    async fn change_fields(
        &self,
        lease: &mut Box<Lease>,
        action: Action,
        decisions: &mut Vec<Decision>,
    ) -> Result<Performed, Trouble> {
        let settings = self.settings.clone();
        let (connection, site, ticket) = Self::both(&settings, lease)?;
        let case = lease.link.case.clone();
        match action {
            Action::EditTicket {
                edit,
                wanted_priority,
                shown,
            } => {
                let changed = Changed::Fields {
                    priority: edit.priority.clone(),
                    description: edit.description.as_ref().map(record::description_digest),
                };
                let edited = self.edit_ticket(lease, edit, decisions).await;
                self.note_unheard(lease, &edited, changed);
                let (edited, edit) = edited?;
                if edited == Found::Absent {
                    return Ok(gone_when_writing(Side::Ticket, decisions));
                }
                record::record_edit(&mut lease.link, &edit, wanted_priority, shown);
                Ok(Performed::Done(
                    "brought priority and description up to date".to_string(),
                ))
            }
            Action::TransitionTicket { to, id, fields } => {
                let moved = self
                    .ticket_side
                    .transition_ticket(site, ticket, &id, &fields)
                    .await;
                let side = Side::Ticket;
                self.note_unheard(lease, &moved, Changed::Phase { side, to });
                if moved? == Found::Absent {
                    return Ok(gone_when_writing(Side::Ticket, decisions));
                }
                let resolution = fields
                    .into_iter()
                    .find(|(field, _)| field == "resolution")
                    .map(|(_, name)| name);
                record::record_transition(&mut lease.link, to, resolution);
                Ok(Performed::Done(format!(
                    "moved the ticket to {}",
                    phase_of_ticket(to)
                )))
            }
            Action::SetCasePhase { to, reason } => {
                let set = self
                    .case_side
                    .set_phase(connection, &case, to, reason)
                    .await;
                let side = Side::Case;
                self.note_unheard(lease, &set, Changed::Phase { side, to });
                if set? == Found::Absent {
                    return Ok(gone_when_writing(Side::Case, decisions));
                }
                record::record_case_phase(&mut lease.link, to, reason, self.clock.now());
                Ok(Performed::Done(match to {
                    Phase::Closed => {
                        format!("closed the {} as {}", case.kind().word(), reason.word())
                    }
                    Phase::Open => format!("reopened the {}", case.kind().word()),
                }))
            }
            Action::PutRemoteLink(remote) => {
                let written = self
                    .ticket_side
                    .put_remote_link(site, ticket, &case.to_string(), &remote)
                    .await;
                self.note_unheard(lease, &written, Changed::RemoteLink);
                if written? == Found::Absent {
                    return Ok(gone_when_writing(Side::Ticket, decisions));
                }
                record::record_remote_link(&mut lease.link, &remote);
                Ok(Performed::Done(
                    "put the link to the case on the ticket".to_string(),
                ))
            }
            Action::OpenTicket { .. }
            | Action::WriteComment { .. }
            | Action::EditComment { .. }
            | Action::DeleteComment { .. } => {
                Err(Trouble::never("changing a field", "it is another action"))
            }
        }
    }

    /// Changes fields of the ticket, without the priority where Jira refuses just that: a ticket that
    /// was opened without one cannot have it later either. Answers with what was changed.
    async fn edit_ticket(
        &self,
        lease: &mut Box<Lease>,
        mut edit: TicketEdit,
        decisions: &mut Vec<Decision>,
    ) -> Result<(Found<()>, TicketEdit), Trouble> {
        let settings = self.settings.clone();
        let (_, site, ticket) = Self::both(&settings, lease)?;
        let edited = self.ticket_side.edit_ticket(site, ticket, &edit).await;
        let Err(refused) = &edited else {
            return Ok((edited?, edit));
        };
        let Some(dropped) = refused_priority(&edit, refused) else {
            return Ok((edited?, edit));
        };
        edit.priority = None;
        let edited = if edit == TicketEdit::default() {
            Found::Present(())
        } else {
            self.ticket_side.edit_ticket(site, ticket, &edit).await?
        };
        Decision::FieldDropped.note_in(decisions);
        owe_dropped_remark(&mut lease.link, &dropped);
        Ok((edited, edit))
    }

    /// Where nobody heard whether a change took effect, remembers that it may do so late.
    fn note_unheard<T>(&self, lease: &mut Lease, answer: &Result<T, Trouble>, changed: Changed) {
        if answer.as_ref().is_err_and(Trouble::effect_is_unknown) {
            record::record_unheard(&mut lease.link, changed, self.clock.now());
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
            Saved::Released { .. } => Err(Trouble::of(
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

/// The priority of a change, where Jira refused that and nothing else.
fn refused_priority(edit: &TicketEdit, trouble: &Trouble) -> Option<DroppedField> {
    let TroubleKind::Never { fields } = &trouble.kind else {
        return None;
    };
    match fields.as_slice() {
        [refused] if refused.field == "priority" && edit.priority.is_some() => Some(DroppedField {
            field: refused.field.clone(),
            words: refused.words.clone(),
        }),
        _ => None,
    }
}

/// What went away between looking and writing is looked at again; that look says so in its own words.
fn gone_when_writing(side: Side, decisions: &mut Vec<Decision>) -> Performed {
    Decision::GoneWhenWriting.note_in(decisions);
    Performed::Doubted { side, words: None }
}

const fn phase_of_ticket(phase: Phase) -> &'static str {
    match phase {
        Phase::Open => "open",
        Phase::Closed => "done",
    }
}
