//! Scenes: something that people did in good order, and one deed whose working is then disturbed.
//!
//! A scene is small enough that every point of it can be tried.

use std::sync::Arc;

use simulators::contrast::Severity;

use crate::{
    acts::{self, Act, Deed},
    core::Core,
    executor::Wait,
    run::sweep,
};

/// A scene.
#[derive(Clone, Copy, Debug)]
pub struct Scene {
    /// What it is about.
    pub name: &'static str,
    /// What was done before, in good order.
    pub before: &'static [Deed],
    /// What is done then.
    pub deed: Deed,
    /// Whether a webhook tells of it.
    pub told: bool,
}

const fn told(name: &'static str, before: &'static [Deed], deed: Deed) -> Scene {
    Scene {
        name,
        before,
        deed,
        told: true,
    }
}

const fn silent(name: &'static str, before: &'static [Deed], deed: Deed) -> Scene {
    Scene {
        name,
        before,
        deed,
        told: false,
    }
}

/// All scenes.
pub const SCENES: &[Scene] = &[
    told("an incident is raised", &[], Deed::Raise),
    told("an issue is raised", &[], Deed::RaiseIssue),
    told(
        "a severity changes",
        &[Deed::Raise],
        Deed::Rate(Severity::Critical),
    ),
    told("an incident is closed", &[Deed::Raise], Deed::Close),
    told(
        "an incident is reopened",
        &[Deed::Raise, Deed::Close],
        Deed::Reopen,
    ),
    told("a ticket is done", &[Deed::Raise], Deed::MoveTo("Done")),
    told(
        "a ticket is reopened",
        &[Deed::Raise, Deed::MoveTo("Done")],
        Deed::MoveTo("To Do"),
    ),
    told("a comment in Jira", &[Deed::Raise], Deed::CommentTicket),
    told(
        "a comment edited in Jira",
        &[Deed::Raise, Deed::CommentTicket],
        Deed::Edit,
    ),
    told(
        "a comment deleted in Jira",
        &[Deed::Raise, Deed::CommentTicket],
        Deed::Delete,
    ),
    silent("a comment in Contrast", &[Deed::Raise], Deed::CommentCase),
    silent(
        "a comment edited in Contrast",
        &[Deed::Raise, Deed::CommentCase],
        Deed::Edit,
    ),
    silent(
        "a comment deleted in Contrast",
        &[Deed::Raise, Deed::CommentCase],
        Deed::Delete,
    ),
    told(
        "a mirror is deleted",
        &[Deed::Raise, Deed::CommentCase],
        Deed::DeleteMirror,
    ),
    told("a ticket moves", &[Deed::Raise], Deed::Relocate("PAY")),
    told("a ticket is deleted", &[Deed::Raise], Deed::DeleteTicket),
    silent("a ticket is hidden", &[Deed::Raise], Deed::Hide),
    silent("a case is deleted", &[Deed::Raise], Deed::DeleteCase),
    silent("the settings change", &[Deed::Raise], Deed::ChangeSettings),
];

/// Long enough for a webhook and everything that it sets off.
const AFTER_MS: u64 = 90_000;

fn act_of(number: usize, deed: Deed) -> Act {
    Act {
        name: format!("act {number}"),
        at_ms: 0,
        deed,
        position: 0,
    }
}

/// Lets time pass.
pub async fn pass(core: &Core, ms: u64) {
    core.scheduler.wait_us(ms * 1_000, Wait::Sleep).await;
}

/// Plays what went before in good order.
pub async fn set_up(core: &Arc<Core>, scene: &Scene) {
    for (number, deed) in scene.before.iter().enumerate() {
        acts::perform(core, &act_of(number, *deed));
        pass(core, AFTER_MS).await;
        sweep(core, &format!("before {number}")).await;
    }
}

/// Does what the scene is about: announced, or so that only a sweep can find it.
pub fn perform(core: &Arc<Core>, scene: &Scene, announced: bool) {
    core.mute(!announced);
    acts::perform(core, &act_of(scene.before.len(), scene.deed));
    core.mute(false);
}
