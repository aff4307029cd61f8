//! What may lag, and what must not: decisions are taken on what is so now.

use std::sync::{Arc, Mutex};

use adapters::{
    contrast::Capabilities as _,
    store::{TableStore, WriteSettings},
};
use domain::{
    link::{Aspect, LinkState},
    ports::{Pause, Saving, Store as _},
    settings::ConnectionName,
    ticket::SiteName,
    trouble::Peer,
};
use scenarios::engine::client_of_table;
use simulators::table::Table;

use super::{at, case, due_list, glimpse, hold, keep, notes::pair, wake};
use crate::contract::bench::Bench;

/// Over a table whose indexes and weak readings show nothing of what was written.
async fn lagging() -> (Arc<Mutex<Table>>, TableStore) {
    let mut table = Table::new("lagging");
    table.behaviour_mut().read_lag_ms = 60_000;
    table.behaviour_mut().index_lag_ms = 60_000;
    let table = Arc::new(Mutex::new(table));
    let client = client_of_table(Arc::clone(&table), || at(0).epoch_ms());
    let bench = Bench::new(client, "lagging".to_owned()).await;
    (table, bench.store())
}

#[tokio::test]
async fn what_decides_is_read_strongly_consistent() {
    let (_, store) = lagging().await;
    let case = case(1);
    wake(&store, &case, &[Aspect::Case], at(0)).await;
    let mut lease = hold(&store, &case, at(0)).await;
    lease.link.state = LinkState::Linked(pair("10001"));
    let lease = keep(&store, lease, Saving::Keep, at(0)).await;
    assert_eq!(glimpse(&store, &case, at(0)).await.link, lease.link);
    let many = store.glimpse_many(std::slice::from_ref(&case), at(0)).await;
    assert_eq!(many.expect("an answer")[0].link, lease.link);
    let ticket = &lease.link.pair().expect("a pair").ticket;
    let found = store.case_of_ticket(&ticket.site, &ticket.id).await;
    assert_eq!(found, Ok(Some(case)));
    store.write_cursor("hot", "place").await.expect("written");
    let cursor = store.read_cursor("hot").await;
    assert_eq!(cursor, Ok(Some("place".to_owned())));
    let pause = Pause {
        peer: Peer::Site(SiteName::new("acme").expect("a name")),
        since: at(0),
        words: String::new(),
    };
    store.pause(&pause).await.expect("paused");
    assert_eq!(store.list_pauses().await, Ok(vec![pause]));
    let write = WriteSettings {
        document: "{}".to_owned(),
        replaces: 0,
    };
    store.write_settings(&write).await.expect("written");
    let settings = store.read_settings().await.expect("an answer");
    assert_eq!(settings.map(|settings| settings.version), Some(1));
    let acme = ConnectionName::new("acme").expect("a name");
    store.record_unavailable(&acme, "list", at(9)).await;
    assert_eq!(store.unavailable_until(&acme, "list").await, Some(at(9)));
}

#[tokio::test]
async fn an_index_that_lags_costs_time_and_no_truth() {
    let (table, store) = lagging().await;
    wake(&store, &case(1), &[Aspect::Case], at(0)).await;
    assert!(due_list(&store, at(0)).await.is_empty(), "not yet");
    assert!(glimpse(&store, &case(1), at(0)).await.waiting, "but it is");
    table
        .lock()
        .expect("nobody died")
        .behaviour_mut()
        .index_lag_ms = 0;
    assert_eq!(due_list(&store, at(0)).await, [(case(1), at(0))]);
}
