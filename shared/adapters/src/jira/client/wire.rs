//! The shapes in which Jira answers, and what of them is read.
//!
//! Private to the client. What must be there is demanded, everything else may be missing: Jira's
//! enumerations are open and its shapes grow.

use std::collections::BTreeMap;

use domain::{
    case::{CaseId, Phase},
    moment::Moment,
    settings::Site,
    ticket::{
        Priority, ScreenField, Ticket, TicketId, TicketKey, TicketMarker, TicketReading, Transition,
    },
    trouble::Trouble,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::jira::adf::from_adf;

/// The key of our mark among a ticket's properties.
pub(super) const TICKET_PROPERTY: &str = "northstar-jira-sync";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireMyself {
    pub(super) account_id: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireCreated {
    id: String,
    key: String,
}

impl WireCreated {
    pub(super) fn into_ticket(self, site: &Site) -> Option<Ticket> {
        let id = TicketId::new(self.id).ok()?;
        let key = TicketKey::new(self.key).ok()?;
        Some(Ticket {
            site: site.name.clone(),
            id,
            key,
        })
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireSearchPage {
    #[serde(default)]
    pub(super) issues: Vec<WireTicket>,
    pub(super) next_page_token: Option<String>,
    pub(super) is_last: Option<bool>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireBulk {
    #[serde(default)]
    pub(super) issues: Vec<WireTicket>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireTransitions {
    pub(super) transitions: Vec<WireTransition>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireTicket {
    id: String,
    key: String,
    fields: WireFields,
    properties: Option<BTreeMap<String, Value>>,
}

#[derive(Debug, Deserialize)]
struct WireFields {
    status: WireStatus,
    priority: Option<WirePriority>,
    resolution: Option<WireNamed>,
    description: Option<Value>,
    updated: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireStatus {
    name: String,
    status_category: WireCategory,
}

#[derive(Debug, Deserialize)]
struct WireCategory {
    key: String,
}

#[derive(Debug, Deserialize)]
struct WirePriority {
    id: String,
    name: String,
}

#[derive(Debug, Deserialize)]
struct WireNamed {
    name: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireTransition {
    id: String,
    name: String,
    to: WireStatus,
    #[serde(default, rename = "isAvailable")]
    is_available: Option<bool>,
    #[serde(default)]
    fields: BTreeMap<String, WireScreenField>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireScreenField {
    name: Option<String>,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    has_default_value: bool,
    schema: Option<WireSchema>,
    allowed_values: Option<Vec<Value>>,
}

#[derive(Debug, Deserialize)]
struct WireSchema {
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// Done is what Jira's status category says, and nothing else.
fn phase_of(status: &WireStatus) -> Phase {
    if status.status_category.key == "done" {
        Phase::Closed
    } else {
        Phase::Open
    }
}

impl WireTicket {
    /// The reading, or trouble when it has no identity that we understand.
    pub(super) fn into_reading(self, doing: &str) -> Result<TicketReading, Trouble> {
        let senseless = |_| Trouble::again_later(doing, "the answer made no sense");
        let fields = self.fields;
        let description = fields
            .description
            .filter(|description| !description.is_null());
        let description = description.map(|description| from_adf(&description));
        Ok(TicketReading {
            id: TicketId::new(self.id).map_err(senseless)?,
            key: TicketKey::new(self.key).map_err(senseless)?,
            phase: phase_of(&fields.status),
            status: fields.status.name,
            resolution: fields.resolution.map(|resolution| resolution.name),
            priority: fields.priority.map(|priority| Priority {
                id: priority.id,
                name: priority.name,
            }),
            description: description.filter(|description| !description.is_empty()),
            updated_at: fields.updated.as_deref().and_then(Moment::parse),
            marker: self
                .properties
                .as_ref()
                .and_then(|all| marker_of(all.get(TICKET_PROPERTY)?)),
        })
    }
}

/// Our mark, if it is one. What somebody else wrote under our key is none.
fn marker_of(value: &Value) -> Option<TicketMarker> {
    let case = CaseId::parse(value.get("case")?.as_str()?).ok()?;
    let nonce = value.get("nonce")?.as_str()?.to_owned();
    Some(TicketMarker { case, nonce })
}

/// Our mark as the value of a property.
pub(super) fn marker_value(marker: &TicketMarker) -> Value {
    json!({ "case": marker.case.to_string(), "nonce": marker.nonce })
}

pub(super) fn read_transitions(wire: Vec<WireTransition>) -> Vec<Transition> {
    wire.into_iter()
        .filter(|transition| transition.is_available != Some(false))
        .map(|transition| Transition {
            to_phase: phase_of(&transition.to),
            id: transition.id,
            name: transition.name,
            to_status: transition.to.name,
            fields: transition
                .fields
                .into_iter()
                .map(|(id, field)| screen_field(id, field))
                .collect(),
        })
        .collect()
}

fn screen_field(id: String, field: WireScreenField) -> ScreenField {
    let kind = field
        .schema
        .and_then(|schema| schema.kind)
        .unwrap_or_default();
    // A choice that we could not write back is none that may be offered.
    let shape = shape_of(&id).filter(|shape| shape.takes(&kind));
    let allowed = match shape {
        Some(shape) => field
            .allowed_values
            .unwrap_or_default()
            .iter()
            .filter_map(|value| value.get(shape.key())?.as_str().map(ToOwned::to_owned))
            .collect(),
        None => Vec::new(),
    };
    ScreenField {
        name: field.name.unwrap_or_else(|| id.clone()),
        required: field.required && !field.has_default_value,
        id,
        allowed,
    }
}

/// How a choice on a transition's screen is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChoiceShape {
    /// `{"name": ...}`
    Name,
    /// `[{"name": ...}]`
    Names,
    /// `{"value": ...}`
    Value,
}

/// The shape of a field, as far as its id alone tells it.
pub(super) fn shape_of(id: &str) -> Option<ChoiceShape> {
    match id {
        "resolution" | "priority" | "security" => Some(ChoiceShape::Name),
        "components" | "fixVersions" | "versions" => Some(ChoiceShape::Names),
        custom if custom.starts_with("customfield_") => Some(ChoiceShape::Value),
        _ => None,
    }
}

impl ChoiceShape {
    /// Whether a field of this kind (of its schema) is written so.
    fn takes(self, kind: &str) -> bool {
        match self {
            Self::Name => kind != "array",
            Self::Names => kind == "array",
            Self::Value => kind == "option",
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Name | Self::Names => "name",
            Self::Value => "value",
        }
    }

    /// The choice as the value of the field.
    pub(super) fn value_of(self, choice: &str) -> Value {
        match self {
            Self::Name => json!({ "name": choice }),
            Self::Names => json!([{ "name": choice }]),
            Self::Value => json!({ "value": choice }),
        }
    }
}
