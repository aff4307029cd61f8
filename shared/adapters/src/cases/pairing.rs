//! What people decide about a pair: cutting it, linking a case to a ticket that exists, letting a
//! case that was cut go its way again.
//!
//! Done under the case's lease and told in its history; the next reconcile does the rest. Never takes
//! a ticket from another case.

use domain::{
    case::CaseId,
    link::{HistoryEntry, Link, LinkState},
    moment::Moment,
    ports::{Acquired, Found, Lease, Saving, Store as _},
    reconcile::{LEASE_MS, Unpairable, release, relink, unlink},
    ticket::{SiteName, Ticket, TicketId},
    trouble::Trouble,
    words,
};

use super::listing::wake_case;
use crate::{service::Service, store::TableStore};

/// Why nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPaired {
    /// Nobody follows such a case.
    #[error("no such case is followed")]
    NoSuchCase,
    /// The settings have no such site.
    #[error("the settings have no such site")]
    NoSuchSite,
    /// Jira shows us no such ticket.
    #[error("Jira shows us no such ticket")]
    NoSuchTicket,
    /// The ticket is another case's.
    #[error("the ticket belongs to {0}")]
    BelongsTo(CaseId),
    /// The case is at work at the moment; a minute later it is not.
    #[error("something is being done for the case at the moment; try again in a minute")]
    AtWork,
    /// The case is not in a state for that.
    #[error("{}", in_words(.0))]
    Unpairable(Unpairable),
    /// The store or Jira could not do it.
    #[error("{}", .0.for_people())]
    Trouble(Trouble),
}

impl From<Trouble> for NotPaired {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl From<Unpairable> for NotPaired {
    fn from(unpairable: Unpairable) -> Self {
        Self::Unpairable(unpairable)
    }
}

fn in_words(unpairable: &Unpairable) -> String {
    match unpairable {
        Unpairable::NotLinked => "the case has no ticket".to_owned(),
        Unpairable::NotUnlinked => "the case was not cut from a ticket".to_owned(),
        Unpairable::Linked(ticket) => format!("the case has the ticket {}", ticket.key),
        Unpairable::BeingOpened => "a ticket is being opened for the case".to_owned(),
        Unpairable::NoRoute => "no route opens tickets on that site".to_owned(),
    }
}

/// Cuts a case from its ticket, in whose name (never an e-mail address). Nothing is deleted in either
/// product, and the case opens no other ticket by itself.
pub async fn unlink_case(
    store: &TableStore,
    case: &CaseId,
    who: &str,
    now: Moment,
) -> Result<Ticket, NotPaired> {
    let lease = lease_of(store, case, now).await?;
    let (lease, ticket) = change(store, lease, now, |link| unlink(link, now)).await?;
    let words = words::unlinked_by(&ticket.key, who);
    save(store, lease, Some(words), now).await?;
    Ok(ticket)
}

/// Lets a case that was cut from a ticket be decided about anew: it may open another.
pub async fn release_case(
    store: &TableStore,
    case: &CaseId,
    who: &str,
    now: Moment,
) -> Result<(), NotPaired> {
    let lease = lease_of(store, case, now).await?;
    let (lease, _) = change(store, lease, now, |link| release(link, now)).await?;
    save(store, lease, Some(words::released_by(who)), now).await?;
    wake_case(store, case, now).await?;
    Ok(())
}

/// Links a case to a ticket that exists: one call to Jira. The next reconcile brings both in step.
pub async fn relink_case(
    service: &Service,
    case: &CaseId,
    site: &SiteName,
    ticket: &TicketId,
    who: &str,
) -> Result<Ticket, NotPaired> {
    let store = &service.store;
    let engine = service.engine().await?;
    let settings = &engine.settings;
    let place = settings.sites.get(site).ok_or(NotPaired::NoSuchSite)?;
    let Found::Present(reading) = engine.ticket_side.read_ticket(place, ticket).await? else {
        return Err(NotPaired::NoSuchTicket);
    };
    let now = service.clock.now();
    let lease = lease_of(store, case, now).await?;
    let before = lease.link.clone();
    let (mut lease, linked) = change(store, lease, now, |link| {
        relink(link, site, &reading, settings, now)
    })
    .await?;
    if let Err(refused) = take_pointer(store, case, &linked, now).await {
        lease.link = before;
        save(store, lease, None, now).await?;
        return Err(refused);
    }
    lease.pointed = Some((linked.site.clone(), linked.id.clone()));
    let words = words::relinked_by(&linked.key, who);
    save(store, lease, Some(words), now).await?;
    wake_case(store, case, now).await?;
    Ok(linked)
}

/// Has the ticket lead to the case, before the link says that it has one; unless it is another's.
async fn take_pointer(
    store: &TableStore,
    case: &CaseId,
    ticket: &Ticket,
    now: Moment,
) -> Result<(), NotPaired> {
    let before = store.case_of_ticket(&ticket.site, &ticket.id).await?;
    if let Some(other) = before.as_ref().filter(|before| *before != case)
        && let Some(glimpse) = store.glimpse(other, now).await?
        && may_have(&glimpse.link, ticket)
    {
        return Err(NotPaired::BelongsTo(other.clone()));
    }
    let taken = store.point_ticket_to(ticket, case, before.as_ref()).await?;
    if taken {
        Ok(())
    } else {
        Err(NotPaired::AtWork)
    }
}

/// Whether a case has that ticket, or is about to say so.
fn may_have(link: &Link, ticket: &Ticket) -> bool {
    match &link.state {
        LinkState::Linked(pair) => pair.ticket.site == ticket.site && pair.ticket.id == ticket.id,
        // Its pointer is written before the link says so.
        LinkState::Opening(_) => true,
        LinkState::New | LinkState::Unrouted { .. } | LinkState::Unlinked(_) => false,
    }
}

async fn lease_of(store: &TableStore, case: &CaseId, now: Moment) -> Result<Box<Lease>, NotPaired> {
    if store.glimpse(case, now).await?.is_none() {
        return Err(NotPaired::NoSuchCase);
    }
    match store.acquire(case, now, LEASE_MS).await? {
        Acquired::Held(lease) => Ok(lease),
        Acquired::HeldByAnother => Err(NotPaired::AtWork),
    }
}

/// Changes the link in hand; where that cannot be, the lease is given back.
async fn change(
    store: &TableStore,
    mut lease: Box<Lease>,
    now: Moment,
    change: impl FnOnce(&mut Link) -> Result<Ticket, Unpairable> + Send,
) -> Result<(Box<Lease>, Ticket), NotPaired> {
    match change(&mut lease.link) {
        Ok(ticket) => Ok((lease, ticket)),
        Err(refused) => {
            save(store, lease, None, now).await?;
            Err(refused.into())
        }
    }
}

/// Saves the link and gives the lease back. What was wanted stays wanted, and the case is due: nobody
/// knows what became of it under a lease that lapsed.
async fn save(
    store: &TableStore,
    lease: Box<Lease>,
    words: Option<String>,
    now: Moment,
) -> Result<(), Trouble> {
    let history = words.map(|words| HistoryEntry { at: now, words });
    let saving = Saving::Unfinished { due_at: now };
    let history = history.into_iter().collect();
    store.save(lease, saving, history, now).await?;
    Ok(())
}
