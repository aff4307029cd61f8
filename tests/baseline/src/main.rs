//! The yardstick for start-up and size: a function that links the SDK crates and the HTTP client
//! that ours link, builds their clients as ours do, and answers every event with nothing.
//!
//! With `YARDSTICK_CALLS` it makes, before its first poll, the calls to AWS that ours makes then, so
//! that what our own code adds can be told from what those calls cost. It must never do more: what
//! it did would be a cost that we no longer see.

use aws_sdk_dynamodb::types::AttributeValue;
use lambda_http::{Error, Request, Response, service_fn};

/// The clients.
struct Clients {
    table: aws_sdk_dynamodb::Client,
    secrets: aws_sdk_secretsmanager::Client,
    http: reqwest::Client,
}

impl Clients {
    /// The calls that our functions begin with: pauses, settings, and the secrets of two peers.
    async fn call(&self, name: &str) -> Result<(), Error> {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let pauses = self.table.query().table_name(name);
        pauses
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text("pauses"))
            .send()
            .await?;
        let settings = self.table.get_item().table_name(name);
        settings
            .key("pk", text("settings"))
            .key("sk", text("current"))
            .send()
            .await?;
        for secret in ["connections/demo", "sites/acme"] {
            let secret = format!("{name}/{secret}");
            self.secrets
                .get_secret_value()
                .secret_id(secret)
                .send()
                .await?;
        }
        Ok(())
    }

    /// Answers with nothing. An event that names an address has it read: without that, no build
    /// would keep the client's code, and the yardstick would weigh too little.
    async fn handle(&self, request: Request) -> Result<Response<String>, Error> {
        if let Some(address) = request.headers().get("x-read") {
            let answer = self.http.get(address.to_str()?).send().await?;
            return Ok(Response::new(answer.text().await?));
        }
        Ok(Response::new(String::new()))
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let aws = aws_config::defaults(aws_config::BehaviorVersion::latest())
        .load()
        .await;
    let clients = &Clients {
        table: aws_sdk_dynamodb::Client::new(&aws),
        secrets: aws_sdk_secretsmanager::Client::new(&aws),
        http: reqwest::Client::new(),
    };
    if let Ok(name) = std::env::var("YARDSTICK_CALLS") {
        clients.call(&name).await?;
    }
    lambda_http::run(service_fn(|request| clients.handle(request))).await
}
