//! Cases: listed, told of, woken.

use std::collections::BTreeSet;

use adapters::store::TableStore;
use domain::{
    case::{CaseId, CaseKind, OrgId},
    link::{Aspect, HistoryEntry, Mishap, Wakeup},
    moment::Moment,
    ports::{Acquired, Pause, Saved, Saving, Store as _},
    ticket::SiteName,
    trouble::Peer,
};
use operate::{
    cases,
    failure::{Failure, Kind},
    options::{CasesCommand, State, Woken},
};

use super::{piping, store};

const NOW: Moment = Moment::from_epoch_ms(1_773_043_200_000);
const LEASE_MS: u64 = 90_000;

fn case(number: &str) -> CaseId {
    let org = OrgId::new("org-1").expect("an id");
    CaseId::new(org, CaseKind::Incident, number).expect("an id")
}

async fn take(store: &TableStore, case: &CaseId) -> Box<domain::ports::Lease> {
    match store.acquire(case, NOW, LEASE_MS).await.expect("a lease") {
        Acquired::Held(lease) => lease,
        Acquired::HeldByAnother => panic!("nobody else is there"),
    }
}

/// A case that waits for a person.
async fn stuck(store: &TableStore, number: &str) -> CaseId {
    let case = case(number);
    let wakeup = Wakeup {
        case: case.clone(),
        aspects: BTreeSet::from([Aspect::Case]),
        pushed: None,
    };
    store.wake(&wakeup, NOW).await.expect("a wake-up");
    let mut lease = take(store, &case).await;
    lease.link.attempts = 3;
    lease.link.mishap = Some(Mishap {
        words: "Jira refused the project.".to_owned(),
        at: NOW,
        stuck: true,
    });
    let history = vec![HistoryEntry {
        at: NOW,
        words: "is stuck: Jira refused the project".to_owned(),
    }];
    let saving = Saving::Settled { due_at: None };
    let saved = store.save(lease, saving, history, NOW).await;
    assert!(matches!(saved, Ok(Saved::Released { .. })), "{saved:?}");
    case
}

async fn told(store: &TableStore, command: CasesCommand) -> (Result<(), Failure>, String) {
    piping("", async |talk| cases::run(store, command, NOW, talk).await).await
}

#[tokio::test]
async fn stuck_cases_are_listed_with_their_reasons_and_woken_all_at_once() {
    let (_database, store) = store().await;
    let [first, second] = [stuck(&store, "INC-1").await, stuck(&store, "INC-2").await];
    let list = |state| CasesCommand::List { state };
    let (became, lines) = told(&store, list(State::Stuck)).await;
    assert_eq!(became, Ok(()));
    let line = "org-1/incident/INC-1 (no ticket): Jira refused the project (2026-03-09 08:00 UTC), \
                tried 3 times\n";
    assert!(lines.contains(line), "{lines}");
    assert!(lines.ends_with("2 case(s) stuck.\n"), "{lines}");
    let (_, lines) = told(&store, list(State::Due)).await;
    assert!(lines.ends_with("0 case(s) due.\n"), "{lines}");
    let all = Woken {
        case: None,
        stuck: true,
    };
    let (became, lines) = told(&store, CasesCommand::Wake(all)).await;
    assert_eq!(became, Ok(()));
    assert!(lines.ends_with("2 stuck case(s) woken: the next sweeps look at all of them.\n"));
    let (_, lines) = told(&store, list(State::Due)).await;
    assert!(lines.ends_with("2 case(s) due.\n"), "{lines}");
    for case in [first, second] {
        let lease = take(&store, &case).await;
        assert_eq!(
            lease.aspects,
            Aspect::everything(),
            "all of it is looked at"
        );
    }
}

#[tokio::test]
async fn one_case_is_woken_and_another_is_not_made_up() {
    let (_database, store) = store().await;
    let [known, other] = [stuck(&store, "INC-1").await, stuck(&store, "INC-2").await];
    let wake = |case: &CaseId| {
        CasesCommand::Wake(Woken {
            case: Some(case.clone()),
            stuck: false,
        })
    };
    assert_eq!(told(&store, wake(&known)).await.0, Ok(()));
    let unknown = case("INC-3");
    let refused = told(&store, wake(&unknown)).await.0.expect_err("a refusal");
    assert_eq!(refused.kind, Kind::Refused);
    assert!(refused.words.contains("org-1/incident/INC-3"), "{refused}");
    let due = store.list_due(NOW, None).await.expect("a list");
    assert_eq!(due.cases, [(known, NOW)], "and {other} sleeps on");
    assert_eq!(store.glimpse(&unknown, NOW).await, Ok(None));
}

#[tokio::test]
async fn the_history_of_a_case_is_told() {
    let (_database, store) = store().await;
    let case = stuck(&store, "INC-1").await;
    let (became, lines) = told(&store, CasesCommand::History { case }).await;
    assert_eq!(became, Ok(()));
    assert_eq!(
        lines,
        "2026-03-09T08:00:00Z  is stuck: Jira refused the project\n"
    );
}

#[tokio::test]
async fn a_paused_peer_is_told_of_with_what_to_do() {
    let (_database, store) = store().await;
    let pause = Pause {
        peer: Peer::Site(SiteName::new("jira").expect("a name")),
        since: NOW,
        words: "Jira answered 401".to_owned(),
    };
    store.pause(&pause).await.expect("a pause");
    let state = State::Stuck;
    let (_, lines) = told(&store, CasesCommand::List { state }).await;
    assert!(
        lines.contains("Paused: site:jira refuses our credentials"),
        "{lines}"
    );
    assert!(lines.contains("Jira answered 401"), "{lines}");
}
