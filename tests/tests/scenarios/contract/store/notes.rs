//! The small notes: pointers, cursors, pauses, capabilities, and the settings.

use std::sync::Arc;

use adapters::{
    contrast::Capabilities as _,
    store::{StoredSettings, WriteSettings},
};
use domain::{
    case::Phase,
    comment::Side,
    digest::Digest,
    link::{Agreed, Changed, LateChange, LinkState, Origin, Pair, Reach},
    ports::{Pause, Saving, Store as _},
    settings::{ConnectionName, RouteName},
    ticket::{SiteName, Ticket, TicketId, TicketKey},
    trouble::{Peer, TroubleKind},
};

use super::{at, case, glimpse, hold, keep, release, settled};
use crate::contract::{
    bench::{Bench, item, n, s},
    texts::TEXTS,
};

fn site(name: &str) -> SiteName {
    SiteName::new(name).expect("a name")
}

fn ticket_id(id: &str) -> TicketId {
    TicketId::new(id).expect("an id")
}

/// A pair with a ticket of that id.
pub(super) fn pair(id: &str) -> Pair {
    Pair {
        route: RouteName::new("security").expect("a name"),
        ticket: Ticket {
            site: site("acme"),
            id: ticket_id(id),
            key: TicketKey::new("SEC-12").expect("a key"),
        },
        opened_at: at(0),
        phase: Agreed {
            case: Phase::Open,
            ticket: Phase::Open,
        },
        priority: Agreed {
            case: Some("High".to_owned()),
            ticket: None,
        },
        priority_seen: None,
        description: Agreed {
            case: Digest::of(&["shown"]),
            ticket: Digest::of(&["written"]),
        },
        moves: 0,
        resolution: None,
        remote_link: None,
        reach: Reach::Reachable,
        case_gone_since: None,
        comments_owed: false,
        ticket_seen: Some(at(7)),
        late: vec![LateChange {
            changed: Changed::Comment {
                side: Side::Case,
                origin: Origin::Status,
            },
            until: at(8),
        }],
    }
}

pub(in crate::contract) async fn a_ticket_leads_to_its_case(bench: Arc<Bench>) {
    let (store, case) = (bench.store(), case(1));
    let find = async |site_name: &str, id: &str| {
        let found = store.case_of_ticket(&site(site_name), &ticket_id(id)).await;
        found.expect("an answer")
    };
    settled(&store, &case).await;
    let mut lease = hold(&store, &case, at(1)).await;
    assert_eq!(find("acme", "10001").await, None);
    lease.link.state = LinkState::Linked(pair("10001"));
    let mut lease = keep(&store, lease, Saving::Keep, at(2)).await;
    let address = (site("acme"), ticket_id("10001"));
    assert_eq!(lease.pointed, Some(address));
    assert_eq!(find("acme", "10001").await, Some(case.clone()));
    assert_eq!(find("other", "10001").await, None, "of another site");
    assert_eq!(find("acme", "1000").await, None);
    // Another ticket: both lead to the case.
    lease.link.state = LinkState::Linked(pair("10002"));
    release(&store, lease, Saving::Settled { due_at: None }, at(3)).await;
    for id in ["10001", "10002"] {
        assert_eq!(find("acme", id).await, Some(case.clone()));
    }
    let lease = hold(&store, &case, at(4)).await;
    assert_eq!(lease.pointed, Some((site("acme"), ticket_id("10002"))));
    let seen = glimpse(&store, &case, at(4)).await;
    assert_eq!(seen.link.pair(), Some(&pair("10002")));
}

pub(in crate::contract) async fn a_cursor_is_what_was_written_last(bench: Arc<Bench>) {
    let store = bench.store();
    assert_eq!(store.read_cursor("rotation:hot").await, Ok(None));
    let long = "INC-2026-0001,".repeat(2_000);
    for place in TEXTS.iter().copied().chain([long.as_str(), ""]) {
        let written = store.write_cursor("rotation:hot", place).await;
        assert_eq!(written, Ok(()), "{place:?}");
        let read = store.read_cursor("rotation:hot").await;
        assert_eq!(read, Ok(Some(place.to_owned())));
    }
    assert_eq!(store.read_cursor("rotation:warm").await, Ok(None));
}

pub(in crate::contract) async fn a_pause_keeps_its_time_until_it_ends(bench: Arc<Bench>) {
    let store = bench.store();
    let jira = Peer::Site(site("acme"));
    let contrast = Peer::Connection(ConnectionName::new("acme").expect("a name"));
    let pause = |peer: &Peer, ms: u64, words: &str| Pause {
        peer: peer.clone(),
        since: at(ms),
        words: words.to_owned(),
    };
    assert_eq!(store.list_pauses().await, Ok(Vec::new()));
    let first = pause(&jira, 1, "refused (401)");
    let other = pause(&contrast, 2, "");
    assert_eq!(store.pause(&first).await, Ok(true));
    assert_eq!(store.pause(&pause(&jira, 9, "again")).await, Ok(false));
    assert_eq!(store.pause(&other).await, Ok(true));
    // What another version wrote and this one cannot read is nobody's pause.
    bench
        .put(item("pauses", "planet:mars", &[("since", n(1))]))
        .await;
    assert_eq!(store.list_pauses().await, Ok(vec![other.clone(), first]));
    for _ in 0..2 {
        assert_eq!(store.resume(&jira).await, Ok(()));
        assert_eq!(store.list_pauses().await, Ok(vec![other.clone()]));
    }
    let later = pause(&jira, 20, "refused again");
    assert_eq!(store.pause(&later).await, Ok(true), "a new one");
    assert_eq!(store.list_pauses().await, Ok(vec![other, later]));
}

pub(in crate::contract) async fn a_missing_operation_is_missing_for_a_while(bench: Arc<Bench>) {
    let store = bench.store();
    let acme = ConnectionName::new("acme").expect("a name");
    let operation = "list-incident-comments";
    assert_eq!(store.unavailable_until(&acme, operation).await, None);
    for until in [at(100), at(200)] {
        store.record_unavailable(&acme, operation, until).await;
        assert_eq!(store.unavailable_until(&acme, operation).await, Some(until));
    }
    assert_eq!(store.unavailable_until(&acme, "another").await, None);
    for (now, count) in [(199, 1), (200, 0)] {
        let listed = store.list_missing_operations(at(now)).await;
        let listed = listed.expect("a list");
        assert_eq!(listed.len(), count, "at {now}");
    }
}

pub(in crate::contract) async fn settings_are_replaced_one_after_the_other(bench: Arc<Bench>) {
    let store = bench.store();
    let write = async |document: &str, replaces: u64| {
        let write = WriteSettings {
            document: document.to_owned(),
            replaces,
        };
        store.write_settings(&write).await
    };
    let held = |written: Result<(), domain::trouble::Trouble>| {
        written.expect_err("somebody else was faster").kind == TroubleKind::Held
    };
    let stands = async |document: &str, version: u64| {
        let document = document.to_owned();
        let read = store.read_settings().await;
        assert_eq!(read, Ok(Some(StoredSettings { document, version })));
    };
    assert_eq!(store.read_settings().await, Ok(None));
    assert!(held(write("{}", 3).await), "there is nothing to replace");
    assert_eq!(write("{\"one\":1}", 0).await, Ok(()));
    assert!(held(write("{\"other\":1}", 0).await));
    stands("{\"one\":1}", 1).await;
    for version in 1..12 {
        assert_eq!(write("{\"more\":1}", version).await, Ok(()));
        assert!(held(write("{\"late\":1}", version).await));
        stands("{\"more\":1}", version + 1).await;
    }
    let large = format!("{{\"large\":\"{}\"}}", "x".repeat(390 * 1024));
    assert_eq!(write(&large, 12).await, Ok(()));
    let larger = "x".repeat(410 * 1024);
    let refused = write(&larger, 13).await.expect_err("it is too large");
    assert!(
        matches!(refused.kind, TroubleKind::Never { .. }),
        "{refused:?}"
    );
    stands(&large, 13).await;
    // As README's command writes them.
    let by_hand = [("document", s("{}")), ("version", n(14))];
    bench.put(item("settings", "current", &by_hand)).await;
    stands("{}", 14).await;
}
