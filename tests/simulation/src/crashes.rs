//! Every point at which a worker can die, in every scene: before and after each effect, towards the
//! products, the store and the secrets alike.
//!
//! Each of them must end as everything must end.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    chance::Script,
    core::{Core, DeathPoint},
    ending,
    fault::Fault,
    run::{Outcome, run_with, sweep},
    scenes::{SCENES, Scene, pass, perform, set_up},
    weather::Weather,
};

/// Who works on what a scene is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// The handlers of the webhooks that it sets off.
    Handlers,
    /// A sweep: no webhook tells of it.
    Sweep,
}

/// What trying all points came to.
#[derive(Debug, Default)]
pub struct Crashes {
    /// Points tried in each scene.
    pub points: BTreeMap<String, u32>,
    /// What ended wrong, with its timeline.
    pub wrong: Vec<String>,
}

/// Tries the points of every scene whose position leaves this rest: one point in `stride`, and with
/// 1 every one.
pub fn crash_everywhere(every: usize, rest: usize, stride: u32) -> Crashes {
    let mut crashes = Crashes::default();
    for scene in SCENES.iter().skip(rest).step_by(every) {
        for work in [Work::Handlers, Work::Sweep] {
            if work == Work::Sweep || scene.told {
                crash_in(scene, work, stride, &mut crashes);
            }
        }
    }
    crashes
}

fn crash_in(scene: &Scene, work: Work, stride: u32, crashes: &mut Crashes) {
    let name = format!("{}, {work:?}", scene.name);
    let unharmed = play(scene, work, None, false);
    if let Some(violation) = unharmed.violation {
        crashes
            .wrong
            .push(format!("{name}, nobody died: {violation}"));
        return;
    }
    let jobs = jobs_at_work(&unharmed.record.jobs, work);
    for (job, steps) in jobs {
        for step in 1..=steps {
            for (way, fault) in [(0, Fault::KilledBefore), (1, Fault::KilledAfter)] {
                if (2 * step + way) % stride != 0 {
                    continue;
                }
                let death = DeathPoint {
                    job: job.clone(),
                    step,
                    fault,
                };
                *crashes.points.entry(name.clone()).or_default() += 1;
                let outcome = play(scene, work, Some(&death), false);
                if let Some(violation) = outcome.violation {
                    let told = play(scene, work, Some(&death), true);
                    let timeline = told.record.lines.join("\n");
                    crashes
                        .wrong
                        .push(format!("{name}, {death:?}: {violation}\n{timeline}"));
                }
            }
        }
    }
}

/// The jobs that work on what the scene is about. What else ran before or after has other names.
fn jobs_at_work(jobs: &BTreeMap<String, u32>, work: Work) -> Vec<(String, u32)> {
    jobs.iter()
        .filter(|(name, _)| match work {
            Work::Sweep => name.as_str() == THE_SWEEP,
            Work::Handlers => name.starts_with("deed "),
        })
        .map(|(name, steps)| (name.clone(), *steps))
        .collect()
}

const THE_SWEEP: &str = "the sweep";
/// Long enough for the webhooks that a deed sets off.
const HANDLING_MS: u64 = 90_000;

fn play(scene: &Scene, work: Work, death: Option<&DeathPoint>, verbose: bool) -> Outcome {
    let (scene, death) = (*scene, death.cloned());
    let script = Script::of_seed(1);
    run_with(
        script,
        Weather::calm(),
        None,
        verbose,
        move |core| async move {
            set_up(&core, &scene).await;
            core.place_death(death);
            match work {
                Work::Handlers => {
                    core.name_webhooks("deed ");
                    perform(&core, &scene, true);
                    pass(&core, HANDLING_MS).await;
                    core.name_webhooks("");
                }
                Work::Sweep => {
                    perform(&core, &scene, false);
                    sweep(&core, THE_SWEEP).await;
                }
            }
            met(&core);
            ending::settle(&core).await;
        },
    )
}

/// A death that was placed and did not come would prove nothing.
fn met(core: &Arc<Core>) {
    if core.death_is_ahead() {
        core.violate("the point at which the worker should die was not reached".to_owned());
    }
}
