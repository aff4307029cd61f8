//! What people and operators do in a run: drawn from the seed, each at its moment.
//!
//! An act names things by position, so that it makes sense whatever else was taken out of the run.
//! Nothing here goes through the service.

use std::sync::Arc;

use simulators::contrast::{IncidentSeed, IssueSeed, Severity};

use crate::{
    core::{Core, World},
    deliveries,
    fault::Fault,
    operators,
};

mod cases;
mod drawing;
mod notes;
mod tickets;

pub use drawing::acts_of;

/// What somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// An incident is raised.
    Raise,
    /// An issue is raised.
    RaiseIssue,
    /// A case's severity changes.
    Rate(Severity),
    /// A case is closed.
    Close,
    /// A case is reopened.
    Reopen,
    /// Somebody comments in Contrast.
    CommentCase,
    /// Somebody comments in Jira.
    CommentTicket,
    /// Somebody comments in Jira for a few.
    CommentInternally,
    /// Somebody edits a comment.
    Edit,
    /// Somebody deletes a comment.
    Delete,
    /// Somebody deletes a mirror.
    DeleteMirror,
    /// A ticket goes to another status.
    MoveTo(&'static str),
    /// An incident of low severity is raised.
    RaiseLow,
    /// An incident is raised that does not tell its application yet.
    RaiseUnclear,
    /// An attack tells the application of such an incident.
    NameApplication,
    /// Somebody writes another description of a ticket.
    Describe,
    /// Somebody writes another summary of a ticket.
    Summarise,
    /// Somebody shows a comment in Jira to a few only.
    Restrict,
    /// Somebody shows a restricted comment to everybody.
    Release,
    /// Somebody takes the mark of a mirror in Contrast over into a comment of their own.
    CopyMark,
    /// Somebody chooses a ticket's priority.
    Prioritise(&'static str),
    /// A ticket goes to another project.
    Relocate(&'static str),
    /// A ticket is hidden from us.
    Hide,
    /// It is shown again.
    Show,
    /// A ticket is deleted.
    DeleteTicket,
    /// A case is deleted.
    DeleteCase,
    /// The settings change.
    ChangeSettings,
    /// Settings with faults are stored, and mended a little later.
    SpoilSettings,
    /// The settings lose something, and get it back a little later.
    Lose(Loss),
    /// Our account loses a permission in Jira, and gets it back a little later.
    Forbid(&'static str),
    /// The token for Jira is replaced.
    RotateToken,
    /// The secrets of both webhooks are replaced.
    RotateWebhookSecrets,
}

/// What settings may lose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// The route of incidents.
    Route,
    /// The site and all routes.
    Site,
}

/// A deed at its moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Its name in the run.
    pub name: String,
    /// How long after the beginning.
    pub at_ms: u64,
    /// What is done.
    pub deed: Deed,
    /// To which case or comment.
    pub position: usize,
}

/// Does it. What both products tell of it is on its way at once.
pub fn perform(core: &Arc<Core>, act: &Act) {
    let now_ms = core.now_ms();
    core.record().happened.insert(act.name.clone());
    let done = if let Some(done) = operators::perform(core, act) {
        done
    } else {
        act_in(&mut core.world(), act, now_ms)
    };
    let outcome = if done {
        ""
    } else {
        " (there is nothing to do it to)"
    };
    core.tell(|| format!("** {}: {:?} {}{outcome}", act.name, act.deed, act.position));
    if done {
        let fault = match act.deed {
            Deed::Relocate(_) => Some(Fault::TicketMoved),
            Deed::DeleteTicket => Some(Fault::TicketDeleted),
            Deed::Hide => Some(Fault::TicketHidden),
            Deed::DeleteCase => Some(Fault::CaseDeleted),
            _ => None,
        };
        if let Some(fault) = fault {
            core.struck(fault, "somebody");
        }
        operators::vanish_at_times(core, &act.name);
    }
    deliveries::send_out(core);
}

const IN_CONTRAST: &str = "Mara Lindt";
const IN_JIRA: &str = "Ana Souza";

fn act_in(world: &mut World, act: &Act, now: i64) -> bool {
    match act.deed {
        Deed::Raise => {
            let number = world.contrast.raise_incident(IncidentSeed::default(), now);
            world.people.tell_of(number, true);
            true
        }
        Deed::RaiseLow => {
            let seed = IncidentSeed {
                severity: Severity::Low,
                ..IncidentSeed::default()
            };
            let number = world.contrast.raise_incident(seed, now);
            world.people.tell_of(number, true).always_low = true;
            true
        }
        Deed::RaiseUnclear => {
            let seed = IncidentSeed {
                applications: Vec::new(),
                attacks: Vec::new(),
                ..IncidentSeed::default()
            };
            let number = world.contrast.raise_incident(seed, now);
            world.people.tell_of(number, true).unclear = true;
            true
        }
        Deed::RaiseIssue => {
            let number = world.contrast.raise_issue(IssueSeed::default(), now);
            world.people.tell_of(number, false);
            true
        }
        Deed::Edit
        | Deed::Delete
        | Deed::DeleteMirror
        | Deed::Restrict
        | Deed::Release
        | Deed::CopyMark => {
            let living = world.people.living();
            let Some(&(case, note)) = living.get(act.position % living.len().max(1)) else {
                return false;
            };
            notes::act_on_note(world, act.deed, case, note, now)
        }
        _ => {
            let cases = world.people.cases.len();
            cases > 0 && {
                let case = act.position % cases;
                cases::act_on_case(world, act.deed, case, now)
                    || tickets::act_on_ticket(world, act.deed, case, now)
            }
        }
    }
}
