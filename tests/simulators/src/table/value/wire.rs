//! Values from and to DynamoDB's JSON.
//!
//! Reading refuses nothing but what is no JSON: what is malformed is kept as that, until it is
//! settled. So nothing is built that is then thrown away.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::{Attribute, Item, Malformed, SetOf};

/// What stands behind a type's name; `Null` counts as not there.
enum Content<T> {
    Good(T),
    Null,
    Other,
}

/// Something that a content may be.
trait Shape: Sized {
    fn of_text(_: &str) -> Option<Self> {
        None
    }
    fn of_bool(_: bool) -> Option<Self> {
        None
    }
    fn of_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }
    fn of_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<Option<Self>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

impl Shape for Box<str> {
    fn of_text(text: &str) -> Option<Self> {
        Some(text.into())
    }
}

impl Shape for bool {
    fn of_bool(flag: bool) -> Option<Self> {
        Some(flag)
    }
}

impl Shape for Vec<Attribute> {
    fn of_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        let mut members = Self::new();
        while let Some(member) = list.next_element()? {
            members.push(member);
        }
        Ok(Some(members))
    }
}

impl Shape for Vec<Box<str>> {
    fn of_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        let mut members = Some(Self::new());
        while let Some(member) = list.next_element()? {
            match (member, &mut members) {
                (Content::Good(member), Some(members)) => members.push(member),
                _ => members = None,
            }
        }
        Ok(members)
    }
}

impl Shape for Item {
    fn of_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<Option<Self>, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry::<Box<str>, Attribute>()? {
            entries.push(entry);
        }
        Ok(Some(entries.into_iter().collect()))
    }
}

/// A value behind its type's name.
impl Shape for Attribute {
    fn of_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<Option<Self>, A::Error> {
        let mut found = Self::Malformed(Malformed::Nothing);
        while let Some(kind) = map.next_key()? {
            let Some(value) = typed(kind, &mut map)? else {
                continue;
            };
            found = match found {
                Self::Malformed(Malformed::Nothing) => value,
                _ => Self::Malformed(Malformed::Several),
            };
        }
        Ok(Some(found))
    }
}

/// The name of a type.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Number,
    Bytes,
    Bool,
    Null,
    Set(SetOf),
    List,
    Map,
    Unknown,
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Names;
        impl Visitor<'_> for Names {
            type Value = Kind;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a type")
            }
            fn visit_str<E>(self, name: &str) -> Result<Kind, E> {
                Ok(match name {
                    "S" => Kind::Text,
                    "N" => Kind::Number,
                    "B" => Kind::Bytes,
                    "BOOL" => Kind::Bool,
                    "NULL" => Kind::Null,
                    "SS" => Kind::Set(SetOf::Texts),
                    "NS" => Kind::Set(SetOf::Numbers),
                    "BS" => Kind::Set(SetOf::Bytes),
                    "L" => Kind::List,
                    "M" => Kind::Map,
                    _ => Kind::Unknown,
                })
            }
        }
        from.deserialize_str(Names)
    }
}

fn typed<'de, A: MapAccess<'de>>(kind: Kind, map: &mut A) -> Result<Option<Attribute>, A::Error> {
    fn read<'de, A: MapAccess<'de>, T: Shape>(
        map: &mut A,
        make: impl FnOnce(T) -> Attribute,
    ) -> Result<Option<Attribute>, A::Error> {
        Ok(match map.next_value::<Content<T>>()? {
            Content::Good(content) => Some(make(content)),
            Content::Null => None,
            Content::Other => Some(Attribute::Malformed(Malformed::OtherJson)),
        })
    }
    match kind {
        Kind::Text => read(map, Attribute::Text),
        Kind::Number => read(map, Attribute::Number),
        Kind::Bytes => read(map, Attribute::Bytes),
        Kind::Bool => read(map, Attribute::Bool),
        Kind::Null => read(map, Attribute::Null),
        Kind::Set(of) => read(map, |members| Attribute::Set(of, members)),
        Kind::List => read(map, Attribute::List),
        Kind::Map => read(map, Attribute::Map),
        Kind::Unknown => map.next_value::<IgnoredAny>().map(|_| None),
    }
}

impl<'de, T: Shape> Deserialize<'de> for Content<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Contents(std::marker::PhantomData))
    }
}

struct Contents<T>(std::marker::PhantomData<T>);

fn content<T>(found: Option<T>) -> Content<T> {
    found.map_or(Content::Other, Content::Good)
}

impl<'de, T: Shape> Visitor<'de> for Contents<T> {
    type Value = Content<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("anything")
    }
    fn visit_str<E>(self, text: &str) -> Result<Content<T>, E> {
        Ok(content(T::of_text(text)))
    }
    fn visit_bool<E>(self, flag: bool) -> Result<Content<T>, E> {
        Ok(content(T::of_bool(flag)))
    }
    fn visit_unit<E>(self) -> Result<Content<T>, E> {
        Ok(Content::Null)
    }
    fn visit_i64<E>(self, _: i64) -> Result<Content<T>, E> {
        Ok(Content::Other)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Content<T>, E> {
        Ok(Content::Other)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Content<T>, E> {
        Ok(Content::Other)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Content<T>, A::Error> {
        T::of_list(list).map(content)
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Content<T>, A::Error> {
        T::of_map(map).map(content)
    }
}

impl<'de> Deserialize<'de> for Attribute {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(match Content::deserialize(from)? {
            Content::Good(value) => value,
            Content::Null => Self::Malformed(Malformed::Nothing),
            Content::Other => Self::Malformed(Malformed::OtherJson),
        })
    }
}

/// What is in the place of an item; `Err` is what is none, `Ok(None)` that nothing is there.
pub(in crate::table) type Given = Result<Option<Item>, ()>;

/// Reads what is in the place of an item.
pub(in crate::table) fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Given, D::Error> {
    Ok(match Content::deserialize(from)? {
        Content::Good(item) => Ok(Some(item)),
        Content::Null => Ok(None),
        Content::Other => Err(()),
    })
}

impl Item {
    /// Writes it as JSON.
    pub(in crate::table) fn write(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        for (at, (name, value)) in self.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            write_text(name, out);
            out.push(b':');
            value.write(out);
        }
        out.push(b'}');
    }

    /// It as JSON.
    pub(in crate::table) fn to_json(&self) -> String {
        let mut out = Vec::new();
        self.write(&mut out);
        String::from_utf8(out).unwrap_or_default()
    }
}

impl Attribute {
    /// Writes it as JSON.
    pub(in crate::table) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"");
        out.extend_from_slice(self.kind().as_bytes());
        out.extend_from_slice(b"\":");
        match self {
            Self::Text(text) | Self::Number(text) | Self::Bytes(text) => write_text(text, out),
            Self::Bool(flag) | Self::Null(flag) => {
                out.extend_from_slice(if *flag { b"true" } else { b"false" });
            }
            Self::Set(_, members) => write_list(members, out, |text, out| write_text(text, out)),
            Self::List(members) => write_list(members, out, Self::write),
            Self::Map(members) => members.write(out),
            Self::Malformed(_) => out.extend_from_slice(b"null"),
        }
        out.push(b'}');
    }
}

fn write_list<T>(members: &[T], out: &mut Vec<u8>, write: impl Fn(&T, &mut Vec<u8>)) {
    out.push(b'[');
    for (at, member) in members.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write(member, out);
    }
    out.push(b']');
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    // Writing text into memory cannot fail.
    let _ = serde_json::to_writer(out, text);
}
