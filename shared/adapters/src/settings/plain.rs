//! A settings document as plain JSON or TOML, as it is stored, compared and shown.

use domain::settings::document::{SettingsDocument, TOML_DATE};
use serde_json::Value;

/// As JSON. Dates that were written without quotes become text, which means the same.
pub fn json(document: &SettingsDocument) -> Value {
    // A document is made of texts, numbers, lists and tables with texts for keys: all of it is JSON.
    plain(serde_json::to_value(document).unwrap_or_default())
}

/// As TOML, if it holds nothing that only JSON can say.
pub fn toml(document: &SettingsDocument) -> Option<String> {
    toml::to_string_pretty(&without_nothing(json(document))).ok()
}

fn plain(value: Value) -> Value {
    match value {
        Value::Object(table) => match table.get(TOML_DATE) {
            Some(date) if table.len() == 1 => date.clone(),
            _ => Value::Object(
                table
                    .into_iter()
                    .map(|(key, value)| (key, plain(value)))
                    .collect(),
            ),
        },
        Value::Array(items) => Value::Array(items.into_iter().map(plain).collect()),
        single => single,
    }
}

/// Without what is `null` or an empty table: to leave it out means the same.
fn without_nothing(value: Value) -> Value {
    let is_something =
        |value: &Value| !value.is_null() && value.as_object().is_none_or(|table| !table.is_empty());
    match value {
        Value::Object(table) => Value::Object(
            table
                .into_iter()
                .map(|(key, value)| (key, without_nothing(value)))
                .filter(|(_, value)| is_something(value))
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.into_iter().map(without_nothing).collect()),
        single => single,
    }
}
