//! The schemas of the OpenAPI document: what programs send, and what they hear when it is refused.

use serde_json::{Value, json};

pub(super) fn named(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn object(required: &[&str], properties: &Value) -> Value {
    json!({ "type": "object", "required": required, "properties": properties, "additionalProperties": false })
}

pub(super) fn schemas() -> Value {
    let text = json!({ "type": "string" });
    let flag = json!({ "type": "boolean" });
    let based_on = json!({ "type": "string", "description": "The `based_on` of what the change was made to; a change of somebody else in between is answered 409." });
    json!({
        "Problem": {
            "type": "object",
            "required": ["status", "title", "detail", "faults"],
            "properties": {
                "status": { "type": "integer" }, "title": text, "detail": text,
                "faults": { "type": "array", "items": named("Fault") },
            },
        },
        "Fault": object(&["path", "problem", "remedy"], &json!({ "path": text, "problem": text, "remedy": text })),
        "PutCredentials": object(&["based_on", "url"], &json!({
            "based_on": based_on, "url": text,
            "org": { "type": "string", "description": "A connection's organisation." },
            "scoped": { "type": "boolean", "description": "Whether a site's token is a scoped one." },
            "secret": {
                "type": "object",
                "description": "Of a site: email, api_token. Of a connection: username, service_key, api_key.",
                "additionalProperties": text,
            },
        })),
        "Next": { "type": ["object", "null"], "required": ["step"], "properties": {
            "step": text, "done": { "type": "integer" }, "amiss": { "type": "integer" },
        } },
        "SettingsDocument": { "type": "object", "description": "As in infra/settings.example.toml.", "properties": {
            "connections": { "type": "array", "items": { "type": "object" } },
            "sites": { "type": "array", "items": { "type": "object" } },
            "routes": { "type": "array", "items": named("RouteDocument") },
        } },
        "RouteDocument": { "type": "object", "description": "A route, as in infra/settings.example.toml.", "properties": {
            "name": text, "connection": text, "kinds": { "type": "array", "items": text },
            "applications": { "type": "array", "items": text }, "severities": { "type": "array", "items": text },
            "rules": { "type": "array", "items": text }, "start": text, "backfill": flag,
            "ticket": { "type": "object" }, "flow": { "type": "object" }, "closing": { "type": "object" },
        } },
        "PutRoute": object(&["based_on", "route"], &json!({
            "based_on": based_on, "route": named("RouteDocument"),
            "unchecked": { "type": "boolean", "description": "Keeps it without asking Jira." },
        })),
        "MoveRoute": object(&["based_on", "step"], &json!({ "based_on": based_on, "step": { "enum": ["up", "down"] } })),
        "TryOut": object(&["route"], &json!({ "route": named("RouteDocument"), "wanted": {
            "type": "object", "properties": { "connection": text, "number": text },
        } })),
        "Cause": object(&["cause"], &json!({ "cause": text })),
        "Target": object(&["site", "key"], &json!({ "site": text, "key": text })),
    })
}
