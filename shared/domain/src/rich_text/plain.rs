//! Formatted text as plain text, and plain text as formatted text.
//!
//! Never fails and never loses a word: what plain text cannot show is written out. Reading back what
//! was written from a reading gives the same blocks again, so that a text does not drift while it
//! travels. Structures nested deeper than [`MAX_DEPTH`] are written flat.

mod cut;
mod read;
mod write;

use alloc::string::String;

use super::{Block, Inline, RichText};

/// Lists and quotations nested deeper than this are read as paragraphs. Far beyond what people
/// write, and small enough for the stack of a small function.
pub(super) const MAX_DEPTH: usize = 12;

impl RichText {
    /// The text as people type it: paragraphs with a blank line between, `- ` and `1. ` for lists,
    /// ``` for code, `> ` for quotations, ` | ` between the cells of a table.
    pub fn to_plain(&self) -> String {
        write::plain_of(&self.blocks)
    }

    /// Reads text as people type it. What looks like no list, code or quotation is a paragraph.
    pub fn from_plain(text: &str) -> Self {
        Self {
            blocks: read::blocks_of(text),
        }
    }

    /// Whether there is nothing to be seen.
    pub fn is_empty(&self) -> bool {
        self.blocks.iter().all(is_empty_block)
    }

    /// At most `max_chars` characters of plain text; where something is cut off, ` [...]` says so.
    pub fn cut_plain(text: &str, max_chars: usize) -> String {
        cut::cut_plain(text, max_chars)
    }

    /// As many blocks as fit, with a last paragraph that says `note` where something is cut off.
    /// The result written with [`RichText::to_plain`] has at most `max_chars` characters.
    #[must_use]
    pub fn cut_to_chars(self, max_chars: usize, note: &str) -> Self {
        cut::cut_to_chars(self, max_chars, note)
    }
}

fn is_empty_block(block: &Block) -> bool {
    match block {
        Block::Paragraph(inlines) | Block::Heading(_, inlines) => {
            inlines.iter().all(|inline| match inline {
                Inline::Text(text, _) => text.trim().is_empty(),
                Inline::Link(label, href) => label.trim().is_empty() && href.trim().is_empty(),
                Inline::Mention(name) => name.trim().is_empty(),
                Inline::Break => true,
            })
        }
        Block::BulletList(items) | Block::OrderedList(items) => {
            items.iter().flatten().all(is_empty_block)
        }
        Block::Quote(blocks) => blocks.iter().all(is_empty_block),
        Block::Table(rows) => rows.iter().flatten().flatten().all(is_empty_block),
        Block::Code(_, code) => code.trim().is_empty(),
        Block::Rule => false,
    }
}

#[cfg(test)]
mod tests;
