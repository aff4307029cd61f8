//! The network of a world: every call goes to a simulator, takes a little time, and may be lost.
//!
//! No sockets. What the simulators mark as lost never reaches the caller as an answer.

use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard},
    task::Poll,
};

use adapters::http::{Http, Request, Response, SendFailure};
use async_trait::async_trait;
use simulators::{contrast::Contrast, jira::Jira};

use super::{SimulatedClock, lock};

/// How long a call takes.
const CALL_MS: u64 = 20;

/// The network.
pub struct SimulatedNetwork {
    contrast: Mutex<Contrast>,
    jira: Mutex<Jira>,
    clock: Arc<SimulatedClock>,
    /// Calls to Jira until the caller is killed: at zero its answer never comes.
    fuse: Mutex<Option<u32>>,
}

impl SimulatedNetwork {
    pub(super) fn new(contrast: Contrast, jira: Jira, clock: Arc<SimulatedClock>) -> Self {
        Self { contrast: Mutex::new(contrast), jira: Mutex::new(jira), clock, fuse: Mutex::new(None) }
    }

    /// The simulated Contrast.
    pub fn contrast(&self) -> MutexGuard<'_, Contrast> {
        lock(&self.contrast)
    }

    /// Runs some work and kills it after its n-th call to Jira took effect, before it hears the
    /// answer. Tells whether it came to that.
    pub async fn kill_after_jira_call<T>(&self, calls: u32, work: impl Future<Output = T>) -> bool {
        *lock(&self.fuse) = Some(calls);
        let mut work = Box::pin(work);
        let killed = std::future::poll_fn(|context| {
            if *lock(&self.fuse) == Some(0) {
                return Poll::Ready(true);
            }
            match work.as_mut().poll(context) {
                Poll::Ready(_) => Poll::Ready(false),
                Poll::Pending if *lock(&self.fuse) == Some(0) => Poll::Ready(true),
                Poll::Pending => Poll::Pending,
            }
        })
        .await;
        *lock(&self.fuse) = None;
        killed
    }

    fn burn_fuse(&self) -> bool {
        let mut fuse = lock(&self.fuse);
        *fuse = fuse.map(|left| left.saturating_sub(1));
        *fuse == Some(0)
    }

    /// The simulated Jira.
    pub fn jira(&self) -> MutexGuard<'_, Jira> {
        lock(&self.jira)
    }
}

#[async_trait]
impl Http for SimulatedNetwork {
    async fn send(&self, request: Request) -> Result<Response, SendFailure> {
        self.clock.pass(CALL_MS);
        let now = domain::ports::Clock::now(&*self.clock).epoch_ms();
        let response = match request.uri().host() {
            Some("contrast.example.com") => self.contrast().serve(&request, now),
            Some("acme.atlassian.net") => {
                let response = self.jira().serve(&request, now);
                if self.burn_fuse() {
                    // The caller is dead: it waits for ever.
                    return std::future::pending().await;
                }
                response
            }
            host => return Err(SendFailure::NotSent(format!("nobody answers at {host:?}"))),
        };
        match response.headers().get(simulators::contrast::SIMULATED) {
            Some(_) => Err(SendFailure::Unknown("the connection was reset".to_owned())),
            None => Ok(response),
        }
    }
}
