//! The form of a text that ADF can show as it is.
//!
//! A block that may not stand where it stands is flattened there, and none of its words are lost.
//! Bringing a text into this form twice changes nothing the second time; the round trip through
//! Jira is stable because of that.

use domain::rich_text::{Block, Inline, Marks, RichText, text};

use super::inline::{between_cells, clean, join, one_line, sane_line};

/// Lists, quotations and tables within each other; what is deeper is written as paragraphs. The
/// editor of Jira itself stops at six.
const MAX_DEPTH: usize = 12;
/// A table whose rows differ so much in length that filling them up makes it this many times as large
/// is none.
const MOST_PADDING: usize = 4;
/// Cells that a small table may always be filled up with.
const LEAST_PADDING: usize = 200;

/// What becomes of mentions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mentions {
    /// They stay.
    Kept,
    /// They become plain text.
    AsText,
}

/// What a block stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Document,
    Item,
    Quote,
    Cell,
}

impl Place {
    const fn takes_headings(self) -> bool {
        matches!(self, Self::Document | Self::Cell)
    }

    const fn takes_quotes(self) -> bool {
        matches!(self, Self::Document | Self::Cell)
    }

    const fn takes_tables(self) -> bool {
        matches!(self, Self::Document)
    }
}

/// Brings a text into form.
pub(super) fn sane(rich: &RichText, mentions: Mentions) -> RichText {
    let mut tidy = Tidy {
        mentions,
        blocks: Vec::new(),
    };
    tidy.add_all(&rich.blocks, Place::Document, 0);
    RichText {
        blocks: tidy.blocks,
    }
}

struct Tidy {
    mentions: Mentions,
    blocks: Vec<Block>,
}

impl Tidy {
    fn add_all(&mut self, blocks: &[Block], place: Place, depth: usize) {
        for block in blocks {
            self.add(block, place, depth);
        }
    }

    fn add(&mut self, block: &Block, place: Place, depth: usize) {
        match block {
            Block::Paragraph(inlines) => self.add_paragraph(inlines),
            Block::Heading(level, inlines) if place.takes_headings() => {
                let line = sane_line(inlines, self.mentions);
                if !line.is_empty() {
                    self.blocks.push(Block::Heading((*level).clamp(1, 6), line));
                }
            }
            Block::Heading(_, inlines) => self.add_paragraph(&emboldened(inlines)),
            Block::BulletList(items) => {
                self.add_list(items, depth, Block::BulletList);
            }
            Block::OrderedList(items) => {
                self.add_list(items, depth, Block::OrderedList);
            }
            Block::Code(language, code) => self.add_code(language.as_deref(), code),
            Block::Quote(blocks) if place.takes_quotes() && depth < MAX_DEPTH => {
                let quoted = self.inside(blocks, Place::Quote, depth + 1);
                if !quoted.is_empty() {
                    self.blocks.push(Block::Quote(quoted));
                }
            }
            Block::Quote(blocks) if depth < MAX_DEPTH => self.add_all(blocks, place, depth + 1),
            Block::Quote(blocks) => self.add_paragraph(&line_of(blocks)),
            Block::Table(rows) if place.takes_tables() => self.add_table(rows, depth),
            Block::Table(rows) => {
                for row in rows {
                    self.add_paragraph(&line_of_row(row));
                }
            }
            Block::Rule if place.takes_headings() => self.blocks.push(Block::Rule),
            Block::Rule => self.add_paragraph(&[text("---")]),
        }
    }

    fn add_paragraph(&mut self, inlines: &[Inline]) {
        let line = sane_line(inlines, self.mentions);
        if !line.is_empty() {
            self.blocks.push(Block::Paragraph(line));
        }
    }

    fn add_list(&mut self, items: &[Vec<Block>], depth: usize, list: fn(Vec<Vec<Block>>) -> Block) {
        if depth >= MAX_DEPTH {
            for item in items {
                self.add_paragraph(&line_of(item));
            }
            return;
        }
        let items: Vec<Vec<Block>> = items
            .iter()
            .map(|item| self.inside(item, Place::Item, depth + 1))
            .filter(|item| !item.is_empty())
            .collect();
        if !items.is_empty() {
            self.blocks.push(list(items));
        }
    }

    fn add_code(&mut self, language: Option<&str>, code: &str) {
        let code = clean(code);
        if code.trim().is_empty() {
            return;
        }
        let language = language.map(|language| one_line(language).trim().to_owned());
        self.blocks.push(Block::Code(
            language.filter(|language| !language.is_empty()),
            code,
        ));
    }

    fn add_table(&mut self, rows: &[Vec<Vec<Block>>], depth: usize) {
        let mut rows: Vec<Vec<Vec<Block>>> = rows
            .iter()
            .filter(|row| !row.is_empty())
            .map(|row| {
                row.iter()
                    .map(|cell| self.inside(cell, Place::Cell, depth + 1))
                    .collect()
            })
            .collect();
        if rows.iter().flatten().all(Vec::is_empty) {
            return;
        }
        // Jira's editor stumbles over rows of different lengths.
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        let cells: usize = rows.iter().map(Vec::len).sum();
        if width.saturating_mul(rows.len()) > MOST_PADDING * cells + LEAST_PADDING {
            // One long row among many short ones would be filled up with cells without end.
            for row in &rows {
                self.add_paragraph(&line_of_row(row));
            }
            return;
        }
        for row in &mut rows {
            row.resize_with(width, Vec::new);
        }
        self.blocks.push(Block::Table(rows));
    }

    fn inside(&self, blocks: &[Block], place: Place, depth: usize) -> Vec<Block> {
        let mut tidy = Self {
            mentions: self.mentions,
            blocks: Vec::new(),
        };
        tidy.add_all(blocks, place, depth);
        tidy.blocks
    }
}

/// A heading where none may stand.
fn emboldened(inlines: &[Inline]) -> Vec<Inline> {
    inlines
        .iter()
        .map(|inline| match inline {
            Inline::Text(words, marks) => Inline::Text(
                words.clone(),
                Marks {
                    strong: true,
                    ..*marks
                },
            ),
            other => other.clone(),
        })
        .collect()
}

/// All words of blocks as one line with breaks.
fn line_of(blocks: &[Block]) -> Vec<Inline> {
    let mut line = Vec::new();
    for block in blocks {
        let more = match block {
            Block::Paragraph(inlines) | Block::Heading(_, inlines) => inlines.clone(),
            Block::BulletList(items) | Block::OrderedList(items) => {
                let mut lines = Vec::new();
                for item in items {
                    join(&mut lines, line_of(item), &Inline::Break);
                }
                lines
            }
            Block::Code(_, code) => Vec::from([Inline::Text(code.clone(), Marks::CODE)]),
            Block::Quote(blocks) => line_of(blocks),
            Block::Table(rows) => {
                let mut lines = Vec::new();
                for row in rows {
                    join(&mut lines, line_of_row(row), &Inline::Break);
                }
                lines
            }
            Block::Rule => Vec::from([text("---")]),
        };
        join(&mut line, more, &Inline::Break);
    }
    line
}

fn line_of_row(row: &[Vec<Block>]) -> Vec<Inline> {
    let mut line = Vec::new();
    for cell in row {
        join(&mut line, line_of(cell), &between_cells());
    }
    line
}
