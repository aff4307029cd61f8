//! The local run: all functions in one process, over an embedded store.
//!
//! With settings it does the main job for real; without, it plays with a simulated Contrast and a
//! simulated Jira, and nothing leaves this machine.

pub mod console;
pub mod counting;
pub mod data_folder;
pub mod database;
pub mod demo;
pub mod options;
pub mod run;
pub mod serving;
pub mod settings_file;
pub mod status;
