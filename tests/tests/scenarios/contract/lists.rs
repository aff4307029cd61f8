//! Lists: their order, their pages, and walks that go on while things move.

use std::{collections::BTreeSet, sync::Arc};

use super::bench::{
    Bench, Item, SENSELESS, classed, due, item, n, name_of, names, outcome, s, sort_of, sorted,
};

/// DynamoDB's most on one page.
const MOST_BYTES: usize = 1024 * 1024;

pub(super) const DUE: &str = "due_list = :due AND due_at <= :now";
pub(super) const CLASS: &str = "class_list = :class";
pub(super) const HISTORY: &str = "pk = :case AND begins_with(sk, :history)";
pub(super) const AUDIT: &str = "pk = :month AND sk < :before";
pub(super) const PAUSES: &str = "pk = :pauses";
pub(super) const CAPABILITIES: &str = "pk = :capabilities";

pub(super) async fn what_is_due_comes_by_number(bench: Arc<Bench>) {
    let moments = [
        -5,
        0,
        7,
        10,
        99,
        100,
        1_772_000_000_000,
        1_772_000_000_001,
        253_402_300_799_000,
    ];
    for moment in moments.iter().rev() {
        bench.put(due(&format!("due-{moment}"), *moment)).await;
    }
    let listed = async |now: i64| {
        let query = bench
            .query()
            .index_name("due")
            .key_condition_expression(DUE)
            .expression_attribute_values(":due", s("due"))
            .expression_attribute_values(":now", n(now));
        let rows = bench.pages(query).await.concat();
        rows.iter().map(name_of).collect::<Vec<_>>()
    };
    for (count, now) in [(0, -6), (2, 0), (2, 6), (3, 7), (5, 99), (6, 1_000)] {
        let expected: Vec<String> = moments[..count]
            .iter()
            .map(|moment| format!("due-{moment}"))
            .collect();
        assert_eq!(listed(now).await, expected, "at {now}");
    }
    assert_eq!(listed(i64::MAX).await.len(), moments.len());
}

pub(super) async fn more_than_a_megabyte_comes_in_pages(bench: Arc<Bench>) {
    const EACH: usize = 60_000;
    const LINES: usize = 45;
    let words = s("w".repeat(EACH));
    for number in 0..LINES {
        let sort = format!("history#{number:04}");
        bench
            .put(item("case", &sort, &[("words", words.clone())]))
            .await;
    }
    bench.put(item("case", "link", &[])).await;
    for forward in [true, false] {
        let query = bench
            .query()
            .key_condition_expression(HISTORY)
            .expression_attribute_values(":case", s("case"))
            .expression_attribute_values(":history", s("history#"))
            .scan_index_forward(forward);
        let pages = bench.pages(query).await;
        assert!(pages.len() > 2, "{} pages", pages.len());
        for page in &pages {
            assert!(page.len() * EACH <= MOST_BYTES + EACH, "{}", page.len());
        }
        let mut expected: Vec<String> = (0..LINES)
            .map(|number| format!("history#{number:04}"))
            .collect();
        if !forward {
            expected.reverse();
        }
        let found: Vec<String> = pages.iter().flatten().map(sort_of).collect();
        assert_eq!(found, expected, "forward: {forward}");
    }
}

pub(super) async fn lists_of_one_partition_hold_nothing_else(bench: Arc<Bench>) {
    for (pk, sk) in [
        ("case#a", "link"),
        ("case#a", "history#1"),
        ("case#a", "history#2"),
        ("case#a", "history"),
        ("case#a", "histor~"),
        ("case#aa", "history#3"),
        ("pauses", "site:a"),
        ("pauses", "connection:b"),
        ("capabilities", "a#list"),
    ] {
        bench.put(item(pk, sk, &[])).await;
    }
    for (condition, name, partition, expected) in [
        (HISTORY, ":case", "case#a", &["history#2", "history#1"][..]),
        (PAUSES, ":pauses", "pauses", &["site:a", "connection:b"]),
        (
            CAPABILITIES,
            ":capabilities",
            "capabilities",
            &["a#list"][..],
        ),
        (PAUSES, ":pauses", "nobody", &[]),
    ] {
        let mut query = bench
            .query()
            .key_condition_expression(condition)
            .expression_attribute_values(name, s(partition))
            .scan_index_forward(false);
        if condition == HISTORY {
            query = query.expression_attribute_values(":history", s("history#"));
        }
        let rows = bench.pages(query.limit(100)).await.concat();
        let found: Vec<String> = rows.iter().map(sort_of).collect();
        assert_eq!(found, expected, "{partition}");
    }
}

pub(super) async fn a_walk_meets_each_once(bench: Arc<Bench>) {
    // More than half of them due at the same moment: a place needs more than the sort key.
    for (number, name) in names("case", 60).iter().enumerate() {
        let mut row = classed(name, "hot");
        row.insert("due_list".to_owned(), s("due"));
        let moment = if number < 20 { number } else { 20 };
        row.insert("due_at".to_owned(), n(moment));
        bench.put(row).await;
        bench.put(item("one", name, &[])).await;
    }
    for limit in [3, 20, 60, 100] {
        for index in ["due", "class"] {
            let partition = if index == "due" { "due" } else { "hot" };
            let query = bench.query_index(index, partition).limit(limit);
            let pages = bench.pages(query).await;
            let most = usize::try_from(limit).expect("a size");
            assert!(pages.iter().all(|page| page.len() <= most));
            let found: Vec<String> = pages.iter().flatten().map(name_of).collect();
            assert_eq!(sorted(found), names("case", 60), "{index} by {limit}");
        }
        let query = bench
            .query()
            .key_condition_expression("pk = :one")
            .expression_attribute_values(":one", s("one"))
            .limit(limit);
        let found: Vec<String> = bench
            .pages(query)
            .await
            .concat()
            .iter()
            .map(sort_of)
            .collect();
        assert_eq!(found, names("case", 60), "a partition by {limit}");
    }
}

async fn move_to(bench: &Bench, name: &str, class: &str) {
    bench
        .updating(name, "link")
        .update_expression("SET class_list = :class")
        .expression_attribute_values(":class", s(class))
        .send()
        .await
        .expect("it is moved");
}

/// While the sweep walks a class, cases come and go; those that stay must be met, once.
pub(super) async fn a_walk_misses_nothing_that_stayed(bench: Arc<Bench>) {
    let all = names("case", 120);
    for (number, name) in all.iter().enumerate() {
        let class = if number % 5 == 4 { "warm" } else { "hot" };
        bench.put(classed(name, class)).await;
    }
    let stays: BTreeSet<&String> = all
        .iter()
        .enumerate()
        .filter(|(number, _)| number % 5 < 3)
        .map(|(_, name)| name)
        .collect();
    let (mut found, mut after, mut turn) = (Vec::new(), None, 0);
    loop {
        let page = bench
            .query_index("class", "hot")
            .limit(7)
            .set_exclusive_start_key(after)
            .send()
            .await
            .expect("a page");
        found.extend(page.items().iter().map(name_of));
        // One that was met, one that was not, and one on either side of the place change classes.
        let place = 5 * turn;
        for (number, class) in [
            (place + 3, "warm"),
            (118 - place, "warm"),
            (place + 4, "hot"),
            (119 - place, "hot"),
        ] {
            move_to(&bench, &all[number % 120], class).await;
        }
        turn += 1;
        after = page.last_evaluated_key;
        if after.is_none() {
            break;
        }
        assert!(turn < 100, "the walk comes to an end");
    }
    let met: Vec<&String> = found.iter().filter(|name| stays.contains(name)).collect();
    assert_eq!(met, stays.into_iter().collect::<Vec<_>>());
}

/// The row that a place was taken from is gone by the time the walk goes on.
pub(super) async fn a_walk_goes_on_where_its_item_is_gone(bench: Arc<Bench>) {
    for (index, list, count) in [("due", "due", 12), ("class", "hot", 12)] {
        for how in ["deleted", "taken out", "moved"] {
            let all = names(&format!("{index}-{}", how.len()), count);
            for name in &all {
                let row = match index {
                    "due" => due(name, 5),
                    _ => classed(name, list),
                };
                bench.put(row).await;
            }
            let query = bench.query_index(index, list).limit(5);
            let first = query.clone().send().await.expect("a page");
            let met: Vec<String> = first.items().iter().map(name_of).collect();
            let last = met.last().expect("a row");
            match (how, index) {
                ("deleted", _) => bench.delete(last, "link").await,
                ("moved", "class") => move_to(&bench, last, "cold").await,
                ("moved", _) => bench.put(due(last, 3)).await,
                (_, _) => {
                    bench
                        .updating(last, "link")
                        .update_expression(format!("REMOVE {index}_list"))
                        .send()
                        .await
                        .expect("it is taken out");
                }
            }
            let mut found = met;
            let mut after = first.last_evaluated_key;
            while let Some(place) = after {
                let page = query.clone().set_exclusive_start_key(Some(place));
                let page = page.send().await.expect("a page");
                found.extend(page.items().iter().map(name_of));
                after = page.last_evaluated_key;
            }
            assert_eq!(sorted(found), all, "{index}: {how}");
            for name in &all {
                bench.delete(name, "link").await;
            }
        }
    }
}

/// Why what the indexes name is read again, strongly consistent.
pub(super) async fn an_index_cannot_be_read_strongly_consistent(bench: Arc<Bench>) {
    let query = bench.query_index("due", "due").consistent_read(true);
    assert_eq!(outcome(&query.send().await), SENSELESS);
}

pub(super) async fn a_place_that_is_none_is_refused(bench: Arc<Bench>) {
    for name in names("case", 3) {
        bench.put(classed(&name, "hot")).await;
    }
    let whole = classed("case-000", "hot");
    let mut half = whole.clone();
    half.remove("class_key");
    let mut other = whole.clone();
    other.insert("class_list".to_owned(), s("warm"));
    let walk = |place: Item| {
        bench
            .query_index("class", "hot")
            .set_exclusive_start_key(Some(place))
            .send()
    };
    let rest = walk(whole).await.expect("a page");
    assert_eq!(rest.items().len(), 2);
    for (place, why) in [(half, "without a part"), (other, "of another list")] {
        assert_eq!(outcome(&walk(place).await), SENSELESS, "{why}");
    }
}

pub(super) async fn a_place_with_wrong_parts_is_refused(bench: Arc<Bench>) {
    for (name, why) in [("class_key", "of another kind"), ("due_at", "one too many")] {
        let mut place = classed("case", "hot");
        place.insert(name.to_owned(), n(5));
        let query = bench.query_index("class", "hot");
        let answer = query.set_exclusive_start_key(Some(place)).send().await;
        assert_eq!(outcome(&answer), SENSELESS, "{why}");
    }
}
