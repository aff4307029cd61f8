//! Forms, read and changed.

use domain::{settings::ConnectionName, ticket::SiteName};

use super::*;

fn form(text: &str) -> Form {
    Form::parse(text).expect("a form")
}

fn site() -> Peer {
    Peer::Site(SiteName::new("jira").expect("a name"))
}

fn connection() -> Peer {
    Peer::Connection(ConnectionName::new("acme").expect("a name"))
}

#[test]
fn each_fault_is_told_by_its_key_and_a_key_that_nothing_reads_by_none() {
    let given = form(r#"{"username":"u","api_key":" ","webhook_basic":["x"],"planted":"planted"}"#);
    let faults = given.faults_for(&connection());
    let keys: Vec<Option<&str>> = faults.iter().map(|fault| fault.key).collect();
    let wanted = [
        Some("service_key"),
        Some("api_key"),
        Some("webhook_basic"),
        None,
    ];
    assert_eq!(keys, wanted);
    assert!(!format!("{faults:?}{given:?}").contains("planted"));
}

#[test]
fn a_description_tells_numbers_and_no_secret() {
    let given = form("email = 'bot'\napi_token = 'planted'\nwebhook_secret = 'planted'\n");
    let described = given.describe(&site());
    let wanted = [("email", true), ("api_token", true)];
    assert_eq!(described.credentials, wanted);
    assert_eq!((described.webhook_secrets, described.has_basic), (1, false));
    assert!(described.faults.is_empty());
    assert!(!format!("{described:?}").contains("planted"));
}

#[test]
fn a_new_webhook_secret_stands_before_the_one_it_replaces() {
    let mut given = form("webhook_secret = 'old'");
    given.add_webhook_secret("new".to_owned());
    assert_eq!(given.webhook_texts(), ["new", "old"]);
    given.keep_first_webhook_secret();
    assert_eq!(given.webhook_texts(), ["new"]);
}

#[test]
fn webhook_secrets_that_are_no_texts_are_refused() {
    for text in [
        r#"{"webhook_secret":1}"#,
        r#"{"webhook_secrets":[" "]}"#,
        r#"{"webhook_secrets":"one"}"#,
    ] {
        assert_eq!(Form::parse(text).err(), Some(NotAForm::WebhookSecrets));
    }
    let broken = Form::parse("email = 'bot'\napi_token = planted");
    assert_eq!(broken.err(), Some(NotAForm::Unreadable(2)));
}
