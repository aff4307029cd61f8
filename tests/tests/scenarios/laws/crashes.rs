//! Every point at which a worker can die: at each call, before it is made and after it took effect.
//! Once its lease has lapsed, the sweeps must leave the same as if nobody had died.
//!
//! All points of one scene lie in one world, each at an incident of its own.

use domain::{
    link::{Aspect, Wakeup},
    moment::Moment,
    ports::Store as _,
    reconcile::Urgency,
};
use scenarios::world::Dying;

use super::{deeds::written_by_us, step::Act, story::Story};

/// Something done to the incident, or to the living comment, at a position.
type Deed = fn(usize, usize) -> Act;

/// What was done before, in good order, and what is done when the worker dies.
struct Scene {
    name: &'static str,
    before: &'static [Deed],
    deed: Deed,
}

const RAISE: Deed = |_, _| Act::Raise;
const CLOSE: Deed = |case, _| Act::Close(case);
const REOPEN: Deed = |case, _| Act::Reopen(case);
const DONE: Deed = |case, _| Act::MoveTo(case, "Done");
const TO_DO: Deed = |case, _| Act::MoveTo(case, "To Do");
const IN_CONTRAST: Deed = |case, _| Act::CommentCase(case);
const IN_JIRA: Deed = |case, _| Act::CommentTicket(case);
const EDIT: Deed = |_, note| Act::Edit(note);
const DELETE: Deed = |_, note| Act::Delete(note);

const SCENES: [Scene; 11] = [
    Scene {
        name: "a new incident",
        before: &[],
        deed: RAISE,
    },
    Scene {
        name: "a ticket that is done",
        before: &[RAISE],
        deed: DONE,
    },
    Scene {
        name: "a closed incident",
        before: &[RAISE],
        deed: CLOSE,
    },
    Scene {
        name: "a reopened incident",
        before: &[RAISE, CLOSE],
        deed: REOPEN,
    },
    Scene {
        name: "a reopened ticket",
        before: &[RAISE, DONE],
        deed: TO_DO,
    },
    Scene {
        name: "a comment in Contrast",
        before: &[RAISE],
        deed: IN_CONTRAST,
    },
    Scene {
        name: "a comment in Jira",
        before: &[RAISE],
        deed: IN_JIRA,
    },
    Scene {
        name: "a comment edited in Contrast",
        before: &[RAISE, IN_CONTRAST],
        deed: EDIT,
    },
    Scene {
        name: "a comment edited in Jira",
        before: &[RAISE, IN_JIRA],
        deed: EDIT,
    },
    Scene {
        name: "a comment deleted in Contrast",
        before: &[RAISE, IN_CONTRAST],
        deed: DELETE,
    },
    Scene {
        name: "a comment deleted in Jira",
        before: &[RAISE, IN_JIRA],
        deed: DELETE,
    },
];

/// Most calls that one scene may take; more is an endless one.
const MOST_CALLS: u32 = 30;

#[tokio::test]
async fn a_handler_may_die_at_any_call() {
    // Contrast's comments are told by no webhook.
    let told = SCENES
        .iter()
        .filter(|scene| !scene.name.ends_with("in Contrast"));
    let mut points = 0;
    for scene in told {
        points += die_everywhere(scene, true).await;
    }
    println!("handlers died at {points} points");
    assert!(points > 30, "handlers died at {points} points only");
}

#[tokio::test]
async fn a_worker_that_looks_at_everything_may_die_at_any_call() {
    let mut points = 0;
    for scene in &SCENES {
        points += die_everywhere(scene, false).await;
    }
    println!("workers died at {points} points");
    assert!(points > 100, "workers died at {points} points only");
}

async fn die_everywhere(scene: &Scene, handling: bool) -> usize {
    let mut story = Story::new(false).await;
    play(&mut story, scene, handling, None).await;
    let mut deaths = vec!["nobody died".to_owned()];
    for dying in [Dying::BeforeTheRequest, Dying::AfterTheEffect] {
        for call in 1.. {
            assert!(call < MOST_CALLS, "{} never ends", scene.name);
            let died = play(&mut story, scene, handling, Some((call, dying))).await;
            deaths.push(format!("{dying:?} {call}"));
            if !died {
                break;
            }
        }
    }
    story.rest().await;
    story.check_pairs();
    story.check_comments();
    let unharmed = sight_of(&story, 0);
    for (position, death) in deaths.iter().enumerate() {
        assert_eq!(
            sight_of(&story, position),
            unharmed,
            "{}, {death}",
            scene.name
        );
    }
    story.world.end().await;
    deaths.len() - 3
}

/// Plays a scene with an incident of its own. Tells whether the worker died.
async fn play(
    story: &mut Story,
    scene: &Scene,
    handling: bool,
    death: Option<(u32, Dying)>,
) -> bool {
    let case = story.cases.len();
    for deed in scene.before {
        perform(story, *deed, case).await;
        story.announce(1).await;
        look(story, case).await;
        story.announce(1).await;
    }
    perform(story, scene.deed, case).await;
    let deliveries = story.collect();
    let Some((call, dying)) = death else {
        look(story, case).await;
        story.collect();
        return false;
    };
    let died = if handling {
        let [delivery] = deliveries.as_slice() else {
            panic!(
                "{}: one delivery tells of it: {}",
                scene.name,
                deliveries.len()
            );
        };
        story
            .world
            .network
            .kill_at_call(call, dying, story.world.deliver(delivery))
            .await
    } else {
        story
            .world
            .network
            .kill_at_call(call, dying, look(story, case))
            .await
    };
    story.collect();
    died
}

async fn perform(story: &mut Story, deed: Deed, case: usize) {
    let note = story.living().len().saturating_sub(1);
    assert!(story.act(deed(case, note)).await, "it can be done");
}

/// Looks at everything about an incident, as the sweep does.
async fn look(story: &Story, case: usize) {
    let case = story.world.case(&story.cases[case].number);
    let service = &story.world.service;
    let now = Moment::from_epoch_ms(story.world.now_ms());
    let wakeup = Wakeup {
        case: case.clone(),
        aspects: Aspect::everything(),
        pushed: None,
    };
    service.store.wake(&wakeup, now).await.expect("stored");
    let engine = service.engine().await.expect("an engine");
    engine
        .reconcile(&case, Urgency::Sweep, now.plus_ms(60_000))
        .await
        .expect("reconciled");
}

/// What people see of an incident in the end.
fn sight_of(story: &Story, position: usize) -> impl PartialEq + std::fmt::Debug + use<> {
    let number = &story.cases[position].number;
    let in_case = written_by_us(&story.world, number, true).len();
    let in_ticket = written_by_us(&story.world, number, false).len();
    let contrast = story.world.network.contrast();
    let incident = contrast.incident(number).expect("the incident");
    let seen = (
        incident.open,
        incident.close_reason,
        incident.comments.len(),
        in_case,
    );
    let jira = story.world.network.jira();
    let ticket = jira
        .ticket(&story.world.tickets_in(&jira, number)[0])
        .expect("the ticket")
        .clone();
    (
        seen,
        ticket.status,
        ticket.resolution,
        ticket.priority,
        ticket.comments.len(),
        in_ticket,
        ticket.links[0].resolved,
    )
}
