//! The pages in a real browser: what a person clicks from an empty console to tickets that open, and
//! what they see when a token is revoked.
//!
//! Needs `chromedriver` and `chromium`; without them the test says that it was skipped. Both products
//! are the simulated ones, on loopback.

use std::{net::SocketAddr, sync::Arc};

use adapters::{
    clock::SystemClock,
    http::Network,
    secrets::MemorySecrets,
    service::{Parts, Service, TableSettings},
    store::{TableStore, create_table, random_tokens},
};
use console::SettingsKept;
use fantoccini::Locator;
use local::{
    console::console_routes,
    counting::CountingNetwork,
    database::EmbeddedDatabase,
    demo::{Addresses, Demo},
    serving::{Host, routes},
};
use simulators::{
    contrast::{DEMO_API_KEY, DEMO_ORG_ID, DEMO_SERVICE_KEY, DEMO_USER, IncidentSeed},
    jira::Jira,
};

use super::person::{Person, open_browser, start_driver};

/// A local run that nobody has set up yet, with both products beside it.
struct Stage {
    entrance: String,
    home: String,
    addresses: Addresses,
    demo: Arc<Demo>,
    host: Arc<Host>,
    _database: EmbeddedDatabase,
}

async fn stage() -> Stage {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    let network = Arc::new(Network::new().expect("a network"));
    let home = format!("http://{address}");
    let started = Demo::start(network.clone(), home.clone()).await;
    let (demo, addresses) = started.expect("a demo");
    let database = EmbeddedDatabase::start(None).await.expect("a store");
    let made = create_table(&database.client(), "browser").await;
    made.expect("a table");
    let store = TableStore::new(database.client(), "browser", random_tokens());
    let secrets = Arc::new(MemorySecrets::default());
    let network = Arc::new(CountingNetwork::new(network));
    let service = Service::new(Parts {
        settings: Arc::new(TableSettings::new(store.clone())),
        store,
        secrets: secrets.clone(),
        clock: Arc::new(SystemClock),
        http: network.clone(),
    });
    let host = Arc::new(Host {
        service: Arc::new(service),
        network,
        sweeping: tokio::sync::Mutex::new(()),
    });
    let routed = console_routes(&host, secrets, SettingsKept::InTable, address);
    let (console, entrance) = routed.expect("a console");
    let router = routes(Arc::clone(&host)).merge(console);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    // It ends with the runtime of its test.
    tokio::spawn(async move { axum::serve(listener, service).await });
    Stage {
        entrance,
        home,
        addresses,
        demo,
        host,
        _database: database,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_sets_it_up_sees_a_ticket_open_and_mends_a_broken_token() {
    let Some((_driver, driver)) = start_driver() else {
        println!("SKIPPED: there is no chromedriver; the pages were not looked at in a browser.");
        return;
    };
    let stage = stage().await;
    let person = Person {
        client: open_browser(&driver, None).await,
        home: stage.home.clone(),
    };
    person
        .client
        .goto(&stage.entrance)
        .await
        .expect("the console");
    person.see("Set it up").await;
    enter_connection(&person, &stage).await;
    enter_site(&person, &stage, Jira::DEMO_LOGIN.1).await;
    person.see("2 of 2 projects looked at").await;
    raise(&stage);
    configure(&person).await;
    let sweep = stage.host.sweep().await.expect("a sweep");
    assert!(!sweep.0.reconciled.is_empty());
    see_the_ticket(&person).await;
    break_and_mend(&person, &stage).await;
    look_at_every_page(&person, "at a desk").await;
    person.client.close().await.expect("an end");
    let person = Person {
        client: open_browser(&driver, Some(390)).await,
        home: stage.home.clone(),
    };
    person
        .client
        .goto(&stage.entrance)
        .await
        .expect("the console");
    look_at_every_page(&person, "on a phone").await;
    person.client.close().await.expect("an end");
}

async fn enter_connection(person: &Person, stage: &Stage) {
    person.open("/console/credentials/connection/new").await;
    for (name, text) in [
        ("name", "demo"),
        ("url", stage.addresses.contrast.as_str()),
        ("org", DEMO_ORG_ID),
        ("username", DEMO_USER),
        ("service_key", DEMO_SERVICE_KEY),
        ("api_key", DEMO_API_KEY),
    ] {
        person.fill(name, text).await;
    }
    person.press("Save and test").await;
    person.see("Saved as a draft").await;
    person.press("Test connection").await;
    person
        .see("incidents of the organisation can be read")
        .await;
    person.see("No delivery has come yet").await;
}

async fn enter_site(person: &Person, stage: &Stage, token: &str) {
    person.open("/console/credentials/site/new").await;
    for (name, text) in [
        ("name", "acme"),
        ("url", stage.addresses.jira.as_str()),
        ("email", Jira::DEMO_LOGIN.0),
        ("api_token", token),
    ] {
        person.fill(name, text).await;
    }
    person.press("Save and test").await;
    person.see("Saved as a draft").await;
    person.press("Test connection").await;
    person.see("Logged in as").await;
}

fn raise(stage: &Stage) {
    let now = stage.demo.now_ms();
    let mut both = stage.demo.both();
    both.contrast
        .raise_incident(IncidentSeed::sql_injection(), now);
}

/// A route to a project that demands a field: the form asks for it by itself.
async fn configure(person: &Person) {
    person.open("/console/configuration/new").await;
    person.fill("name", "payments").await;
    person.choose("ticket.site", "acme").await;
    person.choose("ticket.project", "PAY").await;
    person.choose("ticket.issue_type", "Bug").await;
    person.see("Team").await;
    person.press("Check and save").await;
    person.see("Jira demands a value for Team").await;
    person.choose("ticket.fields[0].value", "Checkout").await;
    person.press("Check and save").await;
    person.see("Saved, and in force").await;
    person.open("/console/configuration/routes/payments").await;
    person.press("Preview").await;
    person.see("Nothing is written").await;
    person.see("At a glance").await;
}

async fn see_the_ticket(person: &Person) {
    person.open("/console/activity").await;
    person.see("PAY-1").await;
    let link = person
        .client
        .find(Locator::Css("table a[href*=\"/activity/case/\"]"))
        .await;
    link.expect("a case").click().await.expect("a case");
    person.see("opened ticket PAY-1").await;
    person.see("in step").await;
}

/// The token is revoked; the trouble is named; a valid one is put in, and the waiting case goes on.
async fn break_and_mend(person: &Person, stage: &Stage) {
    put_token(person, "revoked").await;
    person.press("Test connection").await;
    person.see("Make a new API token").await;
    raise(stage);
    stage.host.sweep().await.expect("a sweep");
    person.open("/console").await;
    person.see("refuses our credentials").await;
    put_token(person, Jira::DEMO_LOGIN.1).await;
    person.press("Test connection").await;
    person.see("Logged in as").await;
    for _ in 0..2 {
        stage.host.service.forget();
        stage.host.sweep().await.expect("a sweep");
    }
    person.open("/console/activity").await;
    person.see("PAY-2").await;
    let path = "//tr[contains(., \"PAY-2\")]//a[contains(@href, \"/activity/case/\")]";
    let link = person.client.find(Locator::XPath(path)).await;
    link.expect("a case").click().await.expect("a case");
    person.press("Try again").await;
    person.see("Looked at again").await;
}

async fn put_token(person: &Person, token: &str) {
    person.open("/console/credentials/site/acme").await;
    person.fill("api_token", token).await;
    person.press("Save and test").await;
    person.see("Saved, and in force").await;
}

async fn look_at_every_page(person: &Person, how: &str) {
    for path in [
        "/console",
        "/console/activity",
        "/console/configuration",
        "/console/configuration/routes/payments",
        "/console/configuration/routes/payments/preview",
        "/console/credentials",
        "/console/credentials/site/acme",
        "/console/credentials/connection/demo",
        "/console/webhooks",
        "/console/changes",
    ] {
        person.open(path).await;
        person.rest().await;
        person.is_well_made(&format!("{path} {how}")).await;
    }
}
