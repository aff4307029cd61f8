//! Reads the fields of a create, an edit or a transition against the project and the screen.
//!
//! Collects every fault, as Jira does; changes nothing.

// A call leaves a field alone, empties it or fills it: two layers of `Option` say just that.
#![allow(clippy::option_option)]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{
    CustomField, Jira, Project, TicketType,
    answer::{Answer, FieldErrors},
    text_at,
    values::{self, Checked, Refused},
};

/// What a call wants fields to be. The outer `None` leaves a field alone, the inner one empties it.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) summary: Option<String>,
    pub(super) description: Option<Option<Value>>,
    pub(super) priority: Option<String>,
    pub(super) labels: Option<BTreeSet<String>>,
    pub(super) assignee: Option<Option<String>>,
    pub(super) parent: Option<Option<String>>,
    pub(super) due: Option<Option<String>>,
    pub(super) resolution: Option<String>,
    pub(super) custom: BTreeMap<String, Option<Value>>,
    pub(super) errors: FieldErrors,
    /// A document that is none refuses the whole call.
    pub(super) bad_document: Option<String>,
}

/// Where fields are set.
pub(super) struct Place<'a> {
    pub(super) project: &'a Project,
    pub(super) kind: &'a TicketType,
    pub(super) who: usize,
    pub(super) screen: &'a dyn Fn(&str) -> bool,
}

/// The fields that `POST` and `PUT` know, besides the custom ones.
pub(super) const SYSTEM: [(&str, &str); 7] = [
    ("summary", "Summary"),
    ("description", "Description"),
    ("priority", "Priority"),
    ("labels", "Labels"),
    ("assignee", "Assignee"),
    ("parent", "Parent"),
    ("duedate", "Due date"),
];

pub(super) fn not_on_screen(field: &str) -> String {
    format!("Field '{field}' cannot be set. It is not on the appropriate screen, or unknown.")
}

pub(super) fn is_required(name: &str) -> String {
    format!("{name} is required.")
}

impl Draft {
    fn refuse(&mut self, field: &str, words: impl Into<String>) {
        self.errors.insert(field.to_owned(), words.into());
    }

    fn keep(&mut self, field: &str, checked: Checked) -> Option<Option<Value>> {
        match checked {
            Ok(value) => Some(value),
            Err(Refused::Because(words)) => {
                self.refuse(field, words);
                None
            }
            Err(Refused::Document(why)) => {
                self.bad_document.get_or_insert(why);
                None
            }
        }
    }

    /// The refusal, where there is one.
    pub(super) fn verdict(&mut self) -> Result<(), Answer> {
        if let Some(why) = self.bad_document.take() {
            return Err(Answer::bad_document(why));
        }
        if self.errors.is_empty() {
            return Ok(());
        }
        Err(Answer::fields(std::mem::take(&mut self.errors)))
    }

    fn gives(&self, field: &str) -> bool {
        match field {
            "description" => matches!(self.description, Some(Some(_))),
            "priority" => self.priority.is_some(),
            "labels" => self
                .labels
                .as_ref()
                .is_some_and(|labels| !labels.is_empty()),
            "assignee" => matches!(self.assignee, Some(Some(_))),
            "parent" => matches!(self.parent, Some(Some(_))),
            "duedate" => matches!(self.due, Some(Some(_))),
            custom => matches!(self.custom.get(custom), Some(Some(_))),
        }
    }
}

impl Jira {
    /// Reads the given fields.
    pub(super) fn draft(&self, place: &Place<'_>, fields: &Map<String, Value>) -> Draft {
        let mut draft = Draft::default();
        for (id, value) in fields {
            if (place.screen)(id) {
                self.read_field(place, id, value, &mut draft);
            } else {
                draft.refuse(id, not_on_screen(id));
            }
        }
        draft
    }

    /// Adds what a new ticket lacks: defaults, and faults for what is required.
    pub(super) fn complete(place: &Place<'_>, draft: &mut Draft) {
        if draft.summary.is_none() && !draft.errors.contains_key("summary") {
            draft.refuse("summary", "You must specify a summary of the issue.");
        }
        for (id, name) in SYSTEM {
            let wanted = place.project.required.contains(id) && (place.screen)(id);
            if wanted && !draft.gives(id) && !draft.errors.contains_key(id) {
                draft.refuse(id, is_required(name));
            }
        }
        for field in place.project.fields.values() {
            if !(place.screen)(&field.id) || draft.gives(&field.id) {
                continue;
            }
            if let (Some(default), None) = (&field.default, draft.custom.get(&field.id)) {
                draft.custom.insert(field.id.clone(), Some(default.clone()));
            } else if field.required && !draft.errors.contains_key(&field.id) {
                draft.refuse(&field.id, is_required(&field.name));
            }
        }
        if place.kind.level < 0 && !draft.gives("parent") && !draft.errors.contains_key("parent") {
            draft.refuse(
                "parent",
                "Issue type is a sub-task but parent issue key or id not specified.",
            );
        }
    }

    fn read_field(&self, place: &Place<'_>, id: &str, value: &Value, draft: &mut Draft) {
        match id {
            "summary" => read_summary(value, draft),
            "description" => draft.description = draft.keep(id, values::document(value)),
            "priority" => self.read_priority(place, value, draft),
            "labels" => match values::labels(value) {
                Ok(labels) => draft.labels = Some(labels.into_iter().collect()),
                Err(Refused::Because(words) | Refused::Document(words)) => draft.refuse(id, words),
            },
            "assignee" => self.read_assignee(place, value, draft),
            "parent" => self.read_parent(place, value, draft),
            "duedate" => {
                let due = draft.keep(id, values::date(value));
                draft.due = due.map(|due| due.and_then(|due| due.as_str().map(Into::into)));
            }
            "resolution" => self.read_resolution(value, draft),
            custom => match place.project.fields.get(custom) {
                Some(field) => self.read_custom(field, value, draft),
                None => draft.refuse(custom, not_on_screen(custom)),
            },
        }
    }

    fn read_custom(&self, field: &CustomField, value: &Value, draft: &mut Draft) {
        let Some(read) = draft.keep(&field.id, self.custom_value(field, value)) else {
            return;
        };
        if read.is_none() && field.required {
            draft.refuse(&field.id, is_required(&field.name));
        } else {
            draft.custom.insert(field.id.clone(), read);
        }
    }

    fn read_priority(&self, place: &Place<'_>, value: &Value, draft: &mut Draft) {
        let found = named(&self.priorities, value);
        match found.filter(|name| place.project.priorities.iter().any(|other| other == name)) {
            Some(name) => draft.priority = Some(name.to_owned()),
            None => draft.refuse("priority", "The priority selected is invalid."),
        }
    }

    fn read_resolution(&self, value: &Value, draft: &mut Draft) {
        match named(&self.resolutions, value) {
            Some(name) => draft.resolution = Some(name.to_owned()),
            None => draft.refuse("resolution", "The resolution selected is invalid."),
        }
    }

    fn read_assignee(&self, place: &Place<'_>, value: &Value, draft: &mut Draft) {
        if value.is_null() {
            draft.assignee = Some(None);
            return;
        }
        let account = ["accountId", "id"].iter().find_map(|key| value.get(*key));
        let may_assign = self.may(place.who, &place.project.key, "ASSIGN_ISSUES");
        match account {
            Some(Value::Null) => draft.assignee = Some(None),
            Some(Value::String(_)) if !may_assign => {
                draft.refuse("assignee", not_on_screen("assignee"));
            }
            Some(Value::String(account))
                if place.project.assignable.contains(account) && self.person(account).is_some() =>
            {
                draft.assignee = Some(Some(account.clone()));
            }
            Some(Value::String(account)) => {
                draft.refuse(
                    "assignee",
                    format!("User '{account}' cannot be assigned issues."),
                );
            }
            _ => draft.refuse(
                "assignee",
                "Operation value must be an object with an account id",
            ),
        }
    }

    fn read_parent(&self, place: &Place<'_>, value: &Value, draft: &mut Draft) {
        if value.is_null() {
            draft.parent = Some(None);
            return;
        }
        let named = text_at(value, "key").or_else(|| text_at(value, "id"));
        let found = named
            .and_then(|named| self.seen(named, place.who).ok())
            .and_then(|id| self.present(id));
        let Some(above) = found else {
            draft.refuse("parent", "Could not find issue by id or key.");
            return;
        };
        if self.level_of(&above.project, &above.ticket_type) == place.kind.level + 1 {
            draft.parent = Some(Some(above.id.clone()));
        } else {
            // The real one names the field differently here.
            draft.refuse(
                "parentId",
                "Given parent work item does not belong to appropriate hierarchy.",
            );
        }
    }

    fn level_of(&self, project: &str, kind: &str) -> i8 {
        self.projects
            .get(project)
            .and_then(|project| project.types.iter().find(|other| other.name == kind))
            .map_or(0, |kind| kind.level)
    }
}

/// The name of what `{id}` or `{name}` speaks of, in a table of ids and names.
fn named<'a>(table: &'a [(String, String)], value: &Value) -> Option<&'a str> {
    let row = if let Some(id) = value.get("id") {
        let id = id.as_str()?;
        table.iter().find(|(other, _)| other == id)
    } else {
        let name = text_at(value, "name")?;
        table.iter().find(|(_, other)| other == name)
    };
    row.map(|(_, name)| name.as_str())
}

fn read_summary(value: &Value, draft: &mut Draft) {
    match value.as_str() {
        None if value.is_null() => {
            draft.refuse("summary", "You must specify a summary of the issue.");
        }
        None => draft.refuse("summary", "Operation value must be a string"),
        Some(text) if text.trim().is_empty() => {
            draft.refuse("summary", "You must specify a summary of the issue.");
        }
        Some(text) if text.contains(['\n', '\r']) => {
            draft.refuse(
                "summary",
                "The summary is invalid because it contains newline characters.",
            );
        }
        Some(text) if values::java_length(text) > 255 => {
            draft.refuse("summary", "Summary must be less than 255 characters.");
        }
        Some(text) => draft.summary = Some(text.to_owned()),
    }
}
