//! What a process tells the table of its own doings: the books, the doors' notes, the sweep's report.
//!
//! Never fails what it tells of, and never asks the store often: the books at most once a minute, and
//! of each door what was valid and what was refused at most once a minute each.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use domain::{
    moment::Moment,
    trouble::{Peer, Trouble},
};

use super::Service;
use crate::{
    door::{Received, Refusal, event_of},
    store::{DoorEvent, SweepNote},
    telemetry::Origin,
};

const EVERY_MS: u64 = 60_000;

/// What was noted of each door, and when.
#[derive(Debug, Default)]
pub(super) struct DoorsNoted {
    noted: Mutex<BTreeMap<Peer, BTreeMap<DoorEvent, Moment>>>,
    /// Whether it was told already that something could not be written.
    has_failed: AtomicBool,
}

impl DoorsNoted {
    /// Whether this is to be noted: the first of its kind, or the first of a minute.
    fn is_to_be_noted(&self, peer: &Peer, event: DoorEvent, now: Moment) -> bool {
        let is_valid = |event: &DoorEvent| *event == DoorEvent::Valid;
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let noted = noted.entry(peer.clone()).or_default();
        let alike = noted
            .iter()
            .filter(|(known, _)| is_valid(known) == is_valid(&event));
        let latest = alike.map(|(_, at)| *at).max();
        let recent = latest.is_some_and(|at| now.ms_since(at) < EVERY_MS);
        if recent && noted.contains_key(&event) {
            return false;
        }
        noted.insert(event, now);
        true
    }
}

impl Service {
    /// Works for one delivery or one sweep, and tells what happened meanwhile: metrics, traces, and
    /// once a minute the books.
    pub async fn watch<F: Future>(&self, origin: Origin, work: F) -> F::Output {
        let output = self.telemetry.watch(origin, &*self.clock, work).await;
        self.keep_books(false).await;
        output
    }

    /// Adds to the books what is not in them yet: once a minute, or at once.
    pub async fn keep_books(&self, at_once: bool) {
        let now = self.clock.now();
        if let Some(entries) = self.telemetry.ledger.take(now, at_once) {
            let added = self.store.add_to_book(&entries, now).await;
            self.pass_over(added);
        }
    }

    /// Notes what became of a delivery at a peer's door.
    pub async fn note_delivery(&self, peer: Option<Peer>, received: &Result<Received, Refusal>) {
        let now = self.clock.now();
        if let (Some(peer), Some(event)) = (peer, event_of(received))
            && self.noted.is_to_be_noted(&peer, event, now)
        {
            let written = self.store.write_door_note(&peer, event, now).await;
            self.pass_over(written);
        }
    }

    /// Keeps what a sweep did.
    pub async fn note_sweep(&self, note: SweepNote) {
        let written = self.store.write_sweep_note(&note.shortened()).await;
        self.pass_over(written);
    }

    /// What cannot be written is lost, which is told once.
    fn pass_over(&self, written: Result<(), Trouble>) {
        if let Err(trouble) = written
            && !self.noted.has_failed.swap(true, Ordering::Relaxed)
        {
            tracing::warn!(%trouble, "what the console shows may lack something; told once");
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::ticket::SiteName;

    use super::*;

    #[test]
    fn strangers_have_no_more_noted_than_one_refusal_a_minute_and_each_reason_once() {
        let doors = DoorsNoted::default();
        let peer = Peer::Site(SiteName::new("acme").expect("a name"));
        let notes = |events: &[DoorEvent], from: i64| {
            let events = (0..600).flat_map(|second| events.iter().map(move |it| (second, *it)));
            let at = |second: i64| Moment::from_epoch_ms(from + second * 1_000);
            let noted = events.filter(|(s, event)| doors.is_to_be_noted(&peer, *event, at(*s)));
            noted.count()
        };
        let refused = ["unverified", "too-large"].map(DoorEvent::Refused);
        assert_eq!(notes(&refused, 0), 11);
        assert_eq!(notes(&[DoorEvent::Valid], 600_000), 10);
        assert_eq!(notes(&refused, 1_200_000), 10);
    }
}
