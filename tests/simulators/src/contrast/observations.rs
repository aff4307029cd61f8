//! Observations: recording them, and listing them by cursor.
//!
//! A cursor is opaque and is given on the last page too: only `hasMore` says whether to go on.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{
    Application, Attack, AttackResult, Contrast, SimIncident, SimObservation, Source,
    answer::{Answer, Answered, Refusal},
    query::Query,
    times::iso_ms,
    world::uuid_like,
};

/// The space of ids that observations have.
const IDS: u16 = 0x0b5e;

impl Contrast {
    /// Records an attack. Who calls decides whether the incident thereby counts as changed.
    pub(super) fn observe(&mut self, incident_id: &str, attack: Attack, now_ms: i64) -> bool {
        let number = self.next_observation;
        let Some(incident) = self.incidents.get_mut(incident_id) else {
            return false;
        };
        let first = |names: &[String]| names.first().cloned().unwrap_or_default();
        let application = attack
            .application
            .unwrap_or_else(|| first(&incident.applications));
        let blocked = attack.result == AttackResult::Blocked;
        match incident
            .sources
            .iter_mut()
            .find(|source| source.address == attack.source)
        {
            Some(source) => {
                source.count += 1;
                source.blocked = blocked;
            }
            None => {
                incident.sources.push(Source {
                    address: attack.source.clone(),
                    blocked,
                    count: 1,
                });
            }
        }
        incident.attacked_ms = now_ms;
        incident.observations.push(SimObservation {
            id: format!("A-D-{}-{}", uuid_like(IDS, number), 1_700_000_000 + number),
            source: attack.source,
            route: attack.route,
            rule: attack.rule.unwrap_or_else(|| first(&incident.rules)),
            application: application.clone(),
            result: attack.result,
            value: attack.value,
            detected_ms: now_ms,
        });
        self.next_observation += 1;
        self.know_application(&application);
        true
    }

    pub(super) fn list_observations(&self, incident_id: &str, query: &Query<'_>) -> Answered {
        if query.get("pagination") != Some("cursor") {
            return Err(Refusal::new(400, "Unknown pagination"));
        }
        let descending = match query.get("sort").unwrap_or("EVENT_TIME,desc") {
            sort if sort.eq_ignore_ascii_case("EVENT_TIME,desc") => true,
            sort if sort.eq_ignore_ascii_case("EVENT_TIME,asc") => false,
            _ => return Err(Refusal::new(400, "Unknown sort")),
        };
        let size = query.size()?;
        let incident = self.incident_at(incident_id)?;
        let all = &incident.observations;
        let start = if descending { all.len() } else { 0 };
        let from = match query.get("cursor").filter(|cursor| !cursor.is_empty()) {
            Some(cursor) => place_of(cursor)
                .filter(|place| *place <= all.len())
                .ok_or_else(|| Refusal::new(400, "Invalid cursor"))?,
            None => start,
        };
        let (rows, until, more): (Vec<Value>, _, _) = if descending {
            let until = from.saturating_sub(size);
            let rows = all[until..from].iter().rev();
            (
                rows.map(|row| self.observation_row(incident, row))
                    .collect(),
                until,
                until > 0,
            )
        } else {
            let until = (from + size).min(all.len());
            let rows = all[from..until].iter();
            (
                rows.map(|row| self.observation_row(incident, row))
                    .collect(),
                until,
                until < all.len(),
            )
        };
        Ok(Answer::ok(json!({
            "total": all.len(),
            "observations": rows,
            "cursor": cursor_of(until),
            "hasMore": more,
        })))
    }

    pub(super) fn observation_row(&self, incident: &SimIncident, seen: &SimObservation) -> Value {
        let application = self.application(&seen.application);
        let server = incident.servers.first();
        json!({
            "observationId": seen.id,
            "observationOrigin": "ATTACK_EVENT",
            "dataType": "ATTACK",
            "title": incident.name,
            "issueId": incident.issues.first(),
            "ruleId": seen.rule,
            "applicationId": application.map(|application| &application.id),
            "applicationName": seen.application,
            "applicationLanguage": application.map(language),
            "serverId": server.map(|server| &server.id),
            "serverName": server.map(|server| &server.hostname),
            "httpRoute": seen.route,
            "httpSourceIp": seen.source,
            "deploymentTier": incident.environment.word(),
            "score": incident.score,
            "severity": incident.severity.word(),
            "detectedTime": iso_ms(seen.detected_ms),
            "result": seen.result.word(),
            "attackValue": seen.value,
        })
    }
}

fn language(application: &Application) -> &str {
    &application.language
}

/// Observations are only ever added at the end, so that a place stays right between two pages.
fn cursor_of(place: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("after:{place}"))
}

fn place_of(cursor: &str) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    text.strip_prefix("after:")?.parse().ok()
}
