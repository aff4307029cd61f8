//! Rounds: look, plan and perform, until nothing is left to do, something goes wrong, or time runs
//! out.
//!
//! Nothing is planned from what was read before an action was performed.

use alloc::{boxed::Box, collections::BTreeSet, format, string::String, sync::Arc, vec::Vec};

use super::{Engine, Places, SAVING_MS};
use crate::{
    comment::Side,
    link::{Aspect, HistoryEntry, Link, LinkState, Wakeup},
    moment::Moment,
    ports::Lease,
    reconcile::{
        MAX_ROUNDS,
        decision::Decision,
        look::{Needs, Seen, first_needs},
        perform::Performed,
        plan::{Context, Plan, Urgency, plan},
        record::forget_remote_link,
    },
    settings::{Settings, Site},
    trouble::{Peer, Trouble, TroubleKind},
};

/// One go at a case under its lease: how, how long, and what came of it so far.
pub(super) struct Run<'a> {
    pub(super) urgency: Urgency,
    pub(super) deadline: Moment,
    pub(super) history: Vec<HistoryEntry>,
    pub(super) decisions: &'a mut Vec<Decision>,
}

/// How one round ended.
pub(super) enum Round {
    /// There was nothing left to do.
    Empty {
        wait_until: Option<Moment>,
        stuck: Option<String>,
    },
    /// Something was done: plan again.
    Acted,
    /// Something was refused: is that side still there? The words are for people, where the matter
    /// ends with them.
    Doubted { side: Side, ends_there: bool },
    /// Time ran out.
    OutOfTime,
}

impl Engine {
    /// Works until nothing is left to do, something goes wrong, or time runs out.
    pub(super) async fn work(
        &self,
        lease: &mut Box<Lease>,
        run: &mut Run<'_>,
    ) -> Result<Round, Trouble> {
        let settings = Arc::clone(&self.settings);
        let Some(connection) = settings.connection_of(lease.link.case.org()) else {
            Decision::GoneFromSettings.note_in(run.decisions);
            return Err(Trouble::never(
                "finding the connection",
                "no connection serves its organisation",
            ));
        };
        self.refuse_paused(&Peer::Connection(connection.name.clone()))?;
        let seed = format!("{}:{}", lease.holder, lease.version);
        let (mut needs, mut seen) = self.first_look(lease, run);
        let mut doubted = BTreeSet::new();
        let mut doubt = None;
        for round in 0..MAX_ROUNDS {
            let places = Places {
                connection,
                site: site_of(&settings, &lease.link),
            };
            if places.site.is_none() && needs_site(&lease.link) {
                Decision::GoneFromSettings.note_in(run.decisions);
                let words = "its site is gone from the settings";
                return Err(Trouble::never("finding the ticket's site", words));
            }
            if let Some(site) = places.site {
                self.refuse_paused(&Peer::Site(site.name.clone()))?;
            }
            if self.is_out_of_time(run.deadline) {
                self.keep_doubt(lease, doubt).await?;
                return Ok(Round::OutOfTime);
            }
            let looked = self
                .look(lease, places, &needs, &mut seen, run.decisions)
                .await;
            if looked.is_err() {
                self.keep_doubt(lease, doubt).await?;
            }
            looked?;
            doubt = None;
            let context = Context {
                settings: &settings,
                seen: &seen,
                urgency: run.urgency,
                now: self.clock.now(),
                seed: &format!("{seed}:{round}"),
            };
            let planned = plan(&lease.link, context);
            for decision in &planned.decisions {
                decision.note_in(run.decisions);
            }
            if !planned.needs.is_empty() {
                needs = planned.needs;
                continue;
            }
            let just_linked = lease.link.pair().is_none() && planned.learned.pair().is_some();
            match self.act(lease, planned, run).await? {
                Round::Acted => {
                    needs = Needs::default();
                    seen = Seen::default();
                }
                Round::Doubted { side, ends_there } => {
                    doubt = Some(side);
                    let first = doubted.insert(side);
                    if !first && !ends_there {
                        let words = "it can be read, and refuses to be written to";
                        return Err(Trouble::again_later("writing", words));
                    }
                    needs = Needs {
                        case: first && side == Side::Case,
                        ticket: first && side == Side::Ticket,
                        ..Needs::default()
                    };
                    seen = Seen::default();
                }
                Round::Empty { .. } if just_linked => {
                    // Adopted: whatever happened since it was opened is unknown.
                    let everything = Aspect::everything();
                    let now = self.clock.now();
                    (needs, seen) =
                        first_needs(&lease.link, &everything, None, true, now, run.decisions);
                }
                ended => return Ok(ended),
            }
        }
        Ok(Round::OutOfTime)
    }

    /// A side that refused to be written to and could not be read again is to be read later, whatever
    /// else the wake-ups asked for.
    async fn keep_doubt(&self, lease: &Lease, doubt: Option<Side>) -> Result<(), Trouble> {
        let aspect = match doubt {
            Some(Side::Case) => Aspect::Case,
            Some(Side::Ticket) => Aspect::Ticket,
            None => return Ok(()),
        };
        let wakeup = Wakeup {
            case: lease.link.case.clone(),
            aspects: BTreeSet::from([aspect]),
            pushed: None,
        };
        self.store.wake(&wakeup, self.clock.now()).await
    }

    /// What its wake-ups ask to be read.
    fn first_look(&self, lease: &mut Lease, run: &mut Run<'_>) -> (Needs, Seen) {
        take_up_push(lease);
        if lease.lapsed {
            Decision::LeaseLapsed.note_in(run.decisions);
            // What can be read is read; the link on the ticket is written again instead.
            forget_remote_link(&mut lease.link);
        }
        first_needs(
            &lease.link,
            &lease.aspects,
            lease.pushed.as_ref(),
            lease.lapsed,
            self.clock.now(),
            run.decisions,
        )
    }

    /// Performs a plan. What was learned is kept even when an action fails.
    async fn act(
        &self,
        lease: &mut Box<Lease>,
        planned: Plan,
        run: &mut Run<'_>,
    ) -> Result<Round, Trouble> {
        let Plan {
            learned,
            needs: _,
            actions,
            wait_until,
            stuck,
            decisions: _,
        } = planned;
        // A claim that is part of the plan must not be left behind by a call that is never made.
        if !actions.is_empty() && self.is_out_of_time(run.deadline) {
            return Ok(Round::OutOfTime);
        }
        // The claim of an opening is part of the plan; it is saved before the call by `perform`.
        lease.link = learned;
        if actions.is_empty() {
            return Ok(Round::Empty { wait_until, stuck });
        }
        for (performed, action) in actions.into_iter().enumerate() {
            if performed > 0 && self.is_out_of_time(run.deadline) {
                return Ok(Round::OutOfTime);
            }
            let outcome = self.perform(lease, action, run.decisions).await?;
            let now = self.clock.now();
            lease.link.active_at = now;
            match outcome {
                Performed::Done(words) => run.history.push(HistoryEntry { at: now, words }),
                Performed::Doubted { side, words } => {
                    let ends_there = words.is_some();
                    let entries = words.map(|words| HistoryEntry { at: now, words });
                    run.history.extend(entries);
                    return Ok(Round::Doubted { side, ends_there });
                }
            }
        }
        Ok(Round::Acted)
    }

    fn is_out_of_time(&self, deadline: Moment) -> bool {
        self.clock.now().plus_ms(SAVING_MS) > deadline
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

fn site_of<'a>(settings: &'a Settings, link: &Link) -> Option<&'a Site> {
    let name = match &link.state {
        LinkState::Linked(pair) => &pair.ticket.site,
        LinkState::Opening(opening) => &opening.site,
        LinkState::New | LinkState::Unrouted { .. } | LinkState::Unlinked(_) => return None,
    };
    settings.sites.get(name)
}

/// Whether nothing can be decided about a link without reaching its site.
const fn needs_site(link: &Link) -> bool {
    match &link.state {
        LinkState::Linked(_) => true,
        LinkState::Opening(opening) => opening.claim.is_some(),
        LinkState::New | LinkState::Unrouted { .. } | LinkState::Unlinked(_) => false,
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
