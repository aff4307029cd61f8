//! Batches: reads of a hundred, writes of twenty-five, and what they leave undone.

use std::{collections::HashMap, sync::Arc};

use aws_sdk_dynamodb::{
    operation::batch_get_item::builders::BatchGetItemFluentBuilder,
    types::{KeysAndAttributes, PutRequest, WriteRequest},
};

use super::bench::{
    ACCEPTED, Bench, Item, SENSELESS, item, key, n, name_of, names, outcome, s, sorted,
};

/// DynamoDB's most in one answer.
const MOST_BYTES: usize = 16 * 1024 * 1024;

fn reading(bench: &Bench, names: &[String]) -> BatchGetItemFluentBuilder {
    let keys = names.iter().map(|name| key(name, "link")).collect();
    let asked = KeysAndAttributes::builder()
        .set_keys(Some(keys))
        .consistent_read(true)
        .build()
        .expect("a request");
    bench
        .client
        .batch_get_item()
        .request_items(&bench.table, asked)
}

fn put_of(item: Item) -> WriteRequest {
    let put = PutRequest::builder()
        .set_item(Some(item))
        .build()
        .expect("a request");
    WriteRequest::builder().put_request(put).build()
}

async fn write(bench: &Bench, items: Vec<Item>) -> String {
    let mut pending = HashMap::from([(
        bench.table.clone(),
        items.into_iter().map(put_of).collect::<Vec<_>>(),
    )]);
    loop {
        let answer = bench
            .client
            .batch_write_item()
            .set_request_items(Some(pending))
            .send()
            .await;
        let told = outcome(&answer).to_owned();
        let rest = answer.ok().and_then(|answer| answer.unprocessed_items);
        pending = rest.unwrap_or_default();
        if pending.is_empty() {
            return told;
        }
    }
}

pub(super) async fn a_hundred_are_read_and_the_missing_left_out(bench: Arc<Bench>) {
    let all = names("case", 100);
    let there: Vec<String> = all.iter().step_by(3).cloned().collect();
    for portion in there.chunks(25) {
        let items = portion.iter().map(|name| key(name, "link")).collect();
        assert_eq!(write(&bench, items).await, ACCEPTED);
    }
    let answer = reading(&bench, &all).send().await.expect("an answer");
    let rows = &answer.responses.expect("rows")[&bench.table];
    assert_eq!(sorted(rows.iter().map(name_of).collect()), there);
    assert!(answer.unprocessed_keys.unwrap_or_default().is_empty());
    // A hundred of which none is there is an answer, too.
    let none = reading(&bench, &names("none", 100));
    let answer = none.send().await.expect("an answer");
    let rows = answer.responses.unwrap_or_default().remove(&bench.table);
    assert!(rows.unwrap_or_default().is_empty());
}

pub(super) async fn a_batch_of_reads_has_its_limits(bench: Arc<Bench>) {
    for (count, expected) in [(100, ACCEPTED), (101, SENSELESS)] {
        let answer = reading(&bench, &names("case", count)).send().await;
        assert_eq!(outcome(&answer), expected, "{count} keys");
    }
    let twice = ["same".to_owned(), "same".to_owned()];
    assert_eq!(outcome(&reading(&bench, &twice).send().await), SENSELESS);
}

/// Forty-five links of the largest kind are more than one answer may hold.
pub(super) async fn what_one_answer_cannot_hold_is_told_and_asked_again(bench: Arc<Bench>) {
    const EACH: usize = 390 * 1024;
    let all = names("big", 45);
    for name in &all {
        bench
            .put(item(name, "link", &[("document", s("x".repeat(EACH)))]))
            .await;
    }
    let mut asked = all.clone();
    let (mut found, mut rounds) = (Vec::new(), 0);
    while !asked.is_empty() {
        rounds += 1;
        assert!(rounds < 10, "each round makes progress");
        let answer = reading(&bench, &asked).send().await.expect("an answer");
        let rows = &answer.responses.expect("rows")[&bench.table];
        assert!(rows.len() * EACH <= MOST_BYTES, "{} rows", rows.len());
        found.extend(rows.iter().map(name_of));
        let rest = answer.unprocessed_keys.unwrap_or_default();
        asked = rest
            .get(&bench.table)
            .map(|rest| rest.keys.iter().map(name_of).collect())
            .unwrap_or_default();
    }
    assert_eq!(rounds, 2, "sixteen megabytes, and the rest");
    assert_eq!(sorted(found), all, "each of them once");
}

pub(super) async fn a_batch_of_writes_has_its_limits(bench: Arc<Bench>) {
    let items = |count: usize| -> Vec<Item> {
        (0..count)
            .map(|number| {
                item(
                    "case",
                    &format!("history#{number:03}"),
                    &[("at", n(number))],
                )
            })
            .collect()
    };
    assert_eq!(write(&bench, items(26)).await, SENSELESS, "twenty-six");
    assert_eq!(write(&bench, Vec::new()).await, SENSELESS, "none");
    let twice = [items(1), items(1)].concat();
    assert_eq!(write(&bench, twice).await, SENSELESS, "the same twice");
    assert_eq!(bench.read("case", "history#000").await, None);
    assert_eq!(write(&bench, items(25)).await, ACCEPTED);
    let all = bench
        .query()
        .key_condition_expression("pk = :case")
        .expression_attribute_values(":case", s("case"));
    let rows: Vec<Item> = bench.pages(all).await.concat();
    assert_eq!(rows, items(25));
    // Writing the same again is no fault: a writer whose answer was lost does so.
    assert_eq!(write(&bench, items(25)).await, ACCEPTED);
}
