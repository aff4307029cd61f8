//! The client against a scripted Jira: what is asked counts as much as what is made of the answers.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use domain::{
    case::CaseId,
    rich_text::{RichText, paragraph, text},
    settings::Site,
    ticket::{SiteName, TicketDraft, TicketId, TicketMarker},
    trouble::{Peer, Trouble},
};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::JiraClient;
use crate::{
    clock::by_hand::Hand,
    http::{Caller, Http, Request, Response, SendFailure},
    secrets::{PeerSecret, Secrets, SiteSecret},
};

mod admin_webhooks;
mod comments;
mod creation;
mod credentials;
mod discovery;
mod field_kinds;
mod tickets;

/// Answers in the order in which they were written down, and keeps what it was asked.
#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<Result<Response, SendFailure>>>,
    asked: Mutex<Vec<Request>>,
}

impl Script {
    fn asked(&self) -> Vec<String> {
        let asked = self.asked.lock().expect("unlocked");
        asked
            .iter()
            .map(|request| {
                format!(
                    "{} {}",
                    request.method(),
                    request.uri().path_and_query().expect("a path")
                )
            })
            .collect()
    }

    fn body(&self, index: usize) -> Value {
        serde_json::from_slice(self.asked.lock().expect("unlocked")[index].body()).expect("JSON")
    }

    fn authorization(&self, index: usize) -> String {
        let asked = self.asked.lock().expect("unlocked");
        asked[index].headers()["authorization"]
            .to_str()
            .expect("ASCII")
            .to_owned()
    }

    fn is_used_up(&self) -> bool {
        self.answers.lock().expect("unlocked").is_empty()
    }
}

#[async_trait]
impl Http for Script {
    async fn send(&self, request: Request) -> Result<Response, SendFailure> {
        self.asked.lock().expect("unlocked").push(request);
        self.answers
            .lock()
            .expect("unlocked")
            .pop_front()
            .expect("one more answer")
    }
}

/// A remembered token, and the one that stands in the vault.
struct Vault(&'static str, &'static str);

#[async_trait]
impl Secrets for Vault {
    async fn read(&self, _: &Peer, fresh: bool) -> Result<PeerSecret, Trouble> {
        let token = if fresh { self.1 } else { self.0 };
        Ok(PeerSecret::Site(Arc::new(SiteSecret {
            email: SecretString::from("bot@example.com"),
            api_token: SecretString::from(token),
            webhook_secrets: Vec::new().into(),
        })))
    }
}

fn client_with(
    vault: Vault,
    answers: Vec<Result<Response, SendFailure>>,
) -> (JiraClient, Arc<Script>) {
    let script = Arc::new(Script {
        answers: Mutex::new(answers.into()),
        ..Script::default()
    });
    let clock = Arc::new(Hand(1_700_000_000_000.into()));
    let caller = Caller::new(Arc::clone(&script) as Arc<dyn Http>, clock, 60_000);
    (JiraClient::new(caller, Arc::new(vault)), script)
}

fn client(answers: Vec<Response>) -> (JiraClient, Arc<Script>) {
    client_with(Vault("old", "old"), answers.into_iter().map(Ok).collect())
}

fn answer(status: u16, kind: &str, body: &str) -> Response {
    let response = http::Response::builder()
        .status(status)
        .header("content-type", kind);
    response.body(body.as_bytes().to_vec()).expect("a response")
}

#[allow(clippy::needless_pass_by_value)] // Written with `json!` at each call.
fn json_answer(status: u16, body: Value) -> Response {
    answer(status, "application/json;charset=UTF-8", &body.to_string())
}

fn unauthorized() -> Response {
    json_answer(
        401,
        json!({ "message": "Client must be authenticated.", "status-code": 401 }),
    )
}

fn myself() -> Response {
    json_answer(200, json!({ "accountId": "bot", "displayName": "Bot" }))
}

fn site() -> Site {
    Site {
        name: SiteName::new("acme").expect("a name"),
        url: "https://acme.atlassian.net".into(),
        api_url: "https://api.atlassian.com/ex/jira/cloud-1".into(),
    }
}

fn ticket() -> TicketId {
    TicketId::new("10001").expect("an id")
}

fn marker() -> TicketMarker {
    TicketMarker {
        case: CaseId::parse("org-1/incident/INC-2026-1").expect("a case"),
        nonce: "n1".into(),
    }
}

fn draft() -> TicketDraft {
    TicketDraft {
        project: "SEC".into(),
        issue_type: "Bug".into(),
        summary: "s".into(),
        description: words("d"),
        priority: None,
        labels: Vec::new(),
        assignee: None,
        parent: None,
        fields: Vec::new(),
        marker: marker(),
    }
}

fn words(words: &str) -> RichText {
    RichText {
        blocks: vec![paragraph(vec![text(words)])],
    }
}

fn doc(words: &str) -> Value {
    json!({ "type": "doc", "version": 1, "content": [{ "type": "paragraph", "content": [{ "type": "text", "text": words }] }] })
}

fn status(category: &str) -> Value {
    json!({ "id": "1", "name": "Irgendwas", "statusCategory": { "id": 1, "key": category, "name": "x" } })
}

fn wire_ticket(category: &str) -> Value {
    json!({
        "id": "10001",
        "key": "SEC-1",
        "fields": {
            "status": status(category),
            "priority": { "id": "2", "name": "High" },
            "resolution": { "id": "1", "name": "Done" },
            "description": doc("d"),
            "updated": "2026-03-09T22:52:12.131+0000",
        },
        "properties": { "northstar-jira-sync": { "case": "org-1/incident/INC-2026-1", "nonce": "n1" } },
        "transitions": [{ "id": "31", "name": "Close", "to": status("done") }],
    })
}

/// A comment in a listing that was asked for its properties.
fn wire_comment(id: u64, properties: Option<Value>) -> Value {
    let mut comment = json!({
        "id": id.to_string(),
        "self": format!("https://acme.atlassian.net/rest/api/3/issue/10001/comment/{id}"),
        "author": { "accountId": "u", "displayName": "Ann Example" },
        "body": doc("c"),
        "created": "2026-03-09T22:52:12.131+0000",
        "updated": "2026-03-09T22:52:12.131+0000",
        "jsdPublic": true,
    });
    if let Some(properties) = properties {
        comment["properties"] = properties;
    }
    comment
}

fn comment_page(total: u64, ids: impl Iterator<Item = u64>) -> Response {
    let comments: Vec<Value> = ids.map(|id| wire_comment(id, Some(json!([])))).collect();
    json_answer(
        200,
        json!({ "startAt": 0, "maxResults": 100, "total": total, "comments": comments }),
    )
}
