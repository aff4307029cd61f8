//! Where each operation of Contrast's REST interface lives.
//!
//! A value never becomes more than one segment of a path, whatever it contains.

use domain::{
    case::{CaseId, CaseKind},
    comment::CommentId,
    settings::Connection,
    trouble::Trouble,
};

/// Path templates by operation; a connection's own settings take precedence. `{org}`, `{id}` and
/// `{comment}` stand for the organisation, the case's number and the comment. How a listing is sorted
/// belongs to the path, because nobody has documented it for issues; pages are added to it.
pub const DEFAULT_PATHS: &[(&str, &str)] = &[
    (
        "list-incidents",
        "/api/ns-rest/v1/organizations/{org}/incidents?sort=updatedDt,DESC",
    ),
    (
        "read-incident",
        "/api/ns-rest/v1/organizations/{org}/incidents/{id}",
    ),
    (
        "set-incident-status",
        "/api/ns-rest/v1/organizations/{org}/incidents/{id}/status",
    ),
    (
        "list-incident-addresses",
        "/api/ns-rest/v1/organizations/{org}/incidents/{id}/ipaddresses",
    ),
    (
        "list-incident-observations",
        "/api/ns-rest/v1/organizations/{org}/incidents/{id}/observations?pagination=cursor&size=100&sort=EVENT_TIME,desc&cursor=",
    ),
    (
        "list-incident-issues",
        "/api/ns-rest/v1/organizations/{org}/incidents/{id}/issues",
    ),
    (
        "list-incident-comments",
        "/api/ns-rest/v1/organizations/{org}/incidents/{id}/comments",
    ),
    (
        "create-incident-comment",
        "/api/ns-rest/v1/organizations/{org}/incidents/{id}/comments",
    ),
    (
        "edit-incident-comment",
        "/api/ns-rest/v1/organizations/{org}/incidents/{id}/comments/{comment}",
    ),
    (
        "delete-incident-comment",
        "/api/ns-rest/v1/organizations/{org}/incidents/{id}/comments/{comment}",
    ),
    (
        "list-issues",
        "/api/ns-rest/v1/organizations/{org}/issues?sort=updatedDt,DESC",
    ),
    (
        "read-issue",
        "/api/ns-rest/v1/organizations/{org}/issues/{id}",
    ),
    (
        "set-issue-status",
        "/api/ns-rest/v1/organizations/{org}/issues/{id}/status",
    ),
    (
        "list-issue-comments",
        "/api/ns-rest/v1/organizations/{org}/issues/{id}/comments",
    ),
    (
        "create-issue-comment",
        "/api/ns-rest/v1/organizations/{org}/issues/{id}/comments",
    ),
    (
        "edit-issue-comment",
        "/api/ns-rest/v1/organizations/{org}/issues/{id}/comments/{comment}",
    ),
    (
        "delete-issue-comment",
        "/api/ns-rest/v1/organizations/{org}/issues/{id}/comments/{comment}",
    ),
    (
        LIST_APPLICATIONS,
        "/api/v4/organizations/{org}/applications",
    ),
];

/// One operation, for both kinds of case.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operation {
    incident: &'static str,
    issue: &'static str,
}

impl Operation {
    const fn new(incident: &'static str, issue: &'static str) -> Self {
        Self { incident, issue }
    }

    /// Its name for a kind of case: the key of path templates and of what is missing.
    pub(super) const fn of(self, kind: CaseKind) -> &'static str {
        match kind {
            CaseKind::Incident => self.incident,
            CaseKind::Issue => self.issue,
        }
    }
}

pub(super) const LIST_APPLICATIONS: &str = "list-applications";
pub(super) const LIST: Operation = Operation::new("list-incidents", "list-issues");
pub(super) const READ: Operation = Operation::new("read-incident", "read-issue");
pub(super) const SET_STATUS: Operation = Operation::new("set-incident-status", "set-issue-status");
pub(super) const LIST_COMMENTS: Operation =
    Operation::new("list-incident-comments", "list-issue-comments");
pub(super) const CREATE_COMMENT: Operation =
    Operation::new("create-incident-comment", "create-issue-comment");
pub(super) const EDIT_COMMENT: Operation =
    Operation::new("edit-incident-comment", "edit-issue-comment");
pub(super) const DELETE_COMMENT: Operation =
    Operation::new("delete-incident-comment", "delete-issue-comment");

/// The path of an operation with its values put in.
pub(super) fn path_of(
    connection: &Connection,
    operation: &str,
    case: Option<&CaseId>,
    comment: Option<&CommentId>,
) -> Result<String, Trouble> {
    let fault = |words: String| Trouble::never("calling Contrast", words);
    let default = DEFAULT_PATHS.iter().find(|(name, _)| *name == operation);
    let template = match (connection.paths.get(operation), default) {
        (Some(template), _) => template.as_str(),
        (None, Some((_, template))) => template,
        (None, None) => return Err(fault(format!("there is no path for {operation}"))),
    };
    let mut path = template.replace("{org}", &segment(connection.org.as_str())?);
    if let Some(case) = case {
        path = path.replace("{id}", &segment(case.number())?);
    }
    if let Some(comment) = comment {
        path = path.replace("{comment}", &segment(comment.as_str())?);
    }
    if !path.starts_with('/') || path.contains(['{', '}']) {
        return Err(fault(format!(
            "the path of {operation} in the settings cannot be used"
        )));
    }
    Ok(path)
}

/// A path with a query behind it.
pub(super) fn with_query(path: &str, query: &str) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}{query}")
}

/// A value as one segment of a path.
fn segment(value: &str) -> Result<String, Trouble> {
    // `.` and `..` are steps in a path, however they are written, and would lead elsewhere.
    if value.bytes().all(|byte| byte == b'.') {
        return Err(Trouble::never(
            "calling Contrast",
            "an id cannot consist of dots",
        ));
    }
    Ok(encoded(value))
}

/// Percent-encodes all but the unreserved characters.
pub(super) fn encoded(value: &str) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn each_operation_that_settings_may_name_has_a_default_path_and_no_other() {
        let defaults = super::DEFAULT_PATHS.iter().map(|(operation, _)| *operation);
        assert!(defaults.eq(domain::settings::OPERATIONS));
    }
}
