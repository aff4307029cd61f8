//! Which operation a method and a path mean.
//!
//! Knows no state. A path it does not know is a 404, a method it does not know there a 405.

use std::borrow::Cow;

/// An operation of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    TenantInfo,
    ServerInfo,
    Myself,
    MyPermissions,
    ProjectSearch,
    CreateMetaTypes,
    CreateMetaFields,
    AssignableSearch,
    ProjectStatuses,
    ResolutionSearch,
    AdminWebhooks,
    CreateAdminWebhook,
    CreateTicket,
    ReadTicket,
    EditTicket,
    Transitions,
    DoTransition,
    Links,
    PutLink,
    Comments,
    AddComment,
    ReadComment,
    EditComment,
    DeleteComment,
    CommentList,
    BulkFetch,
    Search,
    OldSearch,
    AppWebhook,
}

impl Op {
    pub(super) fn is_write(self) -> bool {
        matches!(
            self,
            Self::CreateTicket
                | Self::EditTicket
                | Self::DoTransition
                | Self::PutLink
                | Self::AddComment
                | Self::EditComment
                | Self::DeleteComment
                | Self::CreateAdminWebhook
        )
    }

    pub(super) fn takes_body(self) -> bool {
        self.is_write() && self != Self::DeleteComment
            || matches!(self, Self::CommentList | Self::BulkFetch)
    }
}

/// A path understood.
#[derive(Debug)]
pub(super) struct Route<'a> {
    pub(super) op: Op,
    pub(super) template: &'static str,
    pub(super) first: &'a str,
    pub(super) second: &'a str,
}

/// Understands a path below the site; an error is the status to answer.
// A table of routes: one line of thought for each, whatever the formatter makes of it.
#[allow(clippy::too_many_lines)]
pub(super) fn route<'a>(method: &http::Method, path: &'a str) -> Result<Route<'a>, u16> {
    if path == "/_edge/tenant_info" {
        return pick(
            method,
            &[("GET", Op::TenantInfo)],
            "/_edge/tenant_info",
            "",
            "",
        );
    }
    if path == "/rest/webhooks/1.0/webhook" {
        return pick(
            method,
            &[("GET", Op::AdminWebhooks), ("POST", Op::CreateAdminWebhook)],
            "/rest/webhooks/1.0/webhook",
            "",
            "",
        );
    }
    let Some(rest) = path.strip_prefix("/rest/api/3/") else {
        return Err(404);
    };
    let mut parts = [""; 6];
    let mut count = 0;
    for part in rest.split('/') {
        if count == parts.len() || part.is_empty() {
            return Err(404);
        }
        parts[count] = part;
        count += 1;
    }
    let [_, first, _, second, ..] = parts;
    match parts[..count] {
        ["serverInfo"] => pick(method, &[("GET", Op::ServerInfo)], "/serverInfo", "", ""),
        ["myself"] => pick(method, &[("GET", Op::Myself)], "/myself", "", ""),
        ["mypermissions"] => pick(
            method,
            &[("GET", Op::MyPermissions)],
            "/mypermissions",
            "",
            "",
        ),
        ["project", "search"] => pick(
            method,
            &[("GET", Op::ProjectSearch)],
            "/project/search",
            "",
            "",
        ),
        ["project", project, "statuses"] => pick(
            method,
            &[("GET", Op::ProjectStatuses)],
            "/project/{}/statuses",
            project,
            "",
        ),
        ["resolution", "search"] => pick(
            method,
            &[("GET", Op::ResolutionSearch)],
            "/resolution/search",
            "",
            "",
        ),
        ["user", "assignable", "search"] => pick(
            method,
            &[("GET", Op::AssignableSearch)],
            "/user/assignable/search",
            "",
            "",
        ),
        ["issue"] => pick(method, &[("POST", Op::CreateTicket)], "/issue", "", ""),
        ["issue", "bulkfetch"] => pick(
            method,
            &[("POST", Op::BulkFetch)],
            "/issue/bulkfetch",
            "",
            "",
        ),
        ["issue", "createmeta", project, "issuetypes"] => pick(
            method,
            &[("GET", Op::CreateMetaTypes)],
            "/issue/createmeta/{}/issuetypes",
            project,
            "",
        ),
        ["issue", "createmeta", project, "issuetypes", kind] => pick(
            method,
            &[("GET", Op::CreateMetaFields)],
            "/issue/createmeta/{}/issuetypes/{}",
            project,
            kind,
        ),
        ["issue", _] => pick(
            method,
            &[("GET", Op::ReadTicket), ("PUT", Op::EditTicket)],
            "/issue/{}",
            first,
            "",
        ),
        ["issue", _, "transitions"] => pick(
            method,
            &[("GET", Op::Transitions), ("POST", Op::DoTransition)],
            "/issue/{}/transitions",
            first,
            "",
        ),
        ["issue", _, "remotelink"] => pick(
            method,
            &[("GET", Op::Links), ("POST", Op::PutLink)],
            "/issue/{}/remotelink",
            first,
            "",
        ),
        ["issue", _, "comment"] => pick(
            method,
            &[("GET", Op::Comments), ("POST", Op::AddComment)],
            "/issue/{}/comment",
            first,
            "",
        ),
        ["issue", _, "comment", _] => pick(
            method,
            &[
                ("GET", Op::ReadComment),
                ("PUT", Op::EditComment),
                ("DELETE", Op::DeleteComment),
            ],
            "/issue/{}/comment/{}",
            first,
            second,
        ),
        ["comment", "list"] => pick(
            method,
            &[("POST", Op::CommentList)],
            "/comment/list",
            "",
            "",
        ),
        ["search", "jql"] => pick(
            method,
            &[("POST", Op::Search), ("GET", Op::Search)],
            "/search/jql",
            "",
            "",
        ),
        ["search"] => pick(
            method,
            &[("POST", Op::OldSearch), ("GET", Op::OldSearch)],
            "/search",
            "",
            "",
        ),
        ["webhook"] => pick(
            method,
            &[("POST", Op::AppWebhook), ("GET", Op::AppWebhook)],
            "/webhook",
            "",
            "",
        ),
        _ => Err(404),
    }
}

fn pick<'a>(
    method: &http::Method,
    ops: &[(&str, Op)],
    template: &'static str,
    first: &'a str,
    second: &'a str,
) -> Result<Route<'a>, u16> {
    ops.iter()
        .find(|(name, _)| method.as_str() == *name)
        .map(|(_, op)| Route {
            op: *op,
            template,
            first,
            second,
        })
        .ok_or(405)
}

/// The parameters of a query.
#[derive(Debug)]
pub(super) struct Query<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Query<'a> {
    pub(super) fn of(query: Option<&'a str>) -> Self {
        Self(url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()).collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| &**value)
    }

    /// The items of a parameter that may be repeated and may hold commas.
    pub(super) fn list<'q>(&'q self, name: &'q str) -> impl Iterator<Item = &'q str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .flat_map(|(_, value)| value.split(','))
            .map(str::trim)
            .filter(|item| !item.is_empty())
    }

    /// A number, or what stands for it; an error when there is something else.
    pub(super) fn number(&self, name: &str, otherwise: usize) -> Result<usize, ()> {
        self.get(name)
            .map_or(Ok(otherwise), |text| text.parse().map_err(|_| ()))
    }
}
