//! Aspects: what about a case may have changed, as far as a wake-up can tell.
//!
//! An aspect only says where to look. It never says what is true.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
};
use core::fmt;

use crate::{
    case::{CaseFacts, CaseId},
    comment::CommentId,
    moment::Moment,
    ticket::{TicketId, TicketKey},
};

/// Something that may have changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// The case itself.
    Case,
    /// The ticket itself.
    Ticket,
    /// Any comment of the case.
    CaseComments,
    /// Any comment of the ticket.
    TicketComments,
    /// One comment of the ticket.
    TicketComment(CommentId),
    /// One comment of the ticket, said to be deleted.
    TicketCommentGone(CommentId),
    /// A ticket that bears the case's label, and its key where it was told.
    Candidate(TicketId, Option<TicketKey>),
    /// Nothing that we know of: only what is owed.
    Owed,
}

impl Aspect {
    /// Reads what `Display` prints.
    pub fn parse(text: &str) -> Option<Self> {
        let (word, id) = text.split_once(':').unwrap_or((text, ""));
        match word {
            "case" => Some(Self::Case),
            "ticket" => Some(Self::Ticket),
            "case-comments" => Some(Self::CaseComments),
            "ticket-comments" => Some(Self::TicketComments),
            "ticket-comment" => CommentId::new(id).ok().map(Self::TicketComment),
            "ticket-comment-gone" => CommentId::new(id).ok().map(Self::TicketCommentGone),
            "candidate" => {
                let (id, key) = id.split_once(':').unwrap_or((id, ""));
                let key = TicketKey::new(key).ok();
                TicketId::new(id).ok().map(|id| Self::Candidate(id, key))
            }
            "owed" => Some(Self::Owed),
            _ => None,
        }
    }

    /// Everything that can be looked at.
    pub fn everything() -> BTreeSet<Self> {
        BTreeSet::from([
            Self::Case,
            Self::Ticket,
            Self::CaseComments,
            Self::TicketComments,
        ])
    }

    /// The form in which it is stored.
    pub fn to_text(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Aspect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Case => "case".to_string(),
            Self::Ticket => "ticket".to_string(),
            Self::CaseComments => "case-comments".to_string(),
            Self::TicketComments => "ticket-comments".to_string(),
            Self::TicketComment(id) => format!("ticket-comment:{id}"),
            Self::TicketCommentGone(id) => format!("ticket-comment-gone:{id}"),
            Self::Candidate(id, None) => format!("candidate:{id}"),
            Self::Candidate(id, Some(key)) => format!("candidate:{id}:{key}"),
            Self::Owed => "owed".to_string(),
        };
        formatter.write_str(&text)
    }
}

/// A wish that a case be looked at. Stored before its cause is answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Wakeup {
    /// The case.
    pub case: CaseId,
    /// What may have changed.
    pub aspects: BTreeSet<Aspect>,
    /// What a push told, and when it was true.
    pub pushed: Option<(CaseFacts, Moment)>,
}
