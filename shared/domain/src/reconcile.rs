//! Reconciling one case: look at the world, compute what is missing, do it.
//!
//! The reason for a wake-up never changes what is right, only what may be skipped. Everything but
//! `engine` and `perform` is a pure function.

mod adopt;
mod decision;
mod engine;
mod look;
mod mark;
mod merge;
mod pairing;
mod perform;
mod plan;
mod plan_claims;
mod plan_comments;
mod plan_fields;
mod plan_late;
mod plan_opening;
mod plan_own;
mod plan_shown;
mod record;
mod room;
mod transition;

pub use decision::Decision;
pub use engine::{Engine, Outcome, Report, SAVING_MS};
pub use look::{Needs, Seen, first_needs};
pub use pairing::{Unpairable, release, relink, unlink};
pub use plan::{Action, Plan, Urgency, plan};
pub use plan_opening::draft_ticket;

/// How long a lease holds: longer than any function may run, so that a holder that is still alive
/// never meets another.
pub const LEASE_MS: u64 = 90_000;

/// How long a ticket's claim keeps anybody from creating it again: longer than a function's
/// time-out plus the lag of Jira's search.
pub const TICKET_CLAIM_MS: u64 = 10 * 60_000;

/// How long a comment's claim keeps anybody from writing it again. Comments are listed without a
/// search index, so that only a request still on its way has to be outwaited.
pub const COMMENT_CLAIM_MS: u64 = 2 * 60_000;

/// How long a change whose answer nobody heard may still take effect: its request may wait in a queue
/// of the other side after we have given it up.
pub const LATE_MS: u64 = 2 * 60_000;

/// A push that is younger than this is as good as a reading.
pub const FRESH_PUSH_MS: u64 = 2 * 60_000;

/// Comments of ours that one link can hold; it must fit into one item of the store.
pub const MAX_POSTINGS: usize = 800;

/// Rounds of looking and acting within one lease.
pub const MAX_ROUNDS: usize = 8;

/// Failures in a row after which a case is stuck.
pub const MAX_ATTEMPTS: u32 = 24;
