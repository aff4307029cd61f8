//! The engine: takes a case's lease, looks, plans, performs, saves, and goes round again while more
//! is wanted.
//!
//! One reconcile per case at a time, everywhere. Nothing is left running when it returns.

mod concluding;
mod looking;

use alloc::{
    boxed::Box,
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};

use crate::{
    case::CaseId,
    link::{HistoryEntry, Link, LinkState},
    moment::Moment,
    ports::{Acquired, CaseSide, Clock, Lease, Saved, Saving, Store, TicketSide},
    reconcile::{
        LEASE_MS, MAX_ROUNDS,
        look::{Needs, Seen, first_needs},
        plan::{Context, Plan, Urgency, plan},
    },
    settings::{Connection, Settings, Site},
    trouble::{Peer, Trouble, TroubleKind},
};

/// Time that saving and answering need at the end of a run.
const RESERVE_MS: u64 = 3_000;
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

/// How one round ended.
enum Round {
    /// There was nothing left to do.
    Empty {
        wait_until: Option<Moment>,
        stuck: Option<String>,
    },
    /// Something was done: plan again.
    Acted,
    /// Time ran out.
    OutOfTime,
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
        let started = self.clock.now();
        let deadline = deadline.min(started.plus_ms(CASE_BUDGET_MS));
        let mut report = self.reconcile_until(case, urgency, deadline).await?;
        report.took_ms = self.clock.now().ms_since(started);
        Ok(report)
    }

    async fn reconcile_until(
        &self,
        case: &CaseId,
        urgency: Urgency,
        deadline: Moment,
    ) -> Result<Report, Trouble> {
        let mut report = Report {
            case: case.clone(),
            ticket: None,
            outcome: Outcome::HeldByAnother,
            actions: Vec::new(),
            took_ms: 0,
        };
        let Acquired::Held(mut lease) =
            self.store.acquire(case, self.clock.now(), LEASE_MS).await?
        else {
            return Ok(report);
        };
        for _ in 0..MAX_ROUNDS {
            let mut history = Vec::new();
            let worked = self.work(&mut lease, urgency, deadline, &mut history).await;
            report.actions.extend(
                history
                    .iter()
                    .map(|entry: &HistoryEntry| entry.words.clone()),
            );
            report.ticket = lease.link.pair().map(|pair| pair.ticket.key.to_string());
            let (saving, outcome) = match worked {
                Ok(round) => self.conclude(&mut lease.link, round),
                Err(trouble) if trouble.kind == TroubleKind::Held => return Err(trouble),
                Err(trouble) => self.conclude_trouble(&mut lease.link, &trouble).await?,
            };
            report.outcome = outcome;
            match self
                .store
                .save(lease, saving, history, self.clock.now())
                .await?
            {
                Saved::Released => return Ok(report),
                Saved::Held(held) => lease = held,
            }
        }
        // Wanted faster than we can work: somebody else continues, with everything kept.
        let due_at = self.clock.now();
        self.store
            .save(lease, Saving::Unfinished { due_at }, Vec::new(), due_at)
            .await?;
        report.outcome = Outcome::Due {
            at: due_at,
            why: "more was wanted meanwhile".to_string(),
        };
        Ok(report)
    }

    /// Works until nothing is left to do, something goes wrong, or time runs out.
    async fn work(
        &self,
        lease: &mut Box<Lease>,
        urgency: Urgency,
        deadline: Moment,
        history: &mut Vec<HistoryEntry>,
    ) -> Result<Round, Trouble> {
        let settings = Arc::clone(&self.settings);
        let Some(connection) = settings.connection_of(lease.link.case.org()) else {
            return Err(Trouble::never(
                "finding the connection",
                "no connection serves its organisation",
            ));
        };
        self.refuse_paused(&Peer::Connection(connection.name.clone()))?;
        take_up_push(lease);
        let seed = format!("{}:{}", lease.holder, lease.version);
        let (mut needs, mut seen) = first_needs(
            &lease.link,
            &lease.aspects,
            lease.pushed.as_ref(),
            lease.lapsed,
            self.clock.now(),
        );
        for round in 0..MAX_ROUNDS {
            let places = Places {
                connection,
                site: site_of(&settings, &lease.link),
            };
            if places.site.is_none() && needs_site(&lease.link) {
                let words = "its site is gone from the settings";
                return Err(Trouble::never("finding the ticket's site", words));
            }
            if let Some(site) = places.site {
                self.refuse_paused(&Peer::Site(site.name.clone()))?;
            }
            if self.is_out_of_time(deadline) {
                return Ok(Round::OutOfTime);
            }
            self.look(lease, places, &needs, &mut seen).await?;
            let context = Context {
                settings: &settings,
                seen: &seen,
                urgency,
                now: self.clock.now(),
                seed: &format!("{seed}:{round}"),
            };
            let planned = plan(&lease.link, context);
            if !planned.needs.is_empty() {
                needs = planned.needs;
                continue;
            }
            let just_linked = lease.link.pair().is_none() && planned.learned.pair().is_some();
            match self.act(lease, planned, deadline, history).await? {
                Round::Acted => {
                    needs = Needs::default();
                    seen = Seen::default();
                }
                Round::Empty { .. } if just_linked => {
                    // Adopted: whatever happened since it was opened is unknown.
                    let everything = crate::link::Aspect::everything();
                    (needs, seen) =
                        first_needs(&lease.link, &everything, None, true, self.clock.now());
                }
                ended => return Ok(ended),
            }
        }
        Ok(Round::OutOfTime)
    }

    /// Performs a plan. What was learned is kept even when an action fails.
    async fn act(
        &self,
        lease: &mut Box<Lease>,
        planned: Plan,
        deadline: Moment,
        history: &mut Vec<HistoryEntry>,
    ) -> Result<Round, Trouble> {
        let Plan {
            learned,
            needs: _,
            actions,
            wait_until,
            stuck,
        } = planned;
        // The claim of an opening is part of the plan; it is saved before the call by `perform`.
        lease.link = learned;
        if actions.is_empty() {
            return Ok(Round::Empty { wait_until, stuck });
        }
        for action in actions {
            if self.is_out_of_time(deadline) {
                return Ok(Round::OutOfTime);
            }
            let words = self.perform(lease, action).await?;
            let now = self.clock.now();
            lease.link.active_at = now;
            history.push(HistoryEntry { at: now, words });
        }
        Ok(Round::Acted)
    }

    fn is_out_of_time(&self, deadline: Moment) -> bool {
        self.clock.now().plus_ms(RESERVE_MS) > deadline
    }

    fn refuse_paused(&self, peer: &Peer) -> Result<(), Trouble> {
        if self.paused.contains(peer) {
            let words = "its credentials were refused, and it is paused until they are accepted";
            return Err(Trouble::of(
                "reaching it",
                words,
                TroubleKind::CredentialsRefused(peer.clone()),
            ));
        }
        Ok(())
    }
}

/// A stuck case keeps its aspects, but is not due until a person or new settings wake it.
pub const FAR_FUTURE: Moment = Moment::from_epoch_ms(253_402_300_799_000);

fn site_of<'a>(settings: &'a Settings, link: &Link) -> Option<&'a Site> {
    let name = match &link.state {
        LinkState::Linked(pair) => &pair.ticket.site,
        LinkState::Opening(opening) => &opening.site,
        LinkState::New | LinkState::Unrouted { .. } => return None,
    };
    settings.sites.get(name)
}

/// Whether nothing can be decided about a link without reaching its site.
const fn needs_site(link: &Link) -> bool {
    match &link.state {
        LinkState::Linked(_) => true,
        LinkState::Opening(opening) => opening.claim.is_some(),
        LinkState::New | LinkState::Unrouted { .. } => false,
    }
}

/// What only pushes tell (the summary, the actions, the servers) is kept from the first moment, even
/// if this run fails. What a reading tells is left to the reading: the push may be behind.
fn take_up_push(lease: &mut Lease) {
    if let Some((facts, _)) = &lease.pushed {
        let mut facts = facts.clone();
        facts.phase = None;
        facts.close_reason = None;
        // Of an issue, only pushes tell the severity.
        let known = &lease.link.facts;
        facts.severity = facts.severity.filter(|_| known.severity.is_none());
        facts.score = facts.score.filter(|_| known.score.is_none());
        facts.name = facts.name.filter(|_| known.name.is_none());
        lease.link.facts = lease.link.facts.clone().overlaid_with(facts);
    }
}
