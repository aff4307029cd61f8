//! What a person can do on either side, as the page asks for it.
//!
//! An act changes the simulated product and nothing else; the service only hears of it by webhook,
//! or from the sweep.

use std::sync::Arc;

use serde::Deserialize;
use simulators::contrast::{CloseReason, IncidentSeed, Severity};

use super::{
    Both, Demo,
    post::{Fate, take_mail},
};

/// An act, as the page writes it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Act {
    /// Which one.
    #[serde(rename = "act")]
    pub which: String,
    /// The case it concerns.
    pub case: String,
    /// Who does it.
    pub person: String,
    /// The comment it concerns.
    pub comment: String,
    /// New text.
    pub text: String,
    /// A choice.
    pub value: String,
    /// What becomes of its webhooks.
    pub delivery: String,
}

/// The longest text somebody can type.
const MOST_CHARS: usize = 20_000;

impl Demo {
    /// Does it; answers with what happened, or with why it cannot be done.
    pub async fn act(
        self: &Arc<Self>,
        act: &Act,
        ticket: Option<String>,
    ) -> Result<String, String> {
        if act.text.chars().count() > MOST_CHARS {
            return Err(format!("Please keep it below {MOST_CHARS} characters."));
        }
        let fate = match act.delivery.as_str() {
            "" | "delivered" => Fate::Delivered,
            "doubled" => Fate::Doubled,
            "lost" => Fate::Lost,
            other => return Err(format!("Webhooks cannot be \"{other}\".")),
        };
        let number = act.case.rsplit('/').next().unwrap_or_default().to_owned();
        let (words, mail) = {
            let mut both = self.both();
            let words = if act.which.starts_with("jira-") {
                let ticket = ticket.ok_or("This case has no ticket yet.")?;
                in_jira(&mut both, act, &ticket, self.now_ms())?
            } else {
                in_contrast(&mut both, act, &number, self.now_ms())?
            };
            (words, take_mail(&mut both))
        };
        self.note(
            if act.which.starts_with("jira-") {
                "Jira"
            } else {
                "Contrast"
            },
            &words,
        );
        match fate {
            Fate::Delivered => {}
            Fate::Doubled => self.note("you", "had the webhook delivered twice"),
            Fate::Lost => self.note("you", "let the webhook get lost"),
        }
        self.send_as(&mail, fate).await;
        Ok(words)
    }
}

fn in_contrast(both: &mut Both, act: &Act, number: &str, now: i64) -> Result<String, String> {
    let contrast = &mut both.contrast;
    let person = act.person.as_str();
    let happened = |done: bool, words: String| {
        if done {
            Ok(words)
        } else {
            Err("Contrast does not have that any more.".to_owned())
        }
    };
    match act.which.as_str() {
        "raise" => {
            let seed = match act.value.as_str() {
                "cmd-injection" => IncidentSeed::command_injection(),
                "untrusted-deserialization" => IncidentSeed::untrusted_deserialization(),
                "path-traversal" => IncidentSeed::path_traversal(),
                _ => IncidentSeed::sql_injection(),
            };
            let name = seed.name.clone();
            let number = contrast.raise_incident(seed, now);
            Ok(format!("raised {number}, {name}"))
        }
        "contrast-comment" => {
            let text = require(&act.text)?;
            let made = contrast.comment(number, person, text, now).is_some();
            happened(made, format!("{person} commented on {number}"))
        }
        "contrast-edit" => {
            let text = require(&act.text)?;
            let done = contrast.edit_comment(number, &act.comment, text, now);
            happened(done, format!("a comment on {number} was edited"))
        }
        "contrast-delete" => {
            let done = contrast.delete_comment(number, &act.comment, now);
            happened(done, format!("a comment on {number} was deleted"))
        }
        "contrast-close" => {
            let reason = match act.value.as_str() {
                "TRUE_POSITIVE" => CloseReason::TruePositive,
                "FALSE_POSITIVE" => CloseReason::FalsePositive,
                "BENIGN_TRUE_POSITIVE" => CloseReason::BenignTruePositive,
                _ => CloseReason::Other,
            };
            let done = if number.starts_with("ISS-") {
                contrast.close_issue(number, now)
            } else {
                contrast.close(number, person, reason, now)
            };
            happened(
                done,
                format!("{person} closed {number} as {}", reason.word()),
            )
        }
        "contrast-reopen" => {
            let done = if number.starts_with("ISS-") {
                contrast.reopen_issue(number, now)
            } else {
                contrast.reopen(number, person, now)
            };
            happened(done, format!("{person} reopened {number}"))
        }
        "contrast-severity" => {
            let (severity, score) = match act.value.as_str() {
                "CRITICAL" => (Severity::Critical, 9.8),
                "HIGH" => (Severity::High, 8.1),
                "MEDIUM" => (Severity::Medium, 5.4),
                "LOW" => (Severity::Low, 3.1),
                _ => (Severity::Note, 0.5),
            };
            let done = contrast.set_severity(number, severity, score, now);
            happened(
                done,
                format!("{number} became {} ({score})", severity.word()),
            )
        }
        other => Err(format!("Nobody knows how to \"{other}\".")),
    }
}

fn in_jira(both: &mut Both, act: &Act, ticket: &str, now: i64) -> Result<String, String> {
    let jira = &mut both.jira;
    let person = act.person.as_str();
    let key = jira
        .ticket(ticket)
        .map_or_else(|| ticket.to_owned(), |ticket| ticket.key.clone());
    let comment = act.comment.as_str();
    let done = match act.which.as_str() {
        "jira-comment" => jira
            .comment(ticket, person, require(&act.text)?, now)
            .map(|_| format!("{person} commented on {key}")),
        "jira-internal-comment" => jira
            .comment_internal(ticket, person, require(&act.text)?, now)
            .map(|_| format!("{person} left an internal comment on {key}")),
        "jira-edit" => jira
            .edit_comment(ticket, person, comment, require(&act.text)?, now)
            .map(|()| format!("{person} edited a comment on {key}")),
        "jira-delete" => jira
            .delete_comment(ticket, person, comment, now)
            .map(|()| format!("{person} deleted a comment on {key}")),
        "jira-status" => jira
            .transition_to(ticket, person, &act.value, now)
            .map(|()| format!("{person} moved {key} to {}", act.value)),
        "jira-priority" => jira
            .set_priority(ticket, person, &act.value, now)
            .map(|()| format!("{person} set the priority of {key} to {}", act.value)),
        "jira-move" => jira
            .move_ticket(ticket, person, &act.value, now)
            .map(|new| format!("{person} moved {key}, which is {new} now")),
        "jira-delete-ticket" => jira
            .delete_ticket(ticket, person, now)
            .map(|()| format!("{person} deleted {key}")),
        other => return Err(format!("Nobody knows how to \"{other}\".")),
    };
    done.map_err(|impossible| format!("That cannot be done: {impossible}."))
}

fn require(text: &str) -> Result<&str, String> {
    let text = text.trim();
    if text.is_empty() {
        Err("Please write something first.".to_owned())
    } else {
        Ok(text)
    }
}
