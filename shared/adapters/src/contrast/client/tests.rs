use std::{
    collections::{BTreeMap, VecDeque},
    sync::Mutex,
};

use domain::{
    case::OrgId,
    moment::Moment,
    ports::Clock as _,
    settings::ConnectionName,
    trouble::{Peer, TroubleKind},
};

use super::*;
use crate::{
    clock::by_hand::Hand,
    contrast::RememberedCapabilities,
    http::{Http, Request, Response, SendFailure},
    secrets::{ConnectionSecret, PeerSecret},
};

mod cases;
mod comments;
mod discovery;

const ORG: &str = "0aa11111-2222-3333-4444-5555555555ff";

/// Answers in the order of the script and remembers what was asked.
#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<(u16, String)>>,
    asked: Mutex<Vec<Request>>,
}

#[async_trait]
impl Http for Script {
    async fn send(&self, request: Request) -> Result<Response, SendFailure> {
        self.asked.lock().unwrap().push(request);
        let (status, body) = self
            .answers
            .lock()
            .unwrap()
            .pop_front()
            .expect("no answer is left");
        Ok(http::Response::builder()
            .status(status)
            .body(body.into_bytes())
            .unwrap())
    }
}

/// Gives `stale` until it is read afresh, and `fresh` afterwards.
struct Rotating {
    fresh: &'static str,
    read: Mutex<bool>,
}

#[async_trait]
impl Secrets for Rotating {
    async fn read(&self, _: &Peer, fresh: bool) -> Result<PeerSecret, Trouble> {
        let mut read = self.read.lock().unwrap();
        *read |= fresh;
        let key = if *read { self.fresh } else { "stale" };
        Ok(PeerSecret::Connection(Arc::new(ConnectionSecret {
            username: "bot@example.com".into(),
            service_key: key.into(),
            api_key: "api".into(),
            webhook_secrets: Vec::new().into(),
            webhook_basic: Vec::new().into(),
        })))
    }
}

struct Stage {
    script: Arc<Script>,
    clock: Arc<Hand>,
    client: ContrastClient,
    connection: Connection,
}

fn stage(answers: &[(u16, Value)]) -> Stage {
    stage_with("fresh", answers)
}

fn stage_with(fresh: &'static str, answers: &[(u16, Value)]) -> Stage {
    let script = Arc::new(Script::default());
    let clock = Arc::new(Hand::default());
    let secrets = Arc::new(Rotating {
        fresh,
        read: Mutex::default(),
    });
    let caller = Caller::new(script.clone(), clock.clone(), 0);
    let connection = Connection {
        name: ConnectionName::new("main").unwrap(),
        url: "https://contrast.example".into(),
        org: OrgId::new(ORG).unwrap(),
        list_comments: Switch::Auto,
        edit_comments: Switch::Auto,
        delete_comments: Switch::Auto,
        paths: BTreeMap::new(),
    };
    let client = ContrastClient::new(caller, secrets, Arc::new(RememberedCapabilities::default()));
    let stage = Stage {
        script,
        clock,
        client,
        connection,
    };
    stage.answer(answers);
    stage
}

impl Stage {
    fn answer(&self, answers: &[(u16, Value)]) {
        let text = |value: &Value| {
            if value.is_null() {
                String::new()
            } else {
                value.to_string()
            }
        };
        let answers = answers.iter().map(|(status, value)| (*status, text(value)));
        self.script.answers.lock().unwrap().extend(answers);
    }

    /// Method and path below the organisation of each request.
    fn asked(&self) -> Vec<String> {
        let asked = self.script.asked.lock().unwrap();
        let prefix = format!("https://contrast.example/api/ns-rest/v1/organizations/{ORG}");
        let short = |request: &Request| {
            let uri = request.uri().to_string();
            format!(
                "{} {}",
                request.method(),
                uri.strip_prefix(&prefix).unwrap()
            )
        };
        asked.iter().map(short).collect()
    }

    fn sent(&self, index: usize) -> String {
        let asked = self.script.asked.lock().unwrap();
        String::from_utf8(asked.get(index).unwrap().body().clone()).unwrap()
    }

    async fn comments(&self) -> Result<Found<Offered<Vec<CommentReading>>>, Trouble> {
        self.client
            .list_comments(&self.connection, &incident())
            .await
    }

    async fn create(&self) -> Result<WrittenComment, Trouble> {
        let body = RichText::from_plain("Hello");
        let marker = Nonce::new("n1").unwrap();
        self.client
            .create_comment(&self.connection, &incident(), &body, &marker)
            .await
    }

    async fn set(&self, case: &CaseId, phase: Phase) -> Result<Found<()>, Trouble> {
        let reason = CloseReason::FalsePositive;
        self.client
            .set_phase(&self.connection, case, phase, reason)
            .await
    }
}

fn case(kind: CaseKind, number: &str) -> CaseId {
    CaseId::new(OrgId::new(ORG).unwrap(), kind, number).unwrap()
}

fn incident() -> CaseId {
    case(CaseKind::Incident, "INC-1")
}

fn issue() -> CaseId {
    case(CaseKind::Issue, "ISS-1")
}

fn comment_id() -> CommentId {
    CommentId::new("c1").unwrap()
}
