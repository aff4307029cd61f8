//! The frame of every page: head, navigation, what was just done, and the headers that keep a page
//! from being misused.
//!
//! No inline script and no inline style: the headers forbid both. No outside address is loaded.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, Uri, header},
    middleware::Next,
    response::Response,
};
use maud::{DOCTYPE, Markup, html};

use crate::access::{Role, Visitor};

/// What forbids a page everything that ours do not need.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
                      img-src 'self' data:; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// Where in the console a page stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// What happened lately.
    Overview,
    /// Cases.
    Activity,
    /// Routes.
    Configuration,
    /// Sites and connections.
    Credentials,
    /// What to paste into both products.
    Webhooks,
    /// Who changed what.
    Changes,
    /// None of them.
    Nowhere,
}

impl Place {
    const NAVIGATION: [Self; 6] = [
        Self::Overview,
        Self::Activity,
        Self::Configuration,
        Self::Credentials,
        Self::Webhooks,
        Self::Changes,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Activity => "Activity",
            Self::Configuration => "Configuration",
            Self::Credentials => "Credentials",
            Self::Webhooks => "Webhooks",
            Self::Changes => "Changes",
            Self::Nowhere => "",
        }
    }

    /// Its address.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Overview | Self::Nowhere => "/console",
            Self::Activity => "/console/activity",
            Self::Configuration => "/console/configuration",
            Self::Credentials => "/console/credentials",
            Self::Webhooks => "/console/webhooks",
            Self::Changes => "/console/changes",
        }
    }
}

/// What is said above a page: in words, with a tone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How it is meant.
    pub tone: Tone,
    /// What is said.
    pub words: String,
}

/// How something is meant; shown by colour and by a sign, since colour alone tells not everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// All is well.
    Good,
    /// Something is under way or to be looked at.
    Wait,
    /// Something is wrong.
    Bad,
    /// Nothing in particular.
    Plain,
}

impl Tone {
    /// Its class in the stylesheet.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Wait => "wait",
            Self::Bad => "bad",
            Self::Plain => "plain",
        }
    }

    const fn sign(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Wait => "…",
            Self::Bad => "!",
            Self::Plain => "·",
        }
    }
}

/// A short word with a tone.
pub fn badge(tone: Tone, words: &str) -> Markup {
    html! {
        span class={ "badge " (tone.class()) } {
            span class="sign" aria-hidden="true" { (tone.sign()) } " " (words)
        }
    }
}

/// A note with a tone, as a box of its own.
pub fn note(tone: Tone, body: &Markup) -> Markup {
    html! { div class={ "note " (tone.class()) } { (body) } }
}

/// A page for somebody.
pub fn page(
    visitor: &Visitor,
    place: Place,
    title: &str,
    notices: &[Notice],
    body: &Markup,
) -> Markup {
    let role = match visitor.role() {
        Role::Viewer => " (may look)",
        Role::Administrator => "",
    };
    document(
        title,
        &html! {
            header class="top" {
                a class="name" href="/console" { "Northstar Jira Sync" }
                nav aria-label="Console" {
                    @for it in Place::NAVIGATION {
                        a href=(it.path()) aria-current=[(it == place).then_some("page")] { (it.name()) }
                    }
                }
                span class="who" { (visitor.name()) (role) }
            }
            main id="main" tabindex="-1" {
                h1 { (title) }
                div id="notices" role="status" {
                    @for notice in notices {
                        (note(notice.tone, &html! { p { (notice.words) } }))
                    }
                }
                (body)
            }
        },
    )
}

/// A whole document.
pub fn document(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " – Northstar Jira Sync" }
                link rel="stylesheet" href="/console/assets/console.css";
                link rel="icon" href="/console/assets/icon.svg" type="image/svg+xml";
                script src="/console/assets/console.js" defer {}
            }
            body {
                a class="skip" href="#main" { "To the content" }
                (body)
            }
        }
    }
}

/// What a page says where there is no answer; put beside a failure's JSON.
#[derive(Clone, Debug)]
pub struct Told {
    /// What happened.
    pub words: String,
    /// What to do about it.
    pub remedy: &'static str,
}

/// Turns a failure into a page.
pub async fn tell_failures(request: Request, next: Next) -> Response {
    let visitor = request.extensions().get::<Visitor>().cloned();
    let mut response = next.run(request).await;
    let Some(told) = response.extensions_mut().remove::<Told>() else {
        return response;
    };
    let body = html! {
        (note(Tone::Bad, &html! { p { (told.words) } p { (told.remedy) } }))
        p { a href="/console" { "To the overview" } }
    };
    let page = match visitor {
        Some(visitor) => page(&visitor, Place::Nowhere, "That did not work", &[], &body),
        None => document(
            "Not signed in",
            &html! { main id="main" { h1 { "Not signed in" } (body) } },
        ),
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(page.into_string()))
}

/// Adds the headers that every answer has.
pub async fn harden(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// A page as an answer.
pub fn shown(page: Markup) -> Response {
    let mut response = Response::new(Body::from(page.into_string()));
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    response
}

/// Sends the browser on to a page of ours, so that reloading repeats nothing.
pub fn go_to(path: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = axum::http::StatusCode::SEE_OTHER;
    let place = path
        .parse::<Uri>()
        .map_or("/console".to_owned(), |uri| uri.to_string());
    if let Ok(place) = HeaderValue::try_from(place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}

/// Where the console is deployed, a page that is fetched with a token sends the browser on to
/// another such page, not to the one without content that stands in front.
pub async fn keep_behind(mut response: Response) -> Response {
    let place = response.headers().get(header::LOCATION);
    let behind = place
        .and_then(|place| place.to_str().ok()?.strip_prefix("/console"))
        .and_then(|rest| HeaderValue::try_from(format!("/console/page{rest}")).ok());
    if let Some(behind) = behind {
        response.headers_mut().insert(header::LOCATION, behind);
    }
    response
}
