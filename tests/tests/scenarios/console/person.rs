//! A person at a real browser: what they open, fill in, choose, press and see.
//!
//! Needs `chromedriver` and `chromium`; whoever finds no driver says that nothing was looked at.

use std::{
    io::{BufRead as _, BufReader},
    os::unix::process::CommandExt as _,
    process::{Child, Command, Stdio},
    time::Duration,
};

use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

/// How long anything may take to show; on a busy machine a page takes seconds.
const PATIENCE: Duration = Duration::from_mins(1);

/// The browser's driver; it ends with the test.
pub struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        // The browsers that it started are of its group, and would outlive it.
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["--", &group]).status();
        let _ = self.0.wait();
    }
}

/// Starts a driver; none where there is none.
pub fn start_driver() -> Option<(Driver, String)> {
    let mut driver = Command::new("chromedriver")
        .arg("--port=0")
        .process_group(0)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let told = BufReader::new(driver.stdout.take()?);
    let driver = Driver(driver);
    for line in told.lines().map_while(Result::ok) {
        let port = line.rsplit_once("successfully on port ");
        let port = port.map(|(_, port)| port);
        if let Some(port) = port.map(|port| port.trim_end_matches('.')) {
            return Some((driver, format!("http://127.0.0.1:{port}")));
        }
    }
    None
}

/// Opens a browser as wide as a desk or, with a width, as a phone.
pub async fn open_browser(driver: &str, phone: Option<u32>) -> Client {
    let mut chrome = json!({ "args": [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-dev-shm-usage", "--window-size=1280,900",
    ] });
    if let Some(width) = phone {
        let screen = json!({ "width": width, "height": 844, "pixelRatio": 2.0 });
        chrome["mobileEmulation"] = json!({ "deviceMetrics": screen });
    }
    let options = json!({ "goog:chromeOptions": chrome });
    ClientBuilder::new(HttpConnector::new())
        .capabilities(options.as_object().expect("an object").clone())
        .connect(driver)
        .await
        .expect("a browser")
}

/// A person at the browser.
pub struct Person {
    /// The browser.
    pub client: Client,
    /// Where the console is.
    pub home: String,
}

impl Person {
    pub async fn open(&self, path: &str) {
        let address = format!("{}{path}", self.home);
        self.client.goto(&address).await.expect("a page");
    }

    pub async fn see(&self, words: &str) {
        let path = format!("//main[not(@aria-busy)]//*[contains(normalize-space(.), \"{words}\")]");
        let wait = self.client.wait().at_most(PATIENCE);
        if wait.for_element(Locator::XPath(&path)).await.is_err() {
            let page = self
                .client
                .find(Locator::Css("body"))
                .await
                .expect("a page");
            panic!(
                "{words:?} is not on the page: {}",
                page.text().await.unwrap_or_default()
            );
        }
    }

    pub async fn fill(&self, name: &str, text: &str) {
        let control = format!("[name=\"{name}\"]");
        let wait = self.client.wait().at_most(PATIENCE);
        let control = wait.for_element(Locator::Css(&control)).await.expect(name);
        control.clear().await.expect("an empty control");
        control.send_keys(text).await.expect(name);
    }

    /// Chooses, and waits until the form that depends on it was drawn anew.
    pub async fn choose(&self, name: &str, value: &str) {
        let option = format!("select[name=\"{name}\"] option[value=\"{value}\"]");
        let wait = self.client.wait().at_most(PATIENCE);
        let option_is_there = wait.for_element(Locator::Css(&option)).await;
        option_is_there.unwrap_or_else(|_| panic!("{name} offers no {value}"));
        let select = format!("select[name=\"{name}\"]");
        let select = self.client.find(Locator::Css(&select)).await.expect(name);
        select.select_by_value(value).await.expect(value);
        self.rest().await;
    }

    /// Waits until the script has drawn what it fetches.
    pub async fn rest(&self) {
        let wait = self.client.wait().at_most(PATIENCE);
        let settled = wait
            .for_element(Locator::Css("main:not([aria-busy])"))
            .await;
        settled.expect("the page comes to rest");
    }

    pub async fn press(&self, label: &str) {
        self.rest().await;
        let path = format!("//button[normalize-space(.)=\"{label}\"]");
        let wait = self.client.wait().at_most(PATIENCE);
        let button = wait.for_element(Locator::XPath(&path)).await.expect(label);
        button.click().await.expect(label);
    }

    /// Follows a link.
    pub async fn follow(&self, label: &str) {
        self.rest().await;
        let path = format!("//a[normalize-space(.)=\"{label}\"]");
        let wait = self.client.wait().at_most(PATIENCE);
        let link = wait.for_element(Locator::XPath(&path)).await.expect(label);
        link.click().await.expect(label);
    }

    /// Nothing runs over the edge, and every control has a label.
    pub async fn is_well_made(&self, page: &str) {
        let script = "const unnamed = [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]\
            .filter((it) => it.labels.length === 0 && !it.getAttribute('aria-label')).map((it) => it.name);\
            return [document.documentElement.scrollWidth - innerWidth, unnamed.join(), document.title];";
        let told = self
            .client
            .execute(script, vec![])
            .await
            .expect("an answer");
        let over = told[0].as_i64().unwrap_or(i64::MAX);
        assert!(over <= 0, "{page} runs {over} px over the edge");
        assert_eq!(told[1], "", "controls without a label on {page}");
        assert!(
            told[2].as_str().is_some_and(|title| title.len() > 25),
            "{page}: {told}"
        );
    }
}
