//! The store, as the domain needs it.
//!
//! Every write of a link is a compare-and-swap under a lease; a wake-up is one unconditional write
//! that nobody can lose.

use alloc::{boxed::Box, collections::BTreeSet, string::String, vec::Vec};

use async_trait::async_trait;

use crate::{
    case::{CaseFacts, CaseId},
    link::{Aspect, Class, HistoryEntry, Link, TicketAddress, Wakeup},
    moment::Moment,
    shard::Shard,
    ticket::{SiteName, TicketId},
    trouble::{Peer, Trouble},
};

/// The evidence that we, and nobody else, may act for a case until a moment.
/// A store makes it; a save gives it up, or hands it back renewed.
#[derive(Debug)]
pub struct Lease {
    /// The link as it stands in the store, or as we are about to save it.
    pub link: Link,
    /// Unique to this holding of the lease; the seed of all marks written under it.
    pub holder: String,
    /// The version in the store.
    pub version: u64,
    /// How many wake-ups were wanted when we last read.
    pub wanted: u64,
    /// What may have changed.
    pub aspects: BTreeSet<Aspect>,
    /// What the latest push told, and when it was true.
    pub pushed: Option<(CaseFacts, Moment)>,
    /// Whether a holder before us let the lease lapse: it may have done anything.
    pub lapsed: bool,
    /// The ticket from which the store already finds this case.
    pub pointed: Option<TicketAddress>,
}

/// What became of asking for a lease.
#[derive(Debug)]
pub enum Acquired {
    /// We hold it.
    Held(Box<Lease>),
    /// Somebody else holds it, and will see our wake-up before letting go.
    HeldByAnother,
}

/// How a link is saved.
#[derive(Clone, Debug, PartialEq)]
pub enum Saving {
    /// Keep the lease: a checkpoint, such as a claim before a create.
    Keep,
    /// Everything that was wanted is done: let go, unless more was wanted meanwhile.
    /// `due_at`: something is owed later all the same.
    Settled {
        /// When to look again.
        due_at: Option<Moment>,
    },
    /// Not finished: let go, keep the aspects, and be due again then.
    Unfinished {
        /// When to look again.
        due_at: Moment,
    },
}

/// What became of saving.
#[derive(Debug)]
pub enum Saved {
    /// The lease is ours still, renewed; the lease in hand shows what is wanted now.
    Held(Box<Lease>),
    /// It is free.
    Released {
        /// Whether more was wanted meanwhile, so that the case is due at once.
        more_wanted: bool,
    },
}

/// A link seen without a lease.
#[derive(Clone, Debug, PartialEq)]
pub struct Glimpse {
    /// The link.
    pub link: Link,
    /// Whether somebody is working on it, so that the link may be behind.
    pub leased: bool,
    /// When it is due, if it is.
    pub due_at: Option<Moment>,
    /// Whether a wake-up is stored that nobody has got round to.
    pub waiting: bool,
    /// When the latest push it knows was true.
    pub pushed_at: Option<Moment>,
}

/// Cases that are due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuePage {
    /// The cases, longest due first.
    pub cases: Vec<(CaseId, Moment)>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// Links of one class.
#[derive(Clone, Debug, PartialEq)]
pub struct WatchPage {
    /// The links, each with the place right behind it: a walk that stops there goes on from it.
    pub rows: Vec<(Glimpse, String)>,
    /// Where the next page begins; `None` when this is the last.
    pub next: Option<String>,
}

/// A peer that refused our credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Who.
    pub peer: Peer,
    /// Since when.
    pub since: Moment,
    /// In words, for people.
    pub words: String,
}

/// The store.
#[async_trait]
pub trait Store: Send + Sync {
    /// Stores a wake-up: counts it, adds its aspects, makes the case due, and keeps what was pushed
    /// unless a later push is known. Makes the link if there is none.
    async fn wake(&self, wakeup: &Wakeup, now: Moment) -> Result<(), Trouble>;
    /// Notes that a push was true then, although it brought no news: an older one that is late is
    /// then known to be stale.
    async fn note_push(&self, case: &CaseId, at: Moment) -> Result<(), Trouble>;
    /// Takes the lease, if it is free or has lapsed, and reads the link.
    async fn acquire(&self, case: &CaseId, now: Moment, lease_ms: u64)
    -> Result<Acquired, Trouble>;
    /// Saves the link under its lease. A lease that was lost is `TroubleKind::Held`.
    async fn save(
        &self,
        lease: Box<Lease>,
        saving: Saving,
        history: Vec<HistoryEntry>,
        now: Moment,
    ) -> Result<Saved, Trouble>;
    /// Reads a link, strongly consistent.
    async fn glimpse(&self, case: &CaseId, now: Moment) -> Result<Option<Glimpse>, Trouble>;
    /// Reads several links; those that do not exist are left out.
    async fn glimpse_many(&self, cases: &[CaseId], now: Moment) -> Result<Vec<Glimpse>, Trouble>;
    /// Finds the case of a ticket, strongly consistent.
    async fn case_of_ticket(
        &self,
        site: &SiteName,
        ticket: &TicketId,
    ) -> Result<Option<CaseId>, Trouble>;
    /// A page of the cases that are due at `now`.
    async fn list_due(&self, now: Moment, after: Option<String>) -> Result<DuePage, Trouble> {
        self.list_due_of(Shard::WHOLE, now, after).await
    }
    /// The same of a shard's cases alone. There may be more behind an empty page.
    async fn list_due_of(
        &self,
        shard: Shard,
        now: Moment,
        after: Option<String>,
    ) -> Result<DuePage, Trouble>;
    /// A page of the links of a class.
    async fn list_class(
        &self,
        class: Class,
        after: Option<String>,
        now: Moment,
    ) -> Result<WatchPage, Trouble> {
        self.list_class_of(Shard::WHOLE, class, after, now).await
    }
    /// The same of a shard's cases alone. There may be more behind an empty page.
    async fn list_class_of(
        &self,
        shard: Shard,
        class: Class,
        after: Option<String>,
        now: Moment,
    ) -> Result<WatchPage, Trouble>;
    /// The history of a case, latest first.
    async fn list_history(&self, case: &CaseId) -> Result<Vec<HistoryEntry>, Trouble>;
    /// Reads a cursor.
    async fn read_cursor(&self, name: &str) -> Result<Option<String>, Trouble>;
    /// Writes a cursor.
    async fn write_cursor(&self, name: &str, value: &str) -> Result<(), Trouble>;
    /// The peers that are paused.
    async fn list_pauses(&self) -> Result<Vec<Pause>, Trouble>;
    /// Pauses a peer; a pause that stands already keeps its time. Tells whether it is new.
    async fn pause(&self, pause: &Pause) -> Result<bool, Trouble>;
    /// Ends a pause.
    async fn resume(&self, peer: &Peer) -> Result<(), Trouble>;
}
