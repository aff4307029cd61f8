//! How much is kept of what a case tells: whatever anybody sends, its link fits into one item of the
//! store.
//!
//! Only the ends of lists and texts are left out, and never more than must be. Ordinary cases stay
//! far below every limit.

use alloc::{string::String, vec::Vec};

use super::{Application, CaseFacts, Observation, RelatedIssue, Server, SourceAddress};
use crate::rich_text::{Block, Inline, RichText};

/// What is written around a value of several parts, at the most: their names, and how deep they stand.
const FRAME_BYTES: usize = 60;
/// The same around a line of text in a list.
const LINE_FRAME_BYTES: usize = 4;

/// Stands below a text that was cut.
const CUT: &str = "[...]";
/// Of a text, less than this helps nobody.
const LEAST_CHARS: usize = 200;

/// Lists, quotations and tables within each other; a value in the store nests 32 levels at the most,
/// of which a table takes four, and what stands around and in the text takes ten.
const DEEPEST: usize = 5;

/// The most that each part of the facts may take, in bytes.
mod most {
    pub(super) const NAME: usize = 2_000;
    pub(super) const SUMMARY: usize = 8_000;
    pub(super) const RULES: usize = 4_000;
    pub(super) const APPLICATIONS: usize = 6_000;
    pub(super) const ENVIRONMENTS: usize = 1_500;
    pub(super) const SOURCE_ADDRESSES: usize = 8_000;
    pub(super) const REQUEST_URLS: usize = 8_000;
    pub(super) const SERVERS: usize = 6_000;
    pub(super) const RECOMMENDED_ACTIONS: usize = 24_000;
    pub(super) const RUNBOOKS: usize = 5_000;
    pub(super) const OBSERVATIONS: usize = 10_000;
    pub(super) const RELATED_ISSUES: usize = 5_000;
}

impl CaseFacts {
    /// The facts, without the ends of whatever is too long to be kept.
    #[must_use]
    pub fn bounded(mut self) -> Self {
        shorten(self.name.as_mut(), most::NAME);
        shorten(self.summary.as_mut(), most::SUMMARY);
        shorten(self.url.as_mut(), most::NAME);
        shorten(self.assigned_to.as_mut(), most::NAME);
        keep(&mut self.rules, most::RULES, |line| bytes_of_item(line));
        keep(&mut self.applications, most::APPLICATIONS, |it| {
            let Application { id, name } = it;
            bytes(id.as_ref()) + name.len() + FRAME_BYTES
        });
        keep(&mut self.environments, most::ENVIRONMENTS, |line| {
            bytes_of_item(line)
        });
        keep(&mut self.source_addresses, most::SOURCE_ADDRESSES, |it| {
            let SourceAddress { address, .. } = it;
            address.len() + FRAME_BYTES
        });
        keep(&mut self.request_urls, most::REQUEST_URLS, |line| {
            bytes_of_item(line)
        });
        keep(&mut self.servers, most::SERVERS, |it| {
            let Server {
                hostname,
                environment,
                operating_system,
            } = it;
            hostname.len()
                + bytes(environment.as_ref())
                + bytes(operating_system.as_ref())
                + FRAME_BYTES
        });
        for text in &mut self.recommended_actions {
            text.flatten(DEEPEST);
        }
        keep_texts(&mut self.recommended_actions, most::RECOMMENDED_ACTIONS);
        keep(&mut self.runbooks, most::RUNBOOKS, |line| {
            bytes_of_item(line)
        });
        keep(&mut self.observations, most::OBSERVATIONS, |it| {
            let Observation {
                detected_at: _,
                rule,
                result,
                request_url,
                source_address,
                attack_value,
            } = it;
            let parts = [rule, result, request_url, source_address, attack_value];
            parts
                .into_iter()
                .map(|part| bytes(part.as_ref()))
                .sum::<usize>()
                + FRAME_BYTES
        });
        keep(&mut self.related_issues, most::RELATED_ISSUES, |it| {
            let RelatedIssue { number, title } = it;
            number.len() + title.len() + FRAME_BYTES
        });
        self
    }
}

fn bytes_of_item(text: &str) -> usize {
    text.len() + LINE_FRAME_BYTES
}

fn bytes(text: Option<&String>) -> usize {
    text.map_or(0, String::len)
}

/// Cuts a text at the last character that still fits, visibly.
fn shorten(text: Option<&mut String>, most: usize) {
    let Some(text) = text.filter(|text| text.len() > most) else {
        return;
    };
    let mark = '…';
    let mut end = most - mark.len_utf8();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text.push(mark);
}

/// Keeps the first items that fit together.
fn keep<T>(items: &mut Vec<T>, most: usize, bytes_of: impl Fn(&T) -> usize) {
    let mut taken = 0;
    let fitting = items.iter().take_while(|item| {
        taken += bytes_of(item);
        taken <= most
    });
    let count = fitting.count();
    items.truncate(count);
}

/// Keeps the first texts that fit together, and the beginning of the one that does not fit whole.
fn keep_texts(texts: &mut Vec<RichText>, most: usize) {
    let mut left = most;
    for number in 0..texts.len() {
        let needed = bytes_of_blocks(&texts[number].blocks) + FRAME_BYTES;
        if needed <= left {
            left -= needed;
            continue;
        }
        let whole = core::mem::take(&mut texts[number]);
        texts.truncate(number);
        texts.extend(beginning(whole, left));
        return;
    }
}

/// As much of a text as fits, with a note that it is cut; `None` where that is next to nothing.
fn beginning(whole: RichText, most: usize) -> Option<RichText> {
    let mut chars = most;
    let mut text = whole;
    while chars >= LEAST_CHARS {
        text = text.cut_to_chars(chars, CUT);
        if bytes_of_blocks(&text.blocks) + FRAME_BYTES <= most {
            return Some(text);
        }
        // What is made of many small pieces takes far more than its characters.
        chars /= 2;
    }
    None
}

fn bytes_of_blocks(blocks: &[Block]) -> usize {
    let inside = |block: &Block| match block {
        Block::Paragraph(line) | Block::Heading(_, line) => bytes_of_line(line),
        Block::BulletList(items) | Block::OrderedList(items) => bytes_of_items(items),
        Block::Code(language, code) => bytes(language.as_ref()) + code.len(),
        Block::Quote(blocks) => bytes_of_blocks(blocks),
        Block::Table(rows) => rows
            .iter()
            .map(|row| bytes_of_items(row) + FRAME_BYTES)
            .sum(),
        Block::Rule => 0,
    };
    blocks.iter().map(|block| inside(block) + FRAME_BYTES).sum()
}

fn bytes_of_items(items: &[Vec<Block>]) -> usize {
    items
        .iter()
        .map(|item| bytes_of_blocks(item) + FRAME_BYTES)
        .sum()
}

fn bytes_of_line(line: &[Inline]) -> usize {
    line.iter()
        .map(|inline| {
            FRAME_BYTES
                + match inline {
                    Inline::Text(words, _) | Inline::Mention(words) => words.len(),
                    Inline::Link(label, href) => label.len() + href.len(),
                    Inline::Break => 0,
                }
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use alloc::{format, string::String, vec, vec::Vec};

    use super::super::{Application, CaseFacts, SourceAddress};
    use crate::rich_text::RichText;

    fn addresses(count: usize) -> Vec<SourceAddress> {
        (0..count)
            .map(|number| SourceAddress {
                address: format!("198.51.100.{number}"),
                count: Some(3),
                blocked: Some(true),
            })
            .collect()
    }

    #[test]
    fn ordinary_facts_are_kept_whole() {
        let facts = CaseFacts {
            name: Some("SQL injection on the search".into()),
            summary: Some("w ".repeat(2_000)),
            rules: vec!["sql-injection".into(); 30],
            applications: vec![
                Application {
                    id: Some("00000000-0000-4000-8000-000000000001".into()),
                    name: "payments".into(),
                };
                30
            ],
            source_addresses: addresses(100),
            recommended_actions: vec![RichText::from_plain("Bind the term as a parameter."); 40],
            ..CaseFacts::default()
        };
        assert_eq!(facts.clone().bounded(), facts);
    }

    #[test]
    fn of_too_much_the_first_is_kept_and_a_cut_text_says_so() {
        let facts = CaseFacts {
            name: Some("€".repeat(5_000)),
            source_addresses: addresses(10_000),
            recommended_actions: vec![
                RichText::from_plain("first"),
                RichText::from_plain(&"- a\n".repeat(5_000)),
                RichText::from_plain("last"),
            ],
            ..CaseFacts::default()
        };
        let bounded = facts.bounded();
        let name: String = bounded.name.clone().expect("a name");
        assert!(
            name.len() <= 2_000 && name.ends_with("€…"),
            "{}",
            name.len()
        );
        assert_eq!(bounded.source_addresses[0].address, "198.51.100.0");
        assert!((80..200).contains(&bounded.source_addresses.len()));
        let actions = &bounded.recommended_actions;
        assert_eq!(actions.len(), 2);
        let cut = actions[1].to_plain();
        assert!(
            cut.starts_with("- a\n- a") && cut.ends_with("[...]"),
            "{cut}"
        );
        assert_eq!(bounded.clone().bounded(), bounded, "once is enough");
    }
}
