//! Calls of a worker to Contrast and Jira: they take time, and may go wrong in every way.
//!
//! The simulators decide what an effect is; nothing here looks into a body.

use std::{ops::Range, sync::Arc};

use adapters::http::{Http, Request, Response, SendFailure};
use async_trait::async_trait;

use super::Worker;
use crate::{checks, core::Core, deliveries, fault::Fault};

/// How long each way of a call takes, in microseconds.
const WAY_US: Range<u64> = 8_000..180_000;
/// How long a caller waits for an answer, as the real network does.
const TIME_OUT_MS: u64 = 10_000;
/// How much later an effect may happen whose caller has given up.
const LATE_MS: Range<u64> = 10_000..70_000;
const SLOW_MS: Range<u64> = 1_000..9_500;

/// The network between a worker and both products.
pub(super) struct Products(pub(super) Arc<Worker>);

#[async_trait]
impl Http for Products {
    async fn send(&self, request: Request) -> Result<Response, SendFailure> {
        let worker = &self.0;
        let core = &worker.core;
        let step = worker.next_step(WAY_US);
        let (kinds, often) = (&core.weather.calls, core.weather.calls_ppm);
        let fault = core.strikes(&step.name, kinds, often, || what_is_asked(&request));
        worker.go_out(&step).await;
        let answer = match fault {
            None => {
                if core.weather.doubles_creations && request.method() == http::Method::POST {
                    perform(core, &request, "the network");
                }
                Ok(perform(core, &request, &step.name))
            }
            Some(fault) => self.go_wrong(fault, request, &step.name).await,
        };
        worker.come_back(&step).await;
        answer
    }
}

impl Products {
    async fn go_wrong(
        &self,
        fault: Fault,
        request: Request,
        step: &str,
    ) -> Result<Response, SendFailure> {
        let core = &self.0.core;
        let rng = &mut core.script.draw("fault's time", step);
        let no_answer = || Err(SendFailure::Unknown("no answer came".to_owned()));
        match fault {
            Fault::NotSent => Err(SendFailure::NotSent("nobody could be reached".to_owned())),
            Fault::RequestLost => {
                self.0.wait_ms(patience_ms(rng)).await;
                no_answer()
            }
            Fault::AnswerLost => {
                perform(core, &request, step);
                self.0.wait_ms(patience_ms(rng)).await;
                no_answer()
            }
            Fault::LateEffect => {
                let late_us = rng.u64(LATE_MS) * 1_000;
                let (later, step) = (Arc::clone(core), step.to_owned());
                core.scheduler.spawn(async move {
                    later
                        .scheduler
                        .wait_us(late_us, crate::executor::Wait::Sleep)
                        .await;
                    perform(&later, &request, &format!("{step} late"));
                });
                self.0.wait_ms(TIME_OUT_MS).await;
                no_answer()
            }
            Fault::SlowAnswer => {
                let slow_ms = rng.u64(SLOW_MS);
                let answer = perform(core, &request, step);
                self.0.wait_ms(slow_ms).await;
                Ok(answer)
            }
            Fault::GatewayTimeOut => {
                perform(core, &request, step);
                Ok(refusal(504, None))
            }
            Fault::TooManyWithTime => Ok(refusal(429, Some(rng.u64(1..120)))),
            Fault::TooManyWithout => Ok(refusal(429, None)),
            Fault::Unavailable => Ok(refusal(503, rng.bool().then_some(30))),
            Fault::HtmlPage => Ok(html()),
            _ => Ok(refusal(500, None)),
        }
    }
}

/// A caller learns of a lost connection at once, or waits its time out.
fn patience_ms(rng: &mut fastrand::Rng) -> u64 {
    if rng.bool() { 30 } else { TIME_OUT_MS }
}

fn refusal(status: u16, retry_after: Option<u64>) -> Response {
    let mut answer =
        Response::new(br#"{"errorMessages":["Simulated failure."],"errors":{}}"#.to_vec());
    *answer.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    if let Some(seconds) = retry_after {
        answer
            .headers_mut()
            .insert(http::header::RETRY_AFTER, seconds.into());
    }
    answer
}

fn html() -> Response {
    let mut answer = Response::new(b"<html><body>Bad gateway</body></html>".to_vec());
    *answer.status_mut() = http::StatusCode::BAD_GATEWAY;
    let html = http::HeaderValue::from_static("text/html");
    answer
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, html);
    answer
}

/// What is asked, in a few words without ids.
fn what_is_asked(request: &Request) -> String {
    let path = request.uri().path();
    let last = path
        .rsplit('/')
        .find(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphabetic()))
        .unwrap_or_default();
    let product = if path.contains("/rest/api/") {
        "jira"
    } else {
        "contrast"
    };
    format!("{product} {} {last}", request.method())
}

/// The effect of a call, and its answer. What it makes both products tell is on its way at once.
#[allow(clippy::single_match_else)] // Both products are of equal weight.
fn perform(core: &Arc<Core>, request: &Request, step: &str) -> Response {
    let now_ms = core.now_ms();
    let (answer, call) = {
        let mut world = core.world();
        match request.uri().host() {
            Some("contrast.example.com") => {
                let answer = world.contrast.serve(request, now_ms);
                let call = world.contrast.take_calls().pop();
                (
                    answer,
                    call.map(|call| {
                        (
                            format!("contrast {} {}", call.method, tail(&call.path)),
                            call.method != "GET",
                            call.status,
                        )
                    }),
                )
            }
            _ => {
                let answer = world.jira.serve(request, now_ms);
                let call = world.jira.take_calls().pop();
                (
                    answer,
                    call.map(|call| {
                        (
                            format!("jira {} {}", call.method, call.path),
                            call.write,
                            call.status,
                        )
                    }),
                )
            }
        }
    };
    if let Some((what, write, status)) = call {
        core.tell(|| format!("   {step}: {what} -> {status}"));
        *core.record().calls.entry(what).or_default() += 1;
        if write && core.checks_at_once() {
            checks::check_at_once(core);
        }
    }
    deliveries::send_out(core);
    answer
}

fn tail(path: &str) -> String {
    let path = path.split('?').next().unwrap_or(path);
    let named = path.split('/').filter(|part| {
        !part.is_empty()
            && !part.bytes().any(|byte| byte.is_ascii_digit())
            && !matches!(*part, "Contrast" | "api" | "organizations")
    });
    named.collect::<Vec<_>>().join("/")
}
