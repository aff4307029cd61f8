//! The ways in which a save lets go of a lease, or keeps it.
//!
//! Every one of them is conditional on the lease and the revision.

use std::collections::BTreeSet;

use domain::{link::Aspect, moment::Moment};

/// How one save treats the lease and what is due.
pub(super) struct LettingGo {
    pub(super) keeps_lease: bool,
    pub(super) checks_wanted: bool,
    pub(super) clears_aspects: bool,
    pub(super) due_at: Option<Moment>,
    pub(super) done: BTreeSet<Aspect>,
}

impl LettingGo {
    /// A checkpoint: the lease is renewed, what is due stays as it is.
    pub(super) const fn keep() -> Self {
        Self {
            keeps_lease: true,
            checks_wanted: false,
            clears_aspects: false,
            due_at: None,
            done: BTreeSet::new(),
        }
    }

    /// More was wanted: the lease is renewed, and what is done is no longer wanted.
    pub(super) fn again(done: BTreeSet<Aspect>) -> Self {
        Self {
            checks_wanted: true,
            done,
            ..Self::keep()
        }
    }

    /// All that was wanted is done.
    pub(super) const fn settled(due_at: Option<Moment>) -> Self {
        Self {
            keeps_lease: false,
            checks_wanted: true,
            clears_aspects: true,
            due_at,
            done: BTreeSet::new(),
        }
    }

    /// Not finished: what was wanted stays wanted.
    pub(super) const fn unfinished(due_at: Moment, checks_wanted: bool) -> Self {
        Self {
            keeps_lease: false,
            checks_wanted,
            clears_aspects: false,
            due_at: Some(due_at),
            done: BTreeSet::new(),
        }
    }

    pub(super) fn expression(&self) -> String {
        let mut set =
            "SET document = :document, revision = :next, class_list = :class, pointed = :pointed"
                .to_owned();
        let mut remove = Vec::new();
        if self.keeps_lease {
            set.push_str(", lease_until = :until");
        } else {
            remove.extend(["lease_holder", "lease_until"]);
        }
        match self.due_at {
            Some(_) => set.push_str(", due_list = :due, due_at = :due_at"),
            None if self.clears_aspects => remove.extend(["due_list", "due_at"]),
            None => {}
        }
        if self.clears_aspects {
            remove.extend(["aspects", "pushed"]);
        }
        if !remove.is_empty() {
            set.push_str(" REMOVE ");
            set.push_str(&remove.join(", "));
        }
        if !self.done.is_empty() {
            set.push_str(" DELETE aspects :done");
        }
        set
    }

    pub(super) const fn condition(&self) -> &'static str {
        if self.checks_wanted {
            "lease_holder = :holder AND revision = :revision AND wanted = :wanted"
        } else {
            "lease_holder = :holder AND revision = :revision"
        }
    }
}
