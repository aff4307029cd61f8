//! The door for Contrast's pushes: who may come in, and what a push says.
//!
//! Nothing is read before the secret was compared, and nothing of a body ever gets into an error.
//! A push is a hint to look; whatever it leaves out is unknown, not absent.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{
    case::{CaseFacts, CaseId, CaseKind, OrgId},
    moment::Moment,
};
use serde_json::Value;

use super::{
    fields::{Object, moment},
    wire::number_key,
};
use crate::{
    json::{self, NotRead},
    secrets::ConnectionSecret,
};

mod facts;

/// The header that a push presents its secret in.
pub const SECRET_HEADER: &str = "X-Northstar-Secret";
/// More items in one push than this are a mistake.
const MAX_ITEMS: usize = 500;
/// More values than this would take more memory than a function has.
const MAX_VALUES: usize = 100_000;

/// What a sender presented.
#[derive(Clone, Copy, Default)]
pub struct Presented<'a> {
    /// The value of [`SECRET_HEADER`].
    pub secret_header: Option<&'a str>,
    /// The value of `Authorization`.
    pub authorization: Option<&'a str>,
}

/// The sender presented nothing that we accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the push presents no valid secret")]
pub struct Unverified;

/// The body is not what Contrast sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub &'static str);

/// A push whose sender presented a valid secret; there is no other way to get one than [`verify`].
pub struct VerifiedPush {
    body: Vec<u8>,
}

/// One thing that a push says.
#[derive(Clone, Debug, PartialEq)]
pub enum PushItem {
    /// A single attack; its incident is announced by itself.
    Attack,
    /// An incident or an issue that may have changed.
    Case {
        /// Which one.
        case: CaseId,
        /// What the push tells of it.
        facts: Box<CaseFacts>,
        /// When the sender says it was sent or changed. Where it does not say, only the receiver's clock
        /// can stand in: any earlier time would make the push look stale, and its news would be lost.
        at: Option<Moment>,
    },
    /// Not ours, with the reason.
    Foreign(&'static str),
}

/// Compares what was presented with what is accepted: the secret header with any of the secrets, or
/// HTTP Basic with any of the passwords.
pub fn verify(
    body: &[u8],
    presented: Presented<'_>,
    secret: &ConnectionSecret,
) -> Result<VerifiedPush, Unverified> {
    let basic = presented.authorization.and_then(basic_credentials);
    let by_header = secret
        .webhook_secrets
        .has(presented.secret_header.map(str::as_bytes));
    let by_basic = secret.webhook_basic.has(basic.as_deref());
    if by_header | by_basic {
        Ok(VerifiedPush {
            body: body.to_vec(),
        })
    } else {
        Err(Unverified)
    }
}

fn basic_credentials(header: &str) -> Option<Vec<u8>> {
    let (scheme, credentials) = header.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    STANDARD.decode(credentials.trim()).ok()
}

impl VerifiedPush {
    /// Reads what the push says to the connection of that organisation.
    pub fn decode(self, org: &OrgId) -> Result<Vec<PushItem>, Malformed> {
        let body = json::read(&self.body, MAX_VALUES).map_err(|why| match why {
            NotRead::NotJson => Malformed("the body is not JSON"),
            NotRead::TooMany => Malformed("the body holds more than 100000 values"),
        })?;
        match body {
            Value::Object(object) => Ok(vec![item_of(&object, org)?]),
            Value::Array(items) if items.len() <= MAX_ITEMS => {
                let items = items.iter().map(|item| match item {
                    Value::Object(object) => item_of(object, org),
                    _ => Err(Malformed("an entry of the list is not an object")),
                });
                items.collect()
            }
            Value::Array(_) => Err(Malformed("the list has more than 500 entries")),
            _ => Err(Malformed("the body is neither an object nor a list")),
        }
    }
}

/// Attacks first, because they may name the incident they belong to.
fn item_of(object: &Object, org: &OrgId) -> Result<PushItem, Malformed> {
    let told = |key: &str| object.get(key).filter(|value| !value.is_null());
    if told("observationId")
        .or_else(|| told("eventUuid"))
        .is_some()
    {
        return Ok(PushItem::Attack);
    }
    let Some((kind, number)) = [CaseKind::Incident, CaseKind::Issue]
        .into_iter()
        .find_map(|kind| told(number_key(kind)).map(|number| (kind, number)))
    else {
        return Ok(PushItem::Foreign(
            "neither an attack, nor an incident, nor an issue",
        ));
    };
    match told("organizationUuid") {
        Some(Value::String(uuid)) if uuid.trim().eq_ignore_ascii_case(org.as_str()) => {}
        Some(Value::String(_)) => return Ok(PushItem::Foreign("another organisation")),
        // Not told, or senseless like any other optional field: the URL says whose it is.
        _ => {}
    }
    let unusable = Malformed(match kind {
        CaseKind::Incident => "an incident's id is not an id",
        CaseKind::Issue => "an issue's id is not an id",
    });
    let number = number.as_str().map(str::trim).ok_or(unusable)?;
    // An id of dots alone would be a step in a path and lead elsewhere.
    if number.bytes().all(|byte| byte == b'.') {
        return Err(unusable);
    }
    let case = CaseId::new(org.clone(), kind, number).map_err(|_| unusable)?;
    let facts = Box::new(facts::facts_of(kind, object));
    let at = moment(object, &["timestamp", "updatedTime", "updateTime"]);
    Ok(PushItem::Case { case, facts, at })
}

#[cfg(test)]
mod tests;
