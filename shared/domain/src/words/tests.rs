//! Tests of the sentences.

mod ticket;

use alloc::{
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use super::{
    case_gone, case_url, description_conflict, fields_left_out, mirrored_comment, no_way_to,
    priority_conflict, remote_link, status_conflict, ticket_comment_on_case, ticket_unreachable,
    ticket_url, too_many_comments, too_old, unclear, unrouted,
};
use crate::{
    case::{
        Application, CaseFacts, CaseId, CaseKind, Observation, OrgId, Phase, RelatedIssue, Score,
        Server, Severity, SourceAddress,
    },
    comment::Side,
    moment::Moment,
    rich_text::{Block, Inline, RichText, paragraph, text},
    routing::NoRoute,
    settings::{Connection, Settings, TicketTemplate, document::tests::example},
    ticket::{ScreenField, TicketKey, Transition},
};

fn settings() -> Settings {
    example().validate().expect("the example is in order")
}

fn connection() -> Connection {
    settings()
        .connections
        .into_values()
        .next()
        .expect("one connection")
}

fn template(summary: &str) -> TicketTemplate {
    let mut document = example();
    document.routes[0].ticket.summary = Some(summary.into());
    let settings = document.validate().expect("the document is in order");
    settings.routes[0].ticket.clone()
}

fn case(kind: CaseKind, number: &str) -> CaseId {
    CaseId::new(OrgId::new("org-1").expect("an id"), kind, number).expect("an id")
}

fn incident() -> CaseId {
    case(CaseKind::Incident, "INC-2026-252")
}

fn key() -> TicketKey {
    TicketKey::new("SEC-12").expect("an id")
}

fn moment() -> Option<Moment> {
    Moment::parse("2026-03-09T22:52:12.131Z")
}

fn full_facts() -> CaseFacts {
    CaseFacts {
        name: Some("SQL Injection on \"/orders\"".into()),
        phase: Some(Phase::Open),
        severity: Some(Severity::Critical),
        score: Score::new(9.8),
        summary: Some("Somebody reached the database.\n\nLook at the orders.".into()),
        created_at: moment(),
        last_attacked_at: moment(),
        assigned_to: Some("Mara Lindt".into()),
        rules: vec!["sql-injection".into()],
        applications: vec![Application {
            id: None,
            name: "Shop".into(),
        }],
        environments: vec!["PRODUCTION".into()],
        source_addresses: vec![
            SourceAddress {
                address: "203.0.113.7".into(),
                count: Some(3),
                blocked: Some(true),
            },
            SourceAddress {
                address: "2001:db8::1".into(),
                count: None,
                blocked: None,
            },
        ],
        request_urls: vec!["/orders".into()],
        servers: vec![Server {
            hostname: "shop-1".into(),
            environment: Some("PRODUCTION".into()),
            operating_system: None,
        }],
        recommended_actions: vec![plain("Use bound parameters."), plain("Check the logs.")],
        runbooks: vec!["https://example.com/runbook".into(), "ask the team".into()],
        observations: vec![Observation {
            detected_at: moment(),
            rule: Some("sql-injection".into()),
            result: Some("EXPLOITED".into()),
            request_url: Some("/orders?id=1".into()),
            source_address: Some("203.0.113.7".into()),
            attack_value: Some("' OR '1'='1".into()),
        }],
        observation_count: Some(38),
        related_issues: vec![RelatedIssue {
            number: "ISS-2026-7".into(),
            title: "Orders".into(),
        }],
        ..CaseFacts::default()
    }
}

fn plain(words: &str) -> RichText {
    RichText {
        blocks: vec![paragraph(vec![text(words)])],
    }
}

/// The words of a text, one line for each paragraph, heading and code block; cells and items too.
fn words_of(rich: &RichText) -> Vec<String> {
    let mut lines = Vec::new();
    gather(&rich.blocks, &mut lines);
    lines
}

fn gather(blocks: &[Block], lines: &mut Vec<String>) {
    for block in blocks {
        match block {
            Block::Paragraph(inlines) | Block::Heading(_, inlines) => {
                lines.push(inlines.iter().map(words_of_inline).collect());
            }
            Block::BulletList(items) | Block::OrderedList(items) => {
                for item in items {
                    gather(item, lines);
                }
            }
            Block::Table(rows) => {
                for cell in rows.iter().flatten() {
                    gather(cell, lines);
                }
            }
            Block::Quote(inner) => gather(inner, lines),
            Block::Code(_, code) => lines.push(code.clone()),
            Block::Rule => {}
        }
    }
}

fn words_of_inline(inline: &Inline) -> String {
    match inline {
        Inline::Text(words, _) | Inline::Mention(words) => words.clone(),
        Inline::Link(label, _) => label.clone(),
        Inline::Break => "\n".to_string(),
    }
}

fn one_text(rich: &RichText) -> String {
    words_of(rich).join("\n")
}

fn headings(rich: &RichText) -> Vec<String> {
    let is_heading = |block: &&Block| matches!(block, Block::Heading(..));
    let blocks = rich.blocks.iter().filter(is_heading).cloned().collect();
    words_of(&RichText { blocks })
}

#[test]
fn every_link_leads_to_the_page_it_names() {
    let connection = connection();
    assert_eq!(
        case_url(&connection, &incident()),
        "https://app.contrast.example/Contrast/cs/index.html#/org-1/incidents/INC-2026-252"
    );
    assert_eq!(
        case_url(&connection, &case(CaseKind::Issue, "ISS-2026-7")),
        "https://app.contrast.example/Contrast/cs/index.html#/org-1/issues/ISS-2026-7"
    );
    let settings = settings();
    let site = settings.sites.values().next().expect("one site");
    assert_eq!(
        ticket_url(site, &key()),
        "https://acme.atlassian.net/browse/SEC-12"
    );
    let link = remote_link(&connection, &incident(), &full_facts(), Phase::Closed);
    assert_eq!(link.title, "INC-2026-252: SQL Injection on \"/orders\"");
    assert_eq!(link.url, case_url(&connection, &incident()));
    assert!(link.resolved);
    assert!(!remote_link(&connection, &incident(), &full_facts(), Phase::Open).resolved);
}

#[test]
fn a_mirror_names_its_author_its_side_and_its_time() {
    let mirror = mirrored_comment("Mara Lindt", moment(), Side::Case, &plain("Looking."));
    assert_eq!(
        words_of(&mirror),
        [
            "Mara Lindt wrote in Contrast on 2026-03-09 22:52 UTC:",
            "Looking."
        ]
    );
    assert!(matches!(
        &mirror.blocks[0],
        Block::Paragraph(inlines) if inlines[0] == crate::rich_text::strong("Mara Lindt")
    ));
    let nameless = mirrored_comment(" \n", None, Side::Ticket, &RichText::default());
    assert_eq!(
        words_of(&nameless),
        [
            "Somebody wrote in Jira:",
            "(This comment has no text; look for its attachments in Jira.)",
        ]
    );
}

#[test]
fn the_comment_on_a_case_shows_the_ticket_and_its_state() {
    let said = |phase, resolution| {
        one_text(&ticket_comment_on_case(
            &key(),
            "https://j.example/browse/SEC-12",
            phase,
            resolution,
        ))
    };
    let ticket = "Jira ticket SEC-12: https://j.example/browse/SEC-12\n";
    assert_eq!(
        said(Phase::Closed, Some("Fixed")),
        format!("{ticket}State: done (Fixed)")
    );
    assert_eq!(said(Phase::Closed, None), format!("{ticket}State: done"));
    // Jira may leave a resolution standing on a ticket that was reopened.
    assert_eq!(
        said(Phase::Open, Some("Fixed")),
        format!("{ticket}State: open")
    );
}

#[test]
fn the_loser_of_a_conflict_is_told_what_was_kept() {
    let kept = one_text(&priority_conflict(
        Side::Ticket,
        Some("Low"),
        Some("Highest"),
    ));
    assert!(kept.contains("asks for the priority “Highest”") && kept.contains("had set “Low”"));
    let lost = one_text(&priority_conflict(Side::Case, None, Some("Highest")));
    assert!(lost.contains("was set to none") && lost.contains("asks for “Highest”"));

    let score = Score::new(9.0);
    let kept = description_conflict(
        Side::Ticket,
        Some(Severity::High),
        score,
        Some(&plain("Mine")),
    );
    assert!(one_text(&kept).contains("severity HIGH, score 9.0"));
    assert!(!one_text(&kept).contains("Mine"));
    let lost = description_conflict(Side::Case, None, None, Some(&plain("Mine")));
    assert_eq!(words_of(&lost).last().map(String::as_str), Some("Mine"));
}

#[test]
fn a_status_conflict_says_which_side_follows() {
    let reopened = status_conflict(&incident(), Phase::Open, Phase::Closed, Side::Case);
    let reopened = one_text(&reopened);
    assert!(
        reopened.contains("was open in Contrast while its ticket was done in Jira"),
        "{reopened}"
    );
    assert!(reopened.contains("the ticket is now open"), "{reopened}");
    let closed = status_conflict(&incident(), Phase::Open, Phase::Closed, Side::Ticket);
    assert!(
        one_text(&closed).contains("the incident is now closed"),
        "{}",
        one_text(&closed)
    );
}

#[test]
fn a_missing_way_through_the_workflow_is_explained() {
    let way = |name: &str, to_phase| Transition {
        id: "1".into(),
        name: name.into(),
        to_status: name.into(),
        to_phase,
        fields: vec![ScreenField {
            id: "customfield_1".into(),
            name: "Cause".into(),
            required: true,
            allowed: Vec::new(),
        }],
    };
    let said = |offered: &[Transition]| one_text(&no_way_to(Phase::Closed, offered));
    assert!(said(&[]).contains("no step at all"));
    assert!(said(&[way("Start", Phase::Open)]).contains("it offers us only “Start”"));
    let blocked = said(&[way("Start", Phase::Open), way("Finish", Phase::Closed)]);
    assert!(
        blocked.contains("“Finish” would, but asks for fields"),
        "{blocked}"
    );
    assert!(one_text(&no_way_to(Phase::Open, &[])).contains("was reopened in Contrast"));
}

#[test]
fn fields_that_were_left_out_are_told_in_jiras_words() {
    let told = fields_left_out([
        ("priority", "Field 'priority' cannot be set."),
        ("labels", "No."),
    ]);
    let lines = words_of(&told);
    assert_eq!(lines[1], "priority: Field 'priority' cannot be set.");
    assert_eq!(lines[2], "labels: No.");
}

#[test]
fn every_remark_is_made_of_whole_sentences() {
    let url = "https://j.example/browse/SEC-12";
    for remark in [
        ticket_unreachable(&key(), url),
        case_gone(&incident()),
        too_many_comments(Side::Case, 800),
        status_conflict(&incident(), Phase::Closed, Phase::Open, Side::Ticket),
        no_way_to(Phase::Open, &[]),
        priority_conflict(Side::Case, None, None),
        fields_left_out([("labels", "No.")]),
    ] {
        let said = one_text(&remark);
        assert!(
            said.starts_with(|letter: char| letter.is_uppercase()),
            "{said}"
        );
        assert!(said.ends_with('.'), "{said}");
        assert!(!said.contains("  "), "{said}");
    }
    assert!(one_text(&ticket_unreachable(&key(), url)).contains(url));
    assert!(one_text(&too_many_comments(Side::Case, 800)).contains("after 800 comments"));
}

#[test]
fn reasons_end_a_sentence_that_others_begin() {
    let settings = settings();
    let route = &settings.routes[0];
    let issue = case(CaseKind::Issue, "ISS-2026-7");
    assert_eq!(unrouted(NoRoute::Kind, &issue), "no route takes issues");
    assert_eq!(
        unrouted(NoRoute::Kind, &incident()),
        "no route takes incidents"
    );
    assert!(too_old(route).contains("before the route all starts (2026-03-01 00:00 UTC)"));
    for reason in [
        unrouted(NoRoute::Connection, &issue),
        unrouted(NoRoute::Applications, &issue),
        unrouted(NoRoute::SeverityOrRules, &issue),
        too_old(route),
        unclear().to_string(),
    ] {
        assert!(!reason.ends_with('.') && !reason.contains('\n'), "{reason}");
    }
}
