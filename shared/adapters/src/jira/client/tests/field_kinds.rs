//! The fields of a new ticket.

use serde_json::{Value, json};

use super::{client, json_answer, site};
use crate::jira::discovery::{Choice, FieldKind, FieldMeta, OwnField, priorities};

const CUSTOM: &str = "com.atlassian.jira.plugin.system.customfieldtypes:";

async fn listed(fields: Value) -> Vec<FieldMeta> {
    let (client, _) = client(vec![json_answer(
        200,
        json!({ "fields": fields, "total": 1 }),
    )]);
    client
        .list_fields(&site(), "SEC", "1")
        .await
        .expect("fields")
}

fn field(id: &str, schema: &Value) -> Value {
    json!({ "fieldId": id, "key": id, "name": "A field", "required": true, "schema": schema })
}

async fn kind(id: &str, schema: &Value) -> FieldKind {
    listed(json!([field(id, schema)])).await.remove(0).kind
}

#[tokio::test]
async fn each_schema_is_told_as_the_kind_that_settings_have_for_it() {
    for (schema, word) in [
        (json!({ "type": "string", "custom": "textfield" }), "text"),
        (
            json!({ "type": "string", "custom": format!("{CUSTOM}url") }),
            "text",
        ),
        (
            json!({ "type": "string", "custom": format!("{CUSTOM}textarea") }),
            "rich-text",
        ),
        (
            json!({ "type": "string", "system": "environment" }),
            "rich-text",
        ),
        (json!({ "type": "number" }), "number"),
        (json!({ "type": "date", "system": "duedate" }), "date"),
        (json!({ "type": "datetime" }), "date-time"),
        (json!({ "type": "option" }), "option"),
        (json!({ "type": "array", "items": "option" }), "options"),
        (json!({ "type": "user", "system": "reporter" }), "user"),
        (json!({ "type": "array", "items": "string" }), "strings"),
        (json!({ "type": "option-with-child" }), "cascading"),
    ] {
        assert_eq!(
            kind("customfield_1", &schema).await.word(),
            Some(word),
            "{schema}"
        );
    }
}

#[tokio::test]
async fn what_settings_cannot_give_is_told_in_the_words_of_its_schema() {
    let sprint = "com.pyxis.greenhopper.jira:gh-sprint";
    for (schema, words) in [
        (
            json!({ "type": "array", "items": "version" }),
            "array of version",
        ),
        (
            json!({ "type": "array", "items": "string", "custom": sprint }),
            "sprint",
        ),
        (json!({ "type": "hologram" }), "hologram"),
    ] {
        let expected = FieldKind::Unsupported(words.into());
        assert_eq!(kind("customfield_1", &schema).await, expected);
        assert_eq!(expected.word(), None);
    }
}

#[tokio::test]
async fn what_the_service_sets_is_its_own_whatever_the_schema() {
    for (id, own) in [
        ("summary", OwnField::Summary),
        ("description", OwnField::Description),
        ("project", OwnField::Project),
        ("issuetype", OwnField::IssueType),
        ("labels", OwnField::Labels),
        ("priority", OwnField::Priority),
        ("assignee", OwnField::Assignee),
        ("parent", OwnField::Parent),
    ] {
        let read = kind(id, &json!({ "type": "string" })).await;
        assert_eq!(read, FieldKind::OwnedByService(own));
    }
}

#[tokio::test]
async fn mandatory_is_what_has_no_default() {
    for (required, default, expected) in [
        (true, json!(false), true),
        (true, json!(true), false),
        (true, Value::Null, true),
        (false, json!(false), false),
    ] {
        let mut wire = field("customfield_1", &json!({ "type": "number" }));
        wire["required"] = json!(required);
        if !default.is_null() {
            wire["hasDefaultValue"] = default;
        }
        assert_eq!(listed(json!([wire])).await[0].required, expected);
    }
}

#[tokio::test]
async fn choices_are_told_with_those_below_them_and_without_the_disabled() {
    let mut cascade = field("customfield_1", &json!({ "type": "option-with-child" }));
    cascade["allowedValues"] = json!([
        { "id": "1", "value": "EU", "children": [{ "id": "2", "value": "DE" }] },
        { "id": "3", "value": "Old", "disabled": true },
        { "self": "nothing to choose by" },
    ]);
    let mut priority = field("priority", &json!({ "type": "priority" }));
    priority["allowedValues"] = json!([{ "id": "4", "name": "High" }]);
    let fields = listed(json!([cascade, priority])).await;
    let choice = |id: &str, value: &str, children| Choice {
        id: id.into(),
        value: value.into(),
        children,
    };
    let below = vec![choice("2", "DE", vec![])];
    assert_eq!(fields[0].choices, [choice("1", "EU", below)]);
    assert_eq!(priorities(&fields), [choice("4", "High", vec![])]);
    assert_eq!(priorities(&fields[..1]), []);
}
