//! Answers and refusals in the shapes Contrast gives them.
//!
//! Decides nothing about the world; never invents a shape of its own.

use serde_json::{Value, json};

/// An answer before it becomes an HTTP response.
#[derive(Debug)]
pub(super) struct Answer {
    status: u16,
    body: Option<Value>,
}

/// A refusal before its shape is chosen.
#[derive(Debug)]
pub(super) struct Refusal {
    status: u16,
    text: Option<String>,
    retry_after: Option<u64>,
}

/// What every operation ends in.
pub(super) type Answered = Result<Answer, Refusal>;

impl Answer {
    pub(super) fn ok(body: Value) -> Self {
        Self::json(200, body)
    }

    pub(super) fn json(status: u16, body: Value) -> Self {
        Self {
            status,
            body: Some(body),
        }
    }

    pub(super) fn empty(status: u16) -> Self {
        Self { status, body: None }
    }

    pub(super) fn into_response(self) -> http::Response<Vec<u8>> {
        if let Some(body) = self.body {
            return respond(self.status, "application/json", body.to_string(), None);
        }
        let mut response = http::Response::default();
        *response.status_mut() = status_code(self.status);
        response
    }
}

impl Refusal {
    pub(super) fn new(status: u16, text: impl Into<String>) -> Self {
        Self {
            status,
            text: Some(text.into()),
            retry_after: None,
        }
    }

    /// What a gateway in front of the product says.
    pub(super) fn html(status: u16) -> Self {
        Self {
            status,
            text: None,
            retry_after: None,
        }
    }

    /// Bad credentials and foreign organisations are told in the same words.
    pub(super) fn not_for_you() -> Self {
        Self::new(401, "Authorization failure or the resource was not found.")
    }

    pub(super) fn retry_after(mut self, seconds: Option<u64>) -> Self {
        self.retry_after = seconds;
        self
    }

    pub(super) fn into_response(self, turn: u64) -> http::Response<Vec<u8>> {
        let Some(text) = self.text else {
            let page = format!(
                "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>",
                self.status
            );
            return respond(
                self.status,
                "text/html;charset=utf-8",
                page,
                self.retry_after,
            );
        };
        let body = match turn % 4 {
            0 => json!({ "error": text }),
            1 => json!({ "message": text, "details": format!("status={}", self.status) }),
            2 => json!({ "message": [text], "details": null }),
            _ => json!({ "success": false, "messages": [text] }),
        };
        respond(
            self.status,
            "application/json",
            body.to_string(),
            self.retry_after,
        )
    }
}

fn respond(
    status: u16,
    kind: &'static str,
    body: String,
    retry_after: Option<u64>,
) -> http::Response<Vec<u8>> {
    let mut response = http::Response::new(body.into_bytes());
    *response.status_mut() = status_code(status);
    let headers = response.headers_mut();
    headers.insert(
        http::header::CONTENT_TYPE,
        http::HeaderValue::from_static(kind),
    );
    if let Some(seconds) = retry_after {
        headers.insert(http::header::RETRY_AFTER, seconds.into());
    }
    response
}

/// A status that does not exist is a fault of the test and reads as 500.
fn status_code(status: u16) -> http::StatusCode {
    http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR)
}
