//! The contract: what our store leans on, asked of every engine that it runs on.
//!
//! Each check runs with the real SDK client against a table of its own. Where engines differ the
//! stricter is right, and our code has to live with it; what a lenient engine lets pass is listed
//! in `DIFFERS`, each with its reason.

use std::{
    collections::BTreeSet,
    fs,
    future::Future,
    path::Path,
    pin::Pin,
    sync::{Arc, Mutex},
    time::Instant,
};

use aws_sdk_dynamodb::Client;
use local::database::{EmbeddedDatabase, client_of};
use scenarios::engine::client_of_table;
use simulators::table::Table;

use bench::Bench;
use store::{happenings, histories, largest, leases, letting_go, notes, pushes, walks};

mod batches;
mod bench;
mod conditions;
mod lists;
mod races;
mod sizes;
mod store;
mod texts;
mod updates;

type Running = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Something that has to hold.
struct Check {
    name: &'static str,
    run: fn(Arc<Bench>) -> Running,
}

/// Lists checks, each once: a check that stands nowhere here is dead code, which the compiler tells.
macro_rules! checks {
    ($($module:ident: $($name:ident),+;)+) => {
        vec![$($(Check {
            name: concat!(stringify!($module), "::", stringify!($name)),
            run: |bench| Box::pin($module::$name(bench)),
        }),+),+]
    };
}

fn checks() -> Vec<Check> {
    let mut all = checks_of_requests();
    all.extend(checks_of_the_store());
    all
}

/// What single requests have to do.
fn checks_of_requests() -> Vec<Check> {
    checks! {
        conditions:
            what_must_not_be_there_is_put_once,
            a_version_is_replaced_only_where_it_is_the_one,
            what_is_to_be_of_a_version_is_deleted_only_if_it_is,
            a_pointer_is_turned_only_from_where_it_led,
            a_lease_is_free_or_has_lapsed,
            a_save_needs_holder_and_revision,
            letting_go_needs_that_nothing_more_was_wanted,
            a_push_counts_unless_a_later_one_is_known,
            a_push_is_noted_only_where_nothing_waits,
            a_failure_tells_no_item_that_nobody_asked_for,
            senseless_expressions_are_refused,
            paths_that_overlap_are_refused;
        updates:
            a_wake_up_makes_what_is_missing_and_keeps_the_rest,
            what_an_update_made_was_nothing_before,
            the_last_member_takes_the_set_with_it,
            an_update_is_done_whole_or_not_at_all,
            an_update_reads_what_stood_there_before_it,
            an_index_holds_what_has_its_keys,
            an_index_holds_keys_and_nothing_else,
            an_index_key_of_another_kind_is_refused,
            deleting_what_is_not_there_is_no_fault;
        races:
            of_two_under_one_condition_exactly_one_wins,
            of_many_who_make_it_exactly_one_does,
            additions_at_once_all_count,
            a_reading_shows_what_was_just_written;
        lists:
            what_is_due_comes_by_number,
            more_than_a_megabyte_comes_in_pages,
            lists_of_one_partition_hold_nothing_else,
            a_walk_meets_each_once,
            a_walk_misses_nothing_that_stayed,
            a_walk_goes_on_where_its_item_is_gone,
            an_index_cannot_be_read_strongly_consistent,
            a_place_that_is_none_is_refused,
            a_place_with_wrong_parts_is_refused;
        batches:
            a_hundred_are_read_and_the_missing_left_out,
            a_batch_of_reads_has_its_limits,
            what_one_answer_cannot_hold_is_told_and_asked_again,
            a_batch_of_writes_has_its_limits;
        sizes:
            an_item_holds_so_much_and_no_more,
            an_update_that_would_outgrow_the_item_leaves_it,
            maps_and_lists_count_more_than_their_texts,
            nesting_has_an_end,
            keys_have_their_limits,
            keys_of_an_index_have_their_limits,
            an_empty_set_is_none,
            an_empty_set_cannot_be_added,
            whole_numbers_come_back_as_they_were;
        texts:
            every_text_comes_back_the_same,
            every_text_can_be_a_key_and_a_member,
            every_shape_comes_back_the_same;
    }
}

/// What the store's own code has to do with them.
fn checks_of_the_store() -> Vec<Check> {
    checks! {
        leases:
            a_wake_up_makes_a_case_that_is_due,
            a_lease_has_one_holder_until_it_lapses,
            a_save_that_went_through_is_not_done_again,
            of_several_who_want_a_lease_one_gets_it,
            a_wake_up_during_a_save_is_not_lost,
            wake_ups_at_once_are_all_counted;
        letting_go:
            a_checkpoint_keeps_lease_and_wishes,
            what_is_settled_is_due_no_more,
            what_is_unfinished_stays_wanted,
            more_wanted_meanwhile_does_not_wait,
            new_wishes_keep_the_lease_and_old_ones_are_done,
            what_is_wanted_again_is_kept_whole,
            whoever_keeps_the_lease_learns_the_latest_push,
            more_wanted_of_a_lost_lease_is_not_ours;
        pushes:
            the_latest_push_is_kept,
            a_noted_push_only_makes_older_ones_old,
            a_noted_push_forgets_older_facts,
            a_wake_up_without_a_push_keeps_the_one_known;
        walks:
            all_that_is_due_is_listed_longest_first,
            what_is_done_meanwhile_moves_nothing_else,
            a_class_is_walked_from_any_of_its_rows,
            shards_share_out_what_is_due_and_each_class,
            many_are_seen_at_once_and_the_missing_left_out,
            however_large_they_are_all_are_seen,
            an_unreadable_link_hides_no_other;
        notes:
            a_ticket_leads_to_its_case,
            a_cursor_is_what_was_written_last,
            a_pause_keeps_its_time_until_it_ends,
            a_missing_operation_is_missing_for_a_while,
            settings_are_replaced_one_after_the_other;
        happenings:
            a_draft_is_replaced_by_whoever_saw_it_and_no_version_comes_again,
            books_add_up_over_processes_and_keep_the_longest,
            a_door_tells_what_came_last_and_since_when_it_refuses,
            the_last_sweep_is_the_one_that_is_told,
            the_audit_is_read_back_over_months_page_by_page,
            a_ticket_is_led_elsewhere_only_from_where_it_led;
        histories:
            history_comes_latest_first,
            every_text_can_be_told,
            what_is_past_its_time_harms_nobody,
            a_line_that_cannot_be_read_is_left_out;
        largest:
            the_largest_links_fit,
            every_push_can_be_stored;
    }
}

/// A check that an engine is known not to pass, and why that harms nobody. It must fail there: what
/// does not differ any more has to leave this list.
struct Difference {
    engine: &'static str,
    check: &'static str,
    because: &'static str,
}

const EMBEDDED: &str = "embedded";
const INDEPENDENT: &str = "independent";
const SIMULATED: &str = "simulated";

const fn differs(engine: &'static str, check: &'static str, because: &'static str) -> Difference {
    Difference {
        engine,
        check,
        because,
    }
}

/// DynamoDB refuses, or leaves out, what these engines let pass; nothing of ours sends it.
const DIFFERS: &[Difference] = &[
    differs(
        EMBEDDED,
        "updates::what_an_update_made_was_nothing_before",
        "tells the key as the old item; the store asks for it only where a document is",
    ),
    differs(
        EMBEDDED,
        "sizes::keys_of_an_index_have_their_limits",
        "takes any length; a case's id is four times shorter than the limit",
    ),
    differs(
        INDEPENDENT,
        "sizes::keys_of_an_index_have_their_limits",
        "takes any length; a case's id is four times shorter than the limit",
    ),
    differs(
        INDEPENDENT,
        "conditions::paths_that_overlap_are_refused",
        "lets the last one win; the embedded engine refuses it, and runs every expression",
    ),
    differs(
        INDEPENDENT,
        "lists::a_place_with_wrong_parts_is_refused",
        "begins anew; places are made from rows alone",
    ),
    differs(
        INDEPENDENT,
        "sizes::an_empty_set_cannot_be_added",
        "adds nothing; a wake-up without an aspect is made nowhere",
    ),
    differs(
        INDEPENDENT,
        "batches::what_one_answer_cannot_hold_is_told_and_asked_again",
        "answers with everything; the embedded engine shows that the rest is asked for",
    ),
];

/// Makes the client and the name of a table that nobody used before.
type Tables<'a> = &'a (dyn Fn() -> (Client, String) + Sync);

/// Tables of an engine at one address. They may outlive a run: each has a name of its own.
fn tables_of(client: Client) -> impl Fn() -> (Client, String) {
    let token = adapters::store::random_tokens();
    move || (client.clone(), format!("contract-{}", token()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_embedded_engine_keeps_the_contract() {
    let database = EmbeddedDatabase::start(None).await.expect("an engine");
    hold(EMBEDDED, &tables_of(database.client())).await;
}

/// An engine of other people's making, so that ours is not believed for its own sake.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_independent_engine_keeps_the_contract() {
    let Ok(endpoint) = std::env::var("CONTRACT_ENDPOINT") else {
        println!("SKIPPED: CONTRACT_ENDPOINT names no engine; .ci/ministack starts one");
        return;
    };
    assert!(
        endpoint.starts_with("http://127.0.0.1:"),
        "CONTRACT_ENDPOINT is an address on this machine"
    );
    hold(INDEPENDENT, &tables_of(client_of(&endpoint))).await;
}

/// The table of the simulations: what is proved over it is worth as much as its likeness.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_simulated_table_keeps_the_contract() {
    hold(SIMULATED, &|| {
        let table = Arc::new(Mutex::new(Table::new("contract")));
        let client = client_of_table(table, || 1_772_000_000_000);
        (client, "contract".to_owned())
    })
    .await;
}

/// Runs every check on an engine, prints what became of each, and fails if any did not hold.
async fn hold(engine: &'static str, tables: Tables<'_>) {
    let started = Instant::now();
    let checks = checks();
    let mut faults = Vec::new();
    for known in DIFFERS {
        let listed = checks.iter().any(|check| check.name == known.check);
        assert!(listed, "there is no check {}", known.check);
    }
    for check in checks {
        let begun = Instant::now();
        let (client, table) = tables();
        let bench = Bench::new(client, table).await;
        // A task of its own: a check that fails ends alone.
        let failure = tokio::spawn((check.run)(bench)).await.err();
        let difference = DIFFERS
            .iter()
            .find(|known| known.engine == engine && known.check == check.name);
        let words = failure.map(|failure| words_of(failure.into_panic().as_ref()));
        let verdict = match (&words, difference) {
            (None, None) => "holds".to_owned(),
            (Some(_), Some(known)) => format!("differs: {}", known.because),
            (Some(words), None) => format!("FAILS: {words}"),
            (None, Some(_)) => "FAILS: it holds, and is listed as a difference".to_owned(),
        };
        let took_ms = begun.elapsed().as_millis();
        let line = format!("{engine:<12} {took_ms:>6} ms  {:<62} {verdict}", check.name);
        println!("{line}");
        if verdict.starts_with("FAILS") {
            faults.push(line);
        }
    }
    let took_ms = started.elapsed().as_millis();
    println!("{engine:<12} {took_ms:>6} ms  in all");
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let words = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without words");
    words.lines().collect::<Vec<_>>().join(" | ")
}

/// Every condition in the store's code is one that the checks try.
#[test]
fn every_condition_of_the_store_is_tried() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/adapters/src/store");
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let code = fs::read_to_string(entry.expect("an entry").path()).expect("a file");
        let code: Vec<&str> = code.lines().map(str::trim_start).collect();
        // A text that goes on in the next line goes on with its first letter.
        let code = code.join("\n").replace("\\\n", "");
        found.extend(
            code.split('"')
                .skip(1)
                .step_by(2)
                .filter(|text| is_condition(text))
                .map(str::to_owned),
        );
    }
    let tried: BTreeSet<String> = [
        conditions::NOT_THERE,
        conditions::VERSION,
        conditions::LED_THERE,
        conditions::LEASE_IS_FREE,
        conditions::OURS,
        conditions::OURS_AND_NO_NEWS,
        conditions::NO_LATER_PUSH,
        conditions::NOTHING_WAITS,
        lists::DUE,
        lists::CLASS,
        lists::HISTORY,
        lists::AUDIT,
        lists::PAUSES,
        lists::CAPABILITIES,
    ]
    .map(str::to_owned)
    .into();
    assert_eq!(found, tried);
}

/// Tells conditions from the parts of updates, which begin with a word or a comma.
fn is_condition(text: &str) -> bool {
    ["= :", "attribute_exists(", "attribute_not_exists("]
        .iter()
        .any(|sign| text.contains(sign))
        && !["SET ", ", ", " ", "revision = if_not_exists"]
            .iter()
            .any(|start| text.starts_with(start))
}
