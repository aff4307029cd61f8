//! Every recording by name, and what is made of it: a new one fails until somebody decided.

use std::{collections::BTreeSet, fs, path::Path};

use adapters::{
    contrast::{Presented, PushItem, push},
    jira::News,
    secrets::Secrets as _,
};
use domain::{case::OrgId, moment::Moment, settings::ConnectionName, trouble::Peer};
use scenarios::world::World;

use super::{answers, recording::Recording, recordings, shapes::news_of};

/// What becomes of a recording.
enum Fate {
    /// A delivery of Jira that tells this.
    Tells(&'static [&'static str]),
    /// A push of Contrast about a case of this kind; `contrast` tells what it leads to.
    Pushes(&'static str),
    /// An answer of Contrast's; `answers` tells what is read from it.
    Answers,
    /// No recording: a document that is held against elsewhere, or notes for people.
    Elsewhere,
}

const TABLE: [(&str, Fate); 21] = [
    ("jira/adf-schema", Fate::Elsewhere),
    ("jira/openapi-cloud-v3", Fate::Elsewhere),
    (
        "jira/webhooks/webhook-cloud-comment-created",
        Fate::Tells(&["a comment"]),
    ),
    (
        "jira/webhooks/webhook-cloud-comment-deleted",
        Fate::Tells(&["a comment that was deleted"]),
    ),
    (
        "jira/webhooks/webhook-cloud-comment-updated",
        Fate::Tells(&["a comment"]),
    ),
    (
        "jira/webhooks/webhook-issue-deleted",
        Fate::Tells(&["an open ticket that was deleted"]),
    ),
    (
        "jira/webhooks/webhook-issue-updated-reopened",
        Fate::Tells(&["an open ticket"]),
    ),
    (
        "jira/webhooks/webhook-issue-updated-resolved",
        Fate::Tells(&["a done ticket"]),
    ),
    (
        "jira/webhooks/webhook-server-comment-created",
        Fate::Tells(&["a comment"]),
    ),
    (
        "jira/webhooks/webhook-server-issue-updated-closed",
        Fate::Tells(&["a done ticket"]),
    ),
    (
        "jira/webhooks/webhook-server-issue-updated-commented-1",
        Fate::Tells(&["an open ticket", "a comment"]),
    ),
    ("contrast/get_incident_response", Fate::Answers),
    ("contrast/incident_comment_add_response", Fate::Answers),
    ("contrast/incident_ipaddresses_mock", Fate::Answers),
    ("contrast/incident_list_mock", Fate::Answers),
    (
        "contrast/incident_webhook_payload_1",
        Fate::Pushes("incident"),
    ),
    ("contrast/issue_get_response", Fate::Answers),
    ("contrast/issue_list_response", Fate::Answers),
    ("contrast/issue_webhook_payload_1", Fate::Pushes("issue")),
    // Notes on an interface that we never call.
    ("contrast/ns-ui_incident_fields_observed", Fate::Elsewhere),
    ("contrast/observation_list_response", Fate::Answers),
];

/// The names of all files below a folder, with their own folders.
fn names_below(root: &Path, folder: &str, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(root.join(folder)).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{folder}/{name}");
        if entry.path().is_dir() {
            names_below(root, &path, found);
        } else {
            found.insert(path.strip_suffix(".json").unwrap_or(&path).to_owned());
        }
    }
}

fn told(news: &News) -> String {
    let deleted = |yes: bool| if yes { " that was deleted" } else { "" };
    match news {
        News::Ticket {
            status_category_done,
            deleted: gone,
            ..
        } => {
            let state = match status_category_done {
                Some(true) => "a done",
                Some(false) => "an open",
                None => "some",
            };
            format!("{state} ticket{}", deleted(*gone))
        }
        News::Comment { deleted: gone, .. } => format!("a comment{}", deleted(*gone)),
        News::Foreign(event) => format!("nothing of ours: {event}"),
    }
}

/// The only case of a push, as its own organisation's connection reads it.
async fn pushed(world: &World, recording: &Recording) -> PushItem {
    let connection = ConnectionName::new("demo").expect("a name");
    let secrets = &world.secrets;
    let secret = secrets
        .connection(&Peer::Connection(connection), false)
        .await;
    let presented = Presented {
        secret_header: Some("push-secret-1"),
        ..Presented::default()
    };
    let body = recording.text.as_bytes();
    let verified = push::verify(body, presented, &secret.expect("a secret")).expect("verified");
    let org = recording.json()["organizationUuid"].clone();
    let org = OrgId::new(org.as_str().expect("an organisation")).expect("an id");
    let mut items = verified.decode(&org).expect("a push");
    assert_eq!(items.len(), 1, "{}", recording.name);
    items.remove(0)
}

#[test]
fn every_recording_is_decided_about() {
    let Some(root) = recordings("everything recorded") else {
        return;
    };
    let mut there_are = BTreeSet::new();
    names_below(&root, "jira", &mut there_are);
    names_below(&root, "contrast", &mut there_are);
    let decided = TABLE.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(there_are, decided);
    let of_answers = TABLE.iter().filter_map(|(name, fate)| match fate {
        Fate::Answers => name.strip_prefix("contrast/"),
        _ => None,
    });
    let read: BTreeSet<&str> = answers::READ.into_iter().collect();
    assert_eq!(of_answers.collect::<BTreeSet<_>>(), read);
}

#[tokio::test]
async fn every_recorded_delivery_and_push_is_the_notice_that_it_was() {
    let world = World::new().await;
    for (name, fate) in &TABLE {
        let (folder, stem) = name.rsplit_once('/').expect("a folder");
        match (folder, fate) {
            ("jira/webhooks", Fate::Tells(wanted)) => {
                let Some(recording) = Recording::of_jira(stem) else {
                    return;
                };
                let news = news_of(&world, &recording).await;
                let heard: Vec<String> = news.iter().map(told).collect();
                assert_eq!(heard, *wanted, "{name}");
            }
            ("contrast", Fate::Pushes(kind)) => {
                let Some(recording) = Recording::of_contrast(stem) else {
                    return;
                };
                let json = recording.json();
                let PushItem::Case { case, facts, at } = pushed(&world, &recording).await else {
                    panic!("{name} is about a case");
                };
                assert_eq!(case.kind().word(), *kind, "{name}");
                assert_eq!(case.number(), json[format!("{kind}Id")], "{name}");
                let severity = facts.severity.map(domain::case::Severity::word);
                assert_eq!(severity, json["severity"].as_str(), "{name}");
                assert_eq!(
                    facts.score.map(|it| it.to_string()),
                    Some(json["score"].to_string())
                );
                assert_eq!(
                    at,
                    json["timestamp"].as_str().and_then(Moment::parse),
                    "{name}"
                );
            }
            (_, Fate::Answers | Fate::Elsewhere) => {}
            (_, _) => panic!("{name} lies where its like are not read from"),
        }
    }
}
