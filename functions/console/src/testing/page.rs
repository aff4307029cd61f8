//! The page of a test, and its rows.

use maud::{Markup, html};

use super::{Outcome, Told};
use crate::{
    access::{Role, Visitor},
    credentials::{Done, Kind, draft_banner},
    desk::Desk,
    frame::{self, Notice, Place, Tone, badge},
};

/// The page.
pub(super) fn test(
    visitor: &Visitor,
    desk: &Desk,
    kind: Kind,
    name: &str,
    told: &[Told],
    done: Option<Done>,
) -> Markup {
    let path = format!("/console/credentials/{}/{name}/test", kind.word());
    let notices: Vec<Notice> = done
        .map(|done| Notice {
            tone: Tone::Good,
            words: done.told().to_owned(),
        })
        .into_iter()
        .collect();
    let cut_off = told.last().and_then(|told| told.next.as_ref());
    let body = html! {
        (draft_banner(desk))
        section class="card" {
            div class="head" {
                h2 { (kind.title()) " " (name) }
                a class="button small" href={ "/console/credentials/" (kind.word()) "/" (name) } { "Credentials" }
            }
            @if visitor.role() == Role::Administrator {
                form method="post" action=(path) data-test="steps" {
                    button class="primary" type="submit" { "Test connection" }
                }
            } @else {
                p { "Administrators can test the connection." }
            }
            ol class="steps" id="steps" aria-live="polite" aria-label="Steps" {
                @for step in told { (row(step)) }
            }
            @if let Some(next) = cut_off {
                form method="post" action={ (path) "?step=" (next.step.word()) "&done=" (next.done) "&amiss=" (next.amiss) } {
                    p { "There is more to look at than one request has time for." }
                    button type="submit" { "Go on" }
                }
            }
            @if told.is_empty() {
                p class="hint" { "Reads only: nothing is written to either product. A site with many projects takes a while; each step shows how far it is." }
            }
        }
    };
    frame::page(
        visitor,
        Place::Credentials,
        "Test connection",
        &notices,
        &body,
    )
}

/// One step.
pub(super) fn row(told: &Told) -> Markup {
    let (tone, word) = match told.outcome {
        Outcome::Ok => (Tone::Good, "ok"),
        Outcome::Failed => (Tone::Bad, "failed"),
        Outcome::Skipped => (Tone::Plain, "skipped"),
        Outcome::GoingOn => (Tone::Wait, "going on"),
    };
    let next = told.next.as_ref().map(|next| {
        format!(
            "step={}&done={}&amiss={}",
            next.step.word(),
            next.done,
            next.amiss
        )
    });
    html! {
        li data-step=(told.step.word()) data-next=[next] {
            (badge(tone, word))
            strong { (told.step.title()) }
            @for words in &told.words { span { (words) } }
            @if !told.remedy.is_empty() { span class="quiet" { (told.remedy) } }
        }
    }
}
