//! Who may use the console, and as what.
//!
//! Every request below the pages and the API passes here first. Whoever is not known sees nothing;
//! a viewer changes nothing. A request that changes something must come from one of our own pages.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, Method, header, request::Parts},
    middleware::Next,
    response::Response,
};

use crate::{Console, failure::Failure};

pub mod claims;
pub mod local;

pub use claims::Provider;
pub use local::LocalToken;

/// How it is known who somebody is.
#[derive(Debug)]
pub enum Access {
    /// By a token that was printed where the console runs; everybody is one administrator.
    Local(LocalToken),
    /// By a token of an OpenID Connect provider, which the gateway in front of us has verified.
    Provider(Provider),
}

/// What somebody may do. Ordered: an administrator may do all that a viewer may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Look.
    Viewer,
    /// Look and change.
    Administrator,
}

impl Role {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Administrator => "administrator",
        }
    }
}

/// Somebody who is known. It cannot be made but by `admit`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    name: String,
    role: Role,
}

impl Visitor {
    /// Who, as the audit trail names them.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// As what.
    pub const fn role(&self) -> Role {
        self.role
    }
}

#[cfg(test)]
impl Visitor {
    /// Somebody, for tests of pages.
    pub(crate) fn somebody(role: Role) -> Self {
        Self {
            name: "somebody".to_owned(),
            role,
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let visitor = parts.extensions.get::<Self>().cloned();
        visitor.ok_or(Failure::Unknown)
    }
}

/// An administrator: what a handler that changes something asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Administrator(pub Visitor);

impl<S: Sync> FromRequestParts<S> for Administrator {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let visitor = Visitor::from_request_parts(parts, state).await?;
        if visitor.role == Role::Administrator {
            Ok(Self(visitor))
        } else {
            Err(Failure::Forbidden)
        }
    }
}

/// Lets a request through as somebody, or answers it.
pub async fn admit(
    State(console): State<Arc<Console>>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    if is_changing(request.method()) && !is_from_our_page(request.headers()) {
        return Err(Failure::Foreign);
    }
    let visitor = match &console.access {
        Access::Local(token) => match token.greet(request.uri(), request.headers())? {
            local::Greeting::Known(visitor) => visitor,
            local::Greeting::Enter(answer) => return Ok(*answer),
        },
        Access::Provider(provider) => {
            provider.visitor(request.extensions(), console.service.clock.now())?
        }
    };
    request.extensions_mut().insert(visitor);
    Ok(next.run(request).await)
}

fn is_changing(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Browsers say where a request comes from, and no page can make them lie. What says nothing is no
/// browser: it has no cookie that another page could misuse.
fn is_from_our_page(headers: &HeaderMap) -> bool {
    let text = |name| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or("senseless"))
    };
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    let Some(origin) = text(header::ORIGIN.as_str()) else {
        return true;
    };
    let host = text(header::HOST.as_str()).unwrap_or_default();
    origin
        .split_once("://")
        .is_some_and(|(_, named)| named.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn is_ours(headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers
            .iter()
            .map(|(name, value)| {
                (
                    header::HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect();
        is_from_our_page(&headers)
    }

    #[test]
    fn a_change_must_come_from_our_own_page() {
        assert!(is_ours(&[("sec-fetch-site", "same-origin")]));
        for foreign in ["same-site", "cross-site", "none", ""] {
            assert!(!is_ours(&[("sec-fetch-site", foreign)]), "{foreign}");
        }
        assert!(is_ours(&[
            ("origin", "https://a.example"),
            ("host", "a.example")
        ]));
        assert!(!is_ours(&[
            ("origin", "https://b.example"),
            ("host", "a.example")
        ]));
        assert!(!is_ours(&[("origin", "null"), ("host", "a.example")]));
        assert!(is_ours(&[]), "a program on the command line");
    }

    #[test]
    fn an_administrator_may_do_all_that_a_viewer_may() {
        assert!(Role::Administrator > Role::Viewer);
    }
}
