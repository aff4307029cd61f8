//! The list of operations, and the OpenAPI document that is made of it.

use serde_json::{Map, Value, json};

use super::schemas::{named, schemas};
use crate::access::Role;

/// One operation of the API.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// Its name.
    pub id: &'static str,
    /// Its method, in lower case as OpenAPI has it.
    pub method: &'static str,
    /// Its path below `/console/api`.
    pub path: &'static str,
    /// Who may.
    pub role: Role,
    /// What it does, as a sentence.
    pub summary: &'static str,
    /// The name of the schema of its body; empty for none.
    pub body: &'static str,
    /// Its parameters in the query.
    pub query: &'static [&'static str],
}

const fn read(
    id: &'static str,
    path: &'static str,
    query: &'static [&'static str],
    summary: &'static str,
) -> Operation {
    Operation {
        id,
        method: "get",
        path,
        role: Role::Viewer,
        summary,
        body: "",
        query,
    }
}

const fn change(
    id: &'static str,
    method: &'static str,
    path: &'static str,
    body: &'static str,
    summary: &'static str,
) -> Operation {
    Operation {
        id,
        method,
        path,
        role: Role::Administrator,
        summary,
        body,
        query: &[],
    }
}

const fn ask(
    id: &'static str,
    path: &'static str,
    body: &'static str,
    summary: &'static str,
) -> Operation {
    Operation {
        role: Role::Viewer,
        ..change(id, "post", path, body, summary)
    }
}

const fn delete(id: &'static str, path: &'static str, summary: &'static str) -> Operation {
    Operation {
        query: &["based_on"],
        ..change(id, "delete", path, "", summary)
    }
}

const PEER: &str = "/credentials/{kind}/{name}";

/// Every operation.
pub const OPERATIONS: &[Operation] = &[
    read("openapi", "/openapi.json", &[], "This document."),
    read("me", "/me", &[], "Who asks, and as what."),
    read(
        "overview",
        "/overview",
        &[],
        "The last sweep, the books of 24 hours, paused peers, how many cases wait.",
    ),
    read(
        "credentials",
        "/credentials",
        &[],
        "Sites and connections, without any of their secrets.",
    ),
    change(
        "put-credentials",
        "put",
        PEER,
        "PutCredentials",
        "Keeps a site or a connection with its credentials; what is left out of the secret stays.",
    ),
    delete(
        "remove-credentials",
        PEER,
        "Removes a site or a connection that no route uses; its secret stays.",
    ),
    change(
        "test",
        "post",
        "/credentials/{kind}/{name}/test",
        "Next",
        "Takes one step of a connection test: the first one with an empty body, then each `next`.",
    ),
    read(
        "webhooks",
        "/webhooks",
        &[],
        "What to paste into each product, and whether deliveries arrive.",
    ),
    change(
        "show-webhook-secret",
        "post",
        "/webhooks/{kind}/{name}/secret",
        "",
        "The webhook secrets, the newest first. Noted among the changes.",
    ),
    change(
        "rotate-webhook-secret",
        "post",
        "/webhooks/{kind}/{name}/rotation",
        "",
        "Makes a new webhook secret beside the one there is.",
    ),
    change(
        "finish-rotation",
        "post",
        "/webhooks/{kind}/{name}/rotation/end",
        "",
        "Drops the old webhook secret.",
    ),
    change(
        "create-webhook",
        "post",
        "/webhooks/site/{name}/jira",
        "",
        "Makes the webhook in Jira, unless there is one.",
    ),
    read(
        "settings",
        "/settings",
        &[],
        "The whole document that is being edited, and its faults.",
    ),
    ask(
        "check-settings",
        "/settings/check",
        "SettingsDocument",
        "Every fault of a document; nothing is kept.",
    ),
    read("routes", "/routes", &[], "The routes, in their order."),
    change(
        "put-route",
        "put",
        "/routes/{name}",
        "PutRoute",
        "Keeps a route in the place of the one of that name, or at the end. It is checked against Jira first.",
    ),
    delete("remove-route", "/routes/{name}", "Removes a route."),
    change(
        "move-route",
        "post",
        "/routes/{name}/move",
        "MoveRoute",
        "Moves a route by one place.",
    ),
    ask(
        "discover",
        "/routes/discover",
        "RouteDocument",
        "What both products offer for a route, as far as it is written.",
    ),
    ask(
        "preview",
        "/routes/preview",
        "TryOut",
        "Which route takes a case, and the ticket it would become; nothing is written.",
    ),
    read(
        "cases",
        "/cases",
        &["state", "q", "after"],
        "A page of cases.",
    ),
    read(
        "case",
        "/cases/{org}/{kind}/{number}",
        &[],
        "One case with both its sides, read now, and its history.",
    ),
    read("causes", "/causes", &[], "Why cases are stuck."),
    change(
        "try-cause-again",
        "post",
        "/causes/again",
        "Cause",
        "Has every case looked at again that is stuck for that reason.",
    ),
    change(
        "try-again",
        "post",
        "/cases/{org}/{kind}/{number}/again",
        "",
        "Has a case looked at again, at once.",
    ),
    change(
        "unlink",
        "post",
        "/cases/{org}/{kind}/{number}/unlink",
        "",
        "Cuts a case from its ticket; nothing is deleted.",
    ),
    change(
        "release",
        "post",
        "/cases/{org}/{kind}/{number}/release",
        "",
        "Lets a case that was cut open a ticket again.",
    ),
    change(
        "link",
        "post",
        "/cases/{org}/{kind}/{number}/link",
        "Target",
        "Links a case to a ticket, by its key.",
    ),
    read(
        "changes",
        "/changes",
        &["before"],
        "Who changed what, latest first.",
    ),
];

/// The OpenAPI document, version 3.1.
pub fn openapi() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for operation in OPERATIONS {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method] = described(operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "The console of Northstar Jira Sync",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/console/api" }],
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "schemas": schemas(),
        },
    })
}

fn described(operation: &Operation) -> Value {
    let in_path = operation
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| parameter(name, "path", true));
    let in_query = operation
        .query
        .iter()
        .map(|name| parameter(name, "query", false));
    let mut described = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "description": format!("For a {}.", operation.role.word()),
        "parameters": in_path.chain(in_query).collect::<Vec<_>>(),
        "responses": {
            "200": { "description": "Done.", "content": { "application/json": { "schema": { "type": ["object", "array"] } } } },
            "default": { "description": "Not done, and why.", "content": { "application/problem+json": { "schema": named("Problem") } } },
        },
    });
    if !operation.body.is_empty() {
        let is_optional = operation.body == "Next";
        described["requestBody"] = json!({
            "required": !is_optional,
            "content": { "application/json": { "schema": named(operation.body) } },
        });
    }
    described
}

fn parameter(name: &str, place: &str, required: bool) -> Value {
    let schema = if name == "kind" && place == "path" {
        json!({ "type": "string", "enum": ["site", "connection", "incident", "issue"] })
    } else {
        json!({ "type": "string" })
    };
    json!({ "name": name, "in": place, "required": required, "schema": schema })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_operation_has_a_name_of_its_own_and_every_named_schema_is_there() {
        let ids: BTreeSet<&str> = OPERATIONS.iter().map(|it| it.id).collect();
        assert_eq!(ids.len(), OPERATIONS.len());
        let document = openapi();
        let text = document.to_string();
        for piece in text.split("#/components/schemas/").skip(1) {
            let name = piece.split('"').next().unwrap_or_default();
            assert!(
                document["components"]["schemas"][name].is_object(),
                "{name}"
            );
        }
    }

    #[test]
    fn only_administrators_change_anything() {
        for operation in OPERATIONS {
            let asks = ["check-settings", "discover", "preview"].contains(&operation.id);
            let changes = operation.method != "get" && !asks;
            assert_eq!(
                operation.role == Role::Administrator,
                changes,
                "{}",
                operation.id
            );
        }
    }
}
