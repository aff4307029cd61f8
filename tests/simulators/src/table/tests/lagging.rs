//! Eventual consistency, and items past their time.

use serde_json::{Value, json};

use super::{At, START_MS, TableBehaviour, due_until, key, link};

fn lagging(index_lag_ms: i64, read_lag_ms: i64) -> At {
    At::behaving(TableBehaviour {
        index_lag_ms,
        read_lag_ms,
        ..TableBehaviour::default()
    })
}

fn due(at: &mut At) -> usize {
    at.pages(due_until(i64::MAX / 2), "pk").concat().len()
}

/// What a read sees that does not ask for consistency.
fn glance(at: &mut At) -> Value {
    let body = json!({ "Key": key("p", "s") });
    at.send("GetItem", body).expect("got")["Item"]["v"]["N"].take()
}

fn write(at: &mut At, version: usize) {
    at.put(json!({ "pk": { "S": "p" }, "sk": { "S": "s" }, "v": { "N": version.to_string() } }));
}

#[test]
fn an_index_shows_each_write_after_its_own_lag() {
    let mut at = lagging(100, 0);
    at.put(link(1, 5));
    at.now_ms += 60;
    at.put(link(2, 5));
    assert_eq!(due(&mut at), 0);
    at.now_ms += 40;
    assert_eq!(due(&mut at), 1);
    at.send("DeleteItem", json!({ "Key": key("case#001", "link") }))
        .expect("deleted");
    at.now_ms += 99;
    assert_eq!(due(&mut at), 2, "what is gone still shows");
    at.now_ms += 1;
    assert_eq!(due(&mut at), 1);
    at.put(link(3, 5));
    at.table.behaviour_mut().index_lag_ms = 0;
    assert_eq!(due(&mut at), 2, "without a lag all is shown at once");
}

#[test]
fn a_read_that_is_not_consistent_sees_what_was_and_a_consistent_one_what_is() {
    let mut at = lagging(0, 100);
    write(&mut at, 1);
    assert_eq!(glance(&mut at), json!(null));
    at.now_ms += 50;
    write(&mut at, 2);
    at.update(
        "SET v = :v",
        json!({ "ExpressionAttributeValues": { ":v": { "N": "3" } } }),
    )
    .expect("changed");
    assert_eq!(at.get("p", "s")["v"]["N"], json!("3"));
    let body = json!({
        "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": { ":p": { "S": "p" } },
    });
    let listed = |at: &mut At| at.pages(body.clone(), "v").concat();
    assert_eq!(listed(&mut at), [""; 0]);
    at.now_ms += 50;
    assert_eq!(
        (glance(&mut at), listed(&mut at)),
        (json!("1"), vec!["1".to_owned()])
    );
    at.now_ms += 50;
    assert_eq!(glance(&mut at), json!("3"));
    at.update(
        "SET v = :v",
        json!({ "ExpressionAttributeValues": { ":v": { "N": "4" } } }),
    )
    .expect("changed");
    assert_eq!(glance(&mut at), json!("3"), "an update is not seen either");
    at.send("DeleteItem", json!({ "Key": key("p", "s") }))
        .expect("deleted");
    assert_eq!(
        (glance(&mut at), listed(&mut at)),
        (json!("3"), vec!["3".to_owned()])
    );
    at.table.behaviour_mut().read_lag_ms = 0;
    assert_eq!(glance(&mut at), json!(null));
}

#[test]
fn no_history_outlives_its_lag() {
    let mut at = lagging(100, 100);
    for version in 0..1_000 {
        at.now_ms += 10;
        write(&mut at, version);
        at.put(link(version, 5));
        at.send(
            "DeleteItem",
            json!({ "Key": key(&format!("case#{version:03}"), "link") }),
        )
        .expect("deleted");
    }
    assert!(
        at.table.rows.remembered() <= 100,
        "{}",
        at.table.rows.remembered()
    );
    at.now_ms += 100;
    glance(&mut at);
    assert_eq!(at.table.rows.remembered(), 0);
    at.table.behaviour_mut().read_lag_ms = 0;
    at.table.behaviour_mut().index_lag_ms = 0;
    write(&mut at, 0);
    at.put(link(1, 5));
    assert_eq!(at.table.rows.remembered(), 0);
}

#[test]
fn an_item_past_its_time_stays_unless_it_is_removed_at_once() {
    let mut at = At::new();
    let in_a_minute = (START_MS / 1_000 + 60).to_string();
    for (sk, expires_at) in [
        ("a", json!({ "N": in_a_minute })),
        ("b", json!({ "N": (START_MS / 1_000 + 61).to_string() })),
        ("text", json!({ "S": in_a_minute })),
        ("ancient", json!({ "N": "1" })),
    ] {
        at.put(json!({ "pk": { "S": "p" }, "sk": { "S": sk }, "expires_at": expires_at }));
    }
    at.now_ms += 60_000;
    assert_ne!(at.get("p", "a"), json!(null));
    at.table.behaviour_mut().removes_expired = true;
    assert_eq!(at.get("p", "a"), json!(null));
    for sk in ["b", "text", "ancient"] {
        assert_ne!(at.get("p", sk), json!(null), "{sk}");
    }
}
