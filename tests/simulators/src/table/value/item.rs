//! Attributes by their names.
//!
//! Always in the order of the names; never one name twice.

use super::Attribute;

/// An item, or a map inside one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::table) struct Item(Vec<(Box<str>, Attribute)>);

impl Item {
    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| (**other).cmp(name))
    }

    pub(in crate::table) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(in crate::table) fn get(&self, name: &str) -> Option<&Attribute> {
        self.place(name).ok().map(|at| &self.0[at].1)
    }

    pub(in crate::table) fn get_mut(&mut self, name: &str) -> Option<&mut Attribute> {
        self.place(name).ok().map(|at| &mut self.0[at].1)
    }

    pub(in crate::table) fn contains_key(&self, name: &str) -> bool {
        self.place(name).is_ok()
    }

    pub(in crate::table) fn insert(&mut self, name: &str, value: Attribute) {
        match self.place(name) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (name.into(), value)),
        }
    }

    pub(in crate::table) fn remove(&mut self, name: &str) -> Option<Attribute> {
        self.place(name).ok().map(|at| self.0.remove(at).1)
    }

    pub(in crate::table) fn iter(&self) -> impl Iterator<Item = (&str, &Attribute)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    pub(in crate::table) fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut Attribute)> {
        self.0.iter_mut().map(|(name, value)| (&**name, value))
    }

    pub(in crate::table) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| &**name)
    }

    pub(in crate::table) const fn len(&self) -> usize {
        self.0.len()
    }

    pub(in crate::table) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sizes of its names and values.
    pub(in crate::table) fn size(&self) -> usize {
        self.iter()
            .map(|(name, value)| name.len() + value.size())
            .sum()
    }
}

/// Of two with the same name, the later one stays.
impl FromIterator<(Box<str>, Attribute)> for Item {
    fn from_iter<I: IntoIterator<Item = (Box<str>, Attribute)>>(entries: I) -> Self {
        let mut entries: Vec<_> = entries.into_iter().collect();
        if !entries.is_sorted_by(|(one, _), (two, _)| one < two) {
            entries.reverse();
            entries.sort_by(|(one, _), (two, _)| one.cmp(two));
            entries.dedup_by(|(one, _), (two, _)| one == two);
        }
        Self(entries)
    }
}

impl<const N: usize> From<[(&str, Attribute); N]> for Item {
    fn from(entries: [(&str, Attribute); N]) -> Self {
        entries
            .into_iter()
            .map(|(name, value)| (name.into(), value))
            .collect()
    }
}
