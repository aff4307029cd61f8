//! The settings document in the table, and the draft of another.
//!
//! Written whole, under a version check, and only after it was validated; a draft may have faults,
//! and nobody but whoever edits it reads it. Never holds a secret.

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::{delete_item::DeleteItemError, put_item::PutItemError},
};
use domain::{
    moment::Moment,
    trouble::{Trouble, TroubleKind},
};

use super::{
    Item, TableStore,
    item::{moment_of, number_of, text_of},
    key, moment, number, text, trouble,
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

/// A document that is being edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The document, as JSON. It may have faults.
    pub document: String,
    /// Grows with each change; never the same again, even after the draft was deleted.
    pub version: u64,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at: Moment,
}

/// A draft to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteDraft {
    /// The document, as JSON.
    pub document: String,
    /// The version it replaces; 0 for none.
    pub replaces: u64,
    /// Who changed it.
    pub changed_by: String,
    /// When.
    pub changed_at: Moment,
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
        let words = "somebody else changed the settings meanwhile";
        self.put_version(item, *replaces, "writing the settings", words)
            .await
    }

    /// Reads the draft, if there is one.
    pub async fn read_draft(&self) -> Result<Option<Draft>, Trouble> {
        let item = self.get("settings", "draft", "reading the draft").await?;
        Ok(item.and_then(|item| {
            Some(Draft {
                document: text_of(&item, "document")?,
                version: u64::try_from(number_of(&item, "version")?).ok()?,
                changed_by: text_of(&item, "changed_by")?,
                changed_at: moment_of(&item, "changed_at")?,
            })
        }))
    }

    /// Keeps a draft, if nobody else changed it meanwhile (`TroubleKind::Held`); answers with its
    /// version.
    pub async fn write_draft(&self, write: &WriteDraft) -> Result<u64, Trouble> {
        let WriteDraft {
            document,
            replaces,
            changed_by,
            changed_at,
        } = write;
        // The time, so that no version comes a second time after a draft was deleted.
        let at = u64::try_from(changed_at.epoch_ms()).unwrap_or_default();
        let version = at.max(replaces + 1);
        let mut item = key("settings", "draft");
        item.insert("document".to_owned(), text(document));
        item.insert("version".to_owned(), number(version));
        item.insert("changed_by".to_owned(), text(changed_by));
        item.insert("changed_at".to_owned(), moment(*changed_at));
        let words = "somebody else changed the draft meanwhile";
        self.put_version(item, *replaces, "writing the draft", words)
            .await?;
        Ok(version)
    }

    /// Deletes the draft of that version; `TroubleKind::Held` where there is another meanwhile, or none.
    pub async fn delete_draft(&self, version: u64) -> Result<(), Trouble> {
        let doing = "deleting the draft";
        let answer = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key("settings", "draft")))
            .condition_expression("#version = :replaces")
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":replaces", number(version))
            .send()
            .await;
        match answer {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error))
                if matches!(
                    error.err(),
                    DeleteItemError::ConditionalCheckFailedException(_)
                ) =>
            {
                let words = "somebody else changed the draft meanwhile";
                Err(Trouble::of(doing, words, TroubleKind::Held))
            }
            Err(error) => Err(trouble(doing, &error)),
        }
    }

    /// Writes an item in the place of that version of it (0: of none), and of no other.
    async fn put_version(
        &self,
        item: Item,
        replaces: u64,
        doing: &str,
        meanwhile: &str,
    ) -> Result<(), Trouble> {
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item));
        let request = if replaces == 0 {
            request.condition_expression("attribute_not_exists(pk)")
        } else {
            request
                .condition_expression("#version = :replaces")
                .expression_attribute_names("#version", "version")
                .expression_attribute_values(":replaces", number(replaces))
        };
        match request.send().await {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error))
                if matches!(
                    error.err(),
                    PutItemError::ConditionalCheckFailedException(_)
                ) =>
            {
                Err(Trouble::of(doing, meanwhile, TroubleKind::Held))
            }
            Err(error) => Err(trouble(doing, &error)),
        }
    }
}
