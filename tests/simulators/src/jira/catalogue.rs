//! What a site and its projects have to name: statuses and resolutions.
//!
//! Reads only.

use serde_json::{Value, json};

use super::{
    Jira,
    answer::{Answer, Answered},
    discovery::page_of,
    service::Ask,
};

/// The most resolutions of a page.
const PAGE: usize = 100;

impl Jira {
    pub(super) fn project_statuses(&self, ask: &Ask<'_>) -> Answered {
        let project = self.shown_project(ask.first, ask.who).ok_or_else(|| {
            let words = format!("No project could be found with key '{}'.", ask.first);
            Answer::message(404, words)
        })?;
        // One workflow serves all types here: the status it begins in, and those it leads to.
        let workflow = &project.workflow;
        let is_used = |name: &str| {
            name == workflow.initial || workflow.transitions.iter().any(|way| way.to == name)
        };
        let statuses: Vec<Value> = self
            .statuses
            .iter()
            .filter(|status| is_used(&status.name))
            .map(|status| self.status_json(&status.name, 3))
            .collect();
        let rows = project.types.iter().map(|kind| {
            json!({
                "self": format!("{}/rest/api/3/issuetype/{}", self.base_url, kind.id),
                "id": kind.id, "name": kind.name, "subtask": kind.level < 0, "statuses": statuses,
            })
        });
        Ok(Answer::ok(rows.collect()))
    }

    pub(super) fn resolution_search(&self, ask: &Ask<'_>) -> Answered {
        let (start, most) = page_of(ask, 50)?;
        let most = most.min(PAGE);
        let page: Vec<Value> = self
            .resolutions
            .iter()
            .skip(start)
            .take(most)
            .map(|(id, name)| {
                json!({
                    "self": format!("{}/rest/api/3/resolution/{id}", self.base_url),
                    "id": id, "name": name, "description": "", "default": false,
                })
            })
            .collect();
        Ok(Answer::ok(json!({
            "startAt": start, "maxResults": most, "total": self.resolutions.len(),
            "isLast": start + page.len() >= self.resolutions.len(), "values": page,
        })))
    }
}
