//! A function's process and the runtime API around it: what Lambda sees of a start and of a delivery.
//!
//! The moments are those at which the requests arrive here; nothing else is done between them.

use std::{
    collections::HashMap,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{StatusCode, header::HeaderName},
    routing::{get, post},
};
use serde_json::Value;
use tokio::{
    net::TcpListener,
    sync::{Mutex, mpsc},
    task::JoinHandle,
    time::timeout,
};

use crate::readings::{Cpu, cpu_of, resident_kb_of};

/// Nothing here takes that long.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// What the function may take for one event, as it is told.
const EVENT_MS: i64 = 60_000;

/// What the runtime API was asked for.
enum Asked {
    /// The next event.
    Next(Instant),
    /// An answer was handed in.
    Answered(Instant, Bytes),
    /// The function says that it failed.
    Failed(Bytes),
}

/// The runtime API's side of one process.
struct Api {
    asked: mpsc::UnboundedSender<Asked>,
    events: Mutex<mpsc::UnboundedReceiver<String>>,
}

/// A running function. Its process ends with it.
pub struct Process {
    child: Child,
    server: JoinHandle<()>,
    asked: mpsc::UnboundedReceiver<Asked>,
    events: mpsc::UnboundedSender<String>,
    /// From the start of the process until it first asked for an event.
    pub start: Duration,
    /// What it held in memory at that moment.
    pub resident_kb: u64,
}

impl Process {
    /// Starts a function, and waits until it asks for its first event.
    pub async fn start(
        program: &Path,
        environment: &HashMap<&'static str, String>,
    ) -> Result<Self, String> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await;
        let listener = listener.map_err(|error| format!("no port for a runtime API: {error}"))?;
        let address = listener
            .local_addr()
            .map_err(|error| format!("a runtime API without an address: {error}"))?;
        let (asked_here, mut asked) = mpsc::unbounded_channel();
        let (events, events_here) = mpsc::unbounded_channel();
        let api = Arc::new(Api {
            asked: asked_here,
            events: Mutex::new(events_here),
        });
        let server = tokio::spawn(serve(listener, api));
        let started = Instant::now();
        let child = Command::new(program)
            .env_clear()
            .envs(environment)
            .env("AWS_LAMBDA_RUNTIME_API", address.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{} does not start: {error}", program.display()))?;
        let polled = next_poll(&mut asked).await;
        let resident_kb = resident_kb_of(child.id());
        let mut process = Self {
            child,
            server,
            asked,
            events,
            start: Duration::ZERO,
            resident_kb: 0,
        };
        // From here on the process ends with its owner, whatever went wrong.
        process.start = polled
            .map_err(|words| format!("{}: {words}", program.display()))?
            .duration_since(started);
        process.resident_kb = resident_kb?;
        Ok(process)
    }

    /// Hands it an event, and waits until it asks for the next one; answers with its answer and the
    /// time that it took for it.
    pub async fn deliver(&mut self, event: &Value) -> Result<(Value, Duration), String> {
        let handed = Instant::now();
        self.events
            .send(event.to_string())
            .map_err(|_| "the runtime API has ended")?;
        let answered = timeout(LONGEST_WAIT, self.asked.recv()).await;
        let (at, answer) = match answered {
            Ok(Some(Asked::Answered(at, answer))) => (at, answer),
            Ok(Some(Asked::Failed(words))) => {
                return Err(format!("it failed: {}", String::from_utf8_lossy(&words)));
            }
            _ => return Err("it does not answer".to_owned()),
        };
        next_poll(&mut self.asked).await?;
        let answer = serde_json::from_slice(&answer)
            .map_err(|error| format!("its answer is not JSON: {error}"))?;
        Ok((answer, at.duration_since(handed)))
    }

    /// The processor's time that it has used so far.
    pub fn cpu(&self) -> Result<Cpu, String> {
        cpu_of(self.child.id())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.server.abort();
    }
}

/// Waits until the next event is asked for.
async fn next_poll(asked: &mut mpsc::UnboundedReceiver<Asked>) -> Result<Instant, String> {
    match timeout(LONGEST_WAIT, asked.recv()).await {
        Ok(Some(Asked::Next(at))) => Ok(at),
        Ok(Some(Asked::Failed(words))) => {
            Err(format!("it failed: {}", String::from_utf8_lossy(&words)))
        }
        Ok(Some(Asked::Answered(..))) => Err("it answered twice".to_owned()),
        Ok(None) | Err(_) => Err("it does not ask for an event".to_owned()),
    }
}

async fn serve(listener: TcpListener, api: Arc<Api>) {
    const RUNTIME: &str = "/2018-06-01/runtime";
    let router = Router::new()
        .route(&format!("{RUNTIME}/invocation/next"), get(next))
        .route(
            &format!("{RUNTIME}/invocation/{{id}}/response"),
            post(answered),
        )
        .route(&format!("{RUNTIME}/invocation/{{id}}/error"), post(failed))
        .route(&format!("{RUNTIME}/init/error"), post(failed))
        .with_state(api);
    // It ends when it is aborted; until then a failure shows as a function that is not answered.
    let _ = axum::serve(listener, router).await;
}

async fn next(
    State(api): State<Arc<Api>>,
) -> Result<([(HeaderName, String); 4], String), StatusCode> {
    // Whoever measures may be gone already.
    let _ = api.asked.send(Asked::Next(Instant::now()));
    let event = api.events.lock().await.recv().await;
    let event = event.ok_or(StatusCode::GONE)?;
    let header = HeaderName::from_static;
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:measured";
    let headers = [
        (
            header("lambda-runtime-aws-request-id"),
            "00000000-0000-4000-8000-000000000001".to_owned(),
        ),
        (
            header("lambda-runtime-deadline-ms"),
            (crate::surroundings::now_ms() + EVENT_MS).to_string(),
        ),
        (
            header("lambda-runtime-invoked-function-arn"),
            arn.to_owned(),
        ),
        (
            header("lambda-runtime-trace-id"),
            "Root=1-00000000-000000000000000000000000".to_owned(),
        ),
    ];
    Ok((headers, event))
}

async fn answered(State(api): State<Arc<Api>>, answer: Bytes) -> StatusCode {
    let _ = api.asked.send(Asked::Answered(Instant::now(), answer));
    StatusCode::ACCEPTED
}

async fn failed(State(api): State<Arc<Api>>, words: Bytes) -> StatusCode {
    let _ = api.asked.send(Asked::Failed(words));
    StatusCode::ACCEPTED
}
