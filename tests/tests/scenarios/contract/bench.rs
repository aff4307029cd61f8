//! An engine with a table of its own, and the few shorthands that the checks are written in.
//!
//! Nothing here decides what is right.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use adapters::store::{TableStore, Tokens, create_table};
use aws_sdk_dynamodb::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    operation::{
        put_item::builders::PutItemFluentBuilder, query::builders::QueryFluentBuilder,
        update_item::builders::UpdateItemFluentBuilder,
    },
    types::AttributeValue,
};

use super::lists::{CLASS, DUE};

/// What stands in a table under one key.
pub(super) type Item = HashMap<String, AttributeValue>;

/// The answer to a request that was taken.
pub(super) const ACCEPTED: &str = "accepted";
/// The code of a condition that did not hold.
pub(super) const CONDITION: &str = "ConditionalCheckFailedException";
/// The code of a request that makes no sense.
pub(super) const SENSELESS: &str = "ValidationException";
/// More pages than any walk here has: a walk that reaches it goes in circles.
const TOO_MANY_PAGES: usize = 400;

/// One engine, and a fresh table in it.
pub(super) struct Bench {
    pub(super) client: Client,
    pub(super) table: String,
}

impl Bench {
    /// A fresh table, made as the store makes it.
    pub(super) async fn new(client: Client, table: String) -> Arc<Self> {
        create_table(&client, &table).await.expect("a table");
        Arc::new(Self { client, table })
    }

    /// The store over this table; each lease has a holder of its own.
    pub(super) fn store(&self) -> TableStore {
        static HOLDERS: AtomicU64 = AtomicU64::new(0);
        let tokens: Tokens =
            Arc::new(|| format!("holder-{}", HOLDERS.fetch_add(1, Ordering::SeqCst)));
        TableStore::new(self.client.clone(), self.table.clone(), tokens)
    }

    pub(super) fn putting(&self, item: Item) -> PutItemFluentBuilder {
        self.client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
    }

    pub(super) async fn put(&self, item: Item) {
        self.putting(item).send().await.expect("it is stored");
    }

    pub(super) fn updating(&self, pk: &str, sk: &str) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(pk, sk)))
    }

    pub(super) async fn delete(&self, pk: &str, sk: &str) {
        self.client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key(pk, sk)))
            .send()
            .await
            .expect("it is deleted");
    }

    /// Reads strongly consistent.
    pub(super) async fn read(&self, pk: &str, sk: &str) -> Option<Item> {
        self.client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key(pk, sk)))
            .consistent_read(true)
            .send()
            .await
            .expect("it is read")
            .item
    }

    pub(super) fn query(&self) -> QueryFluentBuilder {
        self.client.query().table_name(&self.table)
    }

    /// The rows of an index's partition.
    pub(super) fn query_index(&self, index: &str, partition: &str) -> QueryFluentBuilder {
        let query = self.query().index_name(index);
        match index {
            "class" => query
                .key_condition_expression(CLASS)
                .expression_attribute_values(":class", s(partition)),
            _ => query
                .key_condition_expression(DUE)
                .expression_attribute_values(":due", s(partition))
                .expression_attribute_values(":now", n(i64::MAX)),
        }
    }

    /// All pages of a query, as they come.
    pub(super) async fn pages(&self, query: QueryFluentBuilder) -> Vec<Vec<Item>> {
        let mut pages = Vec::new();
        let mut after = None;
        loop {
            assert!(pages.len() < TOO_MANY_PAGES, "the walk comes to an end");
            let answer = query
                .clone()
                .set_exclusive_start_key(after)
                .send()
                .await
                .expect("a page");
            pages.push(answer.items.unwrap_or_default());
            after = answer.last_evaluated_key;
            if after.is_none() {
                return pages;
            }
        }
    }

    /// The partition keys of an index's rows, in its order.
    pub(super) async fn listed(&self, index: &str, partition: &str) -> Vec<String> {
        let pages = self.pages(self.query_index(index, partition)).await;
        pages.iter().flatten().map(name_of).collect()
    }
}

/// What became of a request: accepted, or the code of its refusal.
pub(super) fn outcome<T, E, R>(answer: &Result<T, SdkError<E, R>>) -> &str
where
    E: ProvideErrorMetadata,
{
    match answer {
        Ok(_) => ACCEPTED,
        Err(SdkError::ServiceError(service)) => service.err().code().unwrap_or("no code"),
        Err(_) => "no answer",
    }
}

pub(super) fn s(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

#[allow(clippy::needless_pass_by_value)] // Callers hand over plain numbers.
pub(super) fn n(number: impl ToString) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

pub(super) fn ss(members: &[&str]) -> AttributeValue {
    AttributeValue::Ss(members.iter().map(ToString::to_string).collect())
}

/// The attribute's set in order; its members come in any.
pub(super) fn members(item: &Item, name: &str) -> Vec<String> {
    let mut members = match item.get(name) {
        None => Vec::new(),
        Some(AttributeValue::Ss(members)) => members.clone(),
        Some(other) => panic!("{name} is no set of strings: {other:?}"),
    };
    members.sort();
    members
}

pub(super) fn key(pk: &str, sk: &str) -> Item {
    item(pk, sk, &[])
}

pub(super) fn item(pk: &str, sk: &str, more: &[(&str, AttributeValue)]) -> Item {
    let mut item = HashMap::from([("pk".to_owned(), s(pk)), ("sk".to_owned(), s(sk))]);
    for (name, value) in more {
        item.insert((*name).to_owned(), value.clone());
    }
    item
}

/// The partition key of a row.
pub(super) fn name_of(row: &Item) -> String {
    row["pk"].as_s().expect("a text").clone()
}

/// The sort key of a row.
pub(super) fn sort_of(row: &Item) -> String {
    row["sk"].as_s().expect("a text").clone()
}

/// Something that stands in the index of what is due.
pub(super) fn due(pk: &str, due_at: i64) -> Item {
    item(pk, "link", &[("due_list", s("due")), ("due_at", n(due_at))])
}

/// Something that stands in the index of classes.
pub(super) fn classed(pk: &str, class: &str) -> Item {
    let more = [("class_list", s(class)), ("class_key", s(pk))];
    item(pk, "link", &more)
}

/// `prefix-000`, `prefix-001` and so on.
pub(super) fn names(prefix: &str, count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("{prefix}-{number:03}"))
        .collect()
}

/// The same in order.
pub(super) fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort();
    list
}
