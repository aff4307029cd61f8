//! The doors of the local run: the webhooks, `/sweep`, `/status`.
//!
//! The handlers are the functions that Lambda runs. A sweep and the status are for this machine
//! alone.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use adapters::{
    door::{MAX_BODY_BYTES, Refusal},
    service::Service,
};
use axum::{
    Json, Router,
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::{moment::Moment, ports::Clock, shard::Shard, sweep::SweepReport, trouble::Trouble};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::{counting::CountingNetwork, status::tell_status};

/// How long one sweep may take.
const SWEEP_MS: u64 = 240_000;

/// The service and what is counted around it.
pub struct Host {
    /// The service.
    pub service: Arc<Service>,
    /// The counting seam.
    pub network: Arc<CountingNetwork>,
    /// Held while a sweep runs: there is one at a time.
    pub sweeping: Mutex<()>,
}

impl Host {
    /// Sweeps now, after a sweep that is under way; answers with what it did and its calls.
    pub async fn sweep(&self) -> Result<(SweepReport, u64), Trouble> {
        let _one_at_a_time = self.sweeping.lock().await;
        let before = self.network.calls();
        let deadline = self.service.clock.now().plus_ms(SWEEP_MS);
        let report = reconciliation_sweep::handle(&self.service, Shard::WHOLE, deadline).await?;
        Ok((report, self.network.calls() - before))
    }

    /// The present moment.
    pub fn now(&self) -> Moment {
        let clock: &dyn Clock = &*self.service.clock;
        clock.now()
    }
}

/// The routes that every local run has.
pub fn routes(host: Arc<Host>) -> Router {
    let for_this_machine = Router::new()
        .route("/sweep", post(sweep_now))
        .route("/status", get(status))
        .layer(middleware::from_fn(refuse_strangers));
    Router::new()
        .route("/webhooks/contrast/{connection}", post(contrast))
        .route("/webhooks/jira/{site}", post(jira))
        .merge(for_this_machine)
        .with_state(host)
}

/// Whether a host, with or without a port, is this machine's own name for itself.
fn is_loopback_name(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, port)| {
        if port.bytes().all(|byte| byte.is_ascii_digit()) {
            name
        } else {
            host
        }
    });
    name == "localhost"
        || name
            .trim_matches(['[', ']'])
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn may_ask(peer: SocketAddr, headers: &HeaderMap) -> bool {
    let header = |name| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or_default())
    };
    let host_is_ours = header(header::HOST).is_none_or(is_loopback_name);
    let origin_is_ours = header(header::ORIGIN)
        .is_none_or(|origin| origin.strip_prefix("http://").is_some_and(is_loopback_name));
    peer.ip().is_loopback() && host_is_ours && origin_is_ours
}

/// Refuses what does not come from this machine, and what a page of another host makes a browser on
/// this machine send.
pub async fn refuse_strangers(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    if may_ask(peer, request.headers()) {
        return next.run(request).await;
    }
    let problem = json!({ "status": 403, "title": "this is for the machine it runs on alone" });
    (StatusCode::FORBIDDEN, Json(problem)).into_response()
}

async fn contrast(State(host): State<Arc<Host>>, request: Request) -> Response {
    match lambda_request(request).await {
        Ok(request) => contrast_webhook::handle(&host.service, request)
            .await
            .map(Body::from),
        Err(refusal) => refusal.response().map(Body::from),
    }
}

async fn jira(State(host): State<Arc<Host>>, request: Request) -> Response {
    match lambda_request(request).await {
        Ok(request) => jira_webhook::handle(&host.service, request)
            .await
            .map(Body::from),
        Err(refusal) => refusal.response().map(Body::from),
    }
}

/// The request as Lambda would hand it over, with its whole body.
pub async fn lambda_request(request: Request) -> Result<lambda_http::Request, Refusal> {
    let (parts, body) = request.into_parts();
    // More than the handler takes, so that a sender who sends a little too much hears its answer.
    let body = to_bytes(body, 4 * MAX_BODY_BYTES)
        .await
        .map_err(|_| Refusal::TooLarge)?;
    Ok(lambda_http::Request::from_parts(
        parts,
        lambda_http::Body::Binary(body.to_vec()),
    ))
}

async fn sweep_now(State(host): State<Arc<Host>>) -> Response {
    match host.sweep().await {
        Ok((report, calls)) => Json(tell_sweep(&report, calls)).into_response(),
        Err(trouble) => unavailable(&trouble),
    }
}

async fn status(State(host): State<Arc<Host>>) -> Response {
    match tell_status(&host.service.store, host.now()).await {
        Ok(status) => Json(status).into_response(),
        Err(trouble) => unavailable(&trouble),
    }
}

/// The answer when something passing is in the way.
pub fn unavailable(trouble: &Trouble) -> Response {
    let problem = json!({ "status": 503, "title": trouble.for_people() });
    (StatusCode::SERVICE_UNAVAILABLE, Json(problem)).into_response()
}

/// What a sweep did, for machines and, in `words`, for people.
pub fn tell_sweep(report: &SweepReport, calls: u64) -> Value {
    let acted: Vec<Value> = report
        .reconciled
        .iter()
        .filter(|reconciled| !reconciled.actions.is_empty())
        .map(|reconciled| {
            json!({
                "case": reconciled.case.to_string(),
                "ticket": reconciled.ticket,
                "actions": reconciled.actions,
            })
        })
        .collect();
    json!({
        "words": sweep_in_words(report, calls),
        "calls": calls,
        "looked_at": report.reconciled.len(),
        "acted": acted,
        "found_in_contrast": report.found_in_contrast,
        "found_in_jira": report.found_in_jira,
        "comments_polled": report.comments_polled,
        "redriven": report.redriven,
        "paused": report.paused,
        "troubles": report.troubles,
        "finished": report.finished,
    })
}

/// A sweep in one sentence.
pub fn sweep_in_words(report: &SweepReport, calls: u64) -> String {
    let acted: Vec<String> = report
        .reconciled
        .iter()
        .filter(|reconciled| !reconciled.actions.is_empty())
        .map(|reconciled| {
            format!(
                "{} {}",
                reconciled.case.number(),
                reconciled.actions.join(", ")
            )
        })
        .collect();
    let cost = match calls {
        1 => "1 call".to_owned(),
        calls => format!("{calls} calls"),
    };
    if !report.troubles.is_empty() {
        format!(
            "The sweep met trouble ({cost}): {}.",
            report.troubles.join("; ")
        )
    } else if acted.is_empty() && !report.paused.is_empty() {
        format!("The sweep waits for {} ({cost}).", report.paused.join(", "))
    } else if acted.is_empty() {
        format!("The sweep found nothing to do, with {cost}.")
    } else {
        format!("The sweep made good: {} ({cost}).", acted.join("; "))
    }
}
