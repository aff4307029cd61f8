//! The sweep: the scheduled pass that makes good whatever a webhook should have told us, and
//! finishes whatever was left unfinished.
//!
//! A second trigger, not a second program: it only finds out which case to look at. Never one call
//! for each case when nothing changed.

mod cases;
mod pauses;
mod redrive;
mod rotation;
mod rounds;
mod tickets;

use rounds::Portion;
use tickets::Search;

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::{String, ToString},
    vec::Vec,
};

use futures_util::{StreamExt as _, TryStreamExt as _, future::join, stream};

use crate::{
    case::CaseId,
    link::{Aspect, Wakeup},
    moment::Moment,
    ports::Pause,
    reconcile::{Decision, Engine, Outcome, Report, SAVING_MS},
    shard::Shard,
    ticket::SiteName,
    trouble::{Peer, Trouble, TroubleKind},
};

/// Requests, and reconciles of one kind, at the same time.
const CONCURRENCY: usize = 16;
/// Owed cases from which on they are reconciled while the sweep looks for others: with fewer of them
/// that would only lead to looking at the same cases twice.
const MUCH_OWED: usize = 100;
/// Time kept free at the end of a sweep: a call that waits out a refusal still ends before the
/// function's time is up, and leaves no claim that nobody may touch for minutes.
const RESERVE_MS: u64 = 20_000;

/// What a sweep did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SweepReport {
    /// Cases woken because a listing in Contrast showed news.
    pub found_in_contrast: u32,
    /// Cases woken because a search or a bulk read in Jira showed news.
    pub found_in_jira: u32,
    /// Cases whose comments in Contrast were looked at in their turn.
    pub comments_polled: u32,
    /// Links that were compared with a listing, a search or a bulk read, each counted once.
    pub links_seen: u32,
    /// Cases woken because the settings changed.
    pub redriven: u32,
    /// What became of each case that was due.
    pub reconciled: Vec<Report>,
    /// Peers that are paused because they refuse our credentials.
    pub paused: Vec<String>,
    /// What went wrong beyond single cases, for people.
    pub troubles: Vec<String>,
    /// Why it looked at cases, each reason once and in order; each report has its own.
    pub decisions: Vec<Decision>,
    /// Whether everything was got round to before time ran out.
    pub finished: bool,
}

/// Cases woken and not yet got round to: the list of what is due may show them late.
#[derive(Debug, Default)]
struct Woken {
    /// Nobody has heard of them, so that each may get a ticket: a few writes, each of which may have
    /// to wait for Jira's leave.
    unheard: BTreeSet<CaseId>,
    /// They are known, and mostly only read.
    known: BTreeSet<CaseId>,
}

/// The steps of finding out what no webhook told.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Walking Contrast's listings.
    Cases,
    /// Searching Jira.
    Tickets,
    /// Looking at links in their turn.
    Turns,
}

/// A case to wake, and what may have changed of it.
type Waking = (CaseId, BTreeSet<Aspect>);

/// One pass.
pub struct Sweep<'a> {
    engine: &'a mut Engine,
    /// Whose cases are reconciled. The leading shard looks through both products for all of them.
    shard: Shard,
    deadline: Moment,
    report: SweepReport,
    woken: Woken,
    /// Where the list of what is due goes on.
    owed_after: Owed,
    /// Cases whose links were looked at.
    seen: BTreeSet<CaseId>,
    /// Searches that are not at their end.
    searches: BTreeMap<SiteName, Search>,
}

/// How far the list of what is due was gone through, a page at a time.
#[derive(Debug, Default)]
enum Owed {
    /// Not at all.
    #[default]
    Unlisted,
    /// There is more behind that place.
    Behind(String),
    /// To its end.
    Listed,
}

impl<'a> Sweep<'a> {
    /// Sweeps a shard's cases until everything was looked at, or until shortly before `deadline`.
    pub async fn run(engine: &'a mut Engine, shard: Shard, deadline: Moment) -> SweepReport {
        let mut sweep = Self {
            engine,
            shard,
            deadline,
            report: SweepReport::default(),
            woken: Woken::default(),
            owed_after: Owed::default(),
            seen: BTreeSet::new(),
            searches: BTreeMap::new(),
        };
        let steps = sweep.steps().await;
        sweep.note("sweeping", steps).await;
        let cut_short = |report: &Report| report.outcome == Outcome::OutOfTime;
        if !sweep.has_time() {
            sweep.decide(Decision::StoppedInGoodOrder);
        }
        sweep.report.finished = sweep.has_time() && !sweep.report.reconciled.iter().any(cut_short);
        sweep.report.links_seen = u32::try_from(sweep.seen.len()).unwrap_or(u32::MAX);
        sweep.report.paused = sweep
            .engine
            .paused
            .iter()
            .map(ToString::to_string)
            .collect();
        sweep.report
    }

    async fn steps(&mut self) -> Result<(), Trouble> {
        // One step's trouble never keeps another from being taken.
        if self.shard.leads() {
            let checked = self.check_pauses().await;
            self.note("checking the pauses", checked).await;
            let redriven = self.redrive_after_new_settings().await;
            self.note("looking again after new settings", redriven)
                .await;
        }
        // What is owed goes first: it has waited longest.
        let mut owed = self.list_owed().await;
        for step in [Step::Cases, Step::Tickets, Step::Turns] {
            if owed.len() < MUCH_OWED {
                let done = self.reconcile(owed).await;
                self.take_in(done).await;
                self.discover(step).await;
                owed = Portion::default();
            } else {
                // Looking through a product takes a while, in which Jira should be kept busy.
                let batch = self.reconcile(owed);
                let ((), done) = join(self.discover(step), batch).await;
                self.take_in(done).await;
                owed = self.list_owed().await;
            }
        }
        let done = self.reconcile(owed).await;
        self.take_in(done).await;
        // What a walk had to leave is taken up in portions, for as long as there is time.
        loop {
            let portion = self.next_portion().await?;
            let worked = !portion.is_empty();
            let batch = self.reconcile(portion);
            let (more, done) = join(self.catch_up(), batch).await;
            self.take_in(done).await;
            let more = more?;
            if !(worked || more) || !self.has_time() {
                return self.reconcile_due().await;
            }
        }
    }

    /// Finds out what no webhook told. One step's trouble never keeps another from being taken.
    async fn discover(&mut self, step: Step) {
        if !(self.shard.leads() || matches!(step, Step::Turns)) {
            return;
        }
        let (doing, looked) = match step {
            Step::Cases => ("looking through Contrast", self.look_at_cases().await),
            Step::Tickets => ("searching Jira", self.look_at_tickets().await),
            Step::Turns => ("looking at links in their turn", self.rotate().await),
        };
        self.note(doing, looked).await;
    }

    fn has_time(&self) -> bool {
        self.engine.clock.now().plus_ms(RESERVE_MS) < self.deadline
    }

    /// Until when cases may be worked on. The engine stops before that by what it needs for saving, so
    /// that it stops when the sweep does: otherwise more would be taken up than anybody works on.
    fn work_until(&self) -> Moment {
        self.deadline.minus_ms(RESERVE_MS - SAVING_MS)
    }

    fn decide(&mut self, decision: Decision) {
        decision.note_in(&mut self.report.decisions);
    }

    fn is_paused(&self, peer: &Peer) -> bool {
        self.engine.paused.contains(peer)
    }

    /// Keeps a trouble for the report. One peer's trouble never keeps another from being swept.
    /// A peer that refuses our credentials is paused.
    async fn note(&mut self, doing: &str, result: Result<(), Trouble>) {
        let Err(trouble) = result else {
            return;
        };
        self.report
            .troubles
            .push(alloc::format!("{doing}: {}", trouble.for_people()));
        let TroubleKind::CredentialsRefused(peer) = trouble.kind else {
            return;
        };
        self.decide(Decision::CredentialsRefused);
        let pause = Pause {
            peer: peer.clone(),
            since: self.engine.clock.now(),
            words: trouble.words,
        };
        if let Err(trouble) = self.engine.store.pause(&pause).await {
            self.report.troubles.push(trouble.for_people());
        }
        if !self.is_paused(&peer) {
            let mut paused = Vec::clone(&self.engine.paused);
            paused.push(peer);
            self.engine.paused = paused.into();
        }
    }

    async fn wake(&mut self, case: &CaseId, aspects: BTreeSet<Aspect>) -> Result<(), Trouble> {
        self.wake_all(Vec::from([(case.clone(), aspects)])).await
    }

    /// Wakes several cases that are known.
    async fn wake_all(&mut self, cases: Vec<Waking>) -> Result<(), Trouble> {
        let woken = self.store_wakeups(cases).await?;
        let own = woken.into_iter().filter(|case| self.shard.has(case));
        self.woken.known.extend(own);
        Ok(())
    }

    /// Wakes several cases that nobody has heard of.
    async fn wake_unheard(&mut self, cases: Vec<Waking>) -> Result<(), Trouble> {
        let woken = self.store_wakeups(cases).await?;
        let own = woken.into_iter().filter(|case| self.shard.has(case));
        self.woken.unheard.extend(own);
        Ok(())
    }

    async fn store_wakeups(&self, cases: Vec<Waking>) -> Result<Vec<CaseId>, Trouble> {
        let now = self.engine.clock.now();
        let store = &self.engine.store;
        stream::iter(cases)
            .map(|(case, aspects)| async move {
                let wakeup = Wakeup {
                    case,
                    aspects,
                    pushed: None,
                };
                store.wake(&wakeup, now).await.map(|()| wakeup.case)
            })
            .buffered(CONCURRENCY)
            .try_collect()
            .await
    }
}

/// Splits a remembered list.
fn split_list(text: &str) -> Vec<String> {
    text.split(',')
        .filter(|part| !part.is_empty())
        .map(ToString::to_string)
        .collect()
}
