//! What the table refuses.

use serde_json::{Value, json};

use super::{At, START_MS, key, link};

// By value, so that requests can be written in place.
#[allow(clippy::needless_pass_by_value)]
fn refused(operation: &str, body: Value) -> String {
    let mut at = At::new();
    at.put(json!({
        "pk": { "S": "p" }, "sk": { "S": "s" }, "word": { "S": "x" }, "n": { "N": "1" },
    }));
    let stored: Vec<_> = at.table.items().cloned().collect();
    let words = at
        .send(operation, body.clone())
        .expect_err(&format!("{operation} {body}"));
    assert!(at.table.items().eq(&stored), "nothing is changed");
    words
}

#[test]
fn values_that_cannot_be_stored_are_refused() {
    for (value, words) in [
        (json!({ "SS": [] }), "An string set  may not be empty"),
        (json!({ "NS": ["1", "1.0"] }), "contains duplicates"),
        (
            json!({ "SS": ["a", "b", "a"] }),
            "[a, a, b] contains duplicates",
        ),
        (
            json!({ "N": "one" }),
            "cannot be converted to a numeric value: one",
        ),
        (
            json!({ "N": "1".repeat(39) }),
            "more than 38 significant digits",
        ),
        (json!({ "NULL": false }), "must have the value of true"),
        (json!({}), "must contain exactly one"),
        (json!({ "S": "a", "N": "1" }), "more than one datatypes"),
        (
            json!({ "S": "x".repeat(400 * 1024) }),
            "Item size has exceeded",
        ),
        (json!({ "S": 5 }), "SerializationException"),
        (json!({ "B": "?" }), "SerializationException"),
    ] {
        let mut item = key("p", "s");
        item["a"] = value;
        let answer = refused("PutItem", json!({ "Item": item }));
        assert!(answer.contains(words), "{answer}");
    }
    let mut at = At::new();
    let room = 400 * 1024 - "pk".len() - "p".len() - "sk".len() - "s".len() - "a".len();
    let mut full = key("p", "s");
    full["a"] = json!({ "S": "x".repeat(room) });
    at.put(full);
    let grown = at.update(
        "SET b = :b",
        json!({ "ExpressionAttributeValues": { ":b": { "S": "" } } }),
    );
    assert!(
        grown
            .unwrap_err()
            .contains("Item size to update has exceeded")
    );
}

#[test]
fn lists_and_maps_may_not_be_nested_too_deep_not_even_piece_by_piece() {
    let nested =
        |levels: usize| (0..levels).fold(json!({ "N": "1" }), |inner, _| json!({ "L": [inner] }));
    let too_deep = |answer: String| assert!(answer.contains("Nesting Levels"), "{answer}");
    let mut item = key("p", "s");
    item["a"] = nested(32);
    too_deep(refused("PutItem", json!({ "Item": item })));
    let mut at = At::new();
    item["a"] = nested(31);
    at.put(item);
    let path = format!("SET a{} = :v", "[0]".repeat(31));
    let with = |value: Value| json!({ "ExpressionAttributeValues": { ":v": value } });
    too_deep(at.update(&path, with(nested(1))).unwrap_err());
    at.update(&path, with(nested(0)))
        .expect("as deep as before");
}

#[test]
fn a_type_without_content_counts_as_not_there() {
    let mut at = At::new();
    at.put(json!({ "pk": { "S": "p", "N": null }, "sk": { "S": "s" } }));
    assert_eq!(at.get("p", "s"), key("p", "s"));
    let answer = refused(
        "PutItem",
        json!({ "Item": { "pk": { "S": null }, "sk": { "S": "s" } } }),
    );
    assert!(answer.contains("must contain exactly one"), "{answer}");
}

#[test]
fn keys_have_to_be_whole_of_the_right_type_and_not_empty() {
    for (item, words) in [
        (json!({ "pk": { "S": "p" } }), "Missing the key sk"),
        (
            json!({ "pk": { "S": "" }, "sk": { "S": "s" } }),
            "cannot contain an empty string value. Key: pk",
        ),
        (
            json!({ "pk": { "S": "p" }, "sk": { "N": "1" } }),
            "Type mismatch for key sk expected: S actual: N",
        ),
        (key(&"p".repeat(2_049), "s"), "hashkey"),
        (key("p", &"s".repeat(1_025)), "range keys"),
    ] {
        let answer = refused("PutItem", json!({ "Item": item }));
        assert!(answer.contains(words), "{answer}");
    }
    for given in [
        json!({ "pk": { "S": "p" } }),
        json!({ "pk": { "S": "p" }, "sk": { "N": "1" } }),
        json!({ "pk": { "S": "p" }, "sk": { "S": "s" }, "more": { "S": "x" } }),
    ] {
        let answer = refused("GetItem", json!({ "Key": given }));
        assert!(answer.contains("does not match the schema"), "{answer}");
    }
    let mut item = link(1, START_MS);
    item["due_at"] = json!({ "S": "soon" });
    let answer = refused("PutItem", json!({ "Item": item }));
    assert!(
        answer.contains("Type mismatch for Index Key due_at Expected: N Actual: S"),
        "{answer}"
    );
    item["due_at"] = json!({ "N": "1" });
    item["class_key"] = json!({ "S": "" });
    let answer = refused("PutItem", json!({ "Item": item }));
    assert!(
        answer.contains("IndexName: class, IndexKey: class_key"),
        "{answer}"
    );
}

/// Sends an update of an item that has a text `word` and a number `n`.
fn check_update(expression: &str, value: &Value, words: &str) {
    let answer = refused(
        "UpdateItem",
        json!({
            "Key": key("p", "s"), "UpdateExpression": expression,
            "ExpressionAttributeValues": { ":v": value },
        }),
    );
    assert!(answer.starts_with("ValidationException"), "{answer}");
    assert!(answer.contains(words), "{expression}: {answer}");
}

#[test]
fn updates_that_no_item_makes_right_are_refused() {
    for (expression, words) in [
        (
            "SET pk = :v",
            "Cannot update attribute pk. This attribute is part of the key",
        ),
        ("SET status = :v", "reserved keyword: status"),
        ("SET a = :v, a.b = :v", "Two document paths overlap"),
        ("SET a[0] = :v, a.b = :v", "Two document paths conflict"),
        (
            "SET a = :v SET b = :v",
            "The \"SET\" section can only be used once",
        ),
        ("SET a = :w", "attribute value: :w"),
        ("SET a = #w, b = :v", "attribute name: #w"),
        ("REMOVE a", "unused in expressions: keys: {:v}"),
        ("", "The expression can not be empty"),
        ("SET a := :v", "Syntax error; token: \":\", near: \"a :=\""),
        ("SET a = :v,", "Syntax error; token: \"<EOF>\""),
        (
            "SET a = minimum(n, :v)",
            "Invalid function name; function: minimum",
        ),
        ("SET a = n + :v", "operator or function: +, operand type: S"),
        ("ADD n :v", "operator: ADD, operand type: STRING"),
        ("DELETE n :v", "operator: DELETE, operand type: STRING"),
        ("SET due_at = :v", "Type mismatch for Index Key due_at"),
    ] {
        check_update(expression, &json!({ "S": "x" }), words);
    }
}

#[test]
fn updates_that_do_not_fit_the_item_are_refused() {
    let operand = "An operand in the update expression has an incorrect data type";
    for (expression, words) in [
        (
            "SET a = nothing, b = :v",
            "refers to an attribute that does not exist",
        ),
        (
            "SET a.b = :v",
            "document path provided in the update expression is invalid",
        ),
        (
            "SET n[0] = :v",
            "document path provided in the update expression is invalid",
        ),
        ("SET a = word + :v", operand),
        ("ADD word :v", operand),
    ] {
        check_update(expression, &json!({ "N": "1" }), words);
    }
}

#[test]
fn conditions_that_make_no_sense_are_refused() {
    let values = json!({ ":v": { "N": "1" } });
    for (condition, words) in [
        (
            "n = :v AND",
            "Syntax error; token: \"<EOF>\", near: \"AND\"",
        ),
        ("n == :v", "Syntax error; token: \"=\", near: \"== :v\""),
        ("((n = :v))", "redundant parentheses"),
        ("(n = :v", "Syntax error"),
        ("begins_with(word, :v)", "begins_with, operand type: N"),
        ("attribute_exists(:v)", "requires a document path"),
        ("attribute_exists(n, :v)", "number of operands: 2"),
        (
            "Contains(word, :v)",
            "Invalid function name; function: Contains",
        ),
        ("n = n OR n = :v", "must be distinct"),
        ("n BETWEEN :v AND :w", "attribute value: :w"),
        ("n ! :v", "Syntax error; token: \"!\", near: \"n ! :v\""),
    ] {
        let answer = refused(
            "DeleteItem",
            json!({
                "Key": key("p", "s"), "ConditionExpression": condition, "ExpressionAttributeValues": values,
            }),
        );
        assert!(answer.contains(words), "{condition}: {answer}");
    }
    let answer = refused(
        "DeleteItem",
        json!({ "Key": key("p", "s"), "ExpressionAttributeValues": values }),
    );
    assert!(
        answer
            .contains("can only be specified when using expressions: ConditionExpression is null"),
        "{answer}"
    );
}

#[test]
fn queries_that_make_no_sense_are_refused() {
    let due = json!({ "IndexName": "due", "ConsistentRead": true, "KeyConditionExpression": "due_list = :v" });
    for (mut body, words) in [
        (
            due,
            "Consistent reads are not supported on global secondary indexes",
        ),
        (
            json!({ "KeyConditionExpression": "sk = :v" }),
            "missed key schema element: pk",
        ),
        (
            json!({ "KeyConditionExpression": "pk > :v" }),
            "Query key condition not supported",
        ),
        (
            json!({ "KeyConditionExpression": "pk = :v AND word = :v" }),
            "missed key schema element: sk",
        ),
        (
            json!({ "KeyConditionExpression": "pk = :v AND pk = :v" }),
            "only contain one condition per key",
        ),
        (
            json!({ "KeyConditionExpression": "pk = :v OR sk = :v" }),
            "Invalid operator used in KeyConditionExpression: OR",
        ),
        (
            json!({ "KeyConditionExpression": "pk = :v", "FilterExpression": "sk = :v" }),
            "non-primary key attributes",
        ),
        (
            json!({ "KeyConditionExpression": "pk = :v", "Limit": 0 }),
            "greater than or equal to 1",
        ),
        (
            json!({ "KeyConditionExpression": "pk = :v", "IndexName": "nothing" }),
            "does not have the specified index: nothing",
        ),
        (
            json!({ "KeyConditionExpression": "class_list = :v", "IndexName": "class", "ProjectionExpression": "n" }),
            "does not project [n]",
        ),
        (
            json!({ "KeyConditionExpression": "pk = :v", "ExclusiveStartKey": key("q", "s") }),
            "outside query boundaries",
        ),
        (
            json!({ "KeyConditionExpression": "pk = :v", "ExclusiveStartKey": { "pk": { "S": "p" } } }),
            "starting key is invalid",
        ),
        (
            json!({ "KeyConditionExpression": "pk = :v AND sk < :v", "ExclusiveStartKey": key("p", "s") }),
            "range key predicate",
        ),
    ] {
        body["ExpressionAttributeValues"] = json!({ ":v": { "S": "p" } });
        let answer = refused("Query", body.clone());
        assert!(answer.contains(words), "{body}: {answer}");
    }
    let body = json!({
        "KeyConditionExpression": "pk = :v", "ExpressionAttributeValues": { ":v": { "N": "1" } },
    });
    assert!(refused("Query", body).contains("Condition parameter type does not match schema type"));
}

#[test]
fn batches_that_are_too_large_or_name_a_key_twice_are_refused_whole() {
    let put = |number: usize| json!({ "PutRequest": { "Item": link(number, START_MS) } });
    let some = |count: usize| (0..count).map(put).collect::<Vec<_>>();
    for writes in [some(26), some(0), vec![put(1), put(2), put(1)]] {
        refused("BatchWriteItem", json!({ "RequestItems": { "t": writes } }));
    }
    let keys = |count: usize| {
        (0..count)
            .map(|n| key("p", &n.to_string()))
            .collect::<Vec<_>>()
    };
    for keys in [keys(101), keys(0), vec![key("p", "s"), key("p", "s")]] {
        refused(
            "BatchGetItem",
            json!({ "RequestItems": { "t": { "Keys": keys } } }),
        );
    }
    let mut at = At::new();
    let body = json!({ "RequestItems": { "t": { "Keys": keys(100) } } });
    at.send("BatchGetItem", body)
        .expect("a hundred keys are read");
    at.send(
        "BatchWriteItem",
        json!({ "RequestItems": { "t": some(25) } }),
    )
    .expect("written");
}

#[test]
fn what_is_not_ours_to_do_is_denied_or_unknown() {
    assert!(refused("Scan", json!({})).starts_with("AccessDeniedException"));
    assert!(refused("TransactWriteItems", json!({})).starts_with("UnknownOperationException"));
    assert!(refused("CreateTable", json!({})).starts_with("ResourceInUseException"));
    let mut table = super::Table::new("t");
    let (status, answer) = table.serve("GetItem", br#"{"TableName":"u","Key":{}}"#, START_MS);
    let answer = String::from_utf8(answer).expect("text");
    assert!(
        status == 400 && answer.contains("ResourceNotFoundException"),
        "{answer}"
    );
    let (status, answer) = table.serve("GetItem", b"{", START_MS);
    let answer = String::from_utf8(answer).expect("text");
    assert!(
        status == 400 && answer.contains("SerializationException"),
        "{answer}"
    );
    assert_eq!(table.requests(), 2);
}
