//! Reading, writing, changing and deleting a ticket's comments.
//!
//! A listing is complete or an error, and each comment in it comes with its mark or with the
//! certainty that it has none: a mirror taken for an original would be mirrored back.

use std::collections::BTreeMap;

use domain::{
    comment::{CommentId, CommentReading, Nonce, WrittenComment},
    ports::Found,
    rich_text::RichText,
    settings::Site,
    ticket::TicketId,
    trouble::Trouble,
};
use http::Method;
use serde_json::json;

use super::{
    JiraClient,
    call::{Call, read, read_written, segment},
    comment_wire::{WireComment, WireCommentList, WireCommentPage, WireWritten, properties_with},
    fields::document,
    tickets::gone,
};

const PAGE_SIZE: u64 = 100;
/// Jira holds no more than 5,000 comments on a ticket.
const MAX_PAGES: usize = 100;
/// Listings that are begun anew because comments came or went meanwhile.
const MAX_LISTINGS: usize = 3;
/// Ids in one call for comments by id.
const MAX_IDS: usize = 1_000;

impl JiraClient {
    pub(super) async fn fetch_comments(
        &self,
        site: &Site,
        ticket: &TicketId,
    ) -> Result<Found<Vec<CommentReading>>, Trouble> {
        let doing = "listing the ticket's comments";
        for _ in 0..MAX_LISTINGS {
            let comments = match self.fetch_all_pages(site, ticket, doing).await? {
                Found::Present(Some(comments)) => comments,
                Found::Present(None) => continue,
                Found::Absent => return Ok(Found::Absent),
            };
            if let Some(comments) = self.with_properties(site, comments, doing).await? {
                let readings: Result<Vec<CommentReading>, Trouble> = comments
                    .into_iter()
                    .rev()
                    .map(|comment| comment.into_reading(doing))
                    .collect();
                return Ok(Found::Present(readings?));
            }
        }
        Err(Trouble::again_later(
            doing,
            "they kept changing while they were read",
        ))
    }

    /// All comments, the newest first; `None` if some came or went between two pages, so that one
    /// may have slipped through.
    async fn fetch_all_pages(
        &self,
        site: &Site,
        ticket: &TicketId,
        doing: &'static str,
    ) -> Result<Found<Option<Vec<WireComment>>>, Trouble> {
        let id = segment(ticket.as_str(), doing)?;
        let mut comments: Vec<WireComment> = Vec::new();
        let mut known_total = None;
        let mut start = 0;
        for _ in 0..MAX_PAGES {
            // The expansion is not in Jira's documents for this call, though it is honoured; where
            // it is not, `with_properties` asks again in the documented way.
            let path = format!(
                "/issue/{id}/comment?startAt={start}&maxResults={PAGE_SIZE}&orderBy=-created&expand=properties"
            );
            let answer = match self
                .ask(
                    site,
                    Call::harmless("list-comments", Method::GET, path, doing),
                )
                .await?
            {
                Found::Present(answer) => answer,
                Found::Absent => return Ok(Found::Absent),
            };
            let page: WireCommentPage = read(&answer, doing)?;
            if *known_total.get_or_insert(page.total) != page.total {
                return Ok(Found::Present(None));
            }
            // An empty page before the end: what stood there is hidden from us.
            let count = page.comments.len() as u64;
            start += if count == 0 {
                page.max_results.unwrap_or(PAGE_SIZE).max(1)
            } else {
                count
            };
            for comment in page.comments {
                if comments.iter().all(|known| known.id != comment.id) {
                    comments.push(comment);
                }
            }
            if start >= page.total {
                return Ok(Found::Present(Some(comments)));
            }
        }
        Err(Trouble::again_later(
            doing,
            "there are more than Jira can hold",
        ))
    }

    /// The same comments, each with its properties; `None` if one went away meanwhile.
    async fn with_properties(
        &self,
        site: &Site,
        mut comments: Vec<WireComment>,
        doing: &'static str,
    ) -> Result<Option<Vec<WireComment>>, Trouble> {
        let bare: Vec<&str> = comments
            .iter()
            .filter(|comment| comment.properties.is_none())
            .map(|comment| comment.id.as_str())
            .collect();
        let mut known = BTreeMap::new();
        for ids in bare.chunks(MAX_IDS) {
            let found = self.fetch_by_id(site, ids, doing).await?;
            known.extend(
                found
                    .into_iter()
                    .map(|comment| (comment.id, comment.properties.unwrap_or_default())),
            );
        }
        for comment in &mut comments {
            if comment.properties.is_none() {
                match known.remove(&comment.id) {
                    Some(properties) => comment.properties = Some(properties),
                    None => return Ok(None),
                }
            }
        }
        Ok(Some(comments))
    }

    /// Comments by their ids, with their properties; missing ones are left out.
    async fn fetch_by_id(
        &self,
        site: &Site,
        ids: &[&str],
        doing: &'static str,
    ) -> Result<Vec<WireComment>, Trouble> {
        let numbers: Result<Vec<u64>, _> = ids.iter().map(|id| id.parse::<u64>()).collect();
        let numbers = numbers.map_err(|_| Trouble::never(doing, "this is no id of Jira's"))?;
        let call = Call::harmless(
            "read-comments",
            Method::POST,
            "/comment/list?expand=properties",
            doing,
        )
        .with_body(json!({ "ids": numbers }));
        let answer = self.demand(site, call).await?;
        let list: WireCommentList = read(&answer, doing)?;
        if list.is_last == Some(false) {
            return Err(Trouble::again_later(doing, "the answer was incomplete"));
        }
        Ok(list.values)
    }

    pub(super) async fn fetch_comment(
        &self,
        site: &Site,
        ticket: &TicketId,
        comment: &CommentId,
    ) -> Result<Found<CommentReading>, Trouble> {
        let doing = "reading a comment of the ticket";
        let found = self.fetch_by_id(site, &[comment.as_str()], doing).await?;
        let found = found
            .into_iter()
            .find(|found| found.id == comment.as_str() && found.may_be_of(ticket.as_str()));
        if let Some(found) = found {
            return Ok(Found::Present(found.into_reading(doing)?));
        }
        self.check_account(site).await?;
        Ok(Found::Absent)
    }

    pub(super) async fn post_comment(
        &self,
        site: &Site,
        ticket: &TicketId,
        body: &RichText,
        marker: &Nonce,
    ) -> Result<WrittenComment, Trouble> {
        let doing = "writing a comment on the ticket";
        let id = segment(ticket.as_str(), doing)?;
        let body = json!({ "body": document(body), "properties": properties_with(marker) });
        self.keep_pace(site, ticket).await;
        let call = Call::doubling(
            "create-comment",
            Method::POST,
            format!("/issue/{id}/comment"),
            doing,
        )
        .with_body(body);
        match self.ask(site, call).await? {
            Found::Present(answer) => read_written::<WireWritten>(&answer, doing)?
                .into_written()
                .ok_or_else(|| Trouble::unknown_effect(doing, "the answer made no sense")),
            Found::Absent => Err(gone(doing)),
        }
    }

    pub(super) async fn replace_comment(
        &self,
        site: &Site,
        ticket: &TicketId,
        comment: &CommentId,
        body: &RichText,
    ) -> Result<Found<WrittenComment>, Trouble> {
        let doing = "changing a comment of the ticket";
        let path = comment_path(ticket, comment, doing)?;
        self.keep_pace(site, ticket).await;
        let call = Call::harmless("edit-comment", Method::PUT, path, doing)
            .with_body(json!({ "body": document(body) }));
        match self.ask(site, call).await? {
            Found::Present(answer) => read_written::<WireWritten>(&answer, doing)?
                .into_written()
                .map(Found::Present)
                .ok_or_else(|| Trouble::unknown_effect(doing, "the answer made no sense")),
            Found::Absent => Ok(Found::Absent),
        }
    }

    pub(super) async fn remove_comment(
        &self,
        site: &Site,
        ticket: &TicketId,
        comment: &CommentId,
    ) -> Result<Found<()>, Trouble> {
        let doing = "deleting a comment of the ticket";
        let path = comment_path(ticket, comment, doing)?;
        self.keep_pace(site, ticket).await;
        let call = Call::harmless("delete-comment", Method::DELETE, path, doing);
        Ok(match self.ask(site, call).await? {
            Found::Present(_) => Found::Present(()),
            Found::Absent => Found::Absent,
        })
    }
}

fn comment_path(ticket: &TicketId, comment: &CommentId, doing: &str) -> Result<String, Trouble> {
    Ok(format!(
        "/issue/{}/comment/{}",
        segment(ticket.as_str(), doing)?,
        segment(comment.as_str(), doing)?
    ))
}
