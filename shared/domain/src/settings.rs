//! The settings: connections, sites and routes, as one document that was validated whole.
//!
//! A `Settings` value cannot exist with a fault in it; `document` holds the form people write, and
//! turns it into this one or into the list of all its faults. No secret ever stands here.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use crate::{
    case::{CaseId, CaseKind, CloseReason, OrgId, Severity, id},
    digest::Digest,
    moment::Moment,
    ticket::{FieldValue, SiteName},
};

pub mod document;

id! {
    /// The name of a Contrast connection in the settings; part of its webhook's URL.
    ConnectionName
}
id! {
    /// The name of a route in the settings.
    RouteName
}

/// The whole validated document.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Fingerprint of the document; when it changes, unrouted and stuck cases are looked at again.
    pub digest: Digest,
    /// Contrast organisations, by name; no two share an organisation.
    pub connections: BTreeMap<ConnectionName, Connection>,
    /// Jira sites, by name.
    pub sites: BTreeMap<SiteName, Site>,
    /// Routes, in the order in which they are tried.
    pub routes: Vec<Route>,
}

impl Settings {
    /// The connection that serves an organisation.
    pub fn connection_of(&self, org: &OrgId) -> Option<&Connection> {
        self.connections
            .values()
            .find(|connection| connection.org == *org)
    }

    /// The route of that name.
    pub fn route(&self, name: &RouteName) -> Option<&Route> {
        self.routes.iter().find(|route| route.name == *name)
    }

    /// The case that a ticket's label names, if it is one of ours.
    pub fn case_of_label(&self, label: &str) -> Option<CaseId> {
        crate::ticket::case_of_label(label, self.connections.values().map(|c| &c.org))
    }
}

/// The operations on Contrast whose paths a tenant may change; the adapter has a default for each.
pub const OPERATIONS: [&str; 18] = [
    "list-incidents",
    "read-incident",
    "set-incident-status",
    "list-incident-addresses",
    "list-incident-observations",
    "list-incident-issues",
    "list-incident-comments",
    "create-incident-comment",
    "edit-incident-comment",
    "delete-incident-comment",
    "list-issues",
    "read-issue",
    "set-issue-status",
    "list-issue-comments",
    "create-issue-comment",
    "edit-issue-comment",
    "delete-issue-comment",
    "list-applications",
];

/// Whether an operation that nobody has documented may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Switch {
    /// Try it; where it turns out to be missing, do without and say so.
    #[default]
    Auto,
    /// Rely on it.
    On,
    /// Do without.
    Off,
}

/// A Contrast organisation and how to reach it.
#[derive(Clone, Debug, PartialEq)]
pub struct Connection {
    /// Its name.
    pub name: ConnectionName,
    /// The host root, without `/Contrast` and without a slash at the end.
    pub url: String,
    /// The organisation.
    pub org: OrgId,
    /// Listing comments.
    pub list_comments: Switch,
    /// Editing comments.
    pub edit_comments: Switch,
    /// Deleting comments.
    pub delete_comments: Switch,
    /// Path templates by operation, where a tenant's differ from the defaults.
    pub paths: BTreeMap<String, String>,
}

/// A Jira site and how to reach it.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Its name.
    pub name: SiteName,
    /// The address people use, such as `https://acme.atlassian.net`, without a slash at the end.
    pub url: String,
    /// The address the interface is called at; differs from `url` for scoped tokens.
    pub api_url: String,
}

/// A rule that says which cases open tickets, where, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// Its name.
    pub name: RouteName,
    /// Only cases of this connection, or of any.
    pub connection: Option<ConnectionName>,
    /// Kinds of case it takes.
    pub kinds: Vec<CaseKind>,
    /// Names or ids of applications; `*` stands for any.
    pub applications: Vec<String>,
    /// Severities it takes; empty means any.
    pub severities: Vec<Severity>,
    /// Rule ids it takes; empty means any. With severities given too, either is enough.
    pub rules: Vec<String>,
    /// Cases created before this moment open no ticket, unless `backfill` is on.
    pub start: Moment,
    /// Whether older open cases are taken too, in small portions.
    pub backfill: bool,
    /// How the ticket is made.
    pub ticket: TicketTemplate,
    /// What flows.
    pub flow: Flow,
    /// What closing one side means for the other.
    pub closing: Closing,
}

/// How a route makes its tickets.
#[derive(Clone, Debug, PartialEq)]
pub struct TicketTemplate {
    /// The site.
    pub site: SiteName,
    /// Project key.
    pub project: String,
    /// Issue type, by name.
    pub issue_type: String,
    /// Key of the default epic.
    pub parent: Option<String>,
    /// Account id of the default assignee.
    pub assignee: Option<String>,
    /// Priority name for each severity; a severity that is not named sets none.
    pub priorities: BTreeMap<Severity, String>,
    /// Labels beyond our own.
    pub labels: Vec<String>,
    /// Additional fields by id, with the value they get.
    pub fields: Vec<(String, FieldValue)>,
    /// Template of the summary: `{number}`, `{name}`, `{severity}`, `{score}`, `{applications}`, `{rules}`.
    pub summary: String,
}

/// The switches of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // Each is a switch of its own on the settings page.
pub struct Flow {
    /// Whether anything flows from Jira to Contrast.
    pub bidirectional: bool,
    /// Whether a done ticket closes the case.
    pub auto_close: bool,
    /// Whether a reopened ticket reopens the case.
    pub reopen: bool,
    /// Whether comments cross.
    pub comments: bool,
    /// Whether deleting a comment in Jira deletes its mirror in Contrast.
    pub delete_in_contrast: bool,
    /// Whether internal comments of Jira cross.
    pub internal_comments: bool,
}

/// What closing one side means for the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Closing {
    /// Close reason for each resolution name (in lower case).
    pub reasons: BTreeMap<String, CloseReason>,
    /// Close reason for any other resolution, or none.
    pub default_reason: CloseReason,
    /// Resolution name for each close reason.
    pub resolutions: BTreeMap<CloseReason, String>,
    /// Resolution where the close reason is unknown.
    pub default_resolution: Option<String>,
    /// Name of the transition (or target status) to prefer when closing.
    pub done_transition: Option<String>,
    /// Name of the transition (or target status) to prefer when reopening.
    pub reopen_transition: Option<String>,
}
