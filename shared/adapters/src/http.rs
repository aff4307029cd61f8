//! The one seam through which every call to Contrast and Jira goes, and the rules of trying again.
//!
//! Redirects are never followed, a call that creates something is never sent twice, and neither a
//! body nor a header ever reaches a log or an error text.

mod allowance;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{
    moment::Moment,
    ports::Clock,
    trouble::{Effect, Trouble, TroubleKind},
};
use http::StatusCode;

use crate::telemetry::{note_pause, note_try};
use allowance::{Allowances, Lane, Turn};

/// A request with its whole body.
pub type Request = http::Request<Vec<u8>>;
/// A response with its whole body.
pub type Response = http::Response<Vec<u8>>;

/// No call may take longer; less than the time a function has left for its answer.
const CALL_TIMEOUT_MS: u64 = 10_000;
/// Answers longer than this are cut off and count as senseless.
const MAX_ANSWER_BYTES: usize = 16 * 1024 * 1024;
/// Tries within one run; after them the sweep takes over.
const MAX_TRIES: u32 = 4;
const FIRST_PAUSE_MS: u64 = 2_000;
const LONGEST_PAUSE_MS: u64 = 30_000;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendFailure {
    /// The request certainly never reached the other side.
    NotSent(String),
    /// It may have arrived: a time-out, a connection reset, an answer cut off.
    Unknown(String),
}

/// Sends one request, once.
#[async_trait]
pub trait Http: Send + Sync {
    /// Sends it.
    async fn send(&self, request: Request) -> Result<Response, SendFailure>;
}

/// The real network.
#[derive(Clone, Debug)]
pub struct Network {
    client: reqwest::Client,
}

impl Network {
    /// One client for the process: its connections are kept warm and shared.
    pub fn new() -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_millis(CALL_TIMEOUT_MS))
            .connect_timeout(Duration::from_millis(CALL_TIMEOUT_MS / 2))
            .retry(reqwest::retry::never())
            .user_agent(concat!("northstar-jira-sync/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client })
    }
}

#[async_trait]
impl Http for Network {
    async fn send(&self, request: Request) -> Result<Response, SendFailure> {
        let (parts, body) = request.into_parts();
        let answer = self
            .client
            .request(parts.method, parts.uri.to_string())
            .headers(parts.headers)
            .body(body)
            .send()
            .await
            .map_err(|error| {
                // The URL is taken off: it names organisations and people's searches.
                let connect = error.is_connect();
                let words = error.without_url().to_string();
                if connect {
                    SendFailure::NotSent(words)
                } else {
                    SendFailure::Unknown(words)
                }
            })?;
        let mut response = http::Response::builder().status(answer.status());
        if let Some(headers) = response.headers_mut() {
            *headers = answer.headers().clone();
        }
        let mut answer = answer;
        let mut body = Vec::new();
        loop {
            match answer.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= MAX_ANSWER_BYTES => {
                    body.extend_from_slice(&chunk);
                }
                Ok(Some(_)) => return Err(SendFailure::Unknown("the answer is too long".into())),
                Ok(None) => break,
                Err(error) => return Err(SendFailure::Unknown(error.without_url().to_string())),
            }
        }
        response
            .body(body)
            .map_err(|error| SendFailure::Unknown(error.to_string()))
    }
}

/// Whether sending a request a second time is harmless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Reads, replacements, deletions.
    Harmless,
    /// Creations: only a refusal that certainly had no effect (429, never sent) may be followed
    /// by another try.
    Doubles,
}

/// Whom a call goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Product {
    /// Contrast.
    Contrast,
    /// Jira.
    Jira,
}

impl Product {
    /// Its name, as metrics and logs have it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Contrast => "contrast",
            Self::Jira => "jira",
        }
    }
}

/// What a call is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purpose {
    /// Whom it goes to.
    pub product: Product,
    /// Which of our calls it is, such as `create-ticket`: one word for all calls of its kind.
    pub operation: &'static str,
    /// Whether it may be sent a second time.
    pub repeat: Repeat,
    /// What for, in words for people.
    pub doing: &'static str,
}

/// Sends requests and tries again where that is harmless.
#[derive(Clone)]
pub struct Caller {
    http: Arc<dyn Http>,
    clock: Arc<dyn Clock>,
    patience_ms: u64,
    allowances: Arc<Allowances>,
}

impl Caller {
    /// `patience_ms`: the longest that one call may be waited for between its tries.
    pub fn new(http: Arc<dyn Http>, clock: Arc<dyn Clock>, patience_ms: u64) -> Self {
        Self {
            http,
            clock,
            patience_ms,
            allowances: Arc::default(),
        }
    }

    /// The present moment.
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Waits.
    pub async fn wait_ms(&self, ms: u64) {
        self.clock.wait_ms(ms).await;
    }

    /// Sends a request; answers with any response that is neither 429 nor 5xx (501 is an answer too).
    pub async fn call(&self, request: Request, purpose: Purpose) -> Result<Response, Trouble> {
        let Purpose { repeat, doing, .. } = purpose;
        let started = self.clock.now();
        let lane = Lane::of(&request);
        let mut tries = 0;
        let mut earlier = None;
        loop {
            if let Err(trouble) = self.wait_for_turn(&lane, &purpose, started).await {
                return Err(with_effect_of(earlier, trouble));
            }
            tries += 1;
            let sent = self.clock.now();
            let answer = self.http.send(request.clone()).await;
            note_try(&purpose, &request, &answer, (sent, self.clock.now()));
            let is_limited = answer.as_ref().is_ok_and(is_limit);
            let trouble = match answer {
                Ok(response) if is_an_answer(response.status()) => {
                    self.allowances.note_taken(&lane);
                    return Ok(response);
                }
                Ok(response) => {
                    let trouble = trouble_of_status(&response, doing, self.clock.now());
                    self.heed(&lane, sent, &response, &trouble);
                    trouble
                }
                Err(SendFailure::NotSent(words)) => Trouble::again_later(doing, words),
                Err(SendFailure::Unknown(words)) => Trouble::unknown_effect(doing, words),
            };
            let trouble = with_effect_of(earlier.take(), trouble);
            let TroubleKind::AgainLater { effect, not_before } = trouble.kind else {
                return Err(trouble);
            };
            let now = self.clock.now();
            let pause_ms = not_before.map_or_else(
                || pause_ms(tries, request.uri().path(), now),
                |moment| moment.ms_since(now),
            );
            if is_limited || not_before.is_some() {
                note_pause(purpose.product, pause_ms);
            }
            if repeat == Repeat::Doubles && effect == Effect::Unknown || tries == MAX_TRIES {
                return Err(trouble);
            }
            if now.ms_since(started) + pause_ms > self.patience_ms {
                return Err(trouble);
            }
            earlier = Some(trouble);
            self.clock.wait_ms(pause_ms).await;
        }
    }

    /// Waits until it is a call's turn. A wait that is longer than our patience is for the sweep:
    /// nothing was sent.
    async fn wait_for_turn(
        &self,
        lane: &Lane,
        purpose: &Purpose,
        started: Moment,
    ) -> Result<(), Trouble> {
        let mut has_turn = false;
        loop {
            let now = self.clock.now();
            let patience_ms = self.patience_ms.saturating_sub(now.ms_since(started));
            let held_until = self.allowances.held_until(lane, now);
            let (wait_ms, until) = if let Some(until) = held_until {
                (until.ms_since(now), until)
            } else if has_turn {
                return Ok(());
            } else {
                match self.allowances.take_turn(lane, now, patience_ms) {
                    Turn::After(0) => return Ok(()),
                    Turn::After(ms) => {
                        has_turn = true;
                        (ms, now.plus_ms(ms))
                    }
                    Turn::TooFar(until) => (u64::MAX, until),
                }
            };
            if wait_ms > patience_ms {
                let kind = TroubleKind::AgainLater {
                    effect: Effect::None,
                    not_before: Some(until),
                };
                return Err(Trouble::of(
                    purpose.doing,
                    "asked to wait before calling again",
                    kind,
                ));
            }
            note_pause(purpose.product, wait_ms);
            self.clock.wait_ms(wait_ms).await;
        }
    }

    /// Notes that a host asks everybody to wait, and not only those who write to one ticket.
    fn heed(&self, lane: &Lane, sent: Moment, response: &Response, trouble: &Trouble) {
        if !is_limit(response) {
            return;
        }
        let reason = response.headers().get("ratelimit-reason");
        let for_one_ticket = reason
            .and_then(|reason| reason.to_str().ok())
            .is_some_and(|reason| reason.contains("per-issue"));
        let TroubleKind::AgainLater { not_before, .. } = trouble.kind else {
            return;
        };
        if !for_one_ticket {
            let now = self.clock.now();
            self.allowances.note_refused(lane, sent, now, not_before);
        }
    }
}

/// The trouble of a call is that of its last try; but what an earlier one may have done, it may
/// have done.
fn with_effect_of(earlier: Option<Trouble>, mut trouble: Trouble) -> Trouble {
    let known = earlier.map(|earlier| earlier.kind);
    if let TroubleKind::AgainLater { effect, .. } = &mut trouble.kind
        && let Some(TroubleKind::AgainLater {
            effect: Effect::Unknown,
            ..
        }) = known
    {
        *effect = Effect::Unknown;
    }
    trouble
}

fn is_limit(response: &Response) -> bool {
    response.status() == StatusCode::TOO_MANY_REQUESTS
}

fn is_an_answer(status: StatusCode) -> bool {
    status != StatusCode::TOO_MANY_REQUESTS
        && status != StatusCode::REQUEST_TIMEOUT
        && (!status.is_server_error() || status == StatusCode::NOT_IMPLEMENTED)
}

fn trouble_of_status(response: &Response, doing: &str, now: Moment) -> Trouble {
    let status = response.status();
    let not_before = response
        .headers()
        .get(http::header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.trim().parse::<u64>().ok())
        .map(|seconds| now.plus_ms(seconds.min(3_600) * 1_000));
    let effect = if status == StatusCode::TOO_MANY_REQUESTS {
        Effect::None
    } else {
        Effect::Unknown
    };
    Trouble::of(
        doing,
        format!("answered {status}"),
        TroubleKind::AgainLater { effect, not_before },
    )
}

/// Doubling from two seconds, capped, times 0.7 to 1.3. The jitter comes from the path and the
/// time, which is enough to keep two workers apart and needs no source of randomness.
fn pause_ms(tries: u32, path: &str, now: Moment) -> u64 {
    let base = (FIRST_PAUSE_MS << (tries - 1).min(4)).min(LONGEST_PAUSE_MS);
    base * (70 + seed_of(path, now) % 61) / 100
}

/// A number that differs between calls and moments.
fn seed_of(path: &str, now: Moment) -> u64 {
    path.bytes()
        .fold(now.epoch_ms().unsigned_abs(), |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(u64::from(byte))
        })
}

#[cfg(test)]
mod tests;
