//! What must be true: at every moment, and at the end, once the dust has settled.
//!
//! Looks at both products as people do, and compares with what people know. Looks into the store
//! only for what must not be left over there.

use std::{collections::BTreeSet, sync::Arc};

use domain::moment::Moment;
use simulators::{contrast::Severity, jira::SimTicket};

use crate::{
    core::{Core, World},
    people::{Told, ours_in_case, ours_in_ticket, tickets_of},
    quirks::{LATER_START, Quirk},
};

mod notes;

/// Comments in Contrast of which nobody can know any more whether they were written: the number of
/// the case, and the id of the original; none for the comment that shows the ticket.
pub type GivenUp = BTreeSet<(String, Option<String>)>;

/// What must be true at every moment: never two tickets of one case, never two mirrors of one
/// comment, never an echo.
pub fn check_at_once(core: &Arc<Core>) {
    let found = wrong_now(&core.world());
    if let Some(found) = found {
        core.violate(found);
    }
}

fn wrong_now(world: &World) -> Option<String> {
    for told in &world.people.cases {
        let tickets = tickets_of(&world.jira, &told.number);
        if tickets.len() > 1 {
            let keys: Vec<&str> = tickets.iter().map(|ticket| ticket.key.as_str()).collect();
            return Some(format!(
                "{} has the tickets {}",
                told.number,
                keys.join(" and ")
            ));
        }
        if told.notes.is_empty() {
            continue;
        }
        let ours = [
            ours_in_case(&world.contrast, &told.number),
            ours_in_ticket(&world.jira, &told.number),
        ];
        for note in &told.notes {
            let count = |side: &[(String, String)]| {
                side.iter()
                    .filter(|(_, text)| text.contains(&note.word))
                    .count()
            };
            let (home, away) = if note.in_case { (0, 1) } else { (1, 0) };
            if count(&ours[home]) > 0 {
                return Some(format!(
                    "{}: {} came back to where it was written",
                    told.number, note.word
                ));
            }
            if count(&ours[away]) > 1 {
                return Some(format!("{}: {} is mirrored twice", told.number, note.word));
            }
        }
    }
    None
}

/// What must be true of both products at the end. Answers with everything that is not.
/// Comments of a closed incident are read once after it was closed and then when it is open again:
/// what people write there meanwhile may wait.
pub fn wrong_at_the_end(world: &World, given_up: &GivenUp) -> Vec<String> {
    let mut wrong = Vec::new();
    wrong.extend(wrong_now(world));
    for told in &world.people.cases {
        check_pair(world, told, given_up, &mut wrong);
    }
    wrong
}

/// Whether a case is open; `None` when it is gone.
pub fn is_open(world: &World, told: &Told) -> Option<bool> {
    if told.incident {
        world.contrast.incident(&told.number).map(|it| it.open)
    } else {
        world.contrast.issue(&told.number).map(|it| it.open)
    }
}

fn check_pair(world: &World, told: &Told, given_up: &GivenUp, wrong: &mut Vec<String>) {
    let number = &told.number;
    let tickets = tickets_of(&world.jira, number);
    let Some(open) = is_open(world, told) else {
        // A case that is gone leaves its ticket to people.
        return;
    };
    let Some(ticket) = tickets.first() else {
        // A ticket that people deleted is not opened again; a case that was closed before it had
        // one needs none.
        if open && !told.ticket_deleted && is_wanted(world, told) != Some(false) {
            wrong.push(format!("{number} has no ticket"));
        }
        return;
    };
    if never_wanted(world, told) {
        wrong.push(format!(
            "{number} has the ticket {}, which no route wants",
            ticket.key
        ));
    }
    if told
        .summary
        .as_ref()
        .is_some_and(|summary| *summary != ticket.summary)
    {
        wrong.push(format!("{number}: the summary that people wrote is gone"));
    }
    if (ticket.category != "done") != open && !may_be_apart(world, told, open) {
        let words = if open { "open" } else { "closed" };
        wrong.push(format!(
            "{number} is {words}, and its ticket is {}",
            ticket.status
        ));
    }
    // The severity of a closed case is looked at again when it is open again.
    if told.incident && open && !told.prioritised {
        check_priority(world, told, ticket, wrong);
    }
    if ticket.links.len() != 1 {
        wrong.push(format!(
            "{number}: its ticket has {} links to it",
            ticket.links.len()
        ));
    } else if ticket.links[0].resolved == open {
        wrong.push(format!("{number}: the tick of its ticket's link is wrong"));
    }
    if told.incident {
        check_own_comment(world, told, ticket, given_up, wrong);
        for note in told.notes.iter().filter(|note| open || !note.in_case) {
            notes::check(world, told, note, given_up, wrong);
        }
    }
}

/// Whether a route wants an open case as it is now.
fn is_wanted(world: &World, told: &Told) -> Option<bool> {
    let incident = world.contrast.incident(&told.number)?;
    let low = world.has(Quirk::SomeSeverities) && incident.severity == Severity::Low;
    Some(!low && !never_wanted(world, told))
}

/// Whether no route ever wanted a case.
fn never_wanted(world: &World, told: &Told) -> bool {
    let created = world
        .contrast
        .incident(&told.number)
        .map(|it| it.created_ms);
    let start = Moment::parse(LATER_START).map(Moment::epoch_ms);
    told.incident
        && (world.has(Quirk::SomeSeverities) && told.always_low
            || world.has(Quirk::LateApplications) && told.unclear
            || world.has(Quirk::StartsLater) && created < start)
}

/// Whether the settings allow an incident and its ticket to differ in this way.
fn may_be_apart(world: &World, told: &Told, open: bool) -> bool {
    let stays = if open {
        Quirk::NoAutoClose
    } else {
        Quirk::NoReopen
    };
    told.incident && (world.has(stays) || world.has(Quirk::OneWay))
}

fn check_priority(world: &World, told: &Told, ticket: &SimTicket, wrong: &mut Vec<String>) {
    let ours = ours_in_ticket(&world.jira, &told.number);
    let refused = |(_, text): &(String, String)| text.contains("priority: Field");
    if world.has(Quirk::NoPriorities) || ours.iter().any(refused) {
        // What a ticket cannot have does not follow, and a comment of ours says so.
        return;
    }
    let severity = world
        .contrast
        .incident(&told.number)
        .map(|it| it.severity.word());
    let wanted = match severity {
        Some("CRITICAL") => "Highest",
        Some("HIGH") => "High",
        Some("MEDIUM") => "Medium",
        // A severity that asks for no priority leaves the one there is.
        _ => return,
    };
    if ticket.priority.as_deref() != Some(wanted) {
        let has = ticket.priority.as_deref().unwrap_or("none");
        wrong.push(format!(
            "{}: its ticket's priority is {has}, not {wanted}",
            told.number
        ));
    }
}

/// One comment of ours on the case shows the ticket and its state.
fn check_own_comment(
    world: &World,
    told: &Told,
    ticket: &SimTicket,
    given_up: &GivenUp,
    wrong: &mut Vec<String>,
) {
    let ours = ours_in_case(&world.contrast, &told.number);
    let shown: Vec<&str> = ours
        .iter()
        .map(|(_, text)| text.as_str())
        .filter(|text| text.starts_with("Jira ticket "))
        .collect();
    let number = &told.number;
    let open = ticket.category != "done";
    match shown.as_slice() {
        // Whether it was written could not be known, so that it is not touched again.
        [] | [_] if given_up.contains(&(number.clone(), None)) => {}
        // It can only show what it showed when it was written.
        [_] if world.has(Quirk::NoEdits) => {}
        [text] if !text.contains(&ticket.key) => {
            wrong.push(format!(
                "{number}: our comment does not show {}",
                ticket.key
            ));
        }
        [text] if text.contains("State: open") != open => {
            wrong.push(format!("{number}: our comment shows another state"));
        }
        [_] => {}
        _ => wrong.push(format!(
            "{number}: {} comments show its ticket",
            shown.len()
        )),
    }
}
