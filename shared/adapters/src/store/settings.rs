//! The settings document in the table.
//!
//! Written whole, under a version check, and only after it was validated. Never holds a secret.

use domain::trouble::{Trouble, TroubleKind};

use super::{
    TableStore,
    item::{number_of, text_of},
    key, number, text, trouble,
};

/// The document as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSettings {
    /// The document, as JSON.
    pub document: String,
    /// Counts its changes, from 1.
    pub version: u64,
}

/// A document to be put in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteSettings {
    /// The document, as JSON.
    pub document: String,
    /// The version it replaces; 0 for none.
    pub replaces: u64,
}

impl TableStore {
    /// Reads the settings in force.
    pub async fn read_settings(&self) -> Result<Option<StoredSettings>, Trouble> {
        let item = self
            .get("settings", "current", "reading the settings")
            .await?;
        Ok(item.and_then(|item| {
            let version = u64::try_from(number_of(&item, "version")?).ok()?;
            Some(StoredSettings {
                document: text_of(&item, "document")?,
                version,
            })
        }))
    }

    /// Puts a document in force, if nobody else did meanwhile (`TroubleKind::Held`).
    pub async fn write_settings(&self, write: &WriteSettings) -> Result<(), Trouble> {
        let WriteSettings { document, replaces } = write;
        let mut item = key("settings", "current");
        item.insert("document".to_owned(), text(document));
        item.insert("version".to_owned(), number(replaces + 1));
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item));
        let request = if *replaces == 0 {
            request.condition_expression("attribute_not_exists(pk)")
        } else {
            request
                .condition_expression("#version = :replaces")
                .expression_attribute_names("#version", "version")
                .expression_attribute_values(":replaces", number(replaces))
        };
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(aws_sdk_dynamodb::operation::put_item::PutItemError::is_conditional_check_failed_exception) =>
            {
                let words = "somebody else changed the settings meanwhile";
                Err(Trouble::of(
                    "writing the settings",
                    words,
                    TroubleKind::Held,
                ))
            }
            Err(error) => Err(trouble("writing the settings", &error)),
        }
    }
}
