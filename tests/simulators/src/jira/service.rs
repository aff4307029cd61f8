//! Takes a request in and gives its answer: routing, credentials, faults, limits, the record.
//!
//! The meaning of each operation stands elsewhere; nothing here changes a ticket.

use serde_json::{Map, Value, json};

use super::{
    Call, FaultKind, Jira, LOST_ANSWER, LOST_REQUEST, SIMULATED,
    answer::{Answer, Answered},
    route::{Op, Query, Route, route},
};

/// A request understood, its caller known.
pub(super) struct Ask<'a> {
    /// The first id in the path.
    pub(super) first: &'a str,
    /// The second id in the path.
    pub(super) second: &'a str,
    pub(super) query: Query<'a>,
    pub(super) body: Value,
    pub(super) who: usize,
    pub(super) now: i64,
}

/// How a call ends besides its answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Arrives,
    AnswerLost,
    RequestLost,
}

impl Jira {
    /// Answers a request. A lost answer or request bears the header [`SIMULATED`].
    pub fn serve(
        &mut self,
        request: &http::Request<Vec<u8>>,
        now_ms: i64,
    ) -> http::Response<Vec<u8>> {
        let method = request.method();
        let (gateway, path) = self.below_site(request.uri().path());
        let routed = if is_at_home(request.uri().host(), gateway) {
            route(method, path)
        } else {
            Err(404)
        };
        let (answer, fate) = match self.due_fault(method.as_str(), path) {
            Some(FaultKind::LoseRequest) => (Answer::html(502), Fate::RequestLost),
            Some(FaultKind::Status(status, retry_after)) => {
                let mut answer = Answer::message(status, "Simulated failure.");
                answer.retry_after = retry_after;
                (answer, Fate::Arrives)
            }
            Some(FaultKind::Html(status)) => (Answer::html(status), Fate::Arrives),
            Some(FaultKind::Refuse(field, words)) => (Answer::field(&field, words), Fate::Arrives),
            Some(FaultKind::LoseAnswer) => (
                self.answer(request, &routed, gateway, now_ms),
                Fate::AnswerLost,
            ),
            Some(FaultKind::StatusAfterEffect(status)) => {
                let _ = self.answer(request, &routed, gateway, now_ms);
                (Answer::message(status, "Simulated failure."), Fate::Arrives)
            }
            None => (
                self.answer(request, &routed, gateway, now_ms),
                Fate::Arrives,
            ),
        };
        let detail = answer.detail.clone();
        let mut response = answer.into_response();
        let header = match fate {
            Fate::Arrives => None,
            Fate::AnswerLost => Some(LOST_ANSWER),
            Fate::RequestLost => Some(LOST_REQUEST),
        };
        if let Some(header) = header {
            response
                .headers_mut()
                .insert(SIMULATED, http::HeaderValue::from_static(header));
        }
        self.calls.push(Call {
            method: method.as_str().to_owned(),
            path: routed.as_ref().map_or("unknown", |route| route.template),
            status: response.status().as_u16(),
            at_ms: now_ms,
            write: routed.is_ok_and(|route| route.op.is_write()),
            lost: fate != Fate::Arrives,
            detail,
        });
        response
    }

    /// Whether a path goes through the gateway for scoped tokens, and the path below the site.
    fn below_site<'a>(&self, path: &'a str) -> (bool, &'a str) {
        let path = path.strip_prefix(self.base_path.as_str()).unwrap_or(path);
        let gateway = path
            .strip_prefix("/ex/jira/")
            .and_then(|rest| rest.strip_prefix(self.cloud_id.as_str()));
        gateway.map_or((false, path), |rest| (true, rest))
    }

    fn answer(
        &mut self,
        request: &http::Request<Vec<u8>>,
        routed: &Result<Route<'_>, u16>,
        gateway: bool,
        now: i64,
    ) -> Answer {
        let route = match routed {
            Ok(route) => route,
            Err(status) => return Answer::html(*status),
        };
        if let Err(answer) = self.charge_tenant(now) {
            return answer;
        }
        if route.op.is_write()
            && let Err(answer) = self.charge_allowance(now)
        {
            return answer;
        }
        let query = Query::of(request.uri().query());
        match route.op {
            Op::TenantInfo if gateway => return Answer::html(404),
            Op::AdminWebhooks | Op::CreateAdminWebhook if gateway => return Answer::out_of_scope(),
            Op::TenantInfo => return Answer::ok(json!({ "cloudId": self.cloud_id })),
            Op::ServerInfo => return self.server_info(now),
            Op::OldSearch => {
                return Answer::message(
                    410,
                    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API.",
                );
            }
            _ => {}
        }
        let Some(who) = self.caller(request.headers(), gateway) else {
            return self.answer_nobody(route.op, &query);
        };
        let body = match body_of(request, route.op) {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        let ask = Ask {
            first: route.first,
            second: route.second,
            query,
            body,
            who,
            now,
        };
        self.perform(route.op, &ask)
            .unwrap_or_else(|refusal| refusal)
    }

    /// What nobody gets: on the search nothing at all with a 200, elsewhere mostly a 401.
    fn answer_nobody(&self, op: Op, query: &Query<'_>) -> Answer {
        match op {
            Op::Search => Answer::ok(json!({ "issues": [], "isLast": true })),
            Op::ProjectSearch if self.anonymous_reads => Answer::ok(json!({
                "startAt": 0, "maxResults": 50, "total": 0, "isLast": true, "values": [],
            })),
            Op::MyPermissions if self.anonymous_reads => {
                let wanted = query.list("permissions");
                let none: Map<String, Value> = wanted
                    .map(|key| {
                        (
                            key.to_owned(),
                            json!({ "key": key, "havePermission": false }),
                        )
                    })
                    .collect();
                Answer::ok(json!({ "permissions": none }))
            }
            Op::ProjectStatuses if self.anonymous_reads => {
                Answer::message(404, "No project could be found.")
            }
            Op::ReadTicket | Op::Transitions | Op::Links | Op::Comments | Op::ReadComment
                if self.anonymous_reads =>
            {
                Answer::no_such_ticket()
            }
            Op::BulkFetch if self.anonymous_reads => {
                Answer::ok(json!({ "issues": [], "issueErrors": [] }))
            }
            Op::CommentList if self.anonymous_reads => {
                Answer::ok(json!({ "isLast": true, "startAt": 0, "total": 0, "values": [] }))
            }
            _ => Answer::unauthenticated(),
        }
    }

    fn perform(&mut self, op: Op, ask: &Ask<'_>) -> Answered {
        match op {
            Op::Myself => Ok(self.myself(ask)),
            Op::MyPermissions => self.my_permissions(ask),
            Op::ProjectSearch => self.project_search(ask),
            Op::CreateMetaTypes => self.create_meta_types(ask),
            Op::CreateMetaFields => self.create_meta_fields(ask),
            Op::ProjectStatuses => self.project_statuses(ask),
            Op::ResolutionSearch => self.resolution_search(ask),
            Op::AdminWebhooks => self.list_admin_webhooks(ask),
            Op::CreateAdminWebhook => self.create_admin_webhook(ask),
            Op::AssignableSearch => self.assignable_search(ask),
            Op::CreateTicket => self.create_ticket(ask),
            Op::ReadTicket => self.read_ticket(ask),
            Op::EditTicket => self.edit_ticket(ask),
            Op::Transitions => self.list_transitions(ask),
            Op::DoTransition => self.do_transition(ask),
            Op::Links => self.list_links(ask),
            Op::PutLink => self.put_link(ask),
            Op::Comments => self.list_comments(ask),
            Op::AddComment => self.add_comment(ask),
            Op::ReadComment => self.read_comment(ask),
            Op::EditComment => self.edit_comment_by_api(ask),
            Op::DeleteComment => self.delete_comment_by_api(ask),
            Op::CommentList => self.comments_by_id(ask),
            Op::BulkFetch => self.bulk_fetch(ask),
            Op::Search => self.search(ask),
            Op::AppWebhook => Err(Answer::message(
                403,
                "The caller is not a Connect app or an OAuth 2.0 app.",
            )),
            Op::TenantInfo | Op::ServerInfo | Op::OldSearch => Err(Answer::html(404)),
        }
    }
}

/// Whether a host has what the path names: the gateway for scoped tokens has nothing but sites, and
/// no site has the gateway. A host that is neither (loopback) stands for both.
fn is_at_home(host: Option<&str>, gateway: bool) -> bool {
    match host {
        Some("api.atlassian.com") => gateway,
        Some(host) if host.ends_with(".atlassian.net") => !gateway,
        _ => true,
    }
}

fn body_of(request: &http::Request<Vec<u8>>, op: Op) -> Result<Value, Answer> {
    let takes_body = op.takes_body() || op == Op::Search && request.method() == http::Method::POST;
    if !takes_body {
        return Ok(Value::Null);
    }
    let is_json = request
        .headers()
        .get(http::header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/json"));
    if !is_json {
        return Err(Answer::html(415));
    }
    let body: Value = serde_json::from_slice(request.body()).map_err(|_| Answer::not_json())?;
    if body.is_object() {
        Ok(body)
    } else {
        Err(Answer::bad_payload())
    }
}
