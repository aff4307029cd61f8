//! Values of fields: what each schema takes, and the form in which it reads back.
//!
//! Never coerces: a value of the wrong shape is refused, as Jira refuses it.

use serde_json::{Value, json};

use super::{CustomField, FieldKind, FieldOption, Jira, adf, text_at};

/// A value accepted (`None`: emptied), or why not.
pub(super) type Checked = Result<Option<Value>, Refused>;

/// Why a value is not accepted.
pub(super) enum Refused {
    /// Jira says why, beside the field's name.
    Because(String),
    /// A document that is none: Jira refuses the whole call and says nothing.
    Document(String),
}

pub(super) const NOT_A_DOCUMENT: &str =
    "Operation value must be an Atlassian Document (see the Atlassian Document Format)";
const TOO_LONG: &str =
    "The entered text is too long. It exceeds the allowed limit of 32,767 characters.";
const MAX_TEXT: usize = 32_767;

fn because(words: impl Into<String>) -> Refused {
    Refused::Because(words.into())
}

/// Length as Java counts it.
pub(super) fn java_length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// A paragraph field's value.
pub(super) fn document(value: &Value) -> Checked {
    if value.is_null() {
        return Ok(None);
    }
    if !adf::claims_to_be_document(value) {
        return Err(because(NOT_A_DOCUMENT));
    }
    adf::check(value).map_err(Refused::Document)?;
    // How the real one counts a document is unknown; counting all of it is the strictest reading.
    if java_length(&value.to_string()) > MAX_TEXT {
        return Err(because(TOO_LONG));
    }
    Ok(Some(adf::stored(value)))
}

/// Labels: strings without spaces.
pub(super) fn labels(value: &Value) -> Result<Vec<String>, Refused> {
    let Value::Array(items) = value else {
        return if value.is_null() {
            Ok(Vec::new())
        } else {
            Err(because("data was not an array"))
        };
    };
    let mut labels = Vec::with_capacity(items.len());
    for item in items {
        let Some(label) = item.as_str() else {
            return Err(because("string expected at index 0"));
        };
        if label.is_empty() || label.chars().any(char::is_whitespace) {
            return Err(because(format!(
                "The label '{label}' contains spaces which is invalid."
            )));
        }
        if java_length(label) > 255 {
            return Err(because(format!(
                "The label '{label}' exceeds the maximum length of 255."
            )));
        }
        labels.push(label.to_owned());
    }
    Ok(labels)
}

/// `YYYY-MM-DD`.
pub(super) fn date(value: &Value) -> Checked {
    let Some(text) = value.as_str() else {
        return if value.is_null() {
            Ok(None)
        } else {
            Err(because("Operation value must be a string"))
        };
    };
    let is_date = text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok();
    if is_date {
        Ok(Some(value.clone()))
    } else {
        Err(because(format!("Error parsing date string: {text}")))
    }
}

fn date_time(value: &Value) -> Checked {
    let Some(text) = value.as_str() else {
        return Err(because("Operation value must be a string"));
    };
    // Milliseconds, and an offset without a colon: that and nothing else is documented.
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 28
        && bytes[10] == b'T'
        && bytes[19] == b'.'
        && matches!(bytes[23], b'+' | b'-')
        && jiff::fmt::strtime::parse("%Y-%m-%dT%H:%M:%S%.3f%z", text).is_ok();
    if shaped {
        Ok(Some(value.clone()))
    } else {
        Err(because(format!("Error parsing time string: {text}")))
    }
}

fn text(value: &Value) -> Checked {
    match value.as_str() {
        Some(text) if java_length(text) > 255 => Err(because(
            "The entered text is too long. It exceeds the allowed limit of 255 characters.",
        )),
        Some(text) if text.contains(['\n', '\r']) => {
            Err(because("The value must not contain line breaks."))
        }
        Some(_) => Ok(Some(value.clone())),
        None => Err(because("Operation value must be a string")),
    }
}

fn chosen<'a>(options: &'a [FieldOption], value: &Value) -> Result<&'a FieldOption, Refused> {
    let Some(choice) = value.as_object() else {
        return Err(because("Specify a valid 'id' or 'name' for the option"));
    };
    let found = if let Some(id) = choice.get("id") {
        let id = id
            .as_str()
            .ok_or_else(|| because("Specify a valid 'id' or 'name' for the option"))?;
        options.iter().find(|option| option.id == id)
    } else {
        let name = text_at(value, "value");
        options
            .iter()
            .find(|option| Some(option.value.as_str()) == name)
    };
    found.ok_or_else(|| {
        let words = text_at(value, "id")
            .or_else(|| text_at(value, "value"))
            .unwrap_or_default();
        because(format!("Option value '{words}' is not valid"))
    })
}

impl Jira {
    /// Checks the value of a custom field.
    pub(super) fn custom_value(&self, field: &CustomField, value: &Value) -> Checked {
        if value.is_null() {
            return Ok(None);
        }
        match field.kind {
            FieldKind::Text => text(value),
            FieldKind::TextArea => document(value),
            FieldKind::Number if value.is_number() => Ok(Some(value.clone())),
            FieldKind::Number => Err(because("Operation value must be a number")),
            FieldKind::Date => date(value),
            FieldKind::DateTime => date_time(value),
            FieldKind::Strings => labels(value).map(|labels| Some(json!(labels))),
            FieldKind::Option => Ok(Some(self.option_json(chosen(&field.options, value)?))),
            FieldKind::Options => {
                let items = value
                    .as_array()
                    .ok_or_else(|| because("data was not an array"))?;
                let mut read = Vec::with_capacity(items.len());
                for item in items {
                    read.push(self.option_json(chosen(&field.options, item)?));
                }
                Ok((!read.is_empty()).then_some(Value::Array(read)))
            }
            FieldKind::User => {
                let account = text_at(value, "accountId").or_else(|| text_at(value, "id"));
                let person = account.and_then(|account| self.person(account));
                person.map(|person| Some(self.person_json(person, 3))).ok_or_else(|| {
                    because("The user specified does not exist or you do not have permission to view it.")
                })
            }
            FieldKind::Cascading => {
                let above = chosen(&field.options, value)?;
                let mut read = self.option_json(above);
                if let Some(child) = value.get("child").filter(|child| !child.is_null()) {
                    read["child"] = self.option_json(chosen(&above.children, child)?);
                }
                Ok(Some(read))
            }
        }
    }

    pub(super) fn option_json(&self, option: &FieldOption) -> Value {
        json!({
            "self": format!("{}/rest/api/3/customFieldOption/{}", self.base_url, option.id),
            "value": option.value,
            "id": option.id,
        })
    }
}
