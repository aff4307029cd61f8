//! What the operator of a deployed stack does: settings, secrets, cases.
//!
//! It uses the code of the functions to read, validate and store, so that nothing is taken here that
//! they refuse. Never takes a secret on the command line, and prints none but the one that has to
//! be entered in a product, to a terminal and on request.

pub mod cases;
pub mod failure;
pub mod options;
pub mod run;
pub mod secrets;
pub mod settings;
pub mod talk;
