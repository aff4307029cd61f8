//! JSON read with a limit to how many values it may hold.
//!
//! A value takes far more memory than its text: without a limit, a few megabytes of `{"a":0}` would
//! take more than a function has. Never holds more than the limit, whatever the text is.

use std::{cell::Cell, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Why a text was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotRead {
    /// It is no JSON, or nested deeper than anybody means it.
    NotJson,
    /// It holds more values than the limit.
    TooMany,
}

/// Reads a text that holds at most that many values, those within values included.
pub(crate) fn read(text: &[u8], most: usize) -> Result<Value, NotRead> {
    let left = Cell::new(most.saturating_add(1));
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = Limited(&left)
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    value.map_err(|_| match left.get() {
        0 => NotRead::TooMany,
        _ => NotRead::NotJson,
    })
}

/// Reads one value, as long as any are left.
#[derive(Clone, Copy)]
struct Limited<'a>(&'a Cell<usize>);

impl<'de> DeserializeSeed<'de> for Limited<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let left = self.0.get().saturating_sub(1);
        self.0.set(left);
        if left == 0 {
            return Err(D::Error::custom("too many values"));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Limited<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(flag.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut table = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(self)?;
            table.insert(key, value);
        }
        Ok(Value::Object(table))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{NotRead, read};

    #[test]
    fn what_stays_within_the_limit_is_read_as_ever() {
        let text =
            br#" {"a":[1,-1,1.5,true,null,"x\u00e9",{}],"b":{"c":18446744073709551615},"a":2} "#;
        assert_eq!(
            read(text, 100),
            Ok(serde_json::from_slice::<Value>(text).unwrap())
        );
        assert_eq!(read(b"[1,2]", 3), Ok(json!([1, 2])));
    }

    #[test]
    fn what_holds_more_is_not_read_any_further() {
        assert_eq!(read(b"[1,2]", 2), Err(NotRead::TooMany));
        let many = format!("[{}not even JSON", r#"{"a":0},"#.repeat(1_000));
        assert_eq!(read(many.as_bytes(), 500), Err(NotRead::TooMany));
    }

    #[test]
    fn what_is_no_json_is_none_here_either() {
        for text in [
            &b""[..],
            b"[1",
            b"1 2",
            b"{\"a\":\xff}",
            b"[1e999]",
            b"\xef\xbb\xbf1",
        ] {
            assert_eq!(read(text, 100), Err(NotRead::NotJson), "{text:?}");
        }
        let deep = "[".repeat(10_000) + &"]".repeat(10_000);
        assert_eq!(read(deep.as_bytes(), 100_000), Err(NotRead::NotJson));
    }
}
