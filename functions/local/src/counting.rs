//! Counts the calls to Contrast and Jira, so that a sweep can say what it cost.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use adapters::http::{Http, Request, Response, SendFailure};
use async_trait::async_trait;

/// A network that counts.
pub struct CountingNetwork {
    inner: Arc<dyn Http>,
    calls: AtomicU64,
}

impl CountingNetwork {
    /// Counts what goes through `inner`.
    pub fn new(inner: Arc<dyn Http>) -> Self {
        Self {
            inner,
            calls: AtomicU64::new(0),
        }
    }

    /// Calls so far.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Http for CountingNetwork {
    async fn send(&self, request: Request) -> Result<Response, SendFailure> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.inner.send(request).await
    }
}
