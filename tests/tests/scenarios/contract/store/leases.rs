//! Waking, holding, lapsing: one holder at a time, whatever happens.

use std::sync::Arc;

use domain::{
    link::{Aspect, Class, Link},
    ports::{Glimpse, Saving, Store as _},
    reconcile::LEASE_MS,
};
use tokio::task::JoinSet;

use super::{
    acquire, at, case, copy_of, due_list, glimpse, hold, is_lost, keep, release, save, savings,
    set, wake,
};
use crate::contract::bench::Bench;

const ROUNDS: usize = 12;

pub(in crate::contract) async fn a_wake_up_makes_a_case_that_is_due(bench: Arc<Bench>) {
    let (store, case) = (bench.store(), case(1));
    assert_eq!(store.glimpse(&case, at(0)).await, Ok(None));
    assert!(acquire(&store, &case, at(0)).await.is_none(), "nothing");
    wake(&store, &case, &[Aspect::Case, Aspect::Ticket], at(10)).await;
    let expected = Glimpse {
        link: Link::new(case.clone(), at(10)),
        leased: false,
        due_at: Some(at(10)),
        waiting: true,
        pushed_at: None,
    };
    assert_eq!(
        store.glimpse(&case, at(10)).await,
        Ok(Some(expected.clone()))
    );
    assert!(due_list(&store, at(9)).await.is_empty());
    assert_eq!(due_list(&store, at(10)).await, [(case.clone(), at(10))]);
    let page = store.list_class(Class::Hot, None, at(10)).await;
    let page = page.expect("a page");
    assert_eq!(page.rows[0].0, expected);
    let lease = hold(&store, &case, at(11)).await;
    assert_eq!(lease.link, expected.link);
    assert_eq!(lease.aspects, set(&[Aspect::Case, Aspect::Ticket]));
    assert_eq!((lease.wanted, lease.lapsed), (2, false));
    assert_eq!((&lease.pushed, &lease.pointed), (&None, &None));
}

pub(in crate::contract) async fn a_lease_has_one_holder_until_it_lapses(bench: Arc<Bench>) {
    let (store, case) = (bench.store(), case(1));
    wake(&store, &case, &[Aspect::Case], at(0)).await;
    let first = hold(&store, &case, at(0)).await;
    for ms in [0, 1, LEASE_MS - 1] {
        assert!(acquire(&store, &case, at(ms)).await.is_none(), "at {ms}");
        assert!(glimpse(&store, &case, at(ms)).await.leased, "at {ms}");
    }
    assert!(!glimpse(&store, &case, at(LEASE_MS)).await.leased);
    let second = hold(&store, &case, at(LEASE_MS)).await;
    assert!(second.lapsed, "somebody let it lapse");
    assert_ne!(second.holder, first.holder);
    assert!(second.version > first.version);
    // Whoever lost it can save in no way, and changes nothing by trying.
    let before = bench.read(&format!("case#{case}"), "link").await;
    for saving in savings() {
        let saved = save(&store, copy_of(&first), saving.clone(), at(LEASE_MS)).await;
        assert!(is_lost(&saved), "{saving:?}: {saved:?}");
        let after = bench.read(&format!("case#{case}"), "link").await;
        assert_eq!(after, before, "{saving:?}");
    }
    let second = keep(&store, second, Saving::Keep, at(LEASE_MS)).await;
    release(
        &store,
        second,
        Saving::Settled { due_at: None },
        at(LEASE_MS),
    )
    .await;
    let third = hold(&store, &case, at(LEASE_MS)).await;
    assert!(!third.lapsed, "it was let go in good order");
}

pub(in crate::contract) async fn a_save_that_went_through_is_not_done_again(bench: Arc<Bench>) {
    let (store, case) = (bench.store(), case(1));
    for saving in savings() {
        wake(&store, &case, &[Aspect::Case], at(0)).await;
        let lease = hold(&store, &case, at(0)).await;
        let again = copy_of(&lease);
        let saved = save(&store, lease, saving.clone(), at(1)).await;
        assert!(saved.is_ok(), "{saving:?}: {saved:?}");
        let before = bench.read(&format!("case#{case}"), "link").await;
        let saved = save(&store, again, saving.clone(), at(1)).await;
        assert!(is_lost(&saved), "{saving:?}: {saved:?}");
        let after = bench.read(&format!("case#{case}"), "link").await;
        assert_eq!(after, before, "{saving:?}");
        bench.delete(&format!("case#{case}"), "link").await;
    }
}

pub(in crate::contract) async fn of_several_who_want_a_lease_one_gets_it(bench: Arc<Bench>) {
    for round in 0..ROUNDS {
        let case = case(round);
        wake(&bench.store(), &case, &[Aspect::Case], at(0)).await;
        let mut all = JoinSet::new();
        for _ in 0..4 {
            let (store, case) = (bench.store(), case.clone());
            all.spawn(async move { acquire(&store, &case, at(1)).await.is_some() });
        }
        let held = all.join_all().await;
        assert_eq!(held.iter().filter(|held| **held).count(), 1, "{round}");
    }
}

/// Whichever comes first: after a wake-up the case is due and waiting, or its holder knows.
pub(in crate::contract) async fn a_wake_up_during_a_save_is_not_lost(bench: Arc<Bench>) {
    let store = bench.store();
    let (mut released, mut kept) = (0, 0);
    for round in 0..ROUNDS * 3 {
        let case = case(round);
        wake(&store, &case, &[Aspect::Case], at(0)).await;
        let lease = hold(&store, &case, at(1)).await;
        let waking = {
            let (store, case) = (bench.store(), case.clone());
            tokio::spawn(async move { wake(&store, &case, &[Aspect::Ticket], at(2)).await })
        };
        let saved = save(&store, lease, Saving::Settled { due_at: None }, at(2)).await;
        waking.await.expect("it is stored");
        let seen = glimpse(&store, &case, at(3)).await;
        match saved.expect("it is saved") {
            domain::ports::Saved::Released { .. } => {
                released += 1;
                assert!(seen.waiting && seen.due_at.is_some(), "round {round}");
                let next = hold(&store, &case, at(3)).await;
                assert_eq!(next.aspects, set(&[Aspect::Ticket]), "round {round}");
            }
            domain::ports::Saved::Held(lease) => {
                kept += 1;
                assert!(seen.leased && seen.waiting, "round {round}");
                assert_eq!(lease.aspects, set(&[Aspect::Ticket]), "round {round}");
                release(&store, lease, Saving::Settled { due_at: None }, at(3)).await;
                assert!(!glimpse(&store, &case, at(3)).await.waiting);
            }
        }
    }
    assert_eq!(released + kept, ROUNDS * 3);
}

pub(in crate::contract) async fn wake_ups_at_once_are_all_counted(bench: Arc<Bench>) {
    let (store, case) = (bench.store(), case(1));
    let mut all = JoinSet::new();
    for number in 0..30 {
        let (store, case) = (bench.store(), case.clone());
        let comment = domain::comment::CommentId::new(format!("1{number:04}")).expect("an id");
        all.spawn(async move {
            let aspects = [Aspect::Ticket, Aspect::TicketComment(comment)];
            wake(&store, &case, &aspects, at(0)).await;
        });
    }
    all.join_all().await;
    let lease = hold(&store, &case, at(1)).await;
    assert_eq!((lease.wanted, lease.aspects.len()), (60, 31));
}
