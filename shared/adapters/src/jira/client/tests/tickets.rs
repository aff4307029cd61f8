//! Reading, finding, moving and linking tickets.

use domain::{
    case::Phase,
    ports::{Found, TicketSide},
    ticket::{RemoteLink, TicketId},
    trouble::{Effect, TroubleKind},
};
use serde_json::{Value, json};

use super::{client, json_answer, marker, site, status, ticket, wire_ticket, words};

#[tokio::test]
async fn a_ticket_is_read_in_one_call() {
    let (client, script) = client(vec![json_answer(200, wire_ticket("done"))]);
    let Ok(Found::Present(reading)) = client.read_ticket(&site(), &ticket()).await else {
        panic!("not read");
    };
    assert_eq!(reading.phase, Phase::Closed);
    assert_eq!(reading.status, "Irgendwas");
    assert_eq!(reading.marker, Some(marker()));
    assert_eq!(reading.description, Some(words("d")));
    assert_eq!(
        script.asked(),
        [
            "GET /ex/jira/cloud-1/rest/api/3/issue/10001?fields=status,priority,resolution,description,updated,project,labels&properties=northstar-jira-sync"
        ]
    );
    assert_eq!(
        script.authorization(0),
        "Basic Ym90QGV4YW1wbGUuY29tOm9sZA=="
    );
}

#[tokio::test]
async fn a_status_without_a_category_is_no_reading() {
    let mut odd = wire_ticket("done");
    odd["fields"]["status"]
        .as_object_mut()
        .expect("a status")
        .remove("statusCategory");
    let (client, _) = client(vec![json_answer(200, odd)]);
    let trouble = client
        .read_ticket(&site(), &ticket())
        .await
        .expect_err("senseless");
    assert!(matches!(
        trouble.kind,
        TroubleKind::AgainLater {
            effect: Effect::None,
            ..
        }
    ));
}

#[tokio::test]
async fn a_search_for_a_ticket_reads_all_pages() {
    let page = |next: Option<&str>| {
        json_answer(
            200,
            json!({ "issues": [wire_ticket("new")], "nextPageToken": next, "isLast": next.is_none() }),
        )
    };
    let (client, script) = client(vec![page(Some("t2")), page(None)]);
    let found = client
        .find_created_since(&site(), "SEC", 15)
        .await
        .expect("found");
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].marker, Some(marker()));
    assert_eq!(script.body(1)["nextPageToken"], "t2");
    assert_eq!(
        script.body(0)["jql"],
        "project = \"SEC\" AND created >= \"-15m\" ORDER BY created DESC"
    );
}

#[tokio::test]
async fn a_transition_that_is_no_longer_offered_is_looked_at_again() {
    let refusal = || {
        json_answer(
            400,
            json!({ "errorMessages": ["Not valid."], "errors": {} }),
        )
    };
    let ways = |id: &str| {
        json_answer(
            200,
            json!({ "transitions": [{ "id": id, "name": "Close", "to": status("done") }] }),
        )
    };
    let choices = [
        ("resolution".to_owned(), "Done".to_owned()),
        ("customfield_7".to_owned(), "Yes".to_owned()),
    ];
    let (left, script) = client(vec![refusal(), ways("41")]);
    let trouble = left
        .transition_ticket(&site(), &ticket(), "31", &choices)
        .await
        .expect_err("refused");
    assert!(matches!(
        trouble.kind,
        TroubleKind::AgainLater {
            effect: Effect::None,
            ..
        }
    ));
    assert_eq!(
        script.body(0),
        json!({ "transition": { "id": "31" }, "fields": { "resolution": { "name": "Done" }, "customfield_7": { "value": "Yes" } } })
    );
    let (barred, _) = client(vec![refusal(), ways("31")]);
    let trouble = barred
        .transition_ticket(&site(), &ticket(), "31", &[])
        .await
        .expect_err("refused");
    assert_eq!(trouble.kind, TroubleKind::Never { fields: vec![] });
    let (busy, _) = client(vec![json_answer(
        409,
        json!({ "errorMessages": ["Conflict"] }),
    )]);
    let trouble = busy
        .transition_ticket(&site(), &ticket(), "31", &[])
        .await
        .expect_err("busy");
    assert!(matches!(
        trouble.kind,
        TroubleKind::AgainLater {
            effect: Effect::None,
            ..
        }
    ));
}

#[tokio::test]
async fn a_screen_offers_only_choices_that_can_be_written_back() {
    let field = |required, kind: &str, allowed: Value| json!({ "required": required, "hasDefaultValue": false, "name": "n", "key": "k", "operations": ["set"], "schema": { "type": kind }, "allowedValues": allowed });
    let ways = json!({ "transitions": [{ "id": "31", "name": "Close", "to": status("done"), "fields": {
        "resolution": field(true, "resolution", json!([{ "id": "1", "name": "Done" }])),
        "customfield_1": field(true, "option", json!([{ "id": "1", "value": "Yes" }])),
        "customfield_2": field(true, "array", json!([{ "id": "1", "value": "Yes" }])),
        "fixVersions": field(true, "array", json!([{ "id": "1", "name": "1.0" }])),
        "assignee": field(true, "user", json!([{ "accountId": "1", "name": "ann" }])),
    } }] });
    let (client, _) = client(vec![json_answer(200, ways)]);
    let transitions = client
        .read_transitions(&site(), &ticket())
        .await
        .expect("read");
    let offered: Vec<(&str, &[String])> = transitions[0]
        .fields
        .iter()
        .map(|field| (field.id.as_str(), field.allowed.as_slice()))
        .collect();
    let none: &[String] = &[];
    assert_eq!(
        offered,
        [
            ("assignee", none),
            ("customfield_1", &["Yes".to_owned()][..]),
            ("customfield_2", none),
            ("fixVersions", &["1.0".to_owned()][..]),
            ("resolution", &["Done".to_owned()][..]),
        ]
    );
}

#[tokio::test]
async fn a_link_is_written_under_an_identity_that_jira_takes() {
    let link = RemoteLink {
        url: "https://c.example/1".into(),
        title: "INC\n1 ".repeat(100),
        resolved: true,
    };
    for global_id in ["org/incident/INC-1".to_owned(), "x".repeat(300)] {
        let (client, script) = client(vec![json_answer(201, json!({ "id": 1 }))]);
        assert_eq!(
            client
                .put_remote_link(&site(), &ticket(), &global_id, &link)
                .await,
            Ok(Found::Present(()))
        );
        let body = script.body(0);
        assert!(body["globalId"].as_str().expect("an identity").len() <= 255);
        let title = body["object"]["title"].as_str().expect("a title");
        assert!(title.chars().count() <= 255 && !title.contains('\n'));
        assert_eq!(body["object"]["status"]["resolved"], true);
    }
}

#[tokio::test]
async fn nothing_is_asked_about_an_id_that_would_lead_elsewhere() {
    let (client, script) = client(vec![]);
    let dots = TicketId::new("..").expect("an id");
    let trouble = client
        .read_ticket(&site(), &dots)
        .await
        .expect_err("no id of Jira's");
    assert!(matches!(trouble.kind, TroubleKind::Never { .. }));
    assert!(script.asked().is_empty());
}
