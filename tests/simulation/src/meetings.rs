//! Meetings: two or three runs on one case at the same time, in every order of their steps up to a
//! bound on how often one of them is interrupted.
//!
//! Each order is tried by running the whole again with other choices; none is skipped.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{
    acts::{self, Act, Deed},
    chance::Script,
    core::Core,
    ending,
    executor::{Chooser, TaskId},
    functions::{Function, start},
    run::{Outcome, run_with, sweep},
    scenes::pass,
    weather::Weather,
};

/// A meeting.
#[derive(Clone, Copy, Debug)]
pub struct Meeting {
    /// What it is about.
    pub name: &'static str,
    /// What was done before, in good order.
    pub before: &'static [Deed],
    /// What is done at the same time; each is told by its webhooks.
    pub deeds: &'static [Deed],
    /// How often each webhook is delivered at once.
    pub copies: usize,
    /// Sweeps that run at the same time.
    pub sweeps: usize,
}

/// All meetings.
pub const MEETINGS: &[Meeting] = &[
    Meeting {
        name: "a push of a new incident, twice",
        before: &[],
        deeds: &[Deed::Raise],
        copies: 2,
        sweeps: 0,
    },
    Meeting {
        name: "a push of a new incident and a sweep",
        before: &[],
        deeds: &[Deed::Raise],
        copies: 1,
        sweeps: 1,
    },
    Meeting {
        name: "a push of a new incident, twice, and a sweep",
        before: &[],
        deeds: &[Deed::Raise],
        copies: 2,
        sweeps: 1,
    },
    Meeting {
        name: "an incident is closed while its ticket is done",
        before: &[Deed::Raise],
        deeds: &[Deed::Close, Deed::MoveTo("Done")],
        copies: 1,
        sweeps: 0,
    },
    Meeting {
        name: "an incident is closed while its ticket is taken up",
        before: &[Deed::Raise],
        deeds: &[Deed::Close, Deed::MoveTo("In Progress")],
        copies: 1,
        sweeps: 0,
    },
    Meeting {
        name: "a comment in Jira is told twice",
        before: &[Deed::Raise],
        deeds: &[Deed::CommentTicket],
        copies: 2,
        sweeps: 0,
    },
    Meeting {
        name: "a comment in Jira is told three times",
        before: &[Deed::Raise],
        deeds: &[Deed::CommentTicket],
        copies: 3,
        sweeps: 0,
    },
    Meeting {
        name: "a comment is edited and deleted while a sweep runs",
        before: &[Deed::Raise, Deed::CommentTicket],
        deeds: &[Deed::Edit, Deed::Delete],
        copies: 1,
        sweeps: 1,
    },
    Meeting {
        name: "two comments and a done ticket",
        before: &[Deed::Raise],
        deeds: &[
            Deed::CommentTicket,
            Deed::CommentTicket,
            Deed::MoveTo("Done"),
        ],
        copies: 1,
        sweeps: 0,
    },
    Meeting {
        name: "two sweeps over a comment in Contrast",
        before: &[Deed::Raise, Deed::CommentCase],
        deeds: &[Deed::CommentCase],
        copies: 1,
        sweeps: 2,
    },
];

/// What trying all orders came to.
#[derive(Debug, Default)]
pub struct Explored {
    /// Orders tried.
    pub orders: u64,
    /// The most choices that one of them had.
    pub most_choices: usize,
    /// Whether every order within the bound was tried.
    pub exhausted: bool,
    /// The first that ended wrong, with its timeline.
    pub wrong: Option<String>,
}

/// One choice that was made: which of how many, and whether another one would have interrupted.
#[derive(Clone, Copy, Debug)]
struct Choice {
    taken: usize,
    of: usize,
    interrupts: bool,
}

#[derive(Default)]
struct Path {
    active: bool,
    ahead: Vec<usize>,
    made: Vec<Choice>,
    last: Option<TaskId>,
}

type SharedPath = Arc<Mutex<Path>>;

/// Tries every order of a meeting in which runs are interrupted at most so often, but no more than
/// `most` orders.
pub fn explore(meeting: &Meeting, interruptions: usize, most: u64) -> Explored {
    explore_in(meeting, interruptions, most, false)
}

/// The same with a store in which every condition on a lease holds, to see that this is noticed.
pub fn explore_without_conditions(meeting: &Meeting, interruptions: usize, most: u64) -> Explored {
    explore_in(meeting, interruptions, most, true)
}

fn explore_in(meeting: &Meeting, interruptions: usize, most: u64, lawless: bool) -> Explored {
    let mut explored = Explored::default();
    let mut ahead = Vec::new();
    loop {
        let (outcome, made) = play(meeting, ahead.clone(), lawless, false);
        explored.orders += 1;
        explored.most_choices = explored.most_choices.max(made.len());
        if let Some(violation) = outcome.violation {
            let (told, _) = play(meeting, ahead, lawless, true);
            let timeline = told.record.lines.join("\n");
            explored.wrong = Some(format!("{}: {violation}\n{timeline}", meeting.name));
            return explored;
        }
        let Some(next) = next_path(&made, interruptions) else {
            explored.exhausted = true;
            return explored;
        };
        if explored.orders >= most {
            return explored;
        }
        ahead = next;
    }
}

/// The next path in order: the latest choice that can still be made otherwise.
fn next_path(made: &[Choice], interruptions: usize) -> Option<Vec<usize>> {
    let cost = |choice: &Choice| usize::from(choice.interrupts && choice.taken > 0);
    for at in (0..made.len()).rev() {
        let spent: usize = made[..at].iter().map(cost).sum();
        let choice = made[at];
        let affordable = !choice.interrupts || spent < interruptions;
        if choice.taken + 1 < choice.of && affordable {
            let mut path: Vec<usize> = made[..at].iter().map(|choice| choice.taken).collect();
            path.push(choice.taken + 1);
            return Some(path);
        }
    }
    None
}

/// Goes along a path: first what it says, then whoever was at it last goes on.
fn chooser_along(path: &SharedPath) -> Chooser {
    let path = Arc::clone(path);
    Box::new(move |tasks| {
        let mut path = lock(&path);
        if !path.active {
            return None;
        }
        if tasks.len() < 2 {
            if let [task] = tasks {
                path.last = Some(*task);
            }
            return Some(0);
        }
        let going_on = path
            .last
            .and_then(|last| tasks.iter().position(|task| *task == last));
        // In order: whoever was at it last, then the others.
        let first = going_on.unwrap_or(0);
        let mut order: Vec<usize> = (0..tasks.len())
            .filter(|position| *position != first)
            .collect();
        order.insert(0, first);
        let taken = path.ahead.get(path.made.len()).copied().unwrap_or(0);
        let taken = taken.min(order.len() - 1);
        path.made.push(Choice {
            taken,
            of: order.len(),
            interrupts: going_on.is_some(),
        });
        path.last = Some(tasks[order[taken]]);
        Some(order[taken])
    })
}

/// Long enough for everything that meets.
const MEETING_MS: u64 = 400_000;

fn play(
    meeting: &Meeting,
    ahead: Vec<usize>,
    lawless: bool,
    verbose: bool,
) -> (Outcome, Vec<Choice>) {
    let path: SharedPath = Arc::new(Mutex::new(Path {
        ahead,
        ..Path::default()
    }));
    let (meeting, shared) = (*meeting, Arc::clone(&path));
    let mut weather = Weather::calm();
    weather.sweeps_at_once = 2;
    weather.ignores_conditions = lawless;
    let outcome = run_with(
        Script::of_seed(1),
        weather,
        Some(chooser_along(&path)),
        verbose,
        move |core| async move {
            set_up(&core, &meeting).await;
            lock(&shared).active = true;
            meet(&core, &meeting);
            pass(&core, MEETING_MS).await;
            lock(&shared).active = false;
            core.mute(false);
            core.deliver_at_once(0);
            ending::settle(&core).await;
        },
    );
    let made = std::mem::take(&mut lock(&path).made);
    (outcome, made)
}

async fn set_up(core: &Arc<Core>, meeting: &Meeting) {
    for (number, deed) in meeting.before.iter().enumerate() {
        acts::perform(core, &act_of(number, *deed));
        pass(core, 90_000).await;
        sweep(core, &format!("before {number}")).await;
    }
    warm(core, meeting).await;
}

/// Starts as many copies as will be needed, so that their start does not take part in the meeting.
async fn warm(core: &Arc<Core>, meeting: &Meeting) {
    let Some(cloud) = core.cloud() else {
        return;
    };
    let webhooks = meeting.copies * meeting.deeds.len();
    let needed = [
        (Function::ContrastWebhook, webhooks),
        (Function::JiraWebhook, webhooks),
        (Function::Sweep, meeting.sweeps),
    ];
    for (function, copies) in needed {
        for copy in 0..copies {
            let name = format!("warm {function:?} {copy}");
            start(core, &cloud, function, &name, |service| async move {
                let _ = service.settings().await;
            });
        }
    }
    pass(core, 5_000).await;
}

/// Everything that meets begins at the same moment. What they set off is lost, so that nobody else
/// joins them.
fn meet(core: &Arc<Core>, meeting: &Meeting) {
    core.deliver_at_once(meeting.copies);
    for (number, deed) in meeting.deeds.iter().enumerate() {
        acts::perform(core, &act_of(meeting.before.len() + number, *deed));
    }
    for number in 0..meeting.sweeps {
        let core = Arc::clone(core);
        let scheduler = core.scheduler.clone();
        scheduler.spawn(async move {
            sweep(&core, &format!("meeting sweep {number}")).await;
        });
    }
    core.mute(true);
}

fn act_of(number: usize, deed: Deed) -> Act {
    Act {
        name: format!("act {number}"),
        at_ms: 0,
        deed,
        position: 0,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Only read after a panic, to tell of it.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
