//! Jira Cloud: its REST interface (v3), its documents and its webhooks.
//!
//! Nothing of Jira's wire format leaves this module: no JSON, no ADF, no status code.

pub mod adf;
pub mod client;
pub mod delivery;
pub mod discovery;

mod prune;

pub use client::JiraClient;
pub use delivery::{BadDelivery, Delivery, News, Unverified, VerifiedDelivery};
