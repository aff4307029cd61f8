//! Links from tickets to the outside.
//!
//! The same `globalId` never makes a second link.

use serde_json::{Value, json};

use super::{
    Jira, SimLink,
    answer::{Answer, Answered, FieldErrors},
    service::Ask,
    text_at,
    webhook::Change,
};

impl Jira {
    pub(super) fn list_links(&self, ask: &Ask<'_>) -> Answered {
        let id = self.seen(ask.first, ask.who)?;
        let Some(ticket) = self.present(id) else {
            return Err(Answer::no_such_ticket());
        };
        if let Some(global_id) = ask.query.get("globalId") {
            let found = ticket
                .links
                .iter()
                .find(|link| link.global_id.as_deref() == Some(global_id));
            return found
                .map(|link| Answer::ok(self.link_json(&ticket.key, link)))
                .ok_or_else(|| {
                    Answer::message(404, "No remote issue link with this global ID exists.")
                });
        }
        let links: Vec<Value> = ticket
            .links
            .iter()
            .map(|link| self.link_json(&ticket.key, link))
            .collect();
        Ok(Answer::ok(Value::Array(links)))
    }

    fn link_json(&self, key: &str, link: &SimLink) -> Value {
        let mut read = json!({
            "id": link.id,
            "self": format!("{}/rest/api/3/issue/{key}/remotelink/{}", self.base_url, link.id),
            "application": link.application.clone().unwrap_or_else(|| json!({})),
            "object": link.object,
        });
        if let Some(global_id) = &link.global_id {
            read["globalId"] = json!(global_id);
        }
        if let Some(relationship) = &link.relationship {
            read["relationship"] = json!(relationship);
        }
        read
    }

    pub(super) fn put_link(&mut self, ask: &Ask<'_>) -> Answered {
        let id = self.writable(ask.first, ask.who, ask.now)?;
        if !self.may_on(ask.who, id, "LINK_ISSUES") {
            return Err(Answer::message(403, "No Link Issue Permission for issue."));
        }
        let mut link = link_of(&ask.body)?;
        let Some(ticket) = self.present(id) else {
            return Err(Answer::no_such_ticket());
        };
        let known = ticket
            .links
            .iter()
            .position(|other| link.global_id.is_some() && other.global_id == link.global_id);
        let before = known.map(|position| {
            let old = &ticket.links[position];
            (old.id, old.title.clone(), old.object == link.object)
        });
        link.id = before
            .as_ref()
            .map_or(self.next_link_id, |(number, ..)| *number);
        if known.is_none() {
            self.next_link_id += 1;
        }
        let number = link.id;
        let unchanged = before.as_ref().is_some_and(|(_, _, same)| *same);
        let change = Change::of(
            "RemoteIssueLink",
            before.map(|(_, title, _)| title),
            Some(link.title.clone()),
        )
        .with_ids(known.map(|_| number.to_string()), Some(number.to_string()));
        let actor = self.account(ask.who).to_owned();
        self.change_and_tell(id, &actor, ask.now, |ticket| {
            match known {
                Some(position) => ticket.links[position] = link,
                None => ticket.links.push(link),
            }
            if unchanged { Vec::new() } else { vec![change] }
        });
        let key = self
            .present(id)
            .map(|ticket| ticket.key.clone())
            .unwrap_or_default();
        let address = format!(
            "{}/rest/api/3/issue/{key}/remotelink/{number}",
            self.base_url
        );
        let status = if known.is_some() { 200 } else { 201 };
        Ok(Answer::json(
            status,
            json!({ "id": number, "self": address }),
        ))
    }
}

fn link_of(body: &Value) -> Result<SimLink, Answer> {
    let object = body.get("object").filter(|object| object.is_object());
    let Some(object) = object else {
        return Err(Answer::field("object", "'object' is required."));
    };
    let mut errors = FieldErrors::new();
    for name in ["title", "url"] {
        if text_at(object, name).is_none_or(|text| text.trim().is_empty()) {
            errors.insert(name.into(), format!("'{name}' is required."));
        } else if text_at(object, name).is_some_and(|text| text.encode_utf16().count() > 2_000) {
            errors.insert(name.into(), format!("'{name}' is too long."));
        }
    }
    let url = text_at(object, "url").unwrap_or_default();
    if !errors.contains_key("url") && url::Url::parse(url).is_err() {
        errors.insert("url".into(), "The URL is not valid.".into());
    }
    let global_id = match body.get("globalId") {
        None | Some(Value::Null) => None,
        Some(Value::String(global_id)) if !global_id.is_empty() && global_id.len() <= 255 => {
            Some(global_id.clone())
        }
        Some(_) => {
            errors.insert(
                "globalId".into(),
                "'globalId' must be a string of at most 255 characters.".into(),
            );
            None
        }
    };
    if !errors.is_empty() {
        return Err(Answer::fields(errors));
    }
    let resolved = object["status"]["resolved"].as_bool().unwrap_or(false);
    Ok(SimLink {
        id: 0,
        global_id,
        url: url.to_owned(),
        title: text_at(object, "title").unwrap_or_default().to_owned(),
        resolved,
        object: object.clone(),
        relationship: text_at(body, "relationship").map(Into::into),
        application: body
            .get("application")
            .filter(|application| application.is_object())
            .cloned(),
    })
}
