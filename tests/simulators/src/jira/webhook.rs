//! The deliveries that a change brings about, in the shapes and with the gaps of the real ones.
//!
//! They are only queued here. Whether one arrives, arrives twice or is lost is up to the caller.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{Audience, Jira, SimComment, render::put_visibility, text, text_at};

/// One delivery of the webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Where it goes; `None` for the webhook that was set up by hand (its secret alone is known).
    pub url: Option<String>,
    /// The headers, among them the signature.
    pub headers: Vec<(String, String)>,
    /// The body, exactly as it was signed.
    pub body: Vec<u8>,
}

impl Delivery {
    /// Whether it goes to a door with this path, at whatever host; what was set up by hand goes to
    /// any.
    pub fn goes_to(&self, path: &str) -> bool {
        let url = self.url.as_deref();
        url.is_none_or(|url| url::Url::parse(url).is_ok_and(|url| url.path() == path))
    }
}

/// One item of a changelog.
#[derive(Clone, Debug)]
pub(super) struct Change {
    field: String,
    from: Option<String>,
    from_words: Option<String>,
    to: Option<String>,
    to_words: Option<String>,
}

impl Change {
    /// A change told in words alone.
    pub(super) fn of(field: &str, from: Option<String>, to: Option<String>) -> Self {
        Self {
            field: field.into(),
            from: None,
            from_words: from,
            to: None,
            to_words: to,
        }
    }

    /// A change told with ids as well.
    pub(super) fn with_ids(mut self, from: Option<String>, to: Option<String>) -> Self {
        self.from = from;
        self.to = to;
        self
    }
}

impl Jira {
    /// Sets up the webhook with its secret; `None` takes it down, and nothing is queued.
    pub fn set_webhook_secret(&mut self, secret: Option<&str>) {
        self.webhook_secret = secret.map(Into::into);
    }

    /// Whether comment events leave the ticket out, as they do at times.
    pub fn set_bare_comment_events(&mut self, bare: bool) {
        self.bare_comment_events = bare;
    }

    /// Takes the deliveries that wait, in the order of the changes.
    pub fn take_outbox(&mut self) -> Vec<Delivery> {
        std::mem::take(&mut self.outbox)
    }

    /// Loses the deliveries that wait.
    pub fn drop_outbox(&mut self) {
        self.outbox.clear();
    }

    /// The value of `X-Hub-Signature` for a body; `None` without a webhook.
    pub fn sign(&self, body: &[u8]) -> Option<String> {
        signature(self.webhook_secret.as_ref()?, body)
    }

    pub(super) fn tell_created(&mut self, id: u64, actor: &str, now: i64) {
        self.tell_of_ticket(id, "jira:issue_created", "issue_created", actor, &[], now);
    }

    pub(super) fn tell_updated(&mut self, id: u64, actor: &str, changes: &[Change], now: i64) {
        self.tell_of_ticket(
            id,
            "jira:issue_updated",
            "issue_generic",
            actor,
            changes,
            now,
        );
    }

    pub(super) fn tell_deleted(&mut self, id: u64, actor: &str, now: i64) {
        self.tell_of_ticket(id, "jira:issue_deleted", "issue_deleted", actor, &[], now);
    }

    fn tell_of_ticket(
        &mut self,
        id: u64,
        event: &str,
        kind: &str,
        actor: &str,
        changes: &[Change],
        now: i64,
    ) {
        if self.tells_nobody() {
            return;
        }
        let Some(ticket) = self.present(id) else {
            return;
        };
        let mut body = json!({
            "timestamp": now,
            "webhookEvent": event,
            "user": self.account_json(Some(actor), 2),
            "issue": self.ticket_for_webhook(ticket),
        });
        if event != "jira:issue_deleted" {
            body["issue_event_type_name"] = json!(kind);
        }
        if !changes.is_empty() {
            let items: Vec<Value> = changes
                .iter()
                .map(|change| self.change_json(change))
                .collect();
            body["changelog"] = json!({ "id": self.next_change.to_string(), "items": items });
            self.next_change += 1;
        }
        self.queue(id, &body, "Primary", now);
    }

    fn change_json(&self, change: &Change) -> Value {
        let id_of = |words: Option<&str>, id: Option<&str>| match (change.field.as_str(), words) {
            (_, None) => None,
            ("status", Some(name)) => self.status_named(name).map(|status| status.id.clone()),
            ("priority", Some(name)) => id_in(&self.priorities, name),
            ("resolution", Some(name)) => id_in(&self.resolutions, name),
            ("assignee", Some(account)) => Some(account.to_owned()),
            _ => id.map(Into::into),
        };
        // People read names where the books hold account ids.
        let read = |words: Option<&str>| match (change.field.as_str(), words) {
            ("assignee", Some(account)) => self
                .person(account)
                .map(|person| person.display_name.clone()),
            _ => words.map(Into::into),
        };
        let (from, to) = (change.from_words.as_deref(), change.to_words.as_deref());
        let custom = change.field.starts_with("customfield_");
        json!({
            "field": change.field,
            "fieldtype": if custom { "custom" } else { "jira" },
            "fieldId": change.field,
            "from": id_of(from, change.from.as_deref()),
            "fromString": read(from),
            "to": id_of(to, change.to.as_deref()),
            "toString": read(to),
        })
    }

    /// A comment event: no `user`, six fields of the ticket (or none), wiki text.
    pub(super) fn tell_of_comment(
        &mut self,
        id: u64,
        event: &str,
        comment: &SimComment,
        flow: &str,
        now: i64,
    ) {
        if self.tells_nobody() {
            return;
        }
        let Some(ticket) = self.present(id) else {
            return;
        };
        let mut told = json!({
            "self": format!("{}/rest/api/2/issue/{id}/comment/{}", self.base_url, comment.id),
            "id": comment.id,
            "author": self.account_json(Some(&comment.author), 2),
            "body": text::wiki(&comment.body),
            "updateAuthor": self.account_json(Some(&comment.update_author), 2),
            "created": text::time(comment.created_ms),
            "updated": text::time(comment.updated_ms),
            "jsdPublic": comment.audience != Audience::Agents,
        });
        put_visibility(&mut told, &comment.audience);
        let mut body = json!({ "timestamp": now, "webhookEvent": event, "comment": told });
        if !self.bare_comment_events {
            body["issue"] = self.ticket_for_comment_event(ticket);
        }
        self.queue(id, &body, flow, now);
    }

    /// Queues an event of a ticket for everybody who is to be told of it.
    fn queue(&mut self, id: u64, body: &Value, flow: &str, now: i64) {
        let event = text_at(body, "webhookEvent").unwrap_or_default();
        let by_hand = self.webhook_secret.iter();
        let mut receivers: Vec<_> = by_hand
            .map(|secret| (None, Some(secret.clone()), false))
            .collect();
        receivers.extend(self.receivers_of(event, id, now));
        for (url, secret, is_bare) in receivers {
            let body = if is_bare {
                Vec::new()
            } else {
                body.to_string().into_bytes()
            };
            let identifier = format!("00000000-0000-4000-8000-{:012x}", self.next_delivery);
            self.next_delivery += 1;
            let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
            let mut headers = vec![
                header("Content-Type", "application/json; charset=UTF-8"),
                header("User-Agent", "Atlassian Webhook HTTP Client"),
                header("X-Atlassian-Webhook-Identifier", &identifier),
                header("X-Atlassian-Webhook-Flow", flow),
            ];
            let signed = secret.and_then(|secret| signature(&secret, &body));
            headers.extend(signed.map(|signed| header("X-Hub-Signature", &signed)));
            self.outbox.push(Delivery { url, headers, body });
        }
    }
}

/// The signature of a body, as `X-Hub-Signature` bears it.
fn signature(secret: &str, body: &[u8]) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(body);
    let mut signature = String::with_capacity(71);
    signature.push_str("sha256=");
    for byte in mac.finalize().into_bytes() {
        for nibble in [byte >> 4, byte & 15] {
            signature.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
    }
    Some(signature)
}

fn id_in(table: &[(String, String)], name: &str) -> Option<String> {
    table
        .iter()
        .find(|(_, other)| other == name)
        .map(|(id, _)| id.clone())
}
