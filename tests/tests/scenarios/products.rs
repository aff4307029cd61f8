//! Contrast and Jira on loopback, as processes of their own would meet them.
//!
//! The credentials here open no door anywhere; they are planted so that they can be looked for.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use axum::{Router, body::Bytes, extract::Request, response::Response};
use simulators::{
    contrast::{Contrast, DEMO_USER},
    jira::Jira,
};
use tokio::{net::TcpListener, sync::Notify, task::JoinHandle};

pub const API_KEY: &str = "planted-contrast-api-key-51c7";
pub const SERVICE_KEY: &str = "planted-contrast-service-key-88d2";
pub const PUSH_SECRET: &str = "planted-push-secret-f04b";
pub const JIRA_TOKEN: &str = "planted-jira-token-9ae6";
pub const JIRA_SECRET: &str = "planted-jira-webhook-secret-2c3d";

/// More than any body here.
const MAX_BODY_BYTES: usize = 1 << 20;

/// Both products. They end with it.
pub struct Products {
    contrast: Arc<Mutex<Contrast>>,
    jira: Arc<Mutex<Jira>>,
    /// Told of each call that either of them answered.
    answered: Arc<Notify>,
    servers: [JoinHandle<()>; 2],
}

impl Products {
    /// Both, with the planted credentials.
    pub async fn start() -> Self {
        let answered = Arc::new(Notify::new());
        let contrast = Arc::new(Mutex::new(Contrast::with_demo_world()));
        let (listener, contrast_address) = listen().await;
        {
            let mut contrast = lock(&contrast);
            contrast.set_base_url(&contrast_address);
            contrast.set_api_key(API_KEY);
            contrast.set_service_key(DEMO_USER, Some(SERVICE_KEY));
            contrast.set_push_secret(Some(PUSH_SECRET));
        }
        let answering = Arc::clone(&contrast);
        let told = Arc::clone(&answered);
        let contrast_server = serve(listener, move |request| {
            let answer = lock(&answering).serve(request, now_ms());
            told.notify_one();
            answer
        });
        let (listener, jira_address) = listen().await;
        let mut jira = Jira::with_demo_world(&jira_address);
        jira.set_token(Jira::DEMO_ACCOUNT, Some(JIRA_TOKEN));
        jira.set_webhook_secret(Some(JIRA_SECRET));
        let jira = Arc::new(Mutex::new(jira));
        let answering = Arc::clone(&jira);
        let told = Arc::clone(&answered);
        let jira_server = serve(listener, move |request| {
            let answer = lock(&answering).serve(request, now_ms());
            told.notify_one();
            answer
        });
        Self {
            contrast,
            jira,
            answered,
            servers: [contrast_server, jira_server],
        }
    }

    /// Does something in Contrast.
    pub fn contrast<T>(&self, act: impl FnOnce(&mut Contrast, i64) -> T) -> T {
        act(&mut lock(&self.contrast), now_ms())
    }

    /// Does something in Jira.
    pub fn jira<T>(&self, act: impl FnOnce(&mut Jira, i64) -> T) -> T {
        act(&mut lock(&self.jira), now_ms())
    }

    /// Loses everything there is to tell.
    pub fn lose(&self) {
        self.contrast(|contrast, _| contrast.drop_outbox());
        self.jira(|jira, _| jira.drop_outbox());
    }

    /// From now on neither product takes the credentials that Secrets Manager holds.
    pub fn refuse_all_credentials(&self) {
        self.contrast(|contrast, _| contrast.set_api_key("another"));
        self.jira(|jira, _| jira.set_token(Jira::DEMO_ACCOUNT, Some("another")));
    }

    /// Whether an incident is open.
    pub fn is_open(&self, number: &str) -> bool {
        self.contrast(|contrast, _| contrast.incident(number).expect("the incident").open)
    }

    /// The id of an incident's only ticket.
    pub fn ticket(&self, number: &str) -> String {
        self.jira(|jira, _| {
            let mark = format!("({number})");
            let of_case = jira
                .tickets()
                .filter(|ticket| ticket.summary.contains(&mark));
            let ids: Vec<String> = of_case.map(|ticket| ticket.id.clone()).collect();
            assert_eq!(ids.len(), 1, "exactly one ticket for {number}: {ids:?}");
            ids[0].clone()
        })
    }

    /// The settings of the scenarios, with the addresses of these two.
    pub fn settings(&self) -> String {
        include_str!("../../fixtures/settings.toml")
            .replace(
                "https://contrast.example.com",
                &self.contrast(|it, _| it.base_url().to_owned()),
            )
            .replace(
                "https://acme.atlassian.net",
                &self.jira(|it, _| it.base_url().to_owned()),
            )
    }

    /// Waits until one of them has answered a call since the last wait.
    pub async fn answered(&self) {
        self.answered.notified().await;
    }
}

impl Drop for Products {
    fn drop(&mut self) {
        for server in &self.servers {
            server.abort();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn now_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .expect("a time after 1970");
    i64::try_from(since.as_millis()).expect("a time before the end of times")
}

/// A free port on loopback, and its address.
pub async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    (listener, format!("http://{address}"))
}

/// Serves whole requests with whole responses.
pub fn serve(
    listener: TcpListener,
    answer: impl Fn(&http::Request<Vec<u8>>) -> http::Response<Vec<u8>> + Clone + Send + Sync + 'static,
) -> JoinHandle<()> {
    let handler = move |request: Request| {
        let answer = answer.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body: Bytes = axum::body::to_bytes(body, MAX_BODY_BYTES)
                .await
                .expect("a body");
            let response = answer(&http::Request::from_parts(parts, body.to_vec()));
            Response::from(response.map(axum::body::Body::from))
        }
    };
    let router = Router::new().fallback(handler);
    tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") })
}
