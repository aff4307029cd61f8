//! A ticket: a Jira issue that belongs to a case.
//!
//! Its identity is (site, numeric id); the key is a label that may change when it is moved.

use alloc::{format, string::String, vec::Vec};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    case::{CaseId, OrgId, Phase, id},
    moment::Moment,
    rich_text::RichText,
};

id! {
    /// The name of a Jira site in the settings.
    SiteName
}
id! {
    /// Jira's numeric id of a ticket: its identity within a site.
    TicketId
}
id! {
    /// The key people know, such as `SEC-12`. Changes when the ticket is moved.
    TicketKey
}

/// A ticket as we remember it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// The site it lives on.
    pub site: SiteName,
    /// Its identity there.
    pub id: TicketId,
    /// Its present key.
    pub key: TicketKey,
}

/// The searchable mark of a case on its ticket: a label that says which case the ticket belongs to.
/// `northstar_INC-2026-252_1a2b3c4d`; the last part is a digest of the organisation, so that two
/// organisations can share a site.
pub fn case_label(case: &CaseId) -> String {
    format!("{LABEL_PREFIX}{}_{}", case.number(), org_tag(case.org()))
}

/// The label that all our tickets bear, for one cheap search of what changed.
pub const SERVICE_LABEL: &str = "northstar";
const LABEL_PREFIX: &str = "northstar_";

fn org_tag(org: &OrgId) -> String {
    crate::digest::short_hex(&Sha256::digest(org.as_str().as_bytes()), 4)
}

/// Finds the case that a label names, among the organisations we serve.
pub fn case_of_label<'a>(label: &str, orgs: impl Iterator<Item = &'a OrgId>) -> Option<CaseId> {
    let (number, tag) = label.strip_prefix(LABEL_PREFIX)?.rsplit_once('_')?;
    let kind = if number.starts_with("ISS-") {
        crate::case::CaseKind::Issue
    } else {
        crate::case::CaseKind::Incident
    };
    let mut orgs = orgs;
    let org = orgs.find(|org| org_tag(org) == tag)?;
    CaseId::new(org.clone(), kind, number).ok()
}

/// The mark inside a ticket (an issue property, set in the create call itself): the only proof that
/// a ticket is the one of a case. People cannot type it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketMarker {
    /// The case the ticket belongs to.
    pub case: CaseId,
    /// The claim under which it was created.
    pub nonce: String,
}

/// A priority as a site knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Priority {
    /// Jira's id.
    pub id: String,
    /// The name, possibly localised.
    pub name: String,
}

/// A ticket as it was read just now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketReading {
    /// Identity.
    pub id: TicketId,
    /// Present key.
    pub key: TicketKey,
    /// Closed exactly when the status category's key is `done`.
    pub phase: Phase,
    /// The status's name, for people.
    pub status: String,
    /// The resolution's name, where there is one. Unreliable: never decides the phase.
    pub resolution: Option<String>,
    /// Priority, where the project has one.
    pub priority: Option<Priority>,
    /// Description; `None` when the reading did not ask for it or it is empty.
    pub description: Option<RichText>,
    /// Last change.
    pub updated_at: Option<Moment>,
    /// Our mark, when the reading asked for it.
    pub marker: Option<TicketMarker>,
}

/// A way from a ticket's present status to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// Jira's id, a string.
    pub id: String,
    /// The name people see.
    pub name: String,
    /// The status it leads to.
    pub to_status: String,
    /// Whether that status is done.
    pub to_phase: Phase,
    /// The fields of its screen.
    pub fields: Vec<ScreenField>,
}

/// A field on a transition's screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScreenField {
    /// Jira's id, such as `resolution`.
    pub id: String,
    /// The name people see.
    pub name: String,
    /// Whether the transition is refused without it and Jira has no default.
    pub required: bool,
    /// The names it may take, where it is a choice.
    pub allowed: Vec<String>,
}

/// A value for a field of a new ticket, shaped by the field's kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "kebab-case")]
pub enum FieldValue {
    /// One line of text.
    Text(String),
    /// A paragraph field.
    RichText(String),
    /// A number.
    Number(f64),
    /// `YYYY-MM-DD`.
    Date(String),
    /// RFC 3339.
    DateTime(String),
    /// One choice, by its value.
    Option(String),
    /// Several choices, by their values.
    Options(Vec<String>),
    /// A person, by account id.
    User(String),
    /// Several plain strings (labels and the like).
    Strings(Vec<String>),
    /// A choice and, below it, another.
    Cascading(Vec<String>),
}

/// Everything that goes into the call that creates a ticket.
#[derive(Clone, Debug, PartialEq)]
pub struct TicketDraft {
    /// Project key.
    pub project: String,
    /// Issue type, by name.
    pub issue_type: String,
    /// At most 255 characters on one line.
    pub summary: String,
    /// The description.
    pub description: RichText,
    /// Priority, by name.
    pub priority: Option<String>,
    /// Labels; empty when Jira refused them.
    pub labels: Vec<String>,
    /// Account id of the assignee.
    pub assignee: Option<String>,
    /// Key of the epic above it.
    pub parent: Option<String>,
    /// Additional fields by id.
    pub fields: Vec<(String, FieldValue)>,
    /// Our mark.
    pub marker: TicketMarker,
}

/// A change to a ticket's fields. `None` leaves a field alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TicketEdit {
    /// Priority, by name.
    pub priority: Option<String>,
    /// Description.
    pub description: Option<RichText>,
}

/// The link on a ticket that leads to its case. Writing it again changes it in place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteLink {
    /// Where it leads.
    pub url: String,
    /// What people read.
    pub title: String,
    /// Whether it bears a tick.
    pub resolved: bool,
}
