//! Texts of every form: as people type them, as products hold them, as attackers would like them.
//!
//! Nothing here knows what Jira takes.

use domain::rich_text::{Block, Inline, Marks, RichText};
use proptest::{collection::vec, option, prelude::*, sample::select, string::string_regex};
use serde_json::{Value, json};

/// Pieces that mean something to one of the readers, or used to break one.
const PIECES: [&str; 64] = [
    "- ",
    "* ",
    "1. ",
    "12) ",
    "> ",
    ">",
    "# ",
    "```",
    "```java\n",
    "~~~",
    "\n",
    "\n",
    "\n\n",
    "    ",
    "\t",
    " ",
    "word",
    "Wörter",
    "a b c",
    "|",
    " | ",
    "**",
    "_",
    "`",
    "---",
    "\\",
    "[",
    "](",
    ")",
    "https://example.com/x",
    "http://",
    "javascript:alert(1)",
    "@ann",
    "[~accountid:1]",
    "{{#paragraph}}",
    "{{/paragraph}}",
    "{{#link}}",
    "https://example.com$$LINK_DELIM$$here",
    "{{/link}}",
    "{{#code}}",
    "{{/code}}",
    "{{#javaBlock}}",
    "{{/javaBlock}}",
    "{{#unorderedList}}",
    "{{#listElement}}",
    "{{/listElement}}",
    "{{/unorderedList}}",
    "{{#blockQuote}}",
    "{{/blockQuote}}",
    "{{#focus}}",
    "{{/focus}}",
    "{{{nl}}}",
    "{{#",
    "}}",
    "{{name}}",
    "&lt;b&gt;",
    "&#x0;",
    "\u{0}",
    "\r\n",
    "\r",
    "\u{2028}",
    "\u{feff}",
    "\u{ffff}",
    "🦀",
];

/// Addresses good and bad.
const ADDRESSES: [&str; 12] = [
    "https://example.com/a?b=c#d",
    "http://example.org",
    "HTTPS://EXAMPLE.COM",
    "https://",
    "http:example.com",
    "//example.com",
    "/browse/X-1",
    "mailto:ann@example.com",
    "javascript:alert(1)",
    "https://user:pass@example.com",
    "https://example.com/a b",
    "",
];

/// Words of any letters, controls among them.
pub fn words() -> BoxedStrategy<String> {
    let letters = vec(any::<char>(), 0..12).prop_map(|letters| letters.into_iter().collect());
    prop_oneof![
        3 => string_regex("[a-zA-Z ]{0,12}").expect("a pattern"),
        2 => letters,
        1 => string_regex("[ \t\r\n]{0,4}").expect("a pattern"),
        1 => select(&PIECES[..]).prop_map(str::to_owned),
    ]
    .boxed()
}

/// Text as people type it, and as Contrast marks it up.
pub fn typed() -> BoxedStrategy<String> {
    let piece = prop_oneof![3 => select(&PIECES[..]).prop_map(str::to_owned), 1 => words()];
    let pieces = vec(piece, 0..40).prop_map(|pieces| pieces.concat());
    prop_oneof![4 => pieces, 1 => any::<String>()].boxed()
}

fn address() -> impl Strategy<Value = String> {
    prop_oneof![select(&ADDRESSES[..]).prop_map(str::to_owned), words()]
}

fn marks() -> impl Strategy<Value = Marks> {
    any::<[bool; 4]>().prop_map(|[strong, emphasis, code, strike]| Marks {
        strong,
        emphasis,
        code,
        strike,
    })
}

fn inline() -> impl Strategy<Value = Inline> {
    prop_oneof![
        4 => (words(), marks()).prop_map(|(words, marks)| Inline::Text(words, marks)),
        2 => (words(), address()).prop_map(|(label, href)| Inline::Link(label, href)),
        1 => words().prop_map(Inline::Mention),
        1 => Just(Inline::Break),
    ]
}

fn line() -> impl Strategy<Value = Vec<Inline>> {
    vec(inline(), 0..5)
}

fn block() -> BoxedStrategy<Block> {
    let leaf = prop_oneof![
        4 => line().prop_map(Block::Paragraph),
        1 => (any::<u8>(), line()).prop_map(|(level, line)| Block::Heading(level, line)),
        1 => (option::of(words()), typed()).prop_map(|(language, code)| Block::Code(language, code)),
        1 => Just(Block::Rule),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        let blocks = vec(inner, 0..4);
        let items = vec(blocks.clone(), 0..4);
        prop_oneof![
            items.clone().prop_map(Block::BulletList),
            items.clone().prop_map(Block::OrderedList),
            blocks.prop_map(Block::Quote),
            vec(items, 0..3).prop_map(Block::Table),
        ]
    })
    .boxed()
}

/// Any formatted text, sensible or not.
pub fn rich() -> BoxedStrategy<RichText> {
    vec(block(), 0..6)
        .prop_map(|blocks| RichText { blocks })
        .boxed()
}

/// Text in structures far deeper than any editor makes them.
pub fn deep() -> BoxedStrategy<RichText> {
    let wrap = |blocks: Vec<Block>, kind: u8| match kind {
        0 => Block::BulletList(vec![blocks]),
        1 => Block::OrderedList(vec![blocks]),
        2 => Block::Quote(blocks),
        _ => Block::Table(vec![vec![blocks]]),
    };
    let kinds = vec((0_u8..4, option::weighted(0.2, block())), 0..60);
    (block(), kinds)
        .prop_map(move |(core, kinds)| {
            let blocks = kinds
                .into_iter()
                .fold(vec![core], |inside, (kind, beside)| {
                    let mut blocks = vec![wrap(inside, kind)];
                    blocks.extend(beside);
                    blocks
                });
            RichText { blocks }
        })
        .boxed()
}

/// The kinds of node that Jira may show, and one that nobody knows yet.
const NODES: [&str; 40] = [
    "doc",
    "paragraph",
    "heading",
    "bulletList",
    "orderedList",
    "listItem",
    "taskList",
    "taskItem",
    "decisionList",
    "decisionItem",
    "codeBlock",
    "blockquote",
    "panel",
    "table",
    "tableRow",
    "tableHeader",
    "tableCell",
    "rule",
    "media",
    "mediaSingle",
    "mediaGroup",
    "mediaInline",
    "blockCard",
    "embedCard",
    "inlineCard",
    "expand",
    "nestedExpand",
    "layoutSection",
    "layoutColumn",
    "extension",
    "bodiedExtension",
    "text",
    "hardBreak",
    "mention",
    "emoji",
    "date",
    "status",
    "caption",
    "placeholder",
    "novelty",
];

/// The kinds of mark.
const MARKS: [&str; 8] = [
    "strong",
    "em",
    "code",
    "strike",
    "link",
    "underline",
    "textColor",
    "novelty",
];

/// Anything that could be told as a document: nodes of every kind anywhere, attributes amiss.
pub fn shown() -> BoxedStrategy<Value> {
    let attributes = (words(), address(), any::<i64>()).prop_map(|(text, url, number)| {
        json!({
            "text": text, "shortName": text, "title": text, "language": text, "url": url, "href": url,
            "level": number, "timestamp": number.to_string(), "data": { "name": text, "url": url },
        })
    });
    let attributes = attributes.boxed();
    let mark = (select(&MARKS[..]), attributes.clone())
        .prop_map(|(kind, attributes)| json!({ "type": kind, "attrs": attributes }));
    let text = (words(), vec(mark, 0..4))
        .prop_map(|(words, marks)| json!({ "type": "text", "text": words, "marks": marks }));
    let senseless = prop_oneof![
        Just(Value::Null),
        typed().prop_map(Value::String),
        any::<i64>().prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
    ];
    let leaf = prop_oneof![6 => text, 1 => senseless];
    let node = leaf.prop_recursive(8, 60, 5, move |inner| {
        (
            select(&NODES[..]),
            option::of(attributes.clone()),
            vec(inner, 0..5),
        )
            .prop_map(|(kind, attributes, content)| match attributes {
                Some(attributes) => {
                    json!({ "type": kind, "attrs": attributes, "content": content })
                }
                None => json!({ "type": kind, "content": content }),
            })
    });
    let content = vec(node.clone(), 0..5);
    let document =
        content.prop_map(|content| json!({ "type": "doc", "version": 1, "content": content }));
    prop_oneof![6 => document, 1 => node].boxed()
}

/// The words that a reader must find, wherever they stand; marks and addresses are not among them.
pub fn words_of(blocks: &[Block]) -> Vec<String> {
    let mut found = Vec::new();
    for block in blocks {
        match block {
            Block::Paragraph(line) | Block::Heading(_, line) => {
                for inline in line {
                    if let Inline::Text(words, _)
                    | Inline::Link(words, _)
                    | Inline::Mention(words) = inline
                    {
                        found.extend(single_words(words));
                    }
                }
            }
            Block::BulletList(items) | Block::OrderedList(items) => {
                found.extend(items.iter().flat_map(|item| words_of(item)));
            }
            Block::Quote(blocks) => found.extend(words_of(blocks)),
            Block::Table(rows) => {
                found.extend(rows.iter().flatten().flat_map(|cell| words_of(cell)));
            }
            Block::Code(_, code) => found.extend(single_words(code)),
            Block::Rule => {}
        }
    }
    found
}

fn single_words(words: &str) -> impl Iterator<Item = String> {
    words
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .map(str::to_owned)
}
