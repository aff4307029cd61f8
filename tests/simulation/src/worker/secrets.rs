//! The secrets as a worker reads them: they take time, and may be out of reach.
//!
//! Never makes a secret up.

use std::{ops::Range, sync::Arc};

use adapters::secrets::{PeerSecret, Secrets};
use async_trait::async_trait;
use domain::trouble::{Peer, Trouble, TroubleKind};

use super::Worker;
use crate::fault::Fault;

const WAY_US: Range<u64> = 3_000..20_000;

/// The secrets' manager.
pub(super) struct ManagedSecrets(pub(super) Arc<Worker>);

#[async_trait]
impl Secrets for ManagedSecrets {
    async fn read(&self, peer: &Peer, _fresh: bool) -> Result<PeerSecret, Trouble> {
        let doing = "reading a secret";
        let core = &self.0.core;
        let mut step = self.0.next_step(WAY_US);
        step.is_apart = true;
        let kinds = [(1, Fault::SecretsUnreadable)];
        let often = core.weather.secrets_ppm;
        let fault = core.strikes(&step.name, &kinds, often, || "a secret".to_owned());
        self.0.go_out(&step).await;
        let found = core.world().secrets.secret_of(peer);
        self.0.come_back(&step).await;
        if fault.is_some() {
            return Err(Trouble::again_later(
                doing,
                "the secrets could not be reached",
            ));
        }
        let refused = TroubleKind::CredentialsRefused(peer.clone());
        found.ok_or_else(|| Trouble::of(doing, "there is no such secret", refused))
    }
}
