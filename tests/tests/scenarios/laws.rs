//! The laws, in random histories: whatever people do, whatever becomes of the webhooks, of calls
//! and of workers, both products end as one story.
//!
//! `PROPTEST_CASES` raises the number of histories, `PROPTEST_RNG_SEED` draws others. A history
//! that breaks a law is cut down and printed step by step, with the calls that were made.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};

mod crashes;
mod ending;
mod step;
mod story;

use step::{History, histories};
use story::Story;

/// Histories of each kind, unless the environment says otherwise.
const HISTORIES: u32 = 12;
/// The same histories in each run, unless the environment says otherwise.
const SEED: u64 = 20_260_309;

#[test]
fn whatever_becomes_of_the_webhooks_both_sides_end_as_one_story() {
    hold_in(false);
}

#[test]
fn whatever_becomes_of_calls_and_workers_both_sides_end_as_one_story() {
    hold_in(true);
}

fn hold_in(stormy: bool) {
    let mut config = Config {
        failure_persistence: None,
        max_shrink_iters: 120,
        ..Config::default()
    };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = HISTORIES;
    }
    if std::env::var_os("PROPTEST_RNG_SEED").is_none() {
        config.rng_seed = RngSeed::Fixed(SEED);
    }
    let outcome = TestRunner::new(config).run(&histories(stormy), |history| {
        catch_unwind(AssertUnwindSafe(|| tell(&history, false)))
            .map_err(|cause| TestCaseError::fail(words_of(&*cause)))
    });
    if let Err(TestError::Fail(why, history)) = outcome {
        println!("{history}\n{history:?}\n");
        // Once more, aloud.
        let _ = catch_unwind(AssertUnwindSafe(|| tell(&history, true)));
        panic!("{why}\n{history}");
    }
    outcome.expect("the histories can be drawn");
}

/// Performs a history and checks its ending.
fn tell(history: &History, verbose: bool) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let mut story = Story::new(verbose).await;
        story.perform(history).await;
        story.end().await;
    });
}

fn words_of(cause: &(dyn std::any::Any + Send)) -> String {
    let words = cause.downcast_ref::<String>().map(String::as_str);
    words
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("it panicked")
        .to_owned()
}

#[tokio::test]
async fn experiment_a_closing_comment_crosses() {
    let mut story = Story::new(false).await;
    use step::*;
    for step in [
        Step::Act(Act::Raise, News::Announced),
        Step::Act(Act::CommentCase(0), News::Announced),
        Step::Act(Act::Close(0), News::Announced),
    ] {
        story.step(step).await;
    }
    story.rest().await;
    story.check_pairs();
    story.check_comments();
}
