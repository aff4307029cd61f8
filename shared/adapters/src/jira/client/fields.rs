//! The fields of a new or changed ticket, as Jira wants them written.
//!
//! Never writes a summary of more than a line, nor a description longer than Jira takes.

use domain::{
    moment::Moment,
    rich_text::RichText,
    ticket::{FieldValue, TicketDraft, TicketEdit},
};
use serde_json::{Map, Value, json};

use super::wire::{TICKET_PROPERTY, marker_value};
use crate::jira::adf::{MAX_BYTES, fit, to_adf};

/// Stands below a text that was cut.
const CUT_NOTICE: &str = "The text was cut off here, because it is longer than Jira takes.";
const MAX_SUMMARY_CHARS: usize = 255;

/// A text as a document that Jira takes, cut visibly where it must be.
pub(super) fn document(rich: &RichText) -> Value {
    to_adf(&fit(rich.clone(), MAX_BYTES, CUT_NOTICE, None))
}

/// The body of the call that creates a ticket: its mark travels with it.
pub(super) fn creation(draft: &TicketDraft) -> Value {
    let mut fields = Map::new();
    for (id, value) in &draft.fields {
        fields.insert(id.clone(), value_of(value));
    }
    fields.insert("project".into(), json!({ "key": draft.project }));
    fields.insert("issuetype".into(), json!({ "name": draft.issue_type }));
    fields.insert("summary".into(), Value::String(summary(&draft.summary)));
    fields.insert("description".into(), document(&draft.description));
    if let Some(priority) = &draft.priority {
        fields.insert("priority".into(), json!({ "name": priority }));
    }
    if let Some(assignee) = &draft.assignee {
        fields.insert("assignee".into(), json!({ "accountId": assignee }));
    }
    if let Some(parent) = &draft.parent {
        fields.insert("parent".into(), json!({ "key": parent }));
    }
    if !draft.labels.is_empty() {
        fields.insert("labels".into(), json!(draft.labels));
    }
    json!({
        "fields": fields,
        "properties": [{ "key": TICKET_PROPERTY, "value": marker_value(&draft.marker) }],
    })
}

/// The body of the call that changes a ticket; `None` when nothing changes.
pub(super) fn change(edit: &TicketEdit) -> Option<Value> {
    let mut fields = Map::new();
    if let Some(priority) = &edit.priority {
        fields.insert("priority".into(), json!({ "name": priority }));
    }
    if let Some(description) = &edit.description {
        fields.insert("description".into(), document(description));
    }
    (!fields.is_empty()).then(|| json!({ "fields": fields }))
}

fn summary(words: &str) -> String {
    one_line(words, MAX_SUMMARY_CHARS)
}

/// Words on one line, without controls, cut to a length.
pub(super) fn one_line(words: &str, max_chars: usize) -> String {
    let words: String = words
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    let words: Vec<&str> = words.split_whitespace().collect();
    RichText::cut_plain(&words.join(" "), max_chars)
}

fn value_of(value: &FieldValue) -> Value {
    match value {
        FieldValue::Text(text) | FieldValue::Date(text) => json!(text),
        FieldValue::RichText(text) => document(&RichText::from_plain(text)),
        FieldValue::Number(number) => json!(number),
        FieldValue::DateTime(text) => json!(date_time(text)),
        FieldValue::Option(value) => json!({ "value": value }),
        FieldValue::Options(values) => Value::Array(
            values
                .iter()
                .map(|value| json!({ "value": value }))
                .collect(),
        ),
        FieldValue::User(account) => json!({ "accountId": account }),
        FieldValue::Strings(values) => json!(values),
        FieldValue::Cascading(values) => cascade(values),
    }
}

/// `{"value": ..., "child": {"value": ...}}`, as deep as there are values.
fn cascade(values: &[String]) -> Value {
    values.iter().rev().fold(Value::Null, |child, value| {
        if child.is_null() {
            json!({ "value": value })
        } else {
            json!({ "value": value, "child": child })
        }
    })
}

/// Jira wants milliseconds, and its offset without a colon.
fn date_time(text: &str) -> String {
    let written = Moment::parse(text).and_then(|moment| {
        let timestamp = jiff::Timestamp::from_millisecond(moment.epoch_ms()).ok()?;
        Some(timestamp.strftime("%Y-%m-%dT%H:%M:%S.%3f+0000").to_string())
    });
    // What is no time goes as it is, so that Jira's own words say what is wrong with it.
    written.unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use domain::{
        case::CaseId,
        rich_text::{RichText, paragraph, text},
        ticket::{FieldValue, TicketDraft, TicketEdit, TicketMarker},
    };
    use serde_json::json;

    use super::{change, creation};

    fn draft() -> TicketDraft {
        TicketDraft {
            project: "SEC".into(),
            issue_type: "Bug".into(),
            summary: format!("One\r\nline\u{7} {}", "x".repeat(400)),
            description: RichText {
                blocks: vec![paragraph(vec![text("What happened")])],
            },
            priority: Some("High".into()),
            labels: vec!["northstar".into()],
            assignee: Some("acc-1".into()),
            parent: Some("SEC-1".into()),
            fields: vec![
                ("customfield_1".into(), FieldValue::Text("a".into())),
                ("customfield_2".into(), FieldValue::RichText("b".into())),
                ("customfield_3".into(), FieldValue::Number(1.5)),
                (
                    "customfield_4".into(),
                    FieldValue::Date("2026-03-09".into()),
                ),
                (
                    "customfield_5".into(),
                    FieldValue::DateTime("2026-03-09T22:52:12.13+01:00".into()),
                ),
                ("customfield_6".into(), FieldValue::Option("red".into())),
                (
                    "customfield_7".into(),
                    FieldValue::Options(vec!["a".into(), "b".into()]),
                ),
                ("customfield_8".into(), FieldValue::User("acc-2".into())),
                (
                    "customfield_9".into(),
                    FieldValue::Strings(vec!["x".into()]),
                ),
                (
                    "customfield_10".into(),
                    FieldValue::Cascading(vec!["EU".into(), "DE".into()]),
                ),
                (
                    "summary".into(),
                    FieldValue::Text("cannot take the place of ours".into()),
                ),
            ],
            marker: TicketMarker {
                case: CaseId::parse("org-1/incident/INC-2026-1").expect("a case"),
                nonce: "n1".into(),
            },
        }
    }

    #[test]
    fn a_new_ticket_is_written_in_the_shapes_that_jira_wants() {
        let body = creation(&draft());
        let fields = &body["fields"];
        let summary = fields["summary"].as_str().expect("a summary");
        assert!(summary.starts_with("One line xxx"));
        assert_eq!(summary.chars().count(), 255);
        assert_eq!(fields["project"], json!({ "key": "SEC" }));
        assert_eq!(fields["issuetype"], json!({ "name": "Bug" }));
        assert_eq!(fields["priority"], json!({ "name": "High" }));
        assert_eq!(fields["assignee"], json!({ "accountId": "acc-1" }));
        assert_eq!(fields["parent"], json!({ "key": "SEC-1" }));
        assert_eq!(fields["labels"], json!(["northstar"]));
        assert_eq!(fields["description"]["type"], "doc");
        assert_eq!(fields["customfield_1"], "a");
        assert_eq!(
            fields["customfield_2"]["content"][0]["content"][0]["text"],
            "b"
        );
        assert_eq!(fields["customfield_3"], json!(1.5));
        assert_eq!(fields["customfield_4"], "2026-03-09");
        assert_eq!(fields["customfield_5"], "2026-03-09T21:52:12.130+0000");
        assert_eq!(fields["customfield_6"], json!({ "value": "red" }));
        assert_eq!(
            fields["customfield_7"],
            json!([{ "value": "a" }, { "value": "b" }])
        );
        assert_eq!(fields["customfield_8"], json!({ "accountId": "acc-2" }));
        assert_eq!(fields["customfield_9"], json!(["x"]));
        assert_eq!(
            fields["customfield_10"],
            json!({ "value": "EU", "child": { "value": "DE" } })
        );
        assert_eq!(
            body["properties"],
            json!([{
                "key": "northstar-jira-sync",
                "value": { "case": "org-1/incident/INC-2026-1", "nonce": "n1" },
            }])
        );
    }

    #[test]
    fn what_a_draft_leaves_out_is_not_written() {
        let bare = TicketDraft {
            priority: None,
            labels: Vec::new(),
            assignee: None,
            parent: None,
            fields: Vec::new(),
            ..draft()
        };
        let body = creation(&bare);
        let keys: Vec<&String> = body["fields"].as_object().expect("fields").keys().collect();
        assert_eq!(keys, ["description", "issuetype", "project", "summary"]);
    }

    #[test]
    fn an_edit_of_nothing_is_no_call() {
        assert_eq!(change(&TicketEdit::default()), None);
        let edit = TicketEdit {
            priority: Some("Low".into()),
            description: None,
        };
        assert_eq!(
            change(&edit),
            Some(json!({ "fields": { "priority": { "name": "Low" } } }))
        );
    }
}
