//! Pushes: the latest is kept, whatever the order they come in.

use std::sync::Arc;

use domain::{
    case::CaseId,
    link::Aspect,
    ports::{Saving, Store as _},
};

use super::{at, case, glimpse, hold, pushed, release, settled, wake};
use crate::contract::bench::Bench;

/// What is known of the latest push: its name, where its facts are kept, and its time.
async fn known(bench: &Bench, case: &CaseId) -> (Option<String>, Option<u64>) {
    let (partition, store) = (format!("case#{case}"), bench.store());
    let item = bench.read(&partition, "link").await.expect("it stands");
    let name = item.get("pushed").map(|facts| {
        let facts = facts.as_m().expect("a map");
        facts["name"].as_s().expect("a name").clone()
    });
    let pushed_at = glimpse(&store, case, at(0)).await.pushed_at;
    (name, pushed_at.map(|moment| moment.ms_since(at(0))))
}

pub(in crate::contract) async fn the_latest_push_is_kept(bench: Arc<Bench>) {
    let (store, case) = (bench.store(), case(1));
    for (name, ms, kept) in [
        ("first", 100, ("first", 100)),
        ("older", 90, ("first", 100)),
        ("of the same time", 100, ("of the same time", 100)),
        ("later", 1_000, ("later", 1_000)),
        ("old again", 999, ("later", 1_000)),
    ] {
        let wakeup = pushed(&case, name, at(ms));
        store.wake(&wakeup, at(5_000)).await.expect("it is stored");
        let expected = (Some(kept.0.to_owned()), Some(kept.1));
        assert_eq!(known(&bench, &case).await, expected, "after {name}");
    }
    // Each of them was a reason to look.
    let lease = hold(&store, &case, at(6_000)).await;
    assert_eq!(lease.wanted, 5);
    let (facts, pushed_at) = lease.pushed.expect("a push");
    assert_eq!(
        (facts.name.as_deref(), pushed_at),
        (Some("later"), at(1_000))
    );
}

pub(in crate::contract) async fn a_noted_push_only_makes_older_ones_old(bench: Arc<Bench>) {
    let (store, case, nobody) = (bench.store(), case(1), case(2));
    let note = async |case: &CaseId, ms: u64| {
        store.note_push(case, at(ms)).await.expect("an answer");
    };
    note(&nobody, 50).await;
    assert_eq!(store.glimpse(&nobody, at(0)).await, Ok(None), "makes none");
    settled(&store, &case).await;
    for (ms, then) in [(50, 50), (40, 50), (60, 60), (60, 60)] {
        note(&case, ms).await;
        assert_eq!(known(&bench, &case).await, (None, Some(then)));
    }
    assert!(!glimpse(&store, &case, at(0)).await.waiting, "no news");
    // An older push that comes late is a reason to look, and is not believed.
    let late = pushed(&case, "late", at(55));
    store.wake(&late, at(100)).await.expect("it is stored");
    assert_eq!(known(&bench, &case).await, (None, Some(60)));
    // While something waits, nothing is noted: what was pushed is taken up first.
    let news = pushed(&case, "news", at(70));
    store.wake(&news, at(101)).await.expect("it is stored");
    note(&case, 80).await;
    assert_eq!(
        known(&bench, &case).await,
        (Some("news".to_owned()), Some(70))
    );
    let lease = hold(&store, &case, at(102)).await;
    release(&store, lease, Saving::Settled { due_at: None }, at(103)).await;
    assert_eq!(known(&bench, &case).await, (None, Some(70)));
}

/// Whatever left facts of a push standing where nothing waits: a later one makes them old.
pub(in crate::contract) async fn a_noted_push_forgets_older_facts(bench: Arc<Bench>) {
    let (store, case) = (bench.store(), case(1));
    let first = pushed(&case, "first", at(10));
    store.wake(&first, at(10)).await.expect("it is stored");
    bench
        .updating(&format!("case#{case}"), "link")
        .update_expression("REMOVE aspects")
        .send()
        .await
        .expect("it is taken away");
    store.note_push(&case, at(20)).await.expect("an answer");
    assert_eq!(known(&bench, &case).await, (None, Some(20)));
}

pub(in crate::contract) async fn a_wake_up_without_a_push_keeps_the_one_known(bench: Arc<Bench>) {
    let (store, case) = (bench.store(), case(1));
    let first = pushed(&case, "first", at(10));
    store.wake(&first, at(10)).await.expect("it is stored");
    wake(&store, &case, &[Aspect::Ticket], at(20)).await;
    let expected = (Some("first".to_owned()), Some(10));
    assert_eq!(known(&bench, &case).await, expected);
}
