//! Cases as people look at them and act on them: what state each is in, lists, waking, pairing.
//!
//! Decides nothing about what is right: what becomes of a case is the sweep's and the webhooks'.

mod listing;
mod pairing;
mod state;

pub use listing::{CaseList, Sought, list_cases, list_due_now, wake_case, wake_stuck_cases};
pub use pairing::{NotPaired, release_case, relink_case, unlink_case};
pub use state::{CaseState, is_due, state_of};
