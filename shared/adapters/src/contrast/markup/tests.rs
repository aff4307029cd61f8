use domain::rich_text::{Block, Inline, Marks, RichText, code, link, paragraph, strong, text};

use super::render;

fn words(words: &str) -> Block {
    paragraph(vec![text(words)])
}

#[test]
fn paragraphs_links_and_code_are_rendered() {
    let rendered = render(
        "{{#paragraph}}Use {{#focus}}bound{{/focus}} parameters,\n  not {{#code}}a + b{{/code}}. See \
         {{#link}}https://example.com/x$$LINK_DELIM$$the  guide{{/link}}.{{/paragraph}}\
         {{#javaBlock}}\nString q = {{#goodParam}}\"?\"{{/goodParam}};{{{nl}}}  if (a &lt; b) {}\n{{/javaBlock}}\
         {{#paragraph}}One{{nl}}two &amp;lt;{{/paragraph}}",
    );
    let expected = vec![
        paragraph(vec![
            text("Use "),
            strong("bound"),
            text(" parameters, not "),
            code("a + b"),
            text(". See "),
            link("the guide", "https://example.com/x"),
            text("."),
        ]),
        Block::Code(
            Some("java".into()),
            "String q = \"?\";\n  if (a < b) {}".into(),
        ),
        paragraph(vec![text("One"), Inline::Break, text("two &lt;")]),
    ];
    assert_eq!(rendered.blocks, expected);
}

#[test]
fn lists_quotations_and_headings_are_rendered() {
    let rendered = render(
        "{{#header}}Steps{{/header}} {{#unorderedList}}\n {{#listElement}}a {{#badParam}}x{{/badParam}}\
         {{/listElement}}\n {{#listElement}}b{{#orderedList}}{{#listElement}}deep{{/listElement}}\
         {{/orderedList}}{{/listElement}}\n{{/unorderedList}}\
         {{#blockQuote}}{{#grayedData}}said{{/grayedData}}{{/blockQuote}}",
    );
    let expected = vec![
        Block::Heading(3, vec![text("Steps")]),
        Block::BulletList(vec![
            vec![paragraph(vec![text("a "), code("x")])],
            vec![words("b"), Block::OrderedList(vec![vec![words("deep")]])],
        ]),
        Block::Quote(vec![words("said")]),
    ];
    assert_eq!(rendered.blocks, expected);
}

#[test]
fn unknown_tags_are_dropped_and_their_text_is_kept() {
    let rendered = render("{{#omitted}}kept{{/omitted}} {{vulnName}}and{{#paragraph}}more");
    assert_eq!(rendered.blocks, vec![words("kept and"), words("more")]);
    let rendered = render("{{#code}}{{ user }} and {{name}}{{/code}}");
    assert_eq!(
        rendered.blocks,
        vec![paragraph(vec![code("{{ user }} and {{name}}")])]
    );
}

#[test]
fn only_http_addresses_become_links() {
    let rendered = render("{{#link}}javascript:alert(1)$$LINK_DELIM$$click{{/link}}");
    assert_eq!(rendered.blocks, vec![words("click")]);
    let rendered = render("{{#link}}https://example.com{{/link}}");
    let bare = link("https://example.com", "https://example.com");
    assert_eq!(rendered.blocks, vec![paragraph(vec![bare])]);
}

#[test]
fn text_without_markup_is_read_as_people_type_it() {
    assert_eq!(
        render("Use &lt;b&gt;\n- a"),
        RichText::from_plain("Use <b>\n- a")
    );
    assert_eq!(render("{ {{ x }} }"), RichText::from_plain("{ {{ x }} }"));
    assert_eq!(render(""), RichText::default());
}

#[test]
fn marks_around_a_paragraph_reach_its_words() {
    let rendered = render("{{#focus}}{{#paragraph}}a{{#exampleText}}b{{/exampleText}}{{/focus}}c");
    let both = Marks {
        emphasis: true,
        ..Marks::STRONG
    };
    let marked = paragraph(vec![strong("a"), Inline::Text("b".into(), both)]);
    assert_eq!(rendered.blocks, vec![marked, words("c")]);
}

#[test]
fn broken_markup_neither_fails_nor_loses_words() {
    for broken in [
        "{{/paragraph}}x{{#paragraph",
        "{{{{{{nl}}}x}}",
        "{{#code}}x",
        "{{#link}}x",
        "{{#listElement}}x{{/unorderedList}}",
        "{{#}}x{{/}}&#xFFFFFFF;&;&",
        "{{#é}}x",
        "{{/nl}}{{#unorderedList}}x{{/unorderedList}}",
    ] {
        assert!(render(broken).to_plain().contains('x'), "{broken}");
    }
}

#[test]
fn deep_or_long_markup_is_read_in_proportion() {
    let deep = "{{#blockQuote}}".repeat(20_000) + "x" + &"{{/blockQuote}}".repeat(20_000);
    assert!(render(&deep).to_plain().ends_with('x'));
    for piece in [
        "{{",
        "{{#a",
        "&",
        "{{#code}}",
        "{{/code}}",
        "{{nl}}",
        "{{{",
        "x{{#focus}} {{/focus}}",
    ] {
        let rendered = render(&("{{#paragraph}}".to_owned() + &piece.repeat(100_000) + "x"));
        assert!(rendered.to_plain().contains('x'), "{piece}");
    }
}
