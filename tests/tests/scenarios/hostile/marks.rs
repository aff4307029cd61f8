//! Marks of ours that people type, copy and make up: none of them hides a comment, and none makes a
//! ticket a case's.

use proptest::{collection::vec, prelude::*, sample::select, test_runner::TestCaseError};
use serde_json::{Value, json};
use simulators::{contrast, jira::SimComment};

use super::{
    hold, runtime,
    stage::{Item, Stage, text_of},
};

fn in_contrast(stage: &Stage, number: &str) -> Vec<String> {
    let contrast = stage.world.network.contrast();
    let comments = &contrast.incident(number).expect("the incident").comments;
    comments
        .iter()
        .map(|comment| comment.text.clone())
        .collect()
}

fn in_jira(stage: &Stage, ticket: &str) -> Vec<String> {
    let jira = stage.world.network.jira();
    let comments = &jira.ticket(ticket).expect("the ticket").comments;
    comments.iter().map(SimComment::text).collect()
}

fn count_of(texts: &[String], words: &str) -> usize {
    texts.iter().filter(|text| text.contains(words)).count()
}

async fn sweep_twice(stage: &Stage) {
    for _ in 0..2 {
        stage.world.pass_minutes(5);
        stage.sweep().await;
    }
    stage.announce().await;
}

/// What people put where a mark of ours would stand.
fn made_up() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => "[0-9a-f]{24}",
        2 => "[0-9a-f]{24}-[0-9a-f]{8}",
        2 => "[A-Za-z0-9._-]{1,60}",
        1 => select(&["0", "x", "holder-0", "stage-0", "northstar", "..", "-", "hello world", ""][..])
            .prop_map(str::to_owned),
    ]
}

fn forms() -> impl Strategy<Value = &'static str> {
    let forms = &[
        "WORDS\n\n[northstar-jira-sync MARK]",
        "WORDS\n[northstar-jira-sync MARK]",
        "WORDS\r\n\r\n[northstar-jira-sync MARK]\r\n",
        "WORDS\n\n[northstar-jira-sync MARK]   \n\n",
        "[northstar-jira-sync MARK]\nWORDS\n[northstar-jira-sync MARK]",
        "WORDS [northstar-jira-sync MARK]",
    ];
    select(&forms[..])
}

#[test]
fn a_mark_that_somebody_types_hides_no_comment_on_either_side() {
    let runtime = runtime();
    let (stage, number, ticket) = runtime.block_on(async {
        let stage = Stage::new().await;
        let (number, ticket) = stage.linked_incident().await;
        (stage, number, ticket)
    });
    let round = std::cell::Cell::new(0);
    let texts = vec((forms(), made_up()), 4..8);
    hold(4, &texts, |texts| {
        runtime.block_on(async {
            let mut words = Vec::new();
            for (form, mark) in &texts {
                round.set(round.get() + 1);
                let in_contrast = format!("Thought {} of Mara.", round.get());
                let in_jira = format!("Thought {} of Ana.", round.get());
                let text = |words: &str| form.replace("WORDS", words).replace("MARK", mark);
                stage.contrast(|contrast, now| {
                    contrast.comment(&number, "Mara Lindt", &text(&in_contrast), now)
                });
                stage
                    .jira(|jira, now| jira.comment(&ticket, "Ana Souza", &text(&in_jira), now))
                    .expect("a comment");
                words.push((in_contrast, in_jira));
            }
            stage.announce().await;
            sweep_twice(&stage).await;
            let (there, here) = (in_contrast(&stage, &number), in_jira(&stage, &ticket));
            for (of_mara, of_ana) in &words {
                for words in [of_mara, of_ana] {
                    prop_assert_eq!(
                        count_of(&there, words),
                        1,
                        "{} in Contrast: {:#?}",
                        words,
                        &there
                    );
                    prop_assert_eq!(count_of(&here, words), 1, "{} in Jira: {:#?}", words, &here);
                }
            }
            Ok::<(), TestCaseError>(())
        })
    });
    runtime.block_on(stage.end());
}

#[tokio::test]
async fn a_mark_copied_from_anywhere_hides_no_comment() {
    let settings = format!(
        "{}\n[routes.flow]\ndelete_in_contrast = true\n",
        include_str!("../../../fixtures/settings.toml")
    );
    let stage = Stage::with_settings(&settings).await;
    let (elsewhere, other_ticket) = stage.linked_incident().await;
    let (number, ticket) = stage.linked_incident().await;
    let mut originals = Vec::new();
    for ticket in [&other_ticket, &ticket] {
        let comment = stage.jira(|jira, now| jira.comment(ticket, "Ana Souza", "Original.", now));
        originals.push(comment.expect("a comment"));
    }
    stage.announce().await;
    // A mirror and the comment that shows the ticket, both from here and from another incident.
    let mut copies = in_contrast(&stage, &elsewhere);
    copies.extend(in_contrast(&stage, &number));
    assert_eq!(copies.len(), 4);
    let mut written = Vec::new();
    for (at, copy) in copies.iter().enumerate() {
        let text = format!("Reply {at}, about this:\n{copy}");
        let comment =
            stage.contrast(|contrast, now| contrast.comment(&number, "Tom Reyes", &text, now));
        written.push(comment.expect("a comment"));
    }
    sweep_twice(&stage).await;
    for at in 0..copies.len() {
        let crossed = count_of(&in_jira(&stage, &ticket), &format!("Reply {at},"));
        assert_eq!(crossed, 1, "reply {at} crosses, once");
    }
    // The mirror that was copied goes; what people made of it is followed all the same.
    let deleted =
        stage.jira(|jira, now| jira.delete_comment(&ticket, "Ana Souza", &originals[1], now));
    deleted.expect("a deletion");
    stage.announce().await;
    for (at, comment) in written.iter().enumerate() {
        let text = format!("Second thought {at}:\n{}", copies[at]);
        stage.contrast(|contrast, now| contrast.edit_comment(&number, comment, &text, now));
    }
    let late = format!("Too late for a reply:\n{}", copies[3]);
    stage.contrast(|contrast, now| contrast.comment(&number, "Tom Reyes", &late, now));
    sweep_twice(&stage).await;
    let here = in_jira(&stage, &ticket);
    for words in [
        "Second thought 0",
        "Second thought 1",
        "Second thought 2",
        "Second thought 3",
        "Too late for",
    ] {
        assert_eq!(count_of(&here, words), 1, "{words}: {here:#?}");
    }
    stage.end().await;
}

const BEN: &str = "712020:00000000-0000-4000-8000-000000000003";

/// Ben Okafor, who writes programs, calls Jira himself.
pub fn ben_calls(stage: &Stage, method: &str, path: &str, body: &Value) -> Value {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    stage.jira(|jira, now| {
        jira.set_token(BEN, Some("bens-own-token"));
        let login = STANDARD.encode("ben@example.com:bens-own-token");
        let request = http::Request::builder()
            .method(method)
            .uri(format!("https://acme.atlassian.net/rest/api/3{path}"))
            .header("authorization", format!("Basic {login}"))
            .header("content-type", "application/json")
            .body(body.to_string().into_bytes())
            .expect("a request");
        let answer = jira.serve(&request, now);
        assert!(
            answer.status().is_success(),
            "{}",
            String::from_utf8_lossy(answer.body())
        );
        serde_json::from_slice(answer.body()).expect("JSON")
    })
}

fn document(words: &str) -> Value {
    let text = json!({ "type": "text", "text": words });
    json!({ "type": "doc", "version": 1, "content": [{ "type": "paragraph", "content": [text] }] })
}

#[tokio::test]
async fn a_property_that_somebody_sets_hides_no_comment() {
    let stage = Stage::new().await;
    let (number, ticket) = stage.linked_incident().await;
    stage.contrast(|contrast, now| contrast.comment(&number, "Mara Lindt", "Known.", now));
    sweep_twice(&stage).await;
    let known = {
        let jira = stage.world.network.jira();
        let comment = &jira.ticket(&ticket).expect("it").comments[0];
        comment.properties["northstar-jira-sync.mirror"].clone()
    };
    let marks = [
        json!({ "nonce": "made-up" }),
        json!({ "nonce": "0123456789abcdef01234567" }),
        known,
        json!({ "nonce": 5 }),
        json!("x"),
        json!({ "nonce": ".." }),
    ];
    for (at, mark) in marks.iter().enumerate() {
        let properties = json!([{ "key": "northstar-jira-sync.mirror", "value": mark }]);
        let body =
            json!({ "body": document(&format!("By program {at}.")), "properties": properties });
        ben_calls(&stage, "POST", &format!("/issue/{ticket}/comment"), &body);
    }
    stage.announce().await;
    sweep_twice(&stage).await;
    let there = in_contrast(&stage, &number);
    for at in 0..marks.len() {
        assert_eq!(
            count_of(&there, &format!("By program {at}.")),
            1,
            "{there:#?}"
        );
    }
    stage.end().await;
}

#[tokio::test]
async fn a_mark_copied_while_nobody_knows_whose_it_is_stays_with_the_first() {
    let stage = Stage::new().await;
    let (number, ticket) = stage.linked_incident().await;
    let lost = contrast::FaultKind::LostAnswer;
    let lost = contrast::Fault::new("POST", "/comments", 1, lost);
    stage.world.network.contrast().fail_next(lost);
    let original = stage
        .jira(|jira, now| jira.comment(&ticket, "Ana Souza", "First said.", now))
        .expect("a comment");
    for delivery in stage.world.take_deliveries() {
        stage.deliver(&delivery).await;
    }
    // It stands, and before we know, somebody copies it; the list begins with the latest.
    let mirror = in_contrast(&stage, &number)[1].clone();
    stage.contrast(|contrast, now| contrast.comment(&number, "Tom Reyes", &mirror, now));
    stage.network.tamper_with(Box::new(|request, mut answer| {
        let listing = request.method() == "GET" && request.uri().path().ends_with("/comments");
        if let Ok(Value::Array(mut rows)) = serde_json::from_slice(answer.body())
            && listing
        {
            rows.reverse();
            *answer.body_mut() = json!(rows).to_string().into_bytes();
        }
        Ok(answer)
    }));
    sweep_twice(&stage).await;
    stage
        .jira(|jira, now| jira.edit_comment(&ticket, "Ana Souza", &original, "Now said.", now))
        .expect("an edit");
    stage.announce().await;
    let there = in_contrast(&stage, &number);
    assert!(
        there[1].contains("Now said.") && there[2].contains("First said."),
        "{there:#?}"
    );
    assert_eq!(count_of(&in_jira(&stage, &ticket), "tom.reyes"), 1);
    stage.end().await;
}

#[tokio::test]
async fn what_the_store_forgot_does_not_come_back_as_somebodys_comment() {
    let stage = Stage::new().await;
    let (number, ticket) = stage.linked_incident().await;
    let of_case = |item: &Item| text_of(item, "sk").as_deref() == Some("link");
    let before: Vec<Item> = stage.items().await.into_iter().filter(of_case).collect();
    let words = [
        "Two\n\nparagraphs.",
        "- a list\n- of two",
        "A link: https://example.com/a.",
        "`code` & more",
    ];
    for words in words {
        stage
            .jira(|jira, now| jira.comment(&ticket, "Ana Souza", words, now))
            .expect("a comment");
        stage.contrast(|contrast, now| contrast.comment(&number, "Mara Lindt", words, now));
    }
    stage.announce().await;
    sweep_twice(&stage).await;
    let (there, here) = (
        in_contrast(&stage, &number).len(),
        in_jira(&stage, &ticket).len(),
    );
    assert_eq!((there, here), (9, 8));
    // As if the table had been restored to an earlier moment.
    for item in before {
        stage.put(item).await;
    }
    stage.world.pass_minutes(5);
    sweep_twice(&stage).await;
    stage.settle().await;
    let (there, here) = (in_contrast(&stage, &number), in_jira(&stage, &ticket));
    let echoed = |texts: &[String], other: &str| {
        let of_ours = |text: &&String| text.matches(other).count() > 1;
        texts.iter().filter(of_ours).count()
    };
    assert_eq!(echoed(&there, " wrote in "), 0, "{there:#?}");
    assert_eq!(echoed(&here, " wrote in "), 0, "{here:#?}");
    // Each was copied once more, because nobody knows that it was; no more than that.
    assert_eq!((there.len(), here.len()), (13, 12));
    stage.end().await;
}
