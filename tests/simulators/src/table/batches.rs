//! BatchWriteItem.
//!
//! Refuses the whole batch for one faulty part; never writes a part twice.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{
    Table,
    refusal::{Answer, Refusal},
    request::Request,
    schema::Key,
    value::Item,
    writing::checked_item,
};

/// The most writes of a batch.
const MOST_WRITES: usize = 25;

/// One write of a batch, and how it was asked for.
struct Write {
    key: Key,
    item: Option<(Item, usize)>,
    asked: Value,
}

impl Table {
    pub(super) fn batch_write_item(
        &mut self,
        mut request: Request,
        now_ms: i64,
    ) -> Answer<Vec<u8>> {
        let mut tables = request.required("RequestItems")?;
        let writes = tables.remove(&self.name);
        let (Some(Value::Array(writes)), true) = (writes, tables.is_empty()) else {
            if tables.is_empty() {
                return Err(Refusal::constraint(
                    "'{}'",
                    "requestItems",
                    "Member must have length greater than or equal to 1",
                ));
            }
            return Err(Refusal::no_table());
        };
        if writes.is_empty() || writes.len() > MOST_WRITES {
            return Err(Refusal::constraint(
                &format!("'{{{}=[{} writes]}}'", self.name, writes.len()),
                "requestItems",
                "Map value must satisfy constraint: [Member must have length less than or equal to \
                 25, Member must have length greater than or equal to 1]",
            ));
        }
        let writes = writes
            .into_iter()
            .map(read)
            .collect::<Answer<Vec<Write>>>()?;
        let keys: BTreeSet<&Key> = writes.iter().map(|write| &write.key).collect();
        if keys.len() < writes.len() {
            return Err(Refusal::validation(
                "Provided list of item keys contains duplicates",
            ));
        }
        let limit = self.behaviour.batch_limit.unwrap_or(usize::MAX);
        if limit == 0 {
            return Err(Refusal::throughput());
        }
        let mut left = Vec::new();
        for (at, write) in writes.into_iter().enumerate() {
            if at >= limit {
                left.push(write.asked);
            } else if write.item.is_some() || self.rows.get(&write.key).is_some() {
                self.rows
                    .put(&write.key, write.item, now_ms, &self.behaviour);
            }
        }
        let mut unprocessed = Map::new();
        if !left.is_empty() {
            unprocessed.insert(self.name.clone(), Value::Array(left));
        }
        let unprocessed = Value::Object(unprocessed);
        Ok(format!("{{\"UnprocessedItems\":{unprocessed}}}").into_bytes())
    }
}

fn read(asked: Value) -> Answer<Write> {
    let kept = asked.clone();
    let Value::Object(parts) = asked else {
        return Err(Refusal::serialization("Unexpected field type"));
    };
    let mut parts = Request::of(parts)?;
    match (parts.object("PutRequest")?, parts.object("DeleteRequest")?) {
        (Some(put), None) => {
            let (key, item, size) = checked_item(Request::of(put)?.item("Item")?)?;
            Ok(Write {
                key,
                item: Some((item, size)),
                asked: kept,
            })
        }
        (None, Some(delete)) => Ok(Write {
            key: Key::of_parameter(Request::of(delete)?.item("Key")?)?,
            item: None,
            asked: kept,
        }),
        _ => Err(Refusal::validation(
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of \
             the supported datatypes",
        )),
    }
}
