//! Sizes: of items, keys, numbers and sets, and how deep things may nest.

use std::{collections::HashMap, sync::Arc};

use aws_sdk_dynamodb::types::AttributeValue;

use super::bench::{ACCEPTED, Bench, Item, SENSELESS, classed, due, item, n, outcome, s, ss};

/// DynamoDB's most for one item, names and values together.
pub(super) const MOST_BYTES: usize = 400 * 1024;
/// How deep values may nest; the text within the innermost map counts as one.
const MOST_LEVELS: usize = 32;

/// What a value counts, as DynamoDB documents it.
pub(super) fn bytes_of(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(digits) => digits.trim_start_matches('-').len().div_ceil(2) + 2,
        AttributeValue::Ss(members) => members.iter().map(String::len).sum(),
        AttributeValue::L(list) => 3 + list.iter().map(|value| 1 + bytes_of(value)).sum::<usize>(),
        AttributeValue::M(map) => 3 + map.len() + bytes_of_item(map),
        _ => 1,
    }
}

/// What an item counts.
pub(super) fn bytes_of_item(item: &Item) -> usize {
    item.iter()
        .map(|(name, value)| name.len() + bytes_of(value))
        .sum()
}

/// A value that is nested so deep: 1 is a map with a text in it.
fn nested(levels: usize) -> AttributeValue {
    (1..levels).fold(
        AttributeValue::M(HashMap::from([("leaf".to_owned(), s("it"))])),
        |inner, level| {
            if level % 2 == 0 {
                AttributeValue::L(vec![inner])
            } else {
                AttributeValue::M(HashMap::from([("in".to_owned(), inner)]))
            }
        },
    )
}

pub(super) async fn an_item_holds_so_much_and_no_more(bench: Arc<Bench>) {
    // A letter of two bytes counts two.
    for (letter, width) in [("x", 1), ("é", 2)] {
        let bare = bytes_of_item(&item("p", "s", &[("body", s(""))]));
        let room = (MOST_BYTES - bare) / width;
        let fits = item("p", "s", &[("body", s(letter.repeat(room)))]);
        let answer = bench.putting(fits.clone()).send().await;
        assert_eq!(outcome(&answer), ACCEPTED, "the most of {letter}");
        assert_eq!(bench.read("p", "s").await.as_ref(), Some(&fits));
        let more = item("p", "s", &[("body", s(letter.repeat(room + 1)))]);
        let answer = bench.putting(more).send().await;
        assert_eq!(outcome(&answer), SENSELESS, "one {letter} more");
        assert_eq!(bench.read("p", "s").await.as_ref(), Some(&fits));
    }
    // Names count as well.
    let name = "n".repeat(1_000);
    let more = item("p", "t", &[(&name, s("x".repeat(MOST_BYTES - 1_000)))]);
    assert_eq!(outcome(&bench.putting(more).send().await), SENSELESS);
}

pub(super) async fn an_update_that_would_outgrow_the_item_leaves_it(bench: Arc<Bench>) {
    let mut before = due("grown", 5);
    before.insert("document".to_owned(), s("x".repeat(300_000)));
    bench.put(before.clone()).await;
    let grow = |more: usize| {
        bench
            .updating("grown", "link")
            .update_expression("SET pushed = :more REMOVE due_list ADD wanted :one, aspects :own")
            .expression_attribute_values(":more", s("y".repeat(more)))
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":own", ss(&["case"]))
            .send()
    };
    assert_eq!(outcome(&grow(120_000).await), SENSELESS);
    assert_eq!(bench.read("grown", "link").await, Some(before));
    assert_eq!(bench.listed("due", "due").await, ["grown"]);
    assert_eq!(outcome(&grow(100_000).await), ACCEPTED);
    assert!(bench.listed("due", "due").await.is_empty());
    // Sets grow, too.
    let members: Vec<String> = (0..40).map(|own| format!("{own:02000}")).collect();
    let mut refused = 0;
    for member in members {
        let answer = bench
            .updating("grown", "link")
            .update_expression("ADD aspects :own")
            .expression_attribute_values(":own", ss(&[&member]))
            .send()
            .await;
        refused += usize::from(outcome(&answer) == SENSELESS);
    }
    assert!(refused > 30, "{refused} of 40 found no room");
}

/// A link's document is a map of lists of maps; each of their parts counts a little more than its
/// text.
pub(super) async fn maps_and_lists_count_more_than_their_texts(bench: Arc<Bench>) {
    let postings = |count: usize| {
        let posting = AttributeValue::M(item("side", "origin", &[("body", n(1))]));
        AttributeValue::L(vec![posting; count])
    };
    let one = bytes_of(&postings(2)) - bytes_of(&postings(1));
    let room = MOST_BYTES / one;
    let fits = item("p", "fits", &[("document", postings(room * 98 / 100))]);
    assert_eq!(outcome(&bench.putting(fits).send().await), ACCEPTED);
    let more = item("p", "more", &[("document", postings(room * 104 / 100))]);
    assert_eq!(outcome(&bench.putting(more).send().await), SENSELESS);
}

pub(super) async fn nesting_has_an_end(bench: Arc<Bench>) {
    let deep = nested(MOST_LEVELS - 1);
    bench
        .put(item("deep", "link", &[("document", deep.clone())]))
        .await;
    let read = bench.read("deep", "link").await.expect("it stands");
    assert_eq!(read["document"], deep);
    for levels in [MOST_LEVELS, MOST_LEVELS + 1, 40] {
        let put = bench.putting(item("deep", "link", &[("document", nested(levels))]));
        assert_eq!(outcome(&put.send().await), SENSELESS, "put, {levels}");
        let update = bench
            .updating("deep", "link")
            .update_expression("SET document = :deep")
            .expression_attribute_values(":deep", nested(levels));
        assert_eq!(outcome(&update.send().await), SENSELESS, "set, {levels}");
    }
    assert_eq!(bench.read("deep", "link").await, Some(read));
}

pub(super) async fn keys_have_their_limits(bench: Arc<Bench>) {
    for (pk, sk, expected) in [
        ("p".repeat(2_048), "s".repeat(1_024), ACCEPTED),
        ("é".repeat(1_024), "s".to_owned(), ACCEPTED),
        ("p".repeat(2_049), "s".to_owned(), SENSELESS),
        ("é".repeat(1_025), "s".to_owned(), SENSELESS),
        ("p".to_owned(), "s".repeat(1_025), SENSELESS),
        (String::new(), "s".to_owned(), SENSELESS),
        ("p".to_owned(), String::new(), SENSELESS),
    ] {
        let told = format!("{} and {}", pk.len(), sk.len());
        let put = bench.putting(item(&pk, &sk, &[])).send().await;
        assert_eq!(outcome(&put), expected, "put: {told}");
        let update = bench
            .updating(&pk, &sk)
            .update_expression("SET a = :a")
            .expression_attribute_values(":a", s("a"));
        assert_eq!(outcome(&update.send().await), expected, "update: {told}");
        if expected == ACCEPTED {
            assert!(bench.read(&pk, &sk).await.is_some(), "{told}");
        }
    }
    let mut keyless = item("p", "s", &[]);
    keyless.remove("sk");
    assert_eq!(outcome(&bench.putting(keyless).send().await), SENSELESS);
}

pub(super) async fn keys_of_an_index_have_their_limits(bench: Arc<Bench>) {
    for (name, room) in [("class_list", 2_048), ("class_key", 1_024)] {
        for (length, expected) in [(room, ACCEPTED), (room + 1, SENSELESS)] {
            let mut row = classed("row", "hot");
            row.insert(name.to_owned(), s("k".repeat(length)));
            let put = bench.putting(row).send().await;
            assert_eq!(outcome(&put), expected, "{name} of {length}");
        }
    }
}

pub(super) async fn an_empty_set_is_none(bench: Arc<Bench>) {
    let before = item("sets", "link", &[("aspects", ss(&["case"]))]);
    bench.put(before.clone()).await;
    let put = bench.putting(item("sets", "link", &[("aspects", ss(&[]))]));
    assert_eq!(outcome(&put.send().await), SENSELESS, "put");
    let twice = bench.putting(item("sets", "link", &[("aspects", ss(&["a", "a"]))]));
    assert_eq!(outcome(&twice.send().await), SENSELESS, "twice the same");
    assert_eq!(bench.read("sets", "link").await, Some(before));
}

pub(super) async fn an_empty_set_cannot_be_added(bench: Arc<Bench>) {
    let before = item("sets", "link", &[("aspects", ss(&["case"]))]);
    bench.put(before.clone()).await;
    for update in ["ADD aspects :none", "DELETE aspects :none", "SET a = :none"] {
        let request = bench
            .updating("sets", "link")
            .update_expression(update)
            .expression_attribute_values(":none", ss(&[]));
        assert_eq!(outcome(&request.send().await), SENSELESS, "{update}");
    }
    assert_eq!(bench.read("sets", "link").await, Some(before));
}

pub(super) async fn whole_numbers_come_back_as_they_were(bench: Arc<Bench>) {
    let numbers = [
        0,
        1,
        -1,
        10,
        1_000_000,
        1_772_000_000_000,
        253_402_300_799_000,
        i64::MAX,
        i64::MIN,
        9_007_199_254_740_993, // One that a floating-point number cannot hold.
        1_000_000_000_000_000_000,
    ];
    for number in numbers {
        bench.put(item("n", "put", &[("wanted", n(number))])).await;
        let put = bench.read("n", "put").await.expect("it stands");
        // Word for word: the store parses them as whole numbers.
        assert_eq!(put["wanted"], n(number), "{number}");
        bench.delete("n", "added").await;
        for part in [number, 0] {
            bench
                .updating("n", "added")
                .update_expression("ADD wanted :part SET due_at = :number")
                .expression_attribute_values(":part", n(part))
                .expression_attribute_values(":number", n(number))
                .send()
                .await
                .expect("it is added");
        }
        let added = bench.read("n", "added").await.expect("it stands");
        assert_eq!(added["wanted"], n(number), "{number} added");
        assert_eq!(added["due_at"], n(number), "{number} set");
    }
    for (written, meant) in [("007", "7"), ("1.0", "1"), ("1e3", "1000"), ("-0", "0")] {
        let written = AttributeValue::N(written.to_owned());
        bench.put(item("n", "form", &[("wanted", written)])).await;
        let read = bench.read("n", "form").await.expect("it stands");
        assert_eq!(read["wanted"], n(meant));
    }
    let exact = "12345678901234567890123456789012345678";
    bench.put(item("n", "long", &[("wanted", n(exact))])).await;
    let read = bench.read("n", "long").await.expect("it stands");
    assert_eq!(read["wanted"], n(exact), "thirty-eight digits");
    for wrong in ["123456789012345678901234567890123456789", "1e126", "x", ""] {
        let put = bench.putting(item("n", "wrong", &[("wanted", n(wrong))]));
        assert_eq!(outcome(&put.send().await), SENSELESS, "{wrong:?}");
    }
}
