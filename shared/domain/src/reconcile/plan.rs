//! The plan: what is missing, as data.
//!
//! Precise enough that performing it leaves no choice. Pure; planning again after performing a plan
//! is empty, and no action is planned for a side that already holds the value.

use alloc::{
    boxed::Box,
    string::{String, ToString},
    vec::Vec,
};

use crate::{
    case::{CaseFacts, CloseReason, Phase},
    comment::{CommentId, Nonce, Side},
    digest::Digest,
    link::{Link, LinkState, Origin},
    moment::Moment,
    ports::Found,
    reconcile::{
        decision::Decision,
        look::{Needs, Seen},
        plan_claims::settle_claims,
        plan_comments::plan_comments,
        plan_fields::{learn_seen, plan_fields},
        plan_late::settle_late_changes,
        plan_opening::{open, plan_opening},
    },
    rich_text::RichText,
    routing::{Choice, choose_route},
    settings::{Route, RouteName, Settings},
    ticket::{RemoteLink, TicketDraft, TicketEdit},
    words,
};

/// How long a case is asked about again while it is unclear which route takes it.
const UNCLEAR_FOR_MS: u64 = 60 * 60_000;
const UNCLEAR_AGAIN_MS: u64 = 5 * 60_000;

/// Whether touches that nobody waits for may be left to the sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// An event: do what people wait for, leave the rest due.
    Event,
    /// The sweep: do everything.
    Sweep,
}

/// One step towards what is right.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Open the ticket.
    OpenTicket {
        /// The route that wants it.
        route: RouteName,
        /// The call.
        draft: Box<TicketDraft>,
    },
    /// Change fields of the ticket.
    EditTicket {
        /// The change.
        edit: TicketEdit,
        /// The priority that the case asks for.
        wanted_priority: Option<String>,
        /// The fingerprint of severity and score that the description then shows.
        shown: Digest,
    },
    /// Move the ticket to another status.
    TransitionTicket {
        /// What it becomes.
        to: Phase,
        /// Jira's id of the transition.
        id: String,
        /// Choices for its screen.
        fields: Vec<(String, String)>,
    },
    /// Close or reopen the case.
    SetCasePhase {
        /// What it becomes.
        to: Phase,
        /// Why, when closing.
        reason: CloseReason,
    },
    /// Write the link from the ticket to the case.
    PutRemoteLink(RemoteLink),
    /// Write a comment of ours.
    WriteComment {
        /// Where.
        side: Side,
        /// Why.
        origin: Origin,
        /// Its text.
        body: RichText,
        /// Fingerprint of what it is made from.
        digest: Digest,
        /// The original's time of change.
        original_seen: Option<Moment>,
    },
    /// Replace the text of a comment of ours.
    EditComment {
        /// Where.
        side: Side,
        /// Which.
        origin: Origin,
        /// Its id there.
        copy: CommentId,
        /// The mark that it bears from then on.
        nonce: Nonce,
        /// Its new text.
        body: RichText,
        /// Fingerprint of what it is made from.
        digest: Digest,
        /// The original's time of change.
        original_seen: Option<Moment>,
    },
    /// Delete a comment of ours.
    DeleteComment {
        /// Where.
        side: Side,
        /// Which.
        origin: Origin,
        /// Its id there.
        copy: CommentId,
    },
}

/// What is missing.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The link with everything folded in that was learned by looking.
    pub learned: Link,
    /// What has to be read before the rest can be planned. While this is not empty, there are no
    /// actions.
    pub needs: Needs,
    /// What to do, in order.
    pub actions: Vec<Action>,
    /// Something can only be decided later: look again then.
    pub wait_until: Option<Moment>,
    /// Nothing more can be done until a person acts: why.
    pub stuck: Option<String>,
    /// The branches that were taken, each once and in order. Nothing depends on them: a plan with
    /// nothing but decisions is empty.
    pub decisions: Vec<Decision>,
}

impl Plan {
    /// A plan in which there is nothing to do.
    pub fn empty(link: &Link) -> Self {
        Self {
            learned: link.clone(),
            needs: Needs::default(),
            actions: Vec::new(),
            wait_until: None,
            stuck: None,
            decisions: Vec::new(),
        }
    }

    /// Notes a branch that was taken.
    pub fn decide(&mut self, decision: Decision) {
        decision.note_in(&mut self.decisions);
    }

    /// Notes that it should be looked at again, at the latest then.
    pub fn wait_until(&mut self, moment: Moment) {
        self.wait_until = Some(
            self.wait_until
                .map_or(moment, |earlier| earlier.min(moment)),
        );
    }
}

/// Everything a plan depends on beyond the link.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The settings in force.
    pub settings: &'a Settings,
    /// What was read.
    pub seen: &'a Seen,
    /// Events leave unimportant touches to the sweep.
    pub urgency: Urgency,
    /// The present moment.
    pub now: Moment,
    /// Seed of this attempt's marks; never used before.
    pub seed: &'a str,
}

/// The mark for one thing created in one attempt.
pub fn nonce_for(seed: &str, what: &str) -> Nonce {
    let digest = Digest::of(&[seed, what]);
    // A digest is hex, which every id allows; the fall-back cannot be reached.
    Nonce::new(digest.as_str()).unwrap_or_else(|_| unreachable!("a digest is a valid id"))
}

/// Plans one round.
pub fn plan(link: &Link, context: Context<'_>) -> Plan {
    let mut plan = Plan::empty(link);
    if let Some(facts) = context.seen.present_case() {
        plan.learned.facts = plan.learned.facts.clone().overlaid_with(facts.clone());
        plan.learned.facts_at = context.now;
    }
    plan.learned.settings = Some(context.settings.digest.clone());
    match link.state.clone() {
        LinkState::New | LinkState::Unrouted { .. } => plan_undecided(&mut plan, context),
        LinkState::Opening(opening) => plan_opening(&mut plan, opening, context),
        // What is learned is kept; whatever else there was to do, a person decided against it.
        LinkState::Unlinked(_) => {}
        LinkState::Linked(_) => {
            learn_seen(&mut plan, context);
            settle_claims(&mut plan, context);
            settle_late_changes(&mut plan, context);
            plan_fields(&mut plan, context);
            plan_comments(&mut plan, context);
        }
    }
    if !plan.needs.is_empty() {
        plan.actions.clear();
        plan.learned = link.clone();
    }
    plan
}

/// Plans for a case of which nothing is decided, or which no route wanted so far.
pub fn plan_undecided(plan: &mut Plan, context: Context<'_>) {
    if context.seen.case == Some(Found::Absent) {
        plan.decide(Decision::CaseGone);
        unrouted(plan, "it cannot be read in Contrast any more".to_string());
        return;
    }
    let facts = plan.learned.facts.clone();
    if facts.phase == Some(Phase::Closed) {
        closed_before_opening(plan);
        return;
    }
    match choose_route(context.settings, &plan.learned.case, &facts) {
        Choice::Route(route) => open(plan, route, Vec::new(), &facts, context),
        Choice::TooOld { route } => {
            plan.decide(Decision::TooOld);
            let reason = words::too_old(route);
            unrouted(plan, reason);
        }
        Choice::Unrouted(why) => {
            plan.decide(Decision::Unrouted);
            let reason = words::unrouted(why, &plan.learned.case);
            unrouted(plan, reason);
        }
        Choice::Unclear => {
            plan.decide(Decision::UnclearRoute);
            unrouted(plan, words::unclear().to_string());
            // Contrast may still be gathering what it knows: ask again for a while.
            if context.now.ms_since(plan.learned.active_at) < UNCLEAR_FOR_MS {
                plan.learned.enriched = false;
                plan.wait_until(context.now.plus_ms(UNCLEAR_AGAIN_MS));
            }
        }
    }
}

/// Notes that a case was closed before it had a ticket.
pub fn closed_before_opening(plan: &mut Plan) {
    plan.decide(Decision::ClosedBeforeOpening);
    unrouted(plan, "it was closed before a ticket was opened".to_string());
}

fn unrouted(plan: &mut Plan, reason: String) {
    plan.learned.state = LinkState::Unrouted { reason };
}

/// The priority that a case's severity asks for on a route.
pub fn wanted_priority(route: &Route, facts: &CaseFacts) -> Option<String> {
    facts
        .severity
        .and_then(|severity| route.ticket.priorities.get(&severity))
        .cloned()
}

/// The fingerprint of what the description shows that may change.
pub fn shown_digest(facts: &CaseFacts) -> Digest {
    Digest::of(&[
        facts.severity.map_or("", |severity| severity.word()),
        &facts
            .score
            .map(|score| score.to_string())
            .unwrap_or_default(),
    ])
}
