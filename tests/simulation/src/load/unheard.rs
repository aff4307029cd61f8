//! One case in a hundred changes without a word, half of them on either side: how the sweep finds
//! them among all that are linked.

use std::{collections::BTreeMap, sync::Arc};

use domain::shard::Shard;
use simulators::contrast::CloseReason;

use super::{EVERY_MS, sweep_to_its_end};
use crate::{core::Core, scenes::pass};

/// What became of changes that nobody told.
#[derive(Clone, Debug, Default)]
pub struct Unheard {
    /// Tickets that were done, and incidents that were closed.
    pub changed: usize,
    /// Of them, those that the other side does not know of in the end.
    pub apart: usize,
    /// Sweeps that it took.
    pub sweeps: u32,
    /// Calls of these sweeps.
    pub calls: u64,
}

/// One in so many changes.
const ONE_IN: usize = 100;
/// Sweeps after which it is given up.
const MOST_SWEEPS: u32 = 24;

/// A ticket and its incident.
type Linked = (String, String);

pub(super) async fn change_and_find(core: &Arc<Core>, shards: Shard) -> Unheard {
    let changed = change(core);
    let calls_before = calls(core);
    let mut unheard = Unheard {
        changed: changed.len(),
        ..Unheard::default()
    };
    loop {
        let apart = changed.iter().filter(|linked| is_apart(core, linked));
        unheard.apart = apart.count();
        unheard.calls = calls(core) - calls_before;
        if unheard.apart == 0 || unheard.sweeps == MOST_SWEEPS {
            return unheard;
        }
        unheard.sweeps += 1;
        let name = format!("sweep {} after the changes", unheard.sweeps);
        sweep_to_its_end(core, shards, &name).await;
        pass(core, EVERY_MS.unsigned_abs()).await;
    }
}

fn calls(core: &Core) -> u64 {
    core.record().calls.values().sum()
}

/// Changes them, and loses what the products tell of it.
fn change(core: &Arc<Core>) -> Vec<Linked> {
    let now_ms = core.now_ms();
    let mut world = core.world();
    let linked: BTreeMap<String, String> = world
        .jira
        .tickets()
        .filter_map(|ticket| {
            let number = ticket.summary.rsplit('(').next()?.trim_end_matches(')');
            Some((ticket.id.clone(), number.to_owned()))
        })
        .collect();
    let chosen: Vec<Linked> = linked.into_iter().step_by(ONE_IN).collect();
    for (position, (ticket, number)) in chosen.iter().enumerate() {
        let is_changed = if position % 2 == 0 {
            let done = world
                .jira
                .transition_to(ticket, "Ana Souza", "Done", now_ms);
            done.is_ok()
        } else {
            let reason = CloseReason::FalsePositive;
            world.contrast.close(number, "Mara Lindt", reason, now_ms)
        };
        assert!(is_changed, "{number} can be changed");
    }
    world.jira.drop_outbox();
    world.contrast.drop_outbox();
    chosen
}

fn is_apart(core: &Arc<Core>, (ticket, number): &Linked) -> bool {
    let world = core.world();
    let incident = world.contrast.incident(number);
    let ticket = world.jira.ticket(ticket);
    incident.is_some_and(|incident| incident.open)
        || ticket.is_some_and(|ticket| ticket.category != "done")
}
