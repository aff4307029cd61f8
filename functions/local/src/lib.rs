//! The local run: all functions in one process on loopback, over an embedded store.

pub mod database;
