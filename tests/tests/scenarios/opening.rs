//! An incident becomes a ticket, once, with everything a responder needs.

use scenarios::world::World;
use simulators::{
    contrast::{IncidentSeed, Push},
    jira::{Fault, FaultKind},
};

#[tokio::test]
async fn an_announced_incident_opens_a_ticket_that_shows_everything() {
    let world = World::new().await;
    let number =
        world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::sql_injection(), now));
    world.announce().await;
    let id = world.ticket(&number);
    {
        let jira = world.network.jira();
        let contrast = world.network.contrast();
        let ticket = jira.ticket(&id).expect("the ticket");
        let incident = contrast.incident(&number).expect("the incident");
        assert_eq!(ticket.project, "SEC");
        assert!(ticket.labels.contains("northstar") && ticket.labels.contains("from-contrast"));
        let description = ticket.description_text();
        for source in &incident.sources {
            assert!(
                description.contains(&source.address),
                "shows {}",
                source.address
            );
        }
        for observation in &incident.observations {
            assert!(
                description.contains(&observation.route),
                "shows {}",
                observation.route
            );
        }
        for word in [
            &incident.summary,
            &incident.rules[0],
            &incident.applications[0],
        ] {
            assert!(
                description.contains(word.as_str()),
                "shows {word}: {description}"
            );
        }
        assert!(
            !description.contains("{{"),
            "the product's markup is rendered: {description}"
        );
        assert_eq!(ticket.links.len(), 1);
        assert!(ticket.links[0].url.contains(&number) && !ticket.links[0].resolved);
        assert_eq!(
            incident.comments.len(),
            1,
            "the incident shows its ticket, once"
        );
        assert!(incident.comments[0].text.contains(&ticket.key));
    }
    world.end().await;
}

#[tokio::test]
async fn severity_decides_the_priority() {
    let world = World::new().await;
    let (_, id) = world.linked_incident().await;
    let priority = world
        .network
        .jira()
        .ticket(&id)
        .and_then(|ticket| ticket.priority.clone());
    assert_eq!(priority.as_deref(), Some("Highest"));
    world.end().await;
}

#[tokio::test]
async fn a_push_delivered_twice_opens_one_ticket() {
    let world = World::new().await;
    let number =
        world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now));
    world.announce_times(3).await;
    world.ticket(&number);
    world.end().await;
}

#[tokio::test]
async fn an_array_of_incidents_and_attacks_opens_a_ticket_for_each_incident_alone() {
    let world = World::new().await;
    let (first, second) = world.contrast(|contrast, now| {
        let first = contrast.raise_incident(IncidentSeed::named("First"), now);
        (
            first,
            contrast.raise_incident(IncidentSeed::named("Second"), now),
        )
    });
    let joined = world.contrast(|contrast, now| {
        let mut pushes = contrast.take_outbox();
        pushes.extend(contrast.attack_event(&first, now));
        Push::joined(&pushes).expect("pushes")
    });
    let delivery = scenarios::world::Delivery {
        path: "/webhooks/contrast/demo",
        headers: joined.headers,
        body: joined.body,
    };
    let response = world.deliver(&delivery).await;
    assert_eq!(response.status(), 200);
    assert!(
        response.body().contains("\"not_ours\":1"),
        "{}",
        response.body()
    );
    world.announce().await;
    assert_ne!(world.ticket(&first), world.ticket(&second));
    world.end().await;
}

#[tokio::test]
async fn an_optional_field_that_jira_refuses_is_left_out_and_people_are_told() {
    let world = World::new().await;
    world.jira(|jira, _| {
        jira.project_mut("SEC").expect("the project").types[0]
            .screen
            .remove("priority");
    });
    let (number, id) = world.linked_incident().await;
    {
        let jira = world.network.jira();
        let told: Vec<String> = jira
            .ticket(&id)
            .expect("the ticket")
            .comments
            .iter()
            .map(simulators::jira::SimComment::text)
            .collect();
        assert_eq!(told.len(), 1, "told once: {told:?}");
        assert!(
            told[0].contains("priority") && told[0].contains("cannot be set"),
            "{told:?}"
        );
    }
    let link = world.link(&number).await;
    assert!(format!("{:?}", link.postings).contains("dropped:priority"));
    world.end().await;
}

#[tokio::test]
async fn a_missing_mandatory_field_is_stuck_with_jiras_words_until_settings_change() {
    let settings = include_str!("../../fixtures/settings.toml").replace(
        "[[routes.ticket.fields]]\nid = \"customfield_10050\"\nkind = \"option\"\nvalue = \"Checkout\"\n",
        "",
    );
    let world = World::with_settings(&settings).await;
    let number = world.contrast(|contrast, now| {
        let seed = IncidentSeed {
            applications: vec!["checkout".to_owned()],
            ..IncidentSeed::default()
        };
        contrast.raise_incident(seed, now)
    });
    world.announce().await;
    let link = world.link(&number).await;
    let mishap = link.mishap.clone().expect("a mishap");
    assert!(
        mishap.stuck && mishap.words.contains("Team is required"),
        "{mishap:?}"
    );
    assert_eq!(world.tickets(&number), Vec::<String>::new());
    world.change_settings(
        "issue_type = \"Bug\"\n\n\n",
        "issue_type = \"Bug\"\n\n[[routes.ticket.fields]]\nid = \"customfield_10050\"\nkind = \"option\"\nvalue = \"Ledger\"\n\n",
    );
    world.sweep().await;
    world.ticket(&number);
    world.end().await;
}

#[tokio::test]
async fn a_lost_answer_to_the_creation_opens_no_second_ticket() {
    for announced in [true, false] {
        let world = World::new().await;
        world.network.jira().fail_next(Fault::new(
            "POST",
            "/rest/api/3/issue",
            1,
            FaultKind::LoseAnswer,
        ));
        let number =
            world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now));
        if announced {
            world.announce().await;
            assert!(
                world.link(&number).await.pair().is_some(),
                "its own webhook heals it at once"
            );
        } else {
            let push = world.take_deliveries();
            world.deliver(&push[0]).await;
            world.lose();
        }
        for _ in 0..4 {
            world.pass_minutes(5);
            world.sweep().await;
            world.lose();
        }
        world.ticket(&number);
        assert!(world.link(&number).await.pair().is_some());
        world.end().await;
    }
}

#[tokio::test]
async fn a_refused_creation_is_made_good_by_the_sweep() {
    for kind in [
        FaultKind::Status(500, None),
        FaultKind::Html(502),
        FaultKind::Status(429, Some(120)),
        FaultKind::LoseRequest,
    ] {
        let world = World::new().await;
        world
            .network
            .jira()
            .fail_next(Fault::new("POST", "/rest/api/3/issue", 4, kind));
        let number =
            world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now));
        world.announce().await;
        for _ in 0..16 {
            world.pass_minutes(15);
            world.sweep().await;
        }
        world.ticket(&number);
        world.end().await;
    }
}

#[tokio::test]
async fn a_search_that_lags_does_not_lead_to_a_second_ticket() {
    let world = World::new().await;
    world.network.jira().set_search_lag_ms(4 * 60_000);
    world.network.jira().fail_next(Fault::new(
        "POST",
        "/rest/api/3/issue",
        1,
        FaultKind::LoseAnswer,
    ));
    let number =
        world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now));
    let push = world.take_deliveries();
    world.deliver(&push[0]).await;
    world.lose();
    for _ in 0..12 {
        world.pass_minutes(1);
        world.sweep().await;
        world.lose();
    }
    world.ticket(&number);
    world.end().await;
}
