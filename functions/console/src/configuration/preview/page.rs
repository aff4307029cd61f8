//! The page of a preview.

use domain::{settings::document::Fault, ticket::FieldValue};
use maud::{Markup, html};

use super::{Preview, Ticket};
use crate::{
    access::Visitor,
    configuration::{entered::Entered, rendered::rendered},
    controls::Control,
    form::Form,
    frame::{self, Place, Tone, badge},
};

/// Names of controls that are the preview's own.
const OWN: [&str; 2] = ["preview_connection", "preview_case"];

/// The preview of a route as it is kept.
pub fn of_kept(visitor: &Visitor, entered: &Entered, preview: &Preview) -> Markup {
    let path = format!("/console/configuration/routes/{}", entered.route.name);
    let body = html! {
        form class="card" method="get" action={ (path) "/preview" } { (choices(preview)) }
        (outcome(preview))
        p { a class="button" href=(path) { "Edit this route" } " " a class="button" href="/console/configuration" { "To the list" } }
    };
    page(visitor, entered, &body)
}

/// The preview of what stands in a form; everything that was entered comes along.
pub fn of_form(visitor: &Visitor, entered: &Entered, preview: &Preview, form: &Form) -> Markup {
    let body = html! {
        form class="card" method="post" action="/console/configuration/preview" {
            @for (name, value) in form.entries().filter(|(name, _)| !OWN.contains(name)) {
                input type="hidden" name=(name) value=(value);
            }
            (choices(preview))
            div class="end" {
                button type="submit" formaction="/console/configuration/draw" formnovalidate { "Back to the form" }
            }
        }
        (outcome(preview))
    };
    page(visitor, entered, &body)
}

fn page(visitor: &Visitor, entered: &Entered, body: &Markup) -> Markup {
    let title = format!("Preview of {}", entered.route.name);
    frame::page(visitor, Place::Configuration, &title, &[], body)
}

fn choices(preview: &Preview) -> Markup {
    let connections: Vec<(String, String)> = preview
        .connections
        .iter()
        .map(|name| (name.clone(), name.clone()))
        .collect();
    let cases: Vec<(String, String)> = preview
        .cases
        .iter()
        .map(|case| {
            let words = format!("{}: {}", case.number, case.title);
            (case.number.clone(), words)
        })
        .collect();
    html! {
        p class="hint" { "Nothing is written, neither in Jira nor in Contrast." }
        div class="pair" {
            @if connections.len() > 1 {
                (Control::new("preview_connection", "Connection").choice(&preview.connection, &connections))
            }
            @if !cases.is_empty() {
                (Control::new("preview_case", "Recent case").choice(&preview.number, &cases))
            }
        }
        @if connections.len() > 1 || !cases.is_empty() {
            div class="end" { button type="submit" class="primary" { "Preview" } }
        }
    }
}

fn outcome(preview: &Preview) -> Markup {
    html! {
        @if !preview.faults.is_empty() {
            (frame::note(Tone::Bad, &html! {
                p { "There is no preview before the settings are complete:" }
                ul { @for Fault { path, problem, remedy } in &preview.faults { li { code { (path) } " " (problem) " " (remedy) } } }
            }))
        }
        @for trouble in &preview.troubles {
            (frame::note(Tone::Wait, &html! { p { "There was trouble " (trouble) "." } }))
        }
        @if preview.faults.is_empty() && preview.troubles.is_empty() && preview.cases.is_empty() {
            (frame::note(Tone::Plain, &html! { p { "This connection has no case of that kind yet, and so there is nothing to show." } }))
        }
        @if let Some(verdict) = &preview.verdict {
            @let tone = if verdict.opens { Tone::Good } else { Tone::Wait };
            (frame::note(tone, &html! { p { (verdict.words) } }))
        }
        @if let Some(it) = &preview.ticket {
            @let opens = preview.verdict.as_ref().is_some_and(|verdict| verdict.opens);
            (ticket(it, opens))
        }
    }
}

fn ticket(it: &Ticket, opens: bool) -> Markup {
    let [site, project, issue_type] = &it.place;
    html! {
        article class="card" aria-labelledby="ticket-title" {
            div class="head" {
                h2 id="ticket-title" { (it.summary) }
                @if opens { (badge(Tone::Good, "would open")) } @else { (badge(Tone::Plain, "would look like this")) }
            }
            dl class="facts" {
                dt { "Route" } dd { (it.route) }
                dt { "Opens in" } dd { (site) " · " (project) " · " (issue_type) }
                dt { "Priority" } dd { (it.priority.as_deref().unwrap_or("as Jira sets it")) }
                dt { "Assignee" } dd { (it.assignee.as_deref().unwrap_or("as Jira sets it")) }
                dt { "Epic" } dd { (it.parent.as_deref().unwrap_or("none")) }
                dt { "Labels" } dd { (it.labels.join(", ")) }
                @for (id, value) in &it.fields { dt { (id) } dd { (field(value)) } }
            }
            div class="rendered" { (rendered(&it.description)) }
        }
    }
}

fn field(value: &FieldValue) -> String {
    match value {
        FieldValue::Text(text)
        | FieldValue::RichText(text)
        | FieldValue::Date(text)
        | FieldValue::DateTime(text)
        | FieldValue::Option(text)
        | FieldValue::User(text) => text.clone(),
        FieldValue::Number(number) => number.to_string(),
        FieldValue::Options(texts) | FieldValue::Strings(texts) => texts.join(", "),
        FieldValue::Cascading(texts) => texts.join(" › "),
    }
}
