//! Where the walk through a listing stands, from one sweep to the next.
//!
//! What cannot be read is taken for nothing remembered, which only makes the next walk longer.

use alloc::{format, string::String, vec::Vec};

use super::super::split_list;

/// What a walk remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// The numbers on the first page, in order.
    pub(super) order: Vec<String>,
    /// The page from which on there may be cases that nobody has heard of.
    pub(super) behind: Option<u32>,
    /// The deepest page at which a walk was left. Known pages above it say nothing of what is below:
    /// a later walk, left further up, led back over what was known already.
    pub(super) deepest: u32,
}

impl Place {
    pub(super) fn read(remembered: Option<&str>) -> Self {
        let remembered = remembered.unwrap_or_default();
        let (order, behind) = match remembered.split_once('@') {
            Some((order, page)) => (order, page.parse().ok()),
            None => (remembered, None),
        };
        let (order, deepest) = order.split_once('~').unwrap_or((order, ""));
        Self {
            order: split_list(order),
            behind,
            deepest: deepest.parse().unwrap_or(0),
        }
    }

    /// The place after a walk from the top, which was cut off at a page or came to what is known.
    pub(super) fn after_walk(&self, order: Vec<String>, cut_at: Option<u32>) -> Self {
        Self {
            order,
            behind: [self.behind, cut_at].into_iter().flatten().min(),
            deepest: self.behind.map_or(0, |page| page.max(self.deepest)),
        }
    }

    /// The place after catching up as far as a page, or to where everything is known.
    pub(super) fn caught_up(self, behind: Option<u32>) -> Self {
        let deepest = if behind.is_some() { self.deepest } else { 0 };
        Self {
            behind,
            deepest,
            ..self
        }
    }

    /// Whether known pages from that one on mean that everything further down is known.
    pub(super) const fn may_end_at(&self, page: u32) -> bool {
        page >= self.deepest
    }

    pub(super) fn write(&self) -> String {
        let Self {
            order,
            behind,
            deepest,
        } = self;
        let order = order.join(",");
        match behind {
            Some(page) if deepest > page => format!("{order}~{deepest}@{page}"),
            Some(page) => format!("{order}@{page}"),
            None => order,
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::{
        string::{String, ToString},
        vec,
        vec::Vec,
    };

    use super::Place;

    #[test]
    fn a_place_is_read_as_it_was_written() {
        for order in [vec![], vec!["a".to_string(), "b".to_string()]] {
            for (behind, deepest) in [(None, 0), (Some(3), 0), (Some(3), 12)] {
                let place = Place {
                    order: order.clone(),
                    behind,
                    deepest,
                };
                assert_eq!(Place::read(Some(&place.write())), place);
            }
        }
    }

    #[test]
    fn a_walk_that_is_left_further_up_forgets_no_place_further_down() {
        let left = |place: &Place, page| place.after_walk(vec![], Some(page));
        let place = left(&left(&Place::default(), 124), 10);
        assert_eq!(place.behind, Some(10));
        assert!(!place.may_end_at(123), "what is below may be unheard of");
        assert!(place.may_end_at(124));
        let place = left(&place.caught_up(Some(40)), 10);
        assert!(!place.may_end_at(123), "nor after another one");
        assert!(left(&place.caught_up(None), 10).may_end_at(10));
    }

    #[test]
    fn what_makes_no_sense_is_nothing_remembered() {
        assert_eq!(Place::read(None), Place::default());
        assert_eq!(Place::read(Some("@x")).order, Vec::<String>::new());
        assert_eq!(Place::read(Some("@x")).behind, None);
    }
}
