//! Reading links: one, several, what is due, a class; and the history of a case.
//!
//! Lists come from sparse indexes that hold keys only, and lag; what they name is then read
//! strongly consistent.

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    operation::query::{QueryOutput, builders::QueryFluentBuilder},
    types::{AttributeValue, KeysAndAttributes, PutRequest, WriteRequest},
};
use domain::{
    case::CaseId,
    link::{Class, HistoryEntry},
    moment::Moment,
    ports::{DuePage, Glimpse, WatchPage},
    shard::Shard,
    trouble::Trouble,
};

use super::{
    CLASS_INDEX, DUE_INDEX, Item, TableStore, case_partition,
    item::{LinkItem, moment_of, text_of},
    key, moment, number, text, trouble,
};

/// DynamoDB's most for one batch of reads.
const BATCH: usize = 100;
/// Links on one page.
const PAGE: i32 = 100;
/// How long a line of history is kept.
const HISTORY_DAYS: u64 = 90;
const SECOND_MS: i64 = 1_000;
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// How many keys of an index hold about a page of a shard's own. The index knows no shards: each reads
/// the keys of all, and nothing else of those that are not its own.
fn keys_of(shard: Shard) -> i32 {
    PAGE * i32::try_from(shard.of()).unwrap_or(1)
}

impl TableStore {
    pub(super) async fn read_glimpse(
        &self,
        case: &CaseId,
        now: Moment,
    ) -> Result<Option<Glimpse>, Trouble> {
        let item = self
            .get(&case_partition(case), "link", "reading a link")
            .await?;
        item.map(|item| LinkItem::read(case, &item).map(|item| item.into_glimpse(now)))
            .transpose()
    }

    pub(super) async fn read_glimpses(
        &self,
        cases: &[CaseId],
        now: Moment,
    ) -> Result<Vec<Glimpse>, Trouble> {
        let mut glimpses = Vec::with_capacity(cases.len());
        for portion in cases.chunks(BATCH) {
            let mut keys: Vec<Item> = portion
                .iter()
                .map(|case| key(&case_partition(case), "link"))
                .collect();
            keys.sort_by_key(|a| text_of(a, "pk"));
            keys.dedup();
            // What a batch leaves unprocessed is asked for again; each round makes progress.
            while !keys.is_empty() {
                let asked = KeysAndAttributes::builder()
                    .set_keys(Some(keys))
                    .consistent_read(true)
                    .build()
                    .map_err(|error| Trouble::never("reading links", error.to_string()))?;
                let answer = self
                    .client
                    .batch_get_item()
                    .request_items(&self.table, asked)
                    .send()
                    .await
                    .map_err(|error| trouble("reading links", &error))?;
                for item in answer
                    .responses
                    .unwrap_or_default()
                    .remove(&self.table)
                    .unwrap_or_default()
                {
                    let Some(case) = case_of_key(&item) else {
                        continue;
                    };
                    // One item that cannot be read must not hide all others.
                    match LinkItem::read(&case, &item) {
                        Ok(item) => glimpses.push(item.into_glimpse(now)),
                        Err(trouble) => tracing::error!(%case, %trouble, "left out of a list"),
                    }
                }
                keys = answer
                    .unprocessed_keys
                    .unwrap_or_default()
                    .remove(&self.table)
                    .map(|rest| rest.keys)
                    .unwrap_or_default();
            }
        }
        Ok(glimpses)
    }

    /// Asks for what is due, the longest due first.
    pub(super) fn query_due(&self, now: Moment) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .index_name(DUE_INDEX)
            .key_condition_expression("due_list = :due AND due_at <= :now")
            .expression_attribute_values(":due", text("due"))
            .expression_attribute_values(":now", moment(now))
    }

    /// Asks for the links of a class.
    pub(super) fn query_class(&self, class: Class) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .index_name(CLASS_INDEX)
            .key_condition_expression("class_list = :class")
            .expression_attribute_values(":class", text(class.word()))
    }

    pub(super) async fn read_due(
        &self,
        shard: Shard,
        now: Moment,
        after: Option<String>,
    ) -> Result<DuePage, Trouble> {
        let answer = self
            .query_due(now)
            .limit(keys_of(shard))
            .set_exclusive_start_key(after.as_deref().and_then(place_in_due))
            .send()
            .await
            .map_err(|error| trouble("listing what is due", &error))?;
        let mut cases = Vec::new();
        for item in answer.items() {
            let Some(case) = case_of_key(item).filter(|case| shard.has(case)) else {
                continue;
            };
            cases.push((case, moment_of(item, "due_at").unwrap_or(now)));
        }
        Ok(DuePage {
            cases,
            next: answer.last_evaluated_key().map(write_place),
        })
    }

    pub(super) async fn read_class(
        &self,
        shard: Shard,
        class: Class,
        after: Option<String>,
        now: Moment,
    ) -> Result<WatchPage, Trouble> {
        let answer = self
            .query_class(class)
            .limit(keys_of(shard))
            .set_exclusive_start_key(after.as_deref().and_then(|place| {
                read_place(place, ("class_list", class.word()), |place| {
                    text_of(place, "class_key").is_some_and(|key| !key.is_empty())
                })
            }))
            .send()
            .await
            .map_err(|error| trouble("listing a class of links", &error))?;
        self.read_rows(answer, shard, now).await
    }

    /// A page of the links that are due at any time, the longest due first: what is to be looked at
    /// now, what is later, and what is stuck. For people; the sweep asks what is due now.
    pub async fn list_owed(
        &self,
        after: Option<String>,
        now: Moment,
    ) -> Result<WatchPage, Trouble> {
        let answer = self
            .query_due(Moment::from_epoch_ms(i64::MAX))
            .limit(PAGE)
            .set_exclusive_start_key(after.as_deref().and_then(place_in_due))
            .send()
            .await
            .map_err(|error| trouble("listing what is owed", &error))?;
        self.read_rows(answer, Shard::WHOLE, now).await
    }

    /// Reads the links of a shard that a page of an index names, in its order.
    async fn read_rows(
        &self,
        answer: QueryOutput,
        shard: Shard,
        now: Moment,
    ) -> Result<WatchPage, Trouble> {
        let named: Vec<(CaseId, String)> = answer
            .items()
            .iter()
            .filter_map(|item| Some((case_of_key(item)?, write_place(item))))
            .filter(|(case, _)| shard.has(case))
            .collect();
        let cases: Vec<CaseId> = named.iter().map(|(case, _)| case.clone()).collect();
        let glimpses = self.read_glimpses(&cases, now).await?;
        let mut glimpses: HashMap<CaseId, Glimpse> = glimpses
            .into_iter()
            .map(|glimpse| (glimpse.link.case.clone(), glimpse))
            .collect();
        let row = |(case, place)| Some((glimpses.remove(&case)?, place));
        Ok(WatchPage {
            rows: named.into_iter().filter_map(row).collect(),
            next: answer.last_evaluated_key().map(write_place),
        })
    }

    pub(super) async fn write_history(
        &self,
        case: &CaseId,
        version: u64,
        history: &[HistoryEntry],
    ) -> Result<(), Trouble> {
        for (portion, entries) in history.chunks(25).enumerate() {
            let mut writes = Vec::new();
            for (index, entry) in entries.iter().enumerate() {
                let HistoryEntry { at, words } = entry;
                let sort = format!(
                    "history#{:015}#{version:08}#{:04}",
                    at.epoch_ms(),
                    portion * 25 + index
                );
                let mut item = key(&case_partition(case), &sort);
                item.insert("at".to_owned(), moment(*at));
                item.insert("words".to_owned(), text(words));
                let expires_at = at.plus_ms(HISTORY_DAYS * DAY_MS).epoch_ms() / SECOND_MS;
                item.insert("expires_at".to_owned(), number(expires_at));
                let put = PutRequest::builder()
                    .set_item(Some(item))
                    .build()
                    .map_err(|error| Trouble::never("writing history", error.to_string()))?;
                writes.push(WriteRequest::builder().put_request(put).build());
            }
            let mut pending = HashMap::from([(self.table.clone(), writes)]);
            while !pending.is_empty() {
                let answer = self
                    .client
                    .batch_write_item()
                    .set_request_items(Some(pending))
                    .send()
                    .await
                    .map_err(|error| trouble("writing history", &error))?;
                pending = answer.unprocessed_items.unwrap_or_default();
            }
        }
        Ok(())
    }

    pub(super) async fn read_history(&self, case: &CaseId) -> Result<Vec<HistoryEntry>, Trouble> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :case AND begins_with(sk, :history)")
            .expression_attribute_values(":case", text(case_partition(case)))
            .expression_attribute_values(":history", text("history#"))
            .scan_index_forward(false)
            .limit(PAGE)
            .send()
            .await
            .map_err(|error| trouble("reading history", &error))?;
        Ok(answer
            .items()
            .iter()
            .filter_map(|item| {
                Some(HistoryEntry {
                    at: moment_of(item, "at")?,
                    words: text_of(item, "words")?,
                })
            })
            .collect())
    }
}

/// The case that a row of a list names. A row that names none is passed over: it must not hide all
/// others.
fn case_of_key(item: &Item) -> Option<CaseId> {
    let partition = text_of(item, "pk")?;
    let case = partition
        .strip_prefix("case#")
        .and_then(|case| CaseId::parse(case).ok());
    if case.is_none() {
        tracing::error!("a row of a list names no case, and is passed over");
    }
    case
}

/// A place in a list, as opaque text: the key parts that a row has.
fn write_place(item: &Item) -> String {
    let parts: serde_json::Map<String, serde_json::Value> = item
        .iter()
        .filter_map(|(name, value)| {
            let wanted = ["pk", "sk", "due_list", "due_at", "class_list", "class_key"];
            let value = match value {
                AttributeValue::S(text) => serde_json::Value::String(text.clone()),
                AttributeValue::N(number) => {
                    serde_json::Value::Number(number.parse::<i64>().ok()?.into())
                }
                _ => return None,
            };
            wanted
                .contains(&name.as_str())
                .then(|| (name.clone(), value))
        })
        .collect();
    serde_json::Value::Object(parts).to_string()
}

fn place_in_due(place: &str) -> Option<Item> {
    read_place(place, ("due_list", "due"), |place| {
        place.get("due_at").is_some_and(AttributeValue::is_n)
    })
}

/// Reads a place in the list of that name and value. One that makes no sense there is none, and the
/// list begins anew: the store would refuse it each time.
fn read_place(
    place: &str,
    (list, value): (&str, &str),
    has_its_rank: impl Fn(&Item) -> bool,
) -> Option<Item> {
    let place = place_of(place)?;
    let filled = |name| text_of(&place, name).is_some_and(|text| !text.is_empty());
    let sound = place.len() == 4
        && filled("pk")
        && filled("sk")
        && text_of(&place, list).as_deref() == Some(value)
        && has_its_rank(&place);
    sound.then_some(place)
}

fn place_of(place: &str) -> Option<Item> {
    let parts: serde_json::Map<String, serde_json::Value> = serde_json::from_str(place).ok()?;
    parts
        .into_iter()
        .map(|(name, value)| {
            let value = match value {
                serde_json::Value::String(value) => text(value),
                serde_json::Value::Number(value) => number(value),
                _ => return None,
            };
            Some((name, value))
        })
        .collect()
}
