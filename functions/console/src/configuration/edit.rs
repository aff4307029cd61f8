//! The form of a route.
//!
//! Every control can be filled in by hand; where choices could be had, it is a choice. A button asks
//! for them anew, and a script presses it where there is one.

use domain::settings::document::Fault;
use maud::{Markup, html};

use super::{
    Remarks, Showing,
    discovered::{Asked, Discovered},
    entered::Entered,
};
use crate::{
    controls::Control,
    frame::{self, Place, Tone},
};

mod closing;
mod fields;
mod flow;
mod takes;
mod ticket;

/// Rows that a list of choices has without looking for words.
const MOST_CHOICES: usize = 100;

/// What every part of the form is drawn from.
struct Drawn<'a> {
    showing: &'a Showing<'a>,
    entered: &'a Entered,
    found: &'a Discovered,
    faults: &'a [Fault],
}

impl<'a> Drawn<'a> {
    /// A control whose name is the place of its faults.
    fn control(&self, name: &'a str, label: &'a str) -> Control<'a> {
        Control::new(name, label).at(name, self.faults)
    }
}

/// The page.
pub(super) fn page(
    showing: &Showing<'_>,
    entered: &Entered,
    found: &Discovered,
    remarks: &Remarks,
) -> Markup {
    let drawn = Drawn {
        showing,
        entered,
        found,
        faults: &remarks.faults,
    };
    let title = match &entered.replaces {
        Some(name) => format!("Route {name}"),
        None => "Add a route".to_owned(),
    };
    let may_change = showing.may_change;
    let body = html! {
        (showing.why_not())
        (faults(&remarks.faults))
        form class="stack" method="post" action="/console/configuration/save" {
            input type="hidden" name="based_on" value=(showing.desk.tag());
            input type="hidden" name="replaces" value=(entered.replaces.as_deref().unwrap_or_default());
            input type="hidden" name="proposed_for" value=(entered.proposed_for);
            @if may_change {
                // The first button is the one that the return key presses, and the script: it loses nothing.
                div class="end" {
                    (load_choices())
                    span class="hint" { "Loads what the connection, site, project and issue type offer. Everything can be entered by hand as well." }
                }
            }
            fieldset class="card" disabled[!may_change] { legend { "What it takes" } (takes::controls(&drawn)) }
            fieldset class="card" disabled[!may_change] { legend { "The ticket" } (ticket::controls(&drawn)) }
            fieldset class="card" disabled[!may_change] { legend { "Fields" } (fields::controls(&drawn)) }
            fieldset class="card" disabled[!may_change] { legend { "What flows" } (flow::controls(&drawn)) }
            fieldset class="card" disabled[!may_change] { legend { "Closing" } (closing::controls(&drawn)) }
            @if may_change { (end(remarks)) }
        }
    };
    let notices = &remarks.notices;
    frame::page(
        showing.visitor,
        Place::Configuration,
        &title,
        notices,
        &body,
    )
}

fn end(remarks: &Remarks) -> Markup {
    html! {
        div class="end" {
            button class="primary" type="submit" { "Check and save" }
            @if remarks.offers_unchecked {
                button type="submit" name="unchecked" value="yes" { "Save unchecked" }
            }
            button type="submit" formaction="/console/configuration/preview" formnovalidate { "Preview" }
            a class="button" href="/console/configuration" { "Cancel" }
        }
        @if remarks.offers_unchecked {
            p class="hint" { "“Save unchecked” keeps the route without asking Jira. If Jira refuses one of its fields later, the ticket opens without it; what Jira demands and does not get keeps tickets from opening, and is told on the page Activity." }
        }
    }
}

fn faults(faults: &[Fault]) -> Markup {
    html! {
        @if !faults.is_empty() {
            (frame::note(Tone::Bad, &html! {
                p { "Each is told at its place as well:" }
                ul { @for fault in faults { li { (fault.problem) " " (fault.remedy) } } }
            }))
        }
    }
}

/// The button that draws the form anew.
fn load_choices() -> Markup {
    html! {
        button type="submit" formaction="/console/configuration/draw" formnovalidate data-redraws { "Load choices" }
    }
}

/// A choice where there is something to choose from, else a line of text.
fn pick(control: &Control<'_>, value: &str, choices: Option<Vec<(String, String)>>) -> Markup {
    match choices {
        Some(choices) if !choices.is_empty() => control.choice(value, &choices),
        _ => control.text(value),
    }
}

/// Choices with nothing chosen first.
fn or_none(
    none: &str,
    choices: impl IntoIterator<Item = (String, String)>,
) -> Vec<(String, String)> {
    let first = (String::new(), none.to_owned());
    std::iter::once(first).chain(choices).collect()
}

/// Choices that are read as they are written.
fn same(names: impl IntoIterator<Item = String>) -> impl Iterator<Item = (String, String)> {
    names.into_iter().map(|name| (name.clone(), name))
}

/// Why there is nothing to choose from, where there was trouble.
fn trouble<T>(asked: &Asked<T>) -> Markup {
    html! {
        @if let Some(words) = asked.trouble() {
            (frame::note(Tone::Wait, &html! { p { "The choices could not be had: there was trouble " (words) ". Enter it by hand, or load the choices again." } }))
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
