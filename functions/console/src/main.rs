//! The Lambda function `console`: wiring only.

use console::Console;
use lambda_http::Error;

#[tokio::main]
async fn main() -> Result<(), Error> {
    adapters::telemetry::start_logging();
    lambda_http::run(console::router(Console::from_environment().await?)).await
}
