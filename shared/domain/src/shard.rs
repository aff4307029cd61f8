//! Shards: how several sweeps beside each other share out the cases.
//!
//! Whose a case is follows from its id alone, so it is stored nowhere, and another number of shards
//! needs no migration. No case is ever nobody's.

use alloc::string::{String, ToString};
use core::fmt;

use sha2::{Digest as _, Sha256};

use crate::case::CaseId;

/// One of the equal parts that all cases are shared out into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    number: u32,
    of: u32,
}

impl Shard {
    /// The only part: all cases.
    pub const WHOLE: Self = Self { number: 0, of: 1 };

    /// The most parts there may be: each reads the keys of all that is due.
    pub const MOST: u32 = 8;

    /// The part of that number, counted from 0, of so many; `None` where there is no such part.
    pub const fn new(number: u32, of: u32) -> Option<Self> {
        if number < of && of <= Self::MOST {
            Some(Self { number, of })
        } else {
            None
        }
    }

    /// How many parts there are.
    pub const fn of(self) -> u32 {
        self.of
    }

    /// Whether it is the first: the one that does for all what is not about a single case.
    pub const fn leads(self) -> bool {
        self.number == 0
    }

    /// All parts beside which it is one, itself included.
    pub fn all(self) -> impl Iterator<Item = Self> {
        (0..self.of).map(move |number| Self { number, ..self })
    }

    /// Whether a case is of this part.
    pub fn has(self, case: &CaseId) -> bool {
        if self.of == 1 {
            return true;
        }
        let digest = Sha256::digest(case.to_string().as_bytes());
        let mut rank = [0; 4];
        rank.copy_from_slice(&digest[..4]);
        u32::from_be_bytes(rank) % self.of == self.number
    }

    /// The name of a cursor that each part keeps for itself. That of the whole is the bare name, so
    /// that a service with one sweep goes on where it was.
    pub fn cursor(self, name: &str) -> String {
        if self.of == 1 {
            name.to_string()
        } else {
            alloc::format!("{name}:{self}")
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}of{}", self.number, self.of)
    }
}

#[cfg(test)]
mod tests {
    use alloc::{format, vec::Vec};

    use super::Shard;
    use crate::case::{CaseId, CaseKind, OrgId};

    fn case(number: u32) -> CaseId {
        let org = OrgId::new("org").expect("an id");
        CaseId::new(org, CaseKind::Incident, format!("INC-{number}")).expect("an id")
    }

    fn first_of(of: u32) -> Shard {
        Shard::new(0, of).expect("a shard")
    }

    #[test]
    fn each_case_is_of_exactly_one_shard() {
        for of in 1..=Shard::MOST {
            for number in 0..500 {
                let owners = first_of(of).all().filter(|it| it.has(&case(number)));
                assert_eq!(owners.count(), 1, "case {number} of {of}");
            }
        }
    }

    #[test]
    fn the_shards_are_about_equal() {
        for shard in first_of(8).all() {
            let own = (0..4_000).filter(|number| shard.has(&case(*number)));
            let count = own.count();
            assert!((400..=600).contains(&count), "{shard} has {count}");
        }
    }

    /// Deployed shards of different versions must agree, so the numbers stand here.
    #[test]
    fn whose_a_case_is_never_changes() {
        let owners: Vec<u32> = (0..8)
            .filter_map(|number| first_of(8).all().position(|it| it.has(&case(number))))
            .filter_map(|place| u32::try_from(place).ok())
            .collect();
        assert_eq!(owners, [4, 3, 4, 3, 2, 0, 6, 4]);
    }

    #[test]
    fn there_is_no_shard_beyond_the_last() {
        assert_eq!(Shard::new(0, 1), Some(Shard::WHOLE));
        for (number, of) in [(0, 0), (1, 1), (4, 4), (0, Shard::MOST + 1)] {
            assert_eq!(Shard::new(number, of), None, "{number} of {of}");
        }
    }

    #[test]
    fn only_the_whole_keeps_a_cursor_under_its_bare_name() {
        assert_eq!(Shard::WHOLE.cursor("poll:hot"), "poll:hot");
        assert_eq!(first_of(4).cursor("poll:hot"), "poll:hot:0of4");
    }
}
