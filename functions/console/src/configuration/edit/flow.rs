//! The part of the form with the switches.

use maud::{Markup, html};

use super::Drawn;
use crate::configuration::entered::{flag, switches};

/// The label and the hint of a switch.
const fn words(name: &str) -> (&'static str, &'static str) {
    match name.as_bytes() {
        b"bidirectional" => (
            "Both ways",
            "Off: nothing flows from Jira to Contrast at all.",
        ),
        b"auto_close" => ("Close cases", "A ticket that is done closes its case."),
        b"reopen" => (
            "Reopen cases",
            "A ticket that is reopened reopens its case.",
        ),
        b"comments" => ("Comments", "Comments cross, both ways."),
        b"delete_in_contrast" => (
            "Delete comments in Contrast",
            "Deleting a comment in Jira deletes its copy in Contrast.",
        ),
        _ => (
            "Internal comments too",
            "Comments that are restricted to a group, or internal to a service desk, cross as well.",
        ),
    }
}

pub(super) fn controls(drawn: &Drawn<'_>) -> Markup {
    let mut flow = drawn.entered.route.flow.clone();
    html! {
        div class="pair" {
            @for (name, default, written) in switches(&mut flow) {
                @let place = format!("flow.{name}");
                @let (label, hint) = words(name);
                @let on = flag(written.as_ref(), default).unwrap_or(default);
                (drawn.control(&place, label).hint(hint).tick(on))
            }
        }
    }
}
