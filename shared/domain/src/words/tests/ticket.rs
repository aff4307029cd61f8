//! Tests of what a new ticket says: its summary and its description.

use alloc::{format, vec};

use super::{connection, full_facts, headings, incident, template, words_of};
use crate::{
    case::CaseFacts,
    rich_text::{Block, RichText, paragraph, text},
    words::{Placeholder, description, line::length, summary},
};

#[test]
fn a_summary_fills_in_what_is_known() {
    let all = template("{number}|{name}|{severity}|{score}|{applications}|{rules}");
    assert_eq!(
        summary(&all, &incident(), &full_facts()),
        "INC-2026-252|SQL Injection on \"/orders\"|CRITICAL|9.8|Shop|sql-injection"
    );
    assert_eq!(
        summary(&all, &incident(), &CaseFacts::default()),
        "INC-2026-252|Contrast incident INC-2026-252|UNKNOWN|no score|unknown application|unknown rule"
    );
}

#[test]
fn a_summary_is_one_line_of_255_and_keeps_the_number_behind_the_name() {
    let mut facts = full_facts();
    facts.name = Some(format!("Many\nlines {}", "🐐".repeat(300)));
    let short = summary(
        &template("[{severity}] {name} ({number})"),
        &incident(),
        &facts,
    );
    assert!(short.starts_with("[CRITICAL] Many lines 🐐"), "{short}");
    assert!(
        short.ends_with("…  (INC-2026-252)") || short.ends_with("… (INC-2026-252)"),
        "{short}"
    );
    assert!(
        length(&short) <= 255 && length(&short) > 250,
        "{}",
        length(&short)
    );
    // Where the name alone is not to blame, the end is cut.
    facts.rules = vec!["rule".repeat(100)];
    let short = summary(&template("{rules} {name}"), &incident(), &facts);
    assert_eq!(length(&short), 255);
    assert!(short.ends_with('…'));
}

#[test]
fn a_name_cannot_bring_placeholders_of_its_own() {
    let mut facts = full_facts();
    facts.name = Some("{severity} {".into());
    assert_eq!(
        summary(&template("{name}"), &incident(), &facts),
        "{severity} {"
    );
}

#[test]
fn what_is_no_placeholder_is_found() {
    for (template, unknown) in [
        ("{number} {name}", None),
        ("no braces", None),
        ("{Number}", Some("{Number}")),
        ("{name", Some("{name")),
        ("name}", Some("}")),
        ("{{name}}", Some("{{name}")),
        ("{}", Some("{}")),
    ] {
        assert_eq!(Placeholder::unknown_in(template), unknown, "{template}");
    }
}

#[test]
fn a_description_tells_a_responder_everything_that_is_known() {
    let told = description(&connection(), &incident(), &full_facts());
    assert_eq!(
        headings(&told),
        [
            "At a glance",
            "Where it came from",
            "What was attacked",
            "Servers",
            "Latest observations",
            "What the attacker sent",
            "What to do",
            "Runbooks",
            "Related issues in Contrast",
        ]
    );
    let lines = words_of(&told);
    for line in [
        "Contrast saw an attack that deserves a response: SQL Injection on \"/orders\".",
        "Look at the orders.",
        "Severity: critical",
        "Score: 9.8 of 10",
        "Status: open",
        "Application: Shop",
        "Environment: PRODUCTION",
        "Opened: 2026-03-09 22:52 UTC",
        "Assigned in Contrast to: Mara Lindt",
        "203.0.113.7",
        "yes",
        "shop-1",
        "exploited",
        "/orders?id=1",
        "' OR '1'='1",
        "Check the logs.",
        "… and 37 more.",
        "ISS-2026-7: Orders",
    ] {
        assert!(
            lines.iter().any(|told| told == line),
            "{line} is missing in {lines:?}"
        );
    }
}

#[test]
fn a_section_without_data_is_left_out() {
    let told = description(&connection(), &incident(), &CaseFacts::default());
    assert_eq!(
        words_of(&told),
        [
            "Contrast saw an attack that deserves a response: Contrast incident INC-2026-252.",
            "Open INC-2026-252 in Contrast",
        ]
    );
}

#[test]
fn a_long_list_is_cut_visibly() {
    let facts = CaseFacts {
        request_urls: (0..52).map(|number| format!("/page/{number}")).collect(),
        rules: (0..12).map(|number| format!("rule-{number}")).collect(),
        ..CaseFacts::default()
    };
    let lines = words_of(&description(&connection(), &incident(), &facts));
    assert!(
        lines.iter().any(|line| line == "… and 37 more."),
        "{lines:?}"
    );
    assert!(
        lines.iter().any(|line| line.ends_with("rule-9 and 2 more")),
        "{lines:?}"
    );
    assert!(lines.iter().any(|line| line == "/page/14"));
    assert!(!lines.iter().any(|line| line == "/page/15"));
}

#[test]
fn text_from_an_attack_never_becomes_a_link() {
    let mut facts = full_facts();
    facts.request_urls = vec!["https://evil.example/x".into()];
    facts.observations[0].attack_value = Some("https://evil.example/y".into());
    facts.runbooks = vec!["javascript:alert(1)".into()];
    let printed = format!("{:?}", description(&connection(), &incident(), &facts));
    assert_eq!(
        printed.matches("Link(").count(),
        1,
        "only the link to the case: {printed}"
    );
}

#[test]
fn actions_that_do_not_fit_a_list_stand_by_themselves() {
    let mut facts = full_facts();
    let table = Block::Table(vec![vec![vec![paragraph(vec![text("x")])]]]);
    facts.recommended_actions.push(RichText {
        blocks: vec![table.clone()],
    });
    let told = description(&connection(), &incident(), &facts);
    assert!(told.blocks.contains(&table));
    assert!(
        !told
            .blocks
            .iter()
            .any(|block| matches!(block, Block::OrderedList(_)))
    );
}
