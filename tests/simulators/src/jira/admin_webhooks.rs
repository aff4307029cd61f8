//! The webhooks that administrators make, for the whole site.
//!
//! Whoever is no administrator neither sees nor makes any. A secret never comes back, and nothing
//! keeps two from having the same address: the real one makes another each time.

use serde_json::{Value, json};

use super::{
    Jira,
    answer::{Answer, Answered},
    bulk::{only_keys, strings_at},
    jql,
    service::Ask,
    text_at,
};

/// The filter of everything that is about issues.
const FILTER: &str = "issue-related-events-section";
/// The events that are simulated; the real one has more.
const EVENTS: [&str; 6] = [
    "jira:issue_created",
    "jira:issue_updated",
    "jira:issue_deleted",
    "comment_created",
    "comment_updated",
    "comment_deleted",
];
const KEYS: [&str; 8] = [
    "name",
    "description",
    "url",
    "events",
    "filters",
    "excludeBody",
    "enabled",
    "secret",
];

/// A webhook of the whole site.
#[derive(Clone, Debug)]
pub struct SimWebhook {
    /// Jira's number for it.
    pub id: u64,
    /// The name administrators see.
    pub name: String,
    /// Where it delivers to.
    pub url: String,
    /// What it tells of.
    pub events: Vec<String>,
    /// Which issues it tells of; all where it is empty.
    pub jql: String,
    /// Whether its deliveries are empty.
    pub exclude_body: bool,
    /// Whether it delivers.
    pub enabled: bool,
    /// What it signs with, if it does.
    pub secret: Option<String>,
    /// The account id of who made it.
    pub made_by: String,
    /// When.
    pub made_ms: i64,
}

impl Jira {
    /// The webhooks that administrators made.
    pub fn webhooks(&self) -> &[SimWebhook] {
        &self.webhooks
    }

    pub(super) fn list_admin_webhooks(&self, ask: &Ask<'_>) -> Answered {
        self.only_administrators(ask)?;
        let rows = self
            .webhooks
            .iter()
            .map(|webhook| self.webhook_json(webhook));
        Ok(Answer::ok(rows.collect()))
    }

    pub(super) fn create_admin_webhook(&mut self, ask: &Ask<'_>) -> Answered {
        self.only_administrators(ask)?;
        let webhook = self.webhook_of(ask)?;
        let told = self.webhook_json(&webhook);
        self.webhooks.push(webhook);
        Ok(Answer::json(201, told))
    }

    fn only_administrators(&self, ask: &Ask<'_>) -> Result<(), Answer> {
        if self.administers(ask.who) {
            return Ok(());
        }
        let words = "Only Jira administrators can manage webhooks.";
        Err(Answer::message(403, words))
    }

    fn webhook_of(&self, ask: &Ask<'_>) -> Result<SimWebhook, Answer> {
        let body = &ask.body;
        only_keys(body, &KEYS)?;
        let wanted = |key: &str| {
            let text = text_at(body, key).filter(|text| !text.trim().is_empty());
            text.map(ToOwned::to_owned)
                .ok_or_else(|| Answer::message(400, format!("The field '{key}' is required.")))
        };
        let flag = |key: &str, usual: bool| match body.get(key) {
            None => Ok(usual),
            Some(value) => value.as_bool().ok_or_else(Answer::bad_payload),
        };
        let url = wanted("url")?;
        let is_address = url::Url::parse(&url)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if !is_address {
            return Err(Answer::message(400, "The URL is not valid."));
        }
        let events = strings_at(body, "events")?;
        if let Some(unknown) = events.iter().find(|event| !EVENTS.contains(event)) {
            let words = format!("The event '{unknown}' does not exist.");
            return Err(Answer::message(400, words));
        }
        let filters = body.get("filters").unwrap_or(&Value::Null);
        only_keys(filters, &[FILTER])?;
        let jql = text_at(filters, FILTER).unwrap_or_default();
        let parsed = jql::parse(jql).map_err(|why| Answer::message(400, why))?;
        self.check_names(&parsed, ask)?;
        Ok(SimWebhook {
            id: self.webhooks.last().map_or(1, |last| last.id + 1),
            name: wanted("name")?,
            url,
            events: events.into_iter().map(ToOwned::to_owned).collect(),
            jql: jql.to_owned(),
            exclude_body: flag("excludeBody", false)?,
            enabled: flag("enabled", true)?,
            secret: text_at(body, "secret")
                .filter(|secret| !secret.is_empty())
                .map(ToOwned::to_owned),
            made_by: self.account(ask.who).to_owned(),
            made_ms: ask.now,
        })
    }

    fn webhook_json(&self, webhook: &SimWebhook) -> Value {
        let maker = self.person(&webhook.made_by);
        json!({
            "name": webhook.name,
            "url": webhook.url,
            "excludeBody": webhook.exclude_body,
            "filters": { FILTER: webhook.jql },
            "events": webhook.events,
            "enabled": webhook.enabled,
            "isSigned": webhook.secret.is_some(),
            "self": format!("{}/rest/webhooks/1.0/webhook/{}", self.base_url, webhook.id),
            "lastUpdatedUser": webhook.made_by,
            "lastUpdatedDisplayName": maker.map(|person| &person.display_name),
            "lastUpdated": webhook.made_ms,
        })
    }

    /// Whether nobody is told of anything.
    pub(super) fn tells_nobody(&self) -> bool {
        self.webhook_secret.is_none() && self.webhooks.is_empty()
    }

    /// Where an event of a ticket goes, what it is signed with, and whether its body is left out.
    pub(super) fn receivers_of(
        &self,
        event: &str,
        id: u64,
        now: i64,
    ) -> Vec<(Option<String>, Option<String>, bool)> {
        let Some(ticket) = self.present(id) else {
            return Vec::new();
        };
        let finds = |text: &str| {
            jql::parse(text)
                .is_ok_and(|jql| jql.clauses.iter().all(|it| self.fits(ticket, it, now)))
        };
        self.webhooks
            .iter()
            .filter(|webhook| webhook.enabled && webhook.events.iter().any(|it| it == event))
            .filter(|webhook| finds(&webhook.jql))
            .map(|webhook| {
                let url = Some(webhook.url.clone());
                (url, webhook.secret.clone(), webhook.exclude_body)
            })
            .collect()
    }
}
