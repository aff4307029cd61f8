//! The only crate that touches the world: HTTP, Contrast, Jira, DynamoDB, Secrets Manager.
//!
//! Wire formats stop here; nothing that leaves this crate is JSON, ADF or an HTTP status of theirs.

pub mod cases;
pub mod clock;
pub mod contrast;
pub mod door;
pub mod http;
pub mod jira;
mod json;
pub mod open_id;
pub mod secrets;
pub mod service;
pub mod settings;
pub mod settings_file;
pub mod store;
pub mod telemetry;
