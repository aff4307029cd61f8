//! A posting: one comment that we wrote, are writing, or owe, on one side.
//!
//! Most are mirrors. A posting whose creation may be under way is never created again before its
//! mark was looked for.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::{
    comment::{CommentId, Nonce, Side},
    digest::Digest,
    moment::Moment,
    rich_text::RichText,
};

/// Why we write a comment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// It mirrors that comment of the other side.
    Original(CommentId),
    /// It shows the ticket on the case.
    Status,
    /// It tells people something once; the key says what.
    Remark(String),
}

/// How far we are with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PostingState {
    /// Owed, and certainly not written.
    Owed,
    /// The call may be under way, or its outcome is unknown.
    Claimed {
        /// The mark it bears if it was written.
        nonce: Nonce,
        /// Since when.
        at: Moment,
    },
    /// It stands.
    Standing {
        /// Its mark.
        nonce: Nonce,
        /// Its id.
        copy: CommentId,
        /// Its time of change as that side told it: an event that bears it is our own echo.
        updated_at: Option<Moment>,
        /// How many complete listings in a row lacked its original.
        missing: u8,
    },
    /// It is gone: deleted by us after its original, or by a person.
    Removed,
    /// It cannot be written.
    Refused {
        /// Why.
        words: String,
        /// When it is tried again; never, where that might double it.
        again_at: Option<Moment>,
    },
}

/// One comment of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// Where it is written.
    pub side: Side,
    /// Why.
    pub origin: Origin,
    /// Fingerprint of what it was made from.
    pub digest: Digest,
    /// How far we are.
    pub state: PostingState,
    /// The text, while it is owed or claimed and cannot be made again from an original.
    pub body: Option<RichText>,
    /// The original's time of change when the mirror was last made: an event that bears it is no
    /// news.
    pub original_seen: Option<Moment>,
}

impl Posting {
    /// The comment on its side, if it stands.
    pub const fn copy(&self) -> Option<&CommentId> {
        match &self.state {
            PostingState::Standing { copy, .. } => Some(copy),
            PostingState::Owed
            | PostingState::Claimed { .. }
            | PostingState::Removed
            | PostingState::Refused { .. } => None,
        }
    }

    /// The mark it bears or may bear.
    pub const fn nonce(&self) -> Option<&Nonce> {
        match &self.state {
            PostingState::Standing { nonce, .. } | PostingState::Claimed { nonce, .. } => {
                Some(nonce)
            }
            PostingState::Owed | PostingState::Removed | PostingState::Refused { .. } => None,
        }
    }
}
