//! Answers in the shapes Jira gives them.
//!
//! Decides nothing; never invents a shape of its own.

use std::collections::BTreeMap;

use serde_json::{Value, json};

const JSON: &str = "application/json;charset=UTF-8";

/// What follows the head of an answer.
#[derive(Debug)]
pub(super) enum Body {
    Empty,
    /// Nothing, and yet the type of what would stand there.
    EmptyJson,
    Json(Value),
    Html,
}

/// An answer before it becomes an HTTP response.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Body,
    pub(super) retry_after: Option<u64>,
    /// Jira's own word for which limit was reached.
    pub(super) limit: Option<&'static str>,
    /// What the real one would not tell, for the record of calls only.
    pub(super) detail: Option<String>,
}

/// A refusal is an answer too.
pub(super) type Answered = Result<Answer, Answer>;
/// Refused fields and why.
pub(super) type FieldErrors = BTreeMap<String, String>;

impl Answer {
    pub(super) fn json(status: u16, body: Value) -> Self {
        Self {
            status,
            body: Body::Json(body),
            retry_after: None,
            limit: None,
            detail: None,
        }
    }

    pub(super) fn ok(body: Value) -> Self {
        Self::json(200, body)
    }

    pub(super) fn nothing() -> Self {
        Self {
            body: Body::Empty,
            ..Self::done()
        }
    }

    /// An edit's or a transition's 204: empty, and typed as JSON all the same.
    pub(super) fn done() -> Self {
        Self {
            status: 204,
            body: Body::EmptyJson,
            retry_after: None,
            limit: None,
            detail: None,
        }
    }

    pub(super) fn html(status: u16) -> Self {
        Self {
            status,
            body: Body::Html,
            retry_after: None,
            limit: None,
            detail: None,
        }
    }

    /// `errorMessages` with one message.
    pub(super) fn message(status: u16, message: impl Into<String>) -> Self {
        Self::json(
            status,
            json!({ "errorMessages": [message.into()], "errors": {} }),
        )
    }

    /// A 400 that names fields.
    // By value: whoever refuses is done with its list.
    #[allow(clippy::needless_pass_by_value)]
    pub(super) fn fields(errors: FieldErrors) -> Self {
        Self::json(400, json!({ "errorMessages": [], "errors": errors }))
    }

    /// A 400 that names one field.
    pub(super) fn field(field: &str, message: impl Into<String>) -> Self {
        Self::fields(FieldErrors::from([(field.to_owned(), message.into())]))
    }

    /// Deleted and hidden are told in the same words.
    pub(super) fn no_such_ticket() -> Self {
        Self::message(
            404,
            "Issue does not exist or you do not have permission to see it.",
        )
    }

    /// What a bean that knows all its properties says to an unknown or misshapen one.
    pub(super) fn bad_payload() -> Self {
        Self::message(
            400,
            "Invalid request payload. Refer to the REST API documentation and try again.",
        )
    }

    /// What a document gets that is not valid ADF.
    pub(super) fn bad_document(why: String) -> Self {
        let mut answer = Self::message(400, "INVALID_INPUT");
        answer.detail = Some(why);
        answer
    }

    /// What every body gets that is not JSON.
    pub(super) fn not_json() -> Self {
        Self::message(
            400,
            "There was an error parsing JSON. Check that your request body is valid.",
        )
    }

    /// Who are you?
    pub(super) fn unauthenticated() -> Self {
        Self::json(
            401,
            json!({
                "message": "Client must be authenticated to access this resource.",
                "status-code": 401,
            }),
        )
    }

    /// What the gateway says where no scope covers a call.
    pub(super) fn out_of_scope() -> Self {
        let words = "Unauthorized; scope does not match";
        Self::json(401, json!({ "code": 401, "message": words }))
    }

    pub(super) fn too_many(limit: &'static str, retry_after: Option<u64>) -> Self {
        let mut answer = Self::message(429, "Rate limit exceeded.");
        answer.retry_after = retry_after;
        answer.limit = Some(limit);
        answer
    }

    pub(super) fn into_response(self) -> http::Response<Vec<u8>> {
        let mut response = http::Response::builder().status(self.status);
        if let Some(seconds) = self.retry_after {
            response = response.header(http::header::RETRY_AFTER, seconds);
        }
        if let Some(limit) = self.limit {
            response = response
                .header("RateLimit-Reason", limit)
                .header("X-RateLimit-Remaining", "0");
        }
        let (kind, body) = match self.body {
            Body::Empty => (None, Vec::new()),
            Body::EmptyJson => (Some(JSON), Vec::new()),
            Body::Json(value) => (Some(JSON), value.to_string().into_bytes()),
            Body::Html => (
                Some("text/html;charset=UTF-8"),
                format!(
                    "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>",
                    self.status
                )
                .into_bytes(),
            ),
        };
        if let Some(kind) = kind {
            response = response.header(http::header::CONTENT_TYPE, kind);
        }
        response.body(body).unwrap_or_default()
    }
}
