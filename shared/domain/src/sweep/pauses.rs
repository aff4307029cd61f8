//! Pauses: peers that refused our credentials, and what waited for them.
//!
//! Each is asked once a sweep, by the leading shard alone, and never once for each case.

use alloc::{collections::BTreeSet, vec::Vec};

use super::Sweep;
use crate::{
    case::CaseKind,
    link::Aspect,
    reconcile::Decision,
    trouble::{Peer, Trouble},
};

impl Sweep<'_> {
    /// Asks each peer that refused us, once, whether it accepts us now.
    pub(super) async fn check_pauses(&mut self) -> Result<(), Trouble> {
        let mut still = Vec::new();
        for pause in self.engine.store.list_pauses().await? {
            let answer = match &pause.peer {
                Peer::Site(name) => match self.engine.settings.sites.get(name) {
                    Some(site) => self.engine.ticket_side.check_credentials(site).await,
                    None => Ok(()),
                },
                Peer::Connection(name) => match self.engine.settings.connections.get(name) {
                    Some(connection) => self
                        .engine
                        .case_side
                        .list_cases(connection, CaseKind::Incident, 0)
                        .await
                        .map(|_| ()),
                    None => Ok(()),
                },
            };
            match answer {
                Ok(()) => {
                    self.decide(Decision::PeerAcceptsAgain);
                    self.engine.store.resume(&pause.peer).await?;
                    self.wake_what_waited().await?;
                }
                Err(_) => still.push(pause.peer),
            }
        }
        self.engine.paused = still.into();
        Ok(())
    }

    /// A peer is back: what waited for it need not wait for its next attempt.
    async fn wake_what_waited(&mut self) -> Result<(), Trouble> {
        let later = self.engine.clock.now().plus_ms(10 * 60_000);
        let mut after = None;
        loop {
            let page = self.engine.store.list_due(later, after).await?;
            let now = self.engine.clock.now();
            for (case, _) in page.cases.into_iter().filter(|(_, due_at)| *due_at > now) {
                self.wake(&case, BTreeSet::from([Aspect::Owed])).await?;
            }
            after = page.next;
            if after.is_none() || !self.has_time() {
                return Ok(());
            }
        }
    }
}
