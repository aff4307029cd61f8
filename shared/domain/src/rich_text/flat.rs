//! Formatted text without deep nesting.
//!
//! Never loses a word: what stands too deep is written out as plain text.

use alloc::{vec, vec::Vec};

use super::{Block, Inline, RichText, text};

impl RichText {
    /// Writes out what stands in more lists, quotations and tables than `levels`.
    pub fn flatten(&mut self, levels: usize) {
        flatten_blocks(&mut self.blocks, levels);
    }
}

fn flatten_blocks(blocks: &mut [Block], levels: usize) {
    for block in blocks {
        let Some(inside) = levels.checked_sub(1) else {
            write_out(block);
            continue;
        };
        match block {
            Block::BulletList(items) | Block::OrderedList(items) => {
                for item in items {
                    flatten_blocks(item, inside);
                }
            }
            Block::Quote(quoted) => flatten_blocks(quoted, inside),
            Block::Table(rows) => {
                for cell in rows.iter_mut().flatten() {
                    flatten_blocks(cell, inside);
                }
            }
            Block::Paragraph(_) | Block::Heading(..) | Block::Code(..) | Block::Rule => {}
        }
    }
}

/// Turns a list, a quotation or a table into a paragraph with its lines.
fn write_out(block: &mut Block) {
    if matches!(
        block,
        Block::Paragraph(_) | Block::Heading(..) | Block::Code(..) | Block::Rule
    ) {
        return;
    }
    let nested = core::mem::replace(block, Block::Rule);
    let plain = RichText {
        blocks: vec![nested],
    }
    .to_plain();
    let mut lines: Vec<Inline> = Vec::new();
    for line in plain.lines() {
        if !lines.is_empty() {
            lines.push(Inline::Break);
        }
        lines.push(text(line));
    }
    *block = Block::Paragraph(lines);
}

#[cfg(test)]
mod tests {
    use alloc::{vec, vec::Vec};

    use super::super::{Block, RichText, paragraph, text};

    /// A text in so many lists, each with a word of its own.
    fn listed(levels: usize) -> RichText {
        let innermost = vec![paragraph(vec![text("word 0")])];
        let blocks = (1..=levels).fold(innermost, |inner, level| {
            let words: Vec<Block> = vec![paragraph(vec![text(alloc::format!("word {level}"))])];
            vec![Block::BulletList(vec![[words, inner].concat()])]
        });
        RichText { blocks }
    }

    fn depth(blocks: &[Block]) -> usize {
        let deeper = |block: &Block| match block {
            Block::BulletList(items) => 1 + items.iter().map(|item| depth(item)).max().unwrap_or(0),
            _ => 0,
        };
        blocks.iter().map(deeper).max().unwrap_or(0)
    }

    #[test]
    fn what_is_no_deeper_stays_as_it_is() {
        for levels in 0..=5 {
            let mut flat = listed(levels);
            flat.flatten(5);
            assert_eq!(flat, listed(levels));
        }
    }

    #[test]
    fn what_stands_too_deep_is_written_out_and_loses_no_word() {
        for levels in [6, 9, 40] {
            let mut flat = listed(levels);
            flat.flatten(5);
            assert_eq!(depth(&flat.blocks), 5);
            let plain = flat.to_plain();
            for level in 0..=levels {
                let word = alloc::format!("word {level}");
                assert!(plain.contains(&word), "{word} in {plain}");
            }
            let once = flat.clone();
            flat.flatten(5);
            assert_eq!(flat, once, "once is enough");
        }
    }
}
