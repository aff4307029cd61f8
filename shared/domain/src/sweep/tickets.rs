//! Finding, in Jira, changes that no delivery told of, by one search for each site.
//!
//! The search lags and may miss what lost our label; the rotation makes that good.

use alloc::{collections::BTreeSet, format, string::ToString, vec::Vec};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::{CONCURRENCY, Sweep};
use crate::{
    case::CaseId,
    link::{Aspect, Class, Link, Reach},
    moment::Moment,
    reconcile::Decision,
    settings::Site,
    ticket::{TicketId, TicketReading},
    trouble::{Peer, Trouble},
};

/// The search looks back at least this far, for its lag and its whole minutes.
const LEAST_MINUTES: u64 = 15;
/// And at most this far: what is older is left to the rotation.
const MOST_MINUTES: u64 = 7 * 24 * 60;
/// Pages of results that one sweep reads for a site.
const MAX_PAGES: u32 = 50;

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

    async fn search(&mut self, site: &Site) -> Result<(), Trouble> {
        let cursor = format!("changed:{}", site.name);
        let started = self.engine.clock.now();
        let last = self
            .engine
            .store
            .read_cursor(&cursor)
            .await?
            .and_then(|text| text.parse().ok())
            .map_or(started, Moment::from_epoch_ms);
        let minutes = (started.ms_since(last) / 60_000 + LEAST_MINUTES).min(MOST_MINUTES);
        let minutes = u32::try_from(minutes).unwrap_or(u32::MAX);
        let mut next = None;
        // Where the pages end before the news does, the next sweep goes on from there.
        let mut reached = last;
        for _ in 0..MAX_PAGES {
            if !self.has_time() {
                return Ok(());
            }
            let page = self
                .engine
                .ticket_side
                .find_changed(site, minutes, next.as_deref())
                .await?;
            let store = &self.engine.store;
            let ids: Vec<TicketId> = page.rows.iter().map(|row| row.id.clone()).collect();
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
                let row = page.rows.iter().find(|row| {
                    glimpse
                        .link
                        .pair()
                        .is_some_and(|pair| pair.ticket.id == row.id)
                });
                if let Some(row) = row
                    && has_changed(&glimpse.link, row)
                {
                    self.decide(Decision::FoundBySearch);
                    changed.push(glimpse.link.case.clone());
                }
            }
            self.wake_for_tickets(changed).await?;
            if let Some(latest) = page.rows.iter().filter_map(|row| row.updated_at).max() {
                reached = latest;
            }
            next = page.next;
            if next.is_none() {
                reached = started;
                break;
            }
        }
        self.engine
            .store
            .write_cursor(&cursor, &reached.epoch_ms().to_string())
            .await
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
