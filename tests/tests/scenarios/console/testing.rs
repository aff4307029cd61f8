//! Test connection: each thing that can be wrong is told with its remedy.

use scenarios::{visitor::Visitor, world::World};
use serde_json::{Value, json};
use simulators::jira::Jira;

use super::enter_credentials;

/// Runs a whole test, step by step as a page does; answers with the last word on each step.
async fn run(visitor: &Visitor, peer: &str) -> Vec<Value> {
    let path = format!("/console/api/credentials/{peer}/test");
    let mut told: Vec<Value> = Vec::new();
    let mut next = Value::Null;
    for _ in 0..100 {
        let step = visitor.send("POST", &path, &next).await;
        assert_eq!(step.status, 200, "{}", step.text);
        let step = step.json();
        next = step["next"].clone();
        told.retain(|earlier| earlier["step"] != step["step"]);
        told.push(step);
        if next.is_null() {
            return told;
        }
    }
    panic!("the test does not end: {told:?}");
}

fn step<'a>(told: &'a [Value], name: &str) -> &'a Value {
    let found = told.iter().find(|step| step["step"] == name);
    found.unwrap_or_else(|| panic!("no step {name} in {told:?}"))
}

async fn stage(token: &str) -> (World, Visitor) {
    let world = World::set_up_by_hand().await;
    let visitor = Visitor::at_home(&world);
    enter_credentials(&visitor, token).await;
    (world, visitor)
}

#[tokio::test]
async fn good_credentials_pass_every_step() {
    let (_world, visitor) = stage(Jira::DEMO_LOGIN.1).await;
    let told = run(&visitor, "site/acme").await;
    for name in [
        "reach",
        "log-in",
        "deployment",
        "projects",
        "permissions",
        "webhook-secret",
    ] {
        assert_eq!(step(&told, name)["outcome"], "ok", "{told:?}");
    }
    assert_eq!(step(&told, "last-delivery")["outcome"], "skipped");
    let told = run(&visitor, "connection/demo").await;
    assert_eq!(step(&told, "cases")["outcome"], "ok", "{told:?}");
    assert_eq!(step(&told, "applications")["outcome"], "ok", "{told:?}");
}

#[tokio::test]
async fn a_bad_token_is_told_with_what_to_do() {
    let (_world, visitor) = stage("not-the-token").await;
    let told = run(&visitor, "site/acme").await;
    assert_eq!(step(&told, "reach")["outcome"], "ok", "{told:?}");
    let log_in = step(&told, "log-in");
    assert_eq!(log_in["outcome"], "failed", "{told:?}");
    let remedy = log_in["remedy"].as_str().expect("text");
    assert!(
        remedy.contains("new") && remedy.contains("scoped"),
        "{remedy}"
    );
    assert!(
        told.iter().all(|step| step["step"] != "projects"),
        "{told:?}"
    );
}

#[tokio::test]
async fn the_test_page_works_without_a_script() {
    let (_world, visitor) = stage(Jira::DEMO_LOGIN.1).await;
    let page = visitor
        .post("/console/credentials/site/acme/test", &[])
        .await;
    assert_eq!(page.status, 200);
    let words = page.words();
    for said in [
        "Reach the host",
        "Logged in as",
        "2 of 2 projects looked at",
        "A webhook secret is set.",
    ] {
        assert!(words.contains(said), "{said}: {words}");
    }
}

#[tokio::test]
async fn the_first_delivery_and_a_refused_one_are_told() {
    let (world, visitor) = stage(Jira::DEMO_LOGIN.1).await;
    let put =
        json!({ "based_on": super::based_on(&visitor).await, "route": super::route("security") });
    visitor
        .send("PUT", "/console/api/routes/security", &put)
        .await;
    let page = visitor.get("/console/webhooks").await;
    assert!(
        page.words().contains("nothing arrived yet"),
        "{}",
        page.words()
    );
    let request = http::Request::post("/webhooks/contrast/demo")
        .header("x-northstar-secret", "wrong")
        .body(lambda_http::Body::from("{}"))
        .expect("a request");
    let answer = contrast_webhook::handle(&world.service, request).await;
    assert_eq!(answer.status(), 401);
    let page = visitor.get("/console/webhooks").await;
    assert!(page.words().contains("refused"), "{}", page.words());
    let told = run(&visitor, "connection/demo").await;
    let last = step(&told, "last-delivery");
    assert_eq!(last["outcome"], "failed", "{last}");
    assert!(
        last["words"][0].as_str().expect("text").contains("since"),
        "{last}"
    );
}

#[tokio::test]
async fn two_hundred_projects_are_looked_at_and_each_step_tells_how_far_it_is() {
    let (world, visitor) = stage(Jira::DEMO_LOGIN.1).await;
    world.jira(|jira, _| jira.add_many_projects(200));
    let path = "/console/api/credentials/site/acme/test";
    let at = json!({ "step": "permissions", "done": 120 });
    let part = visitor.send("POST", path, &at).await.json();
    assert_eq!(part["outcome"], "going-on", "{part}");
    assert_eq!(part["next"]["done"], 130, "{part}");
    let words = part["words"][0].as_str().expect("text");
    assert!(words.starts_with("130 of 202 projects"), "{words}");
    let told = run(&visitor, "site/acme").await;
    let found = step(&told, "projects")["words"][0].as_str().expect("text");
    assert!(found.starts_with("202 projects"), "{found}");
    assert_eq!(step(&told, "permissions")["outcome"], "ok", "{told:?}");
}

#[tokio::test]
async fn a_lost_right_is_told_in_its_project_with_what_fails_without_it() {
    let (world, visitor) = stage(Jira::DEMO_LOGIN.1).await;
    world.jira(|jira, _| jira.deny(Jira::DEMO_ACCOUNT, "SEC", "ADD_COMMENTS"));
    let told = run(&visitor, "site/acme").await;
    let permissions = step(&told, "permissions");
    assert_eq!(permissions["outcome"], "failed", "{permissions}");
    let words = permissions["words"].to_string();
    assert!(
        words.contains("SEC") && words.contains("ADD_COMMENTS"),
        "{words}"
    );
    assert!(
        words.contains("comments from Contrast do not reach the ticket"),
        "{words}"
    );
}

#[tokio::test]
async fn a_scoped_token_is_refused_at_the_site_and_works_once_its_kind_is_told() {
    let (world, visitor) = stage(Jira::DEMO_LOGIN.1).await;
    world.jira(|jira, _| jira.set_scoped_token(Jira::DEMO_ACCOUNT, true));
    let told = run(&visitor, "site/acme").await;
    let remedy = step(&told, "log-in")["remedy"].as_str().expect("text");
    assert!(remedy.contains("choose that kind of token"), "{remedy}");
    let put = json!({
        "based_on": super::based_on(&visitor).await, "url": "https://acme.atlassian.net",
        "scoped": true,
    });
    let kept = visitor
        .send("PUT", "/console/api/credentials/site/acme", &put)
        .await;
    assert_eq!(kept.status, 200, "{}", kept.text);
    let told = run(&visitor, "site/acme").await;
    assert_eq!(step(&told, "log-in")["outcome"], "ok", "{told:?}");
}
