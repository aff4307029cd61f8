//! The order of a listing, remembered from one sweep to the next.

use alloc::{
    collections::BTreeSet,
    string::{String, ToString},
};

/// Walks a listing along the order it had last time: what stands out of turn has moved up.
pub(super) struct OrderWalk<'a> {
    order: &'a [String],
    next: usize,
    passed: BTreeSet<String>,
}

impl<'a> OrderWalk<'a> {
    pub(super) const fn new(order: &'a [String]) -> Self {
        Self {
            order,
            next: 0,
            passed: BTreeSet::new(),
        }
    }

    pub(super) fn remembers(&self, number: &str) -> bool {
        self.order.iter().any(|known| known == number)
    }

    pub(super) fn has_moved(&mut self, number: &str) -> bool {
        while self
            .order
            .get(self.next)
            .is_some_and(|known| self.passed.contains(known))
        {
            self.next += 1;
        }
        self.passed.insert(number.to_string());
        if self
            .order
            .get(self.next)
            .is_some_and(|known| known == number)
        {
            self.next += 1;
            return false;
        }
        // Below everything that is remembered, the order says nothing.
        self.next < self.order.len()
    }
}

#[cfg(test)]
mod tests {
    use alloc::{string::ToString, vec, vec::Vec};

    use super::OrderWalk;

    fn moved(before: &[&str], now: &[&str]) -> Vec<bool> {
        let order: Vec<_> = before.iter().map(ToString::to_string).collect();
        let mut walk = OrderWalk::new(&order);
        now.iter().map(|number| walk.has_moved(number)).collect()
    }

    #[test]
    fn an_unchanged_order_shows_no_move() {
        assert_eq!(
            moved(&["a", "b", "c"], &["a", "b", "c", "d"]),
            vec![false; 4]
        );
    }

    #[test]
    fn what_moved_up_is_seen_and_the_rest_is_not_suspected() {
        assert_eq!(
            moved(&["a", "b", "c"], &["c", "a", "b"]),
            vec![true, false, false]
        );
        assert_eq!(
            moved(&["a", "b", "c"], &["x", "b", "a", "c"]),
            vec![true, true, false, false]
        );
    }
}
