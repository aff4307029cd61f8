//! Delivering webhooks: as they come, doubled, out of order, or not at all.

use lambda_http::{Body, Context, Request, RequestExt as _, Response, http};

use super::{REQUEST, TRACE, World};

/// A webhook on its way: where to, its headers, its body.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The path of our door.
    pub path: &'static str,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

const JIRA_DOOR: &str = "/webhooks/jira/acme";
/// Deliveries that one announcement may set off; more is an echo that never dies.
const MOST_DELIVERIES: usize = 200;

impl World {
    /// Takes what both products have to tell.
    pub fn take_deliveries(&self) -> Vec<Delivery> {
        let pushes = self
            .network
            .contrast()
            .take_outbox()
            .into_iter()
            .map(|push| Delivery {
                path: "/webhooks/contrast/demo",
                headers: push.headers,
                body: push.body,
            });
        let deliveries = self
            .network
            .jira()
            .take_outbox()
            .into_iter()
            .filter(|delivery| delivery.goes_to(JIRA_DOOR))
            .map(|delivery| Delivery {
                path: JIRA_DOOR,
                headers: delivery.headers,
                body: delivery.body,
            });
        pushes.chain(deliveries).collect()
    }

    /// Hands one delivery to its handler, as API Gateway would.
    pub async fn deliver(&self, delivery: &Delivery) -> Response<String> {
        self.clock.pass(100);
        let mut request = http::Request::builder().method("POST").uri(delivery.path);
        for (name, value) in &delivery.headers {
            request = request.header(name, value);
        }
        let request: Request = request
            .body(Body::Binary(delivery.body.clone()))
            .expect("a request");
        let mut context = Context::default();
        REQUEST.clone_into(&mut context.request_id);
        context.xray_trace_id = Some(TRACE.to_owned());
        let request = request.with_lambda_context(context);
        if delivery.path.starts_with("/webhooks/contrast/") {
            contrast_webhook::handle(&self.service, request).await
        } else {
            jira_webhook::handle(&self.service, request).await
        }
    }

    /// Delivers everything there is to tell, and everything that this sets off, each once.
    pub async fn announce(&self) {
        self.announce_times(1).await;
    }

    /// The same, each delivery that many times.
    pub async fn announce_times(&self, times: usize) {
        let mut delivered = 0;
        loop {
            let deliveries = self.take_deliveries();
            if deliveries.is_empty() {
                return;
            }
            for delivery in deliveries {
                for _ in 0..times {
                    delivered += 1;
                    assert!(
                        delivered < MOST_DELIVERIES,
                        "the two sides keep echoing each other"
                    );
                    let response = self.deliver(&delivery).await;
                    assert_eq!(response.status(), 200, "{}", response.body());
                }
            }
        }
    }

    /// Loses everything there is to tell.
    pub fn lose(&self) {
        self.network.contrast().drop_outbox();
        self.network.jira().drop_outbox();
    }
}
