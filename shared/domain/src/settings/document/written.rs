//! Values as people write them: lenient about their form, so that validating can be strict in
//! words instead of in a parser's messages.
//!
//! Nothing here judges whether a value is right.

use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error as _, IgnoredAny, MapAccess, Visitor},
};

/// The key under which the TOML reader hands over a date that was written without quotes.
pub const TOML_DATE: &str = "$__toml_private_datetime";

/// Any value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Written {
    /// `null`, which JSON can write and TOML cannot.
    Nothing,
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Written>),
    /// A table.
    Table(BTreeMap<String, Written>),
}

impl Written {
    /// The value as text, unless it is a list or a table.
    pub fn as_text(&self) -> Option<String> {
        match self {
            Self::Nothing => Some(String::new()),
            Self::Flag(flag) => Some(flag.to_string()),
            Self::Integer(number) => Some(number.to_string()),
            Self::Number(number) => Some(number.to_string()),
            Self::Text(text) => Some(text.trim().to_string()),
            Self::Table(table) => table.get(TOML_DATE).and_then(Self::as_text),
            Self::List(_) => None,
        }
    }

    /// The value as a list of texts; a single text is a list of one.
    pub fn as_texts(&self) -> Option<Vec<String>> {
        match self {
            Self::Nothing => Some(Vec::new()),
            Self::List(items) => items.iter().map(Self::as_text).collect(),
            single => single.as_text().map(|text| Vec::from([text])),
        }
    }
}

impl From<&str> for Written {
    fn from(text: &str) -> Self {
        Self::Text(text.to_string())
    }
}

impl From<bool> for Written {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

/// The keys of a table that nothing reads. Only their names are kept: a value may be a secret that
/// was put in the wrong place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnknownKeys(pub Vec<String>);

impl<'de> Deserialize<'de> for UnknownKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = UnknownKeys;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a table")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<UnknownKeys, A::Error> {
                let mut keys = Vec::new();
                while let Some((key, IgnoredAny)) = map.next_entry::<String, IgnoredAny>()? {
                    keys.push(key);
                }
                Ok(UnknownKeys(keys))
            }
        }
        deserializer.deserialize_map(Keys)
    }
}

/// Reads text; a number, a flag or a date stands for its own text, nothing for empty text.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(optional_text(deserializer)?.unwrap_or_default())
}

/// Reads text that may be left out; blank text is the same as none.
pub(super) fn optional_text<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    let text = Written::deserialize(deserializer)?
        .as_text()
        .ok_or_else(|| D::Error::custom("this should be text, not a list or a table"))?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// Reads a list of texts; a single text is a list of one, nothing an empty list.
pub(super) fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(optional_texts(deserializer)?.unwrap_or_default())
}

/// Reads a list of texts that may be left out.
pub(super) fn optional_texts<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<String>>, D::Error> {
    match Written::deserialize(deserializer)? {
        Written::Nothing => Ok(None),
        written => written
            .as_texts()
            .map(Some)
            .ok_or_else(|| D::Error::custom("this should be a list of texts")),
    }
}

/// Reads a table of texts; nothing is an empty table.
pub(super) fn texts_by_key<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    let wrong = || D::Error::custom("this should be a table of texts");
    let table = match Written::deserialize(deserializer)? {
        Written::Nothing => BTreeMap::new(),
        Written::Table(table) => table,
        _ => return Err(wrong()),
    };
    table
        .into_iter()
        .map(|(key, value)| Ok((key, value.as_text().ok_or_else(wrong)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use alloc::{string::String, vec};

    use serde::{
        Deserialize as _,
        de::value::{Error, MapDeserializer, SeqDeserializer},
    };

    use super::{super::SiteDocument, UnknownKeys, optional_text, text, texts};

    type Reader<'a, T> = MapDeserializer<'a, vec::IntoIter<(&'a str, T)>, Error>;

    fn table<'a>(key: &'a str, value: &'a str) -> Reader<'a, &'a str> {
        MapDeserializer::new(vec![(key, value)].into_iter())
    }

    #[test]
    fn a_date_without_quotes_is_text() {
        let date = table("$__toml_private_datetime", "2026-03-01");
        assert_eq!(text(date).as_deref(), Ok("2026-03-01"));
        assert!(text(table("date", "2026-03-01")).is_err());
    }

    #[test]
    fn a_number_or_a_flag_is_text_too_and_blank_text_is_none() {
        use serde::de::IntoDeserializer as _;
        let read = |value: serde::de::value::I64Deserializer<Error>| text(value);
        assert_eq!(read(5_i64.into_deserializer()).as_deref(), Ok("5"));
        let flag: serde::de::value::BoolDeserializer<Error> = true.into_deserializer();
        assert_eq!(text(flag).as_deref(), Ok("true"));
        let blank: serde::de::value::StrDeserializer<'_, Error> = "  ".into_deserializer();
        assert_eq!(optional_text(blank), Ok(None));
    }

    #[test]
    fn a_single_text_is_a_list_of_one() {
        use serde::de::IntoDeserializer as _;
        let single: serde::de::value::StrDeserializer<'_, Error> = "a".into_deserializer();
        assert_eq!(texts(single), Ok(vec![String::from("a")]));
        let two = SeqDeserializer::<_, Error>::new(vec!["a", "b"].into_iter());
        assert_eq!(texts(two), Ok(vec![String::from("a"), String::from("b")]));
    }

    #[test]
    fn unknown_keys_are_kept_by_name_and_their_values_are_not() {
        let document = SiteDocument::deserialize(MapDeserializer::<_, Error>::new(
            vec![
                ("name", "jira"),
                ("api_token", "hunter2"),
                ("colour", "red"),
            ]
            .into_iter(),
        ))
        .expect("the document can be read");
        assert_eq!(document.name, "jira");
        assert_eq!(
            document.unknown,
            UnknownKeys(vec!["api_token".into(), "colour".into()])
        );
    }
}
