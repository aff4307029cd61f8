//! The shape of a comment, and what of it is read.
//!
//! An author is a name; where Jira shows an e-mail address in its place, it is taken out.

use domain::{
    comment::{CommentId, CommentReading, Nonce, WrittenComment},
    moment::Moment,
    trouble::Trouble,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::refusal::without_addresses;
use crate::jira::adf::from_adf;

/// The key of our mark among a comment's properties.
const COMMENT_PROPERTY: &str = "northstar-jira-sync.mirror";
const NOBODY: &str = "Somebody";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireCommentPage {
    pub(super) comments: Vec<WireComment>,
    pub(super) total: u64,
    pub(super) max_results: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireCommentList {
    pub(super) values: Vec<WireComment>,
    pub(super) is_last: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireComment {
    pub(super) id: String,
    #[serde(rename = "self")]
    address: Option<String>,
    author: Option<WireAuthor>,
    #[serde(default)]
    body: Value,
    created: Option<String>,
    updated: Option<String>,
    visibility: Option<Value>,
    jsd_public: Option<bool>,
    /// `None` when the answer says nothing of them, which is not the same as having none.
    pub(super) properties: Option<Vec<WireProperty>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireAuthor {
    display_name: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireProperty {
    key: String,
    #[serde(default)]
    value: Value,
}

/// What is read of the answer to a write.
#[derive(Debug, Deserialize)]
pub(super) struct WireWritten {
    id: String,
    updated: Option<String>,
}

impl WireWritten {
    pub(super) fn into_written(self) -> Option<WrittenComment> {
        let id = CommentId::new(self.id).ok()?;
        Some(WrittenComment {
            id,
            updated_at: self.updated.as_deref().and_then(Moment::parse),
        })
    }
}

impl WireComment {
    pub(super) fn into_reading(self, doing: &str) -> Result<CommentReading, Trouble> {
        let author = self
            .author
            .and_then(|author| author.display_name)
            .unwrap_or_default();
        let author = without_addresses(author.trim());
        Ok(CommentReading {
            id: CommentId::new(self.id)
                .map_err(|_| Trouble::again_later(doing, "the answer made no sense"))?,
            author: if author.is_empty() {
                NOBODY.to_owned()
            } else {
                author
            },
            created_at: self.created.as_deref().and_then(Moment::parse),
            updated_at: self.updated.as_deref().and_then(Moment::parse),
            body: from_adf(&self.body),
            internal: self
                .visibility
                .is_some_and(|visibility| !visibility.is_null())
                || self.jsd_public == Some(false),
            marker: self
                .properties
                .unwrap_or_default()
                .iter()
                .find_map(marker_of),
        })
    }

    /// Whether it stands on that ticket, as far as its address tells.
    pub(super) fn may_be_of(&self, ticket: &str) -> bool {
        let home = self.address.as_deref().and_then(|address| {
            let (_, rest) = address.split_once("/issue/")?;
            rest.split('/').next()
        });
        home.is_none_or(|home| home == ticket || !home.bytes().all(|byte| byte.is_ascii_digit()))
    }
}

fn marker_of(property: &WireProperty) -> Option<Nonce> {
    if property.key != COMMENT_PROPERTY {
        return None;
    }
    Nonce::new(property.value.get("nonce")?.as_str()?).ok()
}

/// The properties of a new comment: our mark.
pub(super) fn properties_with(marker: &Nonce) -> Value {
    json!([{ "key": COMMENT_PROPERTY, "value": { "nonce": marker.as_str() } }])
}
