//! A link's item: reading it from, and writing it to, attributes.
//!
//! What cannot be read is an error with the case's name, never a guess.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    case::{CaseFacts, CaseId},
    link::{Aspect, Link, TicketAddress},
    moment::Moment,
    ports::Glimpse,
    trouble::Trouble,
};

use super::Item;

/// A link's item, read.
pub(super) struct LinkItem {
    pub(super) link: Link,
    pub(super) revision: u64,
    pub(super) wanted: u64,
    pub(super) aspects: BTreeSet<Aspect>,
    pub(super) pushed: Option<(CaseFacts, Moment)>,
    pub(super) pushed_at: Option<Moment>,
    pub(super) holder: Option<String>,
    pub(super) lease_until: Option<Moment>,
    pub(super) due_at: Option<Moment>,
    pub(super) pointed: Option<TicketAddress>,
}

impl LinkItem {
    pub(super) fn read(case: &CaseId, item: &Item) -> Result<Self, Trouble> {
        let unreadable = |what: &str| {
            Trouble::never(
                "reading a link",
                format!("the item of {case} has no readable {what}"),
            )
        };
        let whole =
            |name: &str| number_of(item, name).and_then(|number| u64::try_from(number).ok());
        let aspects = match item.get("aspects") {
            Some(AttributeValue::Ss(words)) => words
                .iter()
                .filter_map(|word| Aspect::parse(word))
                .collect(),
            _ => BTreeSet::new(),
        };
        let pushed_at = moment_of(item, "pushed_at");
        let pushed = match (item.get("pushed"), pushed_at) {
            (Some(facts), Some(at)) => {
                let facts = serde_dynamo::from_attribute_value(facts.clone())
                    .map_err(|_| unreadable("push"))?;
                Some((facts, at))
            }
            _ => None,
        };
        let pointed = match item.get("pointed") {
            Some(value) => serde_dynamo::from_attribute_value(value.clone())
                .map_err(|_| unreadable("pointer"))?,
            None => None,
        };
        let document = item
            .get("document")
            .cloned()
            .ok_or_else(|| unreadable("document"))?;
        Ok(Self {
            revision: whole("revision").ok_or_else(|| unreadable("revision"))?,
            wanted: whole("wanted").unwrap_or(0),
            aspects,
            pushed,
            pushed_at,
            holder: item
                .get("lease_holder")
                .and_then(|value| value.as_s().ok())
                .cloned(),
            lease_until: moment_of(item, "lease_until"),
            due_at: moment_of(item, "due_at"),
            pointed,
            link: serde_dynamo::from_attribute_value(document)
                .map_err(|_| unreadable("document"))?,
        })
    }

    pub(super) fn into_glimpse(self, now: Moment) -> Glimpse {
        Glimpse {
            leased: self.lease_until.is_some_and(|until| until > now),
            link: self.link,
            due_at: self.due_at,
            waiting: !self.aspects.is_empty(),
            pushed_at: self.pushed_at,
        }
    }
}

/// The link as an attribute.
pub(super) fn document_of(link: &Link) -> Result<AttributeValue, Trouble> {
    serde_dynamo::to_attribute_value(link)
        .map_err(|_| Trouble::never("writing a link", format!("{} cannot be written", link.case)))
}

pub(super) fn number_of(item: &Item, name: &str) -> Option<i64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

pub(super) fn moment_of(item: &Item, name: &str) -> Option<Moment> {
    number_of(item, name).map(Moment::from_epoch_ms)
}

pub(super) fn text_of(item: &Item, name: &str) -> Option<String> {
    item.get(name)?.as_s().ok().cloned()
}
