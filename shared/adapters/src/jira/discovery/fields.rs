//! The fields that a new ticket of a type can or must be given.
//!
//! Mandatory is what Jira requires and has no default for.

use domain::{settings::Site, trouble::Trouble};
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    kinds::{Choice, FieldKind, OwnField, WireSchema, choices_of, kind_of},
    segment,
};
use crate::jira::{JiraClient, client::call::Call};

/// The most fields that Jira gives in a page.
const FIELDS: u64 = 200;

/// A field on the screen on which tickets of a type are created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldMeta {
    /// Jira's id, such as `customfield_10050`, which the settings use.
    pub id: String,
    /// The name people see.
    pub name: String,
    /// Whether a ticket cannot be created without a value for it.
    pub required: bool,
    /// What can be written into it.
    pub kind: FieldKind,
    /// What there is to choose from; empty where anything goes.
    pub choices: Vec<Choice>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireField {
    field_id: Option<String>,
    key: Option<String>,
    name: String,
    required: bool,
    #[serde(default)]
    has_default_value: bool,
    schema: WireSchema,
    allowed_values: Option<Vec<Value>>,
}

/// The priorities that a project has, out of the fields of one of its types.
pub fn priorities(fields: &[FieldMeta]) -> &[Choice] {
    let own = FieldKind::OwnedByService(OwnField::Priority);
    let field = fields.iter().find(|field| field.kind == own);
    field.map_or(&[], |field| &field.choices)
}

impl JiraClient {
    /// Lists the fields on the screen for new tickets of a type, by the ids of project (or its key)
    /// and type.
    pub async fn list_fields(
        &self,
        site: &Site,
        project: &str,
        issue_type_id: &str,
    ) -> Result<Vec<FieldMeta>, Trouble> {
        let doing = "listing the fields";
        let (project, kind) = (segment(project, doing)?, segment(issue_type_id, doing)?);
        let call_from = |start: u64| {
            let path = format!(
                "/issue/createmeta/{project}/issuetypes/{kind}?startAt={start}&maxResults={FIELDS}"
            );
            Call::harmless("list-fields", Method::GET, path, doing)
        };
        let rows: Vec<WireField> = self.read_pages(site, FIELDS, call_from).await?;
        rows.into_iter().map(|wire| field_of(wire, doing)).collect()
    }
}

fn field_of(wire: WireField, doing: &str) -> Result<FieldMeta, Trouble> {
    let id = wire.field_id.or(wire.key);
    let id = id.ok_or_else(|| super::senseless(doing))?;
    let kind = kind_of(&id, &wire.schema);
    // People are searched for, and what is not written needs no choices.
    let choices = match kind {
        FieldKind::User | FieldKind::Unsupported(_) => Vec::new(),
        _ => choices_of(&wire.allowed_values.unwrap_or_default()),
    };
    Ok(FieldMeta {
        required: wire.required && !wire.has_default_value,
        name: wire.name,
        kind,
        choices,
        id,
    })
}
