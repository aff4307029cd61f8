//! Cutting a case from its ticket, letting it go its own way again, and linking it to another ticket,
//! for a person.
//!
//! Nothing is deleted in either product.

use adapters::{
    cases::{self, NotPaired},
    store::Deed,
};
use domain::{
    case::CaseId,
    ticket::{SiteName, TicketId},
};

use crate::{Console, access::Visitor, audit, failure::Failure};

/// Cuts a case from its ticket.
pub async fn unlink(console: &Console, visitor: &Visitor, case: &CaseId) -> Result<(), Failure> {
    let now = console.service.clock.now();
    let store = &console.service.store;
    let ticket = cases::unlink_case(store, case, visitor.name(), now)
        .await
        .map_err(failure_of)?;
    let difference = format!("{} on {}", ticket.key, ticket.site);
    audit::note(
        console,
        visitor,
        Deed::CaseUnlinked,
        &case.to_string(),
        difference,
    )
    .await
}

/// Lets a case that was cut open a ticket again.
pub async fn release(console: &Console, visitor: &Visitor, case: &CaseId) -> Result<(), Failure> {
    let now = console.service.clock.now();
    let store = &console.service.store;
    cases::release_case(store, case, visitor.name(), now)
        .await
        .map_err(failure_of)?;
    let subject = case.to_string();
    audit::note(
        console,
        visitor,
        Deed::CaseReleased,
        &subject,
        String::new(),
    )
    .await?;
    Ok(console
        .service
        .reconcile_now(&[(case.clone(), now)])
        .await?)
}

/// Links a case to a ticket, by its key.
pub async fn link_to(
    console: &Console,
    visitor: &Visitor,
    case: &CaseId,
    site: &str,
    key: &str,
) -> Result<(), Failure> {
    let site = SiteName::new(site).map_err(|_| Failure::NotFound("site"))?;
    // Jira takes a key where it takes an id.
    let asked = TicketId::new(key).map_err(|_| {
        Failure::Senseless("This is no ticket's key: one is like SEC-12.".to_owned())
    })?;
    let ticket = cases::relink_case(&console.service, case, &site, &asked, visitor.name())
        .await
        .map_err(failure_of)?;
    let difference = format!("{} on {}", ticket.key, ticket.site);
    let subject = case.to_string();
    audit::note(console, visitor, Deed::CaseRelinked, &subject, difference).await?;
    let now = console.service.clock.now();
    Ok(console
        .service
        .reconcile_now(&[(case.clone(), now)])
        .await?)
}

fn failure_of(not_paired: NotPaired) -> Failure {
    match not_paired {
        NotPaired::Trouble(trouble) => trouble.into(),
        NotPaired::NoSuchCase => Failure::NotFound("case"),
        NotPaired::NoSuchSite => Failure::NotFound("site"),
        NotPaired::NoSuchTicket => Failure::NotFound("ticket"),
        other => {
            let words = other.to_string();
            let mut letters = words.chars();
            let first = letters.next().map(|it| it.to_uppercase().to_string());
            Failure::Senseless(format!(
                "{}{}.",
                first.unwrap_or_default(),
                letters.as_str()
            ))
        }
    }
}
