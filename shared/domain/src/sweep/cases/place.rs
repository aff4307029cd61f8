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
}

impl Place {
    pub(super) fn read(remembered: Option<&str>) -> Self {
        let remembered = remembered.unwrap_or_default();
        let (order, behind) = match remembered.split_once('@') {
            Some((order, page)) => (order, page.parse().ok()),
            None => (remembered, None),
        };
        Self {
            order: split_list(order),
            behind,
        }
    }

    pub(super) fn write(&self) -> String {
        let Self { order, behind } = self;
        let order = order.join(",");
        match behind {
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
            for behind in [None, Some(3)] {
                let place = Place {
                    order: order.clone(),
                    behind,
                };
                assert_eq!(Place::read(Some(&place.write())), place);
            }
        }
    }

    #[test]
    fn what_makes_no_sense_is_nothing_remembered() {
        assert_eq!(Place::read(None), Place::default());
        assert_eq!(Place::read(Some("@x")).order, Vec::<String>::new());
        assert_eq!(Place::read(Some("@x")).behind, None);
    }
}
