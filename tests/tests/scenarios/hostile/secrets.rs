//! Secrets planted wherever secrets live, and looked for wherever anything is told: in logs, errors,
//! answers, requests, the table and the pages, through stories in which much goes wrong.

use std::{
    fmt::{Debug, Write as _},
    net::SocketAddr,
    sync::Arc,
};

use adapters::{
    clock::SystemClock,
    http::{Http as _, Network, Request, Response, SendFailure},
    secrets::{FileSecrets, MemorySecrets, PeerSecret, SecretsDocument},
    service::{FixedSettings, Parts, Service},
    store::{TableStore, create_table, random_tokens},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::trouble::Peer;
use local::{
    counting::CountingNetwork,
    database::EmbeddedDatabase,
    demo::{Demo, PUSH_SECRET, demo_secrets, demo_settings, page_routes},
    serving::{Host, routes, tell_sweep},
    status::tell_status,
};
use scenarios::world::Delivery;
use serde_json::json;
use simulators::{
    contrast::{self, IncidentSeed},
    jira::Jira,
};

use super::{
    planted::{
        BASIC, EMAIL, Logs, PUSHES, TOKEN, all, document, has_none, of_contrast, of_jira,
        of_the_doors, planted,
    },
    stage::Stage,
};

/// Answers that repeat the credentials they were sent, in every form that errors come in.
fn repeats_everything(request: &Request, status: u16) -> Response {
    let is_of_jira = request
        .uri()
        .host()
        .is_some_and(|host| host.contains("atlassian"));
    let sent = if is_of_jira { of_jira() } else { of_contrast() };
    let words = format!("{} are refused", sent.join(" / "));
    let body = json!({
        "errorMessages": [words], "errors": { "summary": words, "labels": words },
        "error": words, "message": words, "messages": [words], "details": words, "title": words,
    });
    http::Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .header("retry-after", sent.join(","))
        .header("x-seraph-loginreason", sent.join(","))
        .body(body.to_string().into_bytes())
        .expect("a response")
}

/// People act, and webhooks come with right and wrong keys; answers with all that was answered.
async fn story(stage: &Stage) -> String {
    let mut told = String::new();
    stage.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now));
    let number = stage.contrast(|contrast, _| contrast.incidents().next().expect("one").id.clone());
    stage.contrast(|contrast, now| contrast.comment(&number, "Mara Lindt", "A word.", now));
    if let Some(ticket) = stage.world.tickets(&number).first() {
        stage
            .jira(|jira, now| jira.comment(ticket, "Ana Souza", "Another.", now))
            .expect("a comment");
    }
    for delivery in stage.world.take_deliveries() {
        let mut wrong = delivery.clone();
        for (_, value) in &mut wrong.headers {
            value.push('x');
        }
        let mut basic = delivery.clone();
        basic.headers = vec![(
            "Authorization".to_owned(),
            format!("Basic {}", STANDARD.encode(BASIC)),
        )];
        let mut garbled = delivery.clone();
        garbled.body.truncate(20);
        for delivery in [wrong, basic, garbled, delivery] {
            told.push_str(stage.deliver(&delivery).await.body());
        }
    }
    stage.world.pass_minutes(6);
    let report = stage.sweep().await;
    write!(told, "{report:?}{}", tell_sweep(&report, 7)).expect("words");
    stage.world.lose();
    told
}

#[tokio::test]
async fn no_secret_is_told_anywhere_whatever_goes_wrong() {
    Logs::start();
    let stage = planted().await;
    let mut told = story(&stage).await;
    for status in [400, 401, 403, 404, 409, 429, 500, 503] {
        stage.network.tamper_with(Box::new(move |request, _| {
            Ok(repeats_everything(request, status))
        }));
        told.push_str(&story(&stage).await);
    }
    let broken: [fn() -> Result<Response, SendFailure>; 3] = [
        || Ok(http::Response::new(b"<html>".to_vec())),
        || Err(SendFailure::Unknown("timed out".to_owned())),
        || Err(SendFailure::NotSent("refused".to_owned())),
    ];
    for failure in broken {
        stage.network.tamper_with(Box::new(move |_, _| failure()));
        told.push_str(&story(&stage).await);
    }
    stage.network.leave_alone();
    stage.world.secrets.replace(SecretsDocument::default());
    told.push_str(&story(&stage).await);
    stage.world.secrets.replace(document());
    stage.world.pass_minutes(120);
    told.push_str(&story(&stage).await);
    told.push_str(&story(&stage).await);
    let now = stage.service.clock.now();
    let status = tell_status(&stage.service.store, now)
        .await
        .expect("a status");
    told.push_str(&status.to_string());
    has_none(&told, &all(), "what is answered");
    let items = format!("{:?}", stage.items().await);
    has_none(&items, &all(), "the table");
    assert!(items.contains("INC-2026-1") && told.contains("not authenticated"));
    let logged = Logs::end();
    for expected in [
        "reconciled",
        "refused a delivery",
        "refused the credentials",
        "swept",
    ] {
        assert!(logged.contains(expected), "{expected} is logged");
    }
    has_none(&logged, &all(), "the log");
    let addresses = ["mara.lindt@", "ana@example.com"].map(str::to_owned);
    has_none(&logged, &addresses, "the log");
    has_none(&items, &addresses, "the table");
    let (lines, pieces) = (
        stage.world.told.take_lines(),
        stage.world.told.take_pieces(),
    );
    assert!(lines.len() > 100 && pieces.len() > 100);
    let metrics_and_traces = format!("{lines:?}{pieces:?}");
    has_none(&metrics_and_traces, &all(), "metrics and traces");
    has_none(&metrics_and_traces, &addresses, "metrics and traces");
    requests_tell_none(&stage);
}

/// Each product is told its own credentials, in headers that do not print, and nothing else.
fn requests_tell_none(stage: &Stage) {
    let sent = stage.network.take_seen();
    assert!(sent.len() > 100, "{} requests", sent.len());
    for seen in sent {
        let body = String::from_utf8_lossy(&seen.body);
        has_none(&body, &all(), "the body of a request");
        has_none(&seen.url, &all(), "the address of a request");
        has_none(&seen.printed, &all(), "a request that is printed");
        let others = if seen.host.contains("atlassian") {
            of_contrast()
        } else {
            of_jira()
        };
        let others = [others, of_the_doors()].concat();
        has_none(
            &format!("{:?}", seen.headers),
            &others,
            "a request to the other product",
        );
    }
}

fn prints_none(value: &dyn Debug) {
    has_none(&format!("{value:?} {value:#?}"), &all(), "a debug print");
}

#[tokio::test]
async fn nothing_that_holds_a_secret_prints_it() {
    let held = document();
    let peers = [
        Peer::Connection("demo".to_owned().try_into().expect("a name")),
        Peer::Site("acme".to_owned().try_into().expect("a name")),
    ];
    for peer in &peers {
        let secret = held.secret_of(peer).expect("it is there");
        prints_none(&secret);
        match secret {
            PeerSecret::Connection(secret) => prints_none(&secret),
            PeerSecret::Site(secret) => prints_none(&secret),
        }
    }
    let connection = &held.connections["demo"];
    prints_none(connection);
    prints_none(&held.sites["acme"]);
    prints_none(&MemorySecrets::new(document()));
    prints_none(&FileSecrets::new("secrets.toml"));
    let push = Delivery {
        path: "/webhooks/contrast/demo",
        headers: vec![("X-Northstar-Secret".to_owned(), PUSHES[1].to_owned())],
        body: b"{}".to_vec(),
    };
    let presented = adapters::contrast::push::Presented {
        secret_header: Some(&push.headers[0].1),
        authorization: None,
    };
    let verified = adapters::contrast::push::verify(&push.body, presented, connection);
    assert!(verified.is_ok());
    let refused = adapters::contrast::push::verify(
        &push.body,
        adapters::contrast::push::Presented::default(),
        connection,
    );
    prints_none(&refused.err());
    prints_none(&held);
    // A mistake in the file itself is told without its words.
    let text = format!("[sites.acme]\nemail = {EMAIL:?}\napi_token = {TOKEN}\n");
    let path = std::env::temp_dir().join(format!("hostile-secrets-{}.toml", std::process::id()));
    std::fs::write(&path, text).expect("a file");
    let read = adapters::secrets::Secrets::read(&FileSecrets::new(&path), &peers[1], true).await;
    std::fs::remove_file(&path).expect("it goes");
    let trouble = read.expect_err("it is at fault");
    prints_none(&trouble);
    has_none(&trouble.for_people(), &all(), "an error");
}

/// The local run with its pages, in which somebody wrote that; answers with its address.
async fn pages_with(words: &str) -> (String, EmbeddedDatabase) {
    let network: Arc<dyn adapters::http::Http> = Arc::new(Network::new().expect("a network"));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .expect("a port");
    let home = format!("http://{}", listener.local_addr().expect("an address"));
    let started = Demo::start(Arc::clone(&network), home.clone()).await;
    let (demo, addresses) = started.expect("a demo");
    let database = EmbeddedDatabase::start(None).await.expect("a store");
    create_table(&database.client(), "page")
        .await
        .expect("a table");
    let counting = Arc::new(CountingNetwork::new(network));
    let settings = demo_settings(&addresses).expect("settings");
    let host = Arc::new(Host {
        service: Arc::new(Service::new(Parts {
            store: TableStore::new(database.client(), "page", random_tokens()),
            secrets: Arc::new(demo_secrets().expect("secrets")),
            clock: Arc::new(SystemClock),
            settings: Arc::new(FixedSettings(Arc::new(
                settings.validate().expect("settings"),
            ))),
            http: counting.clone(),
        })),
        network: counting,
        sweeping: tokio::sync::Mutex::new(()),
    });
    let now = demo.now_ms();
    let number = demo
        .both()
        .contrast
        .raise_incident(IncidentSeed::named(words), now);
    demo.both()
        .contrast
        .comment(&number, "Mara Lindt", words, now);
    host.sweep().await.expect("a sweep");
    let router = routes(Arc::clone(&host)).merge(page_routes(host, demo, 60));
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    // It ends with the runtime of its test.
    tokio::spawn(async move { axum::serve(listener, service).await });
    (home, database)
}

#[tokio::test]
async fn the_pages_of_the_local_run_tell_no_secret_and_nothing_as_markup() {
    let (home, _database) = pages_with("<img src=x onerror=alert(1)></script>").await;
    let secrets = [
        PUSH_SECRET,
        contrast::DEMO_API_KEY,
        contrast::DEMO_SERVICE_KEY,
        Jira::DEMO_LOGIN.1,
        Jira::DEMO_SECRET,
        contrast::DEMO_USER,
        Jira::DEMO_LOGIN.0,
    ];
    let secrets = secrets.map(str::to_owned);
    let client = Network::new().expect("a network");
    for (path, kind) in [
        ("/", "text/html"),
        ("/page.js", "text/javascript"),
        ("/api/world", "application/json"),
        ("/status", "application/json"),
    ] {
        let request = http::Request::get(format!("{home}{path}"))
            .body(Vec::new())
            .expect("a request");
        let answer = client.send(request).await.expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        let told = String::from_utf8(answer.body().clone()).expect("text");
        has_none(&told, &secrets, path);
        let is_of = answer.headers()["content-type"].to_str().expect("text");
        assert!(is_of.starts_with(kind), "{path} is {is_of}");
        let is_data = kind == "application/json";
        assert_eq!(
            told.contains("onerror=alert"),
            is_data,
            "{path}: what people write is data alone"
        );
        if is_data {
            assert!(serde_json::from_str::<serde_json::Value>(&told).is_ok());
        } else {
            let policy = answer.headers()["content-security-policy"]
                .to_str()
                .expect("text");
            assert_eq!(
                policy, "default-src 'self'",
                "{path}: no script but the page's own runs"
            );
        }
    }
}
