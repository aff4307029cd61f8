//! Deliveries in the shapes of Jira Cloud and Data Center, with invented content.

use domain::{
    comment::CommentId,
    digest::short_hex,
    moment::Moment,
    ticket::{TicketId, TicketKey},
};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::SecretString;
use serde_json::{Value, json};
use sha2::Sha256;

use super::{BadDelivery, Delivery, News, Unverified, verify};
use crate::secrets::DoorKeys;

const SECRET: &str = "It's a Secret to Everybody";
const BODY: &[u8] = b"Hello World!";
const SIGNATURE: &str = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9";
/// 2024-05-01T12:00:00Z
const AT_MS: i64 = 1_714_564_800_000;

fn secrets(words: &[&str]) -> DoorKeys {
    let secrets = words.iter().map(|words| SecretString::from(*words));
    secrets.collect::<Vec<_>>().into()
}

fn decode_at(body: &Value, now: Moment, cascade: bool) -> Result<Delivery, BadDelivery> {
    let body = body.to_string().into_bytes();
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any key");
    mac.update(&body);
    let digits = short_hex(&mac.finalize().into_bytes(), 32);
    let header = format!("sha256={digits}");
    verify(&body, Some(&header), &secrets(&[SECRET]))
        .expect("signed")
        .decode(now, cascade)
}

fn decode(body: &Value) -> Result<Delivery, BadDelivery> {
    decode_at(body, Moment::from_epoch_ms(AT_MS), false)
}

fn news_of(body: &Value) -> Vec<News> {
    decode(body).expect("a delivery").news
}

fn id(number: &str) -> TicketId {
    TicketId::new(number).expect("an id")
}

fn comment_id(number: &str) -> CommentId {
    CommentId::new(number).expect("an id")
}

/// An event of a ticket as Jira Cloud sends it.
fn ticket_event(event: &str) -> Value {
    json!({
        "timestamp": AT_MS,
        "webhookEvent": event,
        "issue_event_type_name": "issue_generic",
        "user": { "accountId": "u-1", "displayName": "Ann Example", "active": true },
        "issue": {
            "id": "20040",
            "self": "https://acme.atlassian.net/rest/api/2/issue/20040",
            "key": "SEC-41",
            "fields": {
                "summary": "Attack on billing",
                "resolution": null,
                "priority": { "id": "2", "name": "High" },
                "labels": ["northstar", "northstar_INC-2024-7_0a1b2c3d"],
                "updated": "2024-05-01T05:00:00.123-0700",
                "description": "h1. Wiki *text*",
                "status": { "id": "3", "name": "Fertig", "statusCategory": { "id": 3, "key": "done", "name": "Fertig" } },
            },
        },
        "changelog": { "id": "1", "items": [{ "field": "status", "fieldId": "status", "from": "1", "to": "3" }] },
    })
}

/// An event of a comment as Jira Cloud sends it: six fields of the ticket, no labels, no user.
fn comment_event(event: &str) -> Value {
    json!({
        "timestamp": AT_MS,
        "webhookEvent": event,
        "comment": {
            "self": "https://acme.atlassian.net/rest/api/2/issue/20040/comment/30019",
            "id": "30019",
            "author": { "accountId": "u-1", "displayName": "Ann Example" },
            "body": "Looks bad",
            "created": "2024-05-01T04:59:00.000-0700",
            "updated": "2024-05-01T05:00:00.000-0700",
            "jsdPublic": true,
        },
        "issue": {
            "id": "20040",
            "key": "SEC-41",
            "fields": { "summary": "s", "status": { "name": "To Do", "statusCategory": { "key": "new" } } },
        },
    })
}

#[test]
fn a_signature_is_checked_over_the_raw_body() {
    assert!(verify(BODY, Some(SIGNATURE), &secrets(&[SECRET])).is_ok());
    let shouted = SIGNATURE.replace("a4771c39", "A4771C39");
    assert!(verify(BODY, Some(&shouted), &secrets(&[SECRET])).is_ok());
    let wrong = verify(b"Hello World?", Some(SIGNATURE), &secrets(&[SECRET]));
    assert_eq!(wrong.err(), Some(Unverified::Wrong));
    let wrong = verify(BODY, Some(SIGNATURE), &secrets(&["another"]));
    assert_eq!(wrong.err(), Some(Unverified::Wrong));
}

#[test]
fn two_secrets_count_while_one_replaces_the_other_and_no_third() {
    assert!(verify(BODY, Some(SIGNATURE), &secrets(&["old", SECRET])).is_ok());
    assert!(verify(BODY, Some(SIGNATURE), &secrets(&[SECRET, "new"])).is_ok());
    let third = verify(BODY, Some(SIGNATURE), &secrets(&["one", "two", SECRET]));
    assert_eq!(third.err(), Some(Unverified::Wrong));
}

#[test]
fn an_empty_secret_opens_no_door() {
    let mut mac = Hmac::<Sha256>::new_from_slice(b"").expect("any key");
    mac.update(BODY);
    let digits = short_hex(&mac.finalize().into_bytes(), 32);
    let header = format!("sha256={digits}");
    for none in [secrets(&[]), secrets(&[""]), secrets(&["", " "])] {
        assert_eq!(
            verify(BODY, Some(&header), &none).err(),
            Some(Unverified::NoSecret)
        );
    }
    assert_eq!(
        verify(BODY, Some(&header), &secrets(&["", SECRET])).err(),
        Some(Unverified::Wrong)
    );
}

#[test]
fn a_signature_of_another_form_is_refused() {
    assert_eq!(
        verify(BODY, None, &secrets(&[SECRET])).err(),
        Some(Unverified::NotSigned)
    );
    assert_eq!(
        verify(BODY, Some(" "), &secrets(&[SECRET])).err(),
        Some(Unverified::NotSigned)
    );
    let digits = &SIGNATURE["sha256=".len()..];
    for header in [
        digits.to_owned(),
        format!("sha1={digits}"),
        SIGNATURE[..SIGNATURE.len() - 1].to_owned(),
        format!("{SIGNATURE}0"),
        format!("{SIGNATURE}00"),
        SIGNATURE.replace('a', "g"),
        "sha256=".to_owned(),
        "sha256=é".to_owned(),
    ] {
        let refused = verify(BODY, Some(&header), &secrets(&[SECRET]));
        assert_eq!(refused.err(), Some(Unverified::UnknownForm), "{header}");
    }
}

#[test]
fn what_was_verified_shows_nothing_of_its_body() {
    let delivery = verify(BODY, Some(SIGNATURE), &secrets(&[SECRET])).expect("signed");
    assert_eq!(format!("{delivery:?}"), "VerifiedDelivery(12 bytes)");
}

#[test]
fn events_of_tickets_tell_what_is_known_without_a_call() {
    for (event, deleted) in [
        ("jira:issue_created", false),
        ("jira:issue_updated", false),
        ("jira:issue_deleted", true),
    ] {
        let delivery = decode(&ticket_event(event)).expect("a delivery");
        assert_eq!(delivery.at, Moment::from_epoch_ms(AT_MS));
        let expected = News::Ticket {
            id: id("20040"),
            key: TicketKey::new("SEC-41").ok(),
            status_category_done: Some(true),
            priority: Some("High".into()),
            labels: vec!["northstar".into(), "northstar_INC-2024-7_0a1b2c3d".into()],
            updated_at: Some(Moment::from_epoch_ms(AT_MS + 123)),
            deleted,
        };
        assert_eq!(delivery.news, [expected], "{event}");
    }
}

#[test]
fn a_ticket_of_which_little_is_told_is_still_news() {
    let body = json!({ "timestamp": AT_MS, "webhookEvent": "jira:issue_deleted", "issue": { "id": "5", "fields": { "priority": null, "labels": null, "status": { "statusCategory": { "key": "indeterminate" } } } } });
    let expected = News::Ticket {
        id: id("5"),
        key: None,
        status_category_done: Some(false),
        priority: None,
        labels: vec![],
        updated_at: None,
        deleted: true,
    };
    assert_eq!(news_of(&body), [expected]);
}

#[test]
fn events_of_comments_tell_comment_and_ticket() {
    for (event, deleted) in [
        ("comment_created", false),
        ("comment_updated", false),
        ("comment_deleted", true),
    ] {
        for cascade in [false, true] {
            let delivery = decode_at(&comment_event(event), Moment::from_epoch_ms(AT_MS), cascade);
            let expected = News::Comment {
                comment: comment_id("30019"),
                ticket: Some(id("20040")),
                updated_at: Some(Moment::from_epoch_ms(AT_MS)),
                deleted,
                cascade,
            };
            assert_eq!(delivery.expect("a delivery").news, [expected], "{event}");
        }
    }
}

#[test]
fn a_comment_without_its_ticket_is_found_by_its_own_address() {
    let ticket_of = |body: &Value| match news_of(body).as_slice() {
        [News::Comment { ticket, .. }] => ticket.clone(),
        other => panic!("{other:?}"),
    };
    let mut body = comment_event("comment_created");
    body.as_object_mut().expect("an object").remove("issue");
    body["comment"]["self"] =
        json!("https://jira.acme.example/jira/rest/api/2/issue/10013/comment/30019");
    assert_eq!(ticket_of(&body), Some(id("10013")));
    for homeless in [
        json!(null),
        json!("https://jira.acme.example/rest/api/2/comment/30019"),
        json!("/issue/SEC-1/comment/1"),
        json!("/issue/../comment/1"),
    ] {
        body["comment"]["self"] = homeless;
        assert_eq!(ticket_of(&body), None);
    }
}

#[test]
fn data_center_tells_of_a_comment_with_its_ticket() {
    let mut body = ticket_event("jira:issue_updated");
    body["issue_event_type_name"] = json!("issue_commented");
    body["comment"] = json!({ "id": "30082", "self": "https://jira.acme.example/rest/api/2/issue/20040/comment/30082", "body": "x", "updated": "2024-05-01T12:00:00.000+0000" });
    let news = news_of(&body);
    assert!(matches!(&news[0], News::Ticket { id: ticket, .. } if *ticket == id("20040")));
    let comment = News::Comment {
        comment: comment_id("30082"),
        ticket: Some(id("20040")),
        updated_at: Some(Moment::from_epoch_ms(AT_MS)),
        deleted: false,
        cascade: false,
    };
    assert_eq!(news[1..], [comment]);
}

#[test]
fn other_events_are_foreign() {
    for event in ["user_created", "jira:version_released", "worklog_updated"] {
        assert_eq!(
            news_of(&json!({ "timestamp": AT_MS, "webhookEvent": event })),
            [News::Foreign(event.into())]
        );
    }
    let odd = format!("<b>\n{}", "x".repeat(500));
    let [News::Foreign(shown)] = &news_of(&json!({ "timestamp": AT_MS, "webhookEvent": odd }))[..]
    else {
        panic!("not foreign");
    };
    assert!(shown.len() <= 80 && shown.starts_with("bx"));
}

#[test]
fn a_delivery_that_makes_no_sense_is_malformed() {
    for body in [
        json!([]),
        json!("words"),
        json!({}),
        json!({ "webhookEvent": "jira:issue_updated", "issue": { "id": "1" } }),
        json!({ "timestamp": "soon", "webhookEvent": "jira:issue_updated", "issue": { "id": "1" } }),
        json!({ "timestamp": AT_MS }),
        json!({ "timestamp": AT_MS, "webhookEvent": "jira:issue_updated" }),
        json!({ "timestamp": AT_MS, "webhookEvent": "jira:issue_updated", "issue": {} }),
        json!({ "timestamp": AT_MS, "webhookEvent": "jira:issue_updated", "issue": { "id": "../1" } }),
        json!({ "timestamp": AT_MS, "webhookEvent": "comment_created" }),
        json!({ "timestamp": AT_MS, "webhookEvent": "comment_created", "comment": { "id": ".." } }),
    ] {
        assert!(
            matches!(decode(&body), Err(BadDelivery::Malformed(_))),
            "{body}"
        );
    }
}

#[test]
fn a_delivery_of_another_day_is_a_replay() {
    const DAY_MS: u64 = 24 * 3_600_000;
    let at = Moment::from_epoch_ms(AT_MS);
    let decoded = |now| decode_at(&ticket_event("jira:issue_updated"), now, false);
    assert!(decoded(at.plus_ms(DAY_MS)).is_ok());
    assert_eq!(
        decoded(at.plus_ms(DAY_MS + 1)).err(),
        Some(BadDelivery::Replayed)
    );
    assert!(decoded(at.minus_ms(600_000)).is_ok());
    assert_eq!(
        decoded(at.minus_ms(600_001)).err(),
        Some(BadDelivery::Replayed)
    );
}
