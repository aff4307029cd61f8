use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use domain::trouble::{Effect, Trouble, TroubleKind};

use crate::clock::by_hand::Hand;

use super::{Caller, Http, Product, Purpose, Repeat, Request, Response, SendFailure};

/// Answers in turn, and then with 200.
struct Script(Mutex<VecDeque<u16>>);

#[async_trait]
impl Http for Script {
    async fn send(&self, _: Request) -> Result<Response, SendFailure> {
        let status = self.0.lock().expect("unlocked").pop_front();
        let response = http::Response::builder().status(status.unwrap_or(200));
        Ok(response.body(Vec::new()).expect("a response"))
    }
}

async fn call(statuses: &[u16], repeat: Repeat) -> Result<u16, Trouble> {
    let script = Script(Mutex::new(statuses.iter().copied().collect()));
    let clock = Hand(1_773_100_000_000.into());
    let caller = Caller::new(Arc::new(script), Arc::new(clock), 60_000);
    let request = http::Request::put("https://acme.atlassian.net/rest/api/3/issue/10001")
        .body(Vec::new())
        .expect("a request");
    let purpose = Purpose {
        product: Product::Jira,
        operation: "edit-ticket",
        repeat,
        doing: "changing the ticket",
    };
    let answer = caller.call(request, purpose).await;
    answer.map(|response| response.status().as_u16())
}

fn effect_of(outcome: &Result<u16, Trouble>) -> Option<Effect> {
    match outcome.as_ref().map_err(|trouble| &trouble.kind) {
        Err(TroubleKind::AgainLater { effect, .. }) => Some(*effect),
        _ => None,
    }
}

#[tokio::test]
async fn what_cannot_double_is_tried_again() {
    let outcome = call(&[503, 500, 429], Repeat::Harmless).await;
    assert_eq!(outcome, Ok(200));
}

#[tokio::test]
async fn a_creation_is_tried_again_after_a_refusal_alone() {
    assert_eq!(call(&[429], Repeat::Doubles).await, Ok(200));
    let outcome = call(&[503], Repeat::Doubles).await;
    assert_eq!(effect_of(&outcome), Some(Effect::Unknown));
}

#[tokio::test]
async fn what_an_earlier_try_may_have_done_is_told_with_the_last_ones_trouble() {
    let refused = call(&[429; 4], Repeat::Harmless).await;
    assert_eq!(effect_of(&refused), Some(Effect::None));
    let unheard = call(&[503, 429, 429, 429], Repeat::Harmless).await;
    assert_eq!(effect_of(&unheard), Some(Effect::Unknown));
}
