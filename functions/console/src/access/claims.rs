//! Access by an OpenID Connect provider: the claims of a token that the gateway has verified.
//!
//! The gateway checks the signature; what it lets through is looked at again here, so that a route
//! that somebody forgot to protect lets nobody in. A claim is never logged.

use std::collections::HashMap;

use axum::http::Extensions;
use domain::moment::Moment;
use lambda_http::request::RequestContext;

use super::{Role, Visitor};
use crate::failure::Failure;

/// The provider, and how its claims say who may do what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// Its issuer address, as in its tokens.
    pub issuer: String,
    /// Our client's id there, which is also the audience of its tokens.
    pub client: String,
    /// The claim that names a person's roles or groups.
    pub role_claim: String,
    /// The value of it that makes an administrator.
    pub administrator: String,
    /// The value of it that makes a viewer.
    pub viewer: String,
}

impl Provider {
    pub(super) fn visitor(&self, extensions: &Extensions, now: Moment) -> Result<Visitor, Failure> {
        let claims = extensions
            .get::<RequestContext>()
            .and_then(verified_claims)
            .ok_or(Failure::Unknown)?;
        self.read(claims, now)
    }

    fn read(&self, claims: &HashMap<String, String>, now: Moment) -> Result<Visitor, Failure> {
        let claim = |name: &str| claims.get(name).map(String::as_str).unwrap_or_default();
        let is_for_us = listed(claim("aud")).any(|audience| audience == self.client)
            || claim("client_id") == self.client;
        let issued = claim("iss").trim_end_matches('/') == self.issuer.trim_end_matches('/');
        let lasts = seconds(claim("exp")).is_some_and(|end| now.epoch_ms() / 1000 < end);
        if !(is_for_us && issued && lasts) {
            return Err(Failure::Unknown);
        }
        let has = |wanted: &str| {
            !wanted.is_empty() && listed(claim(&self.role_claim)).any(|role| role == wanted)
        };
        let role = if has(&self.administrator) {
            Role::Administrator
        } else if has(&self.viewer) {
            Role::Viewer
        } else {
            return Err(Failure::NoRole);
        };
        // Not the e-mail address: what is written down of people is what they are called.
        let names = ["preferred_username", "cognito:username", "name", "sub"];
        let name = names.into_iter().map(claim).find(|name| !name.is_empty());
        Ok(Visitor {
            name: name.ok_or(Failure::Unknown)?.to_owned(),
            role,
        })
    }
}

fn verified_claims(context: &RequestContext) -> Option<&HashMap<String, String>> {
    let RequestContext::ApiGatewayV2(context) = context else {
        return None;
    };
    Some(&context.authorizer.as_ref()?.jwt.as_ref()?.claims)
}

/// The values of a claim: the gateway writes a list as `[one two]`; others write `one, two`, or one.
fn listed(claim: &str) -> impl Iterator<Item = &str> {
    claim
        .trim_start_matches('[')
        .trim_end_matches(']')
        .split([' ', ','])
        .map(|value| value.trim_matches('"'))
        .filter(|value| !value.is_empty())
}

/// Seconds since the epoch; the gateway writes large numbers as `1.7e+09` at times.
fn seconds(claim: &str) -> Option<i64> {
    let seconds: f64 = claim.parse().ok().filter(|it: &f64| it.is_finite())?;
    #[allow(clippy::cast_possible_truncation)] // Whole seconds of this age fit easily.
    Some(seconds as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::from_epoch_ms(1_773_100_000_000);

    fn read(changes: &[(&str, &str)]) -> Result<Visitor, Failure> {
        let provider = Provider {
            issuer: "https://login.example".to_owned(),
            client: "console".to_owned(),
            role_claim: "groups".to_owned(),
            administrator: "sync-admins".to_owned(),
            viewer: "sync-viewers".to_owned(),
        };
        let mut claims: HashMap<String, String> = [
            ("iss", "https://login.example/"),
            ("aud", "console"),
            ("exp", "1773100060"),
            ("sub", "u-1"),
            ("email", "ada@example.com"),
            ("groups", "[staff sync-admins]"),
        ]
        .into_iter()
        .chain(changes.iter().copied())
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
        claims.retain(|_, value| !value.is_empty());
        provider.read(&claims, NOW)
    }

    fn role(groups: &str) -> Option<Role> {
        read(&[("groups", groups)]).ok().map(|it| it.role)
    }

    #[test]
    fn the_role_is_what_the_claim_says_in_whatever_form_the_gateway_writes_it() {
        assert_eq!(role("[staff sync-admins]"), Some(Role::Administrator));
        assert_eq!(role("sync-viewers,sync-admins"), Some(Role::Administrator));
        assert_eq!(role("[\"sync-viewers\"]"), Some(Role::Viewer));
        assert_eq!(role("sync-viewers"), Some(Role::Viewer));
        assert!(matches!(
            read(&[("groups", "[sync-adminsx]")]),
            Err(Failure::NoRole)
        ));
        assert!(matches!(read(&[("groups", "")]), Err(Failure::NoRole)));
    }

    #[test]
    fn a_token_of_another_issuer_for_another_audience_or_out_of_date_is_nobodys() {
        for change in [
            ("iss", "https://evil.example"),
            ("aud", "[other others]"),
            ("exp", "1773099999"),
            ("exp", "soon"),
            ("sub", ""),
        ] {
            assert!(
                matches!(read(&[change]), Err(Failure::Unknown)),
                "{change:?}"
            );
        }
        assert!(read(&[("aud", ""), ("client_id", "console")]).is_ok());
        assert!(read(&[("exp", "1.77310006e+09")]).is_ok());
    }

    #[test]
    fn people_are_named_without_their_e_mail_address() {
        assert_eq!(read(&[]).unwrap().name(), "u-1");
        let ada = read(&[("preferred_username", "ada")]).unwrap();
        assert_eq!(ada.name(), "ada");
    }

    #[test]
    fn whoever_comes_past_the_gateway_is_nobody() {
        let provider = Provider {
            issuer: String::new(),
            client: String::new(),
            role_claim: String::new(),
            administrator: String::new(),
            viewer: String::new(),
        };
        let found = provider.visitor(&Extensions::new(), NOW);
        assert!(matches!(found, Err(Failure::Unknown)));
    }
}
