//! The whole service in a simulated world: its real handlers, engine and adapters, both products, a
//! store, on simulated time and one thread, with every wait a point where anything may happen.
//!
//! A run is told by its seed alone. Nothing here is used by the service itself.

pub mod acts;
pub mod chance;
pub mod checks;
pub mod core;
pub mod crashes;
pub mod deliveries;
pub mod ending;
pub mod executor;
pub mod fault;
pub mod functions;
pub mod journal;
pub mod load;
pub mod meetings;
pub mod operators;
pub mod people;
pub mod quirks;
pub mod run;
pub mod scenes;
pub mod shrink;
pub mod stories;
pub mod tally;
pub mod weather;
pub mod worker;

/// A run makes millions of small allocations; the system's allocator would take a third of its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
