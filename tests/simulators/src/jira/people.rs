//! People at work in Jira: each act changes the state first and queues its deliveries after.
//!
//! People are not bound by what the API account may do, only by what there is.

use std::fmt;

use super::{
    Audience, Jira, SimComment, adf,
    edits::{Resolving, put_description, put_labels, put_status},
    webhook::Change,
};

/// Why somebody cannot do a thing: it names what there is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Impossible {
    /// Nobody has this name or account id.
    NoSuchPerson(String),
    /// No such ticket, or it was deleted.
    NoSuchTicket(String),
    /// No such comment on the ticket.
    NoSuchComment(String),
    /// No such status, priority or project.
    NoSuchName(String),
}

impl fmt::Display for Impossible {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, name) = match self {
            Self::NoSuchPerson(name) => ("person", name),
            Self::NoSuchTicket(name) => ("ticket", name),
            Self::NoSuchComment(name) => ("comment", name),
            Self::NoSuchName(name) => ("status, priority or project", name),
        };
        write!(out, "there is no {what} {name}")
    }
}

impl std::error::Error for Impossible {}

type Done<T = ()> = Result<T, Impossible>;

impl Jira {
    fn standing(&self, ticket: &str) -> Done<u64> {
        self.ticket_number(ticket)
            .filter(|id| self.present(*id).is_some_and(|ticket| !ticket.deleted))
            .ok_or_else(|| Impossible::NoSuchTicket(ticket.to_owned()))
    }

    /// The account id of somebody, by that id or by name.
    fn actor(&self, person: &str) -> Done<String> {
        self.people
            .iter()
            .find(|other| other.account_id == person || other.display_name == person)
            .map(|other| other.account_id.clone())
            .ok_or_else(|| Impossible::NoSuchPerson(person.to_owned()))
    }

    fn position(&self, id: u64, comment_id: &str) -> Done<usize> {
        self.present(id)
            .and_then(|ticket| {
                ticket
                    .comments
                    .iter()
                    .position(|comment| comment.id == comment_id)
            })
            .ok_or_else(|| Impossible::NoSuchComment(comment_id.to_owned()))
    }

    /// Somebody comments; answers with the comment's id.
    pub fn comment(&mut self, ticket: &str, person: &str, text: &str, now_ms: i64) -> Done<String> {
        self.comment_for(ticket, person, text, Audience::Everyone, now_ms)
    }

    /// Somebody comments for the administrators only.
    pub fn comment_internal(
        &mut self,
        ticket: &str,
        person: &str,
        text: &str,
        now_ms: i64,
    ) -> Done<String> {
        self.comment_for(
            ticket,
            person,
            text,
            Audience::Role("Administrators".into()),
            now_ms,
        )
    }

    /// Somebody comments for an audience.
    pub fn comment_for(
        &mut self,
        ticket: &str,
        person: &str,
        text: &str,
        audience: Audience,
        now_ms: i64,
    ) -> Done<String> {
        let id = self.standing(ticket)?;
        let author = self.actor(person)?;
        let comment = SimComment {
            id: String::new(),
            author: author.clone(),
            update_author: author,
            body: adf::stored(&adf::document(text)),
            properties: std::collections::BTreeMap::new(),
            audience,
            created_ms: now_ms,
            updated_ms: now_ms,
        };
        Ok(self.put_comment(id, comment, now_ms).1)
    }

    /// Somebody changes the text of a comment.
    pub fn edit_comment(
        &mut self,
        ticket: &str,
        person: &str,
        comment: &str,
        text: &str,
        now_ms: i64,
    ) -> Done {
        let id = self.standing(ticket)?;
        let editor = self.actor(person)?;
        let position = self.position(id, comment)?;
        let body = adf::stored(&adf::document(text));
        self.revise_comment(id, position, &editor, now_ms, |comment| comment.body = body);
        Ok(())
    }

    /// Somebody restricts a comment to a group.
    pub fn restrict_comment(
        &mut self,
        ticket: &str,
        person: &str,
        comment: &str,
        now_ms: i64,
    ) -> Done {
        let id = self.standing(ticket)?;
        let editor = self.actor(person)?;
        let position = self.position(id, comment)?;
        let audience = Audience::Group("security-team".into());
        self.revise_comment(id, position, &editor, now_ms, |comment| {
            comment.audience = audience;
        });
        Ok(())
    }

    /// Somebody shows a restricted comment to everybody.
    pub fn release_comment(
        &mut self,
        ticket: &str,
        person: &str,
        comment: &str,
        now_ms: i64,
    ) -> Done {
        let id = self.standing(ticket)?;
        let editor = self.actor(person)?;
        let position = self.position(id, comment)?;
        self.revise_comment(id, position, &editor, now_ms, |comment| {
            comment.audience = Audience::Everyone;
        });
        Ok(())
    }

    /// Somebody deletes a comment.
    pub fn delete_comment(
        &mut self,
        ticket: &str,
        person: &str,
        comment: &str,
        now_ms: i64,
    ) -> Done {
        let id = self.standing(ticket)?;
        self.actor(person)?;
        let position = self.position(id, comment)?;
        self.remove_comment(id, position, now_ms);
        Ok(())
    }

    /// Somebody moves a ticket to a status, over as many ways as it takes. The resolution follows
    /// the way that leads there, where one starts at the present status, and the category otherwise.
    pub fn transition_to(&mut self, ticket: &str, person: &str, status: &str, now_ms: i64) -> Done {
        let id = self.standing(ticket)?;
        let actor = self.actor(person)?;
        let target = self
            .status_named(status)
            .cloned()
            .ok_or_else(|| Impossible::NoSuchName(status.to_owned()))?;
        let Some(present) = self.present(id) else {
            return Ok(());
        };
        let way = self.projects.get(&present.project).and_then(|project| {
            project.workflow.transitions.iter().find(|way| {
                way.to == status && (way.from.is_empty() || way.from.contains(&present.status))
            })
        });
        let first = self.resolutions.first().map(|(_, name)| name.clone());
        let screen_asks =
            way.is_some_and(|way| way.screen.iter().any(|field| field.id == "resolution"));
        let resolving = match (way.and_then(|way| way.sets_resolution.clone()), first) {
            (Some(name), _) => Resolving::Set(name),
            (None, Some(first)) if screen_asks => Resolving::Set(first),
            (None, Some(first)) if way.is_none() && target.category == "done" => {
                Resolving::Set(first)
            }
            _ if way.is_none_or(|way| way.clears_resolution) => Resolving::Clear,
            _ => Resolving::Leave,
        };
        self.change_and_tell(id, &actor, now_ms, |ticket| {
            let mut changes = Vec::new();
            if ticket.status != target.name {
                put_status(&mut changes, ticket, &target, resolving, now_ms);
            }
            changes
        });
        Ok(())
    }

    /// Somebody sets the priority.
    pub fn set_priority(
        &mut self,
        ticket: &str,
        person: &str,
        priority: &str,
        now_ms: i64,
    ) -> Done {
        let id = self.standing(ticket)?;
        let actor = self.actor(person)?;
        if !self.priorities.iter().any(|(_, name)| name == priority) {
            return Err(Impossible::NoSuchName(priority.to_owned()));
        }
        self.change_and_tell(id, &actor, now_ms, |ticket| {
            let before = ticket.priority.replace(priority.to_owned());
            if before.as_deref() == Some(priority) {
                return Vec::new();
            }
            vec![Change::of("priority", before, Some(priority.to_owned()))]
        });
        Ok(())
    }

    /// Somebody writes another description; an empty one empties it.
    pub fn edit_description(
        &mut self,
        ticket: &str,
        person: &str,
        text: &str,
        now_ms: i64,
    ) -> Done {
        let id = self.standing(ticket)?;
        let actor = self.actor(person)?;
        let document = (!text.is_empty()).then(|| adf::stored(&adf::document(text)));
        self.change_and_tell(id, &actor, now_ms, |ticket| {
            let mut changes = Vec::new();
            put_description(&mut changes, ticket, document);
            changes
        });
        Ok(())
    }

    /// Somebody writes another summary.
    pub fn edit_summary(&mut self, ticket: &str, person: &str, summary: &str, now_ms: i64) -> Done {
        let id = self.standing(ticket)?;
        let actor = self.actor(person)?;
        self.change_and_tell(id, &actor, now_ms, |ticket| {
            if ticket.summary == summary {
                return Vec::new();
            }
            let before = std::mem::replace(&mut ticket.summary, summary.to_owned());
            vec![Change::of(
                "summary",
                Some(before),
                Some(summary.to_owned()),
            )]
        });
        Ok(())
    }

    /// Somebody takes a label away.
    pub fn remove_label(&mut self, ticket: &str, person: &str, label: &str, now_ms: i64) -> Done {
        let id = self.standing(ticket)?;
        let actor = self.actor(person)?;
        self.change_and_tell(id, &actor, now_ms, |ticket| {
            let mut labels = ticket.labels.clone();
            labels.remove(label);
            let mut changes = Vec::new();
            put_labels(&mut changes, ticket, labels);
            changes
        });
        Ok(())
    }

    /// Somebody moves a ticket to another project; answers with its new key. It keeps its id, and
    /// its old keys still find it. The fields that the other project lacks are lost.
    pub fn move_ticket(
        &mut self,
        ticket: &str,
        person: &str,
        project: &str,
        now_ms: i64,
    ) -> Done<String> {
        let id = self.standing(ticket)?;
        let actor = self.actor(person)?;
        let home = self
            .projects
            .get_mut(project)
            .ok_or_else(|| Impossible::NoSuchName(project.to_owned()))?;
        let key = format!("{project}-{}", home.next_number);
        home.next_number += 1;
        let kinds: Vec<String> = home.types.iter().map(|kind| kind.name.clone()).collect();
        let kept: Vec<String> = home.fields.keys().cloned().collect();
        let new_key = key.clone();
        self.change_and_tell(id, &actor, now_ms, |ticket| {
            if !kinds.contains(&ticket.ticket_type) {
                ticket.ticket_type = kinds.into_iter().next().unwrap_or_default();
            }
            ticket.fields.retain(|field, _| kept.contains(field));
            let old_project = std::mem::replace(&mut ticket.project, project.to_owned());
            let old_key = std::mem::replace(&mut ticket.key, new_key.clone());
            vec![
                Change::of("project", Some(old_project), Some(project.to_owned())),
                Change::of("Key", Some(old_key), Some(new_key)),
            ]
        });
        self.keys.insert(key.clone(), id);
        Ok(key)
    }

    /// Somebody deletes a ticket. The events of its comments come as a cascade, before its own:
    /// nothing promises an order, and this one is the harder to get right.
    pub fn delete_ticket(&mut self, ticket: &str, person: &str, now_ms: i64) -> Done {
        let id = self.standing(ticket)?;
        let actor = self.actor(person)?;
        let comments = self
            .present(id)
            .map(|ticket| ticket.comments.clone())
            .unwrap_or_default();
        self.change(id, now_ms, |ticket| {
            ticket.deleted = true;
            ticket.updated_ms = now_ms;
        });
        for comment in &comments {
            self.tell_of_comment(id, "comment_deleted", comment, "Secondary", now_ms);
        }
        self.tell_deleted(id, &actor, now_ms);
        Ok(())
    }

    /// Hides a ticket from the API (issue security): reads answer 404, and no event is sent.
    pub fn hide_ticket(&mut self, ticket: &str, now_ms: i64) -> Done {
        self.set_hidden(ticket, true, now_ms)
    }

    /// Shows a hidden ticket again; no event is sent.
    pub fn show_ticket(&mut self, ticket: &str, now_ms: i64) -> Done {
        self.set_hidden(ticket, false, now_ms)
    }

    fn set_hidden(&mut self, ticket: &str, hidden: bool, now_ms: i64) -> Done {
        let id = self.standing(ticket)?;
        self.change(id, now_ms, |ticket| ticket.hidden = hidden);
        Ok(())
    }
}
