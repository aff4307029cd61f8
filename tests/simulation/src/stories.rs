//! Stories: what takes very many cases, very many comments, a whole day, or one exact order, and so
//! is never met by chance.
//!
//! Each is told once, always the same, and ends as every run must end.

use std::{future::Future, pin::Pin, sync::Arc};

use domain::reconcile::{Decision, MAX_POSTINGS};
use simulators::{contrast::Stir, jira::Jira};

use crate::{
    acts::{self, Act, Deed, Loss},
    chance::Script,
    core::Core,
    ending,
    fault::Fault,
    operators,
    people::ours_in_ticket,
    quirks::Quirk,
    run::{Outcome, run_with, sweep},
    scenes::pass,
    weather::Weather,
};

type Telling = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A story.
#[derive(Clone, Copy)]
pub struct Story {
    /// What it is about.
    pub name: &'static str,
    /// The decisions that it leads to.
    pub meets: &'static [Decision],
    quirks: &'static [Quirk],
    calls: &'static [(u32, Fault)],
    calls_ppm: u32,
    tell: fn(Arc<Core>) -> Telling,
}

/// All stories.
pub const STORIES: &[Story] = &[
    Story {
        name: "more cases than a page holds, and every push is lost",
        meets: &[
            Decision::StoppedInGoodOrder,
            Decision::CaughtUpWith,
            Decision::FoundFurtherDown,
        ],
        quirks: &[],
        calls: &[],
        calls_ppm: 0,
        tell: |core| Box::pin(many_cases(core)),
    },
    Story {
        name: "everything fails for a day",
        meets: &[Decision::StuckAfterAttempts, Decision::SettingsRedriven],
        quirks: &[],
        calls: &[(1, Fault::Broken)],
        calls_ppm: 1_000_000,
        tell: |core| Box::pin(a_day_of_failures(core)),
    },
    Story {
        name: "the route goes while its ticket cannot be opened",
        meets: &[
            Decision::StuckAtOnce,
            Decision::RoutedAnew,
            Decision::Unrouted,
        ],
        quirks: &[],
        calls: &[],
        calls_ppm: 0,
        tell: |core| Box::pin(a_route_goes_while_opening(core)),
    },
    Story {
        name: "a route goes and comes back between two sweeps",
        meets: &[Decision::GoneFromSettings, Decision::SettingsRedriven],
        quirks: &[],
        calls: &[],
        calls_ppm: 0,
        tell: |core| Box::pin(a_route_goes_and_comes_back(core)),
    },
    Story {
        name: "both sides change after they were left apart",
        meets: &[Decision::PhaseLeftApart, Decision::ConflictOpenWins],
        quirks: &[Quirk::NoAutoClose],
        calls: &[],
        calls_ppm: 0,
        tell: |core| Box::pin(both_change_while_apart(core)),
    },
    Story {
        name: "a comment is out of sight for a moment",
        meets: &[Decision::FirstListingWithoutIt, Decision::ListedAgain],
        quirks: &[Quirk::Blind],
        calls: &[],
        calls_ppm: 0,
        tell: |core| Box::pin(out_of_sight(core)),
    },
    Story {
        name: "an older case that nobody told of",
        meets: &[Decision::Backfilled],
        quirks: &[Quirk::Backfills],
        calls: &[],
        calls_ppm: 0,
        tell: |core| Box::pin(an_older_case(core)),
    },
    Story {
        name: "answers are lost where comments are not listed",
        meets: &[Decision::CommentsUnavailable, Decision::CommentGivenUp],
        quirks: &[Quirk::NoListing],
        calls: &[(1, Fault::AnswerLost)],
        calls_ppm: 150_000,
        tell: |core| Box::pin(answers_are_lost(core)),
    },
    Story {
        name: "answers are lost where tickets have no labels",
        meets: &[Decision::FieldDropped, Decision::ClaimSearchedByTime],
        quirks: &[Quirk::NoLabels],
        calls: &[(1, Fault::AnswerLost)],
        calls_ppm: 300_000,
        tell: |core| Box::pin(answers_are_lost(core)),
    },
];

/// Takes half a minute: told by itself only.
pub const MANY_COMMENTS: Story = Story {
    name: "more comments than one case can have",
    meets: &[Decision::TooManyComments],
    quirks: &[],
    calls: &[],
    calls_ppm: 0,
    tell: |core| Box::pin(many_comments(core)),
};

impl Story {
    /// Tells it to its end.
    pub fn play(&self, verbose: bool) -> Outcome {
        let mut weather = Weather::calm();
        weather.quirks = self.quirks.to_vec();
        weather.calls = self.calls.to_vec();
        weather.calls_ppm = self.calls_ppm;
        let Self { meets, tell, .. } = *self;
        run_with(
            Script::of_seed(1),
            weather,
            None,
            verbose,
            move |core| async move {
                tell(Arc::clone(&core)).await;
                let missed = {
                    let record = core.record();
                    let missed = meets
                        .iter()
                        .find(|it| !record.decisions.contains_key(it.word()));
                    missed.map(|decision| decision.word())
                };
                if let Some(word) = missed {
                    core.violate(format!("the story never leads to {word}"));
                }
            },
        )
    }
}

/// Long enough for a webhook and everything that it sets off.
const AFTER_MS: u64 = 90_000;
/// Longer than workers remember settings.
const REMEMBERED_MS: u64 = 40_000;
const HOUR_MS: u64 = 61 * 60_000;

fn act(core: &Arc<Core>, deed: Deed, position: usize) {
    let act = Act {
        name: format!("{deed:?}"),
        at_ms: 0,
        deed,
        position,
    };
    acts::perform(core, &act);
}

/// Something that no webhook tells of.
fn act_silently(core: &Arc<Core>, deed: Deed, position: usize) {
    core.mute(true);
    act(core, deed, position);
    core.mute(false);
}

async fn many_cases(core: Arc<Core>) {
    const CASES: usize = 115;
    core.check_at_once(false);
    for _ in 0..CASES {
        act_silently(&core, Deed::Raise, 0);
    }
    for number in 0..3 {
        sweep(&core, &format!("finding {number}")).await;
        pass(&core, AFTER_MS).await;
    }
    // Nobody knows whether each change moves a case up: this one does not.
    core.world().contrast.behaviour_mut().statuses = Stir {
        moves_updated: false,
        pushes: false,
    };
    act_silently(&core, Deed::Close, 3);
    sweep(&core, "looking deeper").await;
    ending::settle(&core).await;
}

/// Does not end as others do: what has no room stays where it was written.
async fn many_comments(core: Arc<Core>) {
    core.check_at_once(false);
    act(&core, Deed::Raise, 0);
    pass(&core, AFTER_MS).await;
    for _ in 0..=MAX_POSTINGS {
        act_silently(&core, Deed::CommentCase, 0);
    }
    for number in 0..10 {
        sweep(&core, &format!("mirroring {number}")).await;
        pass(&core, AFTER_MS).await;
    }
    let world = core.world();
    let ours = ours_in_ticket(&world.jira, &world.people.cases[0].number);
    drop(world);
    let mirrors = ours
        .iter()
        .filter(|(_, text)| text.contains("note-"))
        .count();
    // The comment that shows the ticket takes one place, and the remark that tells of it another.
    if mirrors + 2 != MAX_POSTINGS || ours.len() != mirrors + 1 {
        core.violate(format!(
            "{mirrors} mirrors and {} comments of ours stand",
            ours.len()
        ));
    }
}

async fn a_day_of_failures(core: Arc<Core>) {
    act(&core, Deed::Raise, 0);
    for hour in 0..30 {
        pass(&core, HOUR_MS).await;
        sweep(&core, &format!("hour {hour}")).await;
    }
    core.calm_down();
    let now_ms = core.now_ms();
    operators::redrive(&mut core.world(), now_ms);
    ending::settle(&core).await;
}

fn lose_route(core: &Arc<Core>, lost: Option<Loss>) {
    let now_ms = core.now_ms();
    let mut world = core.world();
    world.choices.lost = lost;
    operators::write_settings(&mut world, false, now_ms);
}

async fn a_route_goes_while_opening(core: Arc<Core>) {
    core.world()
        .jira
        .deny(Jira::DEMO_ACCOUNT, "SEC", "CREATE_ISSUES");
    act(&core, Deed::Raise, 0);
    pass(&core, AFTER_MS).await;
    sweep(&core, "before").await;
    lose_route(&core, Some(Loss::Route));
    pass(&core, REMEMBERED_MS).await;
    sweep(&core, "without the route").await;
    core.world()
        .jira
        .grant(Jira::DEMO_ACCOUNT, "SEC", "CREATE_ISSUES");
    lose_route(&core, None);
    pass(&core, REMEMBERED_MS).await;
    ending::settle(&core).await;
}

async fn a_route_goes_and_comes_back(core: Arc<Core>) {
    act(&core, Deed::Raise, 0);
    pass(&core, AFTER_MS).await;
    for number in 0..3 {
        sweep(&core, &format!("before {number}")).await;
        pass(&core, 10 * AFTER_MS).await;
    }
    lose_route(&core, Some(Loss::Route));
    pass(&core, REMEMBERED_MS).await;
    act(&core, Deed::CommentTicket, 0);
    pass(&core, AFTER_MS).await;
    // The settings are exactly as they were.
    lose_route(&core, None);
    pass(&core, REMEMBERED_MS).await;
    sweep(&core, "with the route").await;
    ending::settle(&core).await;
}

async fn both_change_while_apart(core: Arc<Core>) {
    act(&core, Deed::Raise, 0);
    pass(&core, AFTER_MS).await;
    act(&core, Deed::MoveTo("Done"), 0);
    pass(&core, AFTER_MS).await;
    act_silently(&core, Deed::Close, 0);
    act_silently(&core, Deed::MoveTo("To Do"), 0);
    sweep(&core, "after both").await;
    ending::settle(&core).await;
}

async fn out_of_sight(core: Arc<Core>) {
    act(&core, Deed::Raise, 0);
    pass(&core, AFTER_MS).await;
    act(&core, Deed::CommentTicket, 0);
    pass(&core, AFTER_MS).await;
    sweep(&core, "before").await;
    act_silently(&core, Deed::Restrict, 0);
    sweep(&core, "without it").await;
    act_silently(&core, Deed::Release, 0);
    sweep(&core, "with it").await;
    ending::settle(&core).await;
}

async fn an_older_case(core: Arc<Core>) {
    act_silently(&core, Deed::Raise, 0);
    pass(&core, AFTER_MS).await;
    sweep(&core, "after the start").await;
    ending::settle(&core).await;
}

async fn answers_are_lost(core: Arc<Core>) {
    for number in 0..12 {
        act(
            &core,
            if number < 6 {
                Deed::Raise
            } else {
                Deed::CommentTicket
            },
            number % 6,
        );
        pass(&core, AFTER_MS).await;
        sweep(&core, &format!("between {number}")).await;
    }
    ending::settle(&core).await;
}
