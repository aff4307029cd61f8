//! Writes blocks as plain text.
//!
//! Never indents deeper than the depth limit, so that the length stays in proportion.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    super::{Block, Inline},
    MAX_DEPTH,
};

pub(super) fn plain_of(blocks: &[Block]) -> String {
    lines_of(blocks, 0).join("\n")
}

/// The lines of blocks, with a blank line between two blocks.
fn lines_of(blocks: &[Block], depth: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut after_paragraph = false;
    for block in blocks {
        let of_block = lines_of_block(block, depth);
        if of_block.iter().all(|line| line.trim().is_empty()) {
            continue;
        }
        // Within an item a list follows its paragraph tightly, as people write it.
        let is_list = matches!(block, Block::BulletList(_) | Block::OrderedList(_));
        let tight = depth > 0 && is_list && after_paragraph;
        if !lines.is_empty() && !tight {
            lines.push(String::new());
        }
        lines.extend(of_block);
        after_paragraph = matches!(block, Block::Paragraph(_));
    }
    lines
}

fn lines_of_block(block: &Block, depth: usize) -> Vec<String> {
    match block {
        Block::Paragraph(inlines) | Block::Heading(_, inlines) => split(&inline_text(inlines)),
        Block::Rule => Vec::from(["---".to_string()]),
        Block::Code(language, code) => code_lines(language.as_deref(), code),
        Block::Table(rows) => rows.iter().map(|row| row_line(row, depth)).collect(),
        Block::Quote(blocks) if depth < MAX_DEPTH => quote_lines(lines_of(blocks, depth + 1)),
        Block::Quote(blocks) => lines_of(blocks, depth + 1),
        Block::BulletList(items) => item_lines(items, depth, |_| "- ".to_string()),
        Block::OrderedList(items) => item_lines(items, depth, |number| format!("{number}. ")),
    }
}

fn quote_lines(lines: Vec<String>) -> Vec<String> {
    if lines.is_empty() {
        return Vec::from([">".to_string()]);
    }
    let quoted = |line: String| {
        if line.is_empty() {
            ">".to_string()
        } else {
            format!("> {line}")
        }
    };
    lines.into_iter().map(quoted).collect()
}

fn item_lines(items: &[Vec<Block>], depth: usize, marker: impl Fn(usize) -> String) -> Vec<String> {
    let mut lines = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let marker = marker(index + 1);
        // Beyond the limit nothing is indented any more: the words matter more than the shape.
        let width = if depth < MAX_DEPTH { marker.len() } else { 0 };
        let of_item = lines_of(item, depth + 1);
        let mut of_item = of_item.into_iter();
        let first = of_item.next().unwrap_or_default();
        lines.push(format!("{marker}{first}").trim_end().to_string());
        lines.extend(of_item.map(|line| {
            if line.is_empty() {
                line
            } else {
                format!("{:width$}{line}", "")
            }
        }));
    }
    lines
}

fn code_lines(language: Option<&str>, code: &str) -> Vec<String> {
    // The fence is longer than any run of backticks that opens a line of the code.
    let longest = code
        .split('\n')
        .map(|line| line.trim().bytes().take_while(|byte| *byte == b'`').count())
        .max()
        .unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let language = language
        .map(str::trim)
        .filter(|language| !language.contains(['`', '\n']))
        .unwrap_or_default();
    let mut lines = Vec::from([format!("{fence}{language}")]);
    if !code.is_empty() {
        lines.extend(split(code));
    }
    lines.push(fence);
    lines
}

fn row_line(row: &[Vec<Block>], depth: usize) -> String {
    let cells: Vec<String> = row
        .iter()
        .map(|cell| {
            let lines = lines_of(cell, depth.max(1));
            let words: Vec<&str> = lines
                .iter()
                .map(|line| line.trim())
                .filter(|line| !line.is_empty())
                .collect();
            words.join(" ")
        })
        .collect();
    cells.join(" | ")
}

pub(super) fn inline_text(inlines: &[Inline]) -> String {
    let mut text = String::new();
    for inline in inlines {
        match inline {
            Inline::Text(words, marks) => {
                let quoted = marks.code && !words.trim().is_empty() && !words.contains(['`', '\n']);
                let tick = if quoted { "`" } else { "" };
                text.push_str(tick);
                text.push_str(words);
                text.push_str(tick);
            }
            Inline::Link(label, href) => push_link(&mut text, label, href),
            Inline::Mention(name) => {
                text.push('@');
                text.push_str(name.trim_start_matches('@'));
            }
            Inline::Break => text.push('\n'),
        }
    }
    text
}

fn push_link(text: &mut String, label: &str, href: &str) {
    let label = label.trim();
    if label.is_empty() || label == href {
        text.push_str(href);
    } else if href.is_empty() {
        text.push_str(label);
    } else {
        text.push_str(label);
        text.push_str(" (");
        text.push_str(href);
        text.push(')');
    }
}

fn split(text: &str) -> Vec<String> {
    text.split('\n').map(ToString::to_string).collect()
}
