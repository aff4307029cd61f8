//! What a client asks before it works.

use super::*;

const HOOKS: &str = "/rest/webhooks/1.0/webhook";

fn hook(url: &str, jql: &str) -> Value {
    json!({
        "name": "sync", "url": url, "secret": "hook-secret", "events": ["jira:issue_created"],
        "filters": { "issue-related-events-section": jql },
    })
}

#[test]
fn only_an_administrator_sees_and_makes_webhooks() {
    let mut jira = jira();
    let draft = hook("https://example.com/a", "");
    assert_eq!(get(&mut jira, HOOKS, NOW).0, 403);
    assert_eq!(call(&mut jira, "POST", HOOKS, &draft, NOW).0, 403);
    jira.grant(Jira::DEMO_ACCOUNT, "SEC", "ADMINISTER");
    assert_eq!(get(&mut jira, HOOKS, NOW).0, 403, "a project makes none");
    jira.set_administrator(Jira::DEMO_ACCOUNT, true);
    let (status, made) = call(&mut jira, "POST", HOOKS, &draft, NOW);
    assert_eq!((status, &made["isSigned"]), (201, &json!(true)));
    let (status, listed) = get(&mut jira, HOOKS, NOW);
    assert_eq!((status, &listed), (200, &json!([made])));
    assert!(!listed.to_string().contains("hook-secret"));
}

#[test]
fn a_webhook_that_makes_no_sense_is_refused() {
    let mut jira = jira();
    jira.set_administrator(Jira::DEMO_ACCOUNT, true);
    let with = |key: &str, value: Value| {
        let mut draft = hook("https://example.com/a", "");
        draft[key] = value;
        draft
    };
    for draft in [
        with("url", json!("nowhere")),
        with("name", json!(" ")),
        with("events", json!(["issue_created"])),
        with("jqlFilter", json!("project = SEC")),
        with("filters", json!({ "issues": "project = SEC" })),
        hook("https://example.com/a", "project = NOWHERE"),
        hook("https://example.com/a", "project SEC"),
    ] {
        assert_eq!(
            call(&mut jira, "POST", HOOKS, &draft, NOW).0,
            400,
            "{draft}"
        );
    }
    assert!(jira.webhooks().is_empty());
}

#[test]
fn a_webhook_delivers_what_its_query_finds_to_its_address_under_its_secret() {
    let mut jira = jira();
    jira.set_administrator(Jira::DEMO_ACCOUNT, true);
    jira.set_webhook_secret(None);
    for draft in [
        hook("https://example.com/a/b", "project = SEC"),
        hook("https://example.com/c", "project = PAY"),
    ] {
        assert_eq!(call(&mut jira, "POST", HOOKS, &draft, NOW).0, 201);
    }
    opened(&mut jira);
    let outbox = jira.take_outbox();
    let [delivery] = &outbox[..] else {
        panic!("one delivery: {outbox:?}");
    };
    assert!(delivery.goes_to("/a/b") && !delivery.goes_to("/a"));
    jira.set_webhook_secret(Some("hook-secret"));
    let signed = delivery.headers.iter().find(|it| it.0 == "X-Hub-Signature");
    assert_eq!(signed.map(|it| it.1.clone()), jira.sign(&delivery.body));
}

#[test]
fn each_kind_of_token_works_at_its_own_host_alone() {
    let site = "https://example.atlassian.net";
    let gateway = format!("https://api.atlassian.com/ex/jira/{}", jira().cloud_id());
    for is_scoped in [false, true] {
        let mut jira = jira();
        let (email, token) = Jira::DEMO_LOGIN;
        jira.set_scoped_token(Jira::DEMO_ACCOUNT, is_scoped);
        let mut status = |base: &str, path: &str| {
            let mut request = request("GET", path, &Value::Null, &login(email, token));
            *request.uri_mut() = format!("{base}{path}").parse().unwrap();
            jira.serve(&request, NOW).status().as_u16()
        };
        let myself = "/rest/api/3/myself";
        let (right, wrong) = if is_scoped {
            (gateway.as_str(), site)
        } else {
            (site, gateway.as_str())
        };
        assert_eq!(status(right, myself), 200);
        assert_eq!(status(wrong, myself), 401);
        // Neither host has what is the other's.
        assert_eq!(status("https://api.atlassian.com", myself), 404);
        let path = format!("/ex/jira/11111111-2222-4333-8444-555555555555{myself}");
        assert_eq!(status(site, &path), 404);
        assert_eq!(status(&gateway, "/_edge/tenant_info"), 404);
        assert_eq!(status(&gateway, HOOKS), 401);
    }
}

#[test]
fn a_search_for_words_finds_summaries_and_refuses_signs() {
    let mut jira = jira();
    opened(&mut jira);
    for (words, found) in [("sql", 1), ("inj* SQL", 1), ("inj", 0), ("xss", 0)] {
        let (status, answer) = search(&mut jira, &format!("summary ~ \"{words}\""), NOW);
        assert_eq!(status, 200, "{answer}");
        assert_eq!(answer["issues"].as_array().unwrap().len(), found, "{words}");
    }
    for jql in [
        "summary ~ \"*\"",
        "summary ~ \"(sql\"",
        "summary ~ \"\"",
        "summary = \"sql\"",
        "labels ~ \"northstar\"",
        "created ~ \"-1d\"",
    ] {
        assert_eq!(search(&mut jira, jql, NOW).0, 400, "{jql}");
    }
}

#[test]
fn statuses_and_resolutions_are_listed_for_those_who_see_them() {
    let mut jira = jira();
    let (status, types) = get(&mut jira, "/rest/api/3/project/SEC/statuses", NOW);
    assert_eq!((status, &types[0]["name"]), (200, &json!("Bug")));
    let key = &types[0]["statuses"][2]["statusCategory"]["key"];
    assert_eq!(key, "done");
    let (_, page) = get(&mut jira, "/rest/api/3/resolution/search?startAt=3", NOW);
    assert_eq!(page["values"][0]["name"], "False Positive");
    assert_eq!(page["isLast"], true);
    jira.deny(Jira::DEMO_ACCOUNT, "SEC", "BROWSE_PROJECTS");
    let (status, _) = get(&mut jira, "/rest/api/3/project/SEC/statuses", NOW);
    assert_eq!(status, 404);
}
