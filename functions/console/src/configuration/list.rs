//! The list of routes, in the order in which they are tried.

use domain::settings::document::{RouteDocument, SettingsDocument};
use maud::{Markup, html};
use serde::Serialize;

use super::{
    Showing,
    change::Done,
    entered::{applications_of, flag, kinds_of, severity_word, switches},
};
use crate::{
    credentials::draft_banner,
    desk::Desk,
    frame::{self, Notice, Place, Tone, badge},
};

/// Applications and rules that are named in the list; the form has all of them.
const MOST_NAMED: usize = 4;

/// A route in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// What it takes, as phrases.
    pub takes: Vec<String>,
    /// Where its tickets open.
    pub opens: String,
    /// What is other than usual, and what flows, as short phrases.
    pub flows: Vec<String>,
    /// Whether it keeps the draft from being in force.
    pub faulty: bool,
}

/// All routes, in their order.
pub fn rows(desk: &Desk) -> Vec<Row> {
    let routes = desk.document.routes.iter().enumerate();
    routes
        .map(|(index, route)| {
            let place = format!("routes[{index}].");
            let mut faults = desk.faults.iter();
            Row {
                name: route.name.clone(),
                takes: takes(route),
                opens: opens(route),
                flows: flows(route),
                faulty: faults.any(|fault| fault.path.starts_with(&place)),
            }
        })
        .collect()
}

fn takes(route: &RouteDocument) -> Vec<String> {
    let kinds: Vec<String> = kinds_of(route)
        .iter()
        .map(|kind| format!("{kind}s"))
        .collect();
    let applications = applications_of(route);
    let mut takes = vec![kinds.join(" and ")];
    takes.push(if applications.iter().any(|it| it == "*") {
        "of all applications".to_owned()
    } else {
        format!("of {}", in_short(&applications))
    });
    let severities: Vec<String> = route
        .severities
        .iter()
        .map(|it| severity_word(it))
        .collect();
    match (severities.is_empty(), route.rules.is_empty()) {
        (true, true) => {}
        (false, true) => takes.push(severities.join(", ")),
        (true, false) => takes.push(format!("rules {}", in_short(&route.rules))),
        (false, false) => takes.push(format!(
            "{}, or rules {}",
            severities.join(", "),
            in_short(&route.rules)
        )),
    }
    if let Some(connection) = &route.connection {
        takes.push(format!("connection {connection}"));
    }
    takes.push(format!("from {} on", route.start));
    takes
}

fn in_short(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(MOST_NAMED).map(String::as_str).collect();
    match names.len().saturating_sub(MOST_NAMED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn opens(route: &RouteDocument) -> String {
    let ticket = &route.ticket;
    format!(
        "{} · {} · {}",
        ticket.site, ticket.project, ticket.issue_type
    )
}

/// The words for a switch that is on, and for one that is off.
const fn switch_words(name: &str) -> (&'static str, &'static str) {
    match name.as_bytes() {
        b"bidirectional" => ("both ways", "Contrast to Jira only"),
        b"auto_close" => ("closes cases", "closes no cases"),
        b"reopen" => ("reopens cases", "reopens no cases"),
        b"comments" => ("comments", "no comments"),
        b"delete_in_contrast" => ("deletes in Contrast", ""),
        _ => ("internal comments too", ""),
    }
}

fn flows(route: &RouteDocument) -> Vec<String> {
    let mut flow = route.flow.clone();
    let mut flows: Vec<String> = switches(&mut flow)
        .into_iter()
        .map(|(name, default, written)| {
            let (on, off) = switch_words(name);
            if flag(written.as_ref(), default).unwrap_or(default) {
                on
            } else {
                off
            }
        })
        .filter(|words| !words.is_empty())
        .map(ToOwned::to_owned)
        .collect();
    if flag(route.backfill.as_ref(), false) == Some(true) {
        flows.push("older cases too".to_owned());
    }
    flows
}

/// The page.
pub(super) fn page(showing: &Showing<'_>, done: Option<Done>) -> Markup {
    let notices: Vec<Notice> = done
        .map(|done| Notice {
            tone: Tone::Good,
            words: done.told().to_owned(),
        })
        .into_iter()
        .collect();
    let rows = rows(showing.desk);
    let body = html! {
        (draft_banner(showing.desk))
        (showing.why_not())
        section class="card" aria-labelledby="routes-title" {
            div class="head" {
                h2 id="routes-title" { "Routes" }
                @if showing.may_change && is_ready(&showing.desk.document) {
                    a class="button primary" href="/console/configuration/new" { "Add a route" }
                }
            }
            @if rows.is_empty() {
                (nothing_yet(showing))
            } @else {
                p class="hint" { "They are tried from top to bottom, and the first that fits wins. A case that none of them fits opens no ticket." }
                ol class="routes" {
                    @for (index, row) in rows.iter().enumerate() {
                        li { (route(showing, row, index == 0, index + 1 == rows.len())) }
                    }
                }
            }
        }
    };
    frame::page(
        showing.visitor,
        Place::Configuration,
        "Configuration",
        &notices,
        &body,
    )
}

fn is_ready(document: &SettingsDocument) -> bool {
    !document.sites.is_empty() && !document.connections.is_empty()
}

fn nothing_yet(showing: &Showing<'_>) -> Markup {
    html! {
        div class="empty" {
            @if is_ready(&showing.desk.document) {
                p { "No route yet. A route says which cases open tickets, and in which project." }
            } @else {
                p { "A route leads from a Contrast connection to a Jira site: set up both first." }
                a class="button primary" href="/console/credentials" { "To the credentials" }
            }
        }
    }
}

fn route(showing: &Showing<'_>, row: &Row, is_first: bool, is_last: bool) -> Markup {
    let path = format!("/console/configuration/routes/{}", row.name);
    html! {
        article class="note plain" {
            div class="head" {
                h3 { a href=(path) { (row.name) } }
                @if row.faulty { (badge(Tone::Bad, "has faults")) }
                div class="row" {
                    a class="button small" href={ (path) "/preview" } aria-label={ "Preview " (row.name) } { "Preview" }
                    @if showing.may_change {
                        (step(showing, row, "up", "Up", is_first))
                        (step(showing, row, "down", "Down", is_last))
                        a class="button small" href=(path) aria-label={ "Edit " (row.name) } { "Edit" }
                        form method="post" action={ (path) "/remove" }
                            data-sure={ "Remove " (row.name) "? Its open cases are stuck until a route has that name again." } {
                            input type="hidden" name="based_on" value=(showing.desk.tag());
                            button class="danger small" type="submit" aria-label={ "Remove " (row.name) } { "Remove" }
                        }
                    }
                }
            }
            dl class="facts" {
                dt { "Takes" } dd { (row.takes.join(" · ")) }
                dt { "Opens in" } dd { (row.opens) }
                dt { "Flows" } dd { (row.flows.join(" · ")) }
            }
        }
    }
}

fn step(showing: &Showing<'_>, row: &Row, word: &str, label: &str, is_end: bool) -> Markup {
    html! {
        form method="post" action={ "/console/configuration/routes/" (row.name) "/" (word) } {
            input type="hidden" name="based_on" value=(showing.desk.tag());
            button class="small" type="submit" disabled[is_end] aria-label={ "Move " (row.name) " " (word) } { (label) }
        }
    }
}
