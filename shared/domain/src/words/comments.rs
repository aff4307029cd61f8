//! The comments we write in the ordinary course: mirrors, and the one that shows the ticket on its
//! case.
//!
//! A mirror always names its author and its side, and never notifies anybody.

use alloc::{format, string::String, vec, vec::Vec};

use super::{line::short_line, ticket_phase};
use crate::{
    case::Phase,
    comment::Side,
    moment::Moment,
    rich_text::{Block, Inline, RichText, link, paragraph, strong, text},
    ticket::TicketKey,
};

const LONGEST_NAME: usize = 120;

/// The mirror of a comment whose original was written by `author` on `side`.
pub fn mirrored_comment(author: &str, at: Option<Moment>, side: Side, body: &RichText) -> RichText {
    let author = short_line(author, LONGEST_NAME);
    let author = if author.is_empty() {
        String::from("Somebody")
    } else {
        author
    };
    let when = at.map_or_else(String::new, |at| format!(" on {}", at.for_people()));
    let mut blocks = vec![paragraph(vec![
        strong(author),
        text(format!(" wrote in {}{when}:", side.product())),
    ])];
    if body.blocks.is_empty() {
        blocks.push(paragraph(vec![text(format!(
            "(This comment has no text; look for its attachments in {}.)",
            side.product()
        ))]));
    } else {
        blocks.extend(body.blocks.iter().cloned());
    }
    RichText { blocks }
}

/// Our one comment on a case: its ticket and what became of it. Rewritten in place when that
/// changes.
pub fn ticket_comment_on_case(
    key: &TicketKey,
    url: &str,
    phase: Phase,
    resolution: Option<&str>,
) -> RichText {
    // A resolution counts only while the ticket is done: Jira does not always clear it.
    let resolution = resolution
        .filter(|_| phase == Phase::Closed)
        .map_or_else(String::new, |name| {
            format!(" ({})", short_line(name, LONGEST_NAME))
        });
    let inlines: Vec<Inline> = vec![
        text(format!("Jira ticket {key}: ")),
        link(url, url),
        Inline::Break,
        text(format!("State: {}{resolution}", ticket_phase(phase))),
    ];
    RichText {
        blocks: vec![Block::Paragraph(inlines)],
    }
}
