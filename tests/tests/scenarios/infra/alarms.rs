//! Alarms, runbook, dashboard and saved queries: each alarm has its section, and nothing looks at a
//! metric that nobody measures.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::papers::paper;

use super::template::{of_type, resources, several, template, text_of};

const NAMESPACE: &str = "NorthstarJiraSync/${AWS::StackName}";

/// What the functions measure: each metric's name with its dimensions.
const MEASURED: [(&str, &[&str]); 14] = [
    ("CapabilitiesOff", &[]),
    ("ColdStarts", &["Function"]),
    ("Deliveries", &["Door", "Result"]),
    ("DueCases", &[]),
    ("EventToSync", &[]),
    ("OldestDueAge", &[]),
    ("PausedPeers", &[]),
    ("RateLimitPause", &["Product"]),
    ("Reconciles", &["Outcome"]),
    ("RemoteCalls", &["Product", "Status"]),
    ("StuckCases", &[]),
    ("SweepDuration", &[]),
    ("SweepLinksSeen", &[]),
    ("SweepsFinished", &[]),
];

/// A metric of ours that something looks at: its name and its dimensions.
type Look = (String, BTreeSet<String>);

/// The alarms: logical id and properties.
fn alarms(template: &Value) -> Vec<(&str, &Value)> {
    let alarms = of_type(template, "AWS::CloudWatch::Alarm");
    assert!(alarms.len() > 5);
    alarms
}

/// `StuckCases` as `Stuck cases`.
fn title_of(id: &str) -> String {
    let mut title = String::new();
    for letter in id.chars() {
        if letter.is_uppercase() && !title.is_empty() {
            title.push(' ');
            title.extend(letter.to_lowercase());
        } else {
            title.push(letter);
        }
    }
    title
}

/// The sections of the runbook, by their titles.
fn sections(runbook: &str) -> BTreeMap<&str, &str> {
    runbook
        .split("\n## ")
        .skip(1)
        .filter_map(|section| section.split_once('\n'))
        .collect()
}

#[test]
fn each_alarm_has_a_section_of_the_runbook_with_its_words_and_each_section_an_alarm() {
    let template = template();
    let runbook = paper("infra/RUNBOOK.md");
    let sections = sections(&runbook);
    let titles: BTreeSet<String> = alarms(&template)
        .iter()
        .map(|(id, _)| title_of(id))
        .collect();
    let told: BTreeSet<String> = sections.keys().map(|title| (*title).to_owned()).collect();
    assert_eq!(told, titles);
    for (id, alarm) in alarms(&template) {
        let title = title_of(id);
        let name = title.to_lowercase().replace(' ', "-");
        assert_eq!(
            text_of(&alarm["AlarmName"]),
            format!("${{AWS::StackName}}-{name}")
        );
        let description = text_of(&alarm["AlarmDescription"]);
        let pointer = format!("Runbook: infra/RUNBOOK.md, \"{title}\".");
        assert!(description.ends_with(&pointer), "{id}: {description}");
        assert!(description.len() < 1_024, "{id}: as long as AWS takes it");
        for part in ["**Means.**", "**Look.**", "**Do.**"] {
            assert!(sections[title.as_str()].contains(part), "{title}: {part}");
        }
    }
}

#[test]
fn every_alarm_tells_somebody_when_it_begins_and_when_it_ends() {
    let template = template();
    for (id, alarm) in alarms(&template) {
        for moment in ["AlarmActions", "OKActions"] {
            let told: Vec<String> = several(&alarm[moment]).into_iter().map(text_of).collect();
            assert_eq!(told, ["AlarmTopic", "AlarmTopicArn"], "{id}: {moment}");
        }
        assert!(
            alarm["TreatMissingData"].is_string(),
            "{id}: said, not left to chance"
        );
    }
}

#[test]
fn the_alarms_that_roll_back_a_new_version_are_there() {
    let template = template();
    let rollout = &template["Globals"]["Function"]["DeploymentPreference"];
    let names = several(&rollout["Alarms"]);
    assert!(!names.is_empty());
    for name in names {
        let kind = &resources(&template)[&text_of(name)]["Type"];
        assert_eq!(kind, "AWS::CloudWatch::Alarm", "{name}");
    }
}

/// The metrics of ours that the alarms look at.
fn looks_of_alarms(template: &Value) -> Vec<Look> {
    fn walk(value: &Value, found: &mut Vec<Look>) {
        if text_of(&value["Namespace"]) == NAMESPACE {
            let dimension = |dimension: &Value| text_of(&dimension["Name"]);
            let dimensions = several(&value["Dimensions"]);
            let dimensions = dimensions.into_iter().map(dimension).collect();
            found.push((text_of(&value["MetricName"]), dimensions));
        }
        match value {
            Value::Array(values) => values.iter().for_each(|value| walk(value, found)),
            Value::Object(values) => values.values().for_each(|value| walk(value, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    for (_, alarm) in alarms(template) {
        walk(alarm, &mut found);
    }
    found
}

/// The dashboard's widgets.
fn widgets(template: &Value) -> Vec<Value> {
    let [(_, dashboard)] = of_type(template, "AWS::CloudWatch::Dashboard")[..] else {
        panic!("one dashboard")
    };
    let body = text_of(&dashboard["DashboardBody"]);
    let body: Value = serde_json::from_str(&body).expect("the dashboard is JSON");
    body["widgets"].as_array().expect("widgets").clone()
}

/// A metric as a widget names it: in a list, or in a search.
fn look_of_widget(metric: &Value) -> Option<Look> {
    let words: Vec<String> = several(metric).into_iter().map(text_of).collect();
    if words[0] == NAMESPACE {
        let dimensions = words[2..].iter().filter(|word| !word.starts_with('{'));
        return Some((words[1].clone(), dimensions.step_by(2).cloned().collect()));
    }
    let search = metric[0]["expression"].as_str()?;
    let (_, rest) = search
        .split_once(&format!("{{\"{NAMESPACE}\","))
        .expect("our namespace");
    let (dimensions, rest) = rest.split_once("} MetricName=\"").expect("a metric");
    let name = rest.split('"').next().expect("a name");
    Some((
        name.to_owned(),
        dimensions.split(',').map(str::to_owned).collect(),
    ))
}

fn looks_of_dashboard(template: &Value) -> Vec<Look> {
    widgets(template)
        .iter()
        .flat_map(|widget| several(&widget["properties"]["metrics"]))
        .filter_map(look_of_widget)
        .collect()
}

#[test]
fn alarms_and_dashboard_look_at_metrics_that_are_measured_and_miss_none() {
    let template = template();
    let look = |name: &str, dimensions: &[&str]| {
        let dimensions = dimensions.iter().map(|name| (*name).to_owned());
        (name.to_owned(), dimensions.collect::<BTreeSet<String>>())
    };
    let measured: Vec<Look> = MEASURED.iter().map(|(name, of)| look(name, of)).collect();
    let filters = of_type(&template, "AWS::Logs::MetricFilter").into_iter();
    let from_logs: Vec<Look> = filters
        .flat_map(|(_, filter)| several(&filter["MetricTransformations"]))
        .filter(|made| text_of(&made["MetricNamespace"]) == NAMESPACE)
        .map(|made| look(&text_of(&made["MetricName"]), &[]))
        .collect();
    let shown = looks_of_dashboard(&template);
    for seen in looks_of_alarms(&template).iter().chain(&shown) {
        let there = measured.contains(seen) || from_logs.contains(seen);
        assert!(there, "nobody measures {seen:?}");
    }
    for metric in &measured {
        assert!(
            shown.contains(metric),
            "{metric:?} is paid for and not shown"
        );
    }
    let variables = &template["Globals"]["Function"]["Environment"]["Variables"];
    assert_eq!(text_of(&variables["METRICS_NAMESPACE"]), NAMESPACE);
}

#[test]
fn the_dashboard_shows_every_alarm_and_says_in_words_what_each_row_asks() {
    let template = template();
    let widgets = widgets(&template);
    let board = widgets.iter().find(|widget| widget["type"] == "alarm");
    let board = several(&board.expect("a widget of alarms")["properties"]["alarms"]);
    let shown: BTreeSet<String> = board
        .into_iter()
        .map(|arn| {
            text_of(arn)
                .rsplit(":alarm:")
                .next()
                .unwrap_or_default()
                .to_owned()
        })
        .collect();
    let names = alarms(&template).into_iter();
    let names: BTreeSet<String> = names
        .map(|(_, alarm)| text_of(&alarm["AlarmName"]))
        .collect();
    assert_eq!(shown, names);
    for rows in widgets.windows(2) {
        let [before, widget] = rows else { continue };
        let follows_words = before["type"] == "text" || before["y"] == widget["y"];
        assert!(
            widget["type"] == "text" || follows_words,
            "{widget} has no words"
        );
    }
}

#[test]
fn the_five_usual_questions_are_saved_and_the_runbook_asks_no_other() {
    let template = template();
    let saved: BTreeSet<String> = of_type(&template, "AWS::Logs::QueryDefinition")
        .into_iter()
        .map(|(_, query)| text_of(&query["Name"]).replace("${AWS::StackName}/", ""))
        .collect();
    assert_eq!(saved.len(), 5);
    let runbook = paper("infra/RUNBOOK.md")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let asked: Vec<&str> = runbook
        .split("saved query *")
        .skip(1)
        .filter_map(|rest| rest.split('*').next())
        .collect();
    assert!(asked.len() > 3, "{asked:?}");
    for query in asked {
        assert!(saved.contains(query), "there is no saved query {query}");
    }
}
