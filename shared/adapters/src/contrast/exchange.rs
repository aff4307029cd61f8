//! One call to Contrast with its credentials, and what its refusals mean.
//!
//! Of an answer that is no success only a short, masked sentence is kept: never the body, never an
//! e-mail address, never anything that looks like a key.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{
    case::CaseKind,
    settings::Connection,
    trouble::{Peer, Trouble, TroubleKind},
};
use http::{HeaderValue, Method, StatusCode, header};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::{fields::Object, paths};
use crate::{
    http::{Caller, Product, Purpose, Repeat, Request, Response},
    json,
    secrets::{ConnectionSecret, Secrets, without},
};

const MAX_WORDS: usize = 300;
/// An answer that holds more values makes no sense: it would take more memory than a function has.
const MAX_VALUES: usize = 200_000;
/// Runs of characters at least this long are keys or ids rather than words.
const KEY_LENGTH: usize = 24;

/// What is to be sent.
pub(super) struct Order<'a> {
    pub connection: &'a Connection,
    /// Its name in [`paths::DEFAULT_PATHS`].
    pub operation: &'static str,
    pub method: Method,
    /// Path and query.
    pub path: String,
    pub body: Option<Value>,
    pub repeat: Repeat,
    /// What for, in words for people.
    pub doing: &'static str,
}

impl<'a> Order<'a> {
    /// A reading.
    pub(super) fn get(
        connection: &'a Connection,
        operation: &'static str,
        path: String,
        doing: &'static str,
    ) -> Self {
        Self {
            connection,
            operation,
            method: Method::GET,
            path,
            body: None,
            repeat: Repeat::Harmless,
            doing,
        }
    }
}

/// Sends orders with the credentials of their connection.
pub(super) struct Exchange {
    pub caller: Caller,
    pub secrets: Arc<dyn Secrets>,
}

impl Exchange {
    /// Sends an order; where the credentials are refused they are read anew, once, because they may
    /// have been replaced meanwhile.
    ///
    /// Contrast answers 401 also for a case that is not for us. Where the listing is open to us all
    /// the same, it is the case that is not, and it counts as not there: one such case must not
    /// stop the whole connection.
    pub(super) async fn send(&self, order: Order<'_>) -> Result<Answer, Trouble> {
        let peer = Peer::Connection(order.connection.name.clone());
        let secret = self.secrets.connection(&peer, false).await?;
        let answer = self.send_with(&order, &secret).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        let fresh = self.secrets.connection(&peer, true).await?;
        let refused = |words| {
            Err(Trouble::of(
                order.doing,
                words,
                TroubleKind::CredentialsRefused(peer.clone()),
            ))
        };
        if same(&secret, &fresh) {
            return if self.listing_is_open(&order, &fresh).await? {
                Ok(answer.hidden())
            } else {
                refused("Contrast refused the credentials (401)")
            };
        }
        // A refusal had no effect, so that even a creation may be sent again here.
        let answer = self.send_with(&order, &fresh).await?;
        if answer.status == StatusCode::UNAUTHORIZED {
            if self.listing_is_open(&order, &fresh).await? {
                return Ok(answer.hidden());
            }
            return refused("Contrast refused the credentials, also those read anew (401)");
        }
        Ok(answer)
    }

    async fn listing_is_open(
        &self,
        order: &Order<'_>,
        secret: &ConnectionSecret,
    ) -> Result<bool, Trouble> {
        let listing = paths::LIST.of(CaseKind::Incident);
        let path = paths::path_of(order.connection, listing, None, None)?;
        let without_query = |path: &str| path.split('?').next().map(str::to_owned);
        if without_query(&order.path) == without_query(&path) {
            // It was the listing itself that was refused.
            return Ok(false);
        }
        let probe = Order::get(
            order.connection,
            listing,
            paths::with_query(&path, "page=0&size=1"),
            "asking whether the credentials are accepted",
        );
        Ok(self.send_with(&probe, secret).await?.status != StatusCode::UNAUTHORIZED)
    }

    async fn send_with(
        &self,
        order: &Order<'_>,
        secret: &ConnectionSecret,
    ) -> Result<Answer, Trouble> {
        let request = request_of(order, secret)?;
        let purpose = Purpose {
            product: Product::Contrast,
            operation: order.operation,
            repeat: order.repeat,
            doing: order.doing,
        };
        let response = self.caller.call(request, purpose).await?;
        let secrets = [&secret.service_key, &secret.api_key, &secret.username];
        let secrets = secrets.map(SecretString::expose_secret);
        Ok(Answer::of(without(response, &secrets)))
    }
}

fn same(one: &ConnectionSecret, other: &ConnectionSecret) -> bool {
    let parts = |secret: &ConnectionSecret| {
        [&secret.username, &secret.service_key, &secret.api_key]
            .map(|part| part.expose_secret().to_owned())
    };
    parts(one) == parts(other)
}

fn request_of(order: &Order<'_>, secret: &ConnectionSecret) -> Result<Request, Trouble> {
    let user = secret.username.expose_secret();
    let key = secret.service_key.expose_secret();
    // Without the word Basic: that is how Contrast wants it.
    let authorization = hidden(&STANDARD.encode(format!("{user}:{key}")));
    let api_key = hidden(secret.api_key.expose_secret().trim());
    let (Some(authorization), Some(api_key)) = (authorization, api_key) else {
        let peer = Peer::Connection(order.connection.name.clone());
        let words = "the credentials cannot be written into a header";
        return Err(Trouble::of(
            order.doing,
            words,
            TroubleKind::CredentialsRefused(peer),
        ));
    };
    let mut request = http::Request::builder()
        .method(order.method.clone())
        .uri(format!("{}{}", order.connection.url, order.path))
        .header(header::AUTHORIZATION, authorization)
        .header("API-Key", api_key)
        .header(header::ACCEPT, "application/json");
    let mut body = Vec::new();
    if let Some(value) = &order.body {
        request = request.header(header::CONTENT_TYPE, "application/json");
        body = value.to_string().into_bytes();
    }
    request
        .body(body)
        .map_err(|_| Trouble::never(order.doing, "the connection's address or path is none"))
}

/// A header value that is left out of every debug print.
fn hidden(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// An answer that is neither 401, 429 nor 5xx (501 is one).
pub(super) struct Answer {
    pub status: StatusCode,
    json: Option<Value>,
    is_html: bool,
}

impl Answer {
    fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let json = json::read(&body, MAX_VALUES).ok();
        let is_html = body.trim_ascii_start().starts_with(b"<");
        Self {
            status: parts.status,
            json,
            is_html,
        }
    }

    /// The JSON of a success, or the refusal as trouble.
    pub(super) fn value(self, doing: &str) -> Result<Value, Trouble> {
        if !self.status.is_success() {
            return Err(self.refusal(doing));
        }
        // A page for people instead of data: a proxy or a maintenance window, which may pass.
        self.json.ok_or_else(|| senseless(doing))
    }

    /// The JSON object of a success, or the refusal as trouble.
    pub(super) fn object(self, doing: &str) -> Result<Object, Trouble> {
        match self.value(doing)? {
            Value::Object(object) => Ok(object),
            _ => Err(senseless(doing)),
        }
    }

    /// The refusal as trouble.
    pub(super) fn refusal(&self, doing: &str) -> Trouble {
        let status = self.status;
        let words = match self.words() {
            Some(words) => format!("Contrast answered {status}: {words}"),
            None if self.is_html => format!("Contrast answered {status} with a page for people"),
            None => format!("Contrast answered {status}"),
        };
        match status {
            StatusCode::CONFLICT | StatusCode::LOCKED | StatusCode::TOO_EARLY => {
                Trouble::again_later(doing, words)
            }
            _ => Trouble::never(doing, words),
        }
    }

    /// The same answer, about something that is hidden from us.
    fn hidden(mut self) -> Self {
        self.status = StatusCode::NOT_FOUND;
        self
    }

    /// Whether it is not there, or hidden from us.
    pub(super) fn is_absent(&self) -> bool {
        matches!(self.status, StatusCode::NOT_FOUND | StatusCode::GONE)
    }

    /// Whether the tenant does not know the operation.
    pub(super) fn is_unknown_operation(&self) -> bool {
        matches!(
            self.status,
            StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED
        )
    }

    /// Whether a refusal says that the case already has the status it should get.
    pub(super) fn says_already(&self) -> bool {
        let words = self.words().unwrap_or_default().to_lowercase();
        self.status.is_client_error()
            && self.status != StatusCode::FORBIDDEN
            && (words.contains("not found with previous status") || words.contains("already"))
    }

    /// Contrast's own words, in whichever of its forms they come; cut and masked.
    fn words(&self) -> Option<String> {
        let object = self.json.as_ref()?.as_object()?;
        let mut parts = Vec::new();
        for key in ["error", "message", "messages", "details"] {
            match object.get(key) {
                Some(Value::String(text)) => parts.push(text.as_str()),
                Some(Value::Array(list)) => parts.extend(list.iter().filter_map(Value::as_str)),
                _ => {}
            }
        }
        let words = masked(&parts.join("; "));
        (!words.is_empty()).then(|| domain::rich_text::RichText::cut_plain(&words, MAX_WORDS))
    }
}

pub(super) fn senseless(doing: &str) -> Trouble {
    Trouble::again_later(doing, "Contrast's answer makes no sense")
}

/// The words with e-mail addresses and whatever looks like a key taken out.
fn masked(text: &str) -> String {
    // Masked before it is cut, so that no half of an address is left at the end.
    let words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    let masked = words
        .filter(|word| !word.is_empty())
        .take(MAX_WORDS)
        .map(masked_word);
    masked.collect::<Vec<_>>().join(" ")
}

fn masked_word(word: &str) -> String {
    if word.contains('@') {
        return "(address)".to_owned();
    }
    let of_a_key = |letter: char| letter.is_ascii_alphanumeric() || "+=_-".contains(letter);
    let run = word
        .split(|letter| !of_a_key(letter))
        .map(str::len)
        .max()
        .unwrap_or(0);
    if run >= KEY_LENGTH {
        "(...)".to_owned()
    } else {
        word.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer::of(
            http::Response::builder()
                .status(status)
                .body(body.into())
                .unwrap(),
        )
    }

    fn words(status: u16, body: &str) -> String {
        answer(status, body).refusal("trying").words
    }

    #[test]
    fn refusals_are_quoted_in_whichever_form_they_come() {
        assert_eq!(
            words(400, r#"{"error":"no"}"#),
            "Contrast answered 400 Bad Request: no"
        );
        assert_eq!(
            words(400, r#"{"message":["a","b"],"details":"c"}"#),
            "Contrast answered 400 Bad Request: a; b; c"
        );
        assert_eq!(
            words(403, r#"{"messages":["not yours"]}"#),
            "Contrast answered 403 Forbidden: not yours"
        );
        assert_eq!(
            words(400, "<html>ann@example.com"),
            "Contrast answered 400 Bad Request with a page for people"
        );
        assert_eq!(words(400, "plain"), "Contrast answered 400 Bad Request");
    }

    #[test]
    fn quoted_words_hold_no_address_no_key_and_no_novel() {
        let body = format!(
            r#"{{"error":"user <ann.lee@example.com> with key {} {}"}}"#,
            "Ab1".repeat(10),
            "very ".repeat(200)
        );
        let words = words(400, &body);
        assert!(
            words.contains("user (address) with key (...) very"),
            "{words}"
        );
        assert!(words.chars().count() < 340, "{words}");
        assert!(!words.contains("ann") && !words.contains("Ab1"), "{words}");
    }

    #[test]
    fn a_page_for_people_instead_of_data_may_pass() {
        let trouble = answer(200, "<html>").value("reading").unwrap_err();
        assert!(matches!(trouble.kind, TroubleKind::AgainLater { .. }));
    }
}
