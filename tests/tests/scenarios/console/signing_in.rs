//! Signing in at an identity provider, in a real browser: by authorization code with PKCE, through a
//! gateway that lets nobody past without a token.
//!
//! The provider and the gateway are played here, as strictly as the console relies on: a code is good
//! once, and only with the verifier whose digest came with the question.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use adapters::{http::Network, open_id::OpenId};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Query, Request, State},
    http::{StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use console::{Access, Console, Provider, SettingsKept};
use scenarios::{visitor::context_with, world::World};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::person::{Person, open_browser, start_driver};

const TOKEN: &str = "a-token-of-ada";
const CODE: &str = "a-code";

/// The provider: where it is, and the question that waits for its code to be fetched.
struct Identities {
    home: String,
    asked: Mutex<Option<HashMap<String, String>>>,
}

type Words = HashMap<String, String>;

async fn discover(State(identities): State<Arc<Identities>>) -> Json<Value> {
    let home = &identities.home;
    Json(json!({
        "authorization_endpoint": format!("{home}/authorize"),
        "token_endpoint": format!("{home}/token"),
    }))
}

/// Ada signs in at once.
async fn authorize(
    State(identities): State<Arc<Identities>>,
    Query(question): Query<Words>,
) -> Redirect {
    assert_eq!(question["code_challenge_method"], "S256");
    assert_eq!(question["response_type"], "code");
    let back = format!(
        "{}?code={CODE}&state={}",
        question["redirect_uri"], question["state"]
    );
    *identities.asked.lock().expect("the question") = Some(question);
    Redirect::to(&back)
}

async fn exchange(State(identities): State<Arc<Identities>>, body: Bytes) -> Response {
    let brought: Words = url::form_urlencoded::parse(&body).into_owned().collect();
    let asked = identities.asked.lock().expect("the question").take();
    let is_good = asked.is_some_and(|asked| {
        let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(brought["code_verifier"].as_bytes()));
        digest == asked["code_challenge"]
            && brought["redirect_uri"] == asked["redirect_uri"]
            && brought["code"] == CODE
    });
    if is_good {
        Json(json!({ "id_token": TOKEN })).into_response()
    } else {
        StatusCode::BAD_REQUEST.into_response()
    }
}

/// What API Gateway does in front of the function: no token, no way to what lies behind.
async fn guard(State(issuer): State<Arc<String>>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path.starts_with("/console/page") || path.starts_with("/console/api") {
        let brought = request.headers().get(header::AUTHORIZATION);
        if brought.is_none_or(|value| value != &format!("Bearer {TOKEN}")) {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        let claims = json!({
            "iss": *issuer, "aud": "console-client", "exp": "4102444800", "sub": "u-1",
            "preferred_username": "ada", "groups": "[admins]",
        });
        request.extensions_mut().insert(context_with(&claims));
    }
    next.run(request).await
}

fn serve(router: Router, listener: tokio::net::TcpListener) {
    // It ends with the runtime of its test.
    tokio::spawn(async move { axum::serve(listener, router).await });
}

async fn port() -> (tokio::net::TcpListener, String) {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await;
    let listener = listener.expect("a port");
    let home = format!("http://{}", listener.local_addr().expect("an address"));
    (listener, home)
}

async fn start_provider() -> String {
    let (listener, home) = port().await;
    let identities = Arc::new(Identities {
        home: home.clone(),
        asked: Mutex::default(),
    });
    let router = Router::new()
        .route("/.well-known/openid-configuration", get(discover))
        .route("/authorize", get(authorize))
        .route("/token", post(exchange))
        .with_state(identities);
    serve(router, listener);
    home
}

async fn start_console(world: &World, issuer: &str) -> String {
    let (listener, home) = port().await;
    let network = Arc::new(Network::new().expect("a network"));
    let router = console::router(Console {
        service: Arc::clone(&world.service),
        keeper: world.secrets.clone(),
        tokens: adapters::store::random_tokens(),
        open_id: Some(OpenId::new(network, issuer, "console-client")),
        access: Access::Provider(Provider {
            issuer: issuer.to_owned(),
            client: "console-client".to_owned(),
            role_claim: "groups".to_owned(),
            administrator: "admins".to_owned(),
            viewer: "viewers".to_owned(),
        }),
        doors: home.clone(),
        settings: SettingsKept::InTable,
    });
    let issuer = Arc::new(issuer.to_owned());
    serve(
        router.layer(middleware::from_fn_with_state(issuer, guard)),
        listener,
    );
    home
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_signs_in_at_the_provider_and_lands_where_they_wanted_to_be() {
    let Some((_driver, driver)) = start_driver() else {
        println!("SKIPPED: there is no chromedriver; nobody signed in in a browser.");
        return;
    };
    let world = World::set_up_by_hand().await;
    let issuer = start_provider().await;
    let person = Person {
        client: open_browser(&driver, None).await,
        home: start_console(&world, &issuer).await,
    };
    person.open("/console/credentials").await;
    person.see("No Jira site yet").await;
    let address = person.client.current_url().await.expect("an address");
    assert_eq!(address.path(), "/console/credentials");
    person.follow("Add a Jira site").await;
    for (name, text) in [
        ("name", "acme"),
        ("url", "https://acme.atlassian.net"),
        ("email", simulators::jira::Jira::DEMO_LOGIN.0),
        ("api_token", simulators::jira::Jira::DEMO_LOGIN.1),
    ] {
        person.fill(name, text).await;
    }
    person.press("Save and test").await;
    person.see("Saved as a draft").await;
    person.press("Test connection").await;
    person.see("2 of 2 projects looked at").await;
    person.follow("Changes").await;
    person.see("wrote a secret").await;
    let address = person.client.current_url().await.expect("an address");
    assert_eq!(address.path(), "/console/changes");
    person.client.close().await.expect("an end");
}
