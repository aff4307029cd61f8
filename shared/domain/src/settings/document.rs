//! The settings as people write them, and the one way from there to validated settings.
//!
//! Everything here is lenient on reading and strict on validating, so that one look reports every
//! fault at once. A fault never repeats an e-mail address or anything that may be a secret.

use alloc::{collections::BTreeMap, format, string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use super::{Connection, ConnectionName, Settings, Site};
use crate::{digest::Digest, ticket::SiteName};

mod address;
mod peers;
mod report;
mod routes;
#[cfg(test)]
pub(crate) mod tests;
mod ticket;
mod written;

pub use report::Fault;
pub use written::{TOML_DATE, UnknownKeys, Written};

use report::Report;

/// The default template of a ticket's summary.
pub const DEFAULT_SUMMARY: &str = "[{severity}] {name} ({number})";
const MOST_PEERS: usize = 50;
const MOST_ROUTES: usize = 500;
const MOST_FIELDS: usize = 50;

/// The whole document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SettingsDocument {
    /// Contrast organisations.
    pub connections: Vec<ConnectionDocument>,
    /// Jira sites.
    pub sites: Vec<SiteDocument>,
    /// Routes, in the order in which they are tried.
    pub routes: Vec<RouteDocument>,
    /// Keys that mean nothing; each is a fault.
    #[serde(flatten, skip_serializing)]
    pub unknown: UnknownKeys,
}

/// A Contrast organisation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConnectionDocument {
    /// Its name; part of its webhook's address.
    #[serde(deserialize_with = "written::text")]
    pub name: String,
    /// The address of Contrast.
    #[serde(deserialize_with = "written::text")]
    pub url: String,
    /// The organisation's id.
    #[serde(
        alias = "organization",
        alias = "organisation",
        deserialize_with = "written::text"
    )]
    pub org: String,
    /// `auto`, `on` or `off`.
    #[serde(
        deserialize_with = "written::optional_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub list_comments: Option<String>,
    /// `auto`, `on` or `off`.
    #[serde(
        deserialize_with = "written::optional_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub edit_comments: Option<String>,
    /// `auto`, `on` or `off`.
    #[serde(
        deserialize_with = "written::optional_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub delete_comments: Option<String>,
    /// Path templates by operation.
    #[serde(
        deserialize_with = "written::texts_by_key",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub paths: BTreeMap<String, String>,
    /// Keys that mean nothing; each is a fault.
    #[serde(flatten, skip_serializing)]
    pub unknown: UnknownKeys,
}

/// A Jira site.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteDocument {
    /// Its name.
    #[serde(deserialize_with = "written::text")]
    pub name: String,
    /// The address people use.
    #[serde(deserialize_with = "written::text")]
    pub url: String,
    /// The address the interface is called at, where it differs.
    #[serde(
        deserialize_with = "written::optional_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub api_url: Option<String>,
    /// `cloud`, which is also the default.
    #[serde(
        deserialize_with = "written::optional_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub deployment: Option<String>,
    /// Keys that mean nothing; each is a fault.
    #[serde(flatten, skip_serializing)]
    pub unknown: UnknownKeys,
}

/// A route. `None` in a list means that it was not written, and so gets its default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RouteDocument {
    /// Its name.
    #[serde(deserialize_with = "written::text")]
    pub name: String,
    /// The connection whose cases it takes.
    #[serde(
        deserialize_with = "written::optional_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub connection: Option<String>,
    /// `incident`, `issue` or both.
    #[serde(
        deserialize_with = "written::optional_texts",
        skip_serializing_if = "Option::is_none"
    )]
    pub kinds: Option<Vec<String>>,
    /// Names or ids of applications, or `*`.
    #[serde(
        deserialize_with = "written::optional_texts",
        skip_serializing_if = "Option::is_none"
    )]
    pub applications: Option<Vec<String>>,
    /// Severities.
    #[serde(
        deserialize_with = "written::texts",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub severities: Vec<String>,
    /// Rule ids.
    #[serde(
        deserialize_with = "written::texts",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub rules: Vec<String>,
    /// A date or a point in time.
    #[serde(deserialize_with = "written::text")]
    pub start: String,
    /// Whether older open cases are taken too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backfill: Option<Written>,
    /// How the ticket is made.
    pub ticket: TicketDocument,
    /// What flows.
    pub flow: FlowDocument,
    /// What closing one side means for the other.
    pub closing: ClosingDocument,
    /// Keys that mean nothing; each is a fault.
    #[serde(flatten, skip_serializing)]
    pub unknown: UnknownKeys,
}

/// How a route makes its tickets.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TicketDocument {
    /// Name of the site.
    #[serde(deserialize_with = "written::text")]
    pub site: String,
    /// Project key.
    #[serde(deserialize_with = "written::text")]
    pub project: String,
    /// Issue type, by name.
    #[serde(deserialize_with = "written::text")]
    pub issue_type: String,
    /// Key of the default epic.
    #[serde(
        deserialize_with = "written::optional_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub parent: Option<String>,
    /// Account id of the default assignee.
    #[serde(
        deserialize_with = "written::optional_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub assignee: Option<String>,
    /// Template of the summary.
    #[serde(
        deserialize_with = "written::optional_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub summary: Option<String>,
    /// Labels.
    #[serde(
        deserialize_with = "written::texts",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub labels: Vec<String>,
    /// Priority name by severity.
    #[serde(
        deserialize_with = "written::texts_by_key",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub priorities: BTreeMap<String, String>,
    /// Additional fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldDocument>,
    /// Keys that mean nothing; each is a fault.
    #[serde(flatten, skip_serializing)]
    pub unknown: UnknownKeys,
}

/// An additional field and its value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldDocument {
    /// Jira's id of the field, such as `customfield_10020`.
    #[serde(deserialize_with = "written::text")]
    pub id: String,
    /// The shape of its value.
    #[serde(deserialize_with = "written::text")]
    pub kind: String,
    /// Its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Written>,
    /// Keys that mean nothing; each is a fault.
    #[serde(flatten, skip_serializing)]
    pub unknown: UnknownKeys,
}

/// The switches of a route, each `true` or `false`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FlowDocument {
    /// Whether anything flows from Jira to Contrast; default `true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bidirectional: Option<Written>,
    /// Whether a done ticket closes the case; default `true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_close: Option<Written>,
    /// Whether a reopened ticket reopens the case; default `true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reopen: Option<Written>,
    /// Whether comments cross; default `true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<Written>,
    /// Whether deleting a comment in Jira deletes its mirror in Contrast; default `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete_in_contrast: Option<Written>,
    /// Whether internal comments of Jira cross; default `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub internal_comments: Option<Written>,
    /// Keys that mean nothing; each is a fault.
    #[serde(flatten, skip_serializing)]
    pub unknown: UnknownKeys,
}

/// What closing one side means for the other.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClosingDocument {
    /// Close reason for any other resolution, or none; default `OTHER`.
    #[serde(
        deserialize_with = "written::optional_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub default_reason: Option<String>,
    /// Resolution where the close reason is unknown.
    #[serde(
        deserialize_with = "written::optional_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub default_resolution: Option<String>,
    /// Transition or target status to prefer when closing.
    #[serde(
        deserialize_with = "written::optional_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub done_transition: Option<String>,
    /// Transition or target status to prefer when reopening.
    #[serde(
        deserialize_with = "written::optional_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub reopen_transition: Option<String>,
    /// Close reason by resolution name.
    #[serde(
        deserialize_with = "written::texts_by_key",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub reasons: BTreeMap<String, String>,
    /// Resolution name by close reason.
    #[serde(
        deserialize_with = "written::texts_by_key",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub resolutions: BTreeMap<String, String>,
    /// Keys that mean nothing; each is a fault.
    #[serde(flatten, skip_serializing)]
    pub unknown: UnknownKeys,
}

impl SettingsDocument {
    /// The connections without a fault, whatever faults the rest has: for trying them out before
    /// there is a route.
    pub fn usable_connections(&self) -> BTreeMap<ConnectionName, Connection> {
        without_fault(&self.connections, peers::connections)
    }

    /// The sites without a fault, whatever faults the rest has.
    pub fn usable_sites(&self) -> BTreeMap<SiteName, Site> {
        without_fault(&self.sites, peers::sites)
    }

    /// The validated settings, or every fault of the document at once.
    pub fn validate(self) -> Result<Settings, Vec<Fault>> {
        let mut report = Report::default();
        report.unknown_keys("", &self.unknown, "connections, sites and routes");
        let connections = peers::connections(&self.connections, &mut report);
        let sites = peers::sites(&self.sites, &mut report);
        let routes = routes::routes(&self, &mut report);
        report.finish()?;
        // The derived text of validated values is canonical: maps are sorted, defaults filled in.
        let digest = Digest::of(&[&format!("{connections:?}{sites:?}{routes:?}")]);
        Ok(Settings {
            digest,
            connections,
            sites,
            routes,
        })
    }
}

/// Those of the documents that have no fault when each is looked at alone.
fn without_fault<D, N: Ord, T>(
    documents: &[D],
    validate: fn(&[D], &mut Report) -> BTreeMap<N, T>,
) -> BTreeMap<N, T> {
    let mut usable = BTreeMap::new();
    for document in documents {
        let mut report = Report::default();
        let found = validate(core::slice::from_ref(document), &mut report);
        if report.finish().is_ok() {
            usable.extend(found);
        }
    }
    usable
}
