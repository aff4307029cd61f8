//! What a client asks before it works: who am I, what may I do, which projects, types and fields.
//!
//! Reads only.

use serde_json::{Map, Value, json};

use super::{
    CustomField, FieldKind, Jira, Project, TicketType,
    answer::{Answer, Answered},
    authority::PERMISSIONS,
    fields::SYSTEM,
    service::Ask,
    text,
};

/// The most rows of a page about creating.
const META_PAGE: usize = 200;
/// The most rows of other pages.
const PAGE: usize = 100;

impl Jira {
    pub(super) fn server_info(&self, now: i64) -> Answer {
        Answer::ok(json!({
            "baseUrl": self.base_url,
            "displayUrl": self.base_url,
            "version": "1001.0.0-SNAPSHOT",
            "versionNumbers": [1001, 0, 0],
            "deploymentType": "Cloud",
            "buildNumber": 100_300,
            "serverTime": text::time(now),
            "serverTitle": "Jira",
            "serverTimeZone": "Etc/UTC",
        }))
    }

    pub(super) fn myself(&self, ask: &Ask<'_>) -> Answer {
        let person = &self.people[ask.who];
        let mut read = self.person_json(person, 3);
        read["emailAddress"] = json!(person.email);
        read["locale"] = json!("en_US");
        Answer::ok(read)
    }

    pub(super) fn my_permissions(&self, ask: &Ask<'_>) -> Answered {
        let project = match (ask.query.get("projectKey"), ask.query.get("projectId")) {
            (None, None) => None,
            (Some(named), _) | (None, Some(named)) => {
                Some(self.shown_project(named, ask.who).ok_or_else(|| {
                    Answer::message(
                        404,
                        format!("No project could be found with key '{named}'."),
                    )
                })?)
            }
        };
        let mut permissions = Map::new();
        for key in ask.query.list("permissions") {
            if !PERMISSIONS.contains(&key) {
                return Err(Answer::message(
                    400,
                    format!("Unrecognized permission key: {key}"),
                ));
            }
            let has = match project {
                _ if key == "ADMINISTER" => self.administers(ask.who),
                Some(project) => self.may(ask.who, &project.key, key),
                None => self
                    .projects
                    .keys()
                    .any(|project| self.may(ask.who, project, key)),
            };
            let kind = if key == "ADMINISTER" {
                "GLOBAL"
            } else {
                "PROJECT"
            };
            permissions.insert(
                key.to_owned(),
                json!({ "key": key, "type": kind, "havePermission": has }),
            );
        }
        if permissions.is_empty() {
            return Err(Answer::message(
                400,
                "The 'permissions' query parameter is required.",
            ));
        }
        Ok(Answer::ok(json!({ "permissions": permissions })))
    }

    pub(super) fn shown_project(&self, key_or_id: &str, who: usize) -> Option<&Project> {
        self.projects
            .values()
            .find(|project| project.key == key_or_id || project.id == key_or_id)
            .filter(|project| self.may(who, &project.key, "BROWSE_PROJECTS"))
    }

    pub(super) fn project_search(&self, ask: &Ask<'_>) -> Answered {
        let (start, most) = page_of(ask, 50)?;
        let most = most.min(PAGE);
        let permission = match ask.query.get("action") {
            None | Some("view" | "browse") => "BROWSE_PROJECTS",
            Some("create") => "CREATE_ISSUES",
            Some("edit") => "ADMINISTER_PROJECTS",
            Some(_) => return Err(Answer::message(400, "The action is not valid.")),
        };
        let is_state = |state| ["live", "archived", "deleted"].contains(&state);
        if !ask.query.list("status").all(is_state) {
            return Err(Answer::message(400, "The status is not valid."));
        }
        let words = ask.query.get("query").unwrap_or_default().to_lowercase();
        let found: Vec<&Project> = self
            .projects
            .values()
            .filter(|project| {
                self.may(ask.who, &project.key, "BROWSE_PROJECTS")
                    && self.may(ask.who, &project.key, permission)
                    && (project.name.to_lowercase().contains(&words)
                        || project.key.to_lowercase().contains(&words))
            })
            .collect();
        let page: Vec<Value> = found
            .iter()
            .skip(start)
            .take(most)
            .map(|project| self.project_json(&project.key, 3))
            .collect();
        Ok(Answer::ok(json!({
            "self": format!("{}/rest/api/3/project/search?startAt={start}&maxResults={most}", self.base_url),
            "startAt": start, "maxResults": most, "total": found.len(),
            "isLast": start + page.len() >= found.len(), "values": page,
        })))
    }

    pub(super) fn create_meta_types(&self, ask: &Ask<'_>) -> Answered {
        let (start, most) = meta_page_of(ask)?;
        let project = self.creatable(ask)?;
        let page: Vec<Value> = project
            .types
            .iter()
            .skip(start)
            .take(most)
            .map(|kind| self.type_json(&project.key, &kind.name, 3))
            .collect();
        Ok(Answer::ok(json!({
            "startAt": start, "maxResults": most, "total": project.types.len(), "issueTypes": page,
        })))
    }

    fn creatable(&self, ask: &Ask<'_>) -> Result<&Project, Answer> {
        self.shown_project(ask.first, ask.who)
            .filter(|project| self.may(ask.who, &project.key, "CREATE_ISSUES"))
            .ok_or_else(|| {
                Answer::message(400, "No project with create permission could be found.")
            })
    }

    pub(super) fn create_meta_fields(&self, ask: &Ask<'_>) -> Answered {
        let (start, most) = meta_page_of(ask)?;
        let project = self.creatable(ask)?;
        let kind = project
            .types
            .iter()
            .find(|kind| kind.id == ask.second)
            .ok_or_else(|| Answer::message(400, "The issue type is not valid for the project."))?;
        let all = self.screen_meta(project, kind);
        let total = all.len();
        let page: Vec<Value> = all.into_iter().skip(start).take(most).collect();
        Ok(Answer::ok(json!({
            "startAt": start, "maxResults": most, "total": total, "fields": page,
        })))
    }

    fn screen_meta(&self, project: &Project, kind: &TicketType) -> Vec<Value> {
        let mut all = vec![
            meta(
                "issuetype",
                "Issue Type",
                true,
                &json!({ "type": "issuetype", "system": "issuetype" }),
            ),
            meta(
                "project",
                "Project",
                true,
                &json!({ "type": "project", "system": "project" }),
            ),
        ];
        all[0]["allowedValues"] = json!([self.type_json(&project.key, &kind.name, 3)]);
        all[1]["allowedValues"] = json!([self.project_json(&project.key, 3)]);
        for (id, name) in SYSTEM {
            if id != "summary" && !kind.screen.contains(id) {
                continue;
            }
            let sub_task = id == "parent" && kind.level < 0;
            let required = id == "summary" || sub_task || project.required.contains(id);
            let mut read = meta(id, name, required, &system_schema(id));
            if id == "priority" {
                let allowed: Vec<Value> = project
                    .priorities
                    .iter()
                    .map(|name| self.priority_json(name))
                    .collect();
                let medium = project.priorities.iter().position(|name| name == "Medium");
                read["hasDefaultValue"] = json!(!allowed.is_empty());
                read["defaultValue"] = allowed
                    .get(medium.unwrap_or(0))
                    .cloned()
                    .unwrap_or_default();
                read["allowedValues"] = Value::Array(allowed);
            }
            all.push(read);
        }
        for field in project
            .fields
            .values()
            .filter(|field| kind.screen.contains(&field.id))
        {
            all.push(self.custom_meta(field));
        }
        all
    }

    /// What the API tells of a custom field.
    pub(super) fn custom_meta(&self, field: &CustomField) -> Value {
        let mut read = meta(
            &field.id,
            &field.name,
            field.required,
            &custom_schema(field),
        );
        if let Some(default) = &field.default {
            read["hasDefaultValue"] = json!(true);
            read["defaultValue"] = default.clone();
        }
        if !field.options.is_empty() {
            let options = field.options.iter().map(|option| {
                let mut read = self.option_json(option);
                if !option.children.is_empty() {
                    read["children"] = option
                        .children
                        .iter()
                        .map(|child| self.option_json(child))
                        .collect();
                }
                read
            });
            read["allowedValues"] = options.collect();
        }
        read
    }

    pub(super) fn assignable_search(&self, ask: &Ask<'_>) -> Answered {
        let Some(named) = ask.query.get("project") else {
            return Err(Answer::message(
                400,
                "Either issueKey, issueId or project must be provided.",
            ));
        };
        let words = ask.query.get("query");
        let account = ask.query.get("accountId");
        if words.is_some() == account.is_some() {
            return Err(Answer::message(
                400,
                "Exactly one of query and accountId must be provided.",
            ));
        }
        let Some(project) = self.shown_project(named, ask.who) else {
            return Err(Answer::message(
                404,
                format!("No project could be found with key '{named}'."),
            ));
        };
        let (start, most) = page_of(ask, 50)?;
        let words = words.unwrap_or_default().to_lowercase();
        let people: Vec<Value> = self
            .people
            .iter()
            .filter(|person| project.assignable.contains(&person.account_id))
            .filter(|person| {
                if let Some(account) = account {
                    person.account_id == account
                } else {
                    let name = person.display_name.to_lowercase();
                    name.starts_with(&words)
                        || name.split(' ').any(|part| part.starts_with(&words))
                        || person.email.to_lowercase().starts_with(&words)
                }
            })
            .skip(start)
            .take(most)
            .map(|person| self.person_json(person, 3))
            .collect();
        Ok(Answer::ok(Value::Array(people)))
    }
}

pub(super) fn page_of(ask: &Ask<'_>, usual: usize) -> Result<(usize, usize), Answer> {
    let bad_number = |()| Answer::message(400, "startAt and maxResults must be numbers.");
    let start = ask.query.number("startAt", 0).map_err(bad_number)?;
    let most = ask.query.number("maxResults", usual).map_err(bad_number)?;
    Ok((start, most))
}

fn meta_page_of(ask: &Ask<'_>) -> Result<(usize, usize), Answer> {
    let (start, most) = page_of(ask, 50)?;
    if most > META_PAGE {
        return Err(Answer::message(
            400,
            "Parameter 'maxResults' must not exceed the limit '200'",
        ));
    }
    Ok((start, most))
}

fn meta(id: &str, name: &str, required: bool, schema: &Value) -> Value {
    json!({
        "fieldId": id, "key": id, "name": name, "required": required,
        "hasDefaultValue": false, "operations": ["set"], "schema": schema,
    })
}

fn system_schema(id: &str) -> Value {
    match id {
        "priority" => json!({ "type": "priority", "system": id }),
        "labels" => json!({ "type": "array", "items": "string", "system": id }),
        "assignee" => json!({ "type": "user", "system": id }),
        "parent" => json!({ "type": "issuelink", "system": id }),
        "duedate" => json!({ "type": "date", "system": id }),
        _ => json!({ "type": "string", "system": id }),
    }
}

fn custom_schema(field: &CustomField) -> Value {
    let (kind, items, custom) = match field.kind {
        FieldKind::Text => ("string", None, "textfield"),
        FieldKind::TextArea => ("string", None, "textarea"),
        FieldKind::Number => ("number", None, "float"),
        FieldKind::Date => ("date", None, "datepicker"),
        FieldKind::DateTime => ("datetime", None, "datetime"),
        FieldKind::Option => ("option", None, "select"),
        FieldKind::Options => ("array", Some("option"), "multiselect"),
        FieldKind::User => ("user", None, "userpicker"),
        FieldKind::Strings => ("array", Some("string"), "labels"),
        FieldKind::Cascading => ("option-with-child", None, "cascadingselect"),
    };
    let number: u64 = field
        .id
        .trim_start_matches("customfield_")
        .parse()
        .unwrap_or_default();
    let mut schema = json!({
        "type": kind,
        "custom": format!("com.atlassian.jira.plugin.system.customfieldtypes:{custom}"),
        "customId": number,
    });
    if let Some(items) = items {
        schema["items"] = json!(items);
    }
    schema
}
