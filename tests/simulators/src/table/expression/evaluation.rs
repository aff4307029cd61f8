//! Whether a condition holds for an item, and whether its values make sense at all.
//!
//! What an item lacks is unequal to everything, and neither larger nor smaller than anything.

use std::{borrow::Cow, cmp::Ordering};

use super::{
    Names, Parsed, Scope,
    condition::{Comparator, Condition, Operand},
    find, top_of,
};
use crate::table::{
    refusal::{Answer, Refusal},
    value::{Attribute, Item, SetOf},
};

const TYPES: [&str; 10] = ["B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"];

impl Parsed<Condition> {
    /// Refuses values that the operators cannot take, whatever the item is.
    pub(in crate::table) fn check_values(&self, scope: &Scope) -> Answer<()> {
        check(&self.content, self.kind, scope)
    }
}

fn check(condition: &Condition, kind: &str, scope: &Scope) -> Answer<()> {
    let fault = |words: String| Err(Refusal::validation(format!("Invalid {kind}: {words}")));
    let wrong_type = |function: &str, found: &str| {
        fault(format!(
            "Incorrect operand type for operator or function; operator or function: {function}, \
             operand type: {found}"
        ))
    };
    let given = |operand: &Operand| match operand {
        Operand::Value(name) => scope.values.get(name),
        Operand::Path(_) | Operand::Size(_) => None,
    };
    match condition {
        Condition::And(one, two) | Condition::Or(one, two) => {
            check(one, kind, scope)?;
            check(two, kind, scope)
        }
        Condition::Not(inner) => check(inner, kind, scope),
        Condition::Compare(Comparator::Equal | Comparator::NotEqual, ..)
        | Condition::In(..)
        | Condition::Exists(_)
        | Condition::NotExists(_)
        | Condition::Contains(..) => Ok(()),
        Condition::Compare(comparator, left, right) => {
            for value in [left, right].into_iter().filter_map(given) {
                if !matches!(value.kind(), "S" | "N" | "B") {
                    return wrong_type(comparator.symbol(), value.kind());
                }
            }
            Ok(())
        }
        Condition::Type(_, wanted) => match given(wanted) {
            None => Ok(()),
            Some(value) => match value.text() {
                None => wrong_type("attribute_type", value.kind()),
                Some(name) if TYPES.contains(&name) => Ok(()),
                Some(name) => fault(format!(
                    "Invalid attribute type name found; type: {name}, valid types: {{{}}}",
                    TYPES.join(",")
                )),
            },
        },
        Condition::BeginsWith(first, second) => {
            for value in [first, second].into_iter().filter_map(given) {
                if !matches!(value.kind(), "S" | "B") {
                    return wrong_type("begins_with", value.kind());
                }
            }
            Ok(())
        }
        Condition::Between(_, low, high) => match (given(low), given(high)) {
            (Some(low), Some(high)) => check_bounds(low, high).or_else(fault),
            _ => Ok(()),
        },
    }
}

fn check_bounds(low: &Attribute, high: &Attribute) -> Result<(), String> {
    let complaint = |words: &str| {
        let shown = |value: &Attribute| {
            let mut text = Vec::new();
            value.write(&mut text);
            format!(
                "AttributeValue: {}",
                String::from_utf8_lossy(&text).replace('"', "")
            )
        };
        Err(format!(
            "The BETWEEN operator requires {words}; lower bound operand: {}, upper bound operand: \
             {}",
            shown(low),
            shown(high)
        ))
    };
    if low.kind() != high.kind() {
        return complaint("same data type for lower and upper bounds");
    }
    match low.order(high) {
        Some(Ordering::Greater) => {
            complaint("upper bound to be greater than or equal to lower bound")
        }
        _ => Ok(()),
    }
}

impl Condition {
    /// Whether it holds.
    pub(in crate::table) fn holds(&self, item: &Item, scope: &Scope) -> bool {
        let of = |operand| value_of(operand, item, scope);
        match self {
            Self::And(one, two) => one.holds(item, scope) && two.holds(item, scope),
            Self::Or(one, two) => one.holds(item, scope) || two.holds(item, scope),
            Self::Not(inner) => !inner.holds(item, scope),
            Self::Compare(comparator, left, right) => match (of(left), of(right)) {
                (Some(left), Some(right)) => compare(&left, *comparator, &right),
                _ => *comparator == Comparator::NotEqual,
            },
            Self::Between(operand, low, high) => match (of(operand), of(low), of(high)) {
                (Some(value), Some(low), Some(high)) => {
                    compare(&value, Comparator::GreaterOrEqual, &low)
                        && compare(&value, Comparator::LessOrEqual, &high)
                }
                _ => false,
            },
            Self::In(operand, candidates) => of(operand).is_some_and(|value| {
                candidates
                    .iter()
                    .any(|candidate| of(candidate).is_some_and(|candidate| candidate == value))
            }),
            Self::Exists(path) => find(item, path, &scope.names).is_some(),
            Self::NotExists(path) => find(item, path, &scope.names).is_none(),
            Self::Type(path, wanted) => {
                let wanted = of(wanted);
                find(item, path, &scope.names).is_some_and(|value| {
                    wanted.is_some_and(|wanted| wanted.text() == Some(value.kind()))
                })
            }
            Self::BeginsWith(operand, prefix) => match (of(operand), of(prefix)) {
                (Some(value), Some(prefix)) => begins_with(&value, &prefix),
                _ => false,
            },
            Self::Contains(operand, part) => match (of(operand), of(part)) {
                (Some(value), Some(part)) => contains(&value, &part),
                _ => false,
            },
        }
    }

    /// The attributes that it looks at.
    pub(in crate::table) fn attributes<'a>(&'a self, names: &'a Names) -> Vec<&'a str> {
        let mut found = Vec::new();
        let mut operands: Vec<&Operand> = Vec::new();
        match self {
            Self::And(one, two) | Self::Or(one, two) => {
                found.extend(one.attributes(names));
                found.extend(two.attributes(names));
            }
            Self::Not(inner) => found.extend(inner.attributes(names)),
            Self::Compare(_, one, two) | Self::BeginsWith(one, two) | Self::Contains(one, two) => {
                operands.extend([one, two]);
            }
            Self::Between(one, two, three) => operands.extend([one, two, three]),
            Self::In(one, others) => {
                operands.push(one);
                operands.extend(others);
            }
            Self::Exists(path) | Self::NotExists(path) | Self::Type(path, _) => {
                found.push(top_of(path, names));
            }
        }
        found.extend(operands.into_iter().filter_map(|operand| match operand {
            Operand::Path(path) | Operand::Size(path) => Some(top_of(path, names)),
            Operand::Value(_) => None,
        }));
        found
    }
}

fn value_of<'v>(operand: &Operand, item: &'v Item, scope: &'v Scope) -> Option<Cow<'v, Attribute>> {
    match operand {
        Operand::Path(path) => find(item, path, &scope.names).map(Cow::Borrowed),
        Operand::Value(name) => scope.values.get(name).map(Cow::Borrowed),
        Operand::Size(path) => {
            let size = match find(item, path, &scope.names)? {
                Attribute::Text(text) => text.encode_utf16().count(),
                Attribute::Set(_, members) => members.len(),
                Attribute::List(members) => members.len(),
                Attribute::Map(members) => members.len(),
                bytes @ Attribute::Bytes(_) => bytes.size(),
                _ => return None,
            };
            Some(Cow::Owned(Attribute::Number(size.to_string().into())))
        }
    }
}

/// Whether a comparison holds. Only text, numbers and bytes have an order.
pub(super) fn compare(left: &Attribute, comparator: Comparator, right: &Attribute) -> bool {
    let order = || left.order(right);
    match comparator {
        Comparator::Equal => left == right,
        Comparator::NotEqual => left != right,
        Comparator::Less => order().is_some_and(Ordering::is_lt),
        Comparator::LessOrEqual => order().is_some_and(Ordering::is_le),
        Comparator::Greater => order().is_some_and(Ordering::is_gt),
        Comparator::GreaterOrEqual => order().is_some_and(Ordering::is_ge),
    }
}

fn begins_with(value: &Attribute, prefix: &Attribute) -> bool {
    match (value, prefix) {
        (Attribute::Text(text), Attribute::Text(prefix)) => text.starts_with(&**prefix),
        _ => value
            .bytes()
            .zip(prefix.bytes())
            .is_some_and(|(bytes, prefix)| bytes.starts_with(&prefix)),
    }
}

fn contains(value: &Attribute, part: &Attribute) -> bool {
    match (value, part) {
        (Attribute::Text(text), Attribute::Text(part)) => text.contains(&**part),
        (Attribute::Bytes(_), Attribute::Bytes(_)) => {
            value
                .bytes()
                .zip(part.bytes())
                .is_some_and(|(bytes, part)| {
                    part.is_empty() || bytes.windows(part.len()).any(|window| window == part)
                })
        }
        (Attribute::Set(SetOf::Texts, members), Attribute::Text(part))
        | (Attribute::Set(SetOf::Numbers, members), Attribute::Number(part))
        | (Attribute::Set(SetOf::Bytes, members), Attribute::Bytes(part)) => members.contains(part),
        (Attribute::List(members), part) => members.contains(part),
        _ => false,
    }
}
