//! Keeps incidents or issues by number and, beside that, in the order of their latest change.
//!
//! Nothing may change `updated_ms` behind its back: the order would be wrong.

use std::collections::{BTreeMap, BTreeSet};

/// What can be kept on a shelf.
pub(super) trait Filed {
    fn updated_ms(&self) -> i64;
    fn set_updated_ms(&mut self, now_ms: i64);
}

/// How a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Created { descending: bool },
    Updated { descending: bool },
}

/// The shelf. Ids are `<prefix>-<year>-<number>` and numbers are never used twice.
#[derive(Debug)]
pub(super) struct Shelf<T> {
    prefix: &'static str,
    next: u64,
    entries: BTreeMap<u64, T>,
    by_update: BTreeSet<(i64, u64)>,
    /// Ids that were brought along from elsewhere.
    named: BTreeMap<String, u64>,
}

impl<T: Filed> Shelf<T> {
    pub(super) fn new(prefix: &'static str) -> Self {
        Self {
            prefix,
            next: 1,
            entries: BTreeMap::new(),
            by_update: BTreeSet::new(),
            named: BTreeMap::new(),
        }
    }

    /// Puts in what `make` makes of the new id, which is also answered. An entry that comes from
    /// elsewhere brings its id along.
    pub(super) fn add(
        &mut self,
        year: i16,
        brought: Option<String>,
        make: impl FnOnce(String) -> T,
    ) -> String {
        let number = self.next;
        self.next += 1;
        let id = brought.unwrap_or_else(|| format!("{}-{year}-{number}", self.prefix));
        self.named.insert(id.clone(), number);
        let entry = make(id.clone());
        self.by_update.insert((entry.updated_ms(), number));
        self.entries.insert(number, entry);
        id
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.entries.values()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.entries.values_mut()
    }

    pub(super) fn get(&self, id: &str) -> Option<&T> {
        self.entries.get(&self.number(id)?)
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        let number = self.number(id)?;
        self.entries.get_mut(&number)
    }

    pub(super) fn remove(&mut self, id: &str) -> Option<T> {
        let number = self.number(id)?;
        let entry = self.entries.remove(&number)?;
        self.by_update.remove(&(entry.updated_ms(), number));
        Some(entry)
    }

    /// Marks an entry as changed just now.
    pub(super) fn touch(&mut self, id: &str, now_ms: i64) {
        let Some(number) = self.number(id) else {
            return;
        };
        if let Some(entry) = self.entries.get_mut(&number) {
            self.by_update.remove(&(entry.updated_ms(), number));
            entry.set_updated_ms(now_ms);
            self.by_update.insert((now_ms, number));
        }
    }

    /// All entries in an order.
    pub(super) fn ordered(&self, order: Order) -> Box<dyn Iterator<Item = &T> + '_> {
        let updated = self
            .by_update
            .iter()
            .filter_map(|(_, number)| self.entries.get(number));
        match order {
            Order::Created { descending: false } => Box::new(self.entries.values()),
            Order::Created { descending: true } => Box::new(self.entries.values().rev()),
            Order::Updated { descending: false } => Box::new(updated),
            Order::Updated { descending: true } => Box::new(updated.rev()),
        }
    }

    fn number(&self, id: &str) -> Option<u64> {
        let number = *self.named.get(id)?;
        self.entries.contains_key(&number).then_some(number)
    }
}
