//! Every text that the service writes itself, made of whatever both products may tell.
//!
//! The table is complete: a function of the domain's words that makes a text and is not in it fails
//! a test.

use std::{collections::BTreeSet, fs, path::Path};

use adapters::{
    contrast::markup,
    jira::adf::{MAX_BYTES, fit, to_adf},
};
use domain::{
    case::{
        Application, CaseFacts, CaseId, CaseKind, CloseReason, Observation, OrgId, Phase,
        RelatedIssue, Score, Server, Severity, SourceAddress,
    },
    comment::Side,
    moment::Moment,
    rich_text::RichText,
    settings::Settings,
    ticket::{TicketKey, Transition},
    words,
};
use proptest::{collection::vec, option, prelude::*, sample::select, test_runner::Config};
use scenarios::world::settings_of;

use super::{NOTE, config, is_written_and_read, obeys_the_schema, texts};

const WORDS: &str = "../shared/domain/src/words";
/// Longer than any list that is shown whole.
const MANY: usize = 24;
/// The longest line that Jira takes for a summary.
const LONGEST_LINE: usize = 255;

/// What a text may be made of.
#[derive(Clone, Debug)]
struct Told {
    case: CaseId,
    facts: CaseFacts,
    words: Vec<String>,
    markup: String,
    phases: (Phase, Phase),
    side: Side,
    at: Option<Moment>,
}

type Writer = fn(&Told, &Settings) -> RichText;

/// The functions that write a text, each as it is called.
const WRITERS: [(&str, Writer); 11] = [
    ("description", |told, settings| {
        let connection = settings.connections.values().next().expect("one");
        words::description(connection, &told.case, &told.facts)
    }),
    ("mirrored_comment", |told, _| {
        let body = markup::render(&told.markup);
        words::mirrored_comment(&told.words[0], told.at, told.side, &body)
    }),
    ("ticket_comment_on_case", |told, settings| {
        let url = ticket_url(settings);
        words::ticket_comment_on_case(&key(), &url, told.phases.0, Some(&told.words[0]))
    }),
    ("fields_left_out", |told, _| {
        let pairs = told.words.iter().zip(told.words.iter().rev());
        words::fields_left_out(pairs.map(|(field, why)| (field.as_str(), why.as_str())))
    }),
    ("priority_conflict", |told, _| {
        let names = told.words.iter().map(|name| Some(name.as_str()));
        let names: Vec<Option<&str>> = names.collect();
        words::priority_conflict(told.side, names[0], names.get(1).copied().flatten())
    }),
    ("description_conflict", |told, _| {
        let lost = markup::render(&told.markup);
        let (severity, score) = (told.facts.severity, told.facts.score);
        words::description_conflict(told.side, severity, score, Some(&lost))
    }),
    ("status_conflict", |told, _| {
        words::status_conflict(&told.case, told.phases.0, told.phases.1, told.side)
    }),
    ("no_way_to", |told, _| {
        let way = |name: &String| Transition {
            id: "1".to_owned(),
            name: name.clone(),
            to_status: name.clone(),
            to_phase: told.phases.1,
            fields: Vec::new(),
        };
        let ways: Vec<Transition> = told.words.iter().skip(1).map(way).collect();
        words::no_way_to(told.phases.0, &ways)
    }),
    ("ticket_unreachable", |_, settings| {
        words::ticket_unreachable(&key(), &ticket_url(settings))
    }),
    ("case_gone", |told, _| words::case_gone(&told.case)),
    ("too_many_comments", |told, _| {
        words::too_many_comments(told.side, told.words.len())
    }),
];

fn settings() -> std::sync::Arc<Settings> {
    settings_of(include_str!("../../../fixtures/settings.toml"))
}

fn key() -> TicketKey {
    TicketKey::new("SEC-12").expect("a key")
}

fn ticket_url(settings: &Settings) -> String {
    words::ticket_url(settings.sites.values().next().expect("one"), &key())
}

fn moment() -> impl Strategy<Value = Option<Moment>> {
    option::of((0_i64..4_000_000_000_000).prop_map(Moment::from_epoch_ms))
}

fn lines() -> impl Strategy<Value = Vec<String>> {
    vec(texts::words(), 0..MANY)
}

fn phase() -> impl Strategy<Value = Phase> {
    select(&[Phase::Open, Phase::Closed][..])
}

fn observation() -> impl Strategy<Value = Observation> {
    (moment(), vec(option::of(texts::words()), 5)).prop_map(|(detected_at, mut words)| {
        let mut next = || words.pop().flatten();
        Observation {
            detected_at,
            rule: next(),
            result: next(),
            request_url: next(),
            source_address: next(),
            attack_value: next(),
        }
    })
}

fn source() -> impl Strategy<Value = SourceAddress> {
    (
        texts::words(),
        option::of(any::<u64>()),
        any::<Option<bool>>(),
    )
        .prop_map(|(address, count, blocked)| SourceAddress {
            address,
            count,
            blocked,
        })
}

fn server() -> impl Strategy<Value = Server> {
    let maybe = || option::of(texts::words());
    (texts::words(), maybe(), maybe()).prop_map(|(hostname, environment, operating_system)| {
        Server {
            hostname,
            environment,
            operating_system,
        }
    })
}

/// What stands in tables and lists.
fn rows() -> impl Strategy<Value = CaseFacts> {
    (
        vec(source(), 0..MANY),
        vec(server(), 0..MANY),
        vec(observation(), 0..MANY),
        option::of(any::<u64>()),
        vec((texts::words(), texts::words()), 0..MANY),
        vec(texts::typed(), 0..MANY),
    )
        .prop_map(
            |(sources, servers, observations, count, related, actions)| {
                let issue = |(number, title)| RelatedIssue { number, title };
                CaseFacts {
                    source_addresses: sources,
                    servers,
                    observations,
                    observation_count: count,
                    related_issues: related.into_iter().map(issue).collect(),
                    recommended_actions: actions.iter().map(|text| markup::render(text)).collect(),
                    ..CaseFacts::default()
                }
            },
        )
}

/// What stands in lines of its own.
fn facts() -> impl Strategy<Value = CaseFacts> {
    let severity = [Severity::Critical, Severity::High, Severity::Note];
    let reason = [CloseReason::TruePositive, CloseReason::Other];
    (
        rows(),
        option::of(texts::words()),
        option::of(texts::typed()),
        option::of(select(severity.to_vec())),
        option::of(select(reason.to_vec())),
        option::of(0.0..10.0),
        option::of(phase()),
        [moment(), moment(), moment()],
        [lines(), lines(), lines(), lines(), lines()],
    )
        .prop_map(
            |(rows, name, summary, severity, close_reason, score, phase, times, lists)| {
                let [created_at, last_attacked_at, closed_at] = times;
                let [rules, applications, environments, request_urls, runbooks] = lists;
                let application = |name| Application { id: None, name };
                CaseFacts {
                    assigned_to: rules.first().cloned(),
                    name,
                    summary,
                    severity,
                    close_reason,
                    score: score.and_then(Score::new),
                    phase,
                    created_at,
                    last_attacked_at,
                    closed_at,
                    rules,
                    applications: applications.into_iter().map(application).collect(),
                    environments,
                    request_urls,
                    runbooks,
                    ..rows
                }
            },
        )
}

fn told() -> impl Strategy<Value = Told> {
    (
        any::<bool>(),
        facts(),
        vec(texts::words(), 1..MANY),
        texts::typed(),
        (phase(), phase()),
        select(&[Side::Case, Side::Ticket][..]),
        moment(),
    )
        .prop_map(|(is_incident, facts, words, markup, phases, side, at)| {
            let kind = if is_incident {
                CaseKind::Incident
            } else {
                CaseKind::Issue
            };
            let org = OrgId::new("org-1").expect("an id");
            Told {
                case: CaseId::new(org, kind, "INC-2026-1").expect("an id"),
                facts,
                words,
                markup,
                phases,
                side,
                at,
            }
        })
}

/// The public functions among the words that answer with a formatted text.
fn writers_there_are() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(WORDS);
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("the words") {
        let path = entry.expect("an entry").path();
        if path.is_dir() || path.ends_with("tests.rs") {
            continue;
        }
        let code = fs::read_to_string(&path).expect("code");
        for function in code.split("\npub fn ").skip(1) {
            let head = function.split('{').next().unwrap_or_default();
            if head.trim_end().ends_with("-> RichText") {
                let name = head.split(['(', '<']).next().unwrap_or_default();
                found.insert(name.to_owned());
            }
        }
    }
    found
}

#[test]
fn every_text_that_the_service_writes_is_tried() {
    let tried: BTreeSet<String> = WRITERS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(tried, writers_there_are());
}

proptest! {
    // Each case tries every writer.
    #![proptest_config(Config { cases: 60, ..config() })]

    #[test]
    fn whatever_the_service_writes_is_a_document_that_jira_takes_and_comes_back(told in told()) {
        let settings = settings();
        for (_, write) in WRITERS {
            let rich = write(&told, &settings);
            is_written_and_read(&rich)?;
            // As the client sends it.
            let document = to_adf(&fit(rich, MAX_BYTES, NOTE, None));
            obeys_the_schema(&document)?;
            prop_assert!(document.to_string().len() < MAX_BYTES);
        }
    }

    #[test]
    fn any_facts_make_a_summary_and_a_link_of_one_line(told in told(), template in select(&[
        "[{severity}] {name} ({number})",
        "{name}",
        "{applications} {rules} {score}",
    ][..])) {
        let settings = settings();
        let mut ticket = settings.routes[0].ticket.clone();
        template.clone_into(&mut ticket.summary);
        let connection = settings.connections.values().next().expect("one");
        let link = words::remote_link(connection, &told.case, &told.facts, told.phases.0);
        let summary = words::summary(&ticket, &told.case, &told.facts);
        for line in [summary, link.title] {
            prop_assert!(line.encode_utf16().count() <= LONGEST_LINE, "{line}");
            prop_assert!(!line.contains(|letter: char| letter.is_control()), "{line:?}");
        }
    }
}

#[test]
fn a_text_longer_than_jira_takes_is_cut_whoever_wrote_it() {
    let rich = RichText::from_plain(&"long words ".repeat(10_000));
    let document = to_adf(&fit(rich, MAX_BYTES, NOTE, None)).to_string();
    assert!(document.len() < MAX_BYTES && document.contains(NOTE));
}
