//! A strict reader of ADF documents: which node may hold which, with what attributes and marks.
//!
//! It must never accept what Jira answers with `INVALID_INPUT`; where in doubt it refuses.

use serde_json::{Value, json};

use super::text_at;

mod attrs;
mod rules;

use attrs::{AttrKind, AttrRule};
use rules::Content;

/// Deeper nesting is refused, as a guard for the recursion.
const MAX_DEPTH: usize = 40;

/// Says what is wrong with a document, if anything.
pub(super) fn check(document: &Value) -> Result<(), String> {
    if document.get("version").and_then(Value::as_u64) != Some(1) {
        return Err("the version is not 1".into());
    }
    check_keys(document, &["version", "type", "content"])?;
    check_content(document, "doc", 0)
}

/// Whether a value claims to be a document at all; what does not gets another message.
pub(super) fn claims_to_be_document(value: &Value) -> bool {
    text_at(value, "type") == Some("doc") && value.get("content").is_some_and(Value::is_array)
}

/// Whether a document shows nothing.
pub(super) fn is_blank(node: &Value) -> bool {
    match text_at(node, "type") {
        Some("text") => text_at(node, "text").is_none_or(|text| text.trim().is_empty()),
        Some(
            "mention" | "emoji" | "date" | "inlineCard" | "status" | "media" | "rule" | "blockCard"
            | "embedCard" | "extension" | "inlineExtension" | "mediaInline",
        ) => false,
        _ => children(node).iter().all(is_blank),
    }
}

pub(super) fn children(node: &Value) -> &[Value] {
    node.get("content")
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// A document of plain paragraphs, as a person's editor makes it.
pub(super) fn document(text: &str) -> Value {
    let paragraphs: Vec<Value> = text
        .split("\n\n")
        .map(|paragraph| {
            let mut content = Vec::new();
            for (number, line) in paragraph.split('\n').enumerate() {
                if number > 0 {
                    content.push(json!({ "type": "hardBreak" }));
                }
                if !line.is_empty() {
                    content.push(json!({ "type": "text", "text": line }));
                }
            }
            json!({ "type": "paragraph", "content": content })
        })
        .collect();
    json!({ "type": "doc", "version": 1, "content": paragraphs })
}

/// The form in which a document is kept and read back. As in the real one that is not always the
/// form that was sent: neighbouring texts with equal marks become one, and blocks get ids.
pub(super) fn stored(document: &Value) -> Value {
    let mut document = document.clone();
    let mut ordinal = 0;
    settle(&mut document, &mut ordinal);
    document
}

fn settle(node: &mut Value, ordinal: &mut u32) {
    if matches!(
        text_at(node, "type"),
        Some("paragraph" | "heading" | "table" | "panel")
    ) {
        *ordinal += 1;
        let id = format!("{ordinal:012x}");
        if let Some(fields) = node.as_object_mut() {
            let attrs = fields.entry("attrs").or_insert_with(|| json!({}));
            if attrs.get("localId").is_none() && attrs.is_object() {
                attrs["localId"] = Value::String(id);
            }
        }
    }
    let Some(content) = node.get_mut("content").and_then(Value::as_array_mut) else {
        return;
    };
    let mut merged: Vec<Value> = Vec::with_capacity(content.len());
    for mut child in content.drain(..) {
        settle(&mut child, ordinal);
        let joins = merged.last().is_some_and(|last| {
            text_at(last, "type") == Some("text")
                && text_at(&child, "type") == Some("text")
                && last.get("marks") == child.get("marks")
        });
        match (joins, merged.last_mut(), text_at(&child, "text")) {
            (true, Some(last), Some(more)) => {
                let text = format!("{}{more}", text_at(last, "text").unwrap_or_default());
                last["text"] = Value::String(text);
            }
            _ => merged.push(child),
        }
    }
    *content = merged;
}

/// The text without any formatting, one line for each block.
pub(super) fn plain(document: &Value) -> String {
    let mut text = String::new();
    write_plain(document, &mut text);
    text.truncate(text.trim_end().len());
    text
}

fn write_plain(node: &Value, out: &mut String) {
    match text_at(node, "type") {
        Some("text") => out.push_str(text_at(node, "text").unwrap_or_default()),
        Some("hardBreak") => out.push('\n'),
        Some("mention" | "emoji" | "status") => {
            let attrs = &node["attrs"];
            let words = text_at(attrs, "text").or_else(|| text_at(attrs, "shortName"));
            out.push_str(words.unwrap_or_default());
        }
        Some("inlineCard" | "blockCard" | "embedCard") => {
            out.push_str(text_at(&node["attrs"], "url").unwrap_or_default());
        }
        name => {
            for child in children(node) {
                write_plain(child, out);
            }
            if matches!(
                name,
                Some("paragraph" | "heading" | "codeBlock" | "rule" | "taskItem")
            ) {
                out.push('\n');
            }
        }
    }
}

/// Whether a string of words has a word.
fn names(words: &str, wanted: &str) -> bool {
    !wanted.is_empty() && words.split(' ').any(|word| word == wanted)
}

fn check_keys(node: &Value, allowed: &[&str]) -> Result<(), String> {
    let fields = node.as_object().ok_or("a node is not an object")?;
    match fields.keys().find(|key| !allowed.contains(&key.as_str())) {
        Some(key) => Err(format!("a node has an unknown property {key}")),
        None => Ok(()),
    }
}

fn check_content(node: &Value, name: &str, depth: usize) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err("the document is nested too deeply".into());
    }
    let (allowed, least, required) = match rules::content_of(name) {
        Content::None => {
            return match node.get("content") {
                Some(_) => Err(format!("{name} may not have content")),
                None => Ok(()),
            };
        }
        Content::Of {
            nodes,
            least,
            required,
        } => (nodes, least, required),
    };
    let content = match node.get("content") {
        Some(Value::Array(content)) => content,
        Some(_) => return Err(format!("the content of {name} is not an array")),
        None if required => return Err(format!("{name} needs content")),
        None => return Ok(()),
    };
    if content.len() < least {
        return Err(format!("{name} needs at least {least} nodes"));
    }
    for child in content {
        let kind = text_at(child, "type").ok_or_else(|| format!("a node in {name} has no type"))?;
        if !names(allowed, kind) {
            return Err(format!("{name} may not hold {kind}"));
        }
        check_node(child, kind, name, depth + 1)?;
    }
    Ok(())
}

fn check_node(node: &Value, name: &str, parent: &str, depth: usize) -> Result<(), String> {
    if name == "text" {
        check_keys(node, &["type", "text", "marks"])?;
        if text_at(node, "text").is_none_or(str::is_empty) {
            return Err("a text node is empty".into());
        }
    } else {
        check_keys(node, &["type", "content", "attrs", "marks"])?;
        check_attrs(node.get("attrs"), name, attrs::attrs_of(name))?;
    }
    check_marks(node, name, parent)?;
    check_content(node, name, depth)
}

fn check_attrs(attrs: Option<&Value>, name: &str, allowed: &[AttrRule]) -> Result<(), String> {
    let empty = serde_json::Map::new();
    let attrs = match attrs {
        None => &empty,
        Some(Value::Object(attrs)) => attrs,
        Some(_) => return Err(format!("the attributes of {name} are not an object")),
    };
    for (key, value) in attrs {
        if key == "localId" && value.is_string() {
            continue;
        }
        let rule = allowed.iter().find(|rule| rule.name == key);
        if !rule.is_some_and(|rule| fits(value, rule.kind)) {
            return Err(format!("the attribute {key} of {name} is unknown or wrong"));
        }
    }
    match allowed
        .iter()
        .find(|rule| rule.required && !attrs.contains_key(rule.name))
    {
        Some(rule) => Err(format!("{name} needs the attribute {}", rule.name)),
        None => Ok(()),
    }
}

fn fits(value: &Value, kind: AttrKind) -> bool {
    match kind {
        AttrKind::Text => value.is_string(),
        AttrKind::Filled => value.as_str().is_some_and(|text| !text.is_empty()),
        AttrKind::Number(least, most) => value
            .as_f64()
            .is_some_and(|number| (least..=most).contains(&number)),
        AttrKind::Flag => value.is_boolean(),
        AttrKind::OneOf(words) => value.as_str().is_some_and(|word| words.contains(&word)),
        AttrKind::Color => value.as_str().is_some_and(is_color),
        AttrKind::Address => value.as_str().is_some_and(is_safe_address),
        AttrKind::Any => true,
    }
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn is_safe_address(text: &str) -> bool {
    let lower = text.trim().to_ascii_lowercase();
    !lower.is_empty() && !lower.starts_with("javascript:") && !lower.starts_with("data:")
}

fn check_marks(node: &Value, name: &str, parent: &str) -> Result<(), String> {
    let marks = match node.get("marks") {
        None => return Ok(()),
        Some(Value::Array(marks)) => marks,
        Some(_) => return Err(format!("the marks of {name} are not an array")),
    };
    let is_code = marks
        .iter()
        .any(|mark| text_at(mark, "type") == Some("code"));
    let allowed = rules::marks_of(name, parent, is_code);
    for (position, mark) in marks.iter().enumerate() {
        let kind = text_at(mark, "type").ok_or("a mark has no type")?;
        if !names(allowed, kind) {
            return Err(format!("{name} in {parent} may not bear the mark {kind}"));
        }
        if marks[..position]
            .iter()
            .any(|other| text_at(other, "type") == Some(kind))
        {
            return Err(format!("the mark {kind} appears twice"));
        }
        check_keys(mark, &["type", "attrs"])?;
        check_attrs(mark.get("attrs"), kind, attrs::mark_attrs_of(kind))?;
    }
    Ok(())
}
