//! Reading issues over REST.
//!
//! Never tells an issue's severity or description: only pushes do.

use serde_json::{Value, json};

use super::{
    Contrast, SimIssue,
    answer::{Answer, Answered, Refusal},
    incidents::{score_text, status_word},
    query::Query,
    route::Kind,
    times::iso_ms,
};

impl Contrast {
    pub(super) fn list_issues(&self, query: &Query<'_>) -> Answered {
        let page = query.page()?;
        let issues = self.issues.ordered(query.order()?);
        let content: Vec<_> = page
            .cut(issues)
            .map(|issue| self.issue_row(issue, true))
            .collect();
        let page = page.told_with_total(self.issues.len());
        Ok(Answer::ok(json!({ "content": content, "page": page })))
    }

    pub(super) fn list_issues_of(&self, incident_id: &str, query: &Query<'_>) -> Answered {
        let page = query.page()?;
        let ids = &self.incident_at(incident_id)?.issues;
        let issues = page.cut(ids.iter()).filter_map(|id| self.issues.get(id));
        let content: Vec<_> = issues.map(|issue| self.issue_row(issue, true)).collect();
        Ok(Answer::ok(
            json!({ "content": content, "page": page.told_with_total(ids.len()) }),
        ))
    }

    pub(super) fn read_issue(&self, id: &str) -> Answered {
        Ok(Answer::ok(self.issue_row(self.issue_at(id)?, false)))
    }

    pub(super) fn issue_at(&self, id: &str) -> Result<&SimIssue, Refusal> {
        self.issues
            .get(id)
            .ok_or_else(|| self.absent(Kind::Issue, id))
    }

    /// Only rows of a list carry the link.
    fn issue_row(&self, issue: &SimIssue, linked: bool) -> Value {
        let application = self.application(&issue.application);
        let mut row = json!({
            "issueId": issue.id,
            "status": status_word(issue.open),
            "applicationId": application.map(|application| &application.id),
            "title": issue.title,
            "ruleId": issue.rule,
            "applicationName": issue.application,
            "applicationLanguage": application.map_or("", |application| &application.language),
            "httpRoute": issue.route,
            "currentIncidentId": issue.incident,
            "incidentCount": u8::from(issue.incident.is_some()),
            "observationCount": 1,
            "attackCount": 0,
            "exploitedAttackCount": 0,
            "suspiciousAttackCount": 0,
            "blockedAttackCount": 0,
            "cvssScore": score_text(issue.score),
            "cvssVector": issue.vector,
            "createdAt": iso_ms(issue.created_ms),
            "closedAt": issue.closed_ms.map(iso_ms),
            "lastAttackedAt": null,
            "lastObservationAt": iso_ms(issue.created_ms),
            "deploymentTier": [issue.environment.word()],
        });
        if linked {
            row["issueLink"] = Value::String(self.link("issues", &issue.id));
        }
        row
    }
}
