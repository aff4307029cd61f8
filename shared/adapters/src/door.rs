//! What both webhook doors share: how much of a body is read, answering, and telling what came.
//!
//! A refusal is one line of JSON and tells nothing that the sender did not know.

use http::{HeaderValue, Response, StatusCode, header::CONTENT_TYPE};
use serde_json::Value;

use crate::{
    store::DoorEvent,
    telemetry::{catalogue::DELIVERIES, count, here},
};

/// Bodies beyond this are refused unread; Lambda takes no more either.
pub const MAX_BODY_BYTES: usize = 6 * 1024 * 1024;

/// Which door a delivery came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// That for Contrast.
    Contrast,
    /// That for Jira.
    Jira,
}

impl Door {
    const fn word(self) -> &'static str {
        match self {
            Self::Contrast => "contrast",
            Self::Jira => "jira",
        }
    }

    /// Tells what became of a delivery, and answers it.
    pub fn conclude(self, received: Result<Received, Refusal>) -> Response<String> {
        let result = match &received {
            Ok(received) => received.heard.word(),
            Err(refusal) => refusal.word(),
        };
        count(&DELIVERIES, &[self.word(), result], 1);
        match received {
            Ok(received) => answer(StatusCode::OK, "application/json", &received.summary),
            Err(refusal) => {
                let here = here();
                tracing::info!(
                    door = self.word(),
                    status = refusal.status().as_u16(),
                    result,
                    request_id = here.request_id,
                    trace_id = here.trace_id,
                    "refused a delivery"
                );
                refusal.response()
            }
        }
    }
}

/// A delivery that was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// What it was to us.
    pub heard: Heard,
    /// What the sender is told.
    pub summary: Value,
}

/// What is noted of a delivery at the door it came to. Not noted is what came to no door of ours, and
/// what only we are to blame for.
pub(crate) const fn event_of(received: &Result<Received, Refusal>) -> Option<DoorEvent> {
    match received {
        Ok(_) => Some(DoorEvent::Valid),
        Err(Refusal::NoSuchDoor | Refusal::Unavailable) => None,
        Err(refusal) => Some(DoorEvent::Refused(refusal.word())),
    }
}

/// What a delivery was to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A reason to look.
    News,
    /// About something that we follow, and that we know already.
    NoNews,
    /// About nothing that we follow.
    NotOurs,
}

impl Heard {
    const fn word(self) -> &'static str {
        match self {
            Self::News => "news",
            Self::NoNews => "no-news",
            Self::NotOurs => "not-ours",
        }
    }
}

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

    /// The word for it in metrics and logs.
    const fn word(self) -> &'static str {
        match self {
            Self::NoSuchDoor => "no-such-door",
            Self::Unverified => "unverified",
            Self::TooLarge => "too-large",
            Self::Malformed(_) => "malformed",
            Self::Unavailable => "unavailable",
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

fn answer(status: StatusCode, content_type: &'static str, body: &Value) -> Response<String> {
    let mut response = Response::new(body.to_string());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
