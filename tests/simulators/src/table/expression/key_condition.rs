//! Key conditions: which rows of one partition a query walks.
//!
//! Never more than one partition, and never a condition on anything but the key.

use std::ops::Bound;

use super::{
    Parsed, Path, Scope,
    condition::{Comparator, Condition, Operand},
    evaluation::compare,
    top_of,
};
use crate::table::{
    refusal::{Answer, Refusal},
    schema::{KeyPart, Keys, Sort},
    value::Attribute,
};

/// The rows that a query walks.
pub(in crate::table) struct Bounds {
    pub(in crate::table) partition: String,
    pub(in crate::table) low: Bound<Sort>,
    pub(in crate::table) high: Bound<Sort>,
    pub(in crate::table) limits_sort: bool,
}

/// One condition on one part of the key.
enum Clause<'v> {
    Compare(Comparator, &'v Attribute),
    Between(&'v Attribute, &'v Attribute),
    BeginsWith(&'v Attribute),
}

const KIND: &str = "KeyConditionExpression";

fn fault(words: &str) -> Refusal {
    Refusal::validation(format!("Invalid {KIND}: {words}"))
}

/// What a condition says about the key of a table or an index.
pub(in crate::table) fn bind(
    parsed: &Parsed<Condition>,
    keys: &Keys,
    scope: &Scope,
) -> Answer<Bounds> {
    let mut clauses = Vec::new();
    collect(&parsed.content, scope, &mut clauses)?;
    for (at, (name, _)) in clauses.iter().enumerate() {
        if clauses[..at].iter().any(|(other, _)| other == name) {
            return Err(fault(
                "KeyConditionExpressions must only contain one condition per key",
            ));
        }
    }
    if clauses.len() > 2 {
        return Err(Refusal::validation(
            "Conditions can be of length 1 or 2 only",
        ));
    }
    let of = |part: &KeyPart| clauses.iter().find(|(name, _)| *name == part.name);
    let missed = |part: &KeyPart| {
        Refusal::validation(format!(
            "Query condition missed key schema element: {}",
            part.name
        ))
    };
    let Some((_, clause)) = of(&keys.hash) else {
        return Err(missed(&keys.hash));
    };
    let Clause::Compare(Comparator::Equal, partition) = clause else {
        return Err(Refusal::validation("Query key condition not supported"));
    };
    let sort = of(&keys.range);
    if clauses.len() == 2 && sort.is_none() {
        return Err(missed(&keys.range));
    }
    let Sort::Text(partition) = keys.hash.value_of_condition(partition)? else {
        return Err(Refusal::validation("Query key condition not supported"));
    };
    let (low, high) = match sort {
        None => (Bound::Unbounded, Bound::Unbounded),
        Some((_, clause)) => range(clause, &keys.range)?,
    };
    Ok(Bounds {
        partition,
        low,
        high,
        limits_sort: sort.is_some(),
    })
}

fn collect<'a>(
    condition: &'a Condition,
    scope: &'a Scope,
    clauses: &mut Vec<(&'a str, Clause<'a>)>,
) -> Answer<()> {
    let given = |operand: &'a Operand| match operand {
        Operand::Value(name) => scope
            .values
            .get(name)
            .ok_or_else(|| fault("a value is not defined")),
        Operand::Path(_) | Operand::Size(_) => {
            Err(fault("Invalid operand; an attribute value is expected"))
        }
    };
    let attribute = |path: &'a Path| match path.as_slice() {
        [_] => Ok(top_of(path, &scope.names)),
        _ => Err(fault(
            "KeyConditionExpressions cannot have conditions on nested attributes",
        )),
    };
    let operator = |name: &str| {
        Err(fault(&format!(
            "Invalid operator used in KeyConditionExpression: {name}"
        )))
    };
    let clause = match condition {
        Condition::And(one, two) => {
            collect(one, scope, clauses)?;
            return collect(two, scope, clauses);
        }
        Condition::Compare(Comparator::NotEqual, ..) => return operator("<>"),
        Condition::Compare(comparator, Operand::Path(path), right) => (
            attribute(path)?,
            Clause::Compare(*comparator, given(right)?),
        ),
        Condition::Between(Operand::Path(path), low, high) => {
            (attribute(path)?, Clause::Between(given(low)?, given(high)?))
        }
        Condition::BeginsWith(Operand::Path(path), prefix) => {
            (attribute(path)?, Clause::BeginsWith(given(prefix)?))
        }
        Condition::Or(..) => return operator("OR"),
        Condition::Not(_) => return operator("NOT"),
        Condition::In(..) => return operator("IN"),
        Condition::Exists(_) => return operator("attribute_exists"),
        Condition::NotExists(_) => return operator("attribute_not_exists"),
        Condition::Type(..) => return operator("attribute_type"),
        Condition::Contains(..) => return operator("contains"),
        Condition::Compare(..) | Condition::Between(..) | Condition::BeginsWith(..) => {
            return Err(fault("Invalid operand; a key attribute is expected"));
        }
    };
    clauses.push(clause);
    Ok(())
}

fn range(clause: &Clause<'_>, part: &KeyPart) -> Answer<(Bound<Sort>, Bound<Sort>)> {
    use Bound::{Excluded, Included, Unbounded};
    let read = |value| part.value_of_condition(value);
    Ok(match clause {
        Clause::Compare(Comparator::Less, value) => (Unbounded, Excluded(read(value)?)),
        Clause::Compare(Comparator::LessOrEqual, value) => (Unbounded, Included(read(value)?)),
        Clause::Compare(Comparator::Greater, value) => (Excluded(read(value)?), Unbounded),
        Clause::Compare(Comparator::GreaterOrEqual, value) => (Included(read(value)?), Unbounded),
        Clause::Compare(Comparator::Equal | Comparator::NotEqual, value) => {
            (Included(read(value)?), Included(read(value)?))
        }
        Clause::Between(low, high) => {
            if compare(low, Comparator::Greater, high) {
                return Err(fault(
                    "The BETWEEN operator's bounds are in the wrong order",
                ));
            }
            (Included(read(low)?), Included(read(high)?))
        }
        Clause::BeginsWith(prefix) => {
            let Sort::Text(prefix) = read(prefix)? else {
                return Err(fault(&format!(
                    "Incorrect operand type for operator or function; operator or function: \
                     begins_with, operand type: {}",
                    prefix.kind()
                )));
            };
            let end = after_prefix(&prefix).map_or(Unbounded, |end| Excluded(Sort::Text(end)));
            (Included(Sort::Text(prefix)), end)
        }
    })
}

/// The first text behind all those that begin with a prefix.
fn after_prefix(prefix: &str) -> Option<String> {
    let mut letters: Vec<char> = prefix.chars().collect();
    while let Some(last) = letters.pop() {
        // The letters of texts and their bytes have the same order.
        if let Some(next) = (last..=char::MAX).nth(1) {
            letters.push(next);
            return Some(letters.into_iter().collect());
        }
    }
    None
}
