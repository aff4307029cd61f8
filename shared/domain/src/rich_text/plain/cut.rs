//! Cuts text to a length, visibly.
//!
//! Never cuts within a character, and never makes a text longer than asked for.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use super::{
    super::{Block, Inline, RichText, paragraph, text},
    write,
};

const CUT: &str = " [...]";

pub(super) fn cut_plain(text: &str, max_chars: usize) -> String {
    if text.char_indices().nth(max_chars).is_none() {
        return text.to_string();
    }
    let note = CUT.chars().count();
    if max_chars <= note {
        return text.chars().take(max_chars).collect();
    }
    let kept: String = text.chars().take(max_chars - note).collect();
    let mut kept = kept.trim_end().to_string();
    kept.push_str(CUT);
    kept
}

pub(super) fn cut_to_chars(rich: RichText, max_chars: usize, note: &str) -> RichText {
    if length(&rich.blocks) <= max_chars {
        return rich;
    }
    let note = cut_plain(note, max_chars);
    // Two for the blank line before the note.
    let mut left = max_chars.saturating_sub(note.chars().count() + 2);
    let mut kept = Vec::new();
    for block in rich.blocks {
        let needed = length(core::slice::from_ref(&block)) + 2;
        if needed <= left {
            left -= needed;
            kept.push(block);
            continue;
        }
        let part = part_of(block, left.saturating_sub(2));
        kept.extend(part.filter(|part| length(core::slice::from_ref(part)) + 2 <= left));
        break;
    }
    if !note.is_empty() {
        kept.push(paragraph(Vec::from([text(note)])));
    }
    RichText { blocks: kept }
}

fn length(blocks: &[Block]) -> usize {
    write::plain_of(blocks).chars().count()
}

/// The beginning of a block; `None` where a part of it would be worth nothing.
fn part_of(block: Block, max_chars: usize) -> Option<Block> {
    if max_chars == 0 {
        return None;
    }
    match block {
        Block::Paragraph(inlines) => Some(Block::Paragraph(first_inlines(inlines, max_chars)?)),
        Block::Heading(level, inlines) => {
            Some(Block::Heading(level, first_inlines(inlines, max_chars)?))
        }
        Block::Code(language, code) => {
            let fences = length(&[Block::Code(language.clone(), String::new())]) + 2;
            let room = max_chars.checked_sub(fences).filter(|room| *room > 0)?;
            Some(Block::Code(language, cut_plain(&code, room)))
        }
        Block::BulletList(items) => first_parts(items, max_chars, Block::BulletList),
        Block::OrderedList(items) => first_parts(items, max_chars, Block::OrderedList),
        Block::Table(rows) => first_parts(rows, max_chars, Block::Table),
        Block::Quote(_) | Block::Rule => None,
    }
}

fn first_inlines(inlines: Vec<Inline>, max_chars: usize) -> Option<Vec<Inline>> {
    let mut left = max_chars;
    let mut kept = Vec::new();
    for inline in inlines {
        let needed = write::inline_text(core::slice::from_ref(&inline))
            .chars()
            .count();
        if needed <= left {
            left -= needed;
            kept.push(inline);
            continue;
        }
        if let Inline::Text(words, marks) = inline {
            let ticks = if marks.code { 2 } else { 0 };
            let part = cut_plain(&words, left.saturating_sub(ticks));
            if !part.is_empty() {
                kept.push(Inline::Text(part, marks));
            }
        }
        break;
    }
    (!kept.is_empty()).then_some(kept)
}

/// The first items (or rows) that fit together.
fn first_parts<T: Clone>(
    parts: Vec<T>,
    max_chars: usize,
    block_of: impl Fn(Vec<T>) -> Block,
) -> Option<Block> {
    let mut left = max_chars;
    let mut kept = Vec::new();
    for part in parts {
        // Measured one by one; a number of several digits needs a few characters more.
        let needed = length(&[block_of(Vec::from([part.clone()]))]) + 8;
        if needed > left {
            break;
        }
        left -= needed;
        kept.push(part);
    }
    (!kept.is_empty()).then(|| block_of(kept))
}
