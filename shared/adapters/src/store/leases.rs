//! Wake-ups, leases and the saving of links.
//!
//! A wake-up cannot be lost: it counts one for each of its aspects, and whoever lets go of a lease
//! does so only on condition that the count is the one it has seen.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::update_item::{
        UpdateItemError, UpdateItemOutput, builders::UpdateItemFluentBuilder,
    },
    types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure},
};
use domain::{
    case::CaseId,
    link::{Aspect, Class, HistoryEntry, Link, Wakeup},
    moment::Moment,
    ports::{Acquired, Lease, Saved, Saving},
    reconcile::LEASE_MS,
    trouble::{Trouble, TroubleKind},
};

use super::{
    Item, TableStore, case_partition,
    item::{LinkItem, document_of},
    key,
    letting_go::LettingGo,
    moment, number, text, trouble,
};

/// Rounds of saving while wake-ups keep coming in.
const SAVE_ROUNDS: usize = 4;

impl TableStore {
    /// See `Store::wake`.
    pub(super) async fn store_wakeup(&self, wakeup: &Wakeup, now: Moment) -> Result<(), Trouble> {
        let doing = "storing a wake-up";
        if let Some((facts, at)) = &wakeup.pushed {
            let facts = serde_dynamo::to_attribute_value(facts)
                .map_err(|_| Trouble::never(doing, "the push cannot be written"))?;
            let request = self
                .wake_request(wakeup, now, ", pushed = :pushed, pushed_at = :pushed_at")?
                .expression_attribute_values(":pushed", facts)
                .expression_attribute_values(":pushed_at", moment(*at))
                .condition_expression("attribute_not_exists(pushed_at) OR pushed_at <= :pushed_at");
            match request.send().await {
                Ok(_) => return Ok(()),
                // A later push is known: this one is a reason to look, and nothing else.
                Err(error) if is_condition_failure(&error) => {}
                Err(error) => return Err(trouble(doing, &error)),
            }
        }
        let request = self.wake_request(wakeup, now, "")?;
        request
            .send()
            .await
            .map_err(|error| trouble(doing, &error))?;
        Ok(())
    }

    /// See `Store::note_push`.
    pub(super) async fn store_push_time(&self, case: &CaseId, at: Moment) -> Result<(), Trouble> {
        let answer = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(&case_partition(case), "link")))
            .update_expression("SET pushed_at = :at REMOVE pushed")
            .condition_expression(
                "attribute_exists(document) AND attribute_not_exists(aspects) \
                 AND (attribute_not_exists(pushed_at) OR pushed_at < :at)",
            )
            .expression_attribute_values(":at", moment(at))
            .send()
            .await;
        match answer {
            Ok(_) => Ok(()),
            // Something is wanted, or a later push is known: both make this one old.
            Err(error) if is_condition_failure(&error) => Ok(()),
            Err(error) => Err(trouble("noting a push", &error)),
        }
    }

    fn wake_request(
        &self,
        wakeup: &Wakeup,
        now: Moment,
        more: &str,
    ) -> Result<UpdateItemFluentBuilder, Trouble> {
        let fresh = Link::new(wakeup.case.clone(), now);
        let words: Vec<String> = wakeup.aspects.iter().map(Aspect::to_text).collect();
        Ok(self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(&case_partition(&wakeup.case), "link")))
            .update_expression(format!(
                "SET document = if_not_exists(document, :fresh), \
                 revision = if_not_exists(revision, :zero), \
                 class_list = if_not_exists(class_list, :hot), \
                 class_key = if_not_exists(class_key, :case), \
                 due_list = :due, due_at = :now{more} ADD wanted :count, aspects :aspects"
            ))
            .expression_attribute_values(":fresh", document_of(&fresh)?)
            .expression_attribute_values(":zero", number(0))
            .expression_attribute_values(":hot", text(Class::Hot.word()))
            .expression_attribute_values(":case", text(wakeup.case.to_string()))
            .expression_attribute_values(":due", text("due"))
            .expression_attribute_values(":now", moment(now))
            .expression_attribute_values(":count", number(words.len()))
            .expression_attribute_values(":aspects", AttributeValue::Ss(words)))
    }

    /// See `Store::acquire`.
    pub(super) async fn take_lease(
        &self,
        case: &CaseId,
        now: Moment,
        lease_ms: u64,
    ) -> Result<Acquired, Trouble> {
        let holder = (self.tokens)();
        let until = now.plus_ms(lease_ms);
        let answer = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(&case_partition(case), "link")))
            .update_expression("SET lease_holder = :holder, lease_until = :until, revision = revision + :one")
            .condition_expression(
                "attribute_exists(document) AND (attribute_not_exists(lease_until) OR lease_until <= :now)",
            )
            .expression_attribute_values(":holder", text(&holder))
            .expression_attribute_values(":until", moment(until))
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":now", moment(now))
            .return_values(ReturnValue::AllOld)
            .send()
            .await;
        let old = match answer {
            Ok(answer) => answer.attributes.unwrap_or_default(),
            Err(error) if is_condition_failure(&error) => return Ok(Acquired::HeldByAnother),
            Err(error) => return Err(trouble("taking the lease", &error)),
        };
        let item = LinkItem::read(case, &old)?;
        Ok(Acquired::Held(Box::new(Lease {
            holder,
            version: item.revision + 1,
            lapsed: item.holder.is_some(),
            ..lease_of(item)
        })))
    }

    /// See `Store::save`.
    pub(super) async fn save_link(
        &self,
        lease: Box<Lease>,
        saving: Saving,
        history: Vec<HistoryEntry>,
        now: Moment,
    ) -> Result<Saved, Trouble> {
        let mut lease = lease;
        self.point_to(&mut lease).await?;
        self.write_history(&lease.link.case, lease.version, &history)
            .await?;
        match saving {
            Saving::Keep => {
                self.send_save(&lease, now, LettingGo::keep()).await?;
                lease.version += 1;
                Ok(Saved::Held(lease))
            }
            Saving::Settled { due_at } => self.settle(lease, due_at, now).await,
            Saving::Unfinished { due_at } => {
                let more_wanted = match self
                    .send_save(&lease, now, LettingGo::unfinished(due_at, true))
                    .await?
                {
                    Sent::Saved => false,
                    // Something was wanted meanwhile: it need not wait for our next attempt.
                    Sent::MoreWanted(_) => {
                        self.send_save(&lease, now, LettingGo::unfinished(now, false))
                            .await?;
                        true
                    }
                };
                Ok(Saved::Released { more_wanted })
            }
        }
    }

    /// Lets go if nothing more was wanted; otherwise keeps the lease and forgets what is done.
    async fn settle(
        &self,
        mut lease: Box<Lease>,
        due_at: Option<Moment>,
        now: Moment,
    ) -> Result<Saved, Trouble> {
        for _ in 0..SAVE_ROUNDS {
            let Sent::MoreWanted(item) = self
                .send_save(&lease, now, LettingGo::settled(due_at))
                .await?
            else {
                return Ok(Saved::Released { more_wanted: false });
            };
            let added: BTreeSet<Aspect> =
                item.aspects.difference(&lease.aspects).cloned().collect();
            // Each aspect of a wake-up counts one. If the count is explained by aspects that are new,
            // none of those in hand was wanted again, and they are done.
            let all_new = item.wanted.checked_sub(lease.wanted) == Some(added.len() as u64);
            let done = if all_new {
                lease.aspects.clone()
            } else {
                BTreeSet::new()
            };
            lease.wanted = item.wanted;
            if let Sent::Saved = self.send_save(&lease, now, LettingGo::again(done)).await? {
                lease.version += 1;
                lease.aspects = if all_new { added } else { item.aspects };
                lease.pushed = item.pushed;
                lease.lapsed = false;
                return Ok(Saved::Held(lease));
            }
        }
        self.send_save(&lease, now, LettingGo::unfinished(now, false))
            .await?;
        Ok(Saved::Released { more_wanted: true })
    }

    async fn send_save(
        &self,
        lease: &Lease,
        now: Moment,
        letting: LettingGo,
    ) -> Result<Sent, Trouble> {
        let doing = "saving the link";
        let mut request = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(&case_partition(&lease.link.case), "link")))
            .update_expression(letting.expression())
            .condition_expression(letting.condition())
            .expression_attribute_values(":document", document_of(&lease.link)?)
            .expression_attribute_values(":class", text(lease.link.class(now).word()))
            .expression_attribute_values(":pointed", pointed_of(lease)?)
            .expression_attribute_values(":holder", text(&lease.holder))
            .expression_attribute_values(":revision", number(lease.version))
            .expression_attribute_values(":next", number(lease.version + 1))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        if letting.checks_wanted {
            request = request.expression_attribute_values(":wanted", number(lease.wanted));
        }
        if letting.keeps_lease {
            request = request.expression_attribute_values(":until", moment(now.plus_ms(LEASE_MS)));
        }
        if let Some(due_at) = letting.due_at {
            request = request
                .expression_attribute_values(":due", text("due"))
                .expression_attribute_values(":due_at", moment(due_at));
        }
        if !letting.done.is_empty() {
            let words = letting.done.iter().map(Aspect::to_text).collect();
            request = request.expression_attribute_values(":done", AttributeValue::Ss(words));
        }
        match request.send().await {
            Ok(UpdateItemOutput { .. }) => Ok(Sent::Saved),
            Err(error) => {
                let Some(old) = item_of_failure(&error) else {
                    return Err(trouble(doing, &error));
                };
                let item = LinkItem::read(&lease.link.case, &old)?;
                if item.holder.as_deref() != Some(&lease.holder) || item.revision != lease.version {
                    return Err(Trouble::of(doing, "the lease was lost", TroubleKind::Held));
                }
                Ok(Sent::MoreWanted(Box::new(item)))
            }
        }
    }

    /// Makes the case findable from its ticket, before the link itself says that it has one.
    async fn point_to(&self, lease: &mut Lease) -> Result<(), Trouble> {
        let Some(pair) = lease.link.pair() else {
            return Ok(());
        };
        let address = (pair.ticket.site.clone(), pair.ticket.id.clone());
        if lease.pointed.as_ref() == Some(&address) {
            return Ok(());
        }
        let mut item = key(
            &super::pointers::pointer_partition(&address.0, &address.1),
            "pointer",
        );
        item.insert("case_id".to_owned(), text(lease.link.case.to_string()));
        self.put(item, "making the case findable from its ticket")
            .await?;
        lease.pointed = Some(address);
        Ok(())
    }
}

/// What became of one try to save.
enum Sent {
    Saved,
    MoreWanted(Box<LinkItem>),
}

fn lease_of(item: LinkItem) -> Lease {
    Lease {
        link: item.link,
        holder: String::new(),
        version: item.revision,
        wanted: item.wanted,
        aspects: item.aspects,
        pushed: item.pushed,
        lapsed: false,
        pointed: item.pointed,
    }
}

fn pointed_of(lease: &Lease) -> Result<AttributeValue, Trouble> {
    serde_dynamo::to_attribute_value(&lease.pointed)
        .map_err(|_| Trouble::never("saving the link", "its pointer cannot be written"))
}

fn is_condition_failure<R>(error: &SdkError<UpdateItemError, R>) -> bool {
    error
        .as_service_error()
        .is_some_and(UpdateItemError::is_conditional_check_failed_exception)
}

fn item_of_failure<R>(error: &SdkError<UpdateItemError, R>) -> Option<Item> {
    match error.as_service_error()? {
        UpdateItemError::ConditionalCheckFailedException(failure) => {
            Some(failure.item.clone().unwrap_or_default())
        }
        _ => None,
    }
}
