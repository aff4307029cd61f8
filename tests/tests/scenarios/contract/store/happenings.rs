//! What happened, and who did it: drafts, books, doors, the last sweep, the audit.

use std::sync::Arc;

use adapters::store::{AuditEntry, Deed, DoorEvent, Entries, SweepNote, WriteDraft};
use domain::{
    moment::Moment,
    settings::ConnectionName,
    ticket::{SiteName, Ticket, TicketId, TicketKey},
    trouble::{Peer, Trouble, TroubleKind},
};

use super::{at, case};
use crate::contract::bench::Bench;

const HOUR_MS: u64 = 3_600_000;

fn is_held<T>(answer: Result<T, Trouble>) -> bool {
    answer.is_err_and(|trouble| trouble.kind == TroubleKind::Held)
}

pub(in crate::contract) async fn a_draft_is_replaced_by_whoever_saw_it_and_no_version_comes_again(
    bench: Arc<Bench>,
) {
    let store = bench.store();
    let draft = |document: &str, replaces: u64, ms: u64| WriteDraft {
        document: document.to_owned(),
        replaces,
        changed_by: "Ana".to_owned(),
        changed_at: at(ms),
    };
    assert_eq!(store.read_draft().await, Ok(None));
    let first = store.write_draft(&draft("{}", 0, 0)).await.expect("kept");
    assert!(is_held(store.write_draft(&draft("[]", 0, 1)).await));
    let second = store.write_draft(&draft("[1]", first, 0)).await;
    let second = second.expect("replaced");
    assert!(second > first && is_held(store.delete_draft(first).await));
    let kept = store.read_draft().await.expect("read").expect("a draft");
    assert_eq!((kept.document.as_str(), kept.version), ("[1]", second));
    assert_eq!((kept.changed_by.as_str(), kept.changed_at), ("Ana", at(0)));
    store.delete_draft(second).await.expect("deleted");
    assert!(is_held(store.delete_draft(second).await));
    let third = store.write_draft(&draft("{}", 0, 5_000)).await;
    assert!(third.expect("kept") > second);
    assert_eq!(store.read_settings().await, Ok(None), "none are in force");
}

pub(in crate::contract) async fn books_add_up_over_processes_and_keep_the_longest(
    bench: Arc<Bench>,
) {
    let store = bench.store();
    let entries = |ms: u64| {
        let mut entries = Entries::default();
        entries.add(&["deliveries", "jira", "no-news"], 2);
        entries.add(&["calls", "contrast", "write", "ok"], 1);
        entries.add(&["paused", "jira"], 500);
        entries.add(&["reconciles", "in-step"], 1);
        entries.note_lag(ms);
        entries
    };
    for ms in [40, 12_345, 7] {
        store.add_to_book(&entries(ms), at(0)).await.expect("added");
    }
    let later = at(HOUR_MS);
    store.add_to_book(&entries(1), later).await.expect("added");
    let books = store.read_books(120, later).await.expect("read");
    assert_eq!(books.len(), 120);
    assert_eq!(books[0].lag.max_ms, 1);
    let book = &books[1];
    assert_eq!(book.deliveries["jira/no-news"], 6);
    assert_eq!(book.calls["contrast/write/ok"], 3);
    assert_eq!(
        (book.paused_ms["jira"], book.reconciles["in-step"]),
        (1_500, 3)
    );
    let lag = (book.lag.sum_ms, book.lag.count, book.lag.max_ms);
    assert_eq!(lag, (12_392, 3, 13_000));
    assert!(books[2..].iter().all(|book| book.deliveries.is_empty()));
}

pub(in crate::contract) async fn a_door_tells_what_came_last_and_since_when_it_refuses(
    bench: Arc<Bench>,
) {
    let store = bench.store();
    let site = Peer::Site(SiteName::new("acme").expect("a name"));
    let connection = Peer::Connection(ConnectionName::new("acme").expect("a name"));
    let events = [
        DoorEvent::Valid,
        DoorEvent::Refused("unverified"),
        DoorEvent::Refused("too-large"),
    ];
    for (ms, event) in (0..).zip(events) {
        let noted = store.write_door_note(&site, event, at(ms)).await;
        noted.expect("noted");
    }
    let note = store.read_door_note(&site).await.expect("read");
    let note = note.expect("a note");
    assert_eq!((note.valid_at, note.refused_at), (Some(at(0)), Some(at(2))));
    assert_eq!(note.refused_for.as_deref(), Some("too-large"));
    assert_eq!(note.refused_since, Some(at(1)));
    let noted = store.write_door_note(&site, DoorEvent::Valid, at(3)).await;
    noted.expect("noted");
    let note = store.read_door_note(&site).await.expect("read");
    assert_eq!(note.expect("a note").refused_since, None);
    assert_eq!(store.read_door_note(&connection).await, Ok(None));
}

pub(in crate::contract) async fn the_last_sweep_is_the_one_that_is_told(bench: Arc<Bench>) {
    let store = bench.store();
    assert_eq!(store.read_sweep_note().await, Ok(None));
    for took_ms in [1, 2] {
        let note = SweepNote {
            took_ms,
            troubles: vec!["words".to_owned()],
            ..SweepNote::default()
        };
        store.write_sweep_note(&note).await.expect("noted");
        assert_eq!(store.read_sweep_note().await, Ok(Some(note)));
    }
}

pub(in crate::contract) async fn the_audit_is_read_back_over_months_page_by_page(
    bench: Arc<Bench>,
) {
    const DAY_MS: u64 = 24 * HOUR_MS;
    let store = bench.store();
    let days = [0, 1, 2, 40, 100, 100, 101];
    for (number, day) in days.into_iter().enumerate() {
        let entry = AuditEntry {
            at: at(day * DAY_MS),
            who: "Ana".to_owned(),
            deed: Deed::CaseWoken,
            subject: format!("case {number}"),
            difference: String::new(),
        };
        store.write_audit(&entry).await.expect("written");
    }
    let now: Moment = at(200 * DAY_MS);
    let (mut found, mut place) = (Vec::new(), None);
    loop {
        let page = store.list_audit(place.as_deref(), 2, now).await;
        let page = page.expect("read");
        found.extend(page.entries.into_iter().map(|entry| entry.at));
        place = page.next;
        if place.is_none() {
            break;
        }
    }
    let mut wanted = days.map(|day| at(day * DAY_MS));
    wanted.reverse();
    assert_eq!(found, wanted);
    let senseless = store.list_audit(Some("senseless"), 100, now).await;
    assert_eq!(senseless.expect("read").entries.len(), 7, "it begins anew");
}

pub(in crate::contract) async fn a_ticket_is_led_elsewhere_only_from_where_it_led(
    bench: Arc<Bench>,
) {
    let store = bench.store();
    let ticket = Ticket {
        site: SiteName::new("acme").expect("a name"),
        id: TicketId::new("10001").expect("an id"),
        key: TicketKey::new("SEC-1").expect("a key"),
    };
    let [one, two] = [case(1), case(2)];
    assert_eq!(store.point_ticket_to(&ticket, &one, None).await, Ok(true));
    assert_eq!(store.point_ticket_to(&ticket, &two, None).await, Ok(false));
    let turned = store.point_ticket_to(&ticket, &two, Some(&two)).await;
    assert_eq!(turned, Ok(false));
    let turned = store.point_ticket_to(&ticket, &two, Some(&one)).await;
    assert_eq!(turned, Ok(true));
}
