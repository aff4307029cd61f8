//! What is told of the work: lines of metrics and pieces of traces, collected, and each held against
//! its specification the moment it is told.
//!
//! The embedded metric format is Amazon's; which metrics and which values there are, is our
//! catalogue's. Nothing that comes from outside may ever be a dimension.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use adapters::telemetry::{Telemetry, catalogue::CATALOGUE};
use domain::settings::OPERATIONS;
use serde_json::{Value, json};

/// The namespace of the scenarios.
pub const NAMESPACE: &str = "NorthstarJiraSync/scenarios";
/// The longest line that CloudWatch takes.
const MAX_LINE: usize = 1024 * 1024;
/// The most metrics on one line, and values of one metric.
const MOST: usize = 100;
/// What Jira is called for.
const OF_JIRA: [&str; 27] = [
    "check-credentials",
    "create-comment",
    "create-ticket",
    "create-webhook",
    "delete-comment",
    "edit-comment",
    "edit-ticket",
    "find-people",
    "link-ticket",
    "list-comments",
    "list-epics",
    "list-fields",
    "list-issue-types",
    "list-projects",
    "list-resolutions",
    "list-statuses",
    "list-transitions",
    "list-webhooks",
    "move-ticket",
    "read-account",
    "read-cloud-id",
    "read-comments",
    "read-permissions",
    "read-server",
    "read-ticket",
    "read-tickets",
    "search-tickets",
];

/// What was told.
#[derive(Clone, Debug, Default)]
pub struct Told {
    lines: Arc<Mutex<Vec<Value>>>,
    pieces: Arc<Mutex<Vec<Value>>>,
}

impl Told {
    /// A telemetry that tells it here.
    pub fn telemetry(&self) -> Telemetry {
        let (lines, pieces) = (Arc::clone(&self.lines), Arc::clone(&self.pieces));
        let keep = |kept: &Mutex<Vec<Value>>, told: Value| {
            kept.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(told);
        };
        Telemetry::silent()
            .with_metrics(NAMESPACE, move |line| {
                keep(&lines, line_of_metrics(line, NAMESPACE));
            })
            .with_pieces(move |piece| keep(&pieces, piece_of_a_trace(piece)))
    }

    /// The lines of metrics since last asked.
    pub fn take_lines(&self) -> Vec<Value> {
        take(&self.lines)
    }

    /// The pieces of traces since last asked.
    pub fn take_pieces(&self) -> Vec<Value> {
        take(&self.pieces)
    }
}

fn take(kept: &Mutex<Vec<Value>>) -> Vec<Value> {
    std::mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner))
}

/// All values of a metric on these lines, under these values of its dimensions.
pub fn values_of(lines: &[Value], metric: &str, dimensions: &[(&str, &str)]) -> Vec<u64> {
    lines
        .iter()
        .filter(|line| dimensions.iter().all(|(name, value)| line[*name] == *value))
        .flat_map(|line| match &line[metric] {
            Value::Null => Vec::new(),
            Value::Number(number) => vec![number.as_u64().expect("a whole number")],
            many => {
                let values = many["Values"].as_array().expect("values").iter();
                values.map(|it| it.as_u64().expect("a number")).collect()
            }
        })
        .collect()
}

/// Reads a printed line, or says what is wrong with it.
pub fn line_of_metrics(line: &str, namespace: &str) -> Value {
    assert!(line.len() <= MAX_LINE);
    assert_eq!(line.find('\n'), Some(line.len() - 1), "one line: {line}");
    let line: Value = serde_json::from_str(line).expect("a line is JSON");
    let members = line.as_object().expect("a line is an object");
    let about = &line["_aws"];
    assert!(
        about["Timestamp"].as_i64().is_some_and(|ms| ms > 0),
        "{line}"
    );
    let mut declared = BTreeSet::from(["_aws"]);
    let directives = about["CloudWatchMetrics"].as_array().expect("directives");
    assert!(!directives.is_empty(), "{line}");
    for directive in directives {
        assert_eq!(directive["Namespace"], namespace);
        check_directive(&line, directive, &mut declared);
    }
    for (name, value) in members {
        if declared.contains(name.as_str()) {
            continue;
        }
        let text = value.as_str().unwrap_or_else(|| panic!("{name}: {line}"));
        match name.as_str() {
            "request_id" | "trace_id" => assert!(text.len() <= 64, "{text}"),
            "operations" => text.split(", ").for_each(is_an_operation),
            _ => panic!("nobody declares {name}: {line}"),
        }
    }
    line
}

fn check_directive<'l>(line: &'l Value, directive: &'l Value, declared: &mut BTreeSet<&'l str>) {
    let sets = directive["Dimensions"].as_array().expect("sets");
    let [set] = &sets[..] else {
        panic!("each set more is paid for: {line}");
    };
    let names = set.as_array().expect("names").iter();
    let names: Vec<&str> = names.map(|name| name.as_str().expect("a name")).collect();
    let metrics = directive["Metrics"].as_array().expect("metrics");
    assert!((1..=MOST).contains(&metrics.len()), "{line}");
    for metric in metrics {
        let name = metric["Name"].as_str().expect("a name");
        let known = CATALOGUE.iter().find(|known| known.name == name);
        let known = known.unwrap_or_else(|| panic!("{name} is not in the catalogue"));
        assert_eq!(metric["Unit"], known.unit.word(), "{name}");
        assert!(declared.insert(name), "{name} is declared twice: {line}");
        check_values(name, &line[name]);
        let expected: Vec<&str> = known.dimensions.iter().map(|it| it.name).collect();
        assert_eq!(names, expected, "{name}");
        for dimension in known.dimensions {
            let value = line[dimension.name].as_str().expect("a text");
            let is_known = dimension.values.contains(&value);
            assert!(is_known, "{} of {name} is {value}", dimension.name);
        }
    }
    declared.extend(names);
}

fn check_values(name: &str, value: &Value) {
    if value.is_u64() {
        return;
    }
    let list = |key: &str| value[key].as_array().cloned().unwrap_or_default();
    let (values, counts) = (list("Values"), list("Counts"));
    assert!((1..=MOST).contains(&values.len()), "{name}: {value}");
    assert_eq!(values.len(), counts.len(), "{name}");
    assert!(values.iter().chain(&counts).all(Value::is_u64), "{name}");
}

/// Whether something like `jira create-ticket=2` names an operation of ours.
fn is_an_operation(text: &str) {
    let (name, count) = text.split_once('=').expect("a name and a number");
    assert!(count.parse::<u64>().is_ok(), "{text}");
    let known = match name.split_once(' ') {
        Some(("contrast", operation)) => OPERATIONS.contains(&operation),
        Some(("jira", operation)) => OF_JIRA.contains(&operation),
        _ => false,
    };
    assert!(known, "nobody knows the operation {name}");
}

/// Reads a datagram to the X-Ray daemon, or says what is wrong with it.
pub fn piece_of_a_trace(datagram: &str) -> Value {
    let (header, document) = datagram.split_once('\n').expect("a header line");
    let header: Value = serde_json::from_str(header).expect("JSON");
    assert_eq!(header, json!({ "format": "json", "version": 1 }));
    assert!(datagram.len() < 64 * 1024);
    let piece: Value = serde_json::from_str(document).expect("JSON");
    let is_hex = |text: &Value, length: usize| {
        let text = text.as_str().expect("a text");
        text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    assert!(is_hex(&piece["id"], 16) && is_hex(&piece["parent_id"], 16));
    assert_eq!(piece["type"], "subsegment");
    let name = piece["name"].as_str().expect("a name");
    assert!((1..=200).contains(&name.len()), "{name}");
    let time = |name: &str| piece[name].as_f64().expect("a time");
    assert!(time("start_time") <= time("end_time"), "{piece}");
    if piece["namespace"] == "remote" {
        let operation = piece["annotations"]["operation"].as_str().expect("one");
        is_an_operation(&format!("{operation}=1"));
        let url = piece["http"]["request"]["url"]
            .as_str()
            .expect("an address");
        assert_eq!(url, format!("https://{name}"), "the host, and nothing else");
    } else {
        assert_eq!(name, "reconcile");
    }
    piece
}
