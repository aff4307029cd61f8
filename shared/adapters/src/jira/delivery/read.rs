//! What of a delivery is read: which ticket or comment may have changed, and hardly anything else.
//!
//! The event's own name decides, never `issue_event_type_name`, which every workflow names anew.

use domain::{
    comment::CommentId,
    moment::Moment,
    ticket::{TicketId, TicketKey},
};
use serde::Deserialize;

use super::{BadDelivery, News};

/// Longer names of events are nobody's.
const MAX_EVENT_CHARS: usize = 80;
/// Digits of an id; all such numbers fit into 64 bits.
const MAX_DIGITS: usize = 18;

#[derive(Debug, Deserialize)]
pub(super) struct WireDelivery {
    timestamp: Option<i64>,
    #[serde(rename = "webhookEvent")]
    event: Option<String>,
    issue: Option<WireTicket>,
    comment: Option<WireComment>,
}

#[derive(Debug, Deserialize)]
struct WireTicket {
    id: Option<String>,
    key: Option<String>,
    fields: Option<WireFields>,
}

#[derive(Debug, Default, Deserialize)]
struct WireFields {
    status: Option<WireStatus>,
    priority: Option<WireNamed>,
    labels: Option<Vec<String>>,
    updated: Option<String>,
}

#[derive(Debug, Deserialize)]
struct WireStatus {
    #[serde(rename = "statusCategory")]
    category: Option<WireCategory>,
}

#[derive(Debug, Deserialize)]
struct WireCategory {
    key: Option<String>,
}

#[derive(Debug, Deserialize)]
struct WireNamed {
    name: Option<String>,
}

#[derive(Debug, Deserialize)]
struct WireComment {
    id: Option<String>,
    #[serde(rename = "self")]
    address: Option<String>,
    updated: Option<String>,
}

/// The time of a delivery, and the rest of it.
pub(super) fn head_of(body: &[u8]) -> Result<(Moment, WireDelivery), BadDelivery> {
    let wire: WireDelivery = serde_json::from_slice(body)
        .map_err(|_| BadDelivery::Malformed("it is not the JSON of an event"))?;
    let timestamp = wire
        .timestamp
        .ok_or(BadDelivery::Malformed("it has no timestamp"))?;
    Ok((Moment::from_epoch_ms(timestamp), wire))
}

impl WireDelivery {
    pub(super) fn into_news(self, cascade: bool) -> Result<Vec<News>, BadDelivery> {
        let event = self
            .event
            .ok_or(BadDelivery::Malformed("it names no event"))?;
        match event.as_str() {
            "jira:issue_created" | "jira:issue_updated" | "jira:issue_deleted" => {
                let wire = self
                    .issue
                    .ok_or(BadDelivery::Malformed("an event of a ticket has none"))?;
                let ticket = ticket_id(wire.id.as_deref())
                    .ok_or(BadDelivery::Malformed("the ticket has no id"))?;
                let deleted = event == "jira:issue_deleted";
                let mut news = Vec::from([wire.into_news(ticket.clone(), deleted)]);
                // Data Center tells of a comment with the ticket, and once more by itself.
                if let Some(comment) = self.comment {
                    news.push(comment.into_news(Some(ticket), false, cascade)?);
                }
                Ok(news)
            }
            "comment_created" | "comment_updated" | "comment_deleted" => {
                let comment = self
                    .comment
                    .ok_or(BadDelivery::Malformed("an event of a comment has none"))?;
                let named = self
                    .issue
                    .and_then(|ticket| ticket_id(ticket.id.as_deref()));
                // Where neither tells, nobody can say where it stands; the sweep finds it.
                let ticket = named.or_else(|| comment.home());
                let deleted = event == "comment_deleted";
                Ok(Vec::from([comment.into_news(ticket, deleted, cascade)?]))
            }
            _ => Ok(Vec::from([foreign(&event)])),
        }
    }
}

impl WireTicket {
    fn into_news(self, id: TicketId, deleted: bool) -> News {
        let fields = self.fields.unwrap_or_default();
        let category = fields.status.and_then(|status| status.category);
        News::Ticket {
            id,
            key: self.key.and_then(|key| TicketKey::new(key).ok()),
            status_category_done: category
                .and_then(|category| category.key)
                .map(|key| key == "done"),
            priority: fields.priority.and_then(|priority| priority.name),
            labels: fields.labels.unwrap_or_default(),
            updated_at: fields.updated.as_deref().and_then(Moment::parse),
            deleted,
        }
    }
}

impl WireComment {
    fn into_news(
        self,
        ticket: Option<TicketId>,
        deleted: bool,
        cascade: bool,
    ) -> Result<News, BadDelivery> {
        let comment = self
            .id
            .filter(|id| is_number(id))
            .and_then(|id| CommentId::new(id).ok());
        Ok(News::Comment {
            comment: comment.ok_or(BadDelivery::Malformed("the comment has no id"))?,
            ticket,
            updated_at: self.updated.as_deref().and_then(Moment::parse),
            deleted,
            cascade,
        })
    }

    /// The ticket that its own address names: `.../issue/10013/comment/10082`.
    fn home(&self) -> Option<TicketId> {
        let (_, rest) = self.address.as_deref()?.split_once("/issue/")?;
        let (ticket, _) = rest.split_once("/comment/")?;
        ticket_id(Some(ticket))
    }
}

fn ticket_id(text: Option<&str>) -> Option<TicketId> {
    TicketId::new(text.filter(|text| is_number(text))?).ok()
}

/// Jira's ids are numbers, and they become parts of addresses. One that is longer than a number of
/// Jira's could never be asked about, and its case would be stuck over it.
fn is_number(text: &str) -> bool {
    (1..=MAX_DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The name of an event, as far as it can be shown.
fn foreign(event: &str) -> News {
    let shown = |letter: &char| letter.is_ascii_alphanumeric() || ":_-. ".contains(*letter);
    News::Foreign(event.chars().take(MAX_EVENT_CHARS).filter(shown).collect())
}
