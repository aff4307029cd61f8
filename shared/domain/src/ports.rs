//! What the domain needs of the world, as narrow traits.
//!
//! Nothing here says how: no address, no header, no JSON. An implementation never retries a create.

use alloc::{boxed::Box, string::String, vec::Vec};

use async_trait::async_trait;

use crate::{
    case::{CaseFacts, CaseId, CaseKind, CloseReason, Phase},
    comment::{CommentId, CommentReading, Nonce, WrittenComment},
    moment::Moment,
    rich_text::RichText,
    settings::{Connection, Site},
    ticket::{RemoteLink, Ticket, TicketDraft, TicketEdit, TicketId, TicketReading, Transition},
    trouble::Trouble,
};

mod onlooker;
mod store;
pub use onlooker::{Onlooker, Running};
pub use store::{Acquired, DuePage, Glimpse, Lease, Pause, Saved, Saving, Store, WatchPage};

/// Time, from outside.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Moment;
    /// Waits. In tests this moves the simulated clock and returns at once.
    async fn wait_ms(&self, ms: u64);
}

/// What a side answers when asked for something that may not be there (any more).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found<T> {
    /// It is there.
    Present(T),
    /// It is gone, or hidden from us: Jira and Contrast do not say which.
    Absent,
}

/// What a side answers when an undocumented operation is asked of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offered<T> {
    /// It did it.
    Done(T),
    /// This tenant does not offer the operation (or it is switched off).
    Unavailable,
}

/// One page of a listing of cases, most recently updated first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CasePage {
    /// The cases; rows that name no case are left out.
    pub rows: Vec<(CaseId, CaseFacts)>,
    /// Whether a page follows.
    pub more: bool,
}

/// Contrast. Addresses and credentials come with the connection.
#[async_trait]
pub trait CaseSide: Send + Sync {
    /// Reads a case (one call).
    async fn read_case(
        &self,
        connection: &Connection,
        case: &CaseId,
    ) -> Result<Found<CaseFacts>, Trouble>;
    /// Reads what a responder wants beyond `read_case`: source addresses, observations, issues
    /// (three calls at most). A part that cannot be had is left out, unless it should be tried again later.
    async fn enrich_case(
        &self,
        connection: &Connection,
        case: &CaseId,
    ) -> Result<CaseFacts, Trouble>;
    /// One page of cases, most recently updated first, pages from 0 (one call).
    async fn list_cases(
        &self,
        connection: &Connection,
        kind: CaseKind,
        page: u32,
    ) -> Result<CasePage, Trouble>;
    /// Closes or reopens. Repeatable: a case that already has the status is success.
    async fn set_phase(
        &self,
        connection: &Connection,
        case: &CaseId,
        phase: Phase,
        reason: CloseReason,
    ) -> Result<Found<()>, Trouble>;
    /// All comments of a case: complete, or an error.
    async fn list_comments(
        &self,
        connection: &Connection,
        case: &CaseId,
    ) -> Result<Found<Offered<Vec<CommentReading>>>, Trouble>;
    /// Writes a comment with its marker. Never repeated by the implementation.
    async fn create_comment(
        &self,
        connection: &Connection,
        case: &CaseId,
        body: &RichText,
        marker: &Nonce,
    ) -> Result<WrittenComment, Trouble>;
    /// Replaces a comment's text, keeping the marker.
    async fn edit_comment(
        &self,
        connection: &Connection,
        case: &CaseId,
        comment: &CommentId,
        body: &RichText,
        marker: &Nonce,
    ) -> Result<Found<Offered<WrittenComment>>, Trouble>;
    /// Deletes a comment. Absent: it is gone already, or its case cannot be seen any more.
    async fn delete_comment(
        &self,
        connection: &Connection,
        case: &CaseId,
        comment: &CommentId,
    ) -> Result<Found<Offered<()>>, Trouble>;
}

/// One page of tickets that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketPage {
    /// The tickets, without description and marker.
    pub rows: Vec<TicketReading>,
    /// The token of the next page.
    pub next: Option<String>,
}

/// Jira. Addresses and credentials come with the site.
#[async_trait]
pub trait TicketSide: Send + Sync {
    /// Reads a ticket with description and marker (one call).
    async fn read_ticket(
        &self,
        site: &Site,
        ticket: &TicketId,
    ) -> Result<Found<TicketReading>, Trouble>;
    /// The ways out of a ticket's present status, with their screens (one call).
    async fn read_transitions(
        &self,
        site: &Site,
        ticket: &TicketId,
    ) -> Result<Vec<Transition>, Trouble>;
    /// Finds tickets that bear a label (eventually consistent), with their markers.
    async fn find_by_label(&self, site: &Site, label: &str) -> Result<Vec<TicketReading>, Trouble>;
    /// Finds tickets created in a project since a moment (eventually consistent), with their
    /// markers: for a ticket whose label Jira refused.
    async fn find_created_since(
        &self,
        site: &Site,
        project: &str,
        minutes: u32,
    ) -> Result<Vec<TicketReading>, Trouble>;
    /// Opens a ticket, its marker inside. Never repeated by the implementation.
    async fn create_ticket(&self, site: &Site, draft: &TicketDraft) -> Result<Ticket, Trouble>;
    /// Changes fields.
    async fn edit_ticket(
        &self,
        site: &Site,
        ticket: &TicketId,
        edit: &TicketEdit,
    ) -> Result<Found<()>, Trouble>;
    /// Performs a transition; `fields` are choices by name for its screen.
    async fn transition_ticket(
        &self,
        site: &Site,
        ticket: &TicketId,
        transition: &str,
        fields: &[(String, String)],
    ) -> Result<Found<()>, Trouble>;
    /// Writes the link to the case; the same `global_id` replaces.
    async fn put_remote_link(
        &self,
        site: &Site,
        ticket: &TicketId,
        global_id: &str,
        link: &RemoteLink,
    ) -> Result<Found<()>, Trouble>;
    /// All comments of a ticket with their markers: complete, or an error.
    async fn list_comments(
        &self,
        site: &Site,
        ticket: &TicketId,
    ) -> Result<Found<Vec<CommentReading>>, Trouble>;
    /// One comment with its marker (one call).
    async fn read_comment(
        &self,
        site: &Site,
        ticket: &TicketId,
        comment: &CommentId,
    ) -> Result<Found<CommentReading>, Trouble>;
    /// Writes a comment with its marker. Never repeated by the implementation.
    async fn create_comment(
        &self,
        site: &Site,
        ticket: &TicketId,
        body: &RichText,
        marker: &Nonce,
    ) -> Result<WrittenComment, Trouble>;
    /// Replaces a comment's text.
    async fn edit_comment(
        &self,
        site: &Site,
        ticket: &TicketId,
        comment: &CommentId,
        body: &RichText,
    ) -> Result<Found<WrittenComment>, Trouble>;
    /// Deletes a comment. Absent: it is gone already, or its ticket cannot be seen any more.
    async fn delete_comment(
        &self,
        site: &Site,
        ticket: &TicketId,
        comment: &CommentId,
    ) -> Result<Found<()>, Trouble>;
    /// Reads up to 100 tickets in one call; those that are gone or hidden are left out.
    async fn read_tickets(
        &self,
        site: &Site,
        tickets: &[TicketId],
    ) -> Result<Vec<TicketReading>, Trouble>;
    /// One page of the tickets bearing our label that changed within the last `minutes`
    /// (eventually consistent).
    async fn find_changed(
        &self,
        site: &Site,
        minutes: u32,
        page: Option<&str>,
    ) -> Result<TicketPage, Trouble>;
    /// Whether the credentials are accepted (one call).
    async fn check_credentials(&self, site: &Site) -> Result<(), Trouble>;
}
