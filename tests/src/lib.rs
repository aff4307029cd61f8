//! A world to test in: simulated Contrast and Jira, simulated time, the real handlers, the real
//! store code over an embedded engine.
//!
//! Nothing here decides what is right; it plays what people and networks do, and counts.

pub mod world;
