//! The deployed stack: its doors, its secrets, and the tool that operates it.

use std::{
    env, fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use adapters::http::{Http as _, Network};
use aws_sdk_secretsmanager::{
    Client, Config,
    config::{BehaviorVersion, Credentials, Region},
};
use serde_json::Value;

use crate::products::Products;

pub const CONTRAST_SECRET: &str = "connections/demo";
pub const JIRA_SECRET: &str = "sites/acme";

/// Where it is. The operator's tool finds the rest in the environment, as it does for people.
pub struct Stack {
    api: String,
    operate: String,
    prefix: String,
    secrets: Client,
    network: Network,
}

impl Stack {
    /// The stack that the environment tells of; where it tells of none, that is printed.
    pub fn at_hand() -> Option<Self> {
        let told = |name| env::var(name).ok().filter(|value| !value.is_empty());
        let (Some(api), Some(operate), Some(prefix), Some(endpoint)) = (
            told("DEPLOYED_API"),
            told("DEPLOYED_OPERATE"),
            told("SECRET_PREFIX"),
            told("AWS_ENDPOINT_URL"),
        ) else {
            println!("SKIPPED: DEPLOYED_API names no stack; run this test by way of .ci/deploy");
            return None;
        };
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("test", "test", None, None, "test"))
            .endpoint_url(endpoint)
            .build();
        Some(Self {
            api,
            operate,
            prefix,
            secrets: Client::from_conf(config),
            network: Network::new().expect("a network"),
        })
    }

    /// Runs the operator's tool with something piped in; answers with what it printed.
    pub fn operate(&self, words: &[&str], piped: &str) -> String {
        let mut tool = Command::new(&self.operate)
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the tool starts");
        let mut input = tool.stdin.take().expect("its input");
        input.write_all(piped.as_bytes()).expect("it listens");
        drop(input);
        let output = tool.wait_with_output().expect("it ends");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        let (printed, failed) = (text(output.stdout), text(output.stderr));
        assert!(output.status.success(), "{words:?}: {printed}{failed}");
        printed
    }

    /// Checks settings and puts them in force.
    pub fn put_settings(&self, text: &str) {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("deployed-settings.toml");
        fs::write(&file, text).expect("a file");
        let file = file.to_str().expect("a path in plain letters");
        self.operate(&["settings", "check", file], "");
        let told = self.operate(&["settings", "put", file, "--yes"], "");
        assert!(told.contains("is in force"), "{told}");
    }

    /// Writes a secret that is piped in.
    pub fn put_secret(&self, secret: &str, text: &str) {
        self.operate(&["secrets", "put", secret, "--from", "-"], text);
    }

    /// The webhook secret to enter in the product, which the tool shows to people alone.
    pub async fn webhook_secret(&self, secret: &str) -> String {
        let name = format!("{}/{secret}", self.prefix);
        let value = self.secrets.get_secret_value().secret_id(name).send().await;
        let value = value.expect("the secret");
        let form: Value =
            serde_json::from_str(value.secret_string().expect("text")).expect("a form");
        let first = form["webhook_secrets"][0].as_str();
        let generated = form["webhook_secret"].as_str();
        first.or(generated).expect("a webhook secret").to_owned()
    }

    /// Posts to the door of Contrast; answers with the status.
    pub async fn push(&self, headers: &[(String, String)], body: &[u8]) -> u16 {
        self.post("/webhooks/contrast/demo", headers, body).await
    }

    /// Posts to the door of Jira; answers with the status.
    pub async fn deliver(&self, headers: &[(String, String)], body: &[u8]) -> u16 {
        self.post("/webhooks/jira/acme", headers, body).await
    }

    /// Sends everything that Contrast has to tell.
    pub async fn deliver_pushes(&self, products: &Products) -> Vec<u16> {
        let mut answers = Vec::new();
        for push in products.contrast(|contrast, _| contrast.take_outbox()) {
            answers.push(self.push(&push.headers, &push.body).await);
        }
        answers
    }

    /// Sends everything that Jira has to tell.
    pub async fn deliver_news(&self, products: &Products) -> Vec<u16> {
        let mut answers = Vec::new();
        for told in products.jira(|jira, _| jira.take_outbox()) {
            answers.push(self.deliver(&told.headers, &told.body).await);
        }
        answers
    }

    async fn post(&self, path: &str, headers: &[(String, String)], body: &[u8]) -> u16 {
        let mut request = http::Request::post(format!("{}{path}", self.api));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(body.to_vec()).expect("a request");
        let answer = self.network.send(request).await.expect("an answer");
        answer.status().as_u16()
    }
}
