//! The shape of the table: its keys and its indexes.
//!
//! The project's own shape and no other; never a key that is missing, empty or of another type.

use super::{
    number::Number,
    refusal::{Answer, Refusal},
    value::{Attribute, Item, settle_item},
};

/// The longest hash and range keys, in bytes.
const LONGEST_HASH: usize = 2_048;
const LONGEST_RANGE: usize = 1_024;
/// When an item expires, in seconds.
pub(super) const EXPIRY: &str = "expires_at";

/// One attribute of a key.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeyPart {
    pub(super) name: &'static str,
    /// `S` or `N`.
    pub(super) kind: &'static str,
}

/// A hash key, which is text in this table and its indexes, and a range key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keys {
    pub(super) hash: KeyPart,
    pub(super) range: KeyPart,
}

const fn text(name: &'static str) -> KeyPart {
    KeyPart { name, kind: "S" }
}

/// The key of the table.
pub(super) const TABLE: Keys = Keys {
    hash: text("pk"),
    range: text("sk"),
};

/// The indexes; they hold keys only.
pub(super) const INDEXES: [(&str, Keys); 2] = [
    (
        "class",
        Keys {
            hash: text("class_list"),
            range: text("class_key"),
        },
    ),
    (
        "due",
        Keys {
            hash: text("due_list"),
            range: KeyPart {
                name: "due_at",
                kind: "N",
            },
        },
    ),
];

/// The content of a key attribute.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sort {
    Number(Number),
    Text(String),
}

impl Sort {
    /// As an attribute value.
    pub(super) fn to_value(&self) -> Attribute {
        match self {
            Self::Number(number) => (*number).into(),
            Self::Text(text) => text.as_str().into(),
        }
    }
}

impl KeyPart {
    /// The content of an attribute of this type.
    pub(super) fn read(&self, value: &Attribute) -> Option<Sort> {
        match self.kind {
            "N" => value.number().map(Sort::Number),
            _ => value.text().map(|text| Sort::Text(text.to_owned())),
        }
    }

    /// The content of a value that a key condition compares with.
    pub(super) fn value_of_condition(&self, value: &Attribute) -> Answer<Sort> {
        let sort = self.read(value).ok_or_else(|| {
            Refusal::invalid_value("Condition parameter type does not match schema type")
        })?;
        if sort == Sort::Text(String::new()) {
            return Err(empty_key(self.name));
        }
        Ok(sort)
    }
}

fn empty_key(name: &str) -> Refusal {
    Refusal::validation(format!(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot \
         contain an empty string value. Key: {name}"
    ))
}

/// The key of an item of the table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) pk: String,
    pub(super) sk: String,
}

impl Key {
    /// The key in an item that is to be written.
    pub(super) fn of_item(item: &Item) -> Answer<Self> {
        let part = |part: KeyPart| {
            let Some(value) = item.get(part.name) else {
                return Err(Refusal::invalid_value(&format!(
                    "Missing the key {} in the item",
                    part.name
                )));
            };
            value.text().ok_or_else(|| {
                Refusal::invalid_value(&format!(
                    "Type mismatch for key {} expected: {} actual: {}",
                    part.name,
                    part.kind,
                    value.kind()
                ))
            })
        };
        Self::checked(part(TABLE.hash)?, part(TABLE.range)?)
    }

    /// A key that is a parameter of its own.
    pub(super) fn of_parameter(mut key: Item) -> Answer<Self> {
        let mismatch = || Refusal::validation("The provided key element does not match the schema");
        settle_item(&mut key)?;
        if key.len() != 2 {
            return Err(mismatch());
        }
        let part = |part: KeyPart| {
            key.get(part.name)
                .and_then(Attribute::text)
                .ok_or_else(mismatch)
        };
        Self::checked(part(TABLE.hash)?, part(TABLE.range)?)
    }

    fn checked(pk: &str, sk: &str) -> Answer<Self> {
        for (text, part) in [(pk, TABLE.hash), (sk, TABLE.range)] {
            if text.is_empty() {
                return Err(empty_key(part.name));
            }
        }
        if pk.len() > LONGEST_HASH {
            return Err(Refusal::invalid_value(
                "Size of hashkey has exceeded the maximum size limit of2048 bytes",
            ));
        }
        if sk.len() > LONGEST_RANGE {
            return Err(Refusal::invalid_value(
                "Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
            ));
        }
        Ok(Self {
            pk: pk.to_owned(),
            sk: sk.to_owned(),
        })
    }

    /// Comes before every other.
    pub(super) const fn least() -> Self {
        Self {
            pk: String::new(),
            sk: String::new(),
        }
    }

    /// The bytes that it takes in an item.
    pub(super) fn size(&self) -> usize {
        TABLE.hash.name.len() + self.pk.len() + TABLE.range.name.len() + self.sk.len()
    }

    /// As attributes.
    pub(super) fn to_item(&self) -> Item {
        Item::from([
            (TABLE.hash.name, self.pk.as_str().into()),
            (TABLE.range.name, self.sk.as_str().into()),
        ])
    }

    /// Puts items into an order that has nothing to do with their keys, as hashing does.
    pub(super) fn scattered(&self) -> u64 {
        let bytes = self.pk.bytes().chain([0]).chain(self.sk.bytes());
        bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    }
}

/// Refuses an item whose index keys no index could hold. `updated` words it for an update.
pub(super) fn check_index_keys(item: &Item, updated: bool) -> Answer<()> {
    for (index, keys) in INDEXES {
        for (part, longest) in [(keys.hash, LONGEST_HASH), (keys.range, LONGEST_RANGE)] {
            let Some(value) = item.get(part.name) else {
                continue;
            };
            if value.kind() != part.kind {
                return Err(Refusal::invalid_value(&format!(
                    "Type mismatch for Index Key {} Expected: {} Actual: {} IndexName: {index}",
                    part.name,
                    part.kind,
                    value.kind()
                )));
            }
            let length = value.text().map_or(1, str::len);
            if length == 0 && updated {
                return Err(Refusal::validation(
                    "One or more parameter values are not valid. The update expression attempted \
                     to update a secondary index key to a value that is not supported. The \
                     AttributeValue for a key attribute cannot contain an empty string value.",
                ));
            }
            if length == 0 {
                return Err(Refusal::validation(format!(
                    "One or more parameter values are not valid. A value specified for a secondary \
                     index key is not supported. The AttributeValue for a key attribute cannot \
                     contain an empty string value. IndexName: {index}, IndexKey: {}",
                    part.name
                )));
            }
            if length > longest {
                return Err(Refusal::invalid_value(&format!(
                    "Size of index key {} has exceeded the maximum size limit of {longest} bytes",
                    part.name
                )));
            }
        }
    }
    Ok(())
}
