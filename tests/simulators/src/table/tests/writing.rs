//! Writes: their conditions, what they change and what they show.

use serde_json::json;

use super::{At, START_MS, key, link};

#[test]
fn an_update_makes_the_item_if_there_is_none_and_changes_every_kind_of_attribute() {
    let mut at = At::new();
    at.update(
        "SET a.#n = :one, #l = :list ADD wanted :one, words :some",
        json!({
            "ExpressionAttributeNames": { "#n": "name", "#l": "list" },
            "ExpressionAttributeValues": { ":one": { "N": "1.0" }, ":list": { "L": [] }, ":some": { "SS": ["b", "a"] } },
        }),
    )
    .expect_err("there is no map yet");
    at.update(
        "SET a = :map, #l = :list ADD wanted :one, words :some",
        json!({
            "ExpressionAttributeNames": { "#l": "list" },
            "ExpressionAttributeValues": {
                ":map": { "M": {} }, ":one": { "N": "1.0" },
                ":list": { "L": [{ "S": "x" }, { "S": "y" }, { "S": "z" }] }, ":some": { "SS": ["b", "a"] },
            },
        }),
    )
    .expect("made");
    at.update(
        "SET a.#n = if_not_exists(a.#n, wanted) + :five, #l[7] = :end REMOVE #l[0], #l[1] \
         ADD wanted :five DELETE words :gone",
        json!({
            "ExpressionAttributeNames": { "#n": "name", "#l": "list" },
            "ExpressionAttributeValues": {
                ":five": { "N": "5" }, ":end": { "S": "end" }, ":gone": { "SS": ["a", "q"] },
            },
        }),
    )
    .expect("changed");
    assert_eq!(
        at.get("p", "s"),
        json!({
            "pk": { "S": "p" }, "sk": { "S": "s" },
            "a": { "M": { "name": { "N": "6" } } },
            "list": { "L": [{ "S": "z" }, { "S": "end" }] },
            "wanted": { "N": "6" },
            "words": { "SS": ["b"] },
        })
    );
    at.update(
        "SET #l = list_append(:more, #l) DELETE words :gone",
        json!({
            "ExpressionAttributeNames": { "#l": "list" },
            "ExpressionAttributeValues": { ":more": { "L": [{ "S": "a" }] }, ":gone": { "SS": ["b"] } },
        }),
    )
    .expect("changed");
    let item = at.get("p", "s");
    assert_eq!(item["list"]["L"][0], json!({ "S": "a" }));
    assert_eq!(item.get("words"), None, "an emptied set is gone");
}

#[test]
fn what_is_appended_to_a_list_comes_in_the_order_of_its_indexes() {
    let mut at = At::new();
    at.put(json!({ "pk": { "S": "p" }, "sk": { "S": "s" }, "l": { "L": [{ "N": "0" }] } }));
    at.update(
        "SET l[9] = :two, l[8] = :one",
        json!({ "ExpressionAttributeValues": { ":one": { "N": "1" }, ":two": { "N": "2" } } }),
    )
    .expect("changed");
    let wanted = json!([{ "N": "0" }, { "N": "1" }, { "N": "2" }]);
    assert_eq!(at.get("p", "s")["l"]["L"], wanted);
}

#[test]
fn values_are_worked_out_from_the_item_as_it_was() {
    let mut at = At::new();
    at.put(json!({ "pk": { "S": "p" }, "sk": { "S": "s" }, "a": { "N": "1" }, "b": { "N": "2" } }));
    at.update("SET a = b, b = a", json!({})).expect("swapped");
    let item = at.get("p", "s");
    assert_eq!(
        (&item["a"]["N"], &item["b"]["N"]),
        (&json!("2"), &json!("1"))
    );
}

#[test]
fn a_condition_that_fails_changes_nothing_and_shows_the_item_if_asked() {
    let mut at = At::new();
    let guarded = json!({
        "ConditionExpression": "version = :v", "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        "ExpressionAttributeValues": { ":v": { "N": "1" }, ":next": { "N": "2" } },
    });
    let set = "SET version = :next";
    let refused = "ConditionalCheckFailedException: The conditional request failed";
    assert_eq!(at.update(set, guarded.clone()).unwrap_err(), refused);
    assert_eq!(at.get("p", "s"), json!(null));
    at.put(json!({ "pk": { "S": "p" }, "sk": { "S": "s" }, "version": { "N": "1" } }));
    at.update(set, guarded.clone())
        .expect("the version is right");
    assert_eq!(
        at.update(set, guarded).unwrap_err(),
        format!(
            "{refused}{}",
            json!({ "pk": { "S": "p" }, "sk": { "S": "s" }, "version": { "N": "2" } })
        )
    );
    let absent = json!({
        "Item": key("p", "s"), "ConditionExpression": "attribute_not_exists(pk)",
    });
    assert_eq!(at.send("PutItem", absent).unwrap_err(), refused);
}

#[test]
fn conditions_bind_not_before_and_before_or() {
    let mut at = At::new();
    at.put(json!({
        "pk": { "S": "p" }, "sk": { "S": "s" }, "n": { "N": "5" }, "t": { "S": "text" },
        "l": { "L": [{ "N": "1" }] }, "w": { "SS": ["a", "b"] },
    }));
    for (condition, holds) in [
        ("n = :five OR n = :one AND n = :one", true),
        ("(n = :five OR n = :one) AND n = :one", false),
        ("NOT n = :one AND n = :five", true),
        ("n BETWEEN :one AND :five AND NOT n IN (:one, :text)", true),
        ("absent <> :one", true),
        (
            "absent = :one OR absent < :one OR NOT attribute_exists(t)",
            false,
        ),
        ("n > :text", false),
        (
            "begins_with(t, :te) AND contains(t, :te) AND contains(w, :a)",
            true,
        ),
        (
            "contains(l, :one) AND l[0] = :one AND attribute_not_exists(l[1])",
            true,
        ),
        (
            "size(t) = :four AND size(w) < :four AND attribute_type(w, :ss)",
            true,
        ),
    ] {
        let used = |name: &&str| condition.contains(*name);
        let values = [
            (":five", json!({ "N": "5" })),
            (":one", json!({ "N": "1" })),
            (":four", json!({ "N": "4" })),
            (":text", json!({ "S": "text" })),
            (":te ", json!(null)),
            (":te)", json!({ "S": "te" })),
            (":a)", json!({ "S": "a" })),
            (":ss", json!({ "S": "SS" })),
        ];
        let values: serde_json::Map<_, _> = values
            .into_iter()
            .filter(|(name, _)| used(name))
            .map(|(name, value)| (name.trim_end_matches([' ', ')']).to_owned(), value))
            .collect();
        let body = json!({
            "Key": key("p", "s"), "ConditionExpression": condition, "ExpressionAttributeValues": values,
        });
        match at.send("UpdateItem", body) {
            Ok(_) => assert!(holds, "{condition}"),
            Err(words) => assert!(!holds && words.starts_with("Cond"), "{condition}: {words}"),
        }
    }
}

#[test]
fn a_write_shows_what_it_is_asked_to_show() {
    let mut at = At::new();
    at.put(json!({
        "pk": { "S": "p" }, "sk": { "S": "s" }, "a": { "N": "1" }, "m": { "M": { "x": { "N": "1" }, "y": { "N": "1" } } },
    }));
    let mut number = 1;
    for (shown, wanted) in [
        ("NONE", json!(null)),
        (
            "UPDATED_OLD",
            json!({ "a": { "N": "3" }, "m": { "M": { "x": { "N": "3" } } } }),
        ),
        (
            "UPDATED_NEW",
            json!({ "a": { "N": "5" }, "m": { "M": { "x": { "N": "5" } } } }),
        ),
    ] {
        let body =
            json!({ "ReturnValues": shown, "ExpressionAttributeValues": { ":one": { "N": "1" } } });
        number += 1;
        at.update("SET a = a + :one, m.x = m.x + :one", body.clone())
            .expect("changed");
        let answer = at
            .update("SET a = a + :one, m.x = m.x + :one", body)
            .expect("changed");
        assert_eq!(answer["Attributes"], wanted, "{shown} {number}");
        at.update(
            "SET a = a - :one, m.x = m.x - :one",
            json!({ "ExpressionAttributeValues": { ":one": { "N": "1" } } }),
        )
        .expect("changed");
    }
    let before = at.get("p", "s");
    let body = json!({ "Item": key("p", "s"), "ReturnValues": "ALL_OLD" });
    assert_eq!(at.send("PutItem", body).expect("put")["Attributes"], before);
    let body = json!({ "Key": key("p", "s"), "ReturnValues": "ALL_OLD" });
    let old = at.send("DeleteItem", body.clone()).expect("deleted");
    assert_eq!(old["Attributes"], key("p", "s"));
    assert_eq!(
        at.send("DeleteItem", body),
        Ok(json!({})),
        "nothing was there any more"
    );
}

#[test]
fn a_batch_does_as_much_as_it_may_and_returns_the_rest_as_it_was_sent() {
    let mut at = At::new();
    at.table.behaviour_mut().batch_limit = Some(2);
    let put = |number: usize| json!({ "PutRequest": { "Item": link(number, START_MS) } });
    let mut left = json!({ "t": [put(0), put(1), put(2), put(3), put(4)] });
    let mut rounds = 0;
    while left != json!({}) {
        let answer = at.send("BatchWriteItem", json!({ "RequestItems": left }));
        left = answer.expect("written")["UnprocessedItems"].take();
        rounds += 1;
    }
    assert_eq!((rounds, at.table.items().count()), (3, 5));

    let keys: Vec<_> = (0..7)
        .map(|n| key(&format!("case#{n:03}"), "link"))
        .collect();
    let mut left =
        json!({ "t": { "Keys": keys, "ConsistentRead": true, "ProjectionExpression": "pk" } });
    let mut found = Vec::new();
    rounds = 0;
    while left != json!({}) {
        let answer = at
            .send("BatchGetItem", json!({ "RequestItems": left }))
            .expect("read");
        found.extend(answer["Responses"]["t"].as_array().expect("items").clone());
        rounds += 1;
        left = answer["UnprocessedKeys"].clone();
    }
    assert_eq!(
        (rounds, found.len()),
        (4, 5),
        "what is not there is left out"
    );
    assert!(
        found
            .iter()
            .all(|item| item.as_object().expect("an item").len() == 1)
    );
    at.table.behaviour_mut().batch_limit = Some(0);
    let answer = at.send(
        "BatchGetItem",
        json!({ "RequestItems": { "t": { "Keys": [key("p", "s")] } } }),
    );
    assert!(
        answer
            .unwrap_err()
            .starts_with("ProvisionedThroughputExceededException")
    );
}
