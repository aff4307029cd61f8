//! The wire is what we think it is: every call to Jira and every answer, held against Jira's own
//! OpenAPI document.
//!
//! The service runs as ever; towards Jira it goes over loopback through Prism. Without Prism or the
//! document (see `.ci/prism`) there is nothing to hold them against, and that is said.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use adapters::service::{FixedSettings, Parts, Service};
use scenarios::world::{World, settings_of};
use serde_json::{Value, json};
use simulators::jira::{Fault, FaultKind};

mod choices;
mod document;
mod exceptions;
mod furniture;
mod kinds;
mod prism;
mod refusals;
mod road;
mod story;
mod strangers;

use exceptions::{EXCEPTIONS, Exception};
use kinds::{KINDS, Kind, REFUSALS};
use prism::Tools;
use road::{Road, Seen};

const SETTINGS: &str = include_str!("../../fixtures/wire.toml");

/// A world whose Jira is reached over the wire.
async fn wired(tools: &Tools) -> (World, Arc<Road>) {
    let mut world = World::with_settings(SETTINGS).await;
    let road = Arc::new(Road::open(tools, Arc::clone(&world.network)).await);
    world.service = Arc::new(Service::new(Parts {
        store: world.service.store.clone(),
        secrets: world.secrets.clone(),
        clock: Arc::clone(&world.service.clock),
        settings: Arc::new(FixedSettings(settings_of(SETTINGS))),
        http: road.clone(),
    }));
    (world, road)
}

/// What passed of each kind, and how it was answered; every call must be of a kind.
fn counted(seen: &[Seen]) -> BTreeMap<&'static str, BTreeMap<u16, usize>> {
    let mut counts: BTreeMap<_, BTreeMap<u16, usize>> = BTreeMap::new();
    for seen in seen.iter().filter(|seen| seen.is_ours) {
        let kind = kinds::kind_of(seen).unwrap_or_else(|| {
            panic!(
                "a kind of call that nobody named: {}",
                kinds::shape_of(seen)
            )
        });
        let answers = counts.entry(kind.shape).or_default();
        *answers.entry(seen.status).or_default() += 1;
    }
    counts
}

#[tokio::test]
async fn every_call_to_jira_and_every_answer_is_as_jira_documents_it() {
    let Some(tools) = Tools::at_hand() else {
        return;
    };
    let (world, road) = wired(&tools).await;
    story::tell(&world, &road).await;
    let seen = road.seen();
    let counts = counted(&seen);
    for Kind { shape, answers, .. } in &KINDS {
        let Some(met) = counts.get(shape) else {
            panic!("the story has no call of the kind {shape}");
        };
        println!("{:>4} {shape} {met:?}", met.values().sum::<usize>());
        let missing: Vec<_> = answers.iter().filter(|it| !met.contains_key(it)).collect();
        assert!(missing.is_empty(), "{shape} was never answered {missing:?}");
    }
    let strangers = seen.iter().filter(|seen| !seen.is_ours).count();
    println!("{strangers:>4} that our client does not make");
    let refused: BTreeSet<_> = seen
        .iter()
        .filter(|seen| seen.is_ours && kinds::is_refused(seen))
        .filter_map(|seen| Some((kinds::kind_of(seen)?.function, seen.status)))
        .collect();
    assert_eq!(refused, BTreeSet::from(REFUSALS));
    let excused: BTreeSet<_> = EXCEPTIONS.iter().map(|it| it.name).collect();
    assert_eq!(road.excused(), excused, "every exception is needed");
    for Exception { name, reason, .. } in &EXCEPTIONS {
        println!("excused: {name}: {reason}");
    }
    assert_eq!(strangers::never_asked(&road), BTreeSet::new());
}

#[test]
fn no_function_of_the_client_makes_a_call_that_the_story_lacks() {
    let named: BTreeSet<_> = KINDS.iter().map(|kind| kind.function.to_owned()).collect();
    assert_eq!(kinds::functions_that_call(), named);
    let tried = refusals::tried().chain(choices::tried());
    let refused: BTreeSet<_> = tried.map(str::to_owned).collect();
    assert_eq!(refused, named, "each is refused in every way");
}

#[tokio::test]
async fn whatever_jira_does_not_document_is_told_with_its_side() {
    let Some(tools) = Tools::at_hand() else {
        return;
    };
    let (world, road) = wired(&tools).await;
    let told = async |method, path, body| {
        let (_, faults) = road
            .pass(strangers::call(method, path, &body))
            .await
            .expect("an answer");
        faults.join("; ")
    };
    let list = "/comment/list?expand=properties";
    assert_eq!(told("POST", list, json!({ "ids": [1] })).await, "");
    let words = told("POST", list, json!({ "ids": ["one"] })).await;
    assert!(words.starts_with("the call, body.ids.0: "), "{words}");
    let words = told("POST", list, json!({ "ids": [1], "id": 1 })).await;
    assert!(words.contains("the call, body: no id"), "{words}");
    let words = told("GET", "/myself?expand=everything", Value::Null).await;
    assert_eq!(words, "the call, query: no expand=everything");
    let words = told("GET", "/myself?expnd=groups", Value::Null).await;
    assert_eq!(words, "the call, query: no expnd");
    let words = told("GET", "/nowhere", Value::Null).await;
    assert!(words.starts_with("the call: "), "{words}");
    for (status, wanted) in [
        (200, "the answer, response.body: "),
        (299, "the answer, response: Unable to match"),
        (418, "the answer, response: Unable to match"),
    ] {
        let fault = Fault::new("GET", "/issue/1", 1, FaultKind::Status(status, None));
        world.network.jira().fail_next(fault);
        let words = told("GET", "/issue/1", Value::Null).await;
        assert!(words.contains(wanted), "{status}: {words}");
    }
}
