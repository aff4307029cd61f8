//! That the simulated Jira refuses what the real one refuses, and keeps its books.

use base64::Engine as _;
use serde_json::{Value, json};

use super::Jira;

mod discovering;
mod reading;
mod refusals;
mod telling;
mod traffic;

pub(super) const NOW: i64 = 1_735_700_000_000;
pub(super) const BASE: &str = "https://example.atlassian.net";

pub(super) fn jira() -> Jira {
    Jira::with_demo_world(BASE)
}

pub(super) fn login(email: &str, token: &str) -> String {
    format!(
        "Basic {}",
        base64::engine::general_purpose::STANDARD.encode(format!("{email}:{token}"))
    )
}

pub(super) fn request(
    method: &str,
    path: &str,
    body: &Value,
    login: &str,
) -> http::Request<Vec<u8>> {
    let mut request = http::Request::builder()
        .method(method)
        .uri(format!("{BASE}{path}"));
    if !login.is_empty() {
        request = request.header("authorization", login);
    }
    if body.is_null() {
        return request.body(Vec::new()).unwrap();
    }
    request
        .header("content-type", "application/json")
        .body(body.to_string().into_bytes())
        .unwrap()
}

pub(super) fn read(response: &http::Response<Vec<u8>>) -> Value {
    serde_json::from_slice(response.body()).unwrap_or(Value::Null)
}

/// Calls as the service account of the demo world.
pub(super) fn call(
    jira: &mut Jira,
    method: &str,
    path: &str,
    body: &Value,
    now: i64,
) -> (u16, Value) {
    let (email, token) = Jira::DEMO_LOGIN;
    let response = jira.serve(&request(method, path, body, &login(email, token)), now);
    (response.status().as_u16(), read(&response))
}

pub(super) fn get(jira: &mut Jira, path: &str, now: i64) -> (u16, Value) {
    call(jira, "GET", path, &Value::Null, now)
}

pub(super) fn adf(text: &str) -> Value {
    json!({
        "type": "doc", "version": 1,
        "content": [{ "type": "paragraph", "content": [{ "type": "text", "text": text }] }],
    })
}

pub(super) fn create(jira: &mut Jira, fields: &Value, now: i64) -> (u16, Value) {
    let mut all = json!({
        "project": { "key": "SEC" }, "issuetype": { "name": "Bug" }, "summary": "SQL injection",
    });
    for (key, value) in fields.as_object().unwrap() {
        all[key] = value.clone();
    }
    call(
        jira,
        "POST",
        "/rest/api/3/issue",
        &json!({ "fields": all }),
        now,
    )
}

/// Opens a ticket and answers with its id.
pub(super) fn opened(jira: &mut Jira) -> String {
    let (status, answer) = create(jira, &json!({ "labels": ["northstar"] }), NOW);
    assert_eq!(status, 201, "{answer}");
    answer["id"].as_str().unwrap().to_owned()
}

pub(super) fn search(jira: &mut Jira, jql: &str, now: i64) -> (u16, Value) {
    call(
        jira,
        "POST",
        "/rest/api/3/search/jql",
        &json!({ "jql": jql }),
        now,
    )
}
