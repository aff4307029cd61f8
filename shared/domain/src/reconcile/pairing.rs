//! What a person decides about a pair: cutting it, linking a case to a ticket that exists, letting a
//! case that was cut go its way again.
//!
//! Changes our record alone: nothing is deleted or written in either product by it.

use crate::{
    comment::Side,
    digest::Digest,
    link::{Agreed, Drafted, Link, LinkState, Origin, PostingState, Unlinked},
    moment::Moment,
    reconcile::{
        plan::{shown_digest, wanted_priority},
        record::{description_digest, new_pair},
    },
    settings::{Route, RouteName, Settings},
    ticket::{SiteName, Ticket, TicketReading},
};

/// Why a pair stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unpairable {
    /// It has no ticket to be cut from.
    NotLinked,
    /// It was not cut from a ticket.
    NotUnlinked,
    /// It has a ticket: that one has to be cut off first.
    Linked(Ticket),
    /// A ticket may be on its way for it.
    BeingOpened,
    /// No route opens tickets on that site.
    NoRoute,
}

/// Cuts a case from its ticket. Until a person says otherwise, nothing is opened or written for it.
pub fn unlink(link: &mut Link, now: Moment) -> Result<Ticket, Unpairable> {
    let LinkState::Linked(pair) = &link.state else {
        return Err(Unpairable::NotLinked);
    };
    let (route, ticket) = (pair.route.clone(), pair.ticket.clone());
    link.state = LinkState::Unlinked(Unlinked {
        route,
        ticket: ticket.clone(),
        since: now,
    });
    begin_anew(link, now);
    Ok(ticket)
}

/// Lets a case that was cut from its ticket be decided about like a new one: it may open another.
pub fn release(link: &mut Link, now: Moment) -> Result<Ticket, Unpairable> {
    let LinkState::Unlinked(unlinked) = &link.state else {
        return Err(Unpairable::NotUnlinked);
    };
    let ticket = unlinked.ticket.clone();
    link.state = LinkState::New;
    forget_comments(link);
    begin_anew(link, now);
    Ok(ticket)
}

/// Links a case to a ticket that exists. What each side holds now counts as agreed only where we
/// wrote it: what differs is brought in step as if it had changed since.
pub fn relink(
    link: &mut Link,
    site: &SiteName,
    reading: &TicketReading,
    settings: &Settings,
    now: Moment,
) -> Result<Ticket, Unpairable> {
    let before = match &link.state {
        LinkState::Linked(pair) => return Err(Unpairable::Linked(pair.ticket.clone())),
        LinkState::Opening(opening) if opening.claim.is_some() => {
            return Err(Unpairable::BeingOpened);
        }
        LinkState::Opening(opening) => (Some(&opening.route), None),
        LinkState::Unlinked(unlinked) => (Some(&unlinked.route), Some(&unlinked.ticket)),
        LinkState::New | LinkState::Unrouted { .. } => (None, None),
    };
    let route = route_for(before.0, site, reading, settings).ok_or(Unpairable::NoRoute)?;
    let ticket = Ticket {
        site: site.clone(),
        id: reading.id.clone(),
        key: reading.key.clone(),
    };
    let is_another = before.1.is_none_or(|before| {
        let Ticket { site, id, key: _ } = before;
        *site != ticket.site || *id != ticket.id
    });
    let drafted = drafted_by(link, reading, route);
    let pair = new_pair(route.name.clone(), ticket.clone(), drafted, now);
    if is_another {
        forget_comments(link);
    }
    link.state = LinkState::Linked(pair);
    begin_anew(link, now);
    Ok(ticket)
}

/// The route that the case had, if it leads to that site still; or else one that does, rather with
/// the ticket's project.
fn route_for<'a>(
    before: Option<&RouteName>,
    site: &SiteName,
    reading: &TicketReading,
    settings: &'a Settings,
) -> Option<&'a Route> {
    let leads_there = |route: &&Route| route.ticket.site == *site;
    let project = reading.key.as_str().split('-').next().unwrap_or_default();
    let routes = settings.routes.iter().filter(leads_there);
    let of_project = |route: &&Route| route.ticket.project == project;
    before
        .and_then(|name| settings.route(name))
        .filter(leads_there)
        .or_else(|| routes.clone().find(of_project))
        .or_else(|| routes.clone().next())
}

/// What the ticket shows of the case. In one that we did not open for it, the description is a
/// person's, and stays.
fn drafted_by(link: &Link, reading: &TicketReading, route: &Route) -> Drafted {
    let marker = reading.marker.as_ref();
    let is_ours = marker.is_some_and(|marker| marker.case == link.case);
    let description = reading.description.as_ref().filter(|_| is_ours);
    Drafted {
        priority: Agreed {
            case: wanted_priority(route, &link.facts),
            ticket: reading.priority.as_ref().map(|it| it.name.clone()),
        },
        description: Agreed {
            case: shown_digest(&link.facts),
            ticket: description.map_or_else(|| Digest::of(&[]), description_digest),
        },
    }
}

/// Comments belong to the ticket that they were written for. Of all but our one comment on the case,
/// which is made to show the next ticket, no other ticket says that they are gone.
fn forget_comments(link: &mut Link) {
    link.postings.retain(|posting| {
        posting.side == Side::Case
            && posting.origin == Origin::Status
            && matches!(posting.state, PostingState::Standing { .. })
    });
}

/// What went wrong before says nothing about what a person decided.
fn begin_anew(link: &mut Link, now: Moment) {
    link.attempts = 0;
    link.mishap = None;
    link.active_at = now;
}
