//! The scheduled sweep: a second trigger for the same reconcile.
//!
//! Stops in good order before its time is up, and goes on next time.

use adapters::{
    service::Service,
    telemetry::{
        Function, Origin,
        catalogue::{SWEEP_DURATION, SWEEPS_FINISHED},
        count, here,
    },
};
use domain::{
    moment::Moment,
    reconcile::{Decision, Outcome},
    sweep::{Sweep, SweepReport},
    trouble::Trouble,
};

mod gauges;

use gauges::Gauges;

/// Sweeps once, until everything was looked at or `deadline` is near.
pub async fn handle(service: &Service, deadline: Moment) -> Result<SweepReport, Trouble> {
    handle_invocation(service, origin(), deadline).await
}

/// The same, for an invocation by Lambda.
pub async fn handle_invocation(
    service: &Service,
    origin: Origin,
    deadline: Moment,
) -> Result<SweepReport, Trouble> {
    let work = sweep(service, deadline);
    let telemetry = &service.telemetry;
    telemetry.watch(origin, &*service.clock, work).await
}

/// The sweep as the origin of what is done.
pub const fn origin() -> Origin {
    Origin::of(Function::ReconciliationSweep)
}

async fn sweep(service: &Service, deadline: Moment) -> Result<SweepReport, Trouble> {
    let started = service.clock.now();
    service.forget();
    let mut engine = service
        .engine()
        .await
        .inspect_err(|_| count(&SWEEPS_FINISHED, &[], 0))?;
    let report = Sweep::run(&mut engine, deadline).await;
    // Peers may have been paused or have come back.
    service.forget();
    let gauges = Gauges::read(service).await;
    let took_ms = service.clock.now().ms_since(started);
    gauges.count(&report);
    count(&SWEEP_DURATION, &[], took_ms);
    count(&SWEEPS_FINISHED, &[], report.finished.into());
    tell(&report, &gauges, took_ms);
    Ok(report)
}

/// The sweep in one line.
fn tell(report: &SweepReport, gauges: &Gauges, took_ms: u64) {
    let stuck = report
        .reconciled
        .iter()
        .filter(|reconciled| matches!(reconciled.outcome, Outcome::Stuck { .. }))
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
        took_ms,
        request_id = here.request_id,
        trace_id = here.trace_id,
        "swept"
    );
}
