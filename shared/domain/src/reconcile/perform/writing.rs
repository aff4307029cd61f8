//! Writing, editing and deleting the comments that are ours.
//!
//! A claim is saved before a comment is created; an unknown outcome keeps the claim.

use alloc::{
    boxed::Box,
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::Performed;
use crate::{
    comment::{CommentId, Nonce, Side, WrittenComment},
    link::{Changed, Origin, Posting, PostingState},
    ports::{Found, Lease, Offered},
    reconcile::{decision::Decision, engine::Engine, plan::Action, record},
    rich_text::RichText,
    trouble::{Trouble, TroubleKind},
};

/// How long a comment that was refused is left alone: a permission may come back.
const REFUSED_AGAIN_MS: u64 = 6 * 60 * 60_000;
/// Of the words of a refusal, so much is remembered with the comment; the history has all of them.
const REFUSAL_CHARS: usize = 60;

/// A comment to write.
pub(super) struct Writing {
    pub(super) side: Side,
    pub(super) origin: Origin,
    pub(super) posting: Posting,
    pub(super) nonce: Nonce,
}

impl Engine {
    pub(super) async fn write_comment(
        &self,
        lease: &mut Box<Lease>,
        writing: Writing,
        decisions: &mut Vec<Decision>,
    ) -> Result<Performed, Trouble> {
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
        let (connection, site, ticket) = Self::both(&settings, lease)?;
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
                Ok(Performed::Done(words_of_writing(side, &origin).to_string()))
            }
            Err(trouble) => {
                if let Some(posting) = record::posting_mut(&mut lease.link, side, &origin) {
                    match &trouble.kind {
                        // The mark decides, once it can be looked for.
                        _ if trouble.effect_is_unknown() => {
                            Decision::ClaimKept.note_in(decisions);
                        }
                        // One comment that cannot be written stops neither the others nor the rest.
                        TroubleKind::Never { .. } => {
                            Decision::CommentRefused.note_in(decisions);
                            posting.state = PostingState::Refused {
                                words: RichText::cut_plain(&trouble.words, REFUSAL_CHARS),
                                again_at: Some(self.clock.now().plus_ms(REFUSED_AGAIN_MS)),
                            };
                            let words = format!(
                                "could not write a comment in {}: {}",
                                side.product(),
                                trouble.words
                            );
                            // It may be that nothing is there any more to comment on.
                            return Ok(Performed::Doubted {
                                side,
                                words: Some(words),
                            });
                        }
                        TroubleKind::AgainLater { .. }
                        | TroubleKind::CredentialsRefused(_)
                        | TroubleKind::Held => {
                            Decision::ClaimGivenBack.note_in(decisions);
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

    pub(super) async fn edit_comment(
        &self,
        lease: &mut Box<Lease>,
        action: Action,
        decisions: &mut Vec<Decision>,
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
        let (connection, site, ticket) = Self::both(&settings, lease)?;
        let case = &lease.link.case;
        let edited = match side {
            Side::Case => {
                self.case_side
                    .edit_comment(connection, case, &copy, &body, &nonce)
                    .await
            }
            Side::Ticket => self
                .ticket_side
                .edit_comment(site, ticket, &copy, &body)
                .await
                .map(|edited| match edited {
                    Found::Present(written) => Found::Present(Offered::Done(written)),
                    Found::Absent => Found::Absent,
                }),
        };
        match side {
            Side::Ticket => {
                self.note_unheard(lease, &edited, Changed::Comment(origin.clone()));
            }
            Side::Case if edited.as_ref().is_err_and(Trouble::effect_is_unknown) => {
                record::record_text_unheard(&mut lease.link, side, &origin);
            }
            Side::Case => {}
        }
        Ok(match edited? {
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
                Decision::OperationUnavailable.note_in(decisions);
                record::record_edited(&mut lease.link, side, &origin, digest, original_seen, None);
                format!(
                    "left {} in {} as it was: editing comments is unavailable there",
                    noun_of(&origin),
                    side.product()
                )
            }
            Found::Absent => {
                Decision::GoneWhenWriting.note_in(decisions);
                record::record_removed(&mut lease.link, side, &origin);
                format!("found {} gone from {}", noun_of(&origin), side.product())
            }
        })
    }

    pub(super) async fn delete_comment(
        &self,
        lease: &mut Box<Lease>,
        comment: (Side, Origin, CommentId),
        decisions: &mut Vec<Decision>,
    ) -> Result<String, Trouble> {
        let (side, origin, copy) = comment;
        let settings = self.settings.clone();
        let (connection, site, ticket) = Self::both(&settings, lease)?;
        let offered = match side {
            Side::Case => {
                self.case_side
                    .delete_comment(connection, &lease.link.case, &copy)
                    .await?
            }
            Side::Ticket => {
                self.ticket_side.delete_comment(site, ticket, &copy).await?;
                Offered::Done(())
            }
        };
        record::record_removed(&mut lease.link, side, &origin);
        Ok(match offered {
            Offered::Done(()) => format!("deleted a mirror in {}", side.product()),
            Offered::Unavailable => {
                Decision::OperationUnavailable.note_in(decisions);
                format!(
                    "left a mirror in {}: deleting comments is unavailable there",
                    side.product()
                )
            }
        })
    }
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
