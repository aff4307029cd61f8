//! A case: an incident or an issue in Contrast that we follow, and what is known of it.
//!
//! Nothing here knows how Contrast writes these things on the wire.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::{moment::Moment, rich_text::RichText};

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

/// An application a case concerns. A push gives names only, REST gives both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// Its id, where one is known.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
}

/// An address attacks came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceAddress {
    /// As Contrast writes it; IPv4 or IPv6.
    pub address: String,
    /// How many requests, where known.
    pub count: Option<u64>,
    /// Whether they were blocked, where known.
    pub blocked: Option<bool>,
}

/// A server that was attacked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server {
    /// Host name.
    pub hostname: String,
    /// DEVELOPMENT, QA, PRODUCTION or whatever Contrast says.
    pub environment: Option<String>,
    /// Operating system.
    pub operating_system: Option<String>,
}

/// One observed attack, shortened to what a responder needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// When it was detected.
    pub detected_at: Option<Moment>,
    /// Rule id, such as `sql-injection`.
    pub rule: Option<String>,
    /// EXPLOITED, BLOCKED, PROBED, SUSPICIOUS or whatever Contrast says.
    pub result: Option<String>,
    /// The request URL (route).
    pub request_url: Option<String>,
    /// Where it came from.
    pub source_address: Option<String>,
    /// What was sent.
    pub attack_value: Option<String>,
}

/// An issue that belongs to an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelatedIssue {
    /// `ISS-<year>-<n>`.
    pub number: String,
    /// Its title.
    pub title: String,
}

/// What is known of a case. A push, a reading and the enrichment each know a part:
/// `None` and an empty list mean *not told*, never *there is none*.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CaseFacts {
    /// Title.
    pub name: Option<String>,
    /// Open or closed.
    pub phase: Option<Phase>,
    /// Severity.
    pub severity: Option<Severity>,
    /// Score.
    pub score: Option<Score>,
    /// What happened, in prose.
    pub summary: Option<String>,
    /// Link for people.
    pub url: Option<String>,
    /// Creation.
    pub created_at: Option<Moment>,
    /// Last change, as a push tells it; REST has no such time.
    pub updated_at: Option<Moment>,
    /// Last attack.
    pub last_attacked_at: Option<Moment>,
    /// Closing.
    pub closed_at: Option<Moment>,
    /// Why it was closed; pushes never tell, readings may.
    pub close_reason: Option<CloseReason>,
    /// Who it is assigned to in Contrast.
    pub assigned_to: Option<String>,
    /// Rule ids in kebab-case.
    pub rules: Vec<String>,
    /// Applications.
    pub applications: Vec<Application>,
    /// Environments (deployment tiers).
    pub environments: Vec<String>,
    /// Source addresses.
    pub source_addresses: Vec<SourceAddress>,
    /// Request URLs (routes) that were attacked.
    pub request_urls: Vec<String>,
    /// Servers.
    pub servers: Vec<Server>,
    /// Recommended actions, already rendered from the product's markup.
    pub recommended_actions: Vec<RichText>,
    /// Links to runbooks.
    pub runbooks: Vec<String>,
    /// Latest observations, newest first.
    pub observations: Vec<Observation>,
    /// How many observations there are in all, where known.
    pub observation_count: Option<u64>,
    /// Issues that belong to this incident.
    pub related_issues: Vec<RelatedIssue>,
}

impl CaseFacts {
    /// These facts, with everything that `newer` tells put over them.
    pub fn overlaid_with(self, newer: Self) -> Self {
        fn told<T>(newer: Vec<T>, older: Vec<T>) -> Vec<T> {
            if newer.is_empty() { older } else { newer }
        }
        Self {
            name: newer.name.or(self.name),
            phase: newer.phase.or(self.phase),
            severity: newer.severity.or(self.severity),
            score: newer.score.or(self.score),
            summary: newer.summary.or(self.summary),
            url: newer.url.or(self.url),
            created_at: newer.created_at.or(self.created_at),
            updated_at: newer.updated_at.or(self.updated_at),
            last_attacked_at: newer.last_attacked_at.or(self.last_attacked_at),
            closed_at: newer.closed_at.or(self.closed_at),
            close_reason: newer.close_reason.or(self.close_reason),
            assigned_to: newer.assigned_to.or(self.assigned_to),
            rules: told(newer.rules, self.rules),
            applications: told(newer.applications, self.applications),
            environments: told(newer.environments, self.environments),
            source_addresses: told(newer.source_addresses, self.source_addresses),
            request_urls: told(newer.request_urls, self.request_urls),
            servers: told(newer.servers, self.servers),
            recommended_actions: told(newer.recommended_actions, self.recommended_actions),
            runbooks: told(newer.runbooks, self.runbooks),
            observations: told(newer.observations, self.observations),
            observation_count: newer.observation_count.or(self.observation_count),
            related_issues: told(newer.related_issues, self.related_issues),
        }
    }

    /// What people call the case when it has no name.
    pub fn title(&self, case: &CaseId) -> String {
        self.name
            .clone()
            .unwrap_or_else(|| format!("Contrast {} {}", case.kind().word(), case.number()))
    }
}
