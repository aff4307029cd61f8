//! The end of every scenario: nothing is left over.

use domain::{
    link::{Class, LinkState, PostingState},
    ports::{Clock as _, Store as _},
    sweep::SweepReport,
};

use super::World;

impl World {
    /// Sweeps until a sweep finds nothing to do, at most a few times.
    pub async fn settle(&self) {
        for _ in 0..6 {
            self.pass_minutes(1);
            let report = self.sweep().await;
            self.lose();
            if is_quiet(&report) {
                return;
            }
        }
        panic!("the sweeps do not come to rest");
    }

    /// Ends the scenario: after the dust has settled there is no live claim, nothing is due, and a
    /// further sweep writes nothing, wakes nothing, and makes few calls.
    pub async fn end(&self) {
        self.settle().await;
        let now = self.clock.now();
        let due = self
            .service
            .store
            .list_due(now, None)
            .await
            .expect("a list");
        assert_eq!(due.cases, Vec::new(), "nothing is due");
        for class in Class::ALL {
            let page = self
                .service
                .store
                .list_class(class, None, now)
                .await
                .expect("a list");
            for (glimpse, _) in page.rows {
                assert!(
                    !glimpse.leased,
                    "no lease is held for {}",
                    glimpse.link.case
                );
                assert_ne!(
                    glimpse.link.state,
                    LinkState::New,
                    "{} is decided",
                    glimpse.link.case
                );
                if let LinkState::Opening(opening) = &glimpse.link.state {
                    assert_eq!(
                        opening.claim, None,
                        "no claim is live for {}",
                        glimpse.link.case
                    );
                }
                for posting in &glimpse.link.postings {
                    let live = matches!(posting.state, PostingState::Claimed { .. });
                    assert!(!live, "no claim is live: {posting:?}");
                }
            }
        }
        self.take_calls();
        self.pass_minutes(5);
        let report = self.sweep().await;
        assert!(
            is_quiet(&report),
            "a further sweep finds nothing: {report:#?}"
        );
        let writes: Vec<_> = self
            .network
            .jira()
            .take_calls()
            .into_iter()
            .filter(|call| call.write)
            .collect();
        assert!(
            writes.is_empty(),
            "a further sweep writes nothing: {writes:?}"
        );
        let written: Vec<_> = self
            .network
            .contrast()
            .take_calls()
            .into_iter()
            .filter(|call| call.method != "GET" && !call.path.contains("observations"))
            .collect();
        assert!(
            written.is_empty(),
            "a further sweep writes nothing: {written:?}"
        );
        let told = self.take_deliveries();
        assert!(
            told.is_empty(),
            "nothing is left to tell: {} deliveries",
            told.len()
        );
    }
}

/// Whether a sweep found nothing, beyond looking at comments in their turn.
fn is_quiet(report: &SweepReport) -> bool {
    report.found_in_contrast == 0
        && report.found_in_jira == 0
        && report.redriven == 0
        && report.troubles.is_empty()
        && report.reconciled.iter().all(|reconciled| {
            reconciled.actions.is_empty()
                && matches!(
                    reconciled.outcome,
                    domain::reconcile::Outcome::InStep | domain::reconcile::Outcome::Unrouted
                )
        })
}
