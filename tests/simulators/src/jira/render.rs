//! How tickets, people, projects and comments read back.
//!
//! Only what was asked for is built; nothing here knows about permissions on tickets.

use serde_json::{Map, Value, json};

use super::{Audience, Jira, Person, SimComment, SimTicket, text};

/// Which fields of a ticket are wanted.
#[derive(Debug)]
pub(super) struct Selection<'a> {
    all: bool,
    navigable: bool,
    named: Vec<&'a str>,
    without: Vec<&'a str>,
}

/// The fields that reads know, besides the custom ones.
const FIELDS: [&str; 24] = [
    "statuscategorychangedate",
    "issuetype",
    "project",
    "resolution",
    "resolutiondate",
    "priority",
    "labels",
    "assignee",
    "status",
    "statusCategory",
    "description",
    "summary",
    "creator",
    "reporter",
    "created",
    "updated",
    "parent",
    "duedate",
    "issuelinks",
    "subtasks",
    "components",
    "fixVersions",
    "versions",
    "comment",
];
const CATEGORIES: [(&str, u8, &str, &str); 4] = [
    ("undefined", 1, "medium-gray", "No Category"),
    ("new", 2, "blue-gray", "To Do"),
    ("done", 3, "green", "Done"),
    ("indeterminate", 4, "yellow", "In Progress"),
];

impl<'a> Selection<'a> {
    /// Reads a list of fields; `default` stands for an empty one.
    pub(super) fn of(fields: &[&'a str], default: &'static str) -> Self {
        let mut selection = Self {
            all: false,
            navigable: false,
            named: Vec::new(),
            without: Vec::new(),
        };
        for field in fields {
            selection.take(field);
        }
        let names_nothing = !selection.all && !selection.navigable && selection.named.is_empty();
        if names_nothing {
            selection.take(default);
        }
        selection
    }

    fn take(&mut self, field: &'a str) {
        match field {
            "*all" => self.all = true,
            "*navigable" => self.navigable = true,
            other => match other.strip_prefix('-') {
                Some(name) => self.without.push(name),
                None => self.named.push(other),
            },
        }
    }

    fn wants(&self, field: &str) -> bool {
        let broad = self.all || self.navigable && field != "comment";
        (broad || self.named.contains(&field)) && !self.without.contains(&field)
    }

    /// Whether nothing but the identity is wanted.
    pub(super) fn only_identity(&self) -> bool {
        !self.all && !self.navigable && self.named.iter().all(|name| matches!(*name, "id" | "key"))
    }

    /// Whether only the number is wanted, as searches answer by default.
    pub(super) fn only_id(&self) -> bool {
        !self.all && !self.navigable && self.named.iter().all(|name| *name == "id")
    }
}

impl Jira {
    /// A ticket. `api` is 3 for answers and 2 for webhooks.
    pub(super) fn ticket_json(
        &self,
        ticket: &SimTicket,
        selection: &Selection<'_>,
        properties: &[&str],
        api: u8,
        who: usize,
    ) -> Value {
        let mut fields = Map::new();
        for name in FIELDS.iter().filter(|name| selection.wants(name)) {
            if let Some(value) = self.field_json(ticket, name, api, Some(who)) {
                fields.insert((*name).to_owned(), value);
            }
        }
        self.custom_json(ticket, selection, api, &mut fields);
        let mut read = json!({
            "expand": "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations",
            "id": ticket.id,
            "self": format!("{}/rest/api/{api}/issue/{}", self.base_url, ticket.id),
            "key": ticket.key,
        });
        read["fields"] = Value::Object(fields);
        if !properties.is_empty() {
            read["properties"] = properties_json(ticket, properties);
        }
        read
    }

    fn custom_json(
        &self,
        ticket: &SimTicket,
        selection: &Selection<'_>,
        api: u8,
        out: &mut Map<String, Value>,
    ) {
        let Some(project) = self.projects.get(&ticket.project) else {
            return;
        };
        for id in project.fields.keys().filter(|id| selection.wants(id)) {
            let value = ticket.fields.get(id).cloned().unwrap_or(Value::Null);
            let value = if api == 2 && value["type"] == "doc" {
                json!(text::wiki(&value))
            } else {
                value
            };
            out.insert(id.clone(), value);
        }
    }

    /// The ticket as webhooks tell of it.
    pub(super) fn ticket_for_webhook(&self, ticket: &SimTicket) -> Value {
        let mut fields = Map::new();
        for name in FIELDS
            .iter()
            .filter(|name| !matches!(**name, "comment" | "statusCategory"))
        {
            if let Some(value) = self.field_json(ticket, name, 2, None) {
                fields.insert((*name).to_owned(), value);
            }
        }
        self.custom_json(ticket, &Selection::of(&[], "*all"), 2, &mut fields);
        self.webhook_shell(ticket, fields)
    }

    /// The six fields that comment events carry.
    pub(super) fn ticket_for_comment_event(&self, ticket: &SimTicket) -> Value {
        let mut fields = Map::new();
        for name in [
            "summary",
            "issuetype",
            "project",
            "assignee",
            "priority",
            "status",
        ] {
            if let Some(value) = self.field_json(ticket, name, 2, None) {
                fields.insert(name.to_owned(), value);
            }
        }
        self.webhook_shell(ticket, fields)
    }

    #[allow(clippy::needless_pass_by_value)] // Made for this one call.
    fn webhook_shell(&self, ticket: &SimTicket, fields: Map<String, Value>) -> Value {
        json!({
            "id": ticket.id,
            "self": format!("{}/rest/api/2/issue/{}", self.base_url, ticket.id),
            "key": ticket.key,
            "fields": fields,
        })
    }

    fn field_json(
        &self,
        ticket: &SimTicket,
        name: &str,
        api: u8,
        who: Option<usize>,
    ) -> Option<Value> {
        let read = match name {
            "summary" => json!(ticket.summary),
            "description" => match (&ticket.description, api) {
                (Some(document), 2) => json!(text::wiki(document)),
                (Some(document), _) => document.clone(),
                (None, _) => Value::Null,
            },
            "status" => self.status_json(&ticket.status, api),
            "statusCategory" => self.category_json(&ticket.category, api),
            "statuscategorychangedate" => json!(text::time(ticket.category_changed_ms)),
            "created" => json!(text::time(ticket.created_ms)),
            "updated" => json!(text::time(ticket.updated_ms)),
            "resolutiondate" => json!(ticket.resolved_ms.map(text::time)),
            "labels" => json!(ticket.labels),
            "duedate" => json!(ticket.due),
            "issuetype" => self.type_json(&ticket.project, &ticket.ticket_type, api),
            "project" => self.project_json(&ticket.project, api),
            "priority" => {
                self.table_json("priority", &self.priorities, ticket.priority.as_ref(), api)
            }
            "resolution" => self.table_json(
                "resolution",
                &self.resolutions,
                ticket.resolution.as_ref(),
                api,
            ),
            "assignee" => self.account_json(ticket.assignee.as_deref(), api),
            "creator" | "reporter" => self.account_json(Some(&ticket.reporter), api),
            "parent" => return self.parent_json(ticket, api),
            "comment" => self.comments_json(ticket, who),
            "issuelinks" | "subtasks" | "components" | "fixVersions" | "versions" => json!([]),
            _ => return None,
        };
        Some(read)
    }

    fn comments_json(&self, ticket: &SimTicket, who: Option<usize>) -> Value {
        let shown: Vec<Value> = ticket
            .comments
            .iter()
            .filter(|comment| who.is_some_and(|who| self.shows_comment(comment, who)))
            .map(|comment| self.comment_json(&ticket.id, comment, false))
            .collect();
        json!({ "total": shown.len(), "maxResults": shown.len(), "startAt": 0, "comments": shown })
    }

    fn parent_json(&self, ticket: &SimTicket, api: u8) -> Option<Value> {
        let above = self
            .ticket(ticket.parent.as_deref()?)
            .filter(|above| !above.deleted)?;
        let mut fields = Map::new();
        for name in ["summary", "status", "priority", "issuetype"] {
            if let Some(value) = self.field_json(above, name, api, None) {
                fields.insert(name.to_owned(), value);
            }
        }
        let address = format!("{}/rest/api/{api}/issue/{}", self.base_url, above.id);
        Some(json!({ "id": above.id, "key": above.key, "self": address, "fields": fields }))
    }

    fn table_json(
        &self,
        kind: &str,
        table: &[(String, String)],
        name: Option<&String>,
        api: u8,
    ) -> Value {
        let Some((id, name)) = table.iter().find(|(_, other)| Some(other) == name) else {
            return Value::Null;
        };
        json!({ "self": format!("{}/rest/api/{api}/{kind}/{id}", self.base_url), "id": id, "name": name })
    }

    pub(super) fn priority_json(&self, name: &str) -> Value {
        self.table_json("priority", &self.priorities, Some(&name.to_owned()), 3)
    }

    pub(super) fn resolutions_json(&self) -> Vec<Value> {
        let one = |(_, name): &(String, String)| {
            self.table_json("resolution", &self.resolutions, Some(name), 3)
        };
        self.resolutions.iter().map(one).collect()
    }

    pub(super) fn status_json(&self, name: &str, api: u8) -> Value {
        let Some(status) = self.status_named(name) else {
            return Value::Null;
        };
        json!({
            "self": format!("{}/rest/api/{api}/status/{}", self.base_url, status.id),
            "description": "",
            "name": status.name,
            "id": status.id,
            "statusCategory": self.category_json(&status.category, api),
        })
    }

    fn category_json(&self, key: &str, api: u8) -> Value {
        let known = CATEGORIES.iter().find(|row| row.0 == key);
        let (_, id, color, name) = known.unwrap_or(&("", 9, "brown", "Custom"));
        json!({
            "self": format!("{}/rest/api/{api}/statuscategory/{id}", self.base_url),
            "id": id, "key": key, "colorName": color, "name": name,
        })
    }

    pub(super) fn type_json(&self, project: &str, name: &str, api: u8) -> Value {
        let types = self
            .projects
            .get(project)
            .map_or(&[][..], |project| &project.types);
        let Some(kind) = types.iter().find(|kind| kind.name == name) else {
            return Value::Null;
        };
        json!({
            "self": format!("{}/rest/api/{api}/issuetype/{}", self.base_url, kind.id),
            "id": kind.id, "description": "", "name": kind.name,
            "subtask": kind.level < 0, "hierarchyLevel": kind.level,
        })
    }

    pub(super) fn project_json(&self, key: &str, api: u8) -> Value {
        let Some(project) = self.projects.get(key) else {
            return Value::Null;
        };
        json!({
            "self": format!("{}/rest/api/{api}/project/{}", self.base_url, project.id),
            "id": project.id, "key": project.key, "name": project.name,
            "projectTypeKey": "software", "simplified": false,
        })
    }

    pub(super) fn account_json(&self, account_id: Option<&str>, api: u8) -> Value {
        account_id
            .and_then(|account_id| self.person(account_id))
            .map_or(Value::Null, |person| self.person_json(person, api))
    }

    pub(super) fn person_json(&self, person: &Person, api: u8) -> Value {
        json!({
            "self": format!("{}/rest/api/{api}/user?accountId={}", self.base_url, person.account_id),
            "accountId": person.account_id,
            "displayName": person.display_name,
            "active": true,
            "timeZone": "Etc/UTC",
            "accountType": "atlassian",
        })
    }

    /// A comment as REST v3 shows it.
    pub(super) fn comment_json(
        &self,
        ticket_id: &str,
        comment: &SimComment,
        with_properties: bool,
    ) -> Value {
        let mut read = json!({
            "self": format!("{}/rest/api/3/issue/{ticket_id}/comment/{}", self.base_url, comment.id),
            "id": comment.id,
            "author": self.account_json(Some(&comment.author), 3),
            "body": comment.body,
            "updateAuthor": self.account_json(Some(&comment.update_author), 3),
            "created": text::time(comment.created_ms),
            "updated": text::time(comment.updated_ms),
            "jsdPublic": comment.audience != Audience::Agents,
        });
        put_visibility(&mut read, &comment.audience);
        if with_properties {
            let list = comment
                .properties
                .iter()
                .map(|(key, value)| json!({ "key": key, "value": value }));
            read["properties"] = list.collect();
        }
        read
    }
}

/// Adds who may read a comment, where it is restricted.
pub(super) fn put_visibility(read: &mut Value, audience: &Audience) {
    let (kind, name) = match audience {
        Audience::Role(name) => ("role", name),
        Audience::Group(name) => ("group", name),
        Audience::Everyone | Audience::Agents => return,
    };
    read["visibility"] = json!({ "type": kind, "value": name, "identifier": name });
}

pub(super) fn properties_json(ticket: &SimTicket, wanted: &[&str]) -> Value {
    let all = wanted.contains(&"*all");
    let shown = ticket
        .properties
        .iter()
        .filter(|(key, _)| all || wanted.contains(&key.as_str()));
    Value::Object(
        shown
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
    )
}
