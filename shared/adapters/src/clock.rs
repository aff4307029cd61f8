//! The real clock.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use domain::{moment::Moment, ports::Clock};

/// The system's clock, and waiting by tokio's timer.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Moment {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Moment::from_epoch_ms(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }

    async fn wait_ms(&self, ms: u64) {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
}

#[cfg(test)]
pub(crate) mod by_hand {
    //! A clock for tests: it moves on when it is waited for, or when the test says so.

    use std::sync::atomic::{AtomicI64, Ordering};

    use super::{Clock, Moment, async_trait};

    /// Shows milliseconds since 1970.
    #[derive(Debug, Default)]
    pub(crate) struct Hand(pub(crate) AtomicI64);

    #[async_trait]
    impl Clock for Hand {
        fn now(&self) -> Moment {
            Moment::from_epoch_ms(self.0.load(Ordering::SeqCst))
        }

        async fn wait_ms(&self, ms: u64) {
            let ms = i64::try_from(ms).expect("milliseconds");
            self.0.fetch_add(ms, Ordering::SeqCst);
        }
    }
}
