//! Operations on the table as a whole.
//!
//! The table is there from the beginning; never is there a second one.

use serde_json::{Value, json};

use super::{
    Table,
    refusal::{Answer, Refusal},
    request::Request,
    schema::{EXPIRY, INDEXES, KeyPart, Keys, TABLE},
};

impl Table {
    pub(super) fn create_table(&self, mut request: Request) -> Answer<Vec<u8>> {
        match request.text("TableName")? {
            Some(name) if name == self.name => Err(Refusal::in_use(&name)),
            _ => Err(Refusal::denied("CreateTable")),
        }
    }

    pub(super) fn describe_table(&self, mut request: Request) -> Answer<Vec<u8>> {
        request.check_table(&self.name)?;
        let indexes: Vec<Value> = INDEXES
            .iter()
            .map(|(name, keys)| {
                json!({
                    "IndexName": name,
                    "KeySchema": key_schema(keys),
                    "Projection": { "ProjectionType": "KEYS_ONLY" },
                    "IndexStatus": "ACTIVE",
                })
            })
            .collect();
        let parts = INDEXES.iter().map(|(_, keys)| keys).chain([&TABLE]);
        let definitions: Vec<Value> = parts
            .flat_map(|keys| [keys.hash, keys.range])
            .map(|KeyPart { name, kind }| json!({ "AttributeName": name, "AttributeType": kind }))
            .collect();
        let table = json!({ "Table": {
            "TableName": self.name,
            "TableStatus": "ACTIVE",
            "TableArn": format!("arn:aws:dynamodb:us-east-1:000000000000:table/{}", self.name),
            "KeySchema": key_schema(&TABLE),
            "AttributeDefinitions": definitions,
            "GlobalSecondaryIndexes": indexes,
            "BillingModeSummary": { "BillingMode": "PAY_PER_REQUEST" },
            "ItemCount": self.rows.all().count(),
            "TableSizeBytes": self.rows.all().map(|stored| stored.size).sum::<usize>(),
        }});
        Ok(table.to_string().into_bytes())
    }

    pub(super) fn list_tables(&self) -> Vec<u8> {
        json!({ "TableNames": [self.name] })
            .to_string()
            .into_bytes()
    }

    pub(super) fn update_time_to_live(&self, mut request: Request) -> Answer<Vec<u8>> {
        request.check_table(&self.name)?;
        let mut wanted = Request::of(request.required("TimeToLiveSpecification")?)?;
        let enabled = wanted.flag("Enabled")?;
        let attribute = wanted.text("AttributeName")?;
        Err(Refusal::validation(match (enabled, attribute.as_deref()) {
            (Some(true), Some(EXPIRY)) => "TimeToLive is already enabled",
            _ => {
                "TimeToLive is active on a different AttributeName: current AttributeName is \
                  expires_at"
            }
        }))
    }
}

fn key_schema(keys: &Keys) -> Value {
    json!([
        { "AttributeName": keys.hash.name, "KeyType": "HASH" },
        { "AttributeName": keys.range.name, "KeyType": "RANGE" },
    ])
}
