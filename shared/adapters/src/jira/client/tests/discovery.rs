//! What a person chooses from, out of Jira's answers.

use domain::trouble::{Trouble, TroubleKind};
use serde_json::{Value, json};

use super::{answer, client, json_answer, myself, site, unauthorized};
use crate::{
    http::Response,
    jira::{
        JiraClient,
        discovery::{
            Account, Deployment, IssueType, Permission, Person, Remedy, Server, remedy_of_refusal,
        },
    },
};

fn refusal(status: u16) -> Response {
    json_answer(
        status,
        json!({ "errorMessages": ["No such project."], "errors": {} }),
    )
}

pub(super) fn is_never(trouble: &Trouble) -> bool {
    matches!(trouble.kind, TroubleKind::Never { .. })
}

fn is_senseless<T: std::fmt::Debug>(outcome: Result<T, Trouble>) -> bool {
    let trouble = outcome.expect_err("senseless");
    matches!(trouble.kind, TroubleKind::AgainLater { .. })
}

pub(super) fn is_refused<T: std::fmt::Debug>(outcome: Result<T, Trouble>) -> bool {
    let trouble = outcome.expect_err("refused");
    matches!(trouble.kind, TroubleKind::CredentialsRefused(_))
}

#[tokio::test]
async fn an_account_is_told_without_its_address() {
    let wire = json!({
        "accountId": "5b10", "displayName": " Bot <bot@example.com> ", "timeZone": "Europe/Berlin",
        "emailAddress": "bot@example.com", "accountType": "something-new",
    });
    let (client, script) = client(vec![json_answer(200, wire)]);
    let account = client.read_account(&site()).await;
    let expected = Account {
        account_id: "5b10".into(),
        display_name: "Bot <[e-mail address]>".into(),
        time_zone: Some("Europe/Berlin".into()),
    };
    assert_eq!(account, Ok(expected));
    assert_eq!(script.asked(), ["GET /ex/jira/cloud-1/rest/api/3/myself"]);
}

#[tokio::test]
async fn an_answer_without_an_account_is_a_refusal() {
    for wire in [json!({ "displayName": "?" }), json!({ "accountId": "" })] {
        let (client, _) = client(vec![json_answer(200, wire)]);
        assert!(is_refused(client.read_account(&site()).await));
    }
    let (client, _) = client(vec![json_answer(200, json!({ "accountId": "5b10" }))]);
    assert!(is_senseless(client.read_account(&site()).await));
}

#[tokio::test]
async fn every_kind_of_jira_is_told_by_its_own_word() {
    for (word, deployment) in [
        ("Cloud", Deployment::Cloud),
        ("Server", Deployment::Server),
        ("Data Center", Deployment::DataCenter),
        ("Orbit", Deployment::Other("Orbit".into())),
    ] {
        let wire = json!({ "deploymentType": word, "version": "9.12.0" });
        let (client, _) = client(vec![json_answer(200, wire)]);
        let server = Server {
            deployment,
            version: "9.12.0".into(),
            title: String::new(),
        };
        assert_eq!(client.read_server(&site()).await, Ok(server));
    }
    let (client, _) = client(vec![json_answer(200, json!({ "deploymentType": "Cloud" }))]);
    assert!(is_senseless(client.read_server(&site()).await));
}

#[tokio::test]
async fn a_data_center_is_asked_in_its_own_version() {
    let wire = json!({ "deploymentType": "Server", "version": "9.12.0", "serverTitle": "Ours" });
    let nowhere = answer(404, "text/html", "<html></html>");
    let (client, script) = client(vec![nowhere, json_answer(200, wire)]);
    let server = client.read_server(&site()).await.expect("a server");
    assert_eq!(
        (server.deployment, &*server.title),
        (Deployment::Server, "Ours")
    );
    assert_eq!(
        script.asked()[1],
        "GET /ex/jira/cloud-1/rest/api/2/serverInfo"
    );
}

#[tokio::test]
async fn the_cloud_id_is_asked_for_at_the_address_of_people_and_without_credentials() {
    for (told, expected) in [
        (
            json_answer(200, json!({ "cloudId": "a1-b2" })),
            Some("a1-b2"),
        ),
        (json_answer(200, json!({ "cloudId": "../x" })), None),
        (json_answer(200, json!({})), None),
        (answer(200, "text/html", "<html></html>"), None),
        (answer(404, "text/html", "<html></html>"), None),
    ] {
        let (client, script) = client(vec![told]);
        let id = client.read_cloud_id(&site()).await;
        assert_eq!(id.expect("an answer").as_deref(), expected);
        let asked = script.asked.lock().expect("unlocked");
        assert_eq!(
            asked[0].uri(),
            "https://acme.atlassian.net/_edge/tenant_info"
        );
        assert!(!asked[0].headers().contains_key("authorization"));
    }
}

#[test]
fn a_refusal_is_answered_with_the_other_address_first() {
    let gateway = |id: &str| format!("https://api.atlassian.com/ex/jira/{id}");
    let scoped = site();
    let mut classic = site();
    classic.api_url.clone_from(&classic.url);
    let api_url = gateway("cloud-2");
    assert_eq!(
        remedy_of_refusal(&classic, Some("cloud-2")),
        Remedy::CallGateway { api_url }
    );
    assert_eq!(remedy_of_refusal(&classic, None), Remedy::ReplaceToken);
    let api_url = gateway("cloud-2");
    assert_eq!(
        remedy_of_refusal(&scoped, Some("cloud-2")),
        Remedy::CorrectGateway { api_url }
    );
    for cloud_id in [Some("cloud-1"), None] {
        let api_url = "https://acme.atlassian.net".into();
        assert_eq!(
            remedy_of_refusal(&scoped, cloud_id),
            Remedy::CallSite { api_url }
        );
    }
}

fn projects(rows: &[&str], about: &Value) -> Response {
    let row = |key: &&str| json!({ "id": "1", "key": key, "name": "A name", "style": "new" });
    let mut page = about.clone();
    page["values"] = rows.iter().map(row).collect();
    json_answer(200, page)
}

#[tokio::test]
async fn a_page_of_projects_says_where_the_next_begins() {
    for (about, next) in [
        (json!({ "isLast": false, "total": 9 }), Some(102)),
        (json!({ "isLast": true, "total": 900 }), None),
        (json!({ "total": 103 }), Some(102)),
        (json!({ "total": 102 }), None),
        (json!({}), None),
        (json!({ "maxResults": 2 }), Some(102)),
    ] {
        let (client, _) = client(vec![projects(&["A", "B"], &about)]);
        let page = client
            .list_projects(&site(), 100, None)
            .await
            .expect("a page");
        assert_eq!((page.rows.len(), page.next), (2, next), "{about}");
    }
}

#[tokio::test]
async fn words_stay_within_their_parameter() {
    let (client, script) = client(vec![projects(&["A"], &json!({}))]);
    let page = client
        .list_projects(&site(), 0, Some(" a&action=view "))
        .await;
    assert_eq!(page.map(|page| page.rows.len()), Ok(1));
    assert_eq!(
        script.asked(),
        ["GET /ex/jira/cloud-1/rest/api/3/project/search\
          ?startAt=0&maxResults=100&action=create&status=live&query=a%26action%3Dview"]
    );
}

#[tokio::test]
async fn no_project_is_believed_only_when_jira_knows_us() {
    let nothing = || projects(&[], &json!({ "isLast": true }));
    let (known, _) = client(vec![nothing(), myself()]);
    let page = known.list_projects(&site(), 0, None).await.expect("a page");
    assert!(page.rows.is_empty() && page.next.is_none());
    let (stranger, _) = client(vec![nothing(), unauthorized()]);
    assert!(is_refused(stranger.list_projects(&site(), 0, None).await));
}

/// Asks whatever names a project.
async fn ask_of(client: &JiraClient, project: &str, which: usize) -> Result<(), Trouble> {
    let site = site();
    match which {
        0 => client.list_issue_types(&site, project).await.map(drop),
        1 => client.list_fields(&site, project, "1").await.map(drop),
        2 => client.list_fields(&site, "SEC", project).await.map(drop),
        3 => client.list_statuses(&site, project).await.map(drop),
        4 => client.list_epics(&site, project, None).await.map(drop),
        5 => client.find_assignable(&site, project, "a").await.map(drop),
        _ => {
            let wanted = [Permission::BrowseProjects];
            let read = client.read_permissions(&site, Some(project), &wanted);
            read.await.map(drop)
        }
    }
}

#[tokio::test]
async fn nothing_is_asked_of_a_project_that_is_none() {
    for which in 0..=6 {
        for project in ["", "..", "SEC/../x", "SEC?x", "SEC\" OR 1", "SÉC"] {
            let (client, script) = client(vec![]);
            let trouble = ask_of(&client, project, which).await.expect_err("none");
            assert!(is_never(&trouble), "{project}");
            assert!(script.asked().is_empty());
        }
    }
}

#[tokio::test]
async fn a_missing_project_is_believed_only_when_jira_knows_us() {
    for which in 0..=6 {
        for status in [400, 403, 404] {
            let (known, _) = client(vec![refusal(status), myself()]);
            let trouble = ask_of(&known, "SEC", which).await.expect_err("missing");
            assert!(is_never(&trouble) && trouble.words == "No such project.");
            let (stranger, _) = client(vec![refusal(status), unauthorized()]);
            assert!(is_refused(ask_of(&stranger, "SEC", which).await));
        }
    }
}

#[tokio::test]
async fn an_answer_that_lacks_what_is_chosen_by_is_an_error() {
    for (which, wire) in [
        (0, json!({ "issueTypes": [{ "id": "1" }] })),
        (0, json!({ "total": 0 })),
        (
            1,
            json!({ "fields": [{ "fieldId": "x", "name": "X", "required": true }] }),
        ),
        (3, json!([{ "name": "Bug" }])),
        (4, json!({ "issues": [{ "key": "SEC-1" }] })),
        (5, json!([{ "displayName": "Ana" }])),
        (
            6,
            json!({ "permissions": { "EDIT_ISSUES": { "havePermission": true } } }),
        ),
        (6, json!({ "permissions": { "BROWSE_PROJECTS": {} } })),
    ] {
        let (client, _) = client(vec![json_answer(200, wire.clone())]);
        assert!(is_senseless(ask_of(&client, "SEC", which).await), "{wire}");
    }
}

#[tokio::test]
async fn types_are_read_page_after_page_without_a_word_of_the_last() {
    let page = |ids: &[&str], total: Value| {
        let row = |id: &&str| json!({ "id": id, "name": format!("Type {id}"), "subtask": false });
        let rows: Vec<Value> = ids.iter().map(row).collect();
        json_answer(
            200,
            json!({ "issueTypes": rows, "total": total, "maxResults": 2 }),
        )
    };
    for total in [json!(3), Value::Null] {
        let answers = vec![page(&["1", "2"], total.clone()), page(&["3"], total)];
        let (client, script) = client(answers);
        let types = client
            .list_issue_types(&site(), "SEC")
            .await
            .expect("types");
        let ids: Vec<&str> = types.iter().map(|kind: &IssueType| &*kind.id).collect();
        assert_eq!(ids, ["1", "2", "3"]);
        assert!(script.asked()[1].ends_with("/issuetypes?startAt=2&maxResults=200"));
    }
}

#[tokio::test]
async fn a_permission_that_is_lacked_is_told_and_all_lacked_only_by_those_whom_jira_knows() {
    let told = |has: bool| {
        json_answer(
            200,
            json!({ "permissions": {
                "BROWSE_PROJECTS": { "key": "BROWSE_PROJECTS", "havePermission": has },
                "ADMINISTER": { "key": "ADMINISTER", "havePermission": false, "type": "NEW" },
            } }),
        )
    };
    let wanted = [Permission::BrowseProjects, Permission::Administer];
    let (some, script) = client(vec![told(true)]);
    let read = some
        .read_permissions(&site(), Some("SEC"), &wanted)
        .await
        .expect("read");
    assert_eq!(read.values().collect::<Vec<_>>(), [&true, &false]);
    assert!(
        script.asked()[0]
            .ends_with("/mypermissions?projectKey=SEC&permissions=BROWSE_PROJECTS,ADMINISTER")
    );
    let (none, script) = client(vec![told(false), myself()]);
    let read = none
        .read_permissions(&site(), None, &wanted)
        .await
        .expect("read");
    assert!(!read.values().any(|has| *has) && script.is_used_up());
    let (stranger, _) = client(vec![told(false), unauthorized()]);
    assert!(is_refused(
        stranger.read_permissions(&site(), None, &wanted).await
    ));
    let (silent, _) = client(vec![]);
    assert_eq!(
        silent.read_permissions(&site(), None, &[]).await,
        Ok([].into())
    );
}

#[tokio::test]
async fn people_and_statuses_are_told_as_far_as_they_are_known() {
    let people = json!([
        { "accountId": "1", "displayName": "ana@example.com", "active": false },
        { "accountId": "2", "accountType": "robot" },
    ]);
    let statuses = json!([{ "id": "1", "name": "Bug", "statuses": [
        { "name": "Erledigt", "statusCategory": { "key": "done" } },
        { "name": "Offen", "statusCategory": { "key": "frozen" } },
        { "name": "Neu" },
    ] }]);
    let (client, script) = client(vec![json_answer(200, people), json_answer(200, statuses)]);
    let found = client
        .find_assignable(&site(), "SEC", "ana b")
        .await
        .expect("people");
    let person = |account_id: &str, display_name: &str, active| Person {
        account_id: account_id.into(),
        display_name: display_name.into(),
        active,
    };
    let expected = [
        person("1", "[e-mail address]", false),
        person("2", "Somebody", true),
    ];
    assert_eq!(found, expected);
    assert!(script.asked()[0].ends_with("/search?project=SEC&query=ana+b&maxResults=50"));
    let listed = client
        .list_statuses(&site(), "SEC")
        .await
        .expect("statuses");
    let done: Vec<bool> = listed[0].1.iter().map(|status| status.done).collect();
    assert_eq!(
        (&*listed[0].0, &done[..]),
        ("Bug", &[true, false, false][..])
    );
}

#[test]
fn every_permission_has_a_word_and_a_sentence_of_its_own() {
    let words = Permission::ALL.map(Permission::word);
    let sentences = Permission::ALL.map(Permission::meaning);
    for list in [words, sentences] {
        let different: std::collections::BTreeSet<_> = list.into_iter().collect();
        assert_eq!(different.len(), Permission::ALL.len());
    }
    assert!(
        sentences
            .iter()
            .all(|it| it.starts_with("Without it ") && it.ends_with('.'))
    );
    assert_eq!(Permission::OF_PROJECT, Permission::ALL[..9]);
}
