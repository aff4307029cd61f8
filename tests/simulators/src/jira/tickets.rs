//! Opening, reading and editing tickets through the API.
//!
//! A refusal has no effect at all, not even on the numbering.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    Jira, Project, SimTicket, TicketType,
    answer::{Answer, Answered, FieldErrors},
    fields::{Draft, Place, SYSTEM, not_on_screen},
    render::Selection,
    service::Ask,
    text_at,
};

/// The longest a property's value may be, in characters.
const MAX_PROPERTY: usize = 32_768;

impl Jira {
    pub(super) fn create_ticket(&mut self, ask: &Ask<'_>) -> Answered {
        let fields = object_at(&ask.body, "fields")?;
        let (project, kind) = self.target(fields, ask.who)?;
        let mut rest = fields.clone();
        rest.remove("project");
        rest.remove("issuetype");
        merge_update(&ask.body, &mut rest, None)?;
        let screen = |id: &str| id == "summary" || kind.screen.contains(id);
        let place = Place {
            project,
            kind,
            who: ask.who,
            screen: &screen,
        };
        let mut draft = self.draft(&place, &rest);
        Self::complete(&place, &mut draft);
        draft.verdict()?;
        let properties = properties(&ask.body)?;
        let (project, kind) = (project.key.clone(), kind.name.clone());
        let (id, key) = self.open(&project, &kind, draft, properties, ask.who, ask.now);
        Ok(Answer::json(
            201,
            json!({
                "id": id.to_string(),
                "key": key,
                "self": format!("{}/rest/api/3/issue/{id}", self.base_url),
            }),
        ))
    }

    fn target(
        &self,
        fields: &Map<String, Value>,
        who: usize,
    ) -> Result<(&Project, &TicketType), Answer> {
        let mut errors = FieldErrors::new();
        let wanted = fields.get("project").unwrap_or(&Value::Null);
        let found = self.projects.values().find(|project| {
            let fits = match text_at(wanted, "id") {
                Some(id) => project.id == id,
                None => text_at(wanted, "key") == Some(project.key.as_str()),
            };
            fits && self.may(who, &project.key, "BROWSE_PROJECTS")
        });
        let Some(project) = found else {
            errors.insert("project".into(), "Specify a valid project ID or key".into());
            return Err(Answer::fields(errors));
        };
        if !self.may(who, &project.key, "CREATE_ISSUES") {
            errors.insert(
                "project".into(),
                "You do not have permission to create issues in this project.".into(),
            );
            return Err(Answer::fields(errors));
        }
        let wanted = fields.get("issuetype").unwrap_or(&Value::Null);
        let kind = project
            .types
            .iter()
            .find(|kind| match text_at(wanted, "id") {
                Some(id) => kind.id == id,
                None => text_at(wanted, "name") == Some(kind.name.as_str()),
            });
        kind.map(|kind| (project, kind))
            .ok_or_else(|| Answer::field("issuetype", "Specify a valid issue type"))
    }

    fn open(
        &mut self,
        project: &str,
        kind: &str,
        draft: Draft,
        properties: BTreeMap<String, Value>,
        who: usize,
        now: i64,
    ) -> (u64, String) {
        let id = self.next_id;
        self.next_id += 1;
        let mut number = 0;
        let mut status = String::new();
        let mut priority = None;
        if let Some(home) = self.projects.get_mut(project) {
            number = home.next_number;
            home.next_number += 1;
            status.clone_from(&home.workflow.initial);
            let medium = home.priorities.iter().find(|name| *name == "Medium");
            priority = medium.or(home.priorities.first()).cloned();
        }
        let category = self
            .status_named(&status)
            .map(|status| status.category.clone());
        let reporter = self.account(who).to_owned();
        let key = format!("{project}-{number}");
        let mut ticket = SimTicket {
            id: id.to_string(),
            key: key.clone(),
            project: project.to_owned(),
            ticket_type: kind.to_owned(),
            summary: String::new(),
            description: None,
            status,
            category: category.unwrap_or_default(),
            priority,
            labels: std::collections::BTreeSet::new(),
            resolution: None,
            resolved_ms: None,
            assignee: None,
            reporter: reporter.clone(),
            parent: None,
            due: None,
            fields: BTreeMap::new(),
            properties,
            comments: Vec::new(),
            links: Vec::new(),
            created_ms: now,
            updated_ms: now,
            category_changed_ms: now,
            deleted: false,
            hidden: false,
        };
        let _ = draft.apply(&mut ticket);
        self.insert(id, ticket, now);
        self.tell_created(id, &reporter, now);
        (id, key)
    }

    pub(super) fn read_ticket(&mut self, ask: &Ask<'_>) -> Answered {
        let id = self.seen(ask.first, ask.who)?;
        let fields: Vec<&str> = ask.query.list("fields").collect();
        let selection = Selection::of(&fields, "*all");
        let properties: Vec<&str> = ask.query.list("properties").collect();
        let expand: Vec<&str> = ask.query.list("expand").collect();
        let Some(ticket) = self.present(id) else {
            return Err(Answer::no_such_ticket());
        };
        let mut read = self.ticket_json(ticket, &selection, &properties, 3, ask.who);
        let with_fields = expand.contains(&"transitions.fields");
        if with_fields || expand.contains(&"transitions") {
            read["transitions"] = self.transitions_json(ticket, with_fields, ask.who);
        }
        Ok(Answer::ok(read))
    }

    pub(super) fn edit_ticket(&mut self, ask: &Ask<'_>) -> Answered {
        let id = self.writable(ask.first, ask.who, ask.now)?;
        if ["fields", "update", "properties"]
            .iter()
            .all(|key| ask.body.get(*key).is_none())
        {
            return Err(Answer::message(400, "one of 'fields' or 'update' required"));
        }
        let mut fields = match ask.body.get("fields") {
            None => Map::new(),
            Some(_) => object_at(&ask.body, "fields")?.clone(),
        };
        let Some(ticket) = self.present(id) else {
            return Err(Answer::no_such_ticket());
        };
        merge_update(&ask.body, &mut fields, Some(ticket))?;
        if !self.may(ask.who, &ticket.project, "EDIT_ISSUES") {
            let errors = fields
                .keys()
                .map(|id| (id.clone(), not_on_screen(id)))
                .collect();
            return Err(Answer::fields(errors));
        }
        let draft = self.edit_draft(ticket, &fields, ask.who)?;
        let properties = properties(&ask.body)?;
        let actor = self.account(ask.who).to_owned();
        self.change_and_tell(id, &actor, ask.now, |ticket| {
            ticket.properties.extend(properties);
            draft.apply(ticket)
        });
        Ok(Answer::done())
    }

    fn edit_draft(
        &self,
        ticket: &SimTicket,
        fields: &Map<String, Value>,
        who: usize,
    ) -> Result<Draft, Answer> {
        let project = self.projects.get(&ticket.project);
        let kind = project.and_then(|project| {
            project
                .types
                .iter()
                .find(|kind| kind.name == ticket.ticket_type)
        });
        let (Some(project), Some(kind)) = (project, kind) else {
            return Err(Answer::message(
                422,
                "The issue type of this issue is gone.",
            ));
        };
        let screen = |id: &str| id == "summary" || kind.screen.contains(id);
        let place = Place {
            project,
            kind,
            who,
            screen: &screen,
        };
        let mut draft = self.draft(&place, fields);
        for (id, name) in SYSTEM {
            let emptied = fields.get(id).is_some_and(Value::is_null);
            if emptied && project.required.contains(id) {
                draft
                    .errors
                    .insert(id.into(), super::fields::is_required(name));
            }
        }
        draft.verdict()?;
        Ok(draft)
    }
}

fn object_at<'a>(body: &'a Value, key: &str) -> Result<&'a Map<String, Value>, Answer> {
    body.get(key)
        .and_then(Value::as_object)
        .ok_or_else(Answer::bad_payload)
}

/// Brings the operations of `update` into the form of `fields`.
fn merge_update(
    body: &Value,
    fields: &mut Map<String, Value>,
    ticket: Option<&SimTicket>,
) -> Result<(), Answer> {
    let Some(update) = body.get("update") else {
        return Ok(());
    };
    let update = update.as_object().ok_or_else(Answer::bad_payload)?;
    for (id, operations) in update {
        if fields.contains_key(id) {
            return Err(Answer::field(
                id,
                format!("Field '{id}' cannot appear in both 'fields' and 'update'"),
            ));
        }
        let operations = operations.as_array().ok_or_else(Answer::bad_payload)?;
        let mut labels: Vec<String> = ticket
            .map(|ticket| ticket.labels.iter().cloned().collect())
            .unwrap_or_default();
        let mut value = None;
        for operation in operations.iter().filter_map(Value::as_object).flatten() {
            match (operation.0.as_str(), operation.1) {
                ("set", set) => {
                    labels = set.as_array().map_or_else(Vec::new, |set| {
                        set.iter()
                            .filter_map(Value::as_str)
                            .map(Into::into)
                            .collect()
                    });
                    value = Some(set.clone());
                }
                ("add", Value::String(label)) if id == "labels" => {
                    labels.push(label.clone());
                    value = Some(json!(labels));
                }
                ("remove", Value::String(label)) if id == "labels" => {
                    labels.retain(|other| other != label);
                    value = Some(json!(labels));
                }
                (verb, _) => {
                    return Err(Answer::field(
                        id,
                        format!("Operation '{verb}' is not supported for this field."),
                    ));
                }
            }
        }
        if let Some(value) = value {
            fields.insert(id.clone(), value);
        }
    }
    Ok(())
}

/// The properties that a body sets.
pub(super) fn properties(body: &Value) -> Result<BTreeMap<String, Value>, Answer> {
    let Some(list) = body.get("properties").filter(|list| !list.is_null()) else {
        return Ok(BTreeMap::new());
    };
    let list = list.as_array().ok_or_else(Answer::bad_payload)?;
    let mut properties = BTreeMap::new();
    for property in list {
        let (Some(key), Some(value)) = (text_at(property, "key"), property.get("value")) else {
            return Err(Answer::bad_payload());
        };
        if property.as_object().is_some_and(|fields| fields.len() > 2) {
            return Err(Answer::bad_payload());
        }
        if key.is_empty() || key.len() > 255 {
            return Err(Answer::message(
                400,
                "The property key must be between 1 and 255 characters.",
            ));
        }
        if value.to_string().len() > MAX_PROPERTY {
            return Err(Answer::message(400, "The property value is too long."));
        }
        properties.insert(key.to_owned(), value.clone());
    }
    Ok(properties)
}
