//! What people do to a comment, or to its mirror.
//!
//! Answers with false where there is nothing to do it to.

use simulators::{contrast::Contrast, jira::Jira};

use super::{Deed, IN_CONTRAST, IN_JIRA};
use crate::{
    core::World,
    people::{People, mirrors_of, tickets_of},
};

/// Does it to a comment, by the positions of case and comment.
pub(super) fn act_on_note(
    world: &mut World,
    deed: Deed,
    case: usize,
    note: usize,
    now: i64,
) -> bool {
    let World {
        contrast,
        jira,
        people,
        ..
    } = world;
    if deed == Deed::CopyMark {
        return copy_mark(contrast, jira, people, (case, note), now);
    }
    let told = &mut people.cases[case];
    let number = told.number.clone();
    let note = &mut told.notes[note];
    let ticket = tickets_of(jira, &number).first().map(|it| it.id.clone());
    let ticket = ticket.unwrap_or_default();
    match deed {
        Deed::Edit => {
            note.version += 1;
            let text = note.text();
            let done = if note.in_case {
                contrast.edit_comment(&number, &note.id, &text, now)
            } else {
                jira.edit_comment(&ticket, IN_JIRA, &note.id, &text, now)
                    .is_ok()
            };
            note.version -= u32::from(!done);
            done
        }
        Deed::Delete => {
            let done = if note.in_case {
                contrast.delete_comment(&number, &note.id, now)
            } else {
                jira.delete_comment(&ticket, IN_JIRA, &note.id, now).is_ok()
            };
            note.alive = !done;
            done
        }
        Deed::Restrict => {
            let done = !note.in_case
                && !note.internal
                && jira
                    .restrict_comment(&ticket, IN_JIRA, &note.id, now)
                    .is_ok();
            note.internal |= done;
            note.was_restricted |= done;
            done
        }
        Deed::Release => {
            let done = note.internal
                && jira
                    .release_comment(&ticket, IN_JIRA, &note.id, now)
                    .is_ok();
            note.internal &= !done;
            done
        }
        _ => {
            let mirrors = mirrors_of(contrast, jira, &number, note);
            let Some((mirror, _)) = mirrors.first() else {
                return false;
            };
            note.mirror_deleted = true;
            if note.in_case {
                jira.delete_comment(&ticket, IN_JIRA, mirror, now).is_ok()
            } else {
                contrast.delete_comment(&number, mirror, now)
            }
        }
    }
}

/// Somebody writes a comment in Contrast and takes the last line of a mirror along: our mark.
fn copy_mark(
    contrast: &mut Contrast,
    jira: &Jira,
    people: &mut People,
    (case, note): (usize, usize),
    now: i64,
) -> bool {
    let told = &people.cases[case];
    let number = told.number.clone();
    let original = &told.notes[note];
    let mirrors = mirrors_of(contrast, jira, &number, original);
    let Some((_, text)) = mirrors.first().filter(|_| !original.in_case) else {
        return false;
    };
    let mark = text
        .trim_end()
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .to_owned();
    let mut copy = people.new_note(true, false);
    let text = format!("{}\n\n{mark}", copy.text());
    let Some(id) = contrast.comment(&number, IN_CONTRAST, &text, now) else {
        return false;
    };
    copy.id = id;
    people.cases[case].notes.push(copy);
    true
}
