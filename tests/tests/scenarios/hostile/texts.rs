//! Texts that nobody would write: every reader of texts takes time in proportion to their length,
//! makes no more of them than they are, and never fails.

use std::time::{Duration, Instant};

use adapters::{
    contrast::markup,
    jira::adf::{MAX_BYTES, fit, from_adf, to_adf},
};
use domain::{
    comment::Side,
    moment::Moment,
    rich_text::{Block, Inline, RichText},
    words,
};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};

use super::hold;

/// What is repeated without end.
const PIECES: [&str; 46] = [
    "[",
    "]",
    "(",
    ")",
    "[[",
    "](",
    "*",
    "**",
    "_",
    "~~",
    "`",
    "```",
    "```\n",
    "{",
    "}",
    "{{",
    "}}",
    "{{{",
    "{{#",
    "{{/",
    "{{#paragraph}}",
    "{{/paragraph}}",
    "{{#link}}",
    "{{#code}}x{{/code}}",
    "{{#unorderedList}}{{#listElement}}",
    "{{#focus}}x",
    "{{nl}}",
    "{{x}}",
    "&",
    "&lt",
    "&#x",
    "&#9999999",
    "> ",
    ">",
    "- ",
    "- x\n",
    "- x\n  ",
    "1. x\n",
    "1. x\n   1. ",
    "\n",
    "\n\n",
    " ",
    "x\n\n\n\n",
    "| ",
    "http",
    "http://a",
];

/// More of them, where one piece alone shows nothing.
const PATTERNS: [&str; 18] = [
    "http://a)",
    "http://a(",
    "(http://",
    ".http",
    "https://a,,,,,,,,,,",
    "- a\n\n\n\n\n\n\n",
    "- a\n  - b\n",
    "  - a\n - b\n- c\n",
    "> - > ",
    "> ```\n",
    "1. a\n2. b\n",
    "999999. a\n",
    "\u{1f980}",
    "\r",
    "\u{0}",
    "{{#paragraph}}{{/link}}",
    "{{#orderedList}}{{#blockQuote}}{{/orderedList}}",
    "{{#link}}https://a.example$$LINK_DELIM$$x",
];

fn typed_reader(text: &str) -> usize {
    RichText::from_plain(text).to_plain().len()
}

fn markup_reader(text: &str) -> usize {
    markup::render(text).to_plain().len()
}

fn writer_for_jira(text: &str) -> usize {
    let rich = fit(RichText::from_plain(text), MAX_BYTES, "cut", None);
    to_adf(&rich).to_string().len()
}

fn reader_of_jira(text: &str) -> usize {
    let paragraph = json!({ "type": "paragraph", "content": [{ "type": "text", "text": text }] });
    let document = json!({ "type": "doc", "version": 1, "content": [paragraph] });
    from_adf(&document).to_plain().len()
}

fn mirror_in_contrast(text: &str) -> usize {
    let body = RichText::from_plain(text);
    let at = Moment::parse("2026-03-09T08:00:00Z");
    let mirror = words::mirrored_comment("Ana", at, Side::Ticket, &body);
    mirror.cut_to_chars(63_000, "cut").to_plain().len()
}

/// A reader or writer: its name, how much it is given, and how many bytes it may make of each.
type Reader = (&'static str, fn(&str) -> usize, usize, usize);

/// What is read whole, however long it is.
const READERS: [Reader; 3] = [
    ("typed text", typed_reader, 4_000, 3),
    ("markup", markup_reader, 4_000, 4),
    ("a document of Jira", reader_of_jira, 4_000, 3),
];

/// What is cut. Both measures are of texts that are longer than what is kept.
const WRITERS: [Reader; 2] = [
    ("a document for Jira", writer_for_jira, 34_000, 4),
    ("a mirror in Contrast", mirror_in_contrast, 66_000, 4),
];

/// The time that this thread was at work: others are at work on the same machine.
fn at_work(since: Instant) -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let spent = told.split(' ').next().and_then(|ns| ns.parse().ok());
    spent.map_or_else(|| since.elapsed(), Duration::from_nanos)
}

fn time(read: impl Fn() -> usize) -> (Duration, usize) {
    let since = Instant::now();
    let before = at_work(since);
    let made = read();
    (at_work(since).saturating_sub(before), made)
}

/// Four times as much takes four times as long, or not much more; answers with what was made of it.
pub fn takes_its_time(what: &str, read: impl Fn(usize) -> usize, size: usize) -> usize {
    let mut told = String::new();
    // A machine under load may stutter; what takes too long by itself does so each time.
    for _ in 0..3 {
        let (short, _) = time(|| read(size));
        let (long, made) = time(|| read(4 * size));
        if long <= 9 * short + Duration::from_millis(40) {
            return made;
        }
        told = format!("{what}: {short:?} for {size}, {long:?} for four times as many");
    }
    panic!("{told}");
}

fn is_in_proportion((name, read, bytes, factor): Reader, pieces: &[&str]) {
    for piece in pieces {
        let text = |bytes: usize| piece.repeat(bytes / piece.len());
        let what = format!("{name} of {piece:?}");
        let made = takes_its_time(&what, |bytes| read(&text(bytes)), bytes);
        assert!(made <= factor * 4 * bytes + 200, "{what}: {made} bytes");
    }
}

#[test]
fn every_repetition_is_read_in_proportion_to_its_length() {
    for reader in READERS {
        is_in_proportion(reader, &PIECES);
        is_in_proportion(reader, &PATTERNS);
    }
}

#[test]
fn every_repetition_is_cut_in_proportion_to_its_length() {
    for writer in WRITERS {
        is_in_proportion(
            writer,
            &[
                "[",
                "- x\n",
                "> ",
                "x\n\n",
                "http://a ",
                "```\n",
                "\u{1f980}",
            ],
        );
    }
}

#[test]
fn a_megabyte_of_anything_is_read_in_seconds() {
    let before = Instant::now();
    for piece in ["[[[[", "****", "> > ", "http://a(", "{{#code}}", "`"] {
        let text = piece.repeat(1_000_000 / piece.len());
        for read in [typed_reader, markup_reader] {
            assert!(read(&text) <= 2_000_000);
        }
    }
    assert!(
        before.elapsed() < Duration::from_secs(30),
        "{:?}",
        before.elapsed()
    );
}

/// A document of a size.
type Shape = Box<dyn Fn(usize) -> Value>;

fn node(kind: &str, content: Vec<Value>) -> Value {
    // Put together by hand: `json!` would copy it at every level.
    let parts = [
        ("type".to_owned(), Value::from(kind)),
        ("content".to_owned(), Value::Array(content)),
    ];
    Value::Object(parts.into_iter().collect())
}

fn word() -> Value {
    json!({ "type": "text", "text": "w" })
}

fn repeated(kind: &'static str, child: fn() -> Value) -> impl Fn(usize) -> Value {
    move |count| node(kind, (0..count).map(|_| child()).collect())
}

/// A row of many cells, and many rows of one.
fn ragged_table(count: usize) -> Value {
    let cell = || node("tableCell", Vec::new());
    let mut rows = vec![node("tableRow", (0..count).map(|_| cell()).collect())];
    rows[0]["content"][0] = node("tableCell", vec![node("paragraph", vec![word()])]);
    rows.extend((0..count).map(|_| node("tableRow", vec![cell()])));
    node("table", rows)
}

fn marked() -> Value {
    let marks: Vec<Value> = (0..20)
        .map(|_| json!({ "type": "link", "attrs": { "href": "https://a.example" } }))
        .collect();
    json!({ "type": "text", "text": "w", "marks": marks })
}

fn steps(kinds: &'static [&'static str]) -> impl Fn(usize) -> Value {
    move |count| {
        let staircase = || {
            (0..50).fold(word(), |inner, depth| {
                node(kinds[depth % kinds.len()], vec![word(), inner])
            })
        };
        node("doc", (0..count / 50).map(|_| staircase()).collect())
    }
}

#[test]
fn every_document_of_jira_is_read_in_proportion_to_its_size() {
    const SIZE: usize = 200;
    let shapes: Vec<(&str, Shape)> = vec![
        ("texts", Box::new(repeated("paragraph", word))),
        ("marks", Box::new(repeated("paragraph", marked))),
        (
            "breaks",
            Box::new(repeated("paragraph", || json!({ "type": "hardBreak" }))),
        ),
        (
            "mentions",
            Box::new(repeated(
                "paragraph",
                || json!({ "type": "mention", "attrs": { "text": "@a" } }),
            )),
        ),
        (
            "cards",
            Box::new(repeated(
                "doc",
                || json!({ "type": "blockCard", "attrs": { "url": "https://a.example" } }),
            )),
        ),
        (
            "empty items",
            Box::new(repeated("bulletList", || node("listItem", Vec::new()))),
        ),
        ("stray texts", Box::new(repeated("bulletList", word))),
        ("ragged rows", Box::new(ragged_table)),
        ("strays in a table", Box::new(repeated("table", word))),
        ("nested lists", Box::new(steps(&["bulletList", "listItem"]))),
        ("nested quotations", Box::new(steps(&["blockquote"]))),
        (
            "nested tables",
            Box::new(steps(&["table", "tableRow", "tableCell"])),
        ),
        ("nested tasks", Box::new(steps(&["taskList"]))),
        (
            "novelties",
            Box::new(steps(&["novelty", "expand", "paragraph"])),
        ),
    ];
    for (name, shape) in shapes {
        let small = shape(SIZE);
        let large = shape(4 * SIZE);
        let bytes = large.to_string().len();
        let read = |size: usize| {
            let rich = from_adf(if size == SIZE { &small } else { &large });
            let kept = fit(rich, MAX_BYTES, "cut", None);
            to_adf(&kept).to_string().len() + kept.to_plain().len()
        };
        let made = takes_its_time(name, read, SIZE);
        assert!(
            made <= 4 * bytes + 200,
            "{name}: {made} bytes made of {bytes}"
        );
        let plain = from_adf(&large).to_plain().len();
        assert!(plain <= 4 * bytes, "{name}: {plain} bytes of plain text");
    }
}

/// Whether each link of these blocks leads to the web.
fn links_lead_to_the_web(blocks: &[Block]) -> bool {
    let line = |line: &[Inline]| {
        line.iter().all(|inline| match inline {
            Inline::Link(_, href) => {
                let href = href.to_ascii_lowercase();
                href.starts_with("https://") || href.starts_with("http://")
            }
            Inline::Text(..) | Inline::Mention(_) | Inline::Break => true,
        })
    };
    let all = |items: &[Vec<Block>]| items.iter().all(|item| links_lead_to_the_web(item));
    blocks.iter().all(|block| match block {
        Block::Paragraph(words) | Block::Heading(_, words) => line(words),
        Block::BulletList(items) | Block::OrderedList(items) => all(items),
        Block::Quote(blocks) => links_lead_to_the_web(blocks),
        Block::Table(rows) => rows.iter().all(|row| all(row)),
        Block::Code(..) | Block::Rule => true,
    })
}

fn pieces() -> impl Strategy<Value = String> {
    let odd = select(
        &[
            "javascript:alert(1)",
            "https://javascript:alert(1)@evil.example/",
            "http://\u{0}evil.example",
            "https://a.example/<script>",
            "{{#link}}JavaScript:x$$LINK_DELIM$$here{{/link}}",
            "{{#link}}data:text/html,x$$LINK_DELIM$$https://a.example{{/link}}",
            "[here](javascript:x)",
            "[~accountid:1]",
        ][..],
    );
    let piece = prop_oneof![
        4 => select(&PIECES[..]),
        2 => select(&PATTERNS[..]),
        1 => odd,
    ];
    vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

#[test]
fn whatever_is_cut_fits_and_whatever_is_linked_is_of_the_web() {
    hold(150, &(pieces(), 0_usize..500), |(text, most)| {
        let cut = RichText::cut_plain(&text, most);
        prop_assert!(cut.chars().count() <= most, "{:?}", cut);
        for rich in [RichText::from_plain(&text), markup::render(&text)] {
            prop_assert!(links_lead_to_the_web(&rich.blocks), "{:?}", rich);
            prop_assert!(links_lead_to_the_web(&from_adf(&to_adf(&rich)).blocks));
            let cut = rich.cut_to_chars(most, "[cut]").to_plain();
            prop_assert!(cut.chars().count() <= most, "{:?}", cut);
        }
        Ok(())
    });
}
