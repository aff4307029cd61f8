//! Writing, editing and deleting the comments that are ours.
//!
//! A claim is saved before a comment is created; an unknown outcome keeps the claim.

use alloc::{boxed::Box, format, string::ToString, vec::Vec};

use super::Performed;
use crate::{
    comment::{CommentId, Nonce, Side, WrittenComment},
    link::{Changed, Origin, Posting, PostingState},
    ports::{Found, Lease, Offered},
    reconcile::{
        decision::Decision,
        engine::Engine,
        plan::Action,
        record::{self, Edited},
    },
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
    ) -> Result<Performed, Trouble> {
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
        let changed = Changed::Comment {
            side,
            origin: origin.clone(),
        };
        self.note_unheard(lease, &edited, changed);
        let words = match edited? {
            Found::Present(Offered::Done(written)) => {
                let edited = Edited {
                    digest,
                    original_seen,
                    changed_at: written.updated_at,
                    nonce: Some(nonce),
                };
                record::record_edited(&mut lease.link, side, &origin, edited);
                format!("edited {} in {}", noun_of(&origin), side.product())
            }
            Found::Present(Offered::Unavailable) => {
                Decision::OperationUnavailable.note_in(decisions);
                let left = Edited {
                    digest,
                    original_seen,
                    changed_at: None,
                    nonce: None,
                };
                record::record_edited(&mut lease.link, side, &origin, left);
                format!(
                    "left {} in {} as it was: editing comments is unavailable there",
                    noun_of(&origin),
                    side.product()
                )
            }
            Found::Absent => {
                let comment = (side, origin, copy);
                return self.conclude_absent(lease, comment, decisions).await;
            }
        };
        Ok(Performed::Done(words))
    }

    /// A comment that was to be written to is not there. It is gone only if a listing says so: the
    /// answer is the same where its case or its ticket is hidden from us, and then it may stand.
    async fn conclude_absent(
        &self,
        lease: &mut Box<Lease>,
        comment: (Side, Origin, CommentId),
        decisions: &mut Vec<Decision>,
    ) -> Result<Performed, Trouble> {
        let (side, origin, copy) = comment;
        Decision::GoneWhenWriting.note_in(decisions);
        let settings = self.settings.clone();
        let (connection, site, ticket) = Self::both(&settings, lease)?;
        let case = &lease.link.case;
        let listed = match side {
            Side::Ticket => self.ticket_side.list_comments(site, ticket).await?,
            Side::Case => match self.case_side.list_comments(connection, case).await? {
                Found::Present(Offered::Done(comments)) => Found::Present(comments),
                Found::Present(Offered::Unavailable) => {
                    match self.case_side.read_case(connection, case).await? {
                        Found::Present(_) => Found::Present(Vec::new()),
                        Found::Absent => Found::Absent,
                    }
                }
                Found::Absent => Found::Absent,
            },
        };
        let Found::Present(listed) = listed else {
            return Ok(Performed::Doubted { side, words: None });
        };
        if listed.iter().any(|comment| comment.id == copy) {
            let words = "it is listed, and cannot be changed";
            return Err(Trouble::again_later("writing to a comment", words));
        }
        record::record_removed(&mut lease.link, side, &origin);
        Ok(Performed::Done(format!(
            "found {} gone from {}",
            noun_of(&origin),
            side.product()
        )))
    }

    pub(super) async fn delete_comment(
        &self,
        lease: &mut Box<Lease>,
        comment: (Side, Origin, CommentId),
        decisions: &mut Vec<Decision>,
    ) -> Result<Performed, Trouble> {
        let (side, origin, copy) = comment;
        let settings = self.settings.clone();
        let (connection, site, ticket) = Self::both(&settings, lease)?;
        let offered = match side {
            Side::Case => {
                self.case_side
                    .delete_comment(connection, &lease.link.case, &copy)
                    .await?
            }
            Side::Ticket => match self.ticket_side.delete_comment(site, ticket, &copy).await? {
                Found::Present(()) => Found::Present(Offered::Done(())),
                Found::Absent => Found::Absent,
            },
        };
        let Found::Present(offered) = offered else {
            let comment = (side, origin, copy);
            return self.conclude_absent(lease, comment, decisions).await;
        };
        record::record_removed(&mut lease.link, side, &origin);
        Ok(Performed::Done(match offered {
            Offered::Done(()) => format!("deleted a mirror in {}", side.product()),
            Offered::Unavailable => {
                Decision::OperationUnavailable.note_in(decisions);
                format!(
                    "left a mirror in {}: deleting comments is unavailable there",
                    side.product()
                )
            }
        }))
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
