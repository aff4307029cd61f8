//! Formatted text as an ADF document (version 1), and an ADF document as formatted text.
//!
//! What is written obeys the official schema whatever the text holds, because every text is first
//! brought into the form of [`sane`], where nothing stands that ADF forbids. A mention is written as
//! plain text, so that a mirror never notifies anybody. Reading never fails: an unknown node leaves
//! its words behind.

use domain::rich_text::RichText;
use serde_json::{Value, json};

mod cut;
mod inline;
mod read;
mod sane;
mod write;

pub use cut::fit;

/// The serialised document that Jira takes has to be shorter than this. Its own limit is 32,767
/// characters, and nobody has said how it counts.
pub const MAX_BYTES: usize = 30_000;

/// Writes a text as an ADF document.
pub fn to_adf(rich: &RichText) -> Value {
    let mut content = write::nodes_of(&sane::sane(rich, sane::Mentions::AsText).blocks);
    if content.is_empty() {
        content.push(json!({ "type": "paragraph", "content": [] }));
    }
    json!({ "type": "doc", "version": 1, "content": content })
}

/// Reads an ADF document. A plain string, as the older interface has it, is read as people type it.
pub fn from_adf(document: &Value) -> RichText {
    let rich = match document {
        Value::String(text) => RichText::from_plain(text),
        other => RichText {
            blocks: read::blocks_of(other),
        },
    };
    sane::sane(&rich, sane::Mentions::Kept)
}

#[cfg(test)]
mod tests;
