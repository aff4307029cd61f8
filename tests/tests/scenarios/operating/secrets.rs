//! Secrets: written, rotated, shown to a person and to nobody else.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use adapters::secrets::{
    ConnectionSecret, SiteSecret,
    keeping::{Kept, SecretKeeper},
    name_of,
};
use async_trait::async_trait;
use domain::{
    settings::ConnectionName,
    ticket::SiteName,
    trouble::{Peer, Trouble},
};
use operate::{
    failure::{Failure, Kind},
    options::SecretsCommand,
    secrets,
};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::{piping, typing};

const TOKEN: &str = "planted-token-";
const CREDENTIALS: &str =
    r#"{"username":"bot","service_key":"planted-key","api_key":"planted-api"}"#;

/// Secrets in memory, each with a version that counts.
#[derive(Default)]
struct Shelf(Mutex<BTreeMap<String, (u64, String)>>);

impl Shelf {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, (u64, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lay(&self, name: &str, secret: &Value) {
        let mut shelf = self.lock();
        let version = shelf.get(name).map_or(0, |(version, _)| *version) + 1;
        shelf.insert(name.to_owned(), (version, secret.to_string()));
    }

    fn text(&self, name: &str) -> String {
        self.lock().get(name).expect("a secret").1.clone()
    }

    fn connection(&self) -> ConnectionSecret {
        serde_json::from_str(&self.text("connections/acme")).expect("a connection's secret")
    }

    fn site(&self) -> SiteSecret {
        serde_json::from_str(&self.text("sites/jira")).expect("a site's secret")
    }
}

#[async_trait]
impl SecretKeeper for Shelf {
    fn name(&self, peer: &Peer) -> String {
        name_of(peer)
    }

    async fn read(&self, peer: &Peer) -> Result<Option<Kept>, Trouble> {
        let shelf = self.lock();
        let kept = shelf.get(&name_of(peer));
        Ok(kept.map(|(version, text)| Kept {
            text: text.clone().into(),
            version: version.to_string(),
        }))
    }

    async fn create(&self, peer: &Peer, text: &str) -> Result<(), Trouble> {
        self.lock().insert(name_of(peer), (1, text.to_owned()));
        Ok(())
    }

    async fn replace(&self, peer: &Peer, version: &str, text: &str) -> Result<(), Trouble> {
        let mut shelf = self.lock();
        let (current, kept) = shelf.get_mut(&name_of(peer)).expect("a secret");
        assert_eq!(*version, current.to_string(), "it replaces what was read");
        (*current, *kept) = (*current + 1, text.to_owned());
        Ok(())
    }
}

fn connection() -> Peer {
    Peer::Connection(ConnectionName::new("acme").expect("a name"))
}

fn site() -> Peer {
    Peer::Site(SiteName::new("jira").expect("a name"))
}

/// Runs a command with something piped in; nothing that is planted may be printed.
async fn quietly(shelf: &Shelf, piped: &str, command: SecretsCommand) -> Result<String, Failure> {
    let count = Mutex::new(0);
    let token = move || {
        let mut count = count.lock().unwrap_or_else(PoisonError::into_inner);
        *count += 1;
        format!("{TOKEN}{count}")
    };
    let (became, told) = piping(piped, async |talk| {
        secrets::run(shelf, command, &token, talk).await
    })
    .await;
    let refusal = became.as_ref().err().map(ToString::to_string);
    let printed = format!("{told}{}", refusal.unwrap_or_default());
    assert!(
        !printed.contains("planted"),
        "a secret is printed: {printed}"
    );
    became.map(|()| told)
}

async fn put(shelf: &Shelf, secret: Peer, piped: &str) -> Result<String, Failure> {
    let from = "-".into();
    quietly(shelf, piped, SecretsCommand::Put { secret, from }).await
}

#[tokio::test]
async fn a_secret_that_does_not_exist_is_made_with_a_webhook_secret_of_its_own() {
    let shelf = Shelf::default();
    let told = put(&shelf, connection(), CREDENTIALS)
        .await
        .expect("it is made");
    assert!(told.contains("show-webhook connections/acme"), "{told}");
    let made = shelf.connection();
    assert_eq!(made.service_key.expose_secret(), "planted-key");
    let generated = format!("{TOKEN}1{TOKEN}2");
    assert!(made.webhook_secrets.has(Some(generated.as_bytes())));
    let show = || SecretsCommand::ShowWebhook {
        secret: connection(),
    };
    let refused = quietly(&shelf, "", show()).await.expect_err("no terminal");
    assert_eq!(refused.kind, Kind::Usage);
    let (became, shown) = typing("", async |talk| {
        secrets::run(&shelf, show(), &String::new, talk).await
    })
    .await;
    assert_eq!((became, shown), (Ok(()), format!("{generated}\n")));
}

#[tokio::test]
async fn what_the_file_does_not_name_stays_and_so_does_the_generated_webhook_secret() {
    let shelf = Shelf::default();
    shelf.lay(
        "sites/jira",
        &json!({ "webhook_secret": "planted-generated" }),
    );
    let text = "email = \"bot@example.com\"\napi_token = \"planted-1\"\n";
    let told = put(&shelf, site(), text).await.expect("it is written");
    assert!(
        told.contains("api_token: new") && told.contains("webhook secrets: 1 kept"),
        "{told}"
    );
    let told = put(&shelf, site(), r#"{"api_token":"planted-2"}"#).await;
    assert!(told.expect("it is written").contains("api_token: changed"));
    let kept = shelf.site();
    assert_eq!(kept.email.expose_secret(), "bot@example.com");
    assert_eq!(kept.api_token.expose_secret(), "planted-2");
    assert!(kept.webhook_secrets.has(Some(b"planted-generated")));
}

#[tokio::test]
async fn webhook_secrets_of_the_file_take_the_place_of_all_others() {
    let shelf = Shelf::default();
    shelf.lay(
        "sites/jira",
        &json!({ "webhook_secret": "planted-generated" }),
    );
    let text =
        r#"{"email":"bot@example.com","api_token":"planted-1","webhook_secrets":["planted-ours"]}"#;
    let told = put(&shelf, site(), text).await.expect("it is written");
    assert!(told.contains("1 webhook secret(s) dropped"), "{told}");
    let keys = shelf.site().webhook_secrets;
    assert!(keys.has(Some(b"planted-ours")) && !keys.has(Some(b"planted-generated")));
}

#[tokio::test]
async fn a_rotation_accepts_both_webhook_secrets_until_it_is_finished() {
    let shelf = Shelf::default();
    let generated = json!({
        "email": "bot@example.com", "api_token": "planted-1", "webhook_secret": "planted-old",
    });
    shelf.lay("sites/jira", &generated);
    let rotate = |finish| SecretsCommand::RotateWebhook {
        secret: site(),
        finish,
    };
    let told = quietly(&shelf, "", rotate(true)).await.expect("an answer");
    assert!(told.contains("nothing to finish"), "{told}");
    quietly(&shelf, "", rotate(false))
        .await
        .expect("a rotation");
    let new = format!("{TOKEN}1{TOKEN}2");
    let keys = shelf.site().webhook_secrets;
    assert!(keys.has(Some(b"planted-old")) && keys.has(Some(new.as_bytes())));
    let refused = quietly(&shelf, "", rotate(false))
        .await
        .expect_err("one at a time");
    assert!(refused.remedy.contains("--finish"), "{refused}");
    quietly(&shelf, "", rotate(true))
        .await
        .expect("the end of it");
    let keys = shelf.site().webhook_secrets;
    assert!(!keys.has(Some(b"planted-old")) && keys.has(Some(new.as_bytes())));
}

#[tokio::test]
async fn what_the_functions_could_not_read_is_not_written_and_not_repeated() {
    let shelf = Shelf::default();
    let before = json!({ "email": "bot@example.com", "api_token": "planted-1" });
    shelf.lay("sites/jira", &before);
    for piped in [
        "{\n\"api_token\": planted}",
        "api_token = planted",
        "[\"planted\"]",
        r#"{"planted-key":"planted"}"#,
        r#"{"api_token":["planted"]}"#,
        r#"{"api_token":" "}"#,
        r#"{"webhook_secrets":[{"planted":"planted"}]}"#,
        r#"{"webhook_basic":["planted:planted"]}"#,
    ] {
        let refused = put(&shelf, site(), piped).await.expect_err("a refusal");
        assert_eq!(refused.kind, Kind::Faulty, "{piped}: {refused}");
    }
    assert_eq!(shelf.text("sites/jira"), before.to_string());
    let refused = put(&shelf, connection(), "{}")
        .await
        .expect_err("a refusal");
    for key in ["username", "service_key", "api_key"] {
        assert!(refused.words.contains(key), "{refused}");
    }
    assert!(!shelf.lock().contains_key("connections/acme"));
}
