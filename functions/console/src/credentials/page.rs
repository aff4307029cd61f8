//! The pages of credentials.

use domain::settings::document::Fault;
use maud::{Markup, html};

use super::{
    Entry, Kind,
    change::{Done, Entered},
    secret,
};
use crate::{
    access::{Role, Visitor},
    controls::Control,
    desk::Desk,
    frame::{self, Notice, Place, Tone, badge},
};

/// The banner of a draft: what keeps it from being in force.
pub fn draft_banner(desk: &Desk) -> Markup {
    html! {
        @if desk.draft > 0 || (desk.in_force == 0 && !desk.faults.is_empty()) {
            (frame::note(Tone::Wait, &html! {
                @if desk.in_force == 0 {
                    p { strong { "Nothing is in force yet." } " The service starts as soon as the settings are complete. Still missing:" }
                } @else {
                    p { strong { "These changes are a draft." } " Version " (desk.in_force) " stays in force until this is mended:" }
                }
                ul {
                    @for fault in &desk.faults { li { code { (fault.path) } " " (fault.problem) " " (fault.remedy) } }
                }
            }))
        }
    }
}

/// The list of both kinds.
pub fn all(visitor: &Visitor, desk: &Desk, entries: &[Entry], done: Option<Done>) -> Markup {
    let notices: Vec<Notice> = done
        .map(|done| Notice {
            tone: Tone::Good,
            words: done.told().to_owned(),
        })
        .into_iter()
        .collect();
    let body = html! {
        (draft_banner(desk))
        @for kind in [Kind::Connection, Kind::Site] {
            section class="card" aria-labelledby={ (kind.word()) "-title" } {
                div class="head" {
                    h2 id={ (kind.word()) "-title" } { (kind.title()) "s" }
                    @if visitor.role() == Role::Administrator {
                        a class="button" href={ "/console/credentials/" (kind.word()) "/new" } { "Add a " (kind.title()) }
                    }
                }
                @if entries.iter().all(|entry| entry.kind != kind) {
                    div class="empty" {
                        p { (nothing_yet(kind)) }
                    }
                }
                @for entry in entries.iter().filter(|entry| entry.kind == kind) { (row(entry)) }
            }
        }
    };
    frame::page(visitor, Place::Credentials, "Credentials", &notices, &body)
}

const fn nothing_yet(kind: Kind) -> &'static str {
    match kind {
        Kind::Site => {
            "No Jira site yet. Add the one where tickets should open: you need its address, an account's e-mail and an API token."
        }
        Kind::Connection => {
            "No Contrast connection yet. Add your organisation: you need its id, a user, a service key and the API key."
        }
    }
}

fn row(entry: &Entry) -> Markup {
    let path = format!("/console/credentials/{}/{}", entry.kind.word(), entry.name);
    html! {
        article class="note plain" {
            div class="head" {
                h3 { a href=(path) { (entry.name) } }
                (state(entry))
                a class="button small" href={ (path) "/test" } { "Test connection" }
            }
            dl class="facts" {
                dt { "Address" } dd { (entry.url) }
                @if let Some(more) = &entry.more {
                    dt { @match entry.kind { Kind::Site => "Called at", Kind::Connection => "Organisation" } }
                    dd { (more) }
                }
                dt { "Used by" }
                dd { (users_of(entry)) }
            }
            @if let Some((since, words)) = &entry.refused {
                p { "The credentials are refused since " time datetime=(since) { (since) } ": " (words) ". Its cases wait and nothing is lost: put in valid ones, and the next sweep goes on." }
            }
            @if let Some(trouble) = &entry.trouble { p { (trouble) "." } }
        }
    }
}

/// Which routes use it, in words.
fn users_of(entry: &Entry) -> String {
    match entry.kind {
        Kind::Site if entry.routes.is_empty() => "no route yet".to_owned(),
        Kind::Site => entry.routes.join(", "),
        Kind::Connection if entry.routes.is_empty() => {
            "every route that names no connection".to_owned()
        }
        Kind::Connection => format!(
            "{}, and every route that names no connection",
            entry.routes.join(", ")
        ),
    }
}

fn state(entry: &Entry) -> Markup {
    let complete = entry
        .secret
        .as_ref()
        .is_some_and(|secret| secret.faults.is_empty());
    html! {
        @if entry.refused.is_some() {
            (badge(Tone::Bad, "credentials refused"))
        } @else if entry.trouble.is_some() {
            (badge(Tone::Bad, "secret unreadable"))
        } @else if complete {
            (badge(Tone::Good, "credentials set"))
        } @else {
            (badge(Tone::Wait, "credentials missing"))
        }
    }
}

/// The form of one.
pub fn edit(
    visitor: &Visitor,
    tag: &str,
    entered: &Entered,
    entry: Option<&Entry>,
    faults: &[Fault],
) -> Markup {
    let kind = entered.kind;
    let is_new = entry.is_none() && faults.iter().all(|fault| fault.path != "kept");
    let path = format!("/console/credentials/{}", kind.word());
    let title = entry.map_or_else(
        || format!("Add a {}", kind.title()),
        |entry| format!("{} {}", kind.title(), entry.name),
    );
    let action = entry.map_or_else(|| path.clone(), |entry| format!("{path}/{}", entry.name));
    let may_change = visitor.role() == Role::Administrator;
    let body = html! {
        @if !faults.is_empty() {
            (frame::note(Tone::Bad, &html! { p { "Nothing was saved: " (faults.len()) " fault(s), each told at its place." } }))
        }
        form class="card stack" method="post" action=(action) {
            input type="hidden" name="based_on" value=(tag);
            fieldset disabled[!may_change] {
                legend { (kind.title()) }
                @if is_new {
                    (Control::new("name", "Name").must().at("name", faults)
                        .hint("Letters, digits, '.', '_' and '-'. It becomes part of the webhook's address, and stays.")
                        .text(&entered.name))
                }
                @match kind {
                    Kind::Site => (site_controls(entered, faults)),
                    Kind::Connection => (connection_controls(entered, faults)),
                }
            }
            fieldset disabled[!may_change] {
                legend { "Credentials" }
                @if !is_new {
                    p class="hint" { "Leave empty what should stay as it is. What is kept is never shown." }
                }
                div class="pair" {
                    @for (key, label) in secret::keys(kind) {
                        @let control = Control::new(key, label).at(key, faults);
                        @let control = if is_new { control.must() } else { control };
                        (control.secret())
                    }
                }
                @if kind == Kind::Site { (token_kind(entered, faults)) }
            }
            @if may_change {
                div class="end" {
                    button class="primary" type="submit" { "Save and test" }
                    a class="button" href="/console/credentials" { "Cancel" }
                }
            }
        }
        @if let (Some(entry), true) = (entry, may_change) {
            form class="card" method="post" action={ (action) "/remove" }
                data-sure={ "Remove " (entry.name) "?" } {
                input type="hidden" name="based_on" value=(tag);
                p { "Removing it ends the sync of everything that uses it; nothing is deleted in either product." }
                div class="end" { button class="danger" type="submit" { "Remove " (entry.name) } }
            }
        }
    };
    frame::page(visitor, Place::Credentials, &title, &[], &body)
}

fn site_controls(entered: &Entered, faults: &[Fault]) -> Markup {
    html! {
        (Control::new("url", "Site URL").must().at("url", faults)
            .hint("As people use it, such as https://acme.atlassian.net.")
            .input("url", &entered.url))
        p class="hint" { "Jira Cloud. Data Center is unavailable in this version, which speaks the REST interface v3 of Jira Cloud and no other." }
    }
}

fn token_kind(entered: &Entered, faults: &[Fault]) -> Markup {
    let choices = [
        (
            "classic".to_owned(),
            "Classic API token of an account".to_owned(),
        ),
        (
            "scoped".to_owned(),
            "Scoped API token, or a service account's".to_owned(),
        ),
    ];
    let value = if entered.scoped { "scoped" } else { "classic" };
    html! {
        (Control::new("token_kind", "Kind of token").at("token_kind", faults)
            .hint("A scoped token works at api.atlassian.com only; the site's cloud id is looked up for you.")
            .choice(value, &choices))
        input type="hidden" name="api_url" value=[entered.api_url.as_deref()];
        (Control::new("api_url", "").at("api_url", faults).below())
    }
}

fn connection_controls(entered: &Entered, faults: &[Fault]) -> Markup {
    let positions = [
        (
            String::new(),
            "auto: try, and do without where it is missing".to_owned(),
        ),
        ("on".to_owned(), "on".to_owned()),
        ("off".to_owned(), "off".to_owned()),
    ];
    let [list, edit, delete] = &entered.switches;
    html! {
        (Control::new("url", "Contrast URL").must().at("url", faults)
            .hint("Such as https://app.contrastsecurity.com.").input("url", &entered.url))
        (Control::new("org", "Organisation ID").must().at("org", faults)
            .hint("A UUID: in Contrast under Organization settings, and in the address of every page.")
            .text(&entered.org))
        details {
            summary { "What this Contrast offers for comments" }
            p class="hint" { "Not every Contrast lists, edits or deletes comments for us." }
            div class="pair" {
                @for (name, label, value) in [
                    ("list_comments", "Listing comments", list),
                    ("edit_comments", "Editing comments", edit),
                    ("delete_comments", "Deleting comments", delete),
                ] {
                    (Control::new(name, label).at(name, faults)
                        .choice(value.as_deref().filter(|it| *it != "auto").unwrap_or_default(), &positions))
                }
            }
        }
    }
}
