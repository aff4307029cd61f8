//! What is pushed, and what is not.

use super::*;

fn body(push: &Push) -> Value {
    serde_json::from_slice(&push.body).unwrap()
}

#[test]
fn every_act_on_an_incident_waits_in_the_outbox_and_comments_do_not() {
    let mut world = Contrast::with_demo_world();
    world.set_push_secret(Some("s3cret"));
    let id = world.raise_incident(IncidentSeed::sql_injection(), NOW);
    assert!(world.comment(&id, "Mara Lindt", "Seen.", NOW).is_some());
    assert!(world.close(&id, "Mara Lindt", CloseReason::Other, NOW + 1));
    assert!(!world.close(&id, "Mara Lindt", CloseReason::Other, NOW + 1));
    assert!(world.reopen(&id, "Tom Reyes", NOW + 2));
    let pushes = world.take_outbox();
    let told: Vec<_> = pushes
        .iter()
        .map(|push| {
            (
                body(push)["alertType"].clone(),
                body(push)["status"].clone(),
            )
        })
        .collect();
    let expected = [
        (json!("incident_created"), json!("OPEN")),
        (json!("incident_updated"), json!("CLOSED")),
        (json!("incident_updated"), json!("OPEN")),
    ];
    assert_eq!(told, expected);
    assert!(
        pushes[0]
            .headers
            .contains(&("X-Northstar-Secret".to_owned(), "s3cret".to_owned()))
    );
    assert!(world.take_outbox().is_empty());
}

#[test]
fn our_own_change_of_status_is_echoed_and_a_comment_only_where_that_is_switched_on() {
    let (mut world, id) = world_with_incident();
    let status = json!({ "status": "closed", "closedReason": "OTHER" });
    call(
        &mut world,
        "PATCH",
        &format!("/incidents/{id}/status"),
        Some(&status),
    );
    let echoes = world.take_outbox();
    assert_eq!(echoes.len(), 1);
    assert!(body(&echoes[0]).get("closedReason").is_none());
    let comments = format!("/incidents/{id}/comments");
    let comment = json!({ "commentText": "Hello." });
    call(&mut world, "POST", &comments, Some(&comment));
    assert!(world.take_outbox().is_empty());
    world.behaviour_mut().comments = Stir {
        moves_updated: true,
        pushes: true,
    };
    call(&mut world, "POST", &comments, Some(&comment));
    assert_eq!(world.take_outbox().len(), 1);
}

#[test]
fn a_comment_moves_the_incident_in_the_sorted_list_only_where_that_is_switched_on() {
    let (mut world, first) = world_with_incident();
    let second = world.raise_incident(IncidentSeed::default(), NOW + 1);
    let newest = |world: &mut Contrast| {
        let (_, told) = get(world, "/incidents?size=1&sort=updatedDt,DESC");
        ids(&told)[0].to_owned()
    };
    world
        .comment(&first, "Mara Lindt", "Quiet.", NOW + 2)
        .unwrap();
    assert_eq!(newest(&mut world), second);
    world.behaviour_mut().comments.moves_updated = true;
    world
        .comment(&first, "Mara Lindt", "Loud.", NOW + 3)
        .unwrap();
    assert_eq!(newest(&mut world), first);
}

#[test]
fn a_push_tells_the_whole_story_with_a_number_for_the_score_and_text_for_the_counts() {
    let mut world = Contrast::with_demo_world();
    let id = world.raise_incident(IncidentSeed::sql_injection(), NOW);
    let told = body(&world.take_outbox()[0]);
    assert_eq!(told["score"], json!(10.0));
    assert_eq!(told["eventType"], "contrast_security_incidentalert");
    assert_eq!(told["relatedApplications"], json!(["payments-api"]));
    let source = json!({ "blocked": false, "ipAddress": "203.0.113.24", "count": "2" });
    assert_eq!(told["httpSourceIp"][0], source);
    assert_eq!(told["servers"][0]["hostname"], "payments-prod-1");
    assert!(
        told["recommendedActions"][0]
            .as_str()
            .unwrap()
            .contains("{{#badParam}}")
    );
    let link = format!("{DEMO_BASE_URL}/Contrast/cs/index.html#/{DEMO_ORG_ID}/incidents/{id}");
    assert_eq!(told["url"], link);
}

#[test]
fn an_issue_is_pushed_with_its_own_words() {
    let (mut world, incident) = world_with_incident();
    let id = world.raise_issue(IssueSeed::behind(&incident), NOW);
    assert!(world.close_issue(&id, NOW + 1));
    let told: Vec<_> = world.take_outbox().iter().map(body).collect();
    assert_eq!(told[0]["eventType"], "contrast_security_issuealert");
    assert_eq!(told[0]["relatedIncidents"], json!([incident]));
    assert_eq!(
        told[0]["applicationMetadata"],
        json!({ "team": "payments" })
    );
    assert_eq!(
        (&told[1]["alertType"], &told[1]["status"]),
        (&json!("issue_updated"), &json!("closed"))
    );
}

#[test]
fn an_attack_event_names_an_incident_and_several_pushes_travel_as_one_array() {
    let mut world = Contrast::with_demo_world();
    world.set_push_key(PushKey::Basic("forwarder".to_owned(), "word".to_owned()));
    let ids = world.raise_demo_incidents(NOW);
    let event = world.attack_event(&ids[3], NOW).unwrap();
    assert_eq!(body(&event)["incidentId"], ids[3].as_str());
    assert_eq!(body(&event)["result"], "BLOCKED");
    assert!(
        body(&event)["observationId"]
            .as_str()
            .unwrap()
            .starts_with("A-D-")
    );
    let mut pushes = world.take_outbox();
    pushes.push(event);
    let all = Push::joined(&pushes).unwrap();
    assert_eq!(body(&all).as_array().unwrap().len(), 5);
    let signed_in = (
        "Authorization".to_owned(),
        "Basic Zm9yd2FyZGVyOndvcmQ=".to_owned(),
    );
    assert!(all.headers.contains(&signed_in));
    assert!(Push::joined(&[]).is_none());
}

#[test]
fn without_a_forwarder_nothing_is_pushed() {
    let mut world = Contrast::with_demo_world();
    world.behaviour_mut().forwarder = false;
    assert_eq!(world.raise_demo_incidents(NOW).len(), 4);
    assert!(world.take_outbox().is_empty());
    assert_eq!(world.incidents().count(), 4);
}
