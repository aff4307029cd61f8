//! Webhooks: what to paste into each product, and whether deliveries arrive.
//!
//! A webhook secret is shown to an administrator who asks for it, and that is noted. Everything works
//! without webhooks too, by the sweep; they make it quick.

use std::sync::Arc;

use adapters::{
    jira::discovery::{AdminWebhook, WEBHOOK_EVENTS, WebhookDraft},
    secrets::{
        keeping::{self, Description},
        name_of,
    },
    store::{Deed, DoorNote},
};
use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::{get, post},
};
use domain::{ticket::SERVICE_LABEL, trouble::Peer};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;

use crate::{
    Console,
    access::{Administrator, Visitor},
    audit,
    credentials::{Kind, failure_of},
    desk::Desk,
    failure::Failure,
    form::Form,
    frame,
};

mod page;

/// The name that our webhook has in Jira.
const NAME: &str = "Northstar Jira Sync";
/// The header of Contrast's pushes.
pub const HEADER: &str = "X-Northstar-Secret";

/// What there is to know of a webhook.
#[derive(Clone, Debug, Serialize)]
pub struct Door {
    /// What sends it.
    pub kind: Kind,
    /// The name of the site or connection.
    pub name: String,
    /// Where it goes.
    pub url: String,
    /// The events to choose; Jira only.
    pub events: Vec<String>,
    /// The filter that keeps away what is not ours; Jira only.
    pub jql: Option<String>,
    /// What is kept of its secret, without any of it.
    pub secret: Option<Description>,
    /// What arrived.
    pub note: DoorNote,
}

/// The filter for Jira's webhook: only tickets that bear our label are ours.
fn jql() -> String {
    format!("labels = {SERVICE_LABEL}")
}

fn url_of(console: &Console, peer: &Peer) -> String {
    let doors = console.doors.trim_end_matches('/');
    match peer {
        Peer::Connection(name) => format!("{doors}/webhooks/contrast/{name}"),
        Peer::Site(name) => format!("{doors}/webhooks/jira/{name}"),
    }
}

/// Every webhook that there may be.
pub async fn list(console: &Console, desk: &Desk) -> Result<Vec<Door>, Failure> {
    let mut doors = Vec::new();
    for peer in desk.peers() {
        let (kind, name) = match &peer {
            Peer::Connection(name) => (Kind::Connection, name.to_string()),
            Peer::Site(name) => (Kind::Site, name.to_string()),
        };
        let is_jira = kind == Kind::Site;
        doors.push(Door {
            kind,
            name,
            url: url_of(console, &peer),
            events: WEBHOOK_EVENTS
                .iter()
                .filter(|_| is_jira)
                .map(ToString::to_string)
                .collect(),
            jql: is_jira.then(jql),
            // A secret that cannot be read is told on the page of credentials.
            secret: keeping::describe(&*console.keeper, &peer)
                .await
                .unwrap_or_default(),
            note: console
                .service
                .store
                .read_door_note(&peer)
                .await?
                .unwrap_or_default(),
        });
    }
    Ok(doors)
}

/// The webhook secrets of a peer, the newest first; noted.
pub async fn reveal(
    console: &Console,
    visitor: &Visitor,
    peer: &Peer,
) -> Result<Vec<SecretString>, Failure> {
    let secrets = keeping::webhook_secrets(&*console.keeper, peer)
        .await
        .map_err(failure_of)?;
    let subject = name_of(peer);
    audit::note(
        console,
        visitor,
        Deed::WebhookSecretShown,
        &subject,
        String::new(),
    )
    .await?;
    Ok(secrets)
}

/// Makes a new webhook secret beside the one there is.
pub async fn begin_rotation(
    console: &Console,
    visitor: &Visitor,
    peer: &Peer,
) -> Result<(), Failure> {
    keeping::begin_rotation(&*console.keeper, peer, &*console.tokens)
        .await
        .map_err(failure_of)?;
    let subject = name_of(peer);
    audit::note(
        console,
        visitor,
        Deed::WebhookSecretRotated,
        &subject,
        String::new(),
    )
    .await
}

/// Drops the webhook secret that was there before.
pub async fn finish_rotation(
    console: &Console,
    visitor: &Visitor,
    peer: &Peer,
) -> Result<(), Failure> {
    keeping::finish_rotation(&*console.keeper, peer)
        .await
        .map_err(failure_of)?;
    let subject = name_of(peer);
    audit::note(
        console,
        visitor,
        Deed::RotationFinished,
        &subject,
        String::new(),
    )
    .await
}

/// Makes the webhook in Jira, unless there is one for our address already; whether it made one.
pub async fn create_in_jira(
    console: &Console,
    visitor: &Visitor,
    name: &str,
) -> Result<(AdminWebhook, bool), Failure> {
    let desk = Desk::open(console).await?;
    let site = desk.site(name)?;
    let peer = Peer::Site(site.name.clone());
    let url = url_of(console, &peer);
    let jira = console.service.jira();
    let found = jira.list_webhooks(&site).await?;
    if let Some(found) = found.into_iter().find(|webhook| webhook.url == url) {
        return Ok((found, false));
    }
    let secrets = keeping::webhook_secrets(&*console.keeper, &peer)
        .await
        .map_err(failure_of)?;
    let secret = secrets.into_iter().next().ok_or_else(|| {
        Failure::Senseless("There is no webhook secret yet: make one first.".to_owned())
    })?;
    let draft = WebhookDraft {
        name: NAME.to_owned(),
        url,
        events: WEBHOOK_EVENTS.iter().map(ToString::to_string).collect(),
        jql: Some(jql()),
        secret,
    };
    let made = jira.create_webhook(&site, &draft).await?;
    let subject = name_of(&peer);
    audit::note(
        console,
        visitor,
        Deed::WebhookMade,
        &subject,
        made.url.clone(),
    )
    .await?;
    Ok((made, true))
}

/// The routes of these pages.
pub fn pages() -> Router<Arc<Console>> {
    Router::new()
        .route("/webhooks", get(show))
        .route("/webhooks/{kind}/{name}", post(act))
}

async fn show(State(console): State<Arc<Console>>, visitor: Visitor) -> Result<Response, Failure> {
    shown(&console, &visitor, None, None).await
}

async fn shown(
    console: &Console,
    visitor: &Visitor,
    said: Option<String>,
    revealed: Option<(&str, Vec<SecretString>)>,
) -> Result<Response, Failure> {
    let desk = Desk::open(console).await?;
    let doors = list(console, &desk).await?;
    let revealed = revealed.map(|(name, secrets)| {
        let texts = secrets.iter().map(|it| it.expose_secret().to_owned());
        (name.to_owned(), texts.collect::<Vec<String>>())
    });
    Ok(frame::shown(page::all(
        visitor,
        &doors,
        said,
        revealed.as_ref(),
    )))
}

async fn act(
    State(console): State<Arc<Console>>,
    Administrator(visitor): Administrator,
    Path((kind, name)): Path<(Kind, String)>,
    form: Form,
) -> Result<Response, Failure> {
    let peer = kind.peer(&name)?;
    let key = format!("{}-{name}", kind.word());
    match form.text("do") {
        "show" => {
            let secrets = reveal(&console, &visitor, &peer).await?;
            shown(&console, &visitor, None, Some((&key, secrets))).await
        }
        "rotate" => {
            begin_rotation(&console, &visitor, &peer).await?;
            let said = "There is a new secret. Paste it into the product; the old one is taken until you end the rotation.";
            shown(&console, &visitor, Some(said.to_owned()), None).await
        }
        "finish" => {
            finish_rotation(&console, &visitor, &peer).await?;
            let said = "The old secret is not taken any more.";
            shown(&console, &visitor, Some(said.to_owned()), None).await
        }
        "create" if kind == Kind::Site => {
            let (webhook, is_new) = create_in_jira(&console, &visitor, &name).await?;
            let said = match (is_new, webhook.enabled) {
                (true, _) => {
                    "The webhook was made in Jira. It arrives here with the next change of a ticket of ours."
                }
                (false, true) => "There is a webhook for this address in Jira already.",
                (false, false) => {
                    "There is a webhook for this address in Jira already, and it is switched off there: enable it."
                }
            };
            shown(&console, &visitor, Some(said.to_owned()), None).await
        }
        _ => Err(Failure::Senseless("There is no such step.".to_owned())),
    }
}
