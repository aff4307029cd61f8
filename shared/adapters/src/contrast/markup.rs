//! The markup of Contrast's recommendations, rendered as formatted text.
//!
//! Never fails: an unknown tag is dropped and its text kept, a tag that is never closed ends with the
//! text. Reads the text once, and nests no deeper than a limit.

use domain::rich_text::{Block, Inline, Marks, RichText};

use super::fields::is_address;

mod tokens;

use tokens::{Token, Tokens, decoded};

/// Tags nested deeper are dropped like unknown ones.
const MAX_DEPTH: usize = 16;
const LINK_DELIMITER: &str = "$$LINK_DELIM$$";

/// Renders a piece of markup. Text without any markup is read as people type it.
pub fn render(markup: &str) -> RichText {
    if !["{{#", "{{/", "{{{", "{{nl"]
        .iter()
        .any(|sign| markup.contains(sign))
    {
        return RichText::from_plain(&decoded(markup));
    }
    let mut renderer = Renderer {
        frames: vec![Frame::new("", Kind::Blocks)],
    };
    for token in Tokens::of(markup) {
        match token {
            Token::Words(words) => renderer.words(&decoded(words)),
            Token::Open(tag) => renderer.open(tag),
            Token::Close(tag) => renderer.close(tag),
            Token::Break => renderer.line_break(),
            Token::Value(whole) => renderer.value(whole),
        }
    }
    renderer.finish()
}

/// What a tag makes of what stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind<'a> {
    Blocks,
    Header,
    Quote,
    List {
        numbered: bool,
    },
    Item,
    Marked(Marks),
    /// Code within a line; of several lines it becomes a block.
    Code,
    CodeBlock(Option<&'a str>),
    Link,
}

impl<'a> Kind<'a> {
    fn of(tag: &'a str) -> Option<Self> {
        Some(match tag {
            "paragraph" => Self::Blocks,
            "header" | "heading" | "subHeader" => Self::Header,
            "blockQuote" => Self::Quote,
            "unorderedList" => Self::List { numbered: false },
            "orderedList" => Self::List { numbered: true },
            "listElement" => Self::Item,
            "focus" | "bold" | "strong" => Self::Marked(Marks::STRONG),
            "exampleText" | "emphasis" | "italic" => Self::Marked(Marks::EMPHASIS),
            "goodParam" | "badParam" | "goodConfig" | "badConfig" => Self::Marked(Marks::CODE),
            "code" => Self::Code,
            "link" | "linkExternal" => Self::Link,
            "codeBlock" => Self::CodeBlock(None),
            _ => {
                let language = tag.strip_suffix("Block").filter(|name| !name.is_empty())?;
                Self::CodeBlock(Some(language))
            }
        })
    }

    /// Whether the text is taken as it stands.
    fn is_raw(self) -> bool {
        matches!(self, Self::Code | Self::CodeBlock(_) | Self::Link)
    }
}

/// A tag that is open, and what has been gathered in it.
struct Frame<'a> {
    tag: &'a str,
    kind: Kind<'a>,
    blocks: Vec<Block>,
    inlines: Vec<Inline>,
    items: Vec<Vec<Block>>,
    raw: String,
}

impl<'a> Frame<'a> {
    fn new(tag: &'a str, kind: Kind<'a>) -> Self {
        let (blocks, inlines, items) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            tag,
            kind,
            blocks,
            inlines,
            items,
            raw: String::new(),
        }
    }

    /// Ends the paragraph that is under way.
    fn end_paragraph(&mut self) {
        let inlines = trimmed(std::mem::take(&mut self.inlines));
        if !inlines.is_empty() {
            self.blocks.push(match self.kind {
                Kind::Header => Block::Heading(3, inlines),
                _ => Block::Paragraph(inlines),
            });
        }
    }

    fn push_block(&mut self, block: Block) {
        self.end_paragraph();
        self.blocks.push(block);
    }

    /// Adds words with white space as HTML has it: any run of it is one space.
    fn push_words(&mut self, words: &str, marks: Marks) {
        let mut after_space = match self.inlines.last() {
            None | Some(Inline::Break) => true,
            Some(Inline::Text(text, _)) => text.ends_with(' '),
            Some(_) => false,
        };
        let mut text = String::new();
        for letter in words.chars() {
            if !letter.is_whitespace() {
                text.push(letter);
            } else if !after_space {
                text.push(' ');
            }
            after_space = letter.is_whitespace();
        }
        match self.inlines.last_mut() {
            Some(Inline::Text(last, of_last)) if *of_last == marks => last.push_str(&text),
            _ if text.is_empty() => {}
            _ => self.inlines.push(Inline::Text(text, marks)),
        }
    }
}

struct Renderer<'a> {
    /// Never empty: the first one is the whole text.
    frames: Vec<Frame<'a>>,
}

impl<'a> Renderer<'a> {
    fn words(&mut self, words: &str) {
        let marks = self.marks();
        let Some(top) = self.frames.last_mut() else {
            return;
        };
        if top.kind.is_raw() {
            top.raw.push_str(words);
        } else {
            top.push_words(words, marks);
        }
    }

    /// The marks of all tags around here.
    fn marks(&self) -> Marks {
        self.frames
            .iter()
            .fold(Marks::default(), |sum, frame| match frame.kind {
                Kind::Marked(marks) => Marks {
                    strong: sum.strong || marks.strong,
                    emphasis: sum.emphasis || marks.emphasis,
                    code: sum.code || marks.code,
                    strike: sum.strike || marks.strike,
                },
                _ => sum,
            })
    }

    fn open(&mut self, tag: &'a str) {
        let in_raw = self.frames.last().is_some_and(|top| top.kind.is_raw());
        if let Some(kind) = Kind::of(tag).filter(|_| !in_raw && self.frames.len() < MAX_DEPTH) {
            self.frames.push(Frame::new(tag, kind));
        }
    }

    /// Closes a tag and all that are still open within it.
    fn close(&mut self, tag: &str) {
        let Some(depth) = self.frames.iter().rposition(|frame| frame.tag == tag) else {
            return;
        };
        while self.frames.len() > depth.max(1) {
            self.close_last();
        }
    }

    fn close_last(&mut self) {
        let marks = self.marks();
        if let Some(mut frame) = self.frames.pop()
            && let Some(around) = self.frames.last_mut()
        {
            frame.end(around, marks);
        }
    }

    fn line_break(&mut self) {
        if let Some(top) = self.frames.last_mut() {
            if top.kind.is_raw() {
                top.raw.push('\n');
            } else {
                top.inlines.push(Inline::Break);
            }
        }
    }

    /// A value's place that nobody filled. In code it may be the code's own, and is kept.
    fn value(&mut self, whole: &str) {
        if let Some(top) = self.frames.last_mut().filter(|top| top.kind.is_raw()) {
            top.raw.push_str(whole);
        }
    }

    fn finish(mut self) -> RichText {
        while self.frames.len() > 1 {
            self.close_last();
        }
        let mut blocks = Vec::new();
        for mut frame in self.frames {
            frame.end_paragraph();
            blocks.append(&mut frame.blocks);
        }
        RichText { blocks }
    }
}

impl Frame<'_> {
    /// Hands over what was gathered to the tag around.
    fn end(&mut self, around: &mut Frame<'_>, marks: Marks) {
        match self.kind {
            Kind::Marked(_) if self.blocks.is_empty() => around.inlines.append(&mut self.inlines),
            Kind::Blocks | Kind::Header | Kind::Marked(_) => {
                self.end_paragraph();
                around.end_paragraph();
                around.blocks.append(&mut self.blocks);
            }
            Kind::Quote => {
                self.end_paragraph();
                around.push_block(Block::Quote(std::mem::take(&mut self.blocks)));
            }
            Kind::Item => {
                self.end_paragraph();
                let item = std::mem::take(&mut self.blocks);
                if matches!(around.kind, Kind::List { .. }) {
                    around.items.push(item);
                } else {
                    around.push_block(Block::BulletList(vec![item]));
                }
            }
            Kind::List { numbered } => {
                self.end_paragraph();
                let mut items = std::mem::take(&mut self.items);
                if !self.blocks.is_empty() {
                    // Text in a list and in none of its elements.
                    items.push(std::mem::take(&mut self.blocks));
                }
                let list = if numbered {
                    Block::OrderedList
                } else {
                    Block::BulletList
                };
                around.push_block(list(items));
            }
            Kind::Code if !self.raw.trim().contains('\n') => {
                let code = self.raw.trim();
                let marks = Marks {
                    code: true,
                    ..marks
                };
                if !code.is_empty() {
                    around.inlines.push(Inline::Text(code.to_owned(), marks));
                }
            }
            Kind::Code => around.push_block(code_block(None, &self.raw)),
            Kind::CodeBlock(language) => around.push_block(code_block(language, &self.raw)),
            Kind::Link => end_link(&self.raw, around, marks),
        }
    }
}

fn code_block(language: Option<&str>, raw: &str) -> Block {
    let lines: Vec<&str> = raw.lines().map(str::trim_end).collect();
    let code = lines.join("\n");
    Block::Code(
        language.map(str::to_ascii_lowercase),
        code.trim_matches('\n').to_owned(),
    )
}

fn end_link(raw: &str, around: &mut Frame<'_>, marks: Marks) {
    let (href, label) = raw.split_once(LINK_DELIMITER).unwrap_or((raw, ""));
    let href = href.trim();
    let label = label.split_whitespace().collect::<Vec<_>>().join(" ");
    if is_address(href) {
        let label = if label.is_empty() {
            href.to_owned()
        } else {
            label
        };
        around.inlines.push(Inline::Link(label, href.to_owned()));
    } else {
        // Only http and https lead anywhere; of anything else the words remain.
        around.push_words(if label.is_empty() { href } else { &label }, marks);
    }
}

/// Inlines without white space at either end.
fn trimmed(mut inlines: Vec<Inline>) -> Vec<Inline> {
    while let Some(last) = inlines.last_mut() {
        match last {
            Inline::Break => {}
            Inline::Text(text, _) => {
                text.truncate(text.trim_end().len());
                if !text.is_empty() {
                    break;
                }
            }
            _ => break,
        }
        inlines.pop();
    }
    let blank = |inline: &Inline| match inline {
        Inline::Break => true,
        Inline::Text(text, _) => text.trim().is_empty(),
        _ => false,
    };
    let lead = inlines.iter().take_while(|inline| blank(inline)).count();
    inlines.drain(..lead);
    if let Some(Inline::Text(text, _)) = inlines.first_mut() {
        *text = text.trim_start().to_owned();
    }
    inlines
}

#[cfg(test)]
mod tests;
