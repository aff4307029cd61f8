//! Texts and shapes: what is stored comes back the same.

use std::{collections::HashMap, sync::Arc};

use aws_sdk_dynamodb::types::AttributeValue;

use super::bench::{Bench, item, n, s, sort_of};

/// Texts that people write and machines stumble over.
pub(super) const TEXTS: [&str; 16] = [
    "",
    " ",
    "\u{0}",
    "a\u{0}b",
    "\u{1}\u{7}\u{8}\u{b}\u{c}\u{1f}\u{7f}\u{85}",
    "line\r\nline\u{2028}line\u{2029}\ttab",
    "\"quotes\" \\back\\slashes\\ 'and' <tags> &amp; {{braces}} %s \\u0041",
    "e\u{301} \u{e9} z\u{335}\u{321}\u{489}",
    "שלום \u{202e}drawkcab\u{202c} العربية \u{200f}",
    "👩🏽\u{200d}🚒 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} 🇨🇭",
    "\u{feff}mark \u{fffd} \u{fffe} \u{ffff} \u{10ffff} \u{d7ff} \u{e000}",
    "漢字 カタカナ 한국어 ไทย हिन्दी",
    "\u{200b}zero\u{200d}width\u{2060}",
    "null",
    "123",
    "NaN",
];

pub(super) async fn every_text_comes_back_the_same(bench: Arc<Bench>) {
    for (number, text) in TEXTS.iter().enumerate() {
        let key = format!("text-{number}");
        let map = HashMap::from([(format!("in {text}"), s(*text))]);
        let mut stored = item(
            &key,
            "link",
            &[
                ("plain", s(*text)),
                ("map", AttributeValue::M(map)),
                ("list", AttributeValue::L(vec![s(*text), s("after")])),
            ],
        );
        bench.put(stored.clone()).await;
        assert_eq!(bench.read(&key, "link").await.as_ref(), Some(&stored));
        let updated = s(format!("{text}+{text}"));
        bench
            .updating(&key, "link")
            .update_expression("SET plain = :text")
            .condition_expression("plain = :old")
            .expression_attribute_values(":text", updated.clone())
            .expression_attribute_values(":old", s(*text))
            .send()
            .await
            .expect("the condition sees the same text");
        stored.insert("plain".to_owned(), updated);
        assert_eq!(bench.read(&key, "link").await, Some(stored), "{text:?}");
    }
}

pub(super) async fn every_text_can_be_a_key_and_a_member(bench: Arc<Bench>) {
    let texts: Vec<&str> = TEXTS.into_iter().filter(|text| !text.is_empty()).collect();
    for text in &texts {
        bench.put(item("keys", text, &[])).await;
        bench.put(item(text, "link", &[])).await;
        assert!(bench.read("keys", text).await.is_some(), "{text:?}");
        assert!(bench.read(text, "link").await.is_some(), "{text:?}");
        bench
            .updating("set", "link")
            .update_expression("ADD aspects :text")
            .expression_attribute_values(":text", super::bench::ss(&[text]))
            .send()
            .await
            .expect("it is added");
    }
    // They come in the order of their bytes.
    let mut expected: Vec<String> = texts.iter().map(ToString::to_string).collect();
    expected.sort();
    let query = bench
        .query()
        .key_condition_expression("pk = :keys")
        .expression_attribute_values(":keys", s("keys"))
        .limit(3);
    let rows = bench.pages(query).await.concat();
    assert_eq!(rows.iter().map(sort_of).collect::<Vec<_>>(), expected);
    let set = bench.read("set", "link").await.expect("it stands");
    assert_eq!(super::bench::members(&set, "aspects"), expected);
}

pub(super) async fn every_shape_comes_back_the_same(bench: Arc<Bench>) {
    let deep = AttributeValue::M(HashMap::from([
        ("none".to_owned(), AttributeValue::Null(true)),
        ("yes".to_owned(), AttributeValue::Bool(true)),
        ("no".to_owned(), AttributeValue::Bool(false)),
        ("text".to_owned(), s("")),
        ("number".to_owned(), n(-7)),
        ("empty list".to_owned(), AttributeValue::L(Vec::new())),
        ("empty map".to_owned(), AttributeValue::M(HashMap::new())),
        (
            "mixed".to_owned(),
            AttributeValue::L(vec![
                s("a"),
                n(1),
                AttributeValue::Null(true),
                AttributeValue::L(vec![AttributeValue::M(HashMap::from([(
                    "x.y[0]#:".to_owned(),
                    s("a name with signs"),
                )]))]),
            ]),
        ),
    ]));
    let stored = item("shapes", "link", &[("document", deep)]);
    bench.put(stored.clone()).await;
    assert_eq!(bench.read("shapes", "link").await, Some(stored));
}
