//! The description of a ticket: what a responder needs to begin without opening Contrast.
//!
//! A section without data is left out, and a long list ends in words that say how much was cut.
//! Text from attacks stands as code and never becomes a link.

use alloc::{
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use super::{
    case_phase, case_url,
    line::{cut, short_line},
};
use crate::{
    case::{CaseFacts, CaseId, CaseKind, Observation, Score, Severity},
    moment::Moment,
    rich_text::{Block, Inline, Marks, RichText, code, link, paragraph, strong, text},
    settings::Connection,
};

const MOST_NAMES: usize = 10;
const MOST_ADDRESSES: usize = 15;
const MOST_URLS: usize = 15;
const MOST_SERVERS: usize = 10;
const MOST_OBSERVATIONS: usize = 10;
const MOST_ATTACK_VALUES: usize = 5;
const MOST_ACTIONS: usize = 10;
const MOST_RUNBOOKS: usize = 10;
const MOST_RELATED: usize = 20;
const LONGEST_CELL: usize = 200;
const LONGEST_SUMMARY: usize = 4_000;
/// What a cell says where nothing is known.
const NOT_KNOWN: &str = "–";

/// The description of a case's ticket.
pub fn description(connection: &Connection, case: &CaseId, facts: &CaseFacts) -> RichText {
    let mut blocks = lead(case, facts);
    // The link stands near the top, where no cut can reach it.
    let label = format!("Open {} in Contrast", case.number());
    blocks.push(paragraph(vec![link(label, case_url(connection, case))]));
    at_a_glance(facts, &mut blocks);
    source_addresses(facts, &mut blocks);
    request_urls(facts, &mut blocks);
    servers(facts, &mut blocks);
    observations(facts, &mut blocks);
    attack_values(facts, &mut blocks);
    recommended_actions(facts, &mut blocks);
    runbooks(facts, &mut blocks);
    related_issues(facts, &mut blocks);
    RichText { blocks }
}

fn lead(case: &CaseId, facts: &CaseFacts) -> Vec<Block> {
    let opening = match case.kind() {
        CaseKind::Incident => "Contrast saw an attack that deserves a response: ",
        CaseKind::Issue => "Contrast found a weakness in one of your applications: ",
    };
    let mut blocks = vec![paragraph(vec![
        text(opening),
        strong(short_line(&facts.title(case), LONGEST_CELL)),
        text("."),
    ])];
    let summary = cut(
        facts.summary.as_deref().unwrap_or_default().trim(),
        LONGEST_SUMMARY,
    );
    blocks.extend(
        summary
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(|line| paragraph(vec![text(line)])),
    );
    blocks
}

fn known_facts(facts: &CaseFacts) -> Vec<(&'static str, String)> {
    let names = |names: &mut dyn Iterator<Item = &str>| {
        let names: Vec<&str> = names.collect();
        (!names.is_empty()).then(|| enumerated(&names))
    };
    let closed = facts.closed_at.map(|at| match facts.close_reason {
        Some(reason) => format!("{} ({})", at.for_people(), in_words(reason.word())),
        None => at.for_people(),
    });
    let known = [
        ("Severity", facts.severity.map(Severity::word).map(in_words)),
        (
            "Score",
            facts.score.map(|score: Score| format!("{score} of 10")),
        ),
        (
            "Status",
            facts.phase.map(|phase| case_phase(phase).to_string()),
        ),
        (
            "Application",
            names(
                &mut facts
                    .applications
                    .iter()
                    .map(|application| application.name.as_str()),
            ),
        ),
        (
            "Environment",
            names(&mut facts.environments.iter().map(String::as_str)),
        ),
        ("Rule", names(&mut facts.rules.iter().map(String::as_str))),
        ("Opened", facts.created_at.map(Moment::for_people)),
        (
            "Last attack",
            facts.last_attacked_at.map(Moment::for_people),
        ),
        ("Closed", closed),
        (
            "Assigned in Contrast to",
            facts
                .assigned_to
                .as_deref()
                .map(|name| short_line(name, LONGEST_CELL)),
        ),
        (
            "Observations",
            facts.observation_count.map(|count| count.to_string()),
        ),
    ];
    let told = known
        .into_iter()
        .filter_map(|(label, value)| Some((label, value?)));
    told.collect()
}

fn at_a_glance(facts: &CaseFacts, blocks: &mut Vec<Block>) {
    let items: Vec<Vec<Block>> = known_facts(facts)
        .into_iter()
        .map(|(label, value)| {
            vec![paragraph(vec![
                strong(format!("{label}:")),
                text(format!(" {value}")),
            ])]
        })
        .collect();
    if items.is_empty() {
        return;
    }
    blocks.push(heading("At a glance"));
    blocks.push(Block::BulletList(items));
    blocks.push(paragraph(vec![Inline::Text(
        "This is how things stood when it was written; Contrast has the latest.".into(),
        Marks::EMPHASIS,
    )]));
}

fn source_addresses(facts: &CaseFacts, blocks: &mut Vec<Block>) {
    let rows = facts
        .source_addresses
        .iter()
        .take(MOST_ADDRESSES)
        .map(|source| {
            let blocked = source
                .blocked
                .map_or(NOT_KNOWN, |yes| if yes { "yes" } else { "no" });
            let count = source
                .count
                .map_or_else(|| NOT_KNOWN.into(), |count| count.to_string());
            vec![
                code_cell(Some(&source.address)),
                cell(&count),
                cell(blocked),
            ]
        });
    section_table(
        "Where it came from",
        &["Source address", "Requests", "Blocked"],
        rows.collect(),
        facts.source_addresses.len(),
        blocks,
    );
}

fn request_urls(facts: &CaseFacts, blocks: &mut Vec<Block>) {
    let items = facts.request_urls.iter().take(MOST_URLS);
    section_list(
        "What was attacked",
        items
            .map(|url| vec![code(short_line(url, LONGEST_CELL))])
            .collect(),
        facts.request_urls.len(),
        blocks,
    );
}

fn servers(facts: &CaseFacts, blocks: &mut Vec<Block>) {
    let rows = facts.servers.iter().take(MOST_SERVERS).map(|server| {
        vec![
            cell(&server.hostname),
            cell(server.environment.as_deref().unwrap_or(NOT_KNOWN)),
            cell(server.operating_system.as_deref().unwrap_or(NOT_KNOWN)),
        ]
    });
    section_table(
        "Servers",
        &["Server", "Environment", "Operating system"],
        rows.collect(),
        facts.servers.len(),
        blocks,
    );
}

fn observations(facts: &CaseFacts, blocks: &mut Vec<Block>) {
    let row = |seen: &Observation| {
        let result = seen.result.as_deref().map(in_words);
        vec![
            cell(
                &seen
                    .detected_at
                    .map_or_else(|| NOT_KNOWN.into(), Moment::for_people),
            ),
            cell(seen.rule.as_deref().unwrap_or(NOT_KNOWN)),
            cell(result.as_deref().unwrap_or(NOT_KNOWN)),
            code_cell(seen.request_url.as_deref()),
            code_cell(seen.source_address.as_deref()),
        ]
    };
    let told = facts.observations.len();
    let all = facts
        .observation_count
        .and_then(|count| usize::try_from(count).ok());
    section_table(
        "Latest observations",
        &["Time", "Rule", "Result", "Request URL", "Source address"],
        facts
            .observations
            .iter()
            .take(MOST_OBSERVATIONS)
            .map(row)
            .collect(),
        all.unwrap_or(told).max(told),
        blocks,
    );
}

fn attack_values(facts: &CaseFacts, blocks: &mut Vec<Block>) {
    let mut values: Vec<String> = Vec::new();
    for value in facts
        .observations
        .iter()
        .filter_map(|seen| seen.attack_value.as_deref())
    {
        let value = short_line(value, LONGEST_CELL);
        if !value.is_empty() && !values.contains(&value) {
            values.push(value);
        }
    }
    let all = values.len();
    values.truncate(MOST_ATTACK_VALUES);
    let items = values.into_iter().map(|value| vec![code(value)]).collect();
    section_list("What the attacker sent", items, all, blocks);
}

fn recommended_actions(facts: &CaseFacts, blocks: &mut Vec<Block>) {
    let actions: Vec<&RichText> = facts
        .recommended_actions
        .iter()
        .filter(|action| !action.blocks.is_empty())
        .collect();
    if actions.is_empty() {
        return;
    }
    blocks.push(heading("What to do"));
    let shown = actions
        .iter()
        .take(MOST_ACTIONS)
        .map(|action| action.blocks.clone());
    // Not every block may stand in a list, so that only plain actions are numbered.
    let plain = actions
        .iter()
        .flat_map(|action| &action.blocks)
        .all(|block| matches!(block, Block::Paragraph(_) | Block::Code(..)));
    if plain && actions.len() > 1 {
        blocks.push(Block::OrderedList(shown.collect()));
    } else {
        blocks.extend(shown.flatten());
    }
    and_more(actions.len(), MOST_ACTIONS, blocks);
}

fn runbooks(facts: &CaseFacts, blocks: &mut Vec<Block>) {
    let items = facts.runbooks.iter().take(MOST_RUNBOOKS).map(|runbook| {
        let runbook = runbook.trim();
        let is_link = runbook.starts_with("https://") || runbook.starts_with("http://");
        if is_link && !runbook.contains(char::is_whitespace) {
            vec![link(short_line(runbook, LONGEST_CELL), runbook)]
        } else {
            vec![text(short_line(runbook, LONGEST_CELL))]
        }
    });
    section_list("Runbooks", items.collect(), facts.runbooks.len(), blocks);
}

fn related_issues(facts: &CaseFacts, blocks: &mut Vec<Block>) {
    let items = facts.related_issues.iter().take(MOST_RELATED).map(|issue| {
        let line = format!("{}: {}", issue.number, issue.title);
        vec![text(short_line(&line, LONGEST_CELL))]
    });
    section_list(
        "Related issues in Contrast",
        items.collect(),
        facts.related_issues.len(),
        blocks,
    );
}

fn heading(words: &str) -> Block {
    Block::Heading(3, vec![text(words)])
}

fn cell(words: &str) -> Vec<Block> {
    vec![paragraph(vec![text(short_line(words, LONGEST_CELL))])]
}

fn code_cell(words: Option<&str>) -> Vec<Block> {
    match words {
        Some(words) => vec![paragraph(vec![code(short_line(words, LONGEST_CELL))])],
        None => cell(NOT_KNOWN),
    }
}

/// A word of Contrast's for a sentence: `BENIGN_TRUE_POSITIVE` becomes `benign true positive`.
fn in_words(word: &str) -> String {
    short_line(&word.replace('_', " ").to_lowercase(), LONGEST_CELL)
}

fn enumerated(names: &[&str]) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(MOST_NAMES)
        .map(|name| short_line(name, LONGEST_CELL))
        .collect();
    let line = shown.join(", ");
    match names.len().checked_sub(MOST_NAMES) {
        None | Some(0) => line,
        Some(more) => format!("{line} and {more} more"),
    }
}

fn section_table(
    title: &str,
    columns: &[&str],
    rows: Vec<Vec<Vec<Block>>>,
    all: usize,
    blocks: &mut Vec<Block>,
) {
    if rows.is_empty() {
        return;
    }
    let shown = rows.len();
    let mut table = vec![columns.iter().map(|column| cell(column)).collect()];
    table.extend(rows);
    blocks.push(heading(title));
    blocks.push(Block::Table(table));
    and_more(all, shown, blocks);
}

fn section_list(title: &str, items: Vec<Vec<Inline>>, all: usize, blocks: &mut Vec<Block>) {
    if items.is_empty() {
        return;
    }
    let shown = items.len();
    blocks.push(heading(title));
    blocks.push(Block::BulletList(
        items
            .into_iter()
            .map(|inlines| vec![paragraph(inlines)])
            .collect(),
    ));
    and_more(all, shown, blocks);
}

fn and_more(all: usize, shown: usize, blocks: &mut Vec<Block>) {
    if all > shown {
        blocks.push(paragraph(vec![text(format!(
            "… and {} more.",
            all - shown
        ))]));
    }
}
