//! One call to Jira: address, credentials, and what every answer means.
//!
//! A refused credential is read afresh once, and a "not found" is believed only when the
//! credentials are known to be good: Jira answers strangers as if there was nothing.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{
    ports::Found,
    settings::Site,
    trouble::{Peer, Trouble, TroubleKind},
};
use http::{HeaderValue, Method, StatusCode, header};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{JiraClient, answer::Answer, refusal};
use crate::{
    http::{Product, Purpose, Repeat, Request, Response},
    jira::client::wire::WireMyself,
    secrets::{SiteSecret, without},
};

/// Below which address a path stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// The REST interface, v3, at the site's address for calls.
    Rest,
    /// The one of before, which Data Center speaks.
    OldRest,
    /// The root of the address that people use; what lives there no scoped token reaches.
    Site,
}

/// A call before it gets its credentials. Its body may hold a secret: it has no `Debug`.
#[derive(Clone)]
pub(in crate::jira) struct Call {
    /// Its name in metrics and traces.
    operation: &'static str,
    method: Method,
    place: Place,
    /// Below its place, with its query.
    path: String,
    body: Option<Value>,
    /// A secret in the body, which no refusal may repeat.
    secret: Option<SecretString>,
    repeat: Repeat,
    /// What for, in words for people.
    pub(in crate::jira) doing: &'static str,
}

impl Call {
    /// A call that may be sent again.
    pub(in crate::jira) fn harmless(
        operation: &'static str,
        method: Method,
        path: impl Into<String>,
        doing: &'static str,
    ) -> Self {
        Self {
            operation,
            method,
            place: Place::Rest,
            path: path.into(),
            body: None,
            secret: None,
            repeat: Repeat::Harmless,
            doing,
        }
    }

    /// A call that must not have its effect twice.
    pub(in crate::jira) fn doubling(
        operation: &'static str,
        method: Method,
        path: impl Into<String>,
        doing: &'static str,
    ) -> Self {
        Self {
            repeat: Repeat::Doubles,
            ..Self::harmless(operation, method, path, doing)
        }
    }

    pub(in crate::jira) fn with_body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// The same call with a secret in its body.
    pub(in crate::jira) fn with_secret(mut self, body: Value, secret: &SecretString) -> Self {
        self.secret = Some(secret.clone());
        self.with_body(body)
    }

    /// The same call to the REST interface of Data Center.
    pub(in crate::jira) fn of_data_center(mut self) -> Self {
        self.place = Place::OldRest;
        self
    }

    /// The same call outside the REST interface, at the address that people use.
    pub(in crate::jira) fn at_site(mut self) -> Self {
        self.place = Place::Site;
        self
    }

    fn address(&self, site: &Site) -> String {
        let path = &self.path;
        match self.place {
            Place::Rest => format!("{}/rest/api/3{path}", site.api_url),
            Place::OldRest => format!("{}/rest/api/2{path}", site.api_url),
            Place::Site => format!("{}{path}", site.url),
        }
    }
}

impl JiraClient {
    /// Sends a call about something that may not be there.
    pub(in crate::jira) async fn ask(
        &self,
        site: &Site,
        call: Call,
    ) -> Result<Found<Answer>, Trouble> {
        let doing = call.doing;
        let answer = self.send(site, call).await?;
        let status = answer.status();
        if status.is_success() {
            return Ok(Found::Present(answer));
        }
        if status == StatusCode::NOT_FOUND && answer.is_json() {
            self.check_account(site).await?;
            return Ok(Found::Absent);
        }
        Err(refusal::trouble_of(&answer, doing))
    }

    /// Sends a call about something that is always there.
    pub(in crate::jira) async fn demand(&self, site: &Site, call: Call) -> Result<Answer, Trouble> {
        let doing = call.doing;
        let answer = self.send(site, call).await?;
        if answer.status().is_success() {
            Ok(answer)
        } else {
            Err(refusal::trouble_of(&answer, doing))
        }
    }

    /// Whether Jira knows who we are; anything else is a refusal of the credentials.
    pub(in crate::jira) async fn check_account(&self, site: &Site) -> Result<(), Trouble> {
        let call = Call::harmless(
            "check-credentials",
            Method::GET,
            "/myself",
            "checking the credentials",
        );
        let doing = call.doing;
        let answer = self.demand(site, call).await?;
        let myself: WireMyself = read(&answer, doing)?;
        if myself.account_id.is_some_and(|account| !account.is_empty()) {
            return Ok(());
        }
        Err(refused(
            site,
            doing,
            "Jira answered without an account".to_owned(),
        ))
    }

    /// Sends a call as a stranger.
    pub(in crate::jira) async fn send_as_stranger(
        &self,
        site: &Site,
        call: &Call,
    ) -> Result<Answer, Trouble> {
        let response = self.deliver(call, request_of(site, call, None)?).await?;
        Ok(Answer::new(response))
    }

    /// Sends a call with the site's credentials; once more if they have been replaced meanwhile.
    pub(in crate::jira) async fn send(&self, site: &Site, call: Call) -> Result<Answer, Trouble> {
        let peer = Peer::Site(site.name.clone());
        let secret = self.secrets.site(&peer, false).await?;
        let answer = self.send_as(site, &call, &secret).await?;
        if !answer.refuses_credentials() {
            return Ok(answer);
        }
        // A refusal had no effect, so that even a creation may be sent again.
        let fresh = self.secrets.site(&peer, true).await?;
        if is_same(&secret, &fresh) {
            return Err(refused(site, call.doing, refusal::words_of_answer(&answer)));
        }
        let answer = self.send_as(site, &call, &fresh).await?;
        if answer.refuses_credentials() {
            return Err(refused(site, call.doing, refusal::words_of_answer(&answer)));
        }
        Ok(answer)
    }

    async fn send_as(
        &self,
        site: &Site,
        call: &Call,
        secret: &SiteSecret,
    ) -> Result<Answer, Trouble> {
        let request = request_of(site, call, Some(secret))?;
        let response = self.deliver(call, request).await?;
        let login = login_of(secret);
        let hidden = call.secret.as_ref().map(ExposeSecret::expose_secret);
        let secrets = [
            login.as_str(),
            secret.api_token.expose_secret(),
            secret.email.expose_secret(),
            hidden.unwrap_or_default(),
        ];
        Ok(Answer::new(without(response, &secrets)))
    }

    async fn deliver(&self, call: &Call, request: Request) -> Result<Response, Trouble> {
        let purpose = Purpose {
            product: Product::Jira,
            operation: call.operation,
            repeat: call.repeat,
            doing: call.doing,
        };
        self.caller.call(request, purpose).await
    }
}

/// Reads an answer to a question; one that makes no sense may make sense later.
pub(in crate::jira) fn read<T: DeserializeOwned>(
    answer: &Answer,
    doing: &str,
) -> Result<T, Trouble> {
    answer
        .json()
        .ok_or_else(|| Trouble::again_later(doing, "the answer made no sense"))
}

/// Reads the answer to a write, which certainly was done: nobody knows any more what.
pub(in crate::jira) fn read_written<T: DeserializeOwned>(
    answer: &Answer,
    doing: &str,
) -> Result<T, Trouble> {
    answer
        .json()
        .ok_or_else(|| Trouble::unknown_effect(doing, "the answer made no sense"))
}

/// An id as a part of a path. Ids hold nothing that a path could be led astray by, except dots.
pub(super) fn segment<'a>(id: &'a str, doing: &str) -> Result<&'a str, Trouble> {
    if id.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(id);
    }
    Err(Trouble::never(doing, "this is no id of Jira's"))
}

pub(in crate::jira) fn refused(site: &Site, doing: &str, words: String) -> Trouble {
    Trouble::of(
        doing,
        words,
        TroubleKind::CredentialsRefused(Peer::Site(site.name.clone())),
    )
}

fn is_same(one: &SiteSecret, other: &SiteSecret) -> bool {
    one.email.expose_secret() == other.email.expose_secret()
        && one.api_token.expose_secret() == other.api_token.expose_secret()
}

/// What stands behind the word Basic.
fn login_of(secret: &SiteSecret) -> String {
    STANDARD.encode(format!(
        "{}:{}",
        secret.email.expose_secret(),
        secret.api_token.expose_secret()
    ))
}

fn request_of(site: &Site, call: &Call, secret: Option<&SiteSecret>) -> Result<Request, Trouble> {
    let unwritable = |_| Trouble::never(call.doing, "the request could not be written");
    let mut request = http::Request::builder()
        .method(call.method.clone())
        .uri(call.address(site))
        .header(header::ACCEPT, "application/json");
    if let Some(secret) = secret {
        let authorization = format!("Basic {}", login_of(secret));
        let mut authorization =
            HeaderValue::try_from(authorization).map_err(|error| unwritable(error.into()))?;
        authorization.set_sensitive(true);
        request = request.header(header::AUTHORIZATION, authorization);
    }
    let body = call.body.as_ref().map(Value::to_string);
    if body.is_some() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    request
        .body(body.unwrap_or_default().into_bytes())
        .map_err(unwritable)
}
