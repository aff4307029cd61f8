//! Catching up: taking up cases in such numbers that a walk had to leave most of them for later, as
//! after an outage in which every push was lost.
//!
//! Takes up a portion at a time, so that what was taken up is reconciled before more is.

use alloc::{format, vec::Vec};

use super::{MAX_PAGES, Place, earliest_start, kinds_wanted, news_of_row};
use crate::{
    case::CaseKind,
    ports::CasePage,
    reconcile::Decision,
    settings::{Connection, Settings},
    sweep::Sweep,
    trouble::{Peer, Trouble},
};

/// Cases after which a page is the last of a portion: large enough for Jira to be kept busy.
const PORTION: usize = 100;

/// Pages in a row without news after which everything further down is known.
const QUIET_PAGES: u32 = 3;

impl Sweep<'_> {
    /// Takes up a portion from each listing and each search that is behind. Answers whether it found anything to
    /// reconcile.
    pub(in crate::sweep) async fn catch_up(&mut self) -> Result<bool, Trouble> {
        let settings = self.engine.settings.clone();
        let mut found = false;
        if !self.shard.leads() || !self.has_time() {
            return Ok(false);
        }
        for connection in settings.connections.values() {
            if self.is_paused(&Peer::Connection(connection.name.clone())) {
                continue;
            }
            for kind in kinds_wanted(&settings, connection) {
                let caught = self.catch_up_with(&settings, connection, kind).await;
                found |= matches!(caught, Ok(true));
                let doing = format!("catching up with {}", connection.name);
                self.note(&doing, caught.map(|_| ())).await;
            }
        }
        let read = self.catch_up_with_tickets().await?;
        Ok(found || read)
    }

    async fn catch_up_with(
        &mut self,
        settings: &Settings,
        connection: &Connection,
        kind: CaseKind,
    ) -> Result<bool, Trouble> {
        let cursor = format!("order:{}:{}", connection.name, kind.word());
        let remembered = self.engine.store.read_cursor(&cursor).await?;
        let place = Place::read(remembered.as_deref());
        let Some(mut number) = place.behind else {
            return Ok(false);
        };
        let start = earliest_start(settings, connection, kind);
        let (mut taken, mut quiet) = (0, 0);
        let mut behind = true;
        for _ in 0..MAX_PAGES {
            // The other shards take their share, so that ours is large enough still.
            if !self.has_time() || taken >= PORTION * self.shard.of() as usize {
                break;
            }
            let CasePage { rows, more } = self
                .engine
                .case_side
                .list_cases(connection, kind, number)
                .await?;
            let known = self
                .glimpses_of(rows.iter().map(|(case, _)| case.clone()).collect())
                .await?;
            let (mut unheard, mut changed) = (Vec::new(), Vec::new());
            let mut waiting = false;
            for (case, facts) in &rows {
                let glimpse = known.get(case);
                if self.waits_for_another_shard(glimpse) {
                    waiting = true;
                    continue;
                }
                let old = facts.created_at.is_some_and(|at| at < start);
                if glimpse.is_none() && old {
                    continue;
                }
                if let Some(aspects) = news_of_row(facts, glimpse, false) {
                    self.decide(Decision::CaughtUpWith);
                    let cases = if glimpse.is_none() {
                        &mut unheard
                    } else {
                        &mut changed
                    };
                    cases.push((case.clone(), aspects));
                }
            }
            let found = unheard.len() + changed.len();
            taken += found;
            let is_quiet = found == 0 && !waiting && place.may_end_at(number);
            quiet = if is_quiet { quiet + 1 } else { 0 };
            self.take_up(unheard, changed).await?;
            number += 1;
            if !more || quiet >= QUIET_PAGES {
                behind = false;
                break;
            }
        }
        let place = place.caught_up(behind.then_some(number)).write();
        self.engine.store.write_cursor(&cursor, &place).await?;
        Ok(taken > 0 || behind)
    }
}
