//! What the simulated Jira answers besides: operations that our client does not use, asked raw.
//!
//! They are simulated for people who try things; their answers have to be Jira's all the same.

use std::{collections::BTreeSet, fs, path::Path};

use adapters::http::{Http as _, Request};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::header;
use serde_json::{Value, json};
use simulators::jira::Jira;

use super::{
    kinds::template_of,
    road::{JIRA, Road, STRANGER},
};

/// Where the simulated Jira says which operations it has.
const ROUTES: &str = "simulators/src/jira/route.rs";
/// What the document cannot judge, and why.
const LEFT_OUT: [(&str, &str); 3] = [
    ("/_edge/tenant_info", "no part of the REST interface"),
    (
        "/rest/webhooks/1.0/webhook",
        "an interface of its own, which no OpenAPI document describes",
    ),
    (
        "/search",
        "gone, and answered with a 410; the document still describes what it was",
    ),
];

/// Asks whatever the client leaves unasked.
pub async fn ask_the_rest(road: &Road, ticket: &str, comment: &str) {
    let place = format!("/issue/{ticket}");
    for path in [
        "/search/jql?jql=project%20%3D%20SEC&fields=*all&maxResults=5",
        &place,
        &format!("{place}?expand=transitions"),
        &format!("{place}/transitions?transitionId=21"),
        &format!("{place}/remotelink"),
        &format!("{place}/remotelink?globalId=nothing-like-it"),
        &format!("{place}/comment/{comment}"),
        &format!("{place}/comment/1"),
    ] {
        ask(road, "GET", path, &Value::Null).await;
    }
    let webhook = json!({
        "url": "https://example.com/hook",
        "webhooks": [{ "events": ["jira:issue_created"], "jqlFilter": "project = SEC" }],
    });
    ask(road, "POST", "/webhook", &webhook).await;
    ask(road, "GET", "/webhook", &Value::Null).await;
}

/// Sends a call as the service's account.
pub async fn ask(road: &Road, method: &str, path: &str, body: &Value) {
    let request = call(method, path, body);
    road.send(request).await.expect("an answer");
}

/// A call of the service's account that its client does not make.
pub fn call(method: &str, path: &str, body: &Value) -> Request {
    let (email, token) = Jira::DEMO_LOGIN;
    let login = STANDARD.encode(format!("{email}:{token}"));
    let mut request = http::Request::builder()
        .method(method)
        .uri(format!("{JIRA}/rest/api/3{path}"))
        .header(header::ACCEPT, "application/json")
        .header(STRANGER, "yes")
        .header(header::AUTHORIZATION, format!("Basic {login}"));
    let mut bytes = Vec::new();
    if !body.is_null() {
        request = request.header(header::CONTENT_TYPE, "application/json");
        bytes = body.to_string().into_bytes();
    }
    request.body(bytes).expect("a request")
}

/// The operations of the simulated Jira that were not asked for.
pub fn never_asked(road: &Road) -> BTreeSet<(String, String)> {
    let asked: BTreeSet<(String, String)> = road
        .seen()
        .into_iter()
        .map(|seen| (seen.method, template_of(&seen.path)))
        .collect();
    let offered = operations();
    assert!(offered.len() > 20, "the routes were read: {offered:?}");
    offered.difference(&asked).cloned().collect()
}

/// Methods and paths, as the table of routes says them.
fn operations() -> BTreeSet<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(ROUTES);
    let code = fs::read_to_string(path).expect("the routes");
    let mut found = BTreeSet::new();
    for call in code.split("pick(").skip(1) {
        let words: Vec<&str> = call.split('"').skip(1).step_by(2).collect();
        let Some(place) = words.iter().position(|word| word.starts_with('/')) else {
            continue;
        };
        let path = words[place];
        if LEFT_OUT.iter().all(|(left_out, _)| *left_out != path) {
            found.extend(
                words[..place]
                    .iter()
                    .map(|method| ((*method).to_owned(), path.to_owned())),
            );
        }
    }
    found
}
