//! Conditional writes: every condition that the store sends, with each of its outcomes.

use std::sync::Arc;

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::update_item::UpdateItemError,
    types::{AttributeValue, ReturnValuesOnConditionCheckFailure},
};

use super::bench::{ACCEPTED, Bench, CONDITION, Item, SENSELESS, item, key, n, outcome, s, ss};

pub(super) const NOT_THERE: &str = "attribute_not_exists(pk)";
pub(super) const VERSION: &str = "#version = :replaces";
pub(super) const LED_THERE: &str = "case_id = :before";
pub(super) const LEASE_IS_FREE: &str = "attribute_exists(document) AND \
     (attribute_not_exists(lease_until) OR lease_until <= :now)";
pub(super) const OURS: &str = "lease_holder = :holder AND revision = :revision";
pub(super) const OURS_AND_NO_NEWS: &str =
    "lease_holder = :holder AND revision = :revision AND wanted = :wanted";
pub(super) const NO_LATER_PUSH: &str = "attribute_not_exists(pushed_at) OR pushed_at <= :pushed_at";
pub(super) const NOTHING_WAITS: &str = "attribute_exists(document) AND \
     attribute_not_exists(aspects) AND (attribute_not_exists(pushed_at) OR pushed_at < :at)";

type Parts<'a> = &'a [(&'a str, AttributeValue)];

/// An update under a condition: what stands there before, the condition's values, and whether it
/// holds. `None` before: nothing stands there.
struct Trial<'a> {
    before: Option<Parts<'a>>,
    values: Parts<'a>,
    holds: bool,
}

fn trial<'a>(before: Option<Parts<'a>>, values: Parts<'a>, holds: bool) -> Trial<'a> {
    Trial {
        before,
        values,
        holds,
    }
}

/// Tries a condition on updates. Where it does not hold, the answer tells the whole item, and the
/// item stays what it was.
async fn try_out(bench: &Bench, condition: &str, trials: &[Trial<'_>]) {
    for (number, trial) in trials.iter().enumerate() {
        let (pk, told) = (format!("trial-{number}"), format!("trial {number}"));
        let before = trial.before.map(|parts| item(&pk, "link", parts));
        if let Some(before) = &before {
            bench.put(before.clone()).await;
        }
        let mut request = bench
            .updating(&pk, "link")
            .update_expression("SET touched = :yes")
            .condition_expression(condition)
            .expression_attribute_values(":yes", AttributeValue::Bool(true))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        for (name, value) in trial.values {
            request = request.expression_attribute_values(*name, value.clone());
        }
        let answer = request.send().await;
        let expected = if trial.holds { ACCEPTED } else { CONDITION };
        assert_eq!(outcome(&answer), expected, "{told}");
        let after = bench.read(&pk, "link").await;
        if trial.holds {
            let mut wanted = before.unwrap_or_else(|| key(&pk, "link"));
            wanted.insert("touched".to_owned(), AttributeValue::Bool(true));
            assert_eq!(after, Some(wanted), "{told}");
        } else {
            assert_eq!(after, before, "{told}: it stays what it was");
            assert_eq!(item_told(&answer), before, "{told}: it is told");
        }
    }
}

fn item_told<T, R>(answer: &Result<T, SdkError<UpdateItemError, R>>) -> Option<Item> {
    match answer.as_ref().err()?.as_service_error()? {
        UpdateItemError::ConditionalCheckFailedException(failure) => {
            failure.item.clone().filter(|item| !item.is_empty())
        }
        other => panic!("another refusal: {other:?}"),
    }
}

pub(super) async fn what_must_not_be_there_is_put_once(bench: Arc<Bench>) {
    let first = item("pauses", "site:acme", &[("since", n(1))]);
    let second = item("pauses", "site:acme", &[("since", n(2))]);
    let other = item("pauses", "site:other", &[("since", n(2))]);
    for (item, expected) in [(&first, ACCEPTED), (&second, CONDITION), (&other, ACCEPTED)] {
        let request = bench.putting(item.clone()).condition_expression(NOT_THERE);
        assert_eq!(outcome(&request.send().await), expected, "{item:?}");
    }
    assert_eq!(bench.read("pauses", "site:acme").await, Some(first));
}

pub(super) async fn a_version_is_replaced_only_where_it_is_the_one(bench: Arc<Bench>) {
    let put = |version: i64, replaces: &str| {
        bench
            .putting(item("settings", "current", &[("version", n(version))]))
            .condition_expression(VERSION)
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":replaces", AttributeValue::N(replaces.to_owned()))
            .send()
    };
    // A condition on something that is not there does not hold.
    assert_eq!(outcome(&put(2, "1").await), CONDITION);
    assert_eq!(bench.read("settings", "current").await, None);
    bench
        .put(item("settings", "current", &[("version", n(9))]))
        .await;
    assert_eq!(outcome(&put(10, "8").await), CONDITION);
    // Numbers are compared as numbers, however they are written.
    assert_eq!(outcome(&put(10, "9.0").await), ACCEPTED);
    assert_eq!(outcome(&put(10, "9").await), CONDITION);
    let stands = bench.read("settings", "current").await.expect("it stands");
    assert_eq!(stands["version"], n(10));
}

pub(super) async fn what_is_to_be_of_a_version_is_deleted_only_if_it_is(bench: Arc<Bench>) {
    let delete = |version: i64| {
        let request = bench.client.delete_item().table_name(&bench.table);
        request
            .set_key(Some(key("settings", "draft")))
            .condition_expression(VERSION)
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":replaces", n(version))
            .send()
    };
    assert_eq!(outcome(&delete(1).await), CONDITION);
    bench
        .put(item("settings", "draft", &[("version", n(7))]))
        .await;
    assert_eq!(outcome(&delete(6).await), CONDITION);
    assert_eq!(outcome(&delete(7).await), ACCEPTED);
    assert_eq!(bench.read("settings", "draft").await, None);
}

pub(super) async fn a_pointer_is_turned_only_from_where_it_led(bench: Arc<Bench>) {
    let before = |case: &str| [(":before", s(case))];
    let one = [("case_id", s("one"))];
    try_out(
        &bench,
        LED_THERE,
        &[
            trial(None, &before("one"), false),
            trial(Some(&one), &before("two"), false),
            trial(Some(&one), &before("one"), true),
        ],
    )
    .await;
}

pub(super) async fn a_lease_is_free_or_has_lapsed(bench: Arc<Bench>) {
    let document = ("document", s("it"));
    let until = |moment: i64| ("lease_until", n(moment));
    let now = |moment: i64| [(":now", n(moment))];
    try_out(
        &bench,
        LEASE_IS_FREE,
        &[
            trial(None, &now(5), false),
            trial(Some(&[("other", s("it"))]), &now(5), false),
            trial(Some(std::slice::from_ref(&document)), &now(5), true),
            trial(Some(&[document.clone(), until(10)]), &now(9), false),
            trial(Some(&[document.clone(), until(10)]), &now(10), true),
            // As numbers: as text, 9 would come after 10.
            trial(Some(&[document.clone(), until(9)]), &now(10), true),
            trial(
                Some(&[document.clone(), until(1_772_000_090_000)]),
                &now(1_772_000_000_000),
                false,
            ),
            trial(Some(&[until(9)]), &now(10), false),
        ],
    )
    .await;
}

pub(super) async fn a_save_needs_holder_and_revision(bench: Arc<Bench>) {
    let held = [("lease_holder", s("we")), ("revision", n(7))];
    let values = |holder: &str, revision: i64| [(":holder", s(holder)), (":revision", n(revision))];
    try_out(
        &bench,
        OURS,
        &[
            trial(None, &values("we", 7), false),
            trial(Some(&held), &values("we", 7), true),
            trial(Some(&held), &values("they", 7), false),
            trial(Some(&held), &values("we", 8), false),
            trial(Some(&held[..1]), &values("we", 7), false),
            trial(Some(&held[1..]), &values("we", 7), false),
            // A number is not the text that it is written as.
            trial(
                Some(&[("lease_holder", s("we")), ("revision", s("7"))]),
                &values("we", 7),
                false,
            ),
        ],
    )
    .await;
}

pub(super) async fn letting_go_needs_that_nothing_more_was_wanted(bench: Arc<Bench>) {
    let held = [
        ("lease_holder", s("we")),
        ("revision", n(7)),
        ("wanted", n(12)),
        ("aspects", ss(&["case", "ticket"])),
        ("document", AttributeValue::M(key("deep", "er"))),
    ];
    let values = |holder: &str, revision: i64, wanted: i64| {
        [
            (":holder", s(holder)),
            (":revision", n(revision)),
            (":wanted", n(wanted)),
        ]
    };
    try_out(
        &bench,
        OURS_AND_NO_NEWS,
        &[
            trial(None, &values("we", 7, 12), false),
            trial(Some(&held), &values("we", 7, 12), true),
            trial(Some(&held), &values("we", 7, 11), false),
            trial(Some(&held), &values("we", 6, 12), false),
            trial(Some(&held), &values("", 7, 12), false),
        ],
    )
    .await;
}

pub(super) async fn a_push_counts_unless_a_later_one_is_known(bench: Arc<Bench>) {
    let pushed_at = |moment: i64| [("pushed_at", n(moment))];
    let at = |moment: i64| [(":pushed_at", n(moment))];
    try_out(
        &bench,
        NO_LATER_PUSH,
        &[
            // An update under a condition that holds makes what is not there.
            trial(None, &at(5), true),
            trial(Some(&[("other", s("it"))]), &at(5), true),
            trial(Some(&pushed_at(9)), &at(10), true),
            trial(Some(&pushed_at(10)), &at(10), true),
            trial(Some(&pushed_at(10)), &at(9), false),
            trial(Some(&pushed_at(-10)), &at(-9), true),
        ],
    )
    .await;
}

pub(super) async fn a_push_is_noted_only_where_nothing_waits(bench: Arc<Bench>) {
    let document = ("document", s("it"));
    let waiting = ("aspects", ss(&["case"]));
    let pushed_at = |moment: i64| ("pushed_at", n(moment));
    let at = |moment: i64| [(":at", n(moment))];
    try_out(
        &bench,
        NOTHING_WAITS,
        &[
            trial(None, &at(5), false),
            trial(Some(std::slice::from_ref(&document)), &at(5), true),
            trial(Some(&[document.clone(), waiting]), &at(5), false),
            trial(Some(&[document.clone(), pushed_at(9)]), &at(10), true),
            trial(Some(&[document.clone(), pushed_at(10)]), &at(10), false),
            trial(Some(&[document.clone(), pushed_at(11)]), &at(10), false),
        ],
    )
    .await;
}

pub(super) async fn a_failure_tells_no_item_that_nobody_asked_for(bench: Arc<Bench>) {
    bench
        .put(item("quiet", "link", &[("secret", s("no"))]))
        .await;
    let answer = bench
        .updating("quiet", "link")
        .update_expression("SET touched = :yes")
        .condition_expression("attribute_not_exists(secret)")
        .expression_attribute_values(":yes", AttributeValue::Bool(true))
        .send()
        .await;
    assert_eq!(outcome(&answer), CONDITION);
    assert_eq!(item_told(&answer), None);
}

/// The store puts its expressions together from parts; an engine that takes anything would not show
/// that a part is missing or too many.
pub(super) async fn senseless_expressions_are_refused(bench: Arc<Bench>) {
    let before = item("strict", "link", &[("wanted", n(1))]);
    bench.put(before.clone()).await;
    // A condition that holds: only sense is at stake.
    let there = "attribute_exists(pk)";
    for (update, condition, why) in [
        ("SET a = :one", "b = :two", "a value that is not told"),
        ("REMOVE a", there, "a value that nobody uses"),
        ("SET status = :one", there, "a reserved word"),
        ("SET pk = :one", there, "a part of the key"),
        ("SET a = :one", "attribute_exists(", "an open bracket"),
    ] {
        let answer = bench
            .updating("strict", "link")
            .update_expression(update)
            .condition_expression(condition)
            .expression_attribute_values(":one", s("one"))
            .send()
            .await;
        assert_eq!(outcome(&answer), SENSELESS, "{why}");
    }
    assert_eq!(bench.read("strict", "link").await, Some(before));
}

pub(super) async fn paths_that_overlap_are_refused(bench: Arc<Bench>) {
    for update in ["SET a = :one, a = :one", "SET a = :one REMOVE a"] {
        let answer = bench
            .updating("strict", "link")
            .update_expression(update)
            .expression_attribute_values(":one", s("one"))
            .send()
            .await;
        assert_eq!(outcome(&answer), SENSELESS, "{update}");
    }
    assert_eq!(bench.read("strict", "link").await, None);
}
