//! Mutations that know the structure of what they change, and texts that are JSON only nearly.
//!
//! A document is kept as a tree in which anything may stand, doubled keys and broken values too.

use proptest::{collection::vec, prelude::*, sample::Index};
use serde_json::Value;

use super::corpus::oddities;

/// A tree of JSON, or of what pretends to be.
#[derive(Clone, Debug)]
pub enum Json {
    /// A value as it stands in the text.
    Raw(Vec<u8>),
    /// A list.
    List(Vec<Json>),
    /// A table, keys as they stand in the text.
    Table(Vec<(Vec<u8>, Json)>),
}

/// One change of one place.
#[derive(Clone, Debug)]
pub enum Change {
    /// It is left out.
    Drop,
    /// It stands twice.
    Double,
    /// Something odd stands in its place.
    Replace(Index),
    /// It stands within lists or tables.
    Nest(usize, bool),
    /// Its key is another one.
    Rename(Index),
    /// Something odd is put beside it under the same key.
    Shadow(Index),
    /// It changes places with another.
    Swap(Index),
}

/// Changes and the places where they happen.
pub type Changes = Vec<(Index, Change)>;

/// One change or several.
pub fn changes() -> impl Strategy<Value = Changes> {
    let change = prop_oneof![
        2 => Just(Change::Drop),
        2 => Just(Change::Double),
        6 => any::<Index>().prop_map(Change::Replace),
        1 => (prop_oneof![1_usize..4, Just(126), Just(10_000)], any::<bool>())
            .prop_map(|(depth, tables)| Change::Nest(depth, tables)),
        1 => any::<Index>().prop_map(Change::Rename),
        2 => any::<Index>().prop_map(Change::Shadow),
        1 => any::<Index>().prop_map(Change::Swap),
    ];
    vec((any::<Index>(), change), 1..4)
}

impl From<&Value> for Json {
    fn from(value: &Value) -> Self {
        match value {
            Value::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Object(table) => Self::Table(
                table
                    .iter()
                    .map(|(key, value)| (text(key), Self::from(value)))
                    .collect(),
            ),
            scalar => Self::Raw(scalar.to_string().into_bytes()),
        }
    }
}

fn text(words: &str) -> Vec<u8> {
    Value::from(words).to_string().into_bytes()
}

impl Json {
    /// The text.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(&mut bytes);
        bytes
    }

    /// The tree with all changes made, one after the other.
    pub fn changed(mut self, changes: &Changes) -> Self {
        for (place, change) in changes {
            let place = place.index(self.count());
            let other = match change {
                Change::Swap(other) => self.at(other.index(self.count())).cloned(),
                _ => None,
            };
            let mut left = place;
            self.change(&mut left, change, other.as_ref());
        }
        self
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Raw(raw) => bytes.extend(raw),
            Self::List(items) => {
                bytes.push(b'[');
                for (number, item) in items.iter().enumerate() {
                    if number > 0 {
                        bytes.push(b',');
                    }
                    item.write(bytes);
                }
                bytes.push(b']');
            }
            Self::Table(entries) => {
                bytes.push(b'{');
                for (number, (key, value)) in entries.iter().enumerate() {
                    if number > 0 {
                        bytes.push(b',');
                    }
                    bytes.extend(key);
                    bytes.push(b':');
                    value.write(bytes);
                }
                bytes.push(b'}');
            }
        }
    }

    /// How many places there are, this one included.
    fn count(&self) -> usize {
        1 + match self {
            Self::Raw(_) => 0,
            Self::List(items) => items.iter().map(Self::count).sum(),
            Self::Table(entries) => entries.iter().map(|(_, value)| value.count()).sum(),
        }
    }

    fn at(&self, place: usize) -> Option<&Self> {
        if place == 0 {
            return Some(self);
        }
        let mut left = place - 1;
        let children: Vec<&Self> = match self {
            Self::Raw(_) => Vec::new(),
            Self::List(items) => items.iter().collect(),
            Self::Table(entries) => entries.iter().map(|(_, value)| value).collect(),
        };
        for child in children {
            let count = child.count();
            if left < count {
                return child.at(left);
            }
            left -= count;
        }
        None
    }

    /// Walks to a place and changes it; says so.
    fn change(&mut self, left: &mut usize, change: &Change, other: Option<&Self>) -> bool {
        if *left == 0 {
            // Only the root comes here: what stands in something is changed where it stands.
            self.replace(change, other);
            return true;
        }
        *left -= 1;
        match self {
            Self::Raw(_) => false,
            Self::List(items) => {
                for number in 0..items.len() {
                    if *left == 0 {
                        match change {
                            Change::Drop => drop(items.remove(number)),
                            Change::Double => items.insert(number, items[number].clone()),
                            _ => items[number].replace(change, other),
                        }
                        return true;
                    }
                    if items[number].change(left, change, other) {
                        return true;
                    }
                }
                false
            }
            Self::Table(entries) => {
                for number in 0..entries.len() {
                    if *left == 0 {
                        change_entry(entries, number, change, other);
                        return true;
                    }
                    if entries[number].1.change(left, change, other) {
                        return true;
                    }
                }
                false
            }
        }
    }

    fn replace(&mut self, change: &Change, other: Option<&Self>) {
        match change {
            Change::Replace(odd) | Change::Rename(odd) | Change::Shadow(odd) => {
                *self = odd.get(&oddities()).clone();
            }
            Change::Nest(depth, tables) => {
                let (opens, closes) = if *tables {
                    ("{\"a\":", "}")
                } else {
                    ("[", "]")
                };
                let mut raw = opens.repeat(*depth).into_bytes();
                self.write(&mut raw);
                raw.extend(closes.repeat(*depth).into_bytes());
                *self = Self::Raw(raw);
            }
            Change::Swap(_) => {
                if let Some(other) = other {
                    *self = other.clone();
                }
            }
            Change::Double => *self = Self::List(vec![self.clone(), self.clone()]),
            Change::Drop => *self = Self::Raw(Vec::new()),
        }
    }
}

fn change_entry(
    entries: &mut Vec<(Vec<u8>, Json)>,
    number: usize,
    change: &Change,
    other: Option<&Json>,
) {
    match change {
        Change::Drop => drop(entries.remove(number)),
        Change::Double => entries.insert(number, entries[number].clone()),
        Change::Rename(odd) => {
            if let Json::Raw(raw) = odd.get(&oddities()) {
                entries[number].0.clone_from(raw);
            }
        }
        Change::Shadow(odd) => {
            let key = entries[number].0.clone();
            entries.push((key, odd.get(&oddities()).clone()));
        }
        _ => entries[number].1.replace(change, other),
    }
}

/// Bytes of any kind: JSON that makes no sense, and no JSON at all.
pub fn senseless() -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let json = leaf.prop_recursive(4, 30, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            vec((any::<String>(), inner), 0..5)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    });
    prop_oneof![
        2 => vec(any::<u8>(), 0..200),
        3 => json.prop_map(|json| json.to_string().into_bytes()),
        2 => any::<Index>().prop_map(|odd| odd.get(&oddities()).to_bytes()),
    ]
}
