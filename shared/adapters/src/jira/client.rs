//! The client of Jira Cloud's REST interface, v3.
//!
//! Every answer is either understood or an error; nothing is guessed from half of one. A create is
//! sent once: whoever does not hear its answer has to look for its mark.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    comment::{CommentId, CommentReading, Nonce, WrittenComment},
    ports::{Found, TicketPage, TicketSide},
    rich_text::RichText,
    settings::Site,
    ticket::{RemoteLink, Ticket, TicketDraft, TicketEdit, TicketId, TicketReading, Transition},
    trouble::Trouble,
};

use crate::{http::Caller, secrets::Secrets};

pub(in crate::jira) mod answer;
pub(in crate::jira) mod call;
mod comment_wire;
mod comments;
mod fields;
mod pace;
pub(in crate::jira) mod refusal;
pub(in crate::jira) mod search;
mod tickets;
mod wire;

/// Jira, over HTTP.
pub struct JiraClient {
    caller: Caller,
    secrets: Arc<dyn Secrets>,
    pace: pace::Pace,
}

impl JiraClient {
    /// A client that reads each site's credentials when it needs them.
    pub fn new(caller: Caller, secrets: Arc<dyn Secrets>) -> Self {
        Self {
            caller,
            secrets,
            pace: pace::Pace::default(),
        }
    }

    /// Waits until the ticket may be written to once more.
    async fn keep_pace(&self, site: &Site, ticket: &TicketId) {
        self.pace.keep(&self.caller, &site.name, ticket).await;
    }
}

#[async_trait]
impl TicketSide for JiraClient {
    async fn read_ticket(
        &self,
        site: &Site,
        ticket: &TicketId,
    ) -> Result<Found<TicketReading>, Trouble> {
        self.fetch_ticket(site, ticket).await
    }

    async fn read_transitions(
        &self,
        site: &Site,
        ticket: &TicketId,
    ) -> Result<Vec<Transition>, Trouble> {
        self.fetch_transitions(site, ticket).await
    }

    async fn find_by_label(&self, site: &Site, label: &str) -> Result<Vec<TicketReading>, Trouble> {
        self.search_label(site, label).await
    }

    async fn find_created_since(
        &self,
        site: &Site,
        project: &str,
        minutes: u32,
    ) -> Result<Vec<TicketReading>, Trouble> {
        self.search_created(site, project, minutes).await
    }

    async fn create_ticket(&self, site: &Site, draft: &TicketDraft) -> Result<Ticket, Trouble> {
        self.post_ticket(site, draft).await
    }

    async fn edit_ticket(
        &self,
        site: &Site,
        ticket: &TicketId,
        edit: &TicketEdit,
    ) -> Result<Found<()>, Trouble> {
        self.put_ticket(site, ticket, edit).await
    }

    async fn transition_ticket(
        &self,
        site: &Site,
        ticket: &TicketId,
        transition: &str,
        fields: &[(String, String)],
    ) -> Result<Found<()>, Trouble> {
        self.post_transition(site, ticket, transition, fields).await
    }

    async fn put_remote_link(
        &self,
        site: &Site,
        ticket: &TicketId,
        global_id: &str,
        link: &RemoteLink,
    ) -> Result<Found<()>, Trouble> {
        self.post_remote_link(site, ticket, global_id, link).await
    }

    async fn list_comments(
        &self,
        site: &Site,
        ticket: &TicketId,
    ) -> Result<Found<Vec<CommentReading>>, Trouble> {
        self.fetch_comments(site, ticket).await
    }

    async fn read_comment(
        &self,
        site: &Site,
        ticket: &TicketId,
        comment: &CommentId,
    ) -> Result<Found<CommentReading>, Trouble> {
        self.fetch_comment(site, ticket, comment).await
    }

    async fn create_comment(
        &self,
        site: &Site,
        ticket: &TicketId,
        body: &RichText,
        marker: &Nonce,
    ) -> Result<WrittenComment, Trouble> {
        self.post_comment(site, ticket, body, marker).await
    }

    async fn edit_comment(
        &self,
        site: &Site,
        ticket: &TicketId,
        comment: &CommentId,
        body: &RichText,
    ) -> Result<Found<WrittenComment>, Trouble> {
        self.replace_comment(site, ticket, comment, body).await
    }

    async fn delete_comment(
        &self,
        site: &Site,
        ticket: &TicketId,
        comment: &CommentId,
    ) -> Result<Found<()>, Trouble> {
        self.remove_comment(site, ticket, comment).await
    }

    async fn read_tickets(
        &self,
        site: &Site,
        tickets: &[TicketId],
    ) -> Result<Vec<TicketReading>, Trouble> {
        self.fetch_tickets(site, tickets).await
    }

    async fn find_changed(
        &self,
        site: &Site,
        minutes: u32,
        page: Option<&str>,
    ) -> Result<TicketPage, Trouble> {
        self.search_changed(site, minutes, page).await
    }

    async fn check_credentials(&self, site: &Site) -> Result<(), Trouble> {
        self.check_account(site).await
    }
}

#[cfg(test)]
mod tests;
