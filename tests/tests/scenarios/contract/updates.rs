//! Updates: what one update does to several attributes, and to the indexes, at once or not at all.

use std::sync::Arc;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};

use super::bench::{
    ACCEPTED, Bench, SENSELESS, classed, due, item, key, members, n, outcome, s, ss,
};

/// What the store sends for a wake-up.
const WAKE: &str = "SET document = if_not_exists(document, :fresh), \
     revision = if_not_exists(revision, :zero), class_list = if_not_exists(class_list, :hot), \
     class_key = if_not_exists(class_key, :case), due_list = :due, due_at = :now \
     ADD wanted :count, aspects :aspects";

async fn wake(bench: &Bench, pk: &str, now: i64, aspects: &[&str]) -> Option<super::bench::Item> {
    bench
        .updating(pk, "link")
        .update_expression(WAKE)
        .expression_attribute_values(":fresh", AttributeValue::M(item("fresh", "er", &[])))
        .expression_attribute_values(":zero", n(0))
        .expression_attribute_values(":hot", s("hot"))
        .expression_attribute_values(":case", s(pk))
        .expression_attribute_values(":due", s("due"))
        .expression_attribute_values(":now", n(now))
        .expression_attribute_values(":count", n(aspects.len()))
        .expression_attribute_values(":aspects", ss(aspects))
        .return_values(ReturnValue::AllOld)
        .send()
        .await
        .expect("it is stored")
        .attributes
        .filter(|old| !old.is_empty())
}

pub(super) async fn a_wake_up_makes_what_is_missing_and_keeps_the_rest(bench: Arc<Bench>) {
    wake(&bench, "case", 100, &["case", "ticket"]).await;
    let mut expected = item(
        "case",
        "link",
        &[
            ("document", AttributeValue::M(item("fresh", "er", &[]))),
            ("revision", n(0)),
            ("class_list", s("hot")),
            ("class_key", s("case")),
            ("due_list", s("due")),
            ("due_at", n(100)),
            ("wanted", n(2)),
        ],
    );
    let mut made = bench.read("case", "link").await.expect("it is made");
    assert_eq!(members(&made, "aspects"), ["case", "ticket"]);
    made.remove("aspects");
    assert_eq!(made, expected);

    for (name, value) in [("document", s("ours")), ("class_list", s("cold"))] {
        bench
            .updating("case", "link")
            .update_expression(format!("SET {name} = :value, revision = :three"))
            .expression_attribute_values(":value", value.clone())
            .expression_attribute_values(":three", n(3))
            .send()
            .await
            .expect("it is changed");
        expected.insert(name.to_owned(), value);
    }
    expected.insert("revision".to_owned(), n(3));
    let mut old = wake(&bench, "case", 70, &["ticket", "owed"])
        .await
        .expect("what stood there");
    assert_eq!(members(&old, "aspects"), ["case", "ticket"]);
    old.remove("aspects");
    assert_eq!(old, expected, "all of it, keys and all");
    let mut woken = bench.read("case", "link").await.expect("it stands");
    assert_eq!(members(&woken, "aspects"), ["case", "owed", "ticket"]);
    woken.remove("aspects");
    expected.insert("wanted".to_owned(), n(4));
    expected.insert("due_at".to_owned(), n(70));
    assert_eq!(woken, expected);
}

pub(super) async fn what_an_update_made_was_nothing_before(bench: Arc<Bench>) {
    let old = wake(&bench, "case", 100, &["case"]).await;
    assert_eq!(old, None);
}

pub(super) async fn the_last_member_takes_the_set_with_it(bench: Arc<Bench>) {
    bench
        .put(item("sets", "link", &[("aspects", ss(&["a", "b", "c"]))]))
        .await;
    for (done, left) in [
        (&["b"] as &[&str], &["a", "c"] as &[&str]),
        (&["b", "never-there"], &["a", "c"]),
        (&["a", "c", "b"], &[]),
        // Deleting from what is not there is no fault.
        (&["a"], &[]),
    ] {
        let answer = bench
            .updating("sets", "link")
            .update_expression("SET revision = :one DELETE aspects :done")
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":done", ss(done))
            .send()
            .await;
        assert_eq!(outcome(&answer), ACCEPTED, "{done:?}");
        let stands = bench.read("sets", "link").await.expect("it stands");
        assert_eq!(members(&stands, "aspects"), left);
        assert_eq!(stands.contains_key("aspects"), !left.is_empty());
    }
    let free = bench
        .updating("sets", "link")
        .update_expression("SET revision = :two")
        .condition_expression("attribute_not_exists(aspects)")
        .expression_attribute_values(":two", n(2))
        .send()
        .await;
    assert_eq!(outcome(&free), ACCEPTED, "conditions see that it is gone");
}

pub(super) async fn an_update_is_done_whole_or_not_at_all(bench: Arc<Bench>) {
    let before = item(
        "whole",
        "link",
        &[
            ("wanted", s("not a number")),
            ("aspects", ss(&["case"])),
            ("due_list", s("due")),
            ("due_at", n(5)),
        ],
    );
    bench.put(before.clone()).await;
    for (update, why) in [
        ("SET a = :one ADD wanted :one", "adding to a text"),
        (
            "SET a = :one REMOVE due_at ADD aspects :one",
            "a number into a set",
        ),
        (
            "SET a = :one, revision = revision + :one",
            "counting on what is not there",
        ),
        (
            "SET a = :one REMOVE due_list DELETE wanted :one",
            "deleting from a text",
        ),
    ] {
        let answer = bench
            .updating("whole", "link")
            .update_expression(update)
            .expression_attribute_values(":one", n(1))
            .send()
            .await;
        assert_eq!(outcome(&answer), SENSELESS, "{why}");
        assert_eq!(
            bench.read("whole", "link").await.as_ref(),
            Some(&before),
            "{why}"
        );
        assert_eq!(bench.listed("due", "due").await, ["whole"], "{why}");
    }
    // Nor is anything made where nothing was.
    let answer = bench
        .updating("nothing", "link")
        .update_expression("SET a = :one, revision = revision + :one")
        .expression_attribute_values(":one", n(1))
        .send()
        .await;
    assert_eq!(outcome(&answer), SENSELESS);
    assert_eq!(bench.read("nothing", "link").await, None);
}

pub(super) async fn an_update_reads_what_stood_there_before_it(bench: Arc<Bench>) {
    let before = item("swap", "link", &[("a", n(1)), ("b", n(2)), ("c", s("old"))]);
    bench.put(before.clone()).await;
    let answer = bench
        .updating("swap", "link")
        .update_expression("SET a = b, b = a, d = c REMOVE c")
        .return_values(ReturnValue::AllOld)
        .send()
        .await
        .expect("it is stored");
    assert_eq!(answer.attributes, Some(before));
    let after = item("swap", "link", &[("a", n(2)), ("b", n(1)), ("d", s("old"))]);
    assert_eq!(bench.read("swap", "link").await, Some(after));
}

pub(super) async fn an_index_holds_what_has_its_keys(bench: Arc<Bench>) {
    bench.put(item("neither", "link", &[])).await;
    bench
        .put(item("half", "link", &[("due_list", s("due"))]))
        .await;
    bench
        .put(item("other-half", "link", &[("due_at", n(3))]))
        .await;
    bench.put(due("late", 30)).await;
    bench.put(due("soon", 4)).await;
    bench.put(classed("soon-class", "hot")).await;
    assert_eq!(bench.listed("due", "due").await, ["soon", "late"]);
    assert_eq!(bench.listed("class", "hot").await, ["soon-class"]);

    let change = async |pk: &str, update: &str, values: &[(&str, AttributeValue)]| {
        let mut request = bench.updating(pk, "link").update_expression(update);
        for (name, value) in values {
            request = request.expression_attribute_values(*name, value.clone());
        }
        request.send().await.expect("it is stored");
    };
    change("soon", "REMOVE due_list, due_at", &[]).await;
    assert_eq!(bench.listed("due", "due").await, ["late"]);
    change("late", "REMOVE due_at", &[]).await;
    assert!(bench.listed("due", "due").await.is_empty());
    change("late", "SET due_at = :at", &[(":at", n(7))]).await;
    change("half", "SET due_at = :at", &[(":at", n(6))]).await;
    assert_eq!(bench.listed("due", "due").await, ["half", "late"]);
    change("half", "SET due_at = :at", &[(":at", n(8))]).await;
    assert_eq!(bench.listed("due", "due").await, ["late", "half"]);
    change(
        "soon-class",
        "SET class_list = :list",
        &[(":list", s("cold"))],
    )
    .await;
    assert!(bench.listed("class", "hot").await.is_empty());
    assert_eq!(bench.listed("class", "cold").await, ["soon-class"]);
    bench.delete("half", "link").await;
    assert_eq!(bench.listed("due", "due").await, ["late"]);
}

pub(super) async fn an_index_holds_keys_and_nothing_else(bench: Arc<Bench>) {
    let mut row = classed("row", "hot");
    row.insert("document".to_owned(), s("much"));
    row.insert("due_list".to_owned(), s("due"));
    row.insert("due_at".to_owned(), n(5));
    bench.put(row).await;
    for (index, partition, names) in [
        ("class", "hot", ["class_key", "class_list", "pk", "sk"]),
        ("due", "due", ["due_at", "due_list", "pk", "sk"]),
    ] {
        let rows = bench.pages(bench.query_index(index, partition)).await;
        let mut found: Vec<&String> = rows[0][0].keys().collect();
        found.sort();
        assert_eq!(found, names);
    }
}

pub(super) async fn an_index_key_of_another_kind_is_refused(bench: Arc<Bench>) {
    let before = due("kind", 5);
    bench.put(before.clone()).await;
    for (name, value) in [
        ("due_at", s("5")),
        ("due_list", n(5)),
        ("class_key", s("")),
        ("class_list", AttributeValue::Null(true)),
    ] {
        let answer = bench
            .updating("kind", "link")
            .update_expression("SET #name = :value")
            .expression_attribute_names("#name", name)
            .expression_attribute_values(":value", value.clone())
            .send()
            .await;
        assert_eq!(outcome(&answer), SENSELESS, "{name} updated to {value:?}");
        let answer = bench.putting(item("put", "link", &[(name, value)])).send();
        assert_eq!(outcome(&answer.await), SENSELESS, "{name} put");
    }
    assert_eq!(bench.read("kind", "link").await, Some(before));
}

pub(super) async fn deleting_what_is_not_there_is_no_fault(bench: Arc<Bench>) {
    bench.put(key("pauses", "site:acme")).await;
    for _ in 0..2 {
        bench.delete("pauses", "site:acme").await;
        assert_eq!(bench.read("pauses", "site:acme").await, None);
    }
}
