//! Carries a checked draft over to a ticket and says what changed.
//!
//! Never checks anything: what comes in here has been accepted.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Jira, SimTicket, Status, fields::Draft, text, webhook::Change};

impl Draft {
    /// Takes over every field that differs; answers with the changelog.
    pub(super) fn apply(self, ticket: &mut SimTicket) -> Vec<Change> {
        let mut changes = Vec::new();
        if let Some(summary) = self.summary {
            put(&mut changes, "summary", &mut ticket.summary, summary);
        }
        if let Some(description) = self.description {
            put_description(&mut changes, ticket, description);
        }
        if let Some(priority) = self.priority {
            put_maybe(
                &mut changes,
                "priority",
                &mut ticket.priority,
                Some(priority),
            );
        }
        if let Some(labels) = self.labels {
            put_labels(&mut changes, ticket, labels);
        }
        if let Some(assignee) = self.assignee {
            put_maybe(&mut changes, "assignee", &mut ticket.assignee, assignee);
        }
        if let Some(parent) = self.parent {
            put_maybe(&mut changes, "parent", &mut ticket.parent, parent);
        }
        if let Some(due) = self.due {
            put_maybe(&mut changes, "duedate", &mut ticket.due, due);
        }
        for (id, value) in self.custom {
            let before = ticket.fields.get(&id).cloned();
            if before == value {
                continue;
            }
            let words = |value: Option<&Value>| value.map(ToString::to_string);
            changes.push(Change::of(
                &id,
                words(before.as_ref()),
                words(value.as_ref()),
            ));
            match value {
                Some(value) => ticket.fields.insert(id, value),
                None => ticket.fields.remove(&id),
            };
        }
        changes
    }
}

fn put(changes: &mut Vec<Change>, field: &str, slot: &mut String, value: String) {
    if *slot != value {
        changes.push(Change::of(field, Some(slot.clone()), Some(value.clone())));
        *slot = value;
    }
}

fn put_maybe(
    changes: &mut Vec<Change>,
    field: &str,
    slot: &mut Option<String>,
    value: Option<String>,
) {
    if *slot != value {
        changes.push(Change::of(field, slot.clone(), value.clone()));
        *slot = value;
    }
}

pub(super) fn put_description(
    changes: &mut Vec<Change>,
    ticket: &mut SimTicket,
    description: Option<Value>,
) {
    if ticket.description != description {
        let words = |document: Option<&Value>| document.map(text::wiki);
        changes.push(Change::of(
            "description",
            words(ticket.description.as_ref()),
            words(description.as_ref()),
        ));
        ticket.description = description;
    }
}

pub(super) fn put_labels(
    changes: &mut Vec<Change>,
    ticket: &mut SimTicket,
    labels: BTreeSet<String>,
) {
    if ticket.labels != labels {
        let words = |labels: &BTreeSet<String>| {
            Some(
                labels
                    .iter()
                    .map(String::as_str)
                    .collect::<Vec<_>>()
                    .join(" "),
            )
        };
        changes.push(Change::of("labels", words(&ticket.labels), words(&labels)));
        ticket.labels = labels;
    }
}

/// What happens to the resolution in a transition.
pub(super) enum Resolving {
    Leave,
    Clear,
    Set(String),
}

/// Moves a ticket to a status.
pub(super) fn put_status(
    changes: &mut Vec<Change>,
    ticket: &mut SimTicket,
    status: &Status,
    resolving: Resolving,
    now: i64,
) {
    let resolution = match resolving {
        Resolving::Leave => ticket.resolution.clone(),
        Resolving::Clear => None,
        Resolving::Set(name) => Some(name),
    };
    if ticket.resolution != resolution {
        ticket.resolved_ms = resolution.as_ref().map(|_| now);
        put_maybe(changes, "resolution", &mut ticket.resolution, resolution);
    }
    if ticket.category != status.category {
        ticket.category.clone_from(&status.category);
        ticket.category_changed_ms = now;
    }
    put(changes, "status", &mut ticket.status, status.name.clone());
}

impl Jira {
    /// Changes a ticket, moves `updated` and sends the event, if the act changed anything.
    pub(super) fn change_and_tell(
        &mut self,
        id: u64,
        actor: &str,
        now: i64,
        act: impl FnOnce(&mut SimTicket) -> Vec<Change>,
    ) {
        // A look without a write first would need the act twice; an act that changes nothing only
        // costs an entry in the index.
        let changes = self.change(id, now, |ticket| {
            let changes = act(ticket);
            if !changes.is_empty() {
                ticket.updated_ms = now;
            }
            changes
        });
        if let Some(changes) = changes.filter(|changes| !changes.is_empty()) {
            self.tell_updated(id, actor, &changes, now);
        }
    }
}
