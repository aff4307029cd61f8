//! Comments: complete listings, marks, and what is written once.

use domain::{
    comment::{CommentId, Nonce},
    ports::{Found, TicketSide},
    ticket::TicketId,
    trouble::TroubleKind,
};
use serde_json::json;

use super::{
    answer, client, comment_page, doc, json_answer, myself, site, ticket, wire_comment, words,
};

#[tokio::test]
async fn comments_are_listed_to_the_last_page_and_the_oldest_comes_first() {
    let (client, script) = client(vec![
        comment_page(250, (151..=250).rev()),
        comment_page(250, (51..=150).rev()),
        comment_page(250, (1..=50).rev()),
    ]);
    let Ok(Found::Present(comments)) = client.list_comments(&site(), &ticket()).await else {
        panic!("not listed");
    };
    let ids: Vec<u64> = comments
        .iter()
        .map(|comment| comment.id.as_str().parse().expect("a number"))
        .collect();
    assert_eq!(ids, (1..=250).collect::<Vec<u64>>());
    let query = "maxResults=100&orderBy=-created&expand=properties";
    let path = "GET /ex/jira/cloud-1/rest/api/3/issue/10001/comment";
    assert_eq!(script.asked()[2], format!("{path}?startAt=200&{query}"));
}

#[tokio::test]
async fn a_listing_that_changes_meanwhile_is_begun_anew() {
    let (unlucky, script) = client(vec![
        comment_page(101, (2..=101).rev()),
        comment_page(100, std::iter::empty()),
        comment_page(2, 1..=2),
    ]);
    let Ok(Found::Present(comments)) = unlucky.list_comments(&site(), &ticket()).await else {
        panic!("not listed");
    };
    assert_eq!(comments.len(), 2);
    assert!(script.is_used_up());
    let moving = (0..3).flat_map(|_| {
        [
            comment_page(101, (2..=101).rev()),
            comment_page(100, std::iter::empty()),
        ]
    });
    let (hopeless, _) = client(moving.collect());
    let trouble = hopeless
        .list_comments(&site(), &ticket())
        .await
        .expect_err("incomplete");
    assert!(matches!(trouble.kind, TroubleKind::AgainLater { .. }));
}

#[tokio::test]
async fn comments_that_come_without_their_properties_are_asked_for_them() {
    let mark = json!([{ "key": "northstar-jira-sync.mirror", "value": { "nonce": "n7" } }]);
    let mut agents = wire_comment(2, Some(json!([{ "key": "other", "value": 1 }])));
    agents["jsdPublic"] = json!(false);
    agents["author"]["displayName"] = json!("cat@example.com");
    let listing = json!({ "startAt": 0, "maxResults": 100, "total": 2, "comments": [agents, wire_comment(1, None)] });
    let by_id = json!({ "isLast": true, "values": [wire_comment(1, Some(mark))] });
    let (client, script) = client(vec![json_answer(200, listing), json_answer(200, by_id)]);
    let Ok(Found::Present(comments)) = client.list_comments(&site(), &ticket()).await else {
        panic!("not listed");
    };
    assert_eq!(comments[0].marker, Nonce::new("n7").ok());
    assert_eq!(comments[0].author, "Ann Example");
    assert!(!comments[0].internal);
    assert_eq!(comments[1].marker, None);
    assert!(comments[1].internal);
    assert_eq!(comments[1].author, "[e-mail address]");
    assert_eq!(
        script.asked()[1],
        "POST /ex/jira/cloud-1/rest/api/3/comment/list?expand=properties"
    );
    assert_eq!(script.body(1), json!({ "ids": [1] }));
}

#[tokio::test]
async fn one_comment_is_read_with_its_mark_and_only_from_its_own_ticket() {
    let mark = json!([{ "key": "northstar-jira-sync.mirror", "value": { "nonce": "n7" } }]);
    let list = || {
        json_answer(
            200,
            json!({ "isLast": true, "values": [wire_comment(5, Some(mark.clone()))] }),
        )
    };
    let comment = CommentId::new("5").expect("an id");
    let (here, _) = client(vec![list()]);
    let Ok(Found::Present(reading)) = here.read_comment(&site(), &ticket(), &comment).await else {
        panic!("not read");
    };
    assert_eq!(reading.marker, Nonce::new("n7").ok());
    let (elsewhere, _) = client(vec![list(), myself()]);
    let other = TicketId::new("999").expect("an id");
    assert_eq!(
        elsewhere.read_comment(&site(), &other, &comment).await,
        Ok(Found::Absent)
    );
}

#[tokio::test]
async fn a_comment_takes_its_mark_along_and_is_sent_once() {
    let nonce = Nonce::new("n7").expect("a nonce");
    let created = json_answer(201, wire_comment(5, None));
    let (able, script) = client(vec![created]);
    let written = able
        .create_comment(&site(), &ticket(), &words("hello"), &nonce)
        .await
        .expect("written");
    assert_eq!(written.id.as_str(), "5");
    assert!(written.updated_at.is_some());
    assert_eq!(
        script.body(0),
        json!({ "body": doc("hello"), "properties": [{ "key": "northstar-jira-sync.mirror", "value": { "nonce": "n7" } }] })
    );
    let (unable, script) = client(vec![answer(503, "text/html", "")]);
    let trouble = unable
        .create_comment(&site(), &ticket(), &words("hello"), &nonce)
        .await
        .expect_err("lost");
    assert!(trouble.effect_is_unknown());
    assert!(script.is_used_up());
}

#[tokio::test]
async fn deleting_what_is_gone_is_done_and_deleting_what_we_may_not_is_never() {
    let comment = CommentId::new("5").expect("an id");
    let (gone, _) = client(vec![
        json_answer(404, json!({ "errorMessages": ["gone"] })),
        myself(),
    ]);
    assert_eq!(
        gone.delete_comment(&site(), &ticket(), &comment).await,
        Ok(Found::Absent)
    );
    let (barred, _) = client(vec![json_answer(
        400,
        json!({ "errorMessages": ["You do not have the permission."] }),
    )]);
    let trouble = barred
        .delete_comment(&site(), &ticket(), &comment)
        .await
        .expect_err("barred");
    assert!(matches!(trouble.kind, TroubleKind::Never { .. }));
}

#[tokio::test]
async fn a_comment_nested_without_end_does_not_hide_the_others() {
    let deep = format!(
        "{}null{}",
        r#"{"type":"blockquote","content":["#.repeat(3_000),
        "]}".repeat(3_000)
    );
    let page = format!(
        r#"{{"startAt":0,"maxResults":100,"total":2,"comments":[{},{{"id":"9","body":{deep},"properties":[]}}]}}"#,
        wire_comment(10, Some(json!([])))
    );
    let (client, _) = client(vec![answer(200, "application/json", &page)]);
    let Ok(Found::Present(comments)) = client.list_comments(&site(), &ticket()).await else {
        panic!("not listed");
    };
    assert_eq!(comments[1].body, words("c"));
    assert_eq!(comments[0].author, "Somebody");
}
