//! Histories: latest first, none lost, and nobody counts on when the old ones go.

use std::sync::Arc;

use domain::{
    link::{Aspect, HistoryEntry},
    moment::Moment,
    ports::{Saving, Store as _},
};

use super::{at, case, hold, settled, wake};
use crate::contract::{
    bench::{Bench, item, n, s, sort_of},
    texts::TEXTS,
};

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

fn entries(count: usize, at: impl Fn(usize) -> Moment) -> Vec<HistoryEntry> {
    (0..count)
        .map(|number| HistoryEntry {
            at: at(number),
            words: format!("line {number}"),
        })
        .collect()
}

async fn write(bench: &Bench, number: usize, history: Vec<HistoryEntry>, now: Moment) {
    let (store, case) = (bench.store(), case(number));
    wake(&store, &case, &[Aspect::Case], now).await;
    let lease = hold(&store, &case, now).await;
    let saving = Saving::Settled { due_at: None };
    let saved = store.save(lease, saving, history, now).await;
    assert!(saved.is_ok(), "{saved:?}");
}

pub(in crate::contract) async fn history_comes_latest_first(bench: Arc<Bench>) {
    let store = bench.store();
    // More than one batch of writes, several at the same moment.
    let first = entries(60, |number| at(number as u64 / 4));
    write(&bench, 1, first.clone(), at(20)).await;
    let second = entries(3, |_| at(14));
    write(&bench, 1, second.clone(), at(30)).await;
    write(&bench, 11, entries(2, |_| at(0)), at(30)).await;
    let listed = store.list_history(&case(1)).await.expect("a list");
    assert_eq!(listed.len(), 63, "all of them, and nobody else's");
    let mut expected = first;
    expected.extend(second);
    // Those of one moment in the order they were written in.
    expected.sort_by_key(|entry| entry.at);
    expected.reverse();
    assert_eq!(listed, expected);
    assert_eq!(store.list_history(&case(2)).await, Ok(Vec::new()));
    // Of many, the latest hundred.
    let many = entries(120, |number| at(100 + number as u64));
    write(&bench, 1, many, at(300)).await;
    let listed = store.list_history(&case(1)).await.expect("a list");
    assert_eq!(listed.len(), 100);
    assert_eq!(listed[0].words, "line 119");
    assert_eq!(listed[99].words, "line 20");
}

pub(in crate::contract) async fn every_text_can_be_told(bench: Arc<Bench>) {
    let mut history = entries(TEXTS.len(), |number| at(number as u64));
    for (entry, text) in history.iter_mut().zip(TEXTS) {
        text.clone_into(&mut entry.words);
    }
    history.reverse();
    write(&bench, 1, history.clone(), at(100)).await;
    let listed = bench.store().list_history(&case(1)).await;
    assert_eq!(listed, Ok(history));
}

/// DynamoDB removes what is past its time within days, not at once: until then it may still be
/// read, or be gone. Neither must hurt.
pub(in crate::contract) async fn what_is_past_its_time_harms_nobody(bench: Arc<Bench>) {
    let store = bench.store();
    let long_ago = Moment::from_epoch_ms(1_000_000_000_000);
    write(&bench, 1, entries(30, |_| long_ago), long_ago).await;
    let now = Moment::from_epoch_ms(4_000_000_000_000);
    let fresh = entries(3, |number| now.plus_ms(number as u64));
    write(&bench, 1, fresh.clone(), now).await;
    let listed = store.list_history(&case(1)).await.expect("a list");
    let latest: Vec<HistoryEntry> = fresh.into_iter().rev().collect();
    assert_eq!(listed[..3], latest);
    assert!(listed.len() == 3 || listed.len() == 33, "{}", listed.len());
    assert!(listed[3..].iter().all(|entry| entry.at == long_ago));
    // The link has no time to live, and lines are kept for ninety days, counted in seconds.
    let partition = format!("case#{}", case(1));
    let link = bench.read(&partition, "link").await.expect("it stands");
    assert!(!link.contains_key("expires_at"));
    let query = bench
        .query()
        .key_condition_expression("pk = :case AND sk > :now")
        .expression_attribute_values(":case", s(&*partition))
        .expression_attribute_values(":now", s(format!("history#{:015}", now.epoch_ms())));
    let rows = bench.pages(query).await.concat();
    let first = rows.iter().find(|row| sort_of(row) != "link");
    let expires_at = now.plus_ms(90 * DAY_MS).epoch_ms() / 1_000;
    assert_eq!(first.expect("a line")["expires_at"], n(expires_at));
}

pub(in crate::contract) async fn a_line_that_cannot_be_read_is_left_out(bench: Arc<Bench>) {
    let store = bench.store();
    settled(&store, &case(1)).await;
    write(&bench, 1, entries(2, |number| at(number as u64)), at(9)).await;
    let partition = format!("case#{}", case(1));
    for (sort, words) in [("history#x", n(5)), ("history#9", s("no time"))] {
        bench.put(item(&partition, sort, &[("words", words)])).await;
    }
    let listed = store.list_history(&case(1)).await.expect("a list");
    assert_eq!(listed.len(), 2);
}
