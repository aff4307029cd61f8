//! What an update makes of an item.
//!
//! Every value is worked out from the item as it was. Never a half-done update: the changes are
//! made on copies of the attributes they touch.

use std::collections::BTreeMap;

use super::{Source, Update};
use crate::table::{
    expression::{Names, Path, Scope, Segment, find, resolved},
    number::Number,
    refusal::{Answer, Refusal},
    value::{Attribute, Item, sort_members},
};

/// The attributes that change: what they become, or that they go.
pub(in crate::table) type Changes = BTreeMap<String, Option<Attribute>>;

fn bad_path() -> Refusal {
    Refusal::validation("The document path provided in the update expression is invalid for update")
}

fn bad_operand() -> Refusal {
    Refusal::validation("An operand in the update expression has an incorrect data type")
}

impl Update {
    /// The changes to an item. Values that are used only once are taken out of the scope.
    pub(in crate::table) fn changes(&self, item: &Item, scope: &mut Scope) -> Answer<Changes> {
        let mut writes: Vec<(Path, Attribute)> = Vec::with_capacity(self.sets.len());
        let mut removals = Vec::new();
        for (path, source) in &self.sets {
            let value = self.evaluate(source, item, scope)?;
            writes.push((resolved(path, &scope.names), value));
        }
        for (path, name) in &self.additions {
            let operand = scope.values.get(name).cloned().ok_or_else(bad_operand)?;
            let value = match find(item, path, &scope.names) {
                None => operand,
                Some(old) => added(old, operand)?,
            };
            writes.push((resolved(path, &scope.names), value));
        }
        for (path, name) in &self.deletions {
            let operand = scope.values.get(name).ok_or_else(bad_operand)?;
            let at = resolved(path, &scope.names);
            match find(item, path, &scope.names) {
                // Nothing to take anything out of, but there has to be a place for it.
                None => check_parent(item, &at)?,
                Some(old) => match without(old, operand)? {
                    Some(value) => writes.push((at, value)),
                    // A set that is empty is no attribute any more.
                    None => removals.push(at),
                },
            }
        }
        for path in &self.removals {
            let at = resolved(path, &scope.names);
            if find(item, path, &scope.names).is_some() {
                removals.push(at);
            } else {
                check_parent(item, &at)?;
            }
        }
        // In the order of the paths, so that what is appended to a list comes in the order of the
        // indexes; and removed from behind, so that no index changes its meaning.
        writes.sort_by(|(one, _), (two, _)| one.cmp(two));
        removals.sort_by(|one, two| two.cmp(one));
        let mut changes = Changes::new();
        for (path, value) in writes {
            write(item, &mut changes, &path, value)?;
        }
        for path in removals {
            remove(item, &mut changes, &path)?;
        }
        Ok(changes)
    }

    fn evaluate(&self, source: &Source, item: &Item, scope: &mut Scope) -> Answer<Attribute> {
        match source {
            Source::Path(path) => find(item, path, &scope.names).cloned().ok_or_else(|| {
                Refusal::validation(
                    "The provided expression refers to an attribute that does not exist in the \
                     item",
                )
            }),
            Source::Value(name) => {
                let value = scope.values.get_mut(name).ok_or_else(bad_operand)?;
                Ok(if self.counts.get(name) == Some(&1) {
                    std::mem::replace(value, Attribute::Null(true))
                } else {
                    value.clone()
                })
            }
            Source::IfNotExists(path, default) => match find(item, path, &scope.names) {
                Some(value) => Ok(value.clone()),
                None => self.evaluate(default, item, scope),
            },
            Source::ListAppend(one, two) => {
                let mut list = elements(self.evaluate(one, item, scope)?)?;
                list.extend(elements(self.evaluate(two, item, scope)?)?);
                Ok(Attribute::List(list))
            }
            Source::Plus(one, two) | Source::Minus(one, two) => {
                let one = self.evaluate(one, item, scope)?;
                let two = self.evaluate(two, item, scope)?;
                let (one, two) = numbers(&one, &two)?;
                let result = match source {
                    Source::Minus(..) => one.minus(two)?,
                    _ => one.plus(two)?,
                };
                Ok(result.into())
            }
        }
    }
}

fn numbers(one: &Attribute, two: &Attribute) -> Answer<(Number, Number)> {
    one.number().zip(two.number()).ok_or_else(bad_operand)
}

fn elements(list: Attribute) -> Answer<Vec<Attribute>> {
    match list {
        Attribute::List(elements) => Ok(elements),
        _ => Err(bad_operand()),
    }
}

/// A number with another added, or a set with more members.
fn added(old: &Attribute, operand: Attribute) -> Answer<Attribute> {
    match (old, operand) {
        (Attribute::Set(of, members), Attribute::Set(same, more)) if *of == same => {
            let mut members = members.clone();
            for member in more {
                if !members.contains(&member) {
                    members.push(member);
                }
            }
            sort_members(*of, &mut members);
            Ok(Attribute::Set(*of, members))
        }
        (old, operand) => {
            let (one, two) = numbers(old, &operand)?;
            Ok(one.plus(two)?.into())
        }
    }
}

/// A set with fewer members; none if none is left.
fn without(old: &Attribute, operand: &Attribute) -> Answer<Option<Attribute>> {
    match (old, operand) {
        (Attribute::Set(of, members), Attribute::Set(same, less)) if of == same => {
            let left = members.iter().filter(|member| !less.contains(member));
            let left: Vec<Box<str>> = left.cloned().collect();
            Ok((!left.is_empty()).then_some(Attribute::Set(*of, left)))
        }
        _ => Err(bad_operand()),
    }
}

/// Refuses a path whose last step has nothing to stand in.
fn check_parent(item: &Item, path: &Path) -> Answer<()> {
    let Some((last, parent)) = path.split_last() else {
        return Err(bad_path());
    };
    if parent.is_empty() {
        return Ok(());
    }
    let parent = find(item, parent, &Names::new());
    match (parent, last) {
        (Some(Attribute::List(_)), Segment::Index(_))
        | (Some(Attribute::Map(_)), Segment::Name(_)) => Ok(()),
        _ => Err(bad_path()),
    }
}

/// The copy of an attribute that changes are made on.
fn copy<'c>(item: &Item, changes: &'c mut Changes, name: &str) -> Answer<&'c mut Attribute> {
    changes
        .entry(name.to_owned())
        .or_insert_with(|| item.get(name).cloned())
        .as_mut()
        .ok_or_else(bad_path)
}

fn first_step(path: &Path) -> Answer<(&str, &[Segment])> {
    match path.split_first() {
        Some((Segment::Name(name), rest)) => Ok((name, rest)),
        _ => Err(bad_path()),
    }
}

/// What the steps lead to.
fn reach<'v>(value: &'v mut Attribute, steps: &[Segment]) -> Answer<&'v mut Attribute> {
    let mut value = value;
    for step in steps {
        let next = match (value, step) {
            (Attribute::List(members), Segment::Index(index)) => members.get_mut(*index),
            (Attribute::Map(members), Segment::Name(name)) => members.get_mut(name),
            _ => None,
        };
        value = next.ok_or_else(bad_path)?;
    }
    Ok(value)
}

fn write(item: &Item, changes: &mut Changes, path: &Path, value: Attribute) -> Answer<()> {
    let (name, rest) = first_step(path)?;
    let Some((last, parents)) = rest.split_last() else {
        changes.insert(name.to_owned(), Some(value));
        return Ok(());
    };
    match (reach(copy(item, changes, name)?, parents)?, last) {
        (Attribute::List(members), Segment::Index(index)) => match members.get_mut(*index) {
            Some(member) => *member = value,
            None => members.push(value),
        },
        (Attribute::Map(members), Segment::Name(name)) => members.insert(name, value),
        _ => return Err(bad_path()),
    }
    Ok(())
}

fn remove(item: &Item, changes: &mut Changes, path: &Path) -> Answer<()> {
    let (name, rest) = first_step(path)?;
    let Some((last, parents)) = rest.split_last() else {
        changes.insert(name.to_owned(), None);
        return Ok(());
    };
    match (reach(copy(item, changes, name)?, parents)?, last) {
        (Attribute::List(members), Segment::Index(index)) if *index < members.len() => {
            members.remove(*index);
        }
        (Attribute::Map(members), Segment::Name(name)) => {
            members.remove(name);
        }
        _ => return Err(bad_path()),
    }
    Ok(())
}
