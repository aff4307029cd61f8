//! The books: what happened in each hour, added up from all processes, for people to look at.
//!
//! Nothing is decided by them. Writing them never fails what they tell of, and holds a bounded number
//! of numbers under words of the catalogue: nothing that comes from outside.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::{
    config::{Builder as ConfigBuilder, retry::RetryConfig},
    types::{AttributeValue, KeysAndAttributes},
};
use domain::{moment::Moment, trouble::Trouble};
use serde::Serialize;

use super::{Item, TableStore, key, number, trouble};

const HOUR_MS: u64 = 60 * 60 * 1_000;
/// How long a book is kept, from its hour on.
pub const BOOK_DAYS: u64 = 14;
const DAY_MS: u64 = 24 * HOUR_MS;
/// Hours that one reading tells of: all that are kept.
pub const MOST_HOURS: u32 = 14 * 24;
/// DynamoDB's most for one batch of reads.
const BATCH: usize = 100;
const LONGEST_LAG: &str = "lag/longest";

/// What is to be added to the book of an hour.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entries {
    /// By words of the catalogue, such as `deliveries/jira/news` or `calls/contrast/write/ok`.
    pub(crate) sums: BTreeMap<String, u64>,
    /// The longest time from an event to the end of its reconcile.
    pub(crate) longest_lag_ms: Option<u64>,
}

impl Entries {
    /// Whether there is nothing to add.
    pub fn is_empty(&self) -> bool {
        self.sums.is_empty() && self.longest_lag_ms.is_none()
    }

    /// Adds to a number; the words are the catalogue's.
    pub fn add(&mut self, words: &[&str], value: u64) {
        *self.sums.entry(words.join("/")).or_default() += value;
    }

    /// Adds a time from an event to the end of its reconcile.
    pub fn note_lag(&mut self, ms: u64) {
        self.add(&["lag", "sum"], ms);
        self.add(&["lag", "count"], 1);
        self.longest_lag_ms = self.longest_lag_ms.max(Some(ms));
    }
}

/// Times from events to the end of their reconciles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Lag {
    /// All of them together.
    pub sum_ms: u64,
    /// How many there were.
    pub count: u64,
    /// The longest, rounded up to two figures.
    pub max_ms: u64,
}

/// What happened in an hour. Keys are words of the metrics' catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Book {
    /// The hour's beginning, in milliseconds since 1970.
    pub hour_ms: i64,
    /// Deliveries by door and result, such as `jira/no-news`.
    pub deliveries: BTreeMap<String, u64>,
    /// Reconciles by outcome, such as `in-step`.
    pub reconciles: BTreeMap<String, u64>,
    /// Tries of calls by product, `read` or `write`, and status, such as `contrast/write/ok`.
    pub calls: BTreeMap<String, u64>,
    /// Time waited, or left to a later sweep, because a product asked for it; by product.
    pub paused_ms: BTreeMap<String, u64>,
    /// Times from events to the end of their reconciles.
    pub lag: Lag,
}

impl TableStore {
    /// Adds to the book of the hour: one request, tried once.
    pub async fn add_to_book(&self, entries: &Entries, now: Moment) -> Result<(), Trouble> {
        let mut additions = Vec::new();
        let mut names = HashMap::new();
        let mut values = HashMap::new();
        let longest = entries.longest_lag_ms.map(|ms| {
            // A set, so that the longest of all processes can be told; rounded, so that it stays small.
            let set = AttributeValue::Ns(vec![rounded_up(ms).to_string()]);
            (LONGEST_LAG.to_owned(), set)
        });
        let sums = entries.sums.iter();
        let sums = sums.map(|(name, value)| (name.clone(), number(value)));
        for (place, (name, value)) in sums.chain(longest).enumerate() {
            additions.push(format!("#n{place} :v{place}"));
            names.insert(format!("#n{place}"), name);
            values.insert(format!(":v{place}"), value);
        }
        let hour = hour_of(now);
        let expires_at = hour.plus_ms(BOOK_DAYS * DAY_MS).epoch_ms() / 1_000;
        values.insert(":expires_at".to_owned(), number(expires_at));
        let expression = format!("SET expires_at = :expires_at ADD {}", additions.join(", "));
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(&partition(hour), "book")))
            .update_expression(expression)
            .set_expression_attribute_names(Some(names))
            .set_expression_attribute_values(Some(values))
            .customize()
            .config_override(tried_once())
            .send()
            .await
            .map_err(|error| trouble("adding to the books", &error))?;
        Ok(())
    }

    /// The books of the last hours, the present one included, latest first; an hour in which nothing
    /// happened has an empty one. At most `MOST_HOURS`.
    pub async fn read_books(&self, hours: u32, now: Moment) -> Result<Vec<Book>, Trouble> {
        let present = hour_of(now);
        let back = |hours: u32| present.minus_ms(u64::from(hours) * HOUR_MS);
        let hours: Vec<Moment> = (0..hours.min(MOST_HOURS)).map(back).collect();
        let mut books: BTreeMap<String, Book> = hours
            .iter()
            .map(|hour| {
                let hour_ms = hour.epoch_ms();
                let book = Book {
                    hour_ms,
                    ..Book::default()
                };
                (partition(*hour), book)
            })
            .collect();
        for portion in hours.chunks(BATCH) {
            let keys = portion.iter().map(|hour| key(&partition(*hour), "book"));
            for item in self.read_batch(keys.collect(), "reading the books").await? {
                let book = super::item::text_of(&item, "pk").and_then(|pk| books.get_mut(&pk));
                if let Some(book) = book {
                    read_into(book, &item);
                }
            }
        }
        Ok(books.into_values().rev().collect())
    }

    /// Reads several items, in no order; those that do not exist are left out.
    async fn read_batch(&self, keys: Vec<Item>, doing: &str) -> Result<Vec<Item>, Trouble> {
        let mut found = Vec::new();
        let mut keys = keys;
        // What a batch leaves unprocessed is asked for again; each round makes progress.
        while !keys.is_empty() {
            let asked = KeysAndAttributes::builder()
                .set_keys(Some(keys))
                .build()
                .map_err(|error| Trouble::never(doing, error.to_string()))?;
            let answer = self
                .client
                .batch_get_item()
                .request_items(&self.table, asked)
                .send()
                .await
                .map_err(|error| trouble(doing, &error))?;
            let mut items = answer.responses.unwrap_or_default();
            found.extend(items.remove(&self.table).unwrap_or_default());
            let mut rest = answer.unprocessed_keys.unwrap_or_default();
            keys = rest
                .remove(&self.table)
                .map_or_else(Vec::new, |rest| rest.keys);
        }
        Ok(found)
    }
}

/// For what is only told to people: nobody waits for a second try.
pub(super) fn tried_once() -> ConfigBuilder {
    aws_sdk_dynamodb::Config::builder().retry_config(RetryConfig::disabled())
}

fn hour_of(now: Moment) -> Moment {
    let hour_ms = i64::try_from(HOUR_MS).unwrap_or(i64::MAX);
    Moment::from_epoch_ms(now.epoch_ms() - now.epoch_ms().rem_euclid(hour_ms))
}

/// Such as `book#2026-03-09T22:00:00Z`: sorts as the hours do.
fn partition(hour: Moment) -> String {
    format!("book#{}", hour.to_rfc3339())
}

/// Rounded up to two figures: some hundred values in all.
fn rounded_up(ms: u64) -> u64 {
    let figures = ms.checked_ilog10().unwrap_or(0) + 1;
    let step = 10_u64.pow(figures.saturating_sub(2));
    ms.div_ceil(step).saturating_mul(step)
}

fn read_into(book: &mut Book, item: &Item) {
    for (name, value) in item {
        let number = value.as_n().ok().and_then(|number| number.parse().ok());
        let (Some((metric, words)), Some(number)) = (name.split_once('/'), number) else {
            continue;
        };
        match (metric, words) {
            ("lag", "sum") => book.lag.sum_ms = number,
            ("lag", "count") => book.lag.count = number,
            ("deliveries", _) => _ = book.deliveries.insert(words.to_owned(), number),
            ("reconciles", _) => _ = book.reconciles.insert(words.to_owned(), number),
            ("calls", _) => _ = book.calls.insert(words.to_owned(), number),
            ("paused", _) => _ = book.paused_ms.insert(words.to_owned(), number),
            _ => {}
        }
    }
    let longest = item.get(LONGEST_LAG).and_then(|set| set.as_ns().ok());
    let longest = longest.into_iter().flatten();
    let longest = longest.filter_map(|number| number.parse().ok()).max();
    book.lag.max_ms = longest.unwrap_or(0);
}

#[cfg(test)]
mod tests {
    use super::{Moment, hour_of, partition, rounded_up};

    #[test]
    fn the_longest_is_never_told_shorter_and_takes_few_values() {
        let rounded = [0, 7, 42, 99, 100, 101, 12_345, 999_999].map(rounded_up);
        assert_eq!(rounded, [0, 7, 42, 99, 100, 110, 13_000, 1_000_000]);
    }

    #[test]
    fn a_book_is_named_after_its_hour() {
        let at = Moment::parse("2026-03-09T22:52:12.131Z").expect("a moment");
        assert_eq!(partition(hour_of(at)), "book#2026-03-09T22:00:00Z");
    }
}
