//! Finding, in Contrast, changes that no push told of.
//!
//! The listing is ordered by last update and tells no time: what moved up, or looks different,
//! changed. Never walks further than it must.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::ToString,
    vec::Vec,
};

mod catching_up;
mod order;
mod place;

use order::OrderWalk;
use place::Place;

use super::{Sweep, Waking};
use crate::{
    case::{CaseFacts, CaseId, CaseKind},
    link::{Aspect, LinkState},
    moment::Moment,
    notice::tells_something_new,
    ports::{CasePage, Glimpse},
    reconcile::Decision,
    settings::{Connection, Settings},
    trouble::{Peer, Trouble},
};

/// Pages one sweep walks down a listing.
const MAX_PAGES: u32 = 10;
/// Cases nobody has heard of after which a page is the last for now: they are reconciled before more
/// are taken up.
const MAX_NEW_CASES: usize = 50;
/// Older cases that one sweep takes up where backfill is on.
const BACKFILL_PORTION: usize = 20;

/// How far down a listing goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
    /// Everything stands on the first page.
    OnePage,
    /// There is more.
    MorePages,
}

impl Sweep<'_> {
    /// Walks the listings of all connections.
    pub(super) async fn look_at_cases(&mut self) -> Result<(), Trouble> {
        let settings = self.engine.settings.clone();
        for connection in settings.connections.values() {
            if self.is_paused(&Peer::Connection(connection.name.clone())) {
                continue;
            }
            for kind in kinds_wanted(&settings, connection) {
                let looked = match self.walk(&settings, connection, kind).await {
                    Ok(Depth::OnePage) => Ok(()),
                    Ok(Depth::MorePages) => self.look_deeper(connection, kind).await,
                    Err(trouble) => Err(trouble),
                };
                self.note(&format!("looking through {}", connection.name), looked)
                    .await;
                let filled = self.backfill(&settings, connection, kind).await;
                self.note(&format!("backfilling from {}", connection.name), filled)
                    .await;
            }
        }
        Ok(())
    }

    async fn walk(
        &mut self,
        settings: &Settings,
        connection: &Connection,
        kind: CaseKind,
    ) -> Result<Depth, Trouble> {
        let cursor = format!("order:{}:{}", connection.name, kind.word());
        let remembered = self.engine.store.read_cursor(&cursor).await?;
        let place = Place::read(remembered.as_deref());
        let order = &place.order;
        let start = earliest_start(settings, connection, kind);
        let mut top = Vec::new();
        let mut walk = OrderWalk::new(order);
        let backfills = routes_of(settings, connection, kind).any(|route| route.backfill);
        let mut depth = Depth::OnePage;
        let mut new_cases = 0;
        // Everything below the pages that are walked, unless the walk comes to what is known.
        let mut cut_at = Some(MAX_PAGES);
        for number in 0..MAX_PAGES {
            if !self.has_time() || new_cases >= MAX_NEW_CASES {
                self.decide(Decision::StoppedInGoodOrder);
                if number == 0 {
                    return Ok(depth);
                }
                cut_at = Some(number);
                break;
            }
            let CasePage { rows, more } = self
                .engine
                .case_side
                .list_cases(connection, kind, number)
                .await?;
            if number == 0 {
                top = rows
                    .iter()
                    .map(|(case, _)| case.number().to_string())
                    .collect();
                if more {
                    depth = Depth::MorePages;
                }
            }
            let known = self
                .glimpses_of(rows.iter().map(|(case, _)| case.clone()).collect())
                .await?;
            let (mut unheard, mut moved_on) = (Vec::new(), Vec::new());
            for (case, facts) in &rows {
                let moved = walk.has_moved(case.number()) && !order.is_empty();
                let glimpse = known.get(case);
                if glimpse.is_none()
                    && facts
                        .created_at
                        .is_some_and(|created_at| created_at < start)
                    // One that moved up stands where backfill has passed already.
                    && !(moved && backfills)
                {
                    continue;
                }
                if self.waits_for_another_shard(glimpse) {
                    continue;
                }
                let Some(aspects) = news_of_row(facts, glimpse, moved) else {
                    continue;
                };
                if glimpse.is_none() {
                    self.decide(Decision::FoundNewByWalk);
                    unheard.push((case.clone(), aspects));
                } else {
                    self.decide(Decision::FoundByWalk);
                    moved_on.push((case.clone(), aspects));
                }
            }
            let news = unheard.len() + moved_on.len();
            new_cases += unheard.len();
            self.take_up(unheard, moved_on).await?;
            let reached_known = rows
                .last()
                .is_some_and(|(case, _)| walk.remembers(case.number()));
            if !more || news == 0 && reached_known {
                cut_at = None;
                break;
            }
        }
        let place = place.after_walk(top, cut_at).write();
        if remembered.as_deref() != Some(place.as_str()) {
            self.engine.store.write_cursor(&cursor, &place).await?;
        }
        Ok(depth)
    }

    /// Whether a case was woken for another shard, which has not got round to it: waking it once more
    /// would bring nothing.
    fn waits_for_another_shard(&self, glimpse: Option<&Glimpse>) -> bool {
        glimpse.is_some_and(|glimpse| {
            let is_new = matches!(glimpse.link.state, LinkState::New);
            is_new && glimpse.waiting && !self.shard.has(&glimpse.link.case)
        })
    }

    /// Wakes what a page of a listing showed: cases nobody has heard of, and known ones.
    async fn take_up(&mut self, unheard: Vec<Waking>, known: Vec<Waking>) -> Result<(), Trouble> {
        let found = u32::try_from(unheard.len() + known.len()).unwrap_or(u32::MAX);
        self.report.found_in_contrast += found;
        self.wake_unheard(unheard).await?;
        self.wake_all(known).await
    }

    /// Reads one page further down, another each sweep: nobody knows whether each change moves a
    /// case up, and what did not move is found here in its turn.
    async fn look_deeper(
        &mut self,
        connection: &Connection,
        kind: CaseKind,
    ) -> Result<(), Trouble> {
        if !self.has_time() {
            return Ok(());
        }
        let cursor = format!("page:{}:{}", connection.name, kind.word());
        let remembered = self.engine.store.read_cursor(&cursor).await?;
        let number = remembered.and_then(|text| text.parse().ok()).unwrap_or(1);
        let CasePage { rows, more } = self
            .engine
            .case_side
            .list_cases(connection, kind, number)
            .await?;
        let known = self
            .glimpses_of(rows.iter().map(|(case, _)| case.clone()).collect())
            .await?;
        let mut changed = Vec::new();
        for (case, facts) in &rows {
            let glimpse = known.get(case);
            let news = glimpse.and_then(|_| news_of_row(facts, glimpse, false));
            if let Some(aspects) = news {
                self.decide(Decision::FoundFurtherDown);
                changed.push((case.clone(), aspects));
            }
        }
        self.take_up(Vec::new(), changed).await?;
        let next = if more { number + 1 } else { 1 };
        self.engine
            .store
            .write_cursor(&cursor, &next.to_string())
            .await
    }

    /// Takes up older open cases, a portion each sweep, where a route asks for it.
    async fn backfill(
        &mut self,
        settings: &Settings,
        connection: &Connection,
        kind: CaseKind,
    ) -> Result<(), Trouble> {
        let wanted = routes_of(settings, connection, kind).any(|route| route.backfill);
        if !wanted || !self.has_time() {
            return Ok(());
        }
        let cursor = format!("backfill:{}:{}", connection.name, kind.word());
        let remembered = self
            .engine
            .store
            .read_cursor(&cursor)
            .await?
            .unwrap_or_default();
        let (digest, place) = remembered.split_once(':').unwrap_or(("", "0"));
        let place = if digest == settings.digest.as_str() {
            place
        } else {
            "0"
        };
        if place == "done" {
            return Ok(());
        }
        // A place that makes no sense is none: it begins anew rather than never.
        let number = place.parse::<u32>().unwrap_or(0);
        let CasePage { rows, more } = self
            .engine
            .case_side
            .list_cases(connection, kind, number)
            .await?;
        let known = self
            .glimpses_of(rows.iter().map(|(case, _)| case.clone()).collect())
            .await?;
        let mut taken = Vec::new();
        for (case, facts) in &rows {
            let unheard = match known.get(case).map(|glimpse| &glimpse.link.state) {
                None => true,
                Some(LinkState::Unrouted { .. }) => known
                    .get(case)
                    .is_some_and(|known| known.link.settings.as_ref() != Some(&settings.digest)),
                Some(
                    LinkState::New
                    | LinkState::Opening(_)
                    | LinkState::Linked(_)
                    | LinkState::Unlinked(_),
                ) => false,
            };
            if !unheard || facts.phase == Some(crate::case::Phase::Closed) {
                continue;
            }
            if taken.len() == BACKFILL_PORTION {
                self.decide(Decision::StoppedInGoodOrder);
                return self.take_up(taken, Vec::new()).await;
            }
            self.decide(Decision::Backfilled);
            taken.push((case.clone(), BTreeSet::from([Aspect::Case])));
        }
        self.take_up(taken, Vec::new()).await?;
        let place = if more {
            (number + 1).to_string()
        } else {
            "done".to_string()
        };
        self.engine
            .store
            .write_cursor(&cursor, &format!("{}:{place}", settings.digest.as_str()))
            .await
    }

    pub(super) async fn glimpses_of(
        &mut self,
        cases: Vec<CaseId>,
    ) -> Result<BTreeMap<CaseId, Glimpse>, Trouble> {
        let glimpses = self
            .engine
            .store
            .glimpse_many(&cases, self.engine.clock.now())
            .await?;
        let seen = glimpses.iter().map(|glimpse| glimpse.link.case.clone());
        self.seen.extend(seen);
        Ok(glimpses
            .into_iter()
            .map(|glimpse| (glimpse.link.case.clone(), glimpse))
            .collect())
    }
}

/// What a row of the listing says is news, if anything.
fn news_of_row(
    facts: &CaseFacts,
    known: Option<&Glimpse>,
    moved: bool,
) -> Option<BTreeSet<Aspect>> {
    let Some(glimpse) = known else {
        return Some(BTreeSet::from([Aspect::Case]));
    };
    // A stuck case waits for a person; only a change of it is news.
    if glimpse.link.is_stuck() && !moved {
        return None;
    }
    if glimpse.leased || tells_something_new(&glimpse.link, facts) {
        return Some(BTreeSet::from([Aspect::Case]));
    }
    if !moved {
        return None;
    }
    if glimpse.link.pair().is_none() {
        return Some(BTreeSet::from([Aspect::Case]));
    }
    // It was updated, and the row looks the same: a row that tells little hides a change of the
    // case, and any row hides a comment.
    if facts.severity.is_none() {
        Some(BTreeSet::from([Aspect::Case, Aspect::CaseComments]))
    } else {
        Some(BTreeSet::from([Aspect::CaseComments]))
    }
}

fn routes_of<'a>(
    settings: &'a Settings,
    connection: &'a Connection,
    kind: CaseKind,
) -> impl Iterator<Item = &'a crate::settings::Route> {
    settings.routes.iter().filter(move |route| {
        route.kinds.contains(&kind)
            && route
                .connection
                .as_ref()
                .is_none_or(|name| *name == connection.name)
    })
}

fn kinds_wanted(settings: &Settings, connection: &Connection) -> Vec<CaseKind> {
    [CaseKind::Incident, CaseKind::Issue]
        .into_iter()
        .filter(|kind| routes_of(settings, connection, *kind).next().is_some())
        .collect()
}

fn earliest_start(settings: &Settings, connection: &Connection, kind: CaseKind) -> Moment {
    routes_of(settings, connection, kind)
        .map(|route| route.start)
        .min()
        .unwrap_or(Moment::from_epoch_ms(i64::MAX))
}
