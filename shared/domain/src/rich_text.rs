//! Formatted text, in a form that belongs to neither product.
//!
//! Holds what both sides can show: paragraphs, headings, lists, code, quotes, tables, links and
//! mentions. Never holds ADF, wiki markup or HTML.

use alloc::{string::String, vec::Vec};

use serde::{Deserialize, Serialize};

mod flat;
mod plain;

/// A text of blocks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RichText {
    /// The blocks, in order.
    pub blocks: Vec<Block>,
}

/// A block of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A heading of level 1 to 6.
    Heading(u8, Vec<Inline>),
    /// A list with bullets; each item is blocks.
    BulletList(Vec<Vec<Block>>),
    /// A numbered list; each item is blocks.
    OrderedList(Vec<Vec<Block>>),
    /// Code, with its language where known.
    Code(Option<String>, String),
    /// A quotation.
    Quote(Vec<Block>),
    /// A table: rows of cells of blocks; the first row is the header.
    Table(Vec<Vec<Vec<Block>>>),
    /// A line across.
    Rule,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Inline {
    /// Text with its marks.
    Text(String, Marks),
    /// A link: what people read, and where it leads (http or https only).
    Link(String, String),
    /// Somebody's name. Written out as text: a mirrored mention notifies nobody.
    Mention(String),
    /// A line break within a block.
    Break,
}

/// Marks on text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(clippy::struct_excessive_bools)] // Each is a mark of its own.
pub struct Marks {
    /// Bold.
    pub strong: bool,
    /// Italic.
    pub emphasis: bool,
    /// Monospaced.
    pub code: bool,
    /// Struck through.
    pub strike: bool,
}

impl Marks {
    /// Bold alone.
    pub const STRONG: Self = Self {
        strong: true,
        emphasis: false,
        code: false,
        strike: false,
    };
    /// Italic alone.
    pub const EMPHASIS: Self = Self {
        strong: false,
        emphasis: true,
        code: false,
        strike: false,
    };
    /// Monospaced alone.
    pub const CODE: Self = Self {
        strong: false,
        emphasis: false,
        code: true,
        strike: false,
    };
}

/// Text without marks.
pub fn text(text: impl Into<String>) -> Inline {
    Inline::Text(text.into(), Marks::default())
}

/// Bold text.
pub fn strong(text: impl Into<String>) -> Inline {
    Inline::Text(text.into(), Marks::STRONG)
}

/// Monospaced text.
pub fn code(text: impl Into<String>) -> Inline {
    Inline::Text(text.into(), Marks::CODE)
}

/// A link.
pub fn link(label: impl Into<String>, href: impl Into<String>) -> Inline {
    Inline::Link(label.into(), href.into())
}

/// A paragraph.
pub fn paragraph(inlines: Vec<Inline>) -> Block {
    Block::Paragraph(inlines)
}
