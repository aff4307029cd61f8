//! Contrast: its push, its REST interface and its markup.
//!
//! Everything of Contrast's wire formats ends here; nothing that leaves this module is JSON.

pub mod capability;
pub mod client;
mod comments;
pub mod discovery;
mod enrich;
mod exchange;
mod fields;
pub mod markup;
pub mod paths;
pub mod push;
mod wire;

pub use capability::{Capabilities, RememberedCapabilities};
pub use client::ContrastClient;
pub use push::{Malformed, Presented, PushItem, SECRET_HEADER, Unverified, VerifiedPush};
