//! The overview: what the last sweep did, what happened lately, and what is wrong, at one look.
//!
//! Its numbers are those of the books, for people; nothing is decided by them.

use std::sync::Arc;

use adapters::store::{Book, MissingOperation, SweepNote};
use axum::{Router, extract::State, response::Response, routing::get};
use domain::{
    link::Class,
    moment::Moment,
    ports::{Pause, Store as _},
};

use crate::{Console, access::Visitor, desk::Desk, failure::Failure, frame};

mod chart;
mod page;

/// Hours that are shown.
const HOURS: u32 = 24;

/// Everything that stands on the page.
pub struct Overview {
    /// What the last sweep did.
    pub sweep: Option<SweepNote>,
    /// The books of the last hours, one each, the earliest first.
    pub books: Vec<Book>,
    /// Peers that refuse our credentials.
    pub pauses: Vec<Pause>,
    /// Operations that a Contrast turned out not to offer.
    pub missing: Vec<MissingOperation>,
    /// Cases that are due.
    pub due: u64,
    /// Since when the longest due of them is.
    pub longest_due: Option<Moment>,
    /// Cases that are stuck.
    pub stuck: u64,
    /// Cases that no route takes.
    pub unrouted: u64,
}

/// Reads all of it.
pub async fn read(console: &Console) -> Result<Overview, Failure> {
    let store = &console.service.store;
    let now = console.service.clock.now();
    let (sweep, books, pauses, missing) = tokio::try_join!(
        store.read_sweep_note(),
        store.read_books(HOURS, now),
        store.list_pauses(),
        store.list_missing_operations(now),
    )?;
    let mut books = books;
    books.reverse();
    let (due, longest_due, stuck, unrouted) = tokio::try_join!(
        store.count_due(now),
        store.longest_due(now),
        store.count_class(Class::Stuck),
        store.count_class(Class::Unrouted),
    )?;
    Ok(Overview {
        sweep,
        books,
        pauses,
        missing,
        due,
        longest_due,
        stuck,
        unrouted,
    })
}

/// The routes of this page.
pub fn pages() -> Router<Arc<Console>> {
    Router::new().route("/", get(show))
}

async fn show(State(console): State<Arc<Console>>, visitor: Visitor) -> Result<Response, Failure> {
    let (overview, desk) = tokio::try_join!(read(&console), Desk::open(&console))?;
    Ok(frame::shown(page::show(&visitor, &desk, &overview)))
}
