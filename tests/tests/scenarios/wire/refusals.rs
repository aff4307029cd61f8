//! Every refusal that the document names for a call of the client's, and those that any call may
//! meet: each is answered once by the simulated Jira, and taken by the client for what it is.

use domain::{
    case::CaseId,
    comment::{CommentId, Nonce},
    ports::{Found, TicketSide},
    rich_text::RichText,
    settings::Site,
    ticket::{RemoteLink, SiteName, TicketDraft, TicketEdit, TicketId, TicketMarker},
    trouble::{Effect, Trouble, TroubleKind},
};
use scenarios::world::World;
use simulators::jira::{Fault, FaultKind};

use super::road::Road;

/// The function of the client that makes a call, its method, and where it goes.
const CALLS: [(&str, &str, &str); 14] = [
    ("check_account", "GET", "/myself"),
    ("fetch_ticket", "GET", "/issue/TICKET"),
    ("fetch_transitions", "GET", "/issue/TICKET/transitions"),
    ("fetch_tickets", "POST", "/issue/bulkfetch"),
    ("search_page", "POST", "/search/jql"),
    ("post_ticket", "POST", "/issue"),
    ("put_ticket", "PUT", "/issue/TICKET"),
    ("post_transition", "POST", "/issue/TICKET/transitions"),
    ("post_remote_link", "POST", "/issue/TICKET/remotelink"),
    ("fetch_all_pages", "GET", "/issue/TICKET/comment"),
    ("fetch_by_id", "POST", "/comment/list"),
    ("post_comment", "POST", "/issue/TICKET/comment"),
    ("replace_comment", "PUT", "/issue/TICKET/comment/COMMENT"),
    ("remove_comment", "DELETE", "/issue/TICKET/comment/COMMENT"),
];
/// What any call may meet, documented or not.
const ANYWHERE: [u16; 4] = [401, 429, 500, 503];
/// As often as the client tries, and more.
const OFTEN: u32 = 9;
const RETRY_AFTER_S: u64 = 2;

/// The names of the functions whose refusals are tried.
pub fn tried() -> impl Iterator<Item = &'static str> {
    CALLS.iter().map(|(function, ..)| *function)
}

/// What the calls are about.
struct Target<'a> {
    client: &'a dyn TicketSide,
    site: &'a Site,
    ticket: TicketId,
    comment: CommentId,
    transition: String,
}

/// Refuses each call in each way.
pub async fn meet_all(world: &World, road: &Road, ticket: &str, comment: &str) {
    let engine = world.service.engine().await.expect("an engine");
    let site = SiteName::new("acme").expect("a name");
    let mut target = Target {
        client: &*engine.ticket_side,
        site: &engine.settings.sites[&site],
        ticket: TicketId::new(ticket).expect("an id"),
        comment: CommentId::new(comment).expect("an id"),
        transition: String::new(),
    };
    let ways = target
        .client
        .read_transitions(target.site, &target.ticket)
        .await
        .expect("transitions");
    target.transition.clone_from(&ways[0].id);
    for (function, method, place) in CALLS {
        let path = place.replace("TICKET", ticket).replace("COMMENT", comment);
        let path = format!("/rest/api/3{path}");
        let mut statuses = road.document().refusals(method, &path);
        statuses.extend(ANYWHERE);
        for status in statuses {
            let retry_after = (status == 429).then_some(RETRY_AFTER_S);
            let kind = FaultKind::Status(status, retry_after);
            let fault = Fault::new(method, &path, OFTEN, kind);
            world.network.jira().fail_next(fault);
            let outcome = make(&target, function).await;
            world.network.jira().clear_faults();
            assert!(
                is_understood(status, &outcome),
                "{function} takes a {status} for {outcome:?}"
            );
        }
    }
}

/// Whether the client took a refusal for what it is. A missing thing may be an answer or trouble.
fn is_understood(status: u16, outcome: &Result<(), Trouble>) -> bool {
    let Err(trouble) = outcome else {
        return status == 404;
    };
    match (status, &trouble.kind) {
        (401, TroubleKind::CredentialsRefused(_))
        | (404 | 409, TroubleKind::AgainLater { .. })
        | (400 | 403 | 405 | 413 | 422, TroubleKind::Never { .. }) => true,
        (429, TroubleKind::AgainLater { effect, not_before }) => {
            *effect == Effect::None && not_before.is_some()
        }
        (500.., TroubleKind::AgainLater { effect, .. }) => *effect == Effect::Unknown,
        _ => false,
    }
}

/// Has a function of the client make its call.
async fn make(target: &Target<'_>, function: &str) -> Result<(), Trouble> {
    let Target {
        client,
        site,
        ticket,
        comment,
        transition,
    } = target;
    let text = RichText::from_plain("Some words.");
    let nonce = Nonce::new("refused").expect("a nonce");
    match function {
        "check_account" => client.check_credentials(site).await,
        "fetch_ticket" => client.read_ticket(site, ticket).await.map(drop),
        "fetch_transitions" => client.read_transitions(site, ticket).await.map(drop),
        "fetch_tickets" => {
            let tickets = [ticket.clone()];
            client.read_tickets(site, &tickets).await.map(drop)
        }
        "search_page" => client.find_by_label(site, "northstar").await.map(drop),
        "post_ticket" => client.create_ticket(site, &draft()).await.map(drop),
        "put_ticket" => {
            let edit = TicketEdit {
                priority: Some("Low".to_owned()),
                description: Some(text),
            };
            client.edit_ticket(site, ticket, &edit).await.map(drop)
        }
        "post_transition" => {
            let moved = client.transition_ticket(site, ticket, transition, &[]);
            moved.await.map(drop)
        }
        "post_remote_link" => {
            let link = RemoteLink {
                url: "https://contrast.example.com/somewhere".to_owned(),
                title: "Somewhere".to_owned(),
                resolved: false,
            };
            let put = client.put_remote_link(site, ticket, "somewhere", &link);
            put.await.map(drop)
        }
        "fetch_all_pages" => client.list_comments(site, ticket).await.map(drop),
        "fetch_by_id" => client.read_comment(site, ticket, comment).await.map(drop),
        "post_comment" => {
            let written = client.create_comment(site, ticket, &text, &nonce);
            written.await.map(drop)
        }
        "replace_comment" => {
            let changed = client.edit_comment(site, ticket, comment, &text);
            changed.await.map(|_: Found<_>| ())
        }
        "remove_comment" => {
            let deleted = client.delete_comment(site, ticket, comment).await;
            deleted.map(|_| ())
        }
        other => panic!("how {other} makes its call is not told here"),
    }
}

fn draft() -> TicketDraft {
    TicketDraft {
        project: "SEC".to_owned(),
        issue_type: "Task".to_owned(),
        summary: "Refused".to_owned(),
        description: RichText::from_plain("Some words."),
        priority: None,
        labels: Vec::new(),
        assignee: None,
        parent: None,
        fields: Vec::new(),
        marker: TicketMarker {
            case: CaseId::parse("org/incident/INC-1").expect("a case"),
            nonce: "refused".to_owned(),
        },
    }
}
