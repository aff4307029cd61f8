//! People and agents acting in the product itself.
//!
//! Every act queues the push that the product would send; whether it arrives is the caller's
//! choice. Nothing here goes through the limits or faults of the interface.

use super::{
    Attack, CloseReason, Contrast, IncidentSeed, IssueSeed, Severity, SimIncident, SimIssue,
    comments::acceptable, route::Kind, statuses::Change, times::year,
};

impl Contrast {
    /// Raises an incident and answers its id.
    pub fn raise_incident(&mut self, seed: IncidentSeed, now_ms: i64) -> String {
        for name in &seed.applications {
            self.know_application(name);
        }
        let attacks = seed.attacks;
        let id = self.incidents.add(year(now_ms), seed.id, |id| SimIncident {
            id,
            name: seed.name,
            open: true,
            severity: seed.severity,
            score: seed.score,
            close_reason: None,
            status_set_by: None,
            rules: seed.rules,
            applications: seed.applications,
            environment: seed.environment,
            summary: seed.summary,
            actions: seed.actions,
            runbooks: seed.runbooks,
            servers: seed.servers,
            sources: Vec::new(),
            observations: Vec::with_capacity(attacks.len()),
            issues: Vec::new(),
            comments: Vec::new(),
            assignee: None,
            created_ms: now_ms,
            updated_ms: now_ms,
            closed_ms: None,
            attacked_ms: now_ms,
        });
        for attack in attacks {
            self.observe(&id, attack, now_ms);
        }
        self.push_incident(&id, "incident_created", "Incident Created", now_ms);
        id
    }

    /// Raises an issue and answers its id.
    pub fn raise_issue(&mut self, seed: IssueSeed, now_ms: i64) -> String {
        self.know_application(&seed.application);
        let incident = seed.incident.filter(|id| self.incidents.get(id).is_some());
        let id = self.issues.add(year(now_ms), seed.id, |id| SimIssue {
            id,
            title: seed.title,
            open: true,
            severity: seed.severity,
            score: seed.score,
            vector: seed.vector,
            rule: seed.rule,
            application: seed.application,
            route: seed.route,
            description: seed.description,
            environment: seed.environment,
            incident: incident.clone(),
            comments: Vec::new(),
            created_ms: now_ms,
            updated_ms: now_ms,
            closed_ms: None,
        });
        if let Some(incident) = incident.and_then(|it| self.incidents.get_mut(&it)) {
            incident.issues.push(id.clone());
        }
        self.push_issue(&id, "issue_created", "Issue Created", now_ms);
        id
    }

    /// Another attack that belongs to an incident. False when there is none such.
    pub fn attack(&mut self, id: &str, attack: Attack, now_ms: i64) -> bool {
        self.observe(id, attack, now_ms) && {
            self.incidents.touch(id, now_ms);
            self.push_incident(id, "incident_updated", "New Attack Observed", now_ms);
            true
        }
    }

    /// Somebody (by e-mail or name) closes an open incident. False when that is impossible.
    pub fn close(&mut self, id: &str, person: &str, reason: CloseReason, now_ms: i64) -> bool {
        self.person(person)
            .is_some_and(|who| self.change_incident_status(id, Change::Close(reason), who, now_ms))
    }

    /// Somebody opens a closed incident. False when that is impossible.
    pub fn reopen(&mut self, id: &str, person: &str, now_ms: i64) -> bool {
        self.person(person)
            .is_some_and(|who| self.change_incident_status(id, Change::Open, who, now_ms))
    }

    /// An open issue is closed. False when that is impossible.
    pub fn close_issue(&mut self, id: &str, now_ms: i64) -> bool {
        self.change_issue_status(id, false, now_ms)
    }

    /// A closed issue is opened. False when that is impossible.
    pub fn reopen_issue(&mut self, id: &str, now_ms: i64) -> bool {
        self.change_issue_status(id, true, now_ms)
    }

    /// An incident turns out better or worse. False when there is none such.
    pub fn set_severity(&mut self, id: &str, severity: Severity, score: f64, now_ms: i64) -> bool {
        let Some(incident) = self.incidents.get_mut(id) else {
            return false;
        };
        incident.severity = severity;
        incident.score = score;
        self.incidents.touch(id, now_ms);
        self.push_incident(id, "incident_updated", "Severity Changed", now_ms);
        true
    }

    /// An incident is given another name. False when there is none such.
    pub fn rename(&mut self, id: &str, name: &str, now_ms: i64) -> bool {
        let Some(incident) = self.incidents.get_mut(id) else {
            return false;
        };
        name.clone_into(&mut incident.name);
        self.incidents.touch(id, now_ms);
        self.push_incident(id, "incident_updated", "Incident Renamed", now_ms);
        true
    }

    /// An incident is given to somebody, or to nobody. No push tells of it. False when that is
    /// impossible.
    pub fn assign(&mut self, id: &str, person: Option<&str>, now_ms: i64) -> bool {
        let assignee = person.and_then(|name| self.person(name));
        if person.is_some() && assignee.is_none() {
            return false;
        }
        let Some(incident) = self.incidents.get_mut(id) else {
            return false;
        };
        incident.assignee = assignee;
        self.incidents.touch(id, now_ms);
        true
    }

    /// Somebody comments on an incident or an issue. Answers the comment's id, or none when that
    /// is impossible.
    pub fn comment(&mut self, id: &str, person: &str, text: &str, now_ms: i64) -> Option<String> {
        let kind = Kind::of(id);
        let there = match kind {
            Kind::Incident => self.incidents.get(id).is_some(),
            Kind::Issue => self.issues.get(id).is_some(),
        };
        let author = self.person(person).filter(|_| there && acceptable(text))?;
        let comment = self.new_comment(author, text, now_ms);
        let comment_id = comment.id.clone();
        self.put_comment(kind, id, comment, now_ms);
        Some(comment_id)
    }

    /// A comment is changed in the product. False when that is impossible.
    pub fn edit_comment(&mut self, id: &str, comment_id: &str, text: &str, now_ms: i64) -> bool {
        acceptable(text) && self.change_comment((Kind::of(id), id, comment_id), text, now_ms)
    }

    /// A comment is deleted in the product. False when there is none such.
    pub fn delete_comment(&mut self, id: &str, comment_id: &str, now_ms: i64) -> bool {
        self.drop_comment((Kind::of(id), id, comment_id), now_ms)
    }

    /// An incident is deleted; its issues stay. The product has no push for that. False when
    /// there is none such.
    pub fn delete_incident(&mut self, id: &str) -> bool {
        let removed = self.incidents.remove(id).is_some();
        if removed {
            let orphans = self.issues.iter_mut();
            for issue in orphans.filter(|issue| issue.incident.as_deref() == Some(id)) {
                issue.incident = None;
            }
        }
        removed
    }
}
