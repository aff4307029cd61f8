//! The pure heart of Northstar Jira Sync: what the two sides should look like, and what is missing.
//!
//! Without the standard library, so that the compiler itself refuses input and output, clocks,
//! threads and randomness here. The world is reached through the traits in `ports`, and nothing
//! else.

#![no_std]

extern crate alloc;

pub mod case;
pub mod comment;
pub mod digest;
pub mod link;
pub mod moment;
pub mod notice;
pub mod ports;
pub mod reconcile;
pub mod rich_text;
pub mod routing;
pub mod settings;
pub mod shard;
pub mod sweep;
pub mod ticket;
pub mod trouble;
pub mod words;
