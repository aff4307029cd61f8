//! The ways of saving, and what becomes of a case that more was wanted of meanwhile.

use std::sync::Arc;

use domain::{
    comment::CommentId,
    link::{Aspect, Class, Link, LinkState, Mishap},
    ports::{Saved, Saving, Store as _},
    reconcile::LEASE_MS,
};

use super::{
    acquire, at, case, due_list, glimpse, hold, is_due_at, keep, pushed, release, save, set, wake,
};
use crate::contract::bench::{Bench, members};

fn comment(number: u32) -> Aspect {
    Aspect::TicketComment(CommentId::new(number.to_string()).expect("an id"))
}

/// The aspects as they stand in the table.
async fn stored(bench: &Bench) -> Vec<String> {
    let item = bench.read(&format!("case#{}", case(1)), "link").await;
    members(&item.expect("it stands"), "aspects")
}

fn stuck(mut link: Link) -> Link {
    link.mishap = Some(Mishap {
        words: "nothing goes".to_owned(),
        at: at(3),
        stuck: true,
    });
    link
}

pub(in crate::contract) async fn a_checkpoint_keeps_lease_and_wishes(bench: Arc<Bench>) {
    let (store, case) = (bench.store(), case(1));
    wake(&store, &case, &[Aspect::Case], at(0)).await;
    let mut lease = hold(&store, &case, at(0)).await;
    lease.link.attempts = 7;
    let (version, link) = (lease.version, lease.link.clone());
    let lease = keep(&store, lease, Saving::Keep, at(1_000)).await;
    assert_eq!(lease.version, version + 1);
    assert_eq!(lease.aspects, set(&[Aspect::Case]));
    let seen = glimpse(&store, &case, at(1_000)).await;
    assert_eq!(seen.link, link);
    assert!(seen.leased && seen.waiting);
    assert_eq!(is_due_at(&seen), Some(0), "still due: a worker may die");
    // The lease holds from the checkpoint on.
    let (before, then) = (at(1_000 + LEASE_MS - 1), at(1_000 + LEASE_MS));
    assert!(acquire(&store, &case, before).await.is_none());
    assert!(hold(&store, &case, then).await.lapsed);
}

pub(in crate::contract) async fn what_is_settled_is_due_no_more(bench: Arc<Bench>) {
    let (store, case) = (bench.store(), case(1));
    wake(&store, &case, &[Aspect::Case, comment(5)], at(0)).await;
    let mut lease = hold(&store, &case, at(1)).await;
    lease.link.state = LinkState::Unrouted {
        reason: "nobody wants it".to_owned(),
    };
    let link = lease.link.clone();
    release(&store, lease, Saving::Settled { due_at: None }, at(2)).await;
    let seen = glimpse(&store, &case, at(2)).await;
    assert_eq!(seen.link, link);
    assert_eq!(
        (seen.leased, seen.waiting, seen.due_at),
        (false, false, None)
    );
    assert!(due_list(&store, at(1_000_000)).await.is_empty());
    for (class, rows) in [(Class::Hot, 0), (Class::Unrouted, 1)] {
        let page = store.list_class(class, None, at(2)).await.expect("a page");
        assert_eq!(page.rows.len(), rows, "{class:?}");
    }
    let again = hold(&store, &case, at(3)).await;
    assert!(again.aspects.is_empty() && again.wanted == 2 && !again.lapsed);
    // What is owed later is due then, with nothing wanted.
    let due_at = Some(at(500));
    release(&store, again, Saving::Settled { due_at }, at(4)).await;
    assert!(due_list(&store, at(499)).await.is_empty());
    assert_eq!(due_list(&store, at(500)).await, [(case.clone(), at(500))]);
    assert!(!glimpse(&store, &case, at(4)).await.waiting);
}

pub(in crate::contract) async fn what_is_unfinished_stays_wanted(bench: Arc<Bench>) {
    let (store, case) = (bench.store(), case(1));
    wake(&store, &case, &[Aspect::Case, comment(5)], at(0)).await;
    let mut lease = hold(&store, &case, at(1)).await;
    lease.link = stuck(lease.link);
    release(&store, lease, Saving::Unfinished { due_at: at(600) }, at(2)).await;
    let seen = glimpse(&store, &case, at(2)).await;
    assert!(seen.link.is_stuck() && seen.waiting && !seen.leased);
    assert_eq!(is_due_at(&seen), Some(600));
    let page = store.list_class(Class::Stuck, None, at(2)).await;
    assert_eq!(page.expect("a page").rows.len(), 1);
    // A wake-up makes it due at once.
    wake(&store, &case, &[Aspect::Ticket], at(20)).await;
    assert_eq!(is_due_at(&glimpse(&store, &case, at(20)).await), Some(20));
    let lease = hold(&store, &case, at(21)).await;
    assert_eq!(
        lease.aspects,
        set(&[Aspect::Case, comment(5), Aspect::Ticket])
    );
}

pub(in crate::contract) async fn more_wanted_meanwhile_does_not_wait(bench: Arc<Bench>) {
    let (store, case) = (bench.store(), case(1));
    wake(&store, &case, &[Aspect::Case], at(0)).await;
    let lease = hold(&store, &case, at(1)).await;
    wake(&store, &case, &[Aspect::Ticket], at(2)).await;
    release(&store, lease, Saving::Unfinished { due_at: at(600) }, at(3)).await;
    let seen = glimpse(&store, &case, at(3)).await;
    assert_eq!(is_due_at(&seen), Some(3), "at once");
    assert_eq!(stored(&bench).await, ["case", "ticket"]);
    assert!(!seen.leased && seen.waiting);
}

pub(in crate::contract) async fn new_wishes_keep_the_lease_and_old_ones_are_done(
    bench: Arc<Bench>,
) {
    let (store, case) = (bench.store(), case(1));
    wake(&store, &case, &[Aspect::Case, comment(5)], at(0)).await;
    let mut lease = hold(&store, &case, at(1)).await;
    wake(&store, &case, &[comment(6)], at(2)).await;
    wake(&store, &case, &[Aspect::Ticket, comment(7)], at(3)).await;
    lease.link.attempts = 3;
    let lease = keep(&store, lease, Saving::Settled { due_at: None }, at(4)).await;
    let wanted = [comment(6), Aspect::Ticket, comment(7)];
    assert_eq!(lease.aspects, set(&wanted), "only what is new");
    assert_eq!(
        stored(&bench).await,
        ["ticket", "ticket-comment:6", "ticket-comment:7"]
    );
    let seen = glimpse(&store, &case, at(4)).await;
    assert!(seen.leased && seen.due_at.is_some());
    assert_eq!(seen.link.attempts, 3, "what was done is saved");
    // The lease was renewed.
    let late = at(4 + LEASE_MS - 1);
    assert!(acquire(&store, &case, late).await.is_none());
    release(&store, lease, Saving::Settled { due_at: None }, at(5)).await;
    assert!(stored(&bench).await.is_empty());
}

pub(in crate::contract) async fn what_is_wanted_again_is_kept_whole(bench: Arc<Bench>) {
    let (store, case) = (bench.store(), case(1));
    for again in [&[Aspect::Case] as &[Aspect], &[Aspect::Case, comment(6)]] {
        wake(&store, &case, &[Aspect::Case, comment(5)], at(0)).await;
        let lease = hold(&store, &case, at(1)).await;
        wake(&store, &case, again, at(2)).await;
        let lease = keep(&store, lease, Saving::Settled { due_at: None }, at(3)).await;
        let mut wanted = set(&[Aspect::Case, comment(5)]);
        wanted.extend(again.iter().cloned());
        assert_eq!(lease.aspects, wanted, "one of them was wanted again");
        let stood = stored(&bench).await;
        assert_eq!(stood.len(), wanted.len());
        release(&store, lease, Saving::Settled { due_at: None }, at(4)).await;
        assert!(stored(&bench).await.is_empty());
    }
}

pub(in crate::contract) async fn whoever_keeps_the_lease_learns_the_latest_push(bench: Arc<Bench>) {
    let (store, case) = (bench.store(), case(1));
    store
        .wake(&pushed(&case, "first", at(0)), at(0))
        .await
        .expect("it is stored");
    let lease = hold(&store, &case, at(1)).await;
    store
        .wake(&pushed(&case, "second", at(2)), at(2))
        .await
        .expect("it is stored");
    let lease = keep(&store, lease, Saving::Settled { due_at: None }, at(3)).await;
    let (facts, pushed_at) = lease.pushed.clone().expect("a push");
    assert_eq!((facts.name.as_deref(), pushed_at), (Some("second"), at(2)));
    release(&store, lease, Saving::Settled { due_at: None }, at(4)).await;
    // What was taken up is forgotten, but for its time.
    assert_eq!(glimpse(&store, &case, at(4)).await.pushed_at, Some(at(2)));
    assert_eq!(hold(&store, &case, at(5)).await.pushed, None);
}

/// A lease that lapsed while more was wanted is somebody else's, not ours to go round again with.
pub(in crate::contract) async fn more_wanted_of_a_lost_lease_is_not_ours(bench: Arc<Bench>) {
    let (store, case) = (bench.store(), case(1));
    wake(&store, &case, &[Aspect::Case], at(0)).await;
    let ours = hold(&store, &case, at(0)).await;
    let theirs = hold(&store, &case, at(LEASE_MS)).await;
    wake(&store, &case, &[Aspect::Ticket], at(LEASE_MS + 1)).await;
    let saved = save(
        &store,
        ours,
        Saving::Settled { due_at: None },
        at(LEASE_MS + 2),
    )
    .await;
    assert!(super::is_lost(&saved), "{saved:?}");
    let theirs = save(
        &store,
        theirs,
        Saving::Settled { due_at: None },
        at(LEASE_MS + 3),
    )
    .await;
    assert!(matches!(theirs, Ok(Saved::Held(_))), "{theirs:?}");
}
