//! Access on one's own machine: by a token that was printed when the run started.
//!
//! The token is compared in constant time and never logged. It is taken from the address once, kept
//! in a cookie that no script can read, and gone from the address again.

use std::fmt;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::Response,
};
use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;

use super::{Role, Visitor};
use crate::failure::Failure;

const COOKIE: &str = "northstar_console";

/// The token.
pub struct LocalToken(SecretString);

/// What becomes of a request.
pub(super) enum Greeting {
    /// It is somebody's.
    Known(Visitor),
    /// It brought the token in its address: this answer keeps it in a cookie.
    Enter(Box<Response>),
}

impl LocalToken {
    /// The token to ask for; a senselessly short one is refused.
    pub fn new(token: impl Into<String>) -> Option<Self> {
        let token = token.into();
        (token.len() >= 16 && token.bytes().all(|byte| byte.is_ascii_alphanumeric()))
            .then(|| Self(token.into()))
    }

    pub(super) fn greet(&self, uri: &Uri, headers: &HeaderMap) -> Result<Greeting, Failure> {
        if let Some(brought) = token_in(uri) {
            return if self.is(&brought) {
                self.enter(uri)
            } else {
                Err(Failure::Unknown)
            };
        }
        let bearer = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        if bearer.is_some_and(|token| self.is(token)) || cookies(headers).any(|it| self.is(it)) {
            return Ok(Greeting::Known(Visitor {
                name: "the person at this machine".to_owned(),
                role: Role::Administrator,
            }));
        }
        Err(Failure::Unknown)
    }

    fn is(&self, token: &str) -> bool {
        self.0
            .expose_secret()
            .as_bytes()
            .ct_eq(token.as_bytes())
            .into()
    }

    fn enter(&self, uri: &Uri) -> Result<Greeting, Failure> {
        let path = match uri.path() {
            "" | "/" => "/console",
            path => path,
        };
        let place = if path.starts_with("/console") {
            path.to_owned()
        } else {
            format!("/console{path}")
        };
        let cookie = format!(
            "{COOKIE}={}; Path=/console; HttpOnly; SameSite=Strict",
            self.0.expose_secret()
        );
        let mut cookie = HeaderValue::try_from(cookie).map_err(|_| Failure::Unknown)?;
        cookie.set_sensitive(true);
        let place = HeaderValue::try_from(place).map_err(|_| Failure::Unknown)?;
        let mut answer = Response::new(Body::empty());
        *answer.status_mut() = StatusCode::SEE_OTHER;
        answer.headers_mut().insert(header::SET_COOKIE, cookie);
        answer.headers_mut().insert(header::LOCATION, place);
        Ok(Greeting::Enter(Box::new(answer)))
    }
}

impl fmt::Debug for LocalToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("LocalToken")
    }
}

fn token_in(uri: &Uri) -> Option<String> {
    let query = uri.query()?;
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == "token")
        .map(|(_, token)| token.into_owned())
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| *name == COOKIE)
        .map(|(_, token)| token)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "0123456789abcdef0123456789abcdef";

    fn greet(path: &'static str, name: &'static str, value: &str) -> Result<Greeting, Failure> {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::try_from(value).unwrap());
        LocalToken::new(TOKEN)
            .unwrap()
            .greet(&Uri::from_static(path), &headers)
    }

    fn is_known(name: &'static str, value: &str) -> bool {
        matches!(greet("/", name, value), Ok(Greeting::Known(_)))
    }

    #[test]
    fn only_whoever_has_the_token_is_known() {
        assert!(is_known(
            "cookie",
            &format!("a=b; northstar_console={TOKEN}")
        ));
        assert!(is_known("authorization", &format!("Bearer {TOKEN}")));
        assert!(!is_known("cookie", "northstar_console=0123456789abcdef"));
        assert!(!is_known("cookie", &format!("other={TOKEN}")));
        assert!(!is_known("authorization", TOKEN));
        assert!(!is_known("x-nothing", "at all"));
        assert!(LocalToken::new("short").is_none());
    }

    #[test]
    fn a_token_in_the_address_moves_to_a_cookie() {
        let path = "/cases?token=0123456789abcdef0123456789abcdef";
        let Ok(Greeting::Enter(answer)) = greet(path, "x-nothing", "at all") else {
            panic!("it should enter");
        };
        assert_eq!(answer.headers()[header::LOCATION], "/console/cases");
        let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
        assert!(cookie.contains("HttpOnly; SameSite=Strict"), "{cookie}");
        assert!(
            greet(
                "/?token=wrong",
                "cookie",
                &format!("northstar_console={TOKEN}")
            )
            .is_err()
        );
    }
}
