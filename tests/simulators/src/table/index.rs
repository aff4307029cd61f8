//! A global secondary index: the keys of the items that have its attributes, in its order.
//!
//! Eventually consistent: never shows a write before its time.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    ops::Bound,
};

use super::{
    schema::{Key, Keys, Sort},
    value::{Attribute, Item},
};

/// Rows with the same index key stand in an order that nobody may count on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tie {
    Least,
    Of(u64, Key),
    Most,
}

/// A row's place within its partition of the index.
type Place = (Sort, Tie);

/// A row of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct IndexRow {
    pub(super) partition: String,
    pub(super) sort: Sort,
    pub(super) key: Key,
}

struct Change {
    written_at: i64,
    removed: Option<IndexRow>,
    added: Option<IndexRow>,
}

/// An index.
pub(super) struct Index {
    pub(super) name: &'static str,
    pub(super) keys: Keys,
    rows: BTreeMap<String, BTreeSet<Place>>,
    pending: VecDeque<Change>,
}

impl Index {
    pub(super) fn new(name: &'static str, keys: Keys) -> Self {
        Self {
            name,
            keys,
            rows: BTreeMap::new(),
            pending: VecDeque::new(),
        }
    }

    /// The row that an item has in it; none if it lacks one of its attributes.
    pub(super) fn row_of(&self, key: &Key, item: &Item) -> Option<IndexRow> {
        Some(IndexRow {
            partition: item.get(self.keys.hash.name)?.text()?.to_owned(),
            sort: self.keys.range.read(item.get(self.keys.range.name)?)?,
            key: key.clone(),
        })
    }

    /// Takes note of a write.
    pub(super) fn note(
        &mut self,
        removed: Option<IndexRow>,
        added: Option<IndexRow>,
        written_at: i64,
        lag_ms: i64,
    ) {
        if removed == added {
            return;
        }
        let change = Change {
            written_at,
            removed,
            added,
        };
        if lag_ms == 0 && self.pending.is_empty() {
            self.apply(change);
        } else {
            self.pending.push_back(change);
        }
    }

    #[cfg(test)]
    pub(super) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Shows what was written long enough ago.
    pub(super) fn catch_up(&mut self, now_ms: i64, lag_ms: i64) {
        while let Some(change) = self
            .pending
            .pop_front_if(|change| lag_ms == 0 || change.written_at <= now_ms - lag_ms)
        {
            self.apply(change);
        }
    }

    fn apply(&mut self, change: Change) {
        if let Some(row) = change.removed {
            let place = place_of(&row);
            if let Some(rows) = self.rows.get_mut(&row.partition) {
                rows.remove(&place);
                if rows.is_empty() {
                    self.rows.remove(&row.partition);
                }
            }
        }
        if let Some(row) = change.added {
            let place = place_of(&row);
            match self.rows.get_mut(&row.partition) {
                Some(rows) => {
                    rows.insert(place);
                }
                None => {
                    self.rows.insert(row.partition, BTreeSet::from([place]));
                }
            }
        }
    }

    /// The rows of a partition between two bounds, behind a place if one is given.
    pub(super) fn walk<'i>(
        &'i self,
        partition: &str,
        (low, high): (&Bound<Sort>, &Bound<Sort>),
        after: Option<&IndexRow>,
        forward: bool,
    ) -> Box<dyn Iterator<Item = (&'i Sort, &'i Key)> + 'i> {
        let Some(rows) = self.rows.get(partition) else {
            return Box::new(std::iter::empty());
        };
        let mut low = match low {
            Bound::Unbounded => Bound::Unbounded,
            Bound::Included(sort) => Bound::Excluded((sort.clone(), Tie::Least)),
            Bound::Excluded(sort) => Bound::Excluded((sort.clone(), Tie::Most)),
        };
        let mut high = match high {
            Bound::Unbounded => Bound::Unbounded,
            Bound::Included(sort) => Bound::Excluded((sort.clone(), Tie::Most)),
            Bound::Excluded(sort) => Bound::Excluded((sort.clone(), Tie::Least)),
        };
        match after.map(place_of) {
            Some(place) if forward => low = Bound::Excluded(place),
            Some(place) => high = Bound::Excluded(place),
            None => {}
        }
        if is_empty(&low, &high) {
            return Box::new(std::iter::empty());
        }
        let range = rows.range((low, high)).filter_map(|(sort, tie)| match tie {
            Tie::Of(_, key) => Some((sort, key)),
            Tie::Least | Tie::Most => None,
        });
        if forward {
            Box::new(range)
        } else {
            Box::new(range.rev())
        }
    }
}

impl IndexRow {
    /// All that an index of keys only knows of an item.
    pub(super) fn to_item(keys: &Keys, partition: &str, sort: &Sort, key: &Key) -> Item {
        let mut item = key.to_item();
        item.insert(keys.hash.name, Attribute::from(partition));
        item.insert(keys.range.name, sort.to_value());
        item
    }
}

fn place_of(row: &IndexRow) -> Place {
    (
        row.sort.clone(),
        Tie::Of(row.key.scattered(), row.key.clone()),
    )
}

/// Whether nothing can lie between two bounds.
pub(super) fn is_empty<T: Ord>(low: &Bound<T>, high: &Bound<T>) -> bool {
    match (low, high) {
        (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
        (Bound::Included(low), Bound::Included(high)) => low > high,
        (
            Bound::Included(low) | Bound::Excluded(low),
            Bound::Included(high) | Bound::Excluded(high),
        ) => low >= high,
    }
}
