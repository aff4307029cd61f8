//! What changes from one settings document to another, path by path.
//!
//! Connections, sites, routes and fields are told apart by their names, not by their places: a route
//! that is put in front changes no other.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde_json::Value;

/// One thing that changes.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// It is new.
    Added {
        /// Where.
        path: String,
        /// What it is now.
        now: Value,
    },
    /// It is gone.
    Removed {
        /// Where.
        path: String,
        /// What it was.
        was: Value,
    },
    /// It is another.
    Changed {
        /// Where.
        path: String,
        /// What it was.
        was: Value,
        /// What it is now.
        now: Value,
    },
}

impl fmt::Display for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added { path, now } => write!(formatter, "+ {path} = {now}"),
            Self::Removed { path, was } => write!(formatter, "- {path} = {was}"),
            Self::Changed { path, was, now } => write!(formatter, "~ {path} = {was} -> {now}"),
        }
    }
}

/// Everything that changes, in the order of the paths.
pub fn between(was: &Value, now: &Value) -> Vec<Change> {
    let (was, now) = (leaves(was), leaves(now));
    let paths: BTreeSet<&String> = was.keys().chain(now.keys()).collect();
    paths
        .into_iter()
        .filter_map(|path| {
            let path_of = || path.clone();
            match (was.get(path), now.get(path)) {
                (Some(was), Some(now)) if was != now => Some(Change::Changed {
                    path: path_of(),
                    was: was.clone(),
                    now: now.clone(),
                }),
                (Some(was), None) => Some(Change::Removed {
                    path: path_of(),
                    was: was.clone(),
                }),
                (None, Some(now)) => Some(Change::Added {
                    path: path_of(),
                    now: now.clone(),
                }),
                _ => None,
            }
        })
        .collect()
}

fn leaves(value: &Value) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    collect("", value, &mut found);
    found
}

fn collect(path: &str, value: &Value, found: &mut BTreeMap<String, Value>) {
    match value {
        Value::Null => {}
        Value::Object(table) => {
            for (key, value) in table {
                let path = match path {
                    "" => key.clone(),
                    path => format!("{path}.{key}"),
                };
                collect(&path, value, found);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            let names = names_of(items);
            for (name, item) in names.iter().zip(items) {
                collect(&format!("{path}[{name}]"), item, found);
            }
            // The first route that matches wins, so that their order is part of what they say.
            if path == "routes" && items.len() > 1 {
                found.insert("order of the routes".to_owned(), Value::from(names));
            }
        }
        single => {
            found.insert(path.to_owned(), single.clone());
        }
    }
}

/// The names of the items of a list, or their places where names do not tell them apart.
fn names_of(items: &[Value]) -> Vec<String> {
    let name_of = |item: &Value| {
        let name = item.get("name").or_else(|| item.get("id"))?.as_str()?;
        (!name.is_empty()).then(|| name.to_owned())
    };
    let names: Option<Vec<String>> = items.iter().map(name_of).collect();
    match names {
        Some(names) if names.iter().collect::<BTreeSet<_>>().len() == items.len() => names,
        _ => (0..items.len()).map(|place| place.to_string()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(was: &Value, now: &Value) -> Vec<String> {
        let changes = between(was, now);
        changes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_change_is_told_with_its_path() {
        let was = json!({ "sites": [{ "name": "jira", "url": "https://a.example", "deployment": "cloud" }] });
        let now = json!({ "sites": [{ "name": "jira", "url": "https://b.example", "api_url": "https://c.example" }] });
        let wanted = [
            r#"+ sites[jira].api_url = "https://c.example""#,
            r#"- sites[jira].deployment = "cloud""#,
            r#"~ sites[jira].url = "https://a.example" -> "https://b.example""#,
        ];
        assert_eq!(told(&was, &now), wanted);
        assert_eq!(told(&now, &now), Vec::<String>::new());
    }

    #[test]
    fn a_route_put_in_front_changes_no_other_but_the_order_is_told() {
        let route = |name: &str| json!({ "name": name, "ticket": { "labels": ["a", "b"] } });
        let was = json!({ "routes": [route("one"), route("two")] });
        let now = json!({ "routes": [route("zero"), route("one"), route("two")] });
        let wanted = [
            r#"~ order of the routes = ["one","two"] -> ["zero","one","two"]"#,
            r#"+ routes[zero].name = "zero""#,
            r#"+ routes[zero].ticket.labels = ["a","b"]"#,
        ];
        assert_eq!(told(&was, &now), wanted);
        let swapped = json!({ "routes": [route("two"), route("one")] });
        let wanted = [r#"~ order of the routes = ["one","two"] -> ["two","one"]"#];
        assert_eq!(told(&was, &swapped), wanted);
    }

    #[test]
    fn items_without_a_name_of_their_own_are_told_apart_by_their_place() {
        let twins = |value: u64| json!({ "fields": [{ "id": "f", "value": 1 }, { "id": "f", "value": value }] });
        let wanted = ["~ fields[1].value = 2 -> 3"];
        assert_eq!(told(&twins(2), &twins(3)), wanted);
    }
}
