//! PutItem, DeleteItem and UpdateItem.
//!
//! A write is done whole or not at all, and never before its condition was asked.

use std::sync::Arc;

use super::{
    Table,
    expression::{
        Parsed, Path, Scope, check_defined,
        projection::project,
        top_of,
        update::{Update, changes::Changes},
    },
    guard::Guard,
    refusal::{Answer, Refusal},
    request::Request,
    rows::Stored,
    schema::{INDEXES, Key, TABLE, check_index_keys},
    value::{Item, LARGEST_ITEM, settle_item},
};

impl Table {
    pub(super) fn put_item(&mut self, mut request: Request, now_ms: i64) -> Answer<Vec<u8>> {
        request.check_table(&self.name)?;
        let item = request.item("Item")?;
        let guard = Guard::read(&mut request, &mut self.expressions)?;
        let shown = returned(&mut request)?;
        let scope = request.scope(&[("ConditionExpression", guard.condition.is_some())])?;
        guard.check(&scope, None)?;
        let (key, item, size) = checked_item(item)?;
        let old = self.rows.get(&key);
        guard.allow(old, &scope)?;
        let answer = attributes(old.filter(|_| shown == "ALL_OLD").map(Stored::text));
        self.rows
            .put(&key, Some((item, size)), now_ms, &self.behaviour);
        Ok(answer)
    }

    pub(super) fn delete_item(&mut self, mut request: Request, now_ms: i64) -> Answer<Vec<u8>> {
        request.check_table(&self.name)?;
        let key = request.item("Key")?;
        let guard = Guard::read(&mut request, &mut self.expressions)?;
        let shown = returned(&mut request)?;
        let scope = request.scope(&[("ConditionExpression", guard.condition.is_some())])?;
        guard.check(&scope, None)?;
        let key = Key::of_parameter(key)?;
        let old = self.rows.get(&key);
        guard.allow(old, &scope)?;
        let answer = attributes(old.filter(|_| shown == "ALL_OLD").map(Stored::text));
        if old.is_some() {
            self.rows.put(&key, None, now_ms, &self.behaviour);
        }
        Ok(answer)
    }

    pub(super) fn update_item(&mut self, mut request: Request, now_ms: i64) -> Answer<Vec<u8>> {
        request.check_table(&self.name)?;
        let WantedUpdate {
            key,
            guard,
            update,
            paths,
            shown,
            mut scope,
        } = self.read_update(&mut request)?;
        let old = self.rows.get(&key);
        guard.allow(old, &scope)?;

        let nothing = Item::new();
        let before = old.map_or(&nothing, |old| &old.item);
        let changes = match &update {
            Some(update) => update.content.changes(before, &mut scope)?,
            None => Changes::new(),
        };
        check_changed_index_keys(&changes)?;
        // Only a path into an attribute can make it deeper than what was sent.
        if paths.iter().any(|path| path.len() > 1) {
            for value in changes.values().flatten() {
                value.check_depth()?;
            }
        }
        let size = old.map_or_else(|| key.size(), |old| old.size);
        let size = size_after(size, before, &changes);
        if size > LARGEST_ITEM {
            return Err(Refusal::validation(
                "Item size to update has exceeded the maximum allowed size",
            ));
        }
        let before = match (shown, old) {
            ("ALL_OLD", Some(old)) => Some(old.text().to_owned()),
            ("UPDATED_OLD", Some(old)) => partial(&old.item, &paths),
            _ => None,
        };
        if old.is_some() {
            self.rows
                .change(&key, changes, size, now_ms, &self.behaviour);
        } else {
            let mut item = key.to_item();
            for (name, value) in changes {
                if let Some(value) = value {
                    item.insert(&name, value);
                }
            }
            self.rows
                .put(&key, Some((item, size)), now_ms, &self.behaviour);
        }
        let answer = match (shown, self.rows.get(&key)) {
            ("ALL_NEW", Some(new)) => Some(new.text().to_owned()),
            ("UPDATED_NEW", Some(new)) => partial(&new.item, &paths),
            _ => before,
        };
        Ok(attributes(answer.as_deref()))
    }

    fn read_update(&mut self, request: &mut Request) -> Answer<WantedUpdate> {
        let key = request.item("Key")?;
        let guard = Guard::read(request, &mut self.expressions)?;
        let update = request
            .text("UpdateExpression")?
            .map(|text| self.expressions.update(text))
            .transpose()?;
        let shown = request.choice("ReturnValues", &RETURNED)?;
        let scope = request.scope(&[
            ("UpdateExpression", update.is_some()),
            ("ConditionExpression", guard.condition.is_some()),
        ])?;
        let mut paths = Vec::new();
        if let Some(update) = &update {
            check_defined(update, &scope)?;
            paths = update.content.paths(&scope.names);
            update.content.check(&paths, &scope.values)?;
            for path in &paths {
                refuse_key(top_of(path, &scope.names))?;
            }
        }
        guard.check(&scope, update.as_ref().map(|update| &update.uses))?;
        Ok(WantedUpdate {
            key: Key::of_parameter(key)?,
            guard,
            update,
            paths,
            shown,
            scope,
        })
    }
}

/// An update that makes sense.
struct WantedUpdate {
    key: Key,
    guard: Guard,
    update: Option<Arc<Parsed<Update>>>,
    paths: Vec<Path>,
    shown: &'static str,
    scope: Scope,
}

/// What a write can be asked to show; nothing, if nothing is said.
static RETURNED: [&str; 5] = ["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"];

/// What PutItem and DeleteItem are asked to show.
fn returned(request: &mut Request) -> Answer<&'static str> {
    let shown = request.choice("ReturnValues", &RETURNED)?;
    if matches!(shown, "NONE" | "ALL_OLD") {
        return Ok(shown);
    }
    Err(Refusal::validation(
        "ReturnValues can only be ALL_OLD or NONE",
    ))
}

/// An item that can be stored, with its key and its size.
pub(super) fn checked_item(mut item: Item) -> Answer<(Key, Item, usize)> {
    let size = settle_item(&mut item)?;
    let key = Key::of_item(&item)?;
    check_index_keys(&item, false)?;
    if size > LARGEST_ITEM {
        return Err(Refusal::validation(
            "Item size has exceeded the maximum allowed size",
        ));
    }
    Ok((key, item, size))
}

fn refuse_key(name: &str) -> Answer<()> {
    if name != TABLE.hash.name && name != TABLE.range.name {
        return Ok(());
    }
    Err(Refusal::invalid_value(&format!(
        "Cannot update attribute {name}. This attribute is part of the key"
    )))
}

fn check_changed_index_keys(changes: &Changes) -> Answer<()> {
    let names = INDEXES
        .iter()
        .flat_map(|(_, keys)| [keys.hash.name, keys.range.name]);
    let changed = names.filter_map(|name| Some((name.into(), changes.get(name)?.clone()?)));
    let changed: Item = changed.collect();
    check_index_keys(&changed, true)
}

fn size_after(size: usize, before: &Item, changes: &Changes) -> usize {
    changes.iter().fold(size, |size, (name, value)| {
        let old = before.get(name).map_or(0, |old| name.len() + old.size());
        let new = value.as_ref().map_or(0, |new| name.len() + new.size());
        size + new - old
    })
}

fn partial(item: &Item, paths: &[Path]) -> Option<String> {
    let part = project(item, paths);
    (!part.is_empty()).then(|| part.to_json())
}

/// An answer that shows attributes, if there are any to show.
fn attributes(text: Option<&str>) -> Vec<u8> {
    text.map_or_else(
        || b"{}".to_vec(),
        |text| format!("{{\"Attributes\":{text}}}").into_bytes(),
    )
}
