//! What is counted while one delivery or one sweep is worked on.
//!
//! Holds numbers under words of the catalogue, and nothing else.

use std::collections::BTreeMap;

use super::catalogue::{CATALOGUE, Kind, Metric};
use crate::http::Product;

/// Calls, by product and operation.
pub(super) type Operations = BTreeMap<(Product, &'static str), u64>;

/// What was counted.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// By the metric's place in the catalogue and the values of its dimensions.
    values: BTreeMap<(usize, Vec<&'static str>), Vec<u64>>,
    /// Tries of calls.
    pub(super) operations: Operations,
    /// The same by how they ended: product, `read` or `write`, and status.
    pub(super) calls: BTreeMap<[&'static str; 3], u64>,
}

/// The values of a metric under one combination of dimensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Measure {
    pub(super) metric: &'static Metric,
    pub(super) dimensions: Vec<&'static str>,
    pub(super) values: Vec<u64>,
}

impl Tally {
    /// Counts. The dimensions' values are the catalogue's, in its order: anything else is dropped,
    /// because it would make a metric that nobody reckoned with.
    pub(super) fn count(&mut self, metric: &Metric, dimensions: &[&'static str], value: u64) {
        let mut pairs = metric.dimensions.iter().zip(dimensions);
        let is_of_the_catalogue = metric.dimensions.len() == dimensions.len()
            && pairs.all(|(dimension, value)| dimension.values.contains(value));
        let place = CATALOGUE.iter().position(|it| it.name == metric.name);
        debug_assert!(is_of_the_catalogue && place.is_some(), "{metric:?}");
        let (true, Some(place)) = (is_of_the_catalogue, place) else {
            return;
        };
        let values = self.values.entry((place, dimensions.to_vec())).or_default();
        match (metric.kind, values.last_mut()) {
            (Kind::Sum, Some(sum)) => *sum += value,
            (Kind::Gauge, Some(last)) => *last = value,
            (Kind::Each, Some(_)) | (_, None) => values.push(value),
        }
    }

    /// Counts a try of a call.
    pub(super) fn count_call(
        &mut self,
        product: Product,
        operation: &'static str,
        status: &'static str,
    ) {
        *self.operations.entry((product, operation)).or_default() += 1;
        // Some reads are sent as POST: their names tell.
        let reads = ["read-", "list-", "search-", "check-"];
        let class = if reads.iter().any(|read| operation.starts_with(read)) {
            "read"
        } else {
            "write"
        };
        let calls = self.calls.entry([product.word(), class, status]);
        *calls.or_default() += 1;
    }

    /// All that was counted, in the catalogue's order.
    pub(super) fn measures(&self) -> impl Iterator<Item = Measure> {
        self.values
            .iter()
            .map(|((place, dimensions), values)| Measure {
                metric: &CATALOGUE[*place],
                dimensions: dimensions.clone(),
                values: values.clone(),
            })
    }
}

/// Operations with their numbers, such as `contrast read-incident=1, jira create-ticket=2`.
pub(super) fn in_words(operations: &Operations) -> String {
    let words = operations
        .iter()
        .map(|((product, operation), count)| format!("{} {operation}={count}", product.word()));
    words.collect::<Vec<_>>().join(", ")
}

/// All calls.
pub(super) fn total(operations: &Operations) -> u64 {
    operations.values().sum()
}
