//! GetItem and BatchGetItem.
//!
//! Never shows the newest state to a read that did not ask for it, if reads lag.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    Table,
    expression::{Path, projection::project},
    guard::projected_paths,
    refusal::{Answer, Refusal},
    request::Request,
    rows::Stored,
    schema::Key,
    value::wire::given,
};

/// The most keys of a batch, and the most bytes that it reads.
const MOST_KEYS: usize = 100;
const MOST_BYTES: usize = 16 * 1024 * 1024;

impl Table {
    pub(super) fn get_item(&mut self, mut request: Request) -> Answer<Vec<u8>> {
        request.check_table(&self.name)?;
        let key = request.item("Key")?;
        let wanted = Wanted::read(&mut request, self)?;
        let key = Key::of_parameter(key)?;
        let mut answer = b"{".to_vec();
        if let Some(stored) = wanted.find(self, &key) {
            answer.extend_from_slice(b"\"Item\":");
            write_item(&mut answer, stored, wanted.paths.as_deref());
        }
        answer.push(b'}');
        Ok(answer)
    }

    pub(super) fn batch_get_item(&mut self, mut request: Request) -> Answer<Vec<u8>> {
        let mut tables = request.required("RequestItems")?;
        if tables.is_empty() {
            return Err(Refusal::constraint(
                "'{}'",
                "requestItems",
                "Member must have length greater than or equal to 1",
            ));
        }
        let asked = tables.remove(&self.name);
        let (Some(Value::Object(asked)), true) = (asked, tables.is_empty()) else {
            return Err(Refusal::no_table());
        };
        let mut part = Request::of(asked.clone())?;
        let keys = read_keys(&mut part)?;
        let wanted = Wanted::read(&mut part, self)?;
        let limit = self.behaviour.batch_limit.unwrap_or(usize::MAX);
        if limit == 0 {
            return Err(Refusal::throughput());
        }
        let mut found: Vec<(u64, &Stored)> = Vec::new();
        let mut bytes = 0;
        let mut processed = 0;
        for key in keys.iter().take(limit) {
            if let Some(stored) = wanted.find(self, key) {
                bytes += stored.size;
                if bytes > MOST_BYTES && processed > 0 {
                    break;
                }
                found.push((key.scattered(), stored));
            }
            processed += 1;
        }
        // Items come back in no order that anybody may count on.
        found.sort_by_key(|(place, _)| *place);
        let name = Value::from(self.name.as_str());
        let mut answer = format!("{{\"Responses\":{{{name}:[").into_bytes();
        for (at, (_, stored)) in found.into_iter().enumerate() {
            if at > 0 {
                answer.push(b',');
            }
            write_item(&mut answer, stored, wanted.paths.as_deref());
        }
        let unprocessed = Value::Object(self.unprocessed(asked, &keys[processed..]));
        answer.extend_from_slice(format!("]}},\"UnprocessedKeys\":{unprocessed}}}").as_bytes());
        Ok(answer)
    }

    /// What is left of a batch, so that it can be sent again as it is.
    fn unprocessed(&self, mut asked: Map<String, Value>, keys: &[Key]) -> Map<String, Value> {
        if keys.is_empty() {
            return Map::new();
        }
        let keys = keys
            .iter()
            .map(|key| json!({ "pk": { "S": key.pk }, "sk": { "S": key.sk } }));
        asked.insert("Keys".to_owned(), keys.collect());
        Map::from_iter([(self.name.clone(), Value::Object(asked))])
    }
}

/// What a read wants of an item.
struct Wanted {
    consistent: bool,
    paths: Option<Vec<Path>>,
}

impl Wanted {
    fn read(request: &mut Request, table: &mut Table) -> Answer<Self> {
        let consistent = request.flag("ConsistentRead")?.unwrap_or(false);
        let projection = request.text("ProjectionExpression")?;
        let scope = request.scope(&[("ProjectionExpression", projection.is_some())])?;
        let paths = projected_paths(projection, &mut table.expressions, &scope, &[])?;
        Ok(Self { consistent, paths })
    }

    fn find<'t>(&self, table: &'t Table, key: &Key) -> Option<&'t Stored> {
        if self.consistent {
            table.rows.get(key)
        } else {
            table.rows.get_older(key)
        }
    }
}

fn read_keys(part: &mut Request) -> Answer<Vec<Key>> {
    let keys = part.list("Keys")?.unwrap_or_default();
    if keys.is_empty() {
        return Err(Refusal::constraint(
            "'[]'",
            "requestItems.member.keys",
            "Member must have length greater than or equal to 1",
        ));
    }
    if keys.len() > MOST_KEYS {
        return Err(Refusal::validation(
            "Too many items requested for the BatchGetItem call",
        ));
    }
    let keys = keys
        .into_iter()
        .map(|key| match given(key) {
            Ok(Ok(Some(key))) => Key::of_parameter(key),
            _ => Err(Refusal::serialization("Unexpected field type")),
        })
        .collect::<Answer<Vec<Key>>>()?;
    let distinct: BTreeSet<&Key> = keys.iter().collect();
    if distinct.len() < keys.len() {
        return Err(Refusal::validation(
            "Provided list of item keys contains duplicates",
        ));
    }
    Ok(keys)
}

/// Writes an item, or the wanted part of it.
pub(super) fn write_item(answer: &mut Vec<u8>, stored: &Stored, paths: Option<&[Path]>) {
    match paths {
        None => answer.extend_from_slice(stored.text().as_bytes()),
        Some(paths) => {
            project(&stored.item, paths).write(answer);
        }
    }
}
