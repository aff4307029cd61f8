//! What must be true of people's comments and their mirrors at the end.
//!
//! A comment that people wrote is theirs: it is never touched.

use super::GivenUp;
use crate::{
    core::World,
    people::{Note, Told, mirrors_of, tickets_of},
    quirks::Quirk,
};

/// Checks a comment of people and its mirror.
pub(super) fn check(
    world: &World,
    told: &Told,
    note: &Note,
    given_up: &GivenUp,
    wrong: &mut Vec<String>,
) {
    let number = &told.number;
    let original = text_of_original(world, number, note);
    let word = &note.word;
    if original.is_some() != note.alive {
        wrong.push(format!("{number}: the original {word} was touched"));
        return;
    }
    if original.is_some_and(|text| !text.contains(&note.text())) {
        wrong.push(format!("{number}: the original {word} was changed"));
    }
    let mirrors = mirrors_of(&world.contrast, &world.jira, number, note);
    if !crosses(world, note) {
        if !mirrors.is_empty() {
            wrong.push(format!("{number}: {word} is mirrored, and should not be"));
        }
        return;
    }
    let deletes = world.choices.delete_in_contrast && !world.has(Quirk::NoDeletions);
    let stays = !note.in_case && !deletes;
    // Where a restricted comment cannot be seen, it is as good as deleted.
    let hidden_stays =
        !note.in_case && (world.has(Quirk::NoDeletions) || world.has(Quirk::Blind) && stays);
    match mirrors.as_slice() {
        // Nobody can know whether it was written.
        [] | [_] if given_up.contains(&(number.clone(), Some(note.id.clone()))) => {}
        [_] if note.internal && hidden_stays => {}
        // Its mirror was deleted when it was restricted, unless nobody saw that it was.
        [] if note.alive && !note.internal && note.was_restricted => {}
        // It can only show what it showed when it was written.
        [_] if note.alive && !note.internal && !note.in_case && world.has(Quirk::NoEdits) => {}
        // Where mirrors are not deleted in Contrast, a dead one may stay.
        _ if !note.alive && stays => {}
        // Written again only if nobody knew yet that it had been written.
        _ if note.alive && note.mirror_deleted => {}
        [] if !note.alive || note.internal => {}
        [] => wrong.push(format!("{number}: {word} is not mirrored")),
        _ if !note.alive => wrong.push(format!("{number}: {word} is dead and mirrored")),
        _ if note.internal => wrong.push(format!("{number}: {word} is internal and mirrored")),
        [(_, text)] if !text.contains(&note.text()) => {
            wrong.push(format!("{number}: the mirror of {word} is behind"));
        }
        _ => {}
    }
}

fn text_of_original(world: &World, number: &str, note: &Note) -> Option<String> {
    if note.in_case {
        let comments = &world.contrast.incident(number)?.comments;
        return comments
            .iter()
            .find(|it| it.id == note.id)
            .map(|it| it.text.clone());
    }
    let tickets = tickets_of(&world.jira, number);
    let comments = &tickets.first()?.comments;
    comments
        .iter()
        .find(|it| it.id == note.id)
        .map(simulators::jira::SimComment::text)
}

/// Whether comments like this one cross to the other side.
fn crosses(world: &World, note: &Note) -> bool {
    let kept = if note.in_case {
        Quirk::NoListing
    } else {
        Quirk::OneWay
    };
    !world.has(Quirk::NoComments) && !world.has(kept)
}
