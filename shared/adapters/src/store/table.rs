//! The table's shape, for engines that are not set up by the template.
//!
//! Must stay the same as `infra/template.yaml`; a test compares the two.

use aws_sdk_dynamodb::{
    Client,
    types::{
        AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType,
        Projection, ProjectionType, ScalarAttributeType, TimeToLiveSpecification,
    },
};
use domain::trouble::Trouble;

use super::{CLASS_INDEX, DUE_INDEX, trouble};

const DOING: &str = "creating the table";

/// Creates the table if it does not exist.
pub async fn create_table(client: &Client, table: &str) -> Result<(), Trouble> {
    let request = client
        .create_table()
        .table_name(table)
        .billing_mode(BillingMode::PayPerRequest)
        .attribute_definitions(attribute("pk", ScalarAttributeType::S)?)
        .attribute_definitions(attribute("sk", ScalarAttributeType::S)?)
        .attribute_definitions(attribute("due_list", ScalarAttributeType::S)?)
        .attribute_definitions(attribute("due_at", ScalarAttributeType::N)?)
        .attribute_definitions(attribute("class_list", ScalarAttributeType::S)?)
        .attribute_definitions(attribute("class_key", ScalarAttributeType::S)?)
        .key_schema(key_part("pk", KeyType::Hash)?)
        .key_schema(key_part("sk", KeyType::Range)?)
        .global_secondary_indexes(index(DUE_INDEX, "due_list", "due_at")?)
        .global_secondary_indexes(index(CLASS_INDEX, "class_list", "class_key")?);
    match request.send().await {
        Ok(_) => {}
        Err(error)
            if error
                .as_service_error()
                .is_some_and(aws_sdk_dynamodb::operation::create_table::CreateTableError::is_resource_in_use_exception) =>
        {
            return Ok(());
        }
        Err(error) => return Err(trouble(DOING, &error)),
    }
    let ttl = TimeToLiveSpecification::builder()
        .enabled(true)
        .attribute_name("expires_at")
        .build()
        .map_err(|error| Trouble::never(DOING, error.to_string()))?;
    client
        .update_time_to_live()
        .table_name(table)
        .time_to_live_specification(ttl)
        .send()
        .await
        .map_err(|error| trouble(DOING, &error))?;
    Ok(())
}

fn attribute(name: &str, kind: ScalarAttributeType) -> Result<AttributeDefinition, Trouble> {
    AttributeDefinition::builder()
        .attribute_name(name)
        .attribute_type(kind)
        .build()
        .map_err(|error| Trouble::never(DOING, error.to_string()))
}

fn key_part(name: &str, kind: KeyType) -> Result<KeySchemaElement, Trouble> {
    KeySchemaElement::builder()
        .attribute_name(name)
        .key_type(kind)
        .build()
        .map_err(|error| Trouble::never(DOING, error.to_string()))
}

fn index(name: &str, partition: &str, sort: &str) -> Result<GlobalSecondaryIndex, Trouble> {
    GlobalSecondaryIndex::builder()
        .index_name(name)
        .key_schema(key_part(partition, KeyType::Hash)?)
        .key_schema(key_part(sort, KeyType::Range)?)
        .projection(
            Projection::builder()
                .projection_type(ProjectionType::KeysOnly)
                .build(),
        )
        .build()
        .map_err(|error| Trouble::never(DOING, error.to_string()))
}
