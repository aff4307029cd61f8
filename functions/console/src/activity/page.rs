//! The pages of activity.

use adapters::cases::CaseState;
use domain::{
    case::{CaseFacts, Phase},
    comment::Side,
    ticket::TicketReading,
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Cause, Detail, Row, Rows, Wanted};
use crate::{
    access::{Role, Visitor},
    controls::Control,
    frame::{self, Notice, Place, Tone, badge},
};

/// What was just done for a case, from an address.
#[derive(Deserialize)]
pub(super) struct Arrived {
    pub(super) done: Option<Done>,
}

/// What was just done for a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Done {
    /// It was looked at.
    Again,
    /// It may open a ticket again.
    Released,
    /// It was cut from its ticket.
    Unlinked,
    /// It was linked to a ticket.
    Linked,
}

impl Done {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Again => "again",
            Self::Released => "released",
            Self::Unlinked => "unlinked",
            Self::Linked => "linked",
        }
    }

    const fn told(self) -> &'static str {
        match self {
            Self::Again => {
                "Looked at again; what came of it stands below. What took too long is finished by the next sweep."
            }
            Self::Released => "It goes its own way again, and opens a ticket if a route takes it.",
            Self::Unlinked => {
                "Cut from its ticket. Nothing was deleted in either product, and no ticket opens by itself."
            }
            Self::Linked => "Linked. Both sides are brought in step.",
        }
    }
}

/// A state in a word with a tone.
pub fn state_badge(state: CaseState) -> Markup {
    let (tone, word) = match state {
        CaseState::InStep => (Tone::Good, "in step"),
        CaseState::Due => (Tone::Wait, "due"),
        CaseState::Stuck => (Tone::Bad, "stuck"),
        CaseState::Unrouted => (Tone::Plain, "unrouted"),
        CaseState::Unreachable => (Tone::Bad, "unreachable"),
        CaseState::Opening => (Tone::Wait, "opening"),
        CaseState::New => (Tone::Wait, "new"),
        CaseState::Unlinked => (Tone::Plain, "unlinked"),
    };
    badge(tone, word)
}

/// What a person can do where a case is not in step.
const fn remedy(state: CaseState) -> &'static str {
    match state {
        CaseState::InStep => "",
        CaseState::Due | CaseState::Opening | CaseState::New => {
            "Nothing to do: it is looked at again by itself. “Try again” does it now."
        }
        CaseState::Stuck => {
            "Mend what the words name, in Jira, in Contrast or in the route; then “Try again”. New settings wake it as well."
        }
        CaseState::Unrouted => {
            "If it should have a ticket, add or widen a route under Configuration; new settings are applied to unrouted cases by themselves."
        }
        CaseState::Unreachable => {
            "Look in both products whether it was deleted, or whether our account lost the right to see it. Nothing is concluded from it, and it goes on by itself once it is seen again."
        }
        CaseState::Unlinked => "Link it to a ticket below, or let it open one of its own.",
    }
}

/// The list.
pub(super) fn list(
    visitor: &Visitor,
    wanted: &Wanted,
    rows: &Rows,
    causes: &[Cause],
    woken: Option<usize>,
) -> Markup {
    let notices: Vec<Notice> = woken
        .map(|woken| Notice {
            tone: Tone::Good,
            words: format!("{woken} cases are looked at again by the next sweep."),
        })
        .into_iter()
        .collect();
    let body = html! {
        @if !causes.is_empty() { (stuck(visitor, causes)) }
        section class="card" {
            (filter(wanted))
            @if rows.rows.is_empty() && rows.next.is_none() {
                div class="empty" {
                    @if wanted.state.is_empty() && wanted.q.is_empty() {
                        p { "No case yet. With the first incident that Contrast tells, or that a sweep finds, one stands here." }
                        a class="button" href="/console/webhooks" { "See whether webhooks arrive" }
                    } @else {
                        p { "No case is like that." }
                        a class="button" href="/console/activity" { "Show all" }
                    }
                }
            } @else { (table(&rows.rows)) }
            @if let Some(next) = &rows.next {
                @if rows.rows.is_empty() { p { "Nothing among those looked at so far." } }
                p { a class="button" href=(address(wanted, next)) { "More" } }
            }
        }
    };
    frame::page(visitor, Place::Activity, "Activity", &notices, &body)
}

fn address(wanted: &Wanted, after: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("state", &wanted.state)
        .append_pair("q", &wanted.q)
        .append_pair("after", after)
        .finish();
    format!("/console/activity?{query}")
}

fn filter(wanted: &Wanted) -> Markup {
    let mut states = vec![(String::new(), "every state".to_owned())];
    states.extend(
        CaseState::ALL.map(|state| (state.word().to_owned(), state.word().replace('-', " "))),
    );
    html! {
        form class="pair" method="get" action="/console/activity" role="search" {
            (Control::new("q", "Number, name, application or ticket").text(&wanted.q))
            (Control::new("state", "State").choice(&wanted.state, &states))
            div class="end" { button type="submit" { "Filter" } }
        }
    }
}

fn table(rows: &[Row]) -> Markup {
    html! {
        table class="wide" {
            thead { tr {
                th scope="col" { "Case" } th scope="col" { "State" } th scope="col" { "Ticket" } th scope="col" { "Last happened" }
            } }
            tbody {
                @for row in rows {
                    tr {
                        td data-label="Case" {
                            a href={ "/console/activity/case/" (row.case) } { (row.number) }
                            " " (row.name)
                            @if let Some(severity) = row.severity { " " span class="quiet small" { (severity) } }
                        }
                        td data-label="State" {
                            (state_badge(row.state))
                            @if !row.why.is_empty() { div class="small" { (row.why) } }
                        }
                        td data-label="Ticket" { (ticket(row)) }
                        td data-label="Last happened" { time datetime=(row.active_at.to_rfc3339()) { (row.active_at.for_people()) } }
                    }
                }
            }
        }
    }
}

fn ticket(row: &Row) -> Markup {
    html! {
        @match &row.ticket {
            Some((key, Some(url))) => a href=(url) rel="noreferrer noopener" { (key) },
            Some((key, None)) => (key),
            None => span class="quiet" { "none" },
        }
    }
}

fn stuck(visitor: &Visitor, causes: &[Cause]) -> Markup {
    html! {
        section class="card" aria-labelledby="stuck" {
            h2 id="stuck" { "Waiting for a person" }
            p class="hint" { (remedy(CaseState::Stuck)) }
            ul class="bare" {
                @for cause in causes {
                    li class="note bad" {
                        p { strong { (cause.cases) @if cause.cases == 1 { " case: " } @else { " cases: " } } (cause.words) }
                        @if visitor.role() == Role::Administrator {
                            form method="post" action="/console/activity/wake" {
                                input type="hidden" name="cause" value=(cause.words);
                                button class="small" type="submit" { "Try all of these again" }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// One case.
pub(super) fn case(
    visitor: &Visitor,
    detail: &Detail,
    sites: &[String],
    done: Option<Done>,
) -> Markup {
    let row = &detail.row;
    let notices: Vec<Notice> = done
        .map(|done| Notice {
            tone: Tone::Good,
            words: done.told().to_owned(),
        })
        .into_iter()
        .collect();
    let title = format!("{} {}", row.number, row.name);
    let body = html! {
        section class="card" {
            div class="head" {
                h2 { "State" } (state_badge(row.state))
            }
            @if !row.why.is_empty() { p { (row.why) } }
            @if detail.link.attempts > 0 { p class="quiet" { "Tried " (detail.link.attempts) @if detail.link.attempts == 1 { " time" } @else { " times" } " so far." } }
            @if let Some(due_at) = row.due_at { p class="quiet" { "Looked at again " time datetime=(due_at.to_rfc3339()) { (due_at.for_people()) } "." } }
            @if !remedy(row.state).is_empty() { p class="hint" { (remedy(row.state)) } }
            @if visitor.role() == Role::Administrator { (steps(detail, sites)) }
        }
        div class="cards" {
            (case_side(detail))
            (ticket_side(detail))
        }
        section class="card" aria-labelledby="history" {
            h2 id="history" { "What was done" }
            @if detail.history.is_empty() { p class="quiet" { "Nothing within the last 90 days." } }
            ol class="history" {
                @for entry in &detail.history {
                    li { time datetime=(entry.at.to_rfc3339()) { (entry.at.for_people()) } div { (entry.words) } }
                }
            }
        }
    };
    frame::page(visitor, Place::Activity, &title, &notices, &body)
}

fn steps(detail: &Detail, sites: &[String]) -> Markup {
    let action = format!("/console/activity/case/{}", detail.row.case);
    let choices: Vec<(String, String)> = sites
        .iter()
        .map(|site| (site.clone(), site.clone()))
        .collect();
    html! {
        form class="end" method="post" action=(action) {
            @if detail.row.state == CaseState::Unlinked {
                button class="primary" type="submit" name="do" value="release" { "Let it open a ticket" }
            } @else {
                button class="primary" type="submit" name="do" value="again" { "Try again" }
            }
            @if detail.link.pair().is_some() {
                button class="danger" type="submit" name="do" value="unlink"
                    data-sure="Cut this case from its ticket? Nothing is deleted in either product; they are no longer kept in step." { "Unlink" }
            }
        }
        @if detail.link.pair().is_none() {
            details {
                summary { "Link to an existing ticket" }
                form class="stack" method="post" action=(action) {
                    div class="pair" {
                        (Control::new("site", "Site").must().choice(choices.first().map_or("", |(it, _)| it), &choices))
                        (Control::new("key", "Ticket").must().hint("Its key, such as SEC-12.").text(""))
                    }
                    div class="end" { button type="submit" name="do" value="link" { "Link" } }
                }
            }
        }
    }
}

fn phase(phase: Option<Phase>) -> &'static str {
    match phase {
        Some(Phase::Open) => "open",
        Some(Phase::Closed) => "closed",
        None => "not told",
    }
}

/// How many comments we keep on a side.
fn ours(detail: &Detail, side: Side) -> String {
    let postings = detail.link.postings.iter();
    match postings.filter(|posting| posting.side == side).count() {
        0 => "No comment of ours there".to_owned(),
        1 => "One comment of ours there".to_owned(),
        several => format!("{several} comments of ours there"),
    }
}

fn case_side(detail: &Detail) -> Markup {
    html! {
        section class="card" aria-labelledby="case-side" {
            div class="head" {
                h2 id="case-side" { "In Contrast" }
                @if let Some(url) = &detail.case_url { a class="button small" href=(url) rel="noreferrer noopener" { "Open" } }
            }
            @match &detail.case {
                Ok(facts) => (facts_of(facts)),
                Err(words) => (frame::note(Tone::Bad, &html! { p { (words) } })),
            }
            p class="quiet small" { (ours(detail, Side::Case)) }
        }
    }
}

fn facts_of(facts: &CaseFacts) -> Markup {
    html! {
        dl class="facts" {
            dt { "Status" } dd { (phase(facts.phase)) }
            @if let Some(reason) = facts.close_reason { dt { "Closed as" } dd { (reason.word()) } }
            @if let Some(severity) = facts.severity { dt { "Severity" } dd { (severity.word()) } }
            @if let Some(name) = &facts.assigned_to { dt { "Assigned to" } dd { (name) } }
            @if let Some(at) = facts.created_at { dt { "Created" } dd { time datetime=(at.to_rfc3339()) { (at.for_people()) } } }
        }
    }
}

fn ticket_side(detail: &Detail) -> Markup {
    let url = detail.row.ticket.as_ref().and_then(|(_, url)| url.as_ref());
    html! {
        section class="card" aria-labelledby="ticket-side" {
            div class="head" {
                h2 id="ticket-side" { "In Jira" }
                @if let Some(url) = url { a class="button small" href=(url) rel="noreferrer noopener" { "Open" } }
            }
            @match &detail.ticket {
                None => p class="quiet" { "No ticket." },
                Some(Ok(reading)) => (reading_of(detail, reading)),
                Some(Err(words)) => (frame::note(Tone::Bad, &html! { p { (words) } })),
            }
            @if detail.ticket.is_some() { p class="quiet small" { (ours(detail, Side::Ticket)) } }
        }
    }
}

fn reading_of(detail: &Detail, reading: &TicketReading) -> Markup {
    let route = detail.link.pair().map(|pair| pair.route.to_string());
    html! {
        dl class="facts" {
            dt { "Ticket" } dd { (reading.key) }
            dt { "Status" } dd { (reading.status) " (" (phase(Some(reading.phase))) ")" }
            @if let Some(resolution) = &reading.resolution { dt { "Resolution" } dd { (resolution) } }
            @if let Some(priority) = &reading.priority { dt { "Priority" } dd { (priority.name) } }
            @if let Some(route) = route { dt { "Route" } dd { (route) } }
        }
    }
}
