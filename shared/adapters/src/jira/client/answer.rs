//! An answer of Jira's, read by its content type.
//!
//! A page of HTML is never taken for JSON, whatever its status says.

use http::{StatusCode, header};
use serde::de::DeserializeOwned;

use crate::{http::Response, jira::prune::pruned};

/// An answer with its body.
#[derive(Debug)]
pub(in crate::jira) struct Answer {
    response: Response,
}

impl Answer {
    pub(super) const fn new(response: Response) -> Self {
        Self { response }
    }

    pub(in crate::jira) fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// Whether it says that it is JSON, problem descriptions included.
    pub(in crate::jira) fn is_json(&self) -> bool {
        let kind = self
            .header(header::CONTENT_TYPE.as_str())
            .unwrap_or_default();
        let kind = kind
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
    }

    /// The body, if it is JSON and makes sense.
    pub(in crate::jira) fn json<T: DeserializeOwned>(&self) -> Option<T> {
        if !self.is_json() {
            return None;
        }
        serde_json::from_slice(&pruned(self.response.body())).ok()
    }

    /// Whether it says that our credentials were passed over: by its status, or because Jira went
    /// on anonymously and tells so in a header.
    pub(super) fn refuses_credentials(&self) -> bool {
        let login = self.header("x-seraph-loginreason").unwrap_or_default();
        let passed_over = ["AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED"];
        let went_on_anonymously = passed_over.iter().any(|reason| login.contains(reason));
        self.status() == StatusCode::UNAUTHORIZED
            || (went_on_anonymously && self.status().is_client_error())
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }
}
