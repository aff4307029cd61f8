//! Calls to the products: each try is counted, and told to the trace.
//!
//! Of a call only product, operation, host and status are told: no path, no query, no body.

use http::StatusCode;
use serde_json::json;

use super::{
    catalogue::{RATE_LIMIT_PAUSE, REMOTE_CALLS},
    scope::{Scope, count},
    trace::Span,
};
use crate::http::{Product, Purpose, Request, Response, SendFailure};

/// How a try ended, as fine as the catalogue has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    /// It was answered with what was asked for.
    Ok,
    /// The answer was no.
    Refused,
    /// The answer was to come again later.
    Limited,
    /// Something is broken there.
    Failed,
    /// There was no answer.
    Unanswered,
}

impl Status {
    fn of(answer: &Result<Response, SendFailure>) -> Self {
        match answer.as_ref().map(http::Response::status) {
            Ok(StatusCode::TOO_MANY_REQUESTS) => Self::Limited,
            Ok(StatusCode::NOT_IMPLEMENTED) => Self::Refused,
            Ok(StatusCode::REQUEST_TIMEOUT) => Self::Failed,
            Ok(status) if status.is_server_error() => Self::Failed,
            Ok(status) if status.is_success() => Self::Ok,
            Ok(_) => Self::Refused,
            Err(_) => Self::Unanswered,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Refused => "refused",
            Self::Limited => "limited",
            Self::Failed => "failed",
            Self::Unanswered => "unanswered",
        }
    }
}

/// Notes a try that has ended.
pub(crate) fn note_try(
    purpose: &Purpose,
    request: &Request,
    answer: &Result<Response, SendFailure>,
    span: (domain::moment::Moment, domain::moment::Moment),
) {
    let Some(scope) = Scope::present() else {
        return;
    };
    let Purpose {
        product, operation, ..
    } = *purpose;
    let status = Status::of(answer);
    scope.count_call(product, operation, status.word());
    count(&REMOTE_CALLS, &[product.word(), status.word()], 1);
    let Some(piece) = scope.piece() else {
        return;
    };
    let host = request.uri().host().unwrap_or_default();
    let mut more = json!({
        "namespace": "remote",
        "http": { "request": { "method": request.method().as_str(), "url": format!("https://{host}") } },
        "annotations": {
            "operation": format!("{} {operation}", product.word()),
            "status": status.word(),
        },
        "throttle": status == Status::Limited,
        "error": matches!(status, Status::Limited | Status::Refused),
        "fault": matches!(status, Status::Failed | Status::Unanswered),
    });
    if let Ok(response) = answer {
        more["http"]["response"] = json!({ "status": response.status().as_u16() });
    }
    let (started, ended) = span;
    scope.send(&piece, host, Span { started, ended }, more);
}

/// Notes that a product made us wait, or asked for a wait that is left to a later sweep.
pub(crate) fn note_pause(product: Product, ms: u64) {
    count(&RATE_LIMIT_PAUSE, &[product.word()], ms);
}
