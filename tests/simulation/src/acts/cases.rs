//! What people do to a case in Contrast.
//!
//! Answers with false where there is nothing to do it to.

use simulators::contrast::{Attack, CloseReason, Severity};

use super::{Deed, IN_CONTRAST};
use crate::core::World;

/// Does it to a case, by its position.
pub(super) fn act_on_case(world: &mut World, deed: Deed, case: usize, now: i64) -> bool {
    let World {
        contrast, people, ..
    } = world;
    let number = people.cases[case].number.clone();
    let incident = people.cases[case].incident;
    match deed {
        Deed::Rate(severity) if incident => {
            people.cases[case].always_low &= severity == Severity::Low;
            contrast.set_severity(&number, severity, 5.5, now)
        }
        Deed::NameApplication if incident => {
            let attack = Attack {
                application: Some("payments-api".to_owned()),
                ..Attack::new("203.0.113.9", "/api/payments/search", "' OR 'a'='a")
            };
            people.cases[case].unclear = false;
            contrast.attack(&number, attack, now)
        }
        Deed::Close if incident => {
            contrast.close(&number, IN_CONTRAST, CloseReason::FalsePositive, now)
        }
        Deed::Close => contrast.close_issue(&number, now),
        Deed::Reopen if incident => contrast.reopen(&number, IN_CONTRAST, now),
        Deed::Reopen => contrast.reopen_issue(&number, now),
        Deed::CommentCase if incident => {
            let mut note = people.new_note(true, false);
            let Some(id) = contrast.comment(&number, IN_CONTRAST, &note.text(), now) else {
                return false;
            };
            note.id = id;
            people.cases[case].notes.push(note);
            true
        }
        Deed::DeleteCase if incident => {
            people.cases[case].case_deleted = contrast.delete_incident(&number);
            people.cases[case].case_deleted
        }
        _ => false,
    }
}
