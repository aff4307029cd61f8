//! What stands in the way of an answer, and how it is told: as a page, or as JSON where JSON was
//! asked for.
//!
//! Never tells more than the person may know, nor anything of a secret.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    settings::document::Fault,
    trouble::{Trouble, TroubleKind},
};

/// Why there is no answer.
#[derive(Debug)]
pub enum Failure {
    /// Nobody knows who this is.
    Unknown,
    /// The person is known and has no role here.
    NoRole,
    /// A viewer wanted to change something.
    Forbidden,
    /// A change that does not come from one of our pages.
    Foreign,
    /// There is no such thing.
    NotFound(&'static str),
    /// What was sent makes no sense: in words.
    Senseless(String),
    /// What was sent has faults, each at its place.
    Faulty(Vec<Fault>),
    /// Somebody else changed it meanwhile.
    Meanwhile(String),
    /// Something is in the way at the moment, or for good.
    Trouble(Trouble),
}

impl Failure {
    /// The HTTP status it is told by.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Unknown => StatusCode::UNAUTHORIZED,
            Self::NoRole | Self::Forbidden | Self::Foreign => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Senseless(_) => StatusCode::BAD_REQUEST,
            Self::Faulty(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Meanwhile(_) => StatusCode::CONFLICT,
            Self::Trouble(trouble) => match trouble.kind {
                TroubleKind::Held => StatusCode::CONFLICT,
                TroubleKind::AgainLater { .. } => StatusCode::SERVICE_UNAVAILABLE,
                TroubleKind::Never { .. } | TroubleKind::CredentialsRefused(_) => {
                    StatusCode::BAD_GATEWAY
                }
            },
        }
    }

    /// What happened, as a sentence.
    pub fn words(&self) -> String {
        match self {
            Self::Unknown => "You are not signed in.".to_owned(),
            Self::NoRole => "You are signed in, and have no role in this console.".to_owned(),
            Self::Forbidden => "You may look, and not change anything.".to_owned(),
            Self::Foreign => "This change did not come from a page of the console.".to_owned(),
            Self::NotFound(what) => format!("There is no such {what}."),
            Self::Senseless(words) | Self::Meanwhile(words) => words.clone(),
            Self::Faulty(faults) => format!("This has {} fault(s).", faults.len()),
            Self::Trouble(trouble) => format!("There was trouble {}.", trouble.for_people()),
        }
    }

    /// What to do about it, as a sentence.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Unknown => {
                "Sign in; on your own machine, open the address that was printed when the run started."
            }
            Self::NoRole => {
                "Ask whoever runs the service to put you into the group of viewers or administrators."
            }
            Self::Forbidden => "Ask an administrator to do it, or to make you one.",
            Self::Foreign => "Open the console itself, and repeat it there.",
            Self::NotFound(_) => "It may have been renamed or removed: go back to the list.",
            Self::Senseless(_) => "Go back, and look at what you entered.",
            Self::Faulty(_) => "Mend each at its place, and save again.",
            Self::Meanwhile(_) => "Look at theirs, and repeat your change on top of it.",
            Self::Trouble(trouble) => match trouble.kind {
                TroubleKind::Held => "Somebody else is at it: try again in a minute.",
                TroubleKind::AgainLater { .. } => "Try again in a minute.",
                TroubleKind::CredentialsRefused(_) => "Replace the credentials, and test them.",
                TroubleKind::Never { .. } => {
                    "Trying again changes nothing; the words say what does."
                }
            },
        }
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        if let Self::Trouble(trouble) = &self {
            tracing::warn!(%trouble, "the console could not answer");
        }
        let problem = serde_json::json!({
            "status": self.status().as_u16(),
            "title": self.words(),
            "detail": self.remedy(),
            "faults": match &self { Self::Faulty(faults) => faults.as_slice(), _ => &[] },
        });
        let mut response = Response::new(Body::from(problem.to_string()));
        *response.status_mut() = self.status();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        // Pages turn it into a page; see `frame::tell_failures`.
        response.extensions_mut().insert(crate::frame::Told {
            words: self.words(),
            remedy: self.remedy(),
        });
        response
    }
}
