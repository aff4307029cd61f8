//! The yardstick for start-up and size: a function that links the SDK crates and the HTTP client
//! that ours link, builds their clients as ours do, and answers every event with nothing.
//!
//! It must never do more than that: whatever it did would be a cost that we no longer see.

use std::sync::OnceLock;

use lambda_http::{Error, Request, Response, service_fn};

/// The clients, kept so that no build leaves them out.
static CLIENTS: OnceLock<(
    aws_sdk_dynamodb::Client,
    aws_sdk_secretsmanager::Client,
    reqwest::Client,
)> = OnceLock::new();

#[tokio::main]
async fn main() -> Result<(), Error> {
    let aws = aws_config::defaults(aws_config::BehaviorVersion::latest())
        .load()
        .await;
    CLIENTS.get_or_init(|| {
        (
            aws_sdk_dynamodb::Client::new(&aws),
            aws_sdk_secretsmanager::Client::new(&aws),
            reqwest::Client::new(),
        )
    });
    lambda_http::run(service_fn(|_: Request| async {
        Ok::<_, Error>(Response::new(String::new()))
    }))
    .await
}
