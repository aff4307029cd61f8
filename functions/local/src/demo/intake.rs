//! Pushes that somebody posts to the demo by hand.
//!
//! A push is only a reason to look, and the simulated Contrast cannot show what it never had. So,
//! before a hand-made push is handed to its handler, the simulated Contrast takes in the incidents
//! and issues that it does not know. Nothing else about the push is changed but its organisation,
//! which becomes the demo's.

use std::sync::Arc;

use adapters::{
    contrast::SECRET_HEADER,
    door::{MAX_BODY_BYTES, Refusal},
};
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::header::CONTENT_LENGTH,
    middleware::Next,
    response::Response,
};
use domain::case::{CaseId, CaseKind, OrgId};
use serde_json::Value;
use simulators::contrast::{Attack, IncidentSeed, IssueSeed, Severity};

use super::{Demo, PUSH_SECRET, post::SENDER_HEADER};

/// Lets the simulated Contrast take in what pushes from outside tell of.
pub async fn take_in_pushes(
    State(demo): State<Arc<Demo>>,
    request: Request,
    next: Next,
) -> Response {
    let from_outside = request.uri().path().starts_with("/webhooks/contrast/")
        && !request.headers().contains_key(SENDER_HEADER)
        && request
            .headers()
            .get(SECRET_HEADER)
            .is_some_and(|secret| secret == PUSH_SECRET);
    if !from_outside {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let body = match to_bytes(body, MOST_BYTES).await {
        Ok(body) => demo.take_in(&body).unwrap_or_else(|| body.to_vec()),
        Err(_) => return Refusal::TooLarge.response().map(Body::from),
    };
    parts.headers.remove(CONTENT_LENGTH);
    next.run(Request::from_parts(parts, Body::from(body))).await
}

/// A little more than the handler takes, so that it is the one to refuse what is too large.
const MOST_BYTES: usize = 4 * MAX_BODY_BYTES;

impl Demo {
    /// Takes in what a push tells of; answers with the push in the demo's own name.
    pub fn take_in(&self, body: &[u8]) -> Option<Vec<u8>> {
        let mut push: Value = serde_json::from_slice(body).ok()?;
        match &mut push {
            Value::Array(items) => items.iter_mut().for_each(|item| self.take_in_one(item)),
            item => self.take_in_one(item),
        }
        serde_json::to_vec(&push).ok()
    }

    fn take_in_one(&self, item: &mut Value) {
        if item.get("observationId").is_some() || item.get("eventUuid").is_some() {
            return;
        }
        let now = self.now_ms();
        let mut both = self.both();
        let contrast = &mut both.contrast;
        // What is no id is for the handler to refuse.
        let id_of = |name: &str| {
            let id = item.get(name).and_then(Value::as_str)?;
            let org = OrgId::new(contrast.org_id()).ok()?;
            let case = CaseId::new(org, CaseKind::Incident, id).ok()?;
            Some(case.number().to_owned())
        };
        if let Some(id) = id_of("incidentId") {
            if contrast.incident(&id).is_none() {
                contrast.raise_incident(incident_seed(item, id), now);
            }
        } else if let Some(id) = id_of("issueId") {
            if contrast.issue(&id).is_none() {
                contrast.raise_issue(issue_seed(item, id), now);
            }
        } else {
            return;
        }
        // What it would push of its own is what somebody has just posted.
        contrast.drop_outbox();
        let org = contrast.org_id().to_owned();
        if let Some(named) = item.get_mut("organizationUuid") {
            *named = Value::String(org);
        }
    }
}

fn incident_seed(item: &Value, id: String) -> IncidentSeed {
    let fallback = IncidentSeed::default();
    let sources = item
        .get("httpSourceIp")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    IncidentSeed {
        id: Some(id),
        name: text(item, "incidentName").unwrap_or(fallback.name),
        severity: severity(item),
        score: score(item),
        rules: texts(item, "relatedRules"),
        applications: texts(item, "relatedApplications"),
        summary: text(item, "summary").unwrap_or_default(),
        actions: texts(item, "recommendedActions"),
        runbooks: texts(item, "recommendedRunbooks"),
        attacks: sources
            .iter()
            .filter_map(|source| text(source, "ipAddress"))
            .map(|address| Attack::new(&address, "/", ""))
            .collect(),
        ..IncidentSeed::default()
    }
}

fn issue_seed(item: &Value, id: String) -> IssueSeed {
    let fallback = IssueSeed::default();
    IssueSeed {
        id: Some(id),
        title: text(item, "title").unwrap_or(fallback.title),
        severity: severity(item),
        score: score(item),
        rule: text(item, "ruleId").unwrap_or(fallback.rule),
        application: text(item, "applicationName").unwrap_or(fallback.application),
        ..IssueSeed::default()
    }
}

fn text(item: &Value, name: &str) -> Option<String> {
    item.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn texts(item: &Value, name: &str) -> Vec<String> {
    let list = item
        .get(name)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    list.iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

fn score(item: &Value) -> f64 {
    item.get("score")
        .and_then(Value::as_f64)
        .unwrap_or(5.0)
        .clamp(0.0, 10.0)
}

fn severity(item: &Value) -> Severity {
    match text(item, "severity")
        .unwrap_or_default()
        .to_uppercase()
        .as_str()
    {
        "CRITICAL" => Severity::Critical,
        "HIGH" => Severity::High,
        "LOW" => Severity::Low,
        "NOTE" => Severity::Note,
        _ => Severity::Medium,
    }
}
