//! Hostile input: whatever strangers, people and broken peers send, at every place where something
//! from outside is read.
//!
//! `PROPTEST_CASES` raises the number of cases, `PROPTEST_RNG_SEED` draws others. Nothing here knows
//! how a fault is fended off, only what must be so afterwards.

use std::fmt::Debug;

use proptest::{
    strategy::Strategy,
    test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner},
};

mod answers;
mod corpus;
mod doors;
mod floods;
mod injection;
mod items;
mod lookalikes;
mod marks;
mod mutation;
mod names;
mod nonsense;
mod notes;
mod planted;
mod secrets;
mod settings;
mod signatures;
mod spoiling;
mod stage;
mod story;
mod texts;

/// The same cases in each run, unless the environment says otherwise.
const SEED: u64 = 20_260_309;

/// Draws values and checks each. As many as are named, unless the environment says otherwise.
fn hold<S>(cases: u32, values: &S, check: impl Fn(S::Value) -> Result<(), TestCaseError>)
where
    S: Strategy,
    S::Value: Debug,
{
    let mut config = Config {
        failure_persistence: None,
        max_shrink_iters: 30,
        ..Config::default()
    };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = cases;
    }
    if std::env::var_os("PROPTEST_RNG_SEED").is_none() {
        config.rng_seed = RngSeed::Fixed(SEED);
    }
    match TestRunner::new(config).run(values, check) {
        Ok(()) => {}
        Err(TestError::Fail(why, value)) => {
            let mut shown = format!("{value:?}");
            if let Some((end, _)) = shown.char_indices().nth(4_000) {
                shown.truncate(end);
            }
            panic!("{why}\n{shown}");
        }
        Err(TestError::Abort(why)) => panic!("the cases cannot be drawn: {why}"),
    }
}

/// A runtime of its own: a property's check is no future.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}
