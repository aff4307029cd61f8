//! Settings that nobody meant: whatever is written, a document is taken whole or refused with all its
//! faults, at once, and without repeating what may be a secret.

use std::path::PathBuf;

use adapters::settings_file::read_settings;
use domain::settings::document::{Fault, SettingsDocument};
use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
    test_runner::TestCaseError,
};
use serde_json::{Value, json};

use super::{
    hold,
    mutation::{Json, changes, senseless},
};

const EXAMPLE: &str = include_str!("../../../../infra/settings.example.toml");
/// In the form of the keys that the products hand out; it opens nothing.
const PLANTED: &str = "ATATT3xFfGF0planted4Z9qWm2LkT7";
/// No sentence of a fault is longer, whatever it is about.
const LONGEST: usize = 900;

fn example() -> Value {
    toml::from_str(EXAMPLE).expect("the example is TOML")
}

/// Reads and validates; answers with the faults, which a document that cannot be read has not.
fn faults_of(document: Result<SettingsDocument, String>) -> Vec<Fault> {
    document
        .map(|document| document.validate().err().unwrap_or_default())
        .unwrap_or_default()
}

fn are_sound(faults: &[Fault]) -> Result<(), TestCaseError> {
    for fault in faults {
        let told = fault.to_string();
        prop_assert!(!fault.path.is_empty() || told.starts_with(':'), "{}", told);
        prop_assert!(!fault.problem.is_empty() && !fault.remedy.is_empty());
        prop_assert!(told.chars().count() <= LONGEST, "{}", told);
        prop_assert!(!told.contains(['\n', '\r', '\u{0}']), "{}", told);
        prop_assert!(!told.contains(PLANTED), "{}", told);
    }
    Ok(())
}

#[test]
fn the_example_is_in_order_and_any_document_of_json_is_judged() {
    let read = |text: &[u8]| serde_json::from_slice(text).map_err(|error| error.to_string());
    let whole = example().to_string();
    let document: SettingsDocument = serde_json::from_str(&whole).expect("settings");
    assert_eq!(document.validate().err(), None);
    let base = Json::from(&example());
    let refused = std::cell::Cell::new(0);
    hold(
        250,
        &(changes(), senseless(), any::<bool>()),
        |(changes, nonsense, mutates)| {
            let text = if mutates {
                base.clone().changed(&changes).to_bytes()
            } else {
                nonsense
            };
            let faults = faults_of(read(&text));
            refused.set(refused.get() + usize::from(!faults.is_empty()));
            are_sound(&faults)
        },
    );
    assert!(
        refused.get() > 25,
        "{} documents were refused",
        refused.get()
    );
}

/// A line of a settings file that went wrong.
fn lines() -> impl Strategy<Value = Vec<(Index, u8, Index, String)>> {
    let odd = prop_oneof![
        2 => select(&["", "=", "[", "[[", "\"", "'''", "x", "name = ", "[routes", "[[routes]]", "[routes.ticket]",
            "[connections]", "a.b.c = 1", "start = 2026-13-99", "start = 2026-03-01", "kinds = [[]]",
            "\u{0}", "\u{feff}", "name = \"\\ud800\"", "value = nan", "value = -inf", "value = 1e400"][..])
            .prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    vec((any::<Index>(), 0_u8..5, any::<Index>(), odd), 1..5)
}

fn mistyped(changes: &[(Index, u8, Index, String)]) -> String {
    let mut lines: Vec<String> = EXAMPLE
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(str::to_owned)
        .collect();
    for (place, kind, other, odd) in changes {
        let (at, from) = (place.index(lines.len()), other.index(lines.len()));
        match kind {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[from].clone()),
            2 => lines.swap(at, from),
            3 => lines.insert(at, odd.clone()),
            _ => {
                let half: String = lines[at]
                    .chars()
                    .take(lines[at].chars().count() / 2)
                    .collect();
                lines[at] = half;
            }
        }
        if lines.is_empty() {
            lines.push(String::new());
        }
    }
    lines.join("\n")
}

#[test]
fn any_slip_in_the_file_is_judged() {
    hold(150, &lines(), |changes| {
        let read = toml::from_str(&mistyped(&changes)).map_err(|error| error.to_string());
        are_sound(&faults_of(read))
    });
}

struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        let name = format!("hostile-{name}-{}.toml", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    /// What a person is told of a file that holds this; nothing if it is in order.
    fn told_of(&self, text: &str) -> Option<String> {
        std::fs::write(&self.0, text).expect("a file");
        read_settings(&self.0).err().map(|error| error.to_string())
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// All places of a document, each with something else in it.
fn each_place(value: &Value, change: &dyn Fn(&Value) -> Value) -> Vec<Value> {
    let mut all = vec![change(value)];
    match value {
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                all.extend(each_place(item, change).into_iter().map(|item| {
                    let mut items = items.clone();
                    items[number] = item;
                    Value::Array(items)
                }));
            }
        }
        Value::Object(table) => {
            for (key, item) in table {
                all.extend(each_place(item, change).into_iter().map(|item| {
                    let mut table = table.clone();
                    table.insert(key.clone(), item);
                    Value::Object(table)
                }));
            }
        }
        _ => {}
    }
    all
}

#[test]
fn a_secret_that_strays_into_the_settings_is_repeated_by_nothing() {
    let file = File::new("stray");
    let planted: [&dyn Fn(&Value) -> Value; 4] = [
        &|_| json!(PLANTED),
        &|_| json!([PLANTED]),
        &|_| {
            json!(format!(
                "https://user:{PLANTED}@acme.atlassian.net/?token={PLANTED}"
            ))
        },
        &|value| match value {
            Value::Object(table) => {
                let mut table = table.clone();
                table.insert("api_token".to_owned(), json!(PLANTED));
                table.insert(PLANTED.to_owned(), json!(PLANTED));
                Value::Object(table)
            }
            _ => json!({ PLANTED: PLANTED }),
        },
    ];
    let mut told = 0;
    for plant in planted {
        for document in each_place(&example(), plant) {
            let Ok(text) = toml::to_string(&document) else {
                continue;
            };
            if let Some(words) = file.told_of(&text) {
                told += 1;
                assert!(!words.contains(PLANTED), "{words}");
            }
        }
    }
    assert!(told > 300, "{told} documents were refused");
    for broken in [
        format!("api_token = {PLANTED}"),
        format!("api_token = \"{PLANTED}"),
        format!("[[sites]]\napi_token '{PLANTED}'"),
        format!("connections = \"{PLANTED}\""),
        format!("[[routes]]\nticket = \"{PLANTED} and \\\"more\\\"\""),
        PLANTED.to_owned(),
        format!("[{PLANTED}"),
        format!("x = \"{PLANTED}\\q\""),
    ] {
        let words = file.told_of(&broken).expect("it is refused");
        assert!(
            words.contains("line ") && !words.contains(PLANTED),
            "{words}"
        );
    }
}

#[test]
fn a_document_of_enormous_lists_is_judged_in_time() {
    let many = |count: usize| -> Vec<String> { (0..count).map(|n| format!("x{n}")).collect() };
    let judged = |count: usize| {
        let mut document = example();
        let table = |count: usize| -> Value {
            many(count)
                .into_iter()
                .map(|name| (name, json!("OTHER")))
                .collect()
        };
        let route = &mut document["routes"][0];
        route["applications"] = json!(many(count));
        route["rules"] = json!(many(count));
        route["severities"] = json!(vec!["HIGH"; count]);
        route["ticket"]["labels"] = json!(many(count));
        route["closing"]["reasons"] = table(count);
        route["ticket"]["fields"] = json!(vec![
            json!({ "id": "x", "kind": "text", "value": 1 });
            count
        ]);
        let document: SettingsDocument = serde_json::from_value(document).expect("settings");
        document
            .validate()
            .map_or_else(|faults| faults.len(), |_| 0)
    };
    super::texts::takes_its_time("settings", judged, 4_000);
}
