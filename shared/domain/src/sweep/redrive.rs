//! Redriving: looking again at unrouted and stuck cases once the settings have changed.
//!
//! Never for longer than workers may remember the old settings.

use alloc::collections::BTreeSet;

use super::Sweep;
use crate::{
    link::{Aspect, Class, LinkState},
    moment::Moment,
    reconcile::Decision,
    routing::{Choice, choose_route},
    trouble::Trouble,
};

/// How long after a change of settings unrouted and stuck cases are looked through again.
const REDRIVE_FOR_MS: u64 = 10 * 60_000;

impl Sweep<'_> {
    /// Looks again at unrouted and stuck cases once the settings have changed.
    pub(super) async fn redrive_after_new_settings(&mut self) -> Result<(), Trouble> {
        let digest = self.engine.settings.digest.clone();
        let now = self.engine.clock.now();
        let remembered = self
            .engine
            .store
            .read_cursor("settings")
            .await?
            .unwrap_or_default();
        let since = match remembered.split_once('@') {
            Some((known, since)) if known == digest.as_str() => {
                Moment::from_epoch_ms(since.parse().unwrap_or_default())
            }
            _ => now,
        };
        // For a while, workers that remember the old settings may still decide by them.
        if since != now && now.ms_since(since) > REDRIVE_FOR_MS {
            return Ok(());
        }
        for class in [Class::Stuck, Class::Unrouted] {
            let mut after = None;
            loop {
                let now = self.engine.clock.now();
                let page = self.engine.store.list_class(class, after, now).await?;
                for (glimpse, _) in &page.rows {
                    let link = &glimpse.link;
                    let decided_before = link.settings.as_ref() != Some(&digest);
                    let wanted = match link.state {
                        LinkState::Unrouted { .. } => matches!(
                            choose_route(&self.engine.settings, &link.case, &link.facts),
                            Choice::Route(_) | Choice::Unclear
                        ),
                        LinkState::New | LinkState::Opening(_) | LinkState::Linked(_) => true,
                        LinkState::Unlinked(_) => false,
                    };
                    if decided_before && wanted {
                        self.decide(Decision::SettingsRedriven);
                        self.wake(&link.case, BTreeSet::from([Aspect::Case, Aspect::Ticket]))
                            .await?;
                        self.report.redriven += 1;
                    }
                }
                after = page.next;
                if !self.has_time() {
                    return Ok(());
                }
                if after.is_none() {
                    break;
                }
            }
        }
        let place = alloc::format!("{}@{}", digest.as_str(), since.epoch_ms());
        self.engine.store.write_cursor("settings", &place).await
    }
}
