use alloc::{
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use crate::rich_text::{Block, Inline, Marks, RichText, code, link, paragraph, strong, text};

fn words(words: &str) -> Block {
    paragraph(vec![text(words)])
}

fn rich(blocks: Vec<Block>) -> RichText {
    RichText { blocks }
}

#[test]
fn every_kind_of_block_is_written_out() {
    let rich = rich(vec![
        Block::Heading(2, vec![text("What happened")]),
        paragraph(vec![
            text("See "),
            link("the case", "https://example.com/c"),
            text(" or "),
            link("https://example.com", "https://example.com"),
            Inline::Break,
            strong("thanks "),
            Inline::Mention("Ann Lee".into()),
            text(", "),
            code("SELECT 1"),
        ]),
        Block::BulletList(vec![
            vec![words("a"), Block::BulletList(vec![vec![words("deep")]])],
            vec![words("b"), words("more of b")],
        ]),
        Block::OrderedList(vec![vec![words("one")], vec![words("two")]]),
        Block::Code(Some("java".into()), "int a;\n\n  int b;".into()),
        Block::Quote(vec![words("said"), words("he")]),
        Block::Table(vec![
            vec![vec![words("Address")], vec![words("Count")]],
            vec![vec![words("10.0.0.1")], vec![words("2"), words("times")]],
        ]),
        Block::Rule,
    ]);
    let expected = "What happened\n\nSee the case (https://example.com/c) or https://example.com\n\
        thanks @Ann Lee, `SELECT 1`\n\n- a\n  - deep\n- b\n\n  more of b\n\n1. one\n2. two\n\n\
        ```java\nint a;\n\n  int b;\n```\n\n> said\n>\n> he\n\n\
        Address | Count\n10.0.0.1 | 2 times\n\n---";
    assert_eq!(rich.to_plain(), expected);
}

#[test]
fn what_people_type_is_read() {
    let read = RichText::from_plain(
        "Steps:\r\n- look at https://example.com/a(b), then\n  * wait\n- stop\n\n1. one\n\n2. two\n\
         > so\n> it is\n```sql\nselect '- a'\n```\nend\n",
    );
    let expected = vec![
        words("Steps:"),
        Block::BulletList(vec![
            vec![
                paragraph(vec![
                    text("look at "),
                    link("https://example.com/a(b)", "https://example.com/a(b)"),
                    text(", then"),
                ]),
                Block::BulletList(vec![vec![words("wait")]]),
            ],
            vec![words("stop")],
        ]),
        Block::OrderedList(vec![vec![words("one")], vec![words("two")]]),
        Block::Quote(vec![paragraph(vec![
            text("so"),
            Inline::Break,
            text("it is"),
        ])]),
        Block::Code(Some("sql".into()), "select '- a'".into()),
        words("end"),
    ];
    assert_eq!(read.blocks, expected);
}

#[test]
fn what_only_resembles_a_list_or_a_quotation_stays_a_sentence() {
    for sentence in [
        "2026. That was a year.",
        "-5 degrees",
        "- ",
        "*bold*",
        ">= 3 requests",
        "xhttps://example.com",
        "https://",
        "http://.",
        "``` not `` a fence",
    ] {
        let read = RichText::from_plain(sentence);
        assert_eq!(read.blocks, vec![words(sentence.trim_end())], "{sentence}");
    }
}

#[test]
fn a_fence_is_longer_than_any_run_of_ticks_in_its_code() {
    let rich = rich(vec![
        Block::Code(None, "```\n  ````\nx".into()),
        words("after"),
    ]);
    let plain = rich.to_plain();
    assert!(plain.starts_with("`````\n"), "{plain}");
    assert_eq!(RichText::from_plain(&plain), rich);
}

fn assert_settles(typed: &str) {
    let once = RichText::from_plain(typed);
    let again = RichText::from_plain(&once.to_plain());
    assert_eq!(
        again,
        once,
        "typed: {typed:?}\nplain: {:?}",
        once.to_plain()
    );
}

#[test]
fn reading_what_was_written_from_a_reading_changes_nothing() {
    for typed in [
        "",
        "one\n\ntwo  \nthree\n\n\n",
        "   - a\n  b\n   - c\n  2. d",
        "   - a\n  2. b\n  foo",
        "1. a\n1. b\n3. c\n9. d",
        "1. a\n  - b\n    - c\n   d",
        "- a\n\n\n  ```\n  x\n\n   y\n  ```\n- ```\n  z",
        "> a\n>> b\n> - c\n>   d\n>",
        "\t- a\n\t\t- b\n\tc",
        "- - 1. > x\n      y",
        "```\n\n\n```\n```",
        "see (http://example.com/a_(b)).\nhttp://a|http://b",
        "---\n - ---\n---x",
    ] {
        assert_settles(typed);
    }
}

/// A source of numbers that is the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % end
    }
}

#[test]
fn reading_settles_for_any_mixture_of_marks() {
    const PIECES: [&str; 24] = [
        "\n",
        "\n",
        "\n",
        "\n\n",
        " ",
        "  ",
        "   ",
        "- ",
        "* ",
        "1. ",
        "2. ",
        "3. ",
        "> ",
        ">",
        "```",
        "````",
        "---",
        "word",
        "http://a.b/c)",
        "\t",
        "`",
        "\r",
        "10. ",
        "@é",
    ];
    let mut dice = Dice(7);
    for _ in 0..20_000 {
        let count = dice.below(24);
        let typed: String = (0..count)
            .map(|_| PIECES[dice.below(PIECES.len())])
            .collect();
        assert_settles(&typed);
    }
}

#[test]
fn deep_nesting_neither_fails_nor_grows() {
    let typed = "- ".repeat(5_000) + "x\n" + &"> ".repeat(5_000) + "y";
    let plain = RichText::from_plain(&typed).to_plain();
    assert!(plain.len() <= typed.len() + 64);
    let mut block = words("core");
    for _ in 0..200 {
        block = Block::BulletList(vec![vec![words("level"), block]]);
    }
    let plain = rich(vec![block]).to_plain();
    assert!(plain.contains("core"));
    assert!(plain.len() < 200 * 40, "{}", plain.len());
}

#[test]
fn a_long_text_is_read_in_proportion_to_its_length() {
    // Each of these would take minutes if a line were looked at once for every other line.
    for piece in [
        "- a\n",
        "```\n````\n",
        "> \n\n",
        "http://a))",
        "1. a\n\n\n",
        "  \n- b\n",
        "[`http",
    ] {
        let typed = piece.repeat(100_000);
        assert!(!RichText::from_plain(&typed).blocks.is_empty());
    }
}

#[test]
fn a_cut_is_visible_and_never_too_long() {
    let long = rich(vec![
        words("first"),
        paragraph(vec![
            text("ä".repeat(50)),
            Inline::Text("x ".repeat(50), Marks::CODE),
            Inline::Break,
            text("end"),
        ]),
        Block::BulletList((0..30).map(|n| vec![words(&format!("item {n}"))]).collect()),
        Block::Code(Some("java".into()), "int a;\n".repeat(30)),
        Block::Table(
            (0..9)
                .map(|n| vec![vec![words(&n.to_string())], vec![words("cell")]])
                .collect(),
        ),
    ]);
    let all = long.to_plain().chars().count();
    assert_eq!(long.clone().cut_to_chars(all, "cut"), long);
    for max in 0..all {
        let cut = long.clone().cut_to_chars(max, "Shortened.");
        let plain = cut.to_plain();
        assert!(plain.chars().count() <= max, "{max}: {plain}");
        if max >= 10 {
            assert_eq!(cut.blocks.last(), Some(&words("Shortened.")), "{max}");
        }
    }
    let cut = long.cut_to_chars(70, "Shortened.");
    assert!(
        cut.to_plain().starts_with("first\n\nää"),
        "{}",
        cut.to_plain()
    );
    assert_eq!(RichText::cut_plain("äöü äöü äöü", 9), "äöü [...]");
    assert_eq!(RichText::cut_plain("äöü", 3), "äöü");
    assert_eq!(RichText::cut_plain("äöüx", 3), "äöü");
}

#[test]
fn emptiness_is_what_nobody_can_see() {
    assert!(RichText::default().is_empty());
    assert!(rich(vec![words(" "), Block::BulletList(vec![vec![]])]).is_empty());
    assert!(!rich(vec![Block::Rule]).is_empty());
    assert!(!RichText::from_plain("x").is_empty());
}
