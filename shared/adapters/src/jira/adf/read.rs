//! Reads ADF nodes as blocks.
//!
//! Takes whatever comes: an unknown node leaves its words behind, and what is nested deeper than
//! [`MAX_DEPTH`] is not followed, so that nobody's comment can exhaust the stack.

use domain::{
    moment::Moment,
    rich_text::{Block, Inline, Marks, link, strong, text},
};
use serde_json::Value;

use super::inline::web_address;

/// Nodes within nodes. Every level takes two levels of JSON.
const MAX_DEPTH: usize = 60;
const TOO_DEEP: &str = "[...]";
const ATTACHMENT: &str = "[attachment]";

/// The blocks of a document (or of any node).
pub(super) fn blocks_of(document: &Value) -> Vec<Block> {
    let mut reading = Reading::default();
    if kind(document) == "doc" {
        reading.read_all(document, 0);
    } else {
        reading.read(document, 0);
    }
    reading.end()
}

/// Blocks read so far, and the line that stands between two blocks, where only blocks should.
#[derive(Default)]
struct Reading {
    blocks: Vec<Block>,
    line: Vec<Inline>,
}

impl Reading {
    fn end(mut self) -> Vec<Block> {
        self.end_line();
        self.blocks
    }

    fn end_line(&mut self) {
        if !self.line.is_empty() {
            self.blocks
                .push(Block::Paragraph(std::mem::take(&mut self.line)));
        }
    }

    fn push(&mut self, block: Block) {
        self.end_line();
        self.blocks.push(block);
    }

    fn read_all(&mut self, parent: &Value, depth: usize) {
        for node in content(parent) {
            self.read(node, depth);
        }
    }

    fn read(&mut self, node: &Value, depth: usize) {
        if depth > MAX_DEPTH {
            self.line.push(text(TOO_DEEP));
            return;
        }
        match kind(node) {
            "paragraph" | "caption" => self.push(Block::Paragraph(line_of(node, depth + 1))),
            "heading" => {
                let level = attr(node, "level")
                    .and_then(Value::as_u64)
                    .unwrap_or(1)
                    .clamp(1, 6);
                let level = u8::try_from(level).unwrap_or(6);
                self.push(Block::Heading(level, line_of(node, depth + 1)));
            }
            "bulletList" => self.push(Block::BulletList(items_of(node, depth))),
            "orderedList" => self.push(Block::OrderedList(items_of(node, depth))),
            "taskList" | "decisionList" => {
                self.push(Block::BulletList(task_items_of(node, depth)));
            }
            "codeBlock" => {
                let language = attr_text(node, "language").map(ToOwned::to_owned);
                let mut code = String::new();
                push_raw(node, depth, &mut code);
                self.push(Block::Code(language, code));
            }
            "blockquote" | "panel" => self.push(Block::Quote(blocks_in(node, depth + 1))),
            "table" => self.push(Block::Table(rows_of(node, depth))),
            "rule" => self.push(Block::Rule),
            "media" => self.push(Block::Paragraph(Vec::from([text(ATTACHMENT)]))),
            "blockCard" | "embedCard" => self.push(Block::Paragraph(Vec::from([card(node)]))),
            "expand" | "nestedExpand" => {
                self.end_line();
                if let Some(title) = attr_text(node, "title") {
                    self.push(Block::Paragraph(Vec::from([strong(title)])));
                }
                self.read_all(node, depth + 1);
                self.end_line();
            }
            _ if is_inline(node) => push_inline(node, depth, &mut self.line),
            // Sections, columns, extensions with a body, and whatever comes next: what they hold.
            _ => {
                self.end_line();
                self.read_all(node, depth + 1);
                self.end_line();
            }
        }
    }
}

fn blocks_in(node: &Value, depth: usize) -> Vec<Block> {
    let mut reading = Reading::default();
    reading.read_all(node, depth);
    reading.end()
}

fn items_of(node: &Value, depth: usize) -> Vec<Vec<Block>> {
    content(node)
        .iter()
        .map(|item| item_of(item, "listItem", depth))
        .collect()
}

/// What an item holds. Something else where an item should be counts as one.
fn item_of(item: &Value, expected: &str, depth: usize) -> Vec<Block> {
    let mut reading = Reading::default();
    if kind(item) == expected && depth < MAX_DEPTH {
        reading.read_all(item, depth + 2);
    } else {
        reading.read(item, depth + 1);
    }
    reading.end()
}

/// A list of tasks within a list of tasks stands beside its item, not in it.
fn task_items_of(node: &Value, depth: usize) -> Vec<Vec<Block>> {
    let mut items: Vec<Vec<Block>> = Vec::new();
    for child in content(node) {
        if matches!(kind(child), "taskList" | "decisionList") {
            let mut reading = Reading::default();
            reading.read(child, depth + 1);
            match items.last_mut() {
                Some(item) => item.extend(reading.end()),
                None => items.push(reading.end()),
            }
        } else {
            let expected = match kind(child) {
                task @ ("taskItem" | "blockTaskItem" | "decisionItem") => task,
                _ => "",
            };
            items.push(item_of(child, expected, depth));
        }
    }
    items
}

fn rows_of(node: &Value, depth: usize) -> Vec<Vec<Vec<Block>>> {
    content(node)
        .iter()
        .map(|row| {
            if kind(row) != "tableRow" {
                let mut reading = Reading::default();
                reading.read(row, depth + 1);
                return Vec::from([reading.end()]);
            }
            content(row)
                .iter()
                .map(|cell| {
                    let expected = match kind(cell) {
                        "tableHeader" => "tableHeader",
                        _ => "tableCell",
                    };
                    item_of(cell, expected, depth + 1)
                })
                .collect()
        })
        .collect()
}

/// Words alone, as they stand in code.
fn push_raw(node: &Value, depth: usize, words: &mut String) {
    if depth > MAX_DEPTH {
        return;
    }
    match kind(node) {
        "text" => words.push_str(own_text(node)),
        "hardBreak" => words.push('\n'),
        _ => {
            for child in content(node) {
                push_raw(child, depth + 1, words);
            }
        }
    }
}

fn line_of(node: &Value, depth: usize) -> Vec<Inline> {
    let mut line = Vec::new();
    for child in content(node) {
        push_inline(child, depth, &mut line);
    }
    line
}

/// Whether a node that is no known block is a piece of a line.
fn is_inline(node: &Value) -> bool {
    let known = matches!(
        kind(node),
        "text"
            | "hardBreak"
            | "mention"
            | "emoji"
            | "inlineCard"
            | "mediaInline"
            | "date"
            | "status"
    );
    known || node.get("content").is_none()
}

fn push_inline(node: &Value, depth: usize, line: &mut Vec<Inline>) {
    if depth > MAX_DEPTH {
        line.push(text(TOO_DEEP));
        return;
    }
    match kind(node) {
        "text" => line.push(text_of(node)),
        "hardBreak" => line.push(Inline::Break),
        "mention" => {
            let name = attr_text(node, "text").unwrap_or("somebody");
            line.push(Inline::Mention(name.trim_start_matches('@').to_owned()));
        }
        "emoji" => {
            let emoji = attr_text(node, "text").or_else(|| attr_text(node, "shortName"));
            line.extend(emoji.map(text));
        }
        "inlineCard" | "blockCard" | "embedCard" => line.push(card(node)),
        "media" | "mediaInline" => line.push(text(ATTACHMENT)),
        "date" => line.extend(day(node).map(text)),
        _ => {
            line.extend(
                Some(own_text(node))
                    .filter(|words| !words.is_empty())
                    .map(text),
            );
            line.extend(attr_text(node, "text").map(text));
            for child in content(node) {
                push_inline(child, depth + 1, line);
            }
        }
    }
}

fn text_of(node: &Value) -> Inline {
    let words = own_text(node);
    let mut marks = Marks::default();
    let mut href = None;
    for mark in node
        .get("marks")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        match kind(mark) {
            "strong" => marks.strong = true,
            "em" => marks.emphasis = true,
            "code" => marks.code = true,
            "strike" => marks.strike = true,
            "link" => href = attr_text(mark, "href").and_then(web_address),
            _ => {}
        }
    }
    match href {
        // A link around nothing but a line end shows nothing.
        Some(href) if !words.trim().is_empty() => link(words, href),
        _ => Inline::Text(words.to_owned(), marks),
    }
}

fn card(node: &Value) -> Inline {
    let data = attr(node, "data");
    let of_data = |key| data.and_then(|data| data.get(key)).and_then(Value::as_str);
    let url = attr_text(node, "url")
        .or_else(|| of_data("url"))
        .or_else(|| of_data("@id"));
    match url {
        Some(url) => link(of_data("name").unwrap_or(url), url),
        None => text(of_data("name").unwrap_or("[link]")),
    }
}

/// The day of a date node, whose time is milliseconds in a string.
fn day(node: &Value) -> Option<String> {
    let stamp = attr(node, "timestamp")?;
    let epoch_ms = stamp
        .as_i64()
        .or_else(|| stamp.as_str()?.trim().parse().ok())?;
    let written = Moment::from_epoch_ms(epoch_ms).to_rfc3339();
    written.split('T').next().map(ToOwned::to_owned)
}

fn kind(node: &Value) -> &str {
    node.get("type").and_then(Value::as_str).unwrap_or_default()
}

fn content(node: &Value) -> &[Value] {
    node.get("content")
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn own_text(node: &Value) -> &str {
    node.get("text").and_then(Value::as_str).unwrap_or_default()
}

fn attr<'a>(node: &'a Value, name: &str) -> Option<&'a Value> {
    node.get("attrs")?.get(name)
}

fn attr_text<'a>(node: &'a Value, name: &str) -> Option<&'a str> {
    attr(node, name)?
        .as_str()
        .filter(|words| !words.trim().is_empty())
}
