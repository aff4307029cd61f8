//! Jira's OpenAPI document, read where Prism does not look: which names and expansions it knows.
//!
//! Prism lets unknown names pass, in queries and in most bodies. A misspelt one would do nothing,
//! and nobody would ever be told.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

use super::road::Seen;

/// Bodies nest no deeper than this; what does is a reference that leads back to itself.
const DEEPEST: usize = 24;

/// The document.
pub struct Document(Value);

impl Document {
    /// Reads it.
    pub fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("the document can be read");
        Self(serde_json::from_str(&text).expect("the document is JSON"))
    }

    fn operation(&self, method: &str, path: &str) -> Option<&Value> {
        let parts: Vec<&str> = path.split('/').collect();
        let paths = self.0["paths"].as_object()?;
        let fits = |template: &str| {
            let names: Vec<&str> = template.split('/').collect();
            let mut pairs = names.iter().zip(&parts);
            names.len() == parts.len()
                && pairs.all(|(name, part)| name.starts_with('{') || name == part)
        };
        // Where a fixed word and a variable fit alike, the word is meant.
        let found = paths
            .iter()
            .filter(|(template, _)| fits(template))
            .min_by_key(|(template, _)| template.matches('{').count())?;
        found.1.get(method.to_ascii_lowercase())
    }

    /// The statuses by which an operation may be refused.
    pub fn refusals(&self, method: &str, path: &str) -> BTreeSet<u16> {
        let operation = self.operation(method, path).expect("an operation");
        let responses = operation["responses"].as_object().expect("responses");
        let statuses = responses.keys().filter_map(|status| status.parse().ok());
        statuses.filter(|status| *status >= 400).collect()
    }

    /// The names in a call and its answer that the document does not know.
    pub fn unknown_names(&self, seen: &Seen) -> Vec<String> {
        let Some(operation) = self.operation(&seen.method, &seen.path) else {
            return Vec::new();
        };
        let mut unknown = unknown_in_query(operation, &seen.query);
        let status = seen.status.to_string();
        for (side, content, value) in [
            ("call", &operation["requestBody"], &seen.body),
            ("answer", &operation["responses"][&status], &seen.answer),
        ] {
            let schema = &content["content"]["application/json"]["schema"];
            let mut found = BTreeSet::new();
            self.look(value, schema, "", 0, &mut found);
            unknown.extend(
                found
                    .iter()
                    .map(|name| format!("the {side}, body: no {name}")),
            );
        }
        unknown
    }

    /// Follows a value and its schema; names are told with the way to them.
    fn look(
        &self,
        value: &Value,
        schema: &Value,
        way: &str,
        depth: usize,
        unknown: &mut BTreeSet<String>,
    ) {
        if depth > DEEPEST {
            return;
        }
        match value {
            Value::Array(items) => {
                let schemas = self.parts(schema, "items");
                for (item, schema) in items
                    .iter()
                    .flat_map(|item| schemas.iter().map(move |schema| (item, schema)))
                {
                    self.look(item, schema, way, depth + 1, unknown);
                }
            }
            Value::Object(fields) => {
                let known = self.parts(schema, "properties");
                for (name, value) in fields {
                    let here = format!("{way}.{name}");
                    let schemas: Vec<&Value> =
                        known.iter().filter_map(|known| known.get(name)).collect();
                    // Without a list of names, any name goes.
                    if schemas.is_empty() && !known.is_empty() {
                        unknown.insert(here.trim_start_matches('.').to_owned());
                    }
                    for schema in schemas {
                        self.look(value, schema, &here, depth + 1, unknown);
                    }
                }
            }
            _ => {}
        }
    }

    /// What a schema says under a word, itself and wherever it refers to.
    fn parts<'a>(&'a self, schema: &'a Value, word: &str) -> Vec<&'a Value> {
        let mut found = Vec::new();
        let mut left = vec![schema];
        while let Some(schema) = left.pop() {
            if let Some(name) = schema["$ref"].as_str() {
                left.extend(self.0.pointer(name.trim_start_matches('#')));
            }
            for list in ["allOf", "oneOf", "anyOf"] {
                left.extend(schema[list].as_array().into_iter().flatten());
            }
            found.extend(schema.get(word));
        }
        found
    }
}

fn unknown_in_query(operation: &Value, query: &[(String, String)]) -> Vec<String> {
    let mut unknown = Vec::new();
    for (name, value) in query {
        let mut known = operation["parameters"].as_array().into_iter().flatten();
        let parameter = known.find(|one| one["in"] == "query" && one["name"] == name.as_str());
        let Some(parameter) = parameter else {
            unknown.push(format!("the call, query: no {name}"));
            continue;
        };
        // What it takes is told in words alone.
        let words = parameter["description"].as_str().unwrap_or_default();
        if name == "expand" && !words.contains(&format!("`{value}`")) {
            unknown.push(format!("the call, query: no {name}={value}"));
        }
    }
    unknown
}
