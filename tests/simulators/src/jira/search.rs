//! The search: it matches what the index knows, which may lag behind what is.
//!
//! Permissions are looked up afresh, so a ticket deleted or hidden is never found.

use serde_json::{Value, json};

use super::{
    Entry, Jira, SimTicket,
    answer::{Answer, Answered},
    bulk::{only_keys, properties_at, strings_at},
    jql::{self, Clause, Jql, Relation},
    render::{Selection, properties_json},
    service::Ask,
    text_at,
};

/// The most rows of any page, and of one that shows fields.
const PAGE: usize = 5_000;
pub(super) const PAGE_WITH_FIELDS: usize = 100;
const USUAL: usize = 50;
const TOKEN: &str = "sim-page-";

/// What a search asks for, by GET or POST.
struct Wanted<'a> {
    jql: &'a str,
    fields: Vec<&'a str>,
    properties: Vec<&'a str>,
    most: i64,
    token: Option<&'a str>,
    fresh: Vec<u64>,
}

impl Jira {
    pub(super) fn search(&self, ask: &Ask<'_>) -> Answered {
        let wanted = if ask.body.is_object() {
            by_body(&ask.body)?
        } else {
            by_query(ask)?
        };
        let start = match wanted.token {
            None => 0,
            Some(token) => token
                .strip_prefix(TOKEN)
                .and_then(|rest| rest.parse::<usize>().ok())
                .ok_or_else(|| Answer::message(400, "The provided next page token is invalid."))?,
        };
        let most = usize::try_from(wanted.most)
            .ok()
            .filter(|most| (1..=PAGE).contains(most))
            .ok_or_else(|| Answer::message(400, "maxResults must be between 1 and 5000."))?;
        let jql = jql::parse(wanted.jql).map_err(|why| Answer::message(400, why))?;
        if jql.clauses.is_empty() {
            return Err(Answer::message(
                400,
                "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.",
            ));
        }
        self.check_names(&jql, ask)?;
        let selection = Selection::of(&wanted.fields, "id");
        let most = if selection.only_identity() {
            most
        } else {
            most.min(self.search_page)
        };
        let mut found: Vec<&SimTicket> = self
            .entries
            .iter()
            .filter(|(id, _)| self.shows(**id, ask.who))
            .filter_map(|(id, entry)| indexed(entry, ask.now, wanted.fresh.contains(id)))
            .filter(|ticket| {
                jql.clauses
                    .iter()
                    .all(|clause| self.fits(ticket, clause, ask.now))
            })
            .collect();
        sort(&mut found, &jql);
        let rows: Vec<Value> = found
            .iter()
            .skip(start)
            .take(most)
            .map(|ticket| self.row(ticket, &selection, &wanted.properties, ask.who))
            .collect();
        let is_last = start + rows.len() >= found.len();
        let mut answer = json!({ "issues": rows, "isLast": is_last });
        if !is_last {
            answer["nextPageToken"] = json!(format!("{TOKEN}{}", start + most));
        }
        Ok(Answer::ok(answer))
    }

    fn row(
        &self,
        ticket: &SimTicket,
        selection: &Selection<'_>,
        properties: &[&str],
        who: usize,
    ) -> Value {
        if !selection.only_id() {
            return self.ticket_json(ticket, selection, properties, 3, who);
        }
        let mut row = json!({ "id": ticket.id });
        if !properties.is_empty() {
            row["properties"] = properties_json(ticket, properties);
        }
        row
    }

    /// Projects, types and categories that do not exist are errors, and so are unknown fields.
    pub(super) fn check_names(&self, jql: &Jql, ask: &Ask<'_>) -> Result<(), Answer> {
        for clause in &jql.clauses {
            let equality = matches!(clause.relation, Relation::In | Relation::NotIn);
            for value in &clause.values {
                let (known, right_relation) = match clause.field.as_str() {
                    "project" => (
                        self.projects.values().any(|project| {
                            same(value, &project.key, &project.name, &project.id)
                                && self.may(ask.who, &project.key, "BROWSE_PROJECTS")
                        }),
                        equality,
                    ),
                    "issuetype" | "type" => (
                        self.projects
                            .values()
                            .flat_map(|project| &project.types)
                            .any(|kind| same(value, &kind.name, &kind.id, "")),
                        equality,
                    ),
                    "statuscategory" => (category(value).is_some(), equality),
                    "status" => (
                        self.statuses
                            .iter()
                            .any(|status| same(value, &status.name, &status.id, "")),
                        equality,
                    ),
                    "created" | "updated" => (
                        jql::moment(value, ask.now).is_some(),
                        !equality && clause.relation != Relation::Like,
                    ),
                    "summary" => (
                        jql::has_words("", value).is_some(),
                        clause.relation == Relation::Like,
                    ),
                    "labels" => (true, equality),
                    "key" | "issuekey" | "id" | "issue" => {
                        (self.seen(value, ask.who).is_ok(), equality)
                    }
                    field => {
                        return Err(Answer::message(
                            400,
                            format!(
                                "Field '{field}' does not exist or you do not have permission to view it."
                            ),
                        ));
                    }
                };
                let field = &clause.field;
                if !right_relation {
                    let words = format!("The operator is not supported by the '{field}' field.");
                    return Err(Answer::message(400, words));
                }
                if !known {
                    let words =
                        format!("The value '{value}' does not exist for the field '{field}'.");
                    return Err(Answer::message(400, words));
                }
            }
        }
        Ok(())
    }

    pub(super) fn fits(&self, ticket: &SimTicket, clause: &Clause, now: i64) -> bool {
        let any = |test: &dyn Fn(&str) -> bool| clause.values.iter().any(|value| test(value));
        let equal = match clause.field.as_str() {
            "labels" => any(&|value| {
                ticket
                    .labels
                    .iter()
                    .any(|label| label.eq_ignore_ascii_case(value))
            }),
            "project" => any(&|value| {
                self.projects
                    .get(&ticket.project)
                    .is_some_and(|project| same(value, &project.key, &project.name, &project.id))
            }),
            "issuetype" | "type" => any(&|value| {
                let kinds = self
                    .projects
                    .get(&ticket.project)
                    .map_or(&[][..], |project| &project.types);
                let kind = kinds.iter().find(|kind| kind.name == ticket.ticket_type);
                kind.is_some_and(|kind| same(value, &kind.name, &kind.id, ""))
            }),
            "statuscategory" => any(&|value| category(value) == Some(ticket.category.as_str())),
            "status" => any(&|value| {
                self.status_named(&ticket.status)
                    .is_some_and(|status| same(value, &status.name, &status.id, ""))
            }),
            "summary" => {
                return any(&|value| jql::has_words(&ticket.summary, value) == Some(true));
            }
            "created" => {
                return any(&|value| compares(ticket.created_ms, clause.relation, value, now));
            }
            "updated" => {
                return any(&|value| compares(ticket.updated_ms, clause.relation, value, now));
            }
            _ => any(&|value| {
                self.ticket(value)
                    .is_some_and(|other| other.id == ticket.id)
            }),
        };
        match (clause.relation, clause.field.as_str()) {
            (Relation::In, _) => equal,
            // A ticket without labels fits no comparison of labels, not even a negative one.
            (_, "labels") => !equal && !ticket.labels.is_empty(),
            _ => !equal,
        }
    }
}

fn by_body(body: &Value) -> Result<Wanted<'_>, Answer> {
    only_keys(
        body,
        &[
            "jql",
            "fields",
            "properties",
            "maxResults",
            "nextPageToken",
            "expand",
            "fieldsByKeys",
            "reconcileIssues",
        ],
    )?;
    let most = match body.get("maxResults") {
        None | Some(Value::Null) => i64::try_from(USUAL).unwrap_or_default(),
        Some(most) => most.as_i64().ok_or_else(Answer::bad_payload)?,
    };
    let optional = |key: &str| match body.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_str().map(Some).ok_or_else(Answer::bad_payload),
    };
    optional("expand")?;
    let mut fresh = Vec::new();
    if let Some(list) = body.get("reconcileIssues") {
        for id in list.as_array().ok_or_else(Answer::bad_payload)? {
            fresh.push(id.as_u64().ok_or_else(Answer::bad_payload)?);
        }
    }
    if fresh.len() > 50 {
        return Err(Answer::message(400, "At most 50 issues can be reconciled."));
    }
    Ok(Wanted {
        jql: text_at(body, "jql").unwrap_or_default(),
        fields: strings_at(body, "fields")?,
        properties: properties_at(body)?,
        most,
        token: optional("nextPageToken")?,
        fresh,
    })
}

fn by_query<'a>(ask: &'a Ask<'_>) -> Result<Wanted<'a>, Answer> {
    let most = match ask.query.get("maxResults") {
        None => i64::try_from(USUAL).unwrap_or_default(),
        Some(text) => text.parse().map_err(|_| Answer::bad_payload())?,
    };
    let fresh = ask
        .query
        .list("reconcileIssues")
        .filter_map(|id| id.parse().ok())
        .collect();
    Ok(Wanted {
        jql: ask.query.get("jql").unwrap_or_default(),
        fields: ask.query.list("fields").collect(),
        properties: ask.query.list("properties").collect(),
        most,
        token: ask.query.get("nextPageToken"),
        fresh,
    })
}

/// The ticket as the index knows it, if it does.
fn indexed(entry: &Entry, now: i64, fresh: bool) -> Option<&SimTicket> {
    if fresh {
        return Some(&entry.ticket);
    }
    if entry
        .vanished
        .is_some_and(|(from, until)| (from..until).contains(&now))
    {
        return None;
    }
    if entry.indexed.is_empty() {
        return Some(&entry.ticket);
    }
    entry
        .indexed
        .iter()
        .rev()
        .find(|(from, _)| *from <= now)
        .map(|(_, ticket)| &**ticket)
}

fn compares(moment: i64, relation: Relation, value: &str, now: i64) -> bool {
    jql::moment(value, now).is_some_and(|other| match relation {
        Relation::AtLeast => moment >= other,
        Relation::Above => moment > other,
        Relation::AtMost => moment <= other,
        Relation::Below => moment < other,
        Relation::In | Relation::NotIn | Relation::Like => false,
    })
}

fn same(value: &str, a: &str, b: &str, c: &str) -> bool {
    [a, b, c]
        .iter()
        .any(|name| !name.is_empty() && name.eq_ignore_ascii_case(value))
}

/// The key of a status category that a query names by key, name or id.
fn category(value: &str) -> Option<&'static str> {
    match value.to_lowercase().as_str() {
        "new" | "to do" | "2" => Some("new"),
        "indeterminate" | "in progress" | "4" => Some("indeterminate"),
        "done" | "complete" | "3" => Some("done"),
        "undefined" | "no category" | "1" => Some("undefined"),
        _ => None,
    }
}

fn sort(found: &mut [&SimTicket], jql: &Jql) {
    // Newest first unless told otherwise; ids have equally many digits or more.
    let id = |ticket: &SimTicket| ticket.id.parse::<u64>().unwrap_or_default();
    found.sort_by(|a, b| {
        for (field, downwards) in &jql.order {
            let order = match field.as_str() {
                "created" => a.created_ms.cmp(&b.created_ms),
                "updated" => a.updated_ms.cmp(&b.updated_ms),
                _ => id(a).cmp(&id(b)),
            };
            let order = if *downwards { order.reverse() } else { order };
            if order.is_ne() {
                return order;
            }
        }
        id(b).cmp(&id(a))
    });
}
