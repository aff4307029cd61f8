//! Reads plain text as blocks.
//!
//! Never fails: what is no list, code or quotation is a paragraph. Each level reads its lines once,
//! and the levels are limited, so that the time stays in proportion to the text.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use super::{
    super::{Block, Inline, link, text},
    MAX_DEPTH,
};

/// How far a line may be indented and still begin a list, code or a quotation.
const MAX_INDENT: usize = 3;

pub(super) fn blocks_of(text: &str) -> Vec<Block> {
    let lines: Vec<&str> = text
        .split('\n')
        .map(|line| line.trim_end_matches('\r'))
        .collect();
    blocks_of_lines(&lines, 0)
}

fn blocks_of_lines(lines: &[&str], depth: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut paragraph: Vec<&str> = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let start = if depth < MAX_DEPTH {
            Start::of(line)
        } else {
            Start::Words
        };
        if start != Start::Words || is_blank(line) {
            end_paragraph(&mut paragraph, &mut blocks);
        }
        let rest = lines.get(at..).unwrap_or_default();
        at += match start {
            Start::Words => {
                if !is_blank(line) {
                    paragraph.push(line);
                }
                1
            }
            Start::Rule => {
                blocks.push(Block::Rule);
                1
            }
            Start::Fence { ticks, indent } => read_code(rest, ticks, indent, &mut blocks),
            Start::Quote => read_quote(rest, depth, &mut blocks),
            Start::Bullet(_) | Start::Number(..) => read_list(rest, &start, depth, &mut blocks),
        };
    }
    end_paragraph(&mut paragraph, &mut blocks);
    blocks
}

/// What a line begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    /// A paragraph, or nothing.
    Words,
    /// `---`
    Rule,
    /// Code between fences.
    Fence { ticks: usize, indent: usize },
    /// `> ...`
    Quote,
    /// `- ...` or `* ...`
    Bullet(Marker),
    /// `1. ...`; other numbers only continue a list, so that a sentence that happens to begin with
    /// a number keeps it.
    Number(Marker, usize),
}

/// Where an item's mark stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Marker {
    indent: usize,
    width: usize,
}

impl Start {
    fn of(line: &str) -> Self {
        match Self::item(line) {
            Some(Self::Number(_, number)) if number != 1 => Self::Words,
            Some(start) => start,
            None => Self::other(line),
        }
    }

    fn item(line: &str) -> Option<Self> {
        let (indent, rest) = indented(line)?;
        let (mark, content) = rest.split_once(' ')?;
        if is_blank(content) {
            return None;
        }
        let marker = Marker {
            indent,
            width: mark.len() + 1,
        };
        if matches!(mark, "-" | "*") {
            return Some(Self::Bullet(marker));
        }
        let digits = mark.strip_suffix('.')?;
        let sound = (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        let number = if sound {
            digits.parse().ok()?
        } else {
            return None;
        };
        Some(Self::Number(marker, number))
    }

    fn other(line: &str) -> Self {
        let Some((indent, rest)) = indented(line) else {
            return Self::Words;
        };
        let ticks = rest.bytes().take_while(|byte| *byte == b'`').count();
        if ticks >= 3 && !rest.trim_start_matches('`').contains('`') {
            return Self::Fence { ticks, indent };
        }
        match rest.trim_end() {
            "---" => Self::Rule,
            ">" => Self::Quote,
            quote if quote.starts_with("> ") || quote.starts_with(">>") => Self::Quote,
            _ => Self::Words,
        }
    }
}

/// The width of the indentation and what follows it, if a block may begin there.
fn indented(line: &str) -> Option<(usize, &str)> {
    let indent = indent_of(line);
    (indent <= MAX_INDENT).then(|| (indent, line.trim_start_matches([' ', '\t'])))
}

/// A tab counts as two columns: one level of a list.
fn indent_of(line: &str) -> usize {
    line.bytes()
        .map_while(|byte| match byte {
            b' ' => Some(1),
            b'\t' => Some(2),
            _ => None,
        })
        .sum()
}

/// The line without up to `width` columns of its indentation.
fn without_indent(line: &str, width: usize) -> &str {
    let mut taken = 0;
    line.trim_start_matches(|letter| {
        let columns = match letter {
            ' ' => 1,
            '\t' => 2,
            _ => return false,
        };
        let inside = taken < width;
        taken += columns;
        inside
    })
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

fn read_code(lines: &[&str], ticks: usize, indent: usize, blocks: &mut Vec<Block>) -> usize {
    let first = lines.first().copied().unwrap_or_default();
    let language = first.trim().trim_start_matches('`').trim();
    let language = (!language.is_empty()).then(|| language.to_string());
    let inner = lines.get(1..).unwrap_or_default();
    let end = inner.iter().position(|line| closes(line, ticks));
    // A fence that is never closed holds everything that follows.
    let code = inner.get(..end.unwrap_or(inner.len())).unwrap_or_default();
    let code: Vec<&str> = code
        .iter()
        .map(|line| without_indent(line, indent))
        .collect();
    blocks.push(Block::Code(language, code.join("\n")));
    end.map_or(lines.len(), |end| end + 2)
}

fn closes(line: &str, ticks: usize) -> bool {
    let line = line.trim();
    line.len() >= ticks && line.bytes().all(|byte| byte == b'`')
}

fn read_quote(lines: &[&str], depth: usize, blocks: &mut Vec<Block>) -> usize {
    let inner: Vec<&str> = lines
        .iter()
        .take_while(|line| Start::of(line) == Start::Quote)
        .map(|line| {
            let inner = line.trim_start_matches([' ', '\t']);
            let inner = inner.strip_prefix('>').unwrap_or(inner);
            inner.strip_prefix(' ').unwrap_or(inner)
        })
        .collect();
    // An empty one is kept: dropping it could leave an empty item behind.
    blocks.push(Block::Quote(blocks_of_lines(&inner, depth + 1)));
    inner.len()
}

fn read_list(lines: &[&str], start: &Start, depth: usize, blocks: &mut Vec<Block>) -> usize {
    let mut items: Vec<Vec<Block>> = Vec::new();
    let mut at = 0;
    let mut least = usize::MAX;
    while let Some(line) = lines.get(at) {
        let Some(marker) = next_item(line, start, items.len(), least) else {
            break;
        };
        least = marker.indent + 2;
        let begins_beside = |line: &str| {
            next_item(line, start, items.len() + 1, least).is_some()
                || indent_of(line) < least
                    && matches!(Start::of(line), Start::Bullet(_) | Start::Number(..))
        };
        let reach = item_reach(lines.get(at + 1..).unwrap_or_default(), begins_beside);
        let content = without_indent(line, marker.indent)
            .get(marker.width..)
            .unwrap_or_default();
        let mut inner = Vec::from([content]);
        let follow = lines.get(at + 1..at + 1 + reach).unwrap_or_default();
        // People indent by two columns or by the width of the mark: their first line tells.
        let indent = follow
            .iter()
            .find(|line| !is_blank(line))
            .map_or(0, |line| indent_of(line));
        let indent = indent.min(marker.indent + marker.width);
        inner.extend(follow.iter().map(|line| without_indent(line, indent)));
        items.push(blocks_of_lines(&inner, depth + 1));
        at += 1 + reach;
        // Blank lines between two items belong to the list, those after it do not matter.
        at += lines
            .get(at..)
            .unwrap_or_default()
            .iter()
            .take_while(|l| is_blank(l))
            .count();
    }
    blocks.push(match start {
        Start::Number(..) => Block::OrderedList(items),
        _ => Block::BulletList(items),
    });
    at
}

/// The mark of a line that is the next item of a list that began with `start` and has `count` items.
fn next_item(line: &str, start: &Start, count: usize, below: usize) -> Option<Marker> {
    let marker = match (Start::item(line)?, start) {
        (Start::Bullet(marker), Start::Bullet(_)) => marker,
        (Start::Number(marker, number), Start::Number(..))
            if number == 1 || number == count + 1 =>
        {
            marker
        }
        _ => return None,
    };
    (marker.indent < below).then_some(marker)
}

/// How many of the lines after an item's first line belong to it: those that are indented, and the
/// blank ones between them.
fn item_reach(lines: &[&str], begins_beside: impl Fn(&str) -> bool) -> usize {
    let mut reach = 0;
    for (index, line) in lines.iter().enumerate() {
        if is_blank(line) {
            continue;
        }
        if indent_of(line) < 2 || begins_beside(line) {
            break;
        }
        reach = index + 1;
    }
    reach
}

fn end_paragraph(lines: &mut Vec<&str>, blocks: &mut Vec<Block>) {
    if lines.is_empty() {
        return;
    }
    let mut inlines = Vec::new();
    for (index, line) in lines.drain(..).enumerate() {
        if index > 0 {
            inlines.push(Inline::Break);
        }
        push_words(line.trim_end(), &mut inlines);
    }
    blocks.push(Block::Paragraph(inlines));
}

/// The words of a line, with the addresses among them as links.
fn push_words(line: &str, inlines: &mut Vec<Inline>) {
    let mut from = 0;
    let mut at = 0;
    while let Some(found) = line.get(at..).and_then(|rest| rest.find("http")) {
        let start = at + found;
        let before = line
            .get(..start)
            .and_then(|before| before.chars().next_back());
        let length = match before {
            Some(letter) if letter.is_alphanumeric() => 0,
            _ => line.get(start..).map_or(0, address_length),
        };
        if length == 0 {
            at = start + "http".len();
            continue;
        }
        push_text(line.get(from..start).unwrap_or_default(), inlines);
        let address = line.get(start..start + length).unwrap_or_default();
        inlines.push(link(address, address));
        from = start + length;
        at = from;
    }
    push_text(line.get(from..).unwrap_or_default(), inlines);
}

fn push_text(words: &str, inlines: &mut Vec<Inline>) {
    if !words.is_empty() {
        inlines.push(text(String::from(words)));
    }
}

/// How many bytes at the beginning are an address; zero if none is.
fn address_length(rest: &str) -> usize {
    let Some(after) = rest
        .strip_prefix("https://")
        .or_else(|| rest.strip_prefix("http://"))
    else {
        return 0;
    };
    if !after.starts_with(char::is_alphanumeric) {
        return 0;
    }
    let end = rest
        .find(|letter: char| {
            letter.is_whitespace() || letter.is_control() || "<>\"`|\\^{}".contains(letter)
        })
        .unwrap_or(rest.len());
    let address = rest.get(..end).unwrap_or_default();
    // Closing brackets count as part of the sentence unless the address opened them.
    let count = |letter| address.chars().filter(|other| *other == letter).count();
    let mut round = count(')').saturating_sub(count('('));
    let mut square = count(']').saturating_sub(count('['));
    let mut kept = address;
    while let Some(last) = kept.chars().next_back() {
        match last {
            ')' if round > 0 => round -= 1,
            ']' if square > 0 => square -= 1,
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' => {}
            _ => break,
        }
        kept = kept.get(..kept.len() - last.len_utf8()).unwrap_or_default();
    }
    // Only whole marks were taken off, so that the host's first letter is still there.
    kept.len()
}
