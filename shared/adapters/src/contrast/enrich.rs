//! What a responder wants to know beyond the case itself.
//!
//! A part that this tenant does not give is left out; one that may come later is waited for.

use domain::{
    case::{CaseFacts, CaseId, Observation, RelatedIssue, SourceAddress},
    settings::Connection,
    trouble::{Trouble, TroubleKind},
};
use http::Method;
use serde_json::json;

use super::{
    exchange::{Exchange, Order},
    fields::{
        LINE, MAX_ENTRIES, Object, application, count, line, moment, objects, prose, push_new,
    },
    paths::{path_of, with_query},
};
use crate::http::Repeat;

const DOING: &str = "reading what belongs to the incident";
/// Observations that are kept; all of them count.
const MAX_OBSERVATIONS: usize = 20;

/// The facts around an incident, in three calls.
pub(super) async fn enrich(
    exchange: &Exchange,
    connection: &Connection,
    case: &CaseId,
) -> Result<CaseFacts, Trouble> {
    let mut facts = CaseFacts::default();
    let read = |operation| {
        let path = path_of(connection, operation, Some(case), None)?;
        Ok::<_, Trouble>(Order::get(connection, operation, path, DOING))
    };

    let order = read("list-incident-addresses")?;
    if let Some(answer) = part(exchange, order).await? {
        for entry in objects(&answer, "ipAddresses") {
            if let Some(address) = line(entry, &["ipAddress"]) {
                let source = SourceAddress {
                    address,
                    count: None,
                    blocked: None,
                };
                push_new(&mut facts.source_addresses, source);
            }
        }
    }

    let order = Order {
        method: Method::POST,
        body: Some(json!({})),
        repeat: Repeat::Harmless, // A search, although it is a POST.
        ..read("list-incident-observations")?
    };
    if let Some(answer) = part(exchange, order).await? {
        facts.observation_count = count(&answer, "total");
        objects(&answer, "observations").for_each(|observation| observe(&mut facts, observation));
    }

    let mut order = read("list-incident-issues")?;
    order.path = with_query(&order.path, "page=0&size=100");
    if let Some(answer) = part(exchange, order).await? {
        for issue in objects(&answer, "content") {
            if let Some(number) = line(issue, &["issueId"]) {
                let title = line(issue, &["title", "issueName", "name"]).unwrap_or_default();
                push_new(&mut facts.related_issues, RelatedIssue { number, title });
            }
        }
    }
    Ok(facts.bounded())
}

/// One part; `None` where it cannot be had.
async fn part(exchange: &Exchange, order: Order<'_>) -> Result<Option<Object>, Trouble> {
    match exchange.send(order).await {
        Ok(answer) if answer.status.is_success() => Ok(answer.object(DOING).ok()),
        Ok(answer) => match answer.refusal(DOING) {
            trouble if matches!(trouble.kind, TroubleKind::Never { .. }) => Ok(None),
            trouble => Err(trouble),
        },
        Err(trouble) => Err(trouble),
    }
}

/// Adds what one observation tells.
fn observe(facts: &mut CaseFacts, object: &Object) {
    let observation = Observation {
        detected_at: moment(object, &["detectedTime"]),
        rule: line(object, &["ruleId"]),
        result: line(object, &["result"]),
        request_url: line(object, &["httpRoute"]),
        source_address: line(object, &["httpSourceIp"]),
        attack_value: prose(object, "attackValue", LINE),
    };
    if let Some(url) = &observation.request_url {
        push_new(&mut facts.request_urls, url.clone());
    }
    if let Some(rule) = &observation.rule {
        push_new(&mut facts.rules, rule.clone());
    }
    if let Some(application) = application(object) {
        push_new(&mut facts.applications, application);
    }
    if let Some(environment) = line(object, &["deploymentTier"]) {
        push_new(&mut facts.environments, environment);
    }
    if let Some(address) = &observation.source_address {
        count_address(
            &mut facts.source_addresses,
            address,
            observation.result.as_deref(),
        );
    }
    if facts.observations.len() < MAX_OBSERVATIONS {
        facts.observations.push(observation);
    }
}

/// An address counts as blocked as long as every attack from it was.
fn count_address(addresses: &mut Vec<SourceAddress>, address: &str, result: Option<&str>) {
    let blocked = result.map(|result| result.eq_ignore_ascii_case("BLOCKED"));
    if let Some(source) = addresses
        .iter_mut()
        .find(|source| source.address == address)
    {
        let first = source.count.is_none();
        source.count = Some(source.count.unwrap_or(0) + 1);
        source.blocked = match (source.blocked, blocked) {
            (known, new) if first => known.or(new),
            (Some(known), Some(new)) => Some(known && new),
            // An attack that went through settles it; what is not told does not.
            (Some(false), None) | (None, Some(false)) => Some(false),
            _ => None,
        };
    } else if addresses.len() < MAX_ENTRIES {
        addresses.push(SourceAddress {
            address: address.to_owned(),
            count: Some(1),
            blocked,
        });
    }
}
