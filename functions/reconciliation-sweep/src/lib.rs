//! The scheduled sweep: a second trigger for the same reconcile.
//!
//! Stops in good order before its time is up, and goes on next time.

use adapters::{
    service::Service,
    store::SweepNote,
    telemetry::{
        Function, Origin,
        catalogue::{SWEEP_DURATION, SWEEPS_FINISHED},
        count, here,
    },
};
use domain::{
    moment::Moment,
    reconcile::{Decision, Outcome, Report},
    shard::Shard,
    sweep::{Sweep, SweepReport},
    trouble::Trouble,
};

pub mod event;
mod finishing;
mod gauges;

use gauges::Gauges;

/// Sweeps a shard's cases once, until everything was looked at or `deadline` is near.
pub async fn handle(
    service: &Service,
    shard: Shard,
    deadline: Moment,
) -> Result<SweepReport, Trouble> {
    handle_invocation(service, origin(), shard, deadline).await
}

/// The same, for an invocation by Lambda.
pub async fn handle_invocation(
    service: &Service,
    origin: Origin,
    shard: Shard,
    deadline: Moment,
) -> Result<SweepReport, Trouble> {
    // Boxed: a sweep is a large future, and the compiler measures each that it stands in.
    let work = Box::pin(sweep(service, shard, deadline));
    let swept = service.watch(origin, work).await;
    service.keep_books(true).await;
    swept
}

/// The sweep as the origin of what is done.
pub const fn origin() -> Origin {
    Origin::of(Function::ReconciliationSweep)
}

async fn sweep(service: &Service, shard: Shard, deadline: Moment) -> Result<SweepReport, Trouble> {
    let started = service.clock.now();
    service.forget();
    let mut engine = match service.engine().await {
        Ok(engine) => engine,
        Err(trouble) => {
            count(&SWEEPS_FINISHED, &[], 0);
            service.note_sweep(note_of_none(started, &trouble)).await;
            return Err(trouble);
        }
    };
    let report = Sweep::run(&mut engine, shard, deadline).await;
    // Peers may have been paused or have come back.
    service.forget();
    // How the whole stands is read once for all shards.
    let gauges = if shard.leads() {
        Gauges::read(service).await
    } else {
        Gauges::default()
    };
    let took_ms = service.clock.now().ms_since(started);
    gauges.count(&report);
    count(&SWEEP_DURATION, &[], took_ms);
    if let Some(finished) = finishing::note(service, shard, report.finished).await {
        count(&SWEEPS_FINISHED, &[], finished.into());
    }
    tell(&report, shard, &gauges, took_ms);
    // One note is kept: that of the shard that also walks through the listings.
    if shard.leads() {
        service.note_sweep(note_of(&report, started, took_ms)).await;
    }
    Ok(report)
}

/// What people are shown of the sweep.
fn note_of(report: &SweepReport, started: Moment, took_ms: u64) -> SweepNote {
    let count_of = |what: fn(&Report) -> bool| {
        let reports = report.reconciled.iter();
        reports.filter(|report| what(report)).count() as u64
    };
    SweepNote {
        ended_ms: started.plus_ms(took_ms).epoch_ms(),
        took_ms,
        finished: report.finished,
        reconciled: count_of(|_| true),
        stuck: count_of(is_stuck),
        acted: count_of(|report| !report.actions.is_empty()),
        found_in_contrast: report.found_in_contrast.into(),
        found_in_jira: report.found_in_jira.into(),
        links_seen: report.links_seen.into(),
        redriven: report.redriven.into(),
        comments_polled: report.comments_polled.into(),
        calls: here().calls,
        paused: report.paused.clone(),
        troubles: report.troubles.clone(),
        troubles_left_out: 0,
    }
}

/// A sweep that could not even begin.
fn note_of_none(started: Moment, trouble: &Trouble) -> SweepNote {
    SweepNote {
        ended_ms: started.epoch_ms(),
        troubles: vec![trouble.for_people()],
        ..SweepNote::default()
    }
}

const fn is_stuck(report: &Report) -> bool {
    matches!(report.outcome, Outcome::Stuck { .. })
}

/// The sweep in one line.
fn tell(report: &SweepReport, shard: Shard, gauges: &Gauges, took_ms: u64) {
    let stuck = report
        .reconciled
        .iter()
        .filter(|report| is_stuck(report))
        .count();
    let here = here();
    tracing::info!(
        found_in_contrast = report.found_in_contrast,
        found_in_jira = report.found_in_jira,
        comments_polled = report.comments_polled,
        links_seen = report.links_seen,
        redriven = report.redriven,
        reconciled = report.reconciled.len(),
        stuck,
        paused = report.paused.join(", "),
        troubles = report.troubles.join("; "),
        decisions = Decision::words(&report.decisions),
        due_cases = gauges.due_cases,
        oldest_due_age_s = gauges.oldest_due_age_s,
        stuck_cases = gauges.stuck_cases,
        capabilities_off = gauges.capabilities_off,
        calls = here.calls,
        operations = here.operations,
        finished = report.finished,
        %shard,
        took_ms,
        request_id = here.request_id,
        trace_id = here.trace_id,
        "swept"
    );
}
