//! A simulated Jira Cloud: a state machine behind the HTTP seam.
//!
//! It answers as strictly as the real REST v3 does and must never be nicer: what the real one
//! refuses, it refuses. It has no clock, no socket and no randomness; every call gets the present
//! time.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use allowance::Allowance;
use serde_json::Value;

mod adf;
mod admin_webhooks;
mod allowance;
mod answer;
mod authority;
mod bulk;
mod catalogue;
mod comments;
mod demo;
mod discovery;
mod edits;
mod fields;
mod jql;
mod links;
mod people;
mod render;
mod route;
mod search;
mod service;
mod text;
mod tickets;
mod traffic;
mod transitions;
mod values;
mod webhook;
mod world;

pub use admin_webhooks::SimWebhook;
pub use allowance::WriteLimit;
pub use people::Impossible;
pub use traffic::{Call, Fault, FaultKind, TenantLimit};
pub use webhook::Delivery;
pub use world::{
    Audience, CustomField, FieldKind, FieldOption, Person, Project, ScreenField, SimComment,
    SimLink, SimTicket, Status, TicketType, Transition, Workflow,
};

/// The response header by which a lost answer or a lost request is told to the caller of
/// [`Jira::serve`], who turns it into a failure of the network.
pub const SIMULATED: &str = "x-simulated";
/// The value of [`SIMULATED`] when the effect happened and only the answer got lost.
pub const LOST_ANSWER: &str = "lost-answer";
/// The value of [`SIMULATED`] when the request never arrived.
pub const LOST_REQUEST: &str = "lost-request";

/// A ticket, what the search index knows of it, and the times of its latest writes.
#[derive(Debug)]
struct Entry {
    ticket: Arc<SimTicket>,
    /// States and the time from which the search shows each; empty when it shows the present one.
    indexed: VecDeque<(i64, Arc<SimTicket>)>,
    /// While the present time lies in here, the search does not find the ticket.
    vanished: Option<(i64, i64)>,
    writes: VecDeque<i64>,
}

/// The simulated Jira.
#[derive(Debug)]
pub struct Jira {
    base_url: String,
    base_path: String,
    cloud_id: String,
    people: Vec<Person>,
    /// Account, project key, permission.
    denied: Vec<(String, String, String)>,
    granted: Vec<(String, String, String)>,
    administrators: BTreeSet<String>,
    projects: BTreeMap<String, Project>,
    statuses: Vec<Status>,
    priorities: Vec<(String, String)>,
    resolutions: Vec<(String, String)>,
    entries: BTreeMap<u64, Entry>,
    keys: BTreeMap<String, u64>,
    comment_homes: BTreeMap<u64, u64>,
    next_id: u64,
    next_comment_id: u64,
    next_link_id: u64,
    next_delivery: u64,
    next_change: u64,
    search_lag_ms: i64,
    search_page: usize,
    anonymous_reads: bool,
    webhook_secret: Option<String>,
    webhooks: Vec<SimWebhook>,
    bare_comment_events: bool,
    outbox: Vec<Delivery>,
    faults: Vec<Fault>,
    calls: Vec<Call>,
    tenant_limit: Option<TenantLimit>,
    tenant_calls: VecDeque<i64>,
    allowance: Allowance,
}

impl Jira {
    /// An empty Jira at an address such as `https://example.atlassian.net`: no people, no projects.
    pub fn new(base_url: &str) -> Self {
        let base_url = base_url.trim_end_matches('/').to_owned();
        let base_path = url::Url::parse(&base_url)
            .map(|url| url.path().trim_end_matches('/').to_owned())
            .unwrap_or_default();
        Self {
            base_url,
            base_path,
            cloud_id: "11111111-2222-4333-8444-555555555555".into(),
            people: Vec::new(),
            denied: Vec::new(),
            granted: Vec::new(),
            administrators: BTreeSet::new(),
            projects: BTreeMap::new(),
            statuses: Vec::new(),
            priorities: Vec::new(),
            resolutions: Vec::new(),
            entries: BTreeMap::new(),
            keys: BTreeMap::new(),
            comment_homes: BTreeMap::new(),
            next_id: 10_000,
            next_comment_id: 10_000,
            next_link_id: 10_000,
            next_delivery: 1,
            next_change: 10_000,
            search_lag_ms: 0,
            search_page: search::PAGE_WITH_FIELDS,
            anonymous_reads: false,
            webhook_secret: None,
            webhooks: Vec::new(),
            bare_comment_events: false,
            outbox: Vec::new(),
            faults: Vec::new(),
            calls: Vec::new(),
            tenant_limit: None,
            tenant_calls: VecDeque::new(),
            allowance: Allowance::default(),
        }
    }

    /// The address for people, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The id under which the gateway for scoped tokens knows this site.
    pub fn cloud_id(&self) -> &str {
        &self.cloud_id
    }

    /// All tickets by id, deleted and hidden ones too (see their flags).
    pub fn tickets(&self) -> impl Iterator<Item = &SimTicket> {
        self.entries.values().map(|entry| &*entry.ticket)
    }

    /// A ticket by its id or any key it ever had, deleted and hidden ones too.
    pub fn ticket(&self, id_or_key: &str) -> Option<&SimTicket> {
        let id = self.ticket_number(id_or_key)?;
        self.entries.get(&id).map(|entry| &*entry.ticket)
    }

    /// How long creations and changes take until the search shows them.
    pub fn set_search_lag_ms(&mut self, lag_ms: i64) {
        self.search_lag_ms = lag_ms;
    }

    /// How many tickets a page of the search shows at most: Jira may always show fewer than asked for.
    pub fn set_search_page(&mut self, rows: usize) {
        self.search_page = rows;
    }

    /// Hides a ticket from the search (not from reads) between two moments: a hit that vanishes
    /// and comes back, as the real index does at times. Answers whether there is such a ticket.
    pub fn vanish_from_search(&mut self, id_or_key: &str, from_ms: i64, until_ms: i64) -> bool {
        let entry = self
            .ticket_number(id_or_key)
            .and_then(|id| self.entries.get_mut(&id));
        entry.is_some_and(|entry| {
            entry.vanished = Some((from_ms, until_ms));
            true
        })
    }

    /// Whether refused credentials run anonymously on reads, so that a ticket reads as absent (404)
    /// instead of 401. The real one does both, at different endpoints and times.
    pub fn set_anonymous_reads(&mut self, anonymous: bool) {
        self.anonymous_reads = anonymous;
    }

    fn ticket_number(&self, id_or_key: &str) -> Option<u64> {
        if id_or_key.starts_with(|first: char| first.is_ascii_digit()) {
            return id_or_key
                .parse()
                .ok()
                .filter(|id| self.entries.contains_key(id));
        }
        self.keys
            .get(id_or_key)
            .or_else(|| self.keys.get(&id_or_key.to_ascii_uppercase()))
            .copied()
    }

    fn present(&self, id: u64) -> Option<&SimTicket> {
        self.entries.get(&id).map(|entry| &*entry.ticket)
    }

    /// The only way a ticket changes, so that the search index can lag behind.
    fn change<T>(&mut self, id: u64, now: i64, act: impl FnOnce(&mut SimTicket) -> T) -> Option<T> {
        let lag = self.search_lag_ms;
        let entry = self.entries.get_mut(&id)?;
        while entry.indexed.get(1).is_some_and(|(from, _)| *from <= now) {
            entry.indexed.pop_front();
        }
        if entry.indexed.len() == 1 && entry.indexed[0].0 <= now {
            entry.indexed.clear();
        }
        if lag > 0 && entry.indexed.is_empty() {
            entry
                .indexed
                .push_back((i64::MIN, Arc::clone(&entry.ticket)));
        }
        let outcome = act(Arc::make_mut(&mut entry.ticket));
        if !entry.indexed.is_empty() {
            entry
                .indexed
                .push_back((now.saturating_add(lag), Arc::clone(&entry.ticket)));
        }
        Some(outcome)
    }

    fn insert(&mut self, id: u64, ticket: SimTicket, now: i64) {
        self.keys.insert(ticket.key.clone(), id);
        let ticket = Arc::new(ticket);
        let mut indexed = VecDeque::new();
        if self.search_lag_ms > 0 {
            indexed.push_back((now.saturating_add(self.search_lag_ms), Arc::clone(&ticket)));
        }
        self.entries.insert(
            id,
            Entry {
                ticket,
                indexed,
                vanished: None,
                writes: VecDeque::new(),
            },
        );
    }

    fn status_named(&self, name: &str) -> Option<&Status> {
        self.statuses.iter().find(|status| status.name == name)
    }

    fn person(&self, account_id: &str) -> Option<&Person> {
        self.people
            .iter()
            .find(|person| person.account_id == account_id)
    }
}

/// The text of a JSON value that is a string.
fn text_at<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

#[cfg(test)]
mod tests;
