//! Reading incidents over REST.
//!
//! Never tells what the real one keeps to itself: no time of change, no applications, no rules,
//! no summary.

use serde_json::{Value, json};

use super::{
    Contrast, Rows, SimIncident,
    answer::{Answer, Answered, Refusal},
    query::Query,
    route::Kind,
    times::iso_ms,
};

impl Contrast {
    pub(super) fn list_incidents(&self, query: &Query<'_>) -> Answered {
        let page = query.page()?;
        let incidents = self.incidents.ordered(query.order()?);
        let (total, content): (usize, Vec<Value>) = match self.behaviour.rows {
            Rows::Full => {
                let rows = page
                    .cut(incidents)
                    .map(|incident| self.incident_row(incident));
                (self.incidents.len(), rows.collect())
            }
            Rows::Sparse => {
                let nameless = usize::from(self.incidents.len() > 0);
                // The row without an id stands at the second place of the whole list.
                let mut named = incidents.map(Some);
                let rows = named
                    .next()
                    .into_iter()
                    .chain((nameless == 1).then_some(None))
                    .chain(named);
                (
                    self.incidents.len() + nameless,
                    page.cut(rows).map(sparse_row).collect(),
                )
            }
        };
        Ok(Answer::ok(
            json!({ "content": content, "page": page.told(total) }),
        ))
    }

    pub(super) fn read_incident(&self, id: &str) -> Answered {
        Ok(Answer::ok(self.incident_row(self.incident_at(id)?)))
    }

    pub(super) fn read_addresses(&self, id: &str) -> Answered {
        let incident = self.incident_at(id)?;
        let addresses: Vec<_> = incident
            .sources
            .iter()
            .map(|source| json!({ "ipAddress": source.address }))
            .collect();
        Ok(Answer::ok(json!({ "ipAddresses": addresses })))
    }

    pub(super) fn incident_at(&self, id: &str) -> Result<&SimIncident, Refusal> {
        self.incidents
            .get(id)
            .ok_or_else(|| self.absent(Kind::Incident, id))
    }

    pub(super) fn absent(&self, kind: Kind, id: &str) -> Refusal {
        Refusal::new(
            self.behaviour.absent,
            format!("{} {id} was not found", kind.word()),
        )
    }

    fn incident_row(&self, incident: &SimIncident) -> Value {
        let assignee = incident
            .assignee
            .and_then(|position| self.people.get(position));
        json!({
            "incidentId": incident.id,
            "status": status_word(incident.open),
            "name": incident.name,
            "lastAttackedAt": iso_ms(incident.attacked_ms),
            "score": score_text(incident.score),
            "severity": incident.severity.word(),
            "assignedUserId": assignee.map(|person| &person.id),
            "assignedUserName": assignee.map(|person| &person.name),
            "createdAt": iso_ms(incident.created_ms),
            "closedAt": incident.closed_ms.map(iso_ms),
            "runbooks": incident.runbooks,
        })
    }
}

fn sparse_row(incident: Option<&SimIncident>) -> Value {
    match incident {
        Some(incident) => {
            json!({ "incidentId": incident.id, "status": status_word(incident.open) })
        }
        None => json!({ "status": "open" }),
    }
}

/// As REST says it.
pub(super) fn status_word(open: bool) -> &'static str {
    if open { "open" } else { "closed" }
}

/// A score as REST gives it: a string.
pub(super) fn score_text(score: f64) -> String {
    format!("{score:.1}")
}
