//! Items of cases that this version did not write, or that somebody spoilt: whatever one of them holds,
//! it hides no other, and what is wrong with it is said with its case's name.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{link::Class, ports::Store as _};
use proptest::test_runner::TestCaseError;
use proptest::{prop_assert, prop_assert_eq};

use super::{
    hold, runtime,
    spoiling::{number, places, put_at, spoilings, spoilt, text},
    stage::{Item, Stage, item_of, text_of},
};

/// A stage with two linked incidents that have spoken with each other already.
pub struct Pair {
    /// The stage.
    pub stage: Stage,
    /// The incident whose item is spoilt.
    pub spoilt: String,
    /// Its ticket.
    pub spoilt_ticket: String,
    /// The other incident.
    pub fine: String,
    /// Its ticket.
    pub fine_ticket: String,
}

/// Makes them.
pub async fn pair() -> Pair {
    let stage = Stage::new().await;
    let (spoilt, spoilt_ticket) = stage.linked_incident().await;
    let (fine, fine_ticket) = stage.linked_incident().await;
    for (number, ticket) in [(&spoilt, &spoilt_ticket), (&fine, &fine_ticket)] {
        stage
            .jira(|jira, now| jira.comment(ticket, "Ana Souza", "Before.", now))
            .expect("a comment");
        stage.contrast(|contrast, now| contrast.comment(number, "Mara Lindt", "Before too.", now));
    }
    stage.world.lose();
    stage.settle().await;
    stage.end().await;
    Pair {
        stage,
        spoilt,
        spoilt_ticket,
        fine,
        fine_ticket,
    }
}

impl Pair {
    fn shown(&self) -> usize {
        let contrast = self.stage.world.network.contrast();
        contrast.incident(&self.fine).expect("it").comments.len()
    }

    /// The other case goes on: a comment on its ticket, of which no webhook tells, crosses.
    pub async fn the_other_goes_on(&self) -> Result<(), TestCaseError> {
        let before = self.shown();
        self.stage
            .jira(|jira, now| jira.comment(&self.fine_ticket, "Ben Okafor", "More.", now))
            .expect("a comment");
        self.stage.world.lose();
        for _ in 0..2 {
            self.stage.world.pass_minutes(3);
            let report = self.stage.sweep().await;
            for trouble in &report.troubles {
                prop_assert!(trouble.len() < 1_000, "{}", trouble);
            }
        }
        prop_assert_eq!(self.shown(), before + 1, "the other case goes on");
        Ok(())
    }

    async fn bears(&self, item: Item) -> Result<(), TestCaseError> {
        let stage = &self.stage;
        if !stage.try_put(item).await {
            return Ok(());
        }
        let case = stage.case(&self.spoilt);
        let now = stage.service.clock.now();
        if let Err(trouble) = stage.service.store.glimpse(&case, now).await {
            let words = trouble.for_people();
            prop_assert!(words.contains(&case.to_string()), "{}", words);
        }
        let both = [case, stage.case(&self.fine)];
        let seen = stage
            .service
            .store
            .glimpse_many(&both, now)
            .await
            .expect("a reading");
        prop_assert!(seen.iter().any(|glimpse| glimpse.link.case == both[1]));
        let comment = stage
            .jira(|jira, now| jira.comment(&self.spoilt_ticket, "Ana Souza", "Hm.", now))
            .expect("a comment");
        for delivery in stage.world.take_deliveries() {
            let status = stage.deliver(&delivery).await.status().as_u16();
            prop_assert!(matches!(status, 200 | 503), "{}", status);
        }
        self.the_other_goes_on().await?;
        let gone = stage
            .jira(|jira, now| jira.delete_comment(&self.spoilt_ticket, "Ana Souza", &comment, now));
        gone.expect("a deletion");
        Ok(())
    }
}

#[test]
fn an_item_that_is_spoilt_in_any_way_hides_no_other() {
    let runtime = runtime();
    let pair = runtime.block_on(pair());
    let before = runtime.block_on(pair.stage.item(&pair.spoilt));
    let whole = runtime.block_on(pair.stage.items());
    hold(8, &spoilings(), |spoilings| {
        let item = spoilt(&before, &spoilings);
        runtime.block_on(pair.bears(item))
    });
    runtime.block_on(async {
        // Put right again by hand, it goes on as well.
        for item in whole
            .into_iter()
            .filter(|item| text_of(item, "pk") == text_of(&before, "pk"))
        {
            pair.stage.put(item).await;
        }
        pair.stage.world.pass_minutes(10);
        pair.stage.settle().await;
        pair.stage.end().await;
    });
}

#[tokio::test]
async fn numbers_at_their_limits_hide_no_other_case_and_stop_none() {
    let pair = pair().await;
    let stage = &pair.stage;
    let before = stage.item(&pair.spoilt).await;
    for named in [
        &[
            ("attempts", "4294967295"),
            ("facts_at", "-9223372036854775808"),
            ("opened_at", "9223372036854775807"),
            ("pushed_at", "9223372036854775807"),
        ][..],
        &[
            ("moves", "4294967295"),
            ("missing", "255"),
            ("active_at", "9223372036854775807"),
            ("ticket_seen", "-9223372036854775808"),
        ],
        &[
            ("wanted", "9223372036854775807"),
            ("updated_at", "9223372036854775807"),
        ],
        &[
            ("revision", "9223372036854775806"),
            ("lease_until", "-9223372036854775808"),
        ],
    ] {
        let mut whole = AttributeValue::M(before.clone());
        for place in places(&before) {
            let last = place.last().map(String::as_str);
            let limit = named.iter().find(|(name, _)| Some(*name) == last);
            if let Some((_, digits)) = limit {
                put_at(&mut whole, &place, Some(number(digits)));
            }
        }
        let AttributeValue::M(item) = whole else {
            panic!("an item")
        };
        pair.bears(item).await.expect("it is borne");
        // What fails or moves is counted on from there.
        let fault = simulators::jira::FaultKind::Status(503, None);
        let fault = simulators::jira::Fault::new("GET", "/issue/", 4, fault);
        stage.world.network.jira().fail_next(fault);
        for status in ["Done", "To Do"] {
            stage
                .jira(|jira, now| jira.transition_to(&pair.spoilt_ticket, "Ana Souza", status, now))
                .expect("moved");
            for delivery in stage.world.take_deliveries() {
                stage.deliver(&delivery).await;
            }
        }
        stage.world.network.jira().clear_faults();
        stage.put(before.clone()).await;
    }
}

#[tokio::test]
async fn rows_that_name_no_case_are_passed_over_in_every_list() {
    let pair = pair().await;
    let stage = &pair.stage;
    let strange = [
        "case#",
        "case#x",
        "case#a/b/c",
        "elsewhere",
        "case#org/incident/../x",
    ];
    for (at, partition) in strange.into_iter().enumerate() {
        for class in Class::ALL {
            let row = [
                ("pk", text(partition)),
                ("sk", text(&format!("link{at}{}", class.word()))),
                ("class_list", text(class.word())),
                ("class_key", text("!")),
                ("due_list", text("due")),
                ("due_at", number("0")),
            ];
            stage.put(item_of(row)).await;
        }
    }
    pair.the_other_goes_on().await.expect("it goes on");
    let now = stage.service.clock.now();
    let store = &stage.service.store;
    let due = store.list_due(now, None).await.expect("a list");
    assert_eq!(due.cases, Vec::new());
    let hot = store
        .list_class(Class::Hot, None, now)
        .await
        .expect("a list");
    assert_eq!(hot.rows.len(), 2);
    let status = local::status::tell_status(store, now)
        .await
        .expect("a status");
    assert_eq!(status["counts"]["cases"], 2);
}
