//! The scheduled sweep: a second trigger for the same reconcile.
//!
//! Stops in good order before its time is up, and goes on next time.

use adapters::{service::Service, telemetry::log_reconcile};
use domain::{
    moment::Moment,
    reconcile::{Decision, Outcome},
    sweep::{Sweep, SweepReport},
    trouble::Trouble,
};

/// Sweeps once, until everything was looked at or `deadline` is near.
pub async fn handle(service: &Service, deadline: Moment) -> Result<SweepReport, Trouble> {
    service.forget();
    let mut engine = service.engine().await?;
    let started = service.clock.now();
    let report = Sweep::run(&mut engine, deadline).await;
    // Peers may have been paused or have come back.
    service.forget();
    for reconciled in &report.reconciled {
        log_reconcile("sweep", reconciled);
    }
    let stuck = report
        .reconciled
        .iter()
        .filter(|reconciled| matches!(reconciled.outcome, Outcome::Stuck { .. }))
        .count();
    tracing::info!(
        found_in_contrast = report.found_in_contrast,
        found_in_jira = report.found_in_jira,
        comments_polled = report.comments_polled,
        redriven = report.redriven,
        reconciled = report.reconciled.len(),
        stuck,
        paused = report.paused.join(", "),
        troubles = report.troubles.join("; "),
        decisions = Decision::words(&report.decisions),
        finished = report.finished,
        took_ms = service.clock.now().ms_since(started),
        "swept"
    );
    Ok(report)
}
