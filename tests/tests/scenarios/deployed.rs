//! A deployed stack keeps both products in step: the binaries as AWS would run them, behind its API
//! and its schedule, with settings and secrets written by the operator's tool.
//!
//! `.ci/deploy` deploys the stack and tells by the environment where it is; without one there is
//! nothing to look at, and that is said. Nothing here reaches beyond loopback.

use std::time::{Duration, Instant};

use simulators::{contrast::IncidentSeed, jira::Jira};
use tokio::time::timeout;

use crate::products::{API_KEY, JIRA_TOKEN, Products, SERVICE_KEY};

mod stack;

use stack::{CONTRAST_SECRET, JIRA_SECRET, Stack};

/// The schedule fires every minute; a busy machine may take its time.
const LONGEST_WAIT: Duration = Duration::from_mins(4);
const PERSON: &str = "Ana Souza";

/// Prints what was seen to hold, and how long it took.
fn ok(what: &str, since: Instant) {
    println!("ok: {what} ({} ms)", since.elapsed().as_millis());
}

/// Waits until something holds; whatever changes it does so by a call to one of the products.
async fn until(products: &Products, what: &str, holds: impl Fn(&Products) -> bool) {
    let waited = timeout(LONGEST_WAIT, async {
        while !holds(products) {
            products.answered().await;
        }
    });
    assert!(waited.await.is_ok(), "not within {LONGEST_WAIT:?}: {what}");
}

/// The id of an incident's ticket, once it has one.
fn ticket_of(products: &Products, number: &str) -> Option<String> {
    let mark = format!("({number})");
    products.jira(|jira, _| {
        let mut tickets = jira.tickets();
        let found = tickets.find(|ticket| ticket.summary.contains(&mark));
        found.map(|ticket| ticket.id.clone())
    })
}

/// Raises an incident; its push waits to be sent.
fn raise(products: &Products) -> String {
    products.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::sql_injection(), now))
}

/// Whether a comment in Contrast has those words.
fn said_in_contrast(products: &Products, number: &str, words: &str) -> bool {
    products.contrast(|contrast, _| {
        let incident = contrast.incident(number).expect("the incident");
        let mut comments = incident.comments.iter();
        comments.any(|comment| comment.text.contains(words))
    })
}

/// Whether a comment in Jira has those words.
fn said_in_jira(products: &Products, ticket: &str, words: &str) -> bool {
    products.jira(|jira, _| {
        let ticket = jira.ticket(ticket).expect("the ticket");
        let mut comments = ticket.comments.iter();
        comments.any(|comment| comment.text().contains(words))
    })
}

/// The settings and the credentials, by the commands that the papers name; and the webhook secrets,
/// entered in the products as people do.
async fn set_up(stack: &Stack, products: &Products) {
    let started = Instant::now();
    stack.put_settings(&products.settings());
    let (email, _) = Jira::DEMO_LOGIN;
    stack.put_secret(
        CONTRAST_SECRET,
        &format!(
            "username = {:?}\nservice_key = {SERVICE_KEY:?}\napi_key = {API_KEY:?}\n",
            simulators::contrast::DEMO_USER
        ),
    );
    let site = format!("email = {email:?}\napi_token = {JIRA_TOKEN:?}\n");
    stack.put_secret(JIRA_SECRET, &site);
    let push = stack.webhook_secret(CONTRAST_SECRET).await;
    products.contrast(|contrast, _| contrast.set_push_secret(Some(&push)));
    let signing = stack.webhook_secret(JIRA_SECRET).await;
    products.jira(|jira, _| jira.set_webhook_secret(Some(&signing)));
    ok("settings and secrets are written with `operate`", started);
}

/// Pushes what Contrast has to tell, and opens a ticket by it.
async fn a_signed_push_opens_a_ticket(stack: &Stack, products: &Products) -> (String, String) {
    let started = Instant::now();
    // What an earlier part did is told as well, and is no news.
    let number = raise(products);
    let answers = stack.deliver_pushes(products).await;
    assert!(answers.iter().all(|status| *status == 200), "{answers:?}");
    let has_ticket = |products: &Products| ticket_of(products, &number).is_some();
    until(products, "a ticket for the push", has_ticket).await;
    let ticket = products.ticket(&number);
    products.jira(|jira, _| jira.drop_outbox());
    ok("a signed push opens a ticket", started);
    (number, ticket)
}

async fn wrong_signatures_are_refused(stack: &Stack, products: &Products, ticket: &str) {
    let started = Instant::now();
    raise(products);
    let push = products
        .contrast(|contrast, _| contrast.take_outbox())
        .remove(0);
    assert_eq!(stack.push(&[], &push.body).await, 401);
    let wrong = [("X-Northstar-Secret".to_owned(), "another".to_owned())];
    assert_eq!(stack.push(&wrong, &push.body).await, 401);
    products
        .jira(|jira, now| jira.comment(ticket, PERSON, "Never signed.", now))
        .expect("a comment");
    let told = products.jira(|jira, _| jira.take_outbox()).remove(0);
    let mut forged = told.headers.clone();
    for (name, value) in &mut forged {
        if name == "X-Hub-Signature" {
            *value = format!("sha256={}", "0".repeat(64));
        }
    }
    assert_eq!(stack.deliver(&forged, &told.body).await, 401);
    ok("a wrong signature is refused, at both doors", started);
}

async fn comments_cross(stack: &Stack, products: &Products, number: &str, ticket: &str) {
    let started = Instant::now();
    products
        .jira(|jira, now| jira.comment(ticket, PERSON, "Looking into it.", now))
        .expect("a comment");
    assert_eq!(stack.deliver_news(products).await, [200]);
    let crossed = |products: &Products| said_in_contrast(products, number, "Looking into it.");
    until(products, "the comment of Jira in Contrast", crossed).await;
    ok("a comment crosses from Jira to Contrast", started);
}

/// Nothing of this is told by a webhook: the schedule alone can find it.
async fn the_schedule_heals(stack: &Stack, products: &Products, number: &str, ticket: &str) {
    let started = Instant::now();
    let lost = raise(products);
    products.contrast(|contrast, now| {
        contrast.comment(number, "Mara Lindt", "Seen from the office network.", now)
    });
    products.lose();
    let healed = |products: &Products| ticket_of(products, &lost).is_some();
    until(products, "a ticket for the lost push", healed).await;
    ok(
        "the schedule fires, and its sweep heals a lost webhook",
        started,
    );
    let crossed =
        |products: &Products| said_in_jira(products, ticket, "Seen from the office network.");
    until(products, "the comment of Contrast in Jira", crossed).await;
    ok("a comment crosses from Contrast to Jira", started);
    stack.deliver_news(products).await;
}

async fn done_closes_the_incident(
    stack: &Stack,
    products: &Products,
    number: &str,
    ticket: &str,
    how: &str,
) {
    let started = Instant::now();
    products
        .jira(|jira, now| jira.transition_to(ticket, PERSON, "Done", now))
        .expect("done");
    let answers = stack.deliver_news(products).await;
    assert!(answers.iter().all(|status| *status == 200), "{answers:?}");
    let closed = |products: &Products| !products.is_open(number);
    until(products, "the incident is closed", closed).await;
    ok(how, started);
}

/// The functions stay as they are deployed; they remember the old secrets.
async fn rotated_secrets_work(stack: &Stack, products: &Products) {
    let started = Instant::now();
    products.jira(|jira, _| jira.set_token(Jira::DEMO_ACCOUNT, Some("planted-jira-token-2")));
    stack.put_secret(JIRA_SECRET, r#"{"api_token": "planted-jira-token-2"}"#);
    let (number, ticket) = a_signed_push_opens_a_ticket(stack, products).await;
    ok("a rotated API token works without a deploy", started);
    let old = stack.webhook_secret(JIRA_SECRET).await;
    stack.operate(&["secrets", "rotate-webhook", JIRA_SECRET], "");
    let new = stack.webhook_secret(JIRA_SECRET).await;
    assert_ne!(old, new, "the first that counts is the new one");
    products.jira(|jira, _| jira.set_webhook_secret(Some(&new)));
    let how = "a rotated webhook secret works without a deploy: Done closes the incident";
    done_closes_the_incident(stack, products, &number, &ticket, how).await;
    stack.operate(&["secrets", "rotate-webhook", JIRA_SECRET, "--finish"], "");
    assert_eq!(stack.webhook_secret(JIRA_SECRET).await, new);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_deployed_stack_keeps_both_products_in_step() {
    let Some(stack) = Stack::at_hand() else {
        return;
    };
    let products = Products::start().await;
    set_up(&stack, &products).await;
    let (number, ticket) = a_signed_push_opens_a_ticket(&stack, &products).await;
    comments_cross(&stack, &products, &number, &ticket).await;
    the_schedule_heals(&stack, &products, &number, &ticket).await;
    let how = "Done in Jira closes the incident";
    done_closes_the_incident(&stack, &products, &number, &ticket, how).await;
    rotated_secrets_work(&stack, &products).await;
    // Last: a door reads a secret afresh once in half a minute, which a wrong signature uses up.
    wrong_signatures_are_refused(&stack, &products, &ticket).await;
    let told = stack.operate(&["cases", "list", "--state", "stuck"], "");
    assert!(told.contains("0 case(s) stuck."), "{told}");
    let case = format!(
        "{}/incident/{number}",
        products.contrast(|contrast, _| contrast.org_id().to_owned())
    );
    let told = stack.operate(&["cases", "history", &case], "");
    assert!(told.lines().count() > 3, "its history is told: {told}");
    println!("ok: `operate` tells that nothing is stuck, and what was done for {case}");
}
