//! The operations on settings and routes.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Query, State},
};
use domain::settings::document::{RouteDocument, SettingsDocument};
use serde::Deserialize;
use serde_json::json;

use super::{Answer, Body, told};
use crate::{
    Console,
    access::{Administrator, Visitor},
    configuration::{
        Check, Entered, Find, Outcome, Purpose, Step, Wanted, discover, make_preview, move_route,
        remove, rows, save,
    },
    desk::Desk,
    failure::Failure,
};

pub(super) async fn read(State(console): State<Arc<Console>>, _: Visitor) -> Answer {
    let desk = Desk::open(&console).await?;
    told(json!({
        "based_on": desk.tag(),
        "in_force": desk.in_force,
        "draft": desk.draft,
        "document": adapters::settings::json(&desk.document),
        "faults": desk.faults,
    }))
}

/// Every fault of a whole document; nothing is kept.
pub(super) async fn check(_: Visitor, Body(document): Body<SettingsDocument>) -> Answer {
    let faults = document.validate().err().unwrap_or_default();
    told(json!({ "faults": faults }))
}

pub(super) async fn list(State(console): State<Arc<Console>>, _: Visitor) -> Answer {
    let desk = Desk::open(&console).await?;
    told(json!({ "based_on": desk.tag(), "routes": rows(&desk) }))
}

/// A route, and what it is based on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PutRoute {
    based_on: String,
    route: RouteDocument,
    #[serde(default)]
    unchecked: bool,
}

fn entered(name: &str, route: &RouteDocument, desk: &Desk) -> Entered {
    let is_there = desk.document.routes.iter().any(|route| route.name == name);
    Entered {
        replaces: is_there.then(|| name.to_owned()),
        renames: true,
        ..Entered::of(route)
    }
}

pub(super) async fn put_route(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    Path(name): Path<String>,
    Body(put): Body<PutRoute>,
) -> Answer {
    let PutRoute {
        based_on,
        route,
        unchecked,
    } = put;
    let desk = Desk::open(&console).await?;
    desk.must_be(&based_on)?;
    let entered = entered(&name, &route, &desk);
    let check = if unchecked {
        Check::Unchecked
    } else {
        Check::Live
    };
    match save(&console, &visitor, &desk, &entered, check).await? {
        Outcome::Faulty(faults) | Outcome::Refused(faults) => Err(Failure::Faulty(faults)),
        Outcome::Unchecked(words) => Err(Failure::Senseless(format!(
            "Jira could not be asked, so that nothing was kept: {}",
            words.join(" ")
        ))),
        Outcome::Done(done) => told(json!({ "done": done })),
    }
}

#[derive(Deserialize)]
pub(super) struct BasedOn {
    #[serde(default)]
    based_on: String,
}

pub(super) async fn remove_route(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    Path(name): Path<String>,
    Query(BasedOn { based_on }): Query<BasedOn>,
) -> Answer {
    let desk = Desk::open(&console).await?;
    desk.must_be(&based_on)?;
    told(json!({ "done": remove(&console, &visitor, &desk, &name).await? }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Move {
    based_on: String,
    step: Step,
}

pub(super) async fn move_one(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    Path(name): Path<String>,
    Body(Move { based_on, step }): Body<Move>,
) -> Answer {
    let desk = Desk::open(&console).await?;
    desk.must_be(&based_on)?;
    told(json!({ "done": move_route(&console, &visitor, &desk, &name, step).await? }))
}

/// What both products offer for a route, as far as it is written.
pub(super) async fn discover_for(
    State(console): State<Arc<Console>>,
    _: Visitor,
    Body(route): Body<RouteDocument>,
) -> Answer {
    let desk = Desk::open(&console).await?;
    let found = discover(&console, &desk, &route, &Find::default(), Purpose::Choosing).await;
    told(found)
}

/// A route, and the case to try it on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TryOut {
    route: RouteDocument,
    #[serde(default)]
    wanted: Wanted,
}

/// Which route takes a case, and the ticket it would become; nothing is written.
pub(super) async fn preview(
    State(console): State<Arc<Console>>,
    _: Visitor,
    Body(TryOut { route, wanted }): Body<TryOut>,
) -> Result<Json<serde_json::Value>, Failure> {
    let desk = Desk::open(&console).await?;
    let name = route.name.clone();
    let entered = entered(&name, &route, &desk);
    told(make_preview(&console, &desk, &entered, &wanted).await?)
}
