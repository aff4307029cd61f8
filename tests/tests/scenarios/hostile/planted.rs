//! Secrets that are planted so that they can be looked for, and the places to look.
//!
//! None of them opens a door anywhere.

use std::{cell::RefCell, io::Write, sync::Once};

use adapters::secrets::SecretsDocument;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use simulators::{contrast, jira::Jira};
use tracing::Metadata;
use tracing_subscriber::{
    Layer as _, Registry,
    filter::DynFilterFn,
    layer::{Context, SubscriberExt as _},
};

use super::stage::Stage;

pub const USER: &str = "planted-account-0c51@example.com";
pub const SERVICE_KEY: &str = "PLANTEDSVCKEY7Q4";
pub const API_KEY: &str = "planted+api/key=b81e";
pub const PUSHES: [&str; 2] = ["planted-push-secret-11f0", "planted-push-secret-22e9"];
pub const BASIC: &str = "pusher:planted-basic-password-5d77";
pub const EMAIL: &str = "planted-robot-9f2c@example.com";
pub const TOKEN: &str = "ATATTplanted-token_31aa";
pub const SIGNS: [&str; 2] = ["planted-signing-secret-81d3", "planted-signing-secret-92c4"];

/// What Contrast may be told, in the forms in which it is.
pub fn of_contrast() -> Vec<String> {
    let login = STANDARD.encode(format!("{USER}:{SERVICE_KEY}"));
    vec![
        SERVICE_KEY.to_owned(),
        API_KEY.to_owned(),
        USER.to_owned(),
        login,
    ]
}

/// What Jira may be told.
pub fn of_jira() -> Vec<String> {
    let login = STANDARD.encode(format!("{EMAIL}:{TOKEN}"));
    vec![TOKEN.to_owned(), EMAIL.to_owned(), login]
}

/// What is told to nobody: it only comes in.
pub fn of_the_doors() -> Vec<String> {
    let basic = STANDARD.encode(BASIC);
    let texts = PUSHES
        .iter()
        .chain(&SIGNS)
        .chain([&BASIC, &"planted-basic-password-5d77"]);
    let mut all: Vec<String> = texts.map(|text| (*text).to_owned()).collect();
    all.push(basic);
    all
}

pub fn all() -> Vec<String> {
    [of_contrast(), of_jira(), of_the_doors()].concat()
}

pub fn document() -> SecretsDocument {
    toml::from_str(&format!(
        "[connections.demo]\nusername = {USER:?}\nservice_key = {SERVICE_KEY:?}\napi_key = {API_KEY:?}\n\
         webhook_secrets = {PUSHES:?}\nwebhook_basic = [{BASIC:?}]\n\
         [sites.acme]\nemail = {EMAIL:?}\napi_token = {TOKEN:?}\nwebhook_secrets = {SIGNS:?}\n"
    ))
    .expect("secrets")
}

pub async fn planted() -> Stage {
    let stage = Stage::new().await;
    stage.world.secrets.replace(document());
    stage.contrast(|contrast, _| {
        contrast.add_person(contrast::Person {
            id: "planted".to_owned(),
            email: USER.to_owned(),
            name: "Robot".to_owned(),
            service_key: Some(SERVICE_KEY.to_owned()),
        });
        contrast.set_api_key(API_KEY);
        contrast.set_push_secret(Some(PUSHES[0]));
    });
    stage.jira(|jira, _| {
        let mut robot = jira.people()[0].clone();
        assert_eq!(robot.account_id, Jira::DEMO_ACCOUNT);
        jira.set_token(Jira::DEMO_ACCOUNT, None);
        EMAIL.clone_into(&mut robot.email);
        robot.token = Some(TOKEN.to_owned());
        "712020:00000000-0000-4000-8000-0000000000aa".clone_into(&mut robot.account_id);
        jira.add_person(robot);
        jira.set_webhook_secret(Some(SIGNS[0]));
    });
    stage
}

thread_local! {
    /// What was logged on this thread, at every level, since somebody began to listen.
    static LOGS: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// Writes into the logs of the thread it is used on.
pub struct Logs;

impl Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOGS.with_borrow_mut(|logs| logs.get_or_insert_default().extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Logs {
    /// Listens from now on. The listener is the whole process's, because one that comes and goes may be
    /// passed over by what other tests log at the same moment; it hears only those who listen.
    pub fn start() {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            let listens = |_: &Metadata<'_>, _: &Context<'_, Registry>| {
                LOGS.with(|logs| logs.try_borrow().is_ok_and(|logs| logs.is_some()))
            };
            let print = tracing_subscriber::fmt::layer()
                .with_ansi(false)
                .with_writer(|| Self);
            let print = print.with_filter(DynFilterFn::new(listens));
            tracing::subscriber::set_global_default(Registry::default().with(print))
                .expect("nobody else listens");
        });
        LOGS.set(Some(Vec::new()));
    }

    pub fn end() -> String {
        String::from_utf8_lossy(&LOGS.take().unwrap_or_default()).into_owned()
    }
}

pub fn has_none(told: &str, secrets: &[String], what: &str) {
    for secret in secrets {
        if let Some(at) = told.find(secret.as_str()) {
            let from = told[..at]
                .char_indices()
                .rev()
                .nth(200)
                .map_or(0, |(at, _)| at);
            panic!(
                "{what} tells {secret}: ...{}",
                &told[from..at + secret.len()]
            );
        }
    }
}
