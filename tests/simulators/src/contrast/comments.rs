//! Comments over REST, and the record of them that people's comments share.
//!
//! Nobody changes or deletes another's comment over REST.

use serde_json::{Value, json};

use super::{
    CommentList, Contrast, SimComment, Switch,
    answer::{Answer, Answered, Refusal},
    query::Query,
    route::Kind,
    times::iso_ns,
    world::uuid_like,
};

/// The space of ids that comments have.
const IDS: u16 = 0xc033;
/// A text has to be shorter than this, counted as the product's runtime counts.
const TOO_LONG: usize = 64_000;

/// Where a comment is: the kind of its case, the case, the comment.
pub(super) type CommentPlace<'a> = (Kind, &'a str, &'a str);

impl Contrast {
    pub(super) fn list_comments(&self, kind: Kind, id: &str, query: &Query<'_>) -> Answered {
        if let CommentList::Off(status) = self.behaviour.comment_list {
            return Err(not_offered(status));
        }
        let all = self.comments_at(kind, id)?;
        let row = |comment| comment_row(kind, id, comment);
        Ok(Answer::ok(match self.behaviour.comment_list {
            CommentList::Paged => {
                let page = query.page()?;
                let content: Vec<_> = page.cut(all.iter()).map(row).collect();
                json!({ "content": content, "page": page.told(all.len()) })
            }
            CommentList::Keyed => json!({ "comments": all.iter().map(row).collect::<Vec<_>>() }),
            CommentList::Array | CommentList::Off(_) => all.iter().map(row).collect(),
        }))
    }

    pub(super) fn add_comment(
        &mut self,
        kind: Kind,
        id: &str,
        body: &Value,
        caller: usize,
        now_ms: i64,
    ) -> Answered {
        let text = comment_text(body)?;
        self.comments_at(kind, id)?;
        let comment = self.new_comment(caller, text, now_ms);
        let row = comment_row(kind, id, &comment);
        self.put_comment(kind, id, comment, now_ms);
        Ok(Answer::json(self.behaviour.written, row))
    }

    pub(super) fn write_comment(
        &mut self,
        place: CommentPlace<'_>,
        body: &Value,
        caller: usize,
        now_ms: i64,
    ) -> Answered {
        let text = comment_text(body)?;
        self.own_comment(place, caller)?;
        self.change_comment(place, text, now_ms);
        let (kind, id, comment_id) = place;
        let changed = self
            .comments_at(kind, id)?
            .iter()
            .find(|comment| comment.id == comment_id);
        changed
            .map(|comment| Answer::ok(comment_row(kind, id, comment)))
            .ok_or_else(no_comment)
    }

    pub(super) fn remove_comment(
        &mut self,
        place: CommentPlace<'_>,
        caller: usize,
        now_ms: i64,
    ) -> Answered {
        self.own_comment(place, caller)?;
        self.drop_comment(place, now_ms);
        Ok(Answer::empty(204))
    }

    pub(super) fn new_comment(&mut self, author: usize, text: &str, now_ms: i64) -> SimComment {
        let number = self.next_comment;
        self.next_comment += 1;
        let created_ns = self.comment_time(number, now_ms);
        let author = self.people.get(author);
        SimComment {
            id: uuid_like(IDS, number),
            user_id: author.map(|person| person.id.clone()).unwrap_or_default(),
            user: author
                .map(|person| person.email.clone())
                .unwrap_or_default(),
            text: text.to_owned(),
            created_ns,
            updated_ns: created_ns,
        }
    }

    pub(super) fn put_comment(&mut self, kind: Kind, id: &str, comment: SimComment, now_ms: i64) {
        if let Some(comments) = self.comments_mut(kind, id) {
            comments.push(comment);
            self.stir(kind, id, self.behaviour.comments, "Comment Added", now_ms);
        }
    }

    pub(super) fn change_comment(
        &mut self,
        place: CommentPlace<'_>,
        text: &str,
        now_ms: i64,
    ) -> bool {
        let (kind, id, comment_id) = place;
        let number = self.next_comment;
        let at_ns = self.comment_time(number, now_ms);
        let comments = self.comments_mut(kind, id).map(|all| all.iter_mut());
        let Some(comment) = comments
            .into_iter()
            .flatten()
            .find(|comment| comment.id == comment_id)
        else {
            return false;
        };
        text.clone_into(&mut comment.text);
        comment.updated_ns = at_ns;
        self.stir(kind, id, self.behaviour.comments, "Comment Edited", now_ms);
        true
    }

    pub(super) fn drop_comment(&mut self, place: CommentPlace<'_>, now_ms: i64) -> bool {
        let (kind, id, comment_id) = place;
        let Some(comments) = self.comments_mut(kind, id) else {
            return false;
        };
        let Some(position) = comments.iter().position(|comment| comment.id == comment_id) else {
            return false;
        };
        comments.remove(position);
        self.stir(kind, id, self.behaviour.comments, "Comment Deleted", now_ms);
        true
    }

    fn comments_at(&self, kind: Kind, id: &str) -> Result<&[SimComment], Refusal> {
        match kind {
            Kind::Incident => self
                .incident_at(id)
                .map(|incident| incident.comments.as_slice()),
            Kind::Issue => self.issue_at(id).map(|issue| issue.comments.as_slice()),
        }
    }

    fn comments_mut(&mut self, kind: Kind, id: &str) -> Option<&mut Vec<SimComment>> {
        match kind {
            Kind::Incident => self
                .incidents
                .get_mut(id)
                .map(|incident| &mut incident.comments),
            Kind::Issue => self.issues.get_mut(id).map(|issue| &mut issue.comments),
        }
    }

    fn own_comment(
        &self,
        (kind, id, comment_id): CommentPlace<'_>,
        caller: usize,
    ) -> Result<(), Refusal> {
        let comment = self
            .comments_at(kind, id)?
            .iter()
            .find(|comment| comment.id == comment_id);
        let comment = comment.ok_or_else(no_comment)?;
        if self
            .people
            .get(caller)
            .is_some_and(|person| person.id == comment.user_id)
        {
            Ok(())
        } else {
            Err(Refusal::new(403, "Only the author may change a comment"))
        }
    }

    /// Digits below the millisecond as a real clock has them, and never the same moment twice.
    fn comment_time(&mut self, number: u64, now_ms: i64) -> i64 {
        let below = i64::try_from(number.wrapping_mul(697_651) % 1_000_000).unwrap_or_default();
        let at_ns = now_ms.saturating_mul(1_000_000).saturating_add(below);
        self.last_comment_ns = at_ns.max(self.last_comment_ns.saturating_add(1));
        self.last_comment_ns
    }
}

/// Refuses what this tenant does not offer.
pub(super) fn offered(switch: Switch) -> Result<(), Refusal> {
    match switch {
        Switch::On => Ok(()),
        Switch::Off(status) => Err(not_offered(status)),
    }
}

/// The rules that a text has to keep, for people as well.
pub(super) fn acceptable(text: &str) -> bool {
    // Counting is spared where the bytes are few enough already.
    !text.trim().is_empty() && (text.len() < TOO_LONG || text.encode_utf16().count() < TOO_LONG)
}

fn comment_text(body: &Value) -> Result<&str, Refusal> {
    let text = body
        .get("commentText")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if acceptable(text) {
        Ok(text)
    } else {
        Err(Refusal::new(
            400,
            format!("commentText is required and must be shorter than {TOO_LONG}"),
        ))
    }
}

fn comment_row(kind: Kind, id: &str, comment: &SimComment) -> Value {
    let mut row = json!({
        "commentId": comment.id,
        "userId": comment.user_id,
        "userUid": comment.user,
        "commentText": comment.text,
        "createdTime": iso_ns(comment.created_ns),
        "lastUpdatedTime": iso_ns(comment.updated_ns),
    });
    let owner = match kind {
        Kind::Incident => "incident_id",
        Kind::Issue => "issue_id",
    };
    row[owner] = Value::String(id.to_owned());
    row
}

fn no_comment() -> Refusal {
    Refusal::new(404, "Comment was not found")
}

fn not_offered(status: u16) -> Refusal {
    Refusal::new(status, "Request method is not supported.")
}
