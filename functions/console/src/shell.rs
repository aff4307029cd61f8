//! The page without content that a deployed console shows first: it signs people in, then fetches
//! the page that was asked for.
//!
//! Nothing of the service stands in it: anybody may load it.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use maud::html;

use crate::{Access, Console, failure::Failure, frame};

/// Serves it.
pub async fn serve(State(console): State<Arc<Console>>) -> Result<Response, Failure> {
    let Access::Provider(provider) = &console.access else {
        return Err(Failure::NotFound("page"));
    };
    let body = html! {
        main id="main" data-sign-in="/console/sign-in" data-client=(provider.client) {
            h1 { "Northstar Jira Sync" }
            p role="status" id="signing-in" { "Signing in …" }
            noscript {
                p { "Signing in needs JavaScript, because a token has to be fetched from your identity provider." }
            }
        }
    };
    Ok(frame::shown(frame::document("Sign in", &body)))
}
