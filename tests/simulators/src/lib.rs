//! Simulated Contrast, Jira and DynamoDB: state machines behind the seams for calls.
//!
//! One implementation serves tests without sockets, property tests with seeded faults, and the
//! local run on loopback. The simulators are as strict as the real systems and never nicer: a
//! system that works here must not be surprised there. They know nothing of the adapters whose
//! requests they answer.

pub mod contrast;
pub mod jira;
pub mod lambda_event;
pub mod table;
