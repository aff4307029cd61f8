//! The bodies of pushes.
//!
//! Never tells what the product does not push: comments, the assignee, the reason of a closing.

use serde_json::{Value, json};

use super::{
    Contrast, SimIncident, SimIssue, SimObservation,
    incidents::status_word,
    times::{iso_ms, iso_ns},
};

const PRODUCT: &str = "ContrastADR";
const SOURCE: &str = "contrast-security-adr";

impl Contrast {
    /// The link for people.
    pub(super) fn link(&self, kind: &str, id: &str) -> String {
        format!(
            "{}/Contrast/cs/index.html#/{}/{kind}/{id}",
            self.base_url, self.org_id
        )
    }

    pub(super) fn incident_body(
        &self,
        incident: &SimIncident,
        alert: &str,
        reason: &str,
        now_ms: i64,
    ) -> Value {
        let sources: Vec<_> = incident
            .sources
            .iter()
            .map(|source| {
                json!({
                    "blocked": source.blocked,
                    "ipAddress": source.address,
                    "count": source.count.to_string(),
                })
            })
            .collect();
        let servers: Vec<_> = incident
            .servers
            .iter()
            .map(|server| {
                json!({
                    "hostname": server.hostname,
                    "environment": server.environment.short_word(),
                    "id": server.id,
                    "operatingSystem": server.operating_system,
                })
            })
            .collect();
        json!({
            "organizationUuid": self.org_id,
            "url": self.link("incidents", &incident.id),
            "productName": PRODUCT,
            "incidentId": incident.id,
            "incidentName": incident.name,
            "createdTime": iso_ms(incident.created_ms),
            "updatedTime": iso_ms(incident.updated_ms),
            "alertType": alert,
            "alertReason": reason,
            "status": if incident.open { "OPEN" } else { "CLOSED" },
            "summary": incident.summary,
            "score": incident.score,
            "severity": incident.severity.word(),
            "relatedRules": incident.rules,
            "relatedApplications": incident.applications,
            "recommendedActions": incident.actions,
            "recommendedRunbooks": incident.runbooks,
            "eventType": "contrast_security_incidentalert",
            "source": SOURCE,
            "timestamp": iso_ms(now_ms),
            "httpSourceIp": sources,
            "servers": servers,
        })
    }

    pub(super) fn issue_body(
        &self,
        issue: &SimIssue,
        alert: &str,
        reason: &str,
        now_ms: i64,
    ) -> Value {
        let application = self.application(&issue.application);
        let metadata: serde_json::Map<String, Value> = application
            .into_iter()
            .flat_map(|application| &application.metadata)
            .map(|(name, value)| (name.clone(), Value::String(value.clone())))
            .collect();
        json!({
            "alertReason": reason,
            "alertType": alert,
            "applicationId": application.map(|application| &application.id),
            "applicationLanguage": application.map(|application| &application.language),
            "applicationMetadata": metadata,
            "applicationName": issue.application,
            "closedTime": issue.closed_ms.map(iso_ms),
            "createdTime": iso_ms(issue.created_ms),
            "cvssVector": issue.vector,
            "description": issue.description,
            "environments": [issue.environment.word()],
            "eventType": "contrast_security_issuealert",
            "httpRoute": issue.route,
            "issueId": issue.id,
            "lastObserved": iso_ms(issue.created_ms),
            "organizationUuid": self.org_id,
            "productName": PRODUCT,
            "relatedIncidents": issue.incident.as_slice(),
            "ruleId": issue.rule,
            "score": issue.score,
            "severity": issue.severity.word(),
            "source": SOURCE,
            "status": status_word(issue.open),
            // This one time has more digits than the others.
            "timestamp": iso_ns(now_ms.saturating_mul(1_000_000).saturating_add(446_983)),
            "title": issue.title,
            "updateTime": iso_ms(issue.updated_ms),
            "url": self.link("issues", &issue.id),
        })
    }

    pub(super) fn attack_body(
        &self,
        incident: &SimIncident,
        seen: &SimObservation,
        now_ms: i64,
    ) -> Value {
        let mut body = self.observation_row(incident, seen);
        body["organizationUuid"] = Value::String(self.org_id.clone());
        body["incidentId"] = Value::String(incident.id.clone());
        body["eventType"] = Value::from("contrast_security_attackevent");
        body["productName"] = Value::from(PRODUCT);
        body["source"] = Value::from(SOURCE);
        body["timestamp"] = Value::String(iso_ms(now_ms));
        body
    }
}
