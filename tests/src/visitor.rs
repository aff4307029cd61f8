//! A person at the console of a world, without a browser: pages and the API, as a browser asks for
//! them, and nothing else.

use std::sync::Arc;

use axum::{Router, body::Body};
use console::{Access, Console, Provider, SettingsKept, access::LocalToken};
use http::{Request, header};
use lambda_http::request::RequestContext;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::world::World;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";
/// The issuer of the tokens of a deployed console.
pub const ISSUER: &str = "https://login.example";
/// Its client's id.
pub const CLIENT: &str = "console-client";

/// An answer: status, where it sends the browser, and the text.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// Where the browser is sent.
    pub location: Option<String>,
    /// The headers, a line each.
    pub headers: String,
    /// The text.
    pub text: String,
}

impl Answered {
    /// The text without markup.
    pub fn words(&self) -> String {
        let mut words = String::new();
        let mut inside = false;
        for letter in self.text.chars() {
            match letter {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    words.push(' ');
                }
                _ if !inside => words.push(letter),
                _ => {}
            }
        }
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The text as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("this is no JSON: {self:?}"))
    }

    /// The value of the form's control of that name.
    pub fn value_of(&self, name: &str) -> String {
        let marker = format!("name=\"{name}\" value=\"");
        let found = self.text.split_once(&marker).map(|(_, rest)| rest);
        let value = found.and_then(|rest| rest.split('"').next());
        value
            .unwrap_or_else(|| panic!("no control {name} in {}", self.words()))
            .to_owned()
    }
}

/// A person.
pub struct Visitor {
    router: Router,
    claims: Option<Value>,
}

impl Visitor {
    /// The person at the machine where the console runs.
    pub fn at_home(world: &World) -> Self {
        let token = LocalToken::new(TOKEN).expect("a token");
        Self {
            router: console::router(console_of(world, Access::Local(token))),
            claims: None,
        }
    }

    /// Somebody whose token the gateway verified, with these groups.
    pub fn signed_in(world: &World, groups: &str) -> Self {
        let provider = Provider {
            issuer: ISSUER.to_owned(),
            client: CLIENT.to_owned(),
            role_claim: "groups".to_owned(),
            administrator: "admins".to_owned(),
            viewer: "viewers".to_owned(),
        };
        Self {
            router: console::router(console_of(world, Access::Provider(provider))),
            claims: Some(json!({
                "iss": ISSUER, "aud": CLIENT, "exp": "4102444800", "sub": "u-1",
                "preferred_username": "ada", "groups": groups,
            })),
        }
    }

    /// The same, without the claims: whoever comes past the gateway.
    pub fn without_claims(mut self) -> Self {
        self.claims = None;
        self
    }

    /// Asks for a page.
    pub async fn get(&self, path: &str) -> Answered {
        self.ask("GET", path, None, "").await
    }

    /// Sends a form.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answered {
        let mut body = form_of(fields);
        if body.is_empty() {
            body.push_str("nothing=");
        }
        self.ask(
            "POST",
            path,
            Some("application/x-www-form-urlencoded"),
            &body,
        )
        .await
    }

    /// Sends JSON.
    pub async fn send(&self, method: &str, path: &str, body: &Value) -> Answered {
        self.ask(method, path, Some("application/json"), &body.to_string())
            .await
    }

    /// Sends anything with any headers.
    pub async fn request(&self, request: Request<Body>) -> Answered {
        let answer = self.router.clone().oneshot(request).await;
        let (parts, body) = answer.expect("an answer").into_parts();
        let bytes = axum::body::to_bytes(body, 16 * 1024 * 1024).await;
        let location = parts.headers.get(header::LOCATION);
        Answered {
            status: parts.status.as_u16(),
            location: location.map(|value| value.to_str().expect("text").to_owned()),
            headers: format!("{:?}", parts.headers),
            text: String::from_utf8(bytes.expect("a body").to_vec()).expect("text"),
        }
    }

    async fn ask(&self, method: &str, path: &str, kind: Option<&str>, body: &str) -> Answered {
        let path = match &self.claims {
            Some(_) if !path.starts_with("/console/page") => {
                path.replacen("/console", "/console/page", 1)
            }
            _ => path.to_owned(),
        };
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, format!("northstar_console={TOKEN}"));
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let mut request = request
            .body(Body::from(body.to_owned()))
            .expect("a request");
        if let Some(claims) = &self.claims {
            request.extensions_mut().insert(context_with(claims));
        }
        self.request(request).await
    }
}

/// The context that API Gateway sends along once it has verified a token.
pub fn context_with(claims: &Value) -> RequestContext {
    let context = json!({
        "authorizer": { "jwt": { "claims": claims, "scopes": null } },
        "http": { "method": "GET", "path": "/console" },
        "timeEpoch": 0,
    });
    RequestContext::ApiGatewayV2(serde_json::from_value(context).expect("a context"))
}

fn form_of(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

fn console_of(world: &World, access: Access) -> Console {
    Console {
        service: Arc::clone(&world.service),
        keeper: world.secrets.clone(),
        tokens: adapters::store::random_tokens(),
        open_id: None,
        access,
        doors: "https://doors.example".to_owned(),
        settings: SettingsKept::InTable,
    }
}
