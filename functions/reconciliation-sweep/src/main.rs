//! The Lambda function `reconciliation-sweep`: wiring only.

use std::time::UNIX_EPOCH;

use adapters::{service::Service, telemetry};
use domain::moment::Moment;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use reconciliation_sweep::event;
use serde_json::Value;

#[tokio::main]
async fn main() -> Result<(), Error> {
    telemetry::start_logging();
    let service = Service::from_environment().await?;
    let service = &service;
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| async move {
        let shard = event::shard_of(&event.payload)?;
        let deadline = event.context.deadline().duration_since(UNIX_EPOCH)?;
        let deadline = Moment::from_epoch_ms(i64::try_from(deadline.as_millis())?);
        let lambda = &event.context;
        let origin = reconciliation_sweep::origin()
            .with_ids(&lambda.request_id, lambda.xray_trace_id.as_deref());
        let report =
            reconciliation_sweep::handle_invocation(service, origin, shard, deadline).await?;
        Ok::<_, Error>(serde_json::json!({
            "reconciled": report.reconciled.len(),
            "finished": report.finished,
        }))
    }))
    .await
}
