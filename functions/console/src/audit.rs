//! The audit trail: who changed what, and when.
//!
//! Every change that the console makes is noted here once it was made. No secret stands in it.

use std::sync::Arc;

use adapters::store::{AuditEntry, AuditPage, Deed};
use axum::{
    Router,
    extract::{Query, State},
    response::Response,
    routing::get,
};
use maud::html;
use serde::Deserialize;

use crate::{
    Console,
    access::Visitor,
    failure::Failure,
    frame::{self, Place},
};

/// Lines of a page.
const MOST: usize = 50;

/// Notes what somebody did.
pub async fn note(
    console: &Console,
    visitor: &Visitor,
    deed: Deed,
    subject: &str,
    difference: String,
) -> Result<(), Failure> {
    let entry = AuditEntry {
        at: console.service.clock.now(),
        who: visitor.name().to_owned(),
        deed,
        subject: subject.to_owned(),
        difference,
    };
    Ok(console.service.store.write_audit(&entry).await?)
}

/// A page of the trail, latest first.
pub async fn list(console: &Console, before: Option<&str>) -> Result<AuditPage, Failure> {
    let now = console.service.clock.now();
    // What was noted within this millisecond is to be seen, too.
    let page = console
        .service
        .store
        .list_audit(before, MOST, now.plus_ms(1));
    Ok(page.await?)
}

/// The routes of this page.
pub fn pages() -> Router<Arc<Console>> {
    Router::new().route("/changes", get(show))
}

#[derive(Deserialize)]
struct From {
    before: Option<String>,
}

async fn show(
    State(console): State<Arc<Console>>,
    visitor: Visitor,
    Query(From { before }): Query<From>,
) -> Result<Response, Failure> {
    let AuditPage { entries, next } = list(&console, before.as_deref()).await?;
    let next = next.map(|next| {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("before", &next)
            .finish();
        format!("/console/changes?{query}")
    });
    let body = html! {
        section class="card" {
            p class="hint" { "Every change made on this console, kept for good. Secrets never stand here." }
            @if entries.is_empty() {
                div class="empty" { p { "Nothing was changed here yet." } }
            } @else {
                table class="wide" {
                    thead { tr { th scope="col" { "When" } th scope="col" { "Who" } th scope="col" { "What" } th scope="col" { "Details" } } }
                    tbody {
                        @for entry in &entries {
                            tr {
                                td data-label="When" { time datetime=(entry.at.to_rfc3339()) { (entry.at.for_people()) } }
                                td data-label="Who" { (entry.who) }
                                td data-label="What" { (entry.deed.words()) @if !entry.subject.is_empty() { ": " (entry.subject) } }
                                td data-label="Details" {
                                    @if !entry.difference.is_empty() {
                                        details { summary { "Show" } pre { (entry.difference) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            @if let Some(next) = next { p { a class="button" href=(next) { "Earlier" } } }
        }
    };
    Ok(frame::shown(frame::page(
        &visitor,
        Place::Changes,
        "Changes",
        &[],
        &body,
    )))
}
