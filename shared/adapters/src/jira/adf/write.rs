//! Writes blocks as ADF nodes.
//!
//! Only for blocks in the form of `sane`: nothing is checked or repaired here.

use domain::rich_text::{Block, Inline, Marks};
use serde_json::{Value, json};

pub(super) fn nodes_of(blocks: &[Block]) -> Vec<Value> {
    blocks.iter().map(node_of).collect()
}

pub(super) fn node_of(block: &Block) -> Value {
    match block {
        Block::Paragraph(line) => json!({ "type": "paragraph", "content": line_nodes(line) }),
        Block::Heading(level, line) => json!({
            "type": "heading",
            "attrs": { "level": level },
            "content": line_nodes(line),
        }),
        Block::BulletList(items) => json!({ "type": "bulletList", "content": item_nodes(items) }),
        Block::OrderedList(items) => json!({ "type": "orderedList", "content": item_nodes(items) }),
        Block::Code(language, code) => {
            let content = json!([{ "type": "text", "text": code }]);
            match language {
                Some(language) => json!({
                    "type": "codeBlock",
                    "attrs": { "language": language },
                    "content": content,
                }),
                None => json!({ "type": "codeBlock", "content": content }),
            }
        }
        Block::Quote(blocks) => json!({ "type": "blockquote", "content": nodes_of(blocks) }),
        Block::Table(rows) => json!({ "type": "table", "content": row_nodes(rows) }),
        Block::Rule => json!({ "type": "rule" }),
    }
}

fn item_nodes(items: &[Vec<Block>]) -> Vec<Value> {
    items
        .iter()
        .map(|item| {
            let mut content = nodes_of(item);
            // An item begins with words, even if it has none but those of a list inside it.
            if !matches!(item.first(), Some(Block::Paragraph(_) | Block::Code(..))) {
                content.insert(0, empty_paragraph());
            }
            json!({ "type": "listItem", "content": content })
        })
        .collect()
}

fn row_nodes(rows: &[Vec<Vec<Block>>]) -> Vec<Value> {
    rows.iter()
        .enumerate()
        .map(|(index, row)| {
            let kind = if index == 0 {
                "tableHeader"
            } else {
                "tableCell"
            };
            let cells: Vec<Value> = row.iter().map(|cell| cell_node(kind, cell)).collect();
            json!({ "type": "tableRow", "content": cells })
        })
        .collect()
}

fn cell_node(kind: &str, cell: &[Block]) -> Value {
    let mut content = nodes_of(cell);
    if content.is_empty() {
        content.push(empty_paragraph());
    }
    json!({ "type": kind, "content": content })
}

fn empty_paragraph() -> Value {
    json!({ "type": "paragraph", "content": [] })
}

fn line_nodes(line: &[Inline]) -> Vec<Value> {
    line.iter()
        .map(|inline| match inline {
            Inline::Text(words, marks) => text_node(words, *marks),
            Inline::Link(label, href) => json!({
                "type": "text",
                "text": label,
                "marks": [{ "type": "link", "attrs": { "href": href } }],
            }),
            // No node of a mention, ever: it would notify.
            Inline::Mention(name) => text_node(&format!("@{name}"), Marks::default()),
            Inline::Break => json!({ "type": "hardBreak" }),
        })
        .collect()
}

fn text_node(words: &str, marks: Marks) -> Value {
    let marks: Vec<Value> = [
        (marks.strong, "strong"),
        (marks.emphasis, "em"),
        (marks.strike, "strike"),
        (marks.code, "code"),
    ]
    .into_iter()
    .filter(|(set, _)| *set)
    .map(|(_, kind)| json!({ "type": kind }))
    .collect();
    if marks.is_empty() {
        json!({ "type": "text", "text": words })
    } else {
        json!({ "type": "text", "text": words, "marks": marks })
    }
}
