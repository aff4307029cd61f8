//! Every kind of call that the client can make, by what stands on the wire.
//!
//! The list is complete in both directions: what the story makes is in it, and what is in it was
//! made. A function of the client that makes calls and is not named here fails the test.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

use super::road::Seen;

/// A kind of call.
pub struct Kind {
    /// The function of the client that makes it.
    pub function: &'static str,
    /// What of it stands on the wire.
    pub shape: &'static str,
    /// The answers of success that it must have met.
    pub answers: &'static [u16],
}

const fn kind(function: &'static str, shape: &'static str, answers: &'static [u16]) -> Kind {
    Kind {
        function,
        shape,
        answers,
    }
}

/// All of them.
pub const KINDS: [Kind; 40] = [
    kind("check_account", "GET /myself", &[200]),
    kind("fetch_ticket", "GET /issue/{}?fields&properties", &[200]),
    kind(
        "fetch_transitions",
        "GET /issue/{}/transitions?expand=transitions.fields",
        &[200],
    ),
    kind(
        "fetch_tickets",
        "POST /issue/bulkfetch {fields issueIdsOrKeys}",
        &[200],
    ),
    // By our label, after an opening that nobody heard the answer of.
    kind(
        "search_page",
        "POST /search/jql {fields jql maxResults properties} labels = \"\" ORDER BY created ASC",
        &[200],
    ),
    // Where Jira refused our label.
    kind(
        "search_page",
        "POST /search/jql {fields jql maxResults properties} project = \"\" AND created >= \"\" \
         ORDER BY created DESC",
        &[200],
    ),
    // What changed, and its further pages.
    kind(
        "search_page",
        "POST /search/jql {fields jql maxResults} labels = \"\" AND updated >= \"\" \
         ORDER BY updated ASC",
        &[200],
    ),
    kind(
        "search_page",
        "POST /search/jql {fields jql maxResults nextPageToken} labels = \"\" AND updated >= \"\" \
         ORDER BY updated ASC",
        &[200],
    ),
    // With every field, and without those that Jira refused.
    kind(
        "post_ticket",
        "POST /issue {fields(assignee custom description issuetype labels parent priority project \
         summary) properties}",
        &[201],
    ),
    kind(
        "post_ticket",
        "POST /issue {fields(assignee custom description issuetype labels parent project summary) \
         properties}",
        &[201],
    ),
    kind(
        "post_ticket",
        "POST /issue {fields(assignee custom description issuetype parent priority project \
         summary) properties}",
        &[],
    ),
    kind(
        "post_ticket",
        "POST /issue {fields(custom description issuetype labels parent priority project summary) \
         properties}",
        &[],
    ),
    kind(
        "post_ticket",
        "POST /issue {fields(custom description issuetype labels priority project summary) \
         properties}",
        &[201],
    ),
    kind(
        "post_ticket",
        "POST /issue {fields(description issuetype labels project summary) properties}",
        &[],
    ),
    kind(
        "post_ticket",
        "POST /issue {fields(description issuetype project summary) properties}",
        &[],
    ),
    kind(
        "put_ticket",
        "PUT /issue/{} {fields(description priority)}",
        &[204],
    ),
    kind("put_ticket", "PUT /issue/{} {fields(description)}", &[204]),
    kind("put_ticket", "PUT /issue/{} {fields(priority)}", &[204]),
    kind(
        "post_transition",
        "POST /issue/{}/transitions {transition}",
        &[204],
    ),
    kind(
        "post_transition",
        "POST /issue/{}/transitions {fields(custom resolution) transition}",
        &[204],
    ),
    kind(
        "post_remote_link",
        "POST /issue/{}/remotelink {application globalId object relationship}",
        &[200, 201],
    ),
    kind(
        "fetch_all_pages",
        "GET /issue/{}/comment?startAt&maxResults&orderBy&expand=properties",
        &[200],
    ),
    kind(
        "fetch_by_id",
        "POST /comment/list?expand=properties {ids}",
        &[200],
    ),
    kind(
        "post_comment",
        "POST /issue/{}/comment {body properties}",
        &[201],
    ),
    kind("replace_comment", "PUT /issue/{}/comment/{} {body}", &[200]),
    kind("remove_comment", "DELETE /issue/{}/comment/{}", &[204]),
    // What a person chooses from.
    kind("read_account", "GET /myself", &[200]),
    kind("read_server", "GET /serverInfo", &[200]),
    kind(
        "read_permissions",
        "GET /mypermissions?projectKey&permissions",
        &[200],
    ),
    kind("read_permissions", "GET /mypermissions?permissions", &[200]),
    kind(
        "list_projects",
        "GET /project/search?startAt&maxResults&action&status",
        &[200],
    ),
    kind(
        "list_projects",
        "GET /project/search?startAt&maxResults&action&status&query",
        &[200],
    ),
    kind(
        "list_issue_types",
        "GET /issue/createmeta/{}/issuetypes?startAt&maxResults",
        &[200],
    ),
    kind(
        "list_fields",
        "GET /issue/createmeta/{}/issuetypes/{}?startAt&maxResults",
        &[200],
    ),
    kind("list_statuses", "GET /project/{}/statuses", &[200]),
    kind(
        "list_resolutions",
        "GET /resolution/search?startAt&maxResults",
        &[200],
    ),
    kind(
        "list_epics",
        "POST /search/jql {fields jql maxResults} project = \"\" AND issuetype = Epic \
         AND statusCategory != Done ORDER BY created DESC",
        &[200],
    ),
    kind(
        "list_epics",
        "POST /search/jql {fields jql maxResults} project = \"\" AND issuetype = Epic \
         AND statusCategory != Done AND summary ~ \"\" ORDER BY created DESC",
        &[200],
    ),
    kind(
        "find_assignable",
        "GET /user/assignable/search?project&query&maxResults",
        &[200],
    ),
    kind(
        "read_assignable",
        "GET /user/assignable/search?project&accountId&maxResults",
        &[200],
    ),
];

/// The refusals that the simulated Jira makes of itself, and the function that met each.
pub const REFUSALS: [(&str, u16); 12] = [
    ("check_account", 401),
    ("fetch_all_pages", 404),
    ("fetch_ticket", 401),
    ("fetch_ticket", 404),
    ("list_issue_types", 400),
    ("list_statuses", 404),
    ("post_comment", 400),
    ("post_remote_link", 403),
    ("post_remote_link", 429),
    ("post_ticket", 400),
    ("put_ticket", 400),
    ("read_permissions", 404),
];
/// What the refusals say that a test asked for.
const ASKED_FOR: &str = "Simulated failure.";

const CLIENT: [&str; 2] = [
    "../shared/adapters/src/jira/client",
    "../shared/adapters/src/jira/discovery",
];
/// Functions whose calls are no part of the REST interface: no document describes them.
const OUTSIDE: [&str; 3] = ["create_webhook", "list_webhooks", "read_cloud_id"];

/// The functions of the client that make a call of the REST interface themselves.
pub fn functions_that_call() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeSet::new();
    let mut sends = 0;
    let entries = CLIENT
        .iter()
        .flat_map(|folder| fs::read_dir(root.join(folder)).expect("the client's folder"));
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() || path.ends_with("tests.rs") {
            continue;
        }
        let code = fs::read_to_string(&path).expect("the client's code");
        sends += code.matches("caller.call(").count();
        let mut function = "";
        for line in code.lines() {
            if let Some((_, rest)) = line.split_once("fn ") {
                function = rest.split(['(', '<']).next().unwrap_or_default();
            }
            if line.contains("Call::harmless(") || line.contains("Call::doubling(") {
                found.insert(function.to_owned());
            }
        }
    }
    assert_eq!(sends, 1, "all calls leave the client by one way");
    for outside in OUTSIDE {
        assert!(found.remove(outside), "{outside} makes no call");
    }
    found
}

/// The kind of a call; none if nobody named it.
pub fn kind_of(seen: &Seen) -> Option<&'static Kind> {
    let shape = shape_of(seen);
    KINDS.iter().find(|kind| kind.shape == shape)
}

/// Whether the simulated Jira refused it of itself.
pub fn is_refused(seen: &Seen) -> bool {
    let of_itself = !seen.answer.to_string().contains(ASKED_FOR);
    seen.status >= 400 && of_itself
}

/// A call without its values: method, path, query, and what its body holds.
pub fn shape_of(seen: &Seen) -> String {
    let mut shape = format!("{} {}", seen.method, template_of(&seen.path));
    for (number, (name, value)) in seen.query.iter().enumerate() {
        shape.push(if number == 0 { '?' } else { '&' });
        shape.push_str(name);
        if name == "expand" {
            shape.push('=');
            shape.push_str(value);
        }
    }
    let mut parts = vec![shape];
    if let Some(body) = seen.body.as_object() {
        let names: BTreeSet<String> = body.iter().map(|(name, it)| named(name, it)).collect();
        let names: Vec<String> = names.into_iter().collect();
        parts.push(format!("{{{}}}", names.join(" ")));
    }
    if let Some(jql) = seen.body["jql"].as_str() {
        let quoted = jql.split('"').enumerate();
        let words = quoted.map(|(place, words)| if place % 2 == 0 { words } else { "\"\"" });
        parts.push(words.collect());
    }
    parts.join(" ")
}

fn named(name: &str, value: &Value) -> String {
    let Some(fields) = value.as_object().filter(|_| name == "fields") else {
        return name.to_owned();
    };
    let of_field = |name: &String| {
        let is_custom = name.starts_with("customfield_");
        if is_custom { "custom" } else { name }.to_owned()
    };
    let names: BTreeSet<String> = fields.keys().map(of_field).collect();
    let names: Vec<String> = names.into_iter().collect();
    format!("{name}({})", names.join(" "))
}

/// A path with `{}` in the place of ids and keys.
pub fn template_of(path: &str) -> String {
    let path = path.strip_prefix("/rest/api/3").unwrap_or(path);
    let is_variable = |part: &str| {
        part.bytes().any(|byte| byte.is_ascii_digit())
            || !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_uppercase())
    };
    let parts: Vec<&str> = path
        .split('/')
        .map(|part| if is_variable(part) { "{}" } else { part })
        .collect();
    parts.join("/")
}
