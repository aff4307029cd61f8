//! What people do to a ticket in Jira.
//!
//! Answers with false where there is nothing to do it to.

use super::{Deed, IN_JIRA};
use crate::{core::World, people::tickets_of};

/// Does it to the ticket of a case, by the case's position.
pub(super) fn act_on_ticket(world: &mut World, deed: Deed, case: usize, now: i64) -> bool {
    let World { jira, people, .. } = world;
    let told = &mut people.cases[case];
    let tickets = tickets_of(jira, &told.number);
    let Some(ticket) = tickets.first().map(|ticket| ticket.id.clone()) else {
        return false;
    };
    let (there, summary) = (tickets[0].project.clone(), tickets[0].summary.clone());
    match deed {
        Deed::CommentTicket | Deed::CommentInternally => {
            let internal = deed == Deed::CommentInternally;
            let mut note = people.new_note(false, internal);
            let text = note.text();
            let written = if internal {
                jira.comment_internal(&ticket, IN_JIRA, &text, now)
            } else {
                jira.comment(&ticket, IN_JIRA, &text, now)
            };
            written.is_ok_and(|id| {
                note.id = id;
                people.cases[case].notes.push(note);
                true
            })
        }
        Deed::MoveTo(status) => jira.transition_to(&ticket, IN_JIRA, status, now).is_ok(),
        Deed::Prioritise(priority) => {
            let done = jira.set_priority(&ticket, IN_JIRA, priority, now).is_ok();
            told.prioritised |= done;
            done
        }
        Deed::Describe => {
            let text = "In our own words, by people.";
            jira.edit_description(&ticket, IN_JIRA, text, now).is_ok()
        }
        Deed::Summarise => {
            let summary = format!("{summary} as people say");
            told.summary = Some(summary.clone());
            jira.edit_summary(&ticket, IN_JIRA, &summary, now).is_ok()
        }
        Deed::Relocate(project) => {
            there != project && jira.move_ticket(&ticket, IN_JIRA, project, now).is_ok()
        }
        Deed::Hide => jira.hide_ticket(&ticket, now).is_ok(),
        Deed::Show => jira.show_ticket(&ticket, now).is_ok(),
        Deed::DeleteTicket => {
            told.ticket_deleted = jira.delete_ticket(&ticket, IN_JIRA, now).is_ok();
            told.ticket_deleted
        }
        _ => false,
    }
}
