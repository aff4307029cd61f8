//! The store as the domain sees it, and its small notes: cursors, pauses, capabilities.
//!
//! Nothing here decides anything.

use async_trait::async_trait;
use domain::{
    case::CaseId,
    link::{Class, HistoryEntry, Wakeup},
    moment::Moment,
    ports::{Acquired, DuePage, Glimpse, Lease, Pause, Saved, Saving, Store, WatchPage},
    settings::ConnectionName,
    shard::Shard,
    ticket::{SiteName, TicketId},
    trouble::{Peer, Trouble},
};

use super::{
    TableStore,
    item::{moment_of, text_of},
    key, moment, text, trouble,
};
use crate::contrast::Capabilities;

#[async_trait]
impl Store for TableStore {
    async fn wake(&self, wakeup: &Wakeup, now: Moment) -> Result<(), Trouble> {
        self.store_wakeup(wakeup, now).await
    }

    async fn note_push(&self, case: &CaseId, at: Moment) -> Result<(), Trouble> {
        self.store_push_time(case, at).await
    }

    async fn acquire(
        &self,
        case: &CaseId,
        now: Moment,
        lease_ms: u64,
    ) -> Result<Acquired, Trouble> {
        self.take_lease(case, now, lease_ms).await
    }

    async fn save(
        &self,
        lease: Box<Lease>,
        saving: Saving,
        history: Vec<HistoryEntry>,
        now: Moment,
    ) -> Result<Saved, Trouble> {
        self.save_link(lease, saving, history, now).await
    }

    async fn glimpse(&self, case: &CaseId, now: Moment) -> Result<Option<Glimpse>, Trouble> {
        self.read_glimpse(case, now).await
    }

    async fn glimpse_many(&self, cases: &[CaseId], now: Moment) -> Result<Vec<Glimpse>, Trouble> {
        self.read_glimpses(cases, now).await
    }

    async fn case_of_ticket(
        &self,
        site: &SiteName,
        ticket: &TicketId,
    ) -> Result<Option<CaseId>, Trouble> {
        self.read_pointer(site, ticket).await
    }

    async fn list_due_of(
        &self,
        shard: Shard,
        now: Moment,
        after: Option<String>,
    ) -> Result<DuePage, Trouble> {
        self.read_due(shard, now, after).await
    }

    async fn list_class_of(
        &self,
        shard: Shard,
        class: Class,
        after: Option<String>,
        now: Moment,
    ) -> Result<WatchPage, Trouble> {
        self.read_class(shard, class, after, now).await
    }

    async fn list_history(&self, case: &CaseId) -> Result<Vec<HistoryEntry>, Trouble> {
        self.read_history(case).await
    }

    async fn read_cursor(&self, name: &str) -> Result<Option<String>, Trouble> {
        let item = self
            .get(&format!("cursor#{name}"), "cursor", "reading a cursor")
            .await?;
        Ok(item.and_then(|item| text_of(&item, "place")))
    }

    async fn write_cursor(&self, name: &str, value: &str) -> Result<(), Trouble> {
        let mut item = key(&format!("cursor#{name}"), "cursor");
        item.insert("place".to_owned(), text(value));
        self.put(item, "writing a cursor").await
    }

    async fn list_pauses(&self) -> Result<Vec<Pause>, Trouble> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pauses")
            .expression_attribute_values(":pauses", text("pauses"))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| trouble("listing pauses", &error))?;
        Ok(answer
            .items()
            .iter()
            .filter_map(|item| {
                Some(Pause {
                    peer: read_peer(&text_of(item, "sk")?)?,
                    since: moment_of(item, "since")?,
                    words: text_of(item, "words")?,
                })
            })
            .collect())
    }

    async fn pause(&self, pause: &Pause) -> Result<bool, Trouble> {
        let Pause { peer, since, words } = pause;
        let mut item = key("pauses", &peer.to_string());
        item.insert("since".to_owned(), moment(*since));
        item.insert("words".to_owned(), text(words));
        let answer = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .send()
            .await;
        match answer {
            Ok(_) => Ok(true),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(aws_sdk_dynamodb::operation::put_item::PutItemError::is_conditional_check_failed_exception) =>
            {
                Ok(false)
            }
            Err(error) => Err(trouble("pausing a peer", &error)),
        }
    }

    async fn resume(&self, peer: &Peer) -> Result<(), Trouble> {
        self.client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key("pauses", &peer.to_string())))
            .send()
            .await
            .map_err(|error| trouble("ending a pause", &error))?;
        Ok(())
    }
}

fn read_peer(text: &str) -> Option<Peer> {
    match text.split_once(':')? {
        ("connection", name) => ConnectionName::new(name).ok().map(Peer::Connection),
        ("site", name) => SiteName::new(name).ok().map(Peer::Site),
        _ => None,
    }
}

/// An operation that a Contrast does not offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingOperation {
    /// The connection and the operation, such as `acme#list-incident-comments`.
    pub name: String,
    /// When it is asked for again.
    pub until: Moment,
}

impl TableStore {
    /// The operations that turned out to be missing, and are not tried at present.
    pub async fn list_missing_operations(
        &self,
        now: Moment,
    ) -> Result<Vec<MissingOperation>, Trouble> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :capabilities")
            .expression_attribute_values(":capabilities", text("capabilities"))
            .send()
            .await
            .map_err(|error| trouble("listing capabilities", &error))?;
        Ok(answer
            .items()
            .iter()
            .filter_map(|item| {
                Some(MissingOperation {
                    name: text_of(item, "sk")?,
                    until: moment_of(item, "until")?,
                })
            })
            .filter(|missing| missing.until > now)
            .collect())
    }
}

/// Capabilities that turned out to be missing. A store that cannot be reached hides none: trying
/// again is always harmless here.
#[async_trait]
impl Capabilities for TableStore {
    async fn unavailable_until(
        &self,
        connection: &ConnectionName,
        operation: &str,
    ) -> Option<Moment> {
        let sort = format!("{connection}#{operation}");
        let item = self
            .get("capabilities", &sort, "reading a capability")
            .await
            .ok()??;
        moment_of(&item, "until")
    }

    async fn record_unavailable(
        &self,
        connection: &ConnectionName,
        operation: &str,
        until: Moment,
    ) {
        let mut item = key("capabilities", &format!("{connection}#{operation}"));
        item.insert("until".to_owned(), moment(until));
        if let Err(trouble) = self.put(item, "recording a capability").await {
            tracing::warn!(%trouble, "a missing capability could not be recorded");
        }
    }
}
