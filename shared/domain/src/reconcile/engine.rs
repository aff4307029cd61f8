//! The engine: takes a case's lease, looks, plans, performs, saves, and goes round again while more
//! is wanted.
//!
//! One reconcile per case at a time, everywhere. Nothing is left running when it returns.

mod concluding;
mod looking;
mod rounds;

use rounds::{Round, Run};

use alloc::{
    boxed::Box,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};

use crate::{
    case::CaseId,
    link::LinkState,
    moment::Moment,
    ports::{Acquired, CaseSide, Clock, Lease, Onlooker, Saved, Saving, Store, TicketSide},
    reconcile::{LEASE_MS, MAX_ROUNDS, decision::Decision, plan::Urgency},
    settings::{Connection, Settings, Site},
    trouble::{Peer, Trouble, TroubleKind},
};

/// Time that saving and answering need at the end of a run.
pub const SAVING_MS: u64 = 3_000;
/// The longest that one case is worked on in one go; with the longest call behind it, it still ends
/// well within the lease.
const CASE_BUDGET_MS: u64 = 40_000;

/// How a reconcile ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing is missing.
    InStep,
    /// No route wants the case.
    Unrouted,
    /// Not finished; due again then.
    Due {
        /// When.
        at: Moment,
        /// Why, for people.
        why: String,
    },
    /// Time ran out; due again at once.
    OutOfTime,
    /// A person has to act.
    Stuck {
        /// Why, for people.
        why: String,
    },
    /// Somebody else is at it, and will see what we wanted.
    HeldByAnother,
}

/// What a reconcile did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The case.
    pub case: CaseId,
    /// The ticket's key, if there is one.
    pub ticket: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// What was done, for people.
    pub actions: Vec<String>,
    /// Why: the branches that were taken, each once and in order.
    pub decisions: Vec<Decision>,
    /// Since when it has waited, as far as that is known: when the push was true that it took up, or
    /// when an earlier run began to open the ticket.
    pub waited_since: Option<Moment>,
    /// How long it took.
    pub took_ms: u64,
}

/// Reconciles cases, one at a time, as often as asked.
#[derive(Clone)]
pub struct Engine {
    /// Contrast.
    pub case_side: Arc<dyn CaseSide>,
    /// Jira.
    pub ticket_side: Arc<dyn TicketSide>,
    /// The store.
    pub store: Arc<dyn Store>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Whoever looks on.
    pub onlooker: Arc<dyn Onlooker>,
    /// The settings in force.
    pub settings: Arc<Settings>,
    /// Peers that refused our credentials, as last read.
    pub paused: Arc<Vec<Peer>>,
}

/// Where a case's two sides are reached.
#[derive(Clone, Copy)]
pub(super) struct Places<'a> {
    pub(super) connection: &'a Connection,
    pub(super) site: Option<&'a Site>,
}

impl Engine {
    /// Reconciles one case. Ends in good order before `deadline`. An error means that not even the
    /// store could be told; the case is due all the same, because its wake-up is stored.
    pub async fn reconcile(
        &self,
        case: &CaseId,
        urgency: Urgency,
        deadline: Moment,
    ) -> Result<Report, Trouble> {
        let running = Box::pin(self.reconcile_unwatched(case, urgency, deadline));
        self.onlooker.watch(case, running).await
    }

    async fn reconcile_unwatched(
        &self,
        case: &CaseId,
        urgency: Urgency,
        deadline: Moment,
    ) -> Result<Report, Trouble> {
        let started = self.clock.now();
        let deadline = deadline.min(started.plus_ms(CASE_BUDGET_MS));
        let mut report = Report {
            case: case.clone(),
            ticket: None,
            outcome: Outcome::HeldByAnother,
            actions: Vec::new(),
            decisions: Vec::new(),
            waited_since: None,
            took_ms: 0,
        };
        match self.reconcile_until(&mut report, urgency, deadline).await {
            Err(trouble) if trouble.kind == TroubleKind::Held => {
                // Whoever took the lease reads everything, and sees what we did under it.
                Decision::LeaseLost.note_in(&mut report.decisions);
                report.outcome = Outcome::HeldByAnother;
            }
            ended => ended?,
        }
        report.took_ms = self.clock.now().ms_since(started);
        Ok(report)
    }

    async fn reconcile_until(
        &self,
        report: &mut Report,
        urgency: Urgency,
        deadline: Moment,
    ) -> Result<(), Trouble> {
        let decisions = &mut report.decisions;
        let now = self.clock.now();
        let Acquired::Held(mut lease) = self.store.acquire(&report.case, now, LEASE_MS).await?
        else {
            Decision::HeldByAnother.note_in(decisions);
            return Ok(());
        };
        for _ in 0..MAX_ROUNDS {
            report.waited_since = waited_since(&lease)
                .into_iter()
                .chain(report.waited_since)
                .min();
            let mut run = Run {
                urgency,
                deadline,
                history: Vec::new(),
                decisions,
            };
            let worked = self.work(&mut lease, &mut run).await;
            let history = run.history;
            report
                .actions
                .extend(history.iter().map(|entry| entry.words.clone()));
            report.ticket = lease.link.pair().map(|pair| pair.ticket.key.to_string());
            let (saving, outcome) = match worked {
                Ok(round) => self.conclude(&mut lease.link, round, decisions),
                Err(trouble) if trouble.kind == TroubleKind::Held => return Err(trouble),
                Err(trouble) => {
                    self.conclude_trouble(&mut lease.link, &trouble, decisions)
                        .await?
                }
            };
            report.outcome = outcome;
            let in_hand = lease.aspects.clone();
            match self
                .store
                .save(lease, saving, history, self.clock.now())
                .await?
            {
                Saved::Released { more_wanted } => {
                    if more_wanted {
                        Decision::LeftDueForMore.note_in(decisions);
                    }
                    return Ok(());
                }
                Saved::Held(held) => {
                    concluding::wanted_meanwhile(&in_hand, &held).note_in(decisions);
                    lease = held;
                }
            }
        }
        // Wanted faster than we can work: somebody else continues, with everything kept.
        Decision::LeftDueForMore.note_in(decisions);
        let due_at = self.clock.now();
        self.store
            .save(lease, Saving::Unfinished { due_at }, Vec::new(), due_at)
            .await?;
        report.outcome = Outcome::Due {
            at: due_at,
            why: "more was wanted meanwhile".to_string(),
        };
        Ok(())
    }
}

fn waited_since(lease: &Lease) -> Option<Moment> {
    let pushed_at = lease.pushed.as_ref().map(|(_, at)| *at);
    let claimed_at = match &lease.link.state {
        LinkState::Opening(opening) => opening.claim.as_ref().map(|claim| claim.at),
        LinkState::New
        | LinkState::Linked(_)
        | LinkState::Unrouted { .. }
        | LinkState::Unlinked(_) => None,
    };
    pushed_at.into_iter().chain(claimed_at).min()
}

/// A stuck case keeps its aspects, but is not due until a person or new settings wake it.
pub const FAR_FUTURE: Moment = Moment::from_epoch_ms(253_402_300_799_000);
