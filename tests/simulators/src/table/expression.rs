//! Expressions: conditions, updates, projections, by one small grammar.
//!
//! What an expression says is read once and remembered by its text. Placeholders are looked up when
//! it is used; never is a value's text taken for a part of an expression.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::{Map, Value};

use super::{
    refusal::{Answer, Refusal},
    value::{Attribute, Item},
};

pub(super) mod condition;
mod cursor;
mod evaluation;
pub(super) mod key_condition;
mod lexer;
pub(super) mod projection;
mod reserved;
pub(super) mod update;

use condition::Condition;
use projection::Projection;
use update::Update;

/// Attribute names behind their placeholders.
pub(super) type Names = Map<String, Value>;

/// What requests call `ExpressionAttributeNames` and `ExpressionAttributeValues`.
#[derive(Default)]
pub(super) struct Scope {
    pub(super) names: Names,
    pub(super) values: Item,
}

/// One step of a document path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Segment {
    Name(String),
    Alias(String),
    Index(usize),
}

/// A document path, such as `a.#b[0]`.
pub(super) type Path = Vec<Segment>;

/// The placeholders that an expression uses.
#[derive(Default)]
pub(super) struct Uses {
    pub(super) names: BTreeSet<String>,
    pub(super) values: BTreeSet<String>,
}

/// An expression as it was read.
pub(super) struct Parsed<T> {
    /// Such as `ConditionExpression`.
    pub(super) kind: &'static str,
    pub(super) uses: Uses,
    pub(super) content: T,
}

/// The name that a step stands for; none for an index.
fn name_of<'a>(segment: &'a Segment, names: &'a Names) -> Option<&'a str> {
    match segment {
        Segment::Name(name) => Some(name),
        Segment::Alias(alias) => names.get(alias).and_then(Value::as_str),
        Segment::Index(_) => None,
    }
}

/// The attribute that a path begins with.
pub(super) fn top_of<'a>(path: &'a Path, names: &'a Names) -> &'a str {
    path.first()
        .and_then(|segment| name_of(segment, names))
        .unwrap_or_default()
}

/// The path without placeholders.
pub(super) fn resolved(path: &Path, names: &Names) -> Path {
    path.iter()
        .map(|segment| match name_of(segment, names) {
            Some(name) => Segment::Name(name.to_owned()),
            None => segment.clone(),
        })
        .collect()
}

/// What an item has at a path.
pub(super) fn find<'v>(item: &'v Item, path: &[Segment], names: &Names) -> Option<&'v Attribute> {
    let (first, rest) = path.split_first()?;
    let mut value = item.get(name_of(first, names)?)?;
    for segment in rest {
        value = match (value, segment) {
            (Attribute::List(members), Segment::Index(index)) => members.get(*index)?,
            (Attribute::Map(members), segment) => members.get(name_of(segment, names)?)?,
            _ => return None,
        };
    }
    Some(value)
}

/// Refuses paths of which one is inside another, or which take one place for two kinds of thing.
pub(super) fn check_overlaps(kind: &str, paths: &[Path]) -> Answer<()> {
    for (at, one) in paths.iter().enumerate() {
        for two in &paths[at + 1..] {
            let same = one.iter().zip(two).take_while(|(a, b)| a == b).count();
            let how = if same == one.len() || same == two.len() {
                "overlap"
            } else if same > 0
                && matches!(one[same], Segment::Index(_)) != matches!(two[same], Segment::Index(_))
            {
                "conflict"
            } else {
                continue;
            };
            return Err(Refusal::validation(format!(
                "Invalid {kind}: Two document paths {how} with each other; must remove or rewrite \
                 one of these paths; path one: {}, path two: {}",
                written(one),
                written(two)
            )));
        }
    }
    Ok(())
}

fn written(path: &Path) -> String {
    let parts: Vec<String> = path
        .iter()
        .map(|segment| match segment {
            Segment::Name(name) | Segment::Alias(name) => name.clone(),
            Segment::Index(index) => format!("[{index}]"),
        })
        .collect();
    format!("[{}]", parts.join(", "))
}

/// Refuses placeholders that an expression uses and the request does not explain.
pub(super) fn check_defined<T>(parsed: &Parsed<T>, scope: &Scope) -> Answer<()> {
    let Parsed { kind, uses, .. } = parsed;
    for name in &uses.names {
        if !scope.names.contains_key(name) {
            return Err(Refusal::validation(format!(
                "Invalid {kind}: An expression attribute name used in the document path is not \
                 defined; attribute name: {name}"
            )));
        }
    }
    for name in &uses.values {
        if !scope.values.contains_key(name) {
            return Err(Refusal::validation(format!(
                "Invalid {kind}: An expression attribute value used in expression is not defined; \
                 attribute value: {name}"
            )));
        }
    }
    Ok(())
}

/// Refuses placeholders that the request explains and no expression uses.
pub(super) fn check_used(scope: &Scope, uses: &[&Uses]) -> Answer<()> {
    let used = |set: fn(&Uses) -> &BTreeSet<String>, name: &str| {
        uses.iter().any(|uses| set(uses).contains(name))
    };
    let unused = |what: &str, left: Vec<&str>| {
        if left.is_empty() {
            return Ok(());
        }
        Err(Refusal::validation(format!(
            "Value provided in {what} unused in expressions: keys: {{{}}}",
            left.join(", ")
        )))
    };
    let names = scope.names.keys().map(String::as_str);
    let names = names.filter(|name| !used(|uses| &uses.names, name));
    unused("ExpressionAttributeNames", names.collect())?;
    let values = scope.values.keys();
    let values = values.filter(|name| !used(|uses| &uses.values, name));
    unused("ExpressionAttributeValues", values.collect())
}

/// The most texts that are remembered; a caller that never repeats one must not fill the memory.
const MOST_REMEMBERED: usize = 1_000;

/// The expressions that were read, by their texts.
#[derive(Default)]
pub(super) struct Expressions {
    conditions: BTreeMap<(&'static str, String), Arc<Parsed<Condition>>>,
    updates: BTreeMap<(&'static str, String), Arc<Parsed<Update>>>,
    projections: BTreeMap<(&'static str, String), Arc<Parsed<Projection>>>,
}

impl Expressions {
    /// A condition, a filter or a key condition.
    pub(super) fn condition(
        &mut self,
        kind: &'static str,
        text: String,
    ) -> Answer<Arc<Parsed<Condition>>> {
        remembered(&mut self.conditions, kind, text, condition::parse)
    }

    /// An update.
    pub(super) fn update(&mut self, text: String) -> Answer<Arc<Parsed<Update>>> {
        remembered(&mut self.updates, "UpdateExpression", text, |_, text| {
            update::parse(text)
        })
    }

    /// A projection.
    pub(super) fn projection(&mut self, text: String) -> Answer<Arc<Parsed<Projection>>> {
        let kind = "ProjectionExpression";
        remembered(&mut self.projections, kind, text, |_, text| {
            projection::parse(text)
        })
    }
}

fn remembered<T>(
    known: &mut BTreeMap<(&'static str, String), Arc<Parsed<T>>>,
    kind: &'static str,
    text: String,
    parse: impl FnOnce(&'static str, &str) -> Answer<Parsed<T>>,
) -> Answer<Arc<Parsed<T>>> {
    let key = (kind, text);
    if let Some(parsed) = known.get(&key) {
        return Ok(Arc::clone(parsed));
    }
    let parsed = Arc::new(parse(kind, &key.1)?);
    if known.len() >= MOST_REMEMBERED {
        known.clear();
    }
    known.insert(key, Arc::clone(&parsed));
    Ok(parsed)
}
