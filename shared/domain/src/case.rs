//! A case: an incident or an issue in Contrast that we follow, and what is known of it.
//!
//! Nothing here knows how Contrast writes these things on the wire.

use alloc::string::{String, ToString};
use core::fmt;

use serde::{Deserialize, Serialize};

mod bounds;
mod facts;

pub use facts::{Application, CaseFacts, Observation, RelatedIssue, Server, SourceAddress};

/// Why a piece of text cannot be an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is 1 to 128 letters, digits, '.', '_' or '-', and this is not one")]
pub struct NotAnId;

pub(crate) fn check_id(text: &str) -> Result<(), NotAnId> {
    let fits = !text.is_empty()
        && text.len() <= 128
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'));
    if fits { Ok(()) } else { Err(NotAnId) }
}

/// Declares an id: private text, one constructor, readable, printable and storable.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "alloc::string::String", into = "alloc::string::String")]
        pub struct $name(alloc::string::String);

        impl $name {
            /// Accepts 1 to 128 letters, digits, `.`, `_` or `-`.
            pub fn new(text: impl Into<alloc::string::String>) -> Result<Self, $crate::case::NotAnId> {
                let text = text.into();
                $crate::case::check_id(&text)?;
                Ok(Self(text))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<alloc::string::String> for $name {
            type Error = $crate::case::NotAnId;
            fn try_from(text: alloc::string::String) -> Result<Self, Self::Error> {
                Self::new(text)
            }
        }

        impl From<$name> for alloc::string::String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}
pub(crate) use id;

id! {
    /// A Contrast organisation (a UUID).
    OrgId
}

/// The two kinds of case. Each has its own rules in the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseKind {
    /// `INC-<year>-<n>`: an attack worth responding to.
    Incident,
    /// `ISS-<year>-<n>`: a vulnerability in one application.
    Issue,
}

impl CaseKind {
    /// The word in settings, logs and sentences.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Incident => "incident",
            Self::Issue => "issue",
        }
    }
}

/// The identity of a case: organisation, kind, and the number people know (`INC-2026-252`).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CaseId {
    org: OrgId,
    kind: CaseKind,
    number: String,
}

impl CaseId {
    /// Puts an identity together; the number obeys the rules of every id.
    pub fn new(org: OrgId, kind: CaseKind, number: impl Into<String>) -> Result<Self, NotAnId> {
        let number = number.into();
        check_id(&number)?;
        Ok(Self { org, kind, number })
    }

    /// The organisation it belongs to.
    pub const fn org(&self) -> &OrgId {
        &self.org
    }

    /// Incident or issue.
    pub const fn kind(&self) -> CaseKind {
        self.kind
    }

    /// The number people know, such as `INC-2026-252`.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// Reads what `Display` prints: `<org>/<kind>/<number>`.
    pub fn parse(text: &str) -> Result<Self, NotAnId> {
        let mut parts = text.splitn(3, '/');
        let (Some(org), Some(kind), Some(number)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(NotAnId);
        };
        let kind = match kind {
            "incident" => CaseKind::Incident,
            "issue" => CaseKind::Issue,
            _ => return Err(NotAnId),
        };
        Self::new(OrgId::new(org)?, kind, number)
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}/{}/{}",
            self.org,
            self.kind.word(),
            self.number
        )
    }
}

impl fmt::Debug for CaseId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl TryFrom<String> for CaseId {
    type Error = NotAnId;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<CaseId> for String {
    fn from(case: CaseId) -> Self {
        case.to_string()
    }
}

/// The one status both sides share: a case is open or closed, a ticket is not done or done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// The case is open; the ticket is in any status category but *done*.
    Open,
    /// The case is closed; the ticket is in the status category *done*.
    Closed,
}

/// Severity of a case, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Severity {
    /// CRITICAL
    Critical,
    /// HIGH
    High,
    /// MEDIUM
    Medium,
    /// LOW
    Low,
    /// NOTE
    Note,
}

impl Severity {
    /// All severities, worst first.
    pub const ALL: [Self; 5] = [
        Self::Critical,
        Self::High,
        Self::Medium,
        Self::Low,
        Self::Note,
    ];

    /// The word Contrast uses, in capitals.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Critical => "CRITICAL",
            Self::High => "HIGH",
            Self::Medium => "MEDIUM",
            Self::Low => "LOW",
            Self::Note => "NOTE",
        }
    }

    /// Reads the word in any case; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|severity| severity.word().eq_ignore_ascii_case(text.trim()))
    }
}

/// Score of a case, 0.0 to 10.0, kept in tenths so that it compares exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Score(u8);

impl Score {
    /// From a number; what is outside 0 to 10 (or not a number) is refused.
    pub fn new(score: f64) -> Option<Self> {
        if !(0.0..=10.0).contains(&score) {
            return None;
        }
        // In range, so that the cast can neither truncate nor change the sign.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let tenths = (score * 10.0 + 0.5) as u8;
        Some(Self(tenths))
    }
}

impl fmt::Display for Score {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

/// Why a case was closed. Contrast demands one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CloseReason {
    /// TRUE_POSITIVE
    TruePositive,
    /// FALSE_POSITIVE
    FalsePositive,
    /// BENIGN_TRUE_POSITIVE
    BenignTruePositive,
    /// OTHER
    Other,
}

impl CloseReason {
    /// All reasons.
    pub const ALL: [Self; 4] = [
        Self::TruePositive,
        Self::FalsePositive,
        Self::BenignTruePositive,
        Self::Other,
    ];

    /// The word Contrast uses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::TruePositive => "TRUE_POSITIVE",
            Self::FalsePositive => "FALSE_POSITIVE",
            Self::BenignTruePositive => "BENIGN_TRUE_POSITIVE",
            Self::Other => "OTHER",
        }
    }

    /// Reads the word in any case; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|reason| reason.word().eq_ignore_ascii_case(text.trim()))
    }
}
