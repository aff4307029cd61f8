//! A comment, as it was read on either side.
//!
//! Where a comment was written by us, its marker says so; the author's name never does, because
//! a person may share our account.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::{case::id, digest::Digest, moment::Moment, rich_text::RichText};

id! {
    /// A comment's id on its own side (a UUID in Contrast, a number in Jira).
    CommentId
}
id! {
    /// The mark we leave inside each comment we write: unguessable before it is written,
    /// and different for each attempt.
    Nonce
}

/// The two sides of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Contrast.
    Case,
    /// Jira.
    Ticket,
}

impl Side {
    /// The other one.
    pub const fn other(self) -> Self {
        match self {
            Self::Case => Self::Ticket,
            Self::Ticket => Self::Case,
        }
    }

    /// The product's name, for people.
    pub const fn product(self) -> &'static str {
        match self {
            Self::Case => "Contrast",
            Self::Ticket => "Jira",
        }
    }
}

/// A comment as it was read just now. The marker is already taken off the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentReading {
    /// Its id on the side it was read from.
    pub id: CommentId,
    /// The author's name, for people; never an e-mail address.
    pub author: String,
    /// When it was made.
    pub created_at: Option<Moment>,
    /// When it was last changed.
    pub updated_at: Option<Moment>,
    /// What it says.
    pub body: RichText,
    /// Visible to a restricted group only (Jira).
    pub internal: bool,
    /// Our mark, where the comment bears one.
    pub marker: Option<Nonce>,
}

impl CommentReading {
    /// The fingerprint of what a mirror of this comment depends on.
    pub fn digest(&self) -> Digest {
        Digest::of(&[&self.author, &self.body.to_plain()])
    }
}

/// What a side told when we wrote a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenComment {
    /// Its id on the side we wrote to.
    pub id: CommentId,
    /// The time of that change, as that side tells it; an event that bears it is our own echo.
    pub updated_at: Option<Moment>,
}
