//! The part of the form that says what closing one side means for the other.

use domain::{case::CloseReason, settings::document::Fault};
use maud::{Markup, html};

use super::{Drawn, or_none, pick, same, trouble};
use crate::controls::Control;

pub(super) fn controls(drawn: &Drawn<'_>) -> Markup {
    html! {
        (trouble(&drawn.found.resolutions))
        (reasons(drawn))
        (resolutions(drawn))
        (transitions(drawn))
    }
}

fn reason_choices(none: &str) -> Vec<(String, String)> {
    or_none(
        none,
        same(CloseReason::ALL.map(|reason| reason.word().to_owned())),
    )
}

/// A close reason in the word of the choices, if it is one.
fn reason_word(written: &str) -> String {
    CloseReason::parse(written).map_or_else(|| written.to_owned(), |it| it.word().to_owned())
}

/// Names in the settings, then the other resolutions of the site, then an empty one.
fn reasons(drawn: &Drawn<'_>) -> Markup {
    let closing = &drawn.entered.route.closing;
    let told: &[String] = drawn.found.resolutions.told().map_or(&[], Vec::as_slice);
    let is_alike = |one: &str, other: &str| one.trim().to_lowercase() == other.to_lowercase();
    let is_told = |name: &str| told.iter().any(|it| is_alike(name, it));
    let mut rows: Vec<(String, String, bool)> = closing
        .reasons
        .iter()
        .map(|(name, reason)| (name.clone(), reason_word(reason), is_told(name)))
        .collect();
    for name in told {
        if closing.reasons.keys().all(|it| !is_alike(it, name)) {
            rows.push((name.clone(), String::new(), true));
        }
    }
    rows.push((String::new(), String::new(), false));
    let default = reason_word(closing.default_reason.as_deref().unwrap_or_default());
    html! {
        fieldset {
            legend { "From Jira to Contrast: the close reason for a resolution" }
            div class="pair" {
                @for (row, (name, reason, is_fixed)) in rows.iter().enumerate() {
                    (reason_row(drawn, row, name, reason, *is_fixed))
                }
            }
            (drawn.control("closing.default_reason", "Any other resolution, or none")
                .choice(&default, &reason_choices("as usual: OTHER")))
        }
    }
}

fn reason_row(drawn: &Drawn<'_>, row: usize, name: &str, reason: &str, is_fixed: bool) -> Markup {
    let (name_of, reason_of) = (
        format!("closing.reasons[{row}].name"),
        format!("closing.reasons[{row}].reason"),
    );
    let place = format!("closing.reasons.{name}");
    let none: &[Fault] = &[];
    let faults = if name.is_empty() { none } else { drawn.faults };
    let choices = reason_choices("like any other");
    if is_fixed {
        let control = Control::new(&reason_of, name).at(&place, faults);
        return html! {
            div class="stack" {
                input type="hidden" name=(name_of) value=(name);
                (control.choice(reason, &choices))
            }
        };
    }
    let label = if name.is_empty() {
        "Another resolution"
    } else {
        "Resolution"
    };
    html! {
        div class="stack" {
            (Control::new(&name_of, label).at(&place, faults).text(name))
            (Control::new(&reason_of, "Its close reason").choice(reason, &choices))
        }
    }
}

fn resolutions(drawn: &Drawn<'_>) -> Markup {
    let closing = &drawn.entered.route.closing;
    let written = &closing.resolutions;
    let choices = |none: &str| {
        let told = drawn.found.resolutions.told()?;
        Some(or_none(none, same(told.iter().cloned())))
    };
    let mut rows: Vec<String> = CloseReason::ALL
        .into_iter()
        .map(|reason| {
            let is_same = |word: &&String| CloseReason::parse(word) == Some(reason);
            let key = written.keys().find(is_same).cloned();
            key.unwrap_or_else(|| reason.word().to_owned())
        })
        .collect();
    // What is no close reason, or stands there twice, can be emptied.
    let others: Vec<String> = written
        .keys()
        .filter(|key| !rows.contains(key))
        .cloned()
        .collect();
    rows.extend(others);
    let default = closing.default_resolution.as_deref().unwrap_or_default();
    html! {
        fieldset {
            legend { "From Contrast to Jira: the resolution for a close reason" }
            div class="pair" {
                @for key in &rows {
                    @let name = format!("closing.resolutions.{key}");
                    @let value = written.get(key).map(String::as_str).unwrap_or_default();
                    (pick(&drawn.control(&name, key), value, choices("like any other")))
                }
            }
            (pick(
                &drawn.control("closing.default_resolution", "Any other close reason")
                    .hint("Used where Jira asks for a resolution."),
                default,
                choices("the first that Jira offers"),
            ))
        }
    }
}

fn transitions(drawn: &Drawn<'_>) -> Markup {
    let closing = &drawn.entered.route.closing;
    let found = &drawn.found.statuses;
    let choices = |done: bool| {
        let told = found.told()?;
        let fitting = told.iter().filter(|it| it.done == done);
        Some(or_none(
            "any direct way",
            same(fitting.map(|it| it.name.clone())),
        ))
    };
    let done = closing.done_transition.as_deref().unwrap_or_default();
    let reopen = closing.reopen_transition.as_deref().unwrap_or_default();
    html! {
        div class="pair" {
            (pick(
                &drawn.control("closing.done_transition", "Status of a ticket whose case is closed")
                    .hint("Preferred if a direct way leads there."),
                done,
                choices(true),
            ))
            (pick(
                &drawn.control("closing.reopen_transition", "Status of a ticket whose case is reopened")
                    .hint("Preferred if a direct way leads there."),
                reopen,
                choices(false),
            ))
        }
        (trouble(found))
    }
}
