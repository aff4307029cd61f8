//! What a person chooses from, out of Contrast's answers.

use super::*;
use crate::contrast::discovery::{Application, CommentListing};

fn incidents(rows: usize) -> Value {
    let row = |number| json!({"incidentId": format!("INC-{number}"), "status": "open"});
    let content: Vec<Value> = (1..=rows).map(row).collect();
    json!({"content": content, "page": {"totalPages": 9, "number": 0, "size": rows}})
}

fn missing() -> (u16, Value) {
    (404, json!({"error": "no such operation"}))
}

#[tokio::test]
async fn applications_are_read_with_whatever_tells_of_their_pages() {
    let rows = json!([
        {"id": "a1", "name": " Shop ", "tags": ["web", 7, "web"], "importance": "COSMIC"},
        {"id": "a2", "tags": null},
    ]);
    for (about, page, more) in [
        (json!({"totalPages": 2, "last": false}), 0, true),
        (json!({"totalPages": 2, "last": true}), 1, false),
        (json!({"last": false}), 0, true),
        (json!({"page": {"totalPages": 3}}), 0, true),
        (json!({}), 0, false),
    ] {
        let mut answer = about;
        answer["content"] = rows.clone();
        let stage = stage(&[(200, answer)]);
        let told = stage
            .client
            .list_applications(&stage.connection, page)
            .await;
        let told = told.expect("a page");
        assert_eq!(told.more, more);
        let application = |id: &str, name: &str, tags: &[&str]| Application {
            id: id.into(),
            name: name.into(),
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        };
        assert_eq!(
            told.rows,
            [
                application("a1", "Shop", &["web"]),
                application("a2", "a2", &[])
            ]
        );
        let asked = stage.script.asked.lock().unwrap();
        let expected = format!(
            "https://contrast.example/api/v4/organizations/{ORG}/applications?page={page}&size=100"
        );
        assert_eq!(asked[0].uri().to_string(), expected);
    }
}

#[tokio::test]
async fn an_empty_page_of_applications_ends_them_and_one_without_identity_is_an_error() {
    let empty = stage(&[(200, json!({"content": [], "totalPages": 9}))]);
    let told = empty.client.list_applications(&empty.connection, 0).await;
    assert!(told.is_ok_and(|page| page.rows.is_empty() && !page.more));
    for answer in [json!({"content": [{"name": "Shop"}]}), json!({"items": []})] {
        let stage = stage(&[(200, answer)]);
        let told = stage.client.list_applications(&stage.connection, 0).await;
        assert_eq!(
            told,
            Err(super::super::senseless(
                "listing the applications in Contrast"
            ))
        );
    }
}

#[tokio::test]
async fn the_cheapest_reading_proves_the_credentials_and_that_it_is_contrast() {
    let good = stage(&[(200, incidents(0))]);
    assert_eq!(good.client.check_reading(&good.connection).await, Ok(()));
    assert_eq!(
        good.asked(),
        ["GET /incidents?sort=updatedDt,DESC&page=0&size=1"]
    );
    let refused = stage_with("stale", &[(401, json!({}))]);
    let trouble = refused.client.check_reading(&refused.connection).await;
    assert!(matches!(
        trouble.unwrap_err().kind,
        TroubleKind::CredentialsRefused(_)
    ));
    let foreign = stage(&[(200, json!({"hello": "world"}))]);
    assert!(
        foreign
            .client
            .check_reading(&foreign.connection)
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_missing_listing_of_comments_is_remembered() {
    let incident = (200, json!({"incidentId": "INC-1", "status": "open"}));
    let stage = stage(&[(200, incidents(1)), missing(), incident]);
    let offers = stage.client.offers_comments(&stage.connection).await;
    assert_eq!(offers, Ok(CommentListing::Unavailable));
    stage.answer(&[(200, incidents(1))]);
    let offers = stage.client.offers_comments(&stage.connection).await;
    assert_eq!(offers, Ok(CommentListing::Unavailable));
    assert_eq!(stage.asked().len(), 4, "it was not tried again");
}

#[tokio::test]
async fn an_incident_that_vanished_tells_nothing_of_comments() {
    let stage = stage(&[(200, incidents(1)), missing(), missing()]);
    let offers = stage.client.offers_comments(&stage.connection).await;
    assert_eq!(offers, Ok(CommentListing::Unknown));
}
