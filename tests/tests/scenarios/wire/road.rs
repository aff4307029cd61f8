//! The road to the simulated Jira: over loopback, through Prism, with a note of all that passes.
//!
//! What Prism objects to ends the test on the spot: nothing that follows from it would be of use.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use adapters::http::{Http, Network, Request, Response, SendFailure};
use async_trait::async_trait;
use axum::{Router, body::to_bytes, extract::State};
use http::{HeaderValue, StatusCode, header};
use scenarios::world::SimulatedNetwork;
use serde_json::Value;
use tokio::net::TcpListener;

use super::{
    document::Document,
    exceptions,
    prism::{Prism, Tools},
};

/// Where the simulated Jira lives as far as the service knows.
pub const JIRA: &str = "https://acme.atlassian.net";
/// Marks the calls that our client did not make.
pub const STRANGER: &str = "x-stranger";
/// In which Prism lists its objections.
const VIOLATIONS: &str = "sl-violations";
/// How the kinds of Prism's own refusals begin.
const PRISMS_OWN: &str = "https://stoplight.io/prism/";

/// A call that was made, and how it was answered.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Whether our client made it.
    pub is_ours: bool,
    /// The method.
    pub method: String,
    /// The path below the site.
    pub path: String,
    /// The query's names and values.
    pub query: Vec<(String, String)>,
    /// What was sent.
    pub body: Value,
    /// The status that was answered, by Jira or by Prism in its place.
    pub status: u16,
    /// What was answered.
    pub answer: Value,
}

/// Contrast in process as ever, Jira over the wire.
pub struct Road {
    network: Arc<SimulatedNetwork>,
    wire: Network,
    prism: Prism,
    document: Document,
    seen: Mutex<Vec<Seen>>,
    /// The exceptions that were met.
    excused: Mutex<BTreeSet<&'static str>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Road {
    /// Opens the road to a world's Jira.
    pub async fn open(tools: &Tools, network: Arc<SimulatedNetwork>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let upstream = format!("http://{}", listener.local_addr().expect("an address"));
        let jira = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&network));
        tokio::spawn(async move { axum::serve(listener, jira).await });
        Self {
            network,
            wire: Network::new().expect("a client"),
            prism: tools.start(&upstream),
            document: Document::read(&tools.document),
            seen: Mutex::default(),
            excused: Mutex::default(),
        }
    }

    /// Jira's document.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// All that passed.
    pub fn seen(&self) -> Vec<Seen> {
        lock(&self.seen).clone()
    }

    /// The exceptions that were met.
    pub fn excused(&self) -> BTreeSet<&'static str> {
        lock(&self.excused).clone()
    }

    /// Sends a call over the wire; tells what is not as Jira documents it, exceptions aside.
    pub async fn pass(&self, request: Request) -> Result<(Response, Vec<String>), SendFailure> {
        let is_ours = !request.headers().contains_key(STRANGER);
        let (mut parts, body) = request.into_parts();
        let mut seen = Seen {
            is_ours,
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: pairs_of(parts.uri.query().unwrap_or_default()),
            body: serde_json::from_slice(&body).unwrap_or_default(),
            status: 0,
            answer: Value::Null,
        };
        let place = parts.uri.path_and_query().expect("a path");
        parts.uri = format!("{}{place}", self.prism.address)
            .parse()
            .expect("an address");
        // Prism closes connections that rest; one for each call leaves nothing to chance.
        let close = HeaderValue::from_static("close");
        parts.headers.insert(header::CONNECTION, close);
        let told = self.wire.send(Request::from_parts(parts, body)).await?;
        seen.status = told.status().as_u16();
        seen.answer = serde_json::from_slice(told.body()).unwrap_or_default();
        let mut faults = self.document.unknown_names(&seen);
        faults.extend(objections(&told, &seen.answer));
        // Where Prism answered in Jira's place, the status is not Jira's, and nothing is excused.
        if !is_prisms_own(&seen.answer) {
            faults.retain(|fault| {
                let excuse = exceptions::excuse_of(&seen, fault);
                lock(&self.excused).extend(excuse);
                excuse.is_none()
            });
        }
        lock(&self.seen).push(seen);
        Ok((told, faults))
    }
}

#[async_trait]
impl Http for Road {
    async fn send(&self, request: Request) -> Result<Response, SendFailure> {
        if !request.uri().to_string().starts_with(JIRA) {
            return self.network.send(request).await;
        }
        let call = format!("{} {}", request.method(), request.uri());
        let sent = String::from_utf8_lossy(request.body()).into_owned();
        let (told, faults) = self.pass(request).await?;
        assert!(
            faults.is_empty(),
            "{call} is not as Jira documents it:\n  {}\nsent: {sent}\nanswered {}: {}",
            faults.join("\n  "),
            told.status(),
            String::from_utf8_lossy(told.body()),
        );
        Ok(told)
    }
}

/// Whether an answer is Prism's refusal.
fn is_prisms_own(answer: &Value) -> bool {
    let kind = answer["type"].as_str();
    kind.is_some_and(|kind| kind.starts_with(PRISMS_OWN))
}

/// What Prism objects to, each with the side that is at fault.
fn objections(told: &Response, answer: &Value) -> Vec<String> {
    let listed = told
        .headers()
        .get(VIOLATIONS)
        .map(|header| String::from_utf8_lossy(header.as_bytes()).into_owned());
    match (listed, is_prisms_own(answer)) {
        (Some(listed), _) => match serde_json::from_str::<Vec<Value>>(&listed) {
            Ok(list) => list.iter().map(|one| in_words(one, "answer")).collect(),
            Err(_) => vec![listed],
        },
        // Without the header it refused the call, and never handed it on.
        (None, true) => match answer["validation"].as_array() {
            Some(list) => list.iter().map(|one| in_words(one, "call")).collect(),
            None => vec![format!("the call: {}", answer["title"])],
        },
        (None, false) => Vec::new(),
    }
}

fn in_words(violation: &Value, side: &str) -> String {
    let place: Vec<&str> = violation["location"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let side = match place.first() {
        Some(&"request") => "call",
        Some(&"response") => "answer",
        _ => side,
    };
    format!(
        "the {side}, {}: {}",
        place.join("."),
        violation["message"].as_str().unwrap_or_default()
    )
}

/// A query's names, and its values as they are written.
fn pairs_of(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (name.to_owned(), value.to_owned())
        })
        .collect()
}

/// The simulated Jira behind Prism.
async fn answer(
    State(network): State<Arc<SimulatedNetwork>>,
    request: axum::extract::Request,
) -> axum::response::Response {
    let (mut parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    parts.uri = format!("{JIRA}{}", parts.uri).parse().expect("an address");
    let request = Request::from_parts(parts, body.to_vec());
    let answered = network.send(request).await;
    let response = answered.unwrap_or_else(|_| {
        let mut lost = Response::default();
        *lost.status_mut() = StatusCode::GATEWAY_TIMEOUT;
        lost
    });
    response.map(axum::body::Body::from)
}
