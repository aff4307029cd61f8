//! Remembers secrets for some minutes.
//!
//! Never lets a crowd through: one reading at a time for each peer, and a fresh one (after a refusal)
//! at most every half minute, so that wrong credentials do not become a storm on Secrets Manager.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use domain::{
    moment::Moment,
    ports::Clock,
    trouble::{Peer, Trouble},
};

use super::{PeerSecret, Secrets};

const FRESH_EVERY_MS: u64 = 30_000;

/// What is known of one peer's secret.
#[derive(Default)]
struct Slot {
    secret: Option<(PeerSecret, Moment)>,
    fresh_at: Option<Moment>,
}

/// Secrets, remembered.
pub struct CachedSecrets {
    inner: Arc<dyn Secrets>,
    clock: Arc<dyn Clock>,
    keep_ms: u64,
    slots: Mutex<BTreeMap<Peer, Arc<tokio::sync::Mutex<Slot>>>>,
}

impl CachedSecrets {
    /// Remembers what `inner` says for `keep_ms`.
    pub fn new(inner: Arc<dyn Secrets>, clock: Arc<dyn Clock>, keep_ms: u64) -> Self {
        Self {
            inner,
            clock,
            keep_ms,
            slots: Mutex::default(),
        }
    }

    fn slot(&self, peer: &Peer) -> Arc<tokio::sync::Mutex<Slot>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(peer.clone()).or_default())
    }
}

#[async_trait]
impl Secrets for CachedSecrets {
    async fn read(&self, peer: &Peer, fresh: bool) -> Result<PeerSecret, Trouble> {
        let slot = self.slot(peer);
        // Held while reading, so that whoever comes meanwhile finds the answer here.
        let mut slot = slot.lock().await;
        let now = self.clock.now();
        let fresh = fresh
            && slot
                .fresh_at
                .is_none_or(|at| now.ms_since(at) >= FRESH_EVERY_MS);
        if let Some((secret, read_at)) = &slot.secret
            && !fresh
            && now.ms_since(*read_at) < self.keep_ms
        {
            return Ok(secret.clone());
        }
        if fresh {
            // Noted before the answer is known: a failure counts as well.
            slot.fresh_at = Some(now);
        }
        let secret = self.inner.read(peer, fresh).await?;
        slot.secret = Some((secret.clone(), now));
        Ok(secret)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use domain::ticket::SiteName;

    use super::*;
    use crate::{clock::by_hand::Hand, secrets::SiteSecret};

    #[derive(Default)]
    struct Counting(AtomicUsize);

    #[async_trait]
    impl Secrets for Counting {
        async fn read(&self, _: &Peer, _: bool) -> Result<PeerSecret, Trouble> {
            tokio::task::yield_now().await;
            let count = self.0.fetch_add(1, Ordering::SeqCst);
            Ok(PeerSecret::Site(Arc::new(SiteSecret {
                email: "bot@example.com".into(),
                api_token: format!("token {count}").into(),
                webhook_secrets: Vec::new().into(),
            })))
        }
    }

    struct Stage {
        clock: Arc<Hand>,
        inner: Arc<Counting>,
        cached: CachedSecrets,
        peer: Peer,
    }

    fn stage() -> Stage {
        let clock = Arc::new(Hand::default());
        let inner = Arc::new(Counting::default());
        let cached = CachedSecrets::new(inner.clone(), clock.clone(), 300_000);
        Stage {
            clock,
            inner,
            cached,
            peer: Peer::Site(SiteName::new("acme").unwrap()),
        }
    }

    impl Stage {
        async fn reads_after(&self, fresh: bool) -> usize {
            self.cached.read(&self.peer, fresh).await.unwrap();
            self.inner.0.load(Ordering::SeqCst)
        }
    }

    #[tokio::test]
    async fn a_secret_is_remembered_for_its_minutes() {
        let stage = stage();
        assert_eq!(stage.reads_after(false).await, 1);
        stage.clock.wait_ms(299_999).await;
        assert_eq!(stage.reads_after(false).await, 1);
        stage.clock.wait_ms(1).await;
        assert_eq!(stage.reads_after(false).await, 2);
    }

    #[tokio::test]
    async fn a_refusal_reads_afresh_but_not_in_a_storm() {
        let stage = stage();
        assert_eq!(stage.reads_after(false).await, 1);
        assert_eq!(stage.reads_after(true).await, 2);
        assert_eq!(stage.reads_after(true).await, 2);
        stage.clock.wait_ms(30_000).await;
        assert_eq!(stage.reads_after(true).await, 3);
    }

    #[tokio::test]
    async fn a_crowd_reads_once() {
        let stage = stage();
        let reads = tokio::join!(
            stage.reads_after(false),
            stage.reads_after(false),
            stage.reads_after(false)
        );
        assert_eq!(reads, (1, 1, 1));
    }
}
