//! Whoever looks on while cases are reconciled: to count, to time and to tell.
//!
//! Changes nothing: what is right for a case never depends on who looks on.

use alloc::boxed::Box;
use core::{future::Future, pin::Pin};

use async_trait::async_trait;

use crate::{case::CaseId, reconcile::Report, trouble::Trouble};

/// A reconcile that has not begun, or is under way.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<Report, Trouble>> + Send + 'a>>;

/// Looks on.
#[async_trait]
pub trait Onlooker: Send + Sync {
    /// Lets a reconcile run to its end, and hands on how it ended.
    async fn watch(&self, case: &CaseId, running: Running<'_>) -> Result<Report, Trouble>;
}
