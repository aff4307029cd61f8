//! What the simulated table does, in sentences. Shows here only what the store relies on, and what
//! it must not be able to rely on.

use serde_json::{Value, json};

use super::{Table, TableBehaviour};

mod lagging;
mod reading;
mod refusals;
mod writing;

const START_MS: i64 = 1_772_000_000_000;

/// A table and the time.
struct At {
    table: Table,
    now_ms: i64,
}

impl At {
    fn new() -> Self {
        Self {
            table: Table::new("t"),
            now_ms: START_MS,
        }
    }

    fn behaving(behaviour: TableBehaviour) -> Self {
        let mut at = Self::new();
        *at.table.behaviour_mut() = behaviour;
        at
    }

    /// Sends a request; `Err` holds the error's name and message.
    fn send(&mut self, operation: &str, mut body: Value) -> Result<Value, String> {
        if !operation.starts_with("Batch") {
            body["TableName"] = json!("t");
        }
        let body = body.to_string();
        let (status, answer) = self.table.serve(operation, body.as_bytes(), self.now_ms);
        let answer: Value = serde_json::from_slice(&answer).expect("JSON");
        if status == 200 {
            return Ok(answer);
        }
        assert_eq!(status, 400);
        let name = answer["__type"].as_str().unwrap_or_default();
        let name = name.rsplit('#').next().unwrap_or_default();
        let shown = answer.get("Item").map_or(String::new(), Value::to_string);
        let words = answer["message"].as_str().unwrap_or_default();
        Err(format!("{name}: {words}{shown}"))
    }

    // By value, so that items can be written in place.
    #[allow(clippy::needless_pass_by_value)]
    fn put(&mut self, item: Value) {
        self.send("PutItem", json!({ "Item": item })).expect("put");
    }

    fn get(&mut self, pk: &str, sk: &str) -> Value {
        let body = json!({ "Key": key(pk, sk), "ConsistentRead": true });
        self.send("GetItem", body).expect("got")["Item"].take()
    }

    /// Updates `p`/`s`.
    fn update(&mut self, expression: &str, mut more: Value) -> Result<Value, String> {
        more["Key"] = key("p", "s");
        more["UpdateExpression"] = json!(expression);
        self.send("UpdateItem", more)
    }

    /// The range keys of all rows of a query, page by page.
    fn pages(&mut self, mut body: Value, name: &str) -> Vec<Vec<String>> {
        let mut pages = Vec::new();
        loop {
            let answer = self.send("Query", body.clone()).expect("a page");
            let items = answer["Items"].as_array().expect("items");
            let sorts = items.iter().map(|item| {
                let sort = &item[name];
                let text = sort["S"].as_str().or(sort["N"].as_str());
                text.expect("a sort key").to_owned()
            });
            pages.push(sorts.collect());
            match answer.get("LastEvaluatedKey") {
                Some(last) => body["ExclusiveStartKey"] = last.clone(),
                None => return pages,
            }
        }
    }
}

fn key(pk: &str, sk: &str) -> Value {
    json!({ "pk": { "S": pk }, "sk": { "S": sk } })
}

/// A link as far as the indexes see it.
fn link(number: usize, due_at: i64) -> Value {
    json!({
        "pk": { "S": format!("case#{number:03}") }, "sk": { "S": "link" },
        "due_list": { "S": "due" }, "due_at": { "N": due_at.to_string() },
        "class_list": { "S": "hot" }, "class_key": { "S": format!("{number:03}") },
    })
}

fn due_until(time: i64) -> Value {
    json!({
        "IndexName": "due", "KeyConditionExpression": "due_list = :due AND due_at <= :now",
        "ExpressionAttributeValues": { ":due": { "S": "due" }, ":now": { "N": time.to_string() } },
    })
}
