//! A world to test in: simulated Contrast and Jira, simulated time, the real handlers, the real
//! store code over an embedded engine.
//!
//! Nothing here decides what is right; it plays what people and networks do, and counts.

// A world that cannot be built, or that is not as it should be, fails its test by a panic.
#![allow(clippy::missing_panics_doc)]

pub mod engine;
pub mod telling;
pub mod visitor;
pub mod world;
