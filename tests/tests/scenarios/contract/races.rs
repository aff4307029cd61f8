//! Races: several writers at once, and what a reader sees right after a write.

use std::{collections::BTreeSet, sync::Arc};

use aws_sdk_dynamodb::types::KeysAndAttributes;
use tokio::task::JoinSet;

use super::bench::{ACCEPTED, Bench, CONDITION, item, key, members, n, outcome, s, ss};

const ROUNDS: i64 = 40;
const WRITERS: usize = 50;

pub(super) async fn of_two_under_one_condition_exactly_one_wins(bench: Arc<Bench>) {
    bench
        .put(item("race", "link", &[("revision", n(0)), ("by", s(""))]))
        .await;
    for round in 0..ROUNDS {
        let run = |who: &'static str| {
            bench
                .updating("race", "link")
                .update_expression("SET revision = revision + :one, winner = :who")
                .condition_expression("revision = :seen")
                .expression_attribute_values(":one", n(1))
                .expression_attribute_values(":seen", n(round))
                .expression_attribute_values(":who", s(who))
                .send()
        };
        let mut both = JoinSet::new();
        both.spawn(run("left"));
        both.spawn(run("right"));
        let answers = both.join_all().await;
        let mut outcomes: Vec<&str> = answers.iter().map(outcome).collect();
        outcomes.sort_unstable();
        assert_eq!(outcomes, [CONDITION, ACCEPTED], "round {round}");
        let stands = bench.read("race", "link").await.expect("it stands");
        assert_eq!(stands["revision"], n(round + 1));
    }
}

pub(super) async fn of_many_who_make_it_exactly_one_does(bench: Arc<Bench>) {
    for round in 0..5 {
        let mut all = JoinSet::new();
        for who in 0..8 {
            let put = bench
                .putting(item("pauses", &format!("site-{round}"), &[("by", n(who))]))
                .condition_expression("attribute_not_exists(pk)")
                .send();
            all.spawn(put);
        }
        let answers = all.join_all().await;
        let made = answers.iter().filter(|answer| outcome(answer) == ACCEPTED);
        assert_eq!(made.count(), 1, "round {round}");
    }
}

pub(super) async fn additions_at_once_all_count(bench: Arc<Bench>) {
    let mut all = JoinSet::new();
    for writer in 0..WRITERS {
        let add = bench
            .updating("counter", "link")
            .update_expression("SET due_at = :at, due_list = :due ADD wanted :one, aspects :own")
            .expression_attribute_values(":at", n(writer))
            .expression_attribute_values(":due", s("due"))
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":own", ss(&[&format!("aspect-{writer:02}")]))
            .send();
        all.spawn(add);
    }
    for answer in all.join_all().await {
        assert_eq!(outcome(&answer), ACCEPTED);
    }
    let stands = bench.read("counter", "link").await.expect("it stands");
    assert_eq!(stands["wanted"], n(WRITERS));
    let found: BTreeSet<String> = members(&stands, "aspects").into_iter().collect();
    let expected: BTreeSet<String> = (0..WRITERS)
        .map(|writer| format!("aspect-{writer:02}"))
        .collect();
    assert_eq!(found, expected);
    assert_eq!(bench.listed("due", "due").await, ["counter"], "once");
}

/// Every reading that the store makes strongly consistent shows the write that was answered before.
pub(super) async fn a_reading_shows_what_was_just_written(bench: Arc<Bench>) {
    for round in 0..ROUNDS {
        bench
            .put(item("fresh", "link", &[("revision", n(round))]))
            .await;
        let read = bench.read("fresh", "link").await.expect("it stands");
        assert_eq!(read["revision"], n(round), "one");
        let asked = KeysAndAttributes::builder()
            .keys(key("fresh", "link"))
            .consistent_read(true)
            .build()
            .expect("a request");
        let batch = bench
            .client
            .batch_get_item()
            .request_items(&bench.table, asked)
            .send()
            .await
            .expect("it is read");
        let rows = &batch.responses.expect("rows")[&bench.table];
        assert_eq!(rows[0]["revision"], n(round), "several");
        let query = bench
            .query()
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", s("fresh"))
            .consistent_read(true);
        let pages = bench.pages(query).await;
        assert_eq!(pages[0][0]["revision"], n(round), "a list");
    }
}
