//! The small notes of the table, spoilt: cursors, pointers, pauses, capabilities, settings. None of them
//! stops a sweep, and none is trusted further than it makes sense.

use adapters::{
    service::{SettingsSource as _, TableSettings},
    store::WriteSettings,
};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::settings::document::SettingsDocument;
use simulators::contrast::IncidentSeed;

use super::{
    items::pair,
    spoiling::{number, oddities, text},
    stage::{Item, Stage, TABLE, item_of, text_of},
};

/// The names of all cursors that there are.
const CURSORS: [&str; 12] = [
    "settings",
    "order:demo:incident",
    "page:demo:incident",
    "backfill:demo:incident",
    "changed:acme",
    "rotation:hot",
    "rotation:warm",
    "rotation:cold",
    "rotation:closed",
    "rotation:stuck",
    "poll:hot",
    "poll:warm",
];

#[tokio::test]
async fn cursors_that_make_no_sense_are_survived() {
    let pair = pair().await;
    let stage = &pair.stage;
    let place = |class: &str| {
        format!(r#"{{"pk":"case#x","sk":"link","class_list":"{class}","class_key":"x"}}"#)
    };
    let mut places: Vec<AttributeValue> = [
        "",
        "x",
        "-1",
        "4294967295",
        "4294967296",
        "{}",
        "[]",
        "null",
        "done",
        "@",
        "a@b",
        ",,,,",
        r#"{"pk":1}"#,
        r#"{"pk":"case#x"}"#,
        r#"{"pk":"case#x","sk":"link","class_list":5,"class_key":"x"}"#,
        r#"{"pk":"","sk":"","class_list":"","class_key":""}"#,
    ]
    .map(text)
    .to_vec();
    places.extend(["hot", "stuck", "novel"].map(|class| text(&place(class))));
    places.push(text(&"9".repeat(5_000)));
    places.extend(oddities().into_iter().step_by(6));
    for place in places {
        for name in CURSORS {
            let cursor = [
                ("pk", text(&format!("cursor#{name}"))),
                ("sk", text("cursor")),
                ("place", place.clone()),
            ];
            stage.put(item_of(cursor)).await;
        }
        stage.world.pass_minutes(1);
        let report = stage.sweep().await;
        assert_eq!(report.troubles, Vec::<String>::new(), "{place:?}");
        assert!(report.finished);
        stage.world.lose();
    }
    pair.the_other_goes_on().await.expect("it goes on");
    stage.end().await;
}

#[tokio::test]
async fn a_place_that_makes_no_sense_ends_no_backfill() {
    let settings = include_str!("../../../fixtures/settings.toml").replace(
        "start = \"2026-01-01\"",
        "start = \"2026-06-01\"\nbackfill = true",
    );
    let stage = Stage::with_settings(&settings).await;
    let digest = stage
        .service
        .settings()
        .await
        .expect("settings")
        .digest
        .clone();
    let cursor = [
        ("pk", text("cursor#backfill:demo:incident")),
        ("sk", text("cursor")),
        ("place", text(&format!("{}:somewhere", digest.as_str()))),
    ];
    stage.put(item_of(cursor)).await;
    let number =
        stage.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now));
    stage.world.lose();
    stage.settle().await;
    stage.ticket(&number);
    stage.end().await;
}

#[tokio::test]
async fn pointers_pauses_and_capabilities_that_make_no_sense_are_survived() {
    let pair = pair().await;
    let stage = &pair.stage;
    let pointer = |item: &Item| text_of(item, "sk").as_deref() == Some("pointer");
    let pointers: Vec<Item> = stage.items().await.into_iter().filter(pointer).collect();
    assert_eq!(pointers.len(), 2);
    for odd in oddities().into_iter().step_by(6) {
        for pointer in &pointers {
            let mut garbage = pointer.clone();
            garbage.insert("case_id".to_owned(), odd.clone());
            stage.put(garbage).await;
        }
        for (partition, sort) in [
            ("pauses", "site:acme "),
            ("pauses", "x"),
            ("capabilities", "demo#an-operation-of-tomorrow"),
        ] {
            let row = [
                ("pk", text(partition)),
                ("sk", text(sort)),
                ("since", odd.clone()),
                ("until", odd.clone()),
            ];
            stage.put(item_of(row)).await;
        }
        stage
            .jira(|jira, now| jira.set_priority(&pair.fine_ticket, "Ana Souza", "Low", now))
            .expect("a priority");
        stage.announce().await;
        let report = stage.sweep().await;
        assert_eq!(report.troubles, Vec::<String>::new(), "{odd:?}");
        stage.world.lose();
    }
    let now = stage.service.clock.now();
    local::status::tell_status(&stage.service.store, now)
        .await
        .expect("a status");
    for pointer in pointers {
        stage.put(pointer).await;
    }
    pair.the_other_goes_on().await.expect("it goes on");
    stage.end().await;
}

#[tokio::test]
async fn settings_that_are_spoilt_in_the_table_leave_those_in_force() {
    let stage = Stage::new().await;
    let source = TableSettings::new(stage.service.store.clone());
    let none = source.read().await.expect_err("there are none yet");
    assert!(none.for_people().contains("no settings"), "{none}");
    let document: SettingsDocument =
        toml::from_str(include_str!("../../../fixtures/settings.toml")).expect("settings");
    let write = WriteSettings {
        document: serde_json::to_string(&document).expect("JSON"),
        replaces: 0,
    };
    stage
        .service
        .store
        .write_settings(&write)
        .await
        .expect("written");
    let in_force = source.read().await.expect("settings");
    let whole = item_of([
        ("pk", text("settings")),
        ("sk", text("current")),
        ("version", number("1")),
        ("document", text(&write.document)),
    ]);
    for odd in oddities() {
        for name in ["version", "document"] {
            let mut item = whole.clone();
            item.insert(name.to_owned(), odd.clone());
            stage.put(item).await;
            let read = source.read().await.expect("the old ones");
            assert_eq!(read.connections, in_force.connections, "{name}: {odd:?}");
        }
    }
    let gone = stage.table.delete_item().table_name(TABLE);
    let gone = gone.key("pk", text("settings")).key("sk", text("current"));
    gone.send().await.expect("a deletion");
    let read = source.read().await.expect("the old ones");
    assert_eq!(read.routes, in_force.routes);
}
