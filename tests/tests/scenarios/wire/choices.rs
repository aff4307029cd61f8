//! What a person chooses from when a site is set up: each call made, and refused in every way that
//! the document names for it.

use std::sync::Arc;

use adapters::{
    http::Caller,
    jira::{JiraClient, discovery::Permission},
};
use domain::{
    settings::Site,
    ticket::SiteName,
    trouble::{Effect, Trouble, TroubleKind},
};
use scenarios::world::World;
use simulators::jira::{Fault, FaultKind, Jira};

use super::road::Road;

/// The function that makes a call, its method, and where it goes.
const CALLS: [(&str, &str, &str); 11] = [
    ("read_account", "GET", "/myself"),
    ("read_server", "GET", "/serverInfo"),
    ("read_permissions", "GET", "/mypermissions"),
    ("list_projects", "GET", "/project/search"),
    (
        "list_issue_types",
        "GET",
        "/issue/createmeta/SEC/issuetypes",
    ),
    (
        "list_fields",
        "GET",
        "/issue/createmeta/SEC/issuetypes/100001",
    ),
    ("list_statuses", "GET", "/project/SEC/statuses"),
    ("list_resolutions", "GET", "/resolution/search"),
    ("list_epics", "POST", "/search/jql"),
    ("find_assignable", "GET", "/user/assignable/search"),
    ("read_assignable", "GET", "/user/assignable/search"),
];
/// What any call may meet, documented or not.
const ANYWHERE: [u16; 4] = [401, 429, 500, 503];
/// As often as the client tries, and more.
const OFTEN: u32 = 9;
const RETRY_AFTER_S: u64 = 2;
const PATIENCE_MS: u64 = 60_000;

/// The names of the functions whose refusals are tried.
pub fn tried() -> impl Iterator<Item = &'static str> {
    CALLS.iter().map(|(function, ..)| *function)
}

/// Makes each call, with and without words, then has each refused.
pub async fn choose_and_be_refused(world: &World, road: &Arc<Road>) {
    let settings = world.service.settings().await.expect("settings");
    let site = &settings.sites[&SiteName::new("acme").expect("a name")];
    let clock = Arc::clone(&world.service.clock);
    let caller = Caller::new(road.clone(), clock, PATIENCE_MS);
    let client = JiraClient::new(caller, world.secrets.clone());
    for words in [None, Some("sec")] {
        for (function, ..) in CALLS {
            let asked = ask(&client, site, function, words).await;
            asked.unwrap_or_else(|trouble| panic!("{function}: {trouble}"));
        }
    }
    there_is_no_such_project(&client, site).await;
    for (function, method, place) in CALLS {
        let path = format!("/rest/api/3{place}");
        let mut statuses = road.document().refusals(method, &path);
        statuses.extend(ANYWHERE);
        for status in statuses {
            let retry_after = (status == 429).then_some(RETRY_AFTER_S);
            let kind = FaultKind::Status(status, retry_after);
            let fault = Fault::new(method, &path, OFTEN, kind);
            world.network.jira().fail_next(fault);
            let outcome = ask(&client, site, function, None).await;
            world.network.jira().clear_faults();
            let trouble = outcome.expect_err("refused");
            assert!(
                is_understood(status, &trouble),
                "{function} takes a {status} for {trouble:?}"
            );
        }
    }
}

async fn there_is_no_such_project(client: &JiraClient, site: &Site) {
    let wanted = [Permission::BrowseProjects];
    let read = client.read_permissions(site, Some("NOWHERE"), &wanted);
    for outcome in [
        read.await.map(drop),
        client.list_issue_types(site, "NOWHERE").await.map(drop),
        client.list_statuses(site, "NOWHERE").await.map(drop),
    ] {
        let trouble = outcome.expect_err("no project");
        assert!(matches!(trouble.kind, TroubleKind::Never { .. }));
    }
}

/// Whether a refusal was taken for what it is. To a person who chooses, a missing thing is final.
fn is_understood(status: u16, trouble: &Trouble) -> bool {
    match (status, &trouble.kind) {
        (401, TroubleKind::CredentialsRefused(_))
        | (400 | 403 | 404, TroubleKind::Never { .. }) => true,
        (429, TroubleKind::AgainLater { effect, not_before }) => {
            *effect == Effect::None && not_before.is_some()
        }
        (500.., TroubleKind::AgainLater { effect, .. }) => *effect == Effect::Unknown,
        _ => false,
    }
}

/// Has a function make its call; with words, the one that asks for something narrower.
async fn ask(
    client: &JiraClient,
    site: &Site,
    function: &str,
    words: Option<&str>,
) -> Result<(), Trouble> {
    match function {
        "read_account" => client.read_account(site).await.map(drop),
        "read_server" => client.read_server(site).await.map(drop),
        "read_permissions" => {
            let wanted = Permission::ALL;
            let project = words.map(|_| "SEC");
            let read = client.read_permissions(site, project, &wanted);
            read.await.map(drop)
        }
        "list_projects" => client.list_projects(site, 0, words).await.map(drop),
        "list_issue_types" => client.list_issue_types(site, "SEC").await.map(drop),
        "list_fields" => {
            let listed = client.list_fields(site, "SEC", "100001");
            listed.await.map(drop)
        }
        "list_statuses" => client.list_statuses(site, "SEC").await.map(drop),
        "list_resolutions" => client.list_resolutions(site).await.map(drop),
        "list_epics" => client.list_epics(site, "SEC", words).await.map(drop),
        "find_assignable" => {
            let words = words.unwrap_or_default();
            client.find_assignable(site, "SEC", words).await.map(drop)
        }
        "read_assignable" => {
            let read = client.read_assignable(site, "SEC", Jira::DEMO_ACCOUNT);
            read.await.map(drop)
        }
        other => panic!("how {other} makes its call is not told here"),
    }
}
