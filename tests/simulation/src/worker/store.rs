//! A worker's way to the store: the real SDK client, over a network that may fail.
//!
//! The SDK's own tries again stay on, with simulated time; each try is a step of its own.

use std::{
    fmt,
    ops::Range,
    sync::Arc,
    time::{Duration, SystemTime},
};

use aws_sdk_dynamodb::{
    Client,
    config::{
        AsyncSleep, BehaviorVersion, HttpClient, Region, RuntimeComponents, SharedAsyncSleep,
        Sleep,
        retry::{RetryConfig, RetryPartition, TokenBucket},
    },
};
use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime_api::{
    client::{
        http::{HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
        orchestrator::{HttpRequest, HttpResponse},
        result::ConnectorError,
    },
    http::StatusCode,
};
use aws_smithy_types::body::SdkBody;

use super::Worker;
use crate::fault::Fault;

const WAY_US: Range<u64> = 600..6_000;
const LOST_MS: Range<u64> = 20..4_000;
const NAMESPACE: &str = "com.amazonaws.dynamodb.v20120810";

/// The client of a worker.
pub(super) fn client_of(worker: &Arc<Worker>) -> Client {
    let wire = Wire(Arc::clone(worker));
    let partition = RetryPartition::custom("simulated")
        .token_bucket(TokenBucket::default())
        .build();
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        // A signature is the SDK's business, and would cost a tenth of a run.
        .allow_no_auth()
        .endpoint_url("http://store.invalid")
        .http_client(wire.clone())
        .sleep_impl(SharedAsyncSleep::new(wire.clone()))
        .time_source(wire)
        .retry_config(RetryConfig::standard())
        .retry_partition(partition)
        .build();
    Client::from_conf(config)
}

/// Everything that the SDK needs of the world.
#[derive(Clone)]
struct Wire(Arc<Worker>);

impl fmt::Debug for Wire {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Wire")
    }
}

impl AsyncSleep for Wire {
    fn sleep(&self, duration: Duration) -> Sleep {
        let ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Sleep::new(self.0.wait_ms(ms))
    }
}

impl TimeSource for Wire {
    fn now(&self) -> SystemTime {
        let ms = u64::try_from(self.0.core.now_ms()).unwrap_or(0);
        SystemTime::UNIX_EPOCH + Duration::from_millis(ms)
    }
}

impl HttpClient for Wire {
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let worker = Arc::clone(&self.0);
        HttpConnectorFuture::new(async move { exchange(&worker, &request).await })
    }
}

async fn exchange(
    worker: &Arc<Worker>,
    request: &HttpRequest,
) -> Result<HttpResponse, ConnectorError> {
    let target = request.headers().get("x-amz-target").unwrap_or_default();
    let operation = target.rsplit('.').next().unwrap_or_default();
    let core = &worker.core;
    let body = request.body().bytes().unwrap_or_default();
    let mut step = worker.next_step(WAY_US);
    step.is_apart = !touches_cases(body);
    let (kinds, often) = (&core.weather.store, core.weather.store_ppm);
    let fault = core.strikes(&step.name, kinds, often, || format!("store {operation}"));
    worker.go_out(&step).await;
    let answer = match fault {
        Some(Fault::StoreThrottled) => refusal("ProvisionedThroughputExceededException", 400),
        Some(Fault::StoreBroken) => refusal("InternalServerError", 500),
        Some(Fault::StoreRequestLost) => lose(worker, &step.name).await,
        Some(Fault::StoreAnswerLost) => {
            serve(worker, operation, body, &step.name)?;
            lose(worker, &step.name).await
        }
        _ => serve(worker, operation, body, &step.name),
    };
    worker.come_back(&step).await;
    answer
}

fn serve(
    worker: &Worker,
    operation: &str,
    body: &[u8],
    step: &str,
) -> Result<HttpResponse, ConnectorError> {
    let core = &worker.core;
    let now_ms = core.now_ms();
    let lawless;
    let body = if core.weather.ignores_conditions {
        lawless = without_conditions(&String::from_utf8_lossy(body));
        lawless.as_bytes()
    } else {
        body
    };
    let (status, answer) = core.world().table.serve(operation, body, now_ms);
    let failed = status == 400
        && answer
            .windows(22)
            .any(|window| window == b"ConditionalCheckFailed");
    {
        let mut record = core.record();
        record.store_requests += 1;
        *record
            .store_operations
            .entry(operation.to_owned())
            .or_default() += 1;
        record.conditions_failed += u64::from(failed);
    }
    core.tell(|| {
        let outcome = if failed {
            "condition failed"
        } else if status == 200 {
            "ok"
        } else {
            "refused"
        };
        format!("   {step}: store {operation} -> {outcome}")
    });
    respond(status, answer)
}

/// Whether a request has to do with cases, and not with cursors, pauses or settings alone.
fn touches_cases(body: &[u8]) -> bool {
    let mentions = |what: &[u8]| body.windows(what.len()).any(|window| window == what);
    mentions(b"case#") || mentions(b"IndexName") || mentions(b"ticket#")
}

/// The same request with conditions that always hold.
fn without_conditions(body: &str) -> String {
    [
        (
            "lease_until <= :now",
            "lease_until <= :now OR lease_until > :now",
        ),
        (
            "lease_holder = :holder",
            "(lease_holder = :holder OR lease_holder <> :holder)",
        ),
        (
            "revision = :revision",
            "(revision = :revision OR revision <> :revision)",
        ),
    ]
    .into_iter()
    .fold(body.to_owned(), |body, (from, to)| body.replace(from, to))
}

async fn lose(worker: &Worker, step: &str) -> Result<HttpResponse, ConnectorError> {
    let ms = worker.core.script.draw("store's time", step).u64(LOST_MS);
    worker.wait_ms(ms).await;
    Err(ConnectorError::io("the connection was reset".into()))
}

fn refusal(kind: &str, status: u16) -> Result<HttpResponse, ConnectorError> {
    let body = format!(r#"{{"__type":"{NAMESPACE}#{kind}","message":"Simulated failure."}}"#);
    respond(status, body.into_bytes())
}

fn respond(status: u16, body: Vec<u8>) -> Result<HttpResponse, ConnectorError> {
    let status =
        StatusCode::try_from(status).map_err(|error| ConnectorError::other(error.into(), None))?;
    let mut response = HttpResponse::new(status, SdkBody::from(body));
    response
        .headers_mut()
        .insert("content-type", "application/x-amz-json-1.0");
    Ok(response)
}
