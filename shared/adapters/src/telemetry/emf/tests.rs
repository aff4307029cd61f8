//! Lines against the specification of the embedded metric format, and their number.

use serde_json::Value;

use super::{Moment, Tally, lines};
use crate::telemetry::catalogue::{
    COLD_STARTS, DELIVERIES, EVENT_TO_SYNC, OLDEST_DUE_AGE, RATE_LIMIT_PAUSE, RECONCILES,
    REMOTE_CALLS,
};

const NOW_MS: i64 = 1_773_043_200_000;

fn written(tally: &Tally) -> Vec<Value> {
    let properties = [("request_id", "5f1c"), ("trace_id", "")];
    let now = Moment::from_epoch_ms(NOW_MS);
    let lines = lines("NorthstarJiraSync/stack", tally, &properties, now);
    lines
        .iter()
        .map(|line| {
            assert_eq!(line.find('\n'), Some(line.len() - 1), "one line: {line}");
            serde_json::from_str(line).expect("JSON")
        })
        .collect()
}

/// What a line declares: metric, unit, and the values of its dimensions.
fn declared(line: &Value) -> Vec<(String, String, Vec<String>)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let mut found = Vec::new();
    for directive in line["_aws"]["CloudWatchMetrics"]
        .as_array()
        .expect("a list")
    {
        assert_eq!(directive["Namespace"], "NorthstarJiraSync/stack");
        let sets = directive["Dimensions"].as_array().expect("a list");
        assert_eq!(sets.len(), 1);
        let names = sets[0].as_array().expect("a list").iter();
        let values: Vec<String> = names.map(|name| text(&line[text(name)])).collect();
        for metric in directive["Metrics"].as_array().expect("a list") {
            assert!(!line[text(&metric["Name"])].is_null(), "{line}");
            found.push((text(&metric["Name"]), text(&metric["Unit"]), values.clone()));
        }
    }
    found
}

#[test]
fn a_delivery_that_calls_one_product_is_one_line() {
    let mut tally = Tally::default();
    tally.count(&COLD_STARTS, &["jira-webhook"], 1);
    tally.count(&DELIVERIES, &["jira", "news"], 1);
    tally.count(&RECONCILES, &["in-step"], 1);
    tally.count(&EVENT_TO_SYNC, &[], 900);
    tally.count(&REMOTE_CALLS, &["contrast", "ok"], 2);
    tally.count(&REMOTE_CALLS, &["contrast", "ok"], 1);
    tally.count(&RATE_LIMIT_PAUSE, &["contrast"], 2_000);
    let lines = written(&tally);
    assert_eq!(lines.len(), 1, "{lines:#?}");
    let line = &lines[0];
    assert_eq!(line["_aws"]["Timestamp"], NOW_MS);
    assert_eq!(line["RemoteCalls"], 3);
    assert_eq!(line["request_id"], "5f1c");
    assert!(line.get("trace_id").is_none(), "nothing is not printed");
    let mut declared = declared(line);
    declared.sort();
    let expected = [
        ("ColdStarts", "Count", vec!["jira-webhook"]),
        ("Deliveries", "Count", vec!["jira", "news"]),
        ("EventToSync", "Milliseconds", vec![]),
        ("RateLimitPause", "Milliseconds", vec!["contrast"]),
        ("Reconciles", "Count", vec!["in-step"]),
        ("RemoteCalls", "Count", vec!["contrast", "ok"]),
    ];
    let owned = |values: Vec<&str>| values.into_iter().map(str::to_owned).collect();
    let expected = expected.map(|(name, unit, values)| (name.into(), unit.into(), owned(values)));
    assert_eq!(declared, expected);
}

#[test]
fn a_dimension_with_two_values_takes_a_second_line_and_no_third() {
    let mut tally = Tally::default();
    tally.count(&DELIVERIES, &["contrast", "news"], 1);
    tally.count(&RECONCILES, &["in-step"], 1);
    tally.count(&REMOTE_CALLS, &["contrast", "ok"], 2);
    tally.count(&REMOTE_CALLS, &["jira", "ok"], 4);
    tally.count(&RATE_LIMIT_PAUSE, &["jira"], 700);
    let lines = written(&tally);
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert_eq!(
        (&lines[0]["RemoteCalls"], &lines[0]["Product"]),
        (&2.into(), &"contrast".into())
    );
    assert_eq!(
        (&lines[1]["RemoteCalls"], &lines[1]["Product"]),
        (&4.into(), &"jira".into())
    );
    assert_eq!(lines[1]["RateLimitPause"], 700);
    let all: usize = lines.iter().map(|line| declared(line).len()).sum();
    assert_eq!(all, 5, "each is declared once");
}

#[test]
fn many_values_are_spread_over_lines_of_a_hundred() {
    let mut tally = Tally::default();
    tally.count(&OLDEST_DUE_AGE, &[], 7);
    tally.count(&OLDEST_DUE_AGE, &[], 5);
    for ms in 0..250 {
        tally.count(&EVENT_TO_SYNC, &[], ms);
    }
    let lines = written(&tally);
    let values = |line: &Value| line["EventToSync"]["Values"].as_array().map(Vec::len);
    let lengths: Vec<Option<usize>> = lines.iter().map(values).collect();
    assert_eq!(lengths, [Some(100), Some(100), Some(50)]);
    assert_eq!(
        lines[0]["OldestDueAge"], 5,
        "a gauge tells how it is at last"
    );
}

#[test]
fn nothing_that_was_counted_is_no_line() {
    assert_eq!(written(&Tally::default()), Vec::<Value>::new());
}
