//! What is written obeys the schema, and what is ordinary comes back as it went.

use domain::rich_text::{Block, Inline, Marks, RichText, code, link, paragraph, strong, text};
use serde_json::{Value, json};

use super::{from_adf, to_adf};

mod cutting;
mod reading;

fn rich(blocks: Vec<Block>) -> RichText {
    RichText { blocks }
}

fn words(words: &str) -> Block {
    paragraph(vec![text(words)])
}

fn nested(depth: usize, wrap: impl Fn(Vec<Block>) -> Block) -> Block {
    (0..depth).fold(words("core"), |inner, _| wrap(vec![inner]))
}

/// Text as people write it, which has to come back as it went.
fn ordinary() -> RichText {
    rich(vec![
        Block::Heading(2, vec![text("What happened")]),
        paragraph(vec![
            text("An attack on "),
            strong("billing"),
            text(" through "),
            code("GET /a?b=1"),
            Inline::Break,
            link(
                "Open in Contrast",
                "https://app.example.com/Contrast/cs/index.html#/o/incidents/INC-1",
            ),
            Inline::Text(
                "both".into(),
                Marks {
                    strong: true,
                    emphasis: true,
                    strike: true,
                    code: false,
                },
            ),
        ]),
        Block::BulletList(vec![
            vec![
                words("one"),
                Block::OrderedList(vec![vec![words("one.one")], vec![words("one.two")]]),
            ],
            vec![
                words("two"),
                Block::Code(Some("java".into()), "a();\n\tb();\n".into()),
            ],
        ]),
        Block::Quote(vec![
            words("said"),
            Block::BulletList(vec![vec![words("and listed")]]),
        ]),
        Block::Rule,
        Block::Table(vec![
            vec![vec![words("rule")], vec![words("count")]],
            vec![vec![code_block("sql-injection")], vec![]],
        ]),
    ])
}

fn code_block(words: &str) -> Block {
    Block::Code(None, words.into())
}

/// Everything that ADF forbids or that could break the shape.
fn tricky() -> Vec<RichText> {
    [tricky_lines(), tricky_blocks()].concat()
}

fn tricky_lines() -> Vec<RichText> {
    let marks = Marks {
        strong: true,
        emphasis: true,
        code: true,
        strike: true,
    };
    vec![
        RichText::default(),
        rich(vec![
            paragraph(vec![]),
            paragraph(vec![text("")]),
            paragraph(vec![text("  \t ")]),
        ]),
        rich(vec![paragraph(vec![Inline::Break, Inline::Break])]),
        rich(vec![paragraph(vec![text(
            "a\r\nb\rc\n\nd\u{0}\u{7}\u{1b}[31m\u{ffff}e\u{85}",
        )])]),
        rich(vec![paragraph(vec![
            Inline::Text("x".into(), marks),
            text("\n"),
            Inline::Text("y".into(), marks),
        ])]),
        rich(vec![paragraph(vec![
            text("a"),
            text("b"),
            text(""),
            strong("c"),
            strong("d"),
        ])]),
        rich(vec![
            Block::Heading(0, vec![text("zero")]),
            Block::Heading(250, vec![text("many\nlines")]),
        ]),
        rich(vec![paragraph(vec![
            link("", ""),
            link("", "https://example.com/a"),
            link("b", "https://example.com/a"),
            link("click", "javascript:alert(1)"),
            link("mail", "mailto:ann@example.com"),
            link("relative", "/browse/X-1"),
            link("broken", "https://"),
            link("half", "http:example.com"),
            link("loud", "HTTPS://example.com"),
            link("spaced", "https://example.com/a b"),
            link("two\nlines", "http://example.com"),
            link("\n", "http://example.org"),
        ])]),
        rich(vec![paragraph(vec![
            Inline::Mention("Ann Example".into()),
            Inline::Mention("@@all".into()),
            Inline::Mention("\n".into()),
            text(" hello"),
        ])]),
    ]
}

fn tricky_blocks() -> Vec<RichText> {
    vec![
        rich(vec![
            Block::BulletList(vec![]),
            Block::OrderedList(vec![vec![], vec![paragraph(vec![])]]),
        ]),
        rich(vec![Block::BulletList(vec![
            vec![Block::BulletList(vec![vec![words("no words before me")]])],
            vec![
                Block::Rule,
                Block::Heading(1, vec![text("heading"), code("code")]),
                Block::Quote(vec![words("quote")]),
            ],
            vec![Block::Table(vec![vec![
                vec![words("a")],
                vec![words("b"), Block::Rule],
            ]])],
        ])]),
        rich(vec![Block::Quote(vec![
            Block::Quote(vec![
                Block::Heading(3, vec![text("deep")]),
                Block::Table(vec![vec![vec![words("cell")]]]),
            ]),
            Block::Rule,
        ])]),
        rich(vec![
            Block::Quote(vec![]),
            Block::Quote(vec![paragraph(vec![])]),
        ]),
        rich(vec![
            Block::Table(vec![]),
            Block::Table(vec![vec![], vec![vec![], vec![]]]),
            Block::Table(vec![
                vec![vec![words("one")]],
                vec![],
                vec![
                    vec![],
                    vec![Block::Table(vec![vec![
                        vec![words("inner")],
                        vec![words("table")],
                    ]])],
                    vec![Block::Quote(vec![words("q")])],
                ],
            ]),
        ]),
        rich(vec![
            Block::Code(None, String::new()),
            Block::Code(Some("\n".into()), "a\r\nb\u{0}".into()),
            Block::Code(Some("ja\nva".into()), "   ".into()),
        ]),
        rich(vec![nested(40, |inner| Block::BulletList(vec![inner]))]),
        rich(vec![nested(40, Block::Quote)]),
        rich(vec![nested(40, |inner| Block::Table(vec![vec![inner]]))]),
        rich(vec![nested(40, |inner| {
            Block::OrderedList(vec![vec![Block::Quote(inner)]])
        })]),
    ]
}

fn check_text(node: &Value, wraps: bool) {
    let text = node["text"].as_str().expect("words");
    assert!(!text.is_empty());
    assert!(
        text.chars()
            .all(|letter| letter == '\t' || wraps && letter == '\n' || !letter.is_control())
    );
    let marks: Vec<&str> = node["marks"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|mark| mark["type"].as_str())
        .collect();
    assert!(!marks.contains(&"code") || marks.len() == 1);
    assert!(!wraps || marks.is_empty());
    for mark in node["marks"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|mark| mark["type"] == "link")
    {
        let href = mark["attrs"]["href"].as_str().expect("an address");
        assert!(
            href.starts_with("http://") || href.starts_with("https://"),
            "{href}"
        );
    }
}

/// What the official schema says, as far as our documents use it.
fn check(node: &Value, parent: &str) {
    let kind = node["type"].as_str().expect("a type");
    let may_stand: &[&str] = match parent {
        "" => &["doc"],
        "doc" => &[
            "paragraph",
            "heading",
            "bulletList",
            "orderedList",
            "codeBlock",
            "blockquote",
            "table",
            "rule",
        ],
        "paragraph" | "heading" => &["text", "hardBreak"],
        "codeBlock" => &["text"],
        "bulletList" | "orderedList" => &["listItem"],
        "listItem" | "blockquote" => &["paragraph", "bulletList", "orderedList", "codeBlock"],
        "table" => &["tableRow"],
        "tableRow" => &["tableHeader", "tableCell"],
        "tableHeader" | "tableCell" => &[
            "paragraph",
            "heading",
            "bulletList",
            "orderedList",
            "codeBlock",
            "blockquote",
            "rule",
        ],
        other => panic!("nothing may stand in {other}"),
    };
    assert!(may_stand.contains(&kind), "{kind} in {parent}");
    if kind == "text" {
        check_text(node, parent == "codeBlock");
        return;
    }
    if kind == "heading" {
        assert!((1..=6).contains(&node["attrs"]["level"].as_u64().expect("a level")));
    }
    let content = node["content"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let holds = !matches!(kind, "paragraph" | "rule" | "hardBreak");
    assert!(!holds || !content.is_empty(), "an empty {kind}");
    if kind == "listItem" {
        assert!(matches!(
            content[0]["type"].as_str(),
            Some("paragraph" | "codeBlock")
        ));
    }
    if kind == "table" {
        let widths: Vec<usize> = content
            .iter()
            .map(|row| row["content"].as_array().map_or(0, Vec::len))
            .collect();
        assert!(
            widths.iter().all(|width| *width == widths[0]),
            "rows of different lengths"
        );
    }
    for child in content {
        check(child, kind);
    }
}

#[test]
fn ordinary_text_comes_back_as_it_went() {
    assert_eq!(from_adf(&to_adf(&ordinary())), ordinary());
}

#[test]
fn every_text_becomes_a_document_that_adf_allows_and_the_round_trip_is_stable() {
    for text in tricky().into_iter().chain([ordinary()]) {
        let document = to_adf(&text);
        check(&document, "");
        let once = from_adf(&document);
        assert_eq!(from_adf(&to_adf(&once)), once, "{text:?}");
        assert_eq!(to_adf(&once), document, "{text:?}");
    }
}

#[test]
fn an_empty_text_is_one_empty_paragraph() {
    let empty =
        json!({ "type": "doc", "version": 1, "content": [{ "type": "paragraph", "content": [] }] });
    assert_eq!(to_adf(&RichText::default()), empty);
    assert_eq!(from_adf(&empty), RichText::default());
}

#[test]
fn no_word_is_lost_where_a_block_may_not_stand() {
    for (index, text) in tricky().into_iter().enumerate() {
        let written = from_adf(&to_adf(&text)).to_plain().to_lowercase();
        let before = text.to_plain();
        for word in before
            .split(|letter: char| !letter.is_ascii_alphanumeric())
            .filter(|word| word.len() > 2)
        {
            assert!(
                written.contains(&word.to_lowercase()),
                "{word} is missing from text {index}: {written}"
            );
        }
    }
}

#[test]
fn a_mention_is_written_as_text_and_notifies_nobody() {
    let document = to_adf(&rich(vec![paragraph(vec![
        text("Hi "),
        Inline::Mention("@Ann".into()),
    ])]));
    assert!(!document.to_string().contains("mention"));
    assert_eq!(
        document["content"][0]["content"],
        json!([{ "type": "text", "text": "Hi @Ann" }])
    );
}

#[test]
fn an_address_that_is_not_of_the_web_is_only_words() {
    let document = to_adf(&rich(vec![paragraph(vec![link(
        "click",
        "javascript:alert(1)",
    )])]));
    assert_eq!(
        document["content"][0]["content"],
        json!([{ "type": "text", "text": "click (javascript:alert(1))" }])
    );
}
