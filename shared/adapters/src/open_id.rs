//! Signing in at an OpenID Connect provider: where people are sent, and the token for their code.
//!
//! A token is handed on and never looked at: whether it is good is for the gateway to say. Neither a
//! code nor a token reaches a log or an error text.

use std::sync::Arc;

use domain::trouble::Trouble;
use http::{Method, header};
use secrecy::SecretString;
use serde::{Deserialize, de::DeserializeOwned};

use crate::http::{Http, Request, SendFailure};

const DISCOVERING: &str = "asking the identity provider for its addresses";
const EXCHANGING: &str = "fetching a token from the identity provider";

/// A provider, by its issuer's address and our client's id there. The client is a public one: its
/// proof is the code verifier (PKCE, RFC 7636), not a secret.
pub struct OpenId {
    http: Arc<dyn Http>,
    issuer: String,
    client: String,
    known: tokio::sync::OnceCell<Endpoints>,
}

/// The provider's addresses, as its discovery document names them (OpenID Connect Discovery 1.0).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Endpoints {
    /// Where people sign in.
    #[serde(rename = "authorization_endpoint")]
    pub authorization: String,
    /// Where a code becomes a token.
    #[serde(rename = "token_endpoint")]
    pub token: String,
}

/// What a browser brings back from the provider.
pub struct Code {
    /// The code.
    pub code: String,
    /// The verifier whose digest went along with the question.
    pub verifier: String,
    /// The address that the provider sent the browser back to.
    pub redirect: String,
}

/// The token of a person.
#[derive(Debug, Deserialize)]
pub struct Tokens {
    /// The one that says who it is.
    pub id_token: SecretString,
}

impl OpenId {
    /// A provider; nothing is asked of it yet.
    pub fn new(http: Arc<dyn Http>, issuer: &str, client: &str) -> Self {
        Self {
            http,
            issuer: issuer.trim_end_matches('/').to_owned(),
            client: client.to_owned(),
            known: tokio::sync::OnceCell::new(),
        }
    }

    /// The provider's addresses; asked for once.
    pub async fn endpoints(&self) -> Result<&Endpoints, Trouble> {
        let discover = || async {
            let address = format!("{}/.well-known/openid-configuration", self.issuer);
            let endpoints: Endpoints = self
                .ask(Method::GET, &address, String::new(), DISCOVERING)
                .await?;
            // A token must not be asked for in the clear, whatever a document says.
            if !(is_guarded(&endpoints.token) && is_guarded(&endpoints.authorization)) {
                let words = "it names an address that is not https";
                return Err(Trouble::never(DISCOVERING, words));
            }
            Ok(endpoints)
        };
        self.known.get_or_try_init(discover).await
    }

    /// The token for a code.
    pub async fn exchange(&self, code: &Code) -> Result<Tokens, Trouble> {
        let endpoints = self.endpoints().await?;
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "authorization_code")
            .append_pair("client_id", &self.client)
            .append_pair("code", &code.code)
            .append_pair("code_verifier", &code.verifier)
            .append_pair("redirect_uri", &code.redirect)
            .finish();
        self.ask(Method::POST, &endpoints.token, body, EXCHANGING)
            .await
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        address: &str,
        body: String,
        doing: &'static str,
    ) -> Result<T, Trouble> {
        let request: Request = http::Request::builder()
            .method(method)
            .uri(address)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.into_bytes())
            .map_err(|_| Trouble::never(doing, "its address makes no sense"))?;
        let answer = self.http.send(request).await.map_err(|failure| {
            let (SendFailure::NotSent(words) | SendFailure::Unknown(words)) = failure;
            Trouble::again_later(doing, words)
        })?;
        if !answer.status().is_success() {
            let words = format!("it answered {}", answer.status().as_u16());
            return Err(if answer.status().is_server_error() {
                Trouble::again_later(doing, words)
            } else {
                Trouble::never(doing, words)
            });
        }
        serde_json::from_slice(answer.body())
            .map_err(|_| Trouble::never(doing, "its answer made no sense"))
    }
}

fn is_guarded(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|url| {
        url.scheme() == "https"
            || url.host_str().is_some_and(|host| {
                host == "localhost"
                    || host
                        .parse::<std::net::IpAddr>()
                        .is_ok_and(|address| address.is_loopback())
            })
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;
    use secrecy::ExposeSecret as _;

    use super::*;
    use crate::http::Response;

    struct Answers(Mutex<Vec<(u16, &'static str)>>, Mutex<Vec<String>>);

    #[async_trait]
    impl Http for Answers {
        async fn send(&self, request: Request) -> Result<Response, SendFailure> {
            let told = format!(
                "{} {}",
                request.uri(),
                String::from_utf8_lossy(request.body())
            );
            self.1.lock().unwrap().push(told);
            let (status, body) = self.0.lock().unwrap().remove(0);
            let answer = http::Response::builder().status(status);
            Ok(answer.body(body.as_bytes().to_vec()).unwrap())
        }
    }

    const GOOD: (u16, &str) = (
        200,
        r#"{"authorization_endpoint":"https://login.example/authorize","token_endpoint":"https://login.example/token"}"#,
    );

    fn provider(answers: &[(u16, &'static str)]) -> (OpenId, Arc<Answers>) {
        let http = Arc::new(Answers(Mutex::new(answers.to_vec()), Mutex::default()));
        (
            OpenId::new(http.clone(), "https://login.example/", "console"),
            http,
        )
    }

    fn code() -> Code {
        Code {
            code: "c&1".to_owned(),
            verifier: "v".to_owned(),
            redirect: "https://a.example/console/signed-in".to_owned(),
        }
    }

    #[tokio::test]
    async fn a_code_becomes_a_token_and_the_addresses_are_asked_for_once() {
        let (provider, http) = provider(&[
            GOOD,
            (200, r#"{"id_token":"t-1"}"#),
            (200, r#"{"id_token":"t-2"}"#),
        ]);
        let tokens = provider.exchange(&code()).await.unwrap();
        assert_eq!(tokens.id_token.expose_secret(), "t-1");
        provider.exchange(&code()).await.unwrap();
        let asked = http.1.lock().unwrap();
        assert_eq!(asked.len(), 3);
        assert!(
            asked[1].contains("code=c%261&code_verifier=v"),
            "{}",
            asked[1]
        );
    }

    #[tokio::test]
    async fn a_refused_code_is_refused_without_its_words() {
        let (provider, _) = provider(&[GOOD, (400, r#"{"error":"invalid_grant c&1"}"#)]);
        let refused = provider.exchange(&code()).await.unwrap_err();
        assert_eq!(refused.words, "it answered 400");
    }

    #[tokio::test]
    async fn a_token_is_never_fetched_in_the_clear() {
        let clear = r#"{"authorization_endpoint":"https://login.example/a","token_endpoint":"http://login.example/t"}"#;
        let (provider, http) = provider(&[(200, clear)]);
        assert!(provider.exchange(&code()).await.is_err());
        assert_eq!(http.1.lock().unwrap().len(), 1);
    }
}
