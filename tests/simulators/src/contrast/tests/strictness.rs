//! What is refused and what is left out.

use super::*;

#[test]
fn a_call_without_any_one_of_the_three_headers_is_refused() {
    let (mut world, id) = world_with_incident();
    let path = format!("{BASE}/incidents/{id}");
    let whole = request("GET", &path, None);
    assert_eq!(world.serve(&whole, NOW).status(), 200);
    for header in ["authorization", "api-key", "accept"] {
        let mut poorer = whole.clone();
        poorer.headers_mut().remove(header);
        assert_eq!(world.serve(&poorer, NOW).status(), 401, "without {header}");
    }
    world.set_api_key("rotated");
    assert_eq!(world.serve(&whole, NOW).status(), 401);
}

#[test]
fn the_word_basic_before_the_credentials_is_refused() {
    let (mut world, id) = world_with_incident();
    let mut call = request("GET", &format!("{BASE}/incidents/{id}"), None);
    let pair = call.headers()["authorization"].to_str().unwrap().to_owned();
    call.headers_mut()
        .insert("authorization", format!("Basic {pair}").parse().unwrap());
    assert_eq!(world.serve(&call, NOW).status(), 401);
}

#[test]
fn nothing_is_found_below_the_folder_of_the_user_interface_or_in_another_organisation() {
    let (mut world, id) = world_with_incident();
    let below = request("GET", &format!("/Contrast{BASE}/incidents/{id}"), None);
    let response = world.serve(&below, NOW);
    assert_eq!(response.status(), 404);
    assert_eq!(
        response.headers()["content-type"],
        "text/html;charset=utf-8"
    );
    let other = "/api/ns-rest/v1/organizations/someone-else/incidents";
    assert_eq!(world.serve(&request("GET", other, None), NOW).status(), 401);
}

#[test]
fn an_incident_is_told_with_a_score_in_quotes_and_without_its_story() {
    let (mut world, id) = world_with_incident();
    let (status, told) = get(&mut world, &format!("/incidents/{id}"));
    assert_eq!(status, 200);
    assert_eq!(told["score"], "10.0");
    assert_eq!(told["status"], "open");
    assert_eq!(told["createdAt"], "2026-03-02T08:00:00.000Z");
    for kept_back in [
        "updatedTime",
        "updatedDt",
        "relatedApplications",
        "relatedRules",
        "summary",
    ] {
        assert!(told.get(kept_back).is_none(), "{kept_back} is told");
    }
}

#[test]
fn the_list_is_sorted_by_the_latest_change_and_knows_no_filter() {
    let mut world = Contrast::with_demo_world();
    let first = world.raise_incident(IncidentSeed::named("one"), NOW);
    let second = world.raise_incident(IncidentSeed::named("two"), NOW + 1);
    let third = world.raise_incident(IncidentSeed::named("three"), NOW + 2);
    assert!(world.set_severity(&first, Severity::Low, 1.0, NOW + 3));
    let sorted =
        "/incidents?page=0&size=2&sort=updatedDt,DESC&updatedSince=2099-01-01&status=closed";
    let (_, told) = get(&mut world, sorted);
    assert_eq!(ids(&told), [&first, &third]);
    assert_eq!(
        told["page"],
        json!({ "totalPages": 2, "number": 0, "size": 2 })
    );
    let (_, told) = get(&mut world, "/incidents?page=1&size=2&sort=updatedDt,DESC");
    assert_eq!(ids(&told), [&second]);
    let (_, told) = get(&mut world, "/incidents?page=2&size=2&sort=updatedDt,DESC");
    assert!(ids(&told).is_empty());
    let (_, told) = get(&mut world, "/incidents?sort=updatedDt");
    assert_eq!(ids(&told), [&second, &third, &first]);
}

#[test]
fn pages_of_more_than_a_hundred_rows_and_before_the_first_are_refused() {
    let (mut world, _) = world_with_incident();
    for query in [
        "size=101",
        "size=0",
        "page=-1",
        "page=one",
        "sort=severity,DESC",
    ] {
        assert_eq!(
            get(&mut world, &format!("/incidents?{query}")).0,
            400,
            "{query}"
        );
    }
    assert_eq!(get(&mut world, "/incidents?page=0&size=100").0, 200);
}

#[test]
fn sparse_rows_hold_two_values_and_one_row_has_no_id() {
    let (mut world, id) = world_with_incident();
    world.behaviour_mut().rows = Rows::Sparse;
    let (_, told) = get(&mut world, "/incidents?size=100");
    let nameless = json!({ "status": "open" });
    assert_eq!(
        told["content"],
        json!([{ "incidentId": id, "status": "open" }, nameless])
    );
    let (_, told) = get(&mut world, "/incidents?size=1&page=1");
    assert_eq!(told["content"], json!([nameless]));
    assert_eq!(told["page"]["totalPages"], 2);
}

#[test]
fn closing_needs_one_of_the_four_reasons() {
    let (mut world, id) = world_with_incident();
    let path = format!("/incidents/{id}/status");
    for body in [
        json!({ "status": "closed" }),
        json!({ "status": "closed", "closedReason": "DONE" }),
        json!({ "status": "CLOSED", "closedReason": "OTHER" }),
        json!("closed"),
    ] {
        assert_eq!(
            call(&mut world, "PATCH", &path, Some(&body)).0,
            400,
            "{body}"
        );
    }
    assert!(world.incident(&id).unwrap().open);
    let body = json!({ "status": "closed", "closedReason": "FALSE_POSITIVE" });
    assert_eq!(call(&mut world, "PATCH", &path, Some(&body)).0, 200);
    let incident = world.incident(&id).unwrap();
    assert_eq!(incident.close_reason, Some(CloseReason::FalsePositive));
    assert_eq!(incident.status_set_by.as_deref(), Some(DEMO_USER));
    assert!(!incident.open);
}

#[test]
fn closing_a_closed_incident_is_refused_or_changes_nothing() {
    let (mut world, id) = world_with_incident();
    assert!(world.close(&id, "Mara Lindt", CloseReason::TruePositive, NOW));
    world.drop_outbox();
    let path = format!("/incidents/{id}/status");
    let body = json!({ "status": "closed", "closedReason": "OTHER" });
    let (status, told) = call(&mut world, "PATCH", &path, Some(&body));
    assert_eq!(status, 400);
    assert!(told.to_string().contains("already"));
    world.behaviour_mut().same_status = SameStatus::Accepted;
    world.behaviour_mut().written = 201;
    assert_eq!(call(&mut world, "PATCH", &path, Some(&body)).0, 201);
    let incident = world.incident(&id).unwrap();
    assert_eq!(incident.close_reason, Some(CloseReason::TruePositive));
    assert!(world.take_outbox().is_empty());
}

#[test]
fn an_issue_takes_a_bare_word_and_never_the_status_it_has() {
    let (mut world, incident) = world_with_incident();
    let id = world.raise_issue(IssueSeed::behind(&incident), NOW);
    let path = format!("/issues/{id}/status");
    let object = json!({ "status": "closed" });
    assert_eq!(call(&mut world, "PATCH", &path, Some(&object)).0, 400);
    assert_eq!(
        call(&mut world, "PATCH", &path, Some(&json!("closed"))).0,
        200
    );
    assert!(!world.issue(&id).unwrap().open);
    let (status, told) = call(&mut world, "PATCH", &path, Some(&json!("closed")));
    assert_eq!(status, 400);
    assert!(told.to_string().contains("not found with previous status"));
    let (_, told) = get(
        &mut world,
        &format!("/incidents/{incident}/issues?page=0&size=100"),
    );
    assert_eq!(told["content"][0]["issueId"], id.as_str());
    assert_eq!(told["content"][0]["cvssScore"], "8.6");
}

#[test]
fn a_comment_needs_a_text_shorter_than_64000() {
    let (mut world, id) = world_with_incident();
    let path = format!("/incidents/{id}/comments");
    for text in ["", "  ", &"x".repeat(64_000)] {
        let body = json!({ "commentText": text });
        assert_eq!(call(&mut world, "POST", &path, Some(&body)).0, 400);
    }
    assert_eq!(
        call(&mut world, "POST", &path, Some(&json!({ "text": "hello" }))).0,
        400
    );
    let longest = json!({ "commentText": "ä".repeat(63_999) });
    let (status, told) = call(&mut world, "POST", &path, Some(&longest));
    assert_eq!(status, 200);
    assert_eq!(told["userUid"], DEMO_USER);
    assert_eq!(told["createdTime"], "2026-03-02T08:00:00.000697651Z");
    assert_eq!(world.incident(&id).unwrap().comments.len(), 1);
}

#[test]
fn comments_are_listed_in_three_shapes_or_not_at_all() {
    let (mut world, id) = world_with_incident();
    let first = world
        .comment(&id, "tom.reyes@example.com", "Looking.", NOW)
        .unwrap();
    let second = world.comment(&id, "Mara Lindt", "Me too.", NOW).unwrap();
    let path = format!("/incidents/{id}/comments");
    assert_eq!(get(&mut world, &path).1[1]["commentId"], second.as_str());
    world.behaviour_mut().comment_list = CommentList::Keyed;
    assert_eq!(
        get(&mut world, &path).1["comments"][0]["commentId"],
        first.as_str()
    );
    world.behaviour_mut().comment_list = CommentList::Paged;
    let (_, told) = get(&mut world, &format!("{path}?page=1&size=1"));
    assert_eq!(told["content"][0]["commentId"], second.as_str());
    assert_eq!(told["page"]["totalPages"], 2);
    world.behaviour_mut().comment_list = CommentList::Off(405);
    assert_eq!(get(&mut world, &path).0, 405);
    assert_eq!(get(&mut world, &format!("/incidents/{id}")).0, 200);
}

#[test]
fn only_the_author_changes_or_deletes_a_comment() {
    let (mut world, id) = world_with_incident();
    let body = json!({ "commentText": "Mirrored." });
    let (_, told) = call(
        &mut world,
        "POST",
        &format!("/incidents/{id}/comments"),
        Some(&body),
    );
    let own = format!(
        "/incidents/{id}/comments/{}",
        told["commentId"].as_str().unwrap()
    );
    let foreign = world.comment(&id, "Mara Lindt", "Mine.", NOW).unwrap();
    let foreign = format!("/incidents/{id}/comments/{foreign}");
    let body = json!({ "commentText": "Changed." });
    assert_eq!(call(&mut world, "PUT", &foreign, Some(&body)).0, 403);
    assert_eq!(call(&mut world, "DELETE", &foreign, None).0, 403);
    let (status, told) = call(&mut world, "PUT", &own, Some(&body));
    assert_eq!((status, &told["commentText"]), (200, &json!("Changed.")));
    assert!(told["lastUpdatedTime"].as_str() > told["createdTime"].as_str());
    world.behaviour_mut().comment_deletions = Switch::Off(501);
    assert_eq!(call(&mut world, "DELETE", &own, None).0, 501);
    world.behaviour_mut().comment_deletions = Switch::On;
    assert_eq!(call(&mut world, "DELETE", &own, None).0, 204);
    assert_eq!(call(&mut world, "DELETE", &own, None).0, 404);
    assert_eq!(world.incident(&id).unwrap().comments.len(), 1);
}

#[test]
fn observations_come_by_cursor_newest_first_and_only_for_a_json_body() {
    let (mut world, id) = world_with_incident();
    let path = format!(
        "/incidents/{id}/observations?pagination=cursor&size=2&sort=EVENT_TIME,desc&cursor="
    );
    assert_eq!(call(&mut world, "POST", &path, None).0, 415);
    let (_, told) = call(&mut world, "POST", &path, Some(&json!({})));
    assert_eq!(
        (&told["total"], &told["hasMore"]),
        (&json!(3), &json!(true))
    );
    assert_eq!(told["observations"][0]["httpRoute"], "/api/payments/export");
    // An attack between two pages neither doubles nor hides a row of the second page.
    assert!(world.attack(&id, Attack::new("203.0.113.1", "/late", "x"), NOW + 1));
    let next = format!("{path}{}", told["cursor"].as_str().unwrap());
    let (_, told) = call(&mut world, "POST", &next, Some(&json!({})));
    assert_eq!(told["observations"].as_array().unwrap().len(), 1);
    assert_eq!(told["observations"][0]["attackValue"], "' OR '1'='1");
    assert_eq!(told["hasMore"], false);
    assert!(told["cursor"].is_string());
    assert_eq!(
        call(
            &mut world,
            "POST",
            &format!("{path}nonsense"),
            Some(&json!({}))
        )
        .0,
        400
    );
}

#[test]
fn an_unknown_incident_is_a_404_or_on_some_tenants_a_401() {
    let (mut world, id) = world_with_incident();
    assert!(world.delete_incident(&id));
    assert_eq!(get(&mut world, &format!("/incidents/{id}")).0, 404);
    world.behaviour_mut().absent = 401;
    assert_eq!(get(&mut world, &format!("/incidents/{id}")).0, 401);
    assert_eq!(get(&mut world, "/incidents").1["content"], json!([]));
}

#[test]
fn errors_come_in_four_shapes_that_take_turns() {
    let (mut world, _) = world_with_incident();
    let mut shapes = std::collections::BTreeSet::new();
    for _ in 0..4 {
        let (_, told) = get(&mut world, "/incidents/INC-2026-99");
        shapes.insert(
            told.as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect::<Vec<_>>()
                .join(" ")
                + if told["message"].is_array() {
                    " list"
                } else {
                    ""
                },
        );
    }
    assert_eq!(shapes.len(), 4, "{shapes:?}");
}

#[test]
fn faults_strike_the_calls_they_name_and_then_no_more() {
    let (mut world, id) = world_with_incident();
    let path = format!("/incidents/{id}/comments");
    let body = json!({ "commentText": "Once." });
    world.fail_next(Fault::new("POST", "/comments", 1, FaultKind::LostAnswer));
    world.fail_next(Fault::new("POST", "/comments", 1, FaultKind::LostRequest));
    world.fail_next(Fault::new(
        "post",
        "/comments",
        1,
        FaultKind::Status(429, Some(7)),
    ));
    world.fail_next(Fault::new(
        "",
        "/comments",
        1,
        FaultKind::StatusAfterEffect(502),
    ));
    assert_eq!(get(&mut world, &format!("/incidents/{id}")).0, 200);
    let mut post = || world.serve(&request("POST", &format!("{BASE}{path}"), Some(&body)), NOW);
    assert_eq!(post().headers()[SIMULATED], LOST_ANSWER);
    assert_eq!(post().headers()[SIMULATED], LOST_REQUEST);
    assert_eq!(post().headers()["retry-after"], "7");
    assert_eq!(post().status(), 502);
    assert_eq!(post().status(), 200);
    assert_eq!(world.incident(&id).unwrap().comments.len(), 3);
    let statuses: Vec<_> = world.take_calls().iter().map(|call| call.status).collect();
    assert_eq!(statuses, [200, 200, 0, 429, 502, 200]);
    assert!(world.calls().is_empty());
}

#[test]
fn a_full_window_refuses_until_it_has_passed() {
    let (mut world, _) = world_with_incident();
    world.set_limit(Some(Limit {
        calls: 2,
        window_ms: 1_000,
        retry_after: None,
    }));
    let list = request("GET", &format!("{BASE}/incidents"), None);
    let mut at = |now_ms| world.serve(&list, now_ms);
    assert_eq!(at(NOW).status(), 200);
    assert_eq!(at(NOW + 10).status(), 200);
    let refused = at(NOW + 20);
    assert_eq!(refused.status(), 429);
    assert!(!refused.headers().contains_key("retry-after"));
    assert_eq!(at(NOW + 1_000).status(), 200);
}

#[test]
fn applications_are_listed_by_the_other_version_of_the_interface() {
    let (mut world, _) = world_with_incident();
    let path = format!("/api/v4/organizations/{DEMO_ORG_ID}/applications?page=0&size=2");
    let response = world.serve(&request("GET", &path, None), NOW);
    let told: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(told["totalPages"], 2);
    assert_eq!(told["content"][0]["name"], "payments-api");
    assert_eq!(told["content"][0]["tags"], json!(["payments", "pci"]));
}
