//! The simulated products' webhooks: taken when something changed, posted to our doors over HTTP,
//! or lost on the way.

use std::sync::Arc;

use axum::http;

use super::{Both, Demo};

/// Tells the intake that a push comes from the simulated Contrast itself.
pub const SENDER_HEADER: &str = "x-simulated-sender";
/// The only door that simulated deliveries of Jira's go to; a webhook that leads elsewhere is lost.
const JIRA_DOOR: &str = "/webhooks/jira/acme";

/// A webhook on its way.
pub struct Letter {
    path: &'static str,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// What becomes of the webhooks of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// They arrive.
    Delivered,
    /// They arrive twice.
    Doubled,
    /// They never arrive.
    Lost,
}

/// Takes everything that waits to be sent.
pub fn take_mail(both: &mut Both) -> Vec<Letter> {
    let pushes = both.contrast.take_outbox().into_iter().map(|push| Letter {
        path: "/webhooks/contrast/demo",
        headers: push.headers,
        body: push.body,
    });
    let deliveries = both.jira.take_outbox().into_iter();
    let deliveries = deliveries.filter(|delivery| delivery.goes_to(JIRA_DOOR));
    let deliveries = deliveries.map(|delivery| Letter {
        path: JIRA_DOOR,
        headers: delivery.headers,
        body: delivery.body,
    });
    pushes.chain(deliveries).collect()
}

impl Demo {
    /// Sends in the background, as the real products do.
    pub(super) fn send_later(self: &Arc<Self>, mail: Vec<Letter>) {
        if mail.is_empty() {
            return;
        }
        let demo = Arc::clone(self);
        tokio::spawn(async move { demo.send(&mail).await });
    }

    /// Sends each letter once, in order, and waits until it was received.
    pub(super) async fn send(&self, mail: &[Letter]) {
        for letter in mail {
            let mut request = http::Request::builder()
                .method("POST")
                .uri(format!("{}{}", self.doors, letter.path))
                .header(SENDER_HEADER, "demo");
            for (name, value) in &letter.headers {
                request = request.header(name, value);
            }
            let Ok(request) = request.body(letter.body.clone()) else {
                continue;
            };
            // A webhook that fails is a webhook that is lost; the sweep makes it good.
            if let Err(failure) = self.network.send(request).await {
                tracing::debug!(?failure, "a simulated webhook was lost");
            }
        }
    }

    /// Sends the webhooks of a change as its fate will have it.
    pub(super) async fn send_as(&self, mail: &[Letter], fate: Fate) {
        let times = match fate {
            Fate::Delivered => 1,
            Fate::Doubled => 2,
            Fate::Lost => 0,
        };
        for _ in 0..times {
            self.send(mail).await;
        }
    }
}
