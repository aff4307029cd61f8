//! A broad story, in which the service makes every kind of call to Jira that it can make.
//!
//! Nothing here judges a call: the road does.

use std::sync::Arc;

use scenarios::world::World;
use serde_json::json;
use simulators::{
    contrast::{CloseReason, IncidentSeed, Severity},
    jira::{Fault, FaultKind, Jira, TenantLimit},
};

use super::{choices, furniture, refusals, road::Road, strangers};

/// More than one page of anything holds.
const MANY: usize = 101;

/// Tells it.
pub async fn tell(world: &World, road: &Arc<Road>) {
    world.jira(|jira, _| furniture::furnish(jira));
    // The first ticket of its project, which the settings name as the parent of ours.
    let epic = json!({ "fields": {
        "project": { "key": "SEC" }, "issuetype": { "name": "Epic" }, "summary": "Attacks",
    }});
    strangers::ask(road, "POST", "/issue", &epic).await;
    let (number, id) = world.linked_incident().await;
    status_crosses(world, &number, &id).await;
    severity_crosses(world, &number, &id).await;
    comments_cross(world, &number, &id).await;
    world.settle().await;
    creations_go_wrong(world).await;
    Box::pin(jira_refuses(world, &number, &id)).await;
    there_is_much_to_read(world, &id).await;
    let comment = world
        .jira(|jira, now| jira.comment(&id, "Ana Souza", "Still here.", now))
        .expect("a comment");
    world.announce().await;
    strangers::ask_the_rest(road, &id, &comment).await;
    refusals::meet_all(world, road, &id, &comment).await;
    choices::choose_and_be_refused(world, road).await;
    world.lose();
    world.end().await;
}

async fn status_crosses(world: &World, number: &str, id: &str) {
    world.contrast(|contrast, now| {
        contrast.close(number, "Mara Lindt", CloseReason::FalsePositive, now)
    });
    world.announce().await;
    world.settle().await;
    world.contrast(|contrast, now| contrast.reopen(number, "Mara Lindt", now));
    world.announce().await;
    for status in ["Done", "In Progress"] {
        world
            .jira(|jira, now| jira.transition_to(id, "Ana Souza", status, now))
            .expect("a transition");
        world.announce().await;
    }
}

async fn severity_crosses(world: &World, number: &str, id: &str) {
    let rate = |severity, score| {
        world.contrast(|contrast, now| contrast.set_severity(number, severity, score, now))
    };
    rate(Severity::Medium, 5.4);
    world.announce().await;
    // Within the same severity only the score in the description changes.
    rate(Severity::Medium, 5.9);
    world.announce().await;
    world
        .jira(|jira, now| jira.edit_description(id, "Ana Souza", "My own words", now))
        .expect("a description");
    rate(Severity::High, 7.4);
    world.announce().await;
}

async fn comments_cross(world: &World, number: &str, id: &str) {
    let theirs = world
        .contrast(|contrast, now| contrast.comment(number, "Mara Lindt", "Blocked it.", now))
        .expect("a comment");
    world.settle().await;
    world.contrast(|contrast, now| contrast.edit_comment(number, &theirs, "Unblocked it.", now));
    world.settle().await;
    world.contrast(|contrast, now| contrast.delete_comment(number, &theirs, now));
    world.settle().await;
    let ours = world
        .jira(|jira, now| jira.comment(id, "Ana Souza", "Looking.", now))
        .expect("a comment");
    world.announce().await;
    world
        .jira(|jira, now| jira.edit_comment(id, "Ana Souza", &ours, "Found.", now))
        .expect("an edit");
    world.announce().await;
    world
        .jira(|jira, now| jira.delete_comment(id, "Ana Souza", &ours, now))
        .expect("a deletion");
    world.announce().await;
}

/// Fields that are refused, answers that say nothing, and both.
async fn creations_go_wrong(world: &World) {
    let refused = |field: &str| {
        let words = format!(
            "Field '{field}' cannot be set. It is not on the appropriate screen, or unknown."
        );
        FaultKind::Refuse(field.to_owned(), words)
    };
    let mut numbers = Vec::new();
    for faults in [
        vec![refused("priority")],
        vec![refused("assignee"), refused("parent")],
        vec![FaultKind::StatusAfterEffect(503)],
        vec![refused("labels"), FaultKind::StatusAfterEffect(503)],
        vec![FaultKind::Status(500, None)],
    ] {
        for kind in faults {
            let fault = Fault::new("POST", "/rest/api/3/issue", 1, kind);
            world.network.jira().fail_next(fault);
        }
        let number =
            world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now));
        let push = world.take_deliveries();
        world.deliver(&push[0]).await;
        // Its own webhook would heal the creation without a search.
        world.lose();
        numbers.push(number);
    }
    for _ in 0..4 {
        world.pass_minutes(5);
        world.sweep().await;
        world.lose();
    }
    for number in numbers {
        world.ticket(&number);
    }
}

/// The refusals that the simulated Jira makes of itself.
async fn jira_refuses(world: &World, number: &str, id: &str) {
    world
        .jira(|jira, now| jira.hide_ticket(id, now))
        .expect("hidden");
    for _ in 0..3 {
        world.pass_minutes(5);
        world.sweep().await;
    }
    world
        .jira(|jira, now| jira.show_ticket(id, now))
        .expect("shown");
    world.settle().await;
    we_are_strangers_for_a_while(world, id).await;
    let (unedited, _) = world.linked_incident().await;
    for permission in [
        "CREATE_ISSUES",
        "LINK_ISSUES",
        "ADD_COMMENTS",
        "EDIT_ISSUES",
    ] {
        world.jira(|jira, _| jira.deny(Jira::DEMO_ACCOUNT, "SEC", permission));
        world.contrast(|contrast, now| match permission {
            "ADD_COMMENTS" => {
                contrast.comment(number, "Mara Lindt", "Is anybody there?", now);
            }
            "EDIT_ISSUES" => {
                contrast.set_severity(&unedited, Severity::Medium, 4.1, now);
            }
            _ => {
                contrast.raise_incident(IncidentSeed::named(permission), now);
            }
        });
        world.announce().await;
        // Comments in Contrast are polled in their turn.
        for _ in 0..2 {
            world.pass_minutes(5);
            world.sweep().await;
        }
        world.jira(|jira, _| jira.grant(Jira::DEMO_ACCOUNT, "SEC", permission));
    }
    let without_its_field = IncidentSeed {
        applications: vec!["checkout".to_owned()],
        ..IncidentSeed::default()
    };
    let stuck = world.contrast(|contrast, now| contrast.raise_incident(without_its_field, now));
    world.announce().await;
    assert!(world.link(&stuck).await.is_stuck());
    let limit = TenantLimit {
        calls: 1,
        window_ms: 30_000,
        says_retry_after: true,
    };
    world.jira(|jira, _| jira.set_tenant_limit(Some(limit)));
    world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::named("Many"), now));
    world.announce().await;
    world.jira(|jira, _| jira.set_tenant_limit(None));
    // A comment that was refused for good is tried again after hours.
    for _ in 0..4 {
        world.pass_minutes(180);
        world.sweep().await;
        world.lose();
    }
    world.settle().await;
}

/// Refused credentials: told outright, and passed over in silence.
async fn we_are_strangers_for_a_while(world: &World, id: &str) {
    for anonymously in [false, true] {
        world.jira(|jira, _| jira.set_anonymous_reads(anonymously));
        world.jira(|jira, _| jira.set_token(Jira::DEMO_ACCOUNT, Some("another-token")));
        world
            .jira(|jira, now| jira.set_priority(id, "Ana Souza", "Low", now))
            .expect("a priority");
        world.announce().await;
        world.sweep().await;
        world.jira(|jira, _| jira.set_token(Jira::DEMO_ACCOUNT, Some(Jira::DEMO_LOGIN.1)));
        world.settle().await;
    }
}

/// Listings and searches of more than a page.
async fn there_is_much_to_read(world: &World, id: &str) {
    for _ in 0..MANY {
        world
            .jira(|jira, now| jira.comment_internal(id, "Ana Souza", "Between us.", now))
            .expect("a comment");
    }
    world.jira(|jira, now| furniture::open_tickets(jira, MANY, now));
    world.lose();
    world.settle().await;
}
