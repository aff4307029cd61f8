//! The strictness of the simulated Contrast, sentence by sentence.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::*;

const NOW: i64 = 1_772_438_400_000;
const BASE: &str = "/api/ns-rest/v1/organizations/6f1d7a52-0c3e-4b8a-9d21-5e7f3a90c4b8";

mod pushes;
mod strictness;

fn request(method: &str, path: &str, body: Option<&Value>) -> http::Request<Vec<u8>> {
    let pair = STANDARD.encode(format!("{DEMO_USER}:{DEMO_SERVICE_KEY}"));
    let mut request = http::Request::builder()
        .method(method)
        .uri(format!("{DEMO_BASE_URL}{path}"))
        .header("Authorization", pair)
        .header("API-Key", DEMO_API_KEY)
        .header("Accept", "application/json");
    if body.is_some() {
        request = request.header("Content-Type", "application/json");
    }
    request
        .body(
            body.map(|body| body.to_string().into_bytes())
                .unwrap_or_default(),
        )
        .unwrap()
}

/// Sends a call below the organisation and answers its status and its body.
fn call(world: &mut Contrast, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
    let response = world.serve(&request(method, &format!("{BASE}{path}"), body), NOW);
    let told = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
    (response.status().as_u16(), told)
}

fn get(world: &mut Contrast, path: &str) -> (u16, Value) {
    call(world, "GET", path, None)
}

fn world_with_incident() -> (Contrast, String) {
    let mut world = Contrast::with_demo_world();
    let id = world.raise_incident(IncidentSeed::sql_injection(), NOW);
    world.drop_outbox();
    (world, id)
}

fn ids(page: &Value) -> Vec<&str> {
    page["content"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|row| row["incidentId"].as_str())
        .collect()
}
