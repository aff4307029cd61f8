//! What the embedded engine keeps in a file: everything, for the process that comes after.

use std::{fs, path::Path};

use adapters::store::WriteSettings;
use domain::{
    link::{Aspect, Class, HistoryEntry, LinkState},
    ports::{Saving, Store as _},
};
use local::database::EmbeddedDatabase;

use super::{at, case, due_list, glimpse, hold, notes::pair, pushed, set, wake};
use crate::contract::{bench::Bench, texts::TEXTS};

#[tokio::test]
async fn what_stands_in_a_file_outlives_the_engine() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join(format!("kept-{}", adapters::store::random_tokens()()));
    let history = HistoryEntry {
        at: at(2),
        words: TEXTS.concat(),
    };
    let link = {
        let engine = EmbeddedDatabase::start(Some(&file)).await;
        let engine = engine.expect("an engine");
        let store = Bench::new(engine.client(), "kept".to_owned()).await.store();
        wake(&store, &case(1), &[Aspect::Case, Aspect::Ticket], at(0)).await;
        let mut lease = hold(&store, &case(1), at(1)).await;
        lease.link.state = LinkState::Linked(pair("10001"));
        let link = lease.link.clone();
        let saving = Saving::Unfinished { due_at: at(600) };
        let saved = store
            .save(lease, saving, vec![history.clone()], at(2))
            .await;
        assert!(saved.is_ok(), "{saved:?}");
        let wakeup = pushed(&case(2), "a name", at(3));
        store.wake(&wakeup, at(3)).await.expect("it is stored");
        let write = WriteSettings {
            document: "{}".to_owned(),
            replaces: 0,
        };
        store.write_settings(&write).await.expect("written");
        engine.stop().await;
        link
    };
    let engine = EmbeddedDatabase::start(Some(&file)).await;
    let engine = engine.expect("an engine");
    // The table that is there already is taken as it is.
    let store = Bench::new(engine.client(), "kept".to_owned()).await.store();
    assert_eq!(glimpse(&store, &case(1), at(9)).await.link, link);
    let due = [(case(2), at(3)), (case(1), at(600))];
    assert_eq!(due_list(&store, at(600)).await, due);
    let page = store.list_class(Class::Hot, None, at(9)).await;
    assert_eq!(page.expect("a page").rows.len(), 2);
    let ticket = &link.pair().expect("a pair").ticket;
    let found = store.case_of_ticket(&ticket.site, &ticket.id).await;
    assert_eq!(found, Ok(Some(case(1))));
    assert_eq!(store.list_history(&case(1)).await, Ok(vec![history]));
    let settings = store.read_settings().await.expect("an answer");
    assert_eq!(settings.map(|settings| settings.version), Some(1));
    let lease = hold(&store, &case(1), at(9)).await;
    assert_eq!(lease.aspects, set(&[Aspect::Case, Aspect::Ticket]));
    assert!(!lease.lapsed && lease.wanted == 2);
    let lease = hold(&store, &case(2), at(9)).await;
    let (facts, pushed_at) = lease.pushed.expect("a push");
    assert_eq!((facts.name.as_deref(), pushed_at), (Some("a name"), at(3)));
    engine.stop().await;
    fs::remove_file(&file).expect("a file");
}
