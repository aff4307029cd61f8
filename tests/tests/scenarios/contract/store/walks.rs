//! Walks over what is due and over classes, page by page.

use std::{collections::BTreeSet, sync::Arc};

use domain::{
    case::CaseId,
    link::{Aspect, Class},
    ports::{Saving, Store as _},
    shard::Shard,
};

use super::{at, case, due_list, hold, release, settled, wake};
use crate::contract::bench::{Bench, item, n, s};

/// Two full pages, and a few more.
const CASES: usize = 206;

pub(in crate::contract) async fn all_that_is_due_is_listed_longest_first(bench: Arc<Bench>) {
    let store = bench.store();
    for number in 0..CASES {
        // Half of them due at one moment, the others each at its own.
        let ms = if number % 2 == 0 {
            1_000
        } else {
            number as u64
        };
        wake(&store, &case(number), &[Aspect::Case], at(ms)).await;
    }
    let listed = due_list(&store, at(999)).await;
    assert_eq!(listed.len(), CASES / 2, "only what is due by then");
    let listed = due_list(&store, at(1_000)).await;
    let moments: Vec<_> = listed.iter().map(|(_, due_at)| *due_at).collect();
    assert!(moments.is_sorted(), "longest due first");
    let cases: BTreeSet<&CaseId> = listed.iter().map(|(case, _)| case).collect();
    assert_eq!((listed.len(), cases.len()), (CASES, CASES), "each once");
}

/// The sweep reconciles one page before it asks for the next: by then the first is no longer due.
pub(in crate::contract) async fn what_is_done_meanwhile_moves_nothing_else(bench: Arc<Bench>) {
    let store = bench.store();
    for number in 0..CASES {
        wake(
            &store,
            &case(number),
            &[Aspect::Case],
            at(number as u64 / 3),
        )
        .await;
    }
    let (mut met, mut after) = (BTreeSet::new(), None);
    loop {
        let page = store.list_due(at(1_000), after).await.expect("a page");
        for (case, _) in &page.cases {
            assert!(met.insert(case.clone()), "{case} comes once");
            let lease = hold(&store, case, at(1_000)).await;
            let saving = match met.len() % 3 {
                0 => Saving::Settled { due_at: None },
                1 => Saving::Settled {
                    due_at: Some(at(5_000)),
                },
                _ => Saving::Unfinished { due_at: at(9_000) },
            };
            release(&store, lease, saving, at(1_000)).await;
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(met.len(), CASES);
    assert!(due_list(&store, at(1_000)).await.is_empty());
    assert_eq!(due_list(&store, at(9_000)).await.len(), CASES - CASES / 3);
}

pub(in crate::contract) async fn a_class_is_walked_from_any_of_its_rows(bench: Arc<Bench>) {
    let store = bench.store();
    for number in 0..CASES {
        wake(&store, &case(number), &[Aspect::Case], at(0)).await;
    }
    let (mut pages, mut after) = (Vec::new(), None);
    loop {
        let page = store.list_class(Class::Hot, after.take(), at(1)).await;
        let page = page.expect("a page");
        after.clone_from(&page.next);
        pages.push(page);
        if after.is_none() {
            break;
        }
    }
    let rows: Vec<_> = pages.into_iter().flat_map(|page| page.rows).collect();
    let cases: Vec<_> = rows
        .iter()
        .map(|(glimpse, _)| glimpse.link.case.clone())
        .collect();
    assert_eq!(cases, (0..CASES).map(case).collect::<Vec<_>>());
    // A walk that stopped at a row goes on right behind it, wherever that was, whatever became of
    // the row since.
    for (index, what) in [(0, "stays"), (41, "stays"), (99, "goes"), (150, "goes")] {
        let (glimpse, place) = &rows[index];
        if what == "goes" {
            bench
                .delete(&format!("case#{}", glimpse.link.case), "link")
                .await;
        }
        let page = store
            .list_class(Class::Hot, Some(place.clone()), at(1))
            .await;
        let next = &page.expect("a page").rows[0].0.link.case;
        assert_eq!(*next, case(index + 1), "behind {index}, which {what}");
    }
    let (_, last) = rows.last().expect("a row");
    let page = store
        .list_class(Class::Hot, Some(last.clone()), at(1))
        .await;
    let page = page.expect("a page");
    assert!(page.rows.is_empty() && page.next.is_none());
}

pub(in crate::contract) async fn shards_share_out_what_is_due_and_each_class(bench: Arc<Bench>) {
    let store = bench.store();
    for number in 0..CASES {
        wake(&store, &case(number), &[Aspect::Case], at(0)).await;
    }
    let (mut due, mut watched) = (Vec::new(), Vec::new());
    for shard in Shard::new(0, 4).expect("a shard").all() {
        let mut after = None;
        loop {
            let page = store.list_due_of(shard, at(1), after).await;
            let page = page.expect("a page");
            due.extend(page.cases.into_iter().map(|(case, _)| case));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        loop {
            let page = store.list_class_of(shard, Class::Hot, after, at(1)).await;
            let page = page.expect("a page");
            let cases = page.rows.into_iter();
            watched.extend(cases.map(|(glimpse, _)| glimpse.link.case));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    due.sort();
    watched.sort();
    let all: Vec<CaseId> = (0..CASES).map(case).collect();
    assert_eq!(due, all, "each case in one shard's list");
    assert_eq!(watched, all, "each link in one shard's class");
}

pub(in crate::contract) async fn many_are_seen_at_once_and_the_missing_left_out(bench: Arc<Bench>) {
    let store = bench.store();
    for number in (0..CASES).step_by(2) {
        wake(&store, &case(number), &[Aspect::Case], at(0)).await;
    }
    // Each of them once, and twice: no batch may hold a key twice, nor more than a hundred.
    let once: Vec<CaseId> = (0..CASES).map(case).collect();
    let mut twice = [once.clone(), once.clone()].concat();
    twice.sort();
    let expected: BTreeSet<CaseId> = (0..CASES).step_by(2).map(case).collect();
    for asked in [once, twice] {
        let seen = store.glimpse_many(&asked, at(1)).await;
        let seen = seen.expect("an answer").into_iter();
        let seen: BTreeSet<CaseId> = seen.map(|glimpse| glimpse.link.case).collect();
        assert_eq!(seen, expected);
    }
    assert_eq!(store.glimpse_many(&[], at(1)).await, Ok(Vec::new()));
}

/// Forty-five links that are nearly as large as items may be: more than one answer can hold.
pub(in crate::contract) async fn however_large_they_are_all_are_seen(bench: Arc<Bench>) {
    let store = bench.store();
    let all: Vec<CaseId> = (0..45).map(case).collect();
    for case in &all {
        wake(&store, case, &[Aspect::Case], at(0)).await;
        let mut lease = hold(&store, case, at(0)).await;
        lease.link.facts.summary = Some("w".repeat(390 * 1024));
        release(&store, lease, Saving::Settled { due_at: None }, at(0)).await;
    }
    let page = store.list_class(Class::Hot, None, at(0)).await;
    let rows = page.expect("a page").rows;
    let seen: Vec<CaseId> = rows.into_iter().map(|(row, _)| row.link.case).collect();
    assert_eq!(seen, all);
}

pub(in crate::contract) async fn an_unreadable_link_hides_no_other(bench: Arc<Bench>) {
    let store = bench.store();
    for number in 0..3 {
        settled(&store, &case(number)).await;
    }
    for (number, document) in [(3, s("not a link")), (4, n(7))] {
        let partition = format!("case#{}", case(number));
        let more = [
            ("document", document),
            ("revision", n(1)),
            ("class_list", s("hot")),
            ("class_key", s(case(number).to_string())),
        ];
        bench.put(item(&partition, "link", &more)).await;
    }
    let page = store.list_class(Class::Hot, None, at(1)).await;
    assert_eq!(page.expect("a page").rows.len(), 3);
    let all: Vec<CaseId> = (0..5).map(case).collect();
    assert_eq!(
        store.glimpse_many(&all, at(1)).await.map(|seen| seen.len()),
        Ok(3)
    );
    // Asked for by name, it is a fault that tells its name.
    let trouble = store.glimpse(&case(3), at(1)).await.expect_err("a fault");
    assert!(trouble.words.contains("INC-2026-0003"), "{trouble}");
}
