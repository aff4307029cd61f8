//! The Lambda function `contrast-webhook`: wiring only.

use adapters::{service::Service, telemetry};
use lambda_http::{Error, Request, service_fn};

#[tokio::main]
async fn main() -> Result<(), Error> {
    telemetry::start_logging();
    let service = Service::from_environment().await?;
    let service = &service;
    lambda_http::run(service_fn(|request: Request| async move {
        Ok::<_, Error>(contrast_webhook::handle(service, request).await)
    }))
    .await
}
