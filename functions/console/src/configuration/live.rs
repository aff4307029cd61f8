//! Checks a route against what Jira told of its project.
//!
//! A pure function. What Jira did not tell is never a fault: it stays unchecked, and whoever saves is
//! told so.

use adapters::jira::discovery::{FieldKind, FieldMeta, priorities};
use domain::settings::document::{Fault, FieldDocument, RouteDocument, TicketDocument};

use super::{
    discovered::Discovered,
    entered::fields::{is_list, texts_of},
};

mod choices;

/// The faults of a route at a place of the settings, such as `routes[3]`.
pub fn check(route: &RouteDocument, place: &str, found: &Discovered) -> Vec<Fault> {
    let mut faults = Faults {
        place,
        found: Vec::new(),
    };
    let ticket = &route.ticket;
    if matches!(found.project.told(), Some(None)) {
        faults.add(
            "ticket.project",
            "Jira knows no such project, or does not let the account open tickets in it.",
            "Choose another one, or have the account given the permission Create issues there.",
        );
        // Everything else hangs on the project.
        return faults.found;
    }
    check_type(ticket, found, &mut faults);
    check_people(found, &mut faults);
    if let Some(fields) = found.fields.told() {
        check_priorities(ticket, fields, &mut faults);
        check_fields(ticket, fields, &mut faults);
    }
    check_closing(route, found, &mut faults);
    faults.found
}

/// The fields that Jira demands of a new ticket and that the route does not give it, in Jira's order.
pub fn missing_fields<'a>(ticket: &TicketDocument, fields: &'a [FieldMeta]) -> Vec<&'a FieldMeta> {
    let is_given = |meta: &FieldMeta| ticket.fields.iter().any(|field| field.id == meta.id);
    fields
        .iter()
        .filter(|meta| meta.required && !is_given(meta))
        .filter(|meta| !matches!(meta.kind, FieldKind::OwnedByService(_)))
        .collect()
}

struct Faults<'a> {
    place: &'a str,
    found: Vec<Fault>,
}

impl Faults<'_> {
    fn add(&mut self, path: &str, problem: impl Into<String>, remedy: impl Into<String>) {
        self.found.push(Fault {
            path: format!("{}.{path}", self.place),
            problem: problem.into(),
            remedy: remedy.into(),
        });
    }
}

fn check_type(ticket: &TicketDocument, found: &Discovered, faults: &mut Faults<'_>) {
    let Some(types) = found.issue_types.told() else {
        return;
    };
    let chosen = types
        .iter()
        .find(|it| it.name.eq_ignore_ascii_case(&ticket.issue_type));
    match chosen {
        None => faults.add(
            "ticket.issue_type",
            "The project has no such issue type, or the account may not open tickets of it.",
            "Choose one of those that the project offers.",
        ),
        Some(chosen) if chosen.subtask => faults.add(
            "ticket.issue_type",
            "Tickets of this type need a ticket above them.",
            "Choose a type that is no sub-task.",
        ),
        Some(_) => {}
    }
}

fn check_people(found: &Discovered, faults: &mut Faults<'_>) {
    match found.assignee.told() {
        Some(None) => faults.add(
            "ticket.assignee",
            "Tickets of this project cannot be assigned to this account.",
            "Choose somebody else, or have the permission Assignable user given.",
        ),
        Some(Some(person)) if !person.active => faults.add(
            "ticket.assignee",
            "This account is not in use any more.",
            "Choose somebody else.",
        ),
        _ => {}
    }
    if found.epic.told() == Some(&false) {
        faults.add(
            "ticket.parent",
            "There is no such ticket, or the account may not see it.",
            "Choose another epic, or leave this empty.",
        );
    }
}

fn check_priorities(ticket: &TicketDocument, fields: &[FieldMeta], faults: &mut Faults<'_>) {
    let offered = priorities(fields);
    for (severity, priority) in &ticket.priorities {
        if offered.is_empty() {
            faults.add(
                &format!("ticket.priorities.{severity}"),
                "New tickets of this type have no priority.",
                "Leave it empty, or have the field put on the screen for new tickets.",
            );
        } else if !offered
            .iter()
            .any(|it| it.value.eq_ignore_ascii_case(priority))
        {
            faults.add(
                &format!("ticket.priorities.{severity}"),
                format!("The project has no priority “{priority}”."),
                "Choose one of those that it has.",
            );
        }
    }
}

fn check_fields(ticket: &TicketDocument, fields: &[FieldMeta], faults: &mut Faults<'_>) {
    for (row, field) in ticket.fields.iter().enumerate() {
        let place = format!("ticket.fields[{row}]");
        match fields.iter().find(|meta| meta.id == field.id) {
            Some(meta) => check_field(field, meta, &place, faults),
            None => faults.add(
                &format!("{place}.id"),
                format!("New tickets of this type have no field {}.", field.id),
                "Remove it, or have it put on the screen for new tickets.",
            ),
        }
    }
    // The form shows a row for each of them, behind those that are there.
    for (row, meta) in (ticket.fields.len()..).zip(missing_fields(ticket, fields)) {
        let place = format!("ticket.fields[{row}].value");
        match &meta.kind {
            FieldKind::Unsupported(kind) => faults.add(
                &place,
                format!(
                    "Jira demands {} ({kind}), and the settings cannot give it a value.",
                    meta.name
                ),
                "Give it a default in Jira, make it optional there, or choose another issue type.",
            ),
            _ => faults.add(
                &place,
                format!("Jira demands a value for {}.", meta.name),
                "Fill it in.",
            ),
        }
    }
}

fn check_field(field: &FieldDocument, meta: &FieldMeta, place: &str, faults: &mut Faults<'_>) {
    let Some(kind) = meta.kind.word() else {
        faults.add(
            &format!("{place}.id"),
            format!("The settings cannot give {} a value.", meta.name),
            "Remove it.",
        );
        return;
    };
    if !field.kind.eq_ignore_ascii_case(kind) {
        faults.add(
            &format!("{place}.kind"),
            format!("To Jira, {} is of the kind {kind}.", meta.name),
            format!("Choose {kind}."),
        );
        return;
    }
    let texts = texts_of(field.value.as_ref(), kind);
    if let Some(wrong) = choices::not_offered(&meta.kind, &texts, &meta.choices) {
        faults.add(
            &format!("{place}.value"),
            format!("{} does not offer “{wrong}”.", meta.name),
            if is_list(kind) {
                "Choose among what it offers."
            } else {
                "Choose one of those that it offers."
            },
        );
    }
}

fn check_closing(route: &RouteDocument, found: &Discovered, faults: &mut Faults<'_>) {
    let closing = &route.closing;
    if let Some(resolutions) = found.resolutions.told() {
        let is_known = |name: &str| {
            let name = name.trim().to_lowercase();
            resolutions.iter().any(|it| it.to_lowercase() == name)
        };
        let reasons = closing.reasons.keys();
        let reasons = reasons.map(|name| (format!("closing.reasons.{name}"), name));
        let resolutions = closing.resolutions.iter();
        let resolutions =
            resolutions.map(|(word, name)| (format!("closing.resolutions.{word}"), name));
        let default = closing.default_resolution.iter();
        let default = default.map(|name| ("closing.default_resolution".to_owned(), name));
        for (path, name) in reasons.chain(resolutions).chain(default) {
            if !is_known(name) {
                faults.add(
                    &path,
                    format!("The site has no resolution “{name}”."),
                    "Choose one of those that it has.",
                );
            }
        }
    }
    let Some(statuses) = found.statuses.told() else {
        return;
    };
    for (key, name) in [
        ("done_transition", &closing.done_transition),
        ("reopen_transition", &closing.reopen_transition),
    ] {
        let Some(name) = name else { continue };
        if !statuses
            .iter()
            .any(|it| it.name.eq_ignore_ascii_case(name.trim()))
        {
            faults.add(
                &format!("closing.{key}"),
                format!("Tickets of this type have no status “{name}”."),
                "Choose one of theirs. If it is the name of a transition, which Jira does not tell beforehand, save without the check.",
            );
        }
    }
}

#[cfg(test)]
mod tests;
