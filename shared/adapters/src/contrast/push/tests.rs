use domain::{
    case::{Phase, Score, Severity},
    rich_text::RichText,
};
use secrecy::SecretString;
use serde_json::json;

use super::*;

const ORG: &str = "0aa11111-2222-3333-4444-5555555555ff";

fn org() -> OrgId {
    OrgId::new(ORG).unwrap()
}

fn secret(header: &[&str], basic: &[&str]) -> ConnectionSecret {
    let secrets = |list: &[&str]| {
        let list = list.iter().map(|text| SecretString::from(*text));
        list.collect::<Vec<_>>().into()
    };
    ConnectionSecret {
        username: "u".into(),
        service_key: "s".into(),
        api_key: "a".into(),
        webhook_secrets: secrets(header),
        webhook_basic: secrets(basic),
    }
}

fn header(text: &str) -> Presented<'_> {
    Presented {
        secret_header: Some(text),
        authorization: None,
    }
}

fn authorization(text: &str) -> Presented<'_> {
    Presented {
        secret_header: None,
        authorization: Some(text),
    }
}

fn accepts(presented: Presented<'_>, secret: &ConnectionSecret) -> bool {
    verify(b"{}", presented, secret).is_ok()
}

#[test]
fn either_of_two_secrets_opens_the_door_and_no_other_does() {
    let rotating = secret(&["old", "new"], &["bot:pass"]);
    assert!(accepts(header("old"), &rotating));
    assert!(accepts(header("new"), &rotating));
    for wrong in ["", "ol", "old ", "older", "bot:pass", "OLD"] {
        assert!(!accepts(header(wrong), &rotating), "{wrong}");
    }
    assert!(!accepts(Presented::default(), &rotating));
}

#[test]
fn basic_credentials_open_the_door_too() {
    let basic = secret(&[], &["bot:pass"]);
    let with = |scheme: &str, text: &str| format!("{scheme} {}", STANDARD.encode(text));
    assert!(accepts(authorization(&with("Basic", "bot:pass")), &basic));
    assert!(accepts(authorization(&with("basic", "bot:pass")), &basic));
    assert!(!accepts(authorization(&with("Bearer", "bot:pass")), &basic));
    assert!(!accepts(authorization(&with("Basic", "bot:")), &basic));
    assert!(!accepts(authorization("Basic ???"), &basic));
    assert!(!accepts(authorization("bot:pass"), &basic));
    assert!(!accepts(header("bot:pass"), &basic));
}

#[test]
fn an_empty_secret_opens_nothing() {
    let empty = secret(&["", " "], &["", ":", "bot:"]);
    for text in ["", " "] {
        assert!(!accepts(header(text), &empty));
    }
    for text in ["", ":", "bot:"] {
        let text = format!("Basic {}", STANDARD.encode(text));
        assert!(!accepts(authorization(&text), &empty), "{text}");
    }
    assert!(!accepts(Presented::default(), &secret(&[], &[])));
}

fn decode(body: &Value) -> Result<Vec<PushItem>, Malformed> {
    decode_bytes(body.to_string().as_bytes())
}

fn decode_bytes(body: &[u8]) -> Result<Vec<PushItem>, Malformed> {
    let Ok(push) = verify(body, header("s"), &secret(&["s"], &[])) else {
        panic!("the push was not verified")
    };
    push.decode(&org())
}

fn only_case(body: &Value) -> (CaseId, CaseFacts, Option<Moment>) {
    match decode(body).unwrap().pop() {
        Some(PushItem::Case { case, facts, at }) => (case, *facts, at),
        other => panic!("no case: {other:?}"),
    }
}

#[test]
fn an_incident_is_read_with_all_it_tells() {
    let (case, facts, at) = only_case(&json!({
        "organizationUuid": ORG.to_uppercase(),
        "incidentId": "INC-2026-7", "incidentName": "Injection on \"/pay\"",
        "eventType": "contrast_security_incidentalert", "alertType": "incident_updated",
        "status": "OPEN", "score": 9.8, "severity": "critical", "summary": "It\nhappened",
        "url": "https://host.example/incidents/INC-2026-7",
        "createdTime": "2026-01-01T10:00:00.000Z", "updatedTime": "2026-01-02T12:00:00Z",
        "timestamp": "2026-01-02T12:05:00.123456789Z",
        "relatedRules": ["sql-injection", "sql-injection"], "relatedApplications": ["shop"],
        "recommendedActions": ["{{#paragraph}}Bind{{/paragraph}}", "Plain"],
        "recommendedRunbooks": ["https://host.example/r", "javascript:x"],
        "httpSourceIp": [{"ipAddress": "10.0.0.5", "count": "2", "blocked": false},
                         {"ipAddress": "10.0.0.6", "count": 3}],
        "servers": [{"hostname": "web-1", "environment": "QA", "operatingSystem": "Linux", "id": "x"}]
    }));
    assert_eq!(case.to_string(), format!("{ORG}/incident/INC-2026-7"));
    assert_eq!(at, Moment::parse("2026-01-02T12:05:00.123Z"));
    assert_eq!(facts.name.as_deref(), Some("Injection on \"/pay\""));
    assert_eq!(facts.phase, Some(Phase::Open));
    assert_eq!(facts.severity, Some(Severity::Critical));
    assert_eq!(facts.score, Score::new(9.8));
    assert_eq!(facts.summary.as_deref(), Some("It\nhappened"));
    assert_eq!(
        facts.url.as_deref(),
        Some("https://host.example/incidents/INC-2026-7")
    );
    assert_eq!(facts.updated_at, Moment::parse("2026-01-02T12:00:00Z"));
    assert_eq!(facts.rules, ["sql-injection"]);
    assert_eq!(facts.applications.len(), 1);
    assert_eq!(facts.environments, ["QA"]);
    assert_eq!(facts.servers.first().unwrap().hostname, "web-1");
    assert_eq!(facts.runbooks, ["https://host.example/r"]);
    let counts: Vec<_> = facts
        .source_addresses
        .iter()
        .map(|a| (a.count, a.blocked))
        .collect();
    assert_eq!(counts, [(Some(2), Some(false)), (Some(3), None)]);
    let actions = [RichText::from_plain("Bind"), RichText::from_plain("Plain")];
    assert_eq!(facts.recommended_actions, actions);
}

#[test]
fn an_issue_is_read_with_all_it_tells() {
    let (case, facts, at) = only_case(&json!({
        "issueId": "ISS-2026-1", "title": "Weak hash", "description": "MD5 is used",
        "applicationId": "app-1", "applicationName": "shop", "ruleId": "crypto-bad-mac",
        "httpRoute": "/pay", "environments": ["DEVELOPMENT"], "score": "1.7", "severity": "LOW",
        "status": "closed", "closedTime": null, "updateTime": "2026-03-24T16:30:00.000Z",
        "relatedIncidents": ["INC-2026-7"], "organizationUuid": ORG
    }));
    assert_eq!(case.kind(), CaseKind::Issue);
    assert_eq!(at, Moment::parse("2026-03-24T16:30:00Z"));
    assert_eq!(
        (facts.name.as_deref(), facts.phase),
        (Some("Weak hash"), Some(Phase::Closed))
    );
    assert_eq!(facts.summary.as_deref(), Some("MD5 is used"));
    assert_eq!(facts.score, Score::new(1.7));
    let application = facts.applications.first().unwrap();
    assert_eq!(
        (application.id.as_deref(), &*application.name),
        (Some("app-1"), "shop")
    );
    assert_eq!(
        (facts.rules, facts.request_urls),
        (vec!["crypto-bad-mac".into()], vec!["/pay".into()])
    );
    assert_eq!(facts.environments, ["DEVELOPMENT"]);
}

#[test]
fn items_are_told_apart_in_the_right_order() {
    let items = decode(&json!([
        {"observationId": "A-1", "incidentId": "INC-1"},
        {"eventUuid": "u", "issueId": "ISS-1"},
        {"incidentId": "INC-1", "issueId": "ISS-1"},
        {"incidentId": null, "issueId": "ISS-1"},
        {"incidentId": "INC-1", "organizationUuid": "other"},
        {"hello": 1}
    ]))
    .unwrap();
    let kinds: Vec<String> = items
        .iter()
        .map(|item| match item {
            PushItem::Attack => "attack".to_owned(),
            PushItem::Case { case, .. } => case.number().to_owned(),
            PushItem::Foreign(reason) => (*reason).to_owned(),
        })
        .collect();
    let neither = "neither an attack, nor an incident, nor an issue";
    assert_eq!(
        kinds,
        [
            "attack",
            "attack",
            "INC-1",
            "ISS-1",
            "another organisation",
            neither
        ]
    );
}

#[test]
fn a_field_of_the_wrong_type_is_left_out_and_the_rest_is_read() {
    let (_, facts, at) = only_case(&json!({
        "incidentId": "INC-1", "incidentName": 5, "status": ["open"], "score": "high", "severity": {},
        "summary": false, "relatedRules": "xss", "httpSourceIp": "10.0.0.1", "servers": [1, null],
        "timestamp": 12, "url": "ftp://x", "recommendedActions": [{}], "organizationUuid": 5
    }));
    assert_eq!(at, None);
    assert_eq!(
        facts,
        CaseFacts {
            rules: vec!["xss".into()],
            ..CaseFacts::default()
        }
    );
}

#[test]
fn lists_and_texts_are_bounded() {
    let many: Vec<String> = (0..1_000).map(|n| format!("rule-{n}")).collect();
    let (_, facts, _) = only_case(&json!({
        "incidentId": "INC-1", "incidentName": "n".repeat(9_000), "summary": "s".repeat(9_000),
        "relatedRules": many, "recommendedActions": ["{{#paragraph}}".to_owned() + &"w ".repeat(50_000)]
    }));
    assert_eq!(facts.name.unwrap().chars().count(), 500);
    assert_eq!(facts.summary.unwrap().chars().count(), 4_000);
    assert_eq!(facts.rules.len(), 200);
    assert!(facts.recommended_actions.first().unwrap().to_plain().len() <= 20_000);
}

#[test]
fn what_is_no_push_of_contrast_is_malformed() {
    let reason = |body: &[u8]| decode_bytes(body).unwrap_err().to_string();
    assert_eq!(reason(b"{"), "the body is not JSON");
    assert_eq!(reason(b"\xff"), "the body is not JSON");
    assert_eq!(reason(b"5"), "the body is neither an object nor a list");
    assert_eq!(reason(b"[[]]"), "an entry of the list is not an object");
    assert_eq!(
        reason("[".repeat(10_000).as_bytes()),
        "the body is not JSON"
    );
    assert_eq!(
        reason(br#"{"incidentId":"../x"}"#),
        "an incident's id is not an id"
    );
    assert_eq!(
        reason(br#"{"incidentId":".."}"#),
        "an incident's id is not an id"
    );
    assert_eq!(
        reason(br#"{"incidentId":""}"#),
        "an incident's id is not an id"
    );
    assert_eq!(reason(br#"{"issueId":7}"#), "an issue's id is not an id");
    let many = json!(vec![json!({}); 501]);
    assert_eq!(
        reason(many.to_string().as_bytes()),
        "the list has more than 500 entries"
    );
    assert_eq!(decode(&json!([])), Ok(Vec::new()));
}
