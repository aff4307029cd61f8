//! Credentials: Jira sites and Contrast connections, and the tokens that open them.
//!
//! A token is written and never shown again. A person who leaves its field empty keeps it.

use std::sync::Arc;

use adapters::secrets::keeping::{self, Description, NotKept};
use axum::{
    Router,
    extract::{Path, Query, State},
    response::Response,
    routing::{get, post},
};
use domain::{
    ports::{Pause, Store as _},
    settings::document::SettingsDocument,
    trouble::{Peer, TroubleKind},
};
use serde::{Deserialize, Serialize};

use crate::{
    Console,
    access::{Administrator, Visitor},
    desk::Desk,
    failure::Failure,
    form::Form,
    frame,
};

mod change;
mod page;
mod secret;

pub use change::{Done, Entered, save as keep, without};
pub use page::draft_banner;
pub use secret::Given;

/// A site or a connection, by kind and name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A Jira site.
    #[default]
    Site,
    /// A Contrast connection.
    Connection,
}

impl Kind {
    /// The word in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Connection => "connection",
        }
    }

    /// What people call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Site => "Jira site",
            Self::Connection => "Contrast connection",
        }
    }

    /// Its place in the settings.
    const fn list(self) -> &'static str {
        match self {
            Self::Site => "sites",
            Self::Connection => "connections",
        }
    }

    /// The peer of that name.
    pub fn peer(self, name: &str) -> Result<Peer, Failure> {
        let unknown = |_| Failure::NotFound(self.title());
        Ok(match self {
            Self::Site => Peer::Site(domain::ticket::SiteName::new(name).map_err(unknown)?),
            Self::Connection => {
                Peer::Connection(domain::settings::ConnectionName::new(name).map_err(unknown)?)
            }
        })
    }
}

/// What is known of a site or a connection.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Its address.
    pub url: String,
    /// The organisation of a connection; the address of the interface of a site, where it differs.
    pub more: Option<String>,
    /// What is kept of its secret, without any of it; none where there is no secret.
    pub secret: Option<Description>,
    /// Why the secret cannot be read, where it cannot.
    pub trouble: Option<String>,
    /// Since when the other side refuses the credentials, and its words.
    pub refused: Option<(String, String)>,
    /// Names of the routes that use it.
    pub routes: Vec<String>,
}

/// The routes of these pages.
pub fn pages() -> Router<Arc<Console>> {
    Router::new()
        .route("/credentials", get(show_all))
        .route("/credentials/{kind}/new", get(show_new))
        .route("/credentials/{kind}", post(create))
        .route("/credentials/{kind}/{name}", get(show_one).post(replace))
        .route("/credentials/{kind}/{name}/remove", post(remove))
}

/// All sites and connections, as they are being edited.
pub async fn list(console: &Console, desk: &Desk) -> Result<Vec<Entry>, Failure> {
    let pauses = console.service.store.list_pauses().await?;
    let document = &desk.document;
    let mut entries = Vec::new();
    for connection in &document.connections {
        let more = Some(connection.org.clone());
        let uses = |route: &&domain::settings::document::RouteDocument| {
            route.connection.as_deref() == Some(connection.name.as_str())
        };
        let found = (connection.name.as_str(), connection.url.as_str(), more);
        let routes = document.routes.iter().filter(uses);
        let routes = routes.map(|route| route.name.clone()).collect();
        entries.push(entry(console, Kind::Connection, found, routes, &pauses).await?);
    }
    for site in &document.sites {
        let found = (site.name.as_str(), site.url.as_str(), site.api_url.clone());
        let routes = document
            .routes
            .iter()
            .filter(|route| route.ticket.site == site.name);
        let routes = routes.map(|route| route.name.clone()).collect();
        entries.push(entry(console, Kind::Site, found, routes, &pauses).await?);
    }
    Ok(entries)
}

async fn entry(
    console: &Console,
    kind: Kind,
    (name, url, more): (&str, &str, Option<String>),
    routes: Vec<String>,
    pauses: &[Pause],
) -> Result<Entry, Failure> {
    let mut entry = Entry {
        kind,
        name: name.to_owned(),
        url: url.to_owned(),
        more,
        secret: None,
        trouble: None,
        refused: None,
        routes,
    };
    let Ok(peer) = kind.peer(name) else {
        return Ok(entry);
    };
    match keeping::describe(&*console.keeper, &peer).await {
        Ok(described) => entry.secret = described,
        Err(not_kept) => entry.trouble = Some(not_kept.to_string()),
    }
    entry.refused = pauses
        .iter()
        .find(|pause| pause.peer == peer)
        .map(|pause| (pause.since.to_rfc3339(), pause.words.clone()));
    Ok(entry)
}

/// What a secret's keeper says, as an answer.
pub fn failure_of(not_kept: NotKept) -> Failure {
    match not_kept {
        NotKept::Trouble(trouble) if trouble.kind == TroubleKind::Held => {
            Failure::Meanwhile("Somebody else changed this secret meanwhile.".to_owned())
        }
        NotKept::Trouble(trouble) => trouble.into(),
        other => Failure::Senseless(format!("{other}.")),
    }
}

/// What was just done, from an address.
#[derive(Deserialize)]
struct Arrived {
    done: Option<Done>,
}

async fn show_all(
    State(console): State<Arc<Console>>,
    visitor: Visitor,
    Query(Arrived { done }): Query<Arrived>,
) -> Result<Response, Failure> {
    let desk = Desk::open(&console).await?;
    let entries = list(&console, &desk).await?;
    Ok(frame::shown(page::all(&visitor, &desk, &entries, done)))
}

async fn show_new(
    State(console): State<Arc<Console>>,
    visitor: Visitor,
    Path(kind): Path<Kind>,
) -> Result<Response, Failure> {
    let desk = Desk::open(&console).await?;
    let entered = change::Entered::empty(kind);
    Ok(frame::shown(page::edit(
        &visitor,
        &desk.tag(),
        &entered,
        None,
        &[],
    )))
}

async fn show_one(
    State(console): State<Arc<Console>>,
    visitor: Visitor,
    Path((kind, name)): Path<(Kind, String)>,
) -> Result<Response, Failure> {
    let desk = Desk::open(&console).await?;
    let entered = change::Entered::of(kind, &name, &desk.document)?;
    let entries = list(&console, &desk).await?;
    let entry = entries
        .iter()
        .find(|entry| entry.kind == kind && entry.name == name);
    Ok(frame::shown(page::edit(
        &visitor,
        &desk.tag(),
        &entered,
        entry,
        &[],
    )))
}

async fn create(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    Path(kind): Path<Kind>,
    form: Form,
) -> Result<Response, Failure> {
    let entered = change::Entered::from_form(kind, form.text("name"), &form);
    save(&console, &visitor, &form, entered, true).await
}

async fn replace(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    Path((kind, name)): Path<(Kind, String)>,
    form: Form,
) -> Result<Response, Failure> {
    let entered = change::Entered::from_form(kind, &name, &form);
    save(&console, &visitor, &form, entered, false).await
}

async fn save(
    console: &Console,
    visitor: &Visitor,
    form: &Form,
    entered: change::Entered,
    is_new: bool,
) -> Result<Response, Failure> {
    let desk = Desk::open(console).await?;
    desk.must_be(form.text("based_on"))?;
    match change::save(console, visitor, &desk, &entered, is_new).await {
        Ok(saved) => Ok(frame::go_to(&format!(
            "/console/credentials/{}/{}/test?done={}",
            entered.kind.word(),
            entered.name,
            saved.word()
        ))),
        Err(Failure::Faulty(faults)) => Ok(frame::shown(page::edit(
            visitor,
            &desk.tag(),
            &entered,
            None,
            &faults,
        ))),
        Err(failure) => Err(failure),
    }
}

async fn remove(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    Path((kind, name)): Path<(Kind, String)>,
    form: Form,
) -> Result<Response, Failure> {
    let desk = Desk::open(&console).await?;
    desk.must_be(form.text("based_on"))?;
    let changed: SettingsDocument = change::without(kind, &name, &desk.document)?;
    desk.save(&console, &visitor, changed).await?;
    Ok(frame::go_to("/console/credentials?done=removed"))
}
