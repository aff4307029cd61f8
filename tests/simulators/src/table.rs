//! A simulated DynamoDB: the project's one table as a state machine.
//!
//! Speaks the JSON 1.0 protocol, without sockets. No clock and no randomness: the same requests at
//! the same times have the same answers. Never nicer than DynamoDB: where it leaves something open,
//! such as the order of a batch, nobody here can count on it either.

use serde_json::{Map, Value};

mod batches;
mod expression;
mod guard;
mod index;
mod managing;
mod number;
mod querying;
mod reading;
mod refusal;
mod request;
mod rows;
mod schema;
#[cfg(test)]
mod tests;
mod value;
mod writing;

use expression::Expressions;
use refusal::{Answer, Refusal};
use request::Request;
use rows::Rows;

/// How the table behaves where DynamoDB may behave in more than one way.
#[derive(Clone, Debug, Default)]
pub struct TableBehaviour {
    /// The indexes show a write only this much later; 0 means at once. A query of an index sees
    /// the items as they were written until that long ago.
    pub index_lag_ms: i64,
    /// Reads of the table that do not ask for consistency see the state of that long ago; 0 means
    /// the state that is.
    pub read_lag_ms: i64,
    /// Batches process only this many keys and return the rest as unprocessed; none means all.
    pub batch_limit: Option<usize>,
    /// Items go as soon as they are past their time. Otherwise they stay readable, as they may for
    /// days.
    pub removes_expired: bool,
}

/// One table with its indexes.
pub struct Table {
    name: String,
    rows: Rows,
    expressions: Expressions,
    behaviour: TableBehaviour,
    requests: u64,
}

impl Table {
    /// The project's table, empty.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            rows: Rows::new(),
            expressions: Expressions::default(),
            behaviour: TableBehaviour::default(),
            requests: 0,
        }
    }

    /// Answers a request with an HTTP status and a body. The operation is the part of
    /// `X-Amz-Target` behind the dot, such as `GetItem`. Time must not go backwards.
    pub fn serve(&mut self, operation: &str, body: &[u8], now_ms: i64) -> (u16, Vec<u8>) {
        self.requests += 1;
        self.rows.catch_up(now_ms, &self.behaviour);
        match self.answer(operation, body, now_ms) {
            Ok(body) => (200, body),
            Err(refusal) => refusal.into_response(),
        }
    }

    fn answer(&mut self, operation: &str, body: &[u8], now_ms: i64) -> Answer<Vec<u8>> {
        let request = || Request::read(body);
        match operation {
            "GetItem" => self.get_item(request()?),
            "PutItem" => self.put_item(request()?, now_ms),
            "UpdateItem" => self.update_item(request()?, now_ms),
            "DeleteItem" => self.delete_item(request()?, now_ms),
            "Query" => self.query(request()?),
            "BatchGetItem" => self.batch_get_item(request()?),
            "BatchWriteItem" => self.batch_write_item(request()?, now_ms),
            "CreateTable" => self.create_table(request()?),
            "DescribeTable" => self.describe_table(request()?),
            "ListTables" => request().map(|_| self.list_tables()),
            "UpdateTimeToLive" => self.update_time_to_live(request()?),
            "Scan" => Err(Refusal::denied("Scan")),
            _ => Err(Refusal::unknown_operation()),
        }
    }

    /// How the table behaves, to be changed at any time.
    pub fn behaviour_mut(&mut self) -> &mut TableBehaviour {
        &mut self.behaviour
    }

    /// Everything that is stored, in DynamoDB's JSON.
    pub fn items(&self) -> impl Iterator<Item = &Map<String, Value>> {
        self.rows.all().map(rows::Stored::shown)
    }

    /// How many requests were answered.
    pub const fn requests(&self) -> u64 {
        self.requests
    }
}
