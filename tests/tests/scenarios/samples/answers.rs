//! Recorded answers of Contrast's REST interface, read by our own client.
//!
//! Whatever it asks is answered with the recording of that operation, and nothing else.

use std::sync::Arc;

use adapters::{
    http::{Http, Request, Response, SendFailure},
    service::{FixedSettings, Parts, Service},
};
use async_trait::async_trait;
use domain::{
    case::{CaseFacts, CaseKind, Phase, Severity},
    comment::Nonce,
    moment::Moment,
    ports::Found,
    reconcile::Engine,
    rich_text::RichText,
    settings::Connection,
};
use http::header;
use scenarios::world::{World, settings_of};
use serde_json::Value;

use super::{recording::Recording, recordings};

/// The recordings that are read here.
pub const READ: [&str; 7] = [
    "get_incident_response",
    "incident_comment_add_response",
    "incident_ipaddresses_mock",
    "incident_list_mock",
    "issue_get_response",
    "issue_list_response",
    "observation_list_response",
];

/// Contrast as it was recorded.
struct Recorded;

#[async_trait]
impl Http for Recorded {
    async fn send(&self, request: Request) -> Result<Response, SendFailure> {
        let path = request.uri().path();
        let (_, place) = path.split_once("/organizations/").expect("an organisation");
        let parts: Vec<&str> = place.split('/').skip(1).collect();
        let name = match parts[..] {
            ["incidents"] => "incident_list_mock",
            ["incidents", _] => "get_incident_response",
            ["incidents", _, "ipaddresses"] => "incident_ipaddresses_mock",
            ["incidents", _, "observations"] => "observation_list_response",
            ["incidents", _, "comments"] => "incident_comment_add_response",
            ["issues"] | ["incidents", _, "issues"] => "issue_list_response",
            ["issues", _] => "issue_get_response",
            _ => panic!("nobody recorded an answer to {path}"),
        };
        let recording = Recording::of_contrast(name).expect("the recording");
        let response = http::Response::builder().header(header::CONTENT_TYPE, "application/json");
        Ok(response
            .body(recording.text.into_bytes())
            .expect("a response"))
    }
}

/// A world that reads what was recorded, where there are recordings.
async fn recorded() -> Option<(World, Engine)> {
    recordings("what Contrast once answered")?;
    let world = World::new().await;
    let settings = settings_of(include_str!("../../../fixtures/settings.toml"));
    let service = Service::new(Parts {
        store: world.service.store.clone(),
        secrets: world.secrets.clone(),
        clock: Arc::clone(&world.service.clock),
        settings: Arc::new(FixedSettings(settings)),
        http: Arc::new(Recorded),
    });
    let engine = service.engine().await.expect("an engine");
    Some((world, engine))
}

fn connection(engine: &Engine) -> &Connection {
    let connections = &engine.settings.connections;
    connections.values().next().expect("a connection")
}

fn said(name: &str) -> Value {
    Recording::of_contrast(name).expect("the recording").json()
}

fn time(value: &Value) -> Option<Moment> {
    value.as_str().and_then(Moment::parse)
}

async fn read(world: &World, engine: &Engine, number: &Value) -> CaseFacts {
    let case = world.case(number.as_str().expect("a number"));
    let read = engine.case_side.read_case(connection(engine), &case);
    match read.await.expect("an answer") {
        Found::Present(facts) => facts,
        Found::Absent => panic!("{case} is there"),
    }
}

#[tokio::test]
async fn the_recorded_incident_and_the_recorded_issue_are_read_as_they_are() {
    let Some((world, engine)) = recorded().await else {
        return;
    };
    let json = said("get_incident_response");
    let facts = read(&world, &engine, &json["incidentId"]).await;
    assert_eq!(facts.name.as_deref(), json["name"].as_str());
    assert_eq!(facts.phase, Some(Phase::Open));
    assert_eq!(
        facts.severity.map(Severity::word),
        json["severity"].as_str()
    );
    let score = facts.score.map(|score| score.to_string());
    assert_eq!(score.as_deref(), json["score"].as_str());
    assert_eq!(
        facts.assigned_to.as_deref(),
        json["assignedUserName"].as_str()
    );
    assert_eq!(facts.created_at, time(&json["createdAt"]));
    assert_eq!(facts.last_attacked_at, time(&json["lastAttackedAt"]));
    assert_eq!(facts.closed_at, None);
    assert_eq!(Value::from(facts.runbooks), json["runbooks"]);
    let json = said("issue_get_response");
    let facts = read(&world, &engine, &json["issueId"]).await;
    assert_eq!(facts.name.as_deref(), json["title"].as_str());
    assert_eq!(facts.phase, Some(Phase::Open));
    let score = facts.score.map(|score| score.to_string());
    assert_eq!(score.as_deref(), json["cvssScore"].as_str());
    assert_eq!(facts.rules, [json["ruleId"].as_str().expect("a rule")]);
    assert_eq!(facts.applications.len(), 1);
    let application = &facts.applications[0];
    assert_eq!(application.name, json["applicationName"]);
    assert_eq!(application.id.as_deref(), json["applicationId"].as_str());
    assert_eq!(Value::from(facts.environments), json["deploymentTier"]);
    assert_eq!(
        facts.request_urls,
        [json["httpRoute"].as_str().expect("a route")]
    );
    assert_eq!(facts.observation_count, json["observationCount"].as_u64());
}

#[tokio::test]
async fn recorded_listings_are_read_row_by_row_and_to_their_last_page() {
    let Some((_world, engine)) = recorded().await else {
        return;
    };
    for (kind, name, more) in [
        (CaseKind::Incident, "incident_list_mock", false),
        (CaseKind::Issue, "issue_list_response", true),
    ] {
        let listing = engine.case_side.list_cases(connection(&engine), kind, 0);
        let page = listing.await.expect("a page");
        let json = said(name);
        let key = format!("{}Id", kind.word());
        let rows = json["content"].as_array().expect("rows");
        // A row without a number names no case.
        let rows: Vec<&Value> = rows.iter().filter(|row| row[&key].is_string()).collect();
        assert_eq!(page.rows.len(), rows.len(), "{name}");
        for ((case, facts), row) in page.rows.iter().zip(rows) {
            assert_eq!(case.number(), row[&key], "{name}");
            let closed = facts.phase == Some(Phase::Closed);
            assert_eq!(closed, row["status"] == "closed", "{name}");
        }
        assert_eq!(page.more, more, "{name}");
    }
}

#[tokio::test]
async fn the_recorded_surroundings_of_an_incident_are_all_read() {
    let Some((world, engine)) = recorded().await else {
        return;
    };
    let case = world.case("INC-2026-1");
    let enriched = engine.case_side.enrich_case(connection(&engine), &case);
    let facts = enriched.await.expect("facts");
    let json = said("incident_ipaddresses_mock");
    let addresses = json["ipAddresses"].as_array().expect("addresses");
    for entry in addresses {
        let mut known = facts.source_addresses.iter();
        assert!(
            known.any(|source| source.address == entry["ipAddress"]),
            "{entry}"
        );
    }
    let json = said("observation_list_response");
    assert_eq!(facts.observation_count, json["total"].as_u64());
    let observations = json["observations"].as_array().expect("observations");
    assert_eq!(facts.observations.len(), observations.len());
    for (seen, told) in facts.observations.iter().zip(observations) {
        assert_eq!(seen.detected_at, time(&told["detectedTime"]));
        assert_eq!(seen.rule.as_deref(), told["ruleId"].as_str());
        assert_eq!(seen.result.as_deref(), told["result"].as_str());
        assert_eq!(seen.request_url.as_deref(), told["httpRoute"].as_str());
        assert_eq!(
            seen.source_address.as_deref(),
            told["httpSourceIp"].as_str()
        );
        assert_eq!(seen.attack_value.as_deref(), told["attackValue"].as_str());
    }
    let json = said("issue_list_response");
    let issues = json["content"].as_array().expect("issues");
    assert_eq!(facts.related_issues.len(), issues.len());
    for (known, told) in facts.related_issues.iter().zip(issues) {
        assert_eq!(known.number, told["issueId"]);
        assert_eq!(known.title, told["title"]);
    }
}

#[tokio::test]
async fn the_recorded_answer_to_a_new_comment_tells_its_id_and_its_time() {
    let Some((world, engine)) = recorded().await else {
        return;
    };
    let case = world.case("INC-2026-1");
    let body = RichText::from_plain("Some words.");
    let nonce = Nonce::new("recorded").expect("a nonce");
    let connection = connection(&engine);
    let writing = engine
        .case_side
        .create_comment(connection, &case, &body, &nonce);
    let written = writing.await.expect("it is written");
    let json = said("incident_comment_add_response");
    assert_eq!(written.id.as_str(), json["commentId"]);
    assert_eq!(written.updated_at, time(&json["lastUpdatedTime"]));
}
