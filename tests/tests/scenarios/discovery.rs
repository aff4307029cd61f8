//! Setting up: a connection is tested, and what there is to choose from is read from both products.

use std::{collections::BTreeSet, sync::Arc};

use adapters::{
    contrast::{ContrastClient, RememberedCapabilities, discovery::CommentListing},
    http::Caller,
    jira::{
        JiraClient,
        discovery::{
            Deployment, FieldKind, Permission, Remedy, WEBHOOK_EVENTS, WebhookDraft, priorities,
            remedy_of_refusal,
        },
    },
};
use domain::{
    case::CaseId,
    ports::TicketSide as _,
    rich_text::RichText,
    settings::{Connection, Site, Switch},
    ticket::{FieldValue, TicketDraft, TicketMarker},
    trouble::{Trouble, TroubleKind},
};
use scenarios::world::World;
use secrecy::SecretString;
use simulators::{
    contrast::{Application, CommentList, IncidentSeed},
    jira::Jira,
};

mod contrast;

const PATIENCE_MS: u64 = 60_000;

fn caller(world: &World) -> Caller {
    let clock = Arc::clone(&world.service.clock);
    Caller::new(world.network.clone(), clock, PATIENCE_MS)
}

async fn jira(world: &World) -> (JiraClient, Site) {
    let settings = world.service.settings().await.expect("settings");
    let site = settings.sites.values().next().expect("a site").clone();
    (JiraClient::new(caller(world), world.secrets.clone()), site)
}

async fn contrast(world: &World) -> (ContrastClient, Connection) {
    let settings = world.service.settings().await.expect("settings");
    let connection = settings.connections.values().next();
    let capabilities = Arc::new(RememberedCapabilities::default());
    let client = ContrastClient::new(caller(world), world.secrets.clone(), capabilities);
    (client, connection.expect("a connection").clone())
}

fn is_refused<T>(outcome: &Result<T, Trouble>) -> bool {
    let trouble = outcome.as_ref().err();
    trouble.is_some_and(|it| matches!(it.kind, TroubleKind::CredentialsRefused(_)))
}

fn is_never<T>(outcome: &Result<T, Trouble>) -> bool {
    let trouble = outcome.as_ref().err();
    trouble.is_some_and(|it| matches!(it.kind, TroubleKind::Never { .. }))
}

/// Every reading that needs credentials.
async fn read_all(client: &JiraClient, site: &Site) -> Vec<(&'static str, Result<(), Trouble>)> {
    let wanted = Permission::ALL;
    let permissions = client.read_permissions(site, Some("SEC"), &wanted).await;
    vec![
        ("account", client.read_account(site).await.map(drop)),
        (
            "projects",
            client.list_projects(site, 0, None).await.map(drop),
        ),
        ("permissions", permissions.map(drop)),
        (
            "types",
            client.list_issue_types(site, "SEC").await.map(drop),
        ),
        (
            "fields",
            client.list_fields(site, "SEC", "100001").await.map(drop),
        ),
        (
            "epics",
            client.list_epics(site, "SEC", None).await.map(drop),
        ),
        (
            "people",
            client.find_assignable(site, "SEC", "").await.map(drop),
        ),
        (
            "statuses",
            client.list_statuses(site, "SEC").await.map(drop),
        ),
        ("resolutions", client.list_resolutions(site).await.map(drop)),
    ]
}

#[tokio::test]
async fn a_site_is_tested_step_by_step() {
    let world = World::new().await;
    let (client, site) = jira(&world).await;
    let account = client.read_account(&site).await.expect("an account");
    assert_eq!(account.account_id, Jira::DEMO_ACCOUNT);
    assert_eq!(account.display_name, "Northstar Sync");
    let server = client.read_server(&site).await.expect("a server");
    assert_eq!(server.deployment, Deployment::Cloud);
    let cloud_id = client.read_cloud_id(&site).await.expect("an answer");
    assert_eq!(cloud_id.as_deref(), Some(world.network.jira().cloud_id()));
    for (reading, outcome) in read_all(&client, &site).await {
        assert_eq!(outcome, Ok(()), "{reading}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_bad_token_is_refused_whatever_is_read() {
    for anonymously in [false, true] {
        let world = World::new().await;
        let (client, site) = jira(&world).await;
        world.jira(|jira, _| {
            jira.set_anonymous_reads(anonymously);
            jira.set_token(Jira::DEMO_ACCOUNT, Some("another-token"))
        });
        for (reading, outcome) in read_all(&client, &site).await {
            assert!(is_refused(&outcome), "{reading}: {outcome:?}");
        }
        let listed = client.list_webhooks(&site).await;
        assert!(is_refused(&listed), "{listed:?}");
    }
}

#[tokio::test]
async fn a_token_at_the_other_kinds_host_is_refused_and_the_remedy_helps() {
    for is_scoped in [true, false] {
        let world = World::new().await;
        let (client, mut site) = jira(&world).await;
        world.jira(|jira, _| jira.set_scoped_token(Jira::DEMO_ACCOUNT, is_scoped));
        let cloud_id = client.read_cloud_id(&site).await.expect("an answer");
        let gateway = format!(
            "https://api.atlassian.com/ex/jira/{}",
            cloud_id.as_deref().expect("a cloud id")
        );
        if !is_scoped {
            site.api_url.clone_from(&gateway);
        }
        for (reading, outcome) in read_all(&client, &site).await {
            assert!(is_refused(&outcome), "{reading}: {outcome:?}");
        }
        let (Remedy::CallGateway { api_url } | Remedy::CallSite { api_url }) =
            remedy_of_refusal(&site, cloud_id.as_deref())
        else {
            panic!("another address helps");
        };
        site.api_url = api_url;
        for (reading, outcome) in read_all(&client, &site).await {
            assert_eq!(outcome, Ok(()), "{reading}");
        }
        // Webhooks are out of a scoped token's reach, which is not the token's fault.
        world.jira(|jira, _| jira.set_administrator(Jira::DEMO_ACCOUNT, true));
        let listed = client.list_webhooks(&site).await;
        assert_eq!(is_never(&listed), is_scoped, "{listed:?}");
    }
}

#[tokio::test]
async fn each_right_that_was_lost_is_told_in_its_project() {
    let world = World::new().await;
    let (client, site) = jira(&world).await;
    for lost in Permission::OF_PROJECT {
        if lost == Permission::BrowseProjects {
            continue;
        }
        world.jira(|jira, _| jira.deny(Jira::DEMO_ACCOUNT, "SEC", lost.word()));
        let wanted = Permission::OF_PROJECT;
        let there = client.read_permissions(&site, Some("SEC"), &wanted).await;
        let lacked: Vec<Permission> = there
            .expect("permissions")
            .into_iter()
            .filter_map(|(permission, has)| (!has).then_some(permission))
            .collect();
        assert_eq!(lacked, [lost]);
        let elsewhere = client.read_permissions(&site, Some("PAY"), &wanted).await;
        assert!(elsewhere.expect("permissions").values().all(|has| *has));
        world.jira(|jira, _| jira.grant(Jira::DEMO_ACCOUNT, "SEC", lost.word()));
    }
    let administer = [Permission::Administer];
    for is_administrator in [false, true] {
        world.jira(|jira, _| jira.set_administrator(Jira::DEMO_ACCOUNT, is_administrator));
        let read = client.read_permissions(&site, None, &administer).await;
        assert_eq!(read.expect("permissions")[&administer[0]], is_administrator);
    }
    world.end().await;
}

#[tokio::test]
async fn a_project_that_is_hidden_or_closed_to_us_is_not_offered() {
    let world = World::new().await;
    let (client, site) = jira(&world).await;
    for lost in [Permission::CreateIssues, Permission::BrowseProjects] {
        world.jira(|jira, _| jira.deny(Jira::DEMO_ACCOUNT, "SEC", lost.word()));
        let page = client.list_projects(&site, 0, None).await.expect("a page");
        let keys: Vec<&str> = page.rows.iter().map(|project| &*project.key).collect();
        assert_eq!(keys, ["PAY"]);
        assert!(is_never(&client.list_issue_types(&site, "SEC").await));
    }
    for missing in ["SEC", "NOWHERE"] {
        let wanted = Permission::OF_PROJECT;
        let read = client.read_permissions(&site, Some(missing), &wanted).await;
        assert!(is_never(&read), "{read:?}");
        assert!(is_never(&client.list_statuses(&site, missing).await));
    }
    world.end().await;
}

#[tokio::test]
async fn two_hundred_projects_come_in_pages_each_once() {
    let world = World::new().await;
    let (client, site) = jira(&world).await;
    world.jira(|jira, _| jira.add_many_projects(200));
    let mut keys = BTreeSet::new();
    let mut sizes = Vec::new();
    let mut next = Some(0);
    while let Some(start) = next {
        let page = client
            .list_projects(&site, start, None)
            .await
            .expect("a page");
        assert_eq!(page.total, Some(202));
        sizes.push(page.rows.len());
        keys.extend(page.rows.into_iter().map(|project| project.key));
        next = page.next;
    }
    assert_eq!((sizes, keys.len()), (vec![100, 100, 2], 202));
    let narrowed = client.list_projects(&site, 0, Some("team 20")).await;
    assert_eq!(narrowed.expect("a page").total, Some(2));
    world.end().await;
}

#[tokio::test]
async fn a_ticket_with_what_the_fields_demand_can_be_opened() {
    let world = World::new().await;
    let (client, site) = jira(&world).await;
    let types = client.list_issue_types(&site, "PAY").await.expect("types");
    let bug = types
        .iter()
        .find(|kind| kind.name == "Bug")
        .expect("a type");
    let fields = client
        .list_fields(&site, "PAY", &bug.id)
        .await
        .expect("fields");
    let names: Vec<&str> = priorities(&fields).iter().map(|it| &*it.value).collect();
    assert_eq!(names, ["Highest", "High", "Medium", "Low", "Lowest"]);
    let demanded: Vec<_> = fields
        .iter()
        .filter(|field| field.required && !matches!(field.kind, FieldKind::OwnedByService(_)))
        .collect();
    let [team] = demanded[..] else {
        panic!("one field is demanded: {demanded:?}");
    };
    assert_eq!((&*team.name, &team.kind), ("Team", &FieldKind::Option));
    let draft = |fields| TicketDraft {
        project: "PAY".to_owned(),
        issue_type: bug.name.clone(),
        summary: "A try".to_owned(),
        description: RichText::from_plain("Some words."),
        priority: None,
        labels: Vec::new(),
        assignee: None,
        parent: None,
        fields,
        marker: TicketMarker {
            case: CaseId::parse("org/incident/INC-1").expect("a case"),
            nonce: "try".to_owned(),
        },
    };
    assert!(is_never(
        &client.create_ticket(&site, &draft(Vec::new())).await
    ));
    let choice = FieldValue::Option(team.choices[0].value.clone());
    let whole = draft(vec![(team.id.clone(), choice)]);
    assert!(client.create_ticket(&site, &whole).await.is_ok());
}

#[tokio::test]
async fn epics_that_are_not_done_are_found_by_their_words() {
    let world = World::new().await;
    let (client, site) = jira(&world).await;
    let epic = |summary: &str, issue_type: &str| TicketDraft {
        project: "SEC".to_owned(),
        issue_type: issue_type.to_owned(),
        summary: summary.to_owned(),
        description: RichText::from_plain("Some words."),
        priority: None,
        labels: Vec::new(),
        assignee: None,
        parent: None,
        fields: Vec::new(),
        marker: TicketMarker {
            case: CaseId::parse("org/incident/INC-1").expect("a case"),
            nonce: "try".to_owned(),
        },
    };
    let mut keys = Vec::new();
    for (summary, kind) in [
        ("Attacks on the shop", "Epic"),
        ("Attacks of old", "Epic"),
        ("Attack (\"quoted\")", "Epic"),
        ("Attacks, a task", "Task"),
    ] {
        let opened = client.create_ticket(&site, &epic(summary, kind)).await;
        keys.push(opened.expect("a ticket").key.to_string());
    }
    let done = keys[1].clone();
    world
        .jira(|jira, now| jira.transition_to(&done, "Ana Souza", "Done", now))
        .expect("a transition");
    for (words, found) in [
        (None, vec![2, 0]),
        (Some("ATT"), vec![2, 0]),
        (Some("shop attacks"), vec![0]),
        (Some("\"quoted\")*"), vec![2]),
        (Some("task"), vec![]),
    ] {
        let epics = client.list_epics(&site, "SEC", words).await.expect("epics");
        let listed: Vec<&str> = epics.iter().map(|epic| &*epic.key).collect();
        let expected: Vec<&str> = found
            .into_iter()
            .map(|place: usize| &*keys[place])
            .collect();
        assert_eq!(listed, expected, "{words:?}");
    }
}

#[tokio::test]
async fn people_statuses_and_resolutions_are_told() {
    let world = World::new().await;
    let (client, site) = jira(&world).await;
    let people = client
        .find_assignable(&site, "SEC", "ana")
        .await
        .expect("people");
    assert_eq!(people.len(), 1);
    assert_eq!(people[0].display_name, "Ana Souza");
    let statuses = client.list_statuses(&site, "SEC").await.expect("statuses");
    let (kind, of_bugs) = &statuses[0];
    let done: Vec<&str> = of_bugs
        .iter()
        .filter(|it| it.done)
        .map(|it| &*it.name)
        .collect();
    assert_eq!((&**kind, &done[..]), ("Bug", &["Done"][..]));
    let resolutions = client.list_resolutions(&site).await.expect("resolutions");
    assert!(resolutions.contains(&"False Positive".to_owned()));
    world.end().await;
}

#[tokio::test]
async fn a_webhook_that_we_made_brings_its_deliveries_to_our_door() {
    let world = World::new().await;
    let (client, site) = jira(&world).await;
    world.jira(|jira, _| jira.set_webhook_secret(None));
    let draft = WebhookDraft {
        name: "Northstar".to_owned(),
        url: "https://sync.example.com/webhooks/jira/acme".to_owned(),
        events: WEBHOOK_EVENTS.map(str::to_owned).to_vec(),
        jql: Some("project in (SEC, PAY)".to_owned()),
        secret: SecretString::from("next-secret"),
    };
    assert!(is_never(&client.create_webhook(&site, &draft).await));
    world.jira(|jira, _| jira.set_administrator(Jira::DEMO_ACCOUNT, true));
    assert_eq!(client.list_webhooks(&site).await, Ok(Vec::new()));
    let made = client.create_webhook(&site, &draft).await.expect("made");
    assert_eq!(client.list_webhooks(&site).await, Ok(vec![made]));
    let (number, id) = world.linked_incident().await;
    world
        .jira(|jira, now| jira.transition_to(&id, "Ana Souza", "Done", now))
        .expect("a transition");
    world.announce().await;
    assert!(!world.contrast(|contrast, _| contrast.incident(&number).expect("it").open));
    world.end().await;
}
