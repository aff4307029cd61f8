//! Signing in where the console is deployed: by authorization code with PKCE.
//!
//! The browser makes the verifier and keeps the token; this hands over the provider's address, and
//! exchanges the code, so that a page needs no other host. Nothing is kept here.

use std::sync::Arc;

use adapters::open_id::{Code, OpenId};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::json;

use crate::{Access, Console, failure::Failure};

/// What a browser sends to be signed in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Brought {
    code: String,
    verifier: String,
    redirect: String,
}

/// The routes of signing in; none where people come with a printed token.
pub fn routes(access: &Access) -> Router<Arc<Console>> {
    match access {
        Access::Local(_) => Router::new(),
        Access::Provider(_) => {
            Router::new().route("/console/sign-in", get(tell_provider).post(exchange))
        }
    }
}

async fn tell_provider(State(console): State<Arc<Console>>) -> Result<Response, Failure> {
    let (provider, open_id) = provider_of(&console)?;
    let endpoints = open_id.endpoints().await?;
    Ok(Json(json!({
        "authorize": endpoints.authorization,
        "client": provider.client,
        "scope": "openid profile",
    }))
    .into_response())
}

async fn exchange(
    State(console): State<Arc<Console>>,
    Json(brought): Json<Brought>,
) -> Result<Response, Failure> {
    let (_, open_id) = provider_of(&console)?;
    let Brought {
        code,
        verifier,
        redirect,
    } = brought;
    let code = Code {
        code,
        verifier,
        redirect,
    };
    match open_id.exchange(&code).await {
        Ok(tokens) => Ok(Json(json!({ "token": tokens.id_token.expose_secret() })).into_response()),
        Err(trouble) => {
            tracing::warn!(%trouble, "nobody could be signed in");
            let problem = json!({ "status": 401, "title": "The identity provider did not accept this sign-in." });
            Ok((StatusCode::UNAUTHORIZED, Json(problem)).into_response())
        }
    }
}

fn provider_of(console: &Console) -> Result<(&crate::Provider, &OpenId), Failure> {
    match (&console.access, &console.open_id) {
        (Access::Provider(provider), Some(open_id)) => Ok((provider, open_id)),
        _ => Err(Failure::NotFound("page")),
    }
}
