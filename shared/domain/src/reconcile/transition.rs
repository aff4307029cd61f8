//! Choosing the transition that closes or reopens a ticket.
//!
//! Chooses by status category, a configured name first. Never walks through a status blindly: no
//! direct way is a finding, not a riddle.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use crate::{
    case::{CloseReason, Phase},
    reconcile::decision::Decision,
    settings::Closing,
    ticket::{ScreenField, Transition},
};

/// The transition to perform, and the choices for its screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenTransition {
    /// Jira's id.
    pub id: String,
    /// Fields by id, with the name chosen.
    pub fields: Vec<(String, String)>,
}

/// There is no way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoWay {
    /// Why, in words for people.
    pub words: String,
    /// Why, by name.
    pub decision: Decision,
}

/// Chooses, or says why there is no way.
pub fn choose_transition(
    transitions: &[Transition],
    to: Phase,
    closing: &Closing,
    reason: Option<CloseReason>,
) -> Result<ChosenTransition, NoWay> {
    let preferred = match to {
        Phase::Closed => closing.done_transition.as_deref(),
        Phase::Open => closing.reopen_transition.as_deref(),
    };
    let mut fitting: Vec<&Transition> = transitions
        .iter()
        .filter(|transition| transition.to_phase == to)
        .collect();
    // A stable sort: Jira's own order decides among equals.
    fitting.sort_by_key(|transition| {
        let named = preferred.is_some_and(|name| {
            transition.name.eq_ignore_ascii_case(name)
                || transition.to_status.eq_ignore_ascii_case(name)
        });
        (
            !named,
            transition
                .fields
                .iter()
                .filter(|field| field.required)
                .count(),
        )
    });
    let mut no_way = NoWay {
        words: format!(
            "the workflow has no direct way from its present status to one that is {}",
            match to {
                Phase::Closed => "done",
                Phase::Open => "open",
            }
        ),
        decision: Decision::TransitionMissing,
    };
    for transition in fitting {
        match fill_screen(&transition.fields, to, closing, reason) {
            Ok(fields) => {
                return Ok(ChosenTransition {
                    id: transition.id.clone(),
                    fields,
                });
            }
            Err(field) => {
                no_way = NoWay {
                    words: format!(
                        "the transition \"{}\" demands the field \"{field}\", and we have no value for it",
                        transition.name
                    ),
                    decision: Decision::TransitionDemandsField,
                };
            }
        }
    }
    Err(no_way)
}

fn fill_screen(
    fields: &[ScreenField],
    to: Phase,
    closing: &Closing,
    reason: Option<CloseReason>,
) -> Result<Vec<(String, String)>, String> {
    let mut filled = Vec::new();
    for field in fields {
        if field.id == "resolution" && to == Phase::Closed {
            match choose_resolution(&field.allowed, closing, reason, field.required) {
                Some(name) => filled.push((field.id.clone(), name)),
                None if field.required => return Err(field.name.clone()),
                None => {}
            }
        } else if field.required {
            // A choice of one is no choice; anything else is for people to decide.
            match field.allowed.as_slice() {
                [only] => filled.push((field.id.clone(), only.clone())),
                _ => return Err(field.name.clone()),
            }
        }
    }
    Ok(filled)
}

fn choose_resolution(
    allowed: &[String],
    closing: &Closing,
    reason: Option<CloseReason>,
    required: bool,
) -> Option<String> {
    let wanted = [
        reason
            .and_then(|reason| closing.resolutions.get(&reason))
            .map(String::as_str),
        closing.default_resolution.as_deref(),
        required.then_some("Done"),
    ];
    wanted
        .into_iter()
        .flatten()
        .find_map(|name| {
            allowed
                .iter()
                .find(|allowed| allowed.eq_ignore_ascii_case(name))
        })
        .or_else(|| required.then(|| allowed.first()).flatten())
        .map(ToString::to_string)
}
