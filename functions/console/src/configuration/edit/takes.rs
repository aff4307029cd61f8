//! The part of the form that says which cases a route takes.

use domain::{case::Severity, moment::Moment};
use maud::{Markup, html};

use super::{Drawn, MOST_CHOICES, or_none, same, trouble};
use crate::configuration::{
    discovered::connection_of,
    entered::{applications_of, flag, kinds_of, severity_word},
};

pub(super) fn controls(drawn: &Drawn<'_>) -> Markup {
    let entered = drawn.entered;
    let route = &entered.route;
    let connections = &drawn.showing.desk.document.connections;
    let connections = connections.iter().map(|it| it.name.clone());
    let choices = or_none("any connection", same(connections));
    html! {
        div class="pair" {
            div class="stack" {
                (drawn.control("name", "Name").must()
                    .hint("Letters, digits, '.', '_' and '-'. Tickets remember it: with another name, the route's open cases are stuck.")
                    .text(&route.name))
                @if entered.is_renamed() {
                    (drawn.control("renames", "Rename it all the same").tick(entered.renames))
                }
            }
            (drawn.control("connection", "Contrast connection").redraws()
                .hint("Only cases of this one.")
                .choice(route.connection.as_deref().unwrap_or_default(), &choices))
        }
        (drawn.control("kinds", "Kinds of case").must().boxes(&chosen(&kinds_of(route), str::to_ascii_lowercase), &with(
            &kinds_of(route),
            &[("incident", "Incidents"), ("issue", "Issues")],
        )))
        (applications(drawn))
        (drawn.control("severities", "Severities")
            .hint("None ticked: any. With severities and rules, either one is enough.")
            .boxes(&chosen(&route.severities, severity_word), &with(
                &route.severities,
                &Severity::ALL.map(|it| (it.word(), it.word())),
            )))
        (drawn.control("rules", "Rules").hint("Ids as in sql-injection, one on a line. Empty: any.")
            .lines(&route.rules.join("\n")))
        (start(drawn))
    }
}

/// What is chosen, in the words of the boxes.
fn chosen(written: &[String], word: impl Fn(&str) -> String) -> Vec<String> {
    written.iter().map(|it| word(it.trim())).collect()
}

/// The boxes, and one for each word that is none of theirs: it can be unticked.
fn with(written: &[String], offered: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut boxes: Vec<(String, String)> = offered
        .iter()
        .map(|(value, words)| ((*value).to_owned(), (*words).to_owned()))
        .collect();
    for word in written {
        let word = word.trim();
        if boxes.iter().all(|(it, _)| !it.eq_ignore_ascii_case(word)) {
            boxes.push((word.to_owned(), format!("{word} (not offered)")));
        }
    }
    boxes
}

fn applications(drawn: &Drawn<'_>) -> Markup {
    let taken = applications_of(&drawn.entered.route);
    html! {
        div class="pair" {
            (drawn.control("applications", "Applications").must()
                .hint("Names or ids, one on a line; * is all of them.")
                .lines(&taken.join("\n")))
            div class="stack" { (offered(drawn, &taken)) }
        }
    }
}

fn offered(drawn: &Drawn<'_>, taken: &[String]) -> Markup {
    let found = &drawn.found.applications;
    let Some(listed) = found.told() else {
        let has_one = connection_of(drawn.showing.desk, &drawn.entered.route).is_some();
        return html! {
            (trouble(found))
            @if !has_one { p class="hint" { "Choose a connection to pick from its applications." } }
        };
    };
    let words = drawn.entered.find.application.to_lowercase();
    let is_free = |name: &str| !taken.iter().any(|it| it.eq_ignore_ascii_case(name));
    let names: Vec<String> = listed
        .rows
        .iter()
        .map(|row| row.name.clone())
        .filter(|name| is_free(name) && name.to_lowercase().contains(&words))
        .collect();
    let is_cut = names.len() > MOST_CHOICES;
    let choices = or_none("choose …", same(names.into_iter().take(MOST_CHOICES)));
    let mut tags: Vec<String> = listed
        .rows
        .iter()
        .flat_map(|row| row.tags.clone())
        .collect();
    tags.sort_unstable();
    tags.dedup();
    html! {
        @if is_cut || listed.more || !words.is_empty() {
            (drawn.control("find_application", "Find an application").redraws()
                .hint("Part of its name.").text(&drawn.entered.find.application))
        }
        (drawn.control("add_application", "Add an application").redraws()
            .hint(if is_cut { "The first hundred; look for others above." } else { "It is put on the list." })
            .choice("", &choices))
        @if !tags.is_empty() {
            (drawn.control("add_tag", "Add the applications of a tag").redraws()
                .hint("Those that bear it now, by name; the tag itself is not kept.")
                .choice("", &or_none("choose …", same(tags))))
        }
        @if listed.more { p class="hint" { "There are more than these " (listed.rows.len()) ": write the others by hand." } }
    }
}

/// A day has a control that knows the calendar; a point in time is text.
fn start(drawn: &Drawn<'_>) -> Markup {
    let route = &drawn.entered.route;
    let start = route.start.trim();
    let is_day = start.is_empty() || is_day(start);
    let (day, moment) = if is_day { (start, "") } else { ("", start) };
    let on = flag(route.backfill.as_ref(), false).unwrap_or_default();
    html! {
        div class="pair" {
            div class="stack" {
                (drawn.control("start", "From this day on (UTC)")
                    .hint("Cases that were created earlier open no ticket.").input("date", day))
                details open[!is_day] {
                    summary { "From a point in time on" }
                    (drawn.control("start_moment", "Point in time")
                        .hint("As in 2026-03-01T08:00:00+01:00; it counts instead of the day.").text(moment))
                }
            }
            (drawn.control("backfill", "Older open cases too")
                .hint("Open cases from before get tickets as well, a few at a time.").tick(on))
        }
    }
}

/// Whether it is a date that a calendar control can show.
pub(super) fn is_day(text: &str) -> bool {
    text.len() == 10 && Moment::parse(&format!("{text}T00:00:00Z")).is_some()
}
