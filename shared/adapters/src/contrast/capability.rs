//! What a tenant turned out not to offer, remembered for a while.
//!
//! Never says why a feature is missing to the engine, and never forgets on its own before the time
//! is up: otherwise each reconcile would try the missing operation again.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use domain::{moment::Moment, settings::ConnectionName};

/// How long a missing operation is left alone before it is tried again.
pub const RETRY_AFTER_MS: u64 = 24 * 60 * 60 * 1_000;

/// The memory of missing operations. An operation is named as in [`super::paths::DEFAULT_PATHS`].
///
/// It cannot fail: where the memory is out of reach, the operation is simply tried once more.
#[async_trait]
pub trait Capabilities: Send + Sync {
    /// Until when an operation counts as missing, if it does.
    async fn unavailable_until(
        &self,
        connection: &ConnectionName,
        operation: &str,
    ) -> Option<Moment>;
    /// Notes that an operation is missing.
    async fn record_unavailable(&self, connection: &ConnectionName, operation: &str, until: Moment);
}

/// A memory that lasts as long as the process.
#[derive(Debug, Default)]
pub struct RememberedCapabilities {
    until: Mutex<BTreeMap<(ConnectionName, String), Moment>>,
}

#[async_trait]
impl Capabilities for RememberedCapabilities {
    async fn unavailable_until(
        &self,
        connection: &ConnectionName,
        operation: &str,
    ) -> Option<Moment> {
        let until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        until
            .get(&(connection.clone(), operation.to_owned()))
            .copied()
    }

    async fn record_unavailable(
        &self,
        connection: &ConnectionName,
        operation: &str,
        until: Moment,
    ) {
        let mut all = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert((connection.clone(), operation.to_owned()), until);
    }
}
