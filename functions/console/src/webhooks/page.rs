//! The page of webhooks.

use maud::{Markup, html};

use super::{Door, HEADER};
use crate::{
    access::{Role, Visitor},
    credentials::Kind,
    frame::{self, Notice, Place, Tone, badge},
    testing::refusal_in_words,
};

/// The page; `revealed` holds the secrets of one of them.
pub(super) fn all(
    visitor: &Visitor,
    doors: &[Door],
    said: Option<String>,
    revealed: Option<&(String, Vec<String>)>,
) -> Markup {
    let notices: Vec<Notice> = said
        .map(|words| Notice {
            tone: Tone::Good,
            words,
        })
        .into_iter()
        .collect();
    let body = html! {
        p class="hint" { "Webhooks make the sync immediate. Without them everything still works, by the sweep, within minutes." }
        @if doors.is_empty() {
            div class="card empty" {
                p { "There is no connection and no site yet whose webhook could be shown." }
                a class="button primary" href="/console/credentials" { "Add credentials first" }
            }
        }
        @for door in doors {
            @let key = format!("{}-{}", door.kind.word(), door.name);
            (one(visitor, door, &key, revealed.filter(|(it, _)| *it == key).map(|(_, secrets)| secrets)))
        }
    };
    frame::page(visitor, Place::Webhooks, "Webhooks", &notices, &body)
}

fn one(visitor: &Visitor, door: &Door, key: &str, revealed: Option<&Vec<String>>) -> Markup {
    let secrets = door
        .secret
        .as_ref()
        .map_or(0, |secret| secret.webhook_secrets);
    html! {
        section class="card" aria-labelledby=(key) {
            div class="head" {
                h2 id=(key) { (door.kind.title()) " " (door.name) }
                (arrival(door))
            }
            dl class="facts" {
                dt { "URL" }
                dd class="row" { code { (door.url) } (copy(&door.url)) }
                @match door.kind {
                    Kind::Connection => {
                        dt { "Where" } dd { "In Contrast: the Northstar forwarder (SIEM integration), as an HTTP target." }
                        dt { "Method" } dd { "POST, JSON" }
                        dt { "Header" } dd { code { (HEADER) } ": the secret" }
                    }
                    Kind::Site => {
                        dt { "Where" } dd { "In Jira, as an administrator: Settings, System, WebHooks, Create." }
                        dt { "Events" } dd { (door.events.join(", ")) }
                        @if let Some(jql) = &door.jql {
                            dt { "JQL" } dd class="row" { code { (jql) } (copy(jql)) }
                        }
                        dt { "Secret" } dd { "the secret below" }
                    }
                }
                @if let Some(revealed) = revealed {
                    @for (index, secret) in revealed.iter().enumerate() {
                        dt { @if index == 0 { "Paste this secret" } @else { "The old secret" } }
                        dd class="row" { code { (secret) } (copy(secret)) }
                    }
                }
            }
            @if secrets == 0 {
                (frame::note(Tone::Wait, &html! { p { "There is no webhook secret: no delivery is accepted." } }))
            } @else if secrets > 1 {
                (frame::note(Tone::Wait, &html! { p { "A rotation is under way: the new secret and the old one are both taken. End it when the product sends the new one; for Jira, an hour later, because it repeats old deliveries." } }))
            }
            @if visitor.role() == Role::Administrator { (steps(door, secrets)) }
        }
    }
}

fn steps(door: &Door, secrets: usize) -> Markup {
    let action = format!("/console/webhooks/{}/{}", door.kind.word(), door.name);
    html! {
        form class="end" method="post" action=(action) {
            @if secrets > 0 { button type="submit" name="do" value="show" { "Show the secret" } }
            @if secrets < 2 {
                button type="submit" name="do" value="rotate" {
                    @if secrets == 0 { "Make a secret" } @else { "Make a new secret" }
                }
            } @else {
                button type="submit" name="do" value="finish"
                    data-sure="Refuse the old secret from now on?" { "End the rotation" }
            }
            @if door.kind == Kind::Site {
                button type="submit" name="do" value="create" { "Make the webhook in Jira" }
            }
        }
        @if door.kind == Kind::Site {
            p class="hint" { "Making it in Jira works where the account is an administrator there and has a classic token." }
        }
    }
}

fn copy(text: &str) -> Markup {
    html! { button type="button" class="small" data-with-script hidden data-copy=(text) { "Copy" } }
}

/// Whether deliveries arrive.
fn arrival(door: &Door) -> Markup {
    let note = &door.note;
    html! {
        @if let Some(since) = note.refused_since {
            (badge(Tone::Bad, "refused"))
            span {
                "since " time datetime=(since.to_rfc3339()) { (since.for_people()) } ": "
                (refusal_in_words(note.refused_for.as_deref().unwrap_or_default()))
            }
        } @else if let Some(at) = note.valid_at {
            (badge(Tone::Good, "arrives"))
            span { "last " time datetime=(at.to_rfc3339()) { (at.for_people()) } }
        } @else {
            (badge(Tone::Wait, "nothing arrived yet"))
        }
    }
}
