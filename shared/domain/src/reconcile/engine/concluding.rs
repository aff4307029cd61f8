//! What the end of a run means for the case: in step, due later, or waiting for a person.
//!
//! Nothing is ever forgotten here: what was not finished stays wanted.

use alloc::{collections::BTreeSet, string::ToString, vec::Vec};

use super::{Engine, FAR_FUTURE, Outcome, Round};
use crate::{
    link::{Aspect, Link, LinkState, Mishap},
    ports::{Lease, Pause, Saving},
    reconcile::{MAX_ATTEMPTS, decision::Decision},
    trouble::{Trouble, TroubleKind},
};

const FIRST_BACKOFF_MS: u64 = 30_000;
const LONGEST_BACKOFF_MS: u64 = 3_600_000;
/// How soon a case whose peer is paused is looked at again.
const PAUSE_RECHECK_MS: u64 = 5 * 60_000;

impl Engine {
    pub(super) fn conclude(
        &self,
        link: &mut Link,
        round: Round,
        decisions: &mut Vec<Decision>,
    ) -> (Saving, Outcome) {
        let now = self.clock.now();
        match round {
            Round::OutOfTime | Round::Acted | Round::Doubted { .. } => {
                Decision::OutOfTime.note_in(decisions);
                (Saving::Unfinished { due_at: now }, Outcome::OutOfTime)
            }
            Round::Empty {
                wait_until,
                stuck: Some(why),
            } => {
                link.mishap = Some(Mishap {
                    words: why.clone(),
                    at: now,
                    stuck: true,
                });
                (
                    Saving::Settled { due_at: wait_until },
                    Outcome::Stuck { why },
                )
            }
            Round::Empty {
                wait_until,
                stuck: None,
            } => {
                link.attempts = 0;
                link.mishap = None;
                let outcome = match (&link.state, wait_until) {
                    (LinkState::Unrouted { .. }, _) => Outcome::Unrouted,
                    (_, Some(at)) => Outcome::Due {
                        at,
                        why: "something is left for later".to_string(),
                    },
                    (_, None) => Outcome::InStep,
                };
                (Saving::Settled { due_at: wait_until }, outcome)
            }
        }
    }

    /// What trouble means for the case: later, never, or not before its peer accepts us again.
    pub(super) async fn conclude_trouble(
        &self,
        link: &mut Link,
        trouble: &Trouble,
        decisions: &mut Vec<Decision>,
    ) -> Result<(Saving, Outcome), Trouble> {
        let now = self.clock.now();
        let words = trouble.for_people();
        let (stuck, due_at) = match &trouble.kind {
            TroubleKind::CredentialsRefused(peer) => {
                let pause = Pause {
                    peer: peer.clone(),
                    since: now,
                    words: words.clone(),
                };
                // What a pause itself refused says nothing new about the peer.
                if self.paused.contains(peer) {
                    Decision::PeerPaused.note_in(decisions);
                } else {
                    Decision::CredentialsRefused.note_in(decisions);
                    self.store.pause(&pause).await?;
                }
                (false, now.plus_ms(PAUSE_RECHECK_MS))
            }
            TroubleKind::Never { .. } => {
                Decision::StuckAtOnce.note_in(decisions);
                (true, now)
            }
            TroubleKind::AgainLater { not_before, .. } => {
                link.attempts = link.attempts.saturating_add(1);
                let backoff_ms =
                    (FIRST_BACKOFF_MS << (link.attempts - 1).min(7)).min(LONGEST_BACKOFF_MS);
                let backed_off = now.plus_ms(backoff_ms);
                let due_at = backed_off.max(not_before.unwrap_or(now));
                let stuck = link.attempts >= MAX_ATTEMPTS;
                let decision = if stuck {
                    Decision::StuckAfterAttempts
                } else if due_at > backed_off {
                    Decision::AgainNotBefore
                } else {
                    Decision::BackedOff
                };
                decision.note_in(decisions);
                (stuck, due_at)
            }
            TroubleKind::Held => (false, now),
        };
        link.mishap = Some(Mishap {
            words: words.clone(),
            at: now,
            stuck,
        });
        if stuck {
            return Ok((
                Saving::Unfinished { due_at: FAR_FUTURE },
                Outcome::Stuck { why: words },
            ));
        }
        Ok((
            Saving::Unfinished { due_at },
            Outcome::Due {
                at: due_at,
                why: words,
            },
        ))
    }
}

/// What was wanted beside the aspects that were in hand when a lease was not let go.
pub(super) fn wanted_meanwhile(in_hand: &BTreeSet<Aspect>, held: &Lease) -> Decision {
    if in_hand.is_disjoint(&held.aspects) {
        Decision::OnlyNewWanted
    } else {
        Decision::WantedAgain
    }
}
