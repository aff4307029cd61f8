//! Answers that make no sense, from either product, to every kind of call that there is: nothing falls
//! over, what is wrong is told in words, and once the answers are sane again nothing is missing and
//! nothing stands twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use adapters::http::{Request, Response};
use proptest::{
    collection::vec,
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngSeed, TestRunner},
};

use super::{
    SEED,
    mutation::changes,
    nonsense::{BODY, Nonsense, every_nonsense},
    stage::Stage,
    story::Story,
};

/// What a call is about: its method and path, with `{}` in the place of ids.
fn kind_of(method: &str, url: &str) -> String {
    let uri: http::Uri = url.parse().expect("an address");
    let segments = uri.path().split('/').skip(1);
    let plain = segments.map(|segment| {
        let is_id = segment.bytes().any(|byte| byte.is_ascii_digit()) && segment.len() > 2;
        if is_id { "{}" } else { segment }
    });
    let host = uri.host().unwrap_or_default();
    format!("{method} {host}/{}", plain.collect::<Vec<_>>().join("/"))
}

/// Every kind of call that a story makes.
async fn kinds_of_calls() -> Vec<String> {
    let mut story = Story::begin().await;
    for _ in 0..4 {
        story.act().await;
        story.bear().await;
    }
    let seen = story.stage.network.take_seen();
    let kinds: BTreeSet<String> = seen
        .iter()
        .map(|call| kind_of(&call.method, &call.url))
        .collect();
    story.heal().await;
    story.is_whole("sane answers");
    kinds.into_iter().collect()
}

/// Kinds of calls, each with what becomes of their answers.
type Spoilt = BTreeMap<String, Nonsense>;

/// Answers to calls of these kinds are replaced from now on; tells which were.
fn spoil(stage: &Stage, spoilt: &Spoilt) -> Arc<Mutex<BTreeSet<String>>> {
    let struck = Arc::new(Mutex::new(BTreeSet::new()));
    let (noting, spoilt) = (Arc::clone(&struck), spoilt.clone());
    stage
        .network
        .tamper_with(Box::new(move |request: &Request, answer: Response| {
            let kind = kind_of(request.method().as_str(), &request.uri().to_string());
            let Some(nonsense) = spoilt.get(&kind) else {
                return Ok(answer);
            };
            noting.lock().expect("a list").insert(kind);
            nonsense.of(&answer)
        }));
    struck
}

/// People act while answers are spoilt; what is said about it is words. Answers with the kinds of calls
/// that were struck.
async fn go_through(story: &mut Story, spoilt: &Spoilt) -> BTreeSet<String> {
    let struck = spoil(&story.stage, spoilt);
    story.act().await;
    are_clean(&story.bear().await, &format!("{spoilt:#?}"));
    story.heal().await;
    struck.lock().expect("a list").clone()
}

/// What is said is short, and repeats nothing of a body and nobody's address.
fn are_clean(said: &[String], what: &str) {
    for words in said {
        assert!(words.len() < 1_500, "{what}: {words}");
        let is_clean = !words.contains(BODY) && !words.contains('@');
        assert!(is_clean, "{what}: {words}");
    }
}

/// How many cases the environment asks for.
fn asked_for() -> Option<usize> {
    std::env::var("PROPTEST_CASES").ok()?.parse().ok()
}

/// Kinds of calls that are spoilt at a time.
const AT_A_TIME: usize = 4;

#[tokio::test]
async fn nonsense_in_the_answers_to_any_call_is_borne_and_healed() {
    let kinds = kinds_of_calls().await;
    assert!(kinds.len() >= 18, "{kinds:#?}");
    let all = every_nonsense();
    let mut story = Story::begin().await;
    let mut struck = BTreeSet::new();
    // Kinds that stand far apart are spoilt together: one that fails keeps few others from being made.
    let stride = kinds.len().div_ceil(AT_A_TIME);
    for round in 0..asked_for().unwrap_or(stride) {
        // Each kind of call meets another nonsense, and in later rounds again another.
        let spoilt: Spoilt = (0..AT_A_TIME)
            .map(|number| {
                let kind = &kinds[(number * stride + round) % kinds.len()];
                let nonsense = &all[(number * stride + round + round / stride) % all.len()];
                (kind.clone(), nonsense.clone())
            })
            .collect();
        struck.extend(go_through(&mut story, &spoilt).await);
        if spoilt.iter().any(|(kind, nonsense)| nonsense.may_lie(kind)) {
            story = Story::begin().await;
        } else {
            story.is_whole(&format!("{spoilt:#?}"));
        }
    }
    story.stage.end().await;
    let most = struck.len() * 3 >= kinds.len() * 2;
    assert!(most, "too few calls were made: {struck:#?}");
}

#[tokio::test]
async fn answers_that_are_changed_here_and_there_are_borne() {
    let config = Config {
        rng_seed: RngSeed::Fixed(SEED),
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    for _ in 0..asked_for().unwrap_or(3) {
        let drawn = vec(changes(), 7).new_tree(&mut runner);
        let drawn = drawn.expect("changes").current();
        let what = format!("{drawn:?}");
        let mut story = Story::begin().await;
        let mut turn = 0;
        story.stage.network.tamper_with(Box::new(move |_, answer| {
            turn += 1;
            if turn % 3 == 0 {
                return Ok(answer);
            }
            Nonsense::Mutated(drawn[turn % drawn.len()].clone()).of(&answer)
        }));
        story.act().await;
        are_clean(&story.bear().await, &what);
        story.heal().await;
        story.stage.end().await;
    }
}
