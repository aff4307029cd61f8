//! What is stored: the items as they are, as they were not long ago, and their indexes.
//!
//! No history is kept that no lag asks for. Never is an index brought up to date by hand elsewhere.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    ops::Bound,
    sync::{Arc, OnceLock},
};

use serde_json::{Map, Value};

use super::{
    TableBehaviour,
    expression::update::changes::Changes,
    index::{Index, IndexRow, is_empty},
    schema::{EXPIRY, INDEXES, Key},
    value::{Attribute, Item},
};

/// An item, its size, and its text once somebody asked for it.
#[derive(Clone)]
pub(super) struct Stored {
    pub(super) item: Item,
    pub(super) size: usize,
    text: OnceLock<String>,
    shown: OnceLock<Box<Map<String, Value>>>,
}

impl Stored {
    fn new(item: Item, size: usize) -> Self {
        Self {
            item,
            size,
            text: OnceLock::new(),
            shown: OnceLock::new(),
        }
    }

    /// The item as JSON.
    pub(super) fn text(&self) -> &str {
        self.text.get_or_init(|| self.item.to_json())
    }

    /// The item as those see it who search everything.
    pub(super) fn shown(&self) -> &Map<String, Value> {
        self.shown
            .get_or_init(|| serde_json::from_str(self.text()).unwrap_or_default())
    }
}

/// What an item was until some moment; none if it was not there.
type Version = (i64, Option<Arc<Stored>>);
type Partition = BTreeMap<String, Arc<Stored>>;

/// Items expire no more if they should have done so so long ago.
const FORGOTTEN_S: i64 = 5 * 365 * 24 * 60 * 60;

/// All items.
pub(super) struct Rows {
    current: BTreeMap<String, Partition>,
    older: BTreeMap<String, BTreeMap<String, VecDeque<Version>>>,
    /// Which versions are older, in the order in which they are to be forgotten.
    aging: VecDeque<(i64, Key)>,
    indexes: Vec<Index>,
    expiring: BTreeSet<(i64, Key)>,
}

impl Rows {
    pub(super) fn new() -> Self {
        Self {
            current: BTreeMap::new(),
            older: BTreeMap::new(),
            aging: VecDeque::new(),
            indexes: INDEXES
                .into_iter()
                .map(|(name, keys)| Index::new(name, keys))
                .collect(),
            expiring: BTreeSet::new(),
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Stored> {
        let rows = self.current.values().flat_map(BTreeMap::values);
        rows.map(AsRef::as_ref)
    }

    /// Lets time pass: indexes catch up, what was is forgotten, what is past its time goes.
    pub(super) fn catch_up(&mut self, now_ms: i64, behaviour: &TableBehaviour) {
        if behaviour.removes_expired && !self.expiring.is_empty() {
            let now_s = now_ms.div_euclid(1_000);
            let ends = |time| (time, Key::least());
            let gone: Vec<Key> = self
                .expiring
                .range(ends(now_s - FORGOTTEN_S)..ends(now_s + 1))
                .map(|(_, key)| key.clone())
                .collect();
            for key in gone {
                self.put(&key, None, now_ms, behaviour);
            }
        }
        for index in &mut self.indexes {
            index.catch_up(now_ms, behaviour.index_lag_ms);
        }
        let lag = behaviour.read_lag_ms;
        while let Some((_, key)) = self
            .aging
            .pop_front_if(|(until, _)| lag == 0 || *until <= now_ms - lag)
        {
            let Some(partition) = self.older.get_mut(&key.pk) else {
                continue;
            };
            if let Some(versions) = partition.get_mut(&key.sk) {
                versions.pop_front();
                if versions.is_empty() {
                    partition.remove(&key.sk);
                }
            }
            if partition.is_empty() {
                self.older.remove(&key.pk);
            }
        }
    }

    /// The item as it is.
    pub(super) fn get(&self, key: &Key) -> Option<&Stored> {
        let stored = self.current.get(&key.pk)?.get(&key.sk)?;
        Some(stored)
    }

    /// The item as a read sees it that is not consistent.
    pub(super) fn get_older(&self, key: &Key) -> Option<&Stored> {
        let versions = self.older.get(&key.pk).and_then(|rows| rows.get(&key.sk));
        match versions.and_then(VecDeque::front) {
            Some((_, version)) => version.as_deref(),
            None => self.get(key),
        }
    }

    /// Puts an item in the place of the one that is there, or none.
    pub(super) fn put(
        &mut self,
        key: &Key,
        item: Option<(Item, usize)>,
        now_ms: i64,
        behaviour: &TableBehaviour,
    ) {
        let new = item.map(|(item, size)| Arc::new(Stored::new(item, size)));
        let partition = self.current.entry(key.pk.clone()).or_default();
        let old = match &new {
            Some(stored) => partition.insert(key.sk.clone(), Arc::clone(stored)),
            None => partition.remove(&key.sk),
        };
        if partition.is_empty() {
            self.current.remove(&key.pk);
        }
        for index in &mut self.indexes {
            let removed = old.as_ref().and_then(|old| index.row_of(key, &old.item));
            let added = new.as_ref().and_then(|new| index.row_of(key, &new.item));
            index.note(removed, added, now_ms, behaviour.index_lag_ms);
        }
        if let Some(time) = old.as_ref().and_then(|old| expiry(&old.item)) {
            self.expiring.remove(&(time, key.clone()));
        }
        if let Some(time) = new.as_ref().and_then(|new| expiry(&new.item)) {
            self.expiring.insert((time, key.clone()));
        }
        self.remember(key, || old, now_ms, behaviour);
    }

    /// Changes some attributes of an item that is there.
    pub(super) fn change(
        &mut self,
        key: &Key,
        changes: Changes,
        size: usize,
        now_ms: i64,
        behaviour: &TableBehaviour,
    ) {
        let Some(entry) = self
            .current
            .get_mut(&key.pk)
            .and_then(|rows| rows.get_mut(&key.sk))
        else {
            return;
        };
        let old = (behaviour.read_lag_ms != 0).then(|| Arc::clone(entry));
        let touches = |name: &str| changes.contains_key(name);
        let touched: Vec<bool> = self
            .indexes
            .iter()
            .map(|index| touches(index.keys.hash.name) || touches(index.keys.range.name))
            .collect();
        let removed: Vec<Option<IndexRow>> = self
            .indexes
            .iter()
            .zip(&touched)
            .map(|(index, touched)| touched.then(|| index.row_of(key, &entry.item)).flatten())
            .collect();
        let expires = touches(EXPIRY).then(|| expiry(&entry.item));
        let stored = Arc::make_mut(entry);
        stored.size = size;
        stored.text = OnceLock::new();
        stored.shown = OnceLock::new();
        for (name, value) in changes {
            match value {
                Some(value) => stored.item.insert(&name, value),
                None => drop(stored.item.remove(&name)),
            }
        }
        for ((index, removed), touched) in self.indexes.iter_mut().zip(removed).zip(touched) {
            if touched {
                let added = index.row_of(key, &stored.item);
                index.note(removed, added, now_ms, behaviour.index_lag_ms);
            }
        }
        if let Some(before) = expires {
            if let Some(time) = before {
                self.expiring.remove(&(time, key.clone()));
            }
            if let Some(time) = expiry(&stored.item) {
                self.expiring.insert((time, key.clone()));
            }
        }
        self.remember(key, || old, now_ms, behaviour);
    }

    fn remember(
        &mut self,
        key: &Key,
        old: impl FnOnce() -> Option<Arc<Stored>>,
        now_ms: i64,
        behaviour: &TableBehaviour,
    ) {
        if behaviour.read_lag_ms == 0 {
            return;
        }
        self.older
            .entry(key.pk.clone())
            .or_default()
            .entry(key.sk.clone())
            .or_default()
            .push_back((now_ms, old()));
        self.aging.push_back((now_ms, key.clone()));
    }

    /// How much is remembered of what was, or of what is not shown yet.
    #[cfg(test)]
    pub(super) fn remembered(&self) -> usize {
        let pending = self.indexes.iter().map(Index::pending);
        self.aging.len() + self.older.len() + pending.sum::<usize>()
    }

    /// An index by its name.
    pub(super) fn index(&self, name: &str) -> Option<&Index> {
        self.indexes.iter().find(|index| index.name == name)
    }

    /// The items of a partition between two bounds of the range key.
    pub(super) fn walk<'r>(
        &'r self,
        partition: &str,
        (low, high): (Bound<&str>, Bound<&str>),
        forward: bool,
        consistent: bool,
    ) -> Box<dyn Iterator<Item = (&'r str, &'r Stored)> + 'r> {
        if is_empty(&low, &high) {
            return Box::new(std::iter::empty());
        }
        let current = self
            .current
            .get(partition)
            .map(|rows| rows.range::<str, _>((low, high)));
        let older = (!consistent)
            .then(|| self.older.get(partition))
            .flatten()
            .map(|rows| rows.range::<str, _>((low, high)));
        let Some(older) = older else {
            let rows = current.into_iter().flatten();
            let rows = rows.map(|(sk, stored)| (sk.as_str(), stored.as_ref()));
            return if forward {
                Box::new(rows)
            } else {
                Box::new(rows.rev())
            };
        };
        // What was counts where it is remembered, and what is everywhere else.
        let mut seen: BTreeMap<&str, Option<&Stored>> = current
            .into_iter()
            .flatten()
            .map(|(sk, stored)| (sk.as_str(), Some(stored.as_ref())))
            .collect();
        for (sk, versions) in older {
            if let Some((_, version)) = versions.front() {
                seen.insert(sk, version.as_deref());
            }
        }
        let rows = seen
            .into_iter()
            .filter_map(|(sk, stored)| Some((sk, stored?)));
        if forward {
            Box::new(rows)
        } else {
            Box::new(rows.rev())
        }
    }
}

fn expiry(item: &Item) -> Option<i64> {
    match item.get(EXPIRY)? {
        Attribute::Number(text) => text.parse().ok(),
        _ => None,
    }
}
