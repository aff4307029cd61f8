//! The only crate that touches the world: HTTP, Contrast, Jira, DynamoDB, Secrets Manager.
//!
//! Wire formats stop here; nothing that leaves this crate is JSON, ADF or an HTTP status.

pub mod contrast;
pub mod http;
pub mod jira;
pub mod secrets;
