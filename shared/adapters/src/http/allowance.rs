//! What a host allows, learned from its refusals: how long it wants to be left alone, and how many
//! calls it takes in a second.
//!
//! One refusal is heeded by everybody in the process. Reads and writes are counted apart, as the
//! products do. Never refuses a call; it says how long to wait.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use domain::moment::Moment;
use http::Method;

use super::Request;

/// Which calls share an allowance.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Lane {
    host: String,
    reads: bool,
}

impl Lane {
    /// The lane of a request.
    pub(super) fn of(request: &Request) -> Self {
        Self {
            host: request.uri().host().unwrap_or_default().to_owned(),
            reads: request.method() == Method::GET,
        }
    }
}

/// Calls in a thousand seconds: a pace in whole numbers.
type Pace = u64;

/// A pace is quickened by so much with each call that goes well: by a twentieth in each second.
const QUICKENED: Pace = 50;
/// Never slower than a call in five seconds, or what waits would never be done.
const SLOWEST: Pace = 200;
/// Beyond that there is nothing to keep to any more.
const FASTEST: Pace = 200_000;
/// What is left of a pace after a refusal, in percent.
const LEFT_PERCENT: u64 = 80;
/// Over how long a time the pace is told at which a first refusal came.
const RECENT_MS: u64 = 1_000;
/// Calls of that time that are remembered.
const MOST_RECENT: usize = 256;

/// What is known of one lane.
#[derive(Debug, Default)]
struct Known {
    /// Asked to wait until then.
    held_until: Option<Moment>,
    /// The pace that is kept; none where nobody ever refused.
    pace: Option<Pace>,
    /// When the next call may be made, in microseconds.
    next_us: u64,
    /// The latest slowing down: what was sent before says nothing new.
    slowed_at: Option<Moment>,
    /// When the latest calls were sent.
    recent: VecDeque<Moment>,
}

/// What is known of every lane.
#[derive(Debug, Default)]
pub(super) struct Allowances(Mutex<BTreeMap<Lane, Known>>);

/// When a call's turn comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// After so many milliseconds.
    After(u64),
    /// Later than it can wait: not before that moment. It takes no turn.
    TooFar(Moment),
}

impl Allowances {
    /// Until when the host wants no call at all, if it said so.
    pub(super) fn held_until(&self, lane: &Lane, now: Moment) -> Option<Moment> {
        let held_until = self.lock().get(lane)?.held_until;
        held_until.filter(|until| *until > now)
    }

    /// Takes a turn, if it comes within `patience_ms`.
    pub(super) fn take_turn(&self, lane: &Lane, now: Moment, patience_ms: u64) -> Turn {
        let mut lanes = self.lock();
        let known = lanes.entry(lane.clone()).or_default();
        let Some(pace) = known.pace else {
            known.note_sent(now);
            return Turn::After(0);
        };
        let now_us = now.epoch_ms().unsigned_abs() * 1_000;
        let at_us = known.next_us.max(now_us);
        let wait_ms = (at_us - now_us).div_ceil(1_000);
        if wait_ms > patience_ms {
            return Turn::TooFar(now.plus_ms(wait_ms));
        }
        known.next_us = at_us + 1_000_000_000 / pace;
        Turn::After(wait_ms)
    }

    /// A call went well: the pace quickens a little.
    pub(super) fn note_taken(&self, lane: &Lane) {
        let mut lanes = self.lock();
        let Some(known) = lanes.get_mut(lane) else {
            return;
        };
        known.pace = known
            .pace
            .map(|pace| pace + QUICKENED)
            .filter(|pace| *pace < FASTEST);
    }

    /// A call that was sent at `sent` was refused, with a time to wait if it was told.
    pub(super) fn note_refused(
        &self,
        lane: &Lane,
        sent: Moment,
        now: Moment,
        until: Option<Moment>,
    ) {
        let mut lanes = self.lock();
        let known = lanes.entry(lane.clone()).or_default();
        known.held_until = known.held_until.max(until);
        if known.slowed_at.is_some_and(|slowed_at| sent < slowed_at) {
            return;
        }
        known.slowed_at = Some(now);
        let pace = known.pace.unwrap_or_else(|| known.recent_pace(now));
        known.pace = Some((pace * LEFT_PERCENT / 100).clamp(SLOWEST, FASTEST));
        known.recent.clear();
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Lane, Known>> {
        // Moments and numbers are sound whatever happened to whoever held them.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn note_sent(&mut self, now: Moment) {
        let old = |sent: &Moment| now.ms_since(*sent) > RECENT_MS;
        while self.recent.front().is_some_and(old) || self.recent.len() >= MOST_RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(now);
    }

    /// The pace of the last second.
    fn recent_pace(&self, now: Moment) -> Pace {
        let recent = self
            .recent
            .iter()
            .filter(|sent| now.ms_since(**sent) <= RECENT_MS);
        recent.count() as u64 * 1_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::from_epoch_ms(1_773_100_000_000);

    fn lane(method: &str) -> Lane {
        let request = http::Request::builder()
            .method(method)
            .uri("https://acme.atlassian.net/rest/api/3/issue")
            .body(Vec::new())
            .expect("a request");
        Lane::of(&request)
    }

    /// A host that takes so many calls a second, and a burst of as many.
    struct Host {
        per_second: u64,
        credit: u64,
        at: Moment,
        refused: u64,
    }

    impl Host {
        fn takes(&mut self, now: Moment) -> bool {
            self.credit += now.ms_since(self.at) * self.per_second;
            self.credit = self.credit.min(self.per_second * 1_000);
            self.at = now;
            let takes = self.credit >= 1_000;
            if takes {
                self.credit -= 1_000;
            } else {
                self.refused += 1;
            }
            takes
        }
    }

    /// Calls one after another, each of which takes 20 ms, for so long; answers how many were taken.
    fn call_for(seconds: u64, allowances: &Allowances, host: &mut Host) -> u64 {
        let (lane, mut now, mut taken) = (lane("POST"), NOW, 0);
        while now.ms_since(NOW) < seconds * 1_000 {
            now = allowances.held_until(&lane, now).unwrap_or(now);
            match allowances.take_turn(&lane, now, 10_000) {
                Turn::After(ms) => now = now.plus_ms(ms),
                Turn::TooFar(until) => panic!("nobody else takes turns before {until:?}"),
            }
            let sent = now;
            now = now.plus_ms(20);
            if host.takes(now) {
                taken += 1;
                allowances.note_taken(&lane);
            } else {
                allowances.note_refused(&lane, sent, now, Some(now.plus_ms(1_000)));
            }
        }
        taken
    }

    #[test]
    fn an_allowance_is_used_nearly_whole_and_seldom_exceeded() {
        // Calls a second, of which so many percent are used, and so many of a hundred are refused. The
        // slower, the more a second of being held costs.
        for (per_second, used, refused) in [(2, 90, 12), (10, 95, 4), (30, 95, 4)] {
            let mut host = Host {
                per_second,
                credit: per_second * 1_000,
                at: NOW,
                refused: 0,
            };
            let taken = call_for(300, &Allowances::default(), &mut host);
            let allowed = 300 * per_second;
            assert!(taken * 100 >= allowed * used, "{taken} of {allowed}");
            assert!(
                host.refused * 100 <= taken * refused,
                "{} refused",
                host.refused
            );
        }
    }

    #[test]
    fn nobody_is_slowed_down_who_was_never_refused() {
        let allowances = Allowances::default();
        for ms in 0..1_000 {
            let turn = allowances.take_turn(&lane("POST"), NOW.plus_ms(ms), 0);
            assert_eq!(turn, Turn::After(0));
        }
    }

    #[test]
    fn refusals_of_what_was_sent_before_the_first_one_count_once() {
        let (allowances, lane) = (Allowances::default(), lane("POST"));
        for _ in 0..16 {
            assert_eq!(allowances.take_turn(&lane, NOW, 0), Turn::After(0));
        }
        let until = NOW.plus_ms(500);
        for _ in 0..16 {
            allowances.note_refused(&lane, NOW, NOW.plus_ms(30), Some(until));
        }
        let held_until = allowances.held_until(&lane, NOW.plus_ms(40));
        assert_eq!(held_until, Some(until));
        assert_eq!(allowances.held_until(&lane, until), None);
        // 16 in the last second, and four fifths of that from now on.
        assert_eq!(allowances.take_turn(&lane, until, 0), Turn::After(0));
        assert_eq!(allowances.take_turn(&lane, until, 100), Turn::After(79));
        assert_eq!(
            allowances.take_turn(&lane, until, 100),
            Turn::TooFar(until.plus_ms(157))
        );
    }

    #[test]
    fn reads_do_not_wait_for_writes() {
        let allowances = Allowances::default();
        let until = NOW.plus_ms(500);
        allowances.note_refused(&lane("POST"), NOW, NOW, Some(until));
        assert_eq!(allowances.held_until(&lane("GET"), NOW), None);
        let turn = allowances.take_turn(&lane("GET"), NOW, 0);
        assert_eq!(turn, Turn::After(0));
        assert_eq!(allowances.held_until(&lane("POST"), NOW), Some(until));
    }
}
