//! Answers that make no sense.

use adapters::http::{Response, SendFailure};

use super::mutation::{Changes, Json};

/// Stands in pages and answers that are none; it must never be told.
pub const BODY: &str = "words-of-a-body-4711";

/// What becomes of an answer.
#[derive(Clone, Debug)]
pub enum Nonsense {
    /// Another body under the same status and headers.
    Body(&'static str),
    /// A page for people, and whether it says to be one.
    Page(u16, bool),
    /// Half of it.
    Half,
    /// Another status.
    Status(u16),
    /// The answer never ends, or is lost.
    Lost,
    /// It is changed here and there; it may lie then.
    Mutated(Changes),
}

impl Nonsense {
    /// Whether it can be taken for an answer that says what is not so.
    pub fn may_lie(&self, kind: &str) -> bool {
        match self {
            Self::Mutated(_) => true,
            Self::Body(body) => *body == "[]" && kind.contains("comments"),
            // A refusal of what was done all the same.
            Self::Status(_) => !kind.starts_with("GET"),
            Self::Page(..) | Self::Half | Self::Lost => false,
        }
    }

    /// What arrives in the place of an answer.
    pub fn of(&self, answer: &Response) -> Result<Response, SendFailure> {
        let mut changed = answer.clone();
        match self {
            Self::Body(body) => *changed.body_mut() = body.as_bytes().to_vec(),
            Self::Page(status, honest) => {
                *changed.status_mut() = http::StatusCode::from_u16(*status).expect("a status");
                *changed.body_mut() = format!("<html><body>{BODY} ann@example.com").into_bytes();
                if *honest {
                    let kind = http::HeaderValue::from_static("text/html");
                    changed.headers_mut().insert("content-type", kind);
                }
            }
            Self::Half => {
                let half = changed.body().len() / 2;
                changed.body_mut().truncate(half);
            }
            Self::Status(status) => {
                *changed.status_mut() = http::StatusCode::from_u16(*status).expect("a status");
                *changed.body_mut() = format!("{{\"x\":\"{BODY}\"}}").into_bytes();
            }
            Self::Lost => return Err(SendFailure::Unknown("the connection was reset".to_owned())),
            Self::Mutated(changes) => {
                if let Ok(value) = serde_json::from_slice(answer.body()) {
                    *changed.body_mut() = Json::from(&value).changed(changes).to_bytes();
                }
            }
        }
        Ok(changed)
    }
}

/// One of each kind.
pub fn every_nonsense() -> Vec<Nonsense> {
    vec![
        Nonsense::Body(""),
        Nonsense::Body("{}"),
        Nonsense::Page(200, true),
        Nonsense::Half,
        Nonsense::Body("[]"),
        Nonsense::Status(418),
        Nonsense::Body("null"),
        Nonsense::Page(200, false),
        Nonsense::Lost,
        Nonsense::Body("5"),
        Nonsense::Page(503, true),
        Nonsense::Body("\"x\""),
        Nonsense::Status(302),
        Nonsense::Body("{\"comments\":5,\"content\":{},\"issues\":null,\"id\":[],\"total\":\"x\"}"),
        Nonsense::Page(599, false),
        Nonsense::Body("[[[[[["),
    ]
}
