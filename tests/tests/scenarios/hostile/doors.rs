//! Both doors before strangers, and before those who have the key and send nonsense.

use std::cell::Cell;

use domain::moment::Moment;
use lambda_http::{Body, Request, Response, http};
use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
    test_runner::TestCaseError,
};

use super::{
    corpus::{deliveries, pushes},
    hold,
    mutation::{Changes, Json, changes, senseless},
    runtime,
    stage::Stage,
};

/// The door for Contrast.
pub const CONTRAST: &str = "/webhooks/contrast/demo";
/// The door for Jira.
pub const JIRA: &str = "/webhooks/jira/acme";
/// An answer says no more than this.
const LONGEST_ANSWER: usize = 200;

/// Somebody at a door.
#[derive(Clone, Debug)]
pub struct Knock {
    /// Where.
    pub path: String,
    /// Names and values.
    pub headers: Vec<(String, Vec<u8>)>,
    /// What is brought.
    pub body: Vec<u8>,
}

impl Knock {
    /// The request, if HTTP can carry it at all.
    pub fn request(&self) -> Option<Request> {
        let mut request = http::Request::builder()
            .method("POST")
            .uri(self.path.as_str());
        for (name, value) in &self.headers {
            let value = http::HeaderValue::from_bytes(value).ok()?;
            request = request.header(name.as_str(), value);
        }
        request.body(Body::Binary(self.body.clone())).ok()
    }
}

/// Hands a request to the door that its path names, as API Gateway does.
pub async fn answer(stage: &Stage, request: Request) -> Response<String> {
    if request.uri().path().starts_with("/webhooks/contrast") {
        contrast_webhook::handle(&stage.service, request).await
    } else {
        jira_webhook::handle(&stage.service, request).await
    }
}

/// What every answer is: short, of one line, and JSON that says what the status says.
pub fn is_an_answer(response: &Response<String>, statuses: &[u16]) -> Result<(), TestCaseError> {
    let status = response.status().as_u16();
    let body = response.body();
    prop_assert!(statuses.contains(&status), "{} {}", status, body);
    prop_assert!(body.len() <= LONGEST_ANSWER, "{}", body);
    prop_assert!(!body.contains('\n'));
    let told: serde_json::Value = serde_json::from_str(body).expect("JSON");
    if status != 200 {
        prop_assert_eq!(&told["status"], status);
        prop_assert_eq!(
            response.headers()["content-type"].as_bytes(),
            b"application/problem+json"
        );
    }
    Ok(())
}

/// Nothing is called, asked of the store, or kept.
pub async fn is_turned_away(
    stage: &Stage,
    request: Request,
    statuses: &[u16],
) -> Result<(), TestCaseError> {
    let before = stage.items().await;
    stage.take_requests();
    stage.network.take_seen();
    let response = answer(stage, request).await;
    is_an_answer(&response, statuses)?;
    prop_assert_eq!(stage.take_requests(), 0, "the store is not even asked");
    prop_assert!(stage.network.take_seen().is_empty(), "no remote call");
    prop_assert_eq!(stage.items().await, before, "nothing is stored");
    Ok(())
}

/// A stage whose settings are read already.
pub async fn warm_stage() -> Stage {
    let stage = Stage::new().await;
    stage.service.settings().await.expect("settings");
    stage
}

fn paths() -> impl Strategy<Value = String> {
    let odd = select(
        &[
            "/webhooks/contrast/",
            "/webhooks/contrast/demo/",
            "/webhooks/contrast/demo/../demo",
            "/webhooks/contrast/%64emo",
            "/webhooks/contrast//demo",
            "/webhooks/contrast/DEMO",
            "/webhooks/contrast/acme",
            "/webhooks/contrast/demo%00",
            "/webhooks/jira/acme?x=1",
            "/webhooks/jira/acme%2f",
            "/webhooks/jira/demo",
            "/webhooks/jira/..",
            "/webhooks/jira",
            "/WEBHOOKS/JIRA/acme",
            "/",
        ][..],
    );
    prop_oneof![
        2 => Just(CONTRAST.to_owned()),
        2 => Just(JIRA.to_owned()),
        2 => odd.prop_map(str::to_owned),
        1 => "/webhooks/(contrast|jira)/[!-~]{0,300}",
        1 => "/[!-~]{0,20}",
    ]
}

/// Headers as nobody should send them; never a valid key.
fn headers() -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    let name = prop_oneof![
        4 => select(&["X-Hub-Signature", "X-Northstar-Secret", "Authorization",
            "X-Atlassian-Webhook-Flow", "X-Atlassian-Webhook-Identifier", "Content-Type",
            "Content-Length", "X-Forwarded-For"][..]).prop_map(str::to_owned),
        1 => "[a-zA-Z-]{1,60}",
    ];
    let value = prop_oneof![
        2 => select(&["", " ", "sha256=", "sha256=zz", "sha1=00", "sha256=sha256=", "Basic", "Basic Og==",
            "Basic ====", "basic cHVzaGVyOg==", "Bearer push-secret-1", "push-secret", "PUSH-SECRET-1",
            "push-secret-1,push-secret-2", "Secondary", "pusher:pass"][..])
            .prop_map(|text| text.as_bytes().to_vec()),
        2 => "[ -~]{0,80}".prop_map(String::into_bytes),
        2 => vec(128_u8..=255, 0..80),
        1 => Just(vec![b'a'; 70_000]),
        1 => "sha256=[0-9a-fA-F]{0,130}".prop_map(String::into_bytes),
    ];
    prop_oneof![
        4 => vec((name.clone(), value.clone()), 0..6),
        1 => vec((name, value), 50..120),
    ]
}

/// Bodies of every kind.
pub fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let at = scenarios::world::START;
    let at_ms = Moment::parse(at).expect("a time").epoch_ms();
    let mut bases = pushes(at);
    bases.extend(deliveries(at_ms, at, "10000", "SEC-1", "10000"));
    let mutated = (select(bases), changes())
        .prop_map(|(base, changes)| Json::from(&base).changed(&changes).to_bytes());
    prop_oneof![2 => senseless(), 3 => mutated]
}

#[test]
fn strangers_get_an_answer_and_nothing_else() {
    let runtime = runtime();
    let stage = runtime.block_on(warm_stage());
    hold(
        150,
        &(paths(), headers(), bodies()),
        |(path, headers, body)| {
            let knock = Knock {
                path,
                headers,
                body,
            };
            let Some(request) = knock.request() else {
                return Ok(());
            };
            runtime.block_on(is_turned_away(&stage, request, &[401, 404]))
        },
    );
    runtime.block_on(stage.end());
}

/// What a door may do about one delivery that it believes: so many requests to the store, so many
/// remote calls.
const MOST: (usize, usize) = (60, 40);

/// How many deliveries were taken, and how many refused.
type Tally = Cell<(u32, u32)>;

/// Some of what is drawn makes sense and some does not: otherwise it proves little.
fn is_mixed(tally: &Tally) {
    let (taken, refused) = tally.get();
    assert!(
        taken > 20 && refused > 20,
        "{taken} taken, {refused} refused"
    );
}

async fn is_taken_or_turned_away(
    stage: &Stage,
    knock: &Knock,
    tally: &Tally,
) -> Result<(), TestCaseError> {
    stage.world.pass_ms(1_000);
    stage.service.settings().await.expect("settings");
    let before = stage.items().await;
    stage.take_requests();
    stage.network.take_seen();
    let response = answer(stage, knock.request().expect("a request")).await;
    is_an_answer(&response, &[200, 400])?;
    let (requests, calls) = (stage.take_requests(), stage.network.take_seen().len());
    let (taken, refused) = tally.get();
    if response.status() == 200 {
        tally.set((taken + 1, refused));
        prop_assert!(
            requests <= MOST.0 && calls <= MOST.1,
            "{} requests to the store, {} calls",
            requests,
            calls
        );
    } else {
        tally.set((taken, refused + 1));
        prop_assert_eq!((requests, calls), (0, 0));
        prop_assert_eq!(stage.items().await, before, "nothing is stored");
    }
    Ok(())
}

fn mutated_or_senseless() -> impl Strategy<Value = (Index, Changes, Option<Vec<u8>>)> {
    let senseless = prop_oneof![4 => Just(None), 1 => senseless().prop_map(Some)];
    (any::<Index>(), changes(), senseless)
}

#[test]
fn nonsense_from_contrast_itself_is_refused_or_does_no_harm() {
    let (runtime, tally) = (runtime(), Tally::default());
    let stage = runtime.block_on(warm_stage());
    hold(
        120,
        &mutated_or_senseless(),
        |(which, changes, senseless)| {
            let at = Moment::from_epoch_ms(stage.now_ms()).to_rfc3339();
            let body = senseless.unwrap_or_else(|| {
                let base = Json::from(which.get(&pushes(&at)));
                base.changed(&changes).to_bytes()
            });
            let knock = Knock {
                path: CONTRAST.to_owned(),
                headers: vec![("X-Northstar-Secret".to_owned(), b"push-secret-1".to_vec())],
                body,
            };
            runtime.block_on(is_taken_or_turned_away(&stage, &knock, &tally))
        },
    );
    is_mixed(&tally);
    runtime.block_on(async {
        stage.world.lose();
        stage.settle().await;
        stage.end().await;
    });
}

#[test]
fn nonsense_from_jira_itself_is_refused_or_does_no_harm() {
    let (runtime, tally) = (runtime(), Tally::default());
    let stage = runtime.block_on(warm_stage());
    let (number, ticket, comment) = runtime.block_on(async {
        let (number, ticket) = stage.linked_incident().await;
        let comment = stage.jira(|jira, now| jira.comment(&ticket, "Ana Souza", "A word.", now));
        stage.announce().await;
        (number, ticket, comment.expect("a comment"))
    });
    let key = stage
        .world
        .network
        .jira()
        .ticket(&ticket)
        .expect("it")
        .key
        .clone();
    hold(
        150,
        &mutated_or_senseless(),
        |(which, changes, senseless)| {
            let at = Moment::from_epoch_ms(stage.now_ms());
            let body = senseless.unwrap_or_else(|| {
                let all = deliveries(at.epoch_ms(), &at.to_rfc3339(), &ticket, &key, &comment);
                Json::from(which.get(&all)).changed(&changes).to_bytes()
            });
            let signature = stage.signature_of(&body).into_bytes();
            let knock = Knock {
                path: JIRA.to_owned(),
                headers: vec![("X-Hub-Signature".to_owned(), signature)],
                body,
            };
            runtime.block_on(is_taken_or_turned_away(&stage, &knock, &tally))
        },
    );
    is_mixed(&tally);
    runtime.block_on(stage.end());
    let contrast = stage.world.network.contrast();
    let incident = contrast.incident(&number).expect("it");
    assert!(
        incident.open && incident.comments.len() == 2,
        "{incident:?}"
    );
    let jira = stage.world.network.jira();
    let link = jira.ticket(&ticket).expect("it");
    assert_eq!((link.comments.len(), link.category.as_str()), (1, "new"));
}

#[test]
fn what_is_too_large_is_turned_away_unread_on_either_door() {
    let runtime = runtime();
    let stage = runtime.block_on(warm_stage());
    let most = adapters::door::MAX_BODY_BYTES;
    for (path, body, status) in [
        (CONTRAST, vec![b'['; most + 1], 413),
        (JIRA, vec![b'['; most + 1], 413),
        (CONTRAST, vec![b'['; most], 401),
        (JIRA, vec![b'['; most], 401),
    ] {
        let knock = Knock {
            path: path.to_owned(),
            headers: Vec::new(),
            body,
        };
        let request = knock.request().expect("a request");
        let turned_away = runtime.block_on(is_turned_away(&stage, request, &[status]));
        turned_away.expect("it is turned away");
    }
}
