//! Comments through the API.
//!
//! A missing permission is a 400 and a missing comment a 404; the two are never mixed up.

use serde_json::{Value, json};

use super::{
    Audience, Jira, SimComment, adf,
    answer::{Answer, Answered},
    service::Ask,
    text_at, tickets,
    values::{self, Refused},
};

/// The most comments on one page.
const PAGE: usize = 100;
/// Roles and groups that a comment can be restricted to.
const ROLES: [&str; 2] = ["Administrators", "Developers"];
const GROUPS: [&str; 1] = ["jira-administrators"];

impl Jira {
    pub(super) fn shows_comment(&self, comment: &SimComment, who: usize) -> bool {
        let person = &self.people[who];
        !comment.internal() || person.sees_internal || comment.author == person.account_id
    }

    pub(super) fn list_comments(&self, ask: &Ask<'_>) -> Answered {
        let id = self.seen(ask.first, ask.who)?;
        let bad_number = |()| Answer::message(400, "startAt and maxResults must be numbers.");
        let start = ask.query.number("startAt", 0).map_err(bad_number)?;
        let most = ask
            .query
            .number("maxResults", PAGE)
            .map_err(bad_number)?
            .min(PAGE);
        let backwards = match ask.query.get("orderBy") {
            None | Some("created" | "+created") => false,
            Some("-created") => true,
            Some(_) => {
                return Err(Answer::message(
                    400,
                    "Invalid orderBy: only created is supported.",
                ));
            }
        };
        let with_properties = ask.query.list("expand").any(|item| item == "properties");
        let Some(ticket) = self.present(id) else {
            return Err(Answer::no_such_ticket());
        };
        let mut shown: Vec<&SimComment> = ticket
            .comments
            .iter()
            .filter(|comment| self.shows_comment(comment, ask.who))
            .collect();
        if backwards {
            shown.reverse();
        }
        let page: Vec<Value> = shown
            .iter()
            .skip(start)
            .take(most)
            .map(|comment| self.comment_json(&ticket.id, comment, with_properties))
            .collect();
        Ok(Answer::ok(json!({
            "startAt": start, "maxResults": most, "total": shown.len(), "comments": page,
        })))
    }

    pub(super) fn read_comment(&self, ask: &Ask<'_>) -> Answered {
        let id = self.seen(ask.first, ask.who)?;
        let position = self.comment_position(id, ask.second, ask.who)?;
        let with_properties = ask.query.list("expand").any(|item| item == "properties");
        Ok(Answer::ok(self.comment_at(id, position, with_properties)))
    }

    pub(super) fn add_comment(&mut self, ask: &Ask<'_>) -> Answered {
        let id = self.writable(ask.first, ask.who, ask.now)?;
        if !self.may_on(ask.who, id, "ADD_COMMENTS") {
            return Err(Answer::field(
                "comment",
                "You do not have the permission to comment on this issue.",
            ));
        }
        let body = comment_body(&ask.body)?;
        let audience = audience(&ask.body)?;
        let properties = tickets::properties(&ask.body)?;
        let author = self.account(ask.who).to_owned();
        let comment = SimComment {
            id: String::new(),
            author: author.clone(),
            update_author: author,
            body,
            properties,
            audience,
            created_ms: ask.now,
            updated_ms: ask.now,
        };
        let (position, _) = self.put_comment(id, comment, ask.now);
        let mut answer = Answer::ok(self.comment_at(id, position, true));
        answer.status = 201;
        Ok(answer)
    }

    pub(super) fn edit_comment_by_api(&mut self, ask: &Ask<'_>) -> Answered {
        let id = self.writable(ask.first, ask.who, ask.now)?;
        let position = self.comment_position(id, ask.second, ask.who)?;
        if !self.may_touch(
            id,
            position,
            ask.who,
            "EDIT_OWN_COMMENTS",
            "EDIT_ALL_COMMENTS",
        ) {
            return Err(Answer::message(
                400,
                "You do not have the permission to edit this comment.",
            ));
        }
        let body = comment_body(&ask.body)?;
        let audience = audience(&ask.body)?;
        let properties = tickets::properties(&ask.body)?;
        let editor = self.account(ask.who).to_owned();
        self.revise_comment(id, position, &editor, ask.now, |comment| {
            comment.body = body;
            comment.properties.extend(properties);
            if comment.audience != Audience::Agents {
                comment.audience = audience;
            }
        });
        Ok(Answer::ok(self.comment_at(id, position, true)))
    }

    pub(super) fn delete_comment_by_api(&mut self, ask: &Ask<'_>) -> Answered {
        let id = self.writable(ask.first, ask.who, ask.now)?;
        let position = self.comment_position(id, ask.second, ask.who)?;
        if !self.may_touch(
            id,
            position,
            ask.who,
            "DELETE_OWN_COMMENTS",
            "DELETE_ALL_COMMENTS",
        ) {
            return Err(Answer::message(
                400,
                "You do not have the permission to delete this comment.",
            ));
        }
        self.remove_comment(id, position, ask.now);
        Ok(Answer::nothing())
    }

    fn may_touch(&self, id: u64, position: usize, who: usize, own: &str, all: &str) -> bool {
        let comment = self
            .present(id)
            .and_then(|ticket| ticket.comments.get(position));
        let is_own = comment.is_some_and(|comment| comment.author == self.account(who));
        self.may_on(who, id, all) || is_own && self.may_on(who, id, own)
    }

    fn comment_position(&self, id: u64, comment_id: &str, who: usize) -> Result<usize, Answer> {
        self.present(id)
            .and_then(|ticket| {
                ticket.comments.iter().position(|comment| {
                    comment.id == comment_id && self.shows_comment(comment, who)
                })
            })
            .ok_or_else(|| {
                Answer::message(
                    404,
                    format!("Can not find a comment for the id: {comment_id}."),
                )
            })
    }

    fn comment_at(&self, id: u64, position: usize, with_properties: bool) -> Value {
        let ticket = self.present(id);
        ticket
            .and_then(|ticket| {
                ticket
                    .comments
                    .get(position)
                    .map(|comment| (ticket, comment))
            })
            .map_or(Value::Null, |(ticket, comment)| {
                self.comment_json(&ticket.id, comment, with_properties)
            })
    }

    /// Adds a comment, gives it an id, moves `updated` and sends the event.
    pub(super) fn put_comment(
        &mut self,
        id: u64,
        mut comment: SimComment,
        now: i64,
    ) -> (usize, String) {
        let number = self.next_comment_id;
        self.next_comment_id += 1;
        comment.id = number.to_string();
        let told = comment.clone();
        let position = self.change(id, now, |ticket| {
            ticket.updated_ms = now;
            ticket.comments.push(comment);
            ticket.comments.len() - 1
        });
        self.comment_homes.insert(number, id);
        self.tell_of_comment(id, "comment_created", &told, "Primary", now);
        (position.unwrap_or_default(), told.id)
    }

    /// Changes a comment, moves `updated` and sends the event.
    pub(super) fn revise_comment(
        &mut self,
        id: u64,
        position: usize,
        editor: &str,
        now: i64,
        act: impl FnOnce(&mut SimComment),
    ) {
        let told = self.change(id, now, |ticket| {
            ticket.updated_ms = now;
            let comment = ticket.comments.get_mut(position)?;
            act(comment);
            editor.clone_into(&mut comment.update_author);
            comment.updated_ms = now;
            Some(comment.clone())
        });
        if let Some(comment) = told.flatten() {
            self.tell_of_comment(id, "comment_updated", &comment, "Primary", now);
        }
    }

    /// Removes a comment, moves `updated` and sends the event.
    pub(super) fn remove_comment(&mut self, id: u64, position: usize, now: i64) {
        let told = self.change(id, now, |ticket| {
            ticket.updated_ms = now;
            (position < ticket.comments.len()).then(|| ticket.comments.remove(position))
        });
        if let Some(comment) = told.flatten() {
            if let Ok(number) = comment.id.parse() {
                self.comment_homes.remove(&number);
            }
            self.tell_of_comment(id, "comment_deleted", &comment, "Primary", now);
        }
    }
}

fn comment_body(request: &Value) -> Result<Value, Answer> {
    let empty = || Answer::field("comment", "Comment body can not be empty!");
    let body = request
        .get("body")
        .filter(|body| !body.is_null())
        .ok_or_else(empty)?;
    match values::document(body) {
        Ok(Some(_)) if adf::is_blank(body) => Err(empty()),
        Ok(Some(stored)) => Ok(stored),
        Ok(None) => Err(empty()),
        Err(Refused::Because(words)) if words == values::NOT_A_DOCUMENT => {
            Err(Answer::field("comment", "Comment body is not valid!"))
        }
        Err(Refused::Because(words)) => Err(Answer::field("comment", words)),
        Err(Refused::Document(why)) => Err(Answer::bad_document(why)),
    }
}

fn audience(request: &Value) -> Result<Audience, Answer> {
    let Some(visibility) = request
        .get("visibility")
        .filter(|visibility| !visibility.is_null())
    else {
        return Ok(Audience::Everyone);
    };
    let name = text_at(visibility, "value").or_else(|| text_at(visibility, "identifier"));
    match (text_at(visibility, "type"), name) {
        (Some("role"), Some(name)) if ROLES.contains(&name) => Ok(Audience::Role(name.into())),
        (Some("group"), Some(name)) if GROUPS.contains(&name) => Ok(Audience::Group(name.into())),
        _ => Err(Answer::field(
            "commentLevel",
            "The comment's visibility names no known role or group.",
        )),
    }
}
