//! Whether sweeping came to its end: of several shards, all of them.
//!
//! Told by the leading shard alone, so that one that never comes to its end cannot hide behind the
//! others.

use adapters::service::Service;
use domain::{moment::Moment, ports::Store as _, shard::Shard, trouble::Trouble};

/// For how long another shard counts as having come to its end: twice the longest time between two
/// sweeps that the template allows.
const LATELY_MS: u64 = 60 * 60_000;

/// Notes that a shard came to its end, or not. Tells whether all of them did of late, if it leads
/// them. Where that cannot be read it counts as a no: the alarm rings only after an hour of these.
pub(crate) async fn note(service: &Service, shard: Shard, finished: bool) -> Option<bool> {
    let now = service.clock.now();
    let noted = if shard.leads() {
        others_finished(service, shard, now).await
    } else if finished {
        let place = now.epoch_ms().to_string();
        service
            .store
            .write_cursor(&name(shard), &place)
            .await
            .map(|()| true)
    } else {
        Ok(false)
    };
    let noted = noted
        .inspect_err(|trouble| tracing::warn!(%trouble, "whether all shards finished is not known"))
        .unwrap_or(false);
    shard.leads().then_some(finished && noted)
}

async fn others_finished(service: &Service, shard: Shard, now: Moment) -> Result<bool, Trouble> {
    for other in shard.all().filter(|other| !other.leads()) {
        let place = service.store.read_cursor(&name(other)).await?;
        let at = place.and_then(|place| place.parse().ok());
        let lately = |at| now.ms_since(Moment::from_epoch_ms(at)) < LATELY_MS;
        if !at.is_some_and(lately) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn name(shard: Shard) -> String {
    shard.cursor("finished")
}
