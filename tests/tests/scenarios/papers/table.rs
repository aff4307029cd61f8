//! The table: the template's, the store's, and what README's commands do to it.

use std::collections::{BTreeMap, BTreeSet};

use adapters::store::{TableStore, create_table, random_tokens};
use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, KeySchemaElement, TableDescription},
};
use domain::{
    case::{CaseId, CaseKind, OrgId},
    link::{Aspect, Wakeup},
    moment::Moment,
    ports::{Acquired, Store as _},
};
use local::database::EmbeddedDatabase;

use super::paper;

const TABLE: &str = "papers";

/// What a table is made of.
#[derive(Debug, Default, PartialEq, Eq)]
struct Shape {
    billing: String,
    attributes: BTreeMap<String, String>,
    /// The keys of the table (under its empty name) and of each index, in order.
    keys: BTreeMap<String, Vec<(String, String)>>,
    projections: BTreeMap<String, String>,
    expires: String,
}

/// The table as the template writes it: one line for each attribute and key.
fn shape_of_template() -> Shape {
    let template = paper("infra/template.yaml");
    let (_, table) = template.split_once("\n  Table:\n").expect("a table");
    let mut shape = Shape::default();
    let mut index = String::new();
    // What belongs to the table is indented further than its own name.
    for line in table.lines().take_while(|line| line.starts_with("   ")) {
        let line = line.trim();
        let after = |name: &str| line.split(name).nth(1).map(word);
        let pair = || {
            (
                after("AttributeName: ").unwrap_or_default(),
                after("KeyType: "),
            )
        };
        if let Some(name) = line.strip_prefix("- IndexName: ") {
            name.clone_into(&mut index);
        } else if let Some(kind) = after("AttributeType: ") {
            shape.attributes.insert(pair().0, kind);
        } else if let (name, Some(kind)) = pair() {
            let keys = shape.keys.entry(index.clone()).or_default();
            keys.push((name, kind));
        } else if let Some(kind) = after("ProjectionType: ") {
            shape.projections.insert(index.clone(), kind);
        } else if let Some(billing) = after("BillingMode: ") {
            shape.billing = billing;
        } else if line.starts_with("TimeToLiveSpecification: ") && line.contains("Enabled: true") {
            shape.expires = pair().0;
        }
    }
    shape
}

/// The first word of a text.
fn word(text: &str) -> String {
    let end = text.find([' ', ',', '}']).unwrap_or(text.len());
    text[..end].to_owned()
}

fn keys_of(schema: &[KeySchemaElement]) -> Vec<(String, String)> {
    schema
        .iter()
        .map(|key| {
            let kind = key.key_type().as_str().to_owned();
            (key.attribute_name().to_owned(), kind)
        })
        .collect()
}

fn shape_of_table(table: &TableDescription, expires: String) -> Shape {
    let billing = table.billing_mode_summary();
    let mut shape = Shape {
        billing: billing
            .and_then(|summary| summary.billing_mode())
            .map(|mode| mode.as_str().to_owned())
            .unwrap_or_default(),
        expires,
        ..Shape::default()
    };
    for attribute in table.attribute_definitions() {
        shape.attributes.insert(
            attribute.attribute_name().to_owned(),
            attribute.attribute_type().as_str().to_owned(),
        );
    }
    shape
        .keys
        .insert(String::new(), keys_of(table.key_schema()));
    for index in table.global_secondary_indexes() {
        let name = index.index_name().unwrap_or_default().to_owned();
        shape.keys.insert(name.clone(), keys_of(index.key_schema()));
        let projection = index
            .projection()
            .and_then(|projection| projection.projection_type())
            .map(|kind| kind.as_str().to_owned());
        shape
            .projections
            .insert(name, projection.unwrap_or_default());
    }
    shape
}

async fn table() -> (EmbeddedDatabase, Client) {
    let database = EmbeddedDatabase::start(None).await.expect("a store");
    let client = database.client();
    create_table(&client, TABLE).await.expect("a table");
    (database, client)
}

#[tokio::test]
async fn the_template_and_the_store_make_the_same_table() {
    let (_database, client) = table().await;
    let described = client.describe_table().table_name(TABLE).send().await;
    let described = described.expect("a description").table;
    let expiry = client
        .describe_time_to_live()
        .table_name(TABLE)
        .send()
        .await;
    let expires = expiry
        .expect("a description")
        .time_to_live_description
        .and_then(|expiry| expiry.attribute_name)
        .unwrap_or_default();
    let made = shape_of_table(&described.expect("a table"), expires);
    assert_eq!(shape_of_template(), made);
    assert_eq!(made.keys.len(), 3, "the table and two indexes");
    assert_eq!(made.expires, "expires_at");
}

/// An argument in single quotes of a command in README.
fn argument(command: &str, name: &str) -> String {
    let readme = paper("README.md");
    let (_, rest) = readme.split_once(command).expect("the command");
    let command = rest.split("```").next().unwrap_or(rest);
    let (_, rest) = command
        .split_once(&format!("--{name} '"))
        .expect("the argument");
    rest.split('\'').next().unwrap_or(rest).to_owned()
}

/// Values as the command line writes them.
fn values(json: &str) -> Vec<(String, AttributeValue)> {
    let values: BTreeMap<String, BTreeMap<String, serde_json::Value>> =
        serde_json::from_str(json).expect("values");
    let of = |(name, value): (String, BTreeMap<String, serde_json::Value>)| {
        let (kind, value) = value.into_iter().next().expect("a value");
        let text = value.as_str().unwrap_or_default().to_owned();
        let value = match kind.as_str() {
            "S" => AttributeValue::S(text),
            "N" => AttributeValue::N(text),
            "SS" => AttributeValue::Ss(serde_json::from_value(value).expect("texts")),
            kind => panic!("a value of the kind {kind}"),
        };
        (name, value)
    };
    values.into_iter().map(of).collect()
}

#[tokio::test]
async fn the_command_of_the_readme_wakes_a_case_as_a_webhook_does() {
    const COMMAND: &str = "aws dynamodb update-item";
    let (_database, client) = table().await;
    let store = TableStore::new(client.clone(), TABLE, random_tokens());
    let org = OrgId::new("00000000-0000-4000-8000-000000000001").expect("an id");
    let [known, foreign] = ["INC-2026-1", "INC-2026-2"]
        .map(|number| CaseId::new(org.clone(), CaseKind::Incident, number).expect("an id"));
    let start = Moment::from_epoch_ms(1_000_000);
    let wakeup = Wakeup {
        case: known.clone(),
        aspects: BTreeSet::from([Aspect::Owed]),
        pushed: None,
    };
    store.wake(&wakeup, start).await.expect("a wake-up");
    let wake = async |case: &CaseId| {
        let key = argument(COMMAND, "key").replace("ORG/incident/INC-2026-1", &case.to_string());
        let request = client
            .update_item()
            .table_name(TABLE)
            .set_key(Some(values(&key).into_iter().collect()))
            .update_expression(argument(COMMAND, "update-expression"))
            .condition_expression(argument(COMMAND, "condition-expression"))
            .set_expression_attribute_values(Some(
                values(&argument(COMMAND, "expression-attribute-values"))
                    .into_iter()
                    .collect(),
            ));
        request.send().await.is_ok()
    };
    assert!(wake(&known).await);
    assert!(!wake(&foreign).await, "nothing is made up");
    let due = store.list_due(start, None).await.expect("a list");
    assert_eq!(due.cases.len(), 1);
    let lease = match store.acquire(&known, start, 90_000).await.expect("a lease") {
        Acquired::Held(lease) => lease,
        Acquired::HeldByAnother => panic!("nobody else is there"),
    };
    let mut wanted = Aspect::everything();
    assert_eq!(lease.wanted, wanted.len() as u64 + 1, "one for each aspect");
    wanted.insert(Aspect::Owed);
    assert_eq!(lease.aspects, wanted);
}
