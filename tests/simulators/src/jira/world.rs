//! What the simulated Jira is made of: people, projects, workflows, tickets.
//!
//! Plain data. Nothing here decides what a request may do.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::adf;

/// Somebody with an account.
#[derive(Clone, Debug)]
pub struct Person {
    /// The identity that the API speaks of.
    pub account_id: String,
    /// Signs in together with the token.
    pub email: String,
    /// The API token; without one nobody can call the API as this person.
    pub token: Option<String>,
    /// A scoped token works at the gateway only, a classic one at the site only.
    pub scoped_token: bool,
    /// The name people read.
    pub display_name: String,
    /// Whether restricted comments are shown to this account.
    pub sees_internal: bool,
}

/// A status of the whole site.
#[derive(Clone, Debug)]
pub struct Status {
    /// Jira's id.
    pub id: String,
    /// The (perhaps localised) name.
    pub name: String,
    /// The category's key: `new`, `indeterminate`, `done`, `undefined`.
    pub category: String,
}

/// The kind of a custom field, as its schema says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// One line.
    Text,
    /// A paragraph field: takes an ADF document.
    TextArea,
    /// A number.
    Number,
    /// `YYYY-MM-DD`.
    Date,
    /// A time with milliseconds and offset.
    DateTime,
    /// One option.
    Option,
    /// Several options.
    Options,
    /// A person.
    User,
    /// Several strings without spaces.
    Strings,
    /// An option and another below it.
    Cascading,
}

/// An option of a field, with those below it.
#[derive(Clone, Debug)]
pub struct FieldOption {
    /// Jira's id.
    pub id: String,
    /// What people choose.
    pub value: String,
    /// The options below it, for a cascading field.
    pub children: Vec<FieldOption>,
}

/// A custom field of a project.
#[derive(Clone, Debug)]
pub struct CustomField {
    /// Such as `customfield_10050`.
    pub id: String,
    /// The name people see.
    pub name: String,
    /// Its schema.
    pub kind: FieldKind,
    /// Whether a ticket needs it.
    pub required: bool,
    /// A value that Jira fills in when none is given.
    pub default: Option<Value>,
    /// The choices, for the option kinds.
    pub options: Vec<FieldOption>,
}

/// A type of ticket within a project.
#[derive(Clone, Debug)]
pub struct TicketType {
    /// Jira's id.
    pub id: String,
    /// Such as `Bug`.
    pub name: String,
    /// 1 for an epic, 0 for what may stand below one, -1 for a sub-task.
    pub level: i8,
    /// The ids of the fields on its create screen, beside project, issuetype and summary.
    pub screen: BTreeSet<String>,
}

/// A field on the screen of a transition.
#[derive(Clone, Debug)]
pub struct ScreenField {
    /// `resolution` or a custom field's id.
    pub id: String,
    /// Whether the transition is refused without it.
    pub required: bool,
}

/// A way from one status to another.
#[derive(Clone, Debug)]
pub struct Transition {
    /// Jira's id, a string of digits.
    pub id: String,
    /// The name people see.
    pub name: String,
    /// The names of the statuses it starts from; empty means any.
    pub from: Vec<String>,
    /// The name of the status it leads to.
    pub to: String,
    /// The fields people fill in.
    pub screen: Vec<ScreenField>,
    /// The resolution that it sets by itself, where it does.
    pub sets_resolution: Option<String>,
    /// Whether it empties the resolution. Many real workflows forget to.
    pub clears_resolution: bool,
}

/// The statuses and ways of a project.
#[derive(Clone, Debug)]
pub struct Workflow {
    /// The name of the status of a new ticket.
    pub initial: String,
    /// The ways.
    pub transitions: Vec<Transition>,
}

/// A project.
#[derive(Clone, Debug)]
pub struct Project {
    /// Such as `SEC`.
    pub key: String,
    /// Jira's id.
    pub id: String,
    /// The name people see.
    pub name: String,
    /// The types of ticket it has.
    pub types: Vec<TicketType>,
    /// Its custom fields by id. One is on a screen only where a type's screen lists it.
    pub fields: BTreeMap<String, CustomField>,
    /// System fields that a ticket needs, beside the summary.
    pub required: BTreeSet<String>,
    /// The names of the priorities it allows; the first is the default unless there is a Medium.
    pub priorities: Vec<String>,
    /// The account ids that tickets may be assigned to.
    pub assignable: BTreeSet<String>,
    /// How tickets move.
    pub workflow: Workflow,
    /// The number of the next ticket.
    pub next_number: u64,
}

/// Who may read a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Everybody who sees the ticket.
    Everyone,
    /// The people in a project role.
    Role(String),
    /// The people in a group.
    Group(String),
    /// The agents of a service project, not its customers (`jsdPublic` is false).
    Agents,
}

/// A comment.
#[derive(Clone, Debug)]
pub struct SimComment {
    /// Jira's id.
    pub id: String,
    /// The account id of who wrote it.
    pub author: String,
    /// The account id of who changed it last.
    pub update_author: String,
    /// The body, an ADF document.
    pub body: Value,
    /// The properties set through the API, which people cannot see.
    pub properties: BTreeMap<String, Value>,
    /// Who may read it.
    pub audience: Audience,
    /// When it was written.
    pub created_ms: i64,
    /// When it was changed last.
    pub updated_ms: i64,
}

impl SimComment {
    /// The body as plain text.
    pub fn text(&self) -> String {
        adf::plain(&self.body)
    }

    /// Whether it is restricted.
    pub fn internal(&self) -> bool {
        self.audience != Audience::Everyone
    }
}

/// A link from a ticket to something outside.
#[derive(Clone, Debug)]
pub struct SimLink {
    /// Jira's id.
    pub id: u64,
    /// Identifies it for whoever wrote it.
    pub global_id: Option<String>,
    /// Where it leads.
    pub url: String,
    /// What people read.
    pub title: String,
    /// Whether it bears a tick.
    pub resolved: bool,
    pub(super) object: Value,
    pub(super) relationship: Option<String>,
    pub(super) application: Option<Value>,
}

/// A ticket.
#[derive(Clone, Debug)]
pub struct SimTicket {
    /// Its identity: digits.
    pub id: String,
    /// Its present key.
    pub key: String,
    /// The key of its project.
    pub project: String,
    /// The name of its type.
    pub ticket_type: String,
    /// The summary.
    pub summary: String,
    /// The description, an ADF document.
    pub description: Option<Value>,
    /// The name of its status.
    pub status: String,
    /// The key of its status's category.
    pub category: String,
    /// The name of its priority.
    pub priority: Option<String>,
    /// Its labels, sorted as Jira sorts them.
    pub labels: BTreeSet<String>,
    /// The name of its resolution.
    pub resolution: Option<String>,
    /// When it was resolved.
    pub resolved_ms: Option<i64>,
    /// The account id it is assigned to.
    pub assignee: Option<String>,
    /// The account id of who opened it.
    pub reporter: String,
    /// The id of the ticket above it.
    pub parent: Option<String>,
    /// `YYYY-MM-DD`.
    pub due: Option<String>,
    /// Custom fields by id, in the form that reads answer with.
    pub fields: BTreeMap<String, Value>,
    /// The properties set through the API.
    pub properties: BTreeMap<String, Value>,
    /// The comments, oldest first.
    pub comments: Vec<SimComment>,
    /// The links to the outside.
    pub links: Vec<SimLink>,
    /// When it was opened.
    pub created_ms: i64,
    /// When anything of it changed last.
    pub updated_ms: i64,
    /// When its status category changed last.
    pub category_changed_ms: i64,
    /// Whether somebody deleted it.
    pub deleted: bool,
    /// Whether the API hides it (issue security, a lost permission).
    pub hidden: bool,
}

impl SimTicket {
    /// The description as plain text.
    pub fn description_text(&self) -> String {
        self.description
            .as_ref()
            .map(adf::plain)
            .unwrap_or_default()
    }

    /// Whether the API shows it at all.
    pub fn visible(&self) -> bool {
        !self.deleted && !self.hidden
    }
}
