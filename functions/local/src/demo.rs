//! The demo: a simulated Contrast and a simulated Jira on loopback, and the network between them
//! and the service.
//!
//! The simulators know nothing of the service, nor it of them: they meet over HTTP alone.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use adapters::{clock::SystemClock, http::Http, secrets::MemorySecrets};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use domain::{ports::Clock as _, settings::document::SettingsDocument};
use simulators::{
    contrast::{
        Contrast, DEMO_API_KEY, DEMO_ORG_ID, DEMO_SERVICE_KEY, DEMO_USER, LOST_ANSWER, SIMULATED,
    },
    jira::Jira,
};
use tokio::net::TcpListener;

mod acts;
mod intake;
mod page;
mod post;
mod story;

pub use intake::take_in_pushes;
pub use page::page_routes;
pub use story::tell_story;

/// The secret that the simulated Contrast's pushes carry.
pub const PUSH_SECRET: &str = "demo-push-secret";
/// Lines of the timeline that are kept.
const MOST_LINES: usize = 200;
/// Bodies that the simulators take.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// A line of the timeline.
#[derive(Clone, Debug)]
pub struct Line {
    /// When, in milliseconds since the epoch.
    pub at_ms: i64,
    /// Who did it.
    pub who: String,
    /// What.
    pub words: String,
}

/// Both products, as state.
pub struct Both {
    /// The simulated Contrast.
    pub contrast: Contrast,
    /// The simulated Jira.
    pub jira: Jira,
}

/// The simulated world.
pub struct Demo {
    both: Mutex<Both>,
    lines: Mutex<VecDeque<Line>>,
    last_sweep: Mutex<Option<Line>>,
    network: Arc<dyn Http>,
    doors: String,
}

/// Where the simulators listen.
pub struct Addresses {
    /// The simulated Contrast.
    pub contrast: String,
    /// The simulated Jira.
    pub jira: String,
}

impl Demo {
    /// Starts both simulators on loopback. `doors` is where the service will listen.
    pub async fn start(
        network: Arc<dyn Http>,
        doors: String,
    ) -> std::io::Result<(Arc<Self>, Addresses)> {
        let contrast_door = TcpListener::bind(("127.0.0.1", 0)).await?;
        let jira_door = TcpListener::bind(("127.0.0.1", 0)).await?;
        let addresses = Addresses {
            contrast: format!("http://{}", contrast_door.local_addr()?),
            jira: format!("http://{}", jira_door.local_addr()?),
        };
        let mut contrast = Contrast::with_demo_world();
        contrast.set_base_url(&addresses.contrast);
        contrast.set_push_secret(Some(PUSH_SECRET));
        let demo = Arc::new(Self {
            both: Mutex::new(Both {
                contrast,
                jira: Jira::with_demo_world(&addresses.jira),
            }),
            lines: Mutex::new(VecDeque::new()),
            last_sweep: Mutex::new(None),
            network,
            doors,
        });
        let contrast = Router::new()
            .fallback(serve_contrast)
            .with_state(Arc::clone(&demo));
        let jira = Router::new()
            .fallback(serve_jira)
            .with_state(Arc::clone(&demo));
        // They end with the process: the simulated world has nothing to put in order.
        tokio::spawn(async move { axum::serve(contrast_door, contrast).await });
        tokio::spawn(async move { axum::serve(jira_door, jira).await });
        Ok((demo, addresses))
    }

    /// Both products; hold them briefly.
    pub fn both(&self) -> MutexGuard<'_, Both> {
        lock(&self.both)
    }

    /// The present time, as the simulators take it.
    #[allow(clippy::unused_self)] // The demo's time is the machine's; tests may want another.
    pub fn now_ms(&self) -> i64 {
        SystemClock.now().epoch_ms()
    }

    /// Adds a line to the timeline.
    pub fn note(&self, who: &str, words: &str) {
        let mut lines = lock(&self.lines);
        if lines.len() == MOST_LINES {
            lines.pop_front();
        }
        lines.push_back(Line {
            at_ms: self.now_ms(),
            who: who.to_owned(),
            words: words.to_owned(),
        });
    }

    /// Remembers what a sweep did.
    pub fn note_sweep(&self, words: &str) {
        let line = Line {
            at_ms: self.now_ms(),
            who: "sync".to_owned(),
            words: words.to_owned(),
        };
        *lock(&self.last_sweep) = Some(line);
    }
}

/// The demo's settings, as a document.
pub fn demo_settings(
    addresses: &Addresses,
) -> Result<SettingsDocument, Box<dyn std::error::Error>> {
    let text = include_str!("demo/settings.toml")
        .replace("@CONTRAST@", &addresses.contrast)
        .replace("@JIRA@", &addresses.jira)
        .replace("@ORG@", DEMO_ORG_ID);
    let document: SettingsDocument = toml::from_str(&text)?;
    if let Err(faults) = document.clone().validate() {
        return Err(format!("the demo's settings have faults: {faults:?}").into());
    }
    Ok(document)
}

/// The demo's secrets; they open nothing beyond this process.
pub fn demo_secrets() -> Result<MemorySecrets, toml::de::Error> {
    let (email, token) = Jira::DEMO_LOGIN;
    MemorySecrets::parse(&format!(
        "[connections.demo]\nusername = \"{DEMO_USER}\"\nservice_key = \"{DEMO_SERVICE_KEY}\"\n\
         api_key = \"{DEMO_API_KEY}\"\nwebhook_secrets = [\"{PUSH_SECRET}\"]\n\
         [sites.acme]\nemail = \"{email}\"\napi_token = \"{token}\"\nwebhook_secrets = [\"{}\"]\n",
        Jira::DEMO_SECRET
    ))
}

async fn serve_contrast(State(demo): State<Arc<Demo>>, request: Request) -> Response {
    let Some(request) = whole(request).await else {
        return axum::http::StatusCode::BAD_REQUEST.into_response();
    };
    let (response, mail) = {
        let mut both = demo.both();
        let response = both.contrast.serve(&request, demo.now_ms());
        (response, post::take_mail(&mut both))
    };
    demo.send_later(mail);
    answer(response)
}

async fn serve_jira(State(demo): State<Arc<Demo>>, request: Request) -> Response {
    let Some(request) = whole(request).await else {
        return axum::http::StatusCode::BAD_REQUEST.into_response();
    };
    let (response, mail) = {
        let mut both = demo.both();
        let response = both.jira.serve(&request, demo.now_ms());
        (response, post::take_mail(&mut both))
    };
    demo.send_later(mail);
    answer(response)
}

async fn whole(request: Request) -> Option<axum::http::Request<Vec<u8>>> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MOST_BYTES).await.ok()?;
    Some(axum::http::Request::from_parts(parts, body.to_vec()))
}

fn answer(response: axum::http::Response<Vec<u8>>) -> Response {
    if response
        .headers()
        .get(SIMULATED)
        .is_some_and(|value| value.as_bytes() == LOST_ANSWER.as_bytes())
    {
        // Over a socket, an answer that is lost shows as one that makes no sense.
        return axum::http::StatusCode::BAD_GATEWAY.into_response();
    }
    response.map(Body::from)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
