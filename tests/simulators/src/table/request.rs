//! Reading the parameters of a request.
//!
//! Never takes one for another: what has the wrong type is refused, and what is older than
//! expressions is not read at all.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Map, Value};

use super::{
    expression::{Names, Scope},
    refusal::{Answer, Refusal},
    value::{
        Item, settle,
        wire::{Given, given},
    },
};

/// The parameters of a request.
#[derive(Default)]
pub(super) struct Request {
    fields: Map<String, Value>,
    items: Vec<(&'static str, Given)>,
}

/// Parameters that hold attribute values by name.
const ITEMS: [&str; 4] = [
    "ExclusiveStartKey",
    "ExpressionAttributeValues",
    "Item",
    "Key",
];

/// Parameters of the time before expressions.
const LEGACY: [&str; 8] = [
    "AttributesToGet",
    "AttributeUpdates",
    "ConditionalOperator",
    "Expected",
    "KeyConditions",
    "QueryFilter",
    "ScanFilter",
    "TableArn",
];

impl Request {
    /// Reads a body.
    pub(super) fn read(body: &[u8]) -> Answer<Self> {
        // As a whole, so that it is not done again for each text in it.
        let body = std::str::from_utf8(body).map_err(|_| Refusal::serialization(""))?;
        let request: Self = serde_json::from_str(body).map_err(|_| Refusal::serialization(""))?;
        request.without_legacy()
    }

    /// A part of a request that has parameters of its own.
    pub(super) fn of(fields: Map<String, Value>) -> Answer<Self> {
        let mut request = Self {
            fields,
            items: Vec::new(),
        };
        for name in ITEMS {
            if let Some(value) = request.fields.remove(name) {
                let item = given(value).map_err(|_| Refusal::serialization(""))?;
                request.items.push((name, item));
            }
        }
        request.without_legacy()
    }

    fn without_legacy(self) -> Answer<Self> {
        match LEGACY.iter().find(|name| self.fields.contains_key(**name)) {
            Some(name) => Err(Refusal::validation(format!(
                "{name} is a legacy parameter, which nobody here uses"
            ))),
            None => Ok(self),
        }
    }

    /// Attribute values by name, if they are there.
    pub(super) fn item_if_given(&mut self, name: &str) -> Answer<Option<Item>> {
        let place = self.items.iter().position(|(other, _)| *other == name);
        match place.map(|at| self.items.swap_remove(at)) {
            None => Ok(None),
            Some((_, Ok(item))) => Ok(item),
            Some((_, Err(()))) => Err(Refusal::serialization("Unexpected field type")),
        }
    }

    /// Attribute values by name, which have to be there.
    pub(super) fn item(&mut self, name: &str) -> Answer<Item> {
        self.item_if_given(name)?.ok_or_else(|| missing(name))
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.fields.remove(name).filter(|value| !value.is_null())
    }

    /// A text.
    pub(super) fn text(&mut self, name: &str) -> Answer<Option<String>> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Refusal::serialization("Unexpected field type")),
        }
    }

    /// Yes or no.
    pub(super) fn flag(&mut self, name: &str) -> Answer<Option<bool>> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(_) => Err(Refusal::serialization("Unexpected field type")),
        }
    }

    /// A whole number that is at least 1.
    pub(super) fn count(&mut self, name: &str) -> Answer<Option<usize>> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        let Some(number) = value.as_i64() else {
            return Err(Refusal::serialization("Unexpected field type"));
        };
        match usize::try_from(number) {
            Ok(number) if number > 0 => Ok(Some(number)),
            _ => Err(Refusal::constraint(
                &format!("'{number}'"),
                &place(name),
                "Member must have value greater than or equal to 1",
            )),
        }
    }

    /// An object.
    pub(super) fn object(&mut self, name: &str) -> Answer<Option<Map<String, Value>>> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Object(object)) => Ok(Some(object)),
            Some(_) => Err(Refusal::serialization("Unexpected field type")),
        }
    }

    /// An object that has to be there.
    pub(super) fn required(&mut self, name: &str) -> Answer<Map<String, Value>> {
        self.object(name)?.ok_or_else(|| missing(name))
    }

    /// A list.
    pub(super) fn list(&mut self, name: &str) -> Answer<Option<Vec<Value>>> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Array(list)) => Ok(Some(list)),
            Some(_) => Err(Refusal::serialization("Unexpected field type")),
        }
    }

    /// One of several words; the first of them if nothing is said.
    pub(super) fn choice(
        &mut self,
        name: &str,
        words: &'static [&'static str],
    ) -> Answer<&'static str> {
        let Some(chosen) = self.text(name)? else {
            return Ok(words.first().copied().unwrap_or_default());
        };
        words
            .iter()
            .find(|word| **word == chosen)
            .copied()
            .ok_or_else(|| {
                Refusal::constraint(
                    &format!("'{chosen}'"),
                    &place(name),
                    &format!("Member must satisfy enum value set: [{}]", words.join(", ")),
                )
            })
    }

    /// Refuses a request that is for another table.
    pub(super) fn check_table(&mut self, table: &str) -> Answer<()> {
        match self.text("TableName")? {
            Some(name) if name == table => Ok(()),
            Some(_) => Err(Refusal::no_table()),
            None => Err(missing("TableName")),
        }
    }

    /// What the placeholders stand for. `expressions` are those that the operation has, and
    /// whether they are there.
    pub(super) fn scope(&mut self, expressions: &[(&str, bool)]) -> Answer<Scope> {
        let names = self.object("ExpressionAttributeNames")?;
        let values = self.item_if_given("ExpressionAttributeValues")?;
        if expressions.iter().all(|(_, present)| !present) {
            if names.is_some() {
                return Err(Refusal::validation(
                    "ExpressionAttributeNames can only be specified when using expressions",
                ));
            }
            if values.is_some() {
                let absent: Vec<String> = expressions
                    .iter()
                    .map(|(name, _)| format!("{name} is null"))
                    .collect();
                return Err(Refusal::validation(format!(
                    "ExpressionAttributeValues can only be specified when using expressions: {}",
                    absent.join(" and ")
                )));
            }
        }
        let names = names.map(|names| {
            check_placeholders(
                "ExpressionAttributeNames",
                '#',
                names.keys().map(String::as_str),
            )?;
            Ok(names)
        });
        let values = values.map(|values| {
            check_placeholders("ExpressionAttributeValues", ':', values.keys())?;
            Ok(values)
        });
        let mut scope = Scope {
            names: names.transpose()?.unwrap_or_default(),
            values: values.transpose()?.unwrap_or_default(),
        };
        check_names(&scope.names)?;
        for (name, value) in scope.values.iter_mut() {
            settle(value).map_err(|refusal| refusal.of_expression_value(name))?;
        }
        Ok(scope)
    }
}

/// Reads the parameters, those with attribute values as such.
impl<'de> Deserialize<'de> for Request {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Parameters;
        impl<'de> Visitor<'de> for Parameters {
            type Value = Request;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("parameters")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Request, A::Error> {
                let mut request = Request::default();
                while let Some(name) = map.next_key::<String>()? {
                    if let Some(name) = ITEMS.iter().find(|other| **other == name) {
                        let GivenItem(item) = map.next_value()?;
                        request.items.push((name, item));
                    } else {
                        request.fields.insert(name, map.next_value()?);
                    }
                }
                Ok(request)
            }
        }
        from.deserialize_map(Parameters)
    }
}

struct GivenItem(Given);

impl<'de> Deserialize<'de> for GivenItem {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        given(from).map(Self)
    }
}

fn missing(name: &str) -> Refusal {
    Refusal::constraint("null", &place(name), "Member must not be null")
}

fn check_names(names: &Names) -> Answer<()> {
    for (name, stands_for) in names {
        match stands_for.as_str() {
            None => return Err(Refusal::serialization("Unexpected field type")),
            Some("") => {
                return Err(Refusal::validation(format!(
                    "ExpressionAttributeNames contains invalid value: Empty attribute name for \
                     key {name}"
                )));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

fn check_placeholders<'n>(
    what: &str,
    sign: char,
    given: impl Iterator<Item = &'n str>,
) -> Answer<()> {
    let mut given = given.peekable();
    if given.peek().is_none() {
        return Err(Refusal::validation(format!("{what} must not be empty")));
    }
    for name in given {
        let well_formed = name.strip_prefix(sign).is_some_and(|rest| {
            !rest.is_empty()
                && rest
                    .chars()
                    .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        });
        if !well_formed {
            return Err(Refusal::validation(format!(
                "{what} contains invalid key: Syntax error; key: \"{name}\""
            )));
        }
    }
    Ok(())
}

/// The name of a parameter as complaints call it.
fn place(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_ascii_lowercase().to_string() + letters.as_str()
    })
}
