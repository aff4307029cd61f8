//! The whole store, through its own code: what its requests do together.
//!
//! Nothing here knows what a request looks like.

use std::collections::BTreeSet;

use adapters::store::TableStore;
use domain::{
    case::{CaseFacts, CaseId, CaseKind, OrgId},
    link::{Aspect, Wakeup},
    moment::Moment,
    ports::{Acquired, Glimpse, Lease, Saved, Saving, Store as _},
    reconcile::LEASE_MS,
    trouble::{Trouble, TroubleKind},
};

mod fresh;
pub(super) mod happenings;
pub(super) mod histories;
mod kept;
pub(super) mod largest;
pub(super) mod leases;
pub(super) mod letting_go;
pub(super) mod notes;
pub(super) mod pushes;
pub(super) mod walks;

const ORG: &str = "6f1d7a52-0c3e-4b8a-9d21-5e7f3a90c4b8";

/// The moment at which every check begins, and so many milliseconds later.
pub(super) fn at(ms: u64) -> Moment {
    Moment::from_epoch_ms(1_772_000_000_000).plus_ms(ms)
}

pub(super) fn case(number: usize) -> CaseId {
    let org = OrgId::new(ORG).expect("an organisation");
    CaseId::new(org, CaseKind::Incident, format!("INC-2026-{number:04}")).expect("a number")
}

pub(super) fn wakeup(case: &CaseId, aspects: &[Aspect]) -> Wakeup {
    Wakeup {
        case: case.clone(),
        aspects: aspects.iter().cloned().collect(),
        pushed: None,
    }
}

pub(super) fn pushed(case: &CaseId, name: &str, at: Moment) -> Wakeup {
    let facts = CaseFacts {
        name: Some(name.to_owned()),
        ..CaseFacts::default()
    };
    Wakeup {
        pushed: Some((facts, at)),
        ..wakeup(case, &[Aspect::Case])
    }
}

pub(super) async fn wake(store: &TableStore, case: &CaseId, aspects: &[Aspect], now: Moment) {
    let wakeup = wakeup(case, aspects);
    store.wake(&wakeup, now).await.expect("it is stored");
}

pub(super) async fn acquire(store: &TableStore, case: &CaseId, now: Moment) -> Option<Box<Lease>> {
    match store.acquire(case, now, LEASE_MS).await.expect("an answer") {
        Acquired::Held(lease) => Some(lease),
        Acquired::HeldByAnother => None,
    }
}

pub(super) async fn hold(store: &TableStore, case: &CaseId, now: Moment) -> Box<Lease> {
    acquire(store, case, now).await.expect("it is free")
}

/// Saves without a history.
pub(super) async fn save(
    store: &TableStore,
    lease: Box<Lease>,
    saving: Saving,
    now: Moment,
) -> Result<Saved, Trouble> {
    store.save(lease, saving, Vec::new(), now).await
}

pub(super) async fn release(store: &TableStore, lease: Box<Lease>, saving: Saving, now: Moment) {
    let saved = save(store, lease, saving, now).await.expect("it is saved");
    assert!(matches!(saved, Saved::Released { .. }), "{saved:?}");
}

pub(super) async fn keep(
    store: &TableStore,
    lease: Box<Lease>,
    saving: Saving,
    now: Moment,
) -> Box<Lease> {
    match save(store, lease, saving, now).await.expect("it is saved") {
        Saved::Held(lease) => lease,
        Saved::Released { .. } => panic!("it was let go"),
    }
}

/// A case that was woken, and is in step by now.
pub(super) async fn settled(store: &TableStore, case: &CaseId) {
    wake(store, case, &[Aspect::Case], at(0)).await;
    let lease = hold(store, case, at(0)).await;
    release(store, lease, Saving::Settled { due_at: None }, at(0)).await;
}

pub(super) async fn glimpse(store: &TableStore, case: &CaseId, now: Moment) -> Glimpse {
    let found = store.glimpse(case, now).await.expect("an answer");
    found.unwrap_or_else(|| panic!("{case} is known"))
}

/// All that is due, with when, over all pages.
pub(super) async fn due_list(store: &TableStore, now: Moment) -> Vec<(CaseId, Moment)> {
    let (mut cases, mut after) = (Vec::new(), None);
    loop {
        let page = store.list_due(now, after).await.expect("a page");
        cases.extend(page.cases);
        after = page.next;
        if after.is_none() {
            return cases;
        }
    }
}

pub(super) fn is_due_at(glimpse: &Glimpse) -> Option<u64> {
    glimpse.due_at.map(|due_at| due_at.ms_since(at(0)))
}

/// The same lease once more, as a worker has it that does not know that it lost it.
pub(super) fn copy_of(lease: &Lease) -> Box<Lease> {
    Box::new(Lease {
        link: lease.link.clone(),
        holder: lease.holder.clone(),
        version: lease.version,
        wanted: lease.wanted,
        aspects: lease.aspects.clone(),
        pushed: lease.pushed.clone(),
        lapsed: lease.lapsed,
        pointed: lease.pointed.clone(),
    })
}

pub(super) fn set(aspects: &[Aspect]) -> BTreeSet<Aspect> {
    aspects.iter().cloned().collect()
}

pub(super) fn is_lost(saved: &Result<Saved, Trouble>) -> bool {
    matches!(saved, Err(trouble) if trouble.kind == TroubleKind::Held)
}

/// Every way of saving.
pub(super) fn savings() -> [Saving; 4] {
    [
        Saving::Keep,
        Saving::Settled { due_at: None },
        Saving::Settled {
            due_at: Some(at(500)),
        },
        Saving::Unfinished { due_at: at(600) },
    ]
}
