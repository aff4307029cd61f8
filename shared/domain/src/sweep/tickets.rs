//! Finding, in Jira, changes that no delivery told of, by one search for each site.
//!
//! The search lags and may miss what lost our label; the rotation makes that good.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::{CONCURRENCY, Sweep};
use crate::{
    case::CaseId,
    link::{Aspect, Class, Link, Reach},
    moment::Moment,
    ports::TicketPage,
    reconcile::Decision,
    settings::Site,
    ticket::{TicketId, TicketReading},
    trouble::{Peer, Trouble},
};

/// The search looks back at least this far before the last one began, for its lag.
const LEAST_MS: u64 = 15 * 60_000;
/// And at most this far: what is older is left to the rotation.
const MOST_MINUTES: u64 = 7 * 24 * 60;
/// Pages of results that one sweep reads for a site before it looks elsewhere.
const MAX_PAGES: u32 = 50;
/// And then beside each round of reconciling.
const PAGES_IN_A_ROUND: u32 = 10;

/// A search begins anew behind what it read once that is so much further on: its window begins up to
/// a minute early.
const MINUTES_TO_MOVE_ON: u64 = 2;

/// A search for changed tickets of one site, the longest unchanged first.
///
/// A ticket that changes meanwhile moves to the end, and where pages are counted by rows, that hides
/// another one. So the search begins anew behind what it read, wherever it can; and where it cannot,
/// because too many changed in the same minutes, the next sweep looks there again until nothing new
/// is seen.
#[derive(Debug)]
pub(super) struct Search {
    started: Moment,
    /// Where the pages begin that are being read.
    from: Moment,
    /// How far they look back.
    minutes: u32,
    /// The next one of them; none before the first.
    next: Option<String>,
    /// Everything that changed before that was read, but for what may have been hidden.
    reached: Moment,
    /// Where something may have been hidden.
    doubted: Option<Moment>,
}

impl Search {
    fn new(started: Moment, from: Moment) -> Self {
        Self {
            started,
            from,
            minutes: minutes_since(from, started),
            next: None,
            reached: from,
            doubted: None,
        }
    }

    /// Takes in that a page was read, and whether it showed anything new. Answers whether it was the
    /// last one.
    fn note_page(&mut self, page: TicketPage, found: bool, now: Moment) -> bool {
        if self.next.is_some() && found {
            self.doubted = self.doubted.or(Some(self.from));
        }
        let latest = page.rows.iter().filter_map(|row| row.updated_at).max();
        self.reached = latest.unwrap_or(self.reached);
        let Some(next) = page.next else {
            self.reached = self.started;
            return true;
        };
        self.next = Some(next);
        if self.reached.ms_since(self.from) > MINUTES_TO_MOVE_ON * 60_000 {
            self.from = self.reached;
            self.minutes = minutes_since(self.from, now);
            self.next = None;
        }
        false
    }

    /// Where the next sweep's search begins. The index lags: what has changed of late may be told
    /// late.
    fn place(&self) -> Moment {
        let read = self.doubted.unwrap_or(self.reached);
        read.min(self.started.minus_ms(LEAST_MS))
    }
}

/// Whole minutes, of which the last one may be nearly over.
fn minutes_since(from: Moment, now: Moment) -> u32 {
    let minutes = (now.ms_since(from) / 60_000 + 1).min(MOST_MINUTES);
    u32::try_from(minutes).unwrap_or(u32::MAX)
}

/// Where the next search begins.
fn cursor_of(site: &Site) -> String {
    format!("changed:{}", site.name)
}

impl Sweep<'_> {
    /// Searches all sites for tickets that changed.
    pub(super) async fn look_at_tickets(&mut self) -> Result<(), Trouble> {
        let settings = self.engine.settings.clone();
        for site in settings.sites.values() {
            if self.is_paused(&Peer::Site(site.name.clone())) || !self.has_tickets().await? {
                continue;
            }
            let searched = self.search(site).await;
            self.note(&format!("searching {}", site.name), searched)
                .await;
        }
        Ok(())
    }

    /// Whether there is any ticket to be found at all.
    async fn has_tickets(&self) -> Result<bool, Trouble> {
        let now = self.engine.clock.now();
        for class in [
            Class::Hot,
            Class::Warm,
            Class::Cold,
            Class::Closed,
            Class::Stuck,
        ] {
            if !self
                .engine
                .store
                .list_class(class, None, now)
                .await?
                .rows
                .is_empty()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Begins a search where the last one came to, and reads its first pages.
    async fn search(&mut self, site: &Site) -> Result<(), Trouble> {
        let started = self.engine.clock.now();
        let remembered = self.engine.store.read_cursor(&cursor_of(site)).await?;
        let from = remembered
            .and_then(|text| text.parse().ok())
            .map_or(started, Moment::from_epoch_ms)
            .min(started.minus_ms(LEAST_MS));
        self.go_on(site, Search::new(started, from), MAX_PAGES)
            .await
    }

    /// Reads on where a search had to be left. Answers whether there was anything to read.
    pub(super) async fn catch_up_with_tickets(&mut self) -> Result<bool, Trouble> {
        let settings = self.engine.settings.clone();
        let mut read = false;
        for (name, search) in core::mem::take(&mut self.searches) {
            let Some(site) = settings.sites.get(&name) else {
                continue;
            };
            if self.is_paused(&Peer::Site(name)) || !self.has_time() {
                continue;
            }
            read = true;
            self.decide(Decision::CaughtUpWith);
            let searched = self.go_on(site, search, PAGES_IN_A_ROUND).await;
            self.note(&format!("searching on in {}", site.name), searched)
                .await;
        }
        Ok(read)
    }

    /// Reads pages of a search. What is left of it is read in this sweep's next rounds, or else by
    /// the next sweep, which begins where this one came to.
    async fn go_on(&mut self, site: &Site, search: Search, pages: u32) -> Result<(), Trouble> {
        let mut search = search;
        let mut at_its_end = false;
        for _ in 0..pages {
            if !self.has_time() {
                self.decide(Decision::StoppedInGoodOrder);
                break;
            }
            let page = self
                .engine
                .ticket_side
                .find_changed(site, search.minutes, search.next.as_deref())
                .await?;
            let found = self.take_in_rows(site, &page.rows).await?;
            at_its_end = search.note_page(page, found, self.engine.clock.now());
            if at_its_end {
                break;
            }
        }
        let place = search.place().epoch_ms().to_string();
        if !at_its_end {
            self.searches.insert(site.name.clone(), search);
        }
        self.engine
            .store
            .write_cursor(&cursor_of(site), &place)
            .await
    }

    /// Wakes the cases of those rows that show something new. Answers whether there were any.
    async fn take_in_rows(&mut self, site: &Site, rows: &[TicketReading]) -> Result<bool, Trouble> {
        let store = &self.engine.store;
        let ids: Vec<TicketId> = rows.iter().map(|row| row.id.clone()).collect();
        let cases: Vec<Option<CaseId>> = stream::iter(ids)
            .map(|id| async move { store.case_of_ticket(&site.name, &id).await })
            .buffered(CONCURRENCY)
            .try_collect()
            .await?;
        let known = self
            .glimpses_of(cases.into_iter().flatten().collect())
            .await?;
        let mut changed = Vec::new();
        for glimpse in known.values() {
            let pair = glimpse.link.pair();
            let row = rows
                .iter()
                .find(|row| pair.is_some_and(|pair| pair.ticket.id == row.id));
            if let Some(row) = row
                && has_changed(&glimpse.link, row)
            {
                self.decide(Decision::FoundBySearch);
                changed.push(glimpse.link.case.clone());
            }
        }
        let found = !changed.is_empty();
        self.wake_for_tickets(changed).await?;
        Ok(found)
    }

    /// Wakes cases whose tickets changed.
    pub(super) async fn wake_for_tickets(&mut self, cases: Vec<CaseId>) -> Result<(), Trouble> {
        self.report.found_in_jira += u32::try_from(cases.len()).unwrap_or(u32::MAX);
        let aspects = BTreeSet::from([Aspect::Ticket, Aspect::TicketComments]);
        let cases = cases.into_iter().map(|case| (case, aspects.clone()));
        self.wake_all(cases.collect()).await
    }
}

/// Whether a ticket has changed since it was last read with its comments. Its phase is not asked
/// about: one that could not be followed is due, or stuck, and not found anew by every sweep.
pub(super) fn has_changed(link: &Link, row: &TicketReading) -> bool {
    link.pair().is_some_and(|pair| {
        pair.ticket_seen.is_none()
            || row.updated_at != pair.ticket_seen
            || pair.reach != Reach::Reachable
    })
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use crate::{case::Phase, ticket::TicketKey};

    const NOW: Moment = Moment::from_epoch_ms(1_773_100_000_000);
    const HOUR_MS: u64 = 60 * 60_000;

    /// A page whose last row changed then, and whether there is another one.
    fn page(changed_at: Moment, more: bool) -> TicketPage {
        let row = TicketReading {
            id: TicketId::new("10001").expect("an id"),
            key: TicketKey::new("SEC-1").expect("a key"),
            phase: Phase::Open,
            status: "To Do".to_string(),
            resolution: None,
            priority: None,
            description: None,
            updated_at: Some(changed_at),
            marker: None,
        };
        TicketPage {
            rows: vec![row],
            next: more.then(|| "behind".to_string()),
        }
    }

    fn search() -> Search {
        Search::new(NOW, NOW.minus_ms(2 * HOUR_MS))
    }

    #[test]
    fn a_search_begins_anew_behind_what_it_read() {
        let mut search = search();
        assert_eq!(search.minutes, 121);
        let read = NOW.minus_ms(HOUR_MS);
        assert!(!search.note_page(page(read, true), true, NOW));
        assert_eq!((search.minutes, &search.next), (61, &None));
        assert_eq!(search.place(), read);
    }

    #[test]
    fn in_the_same_minutes_it_turns_pages_and_does_not_rely_on_what_showed_news() {
        let mut search = search();
        let start = search.from;
        let same = start.plus_ms(60_000);
        assert!(!search.note_page(page(same, true), true, NOW));
        assert_eq!(search.next.as_deref(), Some("behind"));
        assert_eq!(search.place(), same, "a first page hides nothing");
        assert!(!search.note_page(page(same, true), false, NOW));
        assert_eq!(search.place(), same, "nothing new was hidden");
        assert!(!search.note_page(page(same, true), true, NOW));
        assert_eq!(search.place(), start);
        assert!(!search.note_page(page(NOW.minus_ms(HOUR_MS), true), false, NOW));
        assert_eq!(search.place(), start, "the next sweep looks there again");
    }

    #[test]
    fn at_its_end_the_next_one_looks_back_for_the_lag() {
        let mut search = search();
        assert!(search.note_page(page(NOW.minus_ms(HOUR_MS), false), true, NOW));
        assert_eq!(search.place(), NOW.minus_ms(LEAST_MS));
    }
}
