//! Attribute values: which are possible, how large they are, how they compare.
//!
//! After `settle` a value has one form only: numbers in their plain form, sets in order. So equal
//! values are the same. Never keeps a value that was not settled.

use std::cmp::Ordering;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    number::Number,
    refusal::{Answer, Refusal},
};

mod item;
pub(super) mod wire;

pub(super) use item::Item;

/// A value inside so many lists and maps is too deep.
const DEEPEST: usize = 32;
/// The largest item, in bytes.
pub(super) const LARGEST_ITEM: usize = 400 * 1024;

/// What a set is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SetOf {
    Texts,
    Numbers,
    Bytes,
}

/// What was sent in the place of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Malformed {
    /// No type, or one that DynamoDB has not.
    Nothing,
    /// More than one type.
    Several,
    /// JSON of another kind than the type wants.
    OtherJson,
}

/// A value. Numbers are kept as text, bytes in base 64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Attribute {
    Text(Box<str>),
    Number(Box<str>),
    Bytes(Box<str>),
    Bool(bool),
    Null(bool),
    Set(SetOf, Vec<Box<str>>),
    List(Vec<Attribute>),
    Map(Item),
    /// Never settled.
    Malformed(Malformed),
}

impl From<&str> for Attribute {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<Number> for Attribute {
    fn from(number: Number) -> Self {
        Self::Number(number.to_string().into())
    }
}

/// Checks a value, brings it to its one form, and tells its size.
pub(super) fn settle(value: &mut Attribute) -> Answer<usize> {
    settle_at(value, 0)
}

/// The same for all attributes of an item.
pub(super) fn settle_item(item: &mut Item) -> Answer<usize> {
    settle_members(item, 0)
}

fn settle_members(item: &mut Item, depth: usize) -> Answer<usize> {
    let mut size = 0;
    for (name, value) in item.iter_mut() {
        if name.is_empty() {
            return Err(Refusal::validation("Empty attribute name"));
        }
        size += name.len() + settle_at(value, depth)?;
    }
    Ok(size)
}

/// A value inside so many lists and maps.
fn settle_at(value: &mut Attribute, depth: usize) -> Answer<usize> {
    match value {
        Attribute::Text(text) => Ok(text.len()),
        Attribute::Number(text) => settle_number(text),
        Attribute::Bytes(text) => settle_bytes(text),
        Attribute::Bool(_) | Attribute::Null(true) => Ok(1),
        Attribute::Null(false) => Err(Refusal::invalid_value(
            "Null attribute value types must have the value of true",
        )),
        Attribute::Set(of, members) => settle_set(*of, members),
        Attribute::List(_) | Attribute::Map(_) if depth + 1 == DEEPEST => Err(too_deep()),
        Attribute::List(members) => {
            let mut size = 3;
            for member in members {
                size += 1 + settle_at(member, depth + 1)?;
            }
            Ok(size)
        }
        Attribute::Map(members) => Ok(3 + members.len() + settle_members(members, depth + 1)?),
        Attribute::Malformed(how) => Err(match how {
            Malformed::Nothing => Refusal::validation(
                "Supplied AttributeValue is empty, must contain exactly one of the supported \
                 datatypes",
            ),
            Malformed::Several => Refusal::validation(
                "Supplied AttributeValue has more than one datatypes set, must contain exactly \
                 one of the supported datatypes",
            ),
            Malformed::OtherJson => Refusal::serialization("Unexpected value type in payload"),
        }),
    }
}

/// Too many lists and maps in one another.
fn too_deep() -> Refusal {
    Refusal::validation(
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels \
         beyond supported limit",
    )
}

fn settle_number(text: &mut Box<str>) -> Answer<usize> {
    if let Some(size) = size_of_plain(text) {
        return Ok(size);
    }
    let number = Number::parse(text)?;
    *text = number.to_string().into();
    Ok(number.size())
}

/// The size of a small whole number in its plain form; most are such.
fn size_of_plain(text: &str) -> Option<usize> {
    let digits = text.as_bytes();
    let plain = match digits {
        [b'0'] => return Some(1),
        [b'1'..=b'9', rest @ ..] => rest.len() < 20 && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    let zeros = digits.iter().rev().take_while(|digit| **digit == b'0');
    plain.then(|| 1 + (digits.len() - zeros.count()).div_ceil(2))
}

fn settle_bytes(text: &mut Box<str>) -> Answer<usize> {
    let bytes = STANDARD
        .decode(text.as_bytes())
        .map_err(|_| Refusal::serialization("Base64 encoded length is unexpected"))?;
    *text = STANDARD.encode(&bytes).into();
    Ok(bytes.len())
}

fn settle_set(of: SetOf, members: &mut [Box<str>]) -> Answer<usize> {
    if members.is_empty() {
        return Err(Refusal::invalid_value(match of {
            SetOf::Texts => "An string set  may not be empty",
            SetOf::Numbers => "An number set  may not be empty",
            SetOf::Bytes => "Binary sets should not be empty",
        }));
    }
    let mut size = 0;
    for member in members.iter_mut() {
        size += match of {
            SetOf::Texts => member.len(),
            SetOf::Numbers => settle_number(member)?,
            SetOf::Bytes => settle_bytes(member)?,
        };
    }
    sort_members(of, members);
    if members.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Refusal::invalid_value(&format!(
            "Input collection [{}] contains duplicates.",
            members.join(", ")
        )));
    }
    Ok(size)
}

/// Brings the members of a set into their one order.
pub(super) fn sort_members(of: SetOf, members: &mut [Box<str>]) {
    if of == SetOf::Numbers {
        members.sort_by_cached_key(|member| Number::parse(member).ok());
    } else {
        members.sort();
    }
}

impl Attribute {
    /// The type, such as `S`.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "S",
            Self::Number(_) => "N",
            Self::Bytes(_) => "B",
            Self::Bool(_) => "BOOL",
            Self::Null(_) => "NULL",
            Self::Set(SetOf::Texts, _) => "SS",
            Self::Set(SetOf::Numbers, _) => "NS",
            Self::Set(SetOf::Bytes, _) => "BS",
            Self::List(_) => "L",
            Self::Map(_) => "M",
            Self::Malformed(_) => "",
        }
    }

    /// The content of a text.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The content of a number.
    pub(super) fn number(&self) -> Option<Number> {
        match self {
            Self::Number(text) => Number::parse(text).ok(),
            _ => None,
        }
    }

    /// The content of bytes.
    pub(super) fn bytes(&self) -> Option<Vec<u8>> {
        match self {
            Self::Bytes(text) => STANDARD.decode(text.as_bytes()).ok(),
            _ => None,
        }
    }

    /// The size of a settled value.
    pub(super) fn size(&self) -> usize {
        let of_number = |text: &str| {
            size_of_plain(text).unwrap_or_else(|| Number::parse(text).map_or(0, Number::size))
        };
        let of_bytes = |text: &str| STANDARD.decode(text).map_or(0, |bytes| bytes.len());
        match self {
            Self::Text(text) => text.len(),
            Self::Number(text) => of_number(text),
            Self::Bytes(text) => of_bytes(text),
            Self::Set(SetOf::Texts, members) => members.iter().map(|text| text.len()).sum(),
            Self::Set(SetOf::Numbers, members) => members.iter().map(|text| of_number(text)).sum(),
            Self::Set(SetOf::Bytes, members) => members.iter().map(|text| of_bytes(text)).sum(),
            Self::List(members) => {
                3 + members
                    .iter()
                    .map(|member| 1 + member.size())
                    .sum::<usize>()
            }
            Self::Map(members) => 3 + members.len() + members.size(),
            Self::Bool(_) | Self::Null(_) | Self::Malformed(_) => 1,
        }
    }

    /// How many lists and maps are in one another, this one included.
    fn depth(&self) -> usize {
        match self {
            Self::List(members) => 1 + members.iter().map(Self::depth).max().unwrap_or(0),
            Self::Map(members) => {
                let depths = members.iter().map(|(_, member)| member.depth());
                1 + depths.max().unwrap_or(0)
            }
            _ => 0,
        }
    }

    /// Whether nothing in it is too deep, which an update can bring about piece by piece.
    pub(super) fn check_depth(&self) -> Answer<()> {
        if self.depth() < DEEPEST {
            return Ok(());
        }
        Err(too_deep())
    }

    /// How two values of one ordered type compare.
    pub(super) fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Text(one), Self::Text(two)) => Some(one.cmp(two)),
            (Self::Number(_), Self::Number(_)) => Some(self.number()?.cmp(&other.number()?)),
            (Self::Bytes(_), Self::Bytes(_)) => Some(self.bytes()?.cmp(&other.bytes()?)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Attribute, Number, settle};

    #[test]
    fn a_plain_number_takes_the_same_bytes_on_the_short_way_as_on_the_long_one() {
        for text in [
            "0",
            "7",
            "10",
            "42",
            "1500",
            "1772000000000",
            "12345678901234567890",
            "-3",
        ] {
            let mut value = Attribute::Number(text.into());
            let size = Number::parse(text).expect("a number").size();
            assert_eq!(settle(&mut value).expect("settled"), size, "{text}");
            assert_eq!(value.size(), size, "{text}");
        }
    }
}
