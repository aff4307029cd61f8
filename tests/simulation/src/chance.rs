//! Chance that can be told again: each decision is drawn from the seed and the name of what is
//! decided, never from the order in which decisions are made.
//!
//! So a disturbance can be taken out of a run, and the others stay as they were.

use std::collections::BTreeSet;

/// What may happen in one run: everything that the seed draws, or only what was kept of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// The seed.
    pub seed: u64,
    /// The acts and disturbances that may happen, by name; `None` for all that are drawn.
    pub only: Option<BTreeSet<String>>,
}

impl Script {
    /// Everything that a seed draws.
    pub const fn of_seed(seed: u64) -> Self {
        Self { seed, only: None }
    }

    /// Whether something that was drawn may happen.
    pub fn allows(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(name))
    }

    /// The numbers that belong to a name.
    pub fn draw(&self, what: &str, name: &str) -> fastrand::Rng {
        let mut hash = self.seed ^ 0x9e37_79b9_7f4a_7c15;
        for byte in what.bytes().chain([0]).chain(name.bytes()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            hash ^= hash >> 29;
        }
        fastrand::Rng::with_seed(hash)
    }
}

/// Whether something of a probability in parts per million comes to pass.
pub fn comes_to_pass(rng: &mut fastrand::Rng, parts_per_million: u32) -> bool {
    rng.u32(..1_000_000) < parts_per_million
}

/// One of several things, each with its weight.
pub fn one_of<T: Copy>(rng: &mut fastrand::Rng, weighted: &[(u32, T)]) -> Option<T> {
    let total: u32 = weighted.iter().map(|(weight, _)| weight).sum();
    if total == 0 {
        return None;
    }
    let mut point = rng.u32(..total);
    for (weight, thing) in weighted {
        if point < *weight {
            return Some(*thing);
        }
        point -= weight;
    }
    None
}
