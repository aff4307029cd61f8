//! Which kind of value a field of Jira's takes, out of its schema.
//!
//! A kind is named only where the service writes it in just that shape; anything else is told in
//! the words of its schema.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The choices below choices that are read; a cascading field has one level.
const DEEPEST: u32 = 4;

/// Something to choose for a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// Jira's id.
    pub id: String,
    /// What people read, and what the settings use.
    pub value: String,
    /// The choices below it, for a cascading field.
    pub children: Vec<Choice>,
}

/// A field that the service sets itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OwnField {
    /// Made from the route's template.
    Summary,
    /// Written from the case.
    Description,
    /// The route's project.
    Project,
    /// The route's issue type.
    IssueType,
    /// The route's labels and the service's own.
    Labels,
    /// The route's priority for the case's severity.
    Priority,
    /// The route's assignee.
    Assignee,
    /// The route's epic.
    Parent,
}

/// The kinds of values that settings can give a field, and what they cannot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldKind {
    /// One line of text.
    Text,
    /// Text of several lines.
    RichText,
    /// A number.
    Number,
    /// A date.
    Date,
    /// A point in time.
    DateTime,
    /// One of the choices.
    Option,
    /// Several of the choices.
    Options,
    /// A person, by account id.
    User,
    /// Several words.
    Strings,
    /// A choice and one below it.
    Cascading,
    /// The service sets it itself; settings give it no value.
    OwnedByService(OwnField),
    /// Settings can give it no value. Holds its schema in words, such as `array of version`.
    Unsupported(String),
}

impl FieldKind {
    /// The word that the settings have for it; none where they can give no value.
    pub const fn word(&self) -> Option<&'static str> {
        Some(match self {
            Self::Text => "text",
            Self::RichText => "rich-text",
            Self::Number => "number",
            Self::Date => "date",
            Self::DateTime => "date-time",
            Self::Option => "option",
            Self::Options => "options",
            Self::User => "user",
            Self::Strings => "strings",
            Self::Cascading => "cascading",
            Self::OwnedByService(_) | Self::Unsupported(_) => return None,
        })
    }
}

/// What Jira says of a field's values.
#[derive(Debug, Deserialize)]
pub(super) struct WireSchema {
    #[serde(rename = "type")]
    kind: String,
    items: Option<String>,
    custom: Option<String>,
    system: Option<String>,
}

/// The kind of a field.
pub(super) fn kind_of(id: &str, schema: &WireSchema) -> FieldKind {
    if let Some(own) = own_field(id) {
        return FieldKind::OwnedByService(own);
    }
    // Behind the last colon stands the type of the field; before it, whose type it is.
    let custom = schema.custom.as_deref().unwrap_or_default();
    let custom = custom.rsplit(':').next().unwrap_or_default();
    let is_document = custom == "textarea" || schema.system.as_deref() == Some("environment");
    match (schema.kind.as_str(), schema.items.as_deref()) {
        // Sprints were once said to be strings; they are numbers, and no one may choose by name.
        _ if custom == "gh-sprint" => FieldKind::Unsupported("sprint".to_owned()),
        ("string", _) if is_document => FieldKind::RichText,
        ("string", _) => FieldKind::Text,
        ("number", _) => FieldKind::Number,
        ("date", _) => FieldKind::Date,
        ("datetime", _) => FieldKind::DateTime,
        ("option", _) => FieldKind::Option,
        ("array", Some("option")) => FieldKind::Options,
        ("array", Some("string")) => FieldKind::Strings,
        ("user", _) => FieldKind::User,
        ("option-with-child", _) => FieldKind::Cascading,
        (kind, None) => FieldKind::Unsupported(kind.to_owned()),
        (kind, Some(items)) => FieldKind::Unsupported(format!("{kind} of {items}")),
    }
}

fn own_field(id: &str) -> Option<OwnField> {
    Some(match id {
        "summary" => OwnField::Summary,
        "description" => OwnField::Description,
        "project" => OwnField::Project,
        "issuetype" => OwnField::IssueType,
        "labels" => OwnField::Labels,
        "priority" => OwnField::Priority,
        "assignee" => OwnField::Assignee,
        "parent" => OwnField::Parent,
        _ => return None,
    })
}

/// What can be chosen. Options are told by their value, everything else by its name; what has
/// neither, or is disabled, cannot be chosen.
pub(super) fn choices_of(allowed: &[Value]) -> Vec<Choice> {
    choices_down_to(allowed, DEEPEST)
}

fn choices_down_to(allowed: &[Value], depth: u32) -> Vec<Choice> {
    let choice = |value: &Value| {
        let text = |key: &str| value.get(key).and_then(Value::as_str);
        let is_disabled = value.get("disabled").and_then(Value::as_bool) == Some(true);
        let below = value.get("children").and_then(Value::as_array);
        let shown = text("value").or_else(|| text("name"))?;
        (!is_disabled).then_some(Choice {
            id: text("id")?.to_owned(),
            value: shown.to_owned(),
            children: match below {
                Some(below) if depth > 0 => choices_down_to(below, depth - 1),
                _ => Vec::new(),
            },
        })
    };
    allowed.iter().filter_map(choice).collect()
}
