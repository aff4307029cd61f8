//! Bodies to begin with: small ones in the shapes that the products send, and a collection of values
//! that have broken readers elsewhere.

use serde_json::{Value, json};

use super::mutation::Json;

/// The organisation that the demo's connection serves.
pub const ORG: &str = simulators::contrast::DEMO_ORG_ID;

/// Pushes of every kind, all at a time.
pub fn pushes(at: &str) -> Vec<Value> {
    let incident = json!({
        "organizationUuid": ORG, "incidentId": "INC-2026-900", "incidentName": "Odd requests",
        "eventType": "contrast_security_incidentalert", "alertType": "incident_updated",
        "alertReason": "Something moved", "status": "OPEN", "severity": "HIGH", "score": 7.5,
        "summary": "It began at night.", "url": "https://contrast.example.com/incidents/INC-2026-900",
        "createdTime": at, "updatedTime": at, "timestamp": at,
        "relatedRules": ["path-traversal"], "relatedApplications": ["inventory"],
        "recommendedActions": ["{{#paragraph}}Close the {{#code}}door{{/code}}.{{/paragraph}}"],
        "recommendedRunbooks": ["https://runbooks.example.com/adr/doors"],
        "httpSourceIp": [{ "ipAddress": "198.51.100.7", "blocked": true, "count": "3" }],
        "servers": [{ "hostname": "inv-1", "environment": "QA", "id": "s-1", "operatingSystem": "Linux" }],
    });
    let issue = json!({
        "organizationUuid": ORG, "issueId": "ISS-2026-900", "title": "Weak hash",
        "eventType": "contrast_security_issuealert", "alertType": "issue_created",
        "status": "open", "severity": "LOW", "score": "3.1", "description": "An old digest is used.",
        "applicationId": "a-1", "applicationName": "inventory", "ruleId": "crypto-bad-mac",
        "environments": ["DEVELOPMENT"], "httpRoute": "/stock", "closedTime": null,
        "updateTime": at, "relatedIncidents": ["INC-2026-900"],
    });
    let attack = json!({
        "organizationUuid": ORG, "observationId": "OBS-900", "incidentId": "INC-2026-900",
        "eventUuid": "e-900", "ruleId": "path-traversal", "result": "PROBED", "timestamp": at,
    });
    let several = json!([incident.clone(), issue.clone(), attack.clone()]);
    vec![incident, issue, attack, several]
}

/// Deliveries of every kind about one ticket and one comment, all at a time.
pub fn deliveries(at_ms: i64, at: &str, ticket: &str, key: &str, comment: &str) -> Vec<Value> {
    let home = format!("https://acme.atlassian.net/rest/api/2/issue/{ticket}/comment/{comment}");
    let of_ticket = json!({
        "id": ticket, "key": key,
        "self": format!("https://acme.atlassian.net/rest/api/2/issue/{ticket}"),
        "fields": {
            "summary": "Odd requests", "description": "h1. Words", "resolution": null,
            "labels": ["northstar", "northstar_INC-2026-900_00000000"], "updated": at,
            "priority": { "id": "2", "name": "High" },
            "status": { "id": "3", "name": "Doing", "statusCategory": { "id": 4, "key": "indeterminate" } },
        },
    });
    let of_comment = json!({
        "id": comment, "self": home, "body": "Have a look", "created": at, "updated": at,
        "author": { "accountId": "u-1", "displayName": "Ana Souza" }, "jsdPublic": true,
    });
    let ticket_event = |event: &str| {
        json!({
            "timestamp": at_ms, "webhookEvent": event, "issue_event_type_name": "issue_generic",
            "user": { "accountId": "u-1" }, "issue": of_ticket.clone(),
            "changelog": { "id": "1", "items": [{ "field": "status", "from": "1", "to": "3" }] },
        })
    };
    let comment_event = |event: &str| json!({ "timestamp": at_ms, "webhookEvent": event, "comment": of_comment.clone(), "issue": of_ticket.clone() });
    let mut of_data_center = ticket_event("jira:issue_updated");
    of_data_center["comment"] = of_comment.clone();
    vec![
        ticket_event("jira:issue_created"),
        ticket_event("jira:issue_updated"),
        ticket_event("jira:issue_deleted"),
        comment_event("comment_created"),
        comment_event("comment_updated"),
        comment_event("comment_deleted"),
        json!({ "timestamp": at_ms, "webhookEvent": "comment_updated", "comment": of_comment }),
        of_data_center,
        json!({ "timestamp": at_ms, "webhookEvent": "sprint_started", "sprint": { "id": 4 } }),
    ]
}

/// Values as they stand in a text, most of them JSON.
const ODDITIES: [&str; 50] = [
    "null",
    "true",
    "false",
    "0",
    "-0",
    "-1",
    "1.5",
    "1e400",
    "-1e-400",
    "9007199254740993",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775809",
    "[]",
    "{}",
    "[[]]",
    "\"\"",
    "\" \"",
    "\".\"",
    "\"..\"",
    "\"../../x\"",
    "\"%2e%2e\"",
    "\"a/b\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"\\udc00\\ud800\"",
    "\"\\u202e\\u2066\"",
    "\"\\ufeff\"",
    "\"INC-2026-1\\n\"",
    "\"javascript:alert(1)\"",
    "\"https://evil.example/\\u0000\"",
    "\"[northstar-jira-sync 0]\"",
    "\"9999-12-31T23:59:59.999999999Z\"",
    "\"-009999-01-01T00:00:00Z\"",
    "\"2026-02-31\"",
    "\"CLOSED\"",
    "\"done\"",
    "\"' OR 1=1 --\"",
    "\"{{#link}}javascript:1$$LINK_DELIM$$x{{/link}}\"",
    "\"@here [~accountid:1] <!everyone>\"",
    "\"\\\\\\\" OR labels = \\\"x\"",
    "NaN",
    "Infinity",
    "'x'",
    "undefined",
    "\"unclosed",
    "{\"a\":1,}",
    "[1,]",
    "// words",
    "{\"a\":1,\"a\":[2]}",
];

/// All of them, and the large ones.
pub fn oddities() -> Vec<Json> {
    let mut odd: Vec<Vec<u8>> = ODDITIES
        .into_iter()
        .map(|text| text.as_bytes().to_vec())
        .collect();
    odd.push(b"\"\xff\xfe\x80\"".to_vec());
    odd.push(b"\"\x00\"".to_vec());
    odd.push(b"\xef\xbb\xbf1".to_vec());
    odd.push("9".repeat(400).into_bytes());
    odd.push(format!("\"{}\"", "9".repeat(128)).into_bytes());
    odd.push(format!("\"{}\"", "9".repeat(129)).into_bytes());
    odd.push(format!("\"{}\"", "A".repeat(70_000)).into_bytes());
    odd.push(format!("\"{}\"", "\u{1f980}".repeat(9_000)).into_bytes());
    odd.push(format!("\"{}\"", "{{#paragraph}}".repeat(2_000)).into_bytes());
    odd.push("[".repeat(10_000).into_bytes());
    for (opens, closes) in [("[", "]"), ("{\"a\":", "}")] {
        for depth in [100, 10_000] {
            odd.push(format!("{}1{}", opens.repeat(depth), closes.repeat(depth)).into_bytes());
        }
    }
    odd.push(format!("[{}0]", "0,".repeat(20_000)).into_bytes());
    odd.push(format!("[{}{{}}]", "{},".repeat(9_000)).into_bytes());
    odd.into_iter().map(Json::Raw).collect()
}
