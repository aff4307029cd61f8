//! Signatures: none but the right one is taken, over the bytes that were sent.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use proptest::{collection::vec, prelude::*, sample::Index};
use simulators::lambda_event::delivered;

use super::{
    doors::{JIRA, Knock, answer, bodies, is_an_answer, is_turned_away, warm_stage},
    hold, runtime,
    stage::Stage,
};

/// Ways to sign that look right and are not.
fn wrong_signatures(stage: &Stage, body: &[u8]) -> Vec<Vec<String>> {
    let right = stage.signature_of(body);
    let digits = right.trim_start_matches("sha256=").to_owned();
    let bytes: Vec<u8> = (0..32)
        .map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).expect("hex"))
        .collect();
    let other = stage.signature_of(&[body, b" "].concat());
    let wrong = format!("sha256={}", "0".repeat(64));
    let mut flipped = right.clone().into_bytes();
    let last = flipped.len() - 1;
    flipped[last] = if flipped[last] == b'0' { b'1' } else { b'0' };
    let alone = [
        digits.clone(),
        format!("sha256={}", STANDARD.encode(&bytes)),
        STANDARD.encode(&bytes),
        format!("SHA256={digits}"),
        format!("sha1={digits}"),
        format!("sha512={digits}{digits}"),
        format!("sha256 = {digits}"),
        format!("sha256={digits}00"),
        format!("sha256={}", &digits[..62]),
        format!("sha256={right}"),
        format!("sha256={digits},sha256={digits}"),
        format!("{wrong}, {right}"),
        format!("sha256=\u{2009}{digits}"),
        String::from_utf8(flipped).expect("text"),
        other.clone(),
        String::new(),
    ];
    let mut all: Vec<Vec<String>> = alone.into_iter().map(|value| vec![value]).collect();
    all.push(vec![wrong, right.clone()]);
    all.push(vec![other, right.clone(), right]);
    all.push(Vec::new());
    all
}

#[test]
fn no_other_signature_than_the_right_one_is_taken() {
    let runtime = runtime();
    let stage = runtime.block_on(warm_stage());
    let draw = (any::<Index>(), bodies());
    hold(60, &draw, |(which, body)| {
        for secret in ["X-Hub-Signature", "x-hub-signature"] {
            let signatures = wrong_signatures(&stage, &body);
            let headers = which.get(&signatures).iter();
            let headers = headers.map(|value| (secret.to_owned(), value.clone().into_bytes()));
            let knock = Knock {
                path: JIRA.to_owned(),
                headers: headers.collect(),
                body: body.clone(),
            };
            let request = knock.request().expect("a request");
            runtime.block_on(is_turned_away(&stage, request, &[401]))?;
        }
        Ok(())
    });
}

#[test]
fn what_is_signed_are_the_bytes_behind_the_base64_of_the_gateway() {
    let runtime = runtime();
    let stage = runtime.block_on(warm_stage());
    hold(40, &vec(any::<u8>(), 0..300), |body| {
        let signature = stage.signature_of(&body);
        let headers = [("X-Hub-Signature".to_owned(), signature)];
        let event = delivered(JIRA, &headers, &body).to_string();
        let request = lambda_http::request::from_str(&event).expect("an event");
        // Signed by Jira: refused for what it says, if at all, and not for its signature.
        let response = runtime.block_on(answer(&stage, request));
        is_an_answer(&response, &[200, 400])?;
        let mut other = body.clone();
        other.push(b'=');
        let event = delivered(JIRA, &headers, &other).to_string();
        let request = lambda_http::request::from_str(&event).expect("an event");
        runtime.block_on(is_turned_away(&stage, request, &[401]))
    });
}
