//! Texts and times in the forms of the older API, which the webhooks still speak.
//!
//! One way only: wiki markup is never read back.

use std::fmt::Write as _;

use serde_json::Value;

use super::{adf, text_at};

/// A moment as Jira writes it: `2024-01-02T03:04:05.678+0000`.
pub(super) fn time(epoch_ms: i64) -> String {
    let moment = jiff::Timestamp::from_millisecond(epoch_ms).unwrap_or_default();
    let local = jiff::tz::Offset::UTC.to_datetime(moment);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}+0000",
        local.year(),
        local.month(),
        local.day(),
        local.hour(),
        local.minute(),
        local.second(),
        local.millisecond()
    )
}

/// A document as wiki markup.
pub(super) fn wiki(document: &Value) -> String {
    let mut out = String::new();
    blocks(document, "", &mut out);
    out.truncate(out.trim_end().len());
    out
}

fn blocks(node: &Value, bullets: &str, out: &mut String) {
    for child in adf::children(node) {
        block(child, bullets, out);
    }
}

fn block(node: &Value, bullets: &str, out: &mut String) {
    match text_at(node, "type").unwrap_or_default() {
        "paragraph" => {
            inlines(node, out);
            out.push_str(if bullets.is_empty() { "\n\n" } else { "\n" });
        }
        "heading" => {
            let _ = write!(out, "h{}. ", node["attrs"]["level"]);
            inlines(node, out);
            out.push_str("\n\n");
        }
        "bulletList" => list(node, &format!("{bullets}*"), out),
        "orderedList" => list(node, &format!("{bullets}#"), out),
        "codeBlock" => {
            let language = text_at(&node["attrs"], "language");
            out.push_str(&language.map_or("{code}\n".into(), |name| format!("{{code:{name}}}\n")));
            inlines(node, out);
            out.push_str("\n{code}\n\n");
        }
        "blockquote" => {
            out.push_str("{quote}");
            blocks(node, "", out);
            out.truncate(out.trim_end().len());
            out.push_str("{quote}\n\n");
        }
        "panel" => {
            out.push_str("{panel}\n");
            blocks(node, "", out);
            out.truncate(out.trim_end().len());
            out.push_str("\n{panel}\n\n");
        }
        "rule" => out.push_str("----\n\n"),
        "table" => {
            for row in adf::children(node) {
                table_row(row, out);
            }
            out.push('\n');
        }
        _ => blocks(node, bullets, out),
    }
}

fn list(node: &Value, bullets: &str, out: &mut String) {
    for item in adf::children(node) {
        for (position, child) in adf::children(item).iter().enumerate() {
            if position == 0 {
                out.push_str(bullets);
                out.push(' ');
            }
            block(child, bullets, out);
        }
    }
    if bullets.len() == 1 {
        out.push('\n');
    }
}

fn table_row(row: &Value, out: &mut String) {
    let mut bar = "|";
    for cell in adf::children(row) {
        bar = if text_at(cell, "type") == Some("tableHeader") {
            "||"
        } else {
            "|"
        };
        out.push_str(bar);
        blocks(cell, "", out);
        out.truncate(out.trim_end().len());
    }
    out.push_str(bar);
    out.push('\n');
}

fn inlines(node: &Value, out: &mut String) {
    for child in adf::children(node) {
        let attrs = &child["attrs"];
        match text_at(child, "type").unwrap_or_default() {
            "text" => out.push_str(&marked(child)),
            "hardBreak" => out.push('\n'),
            "mention" => {
                let account = text_at(attrs, "id").unwrap_or_default();
                let _ = write!(out, "[~accountid:{account}]");
            }
            "inlineCard" => {
                let address = text_at(attrs, "url").unwrap_or_default();
                let _ = write!(out, "[{address}]");
            }
            "emoji" => out.push_str(text_at(attrs, "shortName").unwrap_or_default()),
            _ => out.push_str(text_at(attrs, "text").unwrap_or_default()),
        }
    }
}

fn marked(node: &Value) -> String {
    let mut text = text_at(node, "text").unwrap_or_default().to_owned();
    let marks = node
        .get("marks")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    for mark in marks {
        text = match text_at(mark, "type").unwrap_or_default() {
            "strong" => format!("*{text}*"),
            "em" => format!("_{text}_"),
            "strike" => format!("-{text}-"),
            "code" => format!("{{{{{text}}}}}"),
            "link" => format!(
                "[{text}|{}]",
                text_at(&mark["attrs"], "href").unwrap_or_default()
            ),
            _ => text,
        };
    }
    text
}
