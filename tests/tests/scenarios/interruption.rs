//! A worker to whom something happens in the middle of its work: while it reads its case.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use domain::{
    case::{CaseFacts, CaseId, CaseKind, CloseReason, Phase},
    comment::{CommentId, CommentReading, Nonce, WrittenComment},
    link::{Aspect, Wakeup},
    ports::{CasePage, CaseSide, Found, Offered},
    reconcile::{Engine, Report, Urgency},
    rich_text::RichText,
    settings::Connection,
    trouble::Trouble,
};
use scenarios::world::World;

/// What happens meanwhile.
pub enum Meanwhile {
    /// Something is wanted.
    Wanted(Aspect),
    /// The worker stands still for longer than its lease, and another one reconciles the case.
    Overtaken,
}

/// Reconciles a case; something happens while it is read for the first time.
pub async fn interrupted(world: &World, number: &str, meanwhile: Meanwhile) -> Report {
    let undisturbed = world.service.engine().await.expect("an engine");
    let case = world.case(number);
    let interrupting = Interrupting {
        engine: undisturbed.clone(),
        case: case.clone(),
        meanwhile: Mutex::new(Some(meanwhile)),
    };
    let engine = Engine {
        case_side: Arc::new(interrupting),
        ..undisturbed
    };
    reconcile(&engine, &case).await
}

async fn reconcile(engine: &Engine, case: &CaseId) -> Report {
    let deadline = engine.clock.now().plus_ms(60_000);
    let report = engine.reconcile(case, Urgency::Sweep, deadline).await;
    report.expect("reconciled")
}

/// Contrast, whose first answer takes its time.
struct Interrupting {
    engine: Engine,
    case: CaseId,
    meanwhile: Mutex<Option<Meanwhile>>,
}

impl Interrupting {
    async fn interrupt(&self) -> Result<(), Trouble> {
        let meanwhile = self
            .meanwhile
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match meanwhile {
            None => Ok(()),
            Some(Meanwhile::Wanted(aspect)) => {
                let wakeup = Wakeup {
                    case: self.case.clone(),
                    aspects: BTreeSet::from([aspect]),
                    pushed: None,
                };
                let now = self.engine.clock.now();
                self.engine.store.wake(&wakeup, now).await
            }
            Some(Meanwhile::Overtaken) => {
                self.engine.clock.wait_ms(3 * 60_000).await;
                reconcile(&self.engine, &self.case).await;
                Ok(())
            }
        }
    }
}

#[async_trait]
impl CaseSide for Interrupting {
    async fn read_case(
        &self,
        connection: &Connection,
        case: &CaseId,
    ) -> Result<Found<CaseFacts>, Trouble> {
        let read = self.engine.case_side.read_case(connection, case).await;
        self.interrupt().await?;
        read
    }

    async fn enrich_case(&self, at: &Connection, case: &CaseId) -> Result<CaseFacts, Trouble> {
        self.engine.case_side.enrich_case(at, case).await
    }

    async fn list_cases(
        &self,
        at: &Connection,
        kind: CaseKind,
        page: u32,
    ) -> Result<CasePage, Trouble> {
        self.engine.case_side.list_cases(at, kind, page).await
    }

    async fn set_phase(
        &self,
        at: &Connection,
        case: &CaseId,
        phase: Phase,
        reason: CloseReason,
    ) -> Result<Found<()>, Trouble> {
        let side = &self.engine.case_side;
        side.set_phase(at, case, phase, reason).await
    }

    async fn list_comments(
        &self,
        at: &Connection,
        case: &CaseId,
    ) -> Result<Found<Offered<Vec<CommentReading>>>, Trouble> {
        self.engine.case_side.list_comments(at, case).await
    }

    async fn create_comment(
        &self,
        at: &Connection,
        case: &CaseId,
        body: &RichText,
        marker: &Nonce,
    ) -> Result<WrittenComment, Trouble> {
        let side = &self.engine.case_side;
        side.create_comment(at, case, body, marker).await
    }

    async fn edit_comment(
        &self,
        at: &Connection,
        case: &CaseId,
        comment: &CommentId,
        body: &RichText,
        marker: &Nonce,
    ) -> Result<Found<Offered<WrittenComment>>, Trouble> {
        let side = &self.engine.case_side;
        side.edit_comment(at, case, comment, body, marker).await
    }

    async fn delete_comment(
        &self,
        at: &Connection,
        case: &CaseId,
        comment: &CommentId,
    ) -> Result<Found<Offered<()>>, Trouble> {
        self.engine
            .case_side
            .delete_comment(at, case, comment)
            .await
    }
}
