//! Queries: their order, their pages and what they show.

use serde_json::{Value, json};

use super::{At, START_MS, due_until, key, link};

#[test]
fn an_index_lists_only_the_items_that_have_its_attributes_in_the_order_of_numbers() {
    let mut at = At::new();
    for (number, due_at) in [(1, 900), (2, 1_000), (3, -5), (4, 1_001)] {
        at.put(link(number, due_at));
    }
    at.put(key("case#9", "link"));
    assert_eq!(
        at.pages(due_until(1_000), "due_at"),
        [["-5", "900", "1000"]]
    );
    at.send(
        "UpdateItem",
        json!({ "Key": key("case#003", "link"), "UpdateExpression": "REMOVE due_list" }),
    )
    .expect("no longer due");
    let mut body = due_until(2_000);
    body["ScanIndexForward"] = json!(false);
    assert_eq!(at.pages(body, "due_at"), [["1001", "1000", "900"]]);
    let answer = at.send("Query", due_until(900)).expect("a page");
    assert_eq!(
        answer["Items"][0],
        json!({
            "pk": { "S": "case#001" }, "sk": { "S": "link" },
            "due_list": { "S": "due" }, "due_at": { "N": "900" },
        }),
        "keys only"
    );
}

#[test]
fn a_page_that_is_full_says_so_even_if_nothing_follows() {
    let mut at = At::new();
    for number in 0..6 {
        at.put(link(number, START_MS));
    }
    let mut body = due_until(START_MS);
    body["Limit"] = json!(3);
    for forward in [true, false] {
        body["ScanIndexForward"] = json!(forward);
        let pages = at.pages(body.clone(), "due_at");
        let lengths: Vec<usize> = pages.iter().map(Vec::len).collect();
        assert_eq!(lengths, [3, 3, 0]);
    }
}

#[test]
fn rows_of_the_same_index_key_come_each_once_and_in_no_order_of_their_keys() {
    let mut at = At::new();
    for number in 0..50 {
        at.put(link(number, START_MS));
    }
    for forward in [true, false] {
        let mut body = due_until(START_MS);
        body["Limit"] = json!(7);
        body["ScanIndexForward"] = json!(forward);
        let mut keys: Vec<String> = at.pages(body, "pk").into_iter().flatten().collect();
        assert!(!keys.is_sorted() && !keys.iter().rev().is_sorted());
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), 50);
    }
}

#[test]
fn a_partition_of_the_table_is_read_by_ranges_of_its_sort_key() {
    let mut at = At::new();
    for sk in ["a#1", "a#2", "a$", "b", "é#1", "\u{10ffff}"] {
        at.put(key("p", sk));
    }
    at.put(key("q", "a#3"));
    let list = |at: &mut At, condition: &str, values: Value| {
        let body = json!({
            "KeyConditionExpression": condition, "ExpressionAttributeValues": values, "Limit": 2,
        });
        at.pages(body, "sk").concat()
    };
    for (condition, more, wanted) in [
        (
            "begins_with(sk, :a)",
            json!({ ":a": { "S": "a#" } }),
            &["a#1", "a#2"] as &[&str],
        ),
        (
            "begins_with(sk, :a)",
            json!({ ":a": { "S": "\u{10ffff}" } }),
            &["\u{10ffff}"],
        ),
        (
            "sk > :a",
            json!({ ":a": { "S": "a#2" } }),
            &["a$", "b", "é#1", "\u{10ffff}"],
        ),
        (
            "sk BETWEEN :a AND :b",
            json!({ ":a": { "S": "a#2" }, ":b": { "S": "b" } }),
            &["a#2", "a$", "b"],
        ),
        ("sk = :a", json!({ ":a": { "S": "b" } }), &["b"]),
        ("sk < :a", json!({ ":a": { "S": "a#1" } }), &[]),
    ] {
        let mut values = more;
        values[":p"] = json!({ "S": "p" });
        let listed = list(&mut at, &format!("pk = :p AND {condition}"), values);
        assert_eq!(listed, wanted, "{condition}");
    }
}

#[test]
fn a_page_ends_at_a_megabyte_and_a_filter_does_not_lengthen_it() {
    let mut at = At::new();
    let filling = "x".repeat(300 * 1024);
    for number in 0..7 {
        at.put(json!({
            "pk": { "S": "p" }, "sk": { "S": number.to_string() }, "filling": { "S": filling },
        }));
    }
    let body = json!({
        "KeyConditionExpression": "pk = :p", "FilterExpression": "contains(filling, :y)",
        "ExpressionAttributeValues": { ":p": { "S": "p" }, ":y": { "S": "y" } },
    });
    let page = at.send("Query", body).expect("a page");
    assert_eq!(
        (&page["Count"], &page["ScannedCount"]),
        (&json!(0), &json!(3))
    );
    assert_eq!(page["LastEvaluatedKey"], key("p", "2"));
    let keys: Vec<Value> = (0..7).map(|number| key("p", &number.to_string())).collect();
    let body = json!({ "RequestItems": { "t": { "Keys": keys } } });
    let answer = at.send("BatchGetItem", body).expect("items");
    assert_eq!(
        answer["UnprocessedKeys"],
        json!({}),
        "two megabytes are less than sixteen"
    );
}

#[test]
fn a_projection_shows_the_wanted_parts_and_nothing_else() {
    let mut at = At::new();
    at.put(json!({
        "pk": { "S": "p" }, "sk": { "S": "s" }, "secret": { "S": "x" },
        "m": { "M": { "l": { "L": [{ "N": "0" }, { "N": "1" }, { "N": "2" }] }, "o": { "S": "x" } } },
    }));
    let body = json!({
        "Key": key("p", "s"), "ProjectionExpression": "sk, #m.l[2], #m.l[0], nothing.here",
        "ExpressionAttributeNames": { "#m": "m" },
    });
    assert_eq!(
        at.send("GetItem", body).expect("got")["Item"],
        json!({ "sk": { "S": "s" }, "m": { "M": { "l": { "L": [{ "N": "0" }, { "N": "2" }] } } } })
    );
}
