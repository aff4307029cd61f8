//! What the simulated Contrast is made of: people, applications, incidents, issues.
//!
//! Plain data. Nothing here decides what a request may do.

use super::shelf::Filed;

/// Somebody with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The product's id of the account.
    pub id: String,
    /// Signs in together with the service key.
    pub email: String,
    /// The name people read.
    pub name: String,
    /// Without one nobody can call the API as this person.
    pub service_key: Option<String>,
}

/// An application of the organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// The product's id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The language, in capitals.
    pub language: String,
    /// Tags.
    pub tags: Vec<String>,
    /// Names and values that the team gave it.
    pub metadata: Vec<(String, String)>,
    /// `CRITICAL` to `UNIMPORTANT`.
    pub importance: String,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The least.
    Note,
    /// Little.
    Low,
    /// Some.
    Medium,
    /// Much.
    High,
    /// The most.
    Critical,
}

impl Severity {
    /// As on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "NOTE",
            Self::Low => "LOW",
            Self::Medium => "MEDIUM",
            Self::High => "HIGH",
            Self::Critical => "CRITICAL",
        }
    }
}

/// Why an incident was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseReason {
    /// It was an attack.
    TruePositive,
    /// It was none.
    FalsePositive,
    /// It was one that does no harm, such as a test.
    BenignTruePositive,
    /// Something else.
    Other,
}

impl CloseReason {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::TruePositive,
        Self::FalsePositive,
        Self::BenignTruePositive,
        Self::Other,
    ];

    /// As on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::TruePositive => "TRUE_POSITIVE",
            Self::FalsePositive => "FALSE_POSITIVE",
            Self::BenignTruePositive => "BENIGN_TRUE_POSITIVE",
            Self::Other => "OTHER",
        }
    }

    pub(super) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }
}

/// Where an application runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// At the developers'.
    Development,
    /// Under test.
    Qa,
    /// For real.
    Production,
}

impl Environment {
    /// As REST says it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Development => "DEVELOPMENT",
            Self::Qa => "QA",
            Self::Production => "PRODUCTION",
        }
    }

    /// As the servers of a push say it.
    pub fn short_word(self) -> &'static str {
        match self {
            Self::Development => "DEV",
            other => other.word(),
        }
    }
}

/// What came of an attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttackResult {
    /// It worked.
    Exploited,
    /// It was stopped.
    Blocked,
    /// It was a try that could not work.
    Probed,
    /// Nobody knows.
    Suspicious,
}

impl AttackResult {
    /// As on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Exploited => "EXPLOITED",
            Self::Blocked => "BLOCKED",
            Self::Probed => "PROBED",
            Self::Suspicious => "SUSPICIOUS",
        }
    }
}

/// A server that was attacked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// The product's id.
    pub id: String,
    /// The host's name.
    pub hostname: String,
    /// Where it runs.
    pub environment: Environment,
    /// Such as `Linux`.
    pub operating_system: String,
}

/// An address that attacks came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The address.
    pub address: String,
    /// Whether the latest attack from there was stopped.
    pub blocked: bool,
    /// How many attacks came from there.
    pub count: u64,
}

/// One detection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimObservation {
    /// The product's id.
    pub id: String,
    /// The address it came from.
    pub source: String,
    /// The route that was attacked.
    pub route: String,
    /// The rule that noticed it.
    pub rule: String,
    /// The application's name.
    pub application: String,
    /// What came of it.
    pub result: AttackResult,
    /// What was sent.
    pub value: String,
    /// When.
    pub detected_ms: i64,
}

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimComment {
    /// The product's id.
    pub id: String,
    /// The id of its author's account.
    pub user_id: String,
    /// The e-mail of its author.
    pub user: String,
    /// The text.
    pub text: String,
    /// When it was written, in nanoseconds since the epoch. No two comments share one.
    pub created_ns: i64,
    /// When it was last changed, likewise.
    pub updated_ns: i64,
}

/// An incident.
#[derive(Clone, Debug, PartialEq)]
pub struct SimIncident {
    /// `INC-<year>-<number>`.
    pub id: String,
    /// The name.
    pub name: String,
    /// Open or closed.
    pub open: bool,
    /// How bad it is.
    pub severity: Severity,
    /// From 0 to 10.
    pub score: f64,
    /// Why it was closed, while it is.
    pub close_reason: Option<CloseReason>,
    /// The e-mail of whoever closed or opened it last; none when nobody ever did.
    pub status_set_by: Option<String>,
    /// The ids of the rules.
    pub rules: Vec<String>,
    /// The names of the applications.
    pub applications: Vec<String>,
    /// Where it happened.
    pub environment: Environment,
    /// What happened, for people.
    pub summary: String,
    /// What to do, in the product's markup.
    pub actions: Vec<String>,
    /// Links to runbooks.
    pub runbooks: Vec<String>,
    /// The servers.
    pub servers: Vec<Server>,
    /// Where the attacks came from.
    pub sources: Vec<Source>,
    /// All detections, the oldest first.
    pub observations: Vec<SimObservation>,
    /// The ids of the issues that belong to it.
    pub issues: Vec<String>,
    /// All comments, the oldest first.
    pub comments: Vec<SimComment>,
    /// The position of the person it is assigned to.
    pub(super) assignee: Option<usize>,
    /// When it was raised.
    pub created_ms: i64,
    /// When it last changed, as far as the sorted list knows.
    pub updated_ms: i64,
    /// When it was closed, while it is.
    pub closed_ms: Option<i64>,
    /// When it was last attacked.
    pub attacked_ms: i64,
}

/// An issue: a vulnerability in one application.
#[derive(Clone, Debug, PartialEq)]
pub struct SimIssue {
    /// `ISS-<year>-<number>`.
    pub id: String,
    /// The title.
    pub title: String,
    /// Open or closed.
    pub open: bool,
    /// How bad it is; only pushes say so.
    pub severity: Severity,
    /// From 0 to 10.
    pub score: f64,
    /// The score's vector.
    pub vector: String,
    /// The rule's id.
    pub rule: String,
    /// The application's name.
    pub application: String,
    /// The route, or empty.
    pub route: String,
    /// What is wrong, for people; only pushes say so.
    pub description: String,
    /// Where it was seen.
    pub environment: Environment,
    /// The incident it belongs to.
    pub incident: Option<String>,
    /// All comments, the oldest first.
    pub comments: Vec<SimComment>,
    /// When it was found.
    pub created_ms: i64,
    /// When it last changed, as far as the sorted list knows.
    pub updated_ms: i64,
    /// When it was closed, while it is.
    pub closed_ms: Option<i64>,
}

impl Filed for SimIncident {
    fn updated_ms(&self) -> i64 {
        self.updated_ms
    }

    fn set_updated_ms(&mut self, now_ms: i64) {
        self.updated_ms = now_ms;
    }
}

impl Filed for SimIssue {
    fn updated_ms(&self) -> i64 {
        self.updated_ms
    }

    fn set_updated_ms(&mut self, now_ms: i64) {
        self.updated_ms = now_ms;
    }
}

/// An id that looks random and is not: the same counter always gives the same one.
pub(super) fn uuid_like(space: u16, number: u64) -> String {
    let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    format!(
        "{:08x}-{space:04x}-4{:03x}-8{:03x}-{number:012x}",
        mixed >> 32,
        (mixed >> 20) & 0xfff,
        mixed & 0xfff,
    )
}
