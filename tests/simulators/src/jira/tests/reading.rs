//! What reads and searches show, and when.

use super::*;

#[test]
fn a_search_sees_creations_and_changes_only_after_the_lag() {
    let mut jira = jira();
    jira.set_search_lag_ms(5_000);
    let id = opened(&mut jira);
    let count = |jira: &mut Jira, jql: &str, now: i64| {
        search(jira, jql, now).1["issues"].as_array().unwrap().len()
    };
    assert_eq!(count(&mut jira, "labels = \"northstar\"", NOW + 4_999), 0);
    assert_eq!(count(&mut jira, "labels = \"northstar\"", NOW + 5_000), 1);
    jira.remove_label(&id, "Ana Souza", "northstar", NOW + 6_000)
        .unwrap();
    assert_eq!(count(&mut jira, "labels = northstar", NOW + 10_999), 1);
    assert_eq!(count(&mut jira, "labels = northstar", NOW + 11_000), 0);
    assert!(jira.vanish_from_search(&id, NOW + 20_000, NOW + 30_000));
    assert_eq!(count(&mut jira, "project = SEC", NOW + 25_000), 0);
    assert_eq!(count(&mut jira, "project = SEC", NOW + 30_000), 1);
}

#[test]
fn a_search_must_be_bounded_and_understood() {
    let mut jira = jira();
    for jql in [
        "",
        "order by created",
        "labels = \"a",
        "labels == a",
        "nonsense",
        "project = NOPE",
        "created >= yesterday",
        "project = SEC OR labels = a",
        "assignee = currentUser()",
    ] {
        assert_eq!(search(&mut jira, jql, NOW).0, 400, "{jql}");
    }
    let good = "project = SEC AND issuetype = Epic AND statusCategory != Done \
        AND updated >= \"-15m\" AND created >= -60m ORDER BY created DESC, key";
    assert_eq!(search(&mut jira, good, NOW).0, 200);
    let unknown = json!({ "jql": "project = SEC", "startAt": 0 });
    assert_eq!(
        call(&mut jira, "POST", "/rest/api/3/search/jql", &unknown, NOW).0,
        400
    );
    assert_eq!(
        call(&mut jira, "POST", "/rest/api/3/search", &unknown, NOW).0,
        410
    );
}

#[test]
fn a_search_answers_with_ids_alone_unless_told_otherwise_and_in_pages() {
    let mut jira = jira();
    for _ in 0..3 {
        opened(&mut jira);
    }
    assert_eq!(
        search(&mut jira, "project = SEC", NOW).1["issues"][0],
        json!({ "id": "10002" })
    );
    let mut body = json!({ "jql": "project = SEC ORDER BY created ASC", "fields": ["summary"], "maxResults": 2 });
    let (_, first) = call(&mut jira, "POST", "/rest/api/3/search/jql", &body, NOW);
    assert_eq!(first["isLast"], json!(false));
    body["nextPageToken"] = first["nextPageToken"].clone();
    let (_, second) = call(&mut jira, "POST", "/rest/api/3/search/jql", &body, NOW);
    assert_eq!(
        (
            second["isLast"].clone(),
            second["issues"].as_array().unwrap().len()
        ),
        (json!(true), 1)
    );
    assert_eq!(
        second["issues"][0]["fields"],
        json!({ "summary": "SQL injection" })
    );
    body["nextPageToken"] = json!("made-up");
    assert_eq!(
        call(&mut jira, "POST", "/rest/api/3/search/jql", &body, NOW).0,
        400
    );
}

#[test]
fn a_marker_set_in_the_create_call_is_there_from_the_start() {
    let mut jira = jira();
    let body = json!({
        "fields": { "project": { "id": "10000" }, "issuetype": { "name": "Task" }, "summary": "s" },
        "properties": [{ "key": "marker", "value": { "n": 1 } }],
    });
    let (_, created) = call(&mut jira, "POST", "/rest/api/3/issue", &body, NOW);
    assert_eq!(
        created["self"],
        json!(format!("{BASE}/rest/api/3/issue/10000"))
    );
    let path =
        "/rest/api/3/issue/SEC-1?fields=status&properties=marker,other&expand=transitions.fields";
    let (_, ticket) = get(&mut jira, path, NOW);
    assert_eq!(ticket["properties"], json!({ "marker": { "n": 1 } }));
    assert_eq!(ticket["fields"].as_object().unwrap().len(), 1);
    let finish = &ticket["transitions"][1];
    assert_eq!(finish["to"]["statusCategory"]["key"], json!("done"));
    assert_eq!(finish["fields"]["resolution"]["required"], json!(true));
    assert_eq!(
        finish["fields"]["resolution"]["allowedValues"][3]["name"],
        json!("False Positive")
    );
}

#[test]
fn a_deleted_and_a_hidden_ticket_read_alike() {
    let mut jira = jira();
    let (deleted, hidden) = (opened(&mut jira), opened(&mut jira));
    jira.delete_ticket(&deleted, "Ana Souza", NOW).unwrap();
    jira.hide_ticket(&hidden, NOW).unwrap();
    let words = "Issue does not exist or you do not have permission to see it.";
    for id in [&deleted, &hidden, &"77777".to_owned()] {
        let answer = get(&mut jira, &format!("/rest/api/3/issue/{id}"), NOW);
        assert_eq!(
            answer,
            (404, json!({ "errorMessages": [words], "errors": {} }))
        );
    }
    let body = json!({ "issueIdsOrKeys": [deleted, hidden] });
    let (status, answer) = call(&mut jira, "POST", "/rest/api/3/issue/bulkfetch", &body, NOW);
    assert_eq!((status, answer["issues"].clone()), (200, json!([])));
    assert_eq!(
        search(&mut jira, "project = SEC", NOW).1["issues"],
        json!([])
    );
    jira.show_ticket(&hidden, NOW).unwrap();
    assert_eq!(
        get(&mut jira, &format!("/rest/api/3/issue/{hidden}"), NOW).0,
        200
    );
}

#[test]
fn a_moved_ticket_keeps_its_id_and_is_found_by_its_old_key() {
    let mut jira = jira();
    let id = opened(&mut jira);
    assert_eq!(
        jira.move_ticket(&id, "Ben Okafor", "PAY", NOW).unwrap(),
        "PAY-1"
    );
    for named in [id.as_str(), "SEC-1", "sec-1", "PAY-1"] {
        let (_, ticket) = get(
            &mut jira,
            &format!("/rest/api/3/issue/{named}?fields=summary"),
            NOW,
        );
        assert_eq!(
            (ticket["id"].as_str(), ticket["key"].as_str()),
            (Some(id.as_str()), Some("PAY-1"))
        );
    }
}

#[test]
fn any_change_of_a_comment_moves_updated_and_the_category_date_stays() {
    let mut jira = jira();
    let id = opened(&mut jira);
    let path = format!("/rest/api/3/issue/{id}/comment");
    let body = json!({ "body": adf("hello"), "properties": [{ "key": "marker", "value": 1 }] });
    let (status, comment) = call(&mut jira, "POST", &path, &body, NOW + 1_000);
    assert_eq!(status, 201);
    let one = format!("{path}/{}", comment["id"].as_str().unwrap());
    let updated = |jira: &Jira| jira.ticket("SEC-1").unwrap().updated_ms - NOW;
    assert_eq!(updated(&jira), 1_000);
    call(
        &mut jira,
        "PUT",
        &one,
        &json!({ "body": adf("changed") }),
        NOW + 2_000,
    );
    assert_eq!(updated(&jira), 2_000);
    let (_, listed) = get(
        &mut jira,
        &format!("{path}?orderBy=-created&expand=properties"),
        NOW,
    );
    assert_eq!(
        listed["comments"][0]["properties"],
        json!([{ "key": "marker", "value": 1 }])
    );
    assert!(
        get(&mut jira, &path, NOW).1["comments"][0]
            .get("properties")
            .is_none()
    );
    assert_eq!(
        get(&mut jira, &format!("{path}?orderBy=updated"), NOW).0,
        400
    );
    let ids = json!({ "ids": [comment["id"].as_str().unwrap().parse::<u64>().unwrap(), 5] });
    let list = "/rest/api/3/comment/list";
    assert_eq!(
        call(&mut jira, "POST", list, &ids, NOW).1["total"],
        json!(1)
    );
    call(&mut jira, "DELETE", &one, &Value::Null, NOW + 3_000);
    assert_eq!(updated(&jira), 3_000);
    assert_eq!(
        call(&mut jira, "POST", list, &ids, NOW).1["total"],
        json!(0)
    );
    assert_eq!(jira.ticket(&id).unwrap().category_changed_ms, NOW);
}

#[test]
fn a_remote_link_with_the_same_global_id_is_replaced() {
    let mut jira = jira();
    let id = opened(&mut jira);
    let path = format!("/rest/api/3/issue/{id}/remotelink");
    let link = |resolved: bool| {
        json!({ "globalId": "northstar=1", "object": {
        "url": "https://c.example/1", "title": "INC-1", "status": { "resolved": resolved } } })
    };
    assert_eq!(call(&mut jira, "POST", &path, &link(false), NOW).0, 201);
    assert_eq!(call(&mut jira, "POST", &path, &link(true), NOW).0, 200);
    let bare = json!({ "globalId": "other", "object": { "url": "https://c.example/1" } });
    assert_eq!(
        call(&mut jira, "POST", &path, &bare, NOW).1["errors"]["title"],
        json!("'title' is required.")
    );
    let links = &jira.ticket(&id).unwrap().links;
    assert_eq!((links.len(), links[0].resolved), (1, true));
}

#[test]
fn the_screens_and_people_can_be_discovered() {
    let mut jira = jira();
    let (_, projects) = get(
        &mut jira,
        "/rest/api/3/project/search?action=create&maxResults=100",
        NOW,
    );
    assert_eq!(
        (projects["total"].clone(), projects["isLast"].clone()),
        (json!(2), json!(true))
    );
    let (_, types) = get(
        &mut jira,
        "/rest/api/3/issue/createmeta/PAY/issuetypes",
        NOW,
    );
    let kind = types["issueTypes"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/rest/api/3/issue/createmeta/PAY/issuetypes/{kind}?maxResults=200");
    let (_, fields) = get(&mut jira, &path, NOW);
    let team = fields["fields"]
        .as_array()
        .unwrap()
        .iter()
        .find(|field| field["name"] == "Team")
        .unwrap();
    assert_eq!(
        (&team["required"], &team["allowedValues"][1]["value"]),
        (&json!(true), &json!("Ledger"))
    );
    assert_eq!(get(&mut jira, &format!("{path}1"), NOW).0, 400);
    let people = "/rest/api/3/user/assignable/search?project=SEC";
    assert_eq!(get(&mut jira, people, NOW).0, 400);
    let (_, found) = get(&mut jira, &format!("{people}&query=ok"), NOW);
    assert_eq!(found[0]["displayName"], json!("Ben Okafor"));
    jira.deny(Jira::DEMO_ACCOUNT, "SEC", "LINK_ISSUES");
    let path = "/rest/api/3/mypermissions?projectKey=SEC&permissions=LINK_ISSUES,ADD_COMMENTS";
    let (_, may) = get(&mut jira, path, NOW);
    assert_eq!(
        may["permissions"]["LINK_ISSUES"]["havePermission"],
        json!(false)
    );
    assert_eq!(
        may["permissions"]["ADD_COMMENTS"]["havePermission"],
        json!(true)
    );
}
