//! Webhooks on their way: in time, late, twice, never, and again where we answered with an error.
//!
//! What a webhook says is the products' business.

use std::sync::Arc;

use lambda_http::Body;

use crate::{
    core::Core,
    executor::Wait,
    fault::Fault,
    functions::{Function, start, watch},
};

const USUAL_MS: std::ops::Range<u64> = 50..1_500;
const LATE_MS: std::ops::Range<u64> = 5_000..420_000;
const AGAIN_MS: std::ops::Range<u64> = 60_000..240_000;
/// Deliveries of one event that Jira tries at most.
const TRIES: u32 = 3;
/// Webhooks that a run may set off; more is an echo that never dies.
const MOST: u64 = 4_000;

/// A webhook.
struct Webhook {
    name: String,
    function: Function,
    path: &'static str,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// Sends out what both products have to tell.
pub fn send_out(core: &Arc<Core>) {
    let (pushes, deliveries) = {
        let mut world = core.world();
        (world.contrast.take_outbox(), world.jira.take_outbox())
    };
    if core.is_muted() {
        return;
    }
    for push in pushes {
        let webhook = Webhook {
            name: core.next_name("push"),
            function: Function::ContrastWebhook,
            path: "/webhooks/contrast/demo",
            headers: push.headers,
            body: push.body,
        };
        let what = || "contrast push".to_owned();
        send(core, webhook, what);
    }
    for delivery in deliveries {
        let webhook = Webhook {
            name: core.next_name("delivery"),
            function: Function::JiraWebhook,
            path: "/webhooks/jira/acme",
            headers: delivery.headers,
            body: delivery.body,
        };
        let event = event_of(&webhook.body);
        send(core, webhook, || event);
    }
}

fn event_of(body: &[u8]) -> String {
    let body: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let event = body.get("webhookEvent").and_then(serde_json::Value::as_str);
    event.unwrap_or("jira delivery").to_owned()
}

fn send(core: &Arc<Core>, webhook: Webhook, what: impl FnOnce() -> String) {
    let (kinds, often) = (&core.weather.webhooks, core.weather.webhooks_ppm);
    let mut told = String::new();
    let fault = core.strikes(&webhook.name, kinds, often, || {
        told = what();
        told.clone()
    });
    core.tell(|| format!("<- {} is told {told}", webhook.name));
    let rng = &mut core.script.draw("delivery", &webhook.name);
    let usual_ms = rng.u64(USUAL_MS);
    let webhook = Arc::new(webhook);
    let at_once = core.copies_at_once();
    let waits: Vec<u64> = match fault {
        _ if at_once > 0 => vec![0; at_once],
        Some(Fault::WebhookLost) => Vec::new(),
        Some(Fault::WebhookDoubled) => vec![usual_ms, rng.u64(USUAL_MS)],
        Some(Fault::WebhookDelayed) => vec![rng.u64(LATE_MS)],
        _ => vec![usual_ms],
    };
    for (copy, ms) in waits.into_iter().enumerate() {
        let (core, webhook) = (Arc::clone(core), Arc::clone(&webhook));
        let scheduler = core.scheduler.clone();
        scheduler.spawn(async move {
            core.scheduler.wait_us(ms * 1_000, Wait::Sleep).await;
            deliver(&core, &webhook, copy).await;
        });
    }
}

/// Delivers a webhook, and again where its sender does so.
async fn deliver(core: &Arc<Core>, webhook: &Arc<Webhook>, copy: usize) {
    for attempt in 0..TRIES {
        let mut name = webhook.name.clone();
        if copy > 0 {
            name.push_str(" again");
        }
        if attempt > 0 {
            name = format!("{name} try {attempt}");
            core.struck(Fault::WebhookRepeated, "jira");
        }
        let status = knock(core, webhook, &name).await;
        // Contrast never tries again.
        let tries_again =
            webhook.function == Function::JiraWebhook && (status >= 500 || status == 429);
        if !tries_again {
            return;
        }
        let ms = core.script.draw("again", &name).u64(AGAIN_MS);
        core.scheduler.wait_us(ms * 1_000, Wait::Sleep).await;
    }
}

/// Hands a webhook to its function, as API Gateway does. Answers with the status.
async fn knock(core: &Arc<Core>, webhook: &Arc<Webhook>, name: &str) -> u16 {
    let answered = Arc::new(std::sync::atomic::AtomicU16::new(0));
    let (hook, answer, telling, named) = (
        Arc::clone(webhook),
        Arc::clone(&answered),
        Arc::clone(core),
        name.to_owned(),
    );
    let Some(cloud) = core.cloud() else {
        return 503;
    };
    let job = start(
        core,
        &cloud,
        webhook.function,
        name,
        move |service| async move {
            let request = request_of(&hook);
            let response = match hook.function {
                Function::ContrastWebhook => contrast_webhook::handle(&service, request).await,
                _ => jira_webhook::handle(&service, request).await,
            };
            let status = response.status().as_u16();
            telling.tell(|| format!("-> {named} is answered {status} {}", response.body()));
            answer.store(status, std::sync::atomic::Ordering::SeqCst);
        },
    );
    let Some(job) = job else {
        return 429;
    };
    watch(core, webhook.function, &job, name).await;
    match answered.load(std::sync::atomic::Ordering::SeqCst) {
        0 => 502,
        status => status,
    }
}

fn request_of(webhook: &Webhook) -> lambda_http::Request {
    let mut request = http::Request::builder().method("POST").uri(webhook.path);
    for (name, value) in &webhook.headers {
        request = request.header(name, value);
    }
    request
        .body(Body::Binary(webhook.body.clone()))
        .unwrap_or_default()
}

impl Core {
    /// A name for the next webhook of a kind.
    fn next_name(&self, kind: &str) -> String {
        let mut record = self.record();
        record.webhooks += 1;
        let number = record.webhooks;
        drop(record);
        if number > MOST && self.checks_at_once() {
            self.violate("the two sides keep echoing each other".to_owned());
            self.scheduler.kill(self.scheduler.current());
        }
        format!("{}{kind} {number}", self.prefix_of_webhooks())
    }
}
