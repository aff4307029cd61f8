//! The summary of a ticket, made from a route's template.
//!
//! Never longer than Jira allows, and never more than one line.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use super::line::{cut, length, one_line};
use crate::{
    case::{CaseFacts, CaseId, Severity},
    settings::TicketTemplate,
};

/// The longest summary that Jira takes.
const MOST: usize = 255;
/// A name is not shortened below this to make room for the rest of the template.
const SHORTEST_NAME: usize = 24;

/// What a template may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placeholder {
    /// `{number}`
    Number,
    /// `{name}`
    Name,
    /// `{severity}`
    Severity,
    /// `{score}`
    Score,
    /// `{applications}`
    Applications,
    /// `{rules}`
    Rules,
}

impl Placeholder {
    /// All of them, for a sentence.
    pub const LIST: &'static str =
        "{number}, {name}, {severity}, {score}, {applications} and {rules}";

    /// The first thing in braces (or lone brace) that is not a placeholder.
    pub fn unknown_in(template: &str) -> Option<&str> {
        pieces(template).into_iter().find_map(|piece| match piece {
            Piece::Unknown(text) => Some(text),
            Piece::Literal(_) | Piece::Value(_) => None,
        })
    }

    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "number" => Self::Number,
            "name" => Self::Name,
            "severity" => Self::Severity,
            "score" => Self::Score,
            "applications" => Self::Applications,
            "rules" => Self::Rules,
            _ => return None,
        })
    }

    fn value(self, case: &CaseId, facts: &CaseFacts) -> String {
        match self {
            Self::Number => case.number().to_string(),
            Self::Name => one_line(&facts.title(case)),
            Self::Severity => facts.severity.map_or("UNKNOWN", Severity::word).to_string(),
            Self::Score => facts
                .score
                .map_or_else(|| "no score".to_string(), |score| score.to_string()),
            Self::Applications => {
                let names = facts
                    .applications
                    .iter()
                    .map(|application| application.name.as_str());
                listed(names, "unknown application")
            }
            Self::Rules => listed(facts.rules.iter().map(String::as_str), "unknown rule"),
        }
    }
}

enum Piece<'a> {
    Literal(&'a str),
    Value(Placeholder),
    Unknown(&'a str),
}

fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        let (literal, braced) = rest.split_at(at);
        pieces.push(Piece::Literal(literal));
        let end = braced.find('}').map_or(braced.len(), |end| end + 1);
        let (braced, after) = braced.split_at(end);
        let known = braced
            .strip_prefix('{')
            .and_then(|word| word.strip_suffix('}'))
            .and_then(Placeholder::parse);
        pieces.push(known.map_or(Piece::Unknown(braced), Piece::Value));
        rest = after;
    }
    pieces.push(Piece::Literal(rest));
    pieces
}

fn listed<'a>(items: impl Iterator<Item = &'a str>, none: &str) -> String {
    let items: Vec<String> = items.map(one_line).collect();
    if items.is_empty() {
        none.to_string()
    } else {
        items.join(", ")
    }
}

/// The summary of a case's ticket: one line, at most 255 long. Where that is too short the name is
/// shortened first, so that a number behind it survives.
pub fn summary(route_template: &TicketTemplate, case: &CaseId, facts: &CaseFacts) -> String {
    let whole = rendered(&route_template.summary, case, facts, usize::MAX);
    let excess = length(&whole).saturating_sub(MOST);
    if excess == 0 {
        return whole;
    }
    let name = length(&Placeholder::Name.value(case, facts));
    let room = name.saturating_sub(excess).max(SHORTEST_NAME);
    cut(&rendered(&route_template.summary, case, facts, room), MOST)
}

fn rendered(template: &str, case: &CaseId, facts: &CaseFacts, longest_name: usize) -> String {
    let mut text = String::new();
    for piece in pieces(template) {
        match piece {
            Piece::Literal(literal) | Piece::Unknown(literal) => text.push_str(literal),
            Piece::Value(Placeholder::Name) => {
                text.push_str(&cut(&Placeholder::Name.value(case, facts), longest_name));
            }
            Piece::Value(placeholder) => text.push_str(&placeholder.value(case, facts)),
        }
    }
    one_line(&text)
}
