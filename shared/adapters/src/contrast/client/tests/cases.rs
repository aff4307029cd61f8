use domain::case::Severity;

use super::*;

#[tokio::test]
async fn a_refused_credential_is_read_anew_once_and_the_call_repeated() {
    let stage = stage(&[
        (401, Value::Null),
        (200, json!({"status": "OPEN", "score": "9.5"})),
    ]);
    let found = stage
        .client
        .read_case(&stage.connection, &incident())
        .await
        .unwrap();
    let Found::Present(facts) = found else {
        panic!("it is there")
    };
    assert_eq!(facts.phase, Some(Phase::Open));
    let asked = stage.script.asked.lock().unwrap();
    let authorizations: Vec<&[u8]> = asked
        .iter()
        .map(|r| r.headers().get("authorization").unwrap().as_bytes())
        .collect();
    // base64 of `bot@example.com:stale` and `bot@example.com:fresh`, without the word Basic.
    assert_eq!(
        authorizations,
        [
            b"Ym90QGV4YW1wbGUuY29tOnN0YWxl",
            b"Ym90QGV4YW1wbGUuY29tOmZyZXNo"
        ]
    );
    assert!(asked.iter().all(|r| r.headers()["api-key"] == "api"));
    assert!(
        asked
            .iter()
            .all(|r| r.headers()["accept"] == "application/json")
    );
}

#[tokio::test]
async fn credentials_that_the_listing_refuses_too_are_refused() {
    let stage = stage_with(
        "stale",
        &[
            (401, json!({"error": "who is bot@example.com"})),
            (401, json!({"error": "who is bot@example.com"})),
        ],
    );
    let trouble = stage
        .client
        .read_case(&stage.connection, &incident())
        .await
        .unwrap_err();
    let peer = Peer::Connection(stage.connection.name.clone());
    assert_eq!(trouble.kind, TroubleKind::CredentialsRefused(peer));
    assert_eq!(stage.asked().len(), 2);
    assert!(!trouble.for_people().contains('@'));
}

#[tokio::test]
async fn a_case_that_answers_401_while_the_listing_is_open_is_hidden_and_stops_nothing_else() {
    let stage = stage_with(
        "stale",
        &[
            (401, json!({"error": "no"})),
            (
                200,
                json!({"content": [], "page": {"totalPages": 0, "number": 0, "size": 1}}),
            ),
        ],
    );
    let read = stage
        .client
        .read_case(&stage.connection, &incident())
        .await
        .unwrap();
    assert_eq!(read, Found::Absent);
    assert_eq!(stage.asked().len(), 2);
}

#[tokio::test]
async fn a_case_is_read_as_rest_tells_it() {
    let stage = stage(&[
        (
            200,
            json!({"incidentId": "INC-1", "status": "closed", "name": "SQL", "score": "10.0",
                "severity": "CRITICAL", "assignedUserName": "ann@example.com", "closedAt": null,
                "runbooks": ["https://example.com/r"], "createdAt": "2026-03-09T22:51:48.765Z"}),
        ),
        (
            200,
            json!({"issueId": "ISS-1", "status": "open", "title": "CVE", "applicationId": "a",
                "applicationName": "shop", "ruleId": "xss", "httpRoute": "", "cvssScore": "7.0",
                "deploymentTier": ["QA"], "observationCount": 7}),
        ),
        (404, Value::Null),
    ]);
    let read = async |case: &CaseId| {
        stage
            .client
            .read_case(&stage.connection, case)
            .await
            .unwrap()
    };
    let Found::Present(facts) = read(&incident()).await else {
        panic!("it is there")
    };
    assert_eq!(
        (facts.phase, facts.severity),
        (Some(Phase::Closed), Some(Severity::Critical))
    );
    assert_eq!(facts.score.unwrap().to_string(), "10.0");
    assert_eq!(facts.assigned_to.as_deref(), Some("ann"));
    assert_eq!(facts.closed_at, None);
    let url = format!("https://contrast.example/Contrast/cs/index.html#/{ORG}/incidents/INC-1");
    assert_eq!(facts.url, Some(url));
    let Found::Present(facts) = read(&issue()).await else {
        panic!("it is there")
    };
    assert_eq!(facts.name.as_deref(), Some("CVE"));
    assert_eq!(
        (facts.rules, facts.environments),
        (vec!["xss".into()], vec!["QA".into()])
    );
    assert!(facts.request_urls.is_empty());
    assert_eq!(read(&incident()).await, Found::Absent);
    assert_eq!(
        stage.asked(),
        [
            "GET /incidents/INC-1",
            "GET /issues/ISS-1",
            "GET /incidents/INC-1"
        ]
    );
}

#[tokio::test]
async fn an_incident_is_enriched_from_three_readings() {
    let observation = |ip: &str, result: &str| {
        json!({"httpSourceIp": ip, "httpRoute": "/pay", "ruleId": "xss", "applicationId": "a",
            "applicationName": "shop", "deploymentTier": "QA", "result": result})
    };
    let observations = json!({"total": 3, "hasMore": false, "observations": [
        observation("10.0.0.1", "BLOCKED"), observation("10.0.0.1", "EXPLOITED"),
        observation("10.0.0.2", "blocked")]});
    let stage = stage(&[
        (
            200,
            json!({"ipAddresses": [{"ipAddress": "10.0.0.1"}, {"ipAddress": "10.0.0.9"}]}),
        ),
        (200, observations),
        (404, Value::Null),
    ]);
    let facts = stage
        .client
        .enrich_case(&stage.connection, &incident())
        .await
        .unwrap();
    let sources: Vec<_> = facts
        .source_addresses
        .iter()
        .map(|source| (source.address.as_str(), source.count, source.blocked))
        .collect();
    assert_eq!(
        sources,
        [
            ("10.0.0.1", Some(2), Some(false)),
            ("10.0.0.9", None, None),
            ("10.0.0.2", Some(1), Some(true)),
        ]
    );
    assert_eq!(
        (facts.observations.len(), facts.observation_count),
        (3, Some(3))
    );
    assert_eq!(facts.request_urls, ["/pay"]);
    assert_eq!(facts.applications.len(), 1);
    assert_eq!(stage.sent(1), "{}");
    assert_eq!(
        stage.asked(),
        [
            "GET /incidents/INC-1/ipaddresses",
            "POST /incidents/INC-1/observations?pagination=cursor&size=100&sort=EVENT_TIME,desc&cursor=",
            "GET /incidents/INC-1/issues?page=0&size=100",
        ]
    );
    stage.answer(&[(503, Value::Null)]);
    let trouble = stage
        .client
        .enrich_case(&stage.connection, &incident())
        .await
        .unwrap_err();
    assert!(matches!(trouble.kind, TroubleKind::AgainLater { .. }));
}

#[tokio::test]
async fn a_listing_leaves_out_rows_that_name_no_case() {
    let content = json!([{"incidentId": "INC-1", "status": "open"}, {"status": "open"}]);
    let stage = stage(&[
        (
            200,
            json!({"content": content, "page": {"totalPages": 2, "number": 0}}),
        ),
        (
            200,
            json!({"content": content, "page": {"totalPages": 2, "number": 1}}),
        ),
        (200, json!({"incidents": []})),
    ]);
    let list = async |page| {
        stage
            .client
            .list_cases(&stage.connection, CaseKind::Incident, page)
            .await
    };
    let first = list(0).await.unwrap();
    assert_eq!((first.rows.len(), first.more), (1, true));
    assert!(!list(1).await.unwrap().more);
    assert!(
        list(0).await.is_err(),
        "what is no listing is not an empty one"
    );
    assert_eq!(
        stage.asked()[1],
        "GET /incidents?sort=updatedDt,DESC&page=1&size=100"
    );
}

#[tokio::test]
async fn each_kind_gets_its_status_in_its_own_form() {
    let stage = stage(&[(200, Value::Null), (201, Value::Null), (200, Value::Null)]);
    for (case, phase) in [
        (incident(), Phase::Closed),
        (incident(), Phase::Open),
        (issue(), Phase::Closed),
    ] {
        assert_eq!(stage.set(&case, phase).await, Ok(Found::Present(())));
    }
    assert_eq!(stage.asked()[2], "PATCH /issues/ISS-1/status");
    let closed: Value = serde_json::from_str(&stage.sent(0)).unwrap();
    assert_eq!(
        closed,
        json!({"status": "closed", "closedReason": "FALSE_POSITIVE"})
    );
    assert_eq!(
        (stage.sent(1), stage.sent(2)),
        (r#"{"status":"open"}"#.into(), r#""closed""#.into())
    );
}

#[tokio::test]
async fn a_status_that_a_case_already_has_is_success() {
    let stage = stage(&[
        (
            404,
            json!({"message": "Issue not found with previous status OPEN"}),
        ),
        (400, json!({"error": "Incident is already closed"})),
        (404, json!({"message": "Incident not found"})),
        (400, json!({"error": "closedReason is missing"})),
    ]);
    assert_eq!(
        stage.set(&issue(), Phase::Closed).await,
        Ok(Found::Present(()))
    );
    assert_eq!(
        stage.set(&incident(), Phase::Closed).await,
        Ok(Found::Present(()))
    );
    assert_eq!(
        stage.set(&incident(), Phase::Closed).await,
        Ok(Found::Absent)
    );
    let trouble = stage.set(&incident(), Phase::Closed).await.unwrap_err();
    assert!(matches!(trouble.kind, TroubleKind::Never { .. }));
    assert!(trouble.words.ends_with("closedReason is missing"));
}

#[tokio::test]
async fn a_path_of_the_settings_takes_precedence_and_cannot_be_left() {
    let mut stage = stage(&[(200, json!({}))]);
    let base = format!("/api/ns-rest/v1/organizations/{ORG}");
    stage
        .connection
        .paths
        .insert("read-incident".into(), format!("{base}/v2/{{id}}?full=1"));
    stage
        .client
        .read_case(&stage.connection, &incident())
        .await
        .unwrap();
    assert_eq!(stage.asked(), ["GET /v2/INC-1?full=1"]);
    for (template, number) in [
        ("{base}/{id}", "INC-1"),
        ("evil.example/{id}", "INC-1"),
        ("/{id}", ".."),
    ] {
        stage
            .connection
            .paths
            .insert("read-incident".into(), template.into());
        let case = case(CaseKind::Incident, number);
        let trouble = stage
            .client
            .read_case(&stage.connection, &case)
            .await
            .unwrap_err();
        assert!(
            matches!(trouble.kind, TroubleKind::Never { .. }),
            "{template}"
        );
    }
    assert_eq!(stage.asked().len(), 1);
}
