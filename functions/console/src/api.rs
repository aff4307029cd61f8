//! The JSON API: what the pages do, for programs.
//!
//! Every operation stands once, in `operations`: the routes and the OpenAPI document are made of the
//! same list. A handler here calls what the page calls, and nothing else.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
    routing::{MethodRouter, delete, get, post, put},
};
use domain::case::CaseId;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    Console,
    access::{Administrator, Visitor},
    activity::{self, Wanted},
    audit,
    credentials::{self, Kind},
    desk::Desk,
    failure::Failure,
    overview,
    testing::{self, Next},
    webhooks,
};

mod configuration;
pub mod document;
mod input;
mod schemas;

use input::Body;

type Answer = Result<Json<Value>, Failure>;

/// The routes, below `/console/api`.
pub fn routes() -> Router<Arc<Console>> {
    let mut router = Router::new();
    for operation in document::OPERATIONS {
        router = router.route(operation.path, handler_of(operation.id));
    }
    router.fallback(|| async { Failure::NotFound("operation") })
}

/// The handler of an operation. An operation without one would be a fault of the list, and says so.
fn handler_of(id: &str) -> MethodRouter<Arc<Console>> {
    match id {
        "openapi" => get(openapi),
        "me" => get(me),
        "overview" => get(tell_overview),
        "credentials" => get(list_credentials),
        "put-credentials" => put(put_credentials),
        "remove-credentials" => delete(remove_credentials),
        "test" => post(test),
        "webhooks" => get(list_webhooks),
        "show-webhook-secret" => post(show_webhook_secret),
        "rotate-webhook-secret" => post(rotate_webhook_secret),
        "finish-rotation" => post(finish_rotation),
        "create-webhook" => post(create_webhook),
        "settings" => get(configuration::read),
        "check-settings" => post(configuration::check),
        "routes" => get(configuration::list),
        "put-route" => put(configuration::put_route),
        "remove-route" => delete(configuration::remove_route),
        "move-route" => post(configuration::move_one),
        "discover" => post(configuration::discover_for),
        "preview" => post(configuration::preview),
        "cases" => get(list_cases),
        "case" => get(tell_case),
        "causes" => get(list_causes),
        "try-cause-again" => post(try_cause_again),
        "try-again" => post(try_again),
        "unlink" => post(unlink),
        "release" => post(release),
        "link" => post(link),
        "changes" => get(list_changes),
        _ => get(|| async { Failure::NotFound("handler of this operation") }),
    }
}

fn told(value: impl serde::Serialize) -> Answer {
    serde_json::to_value(value)
        .map(Json)
        .map_err(|_| Failure::Senseless("The answer cannot be written.".to_owned()))
}

async fn openapi() -> Response {
    Json(document::openapi()).into_response()
}

async fn me(visitor: Visitor) -> Answer {
    told(json!({ "name": visitor.name(), "role": visitor.role().word() }))
}

async fn tell_overview(State(console): State<Arc<Console>>, _: Visitor) -> Answer {
    let (overview, desk) = tokio::try_join!(overview::read(&console), Desk::open(&console))?;
    told(json!({
        "settings": { "in_force": desk.in_force, "draft": desk.draft, "faults": desk.faults },
        "sweep": overview.sweep,
        "hours": overview.books,
        "paused": overview.pauses.iter().map(|pause| json!({
            "peer": pause.peer.to_string(), "since": pause.since.to_rfc3339(), "words": pause.words,
        })).collect::<Vec<_>>(),
        "missing": overview.missing.iter().map(|missing| json!({
            "operation": missing.name, "until": missing.until.to_rfc3339(),
        })).collect::<Vec<_>>(),
        "cases": {
            "due": overview.due,
            "longest_due": overview.longest_due.map(domain::moment::Moment::to_rfc3339),
            "stuck": overview.stuck,
            "unrouted": overview.unrouted,
        },
    }))
}

async fn list_credentials(State(console): State<Arc<Console>>, _: Visitor) -> Answer {
    let desk = Desk::open(&console).await?;
    let entries = credentials::list(&console, &desk).await?;
    told(json!({ "based_on": desk.tag(), "entries": entries }))
}

/// A site or connection with its credentials; what is left out of the secret stays as it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PutCredentials {
    based_on: String,
    url: String,
    #[serde(default)]
    org: String,
    #[serde(default)]
    scoped: bool,
    #[serde(default)]
    secret: Map<String, Value>,
}

async fn put_credentials(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    Path((kind, name)): Path<(Kind, String)>,
    Body(put): Body<PutCredentials>,
) -> Answer {
    let desk = Desk::open(&console).await?;
    desk.must_be(&put.based_on)?;
    let PutCredentials {
        based_on: _,
        url,
        org,
        scoped,
        secret,
    } = put;
    let kept = credentials::Entered::of(kind, &name, &desk.document).ok();
    let is_new = kept.is_none();
    let entered = credentials::Entered {
        kind,
        name,
        url,
        org,
        scoped,
        secret: credentials::Given::from_json(secret),
        // What an interface has no word for stays as it is.
        ..kept.unwrap_or_else(|| credentials::Entered::empty(kind))
    };
    let done = credentials::keep(&console, &visitor, &desk, &entered, is_new).await?;
    told(json!({ "done": done.word(), "words": done.told() }))
}

/// What a removal is based on.
#[derive(Deserialize)]
struct BasedOn {
    #[serde(default)]
    based_on: String,
}

async fn remove_credentials(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    Path((kind, name)): Path<(Kind, String)>,
    Query(based_on): Query<BasedOn>,
) -> Answer {
    let desk = Desk::open(&console).await?;
    desk.must_be(&based_on.based_on)?;
    let changed = credentials::without(kind, &name, &desk.document)?;
    desk.save(&console, &visitor, changed).await?;
    told(json!({ "done": "removed" }))
}

async fn test(
    State(console): State<Arc<Console>>,
    _: Administrator,
    Path((kind, name)): Path<(Kind, String)>,
    Body(at): Body<Option<Next>>,
) -> Answer {
    let at = at.unwrap_or(testing::FIRST);
    told(testing::take_step(&console, kind, &name, &at).await?)
}

async fn list_webhooks(State(console): State<Arc<Console>>, _: Visitor) -> Answer {
    let desk = Desk::open(&console).await?;
    told(webhooks::list(&console, &desk).await?)
}

async fn show_webhook_secret(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    Path((kind, name)): Path<(Kind, String)>,
) -> Answer {
    let secrets = webhooks::reveal(&console, &visitor, &kind.peer(&name)?).await?;
    let texts: Vec<&str> = secrets.iter().map(ExposeSecret::expose_secret).collect();
    told(json!({ "secrets": texts }))
}

async fn rotate_webhook_secret(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    Path((kind, name)): Path<(Kind, String)>,
) -> Answer {
    webhooks::begin_rotation(&console, &visitor, &kind.peer(&name)?).await?;
    told(json!({ "done": "rotated" }))
}

async fn finish_rotation(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    Path((kind, name)): Path<(Kind, String)>,
) -> Answer {
    webhooks::finish_rotation(&console, &visitor, &kind.peer(&name)?).await?;
    told(json!({ "done": "finished" }))
}

async fn create_webhook(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    Path(name): Path<String>,
) -> Answer {
    let (webhook, is_new) = webhooks::create_in_jira(&console, &visitor, &name).await?;
    told(json!({ "url": webhook.url, "enabled": webhook.enabled, "made": is_new }))
}

async fn list_cases(
    State(console): State<Arc<Console>>,
    _: Visitor,
    Query(wanted): Query<Wanted>,
) -> Answer {
    told(activity::list(&console, &wanted).await?)
}

async fn tell_case(
    State(console): State<Arc<Console>>,
    _: Visitor,
    Path((org, kind, number)): Path<(String, String, String)>,
) -> Answer {
    let detail = activity::detail(&console, &case_of(&org, &kind, &number)?).await?;
    let case = match &detail.case {
        Ok(facts) => json!({
            "phase": facts.phase, "severity": facts.severity.map(domain::case::Severity::word),
            "close_reason": facts.close_reason.map(domain::case::CloseReason::word),
        }),
        Err(words) => json!({ "trouble": words }),
    };
    let ticket = detail.ticket.as_ref().map(|ticket| match ticket {
        Ok(reading) => json!({
            "key": reading.key, "status": reading.status, "phase": reading.phase,
            "resolution": reading.resolution,
            "priority": reading.priority.as_ref().map(|it| &it.name),
        }),
        Err(words) => json!({ "trouble": words }),
    });
    told(json!({
        "row": detail.row, "case": case, "ticket": ticket, "case_url": detail.case_url,
        "attempts": detail.link.attempts,
        "history": detail.history.iter().map(|entry| json!({
            "at": entry.at.to_rfc3339(), "words": entry.words,
        })).collect::<Vec<_>>(),
    }))
}

fn case_of(org: &str, kind: &str, number: &str) -> Result<CaseId, Failure> {
    CaseId::parse(&format!("{org}/{kind}/{number}")).map_err(|_| Failure::NotFound("case"))
}

async fn list_causes(State(console): State<Arc<Console>>, _: Visitor) -> Answer {
    told(activity::list_causes(&console).await?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneCause {
    cause: String,
}

async fn try_cause_again(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    Body(OneCause { cause }): Body<OneCause>,
) -> Answer {
    let woken = activity::try_cause_again(&console, &visitor, &cause).await?;
    told(json!({ "woken": woken }))
}

type OneCase = Path<(String, String, String)>;

async fn try_again(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    Path((org, kind, number)): OneCase,
) -> Answer {
    activity::try_again(&console, &visitor, &case_of(&org, &kind, &number)?).await?;
    told(json!({ "done": "again" }))
}

async fn unlink(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    Path((org, kind, number)): OneCase,
) -> Answer {
    activity::unlink(&console, &visitor, &case_of(&org, &kind, &number)?).await?;
    told(json!({ "done": "unlinked" }))
}

async fn release(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    Path((org, kind, number)): OneCase,
) -> Answer {
    activity::release(&console, &visitor, &case_of(&org, &kind, &number)?).await?;
    told(json!({ "done": "released" }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Target {
    site: String,
    key: String,
}

async fn link(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    Path((org, kind, number)): OneCase,
    Body(Target { site, key }): Body<Target>,
) -> Answer {
    let case = case_of(&org, &kind, &number)?;
    activity::link_to(&console, &visitor, &case, &site, &key).await?;
    told(json!({ "done": "linked" }))
}

#[derive(Deserialize)]
struct Before {
    before: Option<String>,
}

async fn list_changes(
    State(console): State<Arc<Console>>,
    _: Visitor,
    Query(Before { before }): Query<Before>,
) -> Answer {
    let page = audit::list(&console, before.as_deref()).await?;
    let entries: Vec<Value> = page
        .entries
        .iter()
        .map(|entry| {
            json!({
                "at": entry.at.to_rfc3339(), "who": entry.who, "deed": entry.deed.word(),
                "words": entry.deed.words(), "subject": entry.subject, "difference": entry.difference,
            })
        })
        .collect();
    told(json!({ "entries": entries, "next": page.next }))
}
