//! Draws what people do in a run, from its seed.
//!
//! Decides only what is tried; whether there is anything to do it to shows when it is done.

use simulators::contrast::Severity;

use super::{Act, Deed, Loss};
use crate::{
    chance::{Script, one_of},
    quirks::Quirk,
};

const DEEDS: &[(u32, Deed)] = &[
    (5, Deed::Raise),
    (2, Deed::RaiseIssue),
    (2, Deed::Rate(Severity::Critical)),
    (1, Deed::Rate(Severity::Medium)),
    (1, Deed::Rate(Severity::Low)),
    (1, Deed::RaiseLow),
    (2, Deed::Describe),
    (1, Deed::Summarise),
    (2, Deed::Restrict),
    (1, Deed::Release),
    (2, Deed::CopyMark),
    (5, Deed::Close),
    (4, Deed::Reopen),
    (6, Deed::CommentCase),
    (6, Deed::CommentTicket),
    (1, Deed::CommentInternally),
    (6, Deed::Edit),
    (6, Deed::Delete),
    (2, Deed::DeleteMirror),
    (5, Deed::MoveTo("Done")),
    (2, Deed::MoveTo("In Progress")),
    (3, Deed::MoveTo("To Do")),
    (2, Deed::Prioritise("Low")),
    (2, Deed::Relocate("PAY")),
    (1, Deed::Relocate("SEC")),
    (2, Deed::Hide),
    (2, Deed::Show),
    (1, Deed::DeleteTicket),
    (1, Deed::DeleteCase),
    (1, Deed::ChangeSettings),
    (1, Deed::SpoilSettings),
    (1, Deed::RotateToken),
    (1, Deed::RotateWebhookSecrets),
];

/// What makes a world another one for a while: each of these in few worlds only.
const RARE: &[(u32, Deed)] = &[
    (1, Deed::Lose(Loss::Route)),
    (1, Deed::Lose(Loss::Site)),
    (2, Deed::Forbid("ADD_COMMENTS")),
    (1, Deed::Forbid("CREATE_ISSUES")),
    (1, Deed::Forbid("TRANSITION_ISSUES")),
    (1, Deed::Forbid("EDIT_ISSUES")),
    (1, Deed::Forbid("EDIT_OWN_COMMENTS")),
    (1, Deed::Forbid("DELETE_OWN_COMMENTS")),
    (1, Deed::Forbid("LINK_ISSUES")),
];
/// So many times as often happens what is not rare.
const USUAL: u32 = 4;

/// All that a seed lets people do, in order of time. The first act raises an incident.
pub fn acts_of(script: &Script, quirks: &[Quirk]) -> Vec<Act> {
    let rng = &mut script.draw("acts", "");
    let window_ms = one_of(rng, &[(3, 60_000), (3, 300_000), (1, 1_500_000)]).unwrap_or(300_000);
    let count = rng.usize(3..16);
    let usual = DEEDS
        .iter()
        .chain(quirks.iter().flat_map(|quirk| quirk.deeds()));
    let deeds: Vec<(u32, Deed)> = usual
        .map(|(weight, deed)| (weight * USUAL, *deed))
        .chain(RARE.iter().copied())
        .collect();
    let mut acts: Vec<Act> = (0..count)
        .map(|number| {
            let name = format!("act {number}");
            let rng = &mut script.draw("act", &name);
            Act {
                at_ms: if number == 0 { 0 } else { rng.u64(..window_ms) },
                deed: match number {
                    0 => Deed::Raise,
                    _ => one_of(rng, &deeds).unwrap_or(Deed::Raise),
                },
                position: rng.usize(..12),
                name,
            }
        })
        .filter(|act| script.allows(&act.name))
        .collect();
    acts.sort_by_key(|act| act.at_ms);
    acts
}
