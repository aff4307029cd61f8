//! Remarks: comments in which the service tells people something once.
//!
//! Each says what happened, what was done about it, and what the reader may do. None blames.

use alloc::{
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use super::{case_phase, line::short_line, ticket_phase};
use crate::{
    case::{CaseId, Phase, Score, Severity},
    comment::Side,
    rich_text::{Block, Inline, RichText, link, paragraph, strong, text},
    ticket::{TicketKey, Transition},
};

const LONGEST_WORDS: usize = 300;
const MOST_TRANSITIONS: usize = 10;

fn saying(words: String) -> RichText {
    RichText {
        blocks: vec![paragraph(vec![text(words)])],
    }
}

/// On the ticket: fields that Jira refused (id and Jira's words), and that were left out.
pub fn fields_left_out<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> RichText {
    let items: Vec<Vec<Block>> = fields
        .into_iter()
        .map(|(field, words)| {
            vec![paragraph(vec![
                strong(short_line(field, LONGEST_WORDS)),
                text(format!(": {}", short_line(words, LONGEST_WORDS))),
            ])]
        })
        .collect();
    let blocks = vec![
        paragraph(vec![text(
            "Jira would not take some fields of this ticket, so it was opened without them. This \
             is what Jira said:",
        )]),
        Block::BulletList(items),
        paragraph(vec![text(
            "You can fill them in here. To have them on future tickets, add them to the project's \
             create screen or correct the route.",
        )]),
    ];
    RichText { blocks }
}

/// On the ticket: its priority and the severity in Contrast changed at the same time, and one of
/// them had to give way.
pub fn priority_conflict(
    winner: Side,
    in_jira: Option<&str>,
    from_contrast: Option<&str>,
) -> RichText {
    let named = |priority: Option<&str>| {
        priority.map_or_else(
            || "none".to_string(),
            |name| format!("“{}”", short_line(name, 60)),
        )
    };
    let (jira, contrast) = (named(in_jira), named(from_contrast));
    saying(match winner {
        Side::Case => format!(
            "The priority was set to {jira} here while the severity changed in Contrast, which \
             asks for {contrast}. We followed Contrast; if you see it differently, set the \
             priority again and it will stay."
        ),
        Side::Ticket => format!(
            "The severity changed in Contrast, which asks for the priority {contrast}. Somebody \
             had set {jira} here, so we left it as it is."
        ),
    })
}

/// On the ticket: its description was edited while severity or score changed in Contrast. With
/// Contrast as the winner, `lost` keeps the text that was replaced.
pub fn description_conflict(
    winner: Side,
    severity: Option<Severity>,
    score: Option<Score>,
    lost: Option<&RichText>,
) -> RichText {
    let severity = severity.map_or("unknown", Severity::word);
    let score = score.map_or_else(|| "unknown".to_string(), |score| score.to_string());
    let news = format!("Contrast now rates this: severity {severity}, score {score}.");
    match winner {
        Side::Ticket => saying(format!(
            "{news} The description was edited here, so we left it as it is; its severity and \
             score may be out of date."
        )),
        Side::Case => {
            let mut blocks = vec![paragraph(vec![text(format!(
                "{news} We have rewritten the description, which had also been edited here."
            ))])];
            if let Some(lost) = lost.filter(|lost| !lost.blocks.is_empty()) {
                blocks.push(paragraph(vec![text("This is what it said before:")]));
                blocks.extend(lost.blocks.iter().cloned());
            }
            RichText { blocks }
        }
    }
}

/// On either side: the two sides held different statuses and one had to give way.
pub fn status_conflict(
    case: &CaseId,
    case_was: Phase,
    ticket_was: Phase,
    winner: Side,
) -> RichText {
    let (kept, done) = match winner {
        Side::Case => ("Contrast", ticket_phase(case_was)),
        Side::Ticket => ("Jira", case_phase(ticket_was)),
    };
    let followed = match winner {
        Side::Case => "ticket",
        Side::Ticket => case.kind().word(),
    };
    saying(format!(
        "{} was {} in Contrast while its ticket was {} in Jira. We went with {kept}, so that the \
         {followed} is now {done}. If that is not what you want, change it on either side and the \
         other will follow.",
        case.number(),
        case_phase(case_was),
        ticket_phase(ticket_was),
    ))
}

/// On the ticket: its workflow offers no way to the status it should have.
pub fn no_way_to(phase: Phase, offered: &[Transition]) -> RichText {
    let (happened, wanted) = match phase {
        Phase::Open => ("reopened", "a status that is not done"),
        Phase::Closed => ("closed", "a status that counts as done"),
    };
    let named = |ways: Vec<&Transition>| -> String {
        let names: Vec<String> = ways
            .iter()
            .take(MOST_TRANSITIONS)
            .map(|way| format!("“{}”", short_line(&way.name, 60)))
            .collect();
        names.join(", ")
    };
    let fitting: Vec<&Transition> = offered.iter().filter(|way| way.to_phase == phase).collect();
    // A step that leads there and was not taken asks for something that only people know.
    let why = if !fitting.is_empty() {
        format!(
            "{} would, but asks for fields that we have no value for",
            named(fitting)
        )
    } else if offered.is_empty() {
        "it offers us no step at all from its present status".to_string()
    } else {
        format!("it offers us only {}", named(offered.iter().collect()))
    };
    saying(format!(
        "The case was {happened} in Contrast, but no step of this ticket's workflow takes us to \
         {wanted}: {why}. Please move the ticket yourself; the route's closing section can name \
         the step for next time."
    ))
}

/// On the case: its ticket cannot be read any more.
pub fn ticket_unreachable(key: &TicketKey, url: &str) -> RichText {
    let inlines: Vec<Inline> = vec![
        text(format!("Jira no longer shows us the ticket {key} (")),
        link(url, url),
        text(
            "). It was deleted, or our account may not see it. Nothing was changed here because of \
             that; if the ticket appears again, both sides are brought in line again.",
        ),
    ];
    RichText {
        blocks: vec![paragraph(inlines)],
    }
}

/// On the ticket: its case cannot be read any more.
pub fn case_gone(case: &CaseId) -> RichText {
    saying(format!(
        "Contrast no longer shows us {}. It was removed there, or our account may not see it. This \
         ticket stays as it is; nothing more will be copied to it until the {} appears again.",
        case.number(),
        case.kind().word()
    ))
}

/// On either side: there are more comments than we mirror.
pub fn too_many_comments(side: Side, most: usize) -> RichText {
    saying(format!(
        "This conversation has outgrown us: after {most} comments we mirror no more. Please read \
         the rest in {}.",
        side.product()
    ))
}
