//! Test connection: one step after the other, each told with its remedy.
//!
//! A step is small enough for one request, so that a page can show how far it is, and tells what comes
//! next. It reads only; it never writes to either product.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, Query, State},
    response::Response,
    routing::{get, post},
};
use domain::trouble::{Trouble, TroubleKind};
use serde::{Deserialize, Serialize};

use crate::{
    Console,
    access::{Administrator, Visitor},
    credentials::{Done, Kind},
    desk::Desk,
    failure::Failure,
    frame,
};

mod connection;
mod doors;
mod page;
mod site;

pub use doors::refusal_in_words;

/// How long a test without script goes on in one request; a gateway waits for 30 s.
const PATIENCE_MS: u64 = 20_000;

/// A step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Whether the host answers.
    Reach,
    /// Whether the credentials are accepted, and whose they are.
    LogIn,
    /// What kind of Jira it is.
    Deployment,
    /// Which projects there are for us.
    Projects,
    /// What we may do in them.
    Permissions,
    /// Whether cases can be read.
    Cases,
    /// Which applications there are.
    Applications,
    /// Whether comments can be listed.
    Comments,
    /// Whether there is a webhook secret.
    WebhookSecret,
    /// When the last delivery came.
    LastDelivery,
}

impl Step {
    /// What it is called.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Reach => "Reach the host",
            Self::LogIn => "Log in",
            Self::Deployment => "Kind of Jira",
            Self::Projects => "Find projects",
            Self::Permissions => "Check permissions",
            Self::Cases => "Read incidents",
            Self::Applications => "Read applications",
            Self::Comments => "List comments",
            Self::WebhookSecret => "Webhook secret",
            Self::LastDelivery => "Last delivery",
        }
    }

    /// The word in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reach => "reach",
            Self::LogIn => "log-in",
            Self::Deployment => "deployment",
            Self::Projects => "projects",
            Self::Permissions => "permissions",
            Self::Cases => "cases",
            Self::Applications => "applications",
            Self::Comments => "comments",
            Self::WebhookSecret => "webhook-secret",
            Self::LastDelivery => "last-delivery",
        }
    }
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Well.
    Ok,
    /// Not well.
    Failed,
    /// It could not be tried, or need not.
    Skipped,
    /// It goes on with the next request.
    GoingOn,
}

/// A step as it is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// The step.
    pub step: Step,
    /// How it ended.
    pub outcome: Outcome,
    /// What was found, as sentences.
    pub words: Vec<String>,
    /// What to do, as a sentence; empty for nothing.
    pub remedy: String,
    /// What comes next.
    pub next: Option<Next>,
}

/// Where a test goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    /// With which step.
    pub step: Step,
    /// How many rows of it are done.
    #[serde(default)]
    pub done: u64,
    /// How many of them had something amiss.
    #[serde(default)]
    pub amiss: u64,
}

impl Next {
    /// The beginning of a step.
    pub const fn step(step: Step) -> Self {
        Self {
            step,
            done: 0,
            amiss: 0,
        }
    }
}

impl Told {
    fn new(step: Step, outcome: Outcome, words: impl Into<String>) -> Self {
        Self {
            step,
            outcome,
            words: vec![words.into()],
            remedy: String::new(),
            next: None,
        }
    }

    fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    fn then(mut self, next: Step) -> Self {
        self.next = Some(Next::step(next));
        self
    }

    /// Trouble in a step; the remedy says what a person can do about it.
    fn trouble(step: Step, trouble: &Trouble) -> Self {
        let remedy = match trouble.kind {
            TroubleKind::CredentialsRefused(_) => {
                "Replace the credentials; those that are kept are refused."
            }
            TroubleKind::AgainLater { .. } | TroubleKind::Held => {
                "Test again in a minute; if it stays, look at the address and whether the other side is up."
            }
            TroubleKind::Never { .. } => "Look at the address and at what the account may do.",
        };
        Self::new(step, Outcome::Failed, format!("{}.", trouble.words)).remedy(remedy)
    }
}

/// Takes one step of a test.
pub async fn take_step(
    console: &Console,
    kind: Kind,
    name: &str,
    at: &Next,
) -> Result<Told, Failure> {
    let desk = Desk::open(console).await?;
    match kind {
        Kind::Site => site::take_step(console, &desk, &desk.site(name)?, at).await,
        Kind::Connection => connection::take_step(console, &desk.connection(name)?, at).await,
    }
}

/// The first step of every test.
pub const FIRST: Next = Next::step(Step::Reach);

/// The routes of these pages.
pub fn pages() -> Router<Arc<Console>> {
    Router::new()
        .route("/credentials/{kind}/{name}/test", get(show).post(run))
        .route("/credentials/{kind}/{name}/test/step", post(step))
}

#[derive(Deserialize)]
struct Arrived {
    done: Option<Done>,
}

async fn show(
    State(console): State<Arc<Console>>,
    visitor: Visitor,
    Path((kind, name)): Path<(Kind, String)>,
    Query(Arrived { done }): Query<Arrived>,
) -> Result<Response, Failure> {
    let desk = Desk::open(&console).await?;
    kind.peer(&name)?;
    Ok(frame::shown(page::test(
        &visitor,
        &desk,
        kind,
        &name,
        &[],
        done,
    )))
}

/// Without script: as many steps as there is time for.
async fn run(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    Path((kind, name)): Path<(Kind, String)>,
    Query(from): Query<Place>,
) -> Result<Response, Failure> {
    let clock = &console.service.clock;
    let end = clock.now().plus_ms(PATIENCE_MS);
    let mut at = from.next();
    let mut told: Vec<Told> = Vec::new();
    loop {
        let step = take_step(&console, kind, &name, &at).await?;
        let next = step.next.clone();
        told.retain(|earlier| earlier.step != step.step);
        told.push(step);
        match next {
            Some(next) if clock.now() < end => at = next,
            _ => break,
        }
    }
    let desk = Desk::open(&console).await?;
    Ok(frame::shown(page::test(
        &visitor, &desk, kind, &name, &told, None,
    )))
}

/// Where to go on, from an address.
#[derive(Debug, Default, Deserialize)]
pub struct Place {
    step: Option<Step>,
    #[serde(default)]
    done: u64,
    #[serde(default)]
    amiss: u64,
}

impl Place {
    /// Where that is.
    pub fn next(&self) -> Next {
        self.step.map_or(FIRST, |step| Next {
            step,
            done: self.done,
            amiss: self.amiss,
        })
    }
}

/// With script: one step, as a row.
async fn step(
    State(console): State<Arc<Console>>,
    _: Administrator,
    Path((kind, name)): Path<(Kind, String)>,
    Query(from): Query<Place>,
) -> Result<Response, Failure> {
    let told = take_step(&console, kind, &name, &from.next()).await?;
    Ok(frame::shown(page::row(&told)))
}
