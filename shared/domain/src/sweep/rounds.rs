//! Rounds: reconciling what is due and what the sweep itself woke, many cases at a time.
//!
//! What may write and what mostly reads goes on side by side, so that neither holds up the other.
//! One case that is stuck blocks no other.

use alloc::{collections::BTreeSet, format, string::String, vec::Vec};
use core::future::Future;

use futures_util::{StreamExt as _, stream};

use super::{CONCURRENCY, Owed, Sweep};
use crate::{
    case::CaseId,
    reconcile::{Decision, Report, Urgency},
    trouble::{Peer, Trouble},
};

/// Known cases looked at in one round. They are read while tickets are opened, and must not be at it
/// still when all of those stand.
const KNOWN_IN_A_ROUND: usize = 200;

/// Cases to be reconciled at the same time.
#[derive(Debug, Default)]
pub(super) struct Portion {
    /// Cases that may need a ticket.
    unheard: Vec<CaseId>,
    /// Cases that are mostly read.
    known: Vec<CaseId>,
}

impl Portion {
    pub(super) const fn is_empty(&self) -> bool {
        self.unheard.is_empty() && self.known.is_empty()
    }

    pub(super) const fn len(&self) -> usize {
        self.unheard.len() + self.known.len()
    }
}

/// What came of a portion.
#[derive(Debug, Default)]
pub(super) struct Reconciled {
    reports: Vec<Report>,
    troubles: Vec<String>,
}

impl Sweep<'_> {
    /// The page of what is due that has waited longest, and what an earlier sweep left and this one
    /// has caught up with.
    pub(super) async fn list_owed(&mut self) -> Portion {
        if !self.has_time() {
            return Portion::default();
        }
        let caught = self.catch_up().await.map(|_| ());
        self.note("catching up", caught).await;
        let owed = self.next_owed().await;
        let (owed, listed) = match owed {
            Ok(owed) => (owed, Ok(())),
            Err(trouble) => (Vec::new(), Err(trouble)),
        };
        self.note("listing what is due", listed).await;
        let mut cases = core::mem::take(&mut self.woken.unheard);
        cases.extend(owed);
        Portion {
            unheard: cases.into_iter().collect(),
            known: Vec::new(),
        }
    }

    /// The next page of what is due; empty at its end.
    async fn next_owed(&mut self) -> Result<Vec<CaseId>, Trouble> {
        let after = match core::mem::take(&mut self.owed_after) {
            Owed::Unlisted => None,
            Owed::Behind(place) => Some(place),
            Owed::Listed => {
                self.owed_after = Owed::Listed;
                return Ok(Vec::new());
            }
        };
        let now = self.engine.clock.now();
        let page = self
            .engine
            .store
            .list_due_of(self.shard, now, after)
            .await?;
        self.owed_after = page.next.map_or(Owed::Listed, Owed::Behind);
        Ok(page.cases.into_iter().map(|(case, _)| case).collect())
    }

    /// The cases that were just taken up, and beside them some of those that were woken or are due.
    pub(super) async fn next_portion(&mut self) -> Result<Portion, Trouble> {
        if !self.has_time() {
            return Ok(Portion::default());
        }
        let unheard = core::mem::take(&mut self.woken.unheard);
        if self.woken.known.len() < KNOWN_IN_A_ROUND {
            let owed = self.next_owed().await?;
            let owed = owed.into_iter().filter(|case| !unheard.contains(case));
            self.woken.known.extend(owed);
        }
        let mut known = Vec::new();
        while known.len() < KNOWN_IN_A_ROUND
            && let Some(case) = self.woken.known.pop_first()
        {
            known.push(case);
        }
        Ok(Portion {
            unheard: unheard.into_iter().collect(),
            known,
        })
    }

    /// Reconciles whatever is due or woken still.
    pub(super) async fn reconcile_due(&mut self) -> Result<(), Trouble> {
        let mut tried: BTreeSet<CaseId> = BTreeSet::new();
        self.owed_after = Owed::Unlisted;
        loop {
            let owed = self.next_owed().await?;
            let woken = core::mem::take(&mut self.woken);
            let cases = woken.unheard.into_iter().chain(woken.known).chain(owed);
            let fresh = cases.filter(|case| tried.insert(case.clone())).collect();
            let portion = Portion {
                unheard: fresh,
                known: Vec::new(),
            };
            let at_its_end = matches!(self.owed_after, Owed::Listed);
            if !self.has_time() || portion.is_empty() && at_its_end {
                return Ok(());
            }
            let done = self.reconcile(portion).await;
            self.take_in(done).await;
        }
    }

    /// Reconciles a portion. It holds on to nothing of the sweep, which may look for more meanwhile.
    pub(super) fn reconcile(&self, portion: Portion) -> impl Future<Output = Reconciled> + use<> {
        let engine = self.engine.clone();
        let deadline = self.work_until();
        async move {
            let engine = &engine;
            let at_once = |cases: Vec<CaseId>| {
                stream::iter(cases)
                    .map(move |case| async move {
                        let report = engine.reconcile(&case, Urgency::Sweep, deadline).await;
                        (case, report)
                    })
                    .buffer_unordered(CONCURRENCY)
            };
            let Portion { unheard, known } = portion;
            let mut running = stream::select(at_once(unheard), at_once(known));
            let mut done = Reconciled::default();
            while let Some((case, outcome)) = running.next().await {
                match outcome {
                    Ok(report) => done.reports.push(report),
                    Err(trouble) => {
                        done.troubles
                            .push(format!("{case}: {}", trouble.for_people()));
                    }
                }
            }
            done
        }
    }

    /// Keeps what came of a portion for the report.
    pub(super) async fn take_in(&mut self, done: Reconciled) {
        let Reconciled { reports, troubles } = done;
        if reports.is_empty() && troubles.is_empty() {
            return;
        }
        self.decide(Decision::FoundDue);
        self.report.reconciled.extend(reports);
        self.report.troubles.extend(troubles);
        // A peer that began to refuse us is not asked again for each case that is left.
        let listed = self.engine.store.list_pauses().await.map(|pauses| {
            let paused: Vec<Peer> = pauses.into_iter().map(|pause| pause.peer).collect();
            self.engine.paused = paused.into();
        });
        self.note("listing the pauses", listed).await;
    }
}
