//! Deliveries that are too much: of entries, of words, of cases, of ids. What a door does about one of
//! them has a limit, and nothing that a product may send stands in the way for ever.

use domain::{
    case::{Application, CaseFacts, CaseId, Observation, Server, SourceAddress},
    comment::{CommentId, Nonce, Side},
    digest::Digest,
    link::{Aspect, Origin, Posting, PostingState, Wakeup},
    moment::Moment,
    ports::{Acquired, Saving, Store as _},
    reconcile::MAX_POSTINGS,
    rich_text::RichText,
};
use scenarios::world::Delivery;
use serde_json::{Value, json};
use simulators::contrast::IncidentSeed;

use super::{
    corpus::{ORG, deliveries, pushes},
    stage::Stage,
};

async fn push(stage: &Stage, body: &Value) -> (u16, Value) {
    let delivery = Delivery {
        path: "/webhooks/contrast/demo",
        headers: vec![("X-Northstar-Secret".to_owned(), "push-secret-1".to_owned())],
        body: body.to_string().into_bytes(),
    };
    let response = stage.deliver(&delivery).await;
    let told = serde_json::from_str(response.body()).expect("JSON");
    (response.status().as_u16(), told)
}

fn now(stage: &Stage) -> String {
    Moment::from_epoch_ms(stage.now_ms()).to_rfc3339()
}

/// A push about a case whose incident exists in Contrast, and is closed, so that nothing is opened.
fn entry(number: usize, at: &str) -> Value {
    json!({
        "organizationUuid": ORG, "incidentId": format!("INC-2026-{number}"), "status": "CLOSED",
        "severity": "HIGH", "timestamp": at, "incidentName": "One of many",
    })
}

#[tokio::test]
async fn a_push_with_a_hundred_thousand_entries_is_refused_before_anything_is_stored() {
    let stage = Stage::new().await;
    stage.service.settings().await.expect("settings");
    stage.take_requests();
    let body = json!(vec![json!({ "status": 1 }); 100_000]);
    assert!(body.to_string().len() > 1_000_000);
    let (status, told) = push(&stage, &body).await;
    assert_eq!((status, &told["status"]), (400, &json!(400)), "{told}");
    assert_eq!(stage.take_requests(), 0);
    assert!(stage.network.take_seen().is_empty());
}

#[tokio::test]
async fn however_many_strangers_knock_a_process_tells_of_them_twice_a_minute() {
    let stage = Stage::new().await;
    stage.service.settings().await.expect("settings");
    for (minute, most) in [(0, 2), (1, 2), (2, 2)] {
        stage.take_tellings();
        for _ in 0..50 {
            for path in ["/webhooks/contrast/demo", "/webhooks/contrast/nobody"] {
                let request = http::Request::builder().method("POST").uri(path);
                let request = request.body("[]".into()).expect("a request");
                contrast_webhook::handle(&stage.service, request).await;
            }
            stage.pass_ms(1_000);
        }
        stage.pass_ms(10_000);
        let tellings = stage.take_tellings();
        assert_eq!(tellings, most, "in minute {minute}");
    }
}

#[tokio::test]
async fn the_longest_push_stores_each_case_once_and_answers_in_time() {
    let stage = Stage::new().await;
    stage.service.settings().await.expect("settings");
    for distinct in [150, 1] {
        stage.take_requests();
        let at = now(&stage);
        let before = stage.now_ms();
        let entries: Vec<Value> = (0..500).map(|n| entry(n % distinct + 1, &at)).collect();
        let (status, told) = push(&stage, &json!(entries)).await;
        assert_eq!((status, &told["cases"]), (200, &json!(500)), "{told}");
        let requests = stage.take_requests();
        let most = 5 + 3 * distinct;
        println!("{distinct} distinct cases: {requests} requests to the store");
        assert!(requests <= most, "{distinct} cases: {requests} requests");
        assert!(stage.now_ms() - before < 15_000, "it answers in time");
    }
}

/// The largest that each field may be, within what a door takes.
fn wordy(at: &str, letter: &str) -> Value {
    let mut push = pushes(at)[0].clone();
    let line = letter.repeat(600 / letter.len());
    let many = |value: Value| Value::from(vec![value; 300]);
    let each = |number: usize| format!("{number:03}{line}");
    push["incidentName"] = json!(line);
    push["summary"] = json!(letter.repeat(9_000 / letter.len()));
    push["relatedRules"] = (0..300).map(each).collect();
    push["relatedApplications"] = (0..300).map(each).collect();
    push["recommendedActions"] = many(json!(letter.repeat(2_000 / letter.len())));
    push["recommendedRunbooks"] = (0..300)
        .map(|n| format!("https://runbooks.example.com/{n}/{}", "r".repeat(1_900)))
        .collect();
    push["httpSourceIp"] = (0..300).map(|n| json!({ "ipAddress": each(n) })).collect();
    push["servers"] = (0..300)
        .map(|n| json!({ "hostname": each(n), "environment": each(n), "operatingSystem": each(n) }))
        .collect();
    push
}

#[tokio::test]
async fn a_push_with_more_words_than_an_item_holds_opens_its_ticket_all_the_same() {
    for letter in ["\u{20ac}", "- x\n"] {
        let stage = Stage::new().await;
        let number = stage.contrast(|contrast, now| {
            let number = contrast.raise_incident(IncidentSeed::default(), now);
            contrast.drop_outbox();
            number
        });
        let mut body = wordy(&now(&stage), letter);
        body["incidentId"] = json!(number);
        let (status, told) = push(&stage, &body).await;
        assert_eq!(status, 200, "{letter}: {told}");
        stage.announce().await;
        let ticket = stage.ticket(&number);
        stage
            .jira(|jira, now| jira.transition_to(&ticket, "Ana Souza", "Done", now))
            .expect("done");
        stage.announce().await;
        let closed = !stage
            .world
            .network
            .contrast()
            .incident(&number)
            .expect("it")
            .open;
        assert!(closed, "{letter}");
        stage.end().await;
    }
}

#[tokio::test]
async fn an_id_that_jira_cannot_have_sticks_no_case() {
    let stage = Stage::new().await;
    let (number, ticket) = stage.linked_incident().await;
    let key = stage
        .world
        .network
        .jira()
        .ticket(&ticket)
        .expect("it")
        .key
        .clone();
    for id in [
        "9".repeat(40),
        "9".repeat(128),
        "00000000000000000000000001".to_owned(),
    ] {
        let at = now(&stage);
        for body in deliveries(stage.now_ms(), &at, &ticket, &key, &id) {
            let body = body.to_string().into_bytes();
            let signature = stage.world.network.jira().sign(&body).expect("a signature");
            let delivery = Delivery {
                path: "/webhooks/jira/acme",
                headers: vec![("X-Hub-Signature".to_owned(), signature)],
                body,
            };
            let status = stage.deliver(&delivery).await.status().as_u16();
            assert!(matches!(status, 200 | 400), "{status}");
        }
        assert!(!stage.link(&number).await.is_stuck(), "{id}");
    }
    stage.end().await;
}

#[tokio::test]
async fn a_case_of_a_push_that_contrast_does_not_have_opens_nothing_for_good() {
    let stage = Stage::new().await;
    let mut body = pushes(&now(&stage))[0].clone();
    // An old push is no reading: the incident is asked for, and is not there.
    body["timestamp"] = json!("2026-03-09T07:00:00Z");
    body["updatedTime"] = json!(null);
    let (status, _) = push(&stage, &body).await;
    assert_eq!(status, 200);
    assert_eq!(stage.tickets("INC-2026-900"), Vec::<String>::new());
    let case: CaseId = stage.case("INC-2026-900");
    assert_eq!(stage.link("INC-2026-900").await.case, case);
    stage.end().await;
}

/// A text that takes as much room as any.
fn long(number: usize) -> String {
    format!("{number:03}{}", "\u{20ac}".repeat(490))
}

fn facts_to_the_brim() -> CaseFacts {
    let address = |number| SourceAddress {
        address: long(number),
        count: Some(u64::MAX),
        blocked: Some(true),
    };
    let server = |number| Server {
        hostname: long(number),
        environment: Some(long(number)),
        operating_system: Some(long(number)),
    };
    let application = |number| Application {
        id: Some(long(number)),
        name: long(number),
    };
    let small = "- x\n".repeat(5_000);
    let facts = CaseFacts {
        name: Some(long(0)),
        summary: Some(long(0).repeat(20)),
        rules: (0..200).map(long).collect(),
        applications: (0..200).map(application).collect(),
        environments: (0..200).map(long).collect(),
        source_addresses: (0..200).map(address).collect(),
        request_urls: (0..200).map(long).collect(),
        servers: (0..200).map(server).collect(),
        recommended_actions: vec![RichText::from_plain(&small); 20],
        runbooks: (0..200).map(long).collect(),
        observations: vec![
            Observation {
                attack_value: Some(long(0)),
                ..Observation {
                    detected_at: Some(Moment::from_epoch_ms(i64::MAX)),
                    rule: Some(long(1)),
                    result: Some(long(2)),
                    request_url: Some(long(3)),
                    source_address: Some(long(4)),
                    attack_value: None,
                }
            };
            20
        ],
        ..CaseFacts::default()
    };
    facts.bounded()
}

#[tokio::test]
async fn a_link_that_is_full_in_every_way_fits_into_its_item() {
    let stage = Stage::new().await;
    let (number, _) = stage.linked_incident().await;
    let store = &stage.service.store;
    let now = Moment::from_epoch_ms(stage.now_ms());
    let case = stage.case(&number);
    let wakeup = Wakeup {
        case: case.clone(),
        aspects: Aspect::everything(),
        pushed: Some((facts_to_the_brim(), now)),
    };
    store.wake(&wakeup, now).await.expect("it is stored");
    let refused = PostingState::Refused {
        words: RichText::cut_plain(&long(0), 60),
        again_at: Some(now),
    };
    let standing = PostingState::Standing {
        nonce: Nonce::new("0".repeat(40)).expect("a mark"),
        copy: CommentId::new("0".repeat(36)).expect("an id"),
        updated_at: Some(now),
        missing: 1,
    };
    for state in [refused, standing] {
        let Ok(Acquired::Held(mut lease)) = store.acquire(&case, now.plus_ms(1), 0).await else {
            panic!("the lease is free");
        };
        lease.link.facts = facts_to_the_brim();
        lease.link.postings = (0..MAX_POSTINGS)
            .map(|number| Posting {
                side: Side::Ticket,
                origin: Origin::Original(
                    CommentId::new(format!("00000000-0000-4000-8000-{number:012}")).expect("an id"),
                ),
                digest: Digest::of(&[&number.to_string()]),
                state: state.clone(),
                body: None,
                original_seen: Some(now),
            })
            .collect();
        let due_at = now.plus_ms(3_600_000);
        let saved = store.save(lease, Saving::Unfinished { due_at }, Vec::new(), now);
        assert!(saved.await.is_ok(), "it does not fit: {state:?}");
    }
    let length = format!("{:?}", stage.item(&number).await).len();
    println!("as text, the item has {length} characters");
}
