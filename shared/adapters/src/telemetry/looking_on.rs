//! Looks on while a case is reconciled: counts its calls, and tells how it ended, when it has ended.
//!
//! Changes nothing about how it ends.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    case::CaseId,
    ports::{Clock, Onlooker, Running},
    reconcile::{Outcome, Report},
    trouble::Trouble,
};
use serde_json::json;

use super::{
    catalogue::{EVENT_TO_SYNC, RECONCILES},
    logs::{log_reconcile, outcome_word},
    scope::Scope,
    trace::Span,
};

/// The onlooker of a service.
pub(crate) struct LookingOn {
    /// Time.
    pub(crate) clock: Arc<dyn Clock>,
}

#[async_trait]
impl Onlooker for LookingOn {
    async fn watch(&self, case: &CaseId, running: Running<'_>) -> Result<Report, Trouble> {
        let around = Scope::present_or_nobodys();
        let piece = around.piece();
        let scope = around.of_a_reconcile(piece.as_ref());
        let started = self.clock.now();
        let result = scope.clone().around(running).await;
        let ended = self.clock.now();
        let outcome = match &result {
            Ok(report) => {
                log_reconcile(report, &scope.here());
                let word = outcome_word(&report.outcome);
                scope.invocation.count(&RECONCILES, &[word], 1);
                // What waited longest, as far as anybody told.
                let since = scope.heard_at.into_iter().chain(report.waited_since).min();
                if let (Outcome::InStep, Some(since)) = (&report.outcome, since) {
                    let ms = ended.ms_since(since);
                    scope.invocation.count(&EVENT_TO_SYNC, &[], ms);
                }
                word
            }
            Err(_) => "left for the sweep",
        };
        if let Some(piece) = &piece {
            let more = json!({
                "annotations": {
                    "case": case.to_string(),
                    "trigger": scope.here().trigger,
                    "outcome": outcome,
                },
                "fault": result.is_err(),
            });
            around.send(piece, "reconcile", Span { started, ended }, more);
        }
        result
    }
}
