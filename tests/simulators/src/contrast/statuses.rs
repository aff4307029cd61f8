//! Opening and closing, by the API and by people.
//!
//! Never closes an incident without a reason, and never takes a status that it does not know.

use serde_json::Value;

use super::{
    CloseReason, Contrast, SameStatus,
    answer::{Answer, Answered, Refusal},
    incidents::status_word,
    route::Kind,
};

/// A change of an incident's status.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    Open,
    Close(CloseReason),
}

impl Contrast {
    pub(super) fn write_incident_status(
        &mut self,
        id: &str,
        body: &Value,
        caller: usize,
        now_ms: i64,
    ) -> Answered {
        let open = self.incident_at(id)?.open;
        let change = match body.get("status").and_then(Value::as_str) {
            Some("open") => Change::Open,
            Some("closed") => {
                let reason = body.get("closedReason").and_then(Value::as_str);
                let reason = reason.and_then(CloseReason::of).ok_or_else(|| {
                    Refusal::new(400, "closedReason is required to close an incident")
                })?;
                Change::Close(reason)
            }
            _ => return Err(Refusal::new(400, "status must be open or closed")),
        };
        if open == matches!(change, Change::Open) {
            if self.behaviour.same_status == SameStatus::Refused {
                let text = format!("Incident {id} is already {}", status_word(open));
                return Err(Refusal::new(400, text));
            }
        } else {
            self.change_incident_status(id, change, caller, now_ms);
        }
        Ok(Answer::empty(self.behaviour.written))
    }

    pub(super) fn write_issue_status(&mut self, id: &str, body: &Value, now_ms: i64) -> Answered {
        let open = match body.as_str() {
            Some("open") => true,
            Some("closed") => false,
            _ => return Err(Refusal::new(400, "Cannot read the issue status")),
        };
        if self.issue_at(id)?.open == open {
            let before = status_word(!open);
            let text = format!("Issue {id} not found with previous status {before}");
            return Err(Refusal::new(400, text));
        }
        self.change_issue_status(id, open, now_ms);
        Ok(Answer::empty(self.behaviour.written))
    }

    /// Answers false when there is no such incident or it has that status already.
    pub(super) fn change_incident_status(
        &mut self,
        id: &str,
        change: Change,
        who: usize,
        now_ms: i64,
    ) -> bool {
        let by = self.people.get(who).map(|person| person.email.clone());
        let open = matches!(change, Change::Open);
        let Some(incident) = self.incidents.get_mut(id).filter(|it| it.open != open) else {
            return false;
        };
        incident.open = open;
        incident.status_set_by = by;
        (incident.close_reason, incident.closed_ms) = match change {
            Change::Open => (None, None),
            Change::Close(reason) => (Some(reason), Some(now_ms)),
        };
        let stir = self.behaviour.statuses;
        let reason = if open {
            "Incident Reopened"
        } else {
            "Incident Closed"
        };
        self.stir(Kind::Incident, id, stir, reason, now_ms);
        true
    }

    /// Answers false when there is no such issue or it has that status already.
    pub(super) fn change_issue_status(&mut self, id: &str, open: bool, now_ms: i64) -> bool {
        let Some(issue) = self.issues.get_mut(id).filter(|it| it.open != open) else {
            return false;
        };
        issue.open = open;
        issue.closed_ms = (!open).then_some(now_ms);
        let reason = if open {
            "Issue Reopened"
        } else {
            "Issue Closed"
        };
        self.stir(Kind::Issue, id, self.behaviour.statuses, reason, now_ms);
        true
    }
}
