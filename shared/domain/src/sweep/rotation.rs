//! The rotation: looks at linked cases unasked, often while they are young, seldom when they are
//! old.
//!
//! Tickets are read a hundred at a time. Comments in Contrast can only be read case by case; they
//! have a budget for each sweep, and nothing is written while nothing changed.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    vec::Vec,
};

use super::{Sweep, tickets::has_changed};
use crate::{
    link::{Aspect, Class, Link, Reach},
    ports::Glimpse,
    reconcile::Decision,
    settings::{Site, Switch},
    ticket::{SiteName, TicketId},
    trouble::{Peer, Trouble},
};

/// Pages of a hundred links that one sweep looks at, by class.
const PAGES: [(Class, u32); 5] = [
    (Class::Hot, 20),
    (Class::Warm, 3),
    (Class::Cold, 1),
    (Class::Closed, 1),
    (Class::Stuck, 1),
];

/// How many cases are read in Contrast, each with its comments, in one sweep: a share of those seen,
/// within bounds, so that few cases are read each time and many never cost a call each.
fn poll_budget(class: Class, seen: usize) -> usize {
    match class {
        Class::Hot => (seen / 8).clamp(3, 12),
        Class::Warm => (seen / 20).clamp(1, 5),
        Class::Cold => 1,
        Class::Closed | Class::Unrouted | Class::Stuck => 0,
    }
}

/// What a turn of a class came upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turned {
    /// Links, or a place further on.
    Some,
    /// There is no link of that class at all.
    Empty,
}

impl Sweep<'_> {
    /// Takes the next turn of each class.
    pub(super) async fn rotate(&mut self) -> Result<(), Trouble> {
        for (class, pages) in PAGES {
            let turned = self.rotate_class(class, pages).await;
            let is_empty = matches!(turned, Ok(Turned::Empty));
            let doing = format!("rotating through {} cases", class.word());
            self.note(&doing, turned.map(|_| ())).await;
            if is_empty {
                continue;
            }
            let polled = self.poll_comments(class).await;
            self.note(
                &format!("polling comments of {} cases", class.word()),
                polled,
            )
            .await;
        }
        Ok(())
    }

    async fn rotate_class(&mut self, class: Class, pages: u32) -> Result<Turned, Trouble> {
        let cursor = self.shard.cursor(&format!("rotation:{}", class.word()));
        let remembered = self
            .engine
            .store
            .read_cursor(&cursor)
            .await?
            .filter(|place| !place.is_empty());
        let mut after = remembered.clone();
        for _ in 0..pages {
            if !self.has_time() {
                break;
            }
            let now = self.engine.clock.now();
            let page = self
                .engine
                .store
                .list_class_of(self.shard, class, after, now)
                .await?;
            if remembered.is_none() && page.rows.is_empty() && page.next.is_none() {
                return Ok(Turned::Empty);
            }
            let links: Vec<Glimpse> = page.rows.into_iter().map(|(glimpse, _)| glimpse).collect();
            let seen = links.iter().map(|glimpse| glimpse.link.case.clone());
            self.seen.extend(seen);
            self.move_to_present_class(class, &links).await?;
            self.read_in_bulk(&links).await?;
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        if after != remembered {
            self.engine
                .store
                .write_cursor(&cursor, after.as_deref().unwrap_or(""))
                .await?;
        }
        Ok(Turned::Some)
    }

    /// A link that has aged, or grown young again, moves to its class when it is next saved.
    async fn move_to_present_class(
        &mut self,
        class: Class,
        links: &[Glimpse],
    ) -> Result<(), Trouble> {
        let now = self.engine.clock.now();
        for glimpse in links {
            if glimpse.link.class(now) != class && glimpse.due_at.is_none() {
                self.decide(Decision::ClassMoved);
                self.wake(&glimpse.link.case, BTreeSet::from([Aspect::Owed]))
                    .await?;
            }
        }
        Ok(())
    }

    async fn read_in_bulk(&mut self, links: &[Glimpse]) -> Result<(), Trouble> {
        let settings = self.engine.settings.clone();
        let mut by_site: BTreeMap<SiteName, Vec<&Link>> = BTreeMap::new();
        for glimpse in links.iter().filter(|glimpse| !glimpse.leased) {
            if let Some(pair) = glimpse.link.pair() {
                by_site
                    .entry(pair.ticket.site.clone())
                    .or_default()
                    .push(&glimpse.link);
            }
        }
        for (name, links) in by_site {
            let Some(site) = settings.sites.get(&name) else {
                continue;
            };
            if self.is_paused(&Peer::Site(name)) {
                continue;
            }
            for portion in links.chunks(100) {
                // One site's trouble never keeps another's tickets from their turn.
                let read = self.read_portion(site, portion).await;
                self.note("reading tickets in bulk", read).await;
            }
        }
        Ok(())
    }

    async fn read_portion(&mut self, site: &Site, links: &[&Link]) -> Result<(), Trouble> {
        let ids: Vec<TicketId> = links
            .iter()
            .filter_map(|link| link.pair())
            .map(|pair| pair.ticket.id.clone())
            .collect();
        let rows = self.engine.ticket_side.read_tickets(site, &ids).await?;
        let mut woken = Vec::new();
        for link in links {
            let Some(pair) = link.pair() else {
                continue;
            };
            let (changed, decision) = match rows.iter().find(|row| row.id == pair.ticket.id) {
                Some(row) => (has_changed(link, row), Decision::FoundByRotation),
                // Left out: deleted or hidden. A single read of it decides.
                None => (pair.reach == Reach::Reachable, Decision::FoundLeftOut),
            };
            if changed {
                self.decide(decision);
                woken.push(link.case.clone());
            }
        }
        self.wake_for_tickets(woken).await
    }

    /// Wakes the next few cases of a class so that their comments in Contrast are read.
    async fn poll_comments(&mut self, class: Class) -> Result<(), Trouble> {
        if poll_budget(class, 0) == 0 || !self.has_time() {
            return Ok(());
        }
        let settings = self.engine.settings.clone();
        let cursor = self.shard.cursor(&format!("poll:{}", class.word()));
        let remembered = self
            .engine
            .store
            .read_cursor(&cursor)
            .await?
            .filter(|place| !place.is_empty());
        let now = self.engine.clock.now();
        let page = self
            .engine
            .store
            .list_class_of(self.shard, class, remembered.clone(), now)
            .await?;
        let budget = poll_budget(class, page.rows.len());
        let mut polled = 0;
        let mut place = page.next.clone();
        for (glimpse, behind) in &page.rows {
            if polled == budget {
                break;
            }
            place = Some(behind.clone());
            let Some(connection) = settings.connection_of(glimpse.link.case.org()) else {
                continue;
            };
            let route = glimpse
                .link
                .pair()
                .and_then(|pair| settings.route(&pair.route));
            let wanted = route.is_some_and(|route| route.flow.comments)
                && connection.list_comments != Switch::Off
                && !self.is_paused(&Peer::Connection(connection.name.clone()));
            if wanted {
                polled += 1;
                self.decide(Decision::CommentsPolled);
                self.wake(
                    &glimpse.link.case,
                    BTreeSet::from([Aspect::Case, Aspect::CaseComments]),
                )
                .await?;
            }
        }
        let all_seen = polled < budget
            || page
                .rows
                .last()
                .is_none_or(|(_, last)| Some(last) == place.as_ref());
        if all_seen {
            place = page.next;
        }
        self.report.comments_polled += u32::try_from(polled).unwrap_or(u32::MAX);
        if place == remembered {
            return Ok(());
        }
        self.engine
            .store
            .write_cursor(&cursor, place.as_deref().unwrap_or(""))
            .await
    }
}
