//! What can go wrong, closed, and only as fine as anybody branches on it.
//!
//! Never holds a body, a token or an e-mail address: its text is logged and shown.

use alloc::{format, string::String, vec::Vec};

use crate::{moment::Moment, settings::ConnectionName, ticket::SiteName};

/// Whether a call that failed may have had its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It certainly had none.
    None,
    /// It may have had it: the answer was lost, or made no sense.
    Unknown,
}

/// One of the two products at one address with one credential.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Peer {
    /// A Contrast connection.
    Connection(ConnectionName),
    /// A Jira site.
    Site(SiteName),
}

impl core::fmt::Display for Peer {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Connection(name) => write!(formatter, "connection:{name}"),
            Self::Site(name) => write!(formatter, "site:{name}"),
        }
    }
}

/// Why Jira refused a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// Not on the screen, unknown, or not assignable: the ticket can do without it.
    CannotBeSet,
    /// It is missing, and the ticket cannot do without it.
    Required,
    /// Anything else.
    Other,
}

/// A field that Jira refused, with Jira's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedField {
    /// The field's id.
    pub field: String,
    /// Jira's words.
    pub words: String,
    /// What they mean.
    pub kind: RefusalKind,
}

/// What can be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TroubleKind {
    /// The same call may succeed later.
    AgainLater {
        /// Whether it may have had its effect already.
        effect: Effect,
        /// Not before this moment, where the other side said so.
        not_before: Option<Moment>,
    },
    /// The same call will never succeed as it is.
    Never {
        /// Fields that were named.
        fields: Vec<RefusedField>,
    },
    /// The credentials were refused: nothing of that peer succeeds until they are replaced.
    CredentialsRefused(Peer),
    /// Somebody else has it: a lease is held, or was lost.
    Held,
}

/// Something went wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("while {doing}: {words}")]
pub struct Trouble {
    /// What we were doing, such as `opening the ticket`.
    pub doing: String,
    /// What happened, in the other side's words where it gave any.
    pub words: String,
    /// What can be done about it.
    pub kind: TroubleKind,
}

impl Trouble {
    /// A trouble that may pass and had no effect.
    pub fn again_later(doing: &str, words: impl Into<String>) -> Self {
        Self::of(
            doing,
            words,
            TroubleKind::AgainLater {
                effect: Effect::None,
                not_before: None,
            },
        )
    }

    /// A trouble after which nobody knows whether the call had its effect.
    pub fn unknown_effect(doing: &str, words: impl Into<String>) -> Self {
        Self::of(
            doing,
            words,
            TroubleKind::AgainLater {
                effect: Effect::Unknown,
                not_before: None,
            },
        )
    }

    /// A trouble that will not pass by itself.
    pub fn never(doing: &str, words: impl Into<String>) -> Self {
        Self::of(doing, words, TroubleKind::Never { fields: Vec::new() })
    }

    /// A trouble of a kind.
    pub fn of(doing: &str, words: impl Into<String>, kind: TroubleKind) -> Self {
        Self {
            doing: doing.into(),
            words: words.into(),
            kind,
        }
    }

    /// Whether the call may have had its effect.
    pub const fn effect_is_unknown(&self) -> bool {
        matches!(
            self.kind,
            TroubleKind::AgainLater {
                effect: Effect::Unknown,
                ..
            }
        )
    }

    /// The trouble as people read it.
    pub fn for_people(&self) -> String {
        format!("while {}: {}", self.doing, self.words)
    }
}
