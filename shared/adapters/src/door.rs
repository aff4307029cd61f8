//! What both webhook doors share: reading a request's body, and answering.
//!
//! A refusal is one line of JSON and tells nothing that the sender did not know.

use http::{HeaderValue, Response, StatusCode, header::CONTENT_TYPE};

/// Bodies beyond this are refused unread; Lambda takes no more either.
pub const MAX_BODY_BYTES: usize = 6 * 1024 * 1024;

/// Why a delivery is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The path names no connection or site of ours.
    NoSuchDoor,
    /// Not signed, or not by us.
    Unverified,
    /// Too long.
    TooLarge,
    /// Makes no sense.
    Malformed(&'static str),
    /// Cannot be stored at the moment: the sender should try again.
    Unavailable,
}

impl Refusal {
    /// The HTTP status it is told by.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::NoSuchDoor => StatusCode::NOT_FOUND,
            Self::Unverified => StatusCode::UNAUTHORIZED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::NoSuchDoor => "there is no such webhook",
            Self::Unverified => "the delivery is not authenticated",
            Self::TooLarge => "the delivery is too large",
            Self::Malformed(words) => words,
            Self::Unavailable => "the delivery cannot be stored at the moment; send it again",
        }
    }

    /// The whole answer.
    pub fn response(self) -> Response<String> {
        let problem =
            serde_json::json!({ "status": self.status().as_u16(), "title": self.words() });
        answer(self.status(), "application/problem+json", &problem)
    }
}

/// The answer to a delivery that was taken in.
pub fn accepted(summary: &serde_json::Value) -> Response<String> {
    answer(StatusCode::OK, "application/json", summary)
}

fn answer(
    status: StatusCode,
    content_type: &'static str,
    body: &serde_json::Value,
) -> Response<String> {
    let mut response = Response::new(body.to_string());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
