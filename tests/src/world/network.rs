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
    fuse: Mutex<Option<Fuse>>,
}

/// When the caller of a call dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dying {
    /// The call is never made.
    BeforeTheRequest,
    /// The other side did what was asked, and the caller never hears of it.
    AfterTheEffect,
}

/// Calls until the caller is killed: at zero no answer comes any more.
#[derive(Clone, Copy)]
struct Fuse {
    left: u32,
    dying: Dying,
}

impl SimulatedNetwork {
    pub(super) fn new(contrast: Contrast, jira: Jira, clock: Arc<SimulatedClock>) -> Self {
        Self {
            contrast: Mutex::new(contrast),
            jira: Mutex::new(jira),
            clock,
            fuse: Mutex::new(None),
        }
    }

    /// The simulated Contrast.
    pub fn contrast(&self) -> MutexGuard<'_, Contrast> {
        lock(&self.contrast)
    }

    /// Runs some work and kills it at its n-th call to either product. Tells whether it came to
    /// that.
    pub async fn kill_at_call<T>(
        &self,
        call: u32,
        dying: Dying,
        work: impl Future<Output = T>,
    ) -> bool {
        let fuse = Fuse { left: call, dying };
        *lock(&self.fuse) = Some(fuse);
        let mut work = Box::pin(work);
        let killed = std::future::poll_fn(|context| {
            let polled = work.as_mut().poll(context);
            if self.has_burnt() {
                return Poll::Ready(true);
            }
            polled.map(|_| false)
        })
        .await;
        *lock(&self.fuse) = None;
        killed
    }

    fn has_burnt(&self) -> bool {
        lock(&self.fuse).is_some_and(|fuse| fuse.left == 0)
    }

    /// Counts a call; tells how its caller dies at it, if it does.
    fn burn_fuse(&self) -> Option<Dying> {
        let mut fuse = lock(&self.fuse);
        let fuse = fuse.as_mut()?;
        if fuse.left == 0 {
            // Dead already: whatever it does at the same time goes no further either.
            return Some(Dying::BeforeTheRequest);
        }
        fuse.left -= 1;
        (fuse.left == 0).then_some(fuse.dying)
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
        let dying = self.burn_fuse();
        if dying == Some(Dying::BeforeTheRequest) {
            // The caller is dead: it waits for ever.
            return std::future::pending().await;
        }
        let response = match request.uri().host() {
            Some("contrast.example.com") => self.contrast().serve(&request, now),
            Some("acme.atlassian.net" | "api.atlassian.com") => self.jira().serve(&request, now),
            host => return Err(SendFailure::NotSent(format!("nobody answers at {host:?}"))),
        };
        if dying == Some(Dying::AfterTheEffect) {
            return std::future::pending().await;
        }
        match response.headers().get(simulators::contrast::SIMULATED) {
            Some(_) => Err(SendFailure::Unknown("the connection was reset".to_owned())),
            None => Ok(response),
        }
    }
}
