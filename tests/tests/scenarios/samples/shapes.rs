//! What is read from recorded deliveries: of Jira Cloud, and of Data Center with its own shapes.

use adapters::{
    jira::delivery::{News, verify},
    secrets::Secrets as _,
};
use domain::{moment::Moment, ticket::SiteName, trouble::Peer};
use scenarios::world::World;
use serde_json::Value;

use super::{
    comments_in_contrast,
    recording::{Recording, all_of_jira},
};

/// The news of a delivery, as if it came now.
pub async fn news_of(world: &World, recording: &Recording) -> Vec<News> {
    let recording = recording.at(world.now_ms());
    let site = Peer::Site(SiteName::new("acme").expect("a name"));
    let secret = world.secrets.site(&site, false).await.expect("a secret");
    let body = recording.text.as_bytes();
    let signature = world.network.jira().sign(body).expect("a signature");
    let verified = verify(body, Some(&signature), &secret.webhook_secrets).expect("verified");
    let now = Moment::from_epoch_ms(world.now_ms());
    verified.decode(now, false).expect("a delivery").news
}

fn moment(value: &Value) -> Option<Moment> {
    value
        .as_str()
        .map(|text| Moment::parse(text).expect("a time"))
}

#[tokio::test]
async fn the_news_of_every_recorded_delivery_is_what_it_says() {
    let world = World::new().await;
    for recording in all_of_jira() {
        let json = recording.json();
        let name = &recording.name;
        let event = json["webhookEvent"].as_str().expect("an event");
        let mut news = news_of(&world, &recording).await.into_iter();
        if event.starts_with("jira:issue_") {
            let Some(News::Ticket {
                id,
                key,
                status_category_done,
                priority,
                labels,
                updated_at,
                deleted,
            }) = news.next()
            else {
                panic!("{name} tells of a ticket");
            };
            let fields = &json["issue"]["fields"];
            assert_eq!(id.as_str(), json["issue"]["id"], "{name}");
            assert_eq!(key.expect("a key").as_str(), json["issue"]["key"], "{name}");
            let category = &fields["status"]["statusCategory"]["key"];
            assert_eq!(status_category_done, Some(category == "done"), "{name}");
            assert_eq!(
                priority.as_deref(),
                fields["priority"]["name"].as_str(),
                "{name}"
            );
            assert_eq!(Value::from(labels), fields["labels"], "{name}");
            assert_eq!(updated_at, moment(&fields["updated"]), "{name}");
            assert_eq!(deleted, event == "jira:issue_deleted", "{name}");
        }
        if json["comment"].is_object() {
            let Some(News::Comment {
                comment,
                ticket,
                updated_at,
                deleted,
                cascade,
            }) = news.next()
            else {
                panic!("{name} tells of a comment");
            };
            assert_eq!(comment.as_str(), json["comment"]["id"], "{name}");
            assert_eq!(
                ticket.expect("a ticket").as_str(),
                recording.ticket_id(),
                "{name}"
            );
            assert_eq!(updated_at, moment(&json["comment"]["updated"]), "{name}");
            assert_eq!(deleted, event == "comment_deleted", "{name}");
            assert!(!cascade, "{name}");
        }
        assert_eq!(news.next(), None, "{name} tells nothing else");
    }
}

#[tokio::test]
async fn a_comment_that_data_center_tells_twice_is_mirrored_once() {
    let Some(alone) = Recording::of_jira("webhook-server-comment-created") else {
        return;
    };
    let Some(with_ticket) = Recording::of_jira("webhook-server-issue-updated-commented-1") else {
        return;
    };
    for order in [[&alone, &with_ticket], [&with_ticket, &alone]] {
        let world = World::new().await;
        let (number, id) = world.linked_incident().await;
        let comment = world
            .jira(|jira, now| jira.comment(&id, "Ben Okafor", "Twice.", now))
            .expect("it");
        world.lose();
        for recording in order {
            let told = recording.of_ticket(&world, &id).of_comment(&comment);
            told.at(world.now_ms()).taken(&world).await;
            assert_eq!(
                comments_in_contrast(&world, &number).len(),
                2,
                "{}",
                recording.name
            );
        }
        world.end().await;
    }
}
