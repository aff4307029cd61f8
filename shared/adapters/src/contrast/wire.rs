//! Incidents and issues as Contrast writes them, read into facts.
//!
//! What is missing or senseless is left out; a reading never guesses.

use domain::{
    case::{CaseFacts, CaseId, CaseKind, CloseReason, Phase, Severity},
    ports::CasePage,
    settings::Connection,
};
use serde_json::Value;

use super::fields::{
    Object, PROSE, address, application, count, line, lines, moment, person, prose, score, values,
};

/// The facts that both kinds of case have, from REST.
pub(super) fn facts_of(connection: &Connection, case: &CaseId, object: &Object) -> CaseFacts {
    let mut facts = CaseFacts {
        name: line(object, &["name", "incidentName", "title", "issueName"]),
        phase: phase(object),
        severity: severity(object),
        score: score(object, &["score", "cvssScore"]),
        summary: prose(object, "summary", PROSE).or_else(|| prose(object, "description", PROSE)),
        url: Some(url_of(connection, case)),
        created_at: moment(object, &["createdAt", "createdTime"]),
        updated_at: moment(object, &["updatedAt", "updatedTime", "updatedDt"]),
        last_attacked_at: moment(object, &["lastAttackedAt"]),
        closed_at: moment(object, &["closedAt", "closedTime"]),
        close_reason: line(object, &["closedReason"]).and_then(|text| CloseReason::parse(&text)),
        assigned_to: line(object, &["assignedUserName"]).and_then(|name| person(&name)),
        runbooks: values(object, "runbooks").filter_map(address).collect(),
        ..CaseFacts::default()
    };
    if case.kind() == CaseKind::Issue {
        facts.rules = lines(object, "ruleId");
        facts.applications.extend(application(object));
        facts.environments = lines(object, "deploymentTier");
        facts.request_urls = lines(object, "httpRoute");
        facts.observation_count = count(object, "observationCount");
    }
    facts.bounded()
}

pub(super) fn phase(object: &Object) -> Option<Phase> {
    let status = line(object, &["status"])?;
    match status.to_ascii_lowercase().as_str() {
        "open" => Some(Phase::Open),
        "closed" => Some(Phase::Closed),
        _ => None,
    }
}

pub(super) fn severity(object: &Object) -> Option<Severity> {
    Severity::parse(&line(object, &["severity"])?)
}

/// Where people look at a case.
fn url_of(connection: &Connection, case: &CaseId) -> String {
    let folder = match case.kind() {
        CaseKind::Incident => "incidents",
        CaseKind::Issue => "issues",
    };
    let (host, org, number) = (&connection.url, case.org(), case.number());
    format!("{host}/Contrast/cs/index.html#/{org}/{folder}/{number}")
}

/// The key of a case's number.
pub(super) const fn number_key(kind: CaseKind) -> &'static str {
    match kind {
        CaseKind::Incident => "incidentId",
        CaseKind::Issue => "issueId",
    }
}

/// How many rows are asked for in one page; Contrast gives no more.
pub(super) const PAGE_SIZE: usize = 100;

/// A page of cases; `None` where the answer is no listing at all.
pub(super) fn page_of(
    connection: &Connection,
    kind: CaseKind,
    page: u32,
    answer: &Value,
) -> Option<CasePage> {
    let answer = answer.as_object()?;
    let content = answer.get("content")?.as_array()?;
    let rows = content
        .iter()
        .filter_map(|row| {
            let row = row.as_object()?;
            let number = row.get(number_key(kind))?.as_str()?;
            let case = CaseId::new(connection.org.clone(), kind, number).ok()?;
            let facts = facts_of(connection, &case, row);
            Some((case, facts))
        })
        .collect();
    let pages = answer.get("page").and_then(Value::as_object);
    let more = match pages.and_then(|page| count(page, "totalPages")) {
        // An empty page ends a listing even where the count says otherwise.
        Some(total) => u64::from(page) + 1 < total && !content.is_empty(),
        None => content.len() >= PAGE_SIZE,
    };
    Some(CasePage { rows, more })
}
