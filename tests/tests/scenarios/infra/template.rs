//! The template, read: CloudFormation's short tags in their long form, as one JSON value.

use serde_json::{Map, Value, json};
use serde_yaml_ng::Value as Yaml;

use crate::papers::paper;

/// The whole template.
pub fn template() -> Value {
    let text = paper("infra/template.yaml");
    long_form(serde_yaml_ng::from_str(&text).expect("YAML"))
}

fn long_form(yaml: Yaml) -> Value {
    match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => json!(value),
        Yaml::Number(number) => serde_json::to_value(number).expect("a number"),
        Yaml::String(text) => json!(text),
        Yaml::Sequence(values) => values.into_iter().map(long_form).collect(),
        Yaml::Mapping(pairs) => {
            let pair = |(key, value)| match long_form(key) {
                Value::String(key) => (key, long_form(value)),
                key => (key.to_string(), long_form(value)),
            };
            Value::Object(pairs.into_iter().map(pair).collect())
        }
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let name = match tag.trim_start_matches('!') {
                "Ref" => "Ref".to_owned(),
                name => format!("Fn::{name}"),
            };
            json!({ name: long_form(tagged.value) })
        }
    }
}

/// The resources of the template, by their logical ids.
pub fn resources(template: &Value) -> &Map<String, Value> {
    template["Resources"].as_object().expect("resources")
}

/// The resources of one type: logical id and properties.
pub fn of_type<'a>(template: &'a Value, kind: &str) -> Vec<(&'a str, &'a Value)> {
    resources(template)
        .iter()
        .filter(|(_, resource)| resource["Type"] == kind)
        .map(|(id, resource)| (id.as_str(), &resource["Properties"]))
        .collect()
}

/// A value as one text: of a `Sub` its text, of a `Ref` or `GetAtt` what it names, of an `If` what
/// holds if the condition does.
pub fn text_of(value: &Value) -> String {
    if let Value::String(text) = value {
        return text.clone();
    }
    let inner = |name: &str| value.get(name);
    if let Some(sub) = inner("Fn::Sub") {
        let text = if sub.is_array() { &sub[0] } else { sub };
        return text.as_str().unwrap_or_default().to_owned();
    }
    if let Some(name) = inner("Ref").or_else(|| inner("Fn::GetAtt")) {
        return name.as_str().unwrap_or_default().to_owned();
    }
    if let Some(choice) = inner("Fn::If") {
        return text_of(&choice[1]);
    }
    value.to_string()
}

/// One value or several, as several.
pub fn several(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(values) => values.iter().collect(),
        Value::Null => Vec::new(),
        value => vec![value],
    }
}
