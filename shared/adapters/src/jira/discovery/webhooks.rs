//! The webhooks that administrators of a site make, and making ours.
//!
//! They live outside the REST interface, at the site's own address. The gateway for scoped tokens
//! has no scope for them: with such a token nothing is sent, because a refusal there would look as
//! if the token was a bad one. A secret never comes back, neither from Jira nor in an error.

use domain::{settings::Site, trouble::Trouble};
use http::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;

use crate::jira::{
    JiraClient,
    client::{
        answer::Answer,
        call::{Call, read, read_written},
        refusal::trouble_of,
    },
};

const PATH: &str = "/rest/webhooks/1.0/webhook";
/// Jira's name for the filter of everything that is about issues.
const FILTER: &str = "issue-related-events-section";

/// The events that the service understands.
pub const WEBHOOK_EVENTS: [&str; 6] = [
    "jira:issue_created",
    "jira:issue_updated",
    "jira:issue_deleted",
    "comment_created",
    "comment_updated",
    "comment_deleted",
];

/// A webhook of the whole site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminWebhook {
    /// The name administrators see.
    pub name: String,
    /// Where it delivers to.
    pub url: String,
    /// Whether it delivers.
    pub enabled: bool,
}

/// A webhook to be made.
#[derive(Clone, Debug)]
pub struct WebhookDraft {
    /// The name administrators see.
    pub name: String,
    /// Where it delivers to.
    pub url: String,
    /// What it tells of, in Jira's words; see [`WEBHOOK_EVENTS`].
    pub events: Vec<String>,
    /// Only of issues that this query finds; of all where there is none.
    pub jql: Option<String>,
    /// What it signs its deliveries with; never empty.
    pub secret: SecretString,
}

#[derive(Debug, Deserialize)]
struct WireWebhook {
    name: String,
    url: String,
    enabled: Option<bool>,
}

impl From<WireWebhook> for AdminWebhook {
    fn from(wire: WireWebhook) -> Self {
        Self {
            name: wire.name,
            url: wire.url,
            enabled: wire.enabled.unwrap_or(true),
        }
    }
}

impl JiraClient {
    /// Lists the webhooks of the whole site. Only administrators may; for a site that is called at
    /// the gateway for scoped tokens this is trouble that never passes, without a call.
    pub async fn list_webhooks(&self, site: &Site) -> Result<Vec<AdminWebhook>, Trouble> {
        let doing = "listing the webhooks";
        let call = Call::harmless("list-webhooks", Method::GET, PATH, doing).at_site();
        let answer = self.administer(site, call).await?;
        let wire: Vec<WireWebhook> = read(&answer, doing)?;
        Ok(wire.into_iter().map(AdminWebhook::from).collect())
    }

    /// Makes a webhook of the whole site. Jira makes another one each time, even for the same
    /// address: look for it among [`JiraClient::list_webhooks`] first, and again where the outcome
    /// is unknown. Refused as that listing is.
    pub async fn create_webhook(
        &self,
        site: &Site,
        draft: &WebhookDraft,
    ) -> Result<AdminWebhook, Trouble> {
        let doing = "making the webhook";
        if draft.secret.expose_secret().is_empty() {
            return Err(Trouble::never(
                doing,
                "deliveries that nobody signed could not be believed; it needs a secret",
            ));
        }
        let mut body = json!({
            "name": draft.name,
            "url": draft.url,
            "events": draft.events,
            "excludeBody": false,
            "secret": draft.secret.expose_secret(),
        });
        if let Some(jql) = &draft.jql {
            body["filters"] = json!({ FILTER: jql });
        }
        let call = Call::doubling("create-webhook", Method::POST, PATH, doing)
            .at_site()
            .with_secret(body, &draft.secret);
        let answer = self.administer(site, call).await?;
        let wire: WireWebhook = read_written(&answer, doing)?;
        Ok(wire.into())
    }

    /// Sends a call that only administrators may make.
    async fn administer(&self, site: &Site, call: Call) -> Result<Answer, Trouble> {
        let doing = call.doing;
        if site.api_url != site.url {
            return Err(Trouble::never(
                doing,
                "a scoped token does not reach the webhooks of a site; an administrator makes it \
                 by hand, or the site gets a classic token",
            ));
        }
        let answer = self.send(site, call).await?;
        match answer.status() {
            status if status.is_success() => Ok(answer),
            StatusCode::FORBIDDEN => Err(Trouble::never(
                doing,
                "the account is no administrator of Jira; an administrator makes it by hand",
            )),
            _ => Err(trouble_of(&answer, doing)),
        }
    }
}
