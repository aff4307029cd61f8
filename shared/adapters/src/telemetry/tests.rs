//! Who counts what: invocations and reconciles that run at the same time.

use std::{
    pin::pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};

use async_trait::async_trait;
use domain::{moment::Moment, ports::Clock};
use serde_json::Value;

use super::{
    Function, Origin, Telemetry,
    calls::{note_pause, note_try},
    count, here,
    scope::Scope,
};
use crate::http::{Product, Purpose, Repeat, Response, SendFailure};

struct Still;

#[async_trait]
impl Clock for Still {
    fn now(&self) -> Moment {
        Moment::from_epoch_ms(1_773_043_200_000)
    }

    async fn wait_ms(&self, _ms: u64) {}
}

/// Polls until it is done: what is tested needs no runtime.
fn done<F: Future>(work: F) -> F::Output {
    let mut work = pin!(work);
    loop {
        if let Poll::Ready(output) = work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
}

/// Comes back once before it is done, so that others get their turn.
async fn let_others() {
    let mut polled = false;
    std::future::poll_fn(|_| {
        if polled {
            return Poll::Ready(());
        }
        polled = true;
        Poll::Pending
    })
    .await;
}

fn call(operation: &'static str, answer: &Result<Response, SendFailure>) {
    let purpose = Purpose {
        product: Product::Jira,
        operation,
        repeat: Repeat::Harmless,
        doing: "trying",
    };
    let request = http::Request::post("https://acme.atlassian.net/rest/api/3/issue/1?jql=secret")
        .body(b"a secret".to_vec())
        .expect("a request");
    let now = Still.now();
    note_try(&purpose, &request, answer, (now, now.plus_ms(40)));
}

fn answered(status: u16) -> Response {
    let response = http::Response::builder().status(status);
    response.body(b"a secret".to_vec()).expect("a response")
}

/// A telemetry, and what it tells.
fn told() -> (Arc<Telemetry>, Arc<Mutex<Vec<String>>>) {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let (metrics, pieces) = (Arc::clone(&lines), Arc::clone(&lines));
    let telemetry = Telemetry::silent()
        .with_metrics("tests", move |line| {
            metrics.lock().expect("lines").push(line.to_owned());
        })
        .with_pieces(move |piece| pieces.lock().expect("lines").push(piece.to_owned()));
    (Arc::new(telemetry), lines)
}

fn take(lines: &Mutex<Vec<String>>) -> Vec<Value> {
    let taken = std::mem::take(&mut *lines.lock().expect("lines"));
    let last = |text: &String| text.lines().last().map(str::to_owned).unwrap_or_default();
    let parsed = taken.iter().map(|text| serde_json::from_str(&last(text)));
    parsed.map(|it| it.expect("JSON")).collect()
}

#[test]
fn each_try_is_counted_by_how_it_ended() {
    let (telemetry, lines) = told();
    let tries = async {
        for status in [200, 204, 404, 401, 501, 429, 500, 503, 408] {
            call("read-ticket", &Ok(answered(status)));
        }
        call(
            "read-ticket",
            &Err(SendFailure::NotSent("refused".to_owned())),
        );
        call(
            "read-ticket",
            &Err(SendFailure::Unknown("timed out".to_owned())),
        );
        note_pause(Product::Jira, 300);
        note_pause(Product::Jira, 400);
    };
    done(telemetry.watch(Origin::of(Function::JiraWebhook), &Still, tries));
    let lines = take(&lines);
    let counted = |status: &str| {
        let line = lines.iter().find(|line| line["Status"] == status);
        line.map(|line| line["RemoteCalls"].clone())
    };
    for (status, count) in [
        ("ok", 2),
        ("refused", 3),
        ("limited", 1),
        ("failed", 3),
        ("unanswered", 2),
    ] {
        assert_eq!(counted(status), Some(count.into()), "{status}");
    }
    assert_eq!(lines[0]["RateLimitPause"], 700);
    assert_eq!(lines[0]["operations"], "jira read-ticket=11");
}

#[test]
fn reconciles_at_the_same_time_each_count_their_own_calls() {
    let (telemetry, lines) = told();
    let work = async {
        let around = Scope::present().expect("a scope");
        let one = around.of_a_reconcile(None);
        let other = around.of_a_reconcile(None);
        let work = |calls: u64| async move {
            for _ in 0..calls {
                call("read-ticket", &Ok(answered(200)));
                let_others().await;
            }
            here().calls
        };
        let both = futures_of(one.around(work(3)), other.around(work(5))).await;
        assert_eq!(both, (3, 5));
        assert_eq!(here().calls, 8, "the sweep's line tells the whole");
    };
    done(telemetry.watch(Origin::of(Function::ReconciliationSweep), &Still, work));
    assert_eq!(take(&lines)[0]["RemoteCalls"], 8);
}

/// Both, in turns.
async fn futures_of<A: Future, B: Future>(one: A, other: B) -> (A::Output, B::Output) {
    let (mut one, mut other) = (Box::pin(one), Box::pin(other));
    let (mut first, mut second) = (None, None);
    std::future::poll_fn(move |context| {
        if first.is_none()
            && let Poll::Ready(output) = one.as_mut().poll(context)
        {
            first = Some(output);
        }
        if second.is_none()
            && let Poll::Ready(output) = other.as_mut().poll(context)
        {
            second = Some(output);
        }
        match (first.take(), second.take()) {
            (Some(one), Some(other)) => Poll::Ready((one, other)),
            (one, other) => {
                (first, second) = (one, other);
                Poll::Pending
            }
        }
    })
    .await
}

#[test]
fn a_process_starts_cold_once_and_tells_nothing_without_a_namespace() {
    let (telemetry, lines) = told();
    let origin = Origin::of(Function::ContrastWebhook);
    done(telemetry.watch(origin.clone(), &Still, async {}));
    assert_eq!(take(&lines)[0]["Function"], "contrast-webhook");
    done(telemetry.watch(origin.clone(), &Still, async {}));
    assert_eq!(take(&lines), Vec::<Value>::new());
    let silent = Arc::new(Telemetry::silent());
    done(silent.watch(origin, &Still, async {
        call("read-ticket", &Ok(answered(200)));
    }));
    // Outside of any invocation as well.
    call("read-ticket", &Ok(answered(200)));
    count(&super::catalogue::SWEEPS_FINISHED, &[], 1);
    assert_eq!(take(&lines), Vec::<Value>::new());
}

#[test]
fn a_call_is_a_piece_of_its_trace_and_tells_host_operation_status_and_times_alone() {
    let (telemetry, lines) = told();
    let header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    let origin = Origin::of(Function::JiraWebhook).with_ids("5f1c", Some(header));
    done(telemetry.watch(origin, &Still, async {
        call("create-ticket", &Ok(answered(429)));
    }));
    let told = take(&lines);
    let piece = &told[0];
    assert_eq!(piece["name"], "acme.atlassian.net");
    assert_eq!(piece["parent_id"], "53995c3f42cd8ad8");
    assert_eq!(piece["http"]["response"]["status"], 429);
    assert_eq!(
        piece["http"]["request"]["url"],
        "https://acme.atlassian.net"
    );
    assert_eq!(piece["annotations"]["operation"], "jira create-ticket");
    assert_eq!(
        (&piece["throttle"], &piece["fault"]),
        (&true.into(), &false.into())
    );
    assert_eq!(told[1]["request_id"], "5f1c");
    assert_eq!(told[1]["trace_id"], "1-5759e988-bd862e3fe1be46a994272793");
    assert!(!format!("{told:?}").contains("secret"));
}
