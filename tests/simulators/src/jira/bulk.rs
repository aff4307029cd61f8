//! Reading many at once, past the search index.
//!
//! What is missing or hidden is left out without a word.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    Jira,
    answer::{Answer, Answered},
    render::Selection,
    service::Ask,
};

/// The most tickets of one bulk read.
const MOST_TICKETS: usize = 100;
/// The most comments of one list.
const MOST_COMMENTS: usize = 1_000;
/// The most properties that a bulk read or a search answers with.
const MOST_PROPERTIES: usize = 5;

impl Jira {
    pub(super) fn bulk_fetch(&self, ask: &Ask<'_>) -> Answered {
        only_keys(
            &ask.body,
            &[
                "issueIdsOrKeys",
                "fields",
                "properties",
                "expand",
                "fieldsByKeys",
            ],
        )?;
        let wanted = strings_at(&ask.body, "issueIdsOrKeys")?;
        if wanted.is_empty() || wanted.len() > MOST_TICKETS {
            return Err(Answer::message(
                400,
                "Between 1 and 100 issue ids or keys must be given.",
            ));
        }
        strings_at(&ask.body, "expand")?;
        let selection = Selection::of(&strings_at(&ask.body, "fields")?, "*navigable");
        let properties = properties_at(&ask.body)?;
        let found: BTreeSet<u64> = wanted
            .iter()
            .filter_map(|named| self.seen(named, ask.who).ok())
            .collect();
        let tickets: Vec<Value> = found
            .iter()
            .filter_map(|id| self.present(*id))
            .map(|ticket| self.ticket_json(ticket, &selection, &properties, 3, ask.who))
            .collect();
        Ok(Answer::ok(json!({ "issues": tickets, "issueErrors": [] })))
    }

    pub(super) fn comments_by_id(&self, ask: &Ask<'_>) -> Answered {
        only_keys(&ask.body, &["ids"])?;
        let ids = ask
            .body
            .get("ids")
            .and_then(Value::as_array)
            .ok_or_else(Answer::bad_payload)?;
        if ids.is_empty() || ids.len() > MOST_COMMENTS {
            return Err(Answer::message(
                400,
                "Between 1 and 1000 comment ids must be given.",
            ));
        }
        let with_properties = ask.query.list("expand").any(|item| item == "properties");
        let mut wanted = BTreeSet::new();
        for id in ids {
            wanted.insert(id.as_u64().ok_or_else(Answer::bad_payload)?);
        }
        let mut shown = Vec::new();
        for number in wanted {
            let home = self
                .comment_homes
                .get(&number)
                .filter(|home| self.shows(**home, ask.who));
            let Some(ticket) = home.and_then(|home| self.present(*home)) else {
                continue;
            };
            let name = number.to_string();
            let comment = ticket
                .comments
                .iter()
                .find(|comment| comment.id == name && self.shows_comment(comment, ask.who));
            if let Some(comment) = comment {
                shown.push(self.comment_json(&ticket.id, comment, with_properties));
            }
        }
        Ok(Answer::ok(json!({
            "isLast": true, "maxResults": 1_048_576, "startAt": 0, "total": shown.len(), "values": shown,
        })))
    }
}

/// Refuses a body with a property that its bean does not know.
pub(super) fn only_keys(body: &Value, known: &[&str]) -> Result<(), Answer> {
    let unknown = body
        .as_object()
        .is_some_and(|fields| fields.keys().any(|key| !known.contains(&key.as_str())));
    if unknown {
        Err(Answer::bad_payload())
    } else {
        Ok(())
    }
}

/// An array of strings, empty when absent.
pub(super) fn strings_at<'a>(body: &'a Value, key: &str) -> Result<Vec<&'a str>, Answer> {
    match body.get(key) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| item.as_str().ok_or_else(Answer::bad_payload))
            .collect(),
        Some(_) => Err(Answer::bad_payload()),
    }
}

/// The properties wanted, at most five.
pub(super) fn properties_at(body: &Value) -> Result<Vec<&str>, Answer> {
    let properties = strings_at(body, "properties")?;
    if properties.len() > MOST_PROPERTIES {
        return Err(Answer::message(
            400,
            "At most 5 issue property keys can be given.",
        ));
    }
    Ok(properties)
}
