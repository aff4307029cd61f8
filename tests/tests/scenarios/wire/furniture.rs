//! What the story's Jira holds beyond the usual: fields of every kind, and many tickets.
//!
//! Nothing here goes over the wire.

use serde_json::json;
use simulators::jira::{CustomField, FieldKind, FieldOption, Jira, ScreenField};

use super::strangers;

/// The fields that the settings fill in.
const FIELDS: [(&str, FieldKind); 10] = [
    ("customfield_10060", FieldKind::Text),
    ("customfield_10061", FieldKind::TextArea),
    ("customfield_10062", FieldKind::Number),
    ("customfield_10063", FieldKind::Date),
    ("customfield_10064", FieldKind::DateTime),
    ("customfield_10065", FieldKind::Option),
    ("customfield_10066", FieldKind::Options),
    ("customfield_10067", FieldKind::User),
    ("customfield_10068", FieldKind::Strings),
    ("customfield_10069", FieldKind::Cascading),
];
/// A field on the screen that closes a ticket, with one choice.
const ONLY_CHOICE: &str = "customfield_10070";

fn options(names: &[&str]) -> Vec<FieldOption> {
    let option = |(place, name): (usize, &&str)| FieldOption {
        id: (20_000 + place).to_string(),
        value: (*name).to_owned(),
        children: Vec::new(),
    };
    names.iter().enumerate().map(option).collect()
}

fn field(id: &str, kind: FieldKind, options: Vec<FieldOption>) -> CustomField {
    CustomField {
        id: id.to_owned(),
        name: format!("Field {id}"),
        kind,
        required: false,
        default: None,
        options,
    }
}

/// A field of each kind on the screen of new tickets, and one on the screen that closes them.
pub fn furnish(jira: &mut Jira) {
    let project = jira.project_mut("SEC").expect("the project");
    for (id, kind) in FIELDS {
        let mut choices = match kind {
            FieldKind::Option | FieldKind::Options | FieldKind::Cascading => {
                options(&["Red", "Blue"])
            }
            _ => Vec::new(),
        };
        if kind == FieldKind::Cascading {
            choices[0].children = options(&["Light", "Dark"]);
        }
        project
            .fields
            .insert(id.to_owned(), field(id, kind, choices));
        project.types[0].screen.insert(id.to_owned());
    }
    let only = field(ONLY_CHOICE, FieldKind::Option, options(&["Yes"]));
    project.fields.insert(ONLY_CHOICE.to_owned(), only);
    for way in &mut project.workflow.transitions {
        if way.name == "Finish" {
            way.screen.push(ScreenField {
                id: ONLY_CHOICE.to_owned(),
                required: true,
            });
        }
    }
}

/// Somebody opens many tickets that bear our label and are none of ours.
pub fn open_tickets(jira: &mut Jira, count: usize, now_ms: i64) {
    let body = json!({ "fields": {
        "project": { "key": "SEC" }, "issuetype": { "name": "Task" },
        "summary": "Somebody's own", "labels": ["northstar"],
    }});
    let request = strangers::call("POST", "/issue", &body);
    for _ in 0..count {
        assert_eq!(jira.serve(&request, now_ms).status(), 201);
    }
}
