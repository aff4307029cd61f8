//! The steps that histories are made of, and how they are drawn.
//!
//! A step names things by position only, so that it makes sense in any history, however much of it
//! was cut away while shrinking.

use std::fmt;

use proptest::{collection::vec, prelude::*};
use scenarios::world::Dying;
use simulators::contrast::Severity;

/// What people do.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    Raise,
    Rate(usize, Severity),
    Close(usize),
    Reopen(usize),
    CommentCase(usize),
    CommentTicket(usize),
    /// The n-th living comment of people, on either side.
    Edit(usize),
    Delete(usize),
    /// A mirror of the n-th living comment.
    DeleteMirror(usize),
    MoveTo(usize, &'static str),
    Prioritise(usize, &'static str),
    Relocate(usize, &'static str),
    Hide(usize),
    Show(usize),
}

/// What becomes of the webhooks that an act sets off.
#[derive(Clone, Copy, Debug)]
pub enum News {
    Announced,
    Doubled,
    Lost,
    /// Kept back, and delivered later.
    Held,
    /// Announced, and the worker dies at its n-th call.
    Fatal(u32, Dying),
}

/// What goes wrong with the next calls of a kind.
#[derive(Clone, Copy, Debug)]
pub struct Mishap {
    pub in_jira: bool,
    pub method: &'static str,
    pub path: &'static str,
    pub times: u32,
    pub kind: Trouble,
}

#[derive(Clone, Copy, Debug)]
pub enum Trouble {
    LostAnswer,
    LostRequest,
    Status(u16, Option<u64>),
    StatusAfterEffect(u16),
    Html(u16),
}

/// One step.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    Act(Act, News),
    /// What was held back arrives, perhaps the latest first, perhaps all at once and while a
    /// sweep is under way.
    DeliverHeld {
        backwards: bool,
        at_once: bool,
    },
    Sweep(News),
    Pass(u64),
    Fail(Mishap),
}

/// A history: how both products behave, and the steps.
#[derive(Clone, Debug)]
pub struct History {
    /// How long Jira's search lags.
    pub lag_ms: i64,
    /// Whether a comment in Contrast pushes and moves its incident up in the list.
    pub comments_stir: bool,
    pub steps: Vec<Step>,
}

impl fmt::Display for History {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            lag_ms,
            comments_stir,
            steps: _,
        } = self;
        writeln!(out, "lag {lag_ms} ms, comments stir: {comments_stir}")?;
        for (number, step) in self.steps.iter().enumerate() {
            writeln!(out, "{:>3}. {step:?}", number + 1)?;
        }
        Ok(())
    }
}

fn act() -> impl Strategy<Value = Act> {
    let case = 0..3_usize;
    let note = 0..6_usize;
    let severity = prop_oneof![
        Just(Severity::Critical),
        Just(Severity::High),
        Just(Severity::Medium)
    ];
    let status = prop_oneof![3 => Just("Done"), 1 => Just("In Progress"), 2 => Just("To Do")];
    let priority = prop_oneof![Just("Low"), Just("High")];
    let project = prop_oneof![Just("PAY"), Just("SEC")];
    prop_oneof![
        2 => Just(Act::Raise),
        2 => (case.clone(), severity).prop_map(|(case, severity)| Act::Rate(case, severity)),
        3 => case.clone().prop_map(Act::Close),
        3 => case.clone().prop_map(Act::Reopen),
        4 => case.clone().prop_map(Act::CommentCase),
        4 => case.clone().prop_map(Act::CommentTicket),
        4 => note.clone().prop_map(Act::Edit),
        4 => note.clone().prop_map(Act::Delete),
        1 => note.prop_map(Act::DeleteMirror),
        4 => (case.clone(), status).prop_map(|(case, status)| Act::MoveTo(case, status)),
        1 => (case.clone(), priority).prop_map(|(case, priority)| Act::Prioritise(case, priority)),
        1 => (case.clone(), project).prop_map(|(case, project)| Act::Relocate(case, project)),
        1 => case.clone().prop_map(Act::Hide),
        1 => case.prop_map(Act::Show),
    ]
}

fn dying() -> impl Strategy<Value = Dying> {
    prop_oneof![Just(Dying::BeforeTheRequest), Just(Dying::AfterTheEffect)]
}

fn news(stormy: bool) -> BoxedStrategy<News> {
    let calm = prop_oneof![
        3 => Just(News::Announced),
        2 => Just(News::Doubled),
        3 => Just(News::Lost),
        3 => Just(News::Held),
    ];
    if stormy {
        let fatal = (1..7_u32, dying()).prop_map(|(call, dying)| News::Fatal(call, dying));
        prop_oneof![3 => calm, 1 => fatal].boxed()
    } else {
        calm.boxed()
    }
}

fn mishap() -> impl Strategy<Value = Mishap> {
    let place = prop_oneof![
        3 => Just((true, "POST", "/rest/api/3/issue")),
        2 => Just((true, "POST", "/comment")),
        1 => Just((true, "PUT", "/")),
        1 => Just((true, "DELETE", "/comment")),
        1 => Just((true, "POST", "/transitions")),
        1 => Just((true, "POST", "/remotelink")),
        2 => Just((true, "", "")),
        1 => Just((true, "GET", "/")),
        2 => Just((false, "POST", "/comments")),
        1 => Just((false, "PUT", "/comments")),
        1 => Just((false, "DELETE", "/comments")),
        1 => Just((false, "PATCH", "/status")),
        1 => Just((false, "GET", "/")),
        2 => Just((false, "", "")),
    ];
    let kind = prop_oneof![
        3 => Just(Trouble::LostAnswer),
        2 => Just(Trouble::LostRequest),
        1 => Just(Trouble::Status(500, None)),
        1 => Just(Trouble::Status(429, Some(90))),
        1 => Just(Trouble::Status(429, None)),
        1 => Just(Trouble::Status(503, Some(30))),
        1 => Just(Trouble::StatusAfterEffect(504)),
        1 => Just(Trouble::Html(502)),
    ];
    (place, 1..5_u32, kind).prop_map(|((in_jira, method, path), times, kind)| Mishap {
        in_jira,
        method,
        path,
        times,
        kind,
    })
}

fn step(stormy: bool) -> BoxedStrategy<Step> {
    let held = (any::<bool>(), any::<bool>())
        .prop_map(|(backwards, at_once)| Step::DeliverHeld { backwards, at_once });
    let pass = prop_oneof![Just(1_u64), Just(3), Just(12), Just(70)].prop_map(Step::Pass);
    let acts = (act(), news(stormy)).prop_map(|(act, news)| Step::Act(act, news));
    let sweeps = news(stormy).prop_map(Step::Sweep);
    let calm = prop_oneof![12 => acts, 2 => held, 3 => sweeps, 1 => pass];
    if stormy {
        prop_oneof![6 => calm, 1 => mishap().prop_map(Step::Fail)].boxed()
    } else {
        calm.boxed()
    }
}

/// Histories: calm ones, in which only webhooks go astray, and stormy ones.
pub fn histories(stormy: bool) -> impl Strategy<Value = History> {
    let lag_ms = prop_oneof![2 => Just(0), 1 => Just(120_000)];
    let first = news(stormy).prop_map(|news| Step::Act(Act::Raise, news));
    let tenant = (lag_ms, any::<bool>());
    (tenant, first, vec(step(stormy), 3..16)).prop_map(
        |((lag_ms, comments_stir), first, mut steps)| {
            steps.insert(0, first);
            History {
                lag_ms,
                comments_stir,
                steps,
            }
        },
    )
}
