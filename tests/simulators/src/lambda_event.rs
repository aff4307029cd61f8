//! What AWS hands to a function: a delivery as the HTTP API wraps it, and the schedule's event.
//!
//! Bodies are always base64-encoded here, as the HTTP API may do: what was signed are the bytes.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

/// A delivery to a path, such as `/webhooks/contrast/demo`, in payload format 2.0.
///
/// # Panics
///
/// Where the path has no slash.
pub fn delivered(path: &str, headers: &[(String, String)], body: &[u8]) -> Value {
    let headers: Map<String, Value> = headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), Value::from(value.as_str())))
        .collect();
    let (door, _) = path.rsplit_once('/').expect("a path");
    json!({
        "version": "2.0",
        "routeKey": format!("POST {door}/{{name}}"),
        "rawPath": path,
        "rawQueryString": "",
        "headers": headers,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "a1b2c3d4e5",
            "domainName": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
            "domainPrefix": "a1b2c3d4e5",
            "http": {
                "method": "POST",
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.10",
                "userAgent": "sender",
            },
            "requestId": "AAAAAAAAAAAAAAA=",
            "routeKey": format!("POST {door}/{{name}}"),
            "stage": "$default",
            "time": "09/Mar/2026:08:00:00 +0000",
            "timeEpoch": 1_773_043_200_000_i64,
        },
        "body": STANDARD.encode(body),
        "isBase64Encoded": true,
    })
}

/// The event of the schedule.
pub fn scheduled() -> Value {
    json!({
        "version": "0",
        "id": "00000000-0000-4000-8000-000000000001",
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": "123456789012",
        "time": "2026-03-09T08:00:00Z",
        "region": "us-east-1",
        "resources": ["arn:aws:scheduler:us-east-1:123456789012:schedule/default/sweep"],
        "detail": "{}",
    })
}
