//! Contrast as the domain sees it.
//!
//! A comment is never created twice by itself, and an operation that nobody has documented is never
//! relied on beyond what its switch says.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    case::{CaseFacts, CaseId, CaseKind, CloseReason, Phase},
    comment::{CommentId, CommentReading, Nonce, WrittenComment},
    ports::{CasePage, CaseSide, Found, Offered},
    rich_text::RichText,
    settings::{Connection, Switch},
    trouble::Trouble,
};
use http::Method;
use serde_json::{Value, json};

use super::{
    capability::{Capabilities, RETRY_AFTER_MS},
    comments, enrich,
    exchange::{Answer, Exchange, Order, senseless},
    paths::{self, Operation, path_of, with_query},
    wire,
};
use crate::{
    http::{Caller, Repeat},
    secrets::Secrets,
};

const READING: &str = "reading the case in Contrast";
const CASES: &str = "listing the cases in Contrast";
const STATUS: &str = "setting the status in Contrast";
const CREATING: &str = "writing the comment in Contrast";
const EDITING: &str = "editing the comment in Contrast";
const DELETING: &str = "deleting the comment in Contrast";

/// Contrast, over HTTP.
pub struct ContrastClient {
    pub(super) exchange: Exchange,
    capabilities: Arc<dyn Capabilities>,
}

impl ContrastClient {
    /// Calls through `caller` with the credentials of `secrets`.
    pub fn new(
        caller: Caller,
        secrets: Arc<dyn Secrets>,
        capabilities: Arc<dyn Capabilities>,
    ) -> Self {
        Self {
            exchange: Exchange { caller, secrets },
            capabilities,
        }
    }

    async fn read(&self, connection: &Connection, case: &CaseId) -> Result<Answer, Trouble> {
        let operation = paths::READ.of(case.kind());
        let path = path_of(connection, operation, Some(case), None)?;
        self.exchange
            .send(Order::get(connection, operation, path, READING))
            .await
    }

    /// Whether an operation is to be tried at all.
    async fn is_offered(&self, connection: &Connection, switch: Switch, operation: &str) -> bool {
        match switch {
            Switch::Off => false,
            Switch::On => true,
            Switch::Auto => {
                let until = self
                    .capabilities
                    .unavailable_until(&connection.name, operation)
                    .await;
                until.is_none_or(|until| until <= self.exchange.caller.now())
            }
        }
    }

    /// An operation turned out to be missing: under `Auto` that is noted for a day, under `On`
    /// somebody relies on it and must be told.
    async fn missing<T>(
        &self,
        connection: &Connection,
        switch: Switch,
        operation: &str,
        trouble: Trouble,
    ) -> Result<Offered<T>, Trouble> {
        if switch == Switch::On {
            return Err(trouble);
        }
        let until = self.exchange.caller.now().plus_ms(RETRY_AFTER_MS);
        self.capabilities
            .record_unavailable(&connection.name, operation, until)
            .await;
        tracing::warn!(connection = %connection.name, operation, "Contrast does not offer this");
        Ok(Offered::Unavailable)
    }

    /// Sends a change of one comment.
    async fn change_comment(
        &self,
        connection: &Connection,
        case: &CaseId,
        (operation, method): (Operation, Method),
        (comment, body): (Option<&CommentId>, Option<Value>),
        (repeat, doing): (Repeat, &'static str),
    ) -> Result<Answer, Trouble> {
        let operation = operation.of(case.kind());
        let path = path_of(connection, operation, Some(case), comment)?;
        let order = Order {
            connection,
            operation,
            method,
            path,
            body,
            repeat,
            doing,
        };
        self.exchange.send(order).await
    }
}

#[async_trait]
impl CaseSide for ContrastClient {
    async fn read_case(
        &self,
        connection: &Connection,
        case: &CaseId,
    ) -> Result<Found<CaseFacts>, Trouble> {
        let answer = self.read(connection, case).await?;
        if answer.is_absent() {
            return Ok(Found::Absent);
        }
        let object = answer.object(READING)?;
        Ok(Found::Present(wire::facts_of(connection, case, &object)))
    }

    async fn enrich_case(
        &self,
        connection: &Connection,
        case: &CaseId,
    ) -> Result<CaseFacts, Trouble> {
        match case.kind() {
            CaseKind::Incident => enrich::enrich(&self.exchange, connection, case).await,
            // Contrast tells no more of an issue than reading it does.
            CaseKind::Issue => Ok(CaseFacts::default()),
        }
    }

    async fn list_cases(
        &self,
        connection: &Connection,
        kind: CaseKind,
        page: u32,
    ) -> Result<CasePage, Trouble> {
        let operation = paths::LIST.of(kind);
        let path = path_of(connection, operation, None, None)?;
        let size = wire::PAGE_SIZE;
        let path = with_query(&path, &format!("page={page}&size={size}"));
        let answer = self
            .exchange
            .send(Order::get(connection, operation, path, CASES))
            .await?;
        let answer = answer.value(CASES)?;
        wire::page_of(connection, kind, page, &answer).ok_or_else(|| senseless(CASES))
    }

    async fn set_phase(
        &self,
        connection: &Connection,
        case: &CaseId,
        phase: Phase,
        reason: CloseReason,
    ) -> Result<Found<()>, Trouble> {
        let body = match (case.kind(), phase) {
            (CaseKind::Incident, Phase::Open) => json!({"status": "open"}),
            (CaseKind::Incident, Phase::Closed) => {
                json!({"status": "closed", "closedReason": reason.word()})
            }
            (CaseKind::Issue, Phase::Open) => json!("open"),
            (CaseKind::Issue, Phase::Closed) => json!("closed"),
        };
        let operation = paths::SET_STATUS.of(case.kind());
        let path = path_of(connection, operation, Some(case), None)?;
        let order = Order {
            method: Method::PATCH,
            body: Some(body),
            ..Order::get(connection, operation, path, STATUS)
        };
        let answer = self.exchange.send(order).await?;
        if answer.status.is_success() || answer.says_already() {
            Ok(Found::Present(()))
        } else if answer.is_absent() {
            Ok(Found::Absent)
        } else {
            Err(answer.refusal(STATUS))
        }
    }

    async fn list_comments(
        &self,
        connection: &Connection,
        case: &CaseId,
    ) -> Result<Found<Offered<Vec<CommentReading>>>, Trouble> {
        let (switch, operation) = (
            connection.list_comments,
            paths::LIST_COMMENTS.of(case.kind()),
        );
        if !self.is_offered(connection, switch, operation).await {
            return Ok(Found::Present(Offered::Unavailable));
        }
        let first = comments::first_page(&self.exchange, connection, case).await?;
        if first.status.is_success() {
            let all = comments::all(&self.exchange, connection, case, first).await?;
            return Ok(Found::Present(Offered::Done(all)));
        }
        let trouble = first.refusal(comments::LISTING);
        if first.is_absent() {
            // Is the case gone, or only the operation missing? The case itself tells.
            let case = self.read(connection, case).await?;
            if case.is_absent() {
                return Ok(Found::Absent);
            }
            if !case.status.is_success() {
                return Err(case.refusal(READING));
            }
        } else if !first.is_unknown_operation() {
            return Err(trouble);
        }
        self.missing(connection, switch, operation, trouble)
            .await
            .map(Found::Present)
    }

    async fn create_comment(
        &self,
        connection: &Connection,
        case: &CaseId,
        body: &RichText,
        marker: &Nonce,
    ) -> Result<WrittenComment, Trouble> {
        let text = json!({"commentText": comments::text_of(body, marker)});
        let answer = self
            .change_comment(
                connection,
                case,
                (paths::CREATE_COMMENT, Method::POST),
                (None, Some(text)),
                (Repeat::Doubles, CREATING),
            )
            .await?;
        if !answer.status.is_success() {
            return Err(answer.refusal(CREATING));
        }
        let object = answer.object(CREATING).ok();
        object
            .as_ref()
            .and_then(comments::written_of)
            .ok_or_else(|| {
                Trouble::unknown_effect(CREATING, "Contrast took it and answered with no comment")
            })
    }

    async fn edit_comment(
        &self,
        connection: &Connection,
        case: &CaseId,
        comment: &CommentId,
        body: &RichText,
        marker: &Nonce,
    ) -> Result<Found<Offered<WrittenComment>>, Trouble> {
        let (switch, operation) = (
            connection.edit_comments,
            paths::EDIT_COMMENT.of(case.kind()),
        );
        if !self.is_offered(connection, switch, operation).await {
            return Ok(Found::Present(Offered::Unavailable));
        }
        let text = json!({"commentText": comments::text_of(body, marker)});
        let answer = self
            .change_comment(
                connection,
                case,
                (paths::EDIT_COMMENT, Method::PUT),
                (Some(comment), Some(text)),
                (Repeat::Harmless, EDITING),
            )
            .await?;
        if answer.status.is_success() {
            let object = answer.object(EDITING).ok();
            let updated_at = object
                .as_ref()
                .and_then(comments::written_of)
                .and_then(|w| w.updated_at);
            // The id stays the one that was asked for, whatever the answer names.
            let written = WrittenComment {
                id: comment.clone(),
                updated_at,
            };
            return Ok(Found::Present(Offered::Done(written)));
        }
        if answer.is_absent() {
            return Ok(Found::Absent);
        }
        let trouble = answer.refusal(EDITING);
        if !answer.is_unknown_operation() {
            return Err(trouble);
        }
        self.missing(connection, switch, operation, trouble)
            .await
            .map(Found::Present)
    }

    async fn delete_comment(
        &self,
        connection: &Connection,
        case: &CaseId,
        comment: &CommentId,
    ) -> Result<Found<Offered<()>>, Trouble> {
        let (switch, operation) = (
            connection.delete_comments,
            paths::DELETE_COMMENT.of(case.kind()),
        );
        if !self.is_offered(connection, switch, operation).await {
            return Ok(Found::Present(Offered::Unavailable));
        }
        let answer = self
            .change_comment(
                connection,
                case,
                (paths::DELETE_COMMENT, Method::DELETE),
                (Some(comment), None),
                (Repeat::Harmless, DELETING),
            )
            .await?;
        if answer.status.is_success() {
            return Ok(Found::Present(Offered::Done(())));
        }
        if answer.is_absent() {
            return Ok(Found::Absent);
        }
        let trouble = answer.refusal(DELETING);
        if !answer.is_unknown_operation() {
            return Err(trouble);
        }
        self.missing(connection, switch, operation, trouble)
            .await
            .map(Found::Present)
    }
}

#[cfg(test)]
mod tests;
