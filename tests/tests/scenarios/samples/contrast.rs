//! Recorded pushes of Contrast: an incident and an issue become tickets that show what was pushed.

use domain::moment::Moment;
use scenarios::world::World;
use serde_json::Value;
use simulators::contrast::{Attack, IncidentSeed, IssueSeed, Severity};

use super::recording::Recording;

const INCIDENT: &str = "incident_webhook_payload_1";
const ISSUE: &str = "issue_webhook_payload_1";
/// Later than anything in the recordings.
const MONTH_MINUTES: u64 = 31 * 24 * 60;

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().expect("a list").iter().map(text).collect()
}

/// The recording as the simulated organisation would have sent it at some time.
fn of_ours(world: &World, recording: &Recording, at_ms: i64) -> Recording {
    let json = recording.json();
    recording
        .saying(
            world.network.contrast().org_id(),
            &text(&json["organizationUuid"]),
        )
        .saying(
            &Moment::from_epoch_ms(at_ms).to_rfc3339(),
            &text(&json["timestamp"]),
        )
}

/// The incident that the recording speaks of, there in Contrast, its own push lost.
fn raise_incident(world: &World, said: &Value) -> String {
    let seed = IncidentSeed {
        id: Some(text(&said["incidentId"])),
        name: text(&said["incidentName"]),
        severity: Severity::Medium,
        score: said["score"].as_f64().expect("a score"),
        rules: texts(&said["relatedRules"]),
        applications: texts(&said["relatedApplications"]),
        attacks: vec![Attack::new("203.0.113.7", "/api/test", "x")],
        ..IncidentSeed::default()
    };
    let number = world.contrast(|contrast, now| contrast.raise_incident(seed, now));
    world.lose();
    number
}

#[tokio::test]
async fn a_recorded_push_to_another_organisation_is_not_ours() {
    for name in [INCIDENT, ISSUE] {
        let Some(recording) = Recording::of_contrast(name) else {
            return;
        };
        let world = World::new().await;
        let answer = recording.push(&world).await;
        assert_eq!(
            (&answer["not_ours"], &answer["cases"]),
            (&1.into(), &0.into()),
            "{name}"
        );
        assert_eq!(world.take_calls(), 0, "{name}");
        world.end().await;
    }
}

#[tokio::test]
async fn the_recorded_incident_opens_one_ticket_that_shows_what_was_pushed() {
    opens_one_ticket_that_shows_all(0).await;
}

#[tokio::test]
async fn the_recorded_incident_is_shown_as_well_when_its_push_comes_late() {
    opens_one_ticket_that_shows_all(60 * 60_000).await;
}

async fn opens_one_ticket_that_shows_all(late_ms: i64) {
    let Some(recording) = Recording::of_contrast(INCIDENT) else {
        return;
    };
    let said = recording.json();
    let world = World::new().await;
    let number = raise_incident(&world, &said);
    let recording = of_ours(&world, &recording, world.now_ms() - late_ms);
    for news in [1, 0] {
        let answer = recording.push(&world).await;
        assert_eq!(
            (&answer["cases"], &answer["news"]),
            (&1.into(), &news.into()),
            "{answer}"
        );
    }
    let id = world.ticket(&number);
    {
        let jira = world.network.jira();
        let ticket = jira.ticket(&id).expect("the ticket");
        assert_eq!(
            (ticket.project.as_str(), ticket.priority.as_deref()),
            ("SEC", Some("Medium"))
        );
        assert!(
            ticket.summary.contains(&text(&said["incidentName"])),
            "{}",
            ticket.summary
        );
        let shown = ticket.description_text();
        let mut wanted = texts(&said["recommendedActions"]);
        wanted.extend(texts(&said["relatedRules"]));
        wanted.extend(texts(&said["relatedApplications"]));
        wanted.extend(
            said["servers"]
                .as_array()
                .expect("servers")
                .iter()
                .map(|it| text(&it["hostname"])),
        );
        wanted.push(text(&said["summary"]));
        for words in wanted {
            assert!(shown.contains(&words), "{words} is shown: {shown}");
        }
    }
    world.end().await;
}

#[tokio::test]
async fn the_recorded_issue_opens_a_ticket_where_a_route_takes_issues() {
    let Some(recording) = Recording::of_contrast(ISSUE) else {
        return;
    };
    let said = recording.json();
    let settings = include_str!("../../../fixtures/settings.toml").replace(
        "kinds = [\"incident\"]\nseverities = [\"CRITICAL\", \"HIGH\", \"MEDIUM\"]",
        "kinds = [\"incident\", \"issue\"]",
    );
    let world = World::with_settings(&settings).await;
    world.pass_minutes(MONTH_MINUTES);
    let seed = IssueSeed {
        id: Some(text(&said["issueId"])),
        title: text(&said["title"]),
        severity: Severity::Low,
        score: said["score"].as_f64().expect("a score"),
        rule: text(&said["ruleId"]),
        application: text(&said["applicationName"]),
        ..IssueSeed::default()
    };
    let number = world.contrast(|contrast, now| contrast.raise_issue(seed, now));
    world.lose();
    of_ours(&world, &recording, world.now_ms())
        .push(&world)
        .await;
    let id = world.ticket(&number);
    {
        let jira = world.network.jira();
        let ticket = jira.ticket(&id).expect("the ticket");
        assert!(
            ticket.summary.contains(&text(&said["title"])),
            "{}",
            ticket.summary
        );
        let shown = ticket.description_text();
        for key in ["description", "ruleId", "applicationName", "httpRoute"] {
            assert!(shown.contains(&text(&said[key])), "{key} is shown: {shown}");
        }
    }
    world
        .jira(|jira, now| jira.transition_to(&id, "Ana Souza", "Done", now))
        .expect("done");
    world.announce().await;
    assert!(
        !world
            .network
            .contrast()
            .issue(&number)
            .expect("the issue")
            .open
    );
    world.end().await;
}
