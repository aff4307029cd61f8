//! The state of a case in one word, and why.
//!
//! Says nothing that the link does not say.

use domain::{
    link::{Class, LinkState, Reach},
    moment::Moment,
    ports::Glimpse,
};
use serde::Serialize;

/// The state of a case, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseState {
    /// Both sides agree.
    InStep,
    /// Something is to be done, and will be by itself.
    Due,
    /// Waits for a person.
    Stuck,
    /// No route wants it.
    Unrouted,
    /// One of its sides cannot be read.
    Unreachable,
    /// A ticket is about to be opened.
    Opening,
    /// Nothing is decided yet.
    New,
    /// A person cut it from its ticket.
    Unlinked,
}

impl CaseState {
    /// All states.
    pub const ALL: [Self; 8] = [
        Self::InStep,
        Self::Due,
        Self::Stuck,
        Self::Unrouted,
        Self::Unreachable,
        Self::Opening,
        Self::New,
        Self::Unlinked,
    ];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::InStep => "in-step",
            Self::Due => "due",
            Self::Stuck => "stuck",
            Self::Unrouted => "unrouted",
            Self::Unreachable => "unreachable",
            Self::Opening => "opening",
            Self::New => "new",
            Self::Unlinked => "unlinked",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// The classes in which links of this state stand.
    pub(super) const fn classes(self) -> &'static [Class] {
        match self {
            Self::Stuck => &[Class::Stuck],
            Self::Unrouted | Self::Unlinked => &[Class::Unrouted],
            Self::Opening | Self::New => &[Class::Hot, Class::Warm, Class::Cold],
            Self::InStep | Self::Due | Self::Unreachable => {
                &[Class::Hot, Class::Warm, Class::Cold, Class::Closed]
            }
        }
    }
}

/// Whether it is to be looked at.
pub fn is_due(glimpse: &Glimpse, now: Moment) -> bool {
    glimpse.due_at.is_some_and(|due_at| due_at <= now)
}

/// The state of a case, and why, for people; empty where there is nothing to say.
pub fn state_of(glimpse: &Glimpse, now: Moment) -> (CaseState, String) {
    let link = &glimpse.link;
    let mishap = link
        .mishap
        .as_ref()
        .map(|mishap| mishap.words.clone())
        .unwrap_or_default();
    if link.is_stuck() {
        return (CaseState::Stuck, mishap);
    }
    match &link.state {
        LinkState::Unrouted { reason } => (CaseState::Unrouted, reason.clone()),
        LinkState::Opening(_) => (CaseState::Opening, mishap),
        LinkState::New => (CaseState::New, mishap),
        LinkState::Unlinked(unlinked) => (
            CaseState::Unlinked,
            format!(
                "It was cut from {} at {}, and opens no other ticket by itself.",
                unlinked.ticket.key,
                unlinked.since.for_people()
            ),
        ),
        LinkState::Linked(pair) if pair.case_gone_since.is_some() => (
            CaseState::Unreachable,
            "Contrast does not show us the case any more.".to_owned(),
        ),
        LinkState::Linked(pair) => match pair.reach {
            Reach::Unreachable { since } => (
                CaseState::Unreachable,
                format!(
                    "Jira has not shown us the ticket since {}.",
                    since.for_people()
                ),
            ),
            Reach::Reachable if !mishap.is_empty() => (CaseState::Due, mishap),
            Reach::Reachable if is_due(glimpse, now) => (CaseState::Due, String::new()),
            Reach::Reachable => (CaseState::InStep, String::new()),
        },
    }
}
