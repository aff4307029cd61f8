//! What gets refused, and in which words.

use super::*;
use crate::jira::{CustomField, FieldKind};

fn refused(fields: &Value, field: &str) -> String {
    let mut jira = jira();
    let (status, answer) = create(&mut jira, fields, NOW);
    assert_eq!(status, 400, "{answer}");
    assert_eq!(jira.tickets().count(), 0);
    answer["errors"][field]
        .as_str()
        .unwrap_or_else(|| panic!("no {field} in {answer}"))
        .to_owned()
}

#[test]
fn a_field_that_is_not_on_the_screen_is_refused_by_name() {
    let mut jira = jira();
    jira.project_mut("SEC").unwrap().types[0]
        .screen
        .remove("priority");
    let (status, answer) = create(&mut jira, &json!({ "priority": { "name": "High" } }), NOW);
    assert_eq!(status, 400);
    let words = "Field 'priority' cannot be set. It is not on the appropriate screen, or unknown.";
    assert_eq!(
        answer,
        json!({ "errorMessages": [], "errors": { "priority": words } })
    );
}

#[test]
fn a_description_that_is_a_plain_string_is_refused() {
    let words = refused(&json!({ "description": "text" }), "description");
    assert_eq!(
        words,
        "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
    );
}

#[test]
fn a_document_with_a_misplaced_node_is_refused_without_saying_why() {
    let text = json!({ "type": "text", "text": "x" });
    let item = json!({ "type": "listItem", "content": [{ "type": "paragraph" }] });
    let bad = [
        json!({ "type": "doc", "version": 2, "content": [] }),
        json!({ "type": "doc", "version": 1, "content": [text] }),
        json!({ "type": "doc", "version": 1, "content": [item] }),
        json!({ "type": "doc", "version": 1, "content": [{ "type": "bulletList", "content": [] }] }),
        json!({ "type": "doc", "version": 1, "content": [{ "type": "heading", "attrs": { "level": 7 } }] }),
        json!({ "type": "doc", "version": 1, "content": [{ "type": "paragraph", "content": [{ "type": "text", "text": "" }] }] }),
        json!({ "type": "doc", "version": 1, "content": [{ "type": "codeBlock", "content": [
            { "type": "text", "text": "x", "marks": [{ "type": "strong" }] }] }] }),
        json!({ "type": "doc", "version": 1, "content": [{ "type": "paragraph", "content": [
            { "type": "text", "text": "x", "marks": [{ "type": "code" }, { "type": "strong" }] }] }] }),
        json!({ "type": "doc", "version": 1, "content": [{ "type": "blockquote", "content": [
            { "type": "heading", "attrs": { "level": 1 } }] }] }),
        json!({ "type": "doc", "version": 1, "content": [{ "type": "paragraph", "content": [
            { "type": "text", "text": "x", "marks": [{ "type": "link", "attrs": {} }] }] }] }),
    ];
    for document in bad {
        let mut jira = jira();
        let (status, answer) = create(&mut jira, &json!({ "description": document }), NOW);
        assert_eq!(
            (status, &answer["errorMessages"][0]),
            (400, &json!("INVALID_INPUT")),
            "{document}"
        );
        assert!(jira.calls()[0].detail.is_some());
    }
}

#[test]
fn a_document_of_every_usual_kind_is_accepted() {
    let paragraph = json!({ "type": "paragraph", "content": [
        { "type": "text", "text": "see ", "marks": [{ "type": "strong" }] },
        { "type": "text", "text": "this", "marks": [{ "type": "link", "attrs": { "href": "https://a.example" } }] },
        { "type": "hardBreak" }] });
    let cell = |kind: &str| json!({ "type": kind, "attrs": {}, "content": [paragraph] });
    let document = json!({ "type": "doc", "version": 1, "content": [
        { "type": "heading", "attrs": { "level": 2 }, "content": [{ "type": "text", "text": "What" }] },
        paragraph,
        { "type": "bulletList", "content": [{ "type": "listItem", "content": [paragraph] }] },
        { "type": "codeBlock", "attrs": { "language": "java" }, "content": [{ "type": "text", "text": "x" }] },
        { "type": "blockquote", "content": [paragraph] },
        { "type": "table", "content": [
            { "type": "tableRow", "content": [cell("tableHeader")] },
            { "type": "tableRow", "content": [cell("tableCell")] }] },
        { "type": "rule" }] });
    let mut jira = jira();
    let (status, answer) = create(&mut jira, &json!({ "description": document }), NOW);
    assert_eq!(status, 201, "{answer} {:?}", jira.calls());
}

#[test]
fn a_summary_is_one_line_of_at_most_255_characters() {
    refused(&json!({ "summary": "a\nb" }), "summary");
    refused(&json!({ "summary": "x".repeat(256) }), "summary");
    refused(&json!({ "summary": null }), "summary");
    assert_eq!(
        create(&mut jira(), &json!({ "summary": "x".repeat(255) }), NOW).0,
        201
    );
}

#[test]
fn a_required_custom_field_is_asked_for_by_its_name() {
    let pay = json!({ "project": { "key": "PAY" } });
    assert_eq!(refused(&pay, "customfield_10050"), "Team is required.");
    for team in [
        json!({ "value": "Nobody" }),
        json!("Ledger"),
        json!(["Ledger"]),
    ] {
        refused(
            &json!({ "project": { "key": "PAY" }, "customfield_10050": team }),
            "customfield_10050",
        );
    }
    let ledger = json!({ "project": { "key": "PAY" }, "customfield_10050": { "value": "Ledger" } });
    let (status, answer) = create(&mut jira(), &ledger, NOW);
    assert_eq!((status, answer["key"].as_str()), (201, Some("PAY-1")));
}

#[test]
fn each_kind_of_custom_field_takes_its_own_shape_only() {
    let option = |id: &str, value: &str| crate::jira::FieldOption {
        id: id.into(),
        value: value.into(),
        children: Vec::new(),
    };
    let mut asia = option("1", "Asia");
    asia.children = vec![option("2", "Japan")];
    let kinds = [
        (FieldKind::Text, json!("line"), json!(adf("x"))),
        (FieldKind::TextArea, adf("x"), json!("x")),
        (FieldKind::Number, json!(1.5), json!("1.5")),
        (FieldKind::Date, json!("2025-01-31"), json!("2025-02-31")),
        (
            FieldKind::DateTime,
            json!("2025-01-31T10:00:00.000+0000"),
            json!("2025-01-31T10:00:00Z"),
        ),
        (
            FieldKind::Options,
            json!([{ "value": "Asia" }]),
            json!({ "value": "Asia" }),
        ),
        (
            FieldKind::User,
            json!({ "accountId": Jira::DEMO_ACCOUNT }),
            json!({ "name": "ana" }),
        ),
        (FieldKind::Strings, json!(["a-b"]), json!(["a b"])),
        (
            FieldKind::Cascading,
            json!({ "value": "Asia", "child": { "value": "Japan" } }),
            json!({ "value": "Asia", "child": { "value": "Asia" } }),
        ),
    ];
    for (kind, good, bad) in kinds {
        let id = "customfield_10070";
        let mut jira = jira();
        let project = jira.project_mut("SEC").unwrap();
        project.types[0].screen.insert(id.into());
        project.fields.insert(
            id.into(),
            CustomField {
                id: id.into(),
                name: "Field".into(),
                kind,
                required: false,
                default: None,
                options: vec![asia.clone()],
            },
        );
        let (status, answer) = create(&mut jira, &json!({ id: bad }), NOW);
        assert_eq!(status, 400, "{kind:?}");
        assert!(answer["errors"][id].is_string(), "{kind:?}: {answer}");
        assert_eq!(
            create(&mut jira, &json!({ id: good }), NOW).0,
            201,
            "{kind:?}"
        );
    }
}

#[test]
fn wrong_names_people_labels_and_parents_are_refused_each_by_its_field() {
    let words = refused(&json!({ "assignee": { "accountId": "x" } }), "assignee");
    assert_eq!(words, "User 'x' cannot be assigned issues.");
    refused(&json!({ "priority": { "name": "Urgent" } }), "priority");
    refused(&json!({ "issuetype": { "name": "Wish" } }), "issuetype");
    refused(&json!({ "project": { "key": "NOPE" } }), "project");
    refused(&json!({ "labels": ["two words"] }), "labels");
    refused(&json!({ "parent": { "key": "SEC-99" } }), "parent");
    let mut jira = jira();
    opened(&mut jira);
    let (_, answer) = create(&mut jira, &json!({ "parent": { "key": "SEC-1" } }), NOW);
    assert!(answer["errors"]["parentId"].is_string(), "{answer}");
    assert_eq!(
        create(&mut jira, &json!({ "issuetype": { "name": "Epic" } }), NOW).0,
        201
    );
    assert_eq!(
        create(&mut jira, &json!({ "parent": { "key": "SEC-2" } }), NOW).0,
        201
    );
}

#[test]
fn the_way_to_done_needs_a_resolution_and_starts_where_the_ticket_stands() {
    let mut jira = jira();
    let id = opened(&mut jira);
    let path = format!("/rest/api/3/issue/{id}/transitions");
    let go = |jira: &mut Jira, body: Value| call(jira, "POST", &path, &body, NOW);
    assert_eq!(
        go(&mut jira, json!({ "transition": { "id": "41" } })).0,
        400
    );
    assert_eq!(go(&mut jira, json!({ "transition": { "id": 31 } })).0, 400);
    let (status, answer) = go(&mut jira, json!({ "transition": { "id": "31" } }));
    assert_eq!(
        (status, &answer["errors"]["resolution"]),
        (400, &json!("Resolution is required."))
    );
    let summary =
        json!({ "transition": { "id": "21" }, "fields": { "resolution": { "name": "Done" } } });
    assert_eq!(go(&mut jira, summary).0, 400);
    let done = json!({ "transition": { "id": "31" }, "fields": { "resolution": { "name": "Duplicate" } } });
    assert_eq!(go(&mut jira, done).0, 204);
    let ticket = jira.ticket(&id).unwrap();
    assert_eq!(
        (ticket.category.as_str(), ticket.resolution.as_deref()),
        ("done", Some("Duplicate"))
    );
    assert_eq!(
        go(&mut jira, json!({ "transition": { "id": "41" } })).0,
        204
    );
    assert_eq!(jira.ticket(&id).unwrap().resolution, None);
}

#[test]
fn comments_lack_permission_with_400_and_existence_with_404() {
    let mut jira = jira();
    let id = opened(&mut jira);
    let path = format!("/rest/api/3/issue/{id}/comment");
    let (status, answer) = call(&mut jira, "POST", &path, &json!({ "body": "text" }), NOW);
    assert_eq!(
        (status, &answer["errors"]["comment"]),
        (400, &json!("Comment body is not valid!"))
    );
    assert_eq!(
        call(&mut jira, "POST", &path, &json!({ "body": adf(" ") }), NOW).0,
        400
    );
    let ana = jira.comment(&id, "Ana Souza", "mine", NOW).unwrap();
    let body = json!({ "body": adf("changed") });
    assert_eq!(
        call(&mut jira, "PUT", &format!("{path}/{ana}"), &body, NOW).0,
        400
    );
    assert_eq!(
        call(
            &mut jira,
            "DELETE",
            &format!("{path}/{ana}"),
            &Value::Null,
            NOW
        )
        .0,
        400
    );
    assert_eq!(
        call(
            &mut jira,
            "DELETE",
            &format!("{path}/99"),
            &Value::Null,
            NOW
        )
        .0,
        404
    );
    jira.grant(Jira::DEMO_ACCOUNT, "SEC", "DELETE_ALL_COMMENTS");
    assert_eq!(
        call(
            &mut jira,
            "DELETE",
            &format!("{path}/{ana}"),
            &Value::Null,
            NOW
        )
        .0,
        204
    );
    assert_eq!(
        call(
            &mut jira,
            "DELETE",
            &format!("{path}/{ana}"),
            &Value::Null,
            NOW
        )
        .0,
        404
    );
    jira.deny(Jira::DEMO_ACCOUNT, "SEC", "ADD_COMMENTS");
    assert_eq!(call(&mut jira, "POST", &path, &body, NOW).0, 400);
}
