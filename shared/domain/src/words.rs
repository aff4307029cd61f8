//! Every sentence that people read in a ticket, on a case, in the history and on the status page.
//!
//! Plain English in a form that belongs to neither product; never markup, never a guess put as a
//! fact, never an e-mail address of our own making.

use alloc::{format, string::String};

use crate::{
    case::{CaseFacts, CaseId, CaseKind, Phase},
    settings::{Connection, Site},
    ticket::{RemoteLink, TicketKey},
};

mod comments;
mod description;
mod line;
mod remarks;
mod status;
mod summary;

pub use comments::{mirrored_comment, ticket_comment_on_case};
pub use description::description;
pub use remarks::{
    case_gone, description_conflict, fields_left_out, no_way_to, priority_conflict,
    status_conflict, ticket_unreachable, too_many_comments,
};
pub use status::{released_by, relinked_by, too_old, unclear, unlinked_by, unrouted};
pub use summary::{Placeholder, summary};

use line::{cut, one_line};

/// The page of a case in Contrast. Made from the settings, and not taken from a push, so that it is
/// the same at every look and leads nowhere but to Contrast.
pub fn case_url(connection: &Connection, case: &CaseId) -> String {
    let page = match case.kind() {
        CaseKind::Incident => "incidents",
        CaseKind::Issue => "issues",
    };
    format!(
        "{}/Contrast/cs/index.html#/{}/{page}/{}",
        connection.url,
        case.org(),
        case.number()
    )
}

/// The page of a ticket in Jira.
pub fn ticket_url(site: &Site, key: &TicketKey) -> String {
    format!("{}/browse/{key}", site.url)
}

/// The link on a ticket that leads to its case; it bears a tick once the case is closed.
pub fn remote_link(
    connection: &Connection,
    case: &CaseId,
    facts: &CaseFacts,
    phase: Phase,
) -> RemoteLink {
    let title = format!("{}: {}", case.number(), one_line(&facts.title(case)));
    RemoteLink {
        url: case_url(connection, case),
        title: cut(&title, 255),
        resolved: phase == Phase::Closed,
    }
}

/// The word for a case's status.
pub const fn case_phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Open => "open",
        Phase::Closed => "closed",
    }
}

/// The word for a ticket's status.
pub const fn ticket_phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Open => "open",
        Phase::Closed => "done",
    }
}

#[cfg(test)]
mod tests;
