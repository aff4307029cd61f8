//! What is known of a case: the parts that pushes, readings and the enrichment tell.
//!
//! A part that was not told is never taken for one that is not there.

use alloc::{format, string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use super::{CaseId, CloseReason, Phase, Score, Severity};
use crate::{moment::Moment, rich_text::RichText};

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
