use super::*;

#[tokio::test]
async fn a_comment_is_written_with_its_marker() {
    let stage = stage(&[(
        200,
        json!({"commentId": "c1", "lastUpdatedTime": "2026-04-13T05:52:13.632697652Z"}),
    )]);
    let written = stage.create().await.unwrap();
    assert_eq!(written.id, comment_id());
    assert_eq!(
        written.updated_at,
        Moment::parse("2026-04-13T05:52:13.632Z")
    );
    let sent: Value = serde_json::from_str(&stage.sent(0)).unwrap();
    assert_eq!(
        sent,
        json!({"commentText": "Hello\n\n[northstar-jira-sync n1]"})
    );
}

#[tokio::test]
async fn a_comment_of_unknown_fate_is_not_written_again() {
    for answer in [
        (500, Value::Null),
        (504, Value::Null),
        (200, json!("<html>")),
        (201, json!({})),
    ] {
        let stage = stage(&[answer]);
        let trouble = stage.create().await.unwrap_err();
        assert!(trouble.effect_is_unknown(), "{trouble:?}");
        assert_eq!(stage.asked(), ["POST /incidents/INC-1/comments"]);
    }
    let stage = stage(&[(400, json!({"messages": ["too long"]}))]);
    let trouble = stage.create().await.unwrap_err();
    assert!(matches!(trouble.kind, TroubleKind::Never { .. }));
}

#[tokio::test]
async fn a_listing_takes_the_marker_off_the_body() {
    let stage = stage(&[(
        200,
        json!({"comments": [
            {"commentId": "c1", "userUid": "ann.lee@example.com", "createdTime": "2026-04-13T05:52:13Z",
             "commentText": "Hi\n\n[northstar-jira-sync n1]"},
            {"commentId": "c2", "commentText": "mine"}]}),
    )]);
    let Ok(Found::Present(Offered::Done(comments))) = stage.comments().await else {
        panic!("no listing")
    };
    let [ours, theirs] = comments.as_slice() else {
        panic!("{comments:?}")
    };
    assert_eq!(
        (ours.marker.clone(), ours.body.to_plain()),
        (Nonce::new("n1").ok(), "Hi".into())
    );
    assert_eq!(
        (ours.author.as_str(), theirs.marker.as_ref()),
        ("ann.lee", None)
    );
    assert_eq!(
        stage.asked(),
        ["GET /incidents/INC-1/comments?page=0&size=100"]
    );
}

#[tokio::test]
async fn a_listing_that_is_missing_is_left_alone_for_a_day() {
    for probe in [
        vec![(405, Value::Null)],
        vec![(404, Value::Null), (200, json!({}))],
    ] {
        let stage = stage(&probe);
        let unavailable = Ok(Found::Present(Offered::Unavailable));
        assert_eq!(stage.comments().await, unavailable);
        assert_eq!(stage.comments().await, unavailable);
        assert_eq!(
            stage.asked().len(),
            probe.len(),
            "the second time nothing is asked"
        );
        stage.clock.wait_ms(RETRY_AFTER_MS).await;
        stage.answer(&[(200, json!([]))]);
        assert_eq!(
            stage.comments().await,
            Ok(Found::Present(Offered::Done(Vec::new())))
        );
    }
}

#[tokio::test]
async fn a_listing_of_a_case_that_is_gone_turns_nothing_off() {
    let stage = stage(&[(404, Value::Null), (404, Value::Null), (200, json!([]))]);
    assert_eq!(stage.comments().await, Ok(Found::Absent));
    assert!(matches!(
        stage.comments().await,
        Ok(Found::Present(Offered::Done(_)))
    ));
}

#[tokio::test]
async fn a_listing_that_somebody_relies_on_is_trouble_when_it_is_missing() {
    let mut stage = stage(&[(501, Value::Null), (404, Value::Null), (200, json!({}))]);
    stage.connection.list_comments = Switch::On;
    for _ in 0..2 {
        let trouble = stage.comments().await.unwrap_err();
        assert!(
            matches!(trouble.kind, TroubleKind::Never { .. }),
            "{trouble:?}"
        );
    }
    stage.connection.list_comments = Switch::Off;
    assert_eq!(
        stage.comments().await,
        Ok(Found::Present(Offered::Unavailable))
    );
    assert_eq!(stage.asked().len(), 3);
}

#[tokio::test]
async fn editing_and_deleting_say_what_became_of_the_comment() {
    let stage = stage(&[
        (
            200,
            json!({"commentId": "other", "lastUpdatedTime": "2026-04-13T05:52:13Z"}),
        ),
        (404, Value::Null),
        (405, Value::Null),
        (204, Value::Null),
        (404, Value::Null),
        (501, Value::Null),
    ]);
    let body = RichText::from_plain("New");
    let marker = Nonce::new("n1").unwrap();
    let edit = async || {
        let (connection, comment) = (&stage.connection, comment_id());
        stage
            .client
            .edit_comment(connection, &incident(), &comment, &body, &marker)
            .await
            .unwrap()
    };
    let delete = async || {
        stage
            .client
            .delete_comment(&stage.connection, &incident(), &comment_id())
            .await
            .unwrap()
    };
    let updated_at = Moment::parse("2026-04-13T05:52:13Z");
    let written = WrittenComment {
        id: comment_id(),
        updated_at,
    };
    assert_eq!(edit().await, Found::Present(Offered::Done(written)));
    assert_eq!(edit().await, Found::Absent);
    assert_eq!(edit().await, Found::Present(Offered::Unavailable));
    assert_eq!(edit().await, Found::Present(Offered::Unavailable));
    assert_eq!(delete().await, Found::Present(Offered::Done(())));
    assert_eq!(delete().await, Found::Absent);
    assert_eq!(delete().await, Found::Present(Offered::Unavailable));
    assert_eq!(delete().await, Found::Present(Offered::Unavailable));
    let asked = stage.asked();
    assert_eq!(asked.len(), 6, "what is missing is not asked for again");
    assert_eq!(asked[0], "PUT /incidents/INC-1/comments/c1");
    assert_eq!(asked[3], "DELETE /incidents/INC-1/comments/c1");
}
