//! The pushes of the forwarder, and the outbox where they wait.
//!
//! Never signs anything: the real one does not either. A push tells the state at the moment of the
//! change, so that pushes delivered late or out of order carry old news.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::{Contrast, Stir, route::Kind};

/// How the forwarder makes itself known, as its administrator set it up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushKey {
    /// Not at all.
    None,
    /// By `X-Northstar-Secret`.
    Secret(String),
    /// By HTTP Basic: name and password.
    Basic(String, String),
}

/// A push on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Push {
    /// The headers, names and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Push {
    /// Several pushes in one array, with the headers of the first. None when there are none.
    pub fn joined(pushes: &[Self]) -> Option<Self> {
        let bodies: Vec<&[u8]> = pushes.iter().map(|push| push.body.as_slice()).collect();
        let mut body = vec![b'['];
        body.extend(bodies.join(&b','));
        body.push(b']');
        Some(Self {
            headers: pushes.first()?.headers.clone(),
            body,
        })
    }
}

impl Contrast {
    /// Sets the secret that pushes carry from now on; none means that they carry nothing.
    pub fn set_push_secret(&mut self, secret: Option<&str>) {
        self.push_key = secret.map_or(PushKey::None, |secret| PushKey::Secret(secret.to_owned()));
    }

    /// The same for any way of making itself known.
    pub fn set_push_key(&mut self, key: PushKey) {
        self.push_key = key;
    }

    /// Takes the pushes that wait, the oldest first: the caller delivers them, or does not.
    pub fn take_outbox(&mut self) -> Vec<Push> {
        std::mem::take(&mut self.outbox)
    }

    /// Loses the pushes that wait: the change remains, silently.
    pub fn drop_outbox(&mut self) {
        self.outbox.clear();
    }

    /// An attack event about an incident's latest observation. It carries the incident's id and
    /// yet is no incident. None when there is no such incident or observation.
    pub fn attack_event(&self, incident_id: &str, now_ms: i64) -> Option<Push> {
        let incident = self.incidents.get(incident_id)?;
        let seen = incident.observations.last()?;
        Some(self.packed(&self.attack_body(incident, seen, now_ms)))
    }

    pub(super) fn stir(&mut self, kind: Kind, id: &str, stir: Stir, reason: &str, now_ms: i64) {
        if stir.moves_updated {
            match kind {
                Kind::Incident => self.incidents.touch(id, now_ms),
                Kind::Issue => self.issues.touch(id, now_ms),
            }
        }
        if stir.pushes {
            match kind {
                Kind::Incident => self.push_incident(id, "incident_updated", reason, now_ms),
                Kind::Issue => self.push_issue(id, "issue_updated", reason, now_ms),
            }
        }
    }

    pub(super) fn push_incident(&mut self, id: &str, alert: &str, reason: &str, now_ms: i64) {
        if !self.behaviour.forwarder {
            return;
        }
        if let Some(incident) = self.incidents.get(id) {
            let push = self.packed(&self.incident_body(incident, alert, reason, now_ms));
            self.outbox.push(push);
        }
    }

    pub(super) fn push_issue(&mut self, id: &str, alert: &str, reason: &str, now_ms: i64) {
        if !self.behaviour.forwarder {
            return;
        }
        if let Some(issue) = self.issues.get(id) {
            let push = self.packed(&self.issue_body(issue, alert, reason, now_ms));
            self.outbox.push(push);
        }
    }

    fn packed(&self, body: &Value) -> Push {
        let mut headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
        match &self.push_key {
            PushKey::None => {}
            PushKey::Secret(secret) => {
                headers.push(("X-Northstar-Secret".to_owned(), secret.clone()));
            }
            PushKey::Basic(name, password) => {
                let pair = STANDARD.encode(format!("{name}:{password}"));
                headers.push(("Authorization".to_owned(), format!("Basic {pair}")));
            }
        }
        Push {
            headers,
            body: body.to_string().into_bytes(),
        }
    }
}
