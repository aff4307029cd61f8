//! The three-way merge of one field: what was agreed, what each side holds now.
//!
//! One table for all fields. It never looks at anything but the values.

use crate::link::Agreed;

/// What became of a field since both sides were last left in peace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Merge<T> {
    /// Neither side changed.
    Unchanged,
    /// Only the case side changed, to this value.
    CaseChanged(T),
    /// Only the ticket side changed, to this value.
    TicketChanged(T),
    /// Both changed, and now hold the same.
    BothAlike(T),
    /// Both changed, and differ.
    Conflict {
        /// The case side's value.
        case: T,
        /// The ticket side's value.
        ticket: T,
    },
}

/// Compares what each side holds with what it held. The two sides' values of one field may be of
/// different meaning (a severity's fingerprint and a description's); only each with itself is
/// compared, and the sides with each other only where both changed.
pub fn merge<T: PartialEq + Clone>(agreed: &Agreed<T>, case: &T, ticket: &T) -> Merge<T> {
    match (*case != agreed.case, *ticket != agreed.ticket) {
        (false, false) => Merge::Unchanged,
        (true, false) => Merge::CaseChanged(case.clone()),
        (false, true) => Merge::TicketChanged(ticket.clone()),
        (true, true) if case == ticket => Merge::BothAlike(case.clone()),
        (true, true) => Merge::Conflict {
            case: case.clone(),
            ticket: ticket.clone(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{Merge, merge};
    use crate::link::Agreed;

    #[test]
    fn the_table_has_five_outcomes() {
        let agreed = Agreed { case: 1, ticket: 1 };
        assert_eq!(merge(&agreed, &1, &1), Merge::Unchanged);
        assert_eq!(merge(&agreed, &2, &1), Merge::CaseChanged(2));
        assert_eq!(merge(&agreed, &1, &2), Merge::TicketChanged(2));
        assert_eq!(merge(&agreed, &2, &2), Merge::BothAlike(2));
        assert_eq!(
            merge(&agreed, &2, &3),
            Merge::Conflict { case: 2, ticket: 3 }
        );
    }

    #[test]
    fn sides_that_were_left_apart_stay_apart_until_one_moves() {
        let agreed = Agreed { case: 1, ticket: 2 };
        assert_eq!(merge(&agreed, &1, &2), Merge::Unchanged);
        assert_eq!(merge(&agreed, &2, &2), Merge::CaseChanged(2));
        assert_eq!(merge(&agreed, &1, &1), Merge::TicketChanged(1));
    }
}
