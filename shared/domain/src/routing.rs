//! Chooses the route of a case: the first one, in order, that takes it.
//!
//! Never guesses: where a fact that decides is not known, the choice is unclear.

use crate::{
    case::{CaseFacts, CaseId},
    settings::{Route, Settings},
};

/// The outcome of choosing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Choice<'a> {
    /// This route takes the case.
    Route(&'a Route),
    /// This route would take it, but the case is older than the route's start.
    TooOld {
        /// The route.
        route: &'a Route,
    },
    /// No route takes it.
    Unrouted(NoRoute),
    /// Facts that decide are not known yet. Once everything was read that can be, this amounts to
    /// *unrouted*.
    Unclear,
}

/// Why no route takes a case: the furthest that any route got. Ordered by how far that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoRoute {
    /// No route takes cases of this connection.
    Connection,
    /// No route takes this kind of case.
    Kind,
    /// No route takes these applications.
    Applications,
    /// No route takes this severity or these rules.
    SeverityOrRules,
}

/// What one test of a route says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Yes,
    No,
    Unclear,
}

impl From<bool> for Answer {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

/// Chooses the route of a case. An unclear route ends the search, since it might be the first that
/// matches; a clear *no* of one test outweighs what is unclear in another.
pub fn choose_route<'a>(settings: &'a Settings, case: &CaseId, facts: &CaseFacts) -> Choice<'a> {
    let mut furthest = NoRoute::Connection;
    for route in &settings.routes {
        let tests = [
            (NoRoute::Connection, takes_connection(settings, route, case)),
            (NoRoute::Kind, route.kinds.contains(&case.kind()).into()),
            (NoRoute::Applications, takes_applications(route, facts)),
            (
                NoRoute::SeverityOrRules,
                takes_severity_or_rules(route, facts),
            ),
        ];
        if let Some((reason, _)) = tests.iter().find(|(_, answer)| *answer == Answer::No) {
            furthest = furthest.max(*reason);
            continue;
        }
        if tests.iter().any(|(_, answer)| *answer == Answer::Unclear) {
            return Choice::Unclear;
        }
        if route.backfill {
            return Choice::Route(route);
        }
        return match facts.created_at {
            None => Choice::Unclear,
            Some(created_at) if created_at < route.start => Choice::TooOld { route },
            Some(_) => Choice::Route(route),
        };
    }
    Choice::Unrouted(furthest)
}

fn takes_connection(settings: &Settings, route: &Route, case: &CaseId) -> Answer {
    // An organisation that no connection serves cannot be reached, whatever a route says.
    settings
        .connection_of(case.org())
        .is_some_and(|connection| {
            route
                .connection
                .as_ref()
                .is_none_or(|wanted| *wanted == connection.name)
        })
        .into()
}

fn takes_applications(route: &Route, facts: &CaseFacts) -> Answer {
    if route.applications.iter().any(|wanted| wanted == "*") {
        return Answer::Yes;
    }
    if facts.applications.is_empty() {
        return Answer::Unclear;
    }
    let named = facts.applications.iter().any(|application| {
        route.applications.iter().any(|wanted| {
            wanted.eq_ignore_ascii_case(&application.name)
                || application
                    .id
                    .as_ref()
                    .is_some_and(|id| wanted.eq_ignore_ascii_case(id))
        })
    });
    if named {
        return Answer::Yes;
    }
    // A push tells names only: whether a route that lists ids takes it is then not known.
    let an_id_is_missing = facts
        .applications
        .iter()
        .any(|application| application.id.is_none());
    if an_id_is_missing
        && route
            .applications
            .iter()
            .any(|wanted| looks_like_an_id(wanted))
    {
        Answer::Unclear
    } else {
        Answer::No
    }
}

/// Whether the text has the shape of a UUID, which is how Contrast identifies applications.
fn looks_like_an_id(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn takes_severity_or_rules(route: &Route, facts: &CaseFacts) -> Answer {
    if route.severities.is_empty() && route.rules.is_empty() {
        return Answer::Yes;
    }
    let rule_fits = facts.rules.iter().any(|rule| {
        route
            .rules
            .iter()
            .any(|wanted| wanted.eq_ignore_ascii_case(rule))
    });
    let severity_fits = facts
        .severity
        .is_some_and(|severity| route.severities.contains(&severity));
    if rule_fits || severity_fits {
        return Answer::Yes;
    }
    let severity_could_fit = facts.severity.is_none() && !route.severities.is_empty();
    let rules_could_fit = facts.rules.is_empty() && !route.rules.is_empty();
    if severity_could_fit || rules_could_fit {
        Answer::Unclear
    } else {
        Answer::No
    }
}

#[cfg(test)]
mod tests;
