//! Keeps the writes to one ticket within the pace that Jira allows.
//!
//! Counts only the writes of this process, and forgets them with it. Never refuses a write; it
//! waits.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use domain::{
    moment::Moment,
    ticket::{SiteName, TicketId},
};

use crate::http::Caller;

/// Jira's limits for one ticket, each with a margin because its clock is not ours: so many writes
/// within so many milliseconds.
const LIMITS: [(usize, u64); 2] = [(20, 2_100), (100, 30_500)];
const LONGEST_MS: u64 = 30_500;
/// Tickets remembered at most.
const MAX_TICKETS: usize = 1_000;

type Writes = BTreeMap<(SiteName, TicketId), VecDeque<Moment>>;

/// The latest writes to each ticket.
#[derive(Debug, Default)]
pub(super) struct Pace {
    writes: Mutex<Writes>,
}

impl Pace {
    /// Waits until one more write is allowed, and counts it.
    pub(super) async fn keep(&self, caller: &Caller, site: &SiteName, ticket: &TicketId) {
        loop {
            let wait_ms = self.take(caller.now(), site, ticket);
            if wait_ms == 0 {
                return;
            }
            caller.wait_ms(wait_ms).await;
        }
    }

    /// Counts a write and answers 0, or answers how long to wait before asking again.
    fn take(&self, now: Moment, site: &SiteName, ticket: &TicketId) -> u64 {
        let mut writes = self.lock();
        let key = (site.clone(), ticket.clone());
        if writes.len() >= MAX_TICKETS && !writes.contains_key(&key) {
            make_room(&mut writes, now);
        }
        let times = writes.entry(key).or_default();
        while times
            .front()
            .is_some_and(|time| now.ms_since(*time) >= LONGEST_MS)
        {
            times.pop_front();
        }
        let wait_ms = LIMITS
            .into_iter()
            .filter_map(|(count, window_ms)| {
                let oldest = *times.get(times.len().checked_sub(count)?)?;
                window_ms.checked_sub(now.ms_since(oldest))
            })
            .max()
            .unwrap_or(0);
        if wait_ms == 0 {
            times.push_back(now);
        }
        wait_ms
    }

    fn lock(&self) -> MutexGuard<'_, Writes> {
        // Times are sound whatever happened to whoever held them.
        self.writes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets the tickets that may be written to at once; if all are busy, the one longest silent.
fn make_room(writes: &mut Writes, now: Moment) {
    writes.retain(|_, times| {
        times
            .back()
            .is_some_and(|time| now.ms_since(*time) < LONGEST_MS)
    });
    while writes.len() >= MAX_TICKETS {
        let silent = writes.iter().min_by_key(|(_, times)| times.back().copied());
        let Some(key) = silent.map(|(key, _)| key.clone()) else {
            return;
        };
        writes.remove(&key);
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_TICKETS, Moment, Pace, SiteName, TicketId};

    fn site() -> SiteName {
        SiteName::new("acme").expect("a name")
    }

    fn ticket(number: usize) -> TicketId {
        TicketId::new(number.to_string()).expect("an id")
    }

    #[test]
    fn a_ticket_gets_twenty_writes_in_two_seconds_and_a_hundred_in_thirty() {
        let pace = Pace::default();
        let mut now = Moment::from_epoch_ms(1_000_000);
        let mut written: Vec<Moment> = Vec::new();
        for _ in 0..300 {
            loop {
                let wait_ms = pace.take(now, &site(), &ticket(1));
                if wait_ms == 0 {
                    break;
                }
                now = now.plus_ms(wait_ms);
            }
            written.push(now);
            now = now.plus_ms(5);
        }
        for (at, time) in written.iter().enumerate() {
            let within = |ms| {
                written[at..]
                    .iter()
                    .filter(|later| later.ms_since(*time) <= ms)
                    .count()
            };
            assert!(within(2_000) <= 20);
            assert!(within(30_000) <= 100);
        }
        // Not slower than it must be: three portions of a hundred.
        assert!(now.ms_since(written[0]) < 90_000);
    }

    #[test]
    fn other_tickets_do_not_wait_and_the_memory_is_bounded() {
        let pace = Pace::default();
        let now = Moment::from_epoch_ms(1_000_000);
        for number in 0..3 * MAX_TICKETS {
            assert_eq!(pace.take(now, &site(), &ticket(number)), 0);
        }
        assert!(pace.lock().len() <= MAX_TICKETS);
    }
}
