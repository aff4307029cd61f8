use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use domain::{
    case::{CaseId, Phase},
    comment::{CommentId, Nonce},
    moment::Moment,
    ports::{Clock, Found, TicketSide},
    rich_text::{RichText, paragraph, text},
    settings::Site,
    ticket::{RemoteLink, SiteName, TicketDraft, TicketId, TicketMarker},
    trouble::{Effect, Peer, RefusalKind, Trouble, TroubleKind},
};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::JiraClient;
use crate::{
    http::{Caller, Http, Request, Response, SendFailure},
    secrets::{PeerSecret, Secrets, SiteSecret},
};

/// Answers in the order in which they were written down, and keeps what it was asked.
#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<Result<Response, SendFailure>>>,
    asked: Mutex<Vec<Request>>,
}

impl Script {
    fn asked(&self) -> Vec<String> {
        let asked = self.asked.lock().expect("unlocked");
        asked
            .iter()
            .map(|request| {
                format!(
                    "{} {}",
                    request.method(),
                    request.uri().path_and_query().expect("a path")
                )
            })
            .collect()
    }

    fn body(&self, index: usize) -> Value {
        serde_json::from_slice(self.asked.lock().expect("unlocked")[index].body()).expect("JSON")
    }

    fn authorization(&self, index: usize) -> String {
        let asked = self.asked.lock().expect("unlocked");
        asked[index].headers()["authorization"]
            .to_str()
            .expect("ASCII")
            .to_owned()
    }

    fn is_used_up(&self) -> bool {
        self.answers.lock().expect("unlocked").is_empty()
    }
}

#[async_trait]
impl Http for Script {
    async fn send(&self, request: Request) -> Result<Response, SendFailure> {
        self.asked.lock().expect("unlocked").push(request);
        self.answers
            .lock()
            .expect("unlocked")
            .pop_front()
            .expect("one more answer")
    }
}

/// Moves on when waited for.
struct Still(Mutex<Moment>);

#[async_trait]
impl Clock for Still {
    fn now(&self) -> Moment {
        *self.0.lock().expect("unlocked")
    }

    async fn wait_ms(&self, ms: u64) {
        let mut now = self.0.lock().expect("unlocked");
        *now = now.plus_ms(ms);
    }
}

/// A remembered token, and the one that stands in the vault.
struct Vault(&'static str, &'static str);

#[async_trait]
impl Secrets for Vault {
    async fn read(&self, _: &Peer, fresh: bool) -> Result<PeerSecret, Trouble> {
        let token = if fresh { self.1 } else { self.0 };
        Ok(PeerSecret::Site(Arc::new(SiteSecret {
            email: SecretString::from("bot@example.com"),
            api_token: SecretString::from(token),
            webhook_secrets: Vec::new(),
        })))
    }
}

fn client_with(
    vault: Vault,
    answers: Vec<Result<Response, SendFailure>>,
) -> (JiraClient, Arc<Script>) {
    let script = Arc::new(Script {
        answers: Mutex::new(answers.into()),
        ..Script::default()
    });
    let clock = Arc::new(Still(Mutex::new(Moment::from_epoch_ms(1_700_000_000_000))));
    let caller = Caller::new(Arc::clone(&script) as Arc<dyn Http>, clock, 60_000);
    (JiraClient::new(caller, Arc::new(vault)), script)
}

fn client(answers: Vec<Response>) -> (JiraClient, Arc<Script>) {
    client_with(Vault("old", "old"), answers.into_iter().map(Ok).collect())
}

fn answer(status: u16, kind: &str, body: &str) -> Response {
    let response = http::Response::builder()
        .status(status)
        .header("content-type", kind);
    response.body(body.as_bytes().to_vec()).expect("a response")
}

#[allow(clippy::needless_pass_by_value)] // Written with `json!` at each call.
fn json_answer(status: u16, body: Value) -> Response {
    answer(status, "application/json;charset=UTF-8", &body.to_string())
}

fn unauthorized() -> Response {
    json_answer(
        401,
        json!({ "message": "Client must be authenticated.", "status-code": 401 }),
    )
}

fn myself() -> Response {
    json_answer(200, json!({ "accountId": "bot", "displayName": "Bot" }))
}

fn site() -> Site {
    Site {
        name: SiteName::new("acme").expect("a name"),
        url: "https://acme.atlassian.net".into(),
        api_url: "https://api.atlassian.com/ex/jira/cloud-1".into(),
    }
}

fn ticket() -> TicketId {
    TicketId::new("10001").expect("an id")
}

fn marker() -> TicketMarker {
    TicketMarker {
        case: CaseId::parse("org-1/incident/INC-2026-1").expect("a case"),
        nonce: "n1".into(),
    }
}

fn draft() -> TicketDraft {
    TicketDraft {
        project: "SEC".into(),
        issue_type: "Bug".into(),
        summary: "s".into(),
        description: words("d"),
        priority: None,
        labels: Vec::new(),
        assignee: None,
        parent: None,
        fields: Vec::new(),
        marker: marker(),
    }
}

fn words(words: &str) -> RichText {
    RichText {
        blocks: vec![paragraph(vec![text(words)])],
    }
}

fn doc(words: &str) -> Value {
    json!({ "type": "doc", "version": 1, "content": [{ "type": "paragraph", "content": [{ "type": "text", "text": words }] }] })
}

fn status(category: &str) -> Value {
    json!({ "id": "1", "name": "Irgendwas", "statusCategory": { "id": 1, "key": category, "name": "x" } })
}

fn wire_ticket(category: &str) -> Value {
    json!({
        "id": "10001",
        "key": "SEC-1",
        "fields": {
            "status": status(category),
            "priority": { "id": "2", "name": "High" },
            "resolution": { "id": "1", "name": "Done" },
            "description": doc("d"),
            "updated": "2026-03-09T22:52:12.131+0000",
        },
        "properties": { "northstar-jira-sync": { "case": "org-1/incident/INC-2026-1", "nonce": "n1" } },
        "transitions": [{ "id": "31", "name": "Close", "to": status("done") }],
    })
}

/// A comment in a listing that was asked for its properties.
fn wire_comment(id: u64, properties: Option<Value>) -> Value {
    let mut comment = json!({
        "id": id.to_string(),
        "self": format!("https://acme.atlassian.net/rest/api/3/issue/10001/comment/{id}"),
        "author": { "accountId": "u", "displayName": "Ann Example" },
        "body": doc("c"),
        "created": "2026-03-09T22:52:12.131+0000",
        "updated": "2026-03-09T22:52:12.131+0000",
        "jsdPublic": true,
    });
    if let Some(properties) = properties {
        comment["properties"] = properties;
    }
    comment
}

fn comment_page(total: u64, ids: impl Iterator<Item = u64>) -> Response {
    let comments: Vec<Value> = ids.map(|id| wire_comment(id, Some(json!([])))).collect();
    json_answer(
        200,
        json!({ "startAt": 0, "maxResults": 100, "total": total, "comments": comments }),
    )
}

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
    assert_eq!(reading.transitions[0].to_phase, Phase::Closed);
    assert_eq!(
        script.asked(),
        [
            "GET /ex/jira/cloud-1/rest/api/3/issue/10001?fields=status,priority,resolution,description,updated,project,labels&expand=transitions&properties=northstar-jira-sync"
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
async fn a_replaced_token_is_taken_up_at_the_first_refusal() {
    let answers = vec![
        Ok(unauthorized()),
        Ok(json_answer(201, json!({ "id": "10001", "key": "SEC-1" }))),
    ];
    let (client, script) = client_with(Vault("old", "new"), answers);
    let opened = client
        .create_ticket(&site(), &draft())
        .await
        .expect("opened");
    assert_eq!(opened.key.as_str(), "SEC-1");
    assert_eq!(
        script.authorization(1),
        "Basic Ym90QGV4YW1wbGUuY29tOm5ldw=="
    );
}

#[tokio::test]
async fn a_refused_token_that_was_not_replaced_is_not_tried_again() {
    for (vault, calls) in [(Vault("old", "old"), 1), (Vault("old", "new"), 2)] {
        let answers = vec![Ok(unauthorized()); calls];
        let (client, script) = client_with(vault, answers);
        let trouble = client
            .read_ticket(&site(), &ticket())
            .await
            .expect_err("refused");
        assert_eq!(
            trouble.kind,
            TroubleKind::CredentialsRefused(Peer::Site(site().name))
        );
        assert!(script.is_used_up());
        assert!(!format!("{trouble:?}").contains("bot@example.com"));
    }
}

#[tokio::test]
async fn a_ticket_is_absent_only_for_those_whom_jira_knows() {
    let missing = || {
        json_answer(
            404,
            json!({ "errorMessages": ["Issue does not exist."], "errors": {} }),
        )
    };
    let (known, _) = client(vec![missing(), myself()]);
    assert_eq!(
        known.read_ticket(&site(), &ticket()).await,
        Ok(Found::Absent)
    );
    let (stranger, _) = client(vec![missing(), unauthorized()]);
    let trouble = stranger
        .read_ticket(&site(), &ticket())
        .await
        .expect_err("refused");
    assert!(matches!(trouble.kind, TroubleKind::CredentialsRefused(_)));
    // A page that is in Jira's place tells nothing of tickets.
    let (page, _) = client(vec![answer(
        404,
        "text/html",
        "<html>Your site is unavailable</html>",
    )]);
    let trouble = page
        .read_ticket(&site(), &ticket())
        .await
        .expect_err("no answer of Jira's");
    assert!(matches!(trouble.kind, TroubleKind::AgainLater { .. }));
}

#[tokio::test]
async fn finding_nothing_is_believed_only_when_jira_knows_us() {
    let nothing = || json_answer(200, json!({ "issues": [], "isLast": true }));
    let (known, script) = client(vec![nothing(), myself()]);
    assert_eq!(
        known.find_by_label(&site(), "northstar_INC-1_ab").await,
        Ok(vec![])
    );
    assert_eq!(
        script.body(0),
        json!({
            "jql": "labels = \"northstar_INC-1_ab\" ORDER BY created ASC",
            "fields": ["status", "priority", "resolution", "updated"],
            "maxResults": 100,
            "properties": ["northstar-jira-sync"],
        })
    );
    let (stranger, _) = client(vec![
        nothing(),
        json_answer(200, json!({ "displayName": "?" })),
    ]);
    let trouble = stranger
        .find_by_label(&site(), "x")
        .await
        .expect_err("a stranger");
    assert!(matches!(trouble.kind, TroubleKind::CredentialsRefused(_)));
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
async fn a_creation_is_not_sent_again_when_nobody_knows_what_became_of_it() {
    let fates = [
        Ok(answer(500, "text/html", "<html></html>")),
        Err(SendFailure::Unknown("timed out".into())),
        Ok(answer(201, "text/html", "<html>welcome</html>")),
        Ok(json_answer(201, json!({ "id": 7 }))),
    ];
    for fate in fates {
        let (client, script) = client_with(Vault("old", "old"), vec![fate]);
        let trouble = client
            .create_ticket(&site(), &draft())
            .await
            .expect_err("unknown");
        assert!(trouble.effect_is_unknown(), "{trouble:?}");
        assert!(script.is_used_up());
    }
}

#[tokio::test]
async fn refused_fields_are_named_with_jiras_words() {
    let refusal = json!({
        "errorMessages": ["Something about ann@example.com."],
        "errors": {
            "assignee": "User 'ann@example.com' cannot be assigned issues.",
            "customfield_1": "Team is required.",
            "labels": "The label is wrong.",
        },
    });
    let (client, _) = client(vec![json_answer(400, refusal)]);
    let trouble = client
        .create_ticket(&site(), &draft())
        .await
        .expect_err("refused");
    let TroubleKind::Never { fields } = &trouble.kind else {
        panic!("{trouble:?}")
    };
    let kinds: Vec<(&str, RefusalKind)> = fields
        .iter()
        .map(|field| (field.field.as_str(), field.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            ("assignee", RefusalKind::CannotBeSet),
            ("customfield_1", RefusalKind::Required),
            ("labels", RefusalKind::Other)
        ]
    );
    assert!(trouble.words.contains("Team is required."));
    assert!(!format!("{trouble:?}").contains("ann@example.com"));
}

#[tokio::test]
async fn errors_come_in_many_forms() {
    for (response, shown) in [
        (
            json_answer(403, json!({ "errorMessages": ["No permission."] })),
            "No permission.",
        ),
        (
            answer(
                400,
                "application/problem+json",
                r#"{"title":"Bad","detail":"Very bad"}"#,
            ),
            "Bad Very bad",
        ),
        (
            answer(403, "text/html", "<html><b>secret page</b></html>"),
            "answered 403 Forbidden",
        ),
        (
            answer(400, "application/json", "<html>not what it says</html>"),
            "answered 400 Bad Request",
        ),
        (
            answer(302, "text/html", ""),
            "answered 302 Found, a redirect; is this the address of a Jira site?",
        ),
        (
            json_answer(413, json!({ "errorMessages": ["x ".repeat(5_000)] })),
            "x x x",
        ),
    ] {
        let (client, _) = client(vec![response]);
        let trouble = client
            .create_ticket(&site(), &draft())
            .await
            .expect_err("refused");
        assert_eq!(trouble.kind, TroubleKind::Never { fields: vec![] });
        assert!(trouble.words.starts_with(shown), "{}", trouble.words);
        assert!(trouble.words.chars().count() <= 500);
    }
}

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
        Ok(())
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
