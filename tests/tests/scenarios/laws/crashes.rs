//! Every point at which a worker can die: at each call, before it is made and after it took effect.
//! Once its lease has lapsed, the sweeps must leave the same world as if nobody had died.

use scenarios::world::Dying;
use simulators::jira::SimComment;

use super::{
    step::{Act, News},
    story::{Story, written_by_us},
};

/// Sets a scene, in good order; then comes what the worker dies of.
struct Scene {
    name: &'static str,
    before: &'static [Act],
    act: Act,
}

const SCENES: [Scene; 11] = [
    Scene { name: "a new incident", before: &[], act: Act::Raise },
    Scene { name: "a ticket that is done", before: &[Act::Raise], act: Act::MoveTo(0, "Done") },
    Scene { name: "a closed incident", before: &[Act::Raise], act: Act::Close(0) },
    Scene { name: "a reopened incident", before: &[Act::Raise, Act::Close(0)], act: Act::Reopen(0) },
    Scene { name: "a reopened ticket", before: &[Act::Raise, Act::MoveTo(0, "Done")], act: Act::MoveTo(0, "To Do") },
    Scene { name: "a comment in Contrast", before: &[Act::Raise], act: Act::CommentCase(0) },
    Scene { name: "a comment in Jira", before: &[Act::Raise], act: Act::CommentTicket(0) },
    Scene { name: "a comment edited in Contrast", before: &[Act::Raise, Act::CommentCase(0)], act: Act::Edit(0) },
    Scene { name: "a comment edited in Jira", before: &[Act::Raise, Act::CommentTicket(0)], act: Act::Edit(0) },
    Scene { name: "a comment deleted in Contrast", before: &[Act::Raise, Act::CommentCase(0)], act: Act::Delete(0) },
    Scene { name: "a comment deleted in Jira", before: &[Act::Raise, Act::CommentTicket(0)], act: Act::Delete(0) },
];

/// Most calls that one scene may take; more is an endless one.
const MOST_CALLS: u32 = 40;

/// What people see in the end: of each side, its state and its comments.
type Sight = (bool, String, usize, Vec<String>, Vec<String>);

#[tokio::test]
async fn a_handler_may_die_at_any_call() {
    die_everywhere(false).await;
}

#[tokio::test]
async fn a_sweep_may_die_at_any_call() {
    die_everywhere(true).await;
}

async fn die_everywhere(sweeping: bool) {
    let mut points = 0;
    for scene in &SCENES {
        let mut unharmed = play(scene, sweeping, None).await.1;
        unharmed.2 = 0;
        for dying in [Dying::BeforeTheRequest, Dying::AfterTheEffect] {
            for call in 1.. {
                assert!(call < MOST_CALLS, "{} never ends", scene.name);
                let (died, mut sight) = play(scene, sweeping, Some((call, dying))).await;
                sight.2 = 0;
                assert_eq!(sight, unharmed, "{}, dead at call {call} ({dying:?})", scene.name);
                if !died {
                    break;
                }
                points += 1;
            }
        }
    }
    println!("{points} points at which a worker died, {}", if sweeping { "sweeping" } else { "handling" });
    assert!(points > 40, "workers died at {points} points only");
}
