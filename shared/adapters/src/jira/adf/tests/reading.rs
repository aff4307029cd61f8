//! Reading what people write in Jira, and what nobody should.

use domain::rich_text::{Block, Inline, RichText, link, paragraph, strong, text};
use serde_json::{Value, json};

use super::{
    super::{from_adf, to_adf},
    check, rich, words,
};

fn doc(content: &Value) -> Value {
    json!({ "type": "doc", "version": 1, "content": content })
}

#[test]
fn what_people_write_in_jira_is_read() {
    let document = doc(&json!([
        { "type": "paragraph", "content": [
            { "type": "mention", "attrs": { "id": "1", "text": "@Ann" } },
            { "type": "text", "text": " see " },
            { "type": "inlineCard", "attrs": { "url": "https://example.com/x" } },
            { "type": "emoji", "attrs": { "shortName": ":smile:", "text": "😄" } },
            { "type": "emoji", "attrs": { "shortName": ":custom:" } },
            { "type": "text", "text": "u", "marks": [{ "type": "underline" }, { "type": "textColor", "attrs": { "color": "#ff0000" } }] },
            { "type": "status", "attrs": { "text": "DONE", "color": "green" } },
            { "type": "date", "attrs": { "timestamp": "1582152559000" } },
            { "type": "text", "text": "mail", "marks": [{ "type": "link", "attrs": { "href": "mailto:a@example.com" } }] },
        ]},
        { "type": "mediaSingle", "content": [
            { "type": "media", "attrs": { "id": "1", "type": "file", "collection": "" } },
            { "type": "caption", "content": [{ "type": "text", "text": "A picture" }] },
        ]},
        { "type": "panel", "attrs": { "panelType": "info" }, "content": [{ "type": "paragraph", "content": [{ "type": "text", "text": "Mind" }] }] },
        { "type": "taskList", "attrs": { "localId": "a" }, "content": [
            { "type": "taskItem", "attrs": { "localId": "b", "state": "DONE" }, "content": [{ "type": "text", "text": "task" }] },
            { "type": "taskList", "attrs": { "localId": "c" }, "content": [
                { "type": "taskItem", "attrs": { "localId": "d", "state": "TODO" }, "content": [{ "type": "text", "text": "sub-task" }] },
            ]},
        ]},
        { "type": "expand", "attrs": { "title": "More" }, "content": [{ "type": "paragraph", "content": [{ "type": "text", "text": "inside" }] }] },
        { "type": "blockCard", "attrs": { "url": "https://example.com/y" } },
        { "type": "layoutSection", "content": [
            { "type": "layoutColumn", "attrs": { "width": 50 }, "content": [{ "type": "paragraph", "content": [{ "type": "text", "text": "left" }] }] },
        ]},
        { "type": "comingSoon", "attrs": { "text": "unknown words" } },
        { "type": "comingSoon", "content": [{ "type": "text", "text": "more of them" }] },
    ]));
    let expected = rich(vec![
        paragraph(vec![
            Inline::Mention("Ann".into()),
            text(" see "),
            link("https://example.com/x", "https://example.com/x"),
            text("😄:custom:uDONE2020-02-19mail"),
        ]),
        words("[attachment]"),
        words("A picture"),
        Block::Quote(vec![words("Mind")]),
        Block::BulletList(vec![vec![
            words("task"),
            Block::BulletList(vec![vec![words("sub-task")]]),
        ]]),
        paragraph(vec![strong("More")]),
        words("inside"),
        paragraph(vec![link("https://example.com/y", "https://example.com/y")]),
        words("left"),
        words("unknown words"),
        words("more of them"),
    ]);
    assert_eq!(from_adf(&document), expected);
}

#[test]
fn a_document_that_makes_no_sense_is_read_as_far_as_it_goes() {
    for senseless in [
        json!(null),
        json!(7),
        json!([]),
        json!({}),
        json!({ "type": "doc" }),
        json!({ "type": "doc", "content": "words" }),
        doc(
            &json!([null, 7, [], { "type": 7 }, { "type": "paragraph", "content": [null, { "type": "text" }] }]),
        ),
        doc(
            &json!([{ "type": "table", "content": [{ "type": "tableRow" }] }, { "type": "bulletList" }]),
        ),
        doc(&json!([{ "type": "mediaSingle" }, { "type": "heading", "attrs": { "level": "x" } }])),
    ] {
        assert_eq!(from_adf(&senseless), RichText::default(), "{senseless}");
    }
    let stray = doc(&json!([
        { "type": "text", "text": "stray" },
        { "type": "bulletList", "content": [{ "type": "paragraph", "content": [{ "type": "text", "text": "no item" }] }] },
        { "type": "table", "content": [{ "type": "paragraph", "content": [{ "type": "text", "text": "no row" }] }] },
        { "type": "paragraph", "content": [{ "type": "blockquote", "content": [{ "type": "text", "text": "no line" }] }] },
    ]));
    for words in ["stray", "no item", "no row", "no line"] {
        assert!(from_adf(&stray).to_plain().contains(words), "{words}");
    }
    assert_eq!(
        from_adf(&json!("plain\n\n- words")),
        RichText::from_plain("plain\n\n- words")
    );
}

/// Put together by hand: `json!` copies what it is given, as deep as that is nested.
fn with_content(kind: &str, content: Vec<Value>) -> Value {
    let parts = [
        ("type".to_owned(), json!(kind)),
        ("content".to_owned(), Value::Array(content)),
    ];
    Value::Object(parts.into_iter().collect())
}

fn nested_node(kind: &str, depth: usize) -> Value {
    let word = || json!({ "type": "text", "text": "w" });
    (0..depth).fold(json!({ "type": "text", "text": "end" }), |inner, _| {
        with_content(kind, vec![word(), inner])
    })
}

#[test]
fn a_document_nested_without_end_is_cut_off_and_exhausts_nothing() {
    for kind in [
        "bulletList",
        "listItem",
        "blockquote",
        "comingSoon",
        "table",
        "tableRow",
        "tableCell",
        "taskList",
        "expand",
        "paragraph",
        "codeBlock",
    ] {
        let after =
            json!({ "type": "paragraph", "content": [{ "type": "text", "text": "after" }] });
        let document = with_content("doc", vec![nested_node(kind, 5_000), after]);
        let read = from_adf(&document);
        assert!(read.to_plain().contains("after"), "{kind}");
        assert!(!read.to_plain().contains("end"), "{kind}");
        check(&to_adf(&read), "");
        // Dropping the value would recurse as deep as it is nested.
        std::mem::forget(document);
    }
}
