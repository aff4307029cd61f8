//! A simulated Contrast Northstar: a state machine behind the HTTP seam.
//!
//! It answers as strictly as the real REST interface does and must never be nicer: what the real
//! one refuses or leaves out, it refuses and leaves out. It has no clock, no socket and no
//! randomness; every call gets the present time.

use std::collections::VecDeque;

use http::Method;

mod access;
mod answer;
mod applications;
mod behaviour;
mod bodies;
mod comments;
mod demo;
mod incidents;
mod issues;
mod observations;
mod people;
mod push;
mod query;
mod route;
mod seed;
mod shelf;
mod statuses;
mod times;
mod traffic;
mod world;

pub use behaviour::{Behaviour, CommentList, Rows, SameStatus, Stir, Switch};
pub use demo::{DEMO_API_KEY, DEMO_BASE_URL, DEMO_ORG_ID, DEMO_SERVICE_KEY, DEMO_USER};
pub use push::{Push, PushKey};
pub use seed::{Attack, IncidentSeed, IssueSeed};
pub use traffic::{Call, Fault, FaultKind, Limit};
pub use world::{
    Application, AttackResult, CloseReason, Environment, Person, Server, Severity, SimComment,
    SimIncident, SimIssue, SimObservation, Source,
};

use answer::{Answered, Refusal};
use route::{Kind, Place, Way};
use shelf::Shelf;

/// The response header by which a lost answer or a lost request is told to the caller of
/// [`Contrast::serve`], who turns it into a failure of the network.
pub const SIMULATED: &str = "x-simulated";
/// The value of [`SIMULATED`] when the effect happened and only the answer got lost.
pub const LOST_ANSWER: &str = "lost-answer";
/// The value of [`SIMULATED`] when the request never arrived.
pub const LOST_REQUEST: &str = "lost-request";

/// The simulated Contrast: one organisation on one host.
#[derive(Debug)]
pub struct Contrast {
    base_url: String,
    org_id: String,
    api_key: String,
    push_key: PushKey,
    behaviour: Behaviour,
    people: Vec<Person>,
    applications: Vec<Application>,
    incidents: Shelf<SimIncident>,
    issues: Shelf<SimIssue>,
    next_observation: u64,
    next_comment: u64,
    last_comment_ns: i64,
    outbox: Vec<Push>,
    faults: Vec<Fault>,
    calls: Vec<Call>,
    limit: Option<Limit>,
    recent: VecDeque<i64>,
    refusals: u64,
}

impl Contrast {
    /// An empty organisation at an address such as `https://contrast.example.com`: no people, no
    /// applications, no incidents.
    pub fn new(base_url: &str, org_id: &str, api_key: &str) -> Self {
        Self {
            base_url: base_url.trim_end_matches('/').to_owned(),
            org_id: org_id.to_owned(),
            api_key: api_key.to_owned(),
            push_key: PushKey::None,
            behaviour: Behaviour::default(),
            people: Vec::new(),
            applications: Vec::new(),
            incidents: Shelf::new("INC"),
            issues: Shelf::new("ISS"),
            next_observation: 1,
            next_comment: 1,
            last_comment_ns: i64::MIN,
            outbox: Vec::new(),
            faults: Vec::new(),
            calls: Vec::new(),
            limit: None,
            recent: VecDeque::new(),
            refusals: 0,
        }
    }

    /// The address, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Moves the simulated host, for instance to a port on loopback.
    pub fn set_base_url(&mut self, base_url: &str) {
        base_url
            .trim_end_matches('/')
            .clone_into(&mut self.base_url);
    }

    /// The organisation.
    pub fn org_id(&self) -> &str {
        &self.org_id
    }

    /// How it behaves where the real one is unknown or differs between tenants.
    pub fn behaviour(&self) -> &Behaviour {
        &self.behaviour
    }

    /// The same, to be changed at any time.
    pub fn behaviour_mut(&mut self) -> &mut Behaviour {
        &mut self.behaviour
    }

    /// All incidents, the oldest first.
    pub fn incidents(&self) -> impl Iterator<Item = &SimIncident> {
        self.incidents.iter()
    }

    /// One incident.
    pub fn incident(&self, id: &str) -> Option<&SimIncident> {
        self.incidents.get(id)
    }

    /// All issues, the oldest first.
    pub fn issues(&self) -> impl Iterator<Item = &SimIssue> {
        self.issues.iter()
    }

    /// One issue.
    pub fn issue(&self, id: &str) -> Option<&SimIssue> {
        self.issues.get(id)
    }

    /// Answers a request. A planned fault comes before everything else.
    pub fn serve(
        &mut self,
        request: &http::Request<Vec<u8>>,
        now_ms: i64,
    ) -> http::Response<Vec<u8>> {
        let path = request
            .uri()
            .path_and_query()
            .map_or_else(|| request.uri().path(), http::uri::PathAndQuery::as_str);
        let fault = self.due_fault(request.method(), path);
        let lost = matches!(fault, Some(FaultKind::LostAnswer | FaultKind::LostRequest));
        let mut response = match fault {
            None | Some(FaultKind::LostAnswer) => self.respond(request, now_ms),
            Some(FaultKind::StatusAfterEffect(status)) => {
                self.respond(request, now_ms);
                self.refuse(Refusal::new(status, "The request could not be completed."))
            }
            Some(FaultKind::Status(status, retry_after)) => {
                let refusal = Refusal::new(status, "The request could not be completed.");
                self.refuse(refusal.retry_after(retry_after))
            }
            Some(FaultKind::Html(status)) => self.refuse(Refusal::html(status)),
            Some(FaultKind::LostRequest) => http::Response::default(),
        };
        let mut status = response.status().as_u16();
        if lost {
            let told = if matches!(fault, Some(FaultKind::LostRequest)) {
                status = 0;
                LOST_REQUEST
            } else {
                LOST_ANSWER
            };
            response
                .headers_mut()
                .insert(SIMULATED, http::HeaderValue::from_static(told));
        }
        let method = request.method().to_string();
        self.record(Call {
            method,
            path: path.to_owned(),
            status,
            at_ms: now_ms,
            lost,
        });
        response
    }

    fn respond(
        &mut self,
        request: &http::Request<Vec<u8>>,
        now_ms: i64,
    ) -> http::Response<Vec<u8>> {
        match self.answer(request, now_ms) {
            Ok(answer) => answer.into_response(),
            Err(refusal) => self.refuse(refusal),
        }
    }

    /// The real one has four JSON shapes for errors; they take turns, so that nobody comes to rely
    /// on one of them.
    fn refuse(&mut self, refusal: Refusal) -> http::Response<Vec<u8>> {
        self.refusals += 1;
        refusal.into_response(self.refusals)
    }

    fn answer(&mut self, request: &http::Request<Vec<u8>>, now_ms: i64) -> Answered {
        let way = route::find(request.uri().path(), &self.org_id);
        if matches!(way, Way::Nowhere) {
            return Err(Refusal::html(404));
        }
        self.admit(now_ms)?;
        let caller = self.caller(request.headers())?;
        match way {
            Way::To(place) => self.dispatch(request, place, caller, now_ms),
            Way::Nowhere | Way::OtherOrganisation => Err(Refusal::not_for_you()),
        }
    }

    fn dispatch(
        &mut self,
        request: &http::Request<Vec<u8>>,
        place: Place<'_>,
        caller: usize,
        now_ms: i64,
    ) -> Answered {
        let query = query::Query::of(request.uri());
        match (request.method(), place) {
            (&Method::GET, Place::List(Kind::Incident)) => self.list_incidents(&query),
            (&Method::GET, Place::List(Kind::Issue)) => self.list_issues(&query),
            (&Method::GET, Place::One(Kind::Incident, id)) => self.read_incident(id),
            (&Method::GET, Place::One(Kind::Issue, id)) => self.read_issue(id),
            (&Method::PATCH, Place::Status(Kind::Incident, id)) => {
                self.write_incident_status(id, &query::json_body(request)?, caller, now_ms)
            }
            (&Method::PATCH, Place::Status(Kind::Issue, id)) => {
                self.write_issue_status(id, &query::json_body(request)?, now_ms)
            }
            (&Method::GET, Place::Comments(kind, id)) => self.list_comments(kind, id, &query),
            (&Method::POST, Place::Comments(kind, id)) => {
                self.add_comment(kind, id, &query::json_body(request)?, caller, now_ms)
            }
            (&Method::PUT, Place::Comment(kind, id, comment)) => {
                comments::offered(self.behaviour.comment_edits)?;
                let body = query::json_body(request)?;
                self.write_comment((kind, id, comment), &body, caller, now_ms)
            }
            (&Method::DELETE, Place::Comment(kind, id, comment)) => {
                comments::offered(self.behaviour.comment_deletions)?;
                self.remove_comment((kind, id, comment), caller, now_ms)
            }
            (&Method::GET, Place::Addresses(id)) => self.read_addresses(id),
            (&Method::POST, Place::Observations(id)) => {
                query::json_body(request)?;
                self.list_observations(id, &query)
            }
            (&Method::GET, Place::IssuesOf(id)) => self.list_issues_of(id, &query),
            (&Method::GET, Place::Applications) => self.list_applications(&query),
            _ => Err(Refusal::new(405, "Request method is not supported.")),
        }
    }
}

#[cfg(test)]
mod tests;
