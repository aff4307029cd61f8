//! What a program sends: JSON of the right shape, or a fault in words that repeats none of it.

use axum::{
    body::to_bytes,
    extract::{FromRequest, Request},
    http::header,
};
use serde::de::DeserializeOwned;

use crate::failure::Failure;

const MOST_BYTES: usize = 512 * 1024;

/// A body of JSON. An empty one stands for `null`.
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("application/json")
            .to_owned();
        // A form of another page cannot send this content type.
        if !kind.starts_with("application/json") {
            return Err(Failure::Senseless("This is not JSON.".to_owned()));
        }
        let bytes = to_bytes(request.into_body(), MOST_BYTES)
            .await
            .map_err(|_| Failure::Senseless("This is too long.".to_owned()))?;
        let bytes: &[u8] = if bytes.is_empty() { b"null" } else { &bytes };
        serde_json::from_slice(bytes).map(Self).map_err(|error| {
            Failure::Senseless(format!(
                "This JSON does not have the shape that the OpenAPI document describes: line {}, column {}.",
                error.line(),
                error.column()
            ))
        })
    }
}
