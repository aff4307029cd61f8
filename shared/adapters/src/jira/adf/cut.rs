//! Cuts a text so that its document is short enough for Jira, visibly.
//!
//! Never cuts without a note that says so, and never within a character.

use domain::rich_text::{Block, Inline, RichText, link, paragraph, text};
use serde_json::Value;

use super::{
    sane::{Mentions, sane},
    to_adf,
    write::node_of,
};

/// Longer notes and addresses would be the text themselves.
const MAX_NOTICE_CHARS: usize = 300;
const MAX_URL_BYTES: usize = 2_000;

/// The text as it is, if its document has fewer than `max_bytes` bytes. Otherwise its beginning,
/// and then a paragraph that says `notice` and leads to `url`.
#[must_use]
pub fn fit(rich: RichText, max_bytes: usize, notice: &str, url: Option<&str>) -> RichText {
    if bytes_of(&to_adf(&rich)) < max_bytes {
        return rich;
    }
    let note = note_of(notice, url);
    let frame = bytes_of(&to_adf(&RichText {
        blocks: Vec::from([note.clone()]),
    }));
    let room = max_bytes.saturating_sub(frame + 1);
    let mut blocks = first_blocks(sane(&rich, Mentions::Kept).blocks, room);
    loop {
        blocks.push(note.clone());
        let cut = RichText { blocks };
        if bytes_of(&to_adf(&cut)) < max_bytes {
            return cut;
        }
        // The estimate was too generous: one block less, in the end nothing but the note.
        blocks = cut.blocks;
        blocks.pop();
        if blocks.pop().is_none() {
            return RichText {
                blocks: Vec::from([note]),
            };
        }
    }
}

fn note_of(notice: &str, url: Option<&str>) -> Block {
    let mut line = Vec::from([text(RichText::cut_plain(notice, MAX_NOTICE_CHARS))]);
    if let Some(url) = url.filter(|url| url.len() <= MAX_URL_BYTES) {
        line.push(text(" "));
        line.push(link(url, url));
    }
    paragraph(line)
}

fn bytes_of(document: &Value) -> usize {
    document.to_string().len()
}

/// With the comma that parts it from its neighbour.
fn bytes_of_block(block: &Block) -> usize {
    let alone = RichText {
        blocks: Vec::from([block.clone()]),
    };
    sane(&alone, Mentions::AsText)
        .blocks
        .iter()
        .map(|block| bytes_of(&node_of(block)) + 1)
        .sum()
}

fn first_blocks(blocks: Vec<Block>, room: usize) -> Vec<Block> {
    let mut left = room;
    let mut kept = Vec::new();
    for block in blocks {
        let needed = bytes_of_block(&block);
        if needed > left {
            kept.extend(part_of(block, left));
            break;
        }
        left -= needed;
        kept.push(block);
    }
    kept
}

/// The beginning of a block; `None` where there is no room even for that.
fn part_of(block: Block, room: usize) -> Option<Block> {
    match block {
        Block::Paragraph(line) => {
            first_words(line, room, &|line| Block::Paragraph(line)).map(Block::Paragraph)
        }
        Block::Heading(level, line) => first_words(line, room, &|line| Block::Heading(level, line))
            .map(|line| Block::Heading(level, line)),
        Block::Code(language, code) => {
            let frame = bytes_of_block(&Block::Code(language.clone(), "x".to_owned()));
            let code = first_letters(&code, room.checked_sub(frame)?);
            (!code.trim().is_empty()).then(|| Block::Code(language, code.to_owned()))
        }
        Block::BulletList(items) => first_parts(items, room, first_blocks).map(Block::BulletList),
        Block::OrderedList(items) => first_parts(items, room, first_blocks).map(Block::OrderedList),
        Block::Quote(blocks) => {
            let kept = first_blocks(blocks, room.checked_sub(PART_FRAME)?);
            (!kept.is_empty()).then_some(Block::Quote(kept))
        }
        Block::Table(rows) => first_parts(rows, room, |_, _| Vec::new()).map(Block::Table),
        Block::Rule => None,
    }
}

/// More than what is written around an item, a row or a quotation.
const PART_FRAME: usize = 120;
/// More than what is written around a cell.
const CELL_FRAME: usize = 90;

/// The first items (or rows) that fit, the last of them shortened by `shorten`.
fn first_parts<T: Measured + Clone>(
    parts: Vec<Vec<T>>,
    room: usize,
    shorten: impl Fn(Vec<T>, usize) -> Vec<T>,
) -> Option<Vec<Vec<T>>> {
    let mut left = room.checked_sub(PART_FRAME)?;
    let mut kept = Vec::new();
    for part in parts {
        let needed = PART_FRAME + part.iter().map(Measured::bytes).sum::<usize>();
        if needed > left {
            let shortened = shorten(part, left.saturating_sub(PART_FRAME));
            kept.extend((!shortened.is_empty()).then_some(shortened));
            break;
        }
        left -= needed;
        kept.push(part);
    }
    (!kept.is_empty()).then_some(kept)
}

/// What an item or a row is made of.
trait Measured {
    fn bytes(&self) -> usize;
}

impl Measured for Block {
    fn bytes(&self) -> usize {
        bytes_of_block(self)
    }
}

impl Measured for Vec<Block> {
    fn bytes(&self) -> usize {
        CELL_FRAME + self.iter().map(bytes_of_block).sum::<usize>()
    }
}

fn first_words(
    line: Vec<Inline>,
    room: usize,
    block_of: &dyn Fn(Vec<Inline>) -> Block,
) -> Option<Vec<Inline>> {
    let frame = bytes_of_block(&block_of(Vec::from([text("x")])));
    let mut left = room.checked_sub(frame)?;
    let mut kept: Vec<Inline> = Vec::new();
    for inline in line {
        // A break alone would be measured as nothing.
        let needed = bytes_of_block(&block_of(Vec::from([text("x"), inline.clone()])));
        if needed <= left {
            left -= needed;
            kept.push(inline);
            continue;
        }
        if let Inline::Text(words, marks) = inline {
            let frame = bytes_of_block(&block_of(Vec::from([Inline::Text("x".to_owned(), marks)])));
            let part = first_letters(&words, left.saturating_sub(frame));
            if !part.is_empty() {
                kept.push(Inline::Text(part.to_owned(), marks));
            }
        }
        break;
    }
    (!kept.is_empty()).then_some(kept)
}

/// The beginning of a text that takes at most `room` bytes within a JSON string.
fn first_letters(words: &str, room: usize) -> &str {
    let mut taken = 0;
    for (at, letter) in words.char_indices() {
        taken += match letter {
            '"' | '\\' | '\n' | '\t' => 2,
            letter if letter.is_control() => 6,
            letter => letter.len_utf8(),
        };
        if taken > room {
            return words.get(..at).unwrap_or_default();
        }
    }
    words
}
