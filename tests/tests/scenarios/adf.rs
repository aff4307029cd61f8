//! Documents for Jira, made of whatever people and attackers write: always ones that Jira takes.
//!
//! The judge is the official schema, read from where it lies beside the project. Where it is
//! absent, what is read back is checked all the same.

use std::sync::LazyLock;

use adapters::{
    contrast::markup,
    jira::adf::{fit, from_adf, to_adf},
};
use domain::{comment::Side, moment::Moment, rich_text::RichText, words};
use jsonschema::Validator;
use proptest::{
    prelude::*,
    test_runner::{Config, TestCaseError},
};
use serde_json::Value;

mod sentences;
mod texts;

use crate::samples::recordings;

const CASES: u32 = 300;
const NOTE: &str = "This was cut.";

/// The schema, or nothing where it is absent.
static SCHEMA: LazyLock<Option<Validator>> = LazyLock::new(|| {
    let file = recordings("the schema of documents")?.join("jira/adf-schema.json");
    let text = std::fs::read_to_string(file).expect("the schema can be read");
    let schema: Value = serde_json::from_str(&text).expect("the schema is JSON");
    Some(jsonschema::validator_for(&schema).expect("the schema is one"))
});

/// Nothing is kept between runs: a failure shows the smallest text that fails.
fn config() -> Config {
    Config {
        cases: CASES,
        failure_persistence: None,
        ..Config::default()
    }
}

fn obeys_the_schema(document: &Value) -> Result<(), TestCaseError> {
    let Some(schema) = &*SCHEMA else {
        return Ok(());
    };
    let refused = schema
        .iter_errors(document)
        .next()
        .map(|error| error.to_string());
    prop_assert_eq!(refused, None, "{}", document);
    Ok(())
}

/// A text makes a document of the schema, and that one comes back as itself with all its words.
fn is_written_and_read(rich: &RichText) -> Result<(), TestCaseError> {
    let document = to_adf(rich);
    obeys_the_schema(&document)?;
    let read = from_adf(&document);
    let after = read.to_plain();
    for word in texts::words_of(&rich.blocks) {
        prop_assert!(after.contains(&word), "{} is missing from {}", word, after);
    }
    prop_assert_eq!(&to_adf(&read), &document, "read as {:?}", read);
    prop_assert_eq!(&from_adf(&to_adf(&read)), &read);
    // Whatever was made must be able to go on as plain text, and come back from there.
    let plain = RichText::from_plain(&read.to_plain());
    obeys_the_schema(&to_adf(&plain))
}

fn mirrored(author: &str, body: &RichText) -> RichText {
    let at = Moment::parse("2026-03-09T08:00:00Z");
    words::mirrored_comment(author, at, Side::Case, body)
}

#[test]
fn the_schema_refuses_what_is_no_document() {
    let Some(schema) = &*SCHEMA else {
        return;
    };
    let text = |words: &str| serde_json::json!({ "type": "text", "text": words });
    let document =
        |content: Value| serde_json::json!({ "type": "doc", "version": 1, "content": content });
    let paragraph = |content: Value| serde_json::json!({ "type": "paragraph", "content": content });
    assert!(schema.is_valid(&document(serde_json::json!([paragraph(
        serde_json::json!([text("a")])
    )]))));
    assert!(!schema.is_valid(&document(serde_json::json!([paragraph(
        serde_json::json!([text("")])
    )]))));
    assert!(!schema.is_valid(&document(serde_json::json!([text("a")]))));
    assert!(!schema.is_valid(&document(
        serde_json::json!([{ "type": "bulletList", "content": [] }])
    )));
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_text_becomes_a_document_that_jira_takes_and_comes_back(rich in texts::rich()) {
        is_written_and_read(&rich)?;
    }

    #[test]
    fn any_depth_becomes_a_document_that_jira_takes_and_comes_back(rich in texts::deep()) {
        is_written_and_read(&rich)?;
    }

    #[test]
    fn any_typed_words_become_a_document_that_jira_takes_and_come_back(typed in texts::typed()) {
        let rich = RichText::from_plain(&typed);
        is_written_and_read(&rich)?;
        prop_assert_eq!(RichText::from_plain(&rich.to_plain()), rich, "it drifts while it travels");
    }

    #[test]
    fn any_markup_of_contrast_becomes_a_document_that_jira_takes_and_comes_back(
        markup in texts::typed(),
    ) {
        is_written_and_read(&markup::render(&markup))?;
    }

    #[test]
    fn any_mirror_is_a_document_that_jira_takes_and_comes_back(
        author in texts::words(),
        typed in texts::typed(),
        rich in texts::rich(),
    ) {
        is_written_and_read(&mirrored(&author, &RichText::from_plain(&typed)))?;
        is_written_and_read(&mirrored(&author, &markup::render(&typed)))?;
        is_written_and_read(&mirrored(&author, &rich))?;
    }

    #[test]
    fn any_document_that_is_cut_is_short_enough_and_says_so(
        rich in texts::rich(),
        room in 400_usize..2_000,
    ) {
        let whole = to_adf(&rich).to_string().len();
        let cut = fit(rich, room, NOTE, Some("https://contrast.example.com/a"));
        is_written_and_read(&cut)?;
        let document = to_adf(&cut).to_string();
        prop_assert!(document.len() < room);
        prop_assert!(whole < room || document.contains(NOTE));
    }

    #[test]
    fn whatever_jira_shows_is_read_and_can_be_written_back(shown in texts::shown()) {
        is_written_and_read(&from_adf(&shown))?;
    }
}
