//! The page of the demo: both sides next to each other, as JSON and as a page that draws it.
//!
//! What it shows of Contrast and Jira comes from the simulators alone, what it shows of the service
//! from the store alone: where they differ, a person sees it.

use std::sync::{Arc, PoisonError};

use adapters::cases::{CaseState, state_of};
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::{
    comment::{CommentId, Side},
    link::Link,
    moment::Moment,
    ports::{Glimpse, Store as _},
};
use serde_json::{Value, json};
use simulators::{
    contrast::{SimComment, SimIncident, SimIssue},
    jira::{Jira, SimTicket},
};

use super::{Demo, acts::Act, lock};
use crate::{
    serving::{Host, refuse_strangers, unavailable},
    status::glimpse_all,
};

/// Cases that the page shows.
const MOST_CASES: usize = 50;
/// Lines that the page shows.
const MOST_LINES: usize = 200;

/// What the page's handlers need.
#[derive(Clone)]
struct Page {
    host: Arc<Host>,
    demo: Arc<Demo>,
    sweep_every_s: u64,
}

/// The routes of the page; for this machine alone.
pub fn page_routes(host: Arc<Host>, demo: Arc<Demo>, sweep_every_s: u64) -> Router {
    let page = Page {
        host,
        demo,
        sweep_every_s,
    };
    Router::new()
        .route(
            "/",
            get(|| async {
                file(
                    "text/html; charset=utf-8",
                    include_str!("../page/index.html"),
                )
            }),
        )
        .route(
            "/page.css",
            get(|| async { file("text/css; charset=utf-8", include_str!("../page/page.css")) }),
        )
        .route(
            "/page.js",
            get(|| async {
                file(
                    "text/javascript; charset=utf-8",
                    include_str!("../page/page.js"),
                )
            }),
        )
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .route("/api/world", get(tell_world))
        .route("/api/act", post(act))
        .layer(middleware::from_fn(refuse_strangers))
        .with_state(page)
}

fn file(content_type: &'static str, body: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'self'"),
        ),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, body).into_response()
}

async fn act(State(page): State<Page>, Json(act): Json<Act>) -> Response {
    let ticket = match domain::case::CaseId::parse(&act.case) {
        Ok(case) => match page
            .host
            .service
            .store
            .glimpse(&case, page.host.now())
            .await
        {
            Ok(glimpse) => glimpse
                .and_then(|glimpse| glimpse.link.pair().map(|pair| pair.ticket.id.to_string())),
            Err(trouble) => return unavailable(&trouble),
        },
        Err(_) => None,
    };
    match page.demo.act(&act, ticket).await {
        Ok(words) => Json(json!({ "ok": true, "words": words })).into_response(),
        Err(title) => (
            StatusCode::BAD_REQUEST,
            Json(json!({ "status": 400, "title": title })),
        )
            .into_response(),
    }
}

async fn tell_world(State(page): State<Page>) -> Response {
    match gather(&page).await {
        Ok(world) => Json(world).into_response(),
        Err(trouble) => unavailable(&trouble),
    }
}

async fn gather(page: &Page) -> Result<Value, domain::trouble::Trouble> {
    let now = page.host.now();
    let store = &page.host.service.store;
    let glimpses = glimpse_all(store, now).await?;
    let mut histories = Vec::new();
    for glimpse in glimpses.iter().take(MOST_CASES) {
        histories.push((
            glimpse.link.case.clone(),
            store.list_history(&glimpse.link.case).await?,
        ));
    }
    let mut lines: Vec<(i64, Value)> = lock(&page.demo.lines)
        .iter()
        .map(|line| {
            (
                line.at_ms,
                json!({ "at": time(line.at_ms), "who": line.who, "words": line.words }),
            )
        })
        .collect();
    for (case, history) in &histories {
        lines.extend(history.iter().map(|entry| {
            let words = format!("{}: {}", case.number(), entry.words);
            (
                entry.at.epoch_ms(),
                json!({ "at": entry.at.to_rfc3339(), "who": "sync", "words": words }),
            )
        }));
    }
    lines.sort_by_key(|(at_ms, _)| *at_ms);
    let timeline: Vec<Value> = lines
        .split_off(lines.len().saturating_sub(MOST_LINES))
        .into_iter()
        .map(|(_, line)| line)
        .collect();
    let last_sweep = page
        .demo
        .last_sweep
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .as_ref()
        .map(|line| json!({ "at": time(line.at_ms), "words": line.words }));
    let both = page.demo.both();
    let contrast = &both.contrast;
    let mut shown: Vec<Shown> = contrast.incidents().map(Shown::incident).collect();
    shown.extend(contrast.issues().map(Shown::issue));
    shown.sort_by_key(|case| std::cmp::Reverse(case.created_ms));
    let cases: Vec<Value> = shown
        .into_iter()
        .take(MOST_CASES)
        .map(|shown| {
            let glimpse = glimpses
                .iter()
                .find(|glimpse| glimpse.link.case.number() == shown.id);
            let history = histories.iter().find(|(case, _)| case.number() == shown.id);
            let history = history
                .map(|(_, entries)| entries.as_slice())
                .unwrap_or_default();
            let mut told = tell_case(&shown, contrast.org_id(), glimpse, now);
            told["ticket"] = tell_ticket(&both.jira, glimpse);
            told["history"] = history
                .iter()
                .map(|entry| json!({ "at": entry.at.to_rfc3339(), "words": entry.words }))
                .collect();
            told
        })
        .collect();
    let names = |names: Vec<&str>| -> Vec<String> {
        names
            .into_iter()
            .filter(|name| !name.contains("Northstar"))
            .map(str::to_owned)
            .collect()
    };
    Ok(json!({
        "now": now.to_rfc3339(),
        "demo": true,
        "sweep_every_s": page.sweep_every_s,
        "last_sweep": last_sweep,
        "people": {
            "contrast": names(both.contrast.people().iter().map(|person| person.name.as_str()).collect()),
            "jira": names(both.jira.people().iter().map(|person| person.display_name.as_str()).collect()),
        },
        "calls": { "contrast": both.contrast.calls().len(), "jira": both.jira.calls().len() },
        "cases": cases,
        "timeline": timeline,
    }))
}

/// An incident or an issue, as the page shows it.
struct Shown<'a> {
    id: &'a str,
    kind: &'static str,
    name: &'a str,
    severity: &'static str,
    score: f64,
    open: bool,
    close_reason: Option<&'static str>,
    comments: &'a [SimComment],
    created_ms: i64,
}

impl<'a> Shown<'a> {
    fn incident(incident: &'a SimIncident) -> Self {
        Self {
            id: &incident.id,
            kind: "incident",
            name: &incident.name,
            severity: incident.severity.word(),
            score: incident.score,
            open: incident.open,
            close_reason: incident
                .close_reason
                .map(simulators::contrast::CloseReason::word),
            comments: &incident.comments,
            created_ms: incident.created_ms,
        }
    }

    fn issue(issue: &'a SimIssue) -> Self {
        Self {
            id: &issue.id,
            kind: "issue",
            name: &issue.title,
            severity: issue.severity.word(),
            score: issue.score,
            open: issue.open,
            close_reason: None,
            comments: &issue.comments,
            created_ms: issue.created_ms,
        }
    }
}

fn tell_case(shown: &Shown<'_>, org: &str, glimpse: Option<&Glimpse>, now: Moment) -> Value {
    let (state, why) = glimpse.map_or((CaseState::New, String::new()), |it| state_of(it, now));
    let link = glimpse.map(|glimpse| &glimpse.link);
    let comments: Vec<Value> = shown
        .comments
        .iter()
        .map(|comment| {
            json!({
                "id": comment.id,
                "author": comment.user.split('@').next(),
                "text": comment.text,
                "at": time(comment.created_ns / 1_000_000),
                "ours": is_ours(link, Side::Case, &comment.id),
            })
        })
        .collect();
    json!({
        "case": format!("{org}/{}/{}", shown.kind, shown.id),
        "number": shown.id,
        "kind": shown.kind,
        "name": shown.name,
        "severity": shown.severity,
        "score": shown.score.to_string(),
        "status": if shown.open { "open" } else { "closed" },
        "close_reason": shown.close_reason,
        // The simulated Contrast has no pages.
        "url": Value::Null,
        "comments": comments,
        "state": state.word(),
        "why": why,
    })
}

fn tell_ticket(jira: &Jira, glimpse: Option<&Glimpse>) -> Value {
    let link = glimpse.map(|glimpse| &glimpse.link);
    let Some(pair) = link.and_then(Link::pair) else {
        return Value::Null;
    };
    let Some(ticket) = jira.ticket(pair.ticket.id.as_str()) else {
        return Value::Null;
    };
    let SimTicket {
        id,
        key,
        project,
        summary,
        status,
        category,
        priority,
        labels,
        resolution,
        ..
    } = ticket;
    let comments: Vec<Value> = ticket
        .comments
        .iter()
        .map(|comment| {
            let author = jira
                .people()
                .iter()
                .find(|person| person.account_id == comment.author)
                .map_or("", |person| person.display_name.as_str());
            json!({
                "id": comment.id,
                "author": author,
                "text": comment.text(),
                "at": time(comment.created_ms),
                "internal": comment.internal(),
                "ours": is_ours(link, Side::Ticket, &comment.id),
            })
        })
        .collect();
    json!({
        "id": id,
        "key": key,
        // The simulated Jira has no pages.
        "url": Value::Null,
        "project": project,
        "status": status,
        "category": category,
        "priority": priority,
        "resolution": resolution,
        "summary": summary,
        "description": ticket.description_text(),
        "labels": labels,
        "link": ticket.links.first().map(|link| json!({ "title": link.title, "resolved": link.resolved })),
        "gone": !ticket.visible(),
        "comments": comments,
    })
}

fn is_ours(link: Option<&Link>, side: Side, id: &str) -> bool {
    let (Some(link), Ok(id)) = (link, CommentId::new(id)) else {
        return false;
    };
    link.postings
        .iter()
        .any(|posting| posting.side == side && posting.copy() == Some(&id))
}

fn time(at_ms: i64) -> String {
    Moment::from_epoch_ms(at_ms).to_rfc3339()
}
