//! Markup, links, mentions, queries and lines of our own, put where only words belong: they reach the other
//! side as what they are, and nothing that we send or store is led astray.

use std::cell::Cell;

use proptest::{prop_assert, prop_assert_eq, test_runner::TestCaseError};
use serde_json::{Value, json};
use simulators::{contrast, jira::Person};

use super::{
    hold,
    names::{EVIL, RUNBOOK, names, seed_of},
    runtime,
    stage::{Seen, Stage},
};

/// All nodes of a document.
fn nodes<'a>(node: &'a Value, all: &mut Vec<&'a Value>) {
    all.push(node);
    for child in node["content"].as_array().map_or(&[][..], Vec::as_slice) {
        nodes(child, all);
    }
}

/// The addresses that a document leads to; nobody may be mentioned in it.
fn links_of(document: &Value) -> Result<Vec<String>, TestCaseError> {
    let mut all = Vec::new();
    nodes(document, &mut all);
    let mut links = Vec::new();
    for node in all {
        let kind = node["type"].as_str().unwrap_or_default();
        let known = [
            "doc",
            "paragraph",
            "heading",
            "bulletList",
            "orderedList",
            "listItem",
            "codeBlock",
            "blockquote",
            "table",
            "tableRow",
            "tableHeader",
            "tableCell",
            "rule",
            "text",
            "hardBreak",
        ];
        prop_assert!(known.contains(&kind), "{} in {}", kind, document);
        for mark in node["marks"].as_array().map_or(&[][..], Vec::as_slice) {
            if let Some(href) = mark["attrs"]["href"].as_str() {
                links.push(href.to_owned());
            }
        }
    }
    let of_the_web = |href: &String| href.starts_with("https://") || href.starts_with("http://");
    prop_assert!(links.iter().all(of_the_web), "{:?}", links);
    Ok(links)
}

/// Nothing of what was sent is led astray: no path, no query, no search.
fn stays_on_its_way(sent: &[Seen]) -> Result<(), TestCaseError> {
    for seen in sent {
        let known = seen.host == "contrast.example.com" || seen.host == "acme.atlassian.net";
        prop_assert!(known && seen.url.is_ascii(), "{}", seen.url);
        for odd in [
            EVIL,
            "alert(",
            "northstar-jira-sync ",
            "..",
            "%2",
            "OR%20",
            "<",
            "\"",
            " ",
        ] {
            prop_assert!(!seen.url.contains(odd), "{}", seen.url);
        }
        let Ok(body) = serde_json::from_slice::<Value>(&seen.body) else {
            prop_assert!(seen.body.is_empty());
            continue;
        };
        if let Some(query) = body["jql"].as_str() {
            let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-\"=> ".contains(letter);
            let quotes = query.matches('"').count();
            prop_assert!(query.chars().all(plain) && quotes <= 4, "{}", query);
            prop_assert!(!query.contains(" OR "), "{}", query);
        }
    }
    Ok(())
}

fn ticket_is_only_words(stage: &Stage, number: &str) -> Result<(), TestCaseError> {
    let jira = stage.world.network.jira();
    let label = domain::ticket::case_label(&stage.case(number));
    let bears_it = |ticket: &&simulators::jira::SimTicket| ticket.labels.contains(&label);
    let tickets: Vec<_> = jira.tickets().filter(bears_it).collect();
    prop_assert_eq!(tickets.len(), 1);
    let ticket = tickets[0];
    let summary = &ticket.summary;
    prop_assert!(
        summary.encode_utf16().count() <= 255 && !summary.contains(char::is_control),
        "{}",
        summary
    );
    let labels: Vec<&str> = ticket.labels.iter().map(String::as_str).collect();
    prop_assert_eq!(labels.len(), 3, "{:?}", labels);
    prop_assert!(labels.contains(&"northstar") && labels.contains(&"from-contrast"));
    let properties: Vec<&String> = ticket.properties.keys().collect();
    prop_assert_eq!(properties, ["northstar-jira-sync"]);
    let page = format!(
        "https://contrast.example.com/Contrast/cs/index.html#/{}/incidents/{number}",
        contrast::DEMO_ORG_ID
    );
    let mut links = links_of(ticket.description.as_ref().expect("a description"))?;
    links.sort();
    links.dedup();
    prop_assert_eq!(links, vec![page.clone(), RUNBOOK.to_owned()]);
    let targets: Vec<&str> = ticket.links.iter().map(|link| link.url.as_str()).collect();
    prop_assert_eq!(targets, [page.as_str()]);
    for comment in &ticket.comments {
        links_of(&comment.body)?;
    }
    Ok(())
}

fn mirrors_are_whole(stage: &Stage, number: &str) -> Result<usize, TestCaseError> {
    let contrast = stage.world.network.contrast();
    let mut mirrors = 0;
    for comment in &contrast.incident(number).expect("it").comments {
        if comment.user != contrast::DEMO_USER {
            continue;
        }
        let lines: Vec<&str> = comment.text.lines().collect();
        let last = lines.last().copied().unwrap_or_default();
        prop_assert!(
            last.starts_with("[northstar-jira-sync ") && last.ends_with(']'),
            "{}",
            comment.text
        );
        prop_assert!(
            !last.contains("0123456789abcdef01234567"),
            "the mark is ours: {}",
            last
        );
        if lines[0].contains(" wrote in Jira on ") {
            mirrors += 1;
            prop_assert!(
                lines[0].ends_with(" UTC:"),
                "one line says who wrote it: {}",
                comment.text
            );
        }
    }
    Ok(mirrors)
}

/// A comment that mentions somebody for real, as Jira's editor makes it.
fn mention(words: &str) -> Value {
    let content = json!([
        { "type": "mention", "attrs": { "id": "712020:00000000-0000-4000-8000-000000000002", "text": "@Ana Souza" } },
        { "type": "text", "text": if words.is_empty() { " " } else { words } },
    ]);
    json!({ "type": "doc", "version": 1, "content": [{ "type": "paragraph", "content": content }] })
}

/// Somebody in each product with such a name; answers with the account and the address.
fn newcomers(stage: &Stage, turn: usize, name: &str, other: &str) -> (String, String) {
    let account = format!("712020:00000000-0000-4000-8000-1{turn:011}");
    let person = Person {
        account_id: account.clone(),
        email: format!("p{turn}@example.com"),
        token: None,
        scoped_token: false,
        display_name: other.to_owned(),
        sees_internal: false,
    };
    stage.jira(|jira, _| jira.add_person(person));
    let email = format!("p{turn}{name}@example.com");
    let person = contrast::Person {
        id: format!("p{turn}"),
        email: email.clone(),
        name: other.to_owned(),
        service_key: None,
    };
    stage.contrast(|contrast, _| contrast.add_person(person));
    (account, email)
}

async fn exchange(
    stage: &Stage,
    turn: usize,
    name: &str,
    other: &str,
) -> Result<(), TestCaseError> {
    let (person, email) = newcomers(stage, turn, name, other);
    stage.network.take_seen();
    let number = stage.contrast(|contrast, now| contrast.raise_incident(seed_of(name, other), now));
    stage.announce().await;
    let link = stage.link(&number).await;
    let ticket = link.pair().expect("a ticket").ticket.id.to_string();
    stage
        .jira(|jira, now| jira.comment(&ticket, &person, &name.replace('\u{0}', ""), now))
        .expect("a comment");
    stage.contrast(|contrast, now| contrast.comment(&number, &email, other, now));
    stage.announce().await;
    stage
        .jira(|jira, now| jira.transition_to(&ticket, &person, "Done", now))
        .expect("done");
    stage.announce().await;
    for _ in 0..2 {
        stage.world.pass_minutes(3);
        stage.sweep().await;
        stage.world.lose();
    }
    stays_on_its_way(&stage.network.take_seen())?;
    ticket_is_only_words(stage, &number)?;
    prop_assert_eq!(mirrors_are_whole(stage, &number)?, 1);
    let jira = stage.world.network.jira();
    let refused: Vec<_> = jira
        .calls()
        .iter()
        .filter(|call| call.status == 400)
        .collect();
    prop_assert!(
        refused.is_empty(),
        "Jira takes whatever we send: {:?}",
        refused
    );
    let comments = &jira.ticket(&ticket).expect("it").comments;
    prop_assert_eq!(comments.len(), 2, "one of each side, and no echo");
    Ok(())
}

#[test]
fn hostile_names_and_words_reach_the_other_side_as_words() {
    let runtime = runtime();
    let stage = runtime.block_on(Stage::new());
    let turn = Cell::new(0);
    hold(8, &(names(), names()), |(name, other)| {
        turn.set(turn.get() + 1);
        runtime.block_on(exchange(&stage, turn.get(), &name, &other))
    });
    runtime.block_on(stage.end());
}

#[tokio::test]
async fn nobody_is_mentioned_by_a_mirror_on_either_side() {
    let stage = Stage::new().await;
    let (number, ticket) = stage.linked_incident().await;
    let texts = [
        "@Ana Souza please look",
        "[~accountid:712020:00000000-0000-4000-8000-000000000002] and [~ana]",
        "<@U1> <!here> @channel",
    ];
    for text in texts {
        stage.contrast(|contrast, now| contrast.comment(&number, "Mara Lindt", text, now));
    }
    stage.jira(|jira, now| {
        jira.comment(&ticket, "Ben Okafor", "To be replaced.", now)
            .expect("a comment");
    });
    stage.world.lose();
    // The editor of Jira makes a node of a mention, which people's own texts here do not.
    let spoil = mention(" please look");
    stage.network.tamper_with(Box::new(move |_, mut answer| {
        let mut told: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        let list = ["comments", "values"]
            .into_iter()
            .find(|name| told.get(name).is_some_and(Value::is_array));
        if let Some(list) = list {
            for comment in told[list].as_array_mut().into_iter().flatten() {
                if comment["author"]["displayName"] == "Ben Okafor" {
                    comment["body"] = spoil.clone();
                }
            }
            *answer.body_mut() = told.to_string().into_bytes();
        }
        Ok(answer)
    }));
    for _ in 0..3 {
        stage.world.pass_minutes(3);
        stage.sweep().await;
        stage.world.lose();
    }
    {
        let jira = stage.world.network.jira();
        let comments = &jira.ticket(&ticket).expect("it").comments;
        assert_eq!(comments.len(), 4);
        for comment in comments {
            links_of(&comment.body).expect("no mention");
        }
        let contrast = stage.world.network.contrast();
        let comments = &contrast.incident(&number).expect("it").comments;
        let mirror = comments
            .iter()
            .find(|comment| comment.text.contains("Ben Okafor wrote"));
        let text = &mirror.expect("the mirror").text;
        assert!(
            text.contains("@Ana Souza please look") && !text.contains("712020"),
            "{text}"
        );
    }
    stage.network.leave_alone();
    stage.settle().await;
}
