//! Tests of connections and sites.

use super::{example, faults_of, paths_of, table};
use crate::settings::document::ConnectionDocument;

#[test]
fn names_are_ids_and_unique_whatever_their_capitals() {
    let mut document = example();
    for name in ["ACME", "..", "a b", ""] {
        let org = alloc::format!("org-{}", document.connections.len());
        let first = document.connections[0].clone();
        document.connections.push(ConnectionDocument {
            name: name.into(),
            org,
            ..first
        });
    }
    assert_eq!(
        paths_of(document),
        [
            "connections[1].name",
            "connections[2].name",
            "connections[3].name",
            "connections[4].name"
        ]
    );
}

#[test]
fn two_connections_cannot_serve_one_organisation() {
    let mut document = example();
    let mut second = document.connections[0].clone();
    second.name = "other".into();
    second.org = second.org.to_uppercase();
    document.connections.push(second);
    assert_eq!(paths_of(document), ["connections[1].org"]);
}

#[test]
fn an_address_that_leads_past_the_root_of_a_product_is_a_fault() {
    for (contrast, jira, api) in [
        (
            "https://a.example/Contrast/api",
            "https://a.example/rest/api/3",
            "https://a.example/rest",
        ),
        (
            "https://a.example/api",
            "https://a.atlassian.net/browse/SEC",
            "https://api.atlassian.com",
        ),
        (
            "http://a.example",
            "https://api.atlassian.com/ex/jira/1",
            "http://a.example",
        ),
    ] {
        let mut document = example();
        document.connections[0].url = contrast.into();
        document.sites[0].url = jira.into();
        document.sites[0].api_url = Some(api.into());
        assert_eq!(
            paths_of(document),
            ["connections[0].url", "sites[0].url", "sites[0].api_url"],
            "{contrast} {jira} {api}"
        );
    }
}

#[test]
fn a_scoped_token_has_an_address_of_its_own() {
    let mut document = example();
    document.sites[0].api_url = Some("https://api.atlassian.com/ex/jira/11aa-22bb/".into());
    let settings = document.validate().expect("the document is in order");
    let site = settings.sites.values().next().expect("one site");
    assert_eq!(site.url, "https://acme.atlassian.net");
    assert_eq!(site.api_url, "https://api.atlassian.com/ex/jira/11aa-22bb");
}

#[test]
fn data_center_is_said_to_be_unavailable() {
    let mut document = example();
    document.sites[0].deployment = Some("data-center".into());
    let faults = faults_of(document);
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].path, "sites[0].deployment");
    assert!(
        faults[0]
            .problem
            .contains("Data Center is unavailable in this version")
    );
}

#[test]
fn switches_and_paths_of_a_connection_are_checked() {
    let mut document = example();
    document.connections[0].list_comments = Some("ON".into());
    document.connections[0].edit_comments = Some("perhaps".into());
    document.connections[0].paths = table(&[
        ("read-incident", "/api/x/{org}"),
        ("read-minds", "/api/x/{org}"),
        ("list-issues", "https://evil.example/x"),
        ("read-issue", "//evil.example"),
        ("set-issue-status", "/x/../y"),
        ("list-issue-comments", "/x/{org"),
    ]);
    assert_eq!(
        paths_of(document),
        [
            "connections[0].edit_comments",
            "connections[0].paths.list-issue-comments",
            "connections[0].paths.list-issues",
            "connections[0].paths.read-issue",
            "connections[0].paths.read-minds",
            "connections[0].paths.set-issue-status",
        ]
    );
}
